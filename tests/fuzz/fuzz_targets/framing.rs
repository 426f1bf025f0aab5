//! Wherever the bytes are cut, the answers are the same. The first bytes say where.
#![no_main]

#[path = "../../torture/oracle.rs"]
mod oracle;

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let (sizes, input) = input.split_at(input.len().min(4));
    let pieces: Vec<usize> = sizes.iter().map(|size| usize::from(*size)).collect();
    assert_eq!(oracle::serve(input, &pieces), oracle::serve(input, &[]));
    oracle::check(input, &pieces);
});
