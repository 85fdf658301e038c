//! What must hold for every file of contacts, whatever is in it.

use crate::domain::address::{self, Address};
use crate::intake::contact_file::{ContactFile, Options};
use crate::intake::draft::Row;
use crate::place;

/// Reads a file to its end; rows are in order and no address is another one when it is read again.
pub fn contacts(extension: &str, bytes: &[u8]) {
    let path = place(extension, bytes);
    let mut file = match ContactFile::open(&path, &Options::default()) {
        Ok(file) => file,
        Err(problem) => {
            assert!(!problem.to_string().is_empty() && !problem.code().is_empty());
            return;
        }
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
