//! Comments on the cells of an Excel workbook: people write "do not contact" into them.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Seek};

use quick_xml::events::Event;
use quick_xml::reader::Reader;
use zip::ZipArchive;

use crate::intake::opt_out;
use crate::intake::words::phrases;
use crate::intake::workbook::ods::attribute;

/// Bytes of one comment that are read.
const LONGEST: usize = 4000;
/// Comments that say no, of one sheet.
const MOST: usize = 100_000;

type Package<'a> = ZipArchive<BufReader<&'a File>>;

/// Rows, from 1, with the reason that a comment there gives.
pub(super) type Noes = Vec<(u64, &'static str)>;

/// By the sheet's name, the rows with a comment that says no. What cannot be read says nothing: the
/// reader of the cells tells what is wrong with the file.
pub(super) fn noes(mut file: &File) -> HashMap<String, Noes> {
    let mut found = HashMap::new();
    if file.rewind().is_err() {
        return found;
    }
    let Ok(mut package) = ZipArchive::new(BufReader::new(file)) else {
        return found;
    };
    let mut sheets = Vec::new();
    each(&mut package, "xl/workbook.xml", |event| {
        if let Event::Start(start) = event
            && start.local_name().as_ref() == "sheet"
            && sheets.len() < super::MOST_SHEETS
        {
            sheets.push((attribute(start, "name"), attribute(start, "r:id")));
        }
    });
    let paths = relations(&mut package, "xl/_rels/workbook.xml.rels");
    for (name, id) in sheets {
        let (Some(name), Some(id)) = (name, id) else {
            continue;
        };
        let Some((_, path)) = paths.iter().find(|(known, _)| *known == id) else {
            continue;
        };
        let path = path.trim_start_matches("/xl/").trim_start_matches('/');
        let Some((folder, part)) = path.rsplit_once('/') else {
            continue;
        };
        let mut noes = Noes::new();
        for (_, target) in relations(&mut package, &format!("xl/{folder}/_rels/{part}.rels")) {
            if target.to_ascii_lowercase().contains("comment") {
                let target = target.trim_start_matches("../").trim_start_matches("/xl/");
                read(&mut package, &format!("xl/{target}"), &mut noes);
            }
        }
        if !noes.is_empty() {
            found.insert(name, noes);
        }
    }
    found
}

/// Number and path of what a part speaks of.
fn relations(package: &mut Package<'_>, path: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    each(package, path, |event| {
        if let Event::Start(start) = event
            && start.local_name().as_ref() == "Relationship"
            && found.len() < super::MOST_SHEETS * 10
            && let (Some(id), Some(target)) = (attribute(start, "Id"), attribute(start, "Target"))
        {
            found.push((id, target));
        }
    });
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

/// Hands over each event of a part, empty elements as two.
fn each(package: &mut Package<'_>, path: &str, mut take: impl FnMut(&Event<'_>)) {
    let Ok(part) = package.by_name(path) else {
        return;
    };
    let mut reader = Reader::from_reader(BufReader::new(part));
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Eof | Event::DocType(_)) | Err(_) => return,
            Ok(event) => take(&event),
        }
    }
}
