//! Never early: not a byte before the lift, and whatever is in doubt waits for a person.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::Stdio;
use std::time::Duration;

use dateline::clock::Clock;
use dateline::config::keys::smtp::Transport;
use dateline::desk::distribution::control;
use dateline::desk::distribution::freeze::schedule;
use dateline::desk::distribution::schedule::{Start, plan};
use dateline::desk::problem::Exit;
use dateline::desk::release::{approve, write};
use dateline::domain::embargo::{Act as EmbargoAct, Record};
use dateline::domain::instant::Instant;
use dateline::domain::when::{Moment, read_any};
use dateline::mail::sink::faults::{Act, Faults, Step, When};
use dateline::mail::sink::{Settings, Sink};
use dateline::store::connection::{begin_write, commit};
use dateline::store::{desk_row, embargo, release};

use crate::never_lost::{later, with_status};
use crate::newsdesk::{approved, catcher, contacts, one_run, request, scheduled};
use crate::world::{World, on_both};

const PEOPLE: i64 = 6;
const STANDING: &str = "SELECT status || ' ' || reason AS value FROM distribution";

fn at(text: &str) -> Instant {
    Instant::from_timestamp_down(text.parse().unwrap())
}

fn moment(world: &World, text: &str) -> Moment {
    read_any(text, None, &world.desk().zones).unwrap()
}

/// A catcher that looks at the desk's own clock when it takes a mail.
async fn clocked(world: &mut World) -> Sink {
    let settings = Settings {
        clock: Some(world.desk().clock.clone()),
        ..Settings::default()
    };
    let sink = Sink::start_with(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), settings)
        .await
        .unwrap();
    let port = sink.address().port();
    world.set(|config| config.smtp.port = Some(port));
    sink
}

/// An approved release, scheduled for nine and a bit, with nobody written to yet.
async fn waiting(world: &mut World) -> Sink {
    let sink = clocked(world).await;
    contacts(world, 6).await;
    approved(world, "plant", "").await;
    scheduled(world, "plant", Start::At("2026-11-02 09:05 UTC".to_owned())).await;
    world.desk().clock.set(at("2026-11-02T09:05:00Z"));
    sink
}

/// Nothing left the house, everybody still waits, and a person is asked why.
async fn held_back(world: &World, sink: &Sink, reason: &str) {
    let report = one_run(world).await;
    assert_eq!(report.blocked.len(), 1, "{reason}");
    assert_eq!(report.blocked[0].reason, reason);
    assert_eq!(report.exit(), Exit::Partly);
    assert_eq!(
        world.texts(STANDING, vec![]).await,
        [format!("blocked {reason}")]
    );
    // Blocked once and for all: the next run neither sends nor tells it again.
    let again = one_run(world).await;
    assert_eq!((again.blocked.len(), again.counts.claimed), (0, 0));
    assert!(sink.transactions().is_empty(), "not even an envelope");
    assert_eq!(with_status(world, "queued").await, PEOPLE);
}

/// An act on the embargo as another process commits it.
async fn act(world: &World, slug: &str, act: EmbargoAct, moment: Option<Moment>) -> Instant {
    let other = world.second_desk().await;
    let transaction = begin_write(other.store.db()).await.unwrap();
    let release = release::by_slug(&transaction, slug).await.unwrap().unwrap();
    let seq = embargo::current(&transaction, release.id)
        .await
        .unwrap()
        .seq()
        + 1;
    let record = Record {
        seq,
        act,
        moment,
        at: other.now(),
        by: "tester".to_owned(),
        reason: None,
    };
    embargo::append(&transaction, release.id, &record)
        .await
        .unwrap();
    desk_row::touch(&transaction).await.unwrap();
    commit(transaction).await.unwrap();
    other.now()
}

#[tokio::test]
async fn the_lift_is_met_from_whichever_millisecond_before_it() {
    on_both(|mut world| async move {
        let sink = clocked(&mut world).await;
        contacts(&world, 3).await;
        for (number, before) in [1, 999, 1_000, 1_001, 69_999, 70_000].into_iter().enumerate() {
            let slug = format!("plant-{number}");
            let lift = at(&format!("2026-11-02T09:{number}0:30Z"));
            let civil = format!("embargo = \"2026-11-02 02:{number}0:30 America/Vancouver\"");
            approved(&world, &slug, &civil).await;
            scheduled(&world, &slug, Start::AtLift).await;
            let clock = &world.desk().clock;
            // One millisecond before the look-ahead reaches it, nobody even claims.
            clock.set(Instant::from_millis(lift.millis() - 70_001));
            assert_eq!(one_run(&world).await.counts.claimed, 0);
            clock.set(Instant::from_millis(lift.millis() - before));
            assert_eq!(one_run(&world).await.counts.sent, 3, "{before} ms before");
            let fresh = &sink.mails()[number * 3..];
            let first = fresh.iter().map(|mail| mail.received_at).min().unwrap();
            assert!(first >= lift, "{before} ms before: taken at {first}");
            let early = "SELECT COUNT(*) AS value FROM delivery d JOIN distribution x ON x.id = d.distribution_id \
                         WHERE d.first_attempt_at < x.send_at OR d.sent_at < x.send_at";
            assert_eq!(world.number(early, vec![]).await, 0);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_real_program_waits_for_the_lift_and_then_does_not_linger() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 20).await;
        world.desk.clock = Clock::System;
        let lift = world
            .desk()
            .now()
            .plus(Duration::from_secs(5))
            .up_to_second();
        let civil = lift.to_string().replace('T', " ").replace('Z', " UTC");
        approved(&world, "plant", &format!("embargo = \"{civil}\"")).await;
        let done = scheduled(&world, "plant", Start::AtLift).await;
        assert_eq!(done.moment.instant, lift);
        let mut child = world
            .program(&["run"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let limit = lift.plus(Duration::from_mins(1));
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            assert!(world.desk().now() < limit, "the run did not end");
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        assert_eq!(status.code(), Some(0));
        let mails = sink.mails();
        assert_eq!(mails.len(), 20);
        let first = mails.iter().map(|mail| mail.received_at).min().unwrap();
        assert!(first >= lift, "taken at {first}, lifted at {lift}");
        let early =
            "SELECT COUNT(*) AS value FROM delivery WHERE first_attempt_at < $1 OR sent_at < $1";
        assert_eq!(world.number(early, vec![lift.millis().into()]).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_time_before_the_lift_and_now_are_refused_and_never_shifted() {
    on_both(|world| async move {
        contacts(&world, 2).await;
        approved(&world, "plant", "embargo = \"2026-11-02 09:30:30 UTC\"").await;
        for start in [
            Start::Now,
            Start::At("2026-11-02 09:30:29 UTC".to_owned()),
            Start::At("2026-11-02 02:30 America/Vancouver".to_owned()),
        ] {
            let refused = plan(world.desk(), &request("plant", start.clone()))
                .await
                .unwrap_err();
            assert_eq!(
                (refused.exit, refused.code),
                (Exit::Forbidden, "embargoed"),
                "{start:?}"
            );
        }
        for text in ["2026-11-02 09:30:30 UTC", "2026-11-02T09:30:29.9991Z"] {
            // A fraction rounds up, to the lift and never before it.
            let fits = plan(world.desk(), &request("plant", Start::At(text.to_owned())))
                .await
                .unwrap();
            assert_eq!(fits.moment.instant, at("2026-11-02T09:30:30Z"), "{text}");
        }
        // Planned while it was free, set before it is written: looked at again.
        let free = plan(world.desk(), &request("plant", Start::AtLift))
            .await
            .unwrap();
        let moved = moment(&world, "2026-11-02 09:40 UTC");
        act(&world, "plant", EmbargoAct::Move, Some(moved)).await;
        let refused = schedule(world.desk(), &free).await.unwrap_err();
        assert_eq!(refused.exit, Exit::Forbidden);
        assert_eq!(
            world
                .number("SELECT COUNT(*) AS value FROM delivery", vec![])
                .await,
            0
        );
    })
    .await;
}

#[tokio::test]
async fn an_embargo_set_or_moved_after_scheduling_holds_it_back() {
    on_both(|mut world| async move {
        let sink = waiting(&mut world).await;
        let until = moment(&world, "2026-11-02 10:00 UTC");
        act(&world, "plant", EmbargoAct::Set, Some(until)).await;
        held_back(&world, &sink, "unapproved").await;
        // Even a new approval does not let it out before the lift.
        approve::approve(world.desk(), "plant", None).await.unwrap();
        let report = one_run(&world).await;
        assert_eq!(report.counts.claimed, 0);
        assert!(sink.mails().is_empty());
    })
    .await;
    on_both(|mut world| async move {
        let sink = clocked(&mut world).await;
        contacts(&world, 6).await;
        approved(&world, "plant", "embargo = \"2026-11-02 09:05 UTC\"").await;
        scheduled(&world, "plant", Start::AtLift).await;
        let until = moment(&world, "2026-11-02 09:06 UTC");
        act(&world, "plant", EmbargoAct::Move, Some(until)).await;
        world.desk().clock.set(at("2026-11-02T09:05:00Z"));
        held_back(&world, &sink, "unapproved").await;
    })
    .await;
}

#[tokio::test]
async fn an_embargo_set_while_a_run_is_at_work_stops_it_at_once() {
    on_both(|mut world| async move {
        let slow = Act::Delay(Duration::from_millis(20));
        let sink = catcher(
            &mut world,
            Faults::default().with(Step::Rcpt, When::Always, slow),
        )
        .await;
        world.desk.clock = Clock::System;
        contacts(&world, 150).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        let until = moment(&world, "2099-01-01 00:00 UTC");
        let embargo = async {
            while sink.mailbox().taken() < 5 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            act(&world, "plant", EmbargoAct::Set, Some(until)).await
        };
        let both = Box::pin(async { tokio::join!(one_run(&world), embargo) });
        // It need not wait for the new lift, and must not keep the database busy until then.
        let (_, committed) = tokio::time::timeout(Duration::from_secs(20), both)
            .await
            .unwrap();
        one_run(&world).await;
        let last = sink
            .mails()
            .iter()
            .map(|mail| mail.received_at)
            .max()
            .unwrap();
        let mails = sink.mails();
        let after = mails.iter().filter(|mail| mail.received_at > committed);
        assert!(after.count() <= 2, "more than one body per connection");
        assert!(
            committed.until(last) <= Duration::from_millis(250),
            "{committed} {last}"
        );
        assert!(
            sink.mails().len() < 150,
            "it was stopped too late to prove anything"
        );
        let sent = i64::try_from(sink.mails().len()).unwrap();
        assert_eq!(with_status(&world, "sent").await, sent);
        assert_eq!(with_status(&world, "queued").await, 150 - sent);
        assert_eq!(world.texts(STANDING, vec![]).await, ["blocked unapproved"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_longer_what_was_approved_does_not_leave() {
    for (sql, reason) in [
        (
            "UPDATE approval SET revoked_at = 1, revoked_why = 'doubt'",
            "unapproved",
        ),
        ("UPDATE approval SET content_hash = 'another'", "unapproved"),
        (
            "UPDATE release_text SET content = REPLACE(content, 'opens', 'closes')",
            "unapproved",
        ),
        (
            "UPDATE rendition SET text = REPLACE(text, 'opens', 'closes')",
            "message",
        ),
        ("UPDATE rendition SET html = html || ' '", "message"),
        ("UPDATE rendition SET subject = 'Another'", "message"),
        ("DELETE FROM rendition", "message"),
        (
            "UPDATE distribution SET civil = '2026-11-02T09:05:01'",
            "tzdata",
        ),
        ("UPDATE distribution SET send_at = send_at - 1", "tzdata"),
        (
            "UPDATE distribution SET zone = 'Europe/London', civil = '2026-11-02T10:05:00'",
            "tzdata",
        ),
        ("UPDATE distribution SET zone = 'Europe/Atlantis'", "tzdata"),
        ("UPDATE distribution SET tzdata = '2099z'", "tzdata"),
        ("UPDATE distribution SET rehearsal = TRUE", "transport"),
    ] {
        on_both(|mut world| async move {
            let sink = waiting(&mut world).await;
            assert!(world.run(sql, vec![]).await > 0, "{sql}");
            held_back(&world, &sink, reason).await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_new_version_waits_for_a_new_approval_and_then_goes_out_instead() {
    on_both(|mut world| async move {
        let sink = waiting(&mut world).await;
        let text = "+++\nslug = \"plant\"\nheadline = \"A tidal plant opens\"\n+++\nThe plant opens on Tuesday.\n";
        let path = world.file("plant.md", text);
        write::edit(world.desk(), "plant", &path).await.unwrap();
        let report = one_run(&world).await;
        assert_eq!(report.counts.claimed, 0);
        assert!(sink.transactions().is_empty());
        assert_eq!(world.texts(STANDING, vec![]).await, ["blocked unapproved"]);
        approve::approve(world.desk(), "plant", None).await.unwrap();
        assert_eq!(one_run(&world).await.counts.sent, 6);
        for mail in sink.mails() {
            let body = String::from_utf8_lossy(&mail.bytes).into_owned();
            assert!(body.contains("on Tuesday") && !body.contains("opens today"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_rehearsal_never_becomes_real_nor_the_other_way_round() {
    on_both(|mut world| async move {
        let sink = waiting(&mut world).await;
        world.set(|config| config.smtp.transport = Transport::Sink);
        held_back(&world, &sink, "transport").await;
    })
    .await;
    on_both(|mut world| async move {
        world.set(|config| config.smtp.transport = Transport::Sink);
        let sink = waiting(&mut world).await;
        world.set(|config| config.smtp.transport = Transport::Smtp);
        held_back(&world, &sink, "transport").await;
    })
    .await;
}

#[tokio::test]
async fn what_is_found_too_late_asks_before_it_goes() {
    for (extra, start, limit) in [
        (
            "",
            Start::At("2026-11-02 09:05 UTC".to_owned()),
            Duration::from_hours(2),
        ),
        (
            "embargo = \"2026-11-02 09:05 UTC\"",
            Start::AtLift,
            Duration::from_mins(15),
        ),
    ] {
        on_both(|mut world| {
            let start = start.clone();
            async move {
                let sink = clocked(&mut world).await;
                contacts(&world, 6).await;
                approved(&world, "plant", extra).await;
                scheduled(&world, "plant", start.clone()).await;
                let due = at("2026-11-02T09:05:00Z");
                world
                    .desk()
                    .clock
                    .set(due.plus(limit).plus(Duration::from_millis(1)));
                held_back(&world, &sink, "missed").await;
                let refused = control::resume(world.desk(), "plant", None, false)
                    .await
                    .unwrap_err();
                assert_eq!((refused.exit, refused.code), (Exit::Forbidden, "missed"));
                later(&world, Duration::from_hours(5));
                control::resume(world.desk(), "plant", None, true)
                    .await
                    .unwrap();
                assert_eq!(one_run(&world).await.counts.sent, 6);
            }
        })
        .await;
        on_both(|mut world| {
            let start = start.clone();
            async move {
                let sink = clocked(&mut world).await;
                contacts(&world, 6).await;
                approved(&world, "plant", extra).await;
                scheduled(&world, "plant", start.clone()).await;
                // To the millisecond: just in time goes without asking.
                world
                    .desk()
                    .clock
                    .set(at("2026-11-02T09:05:00Z").plus(limit));
                assert_eq!(one_run(&world).await.counts.sent, 6);
                assert_eq!(sink.mails().len(), 6);
            }
        })
        .await;
    }
}
