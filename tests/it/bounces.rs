//! What comes back: tied to what was sent, acted on once, and nothing else touched.

use dateline::desk::Desk;
use dateline::desk::distribution::schedule::Start;
use dateline::desk::people::contacts;
use dateline::desk::way_back::{Outcome, Source, ledger, take};
use dateline::mail::sink::Sink;
use dateline::mail::sink::faults::Faults;

use crate::newsdesk::{approved, catcher, contacts as people, one_run, scheduled};
use crate::office::{Newsroom, pair};
use crate::world::{World, on_both};

async fn status(desk: &Desk, email: &str) -> String {
    contacts::show(desk, email).await.unwrap().contact.status
}

/// Five contacts `c0@desk0.example` …, to each of whom a release was sent.
async fn sent(world: &mut World, slug: &str) -> Sink {
    world.set(|config| config.smtp.bounce_address = Some("b+{token}@example.com".to_owned()));
    let sink = catcher(world, Faults::default()).await;
    people(world, 5).await;
    release(world, slug).await;
    sink
}

async fn release(world: &World, slug: &str) {
    approved(world, slug, "").await;
    scheduled(world, slug, Start::Now).await;
    one_run(world).await;
}

/// The newest mail to an address: its return path and its Message-ID.
fn mail_to(sink: &Sink, address: &str) -> (String, String) {
    let mails = sink.mails();
    let mail = mails
        .iter()
        .rev()
        .find(|mail| mail.to.iter().any(|to| to == address))
        .unwrap();
    let text = String::from_utf8_lossy(&mail.bytes).into_owned();
    let id = text
        .lines()
        .find_map(|line| line.strip_prefix("Message-ID: "))
        .unwrap();
    (mail.from.clone(), id.trim().to_owned())
}

fn report(to: &str, named: &str, status: &str, words: &str, message_id: &str) -> Vec<u8> {
    format!(
        "Return-Path: <>\nDelivered-To: {to}\nFrom: MAILER-DAEMON@mx.example\nTo: {to}\nSubject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; {named}\nAction: failed\nStatus: {status}\nDiagnostic-Code: smtp; {words}\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {message_id}\n\n--b--\n"
    )
    .into_bytes()
}

async fn took(world: &World, bytes: &[u8]) -> Outcome {
    take(world.desk(), bytes, Source::File).await.unwrap()
}

const HARD: Outcome = Outcome::Bounces {
    hard: 1,
    soft: 0,
    delayed: 0,
};
const SOFT: Outcome = Outcome::Bounces {
    hard: 0,
    soft: 1,
    delayed: 0,
};

#[tokio::test]
async fn a_dead_address_is_known_by_token_id_or_name_and_counts_once() {
    on_both(async |mut world| {
        let sink = sent(&mut world, "plant").await;
        let (path, _) = mail_to(&sink, "c0@desk0.example");
        let by_token = report(
            &path,
            "c0@desk0.example",
            "5.1.1",
            "550 user unknown",
            "<x@y>",
        );
        assert_eq!(took(&world, &by_token).await, HARD);
        assert_eq!(took(&world, &by_token).await, Outcome::Duplicate);
        let (_, id) = mail_to(&sink, "c1@desk1.example");
        let by_id = report(
            "b@example.com",
            "c1@desk1.example",
            "5.1.1",
            "550 user unknown",
            &id,
        );
        assert_eq!(took(&world, &by_id).await, HARD);
        let by_name = report(
            "b@example.com",
            "c2@desk2.example",
            "5.1.1",
            "550 user unknown",
            "<x@y>",
        );
        assert_eq!(took(&world, &by_name).await, HARD);
        for number in 0..3 {
            let email = format!("c{number}@desk{number}.example");
            assert_eq!(status(world.desk(), &email).await, "bounced");
        }
        assert_eq!(status(world.desk(), "c3@desk3.example").await, "active");
        let shown = ledger::list(world.desk(), None, 0, 10).await.unwrap();
        let tied: Vec<_> = shown
            .iter()
            .rev()
            .filter_map(|one| one.tied_by.as_deref())
            .collect();
        assert_eq!(tied, ["token", "message-id", "recipient"]);
        // Only a person brings them back; the same report in other clothes does not undo that.
        contacts::revive(world.desk(), "c0@desk0.example")
            .await
            .unwrap();
        let again = report(
            &path,
            "c0@desk0.example",
            "5.1.1",
            "550 no such user",
            "<z@y>",
        );
        took(&world, &again).await;
        assert_eq!(status(world.desk(), "c0@desk0.example").await, "active");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_ours_changes_nothing() {
    on_both(async |mut world| {
        let sink = sent(&mut world, "plant").await;
        let (path, id) = mail_to(&sink, "c0@desk0.example");
        let tail = path.split_once('-').unwrap().1;
        let forged = path.replace(
            &tail[..4],
            if tail.starts_with("0000") {
                "1111"
            } else {
                "0000"
            },
        );
        for mail in [
            report(
                &forged,
                "nobody@elsewhere.example",
                "5.1.1",
                "550 user unknown",
                "<x@y>",
            ),
            report(
                "b@example.com",
                "nobody@elsewhere.example",
                "5.1.1",
                "550 user unknown",
                "<guess.1@example.com>",
            ),
        ] {
            assert_eq!(took(&world, &mail).await, Outcome::NotOurs);
        }
        // Forwarded to a place of its own: that place is dead, perhaps not the address we know.
        let forwarded = report(
            &path,
            "ada@private.example",
            "5.1.1",
            "550 user unknown",
            &id,
        );
        assert_eq!(took(&world, &forwarded).await, SOFT);
        for number in 0..5 {
            let email = format!("c{number}@desk{number}.example");
            assert_eq!(status(world.desk(), &email).await, "active");
        }
    })
    .await;
}

#[tokio::test]
async fn soft_bounces_of_different_mails_ask_for_a_decision() {
    on_both(async |mut world| {
        let sink = sent(&mut world, "first").await;
        for slug in ["first", "second", "third"] {
            if slug != "first" {
                release(&world, slug).await;
            }
            assert!(ledger::to_decide(world.desk()).await.unwrap().is_empty());
            let (path, id) = mail_to(&sink, "c0@desk0.example");
            let full = report(&path, "c0@desk0.example", "5.2.2", "552 mailbox full", &id);
            assert_eq!(took(&world, &full).await, SOFT);
            // Ours to mend, so it is held against nobody.
            let (path, id) = mail_to(&sink, "c1@desk1.example");
            let ours = report(
                &path,
                "c1@desk1.example",
                "5.7.26",
                "550 5.7.26 unauthenticated",
                &id,
            );
            assert_eq!(took(&world, &ours).await, SOFT);
        }
        assert_eq!(ledger::to_decide(world.desk()).await.unwrap().len(), 1);
        assert_eq!(status(world.desk(), "c0@desk0.example").await, "active");
    })
    .await;
}

#[tokio::test]
async fn a_complaint_and_a_wish_are_a_no() {
    on_both(async |mut world| {
        let sink = sent(&mut world, "plant").await;
        let (_, id) = mail_to(&sink, "c0@desk0.example");
        let complaint = format!(
            "From: fbl@isp.example\nTo: abuse@example.com\nSubject: report\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=feedback-report; boundary=\"b\"\n\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n\n--b\nContent-Type: message/rfc822\n\nMessage-ID: {id}\nTo: c0@desk0.example\n\nx\n--b--\n"
        );
        assert!(matches!(took(&world, complaint.as_bytes()).await, Outcome::Complaint { .. }));
        let (path, _) = mail_to(&sink, "c1@desk1.example");
        let token = path.trim_start_matches("b+").split('@').next().unwrap();
        let wish = format!("From: c1@desk1.example\nTo: press@example.com\nSubject: unsubscribe {token}\n\n\n");
        assert!(matches!(took(&world, wish.as_bytes()).await, Outcome::OptOut { .. }));
        let (_, id) = mail_to(&sink, "c2@desk2.example");
        let reply = format!("From: c2@desk2.example\nTo: press@example.com\nSubject: Re: A tidal plant opens\nIn-Reply-To: {id}\n\nThanks.\n> unsubscribe\n");
        assert!(matches!(took(&world, reply.as_bytes()).await, Outcome::Reply { .. }));
        let away = format!("From: c3@desk3.example\nSubject: Automatic reply: x\nIn-Reply-To: {id}\nAuto-Submitted: auto-replied\n\nAda has left the company.\n");
        assert!(matches!(took(&world, away.as_bytes()).await, Outcome::AutoReply { has_left: true, .. }));
        let stranger = b"From: x@y.example\nSubject: unsubscribe 1-00000000000000000000\n\n";
        assert_eq!(took(&world, stranger).await, Outcome::Other);
        let mut all = Vec::new();
        for number in 0..5 {
            all.push(status(world.desk(), &format!("c{number}@desk{number}.example")).await);
        }
        assert_eq!(all, ["opted-out", "opted-out", "active", "active", "active"]);
    })
    .await;
}

const STRAY: &str = "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n\nHi. This is the qmail-send program at mx.example.\n\n<ada@paper.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n";

#[test]
fn mails_are_read_from_files_folders_and_mboxes() {
    let newsroom = Newsroom::new();
    let folder = newsroom.path().join("back");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("one.eml"), STRAY).unwrap();
    std::fs::write(folder.join("notes.tsv"), "not a mail").unwrap();
    let mbox = format!(
        "From MAILER-DAEMON Wed Apr  1 10:00:00 2026\n{STRAY}\nFrom here on it goes.\n\nFrom x@y Wed Apr  1 10:00:00 2026\nFrom: x@y.example\nSubject: hello\n\nx\n"
    );
    std::fs::write(newsroom.path().join("back.mbox"), mbox).unwrap();
    let said = newsroom.good(&["bounce", "parse", "back", "--json"]);
    let line: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(
        (&line["kind"], &line["delivery"]),
        (&"bounce".into(), &serde_json::Value::Null)
    );
    assert_eq!(line["recipients"][0]["class"], "hard");
    assert_eq!(line["recipients"][0]["address"], "ada@paper.example");
    let said = newsroom.good(&["bounce", "ingest", "back", "back.mbox", "--json"]);
    let counts: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    let told = ["read", "not_ours", "other", "duplicates"].map(|name| counts[name].as_i64());
    assert_eq!(told, [Some(3), Some(2), Some(1), Some(0)], "{counts}");
    let said = newsroom.good(&["bounce", "ingest", "back", "back.mbox", "--json"]);
    let counts: serde_json::Value = serde_json::from_str(&said.out).unwrap();
    assert_eq!(counts["duplicates"], 3);
    assert_eq!(
        newsroom.good(&["bounce", "ingest", "back"]).out,
        "",
        "silent in cron"
    );
    assert!(newsroom.good(&["bounce", "list"]).out.contains("not ours"));
    let refused = newsroom.refused(&["bounce", "ingest", "nowhere"]);
    assert_eq!(refused, pair(2, "unreadable-file"));
}

#[test]
fn a_pipe_is_told_to_try_again_when_the_database_is_away() {
    let newsroom = Newsroom::new();
    assert_eq!(newsroom.run(&["inbound"]).code, 0);
    for entry in std::fs::read_dir(newsroom.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().contains(".db") {
            std::fs::remove_file(path).unwrap();
        }
    }
    assert_eq!(newsroom.run(&["inbound"]).code, 75);
}
