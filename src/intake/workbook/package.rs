//! The parts of an Excel workbook that the reader of its cells does not look at.

use std::fs::File;
use std::io::{BufReader, Seek};

use quick_xml::events::Event;
use quick_xml::reader::Reader;
use zip::ZipArchive;

use crate::intake::workbook::ods::attribute;

pub(super) type Package<'a> = ZipArchive<BufReader<&'a File>>;

/// Relations of one part that are held; a sheet has one for each link.
const MOST_RELATIONS: usize = 250_000;
/// Bytes of what a relation names.
const LONGEST: usize = 4000;

/// Opens the file from its beginning; `None` where it is no package.
pub(super) fn open(mut file: &File) -> Option<Package<'_>> {
    file.rewind().ok()?;
    ZipArchive::new(BufReader::new(file)).ok()
}

/// The sheets by name, each with the path of its part.
pub(super) fn sheets(package: &mut Package<'_>) -> Vec<(String, String)> {
    let mut sheets = Vec::new();
    each(package, "xl/workbook.xml", |event| {
        if let Event::Start(start) = event
            && start.local_name().as_ref() == "sheet"
            && sheets.len() < super::MOST_SHEETS
        {
            sheets.push((attribute(start, "name"), attribute(start, "r:id")));
        }
    });
    let paths = relations(package, "xl/_rels/workbook.xml.rels", |target| {
        target.contains("sheet")
    });
    let found = sheets.into_iter().filter_map(|(name, id)| {
        let (name, id) = (name?, id?);
        let (_, path) = paths.iter().find(|(known, _)| *known == id)?;
        let path = path.trim_start_matches("/xl/").trim_start_matches('/');
        Some((name, format!("xl/{path}")))
    });
    found.collect()
}

/// Number and path of what the part at `path` speaks of, as far as it is to be kept.
pub(super) fn relations_of(
    package: &mut Package<'_>,
    path: &str,
    keep: impl Fn(&str) -> bool,
) -> Vec<(String, String)> {
    let Some((folder, part)) = path.rsplit_once('/') else {
        return Vec::new();
    };
    relations(package, &format!("{folder}/_rels/{part}.rels"), keep)
}

fn relations(
    package: &mut Package<'_>,
    path: &str,
    keep: impl Fn(&str) -> bool,
) -> Vec<(String, String)> {
    let mut found = Vec::new();
    each(package, path, |event| {
        if let Event::Start(start) = event
            && start.local_name().as_ref() == "Relationship"
            && found.len() < MOST_RELATIONS
            && let (Some(id), Some(target)) = (attribute(start, "Id"), attribute(start, "Target"))
            && id.len() <= 100
            && target.len() <= LONGEST
            && keep(&target)
        {
            found.push((id, target));
        }
    });
    found
}

/// Hands over each event of a part, empty elements as two.
pub(super) fn each(package: &mut Package<'_>, path: &str, mut take: impl FnMut(&Event<'_>)) {
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
