//! It can prove it: the log's chain, the digest of a distribution, and the very bytes that were sent.

use std::time::Duration;

use dateline::desk::distribution::control;
use dateline::desk::distribution::schedule::Start;
use dateline::desk::letter::compose::{self, Recipient};
use dateline::desk::letter::frozen;
use dateline::desk::letter::preview::{Previewed, Request, preview};
use dateline::domain::instant::Instant;
use dateline::mail::sink::Sink;
use dateline::mail::sink::faults::{Act, Faults, Step, When};
use dateline::store::{delivery, distribution, log};
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use crate::never_lost::later;
use crate::newsdesk::{approved, catcher, contacts, one_run, scheduled};
use crate::world::{World, on_both};

/// A day's work: something of each kind is in the log after it.
async fn a_days_work(world: &mut World, people: usize, faults: Faults) -> Sink {
    let sink = catcher(world, faults).await;
    contacts(world, people).await;
    approved(world, "plant", "").await;
    scheduled(world, "plant", Start::Now).await;
    control::stop(world.desk(), "a look at it").await.unwrap();
    control::start(world.desk()).await.unwrap();
    one_run(world).await;
    sink
}

async fn verified(world: &World) -> (u64, Option<i64>) {
    log::verify(world.desk().store.db()).await.unwrap()
}

/// Whether the database itself refuses a statement.
async fn is_refused(world: &World, sql: &str) -> bool {
    let db = world.desk().store.db();
    let statement = Statement::from_string(db.get_database_backend(), sql);
    db.execute_raw(statement).await.is_err()
}

fn is_postgres(world: &World) -> bool {
    world.desk().store.db().get_database_backend() == DatabaseBackend::Postgres
}

/// Takes the guard away, as one who owns the database can.
async fn unguard(world: &World) {
    let drops: &[&str] = if is_postgres(world) {
        &["DROP TRIGGER log_entry_no_change ON log_entry"]
    } else {
        &[
            "DROP TRIGGER log_entry_no_update",
            "DROP TRIGGER log_entry_no_delete",
        ]
    };
    for sql in drops {
        world.run(sql, vec![]).await;
    }
}

#[tokio::test]
async fn the_chain_holds_and_names_every_act() {
    on_both(|mut world| async move {
        a_days_work(&mut world, 5, Faults::default()).await;
        let acts = "SELECT act || ' ' || subject AS value FROM log_entry ORDER BY id";
        let acts = world.texts(acts, vec![]).await;
        for act in [
            "new release", "approve release", "schedule release", "stop desk", "start desk",
            "start distribution", "finish distribution",
        ] {
            assert!(acts.iter().any(|found| found == act), "{act} is not in {acts:?}");
        }
        let (entries, broken) = verified(&world).await;
        assert_eq!((usize::try_from(entries).unwrap(), broken), (acts.len(), None));
        let personal = "SELECT COUNT(*) AS value FROM log_entry WHERE detail LIKE '%@%' OR detail LIKE '%Contact%'";
        assert_eq!(world.number(personal, vec![]).await, 0, "no person is in the log");
    })
    .await;
}

#[tokio::test]
async fn the_database_refuses_to_change_the_log() {
    on_both(|mut world| async move {
        a_days_work(&mut world, 2, Faults::default()).await;
        let before = verified(&world).await;
        for sql in [
            "UPDATE log_entry SET actor = 'somebody'",
            "UPDATE log_entry SET detail = '{}' WHERE id = 1",
            "DELETE FROM log_entry WHERE id = 2",
            "DELETE FROM log_entry",
        ] {
            assert!(is_refused(&world, sql).await, "{sql}");
        }
        if is_postgres(&world) {
            assert!(is_refused(&world, "TRUNCATE log_entry").await);
        }
        assert_eq!(verified(&world).await, before);
    })
    .await;
}

#[tokio::test]
async fn whatever_is_changed_behind_its_back_is_found() {
    for (sql, broken_at) in [
        ("UPDATE log_entry SET actor = 'somebody' WHERE id = 3", 3),
        ("UPDATE log_entry SET host = 'elsewhere' WHERE id = 3", 3),
        ("UPDATE log_entry SET at = at + 1 WHERE id = 3", 3),
        ("UPDATE log_entry SET act = 'approved' WHERE id = 3", 3),
        ("UPDATE log_entry SET subject = 'desk' WHERE id = 3", 3),
        (
            "UPDATE log_entry SET subject_id = subject_id + 1 WHERE id = 3",
            3,
        ),
        ("UPDATE log_entry SET detail = '{}' WHERE id = 3", 3),
        ("UPDATE log_entry SET hash = prev_hash WHERE id = 3", 3),
        ("UPDATE log_entry SET prev_hash = '' WHERE id = 3", 3),
        // Moving a letter from one column to the next.
        (
            "UPDATE log_entry SET actor = 'teste', host = 'r' || host WHERE id = 3",
            3,
        ),
        ("DELETE FROM log_entry WHERE id = 1", 2),
        ("DELETE FROM log_entry WHERE id = 3", 4),
        ("UPDATE log_entry SET id = 1000 WHERE id = 3", 4),
    ] {
        on_both(|mut world| async move {
            a_days_work(&mut world, 2, Faults::default()).await;
            unguard(&world).await;
            assert_eq!(world.run(sql, vec![]).await, 1, "{sql}");
            assert_eq!(verified(&world).await.1, Some(broken_at), "{sql}");
        })
        .await;
    }
}

#[tokio::test]
async fn two_who_write_at_once_make_one_chain() {
    on_both(|world| async move {
        let desks = [
            world.second_desk().await,
            world.second_desk().await,
            world.second_desk().await,
        ];
        let work = async |desk: &dateline::desk::Desk| {
            for _ in 0..15 {
                control::stop(desk, "").await.unwrap();
                control::start(desk).await.unwrap();
            }
        };
        tokio::join!(work(&desks[0]), work(&desks[1]), work(&desks[2]));
        let (entries, broken) = verified(&world).await;
        assert_eq!(broken, None);
        assert!(entries >= 30, "{entries}");
    })
    .await;
}

#[tokio::test]
async fn the_digest_in_the_log_is_that_of_the_rows() {
    on_both(|mut world| async move {
        a_days_work(&mut world, 8, Faults::default()).await;
        let db = world.desk().store.db();
        let entry = log::about(db, "distribution", 1).await.unwrap();
        let finish = entry.iter().find(|row| row.act == "finish").unwrap();
        let detail: serde_json::Value = serde_json::from_str(&finish.detail).unwrap();
        assert_eq!(detail["counts"], serde_json::json!({ "sent": 8 }));
        let logged = detail["digest"].as_str().unwrap().to_owned();
        assert_eq!(delivery::digest(db, 1).await.unwrap(), logged);
        for change in [
            "UPDATE delivery SET status = 'failed' WHERE id = 3",
            "UPDATE delivery SET status = 'sent', sent_at = sent_at + 1 WHERE id = 3",
            "UPDATE delivery SET sent_at = sent_at - 1, code = 251 WHERE id = 3",
            "UPDATE delivery SET code = 250, address_hash = 'another' WHERE id = 3",
        ] {
            world.run(change, vec![]).await;
            assert_ne!(delivery::digest(db, 1).await.unwrap(), logged, "{change}");
        }
    })
    .await;
}

async fn previewed(world: &World, contact: &str) -> Previewed {
    let request = Request {
        release: "plant",
        for_contact: Some(contact),
        ..Request::default()
    };
    preview(world.desk(), &request).await.unwrap()
}

fn message_id(raw: &str) -> String {
    let line = raw
        .lines()
        .find(|line| line.starts_with("Message-ID:"))
        .unwrap();
    line.trim().to_owned()
}

#[tokio::test]
async fn the_preview_is_what_each_one_got_byte_for_byte() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 4).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        let before = previewed(&world, "c1@desk1.example").await;
        assert!(before.exact);
        one_run(&world).await;
        let mut ids = Vec::new();
        for mail in sink.mails() {
            let shown = previewed(&world, &mail.to[0]).await;
            assert!(shown.exact);
            assert_eq!(shown.mails[0].raw.as_bytes(), mail.bytes.as_ref());
            ids.push(message_id(&shown.mails[0].raw));
            if mail.to[0] == "c1@desk1.example" {
                assert_eq!(
                    before.mails[0].raw, shown.mails[0].raw,
                    "also before it was sent"
                );
            }
        }
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 4, "each has a Message-ID of its own");
    })
    .await;
}

/// The row's mail as `run` writes it at this moment.
async fn written(world: &World) -> Vec<u8> {
    let db = world.desk().store.db();
    let one = distribution::by_id(db, 1).await.unwrap().unwrap();
    let letters = frozen::letters(world.desk(), db, &one).await.unwrap();
    let first = "SELECT first_attempt_at AS value FROM delivery WHERE id = 1";
    let first = Instant::from_millis(world.number(first, vec![]).await);
    let slots = world
        .texts("SELECT slots AS value FROM delivery WHERE id = 1", vec![])
        .await;
    let recipient = Recipient {
        delivery_id: 1,
        address: "c0@desk0.example".to_owned(),
        slots: slots[0].clone(),
        first_attempt_at: first,
        replies_to: None,
    };
    letters[0].write(world.desk(), &recipient).unwrap().bytes
}

#[tokio::test]
async fn a_retry_is_the_same_mail_whatever_changed_meanwhile() {
    on_both(|mut world| async move {
        let wait = Act::Reply(b"450 4.7.1 greylisted\r\n".to_vec());
        let faults = Faults::default().with(Step::BeforeTaking, When::FirstPerAddress, wait);
        let sink = a_days_work(&mut world, 1, faults).await;
        assert!(sink.mails().is_empty());
        let first = written(&world).await;
        later(&world, Duration::from_mins(7));
        // The contact is renamed and the newsroom moves; what was frozen stays.
        world
            .run("UPDATE contact SET name = 'Another Name'", vec![])
            .await;
        world.set(|config| {
            config.newsroom.name = "Another Newsroom".to_owned();
            config.newsroom.address = Some("1 Elsewhere".to_owned());
            config.newsroom.from = "Other <other@example.org>".to_owned();
        });
        assert_eq!(one_run(&world).await.counts.sent, 1);
        let mails = sink.mails();
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].bytes.as_ref(), first.as_slice());
        assert_eq!(mails[0].from, "press@example.com");
        assert_eq!(written(&world).await, first);
    })
    .await;
}

#[tokio::test]
async fn the_ledger_says_which_version_each_got_and_what_the_server_said() {
    on_both(|mut world| async move {
        let sink = a_days_work(&mut world, 3, Faults::default()).await;
        let sql = "SELECT v.content_hash || ' ' || d.address || ' ' || d.queue_id AS value FROM delivery d \
                   JOIN release_version v ON v.id = d.version_id WHERE d.status = 'sent' ORDER BY d.id";
        let rows = world.texts(sql, vec![]).await;
        assert_eq!(rows.len(), 3);
        let sql = "SELECT content_hash AS value FROM approval";
        let approved = world.texts(sql, vec![]).await;
        for row in &rows {
            let words: Vec<&str> = row.split(' ').collect();
            assert_eq!(words[0], approved[0], "what was approved is what was sent");
            let mail = sink.mails().into_iter().find(|mail| mail.to == [words[1]]).unwrap();
            assert_eq!(words[2], format!("C{:08}", mail.id));
            let id = words[1].trim_start_matches('c').split('@').next().unwrap().parse::<i64>().unwrap() + 1;
            let one = distribution::by_id(world.desk().store.db(), 1).await.unwrap().unwrap();
            let expected = compose::message_id(&one.nonce, id, &one.message_domain);
            let body = String::from_utf8_lossy(&mail.bytes).into_owned();
            assert!(message_id(&body).contains(&expected), "{body}");
        }
    })
    .await;
}
