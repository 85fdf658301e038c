//! Any text is a release file, or a release pasted from somewhere: no crash, no hang, and each problem
//! has a line of the file.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match dateline::intake::release_file::read(text) {
        Ok(draft) => assert!(!draft.body.is_empty()),
        Err(problems) => {
            assert!(!problems.is_empty());
            let lines = text.lines().count() + 1;
            for problem in problems {
                assert!((1..=lines).contains(&problem.line), "line {} of {lines}", problem.line);
            }
        }
    }
    let _ = dateline::intake::pasted::read(text, "fuzz", "en");
});
