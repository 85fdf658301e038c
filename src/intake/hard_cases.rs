//! Files nobody should have to import, and what is said about each; any bytes at all.

use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use tempfile::TempDir;

use crate::intake::contact_file::{ContactFile, Options};
use crate::intake::draft::{Reject, Row};
use crate::intake::problem::IntakeProblem;
use crate::intake::rejects;

fn put(bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("press.csv");
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn open_with(bytes: &[u8], options: &Options) -> Result<(ContactFile, Vec<Row>), IntakeProblem> {
    let (_folder, path) = put(bytes);
    let mut file = ContactFile::open(&path, options)?;
    let mut rows = Vec::new();
    while let Some(row) = file.next_row() {
        rows.push(row?);
    }
    Ok((file, rows))
}

fn open(bytes: &[u8]) -> Result<(ContactFile, Vec<Row>), IntakeProblem> {
    open_with(bytes, &Options::default())
}

fn refusal(bytes: &[u8]) -> (&'static str, String) {
    let Err(problem) = open(bytes) else {
        panic!("was read")
    };
    (problem.code(), problem.to_string())
}

fn mapped(map: &[(&str, &str)]) -> Options {
    Options {
        map: map
            .iter()
            .map(|(column, field)| ((*column).to_owned(), (*field).to_owned()))
            .collect(),
        ..Options::default()
    }
}

fn names(rows: &[Row]) -> Vec<&str> {
    rows.iter()
        .map(|row| match row {
            Row::Draft(draft) => draft.name.as_str(),
            Row::Reject(reject) => reject.code,
        })
        .collect()
}

#[test]
fn what_cannot_be_a_contact_file_is_refused_by_name() {
    assert_eq!(refusal(b"").0, "empty-file");
    assert_eq!(refusal(b"\xef\xbb\xbf\r\n\r\n").0, "empty-file");
    assert_eq!(refusal(b"email,name\n").0, "header-only");
    assert_eq!(refusal(b"email,name\n,,\n\n").0, "header-only");
    assert_eq!(refusal(b"PK\x03\x04 xl/workbook.xml").0, "not-csv");
    assert_eq!(refusal(b"BEGIN:VCALENDAR\n").0, "not-csv");
    assert_eq!(refusal(b"<!DOCTYPE html>").0, "not-csv");
    assert_eq!(refusal(&[0; 5000]).0, "not-csv");
    let (code, text) = refusal(b"who,Owner,Sender\nAda,us@example.com,we@example.com\n");
    assert_eq!(code, "no-email-column");
    assert!(
        text.contains("\"who\", \"Owner\", \"Sender\"")
            && text.contains("stand in \"Owner\"")
            && text.contains("--map"),
        "{text}"
    );
}

#[test]
fn what_is_no_readable_file_is_refused_by_name() {
    let (folder, path) = put(b"email\n");
    let code = |path: &std::path::Path| {
        ContactFile::open(path, &Options::default())
            .err()
            .unwrap()
            .code()
    };
    assert_eq!(code(folder.path()), "not-a-file");
    assert_eq!(code(&folder.path().join("none.csv")), "missing-file");
    assert_eq!(code(&path), "header-only");
}

#[test]
fn an_endless_row_ends_the_reading_with_its_line() {
    let mut bytes = b"email,name\na@example.com,A\n\"".to_vec();
    bytes.resize(3_000_000, b'y');
    let (code, sentence) = refusal(&bytes);
    assert_eq!(code, "row-too-long");
    assert!(sentence.contains("line 3"), "{sentence}");
    assert_eq!(refusal(&vec![b'x'; 3_000_000]).0, "row-too-long");
}

#[test]
fn encodings_are_recognised_or_asked_for() {
    let text = "email,name\na@example.com,Jürgen Größl\nb@example.com,Müller\n";
    let units =
        |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let (windows, ..) = encoding_rs::WINDOWS_1252.encode(text);
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), "utf-8"),
        (units(u16::to_le_bytes), "utf-16le"),
        (units(u16::to_be_bytes), "utf-16be"),
        (windows.to_vec(), "windows-1252"),
    ] {
        let (file, rows) = open(&bytes).unwrap();
        assert_eq!(file.encoding(), encoding);
        assert_eq!(names(&rows), ["Jürgen Größl", "Müller"]);
    }
    let (code, sentence) = refusal(b"email,name\na@example.com,K\x8athe M\x8arz\n");
    assert_eq!(code, "needs-encoding");
    assert!(sentence.contains("macintosh"), "{sentence}");
    let options = Options {
        encoding: Some("macroman".to_owned()),
        ..Options::default()
    };
    let (_, rows) = open_with(b"email,name\na@example.com,K\x8athe M\x8arz\n", &options).unwrap();
    assert_eq!(names(&rows), ["Käthe März"]);
    let (sjis, ..) = encoding_rs::SHIFT_JIS.encode("email,name\na@example.com,山田太郎の新聞\n");
    let (code, sentence) = refusal(&sjis);
    assert_eq!(code, "needs-encoding");
    assert!(sentence.contains("Shift_JIS"), "{sentence}");
}

#[test]
fn what_shows_only_far_down_counts_too() {
    // Beyond the sample: CRLF across chunk borders, a cell over two lines, and the one letter that
    // tells Windows-1252 from UTF-8.
    for newline in ["\n", "\r\n", "\r"] {
        let mut bytes = format!("email;name{newline}").into_bytes();
        for row in 0..12_000 {
            let name = "x".repeat(row % 7);
            bytes.extend(format!("a{row}@example.com;\"A{newline}{name}\"{newline}").bytes());
        }
        bytes.extend(*b"last@example.com;M\xfcller");
        let (file, rows) = open(&bytes).unwrap();
        assert_eq!((file.encoding(), rows.len()), ("windows-1252", 12_001));
        for (row, index) in rows.iter().zip(0_u64..) {
            let Row::Draft(draft) = row else {
                panic!("{row:?}")
            };
            assert_eq!((draft.row, draft.line), (index + 1, 2 + 2 * index));
        }
        assert_eq!(names(&rows).last(), Some(&"Müller"));
    }
}

#[test]
fn nul_bytes_and_damaged_letters_are_said() {
    let (file, rows) = open(b"email,name\nada@example.com,A\0da\n").unwrap();
    assert_eq!(names(&rows), ["Ada"]);
    assert_eq!(file.warnings()[0].0, 2);
    let (file, rows) = open(
        "email,name\na@example.com,Größl, ok\nb@example.com,M"
            .bytes()
            .chain(*b"\xfcller\n")
            .collect::<Vec<_>>()
            .as_slice(),
    )
    .unwrap();
    assert_eq!(file.warnings().len(), 1);
    let Row::Draft(draft) = &rows[1] else {
        panic!()
    };
    assert_eq!(draft.warnings.len(), 1);
}

#[test]
fn mapping_overrides_the_words() {
    let file = b"Mailadr,email,Who\na@example.com,x@example.com,Ada\n";
    let (_, rows) = open_with(
        file,
        &mapped(&[("Mailadr", "email"), ("3", "name"), ("email", "ignore")]),
    )
    .unwrap();
    let Row::Draft(draft) = &rows[0] else {
        panic!()
    };
    assert_eq!(
        (draft.address.as_str(), draft.name.as_str()),
        ("a@example.com", "Ada")
    );
    assert!(draft.more_addresses.is_empty());
    let code = |options: &Options| open_with(file, options).err().unwrap();
    let problem = code(&mapped(&[("Mailadr", "emial")]));
    assert_eq!(problem.code(), "unknown-field");
    assert!(problem.to_string().contains("did you mean email"));
    assert_eq!(code(&mapped(&[("Nope", "email")])).code(), "unknown-column");
}

#[test]
fn numbers_stand_in_for_a_missing_header() {
    let file = b"ada@example.com;Ada\nbo@example.org;Bo\n";
    let (opened, rows) = open_with(file, &mapped(&[("1", "email"), ("2", "name")])).unwrap();
    assert_eq!(opened.header(), ["1", "2"]);
    assert_eq!(names(&rows), ["Ada", "Bo"]);
    let Row::Draft(draft) = &rows[0] else {
        panic!()
    };
    assert_eq!((draft.line, draft.row), (1, 1));
}

#[test]
fn one_unclosed_quote_costs_one_row() {
    let (_, rows) = open(b"email,name\na@example.com,\"A\nb@example.com,B\n").unwrap();
    assert_eq!(names(&rows), ["unclosed-quote", "B"]);
}

#[test]
fn the_second_address_stands_in_for_a_broken_first() {
    let (_, rows) = open(b"E-mail 1,E-mail 2,Name\n/o=Org/cn=ada,ada@example.com,Ada\n").unwrap();
    let Row::Draft(draft) = &rows[0] else {
        panic!()
    };
    assert_eq!(draft.address.as_str(), "ada@example.com");
    assert_eq!(draft.warnings.len(), 1);
}

#[test]
fn a_status_that_is_none_is_said_and_ignored() {
    let (file, rows) = open(b"email,status\na@example.com,Staff\nb@example.com,VIP\n").unwrap();
    assert!(
        rows.iter()
            .all(|row| matches!(row, Row::Draft(draft) if draft.opt_out.is_none()))
    );
    assert!(file.warnings()[0].1.contains("--map"));
    let (_, rows) =
        open(b"email,status\na@example.com,active\nb@example.com,gone fishing\n").unwrap();
    let Row::Draft(second) = &rows[1] else {
        panic!()
    };
    assert_eq!(second.opt_out.as_ref().unwrap().reason, "do-not-contact");
}

#[test]
fn a_no_from_the_file_name_survives_mending() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("cleaned_members_export_1.csv");
    fs::write(&path, "email,name\nnot-an-address,Ada\n").unwrap();
    let mut file = ContactFile::open(&path, &Options::default()).unwrap();
    let Some(Ok(Row::Reject(reject))) = file.next_row() else {
        panic!()
    };
    let mut out = Vec::new();
    rejects::write(&mut out, file.header(), [&reject]).unwrap();
    let mended = String::from_utf8(out)
        .unwrap()
        .replace("not-an-address", "ada@example.com");
    let (_, rows) = open(mended.as_bytes()).unwrap();
    let Row::Draft(draft) = &rows[0] else {
        panic!()
    };
    assert_eq!(draft.opt_out.as_ref().unwrap().reason, "bounced");
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        "[a-z,;|\t\"' \r\n]{0,12}",
        any::<String>().prop_map(|text| text.replace('\0', "")),
    ]
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = open(&bytes);
    }

    #[test]
    fn no_text_makes_it_panic(text in "(email[,;\t|]name)?[\r\n]{0,2}([a-c@.,;\"\r\n\t| é]|a@example\\.com){0,80}") {
        let _ = open(text.as_bytes());
    }

    #[test]
    fn every_row_is_accounted_for(rows in prop::collection::vec("[a-c@.\" ]{1,8},[a-c\"]{0,3}", 1..20)) {
        let text = format!("email,name\n{}\n", rows.join("\n"));
        if let Ok((_, read)) = open(text.as_bytes()) {
            let lines = read.iter().map(|row| match row {
                Row::Draft(draft) => draft.line,
                Row::Reject(reject) => reject.line,
            });
            let lines: Vec<u64> = lines.collect();
            prop_assert!(lines.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(lines.iter().all(|line| *line >= 2 && *line <= rows.len() as u64 + 1));
        }
    }

    #[test]
    fn rejects_come_back_with_the_same_cells(rows in prop::collection::vec((cell(), cell(), cell()), 1..8)) {
        let header = ["email", "first name", "outlet"].map(str::to_owned);
        let written: Vec<Reject> = rows
            .into_iter()
            .zip(2..)
            // A first cell that is surely no address, so that each row is rejected again.
            .map(|((a, b, c), line)| Reject {
                line,
                row: line - 1,
                code: "invalid-address",
                reason: "invalid address".to_owned(),
                value: String::new(),
                cells: vec![format!("no {}", a.replace('@', "")), b, c],
            })
            .collect();
        let mut out = Vec::new();
        rejects::write(&mut out, &header, &written).unwrap();
        let (file, read) = open(&out).unwrap();
        prop_assert_eq!(file.header(), ["email", "first name", "outlet", "dateline_line", "dateline_reason"]);
        prop_assert_eq!(read.len(), written.len());
        for (before, after) in written.iter().zip(&read) {
            let Row::Reject(after) = after else { panic!("{after:?}") };
            prop_assert_eq!(&before.cells[..], &after.cells[..3]);
            prop_assert_eq!(&after.cells[3], &before.line.to_string());
        }
        // Once more: the two columns are not doubled.
        let again: Vec<Reject> = read.into_iter().filter_map(|row| match row {
            Row::Reject(reject) => Some(reject),
            Row::Draft(_) => None,
        }).collect();
        let mut twice = Vec::new();
        rejects::write(&mut twice, file.header(), &again).unwrap();
        let (file, _) = open(&twice).unwrap();
        prop_assert_eq!(file.header().len(), 5);
    }
}
