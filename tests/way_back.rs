//! The way back through real servers: Postfix bounces real mail, Dovecot serves it, Dateline reads.
//!
//! Not part of a plain `cargo test`, because it needs Debian's postfix, dovecot-core and
//! dovecot-imapd and the right to start them (root, or sudo without a password): `scripts/check`
//! runs it by its name. Where one of them is missing it fails; it is never skipped.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop there"
)]

#[path = "it/newsdesk.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod newsdesk;
#[path = "postfix/server.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod postfix;
#[path = "way_back/server.rs"]
mod server;
#[path = "it/world.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod world;

use dateline::config::keys::mailbox::Mailbox;
use dateline::config::keys::smtp::Security;
use dateline::desk::distribution::schedule::Start;
use dateline::desk::problem::Exit;
use dateline::desk::way_back::mailbox::{self, MailboxReport};
use dateline::desk::way_back::{self, Outcome, Source};

use crate::newsdesk::{approved, contacts, one_run, scheduled};
use crate::postfix::{PASSWORD, authority};
use crate::server::{Fate, House, USER};
use crate::world::{World, on_both};

/// Sends a release through the house, whose bounces come back to its mailbox.
async fn sent(world: &mut World, house: &House, fates: &[Fate]) {
    let port = house.smtp;
    world.set(|config| {
        config.smtp.port = Some(port);
        config.smtp.bounce_address = Some("bounces+{token}@press.example".to_owned());
    });
    contacts(world, fates.len()).await;
    approved(world, "plant", "").await;
    scheduled(world, "plant", Start::Now).await;
    let report = one_run(world).await;
    assert_eq!(report.counts.sent, u64::try_from(fates.len()).unwrap());
}

/// Points the world at the house's mailbox.
fn at(world: &mut World, house: &House, security: Security) {
    let password = world.private_file("imap.password", PASSWORD);
    let ca = world.file("ca.pem", &house.ca);
    let port = if security == Security::Tls {
        house.imaps
    } else {
        house.imap
    };
    world.set(|config| {
        config.mailbox = Mailbox {
            host: Some("localhost".to_owned()),
            port: Some(port),
            security,
            username: Some(USER.to_owned()),
            password_file: Some(password),
            ca_file: Some(ca),
            ..Mailbox::default()
        }
    });
}

#[tokio::test]
async fn a_mailbox_is_read_once_and_what_is_not_ours_stays_as_it_is() {
    let fates = [Fate::Dead, Fate::Good, Fate::Full, Fate::Small, Fate::Dead];
    on_both(async |mut world| {
        let house = House::start(&fates);
        sent(&mut world, &house, &fates).await;
        house.wait_for(4);
        for security in [Security::Tls, Security::Starttls] {
            at(&mut world, &house, security);
            world.set(|config| config.mailbox.done_folder = Some("Done here".to_owned()));
            let mut texts = Vec::new();
            let take = async |bytes: &[u8]| {
                let text = String::from_utf8_lossy(bytes).into_owned();
                let is_ours = text.contains("Recipient: rfc822;c0@")
                    || text.contains("Recipient: rfc822; c0@");
                texts.push(text);
                Ok(is_ours)
            };
            let report = mailbox::read(world.desk(), take).await.unwrap();
            if security == Security::Tls {
                let expected = MailboxReport {
                    read: 4,
                    put_aside: 1,
                    too_large: 0,
                };
                assert_eq!(report, expected, "{texts:#?}");
                assert!(
                    texts
                        .iter()
                        .all(|text| text.contains("message/delivery-status"))
                );
                for (number, status) in [(0, "5.1.1"), (3, "5.3.4"), (4, "5.1.1")] {
                    let named = |text: &&String| text.contains(&format!("c{number}@"));
                    let text = texts.iter().find(named).unwrap();
                    assert!(text.contains(&format!("Status: {status}")), "{text}");
                }
                assert!(
                    texts
                        .iter()
                        .any(|text| text.to_lowercase().contains("quota exceeded"))
                );
                let left = house.files("");
                // Nobody has read them: no S among the flags.
                assert!(
                    left.iter()
                        .all(|file| !file.to_string_lossy().ends_with('S')),
                    "{left:?}"
                );
                assert_eq!((left.len(), house.files(".Done here").len()), (3, 1));
            } else {
                // Another port is another place: read anew; what was moved is not there any more.
                assert_eq!((report.read, report.put_aside), (3, 0));
            }
            let again = mailbox::read(world.desk(), async |_| Ok(true))
                .await
                .unwrap();
            assert_eq!(again, MailboxReport::default());
        }
    })
    .await;
}

#[tokio::test]
async fn real_bounces_change_the_right_contacts_and_no_other() {
    let fates = [
        Fate::Dead,
        Fate::Good,
        Fate::Full,
        Fate::Small,
        Fate::Dead,
        Fate::Good,
    ];
    on_both(async |mut world| {
        let house = House::start(&fates);
        sent(&mut world, &house, &fates).await;
        house.wait_for(4);
        at(&mut world, &house, Security::Tls);
        world.set(|config| config.mailbox.done_folder = Some("Dateline".to_owned()));
        let mut seen = Vec::new();
        let report = mailbox::ingest(world.desk(), |outcome| seen.push(outcome.clone())).await;
        assert_eq!(report.unwrap().put_aside, 4, "{seen:?}");
        let standing = "SELECT c.status || ' ' || COALESCE(d.bounce_class, '-') AS value \
            FROM contact c JOIN delivery d ON d.contact_id = c.id ORDER BY c.id";
        let right = [
            "bounced hard",
            "active -",
            "active soft",
            "active soft",
            "bounced hard",
            "active -",
        ];
        assert_eq!(world.texts(standing, vec![]).await, right);
        // The same mails, read from the Maildir below: each is known.
        let mut known = 0;
        for file in house.files(".Dateline") {
            let bytes = std::fs::read(file).unwrap();
            let outcome = way_back::take(world.desk(), &bytes, Source::File).await;
            known += u32::from(outcome.unwrap() == Outcome::Duplicate);
        }
        assert_eq!(known, 4);
        assert_eq!(world.texts(standing, vec![]).await, right);
    })
    .await;
}

#[tokio::test]
async fn an_unfinished_reading_goes_on_where_it_ended_and_flags_without_a_folder() {
    let fates = [Fate::Dead; 3];
    let house = House::start(&fates);
    let mut world = World::on_sqlite().await;
    sent(&mut world, &house, &fates).await;
    house.wait_for(3);
    at(&mut world, &house, Security::Tls);
    let mut count = 0;
    let failed = mailbox::read(world.desk(), async |_| {
        count += 1;
        if count == 2 {
            let problem = dateline::desk::problem::Problem::new(Exit::Locked, "locked", "busy");
            return Err(problem);
        }
        Ok(true)
    })
    .await;
    assert_eq!(failed.unwrap_err().exit, Exit::Locked);
    let rest = mailbox::read(world.desk(), async |_| Ok(true))
        .await
        .unwrap();
    assert_eq!((rest.read, rest.put_aside), (2, 2));
    // Dovecot writes a keyword as a small letter behind the flags.
    let flagged = |file: &std::path::PathBuf| file.to_string_lossy().ends_with(",a");
    assert!(house.files("").iter().all(flagged), "{:?}", house.files(""));
    // The server numbers anew: all is read again.
    world
        .run("UPDATE mailbox_cursor SET validity = validity + 1", vec![])
        .await;
    let anew = mailbox::read(world.desk(), async |_| Ok(false))
        .await
        .unwrap();
    assert_eq!((anew.read, anew.put_aside), (3, 0));
}

#[tokio::test]
async fn what_is_wrong_with_the_mailbox_is_said_and_nothing_is_read() {
    let house = House::start(&[]);
    let mut world = World::on_sqlite().await;
    let refused = async |world: &World| {
        let taken = async |_: &[u8]| panic!("nothing may be read");
        let problem = mailbox::read(world.desk(), taken).await.unwrap_err();
        assert!(
            !problem.message.contains(PASSWORD) && problem.hint.is_some(),
            "{problem}"
        );
        (problem.exit, problem.code)
    };
    assert_eq!(refused(&world).await, (Exit::Config, "no-mailbox"));
    at(&mut world, &house, Security::Tls);
    world.private_file("imap.password", "wrong");
    assert_eq!(refused(&world).await, (Exit::Login, "mailbox-login"));
    at(&mut world, &house, Security::Starttls);
    world.set(|config| config.mailbox.folder = "Nowhere".to_owned());
    assert_eq!(refused(&world).await, (Exit::Config, "mailbox"));
    for security in [Security::Tls, Security::Starttls] {
        at(&mut world, &house, security);
        let (strange, _) = authority("strangers");
        world.file("ca.pem", strange);
        assert_eq!(refused(&world).await, (Exit::Config, "mailbox"));
        at(&mut world, &house, security);
        world.set(|config| config.mailbox.host = Some("127.0.0.1".to_owned()));
        assert_eq!(
            refused(&world).await,
            (Exit::Config, "mailbox"),
            "another name"
        );
    }
    // On this machine nobody is on the way.
    at(&mut world, &house, Security::None);
    let read = mailbox::read(world.desk(), async |_| Ok(true)).await;
    assert_eq!(read.unwrap(), MailboxReport::default());
    at(&mut world, &house, Security::Tls);
    house.stop_imap();
    let gone = async || {
        for _ in 0..200 {
            if std::net::TcpStream::connect(("127.0.0.1", house.imaps)).is_err() {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    gone().await;
    assert_eq!(refused(&world).await, (Exit::Temporary, "mailbox-away"));
}
