//! Cells that a spreadsheet would run as a formula: a stranger's `=HYPERLINK(…)` must stay text.

use std::borrow::Cow;

/// What a spreadsheet takes for the start of a formula (OWASP, "CSV Injection").
const STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The cell with an apostrophe before what would start a formula. A number, a telephone number
/// among them, is none and stays as it is.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    if starts_formula(cell) && !is_number(cell) {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
}

/// The cell without that apostrophe; Excel itself writes it before what shall be text.
pub fn unguarded(cell: &str) -> &str {
    cell.strip_prefix('\'')
        .filter(|rest| starts_formula(rest))
        .unwrap_or(cell)
}

/// Apostrophes before it do not count, so that what was guarded can be guarded again.
fn starts_formula(cell: &str) -> bool {
    cell.trim_start_matches('\'').starts_with(STARTS)
}

fn is_number(cell: &str) -> bool {
    let rest = cell.strip_prefix(['+', '-']);
    rest.is_some_and(|rest| {
        rest.starts_with(|c: char| c.is_ascii_digit() || c == '(')
            && rest
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, ' ' | '.' | ',' | '(' | ')' | '/' | '-'))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_become_text_and_telephone_numbers_stay() {
        assert_eq!(guarded("=1+1"), "'=1+1");
        assert_eq!(guarded("@SUM(A1)"), "'@SUM(A1)");
        assert_eq!(guarded("-cmd|' /C calc'!A0"), "'-cmd|' /C calc'!A0");
        assert_eq!(guarded("+49 (30) 1-2"), "+49 (30) 1-2");
        assert_eq!(guarded("O'Hara"), "O'Hara");
        assert_eq!(unguarded("'+49 30 1"), "+49 30 1");
    }

    proptest! {
        #[test]
        fn what_goes_out_comes_back(cell in "['=+@a1 -]{0,6}") {
            let out = guarded(&cell);
            prop_assert_eq!(unguarded(&out), cell.as_str());
        }
    }
}
