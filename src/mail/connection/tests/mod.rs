//! The connection against the catcher, fault by fault.

mod chance;
mod encrypted;
mod login;
mod model;
mod replies;
mod silence;

use std::time::Duration;

use crate::mail::connection::Connection;
use crate::mail::envelope::Envelope;
use crate::mail::outcome::{Begin, Outcome, Stage};
use crate::mail::route_problem::{RouteProblem, Trouble};
use crate::mail::sink::Sink;
use crate::mail::sink::faults::{Act, Advertise, Faults, Step, When};
use crate::mail::transport::{Auth, Security, SmtpRoute, Timeouts, Transport};

async fn sink(faults: Faults) -> Sink {
    Sink::start(([127, 0, 0, 1], 0).into(), faults)
        .await
        .unwrap()
}

fn route(sink: &Sink) -> SmtpRoute {
    let wait = Duration::from_secs(20);
    SmtpRoute {
        host: "127.0.0.1".into(),
        port: sink.address().port(),
        security: Security::None,
        auth: Auth::None,
        ca_pem: None,
        hello: "desk.example.com".into(),
        timeouts: Timeouts {
            connect: wait,
            command: wait,
            data: wait,
            last: wait,
        },
        messages_per_connection: 0,
    }
}

async fn open(route: SmtpRoute) -> Result<Connection, RouteProblem> {
    Transport::Smtp(route).open().await
}

async fn connect(sink: &Sink) -> Connection {
    open(route(sink)).await.unwrap()
}

fn to(recipient: &str) -> Envelope {
    Envelope {
        from: "press@example.com".into(),
        to: recipient.into(),
        size: 0,
        eight_bit: false,
        smtputf8: false,
    }
}

fn message(recipient: &str) -> Vec<u8> {
    format!("To: {recipient}\r\nSubject: x\r\n\r\n.dot\r\n.\r\nend\r\n").into_bytes()
}

/// One message through one connection.
async fn send(connection: &mut Connection, recipient: &str) -> Result<Outcome, Begin> {
    match connection.begin(&to(recipient)).await {
        Begin::Ready => Ok(connection.finish(&message(recipient), None).await),
        other => Err(other),
    }
}

fn is_sent(outcome: &Result<Outcome, Begin>) -> bool {
    matches!(outcome, Ok(Outcome::Sent(_)))
}

#[tokio::test]
async fn a_run_of_messages_travels_pipelined_and_arrives_to_the_byte() {
    let sink = sink(Faults::default()).await;
    let mut connection = connect(&sink).await;
    let names: Vec<String> = (0..20).map(|n| format!("r{n}@outlet.example")).collect();
    for (n, name) in names.iter().enumerate() {
        assert_eq!(connection.begin(&to(name)).await, Begin::Ready);
        let next = names.get(n + 1).map(|next| to(next));
        let outcome = connection.finish(&message(name), next.as_ref()).await;
        let Outcome::Sent(reply) = outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(reply.queue_id().unwrap(), format!("C{:08}", n + 1));
    }
    assert!(connection.is_usable());
    connection.quit().await;
    let mails = sink.mails();
    assert_eq!(mails.len(), 20);
    for (mail, name) in mails.iter().zip(&names) {
        assert_eq!(&mail.to, std::slice::from_ref(name));
        assert_eq!(mail.bytes.as_ref(), message(name).as_slice());
    }
    assert!(
        sink.transactions()
            .iter()
            .all(|t| t.connection == 1 && t.taken)
    );
}

#[tokio::test]
async fn without_pipelining_each_command_waits() {
    let sink = sink(Faults {
        advertise: Advertise::NOTHING,
        ..Faults::default().with(
            Step::Rcpt,
            When::Address("no@x.example".into()),
            Act::Reply(b"550 5.1.1 no such user\r\n".to_vec()),
        )
    })
    .await;
    let mut connection = connect(&sink).await;
    for name in ["a@x.example", "no@x.example", "b@x.example"] {
        let sent = is_sent(&send(&mut connection, name).await);
        assert_eq!(sent, name != "no@x.example");
    }
    assert_eq!(sink.mails().len(), 2);
    assert!(sink.transactions().iter().all(|t| t.connection == 1));
}

#[tokio::test]
async fn a_refused_recipient_costs_neither_connection_nor_neighbour() {
    for go_without_recipient in [false, true] {
        let sink = sink(Faults {
            go_without_recipient,
            ..Faults::default().with(
                Step::Rcpt,
                When::Address("no@x.example".into()),
                Act::Reply(b"550-5.1.1 no\r\n550 5.1.1 such user\r\n".to_vec()),
            )
        })
        .await;
        let mut connection = connect(&sink).await;
        let names = [
            "a@x.example",
            "no@x.example",
            "b@x.example",
            "no@x.example",
            "c@x.example",
        ];
        for (n, name) in names.iter().enumerate() {
            let begin = connection.begin(&to(name)).await;
            if name.starts_with("no") {
                let Begin::Refused { stage, reply } = begin else {
                    panic!("{begin:?}");
                };
                assert_eq!(stage, Stage::Rcpt);
                assert_eq!(reply.to_string(), "550 5.1.1 no such user");
                continue;
            }
            assert_eq!(begin, Begin::Ready);
            let next = names.get(n + 1).map(|next| to(next));
            let outcome = connection.finish(&message(name), next.as_ref()).await;
            assert!(matches!(outcome, Outcome::Sent(_)), "{outcome:?}");
        }
        assert_eq!(sink.mails().len(), 3);
        for transaction in sink.transactions() {
            assert_eq!(transaction.connection, 1);
            if !transaction.taken {
                // At most a lone dot: no content for a recipient who was refused.
                assert_eq!(transaction.body.unwrap_or(0), 0);
            }
        }
    }
}

#[tokio::test]
async fn refusals_say_at_which_stage() {
    let refuse = || Act::Reply(b"451 4.7.1 try later\r\n".to_vec());
    for (step, stage) in [
        (Step::Mail, Stage::Mail),
        (Step::Rcpt, Stage::Rcpt),
        (Step::Data, Stage::Data),
        (Step::BeforeTaking, Stage::Dot),
    ] {
        let sink = sink(Faults::default().with(step, When::Once, refuse())).await;
        let mut connection = connect(&sink).await;
        let said = match send(&mut connection, "a@x.example").await {
            Ok(Outcome::Refused { stage, reply }) | Err(Begin::Refused { stage, reply }) => {
                assert!(reply.is_transient());
                stage
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(said, stage);
        assert!(connection.is_usable(), "{step:?}");
        assert!(
            is_sent(&send(&mut connection, "a@x.example").await),
            "{step:?}"
        );
        assert_eq!(sink.mails().len(), 1);
    }
}

#[tokio::test]
async fn greylisting_is_the_recipients_and_passes() {
    let act = Act::Reply(b"450 4.7.1 greylisted\r\n".to_vec());
    let sink = sink(Faults::default().with(Step::Rcpt, When::FirstPerAddress, act)).await;
    let mut connection = connect(&sink).await;
    assert!(matches!(
        send(&mut connection, "a@x.example").await,
        Err(Begin::Refused {
            stage: Stage::Rcpt,
            ..
        })
    ));
    assert!(is_sent(&send(&mut connection, "a@x.example").await));
}

#[tokio::test]
async fn a_lost_connection_is_dead_before_the_body_and_unknown_behind_it() {
    for (step, expected, taken) in [
        (Step::Mail, "dead", 0),
        (Step::Rcpt, "dead", 0),
        (Step::Data, "dead", 0),
        (Step::BeforeTaking, "unknown", 0),
        (Step::AfterTaking, "unknown", 1),
        (Step::Body, "unknown", 0),
    ] {
        for act in [Act::Drop, Act::Vanish] {
            let sink = sink(Faults::default().with(step, When::Always, act)).await;
            let mut connection = connect(&sink).await;
            let got = match send(&mut connection, "a@x.example").await {
                Err(Begin::Dead(problem)) => {
                    assert!(matches!(problem.trouble, Trouble::Dropped(_)), "{problem}");
                    "dead"
                }
                Ok(Outcome::Unknown { .. }) => "unknown",
                other => panic!("{step:?}: {other:?}"),
            };
            assert_eq!(got, expected, "{step:?}");
            assert!(!connection.is_usable());
            assert_eq!(sink.mails().len(), taken, "{step:?}");
        }
    }
}

#[tokio::test]
async fn a_421_at_the_dot_is_a_refusal_and_the_end_of_the_connection() {
    let act = Act::ReplyAndDrop(b"421 4.3.2 going down\r\n".to_vec());
    let sink = sink(Faults::default().with(Step::BeforeTaking, When::Always, act)).await;
    let mut connection = connect(&sink).await;
    assert_eq!(connection.begin(&to("a@x.example")).await, Begin::Ready);
    let next = to("b@x.example");
    let outcome = connection
        .finish(&message("a@x.example"), Some(&next))
        .await;
    assert!(matches!(outcome, Outcome::Refused { stage: Stage::Dot, reply } if reply.code == 421));
    assert!(!connection.is_usable());
    // The next one's envelope went along; its body did not.
    assert!(matches!(connection.begin(&next).await, Begin::Dead(_)));
}

#[tokio::test]
async fn a_421_in_the_envelope_is_the_routes_unless_the_connection_had_idled() {
    for idle in [false, true] {
        let act = Act::ReplyAndDrop(b"421 4.4.2 timeout exceeded\r\n".to_vec());
        let sink = sink(Faults::default().with(Step::Mail, When::Every(2), act)).await;
        let mut connection = connect(&sink).await;
        assert!(is_sent(&send(&mut connection, "a@x.example").await));
        if idle {
            connection.age(Duration::from_secs(6));
        }
        let Err(Begin::Dead(problem)) = send(&mut connection, "b@x.example").await else {
            panic!("not dead");
        };
        assert_eq!(problem.is_stale(), idle);
        assert_eq!(connection.idle_421(), idle);
        if !idle {
            assert_eq!(problem.reply().unwrap().code, 421);
        }
    }
}

#[tokio::test]
async fn what_the_server_says_while_we_wait_to_start_leaves_the_body_unstarted() {
    // As an embargo ends a wait behind 354: the server has given up meanwhile.
    for bytes in [
        &b"421 4.4.2 timeout exceeded\r\n"[..],
        b"250 extra\r\n",
        b"25",
    ] {
        let act = Act::GiveUp(Duration::from_millis(100), bytes.to_vec());
        let sink = sink(Faults::default().with(Step::AfterGo, When::Always, act)).await;
        let mut connection = connect(&sink).await;
        assert_eq!(connection.begin(&to("a@x.example")).await, Begin::Ready);
        // The catcher logs the transaction when it has closed the connection.
        while sink.transactions().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let outcome = connection.finish(&message("a@x.example"), None).await;
        let Outcome::Dead(problem) = outcome else {
            panic!("{outcome:?}");
        };
        let closing = matches!(problem.trouble, Trouble::Closing(_));
        assert_eq!(closing, bytes.starts_with(b"421"), "{problem}");
        assert!(!connection.is_usable() && sink.mails().is_empty());
    }
}

#[tokio::test]
async fn dropped_before_the_body_nothing_is_taken() {
    let sink = sink(Faults::default()).await;
    let mut connection = connect(&sink).await;
    assert_eq!(connection.begin(&to("a@x.example")).await, Begin::Ready);
    connection.drop_before_body();
    while sink.transactions().is_empty() {
        tokio::task::yield_now().await;
    }
    let transactions = sink.transactions();
    assert_eq!((transactions[0].body, transactions[0].taken), (None, false));
    assert!(sink.mails().is_empty());
}

#[tokio::test]
async fn quit_never_becomes_a_body() {
    let sink = sink(Faults::default()).await;
    let mut connection = connect(&sink).await;
    assert_eq!(connection.begin(&to("a@x.example")).await, Begin::Ready);
    let next = to("b@x.example");
    let outcome = connection
        .finish(&message("a@x.example"), Some(&next))
        .await;
    assert!(matches!(outcome, Outcome::Sent(_)));
    connection.quit().await;
    while sink.transactions().len() < 2 {
        tokio::task::yield_now().await;
    }
    let last = &sink.transactions()[1];
    assert_eq!((last.body, last.taken), (None, false));
}

#[tokio::test]
async fn another_envelope_than_announced_makes_the_connection_stale() {
    let sink = sink(Faults::default()).await;
    let mut connection = connect(&sink).await;
    assert_eq!(connection.begin(&to("a@x.example")).await, Begin::Ready);
    connection
        .finish(&message("a@x.example"), Some(&to("b@x.example")))
        .await;
    let Begin::Dead(problem) = connection.begin(&to("c@x.example")).await else {
        panic!("not dead");
    };
    assert!(problem.is_stale() && !connection.is_usable());
    assert_eq!(sink.mails().len(), 1);
}

#[tokio::test]
async fn nothing_is_announced_behind_a_connections_last_message() {
    let sink = sink(Faults::default()).await;
    let mut connection = open(SmtpRoute {
        messages_per_connection: 2,
        ..route(&sink)
    })
    .await
    .unwrap();
    for name in ["a@x.example", "b@x.example"] {
        assert!(connection.is_usable());
        assert_eq!(connection.begin(&to(name)).await, Begin::Ready);
        connection
            .finish(&message(name), Some(&to("b@x.example")))
            .await;
    }
    assert!(!connection.is_usable());
    connection.quit().await;
    assert!(sink.transactions().iter().all(|t| t.taken));
    assert_eq!(sink.transactions().len(), 2);
}

#[tokio::test]
async fn finish_without_begin_sends_nothing() {
    let sink = sink(Faults::default()).await;
    let mut connection = connect(&sink).await;
    let outcome = connection.finish(&message("a@x.example"), None).await;
    assert!(matches!(outcome, Outcome::Dead(_)));
    assert!(sink.mails().is_empty());
}

#[tokio::test]
async fn what_the_server_offers_is_known() {
    let mut faults = Faults::default();
    faults.advertise.size = Some(1234);
    let sink = sink(faults).await;
    let mut connection = connect(&sink).await;
    assert!(connection.offers_smtputf8());
    assert_eq!(connection.max_size(), Some(1234));
    let large = Envelope {
        size: 2000,
        ..to("a@x.example")
    };
    assert!(matches!(
        connection.begin(&large).await,
        Begin::Refused { stage: Stage::Mail, reply } if reply.code == 552
    ));
    assert!(is_sent(&send(&mut connection, "ö@x.example").await));
}

#[tokio::test]
async fn a_folder_takes_what_a_server_would() {
    let dir = tempfile::tempdir().unwrap();
    let mut connection = Transport::Files(dir.path().join("out"))
        .open()
        .await
        .unwrap();
    assert!(is_sent(&send(&mut connection, "a@x.example").await));
    assert!(connection.is_usable() && connection.max_size().is_none());
    connection.quit().await;
    assert_eq!(
        std::fs::read_dir(dir.path().join("out")).unwrap().count(),
        1
    );
}
