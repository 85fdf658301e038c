//! Setting up, and looking after the desk: init, stop, the database and its key, templates.

use std::fs;

use crate::office::{INIT, Newsroom, pair};
use crate::terminal::Terminal;

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
fn the_password_of_a_database_comes_in_a_file_and_what_was_written_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let terminal = Terminal::at(folder.path());
    let settings = folder.path().join("config.toml");
    let init = ["init", "--name", "N", "--from", "a@example.com"];
    for url in [
        "postgres://ana:s3cret@127.0.0.1:1/x",
        "postgres://ana@127.0.0.1:1/x?password=s3cret",
    ] {
        let said = terminal.run(&[&init[..], &["--database", url]].concat());
        assert_eq!(said.code, 2, "{}", said.err);
        assert!(
            said.err.contains("--database-password-file FILE") && !said.err.contains("s3cret"),
            "{}",
            said.err
        );
        assert!(!settings.exists());
    }
    // A database that is not there: the settings are, and that is said.
    let words = [
        "--database",
        "sqlite:config.toml/x.db",
        "--database-password-file",
        "pw",
    ];
    let said = terminal.run(&[&init[..], &words].concat());
    assert_eq!(said.code, 78, "{}", said.err);
    assert!(!settings.exists(), "SQLite has no password");
    let said = terminal.run(&[&init[..], &words[..2]].concat());
    assert_eq!(said.code, 78, "{}", said.err);
    assert!(
        said.out.starts_with("Wrote ") && settings.exists(),
        "{}",
        said.out
    );
}

#[test]
fn init_knows_the_usual_providers_and_ends_with_a_look_around() {
    for (answers, lines) in [
        (
            "N\npress@example.com\nEurope/Berlin\nHere 1\nm365\n\n/run/secret\n",
            &[
                "preset = \"m365\"",
                "host = \"smtp.office365.com\"",
                "port = 587",
                "security = \"starttls\"",
                "username = \"press@example.com\"",
                "password_file = \"/run/secret\"",
            ][..],
        ),
        (
            "N\npress@example.com\nEurope/Berlin\nHere 1\nrelay\nlocalhost\nnone\n",
            &[
                "preset = \"relay\"",
                "host = \"localhost\"",
                "port = 25",
                "security = \"none\"",
                "#username = ",
            ],
        ),
        (
            "N\npress@example.com\nEurope/Berlin\nHere 1\nother\nsmtp.example.net\nme\n\n",
            &[
                "#preset = ",
                "host = \"smtp.example.net\"",
                "#port = ",
                "username = \"me\"",
                "#password_file = ",
            ],
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut terminal = Terminal::at(folder.path());
        terminal.is_attended = true;
        terminal.stdin = answers;
        let said = terminal.run(&["init"]);
        assert_eq!(said.code, 0, "{}", said.err);
        let written = fs::read_to_string(folder.path().join("config.toml")).unwrap();
        for line in lines {
            let found = written.lines().any(|one| one.starts_with(line));
            assert!(found, "{line} is not in\n{written}");
        }
        assert!(written.contains("\ntransport = \"files\"\n"));
        // What the look around finds is this machine's affair; it must say one thing or the other.
        let looked = ["All well here", "warning: ", "problem: "];
        assert!(
            looked.iter().any(|word| said.out.contains(word)),
            "{}",
            said.out
        );
        let wrong = ["there is no postal address", "/run/secret"];
        assert!(!said.out.contains(wrong[0]), "{}", said.out);
        assert_eq!(
            said.out.contains(wrong[1]),
            answers.contains(wrong[1]),
            "{}",
            said.out
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let mut terminal = Terminal::at(folder.path());
    terminal.is_attended = true;
    terminal.stdin = "N\npress@example.com\nEurope/Berlin\n\nmine\n";
    let said = terminal.run(&["init"]);
    // Asked again; what ends there stays open.
    assert!(
        said.code == 0 && said.err.contains("there is no provider \"mine\""),
        "{}",
        said.err
    );
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
