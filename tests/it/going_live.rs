//! The doctor at a mail server: a test mail that is taken turns one line of the settings, nothing else does.

use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use dateline::mail::sink::faults::{Act, Advertise, Faults, Step, When};
use dateline::mail::sink::{Settings, Sink};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use crate::doctor::WELL;
use crate::nameserver::Nameserver;
use crate::office::{ADDRESS, INIT, Newsroom};
use crate::terminal::Said;

/// A newsroom whose settings name this mail server.
struct Live {
    newsroom: Newsroom,
    sink: Sink,
    // The sink lives on it.
    runtime: tokio::runtime::Runtime,
}

impl Live {
    fn with(settings: Settings, lines: &str) -> Self {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let sink = runtime
            .block_on(Sink::start_with((Ipv4Addr::LOCALHOST, 0).into(), settings))
            .unwrap();
        let newsroom = Newsroom(tempfile::tempdir().unwrap());
        newsroom.good(
            &[
                &INIT[..8],
                &[ADDRESS, "--smtp-host=127.0.0.1", "--security=none"],
            ]
            .concat(),
        );
        let live = Self {
            newsroom,
            sink,
            runtime,
        };
        let port = live.sink.address().port();
        let text = live
            .text()
            .replace("#port = 465", &format!("port = {port} # theirs\n{lines}"));
        fs::write(live.path(), text).unwrap();
        live
    }

    fn path(&self) -> std::path::PathBuf {
        self.newsroom.path().join("config.toml")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }

    /// The doctor with a nameserver that knows nothing, so that nobody else is asked.
    fn examined(&self) -> (Said, Vec<(String, String)>) {
        let nameserver = Nameserver::with(WELL);
        let address = nameserver.address.to_string();
        let said = self
            .newsroom
            .run(&["doctor", "--smtp", "--json", "--nameserver", &address]);
        let findings = said.json()["findings"].clone();
        let text = |one: &serde_json::Value, key: &str| one[key].as_str().unwrap().to_owned();
        let states = findings.as_array().unwrap().iter();
        let states = states
            .map(|one| (text(one, "check"), text(one, "state")))
            .collect();
        (said, states)
    }
}

fn stands(states: &[(String, String)], check: &str) -> String {
    let found = states.iter().find(|(known, _)| known == check);
    found.map_or_else(
        || format!("{check} is missing: {states:?}"),
        |(_, state)| state.clone(),
    )
}

#[test]
fn a_test_mail_that_is_taken_changes_one_line() {
    let live = Live::with(Settings::default(), "");
    let before = live.text();
    let plain = live.newsroom.run(&["doctor"]);
    assert!(plain.out.contains("no server was tried"), "{}", plain.out);
    assert_eq!(live.text(), before);
    assert!(live.sink.mails().is_empty());

    let (said, states) = live.examined();
    assert_eq!(said.code, 0, "{}", said.out);
    for check in [
        "smtp.connect",
        "smtp.tls",
        "smtp.login",
        "smtp.size",
        "smtp.pipelining",
        "smtp.8bitmime",
        "smtp.smtputf8",
        "smtp.test-mail",
        "smtp.transport",
    ] {
        assert_eq!(stands(&states, check), "ok", "{}", said.out);
    }
    assert_eq!(said.json()["went_live"], true);
    let mails = live.sink.mails();
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].to, ["press@example.com"]);
    let mail = String::from_utf8(mails[0].bytes.to_vec()).unwrap();
    assert!(mail.contains("[TEST]") && mail.contains("Auto-Submitted: auto-generated"));
    let after = before.replace("transport = \"files\"", "transport = \"smtp\"");
    assert!(after != before);
    assert_eq!(live.text(), after, "and nothing else");

    let (again, states) = live.examined();
    assert_eq!(
        (again.code, stands(&states, "smtp.test-mail").as_str()),
        (0, "ok")
    );
    assert_eq!(again.json()["went_live"], false);
    assert_eq!(live.text(), after);
    drop(live.runtime);
}

#[test]
fn without_being_asked_it_stays_on_this_machine() {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let live = Live::with(Settings::default(), "");
    let own = live.sink.address().port().to_string();
    let other = listener.local_addr().unwrap().port().to_string();
    fs::write(live.path(), live.text().replace(&own, &other)).unwrap();
    for words in [&["doctor"][..], &["doctor", "--offline"], &["init"]] {
        let said = live.newsroom.run(words);
        assert_eq!(said.code, 0, "{}", said.out);
        assert!(listener.accept().is_err(), "{words:?}");
    }
    // Settings that say "smtp" are no reason to knock, either.
    let text = live
        .text()
        .replace("transport = \"files\"", "transport = \"smtp\"");
    fs::write(live.path(), text).unwrap();
    live.newsroom.run(&["doctor", "--offline"]);
    assert!(listener.accept().is_err());
}

#[test]
fn what_goes_wrong_at_the_server_is_a_problem_and_changes_nothing() {
    let login = || Settings {
        login: Some(("press".to_owned(), "right".to_owned())),
        ..Settings::default()
    };
    let faulty = |step, reply: &str| Settings {
        faults: Faults::default().with(step, When::Always, Act::Reply(reply.as_bytes().to_vec())),
        ..Settings::default()
    };
    let account = "username = \"press\"\npassword_file = \"smtp.password\"";
    for (settings, lines, check) in [
        (login(), account, "smtp.login"),
        (faulty(Step::Banner, "554 go away\r\n"), "", "smtp.connect"),
        (
            faulty(Step::Mail, "550 5.7.60 you may not send as this\r\n"),
            "",
            "smtp.test-mail",
        ),
        (
            faulty(Step::BeforeTaking, "554 5.7.1 spam\r\n"),
            "",
            "smtp.test-mail",
        ),
    ] {
        let live = Live::with(settings, lines);
        let password = live.newsroom.path().join("smtp.password");
        fs::write(&password, "wrong\n").unwrap();
        fs::set_permissions(&password, fs::Permissions::from_mode(0o600)).unwrap();
        let before = live.text();
        let (said, states) = live.examined();
        assert_eq!(said.code, 5, "{check}: {}", said.out);
        assert_eq!(stands(&states, check), "problem", "{}", said.out);
        if check != "smtp.test-mail" {
            assert_eq!(stands(&states, "smtp.test-mail"), "not-asked");
        }
        assert!(!said.out.contains("wrong"), "{}", said.out);
        assert!(live.sink.mails().is_empty(), "{check}");
        assert_eq!(live.text(), before, "{check}");
    }
}

#[test]
fn the_belt_holds_for_the_test_mail_too() {
    let live = Live::with(Settings::default(), "");
    let text = live
        .text()
        .replace("only_to = []", "only_to = [\"@example.org\"]");
    fs::write(live.path(), &text).unwrap();
    let (said, states) = live.examined();
    assert_eq!(
        (said.code, stands(&states, "smtp.test-mail").as_str()),
        (0, "warning")
    );
    assert!(live.sink.mails().is_empty());
    assert_eq!(live.text(), text);
}

#[test]
fn a_server_that_offers_little_is_warned_of() {
    let settings = Settings {
        faults: Faults {
            advertise: Advertise {
                size: Some(1_000_000),
                ..Advertise::NOTHING
            },
            ..Faults::default()
        },
        ..Settings::default()
    };
    let live = Live::with(settings, "");
    let (said, states) = live.examined();
    assert_eq!(said.code, 0, "{}", said.out);
    assert_eq!(stands(&states, "smtp.size"), "warning");
    assert_eq!(stands(&states, "smtp.pipelining"), "warning");
    assert_eq!(stands(&states, "smtp.smtputf8"), "ok", "nobody needs it");
    assert_eq!(live.sink.mails().len(), 1);
}

/// A server with a certificate of an authority of its own.
fn encrypted(year: i32, month: u8, day: u8) -> (Settings, String) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    params.not_after = rcgen::date_time_ymd(year, month, day);
    let certificate = params.signed_by(&key, &issuer).unwrap();
    let key = rustls_pki_types::PrivatePkcs8KeyDer::from(key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key.into())
        .unwrap();
    let settings = Settings {
        tls: Some(Arc::new(config)),
        ..Settings::default()
    };
    (settings, pem)
}

#[test]
fn a_certificate_is_verified_and_its_end_told() {
    let (settings, pem) = encrypted(2031, 3, 9);
    let live = Live::with(settings, "ca_file = \"ca.pem\"");
    fs::write(live.newsroom.path().join("ca.pem"), pem).unwrap();
    let text = live
        .text()
        .replace("security = none", "")
        .replace("security = \"none\"", "security = \"starttls\"")
        .replace("host = \"127.0.0.1\"", "host = \"localhost\"");
    fs::write(live.path(), text).unwrap();
    let (said, states) = live.examined();
    assert_eq!(said.code, 0, "{}", said.out);
    assert_eq!(stands(&states, "smtp.tls"), "ok");
    // The terminal's clock stands at 2026-03-12.
    assert!(said.out.contains("ends in 1822 days"), "{}", said.out);

    // Somebody else's authority: nothing was said to this server.
    let (_, stranger) = encrypted(2031, 3, 9);
    fs::write(live.newsroom.path().join("ca.pem"), stranger).unwrap();
    let (said, states) = live.examined();
    assert_eq!(
        (said.code, stands(&states, "smtp.tls").as_str()),
        (5, "problem")
    );
    assert_eq!(live.sink.mails().len(), 1);
}
