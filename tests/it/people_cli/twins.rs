//! `contact duplicates` and `merge`, `optout export`, `import` and `rotate-key`: in words, JSON and exit
//! codes.

use std::fs;

use crate::people_cli::{Newsroom, refused};

const TWINS: &str = "\
Name,E-mail,Outlet,Phone
Ada Byrne,ada@example.com,The Daily Example,+49 30 5550199
\"Byrne, Ada\",ada.byrne@example.org,The Daily Example,
";

fn with_twins() -> Newsroom {
    let newsroom = Newsroom::new();
    newsroom.file("press.csv", TWINS);
    assert_eq!(newsroom.import("press.csv", &["--list", "tech"]).code, 0);
    newsroom
}

#[test]
fn a_pair_is_shown_merged_and_gone() {
    let newsroom = with_twins();
    let shown = newsroom.run(&["contact", "duplicates"]);
    assert_eq!(shown.code, 0);
    assert!(
        shown.out.contains("same name at the same outlet"),
        "{}",
        shown.out
    );
    assert!(
        shown.err.contains("contact merge KEEP OTHER"),
        "{}",
        shown.err
    );
    let found = newsroom.json(&["contact", "duplicates"]);
    assert_eq!(found["pairs"][0]["score"], 90);
    assert_eq!(found["pairs"][0]["keep"]["email"], "ada@example.com");

    let dry = newsroom.run(&["contact", "merge", "1", "2", "--dry-run"]);
    assert!(
        dry.out.contains("Contact 2 would become contact 1"),
        "{}",
        dry.out
    );
    let asked = newsroom.run(&["contact", "merge", "1", "2", "--json"]);
    refused(&asked, 2, "needs-confirmation");
    let typed = newsroom.attended("1\n", &["contact", "merge", "1", "2"]);
    assert_eq!(typed.code, 0, "{}", typed.err);
    assert!(typed.out.contains("1 address"), "{}", typed.out);
    assert_eq!(newsroom.json(&["contact", "show", "2"])["id"], 1);
    let none = newsroom.run(&["contact", "duplicates"]);
    assert!(none.err.contains("No two of 1 contact"), "{}", none.err);
    let same = newsroom.run(&["contact", "merge", "1", "2", "--yes", "--json"]);
    refused(&same, 2, "same-contact");
}

#[test]
fn two_people_are_remembered_as_two() {
    let newsroom = with_twins();
    let words = ["contact", "duplicates", "--not", "ada@example.com", "2"];
    assert!(newsroom.run(&words).out.contains("two people"));
    assert!(newsroom.run(&words).out.contains("already"));
    assert_eq!(newsroom.json(&["contact", "duplicates"])["total"], 0);
    let half = newsroom.run(&["contact", "duplicates", "--not", "1"]);
    assert_eq!(half.code, 2, "{}", half.err);
}

#[test]
fn what_a_spreadsheet_would_run_is_marked_in_an_export() {
    let newsroom = with_twins();
    let csv = newsroom.run(&["contact", "export"]).out;
    assert!(csv.contains(",'+49 30 5550199,"), "{csv}");
    let json = newsroom.json(&["contact", "list"]);
    assert_eq!(json[0]["phone"], "+49 30 5550199");
}

#[test]
fn opt_outs_go_out_come_back_and_outlive_their_key() {
    let newsroom = with_twins();
    newsroom.run(&["optout", "add", "ada@example.com", "@late.example"]);
    let out = newsroom.run(&["optout", "export", "optouts.csv"]);
    assert!(out.out.contains("Wrote 2 opt-outs"), "{}", out.out);
    let again = newsroom.run(&["optout", "import", "optouts.csv"]);
    assert!(
        again.out.contains("Added 0 opt-outs; 2 there already"),
        "{}",
        again.out
    );

    let stranger = Newsroom::new();
    fs::copy(newsroom.path("optouts.csv"), stranger.path("theirs.csv")).unwrap();
    let refusal = stranger.run(&["optout", "import", "theirs.csv", "--json"]);
    let text = refused(&refusal, 78, "foreign-key");
    assert!(text.contains("--key FILE"), "{text}");
    fs::copy(newsroom.path("dateline.key"), stranger.path("their.key")).unwrap();
    let taken = stranger.json(&["optout", "import", "theirs.csv", "--key", "their.key"]);
    assert_eq!(taken["added"], 2);
    stranger.file("press.csv", TWINS);
    stranger.import("press.csv", &[]);
    let no = ["contact", "list", "--status", "opted-out"];
    assert_eq!(stranger.addresses(&no), ["ada@example.com"]);

    let needs = newsroom.run(&["optout", "rotate-key", "--json"]);
    refused(&needs, 2, "needs-confirmation");
    let rotated = newsroom.json(&["optout", "rotate-key", "--yes"]);
    assert_eq!(
        (&rotated["addresses"], &rotated["kept"]),
        (&2.into(), &1.into())
    );
    assert_eq!(newsroom.addresses(&no), ["ada@example.com"]);
    newsroom.file("late.csv", "Email\neve@late.example\n");
    let dry = newsroom.import("late.csv", &["--dry-run", "--json"]).json();
    assert_eq!(dry["files"][0]["opted_out"], 1);
    newsroom.import("late.csv", &[]);
    assert_eq!(newsroom.addresses(&no).len(), 2);
}

#[test]
fn a_list_of_addresses_says_which_lines_it_left_out() {
    let newsroom = with_twins();
    newsroom.file("gone.txt", "ada@example.com\nnobody\n@example.org\n");
    let dry = newsroom.run(&["optout", "import", "gone.txt", "--dry-run"]);
    assert_eq!(dry.code, 3);
    assert!(dry.out.contains("Would add 2 opt-outs"), "{}", dry.out);
    let said = newsroom.run(&["optout", "import", "gone.txt", "--json"]);
    assert_eq!(said.code, 3);
    assert_eq!(said.json()["rejected"][0]["line"], 2);
    let all = newsroom.addresses(&["contact", "list", "--status", "opted-out"]);
    assert_eq!(all.len(), 2);
    let none = newsroom.run(&["optout", "import", "missing.txt", "--json"]);
    refused(&none, 2, "file");
}
