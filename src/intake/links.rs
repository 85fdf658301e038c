//! Addresses that no cell shows: a cell of a spreadsheet that says "E-Mail", or a name, and is a link to
//! `mailto:…`.

use std::collections::HashMap;

/// Links of one sheet that are held.
const MOST: usize = 200_000;
/// Bytes of one: an address has 254 at most, and each may be written in three.
const LONGEST: usize = 800;

/// By line, the columns from 0 and where each leads.
#[derive(Default, Debug)]
pub(crate) struct Links {
    by_line: HashMap<u64, Vec<(usize, String)>>,
    count: usize,
}

/// What stands behind `mailto:`, without a subject and other wishes; `None` for a link to something else.
pub(crate) fn target(link: &str) -> Option<String> {
    let link = link.trim();
    let start = link.get(..7)?;
    if !start.eq_ignore_ascii_case("mailto:") || link.len() > LONGEST * 4 {
        return None;
    }
    let address = link.split(['?', '#']).next().unwrap_or(link);
    let is_one = address.contains(['@', '%']) && address.len() <= LONGEST;
    is_one.then(|| address.to_owned())
}

/// The target of `HYPERLINK("mailto:…","Ada")`, in whatever program's spelling.
pub(crate) fn in_formula(formula: &str) -> Option<String> {
    let at = formula.find("HYPERLINK(")?;
    let inside = formula[at..].split('"').nth(1)?;
    target(inside)
}

impl Links {
    pub(crate) fn is_empty(&self) -> bool {
        self.by_line.is_empty()
    }

    /// Lines count from 1. A second link of the same cell is left out.
    pub(crate) fn add(&mut self, line: u64, column: usize, target: String) {
        if self.count >= MOST {
            return;
        }
        let row = self.by_line.entry(line).or_default();
        if row.iter().all(|(known, _)| *known != column) {
            row.push((column, target));
            self.count += 1;
        }
    }

    /// The links of a line by their columns, the first one first.
    pub(crate) fn of(&self, line: u64) -> &[(usize, String)] {
        self.by_line.get(&line).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn targets(&self) -> impl Iterator<Item = &str> {
        let rows = self.by_line.values();
        rows.flatten().map(|(_, target)| target.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::{in_formula, target};

    #[test]
    fn only_links_that_write_a_mail_count() {
        for (link, found) in [
            ("mailto:ada@daily.example", Some("mailto:ada@daily.example")),
            (
                "MAILTO:ada@daily.example?subject=News%20from us",
                Some("MAILTO:ada@daily.example"),
            ),
            ("https://daily.example/@ada", None),
            ("mailto:", None),
            ("é", None),
        ] {
            assert_eq!(target(link).as_deref(), found, "{link}");
        }
        let formula = "of:=HYPERLINK(\"mailto:ada@daily.example\";\"Ada\")";
        assert_eq!(
            in_formula(formula).as_deref(),
            Some("mailto:ada@daily.example")
        );
        assert_eq!(in_formula("=HYPERLINK(A2)"), None);
    }
}
