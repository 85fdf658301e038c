//! Any bytes are a workbook of contacts: no crash, no hang, and what is taken from it holds.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    dateline_fuzz::contacts("xlsx", bytes);
});
