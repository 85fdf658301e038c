//! `contact`: listed, exported, added, changed, archived.

use serde_json::{Value, json};

use crate::people_cli::{Newsroom, refused};

#[test]
fn contacts_are_listed_and_exported_by_contract() {
    let newsroom = Newsroom::with_press();
    let all = newsroom.json(&["contact", "list"]);
    insta::assert_json_snapshot!("contacts_as_json", all);
    assert_eq!(newsroom.json(&["contacts", "export"]), all);
    let table = newsroom.run(&["contact", "list"]);
    insta::assert_snapshot!("contacts_as_table", table.out);
    let csv = newsroom.run(&["contact", "export"]).out;
    insta::assert_snapshot!("contacts_as_csv", csv);
    assert_eq!(
        newsroom.run(&["contact", "list", "--format", "csv"]).out,
        csv
    );
    let found = |words: &[&str]| newsroom.addresses(&[&["contact", "list"], words].concat());
    assert_eq!(found(&["--search", "KÖLN"]), ["ZOE@example.org"]);
    assert_eq!(found(&["--beat", "Space"]), ["ZOE@example.org"]);
    assert_eq!(found(&["--status", "opted-out"]), ["cy@example.net"]);
    assert_eq!(found(&["--list", "tech"]).len(), 3);
    assert!(found(&["--tag", "none"]).is_empty());
    let none = newsroom.run(&["contact", "list", "--tag", "none"]);
    assert_eq!((none.code, none.out.as_str()), (0, ""));
    assert!(none.err.contains("No contact"), "{}", none.err);
    let text = refused(
        &newsroom.run(&["contact", "list", "--list", "tehc", "--json"]),
        2,
        "no-list",
    );
    assert!(text.contains("did you mean tech?"), "{text}");
}

#[test]
fn an_export_is_imported_elsewhere_as_it_was() {
    let here = Newsroom::with_press();
    let there = Newsroom::new();
    there.file("moved.csv", here.run(&["contact", "export"]).out);
    let said = there.import("moved.csv", &["--json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert_eq!(said.json()["files"][0]["opted_out"], 1);
    let (old, new) = (
        here.json(&["contact", "list"]),
        there.json(&["contact", "list"]),
    );
    let values = |all: &Value, field: &str| -> Vec<Value> {
        let all = all.as_array().unwrap().iter();
        all.map(|one| one[field].clone()).collect()
    };
    for field in [
        "email", "name", "outlet", "beats", "tags", "lists", "kind", "status",
    ] {
        assert_eq!(values(&old, field), values(&new, field), "{field}");
    }
    // And it changes nothing where it came from.
    here.file("back.csv", here.run(&["contact", "export"]).out);
    let said = here.import("back.csv", &["--json"]);
    assert_eq!(said.json()["files"][0]["updated"], 0);
    assert_eq!(here.json(&["contact", "list"]), old);
}

#[test]
fn one_contact_is_added_changed_shown_and_archived() {
    let newsroom = Newsroom::new();
    let said = newsroom.run(&[
        "contact",
        "add",
        "Ada Byrne <Ada@Example.com>",
        "--outlet",
        "The Daily Example",
        "--beat",
        "energy",
        "--tag",
        "vip",
        "--kind",
        "media",
        "--country",
        "germany",
        "--time-zone",
        "europe/berlin",
        "--source",
        "business card",
    ]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.out
            .starts_with("Added Ada Byrne (The Daily Example) as contact 1."),
        "{}",
        said.out
    );
    let again = newsroom.run(&[
        "contact",
        "add",
        "ada@example.com",
        "--source",
        "x",
        "--json",
    ]);
    assert!(refused(&again, 2, "exists").contains("contact edit 1"));
    let card = newsroom.json(&[
        "contact",
        "edit",
        "ADA@example.com",
        "--title",
        "Editor",
        "--beat",
        "ports",
        "--remove-beat",
        "energy",
        "--phone",
        "1",
    ]);
    assert_eq!(
        (&card["title"], &card["beats"]),
        (&json!("Editor"), &json!(["ports"]))
    );
    assert_eq!(
        (&card["country"], &card["time_zone"]),
        (&json!("DE"), &json!("Europe/Berlin"))
    );
    assert_eq!(
        newsroom.json(&["contact", "edit", "1", "--phone", ""])["phone"],
        ""
    );
    let shown = newsroom.run(&["contact", "show", "1"]);
    insta::assert_snapshot!("contact_card", shown.out);
    let archived = newsroom.json(&["contact", "archive", "1"]);
    assert_eq!(archived["status"], "archived");
    let twice = newsroom.run(&["contact", "archive", "1"]);
    assert!(
        twice.code == 0 && twice.out.contains("already"),
        "{}",
        twice.out
    );
    assert_eq!(
        newsroom.json(&["contact", "edit", "1", "--revive"])["status"],
        "active"
    );
}

#[test]
fn what_a_contact_cannot_be_is_refused() {
    let newsroom = Newsroom::with_press();
    for (words, code) in [
        (&["add", "nobody", "--source", "x"][..], "invalid-address"),
        (&["add", "eve@example.com"], "no-source"),
        (
            &[
                "add",
                "eve@example.com",
                "--source",
                "x",
                "--time-zone",
                "Europe/Berln",
            ],
            "unknown-zone",
        ),
        (
            &[
                "add",
                "eve@example.com",
                "--source",
                "x",
                "--country",
                "Atlantis",
            ],
            "unknown-country",
        ),
        (
            &[
                "add",
                "eve@example.com",
                "--source",
                "x",
                "--name",
                "Eve\nBcc: all",
            ],
            "not-one-line",
        ),
        (&["edit", "1"], "no-change"),
        (&["edit", "99", "--name", "x"], "no-contact"),
        (&["show", "eve@example.com"], "no-contact"),
        (&["archive", "0"], "no-contact"),
    ] {
        let words = [&["contact", "--json"], words].concat();
        let text = refused(&newsroom.run(&words), 2, code);
        assert!(
            !text.contains("eve@"),
            "somebody's address in a message: {text}"
        );
    }
    assert_eq!(newsroom.addresses(&["contact", "list"]).len(), 3);
}
