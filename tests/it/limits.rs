//! Limits hold in every window, over runs and machines, and are used where there is work.

use std::process::Stdio;
use std::time::Duration;

use dateline::clock::Clock;
use dateline::desk::distribution::schedule::Start;
use dateline::mail::sink::faults::Faults;

use crate::newsdesk::{approved, catcher, contacts, one_run, scheduled};
use crate::world::{World, on_both};

/// The largest number of instants that one window of `millis` holds.
fn fullest(mut instants: Vec<i64>, millis: i64) -> usize {
    instants.sort_unstable();
    let within = |first: usize| {
        instants[first..]
            .iter()
            .take_while(|at| **at < instants[first] + millis)
            .count()
    };
    (0..instants.len()).map(within).max().unwrap_or(0)
}

async fn sent_at(world: &World) -> Vec<i64> {
    let texts = world
        .texts(
            "SELECT CAST(sent_at AS TEXT) AS value FROM delivery WHERE status = 'sent'",
            vec![],
        )
        .await;
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

#[test]
fn a_window_is_counted_from_each_instant() {
    assert_eq!(fullest(vec![0, 500, 999, 1000, 1001], 1000), 4);
    assert_eq!(fullest(vec![], 1000), 0);
}

#[tokio::test]
async fn a_minute_never_holds_more_and_the_run_waits_for_room() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        world.set(|config| config.limits.per_minute = Some(40));
        contacts(&world, 100).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        let began = world.desk().now();
        assert_eq!(one_run(&world).await.counts.sent, 100);
        assert_eq!(sink.mails().len(), 100);
        assert_eq!(fullest(sent_at(&world).await, 60_000), 40);
        // Three windows of 40 take a little more than two minutes, not three.
        let took = began.until(world.desk().now());
        assert!(
            took >= Duration::from_mins(2) && took < Duration::from_secs(130),
            "{took:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn the_limit_holds_over_cron_runs() {
    on_both(|mut world| async move {
        let _sink = catcher(&mut world, Faults::default()).await;
        world.set(|config| {
            config.limits.per_hour = Some(30);
            config.run.max_duration = Duration::from_secs(30);
        });
        contacts(&world, 50).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        assert_eq!(one_run(&world).await.counts.sent, 30);
        // Cron calls again and again: the bucket is not full again.
        for _ in 0..3 {
            assert_eq!(one_run(&world).await.counts.sent, 0);
        }
        let later = world.desk().now().plus(Duration::from_mins(61));
        world.desk().clock.set(later);
        assert_eq!(one_run(&world).await.counts.sent, 20);
    })
    .await;
}

#[tokio::test]
async fn a_domain_has_its_own_limit_and_does_not_hold_up_the_others() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        world.set(|config| {
            config.limits.per_domain_per_minute = Some(3);
            config.limits.per_domain_in_flight = Some(2);
        });
        contacts(&world, 60).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        assert_eq!(one_run(&world).await.counts.sent, 60);
        for desk in 0..10 {
            let domain = format!("@desk{desk}.example");
            let times: Vec<String> = world
                .texts(
                    "SELECT CAST(sent_at AS TEXT) AS value FROM delivery WHERE address LIKE $1",
                    vec![format!("%{domain}").into()],
                )
                .await;
            let times: Vec<i64> = times.iter().map(|text| text.parse().unwrap()).collect();
            assert_eq!(times.len(), 6, "{domain}");
            assert!(fullest(times, 60_000) <= 3, "{domain}");
        }
        // Six for each domain at three a minute: all ten side by side, not one after another.
        let times = sent_at(&world).await;
        let span = times.iter().max().unwrap() - times.iter().min().unwrap();
        assert!((60_000..90_000).contains(&span), "{span}");
        assert_eq!(sink.mails().len(), 60);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_workers_in_two_processes_keep_one_limit_and_use_it() {
    on_both(|mut world| async move {
        const LIMIT: u32 = 40;
        let sink = catcher(&mut world, Faults::default()).await;
        world.set(|config| config.limits.per_second = Some(LIMIT));
        world.desk.clock = Clock::System;
        contacts(&world, 200).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        let run = || {
            world
                .program(&["run"])
                .stdout(Stdio::null())
                .stderr(Stdio::inherit())
                .spawn()
                .unwrap()
        };
        let mut both = [run(), run()];
        let limit = std::time::Instant::now() + Duration::from_mins(1);
        while both
            .iter_mut()
            .any(|child| child.try_wait().unwrap().is_none())
        {
            assert!(std::time::Instant::now() < limit, "the runs did not end");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let times: Vec<i64> = sink
            .mails()
            .iter()
            .map(|mail| mail.received_at.millis())
            .collect();
        assert_eq!(times.len(), 200);
        let most = fullest(times, 1000);
        assert!(
            most <= usize::try_from(LIMIT).unwrap(),
            "{most} in one second"
        );
    })
    .await;
}
