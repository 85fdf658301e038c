//! Slips of somebody who never saw the program: asked again, told the nearest word, nothing half done.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::office::{Newsroom, pair};
use crate::terminal::Terminal;

#[test]
fn a_slip_in_an_answer_costs_only_that_answer() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::at(folder.path());
    terminal.is_attended = true;
    terminal.stdin =
        "\nMy Newsroom\nnobody\npress@example.com\nEurope/Berln\nEurope/Berlin\n\ngmial\nlater\n";
    let said = terminal.run(&["init"]);
    assert_eq!(said.code, 0, "{}", said.err);
    for words in [
        "mail cannot come from \"nobody\"",
        "did you mean Europe/Berlin?",
        "there is no provider \"gmial\"",
    ] {
        assert!(said.err.contains(words), "{words}: {}", said.err);
    }
    let written = fs::read_to_string(folder.path().join("config.toml")).unwrap();
    assert!(
        written.contains("name = \"My Newsroom\"")
            && written.contains("time_zone = \"Europe/Berlin\""),
        "{written}"
    );
}

#[test]
fn the_end_of_the_input_is_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::at(folder.path());
    terminal.is_attended = true;
    for typed in ["", "\n\n", "My Newsroom\n", "My Newsroom\nnobody\n"] {
        terminal.stdin = typed;
        let said = terminal.run(&["init"]);
        assert_eq!(said.code, 2, "{typed:?}: {}", said.err);
        assert!(!folder.path().join("config.toml").exists());
    }
}

#[test]
fn a_mistyped_word_names_the_nearest() {
    let newsroom = Newsroom::new();
    for (words, near) in [
        (&["contcat", "list"][..], "try: contact ("),
        (&["lst"], "try: list ("),
        (&["release", "shedule"], "try: schedule ("),
        (&["contact", "list", "--lst", "x"], "try: --list ("),
        (
            &["contact", "list", "--where", "beat = tech"],
            "beat:energy",
        ),
    ] {
        let said = newsroom.run(words);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{words:?}");
        assert!(said.err.contains(near), "{words:?}: {}", said.err);
    }
    newsroom.good(&[
        "organization",
        "add",
        "harbour-light",
        "--name",
        "Harbour Light",
    ]);
    newsroom.release("organizations = [\"harbor-light\"]");
    let said = newsroom.run(&["release", "new", "plant.md"]);
    assert!(
        said.code == 2 && said.err.contains("did you mean harbour-light?"),
        "{}",
        said.err
    );
    let path = newsroom.path().join("config.toml");
    let settings = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        settings.replace("America/Vancouver", "America/Vancuover"),
    )
    .unwrap();
    let said = newsroom.run(&["run"]);
    assert!(
        said.code == 78 && said.err.contains("write \"America/Vancouver\""),
        "{}",
        said.err
    );
}

#[test]
fn an_about_text_without_a_title_gets_its_organization_s_name() {
    let newsroom = Newsroom::new();
    newsroom.good(&["organization", "add", "hl", "--name", "Harbour Light"]);
    for (slug, language, title) in [
        ("hl-en", "en", "About Harbour Light"),
        ("hl-de", "de", "Harbour Light"),
    ] {
        fs::write(newsroom.path().join("about.md"), "A company.\n").unwrap();
        newsroom.good(&[
            "boilerplate",
            "new",
            slug,
            "--organization",
            "hl",
            "--language",
            language,
            "--file",
            "about.md",
        ]);
        let shown = newsroom
            .good(&["boilerplate", "show", slug, "--json"])
            .json();
        assert_eq!(shown["title"], title);
    }
}

#[test]
fn whoever_schedules_hears_that_nothing_calls_run() {
    let newsroom = Newsroom::new();
    newsroom.approved("");
    let schedule = [
        "--yes", "release", "schedule", "plant", "--list", "tech", "--now",
    ];
    let said = newsroom.run(&schedule);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.out.contains("dateline run was never called here")
            && said.out.contains("service cron"),
        "{}",
        said.out
    );
    newsroom.good(&["run"]);
    newsroom.good(&["release", "unschedule", "plant"]);
    let said = newsroom.run(&schedule);
    assert!(!said.out.contains("Nothing sends it"), "{}", said.out);
}

#[test]
fn where_to_copy_is_understood_as_in_the_settings_or_refused() {
    let newsroom = Newsroom::new();
    for to in ["new.db", "nix://x", "postgres:x"] {
        assert_eq!(
            newsroom.refused(&["db", "copy", "--to", to]),
            pair(2, "database-address"),
            "{to}"
        );
    }
    let to = format!("sqlite:{}", newsroom.path().join("new.db").display());
    newsroom.good(&["db", "copy", "--to", &to]);
    assert!(newsroom.path().join("new.db").exists());
}

#[test]
fn what_is_too_large_or_too_long_is_called_so() {
    let newsroom = Newsroom::new();
    newsroom.release("");
    let path = newsroom.path().join("plant.md");
    let text = fs::read_to_string(&path).unwrap() + &"word ".repeat(500_000);
    fs::write(&path, text).unwrap();
    assert_eq!(
        newsroom.refused(&["release", "new", "plant.md"]),
        pair(2, "too-large")
    );
    let name = "x".repeat(501);
    let add = ["contact", "add", "dee@press.example", "--source", "x"];
    assert_eq!(
        newsroom.refused(&[&add[..], &["--name", &name]].concat()),
        pair(2, "too-long")
    );
    newsroom.good(&[&add[..], &["--name", &name[1..]]].concat());
}

#[test]
fn templates_that_are_not_there_are_an_answer_in_json() {
    let newsroom = Newsroom::new();
    let said = newsroom.good(&["template", "check", "--json"]).json();
    assert_eq!(said, serde_json::json!({"folder": null, "ok": true}));
}

/// The doctor as the real program, with nothing on its path but what `programs` says.
fn clock_of(newsroom: &Newsroom, programs: &[(&str, &str)]) -> serde_json::Value {
    let path = tempfile::tempdir().unwrap();
    for (name, script) in programs {
        let file = path.path().join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let output = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .env_clear()
        .env("PATH", path.path())
        .current_dir(newsroom.path())
        .args(["--config", "config.toml", "doctor", "--offline", "--json"])
        .output()
        .unwrap();
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = said["findings"].as_array().unwrap();
    findings
        .iter()
        .find(|finding| finding["check"] == "clock.synchronised")
        .unwrap()
        .clone()
}

#[test]
fn the_doctor_hears_what_keeps_the_clock() {
    let newsroom = Newsroom::new();
    let tracking = |leap: &str, off: &str| {
        format!(
            "echo 'Stratum         : 3'; echo 'System time     : {off} seconds slow of NTP time'; echo 'Leap status     : {leap}'"
        )
    };
    let chrony = |leap: &str, off: &str| clock_of(&newsroom, &[("chronyc", &tracking(leap, off))]);
    assert_eq!(chrony("Normal", "0.000012")["state"], "ok");
    assert_eq!(chrony("Not synchronised", "0.000012")["state"], "warning");
    let off = chrony("Normal", "3.250000000");
    assert!(
        off["state"] == "warning" && off["found"].as_str().unwrap().contains("3250 ms"),
        "{off}"
    );
    let timedatectl =
        |said: &str| clock_of(&newsroom, &[("timedatectl", said), ("chronyc", "exit 1")]);
    assert_eq!(timedatectl("echo NTPSynchronized=yes")["state"], "ok");
    assert_eq!(timedatectl("echo NTPSynchronized=no")["state"], "warning");
    // Neither is there, neither answers, one never ends: nobody can tell, and nothing hangs.
    for programs in [
        &[][..],
        &[("timedatectl", "exit 1")],
        &[("chronyc", "exec /bin/sleep 60")],
    ] {
        assert_eq!(clock_of(&newsroom, programs)["state"], "not-asked");
    }
}
