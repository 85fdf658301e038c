//! Any bytes are a sheet of contacts as text: what is taken from it holds.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| dateline_fuzz::contacts("csv", bytes));
