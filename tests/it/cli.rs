//! The command line keeps its word: streams, exit codes, help, pipes.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::Path;

use dateline::Io;

use crate::terminal::{Paper, Said, Terminal};

const SHIPPED: &str = include_str!("../../config.toml");

fn nowhere(words: &[&str]) -> Said {
    let folder = tempfile::tempdir().unwrap();
    Terminal::at(folder.path()).run(words)
}

fn in_newsroom(words: &[&str]) -> Said {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("config.toml"), SHIPPED).unwrap();
    Terminal::at(folder.path()).run(words)
}

#[test]
fn the_bare_word_says_what_to_do_next() {
    let said = nowhere(&[]);
    assert_eq!(said.code, 0);
    assert!(
        said.out.contains("dateline demo") && said.out.contains("dateline init"),
        "{}",
        said.out
    );
}

#[test]
fn help_is_a_result_and_a_mistake_is_not() {
    let help = nowhere(&["--help"]);
    assert_eq!((help.code, help.err.as_str()), (0, ""));
    assert!(help.out.contains("Usage: dateline"));
    let mistake = nowhere(&["confg"]);
    assert_eq!((mistake.code, mistake.out.as_str()), (2, ""));
    assert!(
        mistake.err.starts_with("error: ") && mistake.err.contains("\n  try: config"),
        "{}",
        mistake.err
    );
    let in_json = nowhere(&["confg", "--json"]);
    assert_eq!((in_json.code, in_json.out.as_str()), (2, ""));
    let object: serde_json::Value = serde_json::from_str(&in_json.err).unwrap();
    assert_eq!(object["error"]["code"], "usage");
    assert!(object["error"]["message"].is_string() && object["error"]["hint"].is_string());
}

#[test]
fn a_time_is_shown_in_its_zone_and_in_utc() {
    let said = in_newsroom(&["when", "2026-11-03 09:00", "--json"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let json = said.json();
    assert_eq!(json["ok"], true);
    // British Columbia stays on summer time from 2026 on.
    assert_eq!(json["instant"], "2026-11-03T16:00:00Z");
    assert_eq!(json["zone"], "America/Vancouver");
    assert_eq!(json["weekday"], "Tuesday");
    assert!(json["local"].is_string() && json["in"].is_string() && json["tzdata"].is_string());
    let words = in_newsroom(&["when", "2026-11-03", "09:00", "Europe/Berlin"]);
    assert!(words.out.contains("08:00 UTC"), "{}", words.out);
    let zone_given = nowhere(&[
        "when",
        "2026-11-03 09:00",
        "--zone",
        "Europe/Berlin",
        "--json",
    ]);
    assert_eq!(zone_given.json()["instant"], "2026-11-03T08:00:00Z");
}

#[test]
fn a_time_that_means_nothing_is_exit_2_with_its_readings() {
    for (words, code) in [
        (&["2026-11-03 09:00"][..], "missing-zone"),
        (&["2026-10-25 02:30 Europe/Berlin"], "ambiguous-time"),
        (&["2026-03-29 02:30 Europe/Berlin"], "nonexistent-time"),
        (&["2020-01-01T00:00:00Z"], "in-the-past"),
        (&["soon"], "unrecognised-format"),
    ] {
        let said = nowhere(&[&["when", "--json"], words].concat());
        assert_eq!(said.code, 2, "{words:?}");
        assert_eq!(said.json()["ok"], false);
        assert_eq!(said.json()["code"], code, "{words:?}");
        assert!(said.json()["readings"].is_array());
        let in_words = nowhere(&[&["when"], words].concat());
        assert_eq!((in_words.code, in_words.out.as_str()), (2, ""));
        assert!(in_words.err.starts_with("error: "), "{}", in_words.err);
    }
    let then = nowhere(&[
        "when",
        "2020-01-01T00:00:00Z",
        "--as-of",
        "2019-12-31T00:00:00Z",
        "--json",
    ]);
    assert_eq!(then.code, 0);
}

#[test]
fn addresses_are_checked_as_an_import_would_read_them() {
    let mut terminal = Terminal::at(Path::new("/"));
    terminal.stdin = "Ana Reyes <ana@Example.COM>\n\nnobody\n";
    let said = terminal.run(&["address", "check", "jane@example.com", "-", "--json"]);
    assert_eq!((said.code, said.err.as_str()), (5, ""));
    let answers: Vec<serde_json::Value> = said
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(answers.len(), 3);
    assert_eq!(answers[0]["address"], "jane@example.com");
    assert_eq!(answers[0]["warnings"], serde_json::json!([]));
    assert_eq!(
        answers[1]["addresses"],
        serde_json::json!(["ana@example.com"])
    );
    assert_eq!(answers[1]["display_name"], "Ana Reyes");
    assert_eq!(answers[2]["ok"], false);
    assert!(answers[2]["reason"].is_string() && answers[2]["address"].is_null());
    assert_eq!(
        terminal.run(&["address", "check", "jane@example.com"]).out,
        "jane@example.com: ok\n"
    );
}

#[test]
fn the_settings_are_found_shown_and_checked() {
    assert_eq!(nowhere(&["config", "path"]).code, 78);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    fs::write(&file, SHIPPED).unwrap();
    let terminal = Terminal::at(folder.path());
    assert_eq!(
        terminal.run(&["config", "path"]).out.trim_end(),
        file.to_str().unwrap()
    );
    let shown = terminal.run(&["config", "show"]).out;
    shown.parse::<toml::Table>().unwrap();
    assert!(shown.contains("per_minute = 60"), "{shown}");
    assert_eq!(terminal.run(&["config", "check"]).code, 0);
    fs::write(
        &file,
        SHIPPED.replace("security = \"tls\"", "securty = \"tls\""),
    )
    .unwrap();
    let refused = terminal.run(&["config", "check"]);
    assert_eq!((refused.code, refused.out.as_str()), (78, ""));
    assert!(
        refused.err.contains("line ") && refused.err.contains("try: write `security`"),
        "{}",
        refused.err
    );
}

#[test]
fn a_logo_that_no_mail_could_show_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let text = SHIPPED.replace("#logo = ", "logo = ");
    fs::write(folder.path().join("config.toml"), text).unwrap();
    let check = |bytes: &[u8]| {
        fs::write(folder.path().join("logo.png"), bytes).unwrap();
        Terminal::at(folder.path()).run(&["config", "check"])
    };
    let renamed = check(b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>");
    assert_eq!(renamed.code, 78);
    assert!(
        renamed.err.contains("is no PNG, JPEG or GIF"),
        "{}",
        renamed.err
    );
    let large = check(&vec![0; 200_001]);
    assert!(large.err.contains("more than 200 kB"), "{}", large.err);
    assert_eq!(check(&crate::brand::logo()).code, 0);
}

#[test]
fn completions_and_manual_are_written() {
    for shell in ["bash", "zsh", "fish"] {
        let said = nowhere(&["completions", shell]);
        assert_eq!(said.code, 0);
        assert!(said.out.contains("dateline"), "{shell}");
    }
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        Terminal::at(folder.path()).run(&["man", "pages/man1"]).code,
        0
    );
    let page = fs::read_to_string(folder.path().join("pages/man1/dateline-when.1")).unwrap();
    assert!(page.contains("which instant"));
}

/// A reader that has gone away, or a disk that is full.
struct Refusing(ErrorKind);

impl Write for Refusing {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(self.0.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_broken_pipe_is_success_and_a_full_disk_is_not() {
    let terminal = Terminal::at(Path::new("/"));
    let err = Paper::default();
    let pipe = Io::pipes(
        std::io::empty(),
        Refusing(ErrorKind::BrokenPipe),
        err.clone(),
    );
    assert_eq!(terminal.run_with(&["completions", "bash"], pipe), 0);
    assert_eq!(err.text(), "");
    let full = Io::pipes(
        std::io::empty(),
        Refusing(ErrorKind::StorageFull),
        err.clone(),
    );
    assert_eq!(terminal.run_with(&["completions", "bash"], full), 1);
    assert!(
        err.text().contains("could not be written"),
        "{}",
        err.text()
    );
}
