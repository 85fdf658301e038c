//! Cells that a spreadsheet would run as a formula: marked with an apostrophe on the way out, and
//! read without it on the way in.

const MARK: char = '\'';

/// What a spreadsheet takes for the beginning of a formula.
fn is_dangerous(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// The cell as a file for spreadsheets may hold it. A cell that looks like a marked one is marked
/// once more, so that [`unguarded`] gives back exactly what went in.
pub fn guarded(cell: String) -> String {
    let bare = cell.trim_start_matches(MARK);
    if is_dangerous(bare) {
        format!("{MARK}{cell}")
    } else {
        cell
    }
}

/// The cell as it was before [`guarded`]; any other cell stays as it is.
pub fn unguarded(cell: &str) -> &str {
    match cell.strip_prefix(MARK) {
        Some(rest) if is_dangerous(rest.trim_start_matches(MARK)) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::{guarded, unguarded};
    use proptest::prelude::*;

    #[test]
    fn formulas_are_marked_and_nothing_else_is() {
        for (cell, marked) in [
            ("=1+1", "'=1+1"),
            ("+49 30 5550199", "'+49 30 5550199"),
            ("-", "'-"),
            ("@ada", "'@ada"),
            ("\tx", "'\tx"),
            ("'=1", "''=1"),
            ("'t Hooft", "'t Hooft"),
            ("Ada", "Ada"),
            ("", ""),
        ] {
            assert_eq!(guarded(cell.to_owned()), marked);
            assert_eq!(unguarded(marked), cell);
        }
        assert_eq!(unguarded("'tis"), "'tis");
    }

    proptest! {
        #[test]
        fn what_goes_out_comes_back(cell in "['=+@\\-\\t\\ra-c]{0,6}") {
            let out = guarded(cell.clone());
            prop_assert!(!super::is_dangerous(&out));
            prop_assert_eq!(unguarded(&out), cell);
        }
    }
}
