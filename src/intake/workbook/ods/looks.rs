//! Which cells of an `OpenDocument` sheet have a line through them: each names a look, or has that of its
//! row or column.

use std::collections::HashSet;

use quick_xml::events::BytesStart;

use crate::intake::workbook::ods::{attribute, number};

/// Looks that are held, and columns with one of their own.
const MOST: usize = 100_000;
/// Bytes of a look's name.
const LONGEST: usize = 200;

#[derive(Default)]
pub(super) struct Looks {
    struck: HashSet<String>,
    /// The look that is being described.
    open: Option<String>,
    /// Of the sheet: up to which column, and whether its cells are struck.
    columns: Vec<(u32, bool)>,
    /// What the row says of its cells, if it does.
    row: Option<bool>,
}

impl Looks {
    /// What describes a look.
    pub(super) fn start(&mut self, name: &str, start: &BytesStart<'_>) {
        match name {
            "style:style" => {
                self.open = attribute(start, "style:name").filter(|name| name.len() <= LONGEST);
                let parent = attribute(start, "style:parent-style-name");
                if parent.is_some_and(|parent| self.struck.contains(&parent)) {
                    self.keep(true);
                }
            }
            "style:text-properties" => {
                let line = [
                    "style:text-line-through-style",
                    "style:text-line-through-type",
                ]
                .iter()
                .find_map(|name| attribute(start, name));
                if let Some(line) = line {
                    self.keep(line != "none");
                }
            }
            _ => {}
        }
    }

    fn keep(&mut self, is_struck: bool) {
        let Some(open) = &self.open else { return };
        if !is_struck {
            self.struck.remove(open);
        } else if self.struck.len() < MOST {
            self.struck.insert(open.clone());
        }
    }

    pub(super) fn sheet(&mut self) {
        self.columns.clear();
        self.row = None;
    }

    pub(super) fn column(&mut self, start: &BytesStart<'_>) {
        let before = self.columns.last().map_or(0, |(until, _)| *until);
        let until =
            before.saturating_add(number(attribute(start, "table:number-columns-repeated")));
        let is_struck = self.named(start, "table:default-cell-style-name");
        if self.columns.len() < MOST {
            self.columns.push((until, is_struck == Some(true)));
        }
    }

    pub(super) fn row(&mut self, start: &BytesStart<'_>) {
        self.row = self.named(start, "table:default-cell-style-name");
    }

    /// Of a cell in `column`.
    pub(super) fn is_struck(&self, start: &BytesStart<'_>, column: u32) -> bool {
        if self.struck.is_empty() {
            return false;
        }
        self.named(start, "table:style-name")
            .or(self.row)
            .unwrap_or_else(|| {
                let at = self.columns.partition_point(|(until, _)| *until <= column);
                self.columns
                    .get(at)
                    .is_some_and(|(_, is_struck)| *is_struck)
            })
    }

    /// Of a part of a text.
    pub(super) fn is_struck_part(&self, start: &BytesStart<'_>) -> bool {
        !self.struck.is_empty() && self.named(start, "text:style-name") == Some(true)
    }

    fn named(&self, start: &BytesStart<'_>, name: &str) -> Option<bool> {
        Some(self.struck.contains(&attribute(start, name)?))
    }
}
