//! Never lost, never silently twice: the real program is killed in the middle, again and again,
//! and the ledger is held against what the server took.

use std::collections::HashMap;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use dateline::clock::Clock;
use dateline::desk::distribution::schedule::Start;
use dateline::mail::sink::Sink;
use dateline::mail::sink::faults::{Act, Faults, Step, When};

use crate::newsdesk::{approved, catcher, contacts, scheduled};
use crate::world::{World, on_both};

/// A server that needs a moment for each mail, and at times dies around the dot.
fn slow_and_mortal() -> Faults {
    Faults::default()
        .with(
            Step::BeforeTaking,
            When::Always,
            Act::Delay(Duration::from_millis(2)),
        )
        .with(Step::BeforeTaking, When::Every(397), Act::Vanish)
        .with(Step::AfterTaking, When::Every(401), Act::Vanish)
}

async fn ready(world: &mut World, recipients: usize, connections: u16, faults: Faults) -> Sink {
    let sink = catcher(world, faults).await;
    world.set(|config| config.smtp.connections = connections);
    contacts(world, recipients).await;
    // The program has the real clock, so the schedule is made with it too.
    world.desk.clock = Clock::System;
    approved(world, "plant", "").await;
    scheduled(world, "plant", Start::Now).await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    sink
}

fn start(world: &World) -> Child {
    world
        .program(&["run"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits for the program's end without holding up the catcher, which lives in this process.
async fn ended(child: &mut Child) -> Option<i32> {
    let limit = Instant::now() + Duration::from_mins(3);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        assert!(Instant::now() < limit, "the run did not end");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn open_rows(world: &World) -> i64 {
    world.number("SELECT COUNT(*) AS value FROM delivery WHERE status IN ('queued', 'deferred', 'sending')", vec![]).await
}

/// Every recipient ends as sent or unknown; who is sent was taken exactly once, who is unknown at
/// most once; nobody was taken twice.
async fn everybody_is_accounted_for(world: &World, sink: &Sink, recipients: usize) -> usize {
    let mut taken: HashMap<String, usize> = HashMap::new();
    for mail in sink.mails() {
        for to in &mail.to {
            *taken.entry(to.clone()).or_default() += 1;
        }
    }
    let twice = taken.values().filter(|count| **count > 1).count();
    assert_eq!(twice, 0, "somebody got two mails");
    let sent = world
        .texts(
            "SELECT address AS value FROM delivery WHERE status = 'sent'",
            vec![],
        )
        .await;
    let unknown = world
        .texts(
            "SELECT address AS value FROM delivery WHERE status = 'unknown'",
            vec![],
        )
        .await;
    assert_eq!(sent.len() + unknown.len(), recipients, "somebody was lost");
    let untaken = sent
        .iter()
        .filter(|address| !taken.contains_key(*address))
        .count();
    assert_eq!(untaken, 0, "the ledger says sent, the server took nothing");
    let known = taken
        .keys()
        .filter(|address| !sent.contains(address) && !unknown.contains(address))
        .count();
    assert_eq!(known, 0, "the server took what the ledger does not know");
    unknown.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_lose_nobody_and_send_nobody_two() {
    on_both(|mut world| async move {
        const CONNECTIONS: u16 = 4;
        let sink = ready(&mut world, 2000, CONNECTIONS, slow_and_mortal()).await;
        let mut kills = 0;
        let mut begun_by_run = std::collections::BTreeMap::new();
        while kills < 20 && open_rows(&world).await > 0 {
            let mut child = start(&world);
            let taken = sink.mailbox().taken();
            // Into the middle: not before it has sent something, and then after a random while.
            let limit = Instant::now() + Duration::from_secs(30);
            while sink.mailbox().taken() == taken
                && child.try_wait().unwrap().is_none()
                && Instant::now() < limit
            {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            tokio::time::sleep(Duration::from_millis(rand::random_range(0..60))).await;
            child.kill().unwrap();
            child.wait().unwrap();
            kills += 1;
            // By run: PostgreSQL may notice a death only after the next run has begun, and then the
            // rows of both stand here.
            let begun = "SELECT CAST(run_id AS TEXT) || ' ' || COUNT(*) AS value FROM delivery \
                         WHERE stage = 'started' GROUP BY run_id";
            for line in world.texts(begun, vec![]).await {
                let (run, count) = line.split_once(' ').unwrap();
                let count: i64 = count.parse().unwrap();
                assert!(
                    count <= i64::from(CONNECTIONS),
                    "{count} rows of one run were begun and not recorded"
                );
                begun_by_run.insert(run.to_owned(), count);
            }
        }
        assert!(
            kills >= 15,
            "only {kills} kills before the end: the test proves too little"
        );
        for _ in 0..50 {
            if open_rows(&world).await == 0 {
                break;
            }
            ended(&mut start(&world)).await;
        }
        assert_eq!(open_rows(&world).await, 0);
        let unknown = everybody_is_accounted_for(&world, &sink, 2000).await;
        let vanished = 2000 / 397 + 2000 / 401 + 4;
        assert!(
            i64::try_from(unknown).unwrap() <= begun_by_run.values().sum::<i64>() + vanished,
            "{unknown} unknown"
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_runs_at_once_send_nobody_two() {
    on_both(|mut world| async move {
        let sink = ready(&mut world, 1000, 2, Faults::default()).await;
        let mut both = [start(&world), start(&world)];
        for child in &mut both {
            assert_eq!(ended(child).await, Some(0));
        }
        while open_rows(&world).await > 0 {
            assert_eq!(ended(&mut start(&world)).await, Some(0));
        }
        let unknown = everybody_is_accounted_for(&world, &sink, 1000).await;
        assert_eq!(unknown, 0);
        assert_eq!(sink.mails().len(), 1000);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_finishes_what_is_in_flight_and_leaves_no_doubt() {
    on_both(|mut world| async move {
        let slow = Faults::default().with(
            Step::BeforeTaking,
            When::Always,
            Act::Delay(Duration::from_millis(20)),
        );
        let sink = ready(&mut world, 300, 2, slow).await;
        let mut child = start(&world);
        while sink.mailbox().taken() < 5 {
            assert_eq!(child.try_wait().unwrap(), None, "it ended by itself");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let id = child.id().to_string();
        let asked = std::process::Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap();
        assert!(asked.success());
        assert_eq!(ended(&mut child).await, Some(143));
        let doubt = "SELECT COUNT(*) AS value FROM delivery WHERE status IN ('sending', 'unknown')";
        assert_eq!(world.number(doubt, vec![]).await, 0);
        let sent = world
            .number(
                "SELECT COUNT(*) AS value FROM delivery WHERE status = 'sent'",
                vec![],
            )
            .await;
        assert_eq!(usize::try_from(sent).unwrap(), sink.mails().len());
        assert!(sent < 300, "it was not stopped in the middle");
    })
    .await;
}
