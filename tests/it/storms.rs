//! Whatever a server does, whenever the run dies and however the machine's clock is set meanwhile: nobody
//! is early, nobody is lost, nobody gets it twice.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use dateline::desk::distribution::control;
use dateline::desk::distribution::schedule::Start;
use dateline::desk::run::run;
use dateline::domain::instant::Instant;
use dateline::mail::sink::faults::{Act, Faults, Step, When};
use dateline::mail::sink::{Settings, Sink};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::never_lost::{agree, with_status};
use crate::newsdesk::{approved, contacts, options, scheduled};
use crate::world::{World, on_both};

const PEOPLE: usize = 12;
/// As the world's clock begins at nine.
const LIFT: &str = "2026-11-02T09:30:00Z";
/// How many storms on each database; the soak asks for many.
const CASES: &str = "DATELINE_TEST_STORM_CASES";
const USUAL_CASES: u32 = 24;

#[derive(Clone, Debug)]
enum Happens {
    /// A run, as cron calls it.
    Run,
    /// A run in whose middle the clock is set ahead or back by so many seconds; afterwards right again.
    Step { after: u32, by: i64 },
    /// A run that dies once so many more mails were taken.
    Crash(u64),
    /// Minutes, with nobody at work.
    Pass(u64),
    /// Until so many seconds before the lift, where that is still to come.
    Near(u64),
    /// A person lets what is blocked go on.
    Resume,
}

fn happens() -> impl Strategy<Value = Happens> {
    let by = prop_oneof![
        2 => 2_i64..3600,
        1 => 3600_i64..86_400,
        2 => -3600_i64..-2,
    ];
    prop_oneof![
        4 => Just(Happens::Run),
        3 => (0_u32..400, by).prop_map(|(after, by)| Happens::Step { after, by }),
        3 => (1_u64..8).prop_map(Happens::Crash),
        2 => (1_u64..20).prop_map(Happens::Pass),
        2 => (0_u64..69).prop_map(Happens::Near),
        2 => Just(Happens::Resume),
    ]
}

#[derive(Clone, Debug)]
struct Storm {
    rules: Vec<(usize, u64, usize)>,
    happens: Vec<Happens>,
}

fn storm() -> impl Strategy<Value = Storm> {
    let rules = proptest::collection::vec((0_usize..9, 3_u64..12, 0_usize..7), 0..4);
    (rules, proptest::collection::vec(happens(), 3..10)).prop_map(|(rules, free)| {
        // Near the lift, or most of it would happen while nothing is due.
        let before = [Happens::Near(40)];
        Storm {
            rules,
            happens: before.into_iter().chain(free).collect(),
        }
    })
}

fn faults(rules: &[(usize, u64, usize)]) -> Faults {
    let steps = [
        Step::Banner,
        Step::Ehlo,
        Step::Mail,
        Step::Rcpt,
        Step::Data,
        Step::AfterGo,
        Step::Body,
        Step::BeforeTaking,
        Step::AfterTaking,
    ];
    let reply = |text: &str| Act::Reply(text.as_bytes().to_vec());
    let acts = [
        Act::Drop,
        Act::Vanish,
        Act::Drip,
        Act::Delay(Duration::from_millis(3)),
        Act::ReplyAndDrop(b"421 4.3.2 bye\r\n".to_vec()),
        reply("451 4.3.0 not now\r\n"),
        reply("550 5.1.1 nobody\r\n"),
    ];
    let mut faults = Faults::default();
    for (step, every, act) in rules {
        // A refusal of what was taken, or is taken after it, is a lie that no sender can see through.
        let lies = (steps[*step] == Step::AfterTaking && *act >= 4)
            || (matches!(steps[*step], Step::Body | Step::AfterGo) && *act >= 5);
        let act = if lies {
            Act::Vanish
        } else {
            acts[*act].clone()
        };
        faults = faults.with(steps[*step], When::Every(*every), act);
    }
    faults
}

/// What was tried, so that the test can tell whether it tried anything.
#[derive(Debug, Default)]
struct Tally(BTreeMap<&'static str, u32>);

impl Tally {
    fn note(&mut self, what: &'static str, count: u32) {
        *self.0.entry(what).or_default() += count;
    }
}

struct Sea {
    world: World,
    sinks: Vec<Sink>,
    lift: Instant,
    /// Mails looked at, by catcher.
    seen: Vec<usize>,
    crashes: i64,
    tally: Tally,
}

impl Sea {
    async fn open(mut world: World, storm: &Storm) -> Self {
        let bad = catcher(&mut world, faults(&storm.rules)).await;
        world.set(|config| {
            let limits = &mut config.smtp.timeouts;
            limits.command = Duration::from_secs(1);
            limits.data = Duration::from_secs(1);
            limits.after_dot = Duration::from_secs(1);
        });
        contacts(&world, PEOPLE).await;
        approved(&world, "plant", &format!("embargo = \"{LIFT}\"")).await;
        scheduled(&world, "plant", Start::AtLift).await;
        Self {
            world,
            sinks: vec![bad],
            lift: Instant::from_timestamp_down(LIFT.parse().unwrap()),
            seen: vec![0],
            crashes: 0,
            tally: Tally::default(),
        }
    }

    fn taken(&self) -> u64 {
        self.sinks.iter().map(|sink| sink.mailbox().taken()).sum()
    }

    /// Judges the mails since the last look; `ahead` is by how much the clock was wrong meanwhile, in
    /// milliseconds.
    fn look(&mut self, ahead: i64) {
        for (sink, seen) in self.sinks.iter().zip(&mut self.seen) {
            let mails = sink.mails();
            for mail in &mails[*seen..] {
                let at = mail.received_at.millis() - ahead;
                assert!(
                    at >= self.lift.millis(),
                    "early by {} ms",
                    self.lift.millis() - at
                );
            }
            *seen = mails.len();
        }
    }

    async fn take(&mut self, happens: &Happens) {
        let clock = self.world.desk().clock.clone();
        match happens {
            Happens::Run => {
                run(self.world.desk(), &options()).await.unwrap();
                self.tally.note("run", 1);
            }
            Happens::Step { after, by } => self.step(*after, *by * 1000).await,
            Happens::Crash(mails) => self.crash(*mails).await,
            Happens::Pass(minutes) => {
                clock.set(clock.now().plus(Duration::from_secs(minutes * 60)));
            }
            Happens::Near(seconds) => {
                let near = self.lift.minus(Duration::from_secs(*seconds));
                if clock.now() < near {
                    clock.set(near);
                }
            }
            Happens::Resume => self.resume().await,
        }
        self.look(0);
        let sinks: Vec<&Sink> = self.sinks.iter().collect();
        // What a dead run had begun stands as such until the next one.
        if with_status(&self.world, "sending").await == 0 {
            agree(&self.world, &sinks, PEOPLE).await;
        }
    }

    async fn step(&mut self, after: u32, by: i64) {
        let desk = self.world.desk().clone();
        let clock = desk.clock.clone();
        let shifted = |clock: &dateline::clock::Clock, by: i64| {
            clock.step_to(Instant::from_millis(clock.now().millis() + by));
        };
        let (is_over, is_set) = (Cell::new(false), Cell::new(false));
        let before = self.taken();
        let sinks = &self.sinks;
        let options = options();
        let work = async {
            run(&desk, &options).await.unwrap();
            is_over.set(true);
        };
        let hand = async {
            // Only a run that is at work can see the clock being set.
            let (_, asleep) = clock.both();
            while !is_over.get() && clock.both().1 == asleep && self.taken() == before {
                tokio::task::yield_now().await;
            }
            for _ in 0..after {
                tokio::task::yield_now().await;
            }
            if !is_over.get() {
                shifted(&clock, by);
                is_set.set(true);
            }
            sinks
                .iter()
                .map(|sink| sink.mails().len())
                .collect::<Vec<_>>()
        };
        let ((), at_step) = tokio::join!(Box::pin(work), hand);
        if !is_set.get() {
            return;
        }
        // Up to the step the clock was right.
        for (sink, (seen, at_step)) in self.sinks.iter().zip(self.seen.iter_mut().zip(at_step)) {
            for mail in &sink.mails()[*seen..at_step] {
                assert!(mail.received_at >= self.lift, "early before the step");
            }
            *seen = at_step;
        }
        self.look(by);
        shifted(&clock, -by);
        self.tally.note("step", 1);
        if self.taken() > before {
            self.tally.note("step while mail went", 1);
        }
        let blocked = "SELECT COUNT(*) AS value FROM distribution WHERE status = 'blocked' AND reason = 'clock'";
        let blocked = self.world.number(blocked, vec![]).await;
        self.tally
            .note("blocked by the clock", u32::from(blocked > 0));
    }

    async fn crash(&mut self, mails: u64) {
        let until = self.taken() + mails;
        let options = options();
        let desk = self.world.desk().clone();
        let died = tokio::select! {
            done = run(&desk, &options) => { done.unwrap(); false }
            () = async {
                while self.taken() < until {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            } => true,
        };
        self.crashes += i64::from(died);
        self.tally.note("crash", u32::from(died));
        // What was on its way when it died may arrive a moment later.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }

    async fn resume(&mut self) {
        let blocked = "SELECT COUNT(*) AS value FROM distribution WHERE status = 'blocked'";
        if self.world.number(blocked, vec![]).await > 0 {
            control::resume(self.world.desk(), "plant", None, true)
                .await
                .unwrap();
            self.tally.note("resume", 1);
        }
    }

    /// The weather clears: a good server, a right clock, somebody who looks after what is blocked.
    async fn clear_up(&mut self) {
        let good = catcher(&mut self.world, Faults::default()).await;
        self.sinks.push(good);
        self.seen.push(0);
        let open = "SELECT COUNT(*) AS value FROM delivery WHERE status IN ('queued', 'deferred', 'sending')";
        // Two days: what was put off by a clock that was a day ahead waits for that day.
        for _ in 0..36 {
            if self.world.number(open, vec![]).await == 0 {
                break;
            }
            self.take(&Happens::Pass(80)).await;
            self.resume().await;
            self.take(&Happens::Run).await;
        }
        assert_eq!(self.world.number(open, vec![]).await, 0, "somebody waits");
        let sinks: Vec<&Sink> = self.sinks.iter().collect();
        agree(&self.world, &sinks, PEOPLE).await;
        let sent = u32::try_from(with_status(&self.world, "sent").await).unwrap();
        self.tally.note("sent", sent);
    }
}

async fn catcher(world: &mut World, faults: Faults) -> Sink {
    let settings = Settings {
        faults,
        clock: Some(world.desk().clock.clone()),
        ..Settings::default()
    };
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let sink = Sink::start_with(here, settings).await.unwrap();
    let port = sink.address().port();
    world.set(|config| config.smtp.port = Some(port));
    sink
}

#[expect(
    clippy::disallowed_methods,
    reason = "the soak has no other way to ask for more"
)]
fn runner() -> TestRunner {
    let asked = std::env::var(CASES).ok().and_then(|it| it.parse().ok());
    let config = Config {
        cases: asked.unwrap_or(USUAL_CASES),
        failure_persistence: None,
        max_shrink_iters: 40,
        ..Config::default()
    };
    if asked.is_some() {
        return TestRunner::new(config);
    }
    // The same storms every day, so that a change is judged by what it changed.
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

#[test]
fn no_storm_makes_a_mail_early_lost_or_double() {
    let all = std::sync::Mutex::new(BTreeMap::<&'static str, u32>::new());
    let outcome = runner().run(&storm(), |storm| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let all = &all;
        runtime.block_on(on_both(|world| {
            let storm = storm.clone();
            async move {
                let mut sea = Sea::open(world, &storm).await;
                for one in &storm.happens {
                    sea.take(one).await;
                }
                sea.clear_up().await;
                let mut all = all.lock().unwrap();
                for (what, count) in sea.tally.0 {
                    *all.entry(what).or_default() += count;
                }
            }
        }));
        Ok(())
    });
    if let Err(why) = outcome {
        panic!("{why}");
    }
    // It would be easy to hold all of this by never sending anything.
    let all = all.into_inner().unwrap();
    for what in [
        "run",
        "sent",
        "crash",
        "step",
        "step while mail went",
        "blocked by the clock",
        "resume",
    ] {
        assert!(
            all.get(what).is_some_and(|count| *count > 0),
            "{what}: {all:?}"
        );
    }
}

/// A clock set ahead while a run waits for the lift makes nothing due, and one set back at work stops it.
#[tokio::test]
async fn a_step_blocks_with_its_reason_and_sends_nothing() {
    for by in [3600, 120, -120, 86_400] {
        on_both(|world| async move {
            let calm = Storm {
                rules: Vec::new(),
                happens: Vec::new(),
            };
            let mut sea = Sea::open(world, &calm).await;
            sea.take(&Happens::Near(60)).await;
            sea.take(&Happens::Step { after: 40, by }).await;
            assert_eq!(sea.taken(), 0, "by {by} s");
            let reason = "SELECT status || ' ' || reason AS value FROM distribution";
            assert_eq!(sea.tally.0.get("step"), Some(&1), "the run was over before");
            let stands = sea
                .world
                .texts("SELECT status AS value FROM distribution", vec![])
                .await;
            if stands == ["blocked"] {
                assert_eq!(sea.world.texts(reason, vec![]).await, ["blocked clock"]);
                sea.resume().await;
            } else {
                // Set back, it is not due by either clock: there was nothing to block.
                assert!(by < 0, "{stands:?}");
            }
            sea.take(&Happens::Near(30)).await;
            sea.take(&Happens::Run).await;
            assert_eq!(sea.taken(), 12);
        })
        .await;
    }
}
