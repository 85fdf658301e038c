//! What must hold for every file of contacts, whatever is in it.

use std::path::PathBuf;

use dateline::domain::address::{self, Address};
use dateline::intake::contact_file::{ContactFile, Options};
use dateline::intake::draft::Row;

/// Reads a file to its end under a name of its own; rows are in order and no address is a new one
/// when it is read again.
pub fn contacts(extension: &str, bytes: &[u8]) {
    let path = place(extension);
    std::fs::write(&path, bytes).expect("the temporary folder can be written");
    // A file as a whole may be refused, with a word of why.
    let Ok(mut file) = ContactFile::open(&path, &Options::default()) else {
        return;
    };
    let mut last = 0;
    while let Some(row) = file.next_row() {
        let Ok(row) = row else { break };
        let number = match &row {
            Row::Draft(draft) => {
                assert!(!draft.name.contains(['\r', '\n', '\0']));
                for one in std::iter::once(&draft.address).chain(&draft.more_addresses) {
                    stands(one);
                }
                draft.row
            }
            Row::Reject(reject) => {
                assert!(!reject.code.is_empty() && !reject.reason.is_empty());
                reject.row
            }
        };
        assert!(number > last, "row {number} after row {last}");
        last = number;
    }
}

/// An address that was accepted is one line, and itself when it is read again.
pub fn stands(one: &Address) {
    assert!(!one.as_str().contains(|c: char| c.is_control()));
    assert_eq!(address::parse(one.as_str()).as_ref(), Ok(one));
}

fn place(extension: &str) -> PathBuf {
    let name = format!("dateline-fuzz-{}.{extension}", std::process::id());
    std::env::temp_dir().join(name)
}
