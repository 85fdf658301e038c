//! Several people in one row: "Ada Byrne, Bo Chen" beside "ada@…, bo@…", or `Ada <ada@…>, Bo <bo@…>` in one cell.

use crate::domain::address;
use crate::intake::address_lines;
use crate::intake::cell;
use crate::intake::header::Field;
use crate::intake::plan::Plan;
use crate::intake::table::Record;

/// People of one row: beyond, it is a list of some other kind.
const MOST: usize = 20;

impl Plan {
    /// The row once for each person; empty where it is about one, or where it cannot be told whose each
    /// address is.
    pub(crate) fn people(&self, record: &Record) -> Vec<Record> {
        if record.unclosed || self.format == "google" {
            return Vec::new();
        }
        let mut filled = [Field::Email, Field::MoreEmail]
            .into_iter()
            .flat_map(|field| self.columns(field))
            .filter(|index| record.cell(*index).contains('@'));
        let (Some(column), None) = (filled.next(), filled.next()) else {
            return Vec::new();
        };
        let text = record.cell(column);
        if text.matches('@').count() < 2 || text.contains(":::") {
            return Vec::new();
        }
        let boxes = address_lines::mailboxes(text);
        if !(2..=MOST).contains(&boxes.len()) {
            return Vec::new();
        }
        let Some(read) = boxes
            .iter()
            .map(|text| one(text))
            .collect::<Option<Vec<_>>>()
        else {
            return Vec::new();
        };
        let is_filled = |field| {
            let mut columns = self.columns(field);
            columns.any(|index| !cell::value(record.cell(index)).is_empty())
        };
        if is_filled(Field::GivenName) || is_filled(Field::FamilyName) {
            return Vec::new();
        }
        let Some(name) = self
            .columns(Field::Name)
            .find(|index| !cell::value(record.cell(*index)).is_empty())
        else {
            if !named_each(&read) {
                return Vec::new();
            }
            let each = boxes.iter().map(|text| record.with(&[(column, text)]));
            return each.collect();
        };
        let names = names(record.cell(name));
        let Some(order) = order(&names, &read) else {
            return Vec::new();
        };
        let pairs = boxes.iter().zip(order);
        pairs
            .map(|(text, place)| record.with(&[(column, text), (name, &names[place])]))
            .collect()
    }
}

/// Local part and name of a cell with exactly one address.
fn one(text: &str) -> Option<(String, Option<String>)> {
    let read = address::read(text).ok()?;
    let [address] = read.addresses.as_slice() else {
        return None;
    };
    Some((cell::key(address.local()), read.display_name))
}

/// Each has a name beside it, and no two the same.
fn named_each(read: &[(String, Option<String>)]) -> bool {
    let mut names: Vec<String> = read
        .iter()
        .filter_map(|(_, name)| name.as_deref().map(cell::key))
        .collect();
    names.sort_unstable();
    names.dedup();
    names.len() == read.len()
}

/// The names in a cell, where each has a given name and a family name.
fn names(text: &str) -> Vec<String> {
    let text = [
        " and ", " und ", " et ", " y ", " e ", " en ", " og ", " och ", " i ",
    ]
    .iter()
    .fold(text.to_owned(), |text, word| text.replace(word, ";"));
    let parts: Vec<String> = text
        .split([',', ';', '/', '&', '\n', '+'])
        .map(cell::value)
        .filter(|part| !part.is_empty())
        .collect();
    let is_whole = |part: &String| (2..=4).contains(&part.split_whitespace().count());
    if parts.iter().all(is_whole) {
        parts
    } else {
        Vec::new()
    }
}

/// For each address the place of its name: as they are written, unless an address has a word of another
/// one's name ("bo@…" is not Ada's), and then by these words, where they tell all.
fn order(names: &[String], read: &[(String, Option<String>)]) -> Option<Vec<usize>> {
    if names.len() != read.len() {
        return None;
    }
    let holds = |name: &str, local: &str| {
        let words = cell::words(name);
        words
            .iter()
            .any(|word| word.chars().count() > 1 && local.contains(word.as_str()))
    };
    let of = |local: &str| -> Vec<usize> {
        let places = 0..names.len();
        places
            .filter(|place| holds(&names[*place], local))
            .collect()
    };
    let found: Vec<Vec<usize>> = read.iter().map(|(local, _)| of(local)).collect();
    if (0..names.len()).all(|at| found[at].is_empty() || found[at].contains(&at)) {
        return Some((0..names.len()).collect());
    }
    let only = found.iter().map(|places| match places.as_slice() {
        [place] => Some(*place),
        _ => None,
    });
    let order: Vec<usize> = only.collect::<Option<_>>()?;
    let mut sorted = order.clone();
    sorted.sort_unstable();
    sorted.dedup();
    (sorted.len() == order.len()).then_some(order)
}

#[cfg(test)]
mod tests {
    use super::{names, one, order};

    fn told(people: &str, boxes: [&str; 2]) -> Option<Vec<usize>> {
        let read: Vec<_> = boxes.iter().filter_map(|text| one(text)).collect();
        order(&names(people), &read)
    }

    #[test]
    fn each_address_has_to_be_somebodys() {
        for (people, boxes, places) in [
            (
                "Ada Byrne, Bo Chen",
                ["ada@a.example", "bo@a.example"],
                [0, 1],
            ),
            (
                "Ada Byrne & Bo Chen",
                ["a.byrne@a.example", "desk@a.example"],
                [0, 1],
            ),
            (
                "Ada Byrne und Bo Chen",
                ["ab@a.example", "bc@a.example"],
                [0, 1],
            ),
            (
                "Ada Byrne, Bo Chen",
                ["bo@a.example", "ada@a.example"],
                [1, 0],
            ),
        ] {
            assert_eq!(
                told(people, boxes).as_deref(),
                Some(&places[..]),
                "{people}"
            );
        }
        for (people, boxes) in [
            ("Ada Byrne, Bo Chen", ["bo@a.example", "desk@a.example"]),
            ("Byrne, Ada", ["ada@a.example", "ada@home.example"]),
            ("Ada Byrne", ["ada@a.example", "ada@home.example"]),
        ] {
            assert_eq!(told(people, boxes), None, "{people}");
        }
    }
}
