//! Any bytes are a picture of somebody's, or a document that goes along: whether it acts is told, or it is not.
#![no_main]

use dateline_fuzz::intake::{docx, svg};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    assert!(svg::acts(bytes).is_none_or(|what| !what.is_empty()));
    if let Err(problem) = docx::attached(bytes) {
        assert!(!problem.message.is_empty() && !problem.hint.is_empty());
    }
});
