//! Any text is a release copied from a page: each of its lines is one of the text.
#![no_main]

use dateline_fuzz::intake::pasted;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    // As the desk hands it in.
    let kept: String = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    let most = kept.lines().count() + 1;
    for language in ["en", "de-AT", "fr", "es"] {
        let read = pasted::read(&kept, "fuzz", language);
        assert!(read.origin.body.iter().all(|line| (1..=most).contains(line)));
        assert!(read.origin.debris.iter().all(|one| (1..=most).contains(&one.line)));
        if !read.draft.headline.is_empty() && !read.draft.body.is_empty() {
            dateline_fuzz::story(&read.draft, language, Some(&read.origin));
        }
    }
});
