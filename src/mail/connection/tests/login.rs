//! Logging in, and never telling the secret.

use crate::mail::connection::tests::*;
use crate::mail::sink::Settings;

const SECRET: &str = "pa ß\"word";

fn password(secret: &str) -> Auth {
    Auth::Password {
        username: "press".into(),
        password: secret.to_owned().into(),
    }
}

async fn guarded(faults: Faults) -> Sink {
    let settings = Settings {
        faults,
        login: Some(("press".into(), SECRET.into())),
        ..Settings::default()
    };
    Sink::start_with(([127, 0, 0, 1], 0).into(), settings)
        .await
        .unwrap()
}

fn offering(line: &str) -> Faults {
    let act = Act::Reply(format!("250-catcher\r\n250 {line}\r\n").into_bytes());
    Faults::default().with(Step::Ehlo, When::Always, act)
}

#[tokio::test]
async fn every_mechanism_logs_in() {
    let token = Auth::OAuth2 {
        username: "press".into(),
        token: SECRET.to_owned().into(),
    };
    for (offer, auth) in [
        ("AUTH PLAIN LOGIN", password(SECRET)),
        ("auth login", password(SECRET)),
        ("AUTH=LOGIN", password(SECRET)),
        ("AUTH XOAUTH2", token),
    ] {
        let sink = guarded(offering(offer)).await;
        let mut connection = open(SmtpRoute {
            auth,
            ..route(&sink)
        })
        .await
        .unwrap();
        assert!(
            is_sent(&send(&mut connection, "a@x.example").await),
            "{offer}"
        );
    }
}

#[tokio::test]
async fn a_refused_login_says_so_and_not_the_secret() {
    for offer in ["AUTH PLAIN", "AUTH LOGIN"] {
        let sink = guarded(offering(offer)).await;
        let route = SmtpRoute {
            auth: password("wrong-secret"),
            ..route(&sink)
        };
        assert!(!format!("{route:?}").contains("wrong-secret"));
        let problem = open(route).await.unwrap_err();
        assert!(problem.is_login());
        assert_eq!(problem.reply().unwrap().code, 535);
    }
}

#[tokio::test]
async fn a_server_that_repeats_the_secret_does_not_get_it_printed() {
    let echo = Act::Reply(b"535 5.7.8 not hunter2!\r\n".to_vec());
    let sink = guarded(Faults::default().with(Step::Auth, When::Always, echo)).await;
    let route = SmtpRoute {
        auth: password("hunter2!"),
        ..route(&sink)
    };
    let problem = open(route).await.unwrap_err();
    assert!(!problem.to_string().contains("hunter2"), "{problem}");
    assert!(!format!("{problem:?}").contains("hunter2"));
}

#[tokio::test]
async fn no_way_of_logging_in_is_a_login_problem() {
    for offer in ["AUTH CRAM-MD5", "SIZE"] {
        let sink = guarded(offering(offer)).await;
        let route = SmtpRoute {
            auth: password(SECRET),
            ..route(&sink)
        };
        let problem = open(route).await.unwrap_err();
        assert!(problem.is_login(), "{problem}");
    }
}

#[tokio::test]
async fn not_logged_in_the_sender_is_refused() {
    let sink = guarded(Faults::default()).await;
    let mut connection = connect(&sink).await;
    assert!(matches!(
        send(&mut connection, "a@x.example").await,
        Err(Begin::Refused { stage: Stage::Mail, reply }) if reply.code == 530
    ));
}
