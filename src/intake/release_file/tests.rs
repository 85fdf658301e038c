//! What a release file may hold, and what is said about one that cannot be used.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

const EXAMPLE: &str = include_str!("../../../examples/harbour-light.md");
const GERMAN: &str = include_str!("../../../examples/harbour-light.de.md");

fn problems(text: &str) -> Vec<(usize, &'static str, String)> {
    let problems = read(text).unwrap_err();
    problems
        .into_iter()
        .map(|p| (p.line, p.code, p.message))
        .collect()
}

fn with(front: &str) -> String {
    format!("+++\nslug = \"a\"\nheadline = \"H\"\n{front}\n+++\nBody\n")
}

#[test]
fn the_examples_are_read() {
    let draft = read(EXAMPLE).unwrap();
    assert_eq!(draft.slug, "harbour-light");
    assert_eq!(
        draft.embargo.as_deref(),
        Some("2026-11-03 09:00 America/Vancouver")
    );
    let dateline = draft.dateline.unwrap();
    assert_eq!(dateline.date, Some(date(2026, 11, 3)));
    assert_eq!(draft.assets[0].file, "turbine.jpg");
    let line = EXAMPLE.lines().nth(draft.body_line - 1).unwrap();
    assert!(draft.body.starts_with(line));
    let german = read(GERMAN).unwrap();
    assert_eq!(german.slug, draft.slug);
    assert_eq!(german.language.as_deref(), Some("de"));
}

#[test]
fn a_windows_file_with_a_byte_order_mark_is_the_same() {
    let windows = format!("\u{FEFF}{}", EXAMPLE.replace('\n', "\r\n"));
    assert_eq!(read(&windows), read(EXAMPLE));
    let dirty = EXAMPLE.replace("turbines", "tur\0bi\u{1b}nes\u{E000}");
    assert_eq!(read(&dirty), read(EXAMPLE));
    let escaped = read(&with("end_mark = \"\\u0000#\\uE000#\\n#\"")).unwrap();
    assert_eq!(escaped.end_mark.as_deref(), Some("## #"));
}

#[test]
fn all_problems_are_reported_with_their_lines() {
    let found = problems(
        "+++\nslug = \"Harbour Light\"\nsubhead = [\"x\"]\norganizations = \"harbour-light\"\n\
         dateline = { city = \"Vancouver\", contry = \"CA\", date = 2026-11-03T09:00:00 }\n\
         kind = \"news\"\nmaterial = \"no\"\nzzz = 1\nassets = [{ alt = \"x\" }]\nlanguage = \"English\"\n\
         source_url = \"example.com\"\n+++\n\nBody {{ contact.fist_name }}\n",
    );
    let short: Vec<_> = found.iter().map(|(line, code, _)| (*line, *code)).collect();
    assert_eq!(
        short,
        [
            (1, "missing"),
            (2, "bad-slug"),
            (3, "unknown-key"),
            (4, "wrong-type"),
            (5, "unknown-key"),
            (5, "bad-value"),
            (6, "bad-value"),
            (7, "wrong-type"),
            (8, "unknown-key"),
            (9, "missing"),
            (10, "bad-value"),
            (11, "bad-value"),
            (14, "merge-field"),
        ]
    );
    assert!(found[0].2.contains("headline is missing"));
    assert!(found[2].2.contains("did you mean subheads?"));
    assert!(
        found[4]
            .2
            .contains("dateline.contry; did you mean country?")
    );
    assert!(found[8].2.contains("known are slug"));
}

#[test]
fn a_file_that_is_no_release_is_told_how_one_looks() {
    for (text, line, code) in [
        ("", 1, "front-matter"),
        ("Just text\n", 1, "front-matter"),
        ("\n---\nslug: a\n---\nBody", 2, "yaml"),
        ("+++\nslug = \"a\"\nBody", 1, "front-matter"),
        (
            "+++\nslug = \"a\"\nheadline = \"H\"\n+++\n \n",
            5,
            "missing",
        ),
        ("+++\nslug = \"a\"\nheadline = \n+++\nBody", 3, "toml"),
        (
            "+++\nslug = \"a\"\nslug = \"b\"\nheadline = \"H\"\n+++\nBody",
            3,
            "toml",
        ),
        (
            "+++\nslug = \"a\"\nheadline = \" \"\n+++\nBody",
            3,
            "missing",
        ),
        (
            "+++\nslug = \"a\"\nheadline = \"H {{ x }}\"\n+++\nBody",
            3,
            "merge-field",
        ),
    ] {
        let found = problems(text);
        assert_eq!(
            (found[0].0, found[0].1),
            (line, code),
            "{text:?}: {found:?}"
        );
    }
}

#[test]
fn values_in_their_other_forms() {
    let draft = read(&with(
        "embargo = 2026-11-03T09:00:00-07:00\nkind = \"correction\"\nstate_style = \"postal\"\n\
         dateline = { city = \"Graz\", date = \"2026-11-03\" }\nmaterial = true\nwire_credit = \"\"\n\
         assets = [{ file = \"a.pdf\", use = \"link\" }]",
    ))
    .unwrap();
    assert_eq!(draft.embargo.as_deref(), Some("2026-11-03T09:00:00-07:00"));
    assert_eq!(
        (draft.kind, draft.state_style),
        (VersionKind::Correction, Some(StateStyle::Postal))
    );
    assert_eq!(draft.dateline.unwrap().date, Some(date(2026, 11, 3)));
    assert!(draft.material && draft.wire_credit.is_none());
    assert_eq!(draft.assets[0].use_, AssetUse::Link);
}

proptest! {
    #[test]
    fn never_panics(text in "(\\+\\+\\+|---|slug|headline|dateline|assets|date|=|\"|\\[|\\]|\\{|\\}|2026-11-03|\n|\r|ä| |,|\u{FEFF}|\\{\\{|[a-z]){0,40}") {
        let _ = read(&text);
        let _ = read(&format!("+++\n{text}\n+++\n{text}"));
    }

    #[test]
    fn a_damaged_file_is_told_line_by_line(at in 0..EXAMPLE.len(), other in ".{0,3}", long in 0_usize..40) {
        let start = EXAMPLE.floor_char_boundary(at);
        let end = EXAMPLE.floor_char_boundary(at + long);
        let damaged = format!("{}{other}{}", &EXAMPLE[..start], &EXAMPLE[end..]);
        let lines = damaged.lines().count() + 1;
        for problem in read(&damaged).err().into_iter().flatten() {
            prop_assert!((1..=lines).contains(&problem.line), "{problem}");
            prop_assert!(!problem.message.is_empty() && !problem.message.contains('\n'), "{problem}");
        }
    }
}

#[test]
fn a_legend_keeps_its_paragraphs() {
    let text = "+++\nslug = \"x\"\nheadline = \"H\"\nforward_looking = \"\"\"\nOne\nof two.\n\nTwo.\n\"\"\"\n+++\nText.\n";
    let draft = read(text).unwrap();
    assert_eq!(
        draft.forward_looking.as_deref(),
        Some("One\nof two.\n\nTwo.")
    );
    let empty = text.replace("One\nof two.\n\nTwo.\n", "");
    assert_eq!(read(&empty).unwrap().forward_looking, None);
}
