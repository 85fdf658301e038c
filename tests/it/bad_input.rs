//! Files, settings and limits as they should not be: one clear refusal, nothing half done, no secret shown.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use crate::office::Newsroom;

/// The real program in a newsroom, as `sh` starts it after `before`.
fn program(newsroom: &Newsroom, before: &str, words: &str) -> Output {
    Command::new("sh")
        .env_clear()
        .current_dir(newsroom.path())
        .arg("-c")
        .arg(format!("{before}exec \"$0\" --config config.toml {words}"))
        .arg(env!("CARGO_BIN_EXE_dateline"))
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn what_is_no_contact_file_is_named_and_left_alone() {
    let newsroom = Newsroom::new();
    let before = newsroom.good(&["contact", "list", "--json"]).out;
    let cases: [(&str, &[u8], &str); 10] = [
        ("empty", b"", "empty-file"),
        ("blank", b"\n \n\n", "empty-file"),
        ("mark", b"\xef\xbb\xbf", "empty-file"),
        ("header", b"Email,Name\n", "header-only"),
        ("zip", b"PK\x03\x04\x14\0\0\0\x08\0", "not-csv"),
        ("page", b"<!DOCTYPE html>\n<table><tr><td>Email", "not-csv"),
        ("pdf", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", "not-csv"),
        ("zeros", &[0; 5000], "not-csv"),
        ("no-email", b"Name,Phone\nAna,1\n", "no-email-column"),
        (
            "mail",
            b"From: ana@press.example\nTo: bo\n\nhi\n",
            "no-email-column",
        ),
    ];
    for (name, bytes, code) in cases {
        let file = format!("{name}.csv");
        fs::write(newsroom.path().join(&file), bytes).unwrap();
        let said = newsroom.run(&["contact", "import", &file, "--source", "x", "--json"]);
        let object: serde_json::Value = serde_json::from_str(&said.err).unwrap();
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{name}");
        assert_eq!(object["error"]["code"], code, "{name}");
        assert!(said.err.contains(&file), "{}", said.err);
        assert!(!said.err.contains("ana@"), "{}", said.err);
    }
    fs::create_dir(newsroom.path().join("folder.csv")).unwrap();
    let folder = newsroom.run(&["contact", "import", "folder.csv", "--source", "x"]);
    assert!(
        folder.code == 2 && folder.err.contains("directory"),
        "{}",
        folder.err
    );
    assert_eq!(newsroom.good(&["contact", "list", "--json"]).out, before);
}

#[test]
fn what_is_no_release_file_is_refused_with_its_line() {
    let newsroom = Newsroom::new();
    let good = "slug = \"plant\"\nheadline = \"A plant\"\n";
    let cases = [
        (String::new(), "line 1"),
        ("# A plant\n".to_owned(), "line 1"),
        ("---\nslug: plant\n---\nText.\n".to_owned(), "YAML"),
        (format!("+++\n{good}Text.\n"), "never closed"),
        (
            "+++\nheadline = \"x\"\n+++\nText.\n".to_owned(),
            "slug is missing",
        ),
        (
            "+++\nslug = \"x\"\n+++\nText.\n".to_owned(),
            "headline is missing",
        ),
        (format!("+++\n{good}+++\n"), "no text"),
        (
            format!("+++\n{good}embrago = \"x\"\n+++\nText.\n"),
            "did you mean embargo",
        ),
        (
            format!("+++\n{good}embargo = \"\"\n+++\nText.\n"),
            "embargo is empty",
        ),
        (
            format!("+++\n{good}embargo = \"2020-01-01 09:00 UTC\"\n+++\nText.\n"),
            "past",
        ),
        (
            format!("+++\n{good}embargo = \"2026-11-01 01:30 America/New_York\"\n+++\nText.\n"),
            "occurs twice",
        ),
        (
            format!("+++\n{good}embargo = \"2027-03-14 02:30 America/New_York\"\n+++\nText.\n"),
            "does not exist",
        ),
        (
            format!("+++\n{good}embargo = \"2027-03-14 09:30 America/Vancuover\"\n+++\nText.\n"),
            "did you mean America/Vancouver",
        ),
        (
            format!("+++\n{good}boilerplates = [\"nix\"]\n+++\nText.\n"),
            "no boilerplate",
        ),
        (
            format!("+++\n{good}organizations = [\"nix\"]\n+++\nText.\n"),
            "no organization",
        ),
        (
            format!("+++\n{good}press_contacts = [\"nix\"]\n+++\nText.\n"),
            "no press contact",
        ),
    ];
    for (text, words) in cases {
        fs::write(newsroom.path().join("plant.md"), &text).unwrap();
        let said = newsroom.run(&["release", "new", "plant.md"]);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{text}");
        assert!(
            said.err.contains(words),
            "{words:?} is not in: {}",
            said.err
        );
        assert!(
            said.err.contains("try: ") || said.err.contains("embargo"),
            "{}",
            said.err
        );
    }
    let endless = vec![b'x'; 3_000_000];
    for bytes in [&b"+++\nslug = \"caf\xe9\"\n+++\nx"[..], &endless] {
        fs::write(newsroom.path().join("plant.md"), bytes).unwrap();
        assert_eq!(newsroom.run(&["release", "new", "plant.md"]).code, 2);
    }
    assert_eq!(newsroom.good(&["release", "list", "--json"]).out, "[]\n");
}

#[test]
fn an_asset_is_a_document_from_the_release_s_own_folder() {
    let newsroom = Newsroom::new();
    let outside = tempfile::NamedTempFile::new().unwrap();
    fs::write(outside.path(), "not for the press").unwrap();
    let at = |name: &str| newsroom.path().join(name);
    std::os::unix::fs::symlink(outside.path(), at("link.txt")).unwrap();
    std::os::unix::fs::symlink("..", at("up")).unwrap();
    fs::create_dir(at("folder")).unwrap();
    fs::write(at("program.jpg"), b"MZ\x90\0\x03\0\0\0").unwrap();
    fs::write(at("setup.EXE"), "words").unwrap();
    fs::write(at("nothing.jpg"), "").unwrap();
    fs::write(at("large.bin"), vec![7; 11_000_000]).unwrap();
    let absolute = outside.path().display().to_string();
    for (file, words) in [
        (absolute.as_str(), "outside"),
        ("link.txt", "outside"),
        ("up", "outside"),
        ("../config.toml", "cannot be read"),
        ("folder", "not a file"),
        ("missing.jpg", "cannot be read"),
        ("program.jpg", "is a program"),
        ("setup.EXE", "is a program"),
        ("nothing.jpg", "is empty"),
        ("large.bin", "11000000 bytes"),
    ] {
        newsroom.release(&format!("assets = [{{ file = \"{file}\" }}]"));
        let said = newsroom.run(&["release", "new", "plant.md"]);
        assert_eq!(said.code, 2, "{file}");
        assert!(
            said.err.contains(words),
            "{words:?} is not in: {}",
            said.err
        );
    }
    assert_eq!(newsroom.good(&["release", "list", "--json"]).out, "[]\n");
}

#[test]
fn no_password_of_a_database_address_is_shown() {
    let newsroom = Newsroom::new();
    let settings = newsroom.path().join("config.toml");
    let text = fs::read_to_string(&settings).unwrap();
    for address in [
        "postgres://u:hunter2@127.0.0.1:abc/x",
        "postgres://u:hunter2@@127.0.0.1:99999/x",
        "postgres://u:hun?hunter2@127.0.0.1/x",
        "postgres://127.0.0.1:99999/x?password=hunter2",
        "mysql://u:hunter2@127.0.0.1/x",
    ] {
        let changed = text.replace("sqlite://dateline.db", address);
        assert_ne!(changed, text);
        fs::write(&settings, changed).unwrap();
        for words in [&["status"][..], &["run", "--json"], &["db", "migrate"]] {
            let said = newsroom.run(words);
            assert_eq!(said.code, 78, "{address}: {}", said.err);
            assert!(!said.err.contains("hunter2"), "{}", said.err);
        }
    }
}

#[test]
fn files_without_end_are_given_up_on() {
    let newsroom = Newsroom::new();
    let endless = Path::new("/dev/zero");
    let release = newsroom.run(&["release", "new", "/dev/zero"]);
    assert!(
        release.code == 2 && release.err.contains("does not end"),
        "{}",
        release.err
    );
    let contacts = newsroom.run(&["contact", "import", "/dev/zero", "--source", "x"]);
    assert!(
        contacts.code == 2 && contacts.err.contains("device"),
        "{}",
        contacts.err
    );
    std::os::unix::fs::symlink(endless, newsroom.path().join("z.toml")).unwrap();
    let settings = newsroom.run(&["--config", "z.toml", "status"]);
    assert!(
        settings.code == 78 && settings.err.contains("larger than"),
        "{}",
        settings.err
    );
}

#[test]
fn a_refusal_does_not_repeat_a_page_of_nonsense() {
    let newsroom = Newsroom::new();
    let nonsense = "x".repeat(100_000);
    for words in [
        &["list", "create", &nonsense][..],
        &["when", "2027-01-01 09:00", "--zone", &nonsense],
        &["contact", "import", &nonsense, "--source", "x"],
        &["release", "show", &nonsense, "--json"],
        &[&nonsense],
    ] {
        let said = newsroom.run(words);
        assert!(said.code == 2 || said.code == 78, "{}", said.code);
        assert!(said.err.len() < 5_000, "{} bytes", said.err.len());
    }
    newsroom.release(&format!("x = {}", "[".repeat(3_000)));
    let said = newsroom.run(&["release", "new", "plant.md"]);
    assert!(
        said.code == 2 && said.err.len() < 5_000,
        "{} bytes",
        said.err.len()
    );
}

#[test]
fn a_full_quota_is_told_and_leaves_whole_steps_only() {
    let newsroom = Newsroom::new();
    let rows: Vec<String> = (0..4000)
        .map(|number| format!("p{number}@example.org,Person {number}\n"))
        .collect();
    let rows = rows.concat();
    fs::write(
        newsroom.path().join("many.csv"),
        format!("Email,Name\n{rows}"),
    )
    .unwrap();
    let import = "contact import many.csv --source x --list many";
    // In blocks of 512 bytes or 1 KiB, as the shell counts: less than the import needs.
    let stopped = program(&newsroom, "ulimit -f 1200; ", import);
    assert_eq!(stopped.status.code(), Some(1), "{}", said(&stopped));
    assert!(said(&stopped).contains("full"), "{}", said(&stopped));
    assert!(
        said(&stopped).contains("import the file again"),
        "{}",
        said(&stopped)
    );
    let kept = newsroom.good(&["contact", "list", "--json"]).json();
    // Three were there before.
    assert_eq!(
        (kept.as_array().unwrap().len() - 3) % 500,
        0,
        "whole chunks only"
    );
    newsroom.approved("");
    let schedule = "--yes release schedule plant --list tech --now";
    let stopped = program(&newsroom, "ulimit -f 1; ", schedule);
    assert_eq!(stopped.status.code(), Some(1), "{}", said(&stopped));
    let report = newsroom
        .good(&["release", "report", "plant", "--json"])
        .json();
    assert_eq!(report["distributions"], serde_json::json!([]));
    assert_eq!(program(&newsroom, "", import).status.code(), Some(0));
    let all = newsroom.good(&["contact", "list", "--json"]).json();
    assert_eq!(all.as_array().unwrap().len(), 4003);
    newsroom.good(&["log", "verify"]);
}

#[test]
fn names_and_numbers_that_cannot_be_are_usage() {
    let newsroom = Newsroom::new();
    newsroom.approved("");
    for words in [
        &[
            "contact",
            "import",
            "contacts.csv",
            "--source",
            "x",
            "--list",
            "",
        ][..],
        &["list", "create", "te\u{1b}[31mch"],
        &["--as", "ana\nroot", "list", "create", "press"],
        &["release", "show", "pla\u{7}nt"],
        &["release", "pause", "plant", "--distribution=-1"],
        &[
            "release",
            "pause",
            "plant",
            "--distribution",
            "99999999999999999999",
        ],
        &["release", "schedule", "plant", "--list", "tech", "--at", ""],
    ] {
        let said = newsroom.run(words);
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{words:?}");
        assert!(!said.err.contains(['\u{1b}', '\u{7}']), "{:?}", said.err);
    }
}
