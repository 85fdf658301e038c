//! Random misfortune: whatever a server does, no verdict is false.

use std::collections::HashMap;

use proptest::prelude::*;

use crate::mail::connection::tests::*;

/// What the ledger would hold for one recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Queued,
    Sent,
    Refused,
    Unknown,
}

fn bytes(choices: &[&'static [u8]]) -> BoxedStrategy<Act> {
    proptest::sample::select(choices.to_vec())
        .prop_map(|reply| Act::Reply(reply.to_vec()))
        .boxed()
}

/// Misfortunes that do not make the server itself lie about what it took.
fn rule() -> impl Strategy<Value = (Step, u64, Act)> {
    let refusal = || {
        bytes(&[
            b"450 4.2.1 later\r\n",
            b"550-5.1.1 no\r\n550 5.1.1 never\r\n",
            b"421 4.3.2 going\r\n",
            b"550 ref\xfcs\xe9\n",
            b"451\r\n",
        ])
    };
    let break_off = || {
        prop_oneof![
            Just(Act::Drop),
            Just(Act::Vanish),
            Just(Act::ReplyAndDrop(b"421 4.3.2 going down\r\n".to_vec())),
            Just(Act::ReplyAndDrop(b"25".to_vec())),
        ]
    };
    let extra = proptest::sample::select(vec![
        &b"250 extra\r\n"[..],
        b"354 extra\r\n",
        b"550 extra\r\n",
        b"noise\r\n",
    ])
    .prop_map(|more| Act::Extra(more.to_vec()));
    let envelope = (
        proptest::sample::select(vec![Step::Mail, Step::Rcpt, Step::Data]),
        prop_oneof![
            4 => refusal(),
            2 => break_off(),
            1 => extra,
            1 => Just(Act::Drip),
            1 => bytes(&[b"299 odd\r\n", b"nonsense\r\n", b"650 odd\r\n"]),
        ],
    );
    let door = (
        proptest::sample::select(vec![Step::Banner, Step::Ehlo, Step::Rset]),
        prop_oneof![refusal(), break_off()],
    );
    let body = (Just(Step::Body), break_off());
    let before = (
        Just(Step::BeforeTaking),
        prop_oneof![
            3 => refusal(),
            2 => break_off(),
            1 => bytes(&[b"354 odd\r\n", b"nonsense\r\n"]),
        ],
    );
    let after = (
        Just(Step::AfterTaking),
        prop_oneof![
            Just(Act::Drop),
            Just(Act::Vanish),
            Just(Act::Drip),
            Just(Act::ReplyAndDrop(b"250 ok\r\n".to_vec())),
            Just(Act::Extra(b"250 extra\r\n".to_vec())),
            bytes(&[
                b"250 accept\xe9\r\n",
                b"250\r\n",
                b"250 ok\n",
                b"250-ok\r\n250 ok\r\n",
                b"354 odd\r\n",
                b"251 odd\r\n",
                b"nonsense\r\n",
                b"250 ok\n550 r\r\n",
            ]),
        ],
    );
    prop_oneof![3 => envelope, 1 => door, 1 => body, 2 => before, 2 => after]
        .prop_flat_map(|(step, act)| (Just(step), 2u64..9, Just(act)))
}

/// Sends to everyone as a worker would, and gives each a verdict.
async fn work(sink: &Sink, names: &[String], limit: u32) -> HashMap<String, Verdict> {
    let mut ledger: HashMap<String, Verdict> = names
        .iter()
        .map(|name| (name.clone(), Verdict::Queued))
        .collect();
    let mut queue: Vec<String> = names.to_vec();
    let mut connections = 0;
    while !queue.is_empty() && connections < 200 {
        connections += 1;
        let mut route = route(sink);
        route.messages_per_connection = limit;
        // A drop in the middle of a reply is noticed at once; nothing here waits this long.
        route.timeouts.command = Duration::from_secs(5);
        let Ok(mut connection) = open(route).await else {
            continue;
        };
        while connection.is_usable()
            && let Some(name) = queue.first().cloned()
        {
            let verdict = match connection.begin(&to(&name)).await {
                Begin::Dead(_) => break,
                Begin::Refused { .. } => Verdict::Refused,
                Begin::Ready => {
                    let next = queue.get(1).map(|next| to(next));
                    match connection.finish(&message(&name), next.as_ref()).await {
                        Outcome::Dead(_) => break,
                        Outcome::Sent(_) => Verdict::Sent,
                        Outcome::Refused { .. } => Verdict::Refused,
                        Outcome::Unknown { .. } => Verdict::Unknown,
                    }
                }
            };
            ledger.insert(queue.remove(0), verdict);
        }
        connection.quit().await;
    }
    ledger
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, max_shrink_iters: 50, ..ProptestConfig::default() })]

    #[test]
    fn no_verdict_is_ever_false(
        rules in proptest::collection::vec(rule(), 0..5),
        pipelining in any::<bool>(),
        go_without_recipient in any::<bool>(),
        limit in 0u32..6,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut faults = Faults { go_without_recipient, ..Faults::default() };
            faults.advertise.pipelining = pipelining;
            for (step, every, act) in &rules {
                faults = faults.with(*step, When::Every(*every), act.clone());
            }
            let sink = sink(faults).await;
            let names: Vec<String> = (0..30).map(|n| format!("r{n}@x.example")).collect();
            let ledger = work(&sink, &names, limit).await;
            let mut taken: HashMap<String, u32> = HashMap::new();
            for mail in sink.mails() {
                *taken.entry(mail.to[0].clone()).or_default() += 1;
                // Nobody gets another's mail, and nobody gets half of one.
                prop_assert_eq!(mail.bytes.as_ref(), message(&mail.to[0]));
            }
            for name in &names {
                let count = taken.get(name).copied().unwrap_or(0);
                let verdict = ledger[name];
                let fits = match verdict {
                    Verdict::Sent => count == 1,
                    Verdict::Refused | Verdict::Queued => count == 0,
                    Verdict::Unknown => count <= 1,
                };
                prop_assert!(fits, "{}: {:?}, taken {} times", name, verdict, count);
            }
            for transaction in sink.transactions() {
                let content = transaction.body.unwrap_or(0);
                prop_assert!(!transaction.to.is_empty() || content == 0, "{:?}", transaction);
            }
            Ok(())
        })?;
    }
}
