//! The press officer's way at the terminal: every step says the next, every refusal what to do.

use std::fs;

use crate::office::{EMBARGO, Newsroom, pair};
use crate::terminal::Terminal;

#[test]
fn from_init_to_a_scheduled_release_each_step_names_the_next() {
    let newsroom = Newsroom::new();
    let said = newsroom.good(&[]);
    assert!(
        said.out.contains("3 contacts, 1 list, 0 releases"),
        "{}",
        said.out
    );
    assert!(said.out.contains("Next: dateline release new FILE.md"));
    newsroom.release(EMBARGO);
    let said = newsroom.run(&["release", "new", "plant.md"]);
    assert_eq!(said.code, 0);
    assert!(
        said.out.contains("plant is a draft, version 1")
            && said
                .out
                .contains("Fri 20 Mar 2026 09:00 America/Vancouver = 16:00 UTC")
            && said.out.contains("dateline release approve plant"),
        "{}",
        said.out
    );
    let said = newsroom.good(&["release", "approve", "plant"]);
    assert!(said.out.contains("dateline release schedule plant --list"));
    let said = newsroom.good(&["release", "recipients", "plant", "--list", "tech", "--json"]);
    let plan = said.json();
    assert_eq!(plan.as_array().unwrap().len(), 3);
    assert_eq!(plan[0]["email"], "ana@press.example");
    assert_eq!(
        (&plan[0]["status"], &plan[0]["list"]),
        (&"planned".into(), &"tech".into())
    );
    assert_eq!(
        (&plan[2]["status"], &plan[2]["reason"]),
        (&"suppressed".into(), &"opted-out".into())
    );
    let said = newsroom.run(&["release", "schedule", "plant", "--list", "tech", "--yes"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("REHEARSAL"), "{}", said.err);
    assert!(
        said.err.contains("2 get it") && said.err.contains("1 do not: opted-out"),
        "{}",
        said.err
    );
    assert!(
        said.out
            .contains("Scheduled as a REHEARSAL: Fri 20 Mar 2026 09:00"),
        "{}",
        said.out
    );
    the_desk_tells_where_it_stands(&newsroom);
}

fn the_desk_tells_where_it_stands(newsroom: &Newsroom) {
    let report = newsroom
        .good(&["release", "report", "plant", "--json"])
        .json();
    let one = &report["distributions"][0];
    assert_eq!(
        (&one["counts"]["queued"], &one["counts"]["sent"]),
        (&2.into(), &0.into())
    );
    assert_eq!(
        (&one["status"], &one["rehearsal"], &one["version"]),
        (&"scheduled".into(), &true.into(), &1.into())
    );
    assert_eq!(report["not_sent"][0]["reason"], "opted-out");
    let status = newsroom.good(&["status", "--json"]).json();
    assert_eq!(status["scheduled"][0]["release"], "plant");
    assert_eq!(status["next"], "dateline run");
    let shown = newsroom.good(&["release", "show", "plant"]);
    assert!(
        shown.out.contains("under embargo until Fri 20 Mar 2026"),
        "{}",
        shown.out
    );
    let listed = newsroom.good(&["release", "list"]);
    assert!(listed.out.contains("A tidal plant opens"), "{}", listed.out);
    let history = newsroom
        .good(&["release", "history", "plant", "--json"])
        .json();
    let acts: Vec<&str> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["act"].as_str().unwrap())
        .collect();
    assert_eq!(acts, ["embargo", "new", "approve", "schedule"]);
    assert!(newsroom.good(&["log", "verify"]).out.contains("unbroken"));
}

#[test]
fn nothing_goes_out_early_or_without_its_duties() {
    let newsroom = Newsroom::new();
    newsroom.release(EMBARGO);
    assert_eq!(newsroom.run(&["release", "new", "plant.md"]).code, 0);
    let schedule = |more: &[&str]| {
        let words = ["release", "schedule", "plant", "--list", "tech", "--yes"];
        newsroom.refused(&[&words[..], more].concat())
    };
    assert_eq!(schedule(&[]), pair(4, "not-approved"));
    newsroom.good(&["release", "approve", "plant"]);
    assert_eq!(schedule(&["--now"]), pair(4, "embargoed"));
    assert_eq!(
        schedule(&["--at", "2026-03-20 08:59"]),
        pair(4, "embargoed")
    );
    assert_eq!(
        schedule(&["--at", "2026-03-12 01:59"]),
        pair(2, "in-the-past")
    );
    assert_eq!(
        schedule(&["--at", "2026-03-08 02:30"]),
        pair(2, "nonexistent-time")
    );
    assert_eq!(
        schedule(&["--at", "tomorrow"]),
        pair(2, "unrecognised-format")
    );
    let release = |words: &[&str]| newsroom.refused(&[&["release"], words].concat());
    assert_eq!(release(&["schedule", "plant"]), pair(2, "no-audience"));
    assert_eq!(
        release(&["schedule", "plant", "--list", "tehc"]),
        pair(2, "no-list")
    );
    assert_eq!(
        release(&["schedule", "plant", "--to", "x@y.example"]),
        pair(2, "no-contact")
    );
    assert_eq!(
        release(&["schedule", "plant", "--to", "cy@press.example"]),
        pair(4, "nobody")
    );
    assert_eq!(
        release(&["test", "plant", "--to", "bo@press.example"]),
        pair(4, "test-to-contact")
    );
    assert_eq!(
        release(&["test", "plant", "--to", "me@example.com"]),
        pair(4, "embargoed")
    );
    // Without --yes and without anybody to ask nothing is frozen.
    assert_eq!(
        release(&["schedule", "plant", "--list", "tech"]),
        pair(2, "needs-confirmation")
    );
    assert_eq!(release(&["pause", "plant"]), pair(4, "wrong-state"));
    let said = newsroom.run(&["release", "show", "plnt"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("did you mean plant?"), "{}", said.err);
}

#[test]
fn a_person_types_the_weekday() {
    let newsroom = Newsroom::new();
    newsroom.approved(EMBARGO);
    let words = [
        "release",
        "schedule",
        "plant",
        "--list",
        "tech",
        "--color=never",
    ];
    let mut terminal = Terminal::at(newsroom.path());
    terminal.is_attended = true;
    terminal.stdin = "Thursday\n";
    let said = terminal.run(&words);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(said.err.contains("Type Friday to go on:"), "{}", said.err);
    let status = newsroom.good(&["status", "--json"]).json();
    assert_eq!(status["scheduled"], serde_json::json!([]));
    terminal.stdin = "Friday\n";
    let said = terminal.run(&words);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("2 recipients"), "{}", said.out);
    insta::assert_snapshot!(
        "schedule",
        said.err.replace(newsroom.path().to_str().unwrap(), "")
    );
}

#[test]
fn a_person_types_the_slug_where_it_goes_at_once() {
    let newsroom = Newsroom::new();
    newsroom.approved("");
    let mut terminal = Terminal::at(newsroom.path());
    terminal.is_attended = true;
    terminal.stdin = "plant\n";
    let said = terminal.run(&[
        "release",
        "schedule",
        "plant",
        "--to",
        "ana@press.example",
        "--now",
    ]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.err
            .contains("To 1 recipient, in 2 min. Type plant to go on:"),
        "{}",
        said.err
    );
}

#[test]
fn previews_are_printed_or_written_to_files() {
    let newsroom = Newsroom::new();
    newsroom.approved("");
    let said = newsroom.good(&["release", "preview", "plant"]);
    assert!(
        said.out
            .contains("Subject: [REHEARSAL] A tidal plant opens"),
        "{}",
        said.out
    );
    let raw = newsroom.good(&[
        "release",
        "preview",
        "plant",
        "--raw",
        "--for",
        "ana@press.example",
    ]);
    assert!(raw.out.contains("\r\nTo: ") && raw.out.contains("ana@press.example"));
    let html = newsroom.good(&["release", "preview", "plant", "--html"]);
    assert!(html.out.starts_with("<!DOCTYPE html>"));
    newsroom.good(&["release", "preview", "plant", "--out"]);
    for ending in ["txt", "html", "eml"] {
        let file = newsroom
            .path()
            .join(format!("preview-plant/plant.{ending}"));
        assert!(fs::metadata(&file).unwrap().len() > 0, "{}", file.display());
    }
    newsroom.good(&["release", "preview", "plant", "--out", "there"]);
    assert!(newsroom.path().join("there/plant.eml").exists());
    let no = newsroom.run(&["release", "preview", "plant", "--for", "cy@press.example"]);
    assert!(no.err.contains("gets no mail: opted-out"), "{}", no.err);
}

#[test]
fn a_test_mail_goes_into_the_folder_where_mail_goes_into_files() {
    let newsroom = Newsroom::new();
    newsroom.approved("");
    let said = newsroom.good(&["release", "test", "plant", "--to", "me@example.com"]);
    assert!(said.out.contains("nothing was sent"), "{}", said.out);
    let mails: Vec<_> = fs::read_dir(newsroom.path().join("outbox"))
        .unwrap()
        .collect();
    assert_eq!(mails.len(), 1);
}

#[test]
fn a_release_at_a_glance() {
    let newsroom = Newsroom::new();
    newsroom.approved(EMBARGO);
    newsroom.run(&["release", "schedule", "plant", "--list", "tech", "--yes"]);
    let mut seen = String::new();
    for words in [
        &["status"][..],
        &["release", "list"],
        &["release", "show", "plant"],
        &["release", "recipients", "plant"],
        &["release", "report", "plant"],
        &["release", "pause", "plant"],
        &["release", "resume", "plant"],
        &["release", "cancel", "plant"],
        &["release", "cancel", "plant"],
        &["release", "history", "plant"],
    ] {
        let said = newsroom.run(words);
        let command = format!("$ dateline {}\n", words.join(" "));
        seen = [seen, command, said.out, said.err, "\n".to_owned()].concat();
    }
    insta::assert_snapshot!("glance", seen);
}
