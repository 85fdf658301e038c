//! `--where`: contacts in words, many changed at once, lists that are filters, outlets, and the long unwritten.

use serde_json::{Value, json};

use crate::people_cli::{Newsroom, refused};

#[test]
fn contacts_are_asked_for_in_words() {
    let newsroom = Newsroom::with_press();
    let found = |words: &str| newsroom.addresses(&["contact", "list", "--where", words]);
    assert_eq!(found("beat:energy,ports"), ["ada@example.com"]);
    assert_eq!(found("-beat:energy -status:opted-out"), ["ZOE@example.org"]);
    assert_eq!(found("outlet:'example wire' or löwe").len(), 2);
    assert_eq!(
        newsroom.addresses(&[
            "contact",
            "export",
            "--where",
            "list:tech domain:example.org"
        ]),
        ["ZOE@example.org"]
    );
    let both = [
        "contact",
        "list",
        "--beat",
        "science",
        "--where",
        "last_sent:never",
    ];
    assert_eq!(newsroom.addresses(&both), ["ZOE@example.org"]);
    let wrong = [
        "contact",
        "list",
        "--where",
        "beat:energy outlett:x",
        "--json",
    ];
    let text = refused(&newsroom.run(&wrong), 2, "filter");
    assert!(
        text.contains("column 13") && text.contains("did you mean outlet?"),
        "{text}"
    );
    let slip = newsroom.run(&["contact", "list", "--where", "beat:enrgy"]);
    assert!(
        slip.code == 0 && slip.err.contains("did you mean energy?"),
        "{}",
        slip.err
    );
    let gone = ["contact", "list", "--where", "list:tehc", "--json"];
    refused(&newsroom.run(&gone), 2, "no-list");
}

#[test]
fn many_are_changed_after_their_number_was_typed() {
    let newsroom = Newsroom::with_press();
    let edit = [
        "contact",
        "edit",
        "--kind",
        "media",
        "--where",
        "outlet:'Example Wire' or ada",
    ];
    let asked = refused(
        &newsroom.run(&[&edit[..], &["--json"]].concat()),
        2,
        "needs-confirmation",
    );
    assert!(asked.contains("Change 2 contacts?"), "{asked}");
    assert_eq!(newsroom.attended("3\n", &edit).code, 1);
    assert_eq!(
        newsroom
            .addresses(&["contact", "list", "--kind", "media"])
            .len(),
        0
    );
    let done = newsroom.attended("2\n", &edit);
    assert!(
        done.code == 0 && done.out.contains("Changed 2 contacts"),
        "{}",
        done.err
    );
    assert_eq!(
        newsroom
            .addresses(&["contact", "list", "--kind", "media"])
            .len(),
        2
    );
    let country = [
        "contact",
        "edit",
        "--country",
        "Germany",
        "--where",
        "kind:unknown",
        "--yes",
    ];
    assert_eq!(newsroom.json(&country), json!({"contacts": 1, "labels": 0}));
    assert_eq!(newsroom.json(&["contact", "show", "2"])["country"], "DE");
    let name = [
        "contact", "edit", "--name", "X", "--where", "ada", "--yes", "--json",
    ];
    refused(&newsroom.run(&name), 2, "one-person");
    let neither = ["contact", "edit", "--kind", "media", "--json"];
    refused(&newsroom.run(&neither), 2, "usage");
    let nobody = newsroom.run(&[
        "contact",
        "edit",
        "--kind",
        "media",
        "--where",
        "country:US",
    ]);
    assert_eq!(nobody.out, "Nobody is meant; nothing was changed.\n");
}

#[test]
fn tags_and_notes() {
    let newsroom = Newsroom::with_press();
    let tagged = newsroom.json(&["contact", "tag", "vip", "ada@example.com", "2", "2"]);
    assert_eq!(tagged, json!({"contacts": 2, "labels": 2}));
    let all = newsroom.json(&["contact", "tag", "VIP", "--where", "list:tech", "--yes"]);
    assert_eq!(all, json!({"contacts": 3, "labels": 1}));
    let less = newsroom.json(&[
        "contact",
        "untag",
        "vip",
        "--where",
        "status:opted-out",
        "--yes",
    ]);
    assert_eq!(less, json!({"contacts": 1, "labels": 1}));
    assert_eq!(
        newsroom
            .addresses(&["contact", "list", "--where", "tag:vip"])
            .len(),
        2
    );
    let nobody = ["contact", "tag", "vip", "99", "--json"];
    refused(&newsroom.run(&nobody), 2, "no-contact");
    for text in ["prefers the telephone", "on leave"] {
        let said = newsroom.run(&["contact", "note", "ada@example.com", text]);
        assert_eq!((said.code, said.err.as_str()), (0, ""));
    }
    assert_eq!(
        newsroom.json(&["contact", "show", "1"])["notes"],
        "2026-03-12 ana: prefers the telephone\n2026-03-12 ana: on leave"
    );
    refused(
        &newsroom.run(&["contact", "note", "1", " ", "--json"]),
        2,
        "no-note",
    );
}

#[test]
fn a_list_is_a_saved_filter() {
    let newsroom = Newsroom::with_press();
    let said = newsroom.run(&[
        "list",
        "create",
        "space",
        "--where",
        "beat:SPACE",
        "--rest",
        "7",
    ]);
    assert!(
        said.out.contains("Created the list space: 1 contact now"),
        "{}",
        said.out
    );
    assert_eq!(
        newsroom.addresses(&["list", "members", "space"]),
        ["ZOE@example.org"]
    );
    newsroom.json(&["list", "add", "space", "ada@example.com"]);
    newsroom.json(&["list", "create", "never"]);
    newsroom.json(&["list", "add", "never", "2"]);
    let edited = newsroom.json(&["list", "edit", "space", "--exclude", "never"]);
    assert_eq!(
        edited,
        json!({
            "id": 2, "slug": "space", "name": "space", "organization": null, "per_outlet": null,
            "rest_days": 7, "filter": "beat:SPACE", "excluded": ["never"], "by_hand": 1, "members": 1,
        })
    );
    assert_eq!(
        newsroom.addresses(&["list", "members", "space"]),
        ["ada@example.com"]
    );
    let shown = newsroom.run(&["list", "show", "space"]).out;
    for line in [
        "Filter   beat:SPACE",
        "Without  never",
        "1 now, 1 put on it by hand",
        "7 days after",
    ] {
        assert!(shown.contains(line), "{shown}");
    }
    let drop = ["list", "drop", "never", "--yes", "--json"];
    refused(&newsroom.run(&drop), 4, "list-in-use");
    let freed = newsroom.json(&[
        "list",
        "edit",
        "space",
        "--no-where",
        "--no-exclude",
        "--no-rest",
    ]);
    assert_eq!(
        (&freed["filter"], &freed["rest_days"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(freed["members"], 1);
    let wrong = ["list", "create", "x", "--where", "(beat:a", "--json"];
    refused(&newsroom.run(&wrong), 2, "filter");
    let rest = ["list", "create", "x", "--rest", "-1", "--json"];
    refused(&newsroom.run(&rest), 2, "rest");
}

#[test]
fn outlets_at_the_terminal() {
    let newsroom = Newsroom::with_press();
    let all = newsroom.json(&["outlet", "list"]);
    let names: Vec<_> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["Example Wire", "Funk Köln", "The Daily Example"]);
    let edit = [
        "outlet",
        "edit",
        "funk köln",
        "--domain",
        "example.org",
        "--country",
        "DE",
    ];
    assert_eq!(newsroom.run(&edit).code, 0);
    let shown = newsroom.run(&["outlet", "show", "Funk Köln"]).out;
    assert!(
        shown.contains("example.org") && shown.contains("DE"),
        "{shown}"
    );
    let merge = ["outlet", "merge", "Example Wire", "The Daily Example"];
    let asked = refused(
        &newsroom.run(&[&merge[..], &["--json"]].concat()),
        2,
        "needs-confirmation",
    );
    assert!(
        asked.contains("Make Example Wire (1 contact) part of"),
        "{asked}"
    );
    let done = newsroom.run(&[&merge[..], &["--yes"]].concat());
    assert!(
        done.out
            .contains("is The Daily Example now, with 2 contacts"),
        "{}",
        done.out
    );
    assert_eq!(newsroom.run(&["outlet", "add", "Neues Blatt"]).code, 0);
    refused(
        &newsroom.run(&["outlet", "edit", "Neues Blatt", "--json"]),
        2,
        "no-change",
    );
    let table = newsroom.run(&["outlets", "list", "--search", "blatt"]).out;
    assert!(
        table.contains("Neues Blatt") && !table.contains("Funk"),
        "{table}"
    );
}

#[test]
fn the_long_unwritten_are_listed() {
    let newsroom = Newsroom::with_press();
    let none = newsroom.run(&["contact", "stale"]);
    assert!(
        none.out.is_empty() && none.err.contains("within 2y"),
        "{}",
        none.err
    );
    // Added this very moment: zero hours ago is not longer than zero hours.
    assert_eq!(
        newsroom.json(&["contact", "stale", "--older-than", "0h"]),
        json!([])
    );
    let archive = ["contact", "archive", "--where", "outlet:'Example Wire'"];
    let asked = refused(
        &newsroom.run(&[&archive[..], &["--json"]].concat()),
        2,
        "needs-confirmation",
    );
    assert!(asked.contains("Archive 1 contact?"), "{asked}");
    assert_eq!(newsroom.attended("1\n", &archive).code, 0);
    assert_eq!(
        newsroom.json(&["contact", "archive", "--where", "list:tech", "--yes"])["contacts"],
        2
    );
    refused(
        &newsroom.run(&["contact", "stale", "--older-than", "2 years", "--json"]),
        2,
        "period",
    );
}
