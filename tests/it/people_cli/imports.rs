//! `contact import`: what it says, what it refuses, and that a dry run is dry.

use std::fmt::Write as _;
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

#[test]
fn imports_are_listed_and_taken_back() {
    let newsroom = Newsroom::with_press();
    let listed = newsroom.run(&["contact", "imports"]);
    insta::assert_snapshot!("imports_in_words", listed.out);
    let shown = newsroom.run(&["contact", "imports", "1"]);
    insta::assert_snapshot!("one_import_in_words", shown.out);
    let planned = newsroom.run(&["contact", "undo-import", "1", "--dry-run"]);
    assert!(planned.out.starts_with("DRY RUN"), "{}", planned.out);
    assert_eq!(
        newsroom
            .json(&["contact", "list"])
            .as_array()
            .unwrap()
            .len(),
        3
    );
    let undone = newsroom.run(&["contact", "undo-import", "1"]);
    assert_eq!(undone.code, 0);
    insta::assert_snapshot!("undone_in_words", undone.out);
    let left = newsroom.json(&["contact", "list"]);
    assert_eq!(left.as_array().unwrap().len(), 1, "who said no is kept");
    let all = newsroom.json(&["contact", "imports"]);
    assert_eq!(
        (&all[0]["state"], &all[0]["list"]),
        (&json!("undone"), &json!("tech"))
    );
    let again = newsroom.run(&["contact", "undo-import", "1", "--json"]);
    let text = refused(&again, 4, "already-undone");
    assert!(text.contains("import 1 has been undone already"), "{text}");
    refused(
        &newsroom.run(&["contact", "undo-import", "9", "--json"]),
        2,
        "no-import",
    );
    refused(
        &newsroom.run(&["contact", "imports", "9", "--json"]),
        2,
        "no-import",
    );
    assert_eq!(newsroom.import("press.csv", &["--list", "tech"]).code, 3);
    assert_eq!(
        newsroom
            .json(&["contact", "list"])
            .as_array()
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn a_plan_shows_each_row_and_its_values_only_at_a_terminal() {
    let newsroom = Newsroom::with_press();
    newsroom.file(
        "new.csv",
        PRESS.replace("energy", "oil").replace("The Daily", "Other"),
    );
    let words = ["contact", "import", "new.csv", "--source", "x", "--dry-run"];
    let piped = newsroom.run(&words);
    assert!(piped.out.contains("updated: contact 1"), "{}", piped.out);
    assert!(
        !piped.out.contains("Other Example"),
        "a cell in a pipe: {}",
        piped.out
    );
    let seen = newsroom.attended("", &words);
    assert!(
        seen.out.contains("outlet: The Daily Example → Other"),
        "{}",
        seen.out
    );
    let mut rows = "Email\n".to_owned();
    for number in 0..30 {
        writeln!(rows, "c{number}@example.com").unwrap();
    }
    newsroom.file("many.csv", rows);
    let words = [
        "contact",
        "import",
        "many.csv",
        "--source",
        "x",
        "--dry-run",
    ];
    let some = newsroom.run(&words);
    assert!(
        some.out.contains("and 10 more; -v shows them all"),
        "{}",
        some.out
    );
    let all = newsroom.run(&[&words[..], &["-v"]].concat());
    assert!(all.out.contains("\n31 "), "{}", all.out);
    let json = newsroom.run(&[&words[..], &["--json"]].concat()).json();
    assert_eq!(json["files"][0]["plan"].as_array().unwrap().len(), 30);
    assert_eq!(json["files"][0]["plan"][0]["outcome"], "new");
}

#[test]
fn a_remembered_mapping_is_said_in_one_line() {
    let newsroom = Newsroom::new();
    newsroom.file("a.csv", "Von,Was\nada@example.com,Editor\n");
    newsroom.file("b.csv", "Von,Was\nbo@example.com,Chief\n");
    assert_eq!(newsroom.import("b.csv", &[]).code, 2);
    let map = ["--map", "Von=email", "--map", "Was=title"];
    assert_eq!(newsroom.import("a.csv", &map).code, 0);
    let said = newsroom.import("b.csv", &[]);
    let line = "  As in import 1: --map Von=email, Was=title; --no-remembered finds the columns out anew\n";
    assert!(said.out.contains(line), "{}", said.out);
    assert_eq!(newsroom.import("b.csv", &["--no-remembered"]).code, 2);
}

#[test]
fn replacing_needs_a_list_and_rows_that_can_be_read() {
    let newsroom = Newsroom::with_press();
    refused(
        &newsroom.import("press.csv", &["--replace", "--json"]),
        2,
        "usage",
    );
    newsroom.file(
        "one.csv",
        "Name,E-mail\nAda,ada@example.com\nBo,bo@example\n",
    );
    let said = newsroom.import("one.csv", &["--list", "tech", "--replace"]);
    assert_eq!(said.code, 3);
    assert!(
        said.err.contains("nobody came off the list tech"),
        "{}",
        said.err
    );
    let said = newsroom.import("one.csv", &["--list", "tech", "--replace", "--yes"]);
    assert!(
        said.out.contains("2 contacts came off the list tech"),
        "{}",
        said.out
    );
    assert_eq!(
        newsroom.addresses(&["list", "members", "tech"]),
        ["ada@example.com"]
    );
}
