//! What a spreadsheet says of a contact outside of the row's cells: struck through, or named on another
//! sheet, "Do not contact".

use std::collections::HashSet;

use crate::intake::draft::{OptOut, Row};
use crate::intake::links::Links;
use crate::intake::opt_out;

/// A sheet that says no by its name, and the addresses on it as they are compared.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) sheet: String,
    pub(crate) reason: &'static str,
    pub(crate) addresses: HashSet<String>,
}

#[derive(Default, Debug)]
pub(crate) struct SheetMarks {
    /// Lines whose address is struck through, in their order.
    pub(crate) struck: Vec<u64>,
    /// Lines with a comment on a cell that says no, and why.
    pub(crate) remarked: Vec<(u64, &'static str)>,
    pub(crate) refused: Vec<Refused>,
    /// Cells that are links to an address.
    pub(crate) links: Links,
}

impl SheetMarks {
    /// What to say of the file.
    pub(crate) fn remarks(&self) -> impl Iterator<Item = String> {
        self.refused.iter().map(|refused| {
            format!(
                "by its name the sheet \"{0}\" holds people who said no: whoever stands there and here is taken as an opt-out; for the others there: the same command with --sheet \"{0}\"",
                refused.sheet
            )
        })
    }

    /// Adds to a row what it does not say itself.
    pub(crate) fn tell(&self, row: &mut Row) {
        let Row::Draft(draft) = row else { return };
        let mut said = Vec::new();
        if self.struck.binary_search(&draft.line).is_ok() {
            said.push((
                opt_out::DO_NOT_CONTACT,
                "struck through".to_owned(),
                "the address is struck through in the sheet; taken as an opt-out".to_owned(),
            ));
        }
        for (_, reason) in self.remarked.iter().filter(|(line, _)| *line == draft.line) {
            said.push((
                *reason,
                "comment".to_owned(),
                format!("a comment on one of its cells says {reason}; taken as an opt-out"),
            ));
        }
        for refused in &self.refused {
            let mut addresses = std::iter::once(&draft.address).chain(&draft.more_addresses);
            if addresses.any(|address| refused.addresses.contains(&address.key())) {
                let sheet = &refused.sheet;
                said.push((
                    refused.reason,
                    format!("sheet {sheet}"),
                    format!("stands on the sheet \"{sheet}\", too; taken as an opt-out"),
                ));
            }
        }
        for (reason, column, warning) in said {
            let is_stricter =
                |known: &OptOut| opt_out::weight(reason) > opt_out::weight(known.reason);
            if draft.opt_out.as_ref().is_none_or(is_stricter) {
                draft.opt_out = Some(OptOut { reason, column });
                draft.warnings.push(warning);
            }
        }
    }
}
