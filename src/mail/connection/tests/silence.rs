//! A server that says nothing costs one timeout, never more.

use crate::mail::connection::tests::*;

#[tokio::test]
async fn a_mute_server_costs_one_timeout() {
    for step in [
        Step::Banner,
        Step::Ehlo,
        Step::Mail,
        Step::Rcpt,
        Step::Data,
        Step::AfterGo,
        Step::BeforeTaking,
        Step::AfterTaking,
    ] {
        let sink = sink(Faults::default().with(step, When::Always, Act::Mute)).await;
        let wait = Duration::from_millis(60);
        let route = SmtpRoute {
            timeouts: Timeouts {
                connect: wait,
                command: wait,
                data: wait,
                last: wait,
            },
            ..route(&sink)
        };
        let attempt = async {
            let mut connection = match open(route).await {
                Ok(connection) => connection,
                Err(problem) => return format!("{:?}", problem.trouble),
            };
            let said = match send(&mut connection, "a@x.example").await {
                Err(Begin::Dead(problem)) => format!("{:?}", problem.trouble),
                Ok(Outcome::Unknown { .. }) => "unknown".to_owned(),
                other => panic!("{step:?}: {other:?}"),
            };
            assert!(!connection.is_usable());
            connection.quit().await;
            said
        };
        let said = tokio::time::timeout(Duration::from_secs(10), attempt)
            .await
            .expect("hangs");
        let expected = match step {
            Step::Banner | Step::Ehlo => "Timeout(\"the greeting or EHLO\")",
            Step::Mail | Step::Rcpt | Step::Data => "Timeout(",
            _ => "unknown",
        };
        assert!(said.starts_with(expected), "{step:?}: {said}");
    }
}

#[tokio::test]
async fn a_server_that_stops_reading_in_a_large_body_costs_one_timeout() {
    let sink = sink(Faults::default().with(
        Step::AfterGo,
        When::Always,
        Act::Delay(Duration::from_hours(1)),
    ))
    .await;
    let mut route = route(&sink);
    route.timeouts.data = Duration::from_millis(100);
    let mut connection = open(route).await.unwrap();
    assert_eq!(connection.begin(&to("a@x.example")).await, Begin::Ready);
    let body = b"line\r\n".repeat(4_000_000);
    let finishing = connection.finish(&body, None);
    let outcome = tokio::time::timeout(Duration::from_secs(10), finishing)
        .await
        .unwrap();
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
}

#[tokio::test]
async fn a_slow_server_within_its_time_is_no_trouble() {
    let mut faults = Faults::default();
    for step in [
        Step::Banner,
        Step::Ehlo,
        Step::Mail,
        Step::Data,
        Step::BeforeTaking,
    ] {
        faults = faults.with(step, When::Always, Act::Delay(Duration::from_millis(30)));
    }
    let sink = sink(faults).await;
    let mut connection = connect(&sink).await;
    assert!(is_sent(&send(&mut connection, "a@x.example").await));
}

#[tokio::test]
async fn nobody_listens() {
    let sink = sink(Faults::default()).await;
    let route = route(&sink);
    sink.stop().await;
    let problem = open(route).await.unwrap_err();
    assert!(matches!(problem.trouble, Trouble::Connect(_)), "{problem}");
}

/// Each wait has a clock of its own: the one that is short ends what it is for, and nothing else.
#[tokio::test]
async fn each_wait_has_its_own_clock() {
    let long = Duration::from_secs(20);
    let short = Duration::from_millis(80);
    let all_long = Timeouts {
        connect: long,
        command: long,
        data: long,
        last: long,
    };
    let command = Timeouts {
        command: short,
        ..all_long
    };
    let last = Timeouts {
        last: short,
        ..all_long
    };
    for (step, timeouts, ends) in [
        (Step::Rcpt, command, true),
        (Step::Data, command, true),
        (Step::AfterTaking, last, true),
        (Step::Rcpt, last, false),
        (Step::AfterTaking, command, false),
    ] {
        let sink = sink(Faults::default().with(step, When::Always, Act::Mute)).await;
        let attempt = async {
            let mut connection = open(SmtpRoute {
                timeouts,
                ..route(&sink)
            })
            .await
            .unwrap();
            drop(send(&mut connection, "a@x.example").await);
        };
        let patience = if ends {
            Duration::from_secs(10)
        } else {
            Duration::from_millis(600)
        };
        let ended = tokio::time::timeout(patience, attempt).await.is_ok();
        assert_eq!(ended, ends, "{step:?} {timeouts:?}");
    }
}
