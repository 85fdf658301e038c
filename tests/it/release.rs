//! The press officer's way at the terminal: every step says the next, every refusal what to do.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use dateline::clock::Clock;
use dateline::config::environment::Environment;
use dateline::desk::import_contacts::{ImportRequest, import};
use dateline::desk::open::{Setup, open};

use crate::terminal::{NOW, Said, Terminal};

const INIT: [&str; 9] = [
    "init",
    "--no-input",
    "--name",
    "Harbour Light Newsroom",
    "--from",
    "Harbour Light <press@example.com>",
    "--zone",
    "America/Vancouver",
    "--smtp-host=smtp.example.net",
];
const ADDRESS: &str = "--address=12 Example Street, Vancouver BC, Canada";
const EMBARGO: &str = "embargo = \"2026-03-20 09:00 America/Vancouver\"";

/// A folder with a newsroom in it.
struct Newsroom(tempfile::TempDir);

impl Newsroom {
    /// With three contacts on the list `tech`, one of whom has opted out.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let newsroom = Self(folder);
        newsroom.good(&[&INIT[..], &[ADDRESS]].concat());
        let csv = "email,name,country,opted out\nana@press.example,Ana Reyes,CA,\nbo@press.example,Bo Lund,DE,\ncy@press.example,Cy Moss,DE,yes\n";
        fs::write(newsroom.path().join("contacts.csv"), csv).unwrap();
        let path = newsroom.path().join("config.toml");
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let config = dateline::config::load(&path, &Environment::default()).unwrap();
            let desk = open(Setup {
                config: Arc::new(config),
                clock: Clock::fixed(NOW),
                actor: "ana".to_owned(),
            })
            .await
            .unwrap();
            let request = ImportRequest {
                paths: vec![newsroom.path().join("contacts.csv")],
                source: "test".to_owned(),
                list: Some("tech".to_owned()),
                ..ImportRequest::default()
            };
            import(&desk, &request).await.unwrap();
            desk.store.close().await;
        });
        newsroom
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, words: &[&str]) -> Said {
        Terminal::at(self.path()).run(words)
    }

    fn good(&self, words: &[&str]) -> Said {
        let said = self.run(words);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{words:?}");
        said
    }

    fn release(&self, extra: &str) {
        let text = format!(
            "+++\nslug = \"plant\"\nheadline = \"A tidal plant opens\"\n{extra}\n+++\nThe plant opens today.\n"
        );
        fs::write(self.path().join("plant.md"), text).unwrap();
    }

    /// A release that is approved.
    fn approved(&self, extra: &str) {
        self.release(extra);
        assert_eq!(self.run(&["release", "new", "plant.md"]).code, 0);
        self.good(&["release", "approve", "plant"]);
    }

    /// Exit code and the refusal's code; it has a message and says what to do.
    fn refused(&self, words: &[&str]) -> (u8, String) {
        let said = self.run(&[words, &["--json"]].concat());
        assert_eq!(said.out, "", "{words:?}");
        let object: serde_json::Value = serde_json::from_str(&said.err).unwrap();
        let error = &object["error"];
        assert!(error["message"].is_string(), "{error}");
        // What is past is past: there is nothing to try but another time.
        assert!(
            error["hint"].is_string() || error["code"] == "in-the-past",
            "{error}"
        );
        (said.code, error["code"].as_str().unwrap().to_owned())
    }
}

fn pair(code: u8, word: &str) -> (u8, String) {
    (code, word.to_owned())
}

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
fn without_a_postal_address_nothing_is_approved() {
    let folder = tempfile::tempdir().unwrap();
    let newsroom = Newsroom(folder);
    let said = newsroom.good(&INIT);
    assert!(
        said.out.contains("Still open: [newsroom] address"),
        "{}",
        said.out
    );
    newsroom.release("");
    assert_eq!(newsroom.run(&["release", "new", "plant.md"]).code, 0);
    assert_eq!(
        newsroom.refused(&["release", "approve", "plant"]),
        pair(4, "no-postal-address")
    );
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
fn init_asks_what_it_was_not_told_and_leaves_settings_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::at(folder.path());
    terminal.is_attended = true;
    terminal.stdin = "My Newsroom\npress@example.com\nEurope/Berlin\n\n\n";
    let said = terminal.run(&["init"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let path = folder.path().join("config.toml");
    let written = fs::read_to_string(&path).unwrap();
    assert!(
        written.contains("name = \"My Newsroom\"")
            && written.contains("time_zone = \"Europe/Berlin\"")
    );
    assert!(written.contains("#address = ") && written.contains("transport = \"files\""));
    let again = terminal.run(&["init", "--name", "Other"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(
        again.out.contains("exists and was left alone"),
        "{}",
        again.out
    );
    assert_eq!(fs::read_to_string(&path).unwrap(), written);
    terminal.is_attended = false;
    let elsewhere = tempfile::tempdir().unwrap();
    for (words, code, said) in [
        (&["init"][..], 2, "--name"),
        (&["init", "--name", "N"], 2, "--from"),
        (&["init", "--name", "N", "--from", "nobody"], 2, "nobody"),
        (
            &[
                "init",
                "--name",
                "N",
                "--from",
                "a@example.com",
                "--zone",
                "Europe/Berln",
            ],
            2,
            "Europe/Berlin",
        ),
        (
            &[
                "init",
                "--name",
                "N",
                "--from",
                "a@example.com",
                "--database",
                "mysql://x",
            ],
            78,
            "url",
        ),
    ] {
        terminal.cwd = elsewhere.path();
        let refusal = terminal.run(words);
        assert_eq!(refusal.code, code, "{words:?}: {}", refusal.err);
        assert!(refusal.err.contains(said), "{words:?}: {}", refusal.err);
        assert!(!elsewhere.path().join("config.toml").exists(), "{words:?}");
    }
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
fn stop_and_start_say_what_they_did() {
    let newsroom = Newsroom::new();
    let stopped = newsroom.good(&["stop", "--reason", "wrong figures"]);
    assert!(stopped.out.contains("dateline start"), "{}", stopped.out);
    let bare = newsroom.good(&[]);
    assert!(bare.out.contains("EVERYTHING IS STOPPED") && bare.out.contains("wrong figures"));
    let check = newsroom.run(&["status", "--check"]);
    assert_eq!((check.code, check.out.as_str()), (5, ""));
    assert!(check.err.contains("everything is stopped"), "{}", check.err);
    assert!(newsroom.good(&["stop"]).out.contains("stopped already"));
    newsroom.good(&["start"]);
    assert!(newsroom.good(&["start"]).out.contains("was not stopped"));
    assert_eq!(
        newsroom.refused(&["status", "--check", "--max-age", "soon"]),
        pair(2, "max-age")
    );
}

#[test]
fn a_missing_database_or_key_is_told_apart() {
    let newsroom = Newsroom::new();
    let key = newsroom.path().join("dateline.key");
    let kept = newsroom.path().join("kept.key");
    fs::rename(&key, &kept).unwrap();
    assert_eq!(newsroom.refused(&["status"]), pair(78, "no-key"));
    assert_eq!(newsroom.refused(&["init"]), pair(78, "no-key"));
    fs::rename(&kept, &key).unwrap();
    assert!(newsroom.good(&["db", "status"]).out.contains("up to date"));
    fs::remove_file(newsroom.path().join("dateline.db")).unwrap();
    assert_eq!(newsroom.refused(&["db", "status"]), pair(10, "no-database"));
    newsroom.good(&["db", "migrate"]);
    newsroom.good(&["db", "migrate"]);
    assert!(newsroom.good(&["db", "adopt"]).out.contains("already"));
}

#[test]
fn templates_are_checked() {
    let newsroom = Newsroom::new();
    newsroom.good(&["template", "check"]);
    let folder = newsroom.path().join("own");
    fs::create_dir(&folder).unwrap();
    newsroom.good(&["template", "check", "own"]);
    fs::write(folder.join("release.txt"), "{{ headline }}").unwrap();
    assert_eq!(
        newsroom.refused(&["template", "check", "own"]),
        pair(5, "template")
    );
    assert_eq!(
        newsroom.refused(&["template", "check", "none"]),
        pair(2, "no-folder")
    );
}
