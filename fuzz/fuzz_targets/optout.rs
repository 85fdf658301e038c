//! Any bytes are a file of opt-outs: its lines are in order.
#![no_main]

use dateline_fuzz::intake::opt_out_file::{self, OptOutFile};
use libfuzzer_sys::fuzz_target;

const OURS: [&str; 8] = [
    "hash", "target", "key", "scope", "of", "reason", "source", "since",
];

fuzz_target!(|bytes: &[u8]| {
    let lines: Vec<u64> = match opt_out_file::read(bytes, &OURS) {
        Ok(OptOutFile::Ours(rows)) => rows.iter().map(|row| row.line).collect(),
        Ok(OptOutFile::Addresses(rows)) => rows.iter().map(|(line, _)| *line).collect(),
        Err(unreadable) => return assert!(!unreadable.0.is_empty()),
    };
    assert!(lines.is_sorted());
});
