//! Any bytes are a mail that came back: no crash, no hang, bounded results.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let report = dateline::mail::bounce::read(bytes);
    assert!(report.recipients.len() <= 100);
    let _ = dateline::mail::bounce::envelope::read(bytes);
});
