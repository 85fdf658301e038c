//! `organization`, `boilerplate` and `presscontact`: what releases are made of.

use serde_json::json;

use crate::people_cli::{Newsroom, refused};

/// A newsroom that speaks for one organization.
fn with_issuer() -> Newsroom {
    let newsroom = Newsroom::new();
    let words = [
        "organization",
        "add",
        "harbour-light",
        "--name",
        "Harbour Light",
    ];
    assert_eq!(newsroom.run(&words).code, 0);
    newsroom
}

#[test]
fn an_organization_is_added_and_changed() {
    let newsroom = Newsroom::new();
    let organization = newsroom.json(&[
        "organization",
        "add",
        "harbour-light",
        "--name",
        "Harbour Light Energy",
        "--listed",
        "--ticker",
        "NYSE: HRB",
        "--from",
        "Harbour Light <press@example.com>",
        "--time-zone",
        "america/vancouver",
    ]);
    assert_eq!(organization["time_zone"], "America/Vancouver");
    let edited = newsroom.json(&[
        "organization",
        "edit",
        "harbour-light",
        "--not-listed",
        "--ticker",
        "",
    ]);
    assert_eq!(
        (&edited["listed"], &edited["tickers"]),
        (&json!(false), &json!([]))
    );
    assert_eq!(edited["from_header"], "Harbour Light <press@example.com>");
    let wrong = [
        "organization",
        "edit",
        "harbour-light",
        "--from",
        "Harbour Light",
        "--json",
    ];
    assert_eq!(newsroom.run(&wrong).code, 2);
    insta::assert_snapshot!(
        "organization",
        newsroom.run(&["organization", "show", "harbour-light"]).out
    );
}

#[test]
fn a_boilerplate_keeps_every_version() {
    let newsroom = with_issuer();
    newsroom.file("about.md", "\u{feff}Harbour Light builds tidal plants.\n");
    let new = [
        "boilerplate",
        "new",
        "harbour-light",
        "--organization",
        "harbour-light",
    ];
    let written = newsroom.json(&[&new[..], &["--file", "about.md"]].concat());
    assert_eq!(
        written["versions"][0]["body"],
        "Harbour Light builds tidal plants.\n"
    );
    let words = ["boilerplate", "edit", "harbour-light"];
    let same = newsroom.run(&[&words[..], &["--file", "about.md"]].concat());
    assert!(same.out.contains("at version 1"), "{}", same.out);
    let more = newsroom.piped("It builds wind farms, too.", &words);
    assert!(more.out.contains("at version 2"), "{}", more.out);
    let german = newsroom.run(
        &[
            &words[..],
            &["--text", "Gezeitenkraft.", "--language", "german"],
        ]
        .concat(),
    );
    assert!(
        german.out.contains("(de) is at version 1"),
        "{}",
        german.out
    );
    let history = newsroom.json(&["boilerplate", "history", "harbour-light"]);
    assert_eq!(history["versions"].as_array().unwrap().len(), 3);
    insta::assert_snapshot!(
        "boilerplate",
        newsroom.run(&["boilerplate", "show", "harbour-light"]).out
    );
    for (words, code) in [
        (&["--file", "missing.md"][..], "text-file"),
        (&["--file", "."], "text-file"),
        (&["--text", " "], "no-text"),
        (&[], "no-text"),
        (&["--text", "x", "--valid-from", "soon"], "invalid-date"),
    ] {
        refused(
            &newsroom.run(
                &[
                    &words_json(&["boilerplate", "edit", "harbour-light"])[..],
                    words,
                ]
                .concat(),
            ),
            2,
            code,
        );
    }
}

#[test]
fn a_press_contact_is_added_changed_and_archived() {
    let newsroom = with_issuer();
    let ana = newsroom.json(&[
        "presscontact",
        "add",
        "ana-reyes",
        "--name",
        "Ana Reyes",
        "--email",
        "ana@example.com",
        "--organization",
        "harbour-light",
    ]);
    assert_eq!(ana["organization"], "harbour-light");
    let edited = newsroom.json(&[
        "presscontact",
        "edit",
        "ana-reyes",
        "--role",
        "Head of press",
    ]);
    assert_eq!(
        (&edited["role"], &edited["name"]),
        (&json!("Head of press"), &json!("Ana Reyes"))
    );
    let slip = newsroom.run(&["presscontact", "show", "ana-reyez", "--json"]);
    assert!(refused(&slip, 2, "no-press-contact").contains("ana-reyes"));
    assert_eq!(
        newsroom.run(&["presscontact", "archive", "ana-reyes"]).code,
        0
    );
    assert_eq!(newsroom.json(&["presscontact", "list"]), json!([]));
    assert_eq!(
        newsroom.json(&["presscontact", "list", "--archived"])[0]["slug"],
        "ana-reyes"
    );
}

fn words_json<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [words, &["--json"]].concat()
}
