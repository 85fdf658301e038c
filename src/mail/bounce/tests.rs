//! Every family of report, in mails of our own, and mails that only look like one.

use proptest::prelude::*;

use super::{envelope, read};

/// Sections `=== name | kind | address class; …`, each with its mail.
const FIXTURES: &str = include_str!("fixtures.txt");

fn fixtures() -> Vec<(&'static str, String, String, &'static str)> {
    let text = FIXTURES.strip_prefix("=== ").unwrap();
    text.split("\n=== ")
        .map(|section| {
            let (head, mail) = section.split_once('\n').unwrap();
            let mut head = head.split('|').map(str::trim);
            let name = head.next().unwrap();
            let kind = head.next().unwrap().to_owned();
            (name, kind, head.next().unwrap().to_owned(), mail)
        })
        .collect()
}

fn shown(mail: &[u8]) -> (String, String) {
    let report = read(mail);
    let kind = serde_json::to_value(report.kind).unwrap();
    let recipients: Vec<_> = report
        .recipients
        .iter()
        .map(|one| format!("{} {}", one.address, one.class.as_str()))
        .collect();
    (kind.as_str().unwrap().to_owned(), recipients.join("; "))
}

#[test]
fn every_family_is_read() {
    let mut wrong = Vec::new();
    for (name, kind, recipients, mail) in fixtures() {
        let got = shown(mail.as_bytes());
        if got != (kind.clone(), recipients.clone()) {
            wrong.push(format!("{name}: wanted {kind} {recipients}, got {got:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(fixtures().len() >= 130);
}

#[test]
fn line_ends_and_mbox_lines_change_nothing() {
    for (name, kind, recipients, mail) in fixtures() {
        let crlf = mail.replace('\n', "\r\n");
        assert_eq!(
            shown(crlf.as_bytes()),
            (kind.clone(), recipients.clone()),
            "{name}"
        );
        let mbox = format!("From MAILER-DAEMON Wed Apr  1 10:00:00 2026\n{mail}");
        assert_eq!(shown(mbox.as_bytes()), (kind, recipients), "{name}");
    }
}

#[test]
fn the_returned_mail_is_named() {
    let named = fixtures()
        .into_iter()
        .filter(|(name, ..)| name.starts_with("dsn 5.") || name.starts_with("qmail"));
    for (name, _, _, mail) in named {
        let report = read(mail.as_bytes());
        assert_eq!(
            report.message_id.as_deref(),
            Some("n0nce.7@newsroom.example"),
            "{name}"
        );
    }
}

#[test]
fn who_has_left_is_told() {
    for (name, _, _, mail) in fixtures() {
        assert_eq!(
            read(mail.as_bytes()).hint.is_some(),
            name == "auto left",
            "{name}"
        );
    }
}

#[test]
fn a_wish_is_known_from_a_quoted_footer() {
    let asks = |subject: &str, text: &str| {
        let mail = format!("From: ada@paper.example\nSubject: {subject}\n\n{text}\n");
        envelope::read(mail.as_bytes()).asks_out
    };
    assert!(asks("unsubscribe 12-0123456789abcdef0123", ""));
    assert!(asks(
        "Re: A tidal plant opens",
        "Please unsubscribe me.\n\n> The plant"
    ));
    assert!(asks("Re: A tidal plant opens", "abmelden"));
    assert!(!asks("Re: A tidal plant opens", "Thanks!\n> unsubscribe"));
    assert!(!asks("Re: A tidal plant opens", "> unsubscribe"));
    assert!(!asks(
        "Re: how to unsubscribe",
        "Many of our readers unsubscribe."
    ));
}

#[test]
fn tokens_are_found_in_any_case_and_place() {
    let mail = b"Delivered-To: bounces+12-0123456789ABCDEF0123@newsroom.example\nIn-Reply-To: <n.7@x.example>\n\nx";
    let envelope = envelope::read(mail);
    assert_eq!(envelope.tokens, ["12-0123456789abcdef0123"]);
    assert_eq!(envelope.message_ids, ["n.7@x.example"]);
}

proptest! {
    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let report = read(&bytes);
        prop_assert!(report.recipients.len() <= 100);
        let _ = envelope::read(&bytes);
    }

    #[test]
    fn any_damage_is_read(
        which in 0_usize..200,
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        end in any::<prop::sample::Index>(),
    ) {
        let all = fixtures();
        let mut bytes = all[which % all.len()].3.as_bytes().to_vec();
        for (place, byte) in cuts {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.truncate(end.index(bytes.len()) + 1);
        let report = read(&bytes);
        for one in report.recipients {
            prop_assert!(one.address.contains('@') && one.diagnostic.chars().count() <= 500);
        }
        let _ = envelope::read(&bytes);
    }
}
