//! A machine that misbehaves is told of in one sentence that says what, where and what to do.

use std::fs;
use std::process::Command;

use dateline::Io;
use dateline::clock::Clock;
use dateline::desk::distribution::schedule::Start;
use dateline::desk::status::{complaints, status};
use dateline::mail::sink::faults::Faults;
use dateline::store::notice;

use crate::newsdesk::{approved, catcher, contacts, one_run, scheduled};
use crate::office::Newsroom;
use crate::terminal::{Paper, Terminal};
use crate::world::{World, on_both};

impl Newsroom {
    /// The real program in this folder, behind these words of a shell.
    fn shell(&self, before: &str, words: &str) -> (i32, String) {
        let line = format!(
            "{before} exec {} --config config.toml --no-input {words}",
            env!("CARGO_BIN_EXE_dateline")
        );
        let done = Command::new("sh")
            .args(["-c", &line])
            .env_clear()
            .current_dir(self.path())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(!said.contains("os error"), "{said}");
        (done.status.code().unwrap(), said)
    }
}

#[test]
fn a_damaged_database_is_named() {
    let newsroom = Newsroom::new();
    let file = newsroom.path().join("dateline.db");
    fs::write(&file, "a shopping list, and no database at all").unwrap();
    for words in [
        &["status"][..],
        &["run"],
        &["db", "check"],
        &["db", "migrate"],
    ] {
        let said = newsroom.run(words);
        assert_eq!(said.code, 1, "{}", said.err);
        assert!(
            said.err.contains("damaged") && said.err.contains(&file.display().to_string()),
            "{}",
            said.err
        );
    }
}

#[test]
fn a_full_disk_is_the_one_that_is_full() {
    let newsroom = Newsroom::new();
    // Larger files than this many half kilobytes cannot be written, which is how a full disk looks.
    let full = "ulimit -f 256;";
    let (code, said) = newsroom.shell(full, "db backup kept.db");
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("kept.db is full; no backup was made") && said.contains("on another disk"),
        "{said}"
    );
    let left: Vec<_> = fs::read_dir(newsroom.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("kept.db"))
        .collect();
    assert_eq!(left, [""; 0]);
    let (code, said) = newsroom.shell("", "man config.toml");
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("try: name a place in a folder"), "{said}");
    let (code, said) = newsroom.shell("", "optout export no/such/folder.csv");
    assert_eq!(code, 2, "{said}");
    let (code, said) = newsroom.shell("", "contact list > /dev/full");
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("could not be written") && said.contains("try: "),
        "{said}"
    );
}

/// Not even the note that it was told has room there, only an empty file.
#[test]
fn a_full_disk_is_told_once_to_cron() {
    let newsroom = Newsroom::new();
    let full = "ulimit -f 0;";
    let (code, said) = newsroom.shell(full, "run");
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains("is full") && said.contains("once a day while it lasts"),
        "{said}"
    );
    for _ in 0..2 {
        assert_eq!(newsroom.shell(full, "run"), (1, String::new()));
    }
    let (_, said) = newsroom.shell(full, "-v run");
    assert!(said.contains("is full"), "{said}");
    let (code, said) = newsroom.shell("", "run");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("is over"), "{said}");
    assert_eq!(newsroom.shell("", "run"), (0, String::new()));
}

#[test]
fn another_programs_settings_are_told_apart_from_none() {
    let folder = tempfile::tempdir().unwrap();
    let said = Terminal::at(folder.path()).run(&["status"]);
    assert!(
        said.code == 78 && !said.err.contains("dateline = 1"),
        "{}",
        said.err
    );
    fs::write(folder.path().join("config.toml"), "[tool]\nname = 1\n").unwrap();
    let said = Terminal::at(folder.path()).run(&["status"]);
    assert!(
        said.code == 78 && said.err.contains("no line dateline = 1"),
        "{}",
        said.err
    );
}

#[test]
fn a_log_without_a_match_says_so() {
    let newsroom = Newsroom::new();
    let said = newsroom.run(&["log", "list", "--act", "nonsense"]);
    assert_eq!((said.code, said.out.as_str()), (0, ""));
    assert!(said.err.contains("No entry matches."), "{}", said.err);
}

/// What is on a terminal of so many columns.
fn shown(newsroom: &Newsroom, width: u16, words: &[&str]) -> (String, String) {
    let (out, err) = (Paper::default(), Paper::default());
    let mut io = Io::pipes("".as_bytes(), out.clone(), err.clone());
    (io.stdout_is_terminal, io.stderr_is_terminal) = (true, true);
    io.width = Some(width);
    Terminal::at(newsroom.path()).run_with(words, io);
    (out.text(), err.text())
}

#[test]
fn what_stays_wrong_is_said_once_until_it_is_over() {
    let newsroom = Newsroom::new();
    let settings = newsroom.path().join("config.toml");
    let text = fs::read_to_string(&settings).unwrap().replace(
        "#file = \"/var/log/dateline/dateline.jsonl\"",
        "file = \"logs/dateline.jsonl\"",
    );
    fs::write(&settings, text).unwrap();
    let logs = newsroom.path().join("logs");
    for round in 0..2 {
        let said = newsroom.run(&["run"]);
        assert_eq!(said.code, 0);
        assert!(
            said.err.contains(
                "logs/dateline.jsonl cannot be written (there is no such file or folder)"
            ),
            "{round}: {}",
            said.err
        );
        let doctor = newsroom.run(&["doctor", "--offline"]);
        assert!(
            doctor.code == 5 && doctor.out.contains("mkdir -p "),
            "{}",
            doctor.out
        );
        // Cron calls again, and has nothing to mail.
        for _ in 0..3 {
            newsroom.good(&["run"]);
        }
        fs::create_dir(&logs).unwrap();
        newsroom.good(&["run"]);
        assert!(logs.join("dateline.jsonl").exists());
        fs::remove_dir_all(&logs).unwrap();
        // Something new to write down.
        newsroom.good(&["contact", "tag", "vip", "1"]);
    }
    let said = newsroom.run(&[
        "sink",
        "--log",
        "no/such/file.jsonl",
        "--smtp",
        "0",
        "--http",
        "0",
    ]);
    assert_eq!(said.code, 2, "{}", said.err);
    assert!(
        said.err.contains("no/such/file.jsonl cannot be written"),
        "{}",
        said.err
    );
}

#[test]
fn the_doctor_keeps_to_a_narrow_terminal() {
    let newsroom = Newsroom::new();
    let words = ["doctor", "--offline", "--color", "never"];
    let (narrow, _) = shown(&newsroom, 40, &words);
    for line in narrow.lines() {
        let is_one_word = !line.trim().contains(' ');
        assert!(line.chars().count() <= 40 || is_one_word, "{line:?}");
    }
    assert!(
        narrow.contains("\n    to try: ") || narrow.contains("\n    fix: "),
        "{narrow}"
    );
    let (wide, _) = shown(&newsroom, 100, &words);
    assert!(wide.contains("ok        config.file           "), "{wide}");
}

#[test]
fn a_mistyped_word_is_refused_in_the_colors_that_were_asked_for() {
    let newsroom = Newsroom::new();
    for (words, colored) in [
        (&["nonsense"][..], true),
        (&["--color", "never", "nonsense"], false),
        (&["nonsense", "--color=never"], false),
        (&["nonsense", "--color=always"], true),
    ] {
        let (_, said) = shown(&newsroom, 80, words);
        assert_eq!(said.contains('\u{1b}'), colored, "{words:?}: {said:?}");
    }
    // What can stand there is told by the verb's own help.
    for (words, help) in [
        (
            &["completions", "klingon"][..],
            "try: dateline completions --help",
        ),
        (&["log", "list", "--act"], "try: dateline log list --help"),
        (&["sink", "--smtp", "25x"], "try: dateline sink --help"),
    ] {
        let (_, said) = shown(&newsroom, 80, words);
        assert!(said.contains(help), "{words:?}: {said}");
    }
    // "restore" is no slip for "stop".
    let (_, said) = shown(&newsroom, 80, &["restore"]);
    assert!(!said.contains("similar"), "{said}");
}

#[tokio::test]
async fn whoever_watches_hears_of_mail_that_does_not_get_through() {
    on_both(async |mut world: World| {
        let _sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 2).await;
        let now = world.desk().now();
        let minute = std::time::Duration::from_mins(1);
        let said = async |world: &World| {
            let state = status(world.desk()).await.unwrap();
            let all = complaints(&state, world.desk().now(), 60 * minute).join("\n");
            (state.trouble.map(|trouble| trouble.code), all)
        };
        let db = world.desk().store.db().clone();
        notice::raise(&db, "route", now).await.unwrap();
        assert_eq!(said(&world).await.0, None, "nothing is due");
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        // A minute is no trouble yet; it goes on by itself.
        let (code, all) = said(&world).await;
        assert!(
            code == Some("route") && !all.contains("get through"),
            "{all}"
        );
        world.desk.clock = Clock::fixed(now.plus(11 * minute));
        let (_, all) = said(&world).await;
        assert!(
            all.contains("the mail server is away or takes nothing"),
            "{all}"
        );
        world.desk.clock = Clock::fixed(now);
        notice::raise(&db, "login-1", now).await.unwrap();
        let (code, all) = said(&world).await;
        assert!(
            code == Some("login") && all.contains("refuses the login"),
            "{all}"
        );
        assert_eq!(one_run(&world).await.counts.sent, 2);
        assert_eq!(said(&world).await.0, None, "it is over");
    })
    .await;
}
