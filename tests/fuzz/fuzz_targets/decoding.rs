//! Every line is answered as `serde_json` and the rules of JSON-RPC say.
#![no_main]

#[path = "../../torture/oracle.rs"]
mod oracle;

libfuzzer_sys::fuzz_target!(|input: &[u8]| oracle::check(input, &[]));
