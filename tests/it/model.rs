//! The embargo desk against a small model of it: whatever is done in whatever order, no copy is
//! early, notices reach exactly the holders, nobody gets a mail twice, and nothing goes after a kill.

mod office;

use std::collections::{BTreeMap, BTreeSet};

use dateline::domain::instant::Instant;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use crate::model::office::Office;
use crate::world::on_both;

/// How many sequences are tried on each database; the soak asks for many.
const CASES: &str = "DATELINE_TEST_MODEL_CASES";
const USUAL_CASES: u32 = 24;
/// Two journalists of one outlet, one of another, and an analyst.
const PEOPLE: [(&str, &str, &str); 4] = [
    ("ana@daily.example", "Daily", "media"),
    ("bo@daily.example", "Daily", "media"),
    ("cy@post.example", "Post", "media"),
    ("dee@bank.example", "Bank", "analyst"),
];

/// What people do, in any order.
#[derive(Clone, Debug)]
enum Step {
    Agree(usize),
    Withdraw(usize),
    Advance,
    General,
    Approve,
    /// Hours from now.
    Move(u64),
    Lift,
    Breach(usize),
    OptOut(usize),
    Correct,
    Kill,
    Run,
    /// The run dies once so many more mails were taken.
    Crash(u64),
    Wait(u64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let who = 0..PEOPLE.len();
    let step = prop_oneof![
        4 => who.clone().prop_map(Step::Agree),
        1 => who.clone().prop_map(Step::Withdraw),
        3 => Just(Step::Advance),
        2 => Just(Step::General),
        2 => Just(Step::Approve),
        2 => (1_u64..60).prop_map(Step::Move),
        1 => Just(Step::Lift),
        1 => who.clone().prop_map(Step::Breach),
        1 => who.prop_map(Step::OptOut),
        1 => Just(Step::Correct),
        1 => Just(Step::Kill),
        5 => Just(Step::Run),
        2 => (1_u64..4).prop_map(Step::Crash),
        2 => Just(Step::Wait(1)),
        1 => (2_u64..30).prop_map(Step::Wait),
    ];
    let free = proptest::collection::vec(step, 4..24);
    // Half of them begin with copies that are out, else few would come to what follows from that.
    (free, any::<bool>()).prop_map(|(steps, with_copies)| {
        let before = [Step::Agree(0), Step::Agree(2), Step::Advance, Step::Run];
        let before = before.into_iter().filter(|_| with_copies);
        before.chain(steps).collect()
    })
}

/// A mail as the ledger knows it, by the number in its Message-ID.
#[derive(Clone, Debug)]
struct Mail {
    delivery: i64,
    to: usize,
    purpose: String,
    version: i64,
    round: i64,
    at: Instant,
}

/// What should hold, kept beside the program.
#[derive(Default)]
struct Model {
    /// None: lifted, from this instant on.
    lift: Option<Instant>,
    lifted_at: Option<Instant>,
    /// By person: the lift that was agreed to.
    agreed: BTreeMap<usize, (i64, Instant)>,
    sanctions: BTreeMap<&'static str, Instant>,
    opted_out: BTreeMap<usize, Instant>,
    killed: Option<Instant>,
    corrections: u32,
    /// Who has the text, as the catcher took it.
    holders: BTreeSet<usize>,
    /// Who is to be told, by purpose and round.
    told: BTreeMap<(String, i64), BTreeSet<usize>>,
    /// Mails looked at.
    seen: usize,
    crashes: i64,
    /// Mails by purpose, so that the test can tell whether it tried anything.
    mails: BTreeMap<String, u32>,
}

impl Model {
    /// Whether the text may be with somebody at `at`.
    fn permits(&self, who: usize, at: Instant) -> bool {
        let lifted = self.lifted_at.is_some_and(|lifted| at >= lifted);
        let over = self.lift.is_some_and(|lift| at >= lift);
        if lifted || over || self.holders.contains(&who) {
            return true;
        }
        let (_, outlet, kind) = PEOPLE[who];
        let sanctioned = self.sanctions.get(outlet).is_some_and(|until| at < *until);
        let agreed = self
            .agreed
            .get(&who)
            .is_some_and(|(_, to)| Some(*to) >= self.lift);
        kind == "media" && agreed && !sanctioned
    }
}

/// How many sequences: few in everyday work, as many as the soak asks for.
#[expect(
    clippy::disallowed_methods,
    reason = "the soak has no other way to ask for more"
)]
fn asked() -> Option<u32> {
    std::env::var(CASES).ok()?.parse().ok()
}

/// The same sequences every day, so that a change is judged by what it changed; the soak draws
/// others each time.
fn runner() -> TestRunner {
    let config = |cases| Config {
        cases,
        failure_persistence: None,
        // A sequence of two dozen steps is read as it is.
        max_shrink_iters: 60,
        ..Config::default()
    };
    if let Some(cases) = asked() {
        return TestRunner::new(config(cases));
    }
    let same = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config(USUAL_CASES), same)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_is_done_in_whatever_order_the_promises_hold() {
    let mut runner = runner();
    let all = std::sync::Mutex::new(BTreeMap::<String, u32>::new());
    let handle = tokio::runtime::Handle::current();
    let outcome = tokio::task::block_in_place(|| {
        runner.run(&steps(), |steps| {
            let all = &all;
            handle.block_on(on_both(|world| {
                let steps = steps.clone();
                async move {
                    let mut office = Office::open(world).await;
                    for step in &steps {
                        office.take(step).await;
                    }
                    office.nobody_twice().await;
                    let mut all = all.lock().unwrap();
                    for (purpose, count) in office.mails() {
                        *all.entry(purpose).or_default() += count;
                    }
                }
            }));
            Ok(())
        })
    });
    if let Err(why) = outcome {
        panic!("{why}");
    }
    let all = all.into_inner().unwrap();
    // In a few dozen sequences the rarer ones may not come up.
    let rare: &[&str] = if asked().unwrap_or(USUAL_CASES) < 200 {
        &[]
    } else {
        &["general", "correction", "kill"]
    };
    for purpose in ["advance", "embargo-notice"].iter().chain(rare) {
        assert!(
            all.contains_key(*purpose),
            "no {purpose} was ever sent: {all:?}"
        );
    }
}
