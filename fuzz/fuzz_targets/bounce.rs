//! Any bytes are a mail that came back, or an answer: the results are bounded.
#![no_main]

use dateline_fuzz::domain::answer;
use dateline_fuzz::mail::bounce;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let report = bounce::read(bytes);
    assert!(report.recipients.len() <= 100);
    let _ = bounce::envelope::read(bytes);
    let text = String::from_utf8_lossy(bytes);
    let _ = answer::says_yes(&answer::own_words(&text));
});
