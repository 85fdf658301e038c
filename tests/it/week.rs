//! A power user's week, typed at the terminal: import, draft, check, approve, advance copies, a lift, a
//! correction, bounces, reports, a backup, its restoration, and the move to the other database.

use std::fs;
use std::process::Command;
use std::time::Duration;

use crate::bureau::{Bureau, on_both};
use crate::world::OtherPlace;

/// Of the ten people of the sample who may be written to, those who have not said no.
const READERS: usize = 9;
const HOLDER: &str = "mara.lindt@example.com";
const DEAD: &str = "henrik.dahl@example.org";
const GONE: &str = "yuki.tanabe@example.com";

/// The mails to somebody, as they were received.
fn mails(bureau: &Bureau, to: &str) -> Vec<(String, String)> {
    let all = bureau.sink.mails();
    let theirs = all
        .iter()
        .filter(|mail| mail.to.iter().any(|one| one == to));
    theirs
        .map(|mail| {
            let text = String::from_utf8_lossy(&mail.bytes).into_owned();
            (mail.from.clone(), text)
        })
        .collect()
}

fn taken(bureau: &Bureau) -> usize {
    bureau.sink.mails().len()
}

fn later(bureau: &Bureau, time: Duration) {
    bureau.wait(bureau.clock.sleep(time));
}

/// Monday: who we write to, and who we are.
fn monday(bureau: &Bureau) {
    for sample in [
        "contacts/demo.csv",
        "examples/harbour-light.md",
        "examples/turbine.jpg",
        "examples/about-harbour-light.md",
    ] {
        bureau.copied(sample);
    }
    let import = [
        "contact",
        "import",
        "demo.csv",
        "--source",
        "the spring fair",
        "--list",
        "energy",
    ];
    let said = bureau.run(&[&import[..], &["--rejects", "mend.csv"]].concat());
    assert_eq!(said.code, 3, "{}", said.err);
    assert!(
        fs::read_to_string(bureau.path().join("mend.csv"))
            .unwrap()
            .contains("Whitlock")
    );
    let again = bureau.run(&[&import[..], &["--json"]].concat()).json();
    assert_eq!(
        (&again["files"][0]["added"], &again["files"][0]["unchanged"]),
        (&0.into(), &10.into())
    );
    let list = bureau.good(&["list", "members", "energy", "--json"]).json();
    assert_eq!(list.as_array().unwrap().len(), READERS + 1);
    bureau.good(&[
        "organization",
        "add",
        "harbour-light",
        "--name",
        "Harbour Light",
    ]);
    let about = [
        "boilerplate",
        "new",
        "harbour-light",
        "--organization",
        "harbour-light",
    ];
    bureau.good(
        &[
            &about[..],
            &[
                "--title",
                "About Harbour Light",
                "--file",
                "about-harbour-light.md",
            ],
        ]
        .concat(),
    );
    for (slug, name) in [("ana-reyes", "Ana Reyes"), ("tom-okafor", "Tom Okafor")] {
        let person = [
            "presscontact",
            "add",
            slug,
            "--name",
            name,
            "--email",
            "press@example.com",
        ];
        bureau.good(&[&person[..], &["--phone", "+1 604 555 0100"]].concat());
    }
    bureau.good(&["release", "new", "harbour-light.md"]);
    let check = bureau.run(&["release", "check", "harbour-light"]);
    assert!(matches!(check.code, 0 | 5), "{}", check.err);
    let preview = bureau.good(&["release", "preview", "harbour-light"]);
    assert!(preview.out.contains("tidal power plant"), "{}", preview.out);
    bureau.good(&["release", "test", "harbour-light", "--to", "me@example.com"]);
    assert_eq!(taken(bureau), 1);
    bureau.good(&["release", "approve", "harbour-light", "--as", "Ana Reyes"]);
}

/// Tuesday: an advance copy to the one who agreed, and then everybody, at the lift.
fn tuesday(bureau: &Bureau) {
    let scope = ["--scope", "release:harbour-light", "--how", "email"];
    bureau.good(&[&["agreement", "add", HOLDER][..], &scope].concat());
    let advance = [
        "release",
        "schedule",
        "harbour-light",
        "--advance",
        "--list",
        "energy",
    ];
    bureau.good(&[&advance[..], &["--now", "--yes"]].concat());
    bureau.silent_run();
    assert_eq!((taken(bureau), mails(bureau, HOLDER).len()), (2, 1));
    let early = [
        "release",
        "schedule",
        "harbour-light",
        "--list",
        "energy",
        "--now",
        "--yes",
    ];
    assert_eq!(
        bureau.run(&early).code,
        4,
        "nothing general before the lift"
    );
    bureau.good(&[
        "release",
        "schedule",
        "harbour-light",
        "--list",
        "energy",
        "--yes",
    ]);
    bureau.silent_run();
    assert_eq!(taken(bureau), 2);
    // One of them wants no more.
    bureau.good(&["optout", "add", GONE, "--reason", "asked by phone"]);
    // A minute before the lift cron calls, and the run waits for the instant.
    // Since that year Vancouver keeps summer time.
    let lift = "2026-11-03T16:00:00Z".parse::<jiff::Timestamp>().unwrap();
    let lift = dateline::domain::instant::Instant::from_timestamp_down(lift);
    bureau.clock.set(lift.minus(Duration::from_mins(1)));
    bureau.silent_run();
    assert!(bureau.clock.now() >= lift);
    assert_eq!(taken(bureau), 2 + READERS - 1);
    assert_eq!(mails(bureau, GONE).len(), 0);
}

/// Wednesday: a number was wrong, and some mail came back.
fn wednesday(bureau: &Bureau) {
    later(bureau, Duration::from_hours(24));
    let (token, _) = mails(bureau, DEAD).pop().unwrap();
    let report = format!(
        "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: {token}\nSubject: Undelivered Mail Returned to Sender\n\
         MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
         Final-Recipient: rfc822; {DEAD}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 user unknown\n\n--b--\n"
    );
    bureau.file("returned.eml", report);
    let counts = bureau
        .good(&["bounce", "ingest", "returned.eml", "--json"])
        .out;
    assert!(counts.contains("\"hard\":1"), "{counts}");
    let dead = bureau.good(&["contact", "show", DEAD]).out;
    assert!(dead.contains("bounced"), "{dead}");

    let text = fs::read_to_string(bureau.path().join("harbour-light.md")).unwrap();
    bureau.file("fixed.md", text.replace("a crew of 140", "a crew of 104"));
    let note = "The crew was 104, not 140.";
    bureau.good(&[
        "release",
        "correct",
        "harbour-light",
        "--from",
        "fixed.md",
        "--note",
        note,
    ]);
    let diff = bureau.good(&["release", "diff", "harbour-light"]).out;
    assert!(
        diff.contains("[-140.-]") && diff.contains("{+104.+}"),
        "{diff}"
    );
    bureau.good(&["release", "approve", "harbour-light", "--as", "Ana Reyes"]);
    let before = taken(bureau);
    bureau.good(&["release", "schedule", "harbour-light", "--yes"]);
    bureau.silent_run();
    // Everybody who holds it, but for the dead address.
    assert_eq!(taken(bureau) - before, READERS - 2);
    let (_, correction) = mails(bureau, HOLDER).pop().unwrap();
    assert!(
        correction.contains("In-Reply-To: ") && correction.contains("not 140"),
        "{correction}"
    );
    assert_eq!(mails(bureau, DEAD).len(), 1);
}

fn told(bureau: &Bureau) -> serde_json::Value {
    let mut report = bureau
        .good(&["release", "report", "harbour-light", "--json"])
        .json();
    let distributions = report["distributions"].as_array().unwrap();
    assert_eq!(distributions.len(), 3, "{report}");
    // How long ago a thing was is no part of it.
    report.as_object_mut().unwrap().remove("now");
    report
}

/// Thursday: the machine is lost, and comes back from the backup.
fn thursday(bureau: &Bureau) {
    bureau.good(&["db", "backup", "thursday.backup"]);
    let (before, report) = (bureau.rows(), told(bureau));
    let backup = bureau.path().join("thursday.backup");
    if bureau.place().is_postgres() {
        let restored = bureau.wait(OtherPlace::each()).pop().unwrap();
        restore(&restored, &backup);
        bureau.move_to(&restored);
        again_at_home(bureau, &report);
        // Back to the one that this newsroom began with.
        bureau.move_to(bureau.place());
        return;
    }
    let database = bureau.path().join("dateline.db");
    for left in ["dateline.db", "dateline.db-wal", "dateline.db-shm"] {
        let _ = fs::remove_file(bureau.path().join(left));
    }
    fs::copy(&backup, &database).unwrap();
    // All but the desk's own row, which says that this is a copy.
    let others = |rows: Vec<(String, Vec<String>)>| -> Vec<_> {
        let others = rows.into_iter().filter(|(table, _)| table != "desk");
        others.collect()
    };
    assert_eq!(others(bureau.rows()), others(before));
    again_at_home(bureau, &report);
}

/// As docs/admin.md says: what is restored sends nothing until somebody says that it is the real one.
fn again_at_home(bureau: &Bureau, report: &serde_json::Value) {
    let sent = taken(bureau);
    let refused = bureau.run(&["run", "--json"]);
    // Also where it stands in the very place of the lost one: that had sent more than it knows.
    assert_eq!(refused.code, 4, "{}", refused.err);
    assert!(refused.err.contains("copied-database"), "{}", refused.err);
    bureau.good(&["db", "adopt", "--yes"]);
    bureau.good(&["db", "check"]);
    bureau.good(&["log", "verify"]);
    bureau.silent_run();
    assert_eq!(taken(bureau), sent);
    assert_eq!(told(bureau), *report);
}

fn restore(place: &OtherPlace, backup: &std::path::Path) {
    let (url, password) = place.address();
    let done = Command::new("pg_restore")
        .args(["--clean", "--if-exists", "--no-owner", "--dbname", &url])
        .arg(backup)
        .env("PGPASSWORD", password.unwrap_or_default())
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

/// Friday: the newsroom moves into the other kind of database, and goes on there.
fn friday(bureau: &Bureau) {
    let (before, report) = (bureau.rows(), told(bureau));
    let mut places = bureau.wait(OtherPlace::each());
    let other = if bureau.place().is_postgres() || places.len() == 1 {
        let file = bureau.path().join("moved.db");
        OtherPlace::file(&file)
    } else {
        places.pop().unwrap()
    };
    let (url, password) = other.address();
    let mut words = vec!["db", "copy", "--to", &url, "--yes"];
    if let Some(password) = &password {
        bureau.file("new.password", password);
        words.extend(["--password-file", "new.password"]);
    }
    bureau.good(&words);
    assert_eq!(
        bureau.run(&["-v", "run"]).code,
        4,
        "the old one sends nothing any more"
    );
    bureau.move_to(&other);
    let sent = taken(bureau);
    bureau.silent_run();
    bureau.good(&["db", "check"]);
    bureau.good(&["log", "verify"]);
    assert_eq!(told(bureau), report);
    // The no, the dead address and the list are all still known.
    let again = [
        "contact",
        "import",
        "demo.csv",
        "--source",
        "once more",
        "--list",
        "energy",
    ];
    bureau.run(&again);
    bureau.file(
        "next.md",
        "+++\nslug = \"next\"\nheadline = \"Harbour Light plans a second plant\"\n+++\nHarbour Light plans a second plant.\n",
    );
    bureau.good(&["release", "new", "next.md"]);
    bureau.good(&["release", "approve", "next", "--as", "Ana Reyes"]);
    bureau.good(&[
        "release", "schedule", "next", "--list", "energy", "--now", "--yes",
    ]);
    bureau.silent_run();
    assert_eq!(taken(bureau) - sent, READERS - 2);
    assert_eq!(
        (mails(bureau, GONE).len(), mails(bureau, DEAD).len()),
        (0, 1)
    );
    assert!(
        before
            .iter()
            .any(|(table, rows)| table == "delivery" && rows.len() > READERS)
    );
}

#[test]
fn a_week_at_the_desk() {
    on_both(|bureau| {
        monday(&bureau);
        tuesday(&bureau);
        wednesday(&bureau);
        thursday(&bureau);
        friday(&bureau);
    });
}
