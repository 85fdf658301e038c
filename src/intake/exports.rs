//! An export of each program that we know, and lists as people keep them: who is in, and who said no.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::intake::contact_file::{ContactFile, Options};
use crate::intake::draft::{ContactDraft, Row};
use crate::intake::formats;

/// What `tests/exports/expected.tsv` says of a file.
struct Case {
    file: String,
    format: String,
    /// Address, name, outlet of some.
    people: Vec<Vec<String>>,
    /// Address and reason; whoever is not named here may be written to.
    no: BTreeSet<(String, String)>,
    rejected: usize,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports")
}

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(folder().join("expected.tsv")).unwrap();
    let items = |cell: &str| -> Vec<Vec<String>> {
        let filled = cell.split(" | ").filter(|item| !item.is_empty());
        let parts = |item: &str| -> Vec<String> {
            item.split(';').map(|part| part.trim().to_owned()).collect()
        };
        filled.map(parts).collect()
    };
    let case = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let no = items(cells[3]);
        Case {
            file: cells[0].to_owned(),
            format: cells[1].to_owned(),
            people: items(cells[2]),
            no: no
                .iter()
                .map(|pair| (pair[0].clone(), pair[1].clone()))
                .collect(),
            rejected: cells[4].parse().unwrap(),
        }
    };
    text.lines().skip(1).map(case).collect()
}

fn read(name: &str) -> (ContactFile, Vec<ContactDraft>, usize) {
    let mut file = ContactFile::open(&folder().join(name), &Options::default()).unwrap();
    let (mut drafts, mut rejected) = (Vec::new(), 0);
    while let Some(row) = file.next_row() {
        match row.unwrap() {
            Row::Draft(draft) => drafts.push(*draft),
            Row::Reject(_) => rejected += 1,
        }
    }
    (file, drafts, rejected)
}

#[test]
fn everybody_is_in_and_every_no_is_heard() {
    let mut wrong = Vec::new();
    for case in cases() {
        let (file, drafts, rejected) = read(&case.file);
        let no: BTreeSet<(String, String)> = drafts
            .iter()
            .filter_map(|draft| {
                let reason = draft.opt_out.as_ref()?.reason;
                Some((draft.address.as_str().to_owned(), reason.to_owned()))
            })
            .collect();
        if no != case.no {
            wrong.push(format!("{}: {no:?}", case.file));
        }
        for person in &case.people {
            let found = drafts
                .iter()
                .find(|draft| draft.address.as_str() == person[0]);
            if found.is_none_or(|draft| [&draft.name, &draft.outlet] != [&person[1], &person[2]]) {
                let found = found.map(|draft| (&draft.name, &draft.outlet));
                wrong.push(format!("{}: {} is {found:?}", case.file, person[0]));
            }
        }
        if (file.format(), rejected) != (case.format.as_str(), case.rejected) {
            wrong.push(format!(
                "{}: {} with {rejected} rejected",
                case.file,
                file.format()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_known_format_has_an_export_and_every_export_its_line() {
    let cases = cases();
    let missing: Vec<&str> = formats::all()
        .map(|format| format.name)
        // Tried by its own round trip.
        .filter(|name| *name != "dateline" && !cases.iter().any(|case| case.format == *name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let is_tried = cases.iter().any(|case| case.file == name);
        assert!(name == "expected.tsv" || is_tried, "{name}");
    }
}

#[test]
fn cells_are_read_as_people_write_them() {
    let (_, drafts, _) = read("odd-cells.csv");
    let of = |address: &str| {
        drafts
            .iter()
            .find(|draft| draft.address.as_str() == address)
            .unwrap()
    };
    assert_eq!(of("ada@daily.example").phone, "0049 30 1");
    assert_eq!(of("bo@radio.example").phone, "");
    assert!(
        of("bo@radio.example")
            .warnings
            .iter()
            .any(|text| text.contains("shortened by a spreadsheet"))
    );
    let (_, drafts, _) = read("muck-rack.csv");
    assert_eq!(drafts[0].notes, "Opinions mine\nPrefers mail");
    let (_, drafts, _) = read("outlook-french.csv");
    assert_eq!(
        (drafts[0].title.as_str(), drafts[0].country.as_str()),
        ("Rédactrice", "CH")
    );
    let (_, drafts, _) = read("prmax.csv");
    assert_eq!(drafts[0].kind, Some(crate::domain::contact::Kind::Media));
}
