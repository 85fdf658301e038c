//! The doctor before a real nameserver (NSD): records in several strings, answers over TCP, aliases.
//!
//! Not part of a plain `cargo test`, because it needs nsd; `scripts/check` runs it by its name.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop there"
)]

#[path = "it/world.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod world;

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, UdpSocket};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use dateline::config::environment::Environment;
use dateline::config::keys::smtp::Preset;
use dateline::desk::doctor::{self, Asked, Place};
use dateline::desk::opening::open::Setup;
use dateline::domain::dns::book::{Answer, Question};
use dateline::domain::health::{Finding, State};
use dateline::mail::dkim::Signer;
use dateline::mail::dns::Nameserver;

use crate::world::World;

const KEY: &str = include_str!("../src/mail/dkim/rsa_pkcs8.pem");

/// A private NSD on loopback; ends when dropped.
struct Nsd {
    address: SocketAddr,
    child: Child,
    folder: tempfile::TempDir,
}

impl Nsd {
    fn start() -> Self {
        let folder = tempfile::Builder::new()
            .prefix("dateline-nsd.")
            .tempdir()
            .unwrap();
        let port = free_port();
        let place = folder.path().display().to_string();
        let write = |name: &str, text: &str| {
            let text = text
                .replace("FOLDER", &place)
                .replace("PORT", &port.to_string())
                .replace("RECORD", &record());
            fs::write(folder.path().join(name), text).unwrap();
        };
        write("nsd.conf", include_str!("nsd/nsd.conf"));
        write("example.com.zone", include_str!("nsd/example.com.zone"));
        write("example.net.zone", include_str!("nsd/example.net.zone"));
        write("reverse.zone", include_str!("nsd/reverse.zone"));
        let program = ["/usr/sbin/nsd", "/usr/bin/nsd"]
            .iter()
            .map(PathBuf::from)
            .find(|path| path.exists())
            .unwrap();
        let child = Command::new(program)
            .arg("-d")
            .arg("-c")
            .arg(folder.path().join("nsd.conf"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self {
            address: (Ipv4Addr::LOCALHOST, port).into(),
            child,
            folder,
        }
    }

    /// Waits until it answers.
    async fn ready(&self) -> Nameserver {
        let limit = Instant::now() + Duration::from_secs(20);
        loop {
            let nameserver = Nameserver::at(self.address).unwrap();
            let question = Question::Addresses("ns.example.com".to_owned());
            if nameserver.answer(&question).await.is_ok() {
                return nameserver;
            }
            let log = fs::read_to_string(self.folder.path().join("nsd.log"));
            assert!(Instant::now() < limit, "nsd does not answer: {log:?}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for Nsd {
    fn drop(&mut self) {
        // Its children end with it only when it is asked to end.
        let pid = self.child.id().to_string();
        let _ = Command::new("kill").arg(pid).status();
        let _ = self.child.wait();
    }
}

/// Free for UDP and TCP.
fn free_port() -> u16 {
    loop {
        let udp = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = udp.local_addr().unwrap();
        if TcpListener::bind(address).is_ok() {
            return address.port();
        }
    }
}

/// Our public key as a zone file writes it: in strings of at most 255 bytes.
fn record() -> String {
    let signer = Signer::new("example.com", "d1", KEY.as_bytes()).unwrap();
    let record = signer.public_key().record();
    let (one, other) = record.split_at(200);
    format!("\"{one}\" \"{other}\"")
}

async fn examined(world: &World, nsd: &Nsd) -> Vec<Finding> {
    let path = world.private_file("config.toml", "dateline = 1\n");
    let environment = Environment::default();
    let place = Place {
        config: &path,
        environment: &environment,
    };
    let mut config = (*world.desk().config).clone();
    config.desk.key_file = world.private_file("dateline.key", "07".repeat(32));
    let setup = Setup {
        config: Arc::new(config),
        clock: world.desk().clock.clone(),
        actor: "tester".to_owned(),
    };
    let asked = Asked {
        nameserver: Some(nsd.address),
        ..Asked::default()
    };
    doctor::examine(&setup, place, asked).await.findings
}

fn state(findings: &[Finding], check: &str) -> State {
    let found = findings.iter().find(|one| one.check == check);
    found
        .unwrap_or_else(|| panic!("{check} is not among {findings:?}"))
        .state
}

#[tokio::test]
async fn answers_are_read_as_they_come() {
    let nsd = Nsd::start();
    let nameserver = nsd.ready().await;
    let answer = async |question: Question| nameserver.answer(&question).await.unwrap();
    let texts = |name: &str| Question::Texts(name.to_owned());
    let Answer::Texts(joined) = answer(texts("spf.example.net")).await else {
        panic!("no texts");
    };
    assert_eq!(joined, ["v=spf1 ip4:192.0.2.8/29 ip6:2001:db8:1::/48 -all"]);
    let Answer::Texts(long) = answer(texts("long.example.net")).await else {
        panic!("no texts");
    };
    assert_eq!(long.len(), 9, "cut over UDP, whole over TCP");
    assert_eq!(
        answer(texts("none.example.com")).await,
        Answer::Texts(vec![])
    );
    assert_eq!(
        answer(texts("nobody.example.com")).await,
        Answer::Texts(vec![])
    );
    let Answer::Addresses(mut both) =
        answer(Question::Addresses("alias.example.com".to_owned())).await
    else {
        panic!("no addresses");
    };
    both.sort();
    assert_eq!(
        both,
        ["198.51.100.7", "2001:db8::7"].map(|one| one.parse::<std::net::IpAddr>().unwrap())
    );
    let exchangers = answer(Question::Exchangers("example.com".to_owned())).await;
    assert_eq!(
        exchangers,
        Answer::Names(vec!["mx.example.com.".to_owned()])
    );
    let names = answer(Question::Names("192.0.2.10".parse().unwrap())).await;
    assert_eq!(names, Answer::Names(vec!["smtp.example.net.".to_owned()]));
    // NSD refuses zones that are not its own: that is no answer.
    assert!(nameserver.answer(&texts("example.org")).await.is_err());
}

#[tokio::test]
async fn the_doctor_judges_real_zones() {
    let nsd = Nsd::start();
    nsd.ready().await;
    let mut world = World::on_sqlite().await;
    let key_file = world.private_file("dkim.pem", KEY);
    world.set(|config| {
        config.smtp.host = Some("smtp.example.net".to_owned());
        config.smtp.preset = None;
        config.dkim.domain = Some("example.com".to_owned());
        config.dkim.selector = Some("d1".to_owned());
        config.dkim.key_file = Some(key_file);
    });
    let well = examined(&world, &nsd).await;
    for check in [
        "dns.spf",
        "dns.mx",
        "dns.dkim",
        "dns.dmarc",
        "dns.alignment",
        "dns.ptr",
    ] {
        assert_eq!(state(&well, check), State::Ok, "{well:?}");
    }
    // A relay of our own that the record does not name, and whose name leads elsewhere.
    world.set(|config| {
        config.smtp.host = Some("renamed.example.net".to_owned());
        config.smtp.preset = Some(Preset::Relay);
        config.dkim.selector = Some("short".to_owned());
        config.smtp.bounce_address = Some("bounces+{token}@many.example.com".to_owned());
    });
    let ill = examined(&world, &nsd).await;
    for check in ["dns.spf", "dns.dkim", "dns.mx", "dns.ptr"] {
        assert_eq!(state(&ill, check), State::Problem, "{ill:?}");
    }
    let spf = ill.iter().find(|one| one.check == "dns.spf").unwrap();
    assert!(spf.found.contains("more than ten lookups"), "{spf:?}");
    assert_eq!(state(&ill, "dns.alignment"), State::Ok, "of one house");
    world.set(|config| {
        config.smtp.bounce_address = None;
        config.smtp.host = Some("lonely.example.net".to_owned());
        config.smtp.preset = None;
    });
    let lonely = examined(&world, &nsd).await;
    assert_eq!(state(&lonely, "dns.spf"), State::Ok);
    assert_eq!(state(&lonely, "dns.ptr"), State::Warning);
}
