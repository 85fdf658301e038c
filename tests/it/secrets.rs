//! A password stays where it was given: not in words, errors, logs, the database or the process list,
//! and not in a core dump.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::CommandFactory as _;
use dateline::cli::Dateline;

use crate::bureau::{Bureau, on_both};
use crate::docs::{examples, words};

const PASSWORD: &str = "Gezeiten-9f31-kraft";
/// How it looks in a login of AUTH PLAIN.
const PLAIN: &str = "\0press@example.com\0Gezeiten-9f31-kraft";

/// Whether a text holds the password, plainly or as a login sends it.
fn tells(text: &[u8]) -> bool {
    let forms = [
        PASSWORD.to_owned(),
        STANDARD.encode(PASSWORD),
        STANDARD.encode(PLAIN),
    ];
    forms
        .iter()
        .any(|form| text.windows(form.len()).any(|part| part == form.as_bytes()))
}

/// The ways in which a password can be given.
fn ways(bureau: &Bureau) -> [String; 3] {
    let file = bureau.file("smtp.password", format!("{PASSWORD}\n"));
    let file = file.display();
    [
        format!("password_file = \"{file}\"\n"),
        format!("password_command = [\"cat\", \"{file}\"]\n"),
        format!("password = \"{PASSWORD}\"\n"),
    ]
    .map(|way| format!("username = \"press@example.com\"\n{way}[log]\nlevel = \"debug\"\nfile = \"dateline.jsonl\"\n"))
}

/// Verbs that have most to do with it.
const OURS: [&str; 9] = [
    "config show",
    "config show --json",
    "config check",
    "status --json",
    "log list --json",
    "db check --json",
    "doctor --offline --json",
    "run --json",
    "release test plant --to me@example.com --json",
];

/// Verbs that stay up, write to the system's folders or look for strangers' servers.
fn may_be_tried(words: &[String]) -> bool {
    let never = [
        "demo",
        "sink",
        "serve",
        "man",
        "--watch",
        "--open",
        "--imap",
        "/backup/dateline-2026-11-25.db",
    ];
    let asks_around =
        words.iter().any(|word| word == "doctor") && !words.iter().any(|word| word == "--offline");
    let is_copy = words.get(1..3) == Some(&["db".to_owned(), "copy".to_owned()]);
    !is_copy && !asks_around && !words.iter().any(|word| never.contains(&word.as_str()))
}

/// A mail server that refuses every login and repeats what it was given, in both forms.
fn parrot() -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let stream = stream.unwrap();
            std::thread::spawn(move || parrot_one(stream));
        }
    });
    port
}

fn parrot_one(mut stream: TcpStream) -> Option<()> {
    let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
    stream.write_all(b"220 parrot\r\n").ok()?;
    while let Some(Ok(line)) = lines.next() {
        let answer = match line.split_once("AUTH PLAIN ") {
            Some((_, given)) => {
                let plain = STANDARD.decode(given).unwrap();
                let plain = String::from_utf8(plain).unwrap();
                let password = plain.rsplit('\0').next().unwrap();
                assert_eq!(password, PASSWORD);
                format!("535-5.7.8 {given}\r\n535 5.7.8 you said: {password}\r\n")
            }
            None if line.starts_with("EHLO") => "250-parrot\r\n250 AUTH PLAIN\r\n".to_owned(),
            None => "221 bye\r\n".to_owned(),
        };
        stream.write_all(answer.as_bytes()).ok()?;
    }
    Some(())
}

#[test]
fn no_verb_no_log_and_no_row_tells_the_password() {
    let port = parrot();
    on_both(|mut bureau| {
        bureau.due();
        let mut is_first = true;
        for way in ways(&bureau) {
            bureau.set(&way);
            bureau.serve_by(port);
            // One of the verbs below is `stop`.
            bureau.good(&["start"]);
            let refused = bureau.run(&["run", "-v"]);
            assert_eq!(refused.code, 12, "{}", refused.err);
            assert!(!tells(refused.err.as_bytes()), "{}", refused.err);
            let mut tried = 0;
            let mut shown = Vec::new();
            // All verbs once; how the password came makes no difference to most.
            if std::mem::take(&mut is_first) {
                examples(&Dateline::command(), &mut shown);
                assert!(shown.len() > 80);
            }
            let ours = OURS.map(|text| format!("dateline {text}"));
            for text in shown.iter().map(|shown| shown.text.clone()).chain(ours) {
                let mut split = words(&text);
                if !may_be_tried(&split) {
                    continue;
                }
                split.extend(["--no-input"].map(str::to_owned));
                let split: Vec<&str> = split.iter().skip(1).map(String::as_str).collect();
                let said = bureau.run(&split);
                assert!(!tells(said.out.as_bytes()), "{text}: {}", said.out);
                assert!(!tells(said.err.as_bytes()), "{text}: {}", said.err);
                tried += 1;
            }
            assert!(tried > OURS.len() - 1, "only {tried} verbs were tried");
            for (table, rows) in bureau.rows() {
                assert!(
                    !rows.iter().any(|row| tells(row.as_bytes())),
                    "table {table}"
                );
            }
            for entry in fs::read_dir(bureau.path()).unwrap() {
                let path = entry.unwrap().path();
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                let is_where_it_was_given = name == "smtp.password" || name == "config.toml";
                if path.is_file() && !is_where_it_was_given {
                    assert!(!tells(&fs::read(&path).unwrap()), "{name}");
                }
            }
            assert!(bureau.path().join("dateline.jsonl").exists());
        }
    });
}

/// A mail server that says nothing more once it has been given the password; the other end tells when.
fn silent() -> (u16, Receiver<TcpStream>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            stream.write_all(b"220 silent\r\n").unwrap();
            while let Some(Ok(line)) = lines.next() {
                if line.starts_with("AUTH PLAIN ") {
                    let _ = tell.send(stream);
                    break;
                }
                stream
                    .write_all(b"250-silent\r\n250 AUTH PLAIN\r\n")
                    .unwrap();
            }
        }
    });
    (port, told)
}

#[test]
fn the_process_list_and_a_crash_do_not_tell_it() {
    let (port, logging_in) = silent();
    on_both(|mut bureau| {
        bureau.due();
        for way in ways(&bureau) {
            bureau.set(&way);
            bureau.serve_by(port);
            // As on a machine where somebody wants core dumps.
            let words = format!(
                "ulimit -c unlimited 2>/dev/null; exec {} --config {}/config.toml release test plant --to me@example.com",
                env!("CARGO_BIN_EXE_dateline"),
                bureau.path().display()
            );
            let mut child = Command::new("sh")
                .args(["-c", &words])
                .env_clear()
                .current_dir(bureau.path())
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            // Held open while we look: now the password is in its memory.
            let _held = logging_in.recv_timeout(Duration::from_secs(30)).unwrap();
            let of = format!("/proc/{}", child.id());
            let limits = fs::read_to_string(format!("{of}/limits")).unwrap();
            let core = limits.lines().find(|line| line.starts_with("Max core"));
            let numbers: Vec<_> = core.unwrap().split_whitespace().skip(4).take(2).collect();
            assert_eq!(numbers, ["0", "0"], "{limits}");
            for part in ["cmdline", "environ"] {
                // Who may not look at it sees no password either.
                let seen = fs::read(format!("{of}/{part}")).unwrap_or_default();
                assert!(!tells(&seen), "{part}");
                assert!(part != "cmdline" || !seen.is_empty());
            }
            let asked = Command::new("kill")
                .args(["-ABRT", &child.id().to_string()])
                .status();
            assert!(asked.unwrap().success());
            let ended = child.wait().unwrap();
            assert_eq!((ended.signal(), ended.core_dumped()), (Some(6), false));
        }
    });
}
