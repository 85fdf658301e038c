//! Through a real Postfix: encrypted, logged in, and delivered to the byte.
//!
//! Not part of a plain `cargo test`, because it needs Debian's postfix and dovecot-core and the right
//! to start them (root, or sudo without a password): `scripts/check` runs it by its name. Where one
//! of them is missing it fails; it is never skipped.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop there"
)]

#[path = "it/nameserver.rs"]
mod nameserver;
#[path = "it/newsdesk.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod newsdesk;
#[path = "postfix/server.rs"]
mod server;
#[path = "it/world.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod world;

use std::process::{Command, Output};

use dateline::clock::Clock;
use dateline::desk::distribution::schedule::Start;

use crate::nameserver::Nameserver;
use crate::newsdesk::{contacts, scheduled};
use crate::server::{PASSWORD, Postfix, USER};
use crate::world::World;

const RECIPIENTS: usize = 30;

/// A text that mail programs like to break: dots at the start of lines, long lines, umlauts, a lone
/// "From " and an attachment.
const RELEASE: &str = "+++\nslug = \"plant\"\nheadline = \"Gezeitenkraftwerk öffnet – in Vancouver\"\nassets = [{ file = \"data.txt\", alt = \"Figures\" }]\n+++\n.\n\n..two dots\n\nFrom here on everything is tidal. LONG\n\n“Schön”, sagte sie.\n";

async fn scheduled_newsroom() -> World {
    let mut world = World::on_sqlite().await;
    contacts(&world, RECIPIENTS).await;
    world.desk.clock = Clock::System;
    world.file("data.txt", "a figure\n.\n..\n\nnot the end\n");
    let text = RELEASE.replace("LONG", &"word ".repeat(300));
    let path = world.file("plant.md", text);
    dateline::desk::release::write::new(world.desk(), &path)
        .await
        .unwrap();
    dateline::desk::release::approve::approve(world.desk(), "plant", None)
        .await
        .unwrap();
    scheduled(&world, "plant", Start::Now).await;
    world
}

/// How the newsroom reaches the server; each test breaks one of them.
struct Way<'a> {
    security: &'a str,
    host: &'a str,
    port: u16,
    ca: &'a str,
    password: &'a str,
}

impl Way<'_> {
    fn program(&self, world: &World, words: &[&str]) -> Command {
        let command = world.program(words);
        let path = world.folder().join("config.toml");
        let settings = std::fs::read_to_string(&path).unwrap();
        let ca = world.file("ca.pem", self.ca);
        let smtp = format!(
            "security = \"{}\"\nusername = \"{USER}\"\npassword = \"{}\"\nca_file = \"{}\"\n",
            self.security,
            self.password,
            ca.display()
        );
        let settings = settings
            .replace("security = \"none\"\n", &smtp)
            .replace("host = \"127.0.0.1\"", &format!("host = \"{}\"", self.host))
            .replace("port = 1\n", &format!("port = {}\n", self.port));
        let path = world.file("config.toml", settings);
        // It holds a password.
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600))
            .unwrap();
        command
    }

    fn run(&self, world: &World) -> Output {
        self.program(world, &["run", "--json"]).output().unwrap()
    }
}

fn good<'a>(server: &'a Postfix, security: &'a str) -> Way<'a> {
    Way {
        security,
        host: "localhost",
        port: if security == "tls" {
            server.tls
        } else {
            server.starttls
        },
        ca: &server.ca,
        password: PASSWORD,
    }
}

async fn sent(world: &World) -> i64 {
    let sql = "SELECT COUNT(*) AS value FROM delivery WHERE status = 'sent' AND code = 250 AND queue_id IS NOT NULL";
    world.number(sql, vec![]).await
}

#[tokio::test]
async fn everybody_gets_the_previewed_bytes() {
    let server = Postfix::start(RECIPIENTS);
    for security in ["starttls", "tls"] {
        server.empty();
        let world = scheduled_newsroom().await;
        let way = good(&server, security);
        let said = way.run(&world);
        assert_eq!(said.status.code(), Some(0), "{said:?}");
        assert_eq!(sent(&world).await, i64::try_from(RECIPIENTS).unwrap());
        for number in 0..RECIPIENTS {
            let delivered = server.delivered(number);
            let to = format!("c{number}@desk{}.example", number % 10);
            let words = ["release", "preview", "plant", "--raw", "--for", &to];
            let previewed = way.program(&world, &words).output().unwrap().stdout;
            let previewed = String::from_utf8(previewed).unwrap();
            assert!(previewed.contains(&format!("<{to}>")), "{previewed}");
            // A Maildir keeps lines as this system does.
            let expected = previewed.replace("\r\n", "\n");
            assert!(!expected.contains('\r'));
            assert!(
                delivered == expected,
                "{security}, {to}: delivered\n{delivered}\npreviewed\n{expected}"
            );
        }
    }
}

#[tokio::test]
async fn a_wrong_certificate_name_or_password_sends_nothing() {
    let server = Postfix::start(RECIPIENTS);
    let stranger = server::authority("theirs").0;
    for security in ["starttls", "tls"] {
        server.empty();
        let world = scheduled_newsroom().await;
        let right = good(&server, security);
        for (wrong, code) in [
            (
                Way {
                    ca: &stranger,
                    ..good(&server, security)
                },
                75,
            ),
            (
                Way {
                    host: "127.0.0.1",
                    ..good(&server, security)
                },
                75,
            ),
            (
                Way {
                    password: "guessed",
                    ..good(&server, security)
                },
                12,
            ),
        ] {
            let said = wrong.run(&world);
            assert_eq!(said.status.code(), Some(code), "{security}: {said:?}");
            let told = String::from_utf8_lossy(&said.stderr).into_owned();
            assert!(!told.contains(wrong.password), "{told}");
            let untouched =
                "SELECT COUNT(*) AS value FROM delivery WHERE status = 'queued' AND attempts = 0";
            assert_eq!(
                world.number(untouched, vec![]).await,
                i64::try_from(RECIPIENTS).unwrap()
            );
        }
        assert_eq!(right.run(&world).status.code(), Some(0));
        assert_eq!(sent(&world).await, i64::try_from(RECIPIENTS).unwrap());
    }
}

#[tokio::test]
async fn the_doctor_sends_a_test_mail_and_goes_live() {
    let server = Postfix::start(1);
    let names =
        Nameserver::with("desk0.example TXT v=spf1 ip4:192.0.2.1 -all\ndesk0.example MX mail.test");
    let address = names.address.to_string();
    let words = ["doctor", "--smtp", "--json", "--nameserver", &address];
    for security in ["starttls", "tls"] {
        server.empty();
        let world = World::on_sqlite().await;
        for (password, is_right) in [("guessed", false), (PASSWORD, true)] {
            let way = Way {
                password,
                ..good(&server, security)
            };
            let mut command = way.program(&world, &words);
            let path = world.folder().join("config.toml");
            let settings = std::fs::read_to_string(&path).unwrap();
            let before = settings
                .replace("press@example.com", "c0@desk0.example")
                .replace(
                    "transport = \"smtp\"",
                    "transport = \"files\" # as init wrote it",
                );
            std::fs::write(&path, &before).unwrap();
            let said = command.output().unwrap();
            let json: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
            assert_eq!(json["went_live"], is_right, "{security}: {json}");
            let code = if is_right { 0 } else { 5 };
            assert_eq!(said.status.code(), Some(code), "{security}: {json}");
            assert!(!json.to_string().contains(password), "{json}");
            let after = std::fs::read_to_string(&path).unwrap();
            let live = before.replace("transport = \"files\"", "transport = \"smtp\"");
            assert_eq!(after, if is_right { live } else { before });
        }
        let delivered = server.delivered(0);
        assert!(
            delivered.contains("Subject: [TEST] Dateline can send"),
            "{delivered}"
        );
    }
}
