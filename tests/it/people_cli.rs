//! People at the command line: contacts, lists, opt-outs and our own, in words, tables, JSON and exit codes.

mod contacts;
mod filters;
mod imports;
mod lists;
mod ours;
mod twins;
mod wishes;

use std::fs;

use clap::CommandFactory;
use dateline::cli::Dateline;
use serde_json::Value;
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

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
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
        "outlet",
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
    assert_eq!(verbs, 19 + 8 + 5 + 6 + 4 + 5 + 5);
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
