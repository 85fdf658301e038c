//! Never lost, never silently twice: whatever the server does, ledger and catcher agree.

use std::collections::BTreeMap;
use std::time::Duration;

use dateline::desk::distribution::control;
use dateline::desk::distribution::schedule::Start;
use dateline::desk::run::Report;
use dateline::mail::sink::Sink;
use dateline::mail::sink::faults::{Act, Advertise, Faults, Step, When};
use proptest::prelude::*;

use crate::newsdesk::{self, approved, catcher, contacts, scheduled};
use crate::world::{World, on_both};

const PEOPLE: usize = 12;
const STEPS_BEFORE_THE_BODY: [Step; 5] =
    [Step::Banner, Step::Ehlo, Step::Mail, Step::Rcpt, Step::Data];

/// Holds the ledger against what the catchers took: who is sent was taken exactly once, who is
/// unknown at most once, everybody else never; nobody is missing and nobody is there too many.
pub(crate) async fn agree(world: &World, sinks: &[&Sink], people: usize) {
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for sink in sinks {
        let mails = sink.mails();
        let transactions = sink.transactions();
        let logged = transactions.iter().filter(|one| one.taken).count();
        assert_eq!(mails.len(), logged, "the catcher disagrees with itself");
        for to in mails.iter().flat_map(|mail| &mail.to) {
            *taken.entry(to.clone()).or_default() += 1;
        }
    }
    let rows =
        "SELECT status || ' ' || address AS value FROM delivery WHERE status <> 'suppressed'";
    let rows = world.texts(rows, vec![]).await;
    assert_eq!(rows.len(), people, "somebody has no row, or two");
    for row in &rows {
        let (status, address) = row.split_once(' ').unwrap();
        let times = taken.remove(address).unwrap_or(0);
        let fits = match status {
            "sent" => times == 1,
            "unknown" => times <= 1,
            _ => times == 0,
        };
        assert!(fits, "{status} in the ledger, taken {times} times");
    }
    assert!(taken.is_empty(), "taken, and the ledger does not know it");
}

pub(crate) async fn with_status(world: &World, status: &str) -> i64 {
    let sql = "SELECT COUNT(*) AS value FROM delivery WHERE status = $1";
    world.number(sql, vec![status.into()]).await
}

async fn open_rows(world: &World) -> i64 {
    let sql =
        "SELECT COUNT(*) AS value FROM delivery WHERE status IN ('queued', 'deferred', 'sending')";
    world.number(sql, vec![]).await
}

pub(crate) fn later(world: &World, by: Duration) {
    let clock = &world.desk().clock;
    clock.set(clock.now().plus(by));
}

/// One run; a row that nobody brings back would let it wait for ever.
async fn one_run(world: &World) -> Report {
    tokio::time::timeout(Duration::from_mins(1), newsdesk::one_run(world))
        .await
        .unwrap()
}

async fn ready(world: &mut World, faults: Faults) -> Sink {
    let sink = catcher(world, faults).await;
    world.set(|config| {
        let limits = &mut config.smtp.timeouts;
        limits.command = Duration::from_secs(1);
        limits.data = Duration::from_secs(1);
        limits.after_dot = Duration::from_secs(1);
    });
    contacts(world, PEOPLE).await;
    approved(world, "plant", "").await;
    scheduled(world, "plant", Start::Now).await;
    sink
}

/// A bad server for some runs, then a good one: in between all agrees, and in the end everybody is
/// settled. Tells how many are unknown.
async fn battle(mut world: World, faults: Faults) -> i64 {
    let bad = ready(&mut world, faults).await;
    for _ in 0..3 {
        newsdesk::one_run(&world).await;
        agree(&world, &[&bad], PEOPLE).await;
        later(&world, Duration::from_mins(40));
    }
    let good = catcher(&mut world, Faults::default()).await;
    let blocked = "SELECT COUNT(*) AS value FROM distribution WHERE status = 'blocked'";
    if world.number(blocked, vec![]).await > 0 {
        control::resume(world.desk(), "plant", None, true)
            .await
            .unwrap();
    }
    for _ in 0..6 {
        newsdesk::one_run(&world).await;
        if open_rows(&world).await == 0 {
            break;
        }
        later(&world, Duration::from_mins(80));
    }
    assert_eq!(open_rows(&world).await, 0, "somebody still waits");
    agree(&world, &[&bad, &good], PEOPLE).await;
    with_status(&world, "unknown").await
}

fn reply(text: &str) -> Act {
    Act::Reply(text.as_bytes().to_vec())
}

async fn before_the_body(advertise: Advertise, act: Act) {
    on_both(|world| {
        let act = act.clone();
        async move {
            let polite = Faults {
                advertise,
                ..Faults::default()
            };
            let faults = STEPS_BEFORE_THE_BODY
                .into_iter()
                .fold(polite, |faults, step| {
                    faults.with(step, When::Every(7), act.clone())
                });
            let unknown = battle(world, faults).await;
            assert_eq!(unknown, 0, "no body was begun, so nobody may be in doubt");
        }
    })
    .await;
}

#[tokio::test]
async fn a_connection_dropped_before_the_body_leaves_nobody_in_doubt() {
    before_the_body(Advertise::default(), Act::Drop).await;
}

#[tokio::test]
async fn a_connection_that_vanishes_before_the_body_leaves_nobody_in_doubt() {
    // Behind PIPELINING the answer to the body before may vanish with it, so here there is none.
    before_the_body(Advertise::NOTHING, Act::Vanish).await;
}

#[tokio::test]
async fn an_answer_that_vanishes_behind_pipelining_leaves_one_in_doubt() {
    on_both(async |world| {
        let faults = Faults::default().with(Step::Mail, When::Every(5), Act::Vanish);
        let unknown = battle(world, faults).await;
        assert!(unknown <= 4, "{unknown} unknown of {PEOPLE}");
    })
    .await;
}

#[tokio::test]
async fn a_server_that_falls_silent_before_the_body_leaves_nobody_in_doubt() {
    before_the_body(Advertise::default(), Act::Mute).await;
}

#[tokio::test]
async fn a_goodbye_before_the_body_leaves_nobody_in_doubt() {
    before_the_body(
        Advertise::default(),
        Act::ReplyAndDrop(b"421 4.3.2 shutting down\r\n".to_vec()),
    )
    .await;
}

#[tokio::test]
async fn a_server_that_is_never_there_costs_time_and_nobody() {
    on_both(async |world| {
        let faults =
            Faults::default().with(Step::Banner, When::Always, reply("421 4.3.2 later\r\n"));
        assert_eq!(battle(world, faults).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_connection_lost_in_the_body_leaves_at_most_doubt() {
    for act in [Act::Drop, Act::Vanish, Act::Mute] {
        on_both(|world| {
            let faults = Faults::default()
                .with(Step::AfterGo, When::Every(5), act.clone())
                .with(Step::Body, When::Every(4), act.clone());
            async move {
                let unknown = battle(world, faults).await;
                assert!(unknown <= 6, "{unknown} unknown of {PEOPLE}");
            }
        })
        .await;
    }
}

#[tokio::test]
async fn no_answer_to_the_dot_is_unknown_and_is_never_sent_again() {
    for (step, act) in [
        (Step::BeforeTaking, Act::Drop),
        (Step::BeforeTaking, Act::Mute),
        (Step::AfterTaking, Act::Vanish),
        (Step::AfterTaking, Act::Mute),
    ] {
        on_both(|world| {
            let faults = Faults::default().with(step, When::Every(4), act.clone());
            async move {
                // Twelve bodies with every fourth lost, and none of them begun a second time.
                assert_eq!(battle(world, faults).await, 3, "{step:?}");
            }
        })
        .await;
    }
}

#[tokio::test]
async fn refusals_at_every_step_are_retried_or_final_and_never_doubt() {
    for text in ["450 4.7.1 greylisted\r\n", "452 4.2.2 full\r\n"] {
        on_both(|world| {
            let faults = Faults::default()
                .with(Step::Rcpt, When::FirstPerAddress, reply(text))
                .with(Step::Data, When::Every(5), reply(text))
                .with(Step::BeforeTaking, When::Every(3), reply(text));
            async move { assert_eq!(battle(world, faults).await, 0) }
        })
        .await;
    }
}

#[tokio::test]
async fn a_goodbye_at_the_dot_keeps_the_row() {
    on_both(async |world| {
        let goodbye = Act::ReplyAndDrop(b"421 4.3.2 shutting down\r\n".to_vec());
        let faults = Faults::default().with(Step::BeforeTaking, When::Every(3), goodbye);
        battle(world, faults).await;
    })
    .await;
}

#[tokio::test]
async fn one_refused_for_good_stands_alone() {
    on_both(|mut world| async move {
        let who = When::Address("C3@desk3.example".to_owned());
        let faults = Faults::default().with(Step::Rcpt, who, reply("550 5.1.1 nobody\r\n"));
        let sink = ready(&mut world, faults).await;
        let report = one_run(&world).await;
        assert_eq!((report.counts.sent, report.counts.failed), (11, 1));
        agree(&world, &[&sink], PEOPLE).await;
        later(&world, Duration::from_hours(1));
        assert_eq!(one_run(&world).await.counts.claimed, 0, "it is not tried again");
        let row = "SELECT code || ' ' || enhanced || ' ' || text AS value FROM delivery WHERE status = 'failed'";
        assert_eq!(world.texts(row, vec![]).await, ["550 5.1.1 nobody"]);
    })
    .await;
}

#[tokio::test]
async fn odd_servers_are_understood() {
    let plain = Faults {
        advertise: Advertise::NOTHING,
        ..Faults::default()
    };
    let latin = Act::Reply(b"250 2.0.0 accept\xe9 et gard\xe9\r\n".to_vec());
    let bare = reply("250 2.0.0 taken\n");
    let many = reply("250-2.0.0 taken\r\n250-2.0.0 and\r\n250 2.0.0 kept\r\n");
    let all = [
        plain.clone(),
        plain
            .with(
                Step::Rcpt,
                When::FirstPerAddress,
                reply("450 4.7.1 wait\r\n"),
            )
            .with(Step::Mail, When::Every(9), Act::Drop),
        Faults::default().with(Step::AfterTaking, When::Always, latin),
        Faults::default().with(Step::AfterTaking, When::Always, bare),
        Faults::default().with(Step::AfterTaking, When::Always, many),
        Faults::default()
            .with(Step::Ehlo, When::Always, Act::Drip)
            .with(Step::Rcpt, When::Always, Act::Drip)
            .with(Step::AfterTaking, When::Always, Act::Drip),
        Faults {
            go_without_recipient: true,
            ..Faults::default()
        }
        .with(
            Step::Rcpt,
            When::FirstPerAddress,
            reply("450 4.7.1 wait\r\n"),
        ),
    ];
    for faults in all {
        on_both(|world| {
            let faults = faults.clone();
            async move { assert_eq!(battle(world, faults).await, 0) }
        })
        .await;
    }
}

#[tokio::test]
async fn retries_end_some_day_with_a_reason() {
    on_both(|mut world| async move {
        let faults = Faults::default().with(Step::Rcpt, When::Always, reply("450 4.2.1 full\r\n"));
        let sink = ready(&mut world, faults).await;
        for _ in 0..30 {
            newsdesk::one_run(&world).await;
            later(&world, Duration::from_mins(59));
        }
        agree(&world, &[&sink], PEOPLE).await;
        let given_up = "SELECT COUNT(*) AS value FROM delivery WHERE status = 'failed' AND reason = 'gave-up'";
        assert_eq!(world.number(given_up, vec![]).await, 12);
        let history = "SELECT COUNT(DISTINCT delivery_id) AS value FROM attempt WHERE stage = 'rcpt' AND code = 450";
        assert_eq!(world.number(history, vec![]).await, 12);
    })
    .await;
}

fn any_rule() -> impl Strategy<Value = (usize, u64, usize)> {
    (0_usize..9, 2_u64..9, 0_usize..7)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 12, ..ProptestConfig::default() })]

    /// On SQLite only, so that it stays quick; the cases by name above run on both.
    #[test]
    fn any_mixture_of_faults_loses_nobody(rules in proptest::collection::vec(any_rule(), 1..5)) {
        let steps = [
            Step::Banner, Step::Ehlo, Step::Mail, Step::Rcpt, Step::Data, Step::AfterGo,
            Step::Body, Step::BeforeTaking, Step::AfterTaking,
        ];
        let acts = [
            Act::Drop, Act::Vanish, Act::Drip, Act::Delay(Duration::from_millis(5)),
            Act::ReplyAndDrop(b"421 4.3.2 bye\r\n".to_vec()),
            reply("451 4.3.0 not now\r\n"), reply("550 5.1.1 nobody\r\n"),
        ];
        let mut faults = Faults::default();
        for (step, every, act) in rules {
            // A refusal of what was taken, or is taken after it, would be a lie that no sender can see
            // through: the catcher goes on after a word in the middle of the body.
            let lies = (steps[step] == Step::AfterTaking && act >= 4)
                || (steps[step] == Step::Body && act >= 5);
            let act = if lies { Act::Vanish } else { acts[act].clone() };
            faults = faults.with(steps[step], When::Every(every), act);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            battle(World::on_sqlite().await, faults).await;
        });
    }
}

/// `[run] unknown = "resend-once"`: one more try with the same Message-ID, and never a third.
#[tokio::test]
async fn doubt_is_resent_once_where_that_is_wanted() {
    on_both(|mut world| async move {
        let vanish = Faults::default().with(Step::AfterTaking, When::Always, Act::Vanish);
        let sink = catcher(&mut world, vanish).await;
        world.set(|config| config.run.unknown = dateline::config::keys::run::Unknown::ResendOnce);
        contacts(&world, 1).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        newsdesk::one_run(&world).await;
        assert_eq!(
            world
                .number(
                    "SELECT COUNT(*) AS value FROM delivery WHERE status = 'deferred'",
                    vec![]
                )
                .await,
            1
        );
        for _ in 0..3 {
            let later_on = world.desk().now().plus(Duration::from_mins(6));
            world.desk().clock.set(later_on);
            newsdesk::one_run(&world).await;
        }
        assert_eq!(
            world
                .number(
                    "SELECT COUNT(*) AS value FROM delivery WHERE status = 'unknown'",
                    vec![]
                )
                .await,
            1
        );
        let mails = sink.mails();
        assert_eq!(mails.len(), 2);
        assert_eq!(
            mails[0].bytes, mails[1].bytes,
            "a retry is the same to the byte"
        );
    })
    .await;
}
