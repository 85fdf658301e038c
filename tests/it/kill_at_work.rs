//! A kill while many mails are under way over two connections, and on PostgreSQL from two runs at once.

use std::time::Duration;

use dateline::clock::Clock;
use dateline::desk::amend::withdraw;
use dateline::desk::distribution::schedule::Start;
use dateline::desk::embargo::changes;
use dateline::desk::problem::Exit;
use dateline::desk::run::run;
use dateline::mail::sink::faults::{Act, Faults, Step, When};
use dateline::store::connection::{ConnectionTrait, begin_write, commit};

use crate::embargo_desk::{advance, agree, press};
use crate::letters::letters;
use crate::newsdesk::{approved, catcher, contacts, one_run, options, scheduled};
use crate::world::{World, on_both};

/// How many recipients; the soak asks for 10,000.
const PEOPLE: &str = "DATELINE_TEST_KILL_PEOPLE";
const USUAL_PEOPLE: usize = 400;
/// Promised: no body is begun later than this after the commit.
const AT_ONCE: Duration = Duration::from_millis(250);

#[expect(
    clippy::disallowed_methods,
    reason = "the soak has no other way to ask for more"
)]
fn people() -> usize {
    let asked = std::env::var(PEOPLE).ok();
    asked
        .and_then(|text| text.parse().ok())
        .unwrap_or(USUAL_PEOPLE)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_body_is_begun_later_than_a_quarter_of_a_second_after_a_kill() {
    let people = people();
    on_both(async |mut world: World| {
        let slow = Act::Delay(Duration::from_millis(2));
        let faults = Faults::default().with(Step::Rcpt, When::Always, slow);
        let sink = catcher(&mut world, faults).await;
        world.set(|config| config.smtp.connections = 2);
        contacts(&world, people).await;
        world.desk.clock = Clock::System;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        // On SQLite the second run finds the first at work and goes home.
        let (second, hand) = (world.second_desk().await, world.second_desk().await);
        let early = u64::try_from(people / 10).unwrap();
        let kill = async {
            while sink.mailbox().taken() < early {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            let done = withdraw::kill(&hand, "plant", "never placed", &["Bo Lund"]).await.unwrap();
            (done, hand.now())
        };
        let beside = options();
        let ((done, committed), _, also) = tokio::join!(
            Box::pin(kill),
            Box::pin(one_run(&world)),
            Box::pin(run(&second, &beside))
        );
        also.unwrap();
        assert!(done.unsent > 0, "it came too late to prove anything");
        one_run(&world).await;
        let (mut copies, mut notices) = (Vec::new(), Vec::new());
        for (mail, caught) in letters(&sink).into_iter().zip(sink.mails()) {
            if mail.subject.starts_with("KILL: ") {
                notices.extend(mail.to);
                continue;
            }
            let late = committed.until(caught.received_at);
            assert!(late <= AT_ONCE, "begun {late:?} after the commit");
            copies.extend(mail.to);
        }
        assert!(copies.len() < people);
        copies.sort();
        notices.sort();
        assert_eq!(notices, copies, "exactly those who have it are told");
        let doubtful = "SELECT COUNT(*) AS value FROM delivery WHERE status IN ('unknown', 'sending', 'queued')";
        assert_eq!(world.number(doubtful, vec![]).await, 0);
    })
    .await;
}

/// PostgreSQL ends one of two transactions that wait for each other. Here it is the kill's, which
/// has waited longer; it must come through all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_that_the_database_ended_is_done_again() {
    on_both(async |mut world: World| {
        if world.desk().store.is_sqlite() {
            // SQLite has one lock, so nobody can wait in a circle.
            return;
        }
        let _sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 3).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        let hand = world.second_desk().await;
        // What a run does: it holds a row of the queue, and then wants the distribution.
        let run = begin_write(world.desk().store.db()).await.unwrap();
        // So that it is the kill that looks for a circle, and is ended for it.
        for statement in [
            "SET LOCAL deadlock_timeout = '10s'",
            "UPDATE delivery SET attempts = attempts",
        ] {
            run.execute_unprepared(statement).await.unwrap();
        }
        let kill = tokio::spawn(async move {
            withdraw::kill(&hand, "plant", "never placed", &["Bo Lund"]).await
        });
        let waiting = "SELECT COUNT(*) AS value FROM pg_stat_activity \
                       WHERE datname = current_database() AND wait_event_type = 'Lock'";
        while world.number(waiting, vec![]).await == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        // On a machine so busy that the kill looked before there was one, it is the run's turn.
        match run
            .execute_unprepared("UPDATE distribution SET status = status")
            .await
        {
            Ok(_) => commit(run).await.unwrap(),
            Err(_) => drop(run),
        }
        let done = kill.await.unwrap().unwrap();
        assert_eq!(done.unsent, 3);
    })
    .await;
}

#[tokio::test]
async fn after_a_kill_the_embargo_is_nobody_s_matter_any_more() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 3).await;
        let extra = "embargo = \"2027-03-01 09:00 America/New_York\"";
        approved(&world, "plant", extra).await;
        scheduled(&world, "plant", Start::AtLift).await;
        withdraw::kill(world.desk(), "plant", "never placed", &["Bo Lund"])
            .await
            .unwrap();
        let later = "2027-03-02 09:00 America/New_York";
        let moved = changes::move_to(world.desk(), "plant", later, None).await;
        let lifted = changes::lift(world.desk(), "plant", "out").await;
        for refused in [moved, lifted] {
            let problem = refused.unwrap_err();
            assert_eq!((problem.exit, problem.code), (Exit::Forbidden, "over"));
        }
        one_run(&world).await;
        assert_eq!(sink.mails().len(), 0);
    })
    .await;
}

/// As if the release were killed in the same instant in which somebody moved its embargo.
#[tokio::test]
async fn a_notice_that_slipped_in_beside_a_kill_does_not_leave() {
    on_both(async |mut world: World| {
        let sink = press(&mut world).await;
        agree(&world, "ana@daily.example", Some("plant")).await;
        advance(&world, Start::Now).await.unwrap();
        one_run(&world).await;
        assert_eq!(sink.mails().len(), 1);
        let later = "2026-11-04 09:00 America/Vancouver";
        let moved = changes::move_to(world.desk(), "plant", later, None).await;
        assert_eq!(moved.unwrap().told.told, 1);
        world
            .run("UPDATE release SET status = 'killed'", vec![])
            .await;
        one_run(&world).await;
        assert_eq!(sink.mails().len(), 1, "only the advance copy of before");
    })
    .await;
}
