//! Links on the cells of an Excel workbook that lead to `mailto:…`: of the sheet, or made by a formula.

use std::collections::HashMap;
use std::fs::File;

use quick_xml::events::{BytesStart, Event};

use crate::intake::links::{self, Links};
use crate::intake::workbook::lines::{COLUMNS, ROWS};
use crate::intake::workbook::ods::attribute;
use crate::intake::workbook::package::{self, Package, each};

/// Bytes of a formula that are read.
const LONGEST: usize = 4000;

/// By the sheet's name, its links. `has_formulas`: somewhere in the file is the word that makes one.
pub(super) fn links(file: &File, has_formulas: bool) -> HashMap<String, Links> {
    let mut found = HashMap::new();
    let Some(mut package) = package::open(file) else {
        return found;
    };
    for (name, path) in package::sheets(&mut package) {
        let is_mail = |target: &str| links::target(target).is_some();
        let targets: HashMap<String, String> = package::relations_of(&mut package, &path, is_mail)
            .into_iter()
            .collect();
        if targets.is_empty() && !has_formulas {
            continue;
        }
        let links = of_sheet(&mut package, &path, &targets);
        if !links.is_empty() {
            found.insert(name, links);
        }
    }
    found
}

fn of_sheet(package: &mut Package<'_>, path: &str, targets: &HashMap<String, String>) -> Links {
    let mut found = Links::default();
    let mut cell = None;
    let mut formula: Option<String> = None;
    each(package, path, |event| match event {
        Event::Start(start) => match start.local_name().as_ref() {
            "c" => cell = attribute(start, "r").and_then(|place| place_of(&place)),
            "f" => formula = Some(String::new()),
            "hyperlink" => link(start, targets, &mut found),
            _ => {}
        },
        Event::Text(text) => add(&mut formula, &text.xml10_content()),
        Event::GeneralRef(entity) => {
            let text = quick_xml::escape::resolve_predefined_entity(entity);
            add(&mut formula, text.unwrap_or_default());
        }
        Event::End(end) if end.local_name().as_ref() == "f" => {
            let target = formula
                .take()
                .and_then(|formula| links::in_formula(&formula));
            if let (Some((line, column)), Some(target)) = (cell, target) {
                found.add(line, column, target);
            }
        }
        _ => {}
    });
    found
}

fn add(formula: &mut Option<String>, text: &str) {
    if let Some(formula) = formula
        && formula.len() + text.len() <= LONGEST
    {
        formula.push_str(text);
    }
}

fn link(start: &BytesStart<'_>, targets: &HashMap<String, String>, found: &mut Links) {
    let id = attribute(start, "r:id");
    let place = attribute(start, "ref").and_then(|place| place_of(&place));
    let target = id.and_then(|id| links::target(targets.get(&id)?));
    if let (Some((line, column)), Some(target)) = (place, target) {
        found.add(line, column, target);
    }
}

/// Line, from 1, and column, from 0, of `BC12`, or of the first cell of `BC12:BC14`.
fn place_of(place: &str) -> Option<(u64, usize)> {
    let place = place.split(':').next()?.replace('$', "");
    let letters = place.trim_end_matches(|c: char| c.is_ascii_digit());
    let line = place[letters.len()..].parse().ok()?;
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let mut column = 0;
    for letter in letters.bytes() {
        let number = letter.to_ascii_uppercase().checked_sub(b'A')?;
        if number > 25 {
            return None;
        }
        column = column * 26 + u32::from(number) + 1;
    }
    let is_read = column <= COLUMNS && line <= u64::from(ROWS);
    is_read.then(|| (line, column as usize - 1))
}

#[cfg(test)]
mod tests {
    use super::place_of;

    #[test]
    fn a_cell_is_found_by_its_name() {
        for (place, found) in [
            ("A1", Some((1, 0))),
            ("$C$12", Some((12, 2))),
            ("AA3:AB9", Some((3, 26))),
            ("12", None),
            ("ÄB1", None),
            ("ZZZZ1", None),
            ("A", None),
        ] {
            assert_eq!(place_of(place), found, "{place}");
        }
    }
}
