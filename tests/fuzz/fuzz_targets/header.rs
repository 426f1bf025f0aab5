//! One header with any value: a request is served if it is right, and refused with words if not.
#![no_main]

#[path = "../../http/suite/oracle.rs"]
#[expect(dead_code, reason = "the other targets use the rest")]
mod oracle;

thread_local! {
    static ORACLE: oracle::Oracle = oracle::Oracle::new();
}

libfuzzer_sys::fuzz_target!(|input: &[u8]| ORACLE.with(|oracle| oracle.header(input)));
