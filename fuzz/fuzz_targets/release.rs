//! Any text is a release file: each problem has a line of it, and what is read becomes a mail.
#![no_main]

use dateline_fuzz::intake::release_file;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match release_file::read(text) {
        Ok(draft) => {
            assert!(!draft.body.is_empty() && !draft.headline.is_empty());
            let language = draft.language.clone();
            dateline_fuzz::story(&draft, language.as_deref().unwrap_or("en"), None);
        }
        Err(problems) => {
            assert!(!problems.is_empty());
            // An old Mac's line end is one, too.
            let lines = text.replace("\r\n", "\n").replace('\r', "\n").lines().count() + 1;
            for problem in problems {
                assert!((1..=lines).contains(&problem.line), "line {} of {lines}", problem.line);
            }
        }
    }
});
