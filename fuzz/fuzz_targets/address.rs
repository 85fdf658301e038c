//! Any text is a cell with addresses: no crash, no hang, and each that is taken stands.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match dateline::domain::address::read(text) {
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
