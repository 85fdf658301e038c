//! What servers in the wild say, and what must not be believed.

use crate::mail::connection::tests::*;

#[tokio::test]
async fn untidy_replies_keep_their_verdict() {
    for reply in [
        &b"250 accept\xe9\r\n"[..],
        b"250\r\n",
        b"250 ok\n",
        b"250-a\r\n250-b\n250\r\n",
        b"250\tok\r\n",
        b"250-2.0.0 a\r\n250-2.0.0 b\r\n250 2.0.0 c\r\n",
    ] {
        let act = Act::Reply(reply.to_vec());
        let sink = sink(Faults::default().with(Step::AfterTaking, When::Always, act)).await;
        let mut connection = connect(&sink).await;
        for name in ["a@x.example", "b@x.example"] {
            let outcome = send(&mut connection, name).await;
            assert!(is_sent(&outcome), "{reply:?}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn a_long_reply_is_shortened_not_misread() {
    let long = [b"550 5.7.1 ".to_vec(), vec![b'x'; 20_000], b"\r\n".to_vec()].concat();
    let sink = sink(Faults::default().with(Step::Rcpt, When::Always, Act::Reply(long))).await;
    let mut connection = connect(&sink).await;
    let Err(Begin::Refused { reply, .. }) = send(&mut connection, "a@x.example").await else {
        panic!("not refused");
    };
    assert_eq!((reply.code, reply.text.len()), (550, 500));
    assert_eq!(reply.enhanced.as_deref(), Some("5.7.1"));
}

#[tokio::test]
async fn replies_may_come_byte_by_byte() {
    let mut faults = Faults::default();
    for step in [
        Step::Banner,
        Step::Ehlo,
        Step::Mail,
        Step::Rcpt,
        Step::Data,
        Step::AfterTaking,
    ] {
        faults = faults.with(step, When::Always, Act::Drip);
    }
    let sink = sink(faults).await;
    let mut connection = connect(&sink).await;
    for name in ["a@x.example", "b@x.example"] {
        assert!(is_sent(&send(&mut connection, name).await));
    }
}

#[tokio::test]
async fn only_250_to_the_dot_is_sent() {
    for reply in [
        &b"354 go on\r\n"[..],
        b"251 forwarded\r\n",
        b"200 fine\r\n",
        b"299 fine\r\n",
        b"150 fine\r\n",
        b"650 fine\r\n",
        b"fine\r\n",
        b"250-fine\r\n550 not\r\n",
        b"250 fine\n550 not\r\n",
        b"250 fine\r\n250 twice\r\n",
    ] {
        let act = Act::Reply(reply.to_vec());
        let sink = sink(Faults::default().with(Step::AfterTaking, When::Always, act)).await;
        let mut connection = connect(&sink).await;
        let outcome = send(&mut connection, "a@x.example").await;
        assert!(
            matches!(outcome, Ok(Outcome::Unknown { .. })),
            "{reply:?}: {outcome:?}"
        );
        assert!(!connection.is_usable(), "{reply:?}");
    }
}

#[tokio::test]
async fn a_goodbye_behind_the_verdict_does_not_spoil_it() {
    let act = Act::ReplyAndDrop(b"250 2.0.0 ok\r\n421 4.4.2 enough\r\n".to_vec());
    let sink = sink(Faults::default().with(Step::AfterTaking, When::Always, act)).await;
    let mut connection = connect(&sink).await;
    assert!(is_sent(&send(&mut connection, "a@x.example").await));
    assert!(matches!(
        connection.begin(&to("b@x.example")).await,
        Begin::Dead(RouteProblem {
            trouble: Trouble::Closing(_),
            ..
        })
    ));
}

#[tokio::test]
async fn one_reply_too_many_ends_the_connection_before_the_body() {
    for (step, extra) in [
        (Step::Mail, &b"250 extra\r\n"[..]),
        (Step::Mail, b"550 extra\r\n"),
        (Step::Rcpt, b"250 extra\r\n"),
        (Step::Rcpt, b"354 extra\r\n"),
        (Step::Data, b"250 extra\r\n"),
        (Step::Data, b"garbage\r\n"),
    ] {
        for advertise in [Advertise::default(), Advertise::NOTHING] {
            let faults = Faults {
                advertise,
                ..Faults::default().with(step, When::Always, Act::Extra(extra.to_vec()))
            };
            let sink = sink(faults).await;
            let mut connection = connect(&sink).await;
            let outcome = send(&mut connection, "a@x.example").await;
            assert!(
                matches!(outcome, Err(Begin::Dead(_))),
                "{step:?} {extra:?}: {outcome:?}"
            );
            assert!(!connection.is_usable() && sink.mails().is_empty());
        }
    }
}

#[tokio::test]
async fn unlawful_answers_to_the_envelope_are_the_routes_trouble() {
    for (step, reply) in [
        (Step::Mail, &b"354 go\r\n"[..]),
        (Step::Rcpt, b"354 go\r\n"),
        (Step::Data, b"250 ok\r\n"),
        (Step::Data, b"221 bye\r\n"),
    ] {
        let act = Act::Reply(reply.to_vec());
        let sink = sink(Faults::default().with(step, When::Always, act)).await;
        let mut connection = connect(&sink).await;
        let outcome = send(&mut connection, "a@x.example").await;
        assert!(matches!(outcome, Err(Begin::Dead(_))), "{outcome:?}");
        assert!(sink.mails().is_empty());
    }
}

#[tokio::test]
async fn a_refusal_in_the_middle_of_a_large_body_is_a_refusal() {
    let act = Act::ReplyAndDrop(b"552 5.3.4 too large\r\n".to_vec());
    let sink = sink(Faults::default().with(Step::Body, When::Always, act)).await;
    let mut connection = connect(&sink).await;
    assert_eq!(connection.begin(&to("a@x.example")).await, Begin::Ready);
    let body = [
        b"Subject: x\r\n\r\n".to_vec(),
        b"line\r\n".repeat(4_000_000),
    ]
    .concat();
    let outcome = connection.finish(&body, None).await;
    // A reset may overtake the server's words: then nobody knows, and that is said.
    assert!(
        matches!(&outcome, Outcome::Refused { reply, .. } if reply.code == 552)
            || matches!(outcome, Outcome::Unknown { .. }),
        "{outcome:?}"
    );
    assert!(!connection.is_usable() && sink.mails().is_empty());
}

#[tokio::test]
async fn refused_at_the_door() {
    for (step, reply, closing) in [
        (Step::Banner, &b"554 5.3.2 no service\r\n"[..], false),
        (Step::Banner, b"421 4.3.2 busy\r\n", true),
        (Step::Ehlo, b"550 5.7.1 go away\r\n", false),
        (Step::Ehlo, b"421 4.7.0 too many connections\r\n", true),
    ] {
        let act = Act::ReplyAndDrop(reply.to_vec());
        let sink = sink(Faults::default().with(step, When::Always, act)).await;
        let problem = open(route(&sink)).await.unwrap_err();
        let told = match &problem.trouble {
            Trouble::Closing(_) => true,
            Trouble::Greeting(_) => false,
            _ => panic!("{problem}"),
        };
        assert_eq!(told, closing);
        assert!(problem.to_string().starts_with("127.0.0.1:"), "{problem}");
    }
}

#[tokio::test]
async fn a_server_that_offers_nothing_and_has_no_name_will_do() {
    let act = Act::Reply(b"250\r\n".to_vec());
    let sink = sink(Faults::default().with(Step::Ehlo, When::Always, act)).await;
    let mut connection = connect(&sink).await;
    assert!(!connection.offers_smtputf8());
    assert!(is_sent(&send(&mut connection, "a@x.example").await));
}
