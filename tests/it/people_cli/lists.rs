//! `list` and `optout`: who gets it, and who never does.

use serde_json::{Value, json};

use crate::people_cli::{Newsroom, refused};

#[test]
fn a_no_survives_everything_but_a_person() {
    let newsroom = Newsroom::with_press();
    let said = newsroom.run(&["optout", "add", "ada@example.com", "--reason", "by phone"]);
    assert_eq!(said.code, 0);
    assert_eq!(said.out, "ada@example.com gets nothing from now on.\n");
    let twice = newsroom.json(&["optout", "add", "ada@example.com"]);
    assert_eq!(
        twice,
        json!({"target": "address", "scope": "everything", "already": true, "withdrawn": 0})
    );
    assert_eq!(newsroom.import("press.csv", &[]).code, 3);
    let card = newsroom.json(&["contact", "show", "ada@example.com"]);
    assert_eq!(
        (&card["status"], &card["opted_out"]),
        (&json!("opted-out"), &json!(true))
    );
    let back = newsroom.run(&["contact", "add", "eve@example.net", "--source", "x"]);
    assert_eq!((back.code, back.err.as_str()), (0, ""));
    assert_eq!(newsroom.run(&["optout", "add", "@example.net"]).code, 0);
    assert_eq!(
        newsroom.json(&["contact", "show", "eve@example.net"])["opted_out"],
        true
    );
    let dan = newsroom.run(&["contact", "add", "dan@example.net", "--source", "x"]);
    assert!(
        dan.code == 0 && dan.err.contains("opted out before"),
        "{}",
        dan.err
    );
    let words = ["optout", "remove", "ada@example.com", "--json"];
    refused(&newsroom.run(&words), 2, "no-reason");
    let reasoned = [&words[..], &["--reason", "wrote to us"]].concat();
    assert_eq!(newsroom.run(&reasoned).code, 0);
    refused(&newsroom.run(&reasoned), 4, "not-opted-out");
    assert_eq!(newsroom.json(&["contact", "show", "1"])["status"], "active");
    let scoped = newsroom.run(&["optout", "add", "zoe@example.org", "--list", "tech"]);
    assert!(
        scoped.out.contains("by way of the list tech"),
        "{}",
        scoped.out
    );
    let table = newsroom.run(&["optout", "list"]).out;
    assert!(
        table.contains("list tech") && !table.contains('@'),
        "{table}"
    );
    let both = [
        "optout",
        "add",
        "x@example.com",
        "--list",
        "a",
        "--organization",
        "b",
        "--json",
    ];
    refused(&newsroom.run(&both), 2, "usage");
    let slip = ["optout", "add", "x@example.com", "--list", "tehc", "--json"];
    assert!(refused(&newsroom.run(&slip), 2, "no-list").contains("tech"));
}

#[test]
fn lists_are_made_filled_and_dropped() {
    let newsroom = Newsroom::with_press();
    let words = [
        "list",
        "create",
        "energy",
        "--name",
        "Energy press",
        "--per-outlet",
        "2",
    ];
    let list = newsroom.json(&words);
    assert_eq!(
        (&list["name"], &list["members"]),
        (&json!("Energy press"), &json!(0))
    );
    refused(
        &newsroom.run(&[&words[..], &["--json"]].concat()),
        2,
        "exists",
    );
    let said = newsroom.run(&["list", "add", "energy", "ada@example.com", "2"]);
    assert_eq!(
        said.out,
        "Put 2 contacts on the list energy, which has 2 now.\n"
    );
    let none = newsroom.run(&["list", "add", "energy", "3", "99", "--json"]);
    refused(&none, 2, "no-contact");
    assert_eq!(
        newsroom.addresses(&["list", "members", "energy"]),
        ["ada@example.com", "ZOE@example.org"]
    );
    let removed = newsroom.json(&["list", "remove", "energy", "1", "3"]);
    assert_eq!(
        removed,
        json!({"list": "energy", "removed": 1, "members": 1})
    );
    let edited = newsroom.json(&[
        "list",
        "edit",
        "energy",
        "--slug",
        "power",
        "--no-per-outlet",
    ]);
    assert_eq!(
        (&edited["slug"], &edited["per_outlet"]),
        (&json!("power"), &Value::Null)
    );
    insta::assert_snapshot!("lists", newsroom.run(&["lists", "list"]).out);
    let drop = ["list", "drop", "power"];
    let asked = newsroom.run(&[&drop[..], &["--json"]].concat());
    assert!(refused(&asked, 2, "needs-confirmation").contains("--yes"));
    assert_eq!(newsroom.attended("pwoer\n", &drop).code, 1);
    assert_eq!(newsroom.attended("power\n", &drop).code, 0);
    assert_eq!(newsroom.run(&["list", "drop", "tech", "--yes"]).code, 0);
    assert_eq!(newsroom.addresses(&["contact", "list"]).len(), 3);
    let negative = ["list", "create", "x", "--per-outlet", "-1", "--json"];
    refused(&newsroom.run(&negative), 2, "per-outlet");
}
