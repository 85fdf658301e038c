//! Any text is a cell with addresses: each that is taken stands.
#![no_main]

use dateline_fuzz::domain::address;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match address::read(text) {
        Ok(reading) => {
            assert!(!reading.addresses.is_empty());
            for one in &reading.addresses {
                dateline_fuzz::stands(one);
                assert!(!one.key().is_empty());
            }
        }
        Err(problem) => assert!(!problem.reason.is_empty()),
    }
});
