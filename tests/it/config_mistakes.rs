//! A mistake in the settings is named by line, key and remedy, and never by its value.

use dateline::config::environment::Environment;
use dateline::config::load;
use proptest::prelude::*;

use crate::config::{LEAST, as_json, loaded, readable, written};

/// What is added to the least file, the line and key that are named, and a word of the remedy.
const MISTAKES: &[(&str, u32, &str, &str)] = &[
    ("[smtp]\npasword = \"x\"", 6, "[smtp] pasword", "password"),
    ("[smpt]\nhost = \"x\"", 5, "smpt", "smtp"),
    (
        "[smtp]\nsecurity = \"startls\"",
        6,
        "[smtp] security",
        "starttls",
    ),
    (
        "[style]\nholidays = [\"12-25\", \"25.12.2026\"]",
        6,
        "[style] holidays",
        "2026-04-03",
    ),
    ("[smtp]\nport = 70000", 6, "[smtp] port", "65535"),
    ("[smtp]\nport = \"465\"", 6, "[smtp] port", "whole number"),
    ("[smtp]\nport = 587", 6, "[smtp] port", "starttls"),
    (
        "[smtp]\nsecurity = \"starttls\"\nport = 465",
        7,
        "[smtp] port",
        "587",
    ),
    ("[smtp]\ntransport = \"smtp\"", 5, "[smtp] host", "server"),
    (
        "[smtp]\nhost = \"smtp://mail.example.net\"",
        6,
        "[smtp] host",
        "without",
    ),
    (
        "[smtp]\nhost = \"mail.example.net\"\nsecurity = \"none\"",
        7,
        "[smtp] security",
        "this machine",
    ),
    (
        "[smtp]\nconnections = 65",
        6,
        "[smtp] connections",
        "1 to 64",
    ),
    (
        "[smtp]\nconnections = 8\nat_risk = 4",
        7,
        "[smtp] at_risk",
        "connections",
    ),
    (
        "[smtp]\ntimeouts = { command = \"60\" }",
        6,
        "[smtp] timeouts.command",
        "30s",
    ),
    (
        "[smtp]\nusername = \"a\"\nhost = \"h\"\ntransport = \"smtp\"",
        6,
        "[smtp] username",
        "password",
    ),
    (
        "[smtp]\nauth = \"oauth2\"",
        5,
        "[smtp] token_command",
        "program",
    ),
    (
        "[limits]\nper_minute = -1",
        6,
        "[limits] per_minute",
        "not negative",
    ),
    (
        "[limits]\nretry = [\"5m\", \"soon\"]",
        6,
        "[limits] retry",
        "30s",
    ),
    (
        "[limits]\ngive_up_after = \"1m\"",
        6,
        "[limits] give_up_after",
        "retry",
    ),
    (
        "[run]\nstop_failure_rate = 1.5",
        6,
        "[run] stop_failure_rate",
        "at most 1",
    ),
    ("[run]\napprovals = 3", 6, "[run] approvals", "1 or 2"),
    (
        "[embargo]\nwarn_lead = \"1h\"",
        6,
        "[embargo] warn_lead",
        "min_lead",
    ),
    (
        "[database]\nurl = \"mysql://x\"",
        6,
        "[database] url",
        "sqlite",
    ),
    (
        "[database]\nurl = \"sqlite::memory:\"",
        6,
        "[database] url",
        "forget",
    ),
    ("[serve]\nlisten = \"8027\"", 6, "[serve] listen", "port"),
    (
        "[unsubscribe]\nbase_url = \"http://x\"",
        6,
        "[unsubscribe] base_url",
        "https",
    ),
    (
        "[unsubscribe]\nbase_url = \"https://x.example/u?t=\"",
        6,
        "[unsubscribe] base_url",
        "question mark",
    ),
    (
        "[serve]\nrequests_per_minute = 0",
        6,
        "[serve] requests_per_minute",
        "120",
    ),
    (
        "[mailbox]\nhost = \"imap://x\"",
        6,
        "[mailbox] host",
        "without imap://",
    ),
    (
        "[mailbox]\nhost = \"imap.example\"\nsecurity = \"none\"",
        7,
        "[mailbox] security",
        "only to this machine",
    ),
    ("[mailbox]\nport = 143", 6, "[mailbox] port", "993"),
    (
        "[mailbox]\nhost = \"imap.example\"\nusername = \"u\"",
        7,
        "[mailbox] username",
        "no password",
    ),
    (
        "[mailbox]\nauth = \"oauth2\"",
        5,
        "[mailbox] token_command",
        "is missing",
    ),
    (
        "[mailbox]\ndone_folder = \"INBOX\"",
        6,
        "[mailbox] done_folder",
        "another folder",
    ),
    (
        "[[hook]]\nafter = \"finnished\"\nrun = [\"x\"]",
        6,
        "[hook] after",
        "finished",
    ),
    (
        "[privacy]\ntrack_opens = true",
        6,
        "[privacy] track_opens",
        "pixel",
    ),
    (
        "[run]\nunknown = \"hold\"\nunknown = \"hold\"",
        7,
        "[run] unknown",
        "twice",
    ),
    ("[run]\nunknown = hold", 6, "[run] unknown", "TOML"),
];

#[test]
fn mistakes_are_named_by_line_key_and_remedy() {
    for (text, line, key, says) in MISTAKES {
        let problem = loaded(&format!("{LEAST}{text}\n")).unwrap_err();
        let hint = problem.hint.clone().unwrap_or_default();
        assert_eq!(
            problem.position.map(|(line, _)| line),
            Some(*line),
            "{text}: {problem:?}"
        );
        assert_eq!(problem.key.as_deref(), Some(*key), "{text}: {problem:?}");
        assert!(
            format!("{problem} {hint}").contains(says),
            "{text}: {problem} / {hint}"
        );
    }
}

#[test]
fn what_has_no_default_is_asked_for() {
    for (text, says) in [
        (
            "dateline = 1\n[newsroom]\nname = \"N\"\n",
            "[newsroom] from is missing",
        ),
        ("dateline = 1\n", "newsroom"),
        (
            "[newsroom]\nname = \"N\"\nfrom = \"a@example.com\"\n",
            "dateline is missing",
        ),
        (
            "dateline = 2\n[newsroom]\nname = \"N\"\nfrom = \"a@example.com\"\n",
            "another version",
        ),
    ] {
        let problem = loaded(text).unwrap_err();
        assert!(problem.to_string().contains(says), "{problem}");
    }
    for from in [
        "press",
        "press@",
        "P <press@example.com",
        "a@b\\nBcc: c@example.com",
        "@example.com",
        "a b@example.com",
    ] {
        let problem = loaded(&format!(
            "dateline = 1\n[newsroom]\nname = \"N\"\nfrom = \"{from}\"\n"
        ))
        .unwrap_err();
        assert_eq!(problem.key.as_deref(), Some("[newsroom] from"), "{from}");
    }
    let zone = loaded(&format!("{LEAST}time_zone = \"PST8\"\n")).unwrap_err();
    assert_eq!(zone.key.as_deref(), Some("[newsroom] time_zone"));
}

/// Everything that anybody could be shown about these settings.
fn everything_said(text: &str) -> String {
    match loaded(text) {
        Ok(config) => format!("{config:?} {}", as_json(&config)),
        Err(problem) => format!("{problem} {problem:?}"),
    }
}

#[test]
fn no_secret_is_ever_shown() {
    for line in [
        "password = \"hunter2\"",
        "password = 'hunter2",
        "password = hunter2",
        "password = \"\"\"\nhunter2",
        "password = [\"hunter2\"]",
        "password = { hunter2 = 1 }\nport = 1x",
        "pasword = \"hunter2\"",
        "password == \"hunter2\"",
        "password \"hunter2\"",
        "\"password\" = \"hunter2\\q\"",
        "auth = \"hunter2\"",
        "port = \"hunter2\"",
        "token_command = \"hunter2\"",
        "timeouts = { connect = \"hunter2\" }",
        "password = \"a\"\npassword = \"hunter2\"",
    ] {
        let said = everything_said(&format!("{LEAST}[smtp]\nusername = \"u\"\n{line}\n"));
        assert!(!said.contains("hunter2"), "{line}: {said}");
    }
    let said = everything_said(&format!(
        "{LEAST}[database]\nurl = \"postgres://d:hunter2@db/x\"\n"
    ));
    assert!(
        said.contains("postgres://d:…@db/x") && !said.contains("hunter2"),
        "{said}"
    );
}

proptest! {
    /// A slip of the finger anywhere near the password: whatever is said, it is not the password.
    #[test]
    fn no_slip_of_the_finger_shows_the_password(at in 0_usize..120, slip in "[\"'=#\\[\\]{}\\\\,.\n x1]{1,3}") {
        let text = format!("{LEAST}[smtp]\nusername = \"u\"\npassword = \"hunter2\"\nport = 465\n");
        let at = (text.len() - at.min(text.len())).min(text.len());
        let slipped = format!("{}{slip}{}", &text[..at], &text[at..]);
        let said = everything_said(&slipped);
        prop_assert!(!said.contains("hunter2"), "{slipped}\n{said}");
    }

    #[test]
    fn no_text_breaks_the_reader(text in "\\PC{0,80}|[\\[\\]a-z=\"\n.]{0,80}") {
        let _ = everything_said(&text);
    }
}

#[test]
fn a_password_for_all_eyes_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for text in [
        format!("{LEAST}[smtp]\nusername = \"u\"\npassword = \"hunter2\"\n"),
        format!("{LEAST}[database]\nurl = \"postgres://d:hunter2@db/x\"\n"),
    ] {
        let path = written(folder.path(), &text);
        load(&path, &Environment::default()).unwrap();
        readable(&path, 0o644);
        let problem = load(&path, &Environment::default()).unwrap_err();
        assert_eq!(problem.code, "config-exposed");
        assert!(problem.hint.unwrap().contains("chmod 600"));
    }
}
