//! Comments on the cells of an Excel workbook: people write "do not contact" into them.

use std::collections::HashMap;
use std::fs::File;

use quick_xml::events::Event;

use crate::intake::opt_out;
use crate::intake::words::phrases;
use crate::intake::workbook::ods::attribute;
use crate::intake::workbook::package::{self, Package, each};

/// Bytes of one comment that are read.
const LONGEST: usize = 4000;
/// Comments that say no, of one sheet.
const MOST: usize = 100_000;

/// Rows, from 1, with the reason that a comment there gives.
pub(super) type Noes = Vec<(u64, &'static str)>;

/// By the sheet's name, the rows with a comment that says no. What cannot be read says nothing: the
/// reader of the cells tells what is wrong with the file.
pub(super) fn noes(file: &File) -> HashMap<String, Noes> {
    let mut found = HashMap::new();
    let Some(mut package) = package::open(file) else {
        return found;
    };
    for (name, path) in package::sheets(&mut package) {
        let mut noes = Noes::new();
        let is_comment = |target: &str| target.to_ascii_lowercase().contains("comment");
        for (_, target) in package::relations_of(&mut package, &path, is_comment)
            .into_iter()
            .take(super::MOST_SHEETS)
        {
            let target = target.trim_start_matches("../").trim_start_matches("/xl/");
            read(&mut package, &format!("xl/{target}"), &mut noes);
        }
        if !noes.is_empty() {
            found.insert(name, noes);
        }
    }
    found
}

fn read(package: &mut Package<'_>, path: &str, noes: &mut Noes) {
    let mut row = None;
    let mut text = String::new();
    each(package, path, |event| match event {
        Event::Start(start) if is_comment(start.local_name().as_ref()) => {
            row = attribute(start, "ref").and_then(|place| row_of(&place));
            text.clear();
        }
        Event::Text(part) if row.is_some() && text.len() < LONGEST => {
            text.push_str(&part.xml10_content());
        }
        Event::End(end) if is_comment(end.local_name().as_ref()) => {
            let reason = opt_out::plain(&text).or_else(|| phrases::no(&text));
            if let (Some(row), Some(reason)) = (row.take(), reason)
                && noes.len() < MOST
            {
                noes.push((row, reason));
            }
        }
        _ => {}
    });
}

fn is_comment(name: &str) -> bool {
    matches!(name, "comment" | "threadedComment")
}

/// The row of `BC12`.
fn row_of(place: &str) -> Option<u64> {
    let digits = place.trim_start_matches(|c: char| c.is_ascii_alphabetic() || c == '$');
    digits.parse().ok()
}
