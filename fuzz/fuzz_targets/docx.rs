//! Any bytes are a Word document, or a picture of one: what is taken from it is a release file.
#![no_main]

use dateline_fuzz::domain::picture::Picture;
use dateline_fuzz::intake::{docx, release_file};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = Picture::read(bytes);
    let package = dateline_fuzz::package(bytes, "word/document.xml");
    match docx::read(&package, "fuzz") {
        Ok(document) => {
            for picture in &document.pictures {
                assert!(!picture.file_name.contains('/'));
                let _ = Picture::read(&picture.bytes);
            }
            let _ = release_file::read(&document.text);
        }
        Err(problem) => assert!(!problem.message.is_empty() && !problem.hint.is_empty()),
    }
});
