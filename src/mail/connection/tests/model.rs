//! The state machine against a model of it: what becomes of each message, and how many connections it
//! takes, is foretold from the faults alone, and has to come true to the letter.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};

use crate::mail::connection::tests::*;

/// What the model foretells of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Sent,
    Refused(u8),
    /// Nobody knows; the model does: whether the server had it.
    Unknown {
        taken: bool,
    },
}

/// What a fault does: to the message, and to the connection.
#[derive(Clone, Copy, Debug)]
struct Foretold {
    fate: Fate,
    breaks: bool,
    /// Begun again on the next connection, where the fault does not come again.
    again: bool,
}

const KEPT: bool = false;
const BROKEN: bool = true;

fn stage(step: Step) -> u8 {
    match step {
        Step::Mail => 0,
        Step::Rcpt => 1,
        Step::Data => 2,
        _ => 3,
    }
}

const ENVELOPE: [Step; 3] = [Step::Mail, Step::Rcpt, Step::Data];

/// Every fault with its meaning, by RFC 5321 and CONNECTION's rules alone; nothing here asks the code.
fn table() -> Vec<(Step, Act, Foretold)> {
    let mut all = Vec::new();
    let reply = |bytes: &[u8]| Act::Reply(bytes.to_vec());
    let goodbye = || Act::ReplyAndDrop(b"421 4.3.2 going down\r\n".to_vec());
    let mut add = |step, act, fate, breaks, again| {
        let foretold = Foretold {
            fate,
            breaks,
            again,
        };
        all.push((step, act, foretold));
    };
    for step in ENVELOPE {
        // A definite no is the message's, and costs nothing but that.
        for no in [
            &b"450 4.2.1 later\r\n"[..],
            b"550-5.1.1 no\r\n550 5.1.1 never\r\n",
            b"451\r\n",
            b"554 ref\xfcs\xe9\n",
        ] {
            add(step, reply(no), Fate::Refused(stage(step)), KEPT, false);
        }
        // Before the body nobody is in doubt: the row is as it was, on another connection. (One reply
        // too many is not among these: behind PIPELINING it throws doubt on the mail before.)
        for act in [
            goodbye(),
            Act::Drop,
            reply(b"299 odd\r\n"),
            reply(b"nonsense\r\n"),
        ] {
            add(step, act, Fate::Sent, BROKEN, true);
        }
        for act in [Act::Drip, Act::Delay(Duration::from_millis(2))] {
            add(step, act, Fate::Sent, KEPT, false);
        }
    }
    let lost = Fate::Unknown { taken: false };
    add(Step::Body, Act::Drop, lost, BROKEN, false);
    let before = Step::BeforeTaking;
    for no in [&b"452 4.3.1 full\r\n"[..], b"554 5.7.1 no\r\n"] {
        add(before, reply(no), Fate::Refused(3), KEPT, false);
    }
    add(before, goodbye(), Fate::Refused(3), BROKEN, false);
    for act in [
        Act::Drop,
        Act::Vanish,
        reply(b"354 odd\r\n"),
        reply(b"nonsense\r\n"),
    ] {
        add(before, act, lost, BROKEN, false);
    }
    let after = Step::AfterTaking;
    for odd_but_yes in [
        &b"250 accept\xe9\r\n"[..],
        b"250\r\n",
        b"250 ok\n",
        b"250-2.0.0 a\r\n250 2.0.0 b\r\n",
    ] {
        add(after, reply(odd_but_yes), Fate::Sent, KEPT, false);
    }
    let had = Fate::Unknown { taken: true };
    for act in [
        Act::Drop,
        Act::Vanish,
        Act::Extra(b"250 extra\r\n".to_vec()),
        reply(b"354 odd\r\n"),
        reply(b"251 odd\r\n"),
        reply(b"200 odd\r\n"),
        reply(b"250 ok\n550 r\r\n"),
        reply(b"250-ok\r\n550 r\r\n"),
    ] {
        add(after, act, had, BROKEN, false);
    }
    all
}

/// Messages of one sequence; those with an odd number have no fault, so that what a server does to the
/// envelope of one never uses up the fault of the next.
const MESSAGES: usize = 16;

#[derive(Clone, Debug)]
struct Sequence {
    /// By place in the table; None: no fault.
    faults: Vec<Option<usize>>,
    pipelining: bool,
    go_without_recipient: bool,
    /// Messages for each connection; 0: no limit.
    limit: u32,
}

fn sequence() -> impl Strategy<Value = Sequence> {
    let fault = proptest::option::weighted(0.7, 0..table().len());
    (
        proptest::collection::vec(fault, MESSAGES / 2),
        any::<bool>(),
        any::<bool>(),
        prop_oneof![Just(0_u32), 1_u32..6],
    )
        .prop_map(|(some, pipelining, go_without_recipient, limit)| Sequence {
            faults: some.into_iter().flat_map(|fault| [fault, None]).collect(),
            pipelining,
            go_without_recipient,
            limit,
        })
}

fn envelope(number: usize) -> Envelope {
    Envelope {
        from: format!("s{number}@example.com"),
        ..to(&recipient(number))
    }
}

fn recipient(number: usize) -> String {
    format!("r{number}@x.example")
}

/// What must come of it: a fate for each, and how many connections.
fn foretell(sequence: &Sequence) -> (Vec<Fate>, usize) {
    let table = table();
    let (mut fates, mut connections, mut used) = (Vec::new(), 1, 0);
    for (number, fault) in sequence.faults.iter().enumerate() {
        let foretold = fault.map(|place| table[place].2);
        fates.push(foretold.map_or(Fate::Sent, |foretold| foretold.fate));
        let mut open = true;
        used += 1;
        if let Some(foretold) = foretold.filter(|foretold| foretold.breaks) {
            open = false;
            if foretold.again {
                connections += 1;
                (open, used) = (true, 1);
            }
        }
        if sequence.limit > 0 && used >= sequence.limit {
            open = false;
        }
        if !open {
            used = 0;
            connections += usize::from(number + 1 < MESSAGES);
        }
    }
    (fates, connections)
}

/// Sends all of them as a worker does.
async fn send_all(sink: &Sink, limit: u32) -> (Vec<Fate>, usize) {
    let (mut fates, mut connections) = (Vec::new(), 0);
    while fates.len() < MESSAGES {
        connections += 1;
        assert!(connections < 100, "it does not end");
        let mut route = route(sink);
        route.messages_per_connection = limit;
        let mut connection = open(route).await.unwrap();
        while connection.is_usable() && fates.len() < MESSAGES {
            let number = fates.len();
            let fate = match connection.begin(&envelope(number)).await {
                Begin::Dead(_) => break,
                Begin::Refused { stage, .. } => Fate::Refused(stage as u8),
                Begin::Ready => {
                    let next = (number + 1 < MESSAGES).then(|| envelope(number + 1));
                    let body = message(&recipient(number));
                    match connection.finish(&body, next.as_ref()).await {
                        Outcome::Dead(problem) => panic!("dead behind 354: {problem}"),
                        Outcome::Sent(_) => Fate::Sent,
                        Outcome::Refused { stage, .. } => Fate::Refused(stage as u8),
                        Outcome::Unknown { .. } => Fate::Unknown { taken: false },
                    }
                }
            };
            fates.push(fate);
        }
        connection.quit().await;
    }
    (fates, connections)
}

async fn holds(sequence: &Sequence) -> Result<(), TestCaseError> {
    let table = table();
    let mut faults = Faults {
        go_without_recipient: sequence.go_without_recipient,
        ..Faults::default()
    };
    faults.advertise.pipelining = sequence.pipelining;
    for (number, fault) in sequence.faults.iter().enumerate() {
        if let Some((step, act, _)) = fault.map(|place| table[place].clone()) {
            let whom = match step {
                Step::Mail => envelope(number).from,
                _ => recipient(number),
            };
            faults = faults.with(step, When::FirstFor(whom), act);
        }
    }
    let sink = sink(faults).await;
    let (fates, connections) = send_all(&sink, sequence.limit).await;
    let (mut foretold, expected) = foretell(sequence);
    let mut taken: BTreeMap<String, usize> = BTreeMap::new();
    for mail in sink.mails() {
        *taken.entry(mail.to[0].clone()).or_default() += 1;
        prop_assert_eq!(mail.bytes.as_ref(), message(&mail.to[0]));
    }
    for (number, fate) in foretold.iter_mut().enumerate() {
        let times = taken.get(&recipient(number)).copied().unwrap_or(0);
        let right = match *fate {
            Fate::Sent => 1,
            Fate::Refused(_) => 0,
            Fate::Unknown { taken } => usize::from(taken),
        };
        prop_assert_eq!(times, right, "message {}: {:?}", number, fate);
        if let Fate::Unknown { taken } = fate {
            *taken = false;
        }
    }
    prop_assert_eq!(fates, foretold);
    prop_assert_eq!(connections, expected);
    Ok(())
}

/// Each row of the table alone, with and without PIPELINING; so none can be missed by chance.
#[test]
fn each_fault_comes_out_as_foretold() {
    let runtime = runtime();
    for (place, (step, act, foretold)) in table().into_iter().enumerate() {
        for pipelining in [true, false] {
            let mut faults = vec![None; MESSAGES];
            faults[4] = Some(place);
            let sequence = Sequence {
                faults,
                pipelining,
                go_without_recipient: false,
                limit: 0,
            };
            let held = runtime.block_on(holds(&sequence));
            assert!(
                held.is_ok(),
                "{step:?} {act:?} {foretold:?}, pipelining {pipelining}: {held:?}"
            );
        }
    }
}

#[test]
fn any_sequence_of_faults_comes_out_as_foretold() {
    let runtime = runtime();
    let config = ProptestConfig {
        cases: 80,
        failure_persistence: None,
        max_shrink_iters: 60,
        ..ProptestConfig::default()
    };
    let same = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, same);
    let seen = std::cell::RefCell::new(BTreeMap::<Fate, usize>::new());
    let outcome = runner.run(&sequence(), |sequence| {
        for fate in foretell(&sequence).0 {
            *seen.borrow_mut().entry(fate).or_default() += 1;
        }
        runtime.block_on(holds(&sequence))
    });
    if let Err(why) = outcome {
        panic!("{why}");
    }
    // Whatever can become of a message did, and often.
    let seen = seen.into_inner();
    for fate in [
        Fate::Sent,
        Fate::Refused(0),
        Fate::Refused(1),
        Fate::Refused(2),
        Fate::Refused(3),
        Fate::Unknown { taken: false },
        Fate::Unknown { taken: true },
    ] {
        assert!(seen.get(&fate).is_some_and(|count| *count > 10), "{seen:?}");
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}
