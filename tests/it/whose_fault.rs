//! Whose fault a refusal is: a recipient's, the way's, or ours; nobody's address is blamed for ours.

use std::time::Duration;

use dateline::desk::distribution::control;
use dateline::desk::distribution::schedule::Start;
use dateline::desk::problem::Exit;
use dateline::desk::run::Report;
use dateline::mail::sink::Sink;
use dateline::mail::sink::faults::{Act, Faults, Step, When};

use crate::never_lost::{agree, later, with_status};
use crate::newsdesk::{approved, catcher, contacts, one_run, scheduled};
use crate::world::{World, on_both};

fn reply(text: &str) -> Act {
    Act::Reply(format!("{text}\r\n").into_bytes())
}

/// A scheduled release with one connection, so that the order of things is known.
async fn ready(world: &mut World, people: usize, faults: Faults) -> Sink {
    let sink = catcher(world, faults).await;
    world.set(|config| config.smtp.connections = 1);
    contacts(world, people).await;
    approved(world, "plant", "").await;
    scheduled(world, "plant", Start::Now).await;
    sink
}

/// Nobody was tried: the rows are as scheduling left them.
async fn nobody_is_blamed(world: &World, people: i64) {
    let untouched = "SELECT COUNT(*) AS value FROM delivery WHERE status = 'queued' AND attempts = 0 \
                     AND stage = 'none' AND code IS NULL AND due_at IS NOT NULL";
    assert_eq!(world.number(untouched, vec![]).await, people);
    assert_eq!(
        world
            .number("SELECT COUNT(*) AS value FROM attempt", vec![])
            .await,
        0
    );
}

async fn standing(world: &World) -> String {
    let sql = "SELECT status || ' ' || COALESCE(reason, '') AS value FROM distribution";
    world.texts(sql, vec![]).await.remove(0).trim().to_owned()
}

fn reasons(report: &Report) -> Vec<&'static str> {
    report
        .blocked
        .iter()
        .map(|blocked| blocked.reason)
        .collect()
}

#[tokio::test]
async fn greylisting_defers_one_and_the_others_go() {
    on_both(|mut world| async move {
        let one = When::Address("c1@desk1.example".to_owned());
        let faults = Faults::default().with(Step::Rcpt, one, reply("450 4.7.1 greylisted, come back"));
        let sink = ready(&mut world, 5, faults).await;
        let report = one_run(&world).await;
        assert_eq!((report.counts.sent, report.counts.deferred), (4, 1));
        assert!(report.trouble.is_none());
        assert_eq!(report.exit(), Exit::Done, "greylisting needs no person");
        let row = "SELECT address || ' ' || code || ' ' || enhanced AS value FROM delivery WHERE status = 'deferred'";
        assert_eq!(world.texts(row, vec![]).await, ["c1@desk1.example 450 4.7.1"]);
        // Between four and six minutes later, not before.
        later(&world, Duration::from_secs(150));
        assert_eq!(one_run(&world).await.counts.claimed, 0);
        let good = catcher(&mut world, Faults::default()).await;
        later(&world, Duration::from_mins(4));
        assert_eq!(one_run(&world).await.counts.sent, 1);
        agree(&world, &[&sink, &good], 5).await;
        assert_eq!(standing(&world).await, "finished");
    })
    .await;
}

#[tokio::test]
async fn a_refusal_of_us_blocks_the_distribution_and_blames_nobody() {
    for (step, text) in [
        (Step::Rcpt, "550 5.7.26 unauthenticated mail"),
        (Step::BeforeTaking, "550 5.7.26 unauthenticated mail"),
        (
            Step::BeforeTaking,
            "550 5.7.515 does not meet the required level",
        ),
        (
            Step::BeforeTaking,
            "550 5.7.60 not allowed to send as this sender",
        ),
        (Step::Rcpt, "550 5.7.8 log in again"),
        (Step::Mail, "550 5.7.1 sender refused"),
        (Step::Mail, "501 5.1.7 bad sender"),
    ] {
        on_both(|mut world| async move {
            let faults = Faults::default().with(step, When::Always, reply(text));
            let sink = ready(&mut world, 6, faults).await;
            let report = one_run(&world).await;
            assert_eq!(reasons(&report), ["policy"], "{text}");
            assert_eq!(report.exit(), Exit::Partly);
            assert_eq!(report.counts.failed, 0);
            nobody_is_blamed(&world, 6).await;
            assert_eq!(standing(&world).await, "blocked policy");
            // Mended, a person lets it go on, and everybody gets it.
            let good = catcher(&mut world, Faults::default()).await;
            control::resume(world.desk(), "plant", None, false)
                .await
                .unwrap();
            assert_eq!(one_run(&world).await.counts.sent, 6);
            agree(&world, &[&sink, &good], 6).await;
        })
        .await;
    }
}

#[tokio::test]
async fn policy_refusals_of_three_domains_block_and_one_domain_alone_does_not() {
    on_both(|mut world| async move {
        let faults = Faults::default().with(Step::Rcpt, When::Always, reply("554 5.7.1 blocked"));
        let _sink = ready(&mut world, 60, faults).await;
        let report = one_run(&world).await;
        assert_eq!(reasons(&report), ["policy"]);
        // The third domain is enough; what was answered in the same moment is recorded too.
        assert!(report.counts.failed <= 20, "{:?}", report.counts);
        assert!(with_status(&world, "queued").await >= 40);
    })
    .await;
    on_both(|mut world| async move {
        let one = When::Domain("desk1.example".to_owned());
        let faults = Faults::default().with(Step::Rcpt, one, reply("554 5.7.1 blocked"));
        let _sink = ready(&mut world, 40, faults).await;
        let report = one_run(&world).await;
        assert_eq!((report.counts.sent, report.counts.failed), (36, 4));
        assert!(report.blocked.is_empty());
    })
    .await;
}

#[tokio::test]
async fn trouble_at_mail_or_before_ends_the_run_and_changes_no_row() {
    for (step, text) in [
        (Step::Mail, "451 4.3.0 try later"),
        (Step::Mail, "421 4.3.2 closing"),
        (Step::Mail, "452 4.3.1 out of storage"),
        (Step::Banner, "421 4.3.2 busy"),
        (Step::Banner, "554 5.3.2 not now"),
        (Step::Ehlo, "421 4.7.0 too many"),
    ] {
        on_both(|mut world| async move {
            let faults = Faults::default().with(step, When::Always, reply(text));
            let sink = ready(&mut world, 6, faults).await;
            let report = one_run(&world).await;
            assert!(report.trouble.is_some(), "{text}");
            assert_eq!(report.exit(), Exit::Temporary, "{text}");
            assert!(report.blocked.is_empty(), "{text}");
            nobody_is_blamed(&world, 6).await;
            assert_eq!(standing(&world).await, "running");
            assert!(sink.mails().is_empty());
            let good = catcher(&mut world, Faults::default()).await;
            later(&world, Duration::from_mins(1));
            assert_eq!(one_run(&world).await.counts.sent, 6);
            agree(&world, &[&sink, &good], 6).await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_server_that_is_away_ends_the_run_and_changes_no_row() {
    on_both(|mut world| async move {
        ready(&mut world, 6, Faults::default()).await.stop().await;
        let report = one_run(&world).await;
        assert_eq!(report.exit(), Exit::Temporary);
        nobody_is_blamed(&world, 6).await;
    })
    .await;
}

#[tokio::test]
async fn a_refused_login_is_told_at_once_and_only_once() {
    on_both(|mut world| async move {
        let faults = Faults::default().with(Step::Auth, When::Always, reply("535 5.7.8 wrong"));
        let sink = ready(&mut world, 3, faults).await;
        world.set(|config| {
            config.smtp.username = Some("press".to_owned());
            config.smtp.password = Some("s3cret-w0rd".to_owned().into());
        });
        let report = one_run(&world).await;
        assert_eq!(report.exit(), Exit::Login);
        let trouble = report.trouble.unwrap();
        assert!(trouble.tell && trouble.is_login);
        assert!(!trouble.message.contains("s3cret"), "{}", trouble.message);
        nobody_is_blamed(&world, 3).await;
        later(&world, Duration::from_mins(1));
        let again = one_run(&world).await;
        assert_eq!(again.exit(), Exit::Login);
        assert!(!again.trouble.unwrap().tell);
        assert!(sink.transactions().is_empty());
        let good = catcher(&mut world, Faults::default()).await;
        later(&world, Duration::from_mins(1));
        assert_eq!(one_run(&world).await.counts.sent, 3);
        agree(&world, &[&sink, &good], 3).await;
    })
    .await;
}

#[tokio::test]
async fn too_large_a_share_of_refusals_stops_it() {
    on_both(|mut world| async move {
        let faults = Faults::default().with(Step::Rcpt, When::Always, reply("550 5.1.1 nobody"));
        let _sink = ready(&mut world, 60, faults).await;
        let report = one_run(&world).await;
        assert_eq!(reasons(&report), ["failure-rate"]);
        // At the twentieth; what the two connections hold, eight rows each, may still be answered.
        let failed = with_status(&world, "failed").await;
        assert!((20..=36).contains(&failed), "{failed}");
        assert_eq!(with_status(&world, "queued").await, 60 - failed);
        assert_eq!(standing(&world).await, "blocked failure-rate");
    })
    .await;
}

#[tokio::test]
async fn nineteen_refusals_or_a_tenth_do_not_stop_it() {
    on_both(|mut world| async move {
        let few = When::Every(11);
        let faults = Faults::default().with(Step::Rcpt, few, reply("550 5.1.1 nobody"));
        let _sink = ready(&mut world, 250, faults).await;
        let report = one_run(&world).await;
        assert_eq!((report.counts.sent, report.counts.failed), (228, 22));
        assert!(report.blocked.is_empty());
        assert_eq!(standing(&world).await, "finished");
    })
    .await;
    on_both(|mut world| async move {
        let faults = Faults::default().with(Step::Rcpt, When::Always, reply("550 5.1.1 nobody"));
        let _sink = ready(&mut world, 19, faults).await;
        assert!(one_run(&world).await.blocked.is_empty());
        assert_eq!(with_status(&world, "failed").await, 19);
    })
    .await;
}

#[tokio::test]
async fn an_outage_is_told_when_it_lasts_and_once() {
    on_both(|mut world| async move {
        let faults = Faults::default().with(Step::Banner, When::Always, reply("421 4.3.2 busy"));
        let _sink = ready(&mut world, 3, faults).await;
        // A short outage is nobody's business: ten minutes by default.
        let mut told = Vec::new();
        for minute in 0..30 {
            let report = one_run(&world).await;
            if report.trouble.unwrap().tell {
                told.push(minute);
            }
            later(&world, Duration::from_mins(1));
        }
        assert_eq!(told, [10]);
        // Over, and a new one: counted anew.
        let good = catcher(&mut world, Faults::default()).await;
        assert_eq!(one_run(&world).await.counts.sent, 3);
        assert_eq!(good.mails().len(), 3);
        assert_eq!(
            world
                .number("SELECT COUNT(*) AS value FROM notice", vec![])
                .await,
            0
        );
    })
    .await;
}
