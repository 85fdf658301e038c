//! TLS at once and behind STARTTLS, with an authority made for the test.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

use crate::mail::connection::tests::*;
use crate::mail::sink::Settings;

struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params
            .distinguished_name
            .push(DnType::OrganizationName, name);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    fn server(&self, name: &str) -> Arc<rustls::ServerConfig> {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = rustls_pki_types::PrivatePkcs8KeyDer::from(key.serialize_der());
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key.into())
            .unwrap();
        Arc::new(config)
    }
}

async fn encrypted(tls: Arc<rustls::ServerConfig>, tls_first: bool, faults: Faults) -> Sink {
    let settings = Settings {
        faults,
        tls: Some(tls),
        tls_first,
        ..Settings::default()
    };
    Sink::start_with(([127, 0, 0, 1], 0).into(), settings)
        .await
        .unwrap()
}

fn secure(sink: &Sink, security: Security, ca: &str) -> SmtpRoute {
    SmtpRoute {
        host: "localhost".into(),
        security,
        ca_pem: Some(ca.as_bytes().to_vec()),
        ..route(sink)
    }
}

const BOTH: [(Security, bool); 2] = [(Security::Tls, true), (Security::StartTls, false)];

#[tokio::test]
async fn messages_travel_encrypted() {
    let authority = Authority::new("ours");
    for (security, tls_first) in BOTH {
        let tls = authority.server("localhost");
        let sink = encrypted(tls, tls_first, Faults::default()).await;
        let mut route = secure(&sink, security, &authority.pem);
        route.auth = Auth::Password {
            username: "press".into(),
            password: "secret".to_owned().into(),
        };
        let mut connection = open(route).await.unwrap();
        for name in ["a@x.example", "b@x.example"] {
            assert_eq!(connection.begin(&to(name)).await, Begin::Ready);
            let outcome = connection
                .finish(&message(name), Some(&to("b@x.example")))
                .await;
            assert!(matches!(outcome, Outcome::Sent(_)), "{outcome:?}");
        }
        assert_eq!(sink.mails()[1].bytes.as_ref(), message("b@x.example"));
        // A large body, so that TLS records and writes do not coincide.
        assert_eq!(connection.begin(&to("b@x.example")).await, Begin::Ready);
        let body = b"line\r\n".repeat(500_000);
        let outcome = connection.finish(&body, None).await;
        assert!(matches!(outcome, Outcome::Sent(_)), "{outcome:?}");
        assert_eq!(sink.mails()[2].bytes.as_ref(), body);
    }
}

#[tokio::test]
async fn a_wrong_certificate_ends_it_before_a_word_is_said() {
    let authority = Authority::new("ours");
    let stranger = Authority::new("theirs");
    for (security, tls_first) in BOTH {
        for (name, ca, words) in [
            ("mail.other.example", &authority, "another host name"),
            ("localhost", &stranger, "nobody we trust"),
        ] {
            let sink = encrypted(authority.server(name), tls_first, Faults::default()).await;
            let problem = open(secure(&sink, security, &ca.pem)).await.unwrap_err();
            assert!(problem.is_certificate(), "{problem}");
            assert!(problem.to_string().contains(words), "{problem}");
        }
    }
}

#[tokio::test]
async fn without_a_ca_file_the_system_decides_and_does_not_know_ours() {
    let authority = Authority::new("ours");
    let sink = encrypted(authority.server("localhost"), true, Faults::default()).await;
    let route = SmtpRoute {
        ca_pem: None,
        ..secure(&sink, Security::Tls, "")
    };
    let problem = open(route).await.unwrap_err();
    // A machine without any certificates is told apart.
    assert!(
        problem.is_certificate() || matches!(problem.trouble, Trouble::Setting(_)),
        "{problem}"
    );
}

#[tokio::test]
async fn words_in_plain_text_behind_the_220_are_an_attack() {
    let authority = Authority::new("ours");
    for injected in [
        &b"220 go\r\n250-evil\r\n250 AUTH LOGIN\r\n"[..],
        b"220 go\r\n2",
        b"220 go\n220 go\r\n",
    ] {
        let act = Act::Reply(injected.to_vec());
        let faults = Faults::default().with(Step::StartTls, When::Always, act);
        let sink = encrypted(authority.server("localhost"), false, faults).await;
        let route = secure(&sink, Security::StartTls, &authority.pem);
        let problem = open(route).await.unwrap_err();
        assert!(problem.to_string().contains("tampering"), "{problem}");
    }
}

#[tokio::test]
async fn encryption_is_never_given_up_for_plain_text() {
    // Not offered; refused; spoken to a plain port.
    let plain = sink(Faults::default()).await;
    let authority = Authority::new("ours");
    let route = secure(&plain, Security::StartTls, &authority.pem);
    let problem = open(route).await.unwrap_err();
    assert!(matches!(problem.trouble, Trouble::Tls(_)), "{problem}");

    let act = Act::Reply(b"454 4.7.0 not available\r\n".to_vec());
    let faults = Faults::default().with(Step::StartTls, When::Always, act);
    let refusing = encrypted(authority.server("localhost"), false, faults).await;
    let route = secure(&refusing, Security::StartTls, &authority.pem);
    let problem = open(route).await.unwrap_err();
    assert!(problem.to_string().contains("454"), "{problem}");

    let problem = open(secure(&plain, Security::Tls, &authority.pem))
        .await
        .unwrap_err();
    assert!(matches!(problem.trouble, Trouble::Tls(_)), "{problem}");
    assert!(plain.mails().is_empty() && refusing.mails().is_empty());
}

#[tokio::test]
async fn starttls_to_a_tls_port_costs_one_timeout() {
    let authority = Authority::new("ours");
    let sink = encrypted(authority.server("localhost"), true, Faults::default()).await;
    let mut route = secure(&sink, Security::StartTls, &authority.pem);
    route.timeouts.command = Duration::from_millis(60);
    let problem = open(route).await.unwrap_err();
    assert_eq!(problem.trouble, Trouble::Timeout("the greeting"));
}

#[tokio::test]
async fn a_ca_file_without_certificate_is_a_setting_to_correct() {
    let authority = Authority::new("ours");
    let sink = encrypted(authority.server("localhost"), true, Faults::default()).await;
    for ca in [
        "",
        "not PEM",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
    ] {
        let problem = open(secure(&sink, Security::Tls, ca)).await.unwrap_err();
        assert!(matches!(problem.trouble, Trouble::Setting(_)), "{problem}");
    }
}
