//! `contact import`: what it says, what it refuses, and that a dry run is dry.

use std::fs;

use serde_json::{Value, json};

use crate::people_cli::{Newsroom, PRESS, refused};

#[test]
fn an_import_tells_what_it_did() {
    let newsroom = Newsroom::new();
    newsroom.file("press.csv", PRESS);
    let said = newsroom.import("press.csv", &["--list", "tech", "--tag", "March"]);
    assert_eq!(said.code, 3);
    insta::assert_snapshot!("import_in_words", format!("{}---\n{}", said.out, said.err));
    assert!(!said.out.contains("bo@example"), "a cell in a pipe");
    let seen = newsroom.attended("", &["contact", "import", "press.csv", "--source", "x"]);
    assert_eq!(seen.code, 3);
    assert!(seen.out.contains("bo@example"), "{}", seen.out);
    assert!(
        seen.out
            .contains("3 unchanged, 1 merged, 1 rejected, 1 opted out"),
        "{}",
        seen.out
    );
}

#[test]
fn an_import_as_json_keeps_its_contract() {
    let newsroom = Newsroom::new();
    newsroom.file("press.csv", PRESS);
    let said = newsroom.import("press.csv", &["--list", "tech", "--json"]);
    assert_eq!((said.code, said.err.as_str()), (3, ""));
    insta::assert_json_snapshot!("import_as_json", said.json());
    let again = newsroom.import("press.csv", &["--list", "tech", "--json"]);
    let file = &again.json()["files"][0];
    assert_eq!((&file["added"], &file["updated"]), (&json!(0), &json!(0)));
    assert_eq!(file["unchanged"], 3);
}

#[test]
fn a_dry_run_says_loudly_that_nothing_was_written() {
    let newsroom = Newsroom::new();
    newsroom.file("press.csv", PRESS);
    let said = newsroom.import("press.csv", &["--dry-run", "--list", "tech"]);
    assert_eq!(said.code, 3);
    assert!(said.out.starts_with("DRY RUN"), "{}", said.out);
    assert!(said.out.contains("5 rows: 3 new"), "{}", said.out);
    let last = said.out.lines().last().unwrap_or_default();
    assert!(last.starts_with("Nothing was written."), "{last}");
    assert_eq!(newsroom.json(&["contact", "list"]), json!([]));
    assert_eq!(newsroom.json(&["list", "list"]), json!([]));
    let report = newsroom
        .import("press.csv", &["--dry-run", "--json"])
        .json();
    assert_eq!(
        (&report["import"], &report["dry_run"]),
        (&Value::Null, &json!(true))
    );
}

#[test]
fn mended_rejects_are_imported_again() {
    let newsroom = Newsroom::new();
    newsroom.file("press.csv", PRESS);
    let said = newsroom.import("press.csv", &["--rejects", "mend.csv"]);
    assert_eq!(said.code, 3);
    assert!(said.out.contains("are in mend.csv"), "{}", said.out);
    let path = newsroom.0.path().join("mend.csv");
    let mended = fs::read_to_string(&path).unwrap();
    assert!(mended.contains("bo@example,"), "{mended}");
    fs::write(&path, mended.replace("bo@example,", "bo@example.org,")).unwrap();
    let said = newsroom.import("mend.csv", &[]);
    assert_eq!(said.code, 0);
    assert!(said.out.contains("1 row: 1 new"), "{}", said.out);
}

#[test]
fn files_that_cannot_be_used_are_refused_in_one_sentence() {
    let newsroom = Newsroom::new();
    newsroom.file("empty.csv", "");
    newsroom.file("header.csv", "Name,E-mail\n");
    newsroom.file("zip.csv", b"PK\x03\x04\x14\x00\x00\x00\x08\x00");
    newsroom.file("no-mail.csv", "Name,Fax\nAda,1\n");
    newsroom.file("good.csv", "Name,E-mail\nAda,ada@example.com\n");
    fs::create_dir(newsroom.0.path().join("folder.csv")).unwrap();
    for (words, code) in [
        (&["missing.csv"][..], "missing-file"),
        (&["folder.csv"], "not-a-file"),
        (&["empty.csv"], "empty-file"),
        (&["header.csv"], "header-only"),
        (&["zip.csv"], "not-csv"),
        (&["no-mail.csv"], "no-email-column"),
        (&["good.csv", "--map", "Name=nmae"], "unknown-field"),
        (&["good.csv", "--map", "Nome=name"], "unknown-column"),
        (&["good.csv", "--encoding", "utf-9"], "unknown-encoding"),
        (&["good.csv", "--delimiter", "x"], "unknown-delimiter"),
        (&["good.csv", "--list", "Tech Press"], "invalid-slug"),
        (&["good.csv", "header.csv"], "header-only"),
        (
            &["good.csv", "--rejects", "good.csv"],
            "rejects-over-source",
        ),
    ] {
        let words = [&["contact", "import", "--source", "x", "--json"], words].concat();
        refused(&newsroom.run(&words), 2, code);
    }
    let plain = newsroom.import("missing.csv", &[]);
    assert_eq!((plain.code, plain.out.as_str()), (2, ""));
    assert!(plain.err.starts_with("error: "), "{}", plain.err);
    for words in [
        &["contact", "import", "--json"][..],
        &["contact", "import", "good.csv", "--map", "Name", "--json"],
        &[
            "contact",
            "import",
            "good.csv",
            "--kind",
            "journalist",
            "--json",
        ],
    ] {
        refused(&newsroom.run(words), 2, "usage");
    }
    assert_eq!(newsroom.json(&["contact", "list"]), json!([]));
}

#[test]
fn a_source_is_asked_for_and_never_made_up() {
    let newsroom = Newsroom::new();
    newsroom.file("good.csv", "Name,E-mail\nAda,ada@example.com\n");
    let words = ["contact", "import", "good.csv"];
    let text = refused(
        &newsroom.run(&[&words[..], &["--json"]].concat()),
        2,
        "no-source",
    );
    assert!(text.contains("--source"), "{text}");
    assert_eq!(newsroom.attended("\n", &words).code, 2);
    assert_eq!(newsroom.attended("Cision, March\n", &words).code, 0);
    let card = newsroom.json(&["contact", "show", "1"]);
    assert_eq!(card["source"], "Cision, March");
}
