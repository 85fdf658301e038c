//! A person's hand on the sending: stop, pause, cancel and unschedule, also while a run is at work.

use std::time::Duration;

use dateline::clock::Clock;
use dateline::desk::Desk;
use dateline::desk::amend::withdraw;
use dateline::desk::distribution::control;
use dateline::desk::distribution::freeze::schedule;
use dateline::desk::distribution::schedule::{Start, plan};
use dateline::desk::problem::Exit;
use dateline::desk::run::Report;
use dateline::domain::instant::Instant;
use dateline::mail::sink::Sink;
use dateline::mail::sink::faults::{Act, Faults, Step, When};

use crate::never_lost::{agree, with_status};
use crate::newsdesk::{approved, catcher, contacts, one_run, recipients, request, scheduled};
use crate::world::{World, on_both};

const PEOPLE: usize = 40;
/// Promised: nothing is begun later than this after the commit.
const AT_ONCE: Duration = Duration::from_millis(250);

/// A real clock, and a server that needs a moment before each body.
async fn at_work(world: &mut World) -> Sink {
    let slow = Act::Delay(Duration::from_millis(60));
    let sink = catcher(
        world,
        Faults::default().with(Step::Rcpt, When::Always, slow),
    )
    .await;
    world.desk.clock = Clock::System;
    world.set(|config| config.smtp.connections = 1);
    contacts(world, PEOPLE).await;
    approved(world, "plant", "").await;
    scheduled(world, "plant", Start::Now).await;
    sink
}

/// Runs, and has somebody in another process do something once a few mails are out. Tells when it
/// was committed.
async fn meanwhile(world: &World, sink: &Sink, act: impl AsyncFn(&Desk)) -> (Report, Instant) {
    let other = world.second_desk().await;
    let before = sink.mailbox().taken();
    let over = std::cell::Cell::new(false);
    let work = async {
        let report = one_run(world).await;
        over.set(true);
        report
    };
    let hand = async {
        while sink.mailbox().taken() < before + 5 {
            if over.get() {
                let why = standing_with_reason(world).await;
                panic!("the run ended before anything could be done: {why:?}");
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        act(&other).await;
        other.now()
    };
    let both = Box::pin(async { tokio::join!(work, hand) });
    tokio::time::timeout(Duration::from_mins(1), both)
        .await
        .unwrap()
}

async fn standing_with_reason(world: &World) -> Vec<String> {
    let sql = "SELECT status || ' ' || COALESCE(reason, '') AS value FROM distribution ORDER BY id";
    world.texts(sql, vec![]).await
}

fn last(sink: &Sink) -> Instant {
    sink.mails()
        .iter()
        .map(|mail| mail.received_at)
        .max()
        .unwrap()
}

fn nothing_later(sink: &Sink, committed: Instant) {
    let late = committed.until(last(sink));
    assert!(late <= AT_ONCE, "begun {late:?} after the commit");
    // Not even the few that the connection had claimed: only the body that was under way.
    let mails = sink.mails();
    let after = mails.iter().filter(|mail| mail.received_at > committed);
    assert!(after.count() <= 1, "more than one body was begun");
    assert!(
        sink.mails().len() < PEOPLE,
        "it came too late to prove anything"
    );
}

async fn standing(world: &World) -> Vec<String> {
    world
        .texts(
            "SELECT status AS value FROM distribution ORDER BY id",
            vec![],
        )
        .await
}

async fn everybody_has_one(world: &World, sink: &Sink) {
    agree(world, &[sink], PEOPLE).await;
    assert_eq!(with_status(world, "sent").await, 40);
    let mut got = recipients(sink);
    got.dedup();
    assert_eq!((got.len(), sink.mails().len()), (PEOPLE, PEOPLE));
}

#[tokio::test]
async fn stop_stops_a_run_at_work_and_start_goes_on() {
    on_both(|mut world| async move {
        let sink = at_work(&mut world).await;
        let (_, committed) = meanwhile(&world, &sink, async |desk| {
            assert!(control::stop(desk, "wrong list").await.unwrap().changed);
        })
        .await;
        nothing_later(&sink, committed);
        agree(&world, &[&sink], PEOPLE).await;
        assert_eq!(with_status(&world, "sending").await, 0);
        assert_eq!(with_status(&world, "unknown").await, 0);
        let taken = sink.mails().len();
        let idle = one_run(&world).await;
        assert!(idle.idle_because.is_some());
        assert_eq!(sink.mails().len(), taken);
        control::start(world.desk()).await.unwrap();
        one_run(&world).await;
        everybody_has_one(&world, &sink).await;
        assert_eq!(standing(&world).await, ["finished"]);
    })
    .await;
}

#[tokio::test]
async fn pause_holds_a_run_at_work_and_resume_goes_on() {
    on_both(|mut world| async move {
        let sink = at_work(&mut world).await;
        let (_, committed) = meanwhile(&world, &sink, async |desk| {
            control::pause(desk, "plant", None).await.unwrap();
        })
        .await;
        nothing_later(&sink, committed);
        agree(&world, &[&sink], PEOPLE).await;
        assert_eq!(standing(&world).await, ["paused"]);
        let taken = sink.mails().len();
        assert_eq!(one_run(&world).await.counts.claimed, 0);
        assert_eq!(sink.mails().len(), taken);
        control::resume(world.desk(), "plant", None, false)
            .await
            .unwrap();
        one_run(&world).await;
        everybody_has_one(&world, &sink).await;
    })
    .await;
}

#[tokio::test]
async fn pause_and_resume_within_one_run_send_nobody_two() {
    on_both(|mut world| async move {
        let sink = at_work(&mut world).await;
        let (report, _) = meanwhile(&world, &sink, async |desk| {
            for _ in 0..5 {
                control::pause(desk, "plant", None).await.unwrap();
                tokio::time::sleep(Duration::from_millis(20)).await;
                control::resume(desk, "plant", None, false).await.unwrap();
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
        assert!(report.blocked.is_empty());
        agree(&world, &[&sink], PEOPLE).await;
        one_run(&world).await;
        everybody_has_one(&world, &sink).await;
    })
    .await;
}

#[tokio::test]
async fn cancel_ends_it_for_all_who_have_nothing_yet() {
    on_both(|mut world| async move {
        let sink = at_work(&mut world).await;
        let (_, committed) = meanwhile(&world, &sink, async |desk| {
            control::cancel(desk, "plant", None).await.unwrap();
        })
        .await;
        nothing_later(&sink, committed);
        agree(&world, &[&sink], PEOPLE).await;
        assert_eq!(standing(&world).await, ["canceled"]);
        let sent = with_status(&world, "sent").await;
        assert_eq!(with_status(&world, "canceled").await, 40 - sent);
        assert_eq!(usize::try_from(sent).unwrap(), sink.mails().len());
        one_run(&world).await;
        let refused = control::resume(world.desk(), "plant", None, true)
            .await
            .unwrap_err();
        assert_eq!(refused.exit, Exit::Forbidden);
        assert_eq!(with_status(&world, "sent").await, sent);
        // Scheduled again it reaches exactly the others.
        assert_eq!(
            scheduled(&world, "plant", Start::Now).await.recipients,
            40 - sent
        );
        one_run(&world).await;
        let mut got = recipients(&sink);
        got.dedup();
        assert_eq!((got.len(), sink.mails().len()), (PEOPLE, PEOPLE));
    })
    .await;
}

#[tokio::test]
async fn kill_ends_it_and_tells_exactly_those_who_have_it() {
    on_both(|mut world| async move {
        let sink = at_work(&mut world).await;
        let (_, committed) = meanwhile(&world, &sink, async |desk| {
            withdraw::kill(desk, "plant", "never placed", &["Bo Lund"])
                .await
                .unwrap();
        })
        .await;
        one_run(&world).await;
        let (mut notices, mut copies) = (Vec::new(), Vec::new());
        for mail in sink.mails() {
            if String::from_utf8_lossy(&mail.bytes).contains("Subject: KILL: ") {
                notices.extend(mail.to.clone());
                continue;
            }
            let late = committed.until(mail.received_at);
            assert!(late <= AT_ONCE, "begun {late:?} after the commit");
            copies.extend(mail.to.clone());
        }
        assert!(copies.len() < PEOPLE, "it came too late to prove anything");
        notices.sort();
        copies.sort();
        assert_eq!(notices, copies);
        // Nobody brings it back: not by trying again, not by a new schedule, not behind our back.
        let refused = plan(world.desk(), &request("plant", Start::Now))
            .await
            .unwrap_err();
        assert_eq!(refused.code, "over");
    })
    .await;
}

#[tokio::test]
async fn what_was_planned_before_a_kill_is_not_scheduled_after_it() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 3).await;
        approved(&world, "plant", "").await;
        let planned = plan(world.desk(), &request("plant", Start::Now))
            .await
            .unwrap();
        let ahead = scheduled(&world, "plant", Start::At("2026-11-03 09:00 UTC".to_owned()));
        ahead.await;
        withdraw::kill(world.desk(), "plant", "never placed", &["Bo Lund"])
            .await
            .unwrap();
        let refused = schedule(world.desk(), &planned).await.unwrap_err();
        assert_eq!((refused.exit, refused.code), (Exit::Forbidden, "over"));
        // A schedule that was being written at the same moment on another machine.
        for table in ["distribution", "delivery"] {
            let open = match table {
                "distribution" => "UPDATE distribution SET status = 'scheduled', send_at = 0, civil = '1970-01-01T00:00:00', zone = 'UTC' WHERE purpose = 'general'",
                _ => "UPDATE delivery SET status = 'queued', live = NOT rehearsal, reason = NULL, due_at = 0 WHERE purpose = 'general'",
            };
            assert!(world.run(open, vec![]).await > 0, "{table}");
        }
        world.set(|config| config.run.max_lateness = Duration::from_hours(24 * 365 * 90));
        one_run(&world).await;
        assert_eq!(recipients(&sink), [""; 0]);
        assert_eq!(standing(&world).await, ["blocked"]);
    })
    .await;
}

#[tokio::test]
async fn unschedule_takes_back_what_has_not_begun_and_nothing_else() {
    on_both(|mut world| async move {
        let sink = at_work(&mut world).await;
        let undone = control::unschedule(world.desk(), "plant", None)
            .await
            .unwrap();
        assert_eq!(undone.distributions[0].canceled, 40);
        assert_eq!(one_run(&world).await.counts.claimed, 0);
        assert!(sink.transactions().is_empty());
        assert_eq!(scheduled(&world, "plant", Start::Now).await.recipients, 40);
        meanwhile(&world, &sink, async |desk| {
            let refused = control::unschedule(desk, "plant", None).await.unwrap_err();
            assert_eq!(
                (refused.exit, refused.code),
                (Exit::Forbidden, "already-begun")
            );
        })
        .await;
        let mut got = recipients(&sink);
        got.dedup();
        assert_eq!((got.len(), sink.mails().len()), (PEOPLE, PEOPLE));
    })
    .await;
}

#[tokio::test]
async fn one_distribution_stops_and_the_other_goes_on() {
    on_both(|mut world| async move {
        let sink = at_work(&mut world).await;
        approved(&world, "harbour", "").await;
        scheduled(&world, "harbour", Start::Now).await;
        meanwhile(&world, &sink, async |desk| {
            control::pause(desk, "plant", None).await.unwrap();
        })
        .await;
        one_run(&world).await;
        assert_eq!(standing(&world).await, ["paused", "finished"]);
        let harbour = "SELECT COUNT(*) AS value FROM delivery WHERE distribution_id = 2 AND status = 'sent'";
        assert_eq!(world.number(harbour, vec![]).await, 40);
        let open = "SELECT COUNT(*) AS value FROM delivery WHERE distribution_id = 1 AND status = 'queued'";
        assert!(world.number(open, vec![]).await > 0);
        assert_eq!(with_status(&world, "sending").await, 0);
    })
    .await;
}
