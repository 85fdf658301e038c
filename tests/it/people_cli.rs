//! People at the command line: contacts, lists, opt-outs and our own, in words, tables, JSON and exit codes.

use std::fs;

use clap::CommandFactory;
use dateline::cli::Dateline;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::terminal::{Said, Terminal};

const SHIPPED: &str = include_str!("../../config.toml");

const PRESS: &str = "\
Name,E-mail,Outlet,Beat,Opt-out,Fax
Ada Byrne,ada@example.com,The Daily Example,energy,,1
Zoë Löwe,ZOE@example.org,Funk Köln,\"science, space\",,2
Ada B.,Ada <ada@EXAMPLE.com>,,ports,,3
Bo Chen,bo@example,Example Wire,,,4
Cy Dahl,cy@example.net,Example Wire,,yes,5
";

/// A newsroom with an empty database in a folder of its own.
struct Newsroom(TempDir);

impl Newsroom {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("config.toml"), SHIPPED).unwrap();
        let newsroom = Self(folder);
        assert_eq!(newsroom.run(&["db", "migrate"]).code, 0);
        newsroom
    }

    /// One with the contacts of [`PRESS`] on the list `tech`.
    fn with_press() -> Self {
        let newsroom = Self::new();
        newsroom.file("press.csv", PRESS);
        assert_eq!(newsroom.import("press.csv", &["--list", "tech"]).code, 3);
        newsroom
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.0.path().join(name), content).unwrap();
    }

    fn run(&self, words: &[&str]) -> Said {
        Terminal::at(self.0.path()).run(words)
    }

    /// Runs words that must do what they say, and gives their JSON.
    fn json(&self, words: &[&str]) -> Value {
        let said = self.run(&[words, &["--json"]].concat());
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{words:?}");
        said.json()
    }

    /// With somebody at the terminal, who types `answers`.
    fn attended(&self, answers: &'static str, words: &[&str]) -> Said {
        let mut terminal = Terminal::at(self.0.path());
        terminal.stdin = answers;
        terminal.is_attended = true;
        terminal.run(words)
    }

    fn piped(&self, stdin: &'static str, words: &[&str]) -> Said {
        let mut terminal = Terminal::at(self.0.path());
        terminal.stdin = stdin;
        terminal.run(words)
    }

    fn import(&self, file: &str, more: &[&str]) -> Said {
        self.run(&[&["contact", "import", file, "--source", "our sheet"], more].concat())
    }

    fn addresses(&self, words: &[&str]) -> Vec<String> {
        let contacts = self.json(words);
        let contacts = contacts.as_array().unwrap().iter();
        contacts
            .map(|one| one["email"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// Exit code, the error's code, and that message and hint are there and on stderr alone.
#[track_caller]
fn refused(said: &Said, exit: u8, code: &str) -> String {
    assert_eq!((said.code, said.out.as_str()), (exit, ""), "{}", said.err);
    let object: Value = serde_json::from_str(&said.err).unwrap();
    assert_eq!(object["error"]["code"], code, "{}", said.err);
    let message = object["error"]["message"].as_str().unwrap();
    let hint = object["error"]["hint"].as_str().unwrap_or_default();
    format!("{message} {hint}")
}

#[test]
fn every_verb_explains_itself() {
    let nouns = [
        "contact",
        "list",
        "optout",
        "organization",
        "boilerplate",
        "presscontact",
    ];
    let mut program = Dateline::command();
    program.build();
    let mut verbs = 0;
    for noun in nouns {
        let noun = program.find_subcommand(noun).unwrap();
        for verb in noun.get_subcommands() {
            verbs += 1;
            let name = format!("{} {}", noun.get_name(), verb.get_name());
            assert!(verb.get_about().is_some(), "{name}");
            for argument in verb.get_arguments() {
                let help = argument.get_help().map(ToString::to_string);
                let help = help.unwrap_or_default();
                assert!(!help.is_empty(), "{name} {}", argument.get_id());
                assert!(!help.contains('\\'), "{name}: {help}");
            }
            let has_words = verb.get_positionals().next().is_some();
            let examples = verb.get_after_help().map(ToString::to_string);
            let example = format!("  dateline {name}");
            assert!(
                !has_words || examples.is_some_and(|text| text.contains(&example)),
                "{name} shows no example"
            );
        }
    }
    assert_eq!(verbs, 7 + 8 + 3 + 4 + 5 + 5);
}

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
fn without_a_newsroom_or_its_database_the_next_step_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = Terminal::at(folder.path());
    refused(
        &terminal.run(&["contact", "list", "--json"]),
        78,
        "no-config",
    );
    fs::write(folder.path().join("config.toml"), SHIPPED).unwrap();
    let text = refused(
        &terminal.run(&["list", "list", "--json"]),
        10,
        "no-database",
    );
    assert!(text.contains("dateline init"), "{text}");
}

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
    for field in ["email", "name", "outlet", "beats", "kind", "status"] {
        assert_eq!(values(&old, field), values(&new, field), "{field}");
    }
    // Which lists there are is for the people there to say; the names are kept as tags.
    assert_eq!(values(&old, "lists"), values(&new, "tags"));
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

#[test]
fn organizations_boilerplates_and_press_contacts() {
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
