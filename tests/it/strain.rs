//! A recipient domain that puts mail off is given time, and nobody else waits for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dateline::desk::distribution::schedule::Start;
use dateline::desk::people::import_contacts::{ImportRequest, import};
use dateline::desk::problem::Exit;
use dateline::mail::sink::faults::{Act, Faults, Step, When};

use crate::importing;
use crate::never_lost::{agree, later, with_status};
use crate::newsdesk::{approved, catcher, contacts, one_run, scheduled};
use crate::world::{World, on_both};

fn reply(text: &str) -> Act {
    Act::Reply(format!("{text}\r\n").into_bytes())
}

/// The domain's rows that fall due, in milliseconds from the desk's now; those that were not tried.
async fn untried(world: &World, domain: &str) -> Vec<i64> {
    let rows = "SELECT CAST(due_at AS TEXT) AS value FROM delivery WHERE domain = $1 AND attempts = 0 \
                AND status = 'queued' ORDER BY due_at";
    let rows = world.texts(rows, vec![domain.into()]).await;
    let now = world.desk().now().millis();
    rows.iter()
        .map(|due| due.parse::<i64>().unwrap() - now)
        .collect()
}

#[tokio::test]
async fn a_domain_that_greylists_goes_slower_and_nobody_waits_for_it() {
    for text in ["451 4.7.1 greylisted, come back", "450 4.2.0 greylisted"] {
        on_both(|mut world| async move {
            let grey = When::Domain("desk1.example".to_owned());
            let faults = Faults::default().with(Step::Rcpt, grey, reply(text));
            let sink = catcher(&mut world, faults).await;
            world.set(|config| {
                config.smtp.connections = 1;
                config.run.max_duration = Duration::from_secs(5);
            });
            // Forty for each of ten domains.
            contacts(&world, 400).await;
            approved(&world, "plant", "").await;
            scheduled(&world, "plant", Start::Now).await;
            let report = one_run(&world).await;
            assert!(report.trouble.is_none(), "{:?}", report.trouble);
            assert_eq!(report.exit(), Exit::Done);
            assert_eq!(report.counts.sent, 360, "all others have it");
            // Three, and what the one connection held by then; the others are not hammered at.
            let put_off = report.counts.deferred;
            assert!((3..=11).contains(&put_off), "{put_off}");
            let waiting = untried(&world, "desk1.example").await;
            assert_eq!(waiting.len(), 40 - usize::try_from(put_off).unwrap());
            let apart: Vec<i64> = waiting.windows(2).map(|two| two[1] - two[0]).collect();
            assert!(apart.iter().all(|gap| (10_000..=30_000).contains(gap)), "{apart:?}");
            // Those who were tried are tried again by the plan: after five minutes, give or take a fifth.
            let again = "SELECT COUNT(*) AS value FROM delivery WHERE status = 'deferred' AND attempts = 1 \
                         AND due_at - first_attempt_at BETWEEN 240000 AND 361000";
            assert_eq!(world.number(again, vec![]).await, i64::try_from(put_off).unwrap());
            agree(&world, &[&sink], 400).await;
            // It goes on over many runs, slowly, and when the domain is willing all have it soon.
            world.set(|config| config.run.max_duration = Duration::from_mins(1));
            let report = one_run(&world).await;
            assert!((1..=7).contains(&report.counts.deferred), "{:?}", report.counts);
            let good = catcher(&mut world, Faults::default()).await;
            later(&world, Duration::from_mins(7));
            world.set(|config| config.run.max_duration = Duration::from_mins(15));
            one_run(&world).await;
            assert_eq!(with_status(&world, "sent").await, 400);
            agree(&world, &[&sink, &good], 400).await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_domain_that_takes_mail_again_gets_all_of_it_at_once() {
    on_both(|mut world| async move {
        let grey = Arc::new(AtomicBool::new(true));
        let faults = Faults::default().with(
            Step::Rcpt,
            When::While(Arc::clone(&grey)),
            reply("450 4.7.1 greylisted"),
        );
        let sink = catcher(&mut world, faults).await;
        world.set(|config| {
            config.smtp.connections = 1;
            config.run.max_duration = Duration::from_mins(9);
        });
        // All sixty at one domain.
        let rows: Vec<_> = (0..60).map(|n| format!("p{n}@one.example\n")).collect();
        let rows = rows.concat();
        let path = world.file("people.csv", format!("email\n{rows}"));
        let people = ImportRequest {
            list: Some("tech".to_owned()),
            ..importing::request(path)
        };
        import(world.desk(), &people).await.unwrap();
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        let clock = world.desk().clock.clone();
        let kinder_at = clock.now().plus(Duration::from_secs(35));
        let kinder = async {
            while clock.now() < kinder_at {
                tokio::task::yield_now().await;
            }
            grey.store(false, Ordering::SeqCst);
        };
        let (report, ()) = tokio::join!(Box::pin(one_run(&world)), kinder);
        later(&world, Duration::from_mins(6));
        let again = one_run(&world).await;
        assert_eq!(report.counts.sent + again.counts.sent, 60);
        // Those who were put off come after five minutes; nobody else waits once three were taken.
        let slow = "SELECT COUNT(*) AS value FROM delivery WHERE attempts = 1 AND sent_at > $1";
        let slow = world
            .number(
                slow,
                vec![kinder_at.plus(Duration::from_mins(2)).millis().into()],
            )
            .await;
        assert_eq!(slow, 0, "went on slowly");
        agree(&world, &[&sink], 60).await;
    })
    .await;
}

#[tokio::test]
async fn the_same_words_for_three_domains_are_the_ways_and_it_rests() {
    on_both(|mut world| async move {
        let full = reply("452 4.3.1 insufficient system storage");
        let sink = catcher(
            &mut world,
            Faults::default().with(Step::Rcpt, When::Always, full),
        )
        .await;
        world.set(|config| config.smtp.connections = 1);
        contacts(&world, 60).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        let report = one_run(&world).await;
        assert_eq!(report.exit(), Exit::Temporary);
        assert!(report.trouble.unwrap().message.contains("storage"));
        assert!(report.counts.deferred <= 11, "{:?}", report.counts);
        assert!(with_status(&world, "queued").await >= 49);
        let good = catcher(&mut world, Faults::default()).await;
        later(&world, Duration::from_mins(7));
        one_run(&world).await;
        agree(&world, &[&sink, &good], 60).await;
        assert_eq!(with_status(&world, "sent").await, 60);
    })
    .await;
}
