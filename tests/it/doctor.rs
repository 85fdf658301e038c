//! The doctor finds what is wrong, says what to type, and changes nothing but one line after a test mail.

use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use dateline::clock::Clock;
use dateline::config::environment::Environment;
use dateline::desk::distribution::schedule::Start;
use dateline::desk::doctor::{self, Asked, Place};
use dateline::desk::opening::open::Setup;
use dateline::domain::health::{Finding, State};
use dateline::store::desk_row;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

use crate::asking::Site;
use crate::nameserver::Nameserver;
use crate::newsdesk::{approved, contacts, scheduled};
use crate::office::{ADDRESS, INIT, Newsroom};
use crate::world::{World, on_both};

/// Records under which everything is well for `smtp.example.net` and `example.com`.
pub(crate) const WELL: &str = "smtp.example.net A 192.0.2.10
10.2.0.192.in-addr.arpa PTR smtp.example.net
example.com MX mx.example.com
example.com TXT v=spf1 include:spf.example.net -all
spf.example.net TXT v=spf1 ip4:192.0.2.0/28 -all
_dmarc.example.com TXT v=DMARC1; p=quarantine";

impl World {
    fn setup(&self, clock: Clock) -> Setup {
        let key = self.private_file("dateline.key", "07".repeat(32));
        let mut config = (*self.desk().config).clone();
        config.desk.key_file = key;
        Setup {
            config: Arc::new(config),
            clock,
            actor: "tester".to_owned(),
        }
    }

    async fn examined(&self, asked: Asked) -> Vec<Finding> {
        let path = self.private_file("config.toml", "dateline = 1\n");
        let environment = Environment::default();
        let place = Place {
            config: &path,
            environment: &environment,
        };
        let setup = self.setup(self.desk().clock.clone());
        doctor::examine(&setup, place, asked).await.findings
    }

    async fn at_home(&self, clock: Clock) -> Vec<Finding> {
        let path = self.private_file("config.toml", "dateline = 1\n");
        let environment = Environment::default();
        let place = Place {
            config: &path,
            environment: &environment,
        };
        doctor::look_around(&self.setup(clock), place).await
    }
}

fn one<'f>(findings: &'f [Finding], check: &str) -> &'f Finding {
    findings
        .iter()
        .find(|finding| finding.check == check)
        .unwrap_or_else(|| panic!("{check} is not among {findings:?}"))
}

fn state(findings: &[Finding], check: &str) -> State {
    one(findings, check).state
}

#[tokio::test]
async fn each_thing_on_this_machine_is_looked_at() {
    on_both(async |world: World| {
        let findings = world.at_home(Clock::System).await;
        for check in [
            "config.file",
            "files.readable",
            "database.open",
            "database.home",
        ] {
            assert_eq!(state(&findings, check), State::Ok, "{findings:?}");
        }
        // The test server has durability off, as a test server may; SQLite always has it on.
        let durable = state(&findings, "database.durability");
        if world.desk().store.is_sqlite() {
            assert_eq!(durable, State::Ok);
            assert_eq!(state(&findings, "database.whole"), State::Ok);
            assert_eq!(state(&findings, "files.writable"), State::Ok);
        } else {
            let fsync = "SELECT current_setting('fsync') AS value";
            let is_off = world.texts(fsync, vec![]).await == ["off"];
            assert_eq!(durable == State::Problem, is_off, "{findings:?}");
            // The server's clock and this machine's are one.
            assert_eq!(state(&findings, "clock.database"), State::Ok);
            let apart = world.at_home(world.desk().clock.clone()).await;
            assert_eq!(state(&apart, "clock.database"), State::Problem, "{apart:?}");
        }
        for problem in findings.iter().filter(|one| one.state >= State::Warning) {
            assert!(
                problem.why.is_some() && problem.fix.is_some(),
                "{problem:?}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_copied_database_and_a_foreign_key_are_found() {
    on_both(async |world: World| {
        let sql = "UPDATE desk SET place_fingerprint = 'elsewhere'";
        world.run(sql, vec![]).await;
        let findings = world.at_home(Clock::System).await;
        let home = one(&findings, "database.home");
        assert_eq!(home.state, State::Problem);
        assert!(home.fix.as_deref().unwrap().contains("dateline db adopt"));
        world
            .run("UPDATE desk SET key_fingerprint = 'other'", vec![])
            .await;
        let findings = world.at_home(Clock::System).await;
        assert_eq!(state(&findings, "database.open"), State::Problem);
        assert!(!findings.iter().any(|one| one.check == "database.home"));
    })
    .await;
}

#[tokio::test]
async fn a_run_that_stays_away_is_missed_once_something_waits() {
    on_both(async |world: World| {
        let idle = world.at_home(world.desk().clock.clone()).await;
        assert_eq!(state(&idle, "cron.run"), State::NotAsked);
        contacts(&world, 2).await;
        approved(&world, "plant", "").await;
        scheduled(
            &world,
            "plant",
            Start::At("2026-12-01 09:00 UTC".to_owned()),
        )
        .await;
        let missed = world.at_home(world.desk().clock.clone()).await;
        assert_eq!(state(&missed, "cron.run"), State::Problem);
        desk_row::beat(world.desk().store.db(), world.desk().now())
            .await
            .unwrap();
        let called = world.at_home(world.desk().clock.clone()).await;
        assert_eq!(state(&called, "cron.run"), State::Ok);
    })
    .await;
}

#[tokio::test]
async fn open_files_are_found() {
    let world = World::on_sqlite().await;
    let open = |path: &std::path::Path| {
        fs::set_permissions(path, fs::Permissions::from_mode(0o644)).unwrap();
    };
    open(&world.folder().join("dateline.db"));
    let findings = world.at_home(Clock::System).await;
    let readable = one(&findings, "files.readable");
    assert_eq!(readable.state, State::Problem);
    let fix = readable.fix.as_deref().unwrap();
    assert!(fix.starts_with("chmod 600 ") && fix.ends_with("dateline.db"));
}

#[tokio::test]
async fn the_zones_that_people_use_are_compared() {
    on_both(async |world: World| {
        world
            .import("email,name,time zone\na@desk.example,Ana,Africa/Casablanca\n")
            .await;
        approved(
            &world,
            "plant",
            "embargo = \"2026-12-01 09:00 Europe/Berlin\"",
        )
        .await;
        let now = world.desk().now();
        let zones = dateline::store::health::zones_in_use(world.desk().store.db(), now)
            .await
            .unwrap();
        assert!(zones.contains(&"Europe/Berlin".to_owned()), "{zones:?}");
        let findings = world.at_home(world.desk().clock.clone()).await;
        assert!(state(&findings, "tzdata") <= State::Warning, "{findings:?}");
    })
    .await;
}

#[tokio::test]
async fn dns_is_judged_as_receivers_judge_it() {
    use State::{NotAsked, Ok, Problem, Warning};
    let mut world = World::on_sqlite().await;
    world.set(|config| {
        config.smtp.host = Some("smtp.example.net".to_owned());
        config.smtp.preset = None;
    });
    let checks = [
        "dns.spf",
        "dns.dkim",
        "dns.dmarc",
        "dns.alignment",
        "dns.ptr",
    ];
    let asked = async |world: &World, records: &str| {
        let nameserver = Nameserver::with(records);
        let asked = Asked {
            nameserver: Some(nameserver.address),
            ..Asked::default()
        };
        world.examined(asked).await
    };
    let states = |findings: &[Finding]| checks.map(|check| state(findings, check));

    let well = asked(&world, WELL).await;
    assert_eq!(states(&well), [Ok, NotAsked, Ok, Ok, Ok], "{well:?}");
    let unnamed = asked(&world, &WELL.replace("192.0.2.0/28", "198.51.100.0/28")).await;
    assert_eq!(
        state(&unnamed, "dns.spf"),
        Warning,
        "an include may name others"
    );
    let literal = WELL.replace("include:spf.example.net", "ip4:198.51.100.1");
    let literal = asked(&world, &literal).await;
    assert_eq!(state(&literal, "dns.spf"), Problem);
    let unproved = asked(
        &world,
        &WELL.replace("_dmarc", "_other").replace("10.2.0", "11.2.0"),
    )
    .await;
    assert_eq!(state(&unproved, "dns.dmarc"), Warning);
    assert_eq!(state(&unproved, "dns.ptr"), Warning);
    let empty = asked(&world, "none.example A 192.0.2.1").await;
    assert_eq!(state(&empty, "dns.server"), Problem, "{empty:?}");

    // Our own signature, in a record longer than one string of TXT.
    let pem = include_str!("../../src/mail/dkim/rsa_pkcs8.pem");
    let key_file = world.private_file("dkim.pem", pem);
    world.set(|config| {
        config.dkim.domain = Some("example.com".to_owned());
        config.dkim.selector = Some("d1".to_owned());
        config.dkim.key_file = Some(key_file);
    });
    let missing = asked(&world, WELL).await;
    let dkim = one(&missing, "dns.dkim");
    assert_eq!(dkim.state, Problem);
    let (_, record) = dkim.fix.as_deref().unwrap().split_once("TXT \"").unwrap();
    let record = record.trim_end_matches('"');
    assert!(record.len() > 255, "{record}");
    let published = format!("{WELL}\nd1._domainkey.example.com TXT {record}");
    let published = asked(&world, &published).await;
    assert_eq!(states(&published), [Ok; 5], "{published:?}");
}

#[tokio::test]
async fn addresses_that_need_a_modern_server_are_counted() {
    on_both(async |world: World| {
        world
            .import("email,name\na@desk.example,Ana\nümit@desk.example,Ümit\n")
            .await;
        let connection = world.desk().store.db();
        let count = dateline::store::health::addresses_beyond_ascii(connection).await;
        assert_eq!(count.unwrap(), 1);
        let headers = dateline::store::health::from_headers(connection).await;
        assert_eq!(headers.unwrap(), [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_nameserver_that_is_away_is_one_problem() {
    let mut world = World::on_sqlite().await;
    world.set(|config| config.smtp.host = Some("smtp.example.net".to_owned()));
    // Bound and silent would take the whole patience; closed, the answer is at once.
    let gone = std::net::UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = gone.local_addr().unwrap();
    drop(gone);
    let asked = Asked {
        nameserver: Some(address),
        ..Asked::default()
    };
    let findings = world.examined(asked).await;
    assert_eq!(state(&findings, "dns.nameserver"), State::Problem);
}

#[tokio::test]
async fn the_opt_out_page_is_tried_and_nothing_changes() {
    on_both(async |mut world: World| {
        let site = Site::open(&world).await;
        let base = format!("http://{}", site.address);
        world.set(|config| config.unsubscribe.base_url = Some(base));
        let before = world
            .number("SELECT COUNT(*) AS value FROM log_entry", vec![])
            .await;
        let findings = world.examined(Asked::default()).await;
        let page = one(&findings, "unsubscribe.page");
        assert_eq!(page.state, State::Ok, "{page:?}");
        assert_eq!(
            world
                .number("SELECT COUNT(*) AS value FROM suppression", vec![])
                .await,
            0
        );
        assert_eq!(
            world
                .number("SELECT COUNT(*) AS value FROM log_entry", vec![])
                .await,
            before
        );
        site.close().await;
        let findings = world.examined(Asked::default()).await;
        assert_eq!(state(&findings, "unsubscribe.page"), State::Problem);
    })
    .await;
}

/// Speaks as much IMAP as opening a folder takes.
async fn imap(login: &'static str) -> u16 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        stream.write_all(b"* OK ready\r\n").await.unwrap();
        let mut line = String::new();
        while stream
            .read_line(&mut line)
            .await
            .is_ok_and(|count| count > 0)
        {
            let mut words = line.split_ascii_whitespace();
            let (tag, verb) = (words.next().unwrap(), words.next().unwrap());
            let answer = match verb {
                "LOGIN" => format!("{tag} {login}\r\n"),
                "CAPABILITY" => format!("* CAPABILITY IMAP4rev1\r\n{tag} OK\r\n"),
                "SELECT" => format!(
                    "* 12 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n{tag} OK [READ-WRITE] done\r\n"
                ),
                _ => format!("{tag} OK done\r\n"),
            };
            if stream.write_all(answer.as_bytes()).await.is_err() {
                break;
            }
            line.clear();
        }
    });
    port
}

#[tokio::test]
async fn the_mailbox_is_opened_and_left_alone() {
    let mut world = World::on_sqlite().await;
    let password = world.private_file("imap.password", "secret\n");
    for (answer, expected) in [("OK in", State::Ok), ("NO wrong", State::Problem)] {
        let port = imap(answer).await;
        world.set(|config| {
            config.mailbox.host = Some("127.0.0.1".to_owned());
            config.mailbox.port = Some(port);
            config.mailbox.security = dateline::config::keys::smtp::Security::None;
            config.mailbox.username = Some("bounces@example.com".to_owned());
            config.mailbox.password_file = Some(password.clone());
        });
        let findings = world.examined(Asked::default()).await;
        let mailbox = one(&findings, "mailbox.read");
        assert_eq!(mailbox.state, expected, "{mailbox:?}");
        assert!(!mailbox.found.contains("secret"));
    }
}

#[test]
fn settings_with_a_mistake_are_a_finding() {
    let newsroom = Newsroom(tempfile::tempdir().unwrap());
    let nothing = newsroom.run(&["doctor"]);
    assert_eq!(nothing.code, 5, "{}", nothing.out);
    assert!(nothing.out.contains("config.file") && nothing.out.contains("dateline init"));
    fs::write(
        newsroom.path().join("config.toml"),
        "dateline = 1\n[newsroom]\nnme = \"N\"\n",
    )
    .unwrap();
    let wrong = newsroom.run(&["doctor", "--json"]);
    assert_eq!(wrong.code, 5);
    assert_eq!(wrong.json()["problems"], 1);
    assert_eq!(newsroom.run(&["doctor", "--smtp", "--offline"]).code, 2);
    assert_eq!(
        newsroom
            .run(&["doctor", "--nameserver", "dns.example"])
            .code,
        2
    );
}

#[test]
fn quiet_says_only_what_is_not_well() {
    let newsroom = Newsroom(tempfile::tempdir().unwrap());
    newsroom.good(&[&INIT[..], &[ADDRESS]].concat());
    let all = newsroom.run(&["doctor", "--offline"]);
    assert_eq!(all.code, 0, "{}", all.out);
    assert!(all.out.contains("ok        config.file") && all.out.contains(" ok, "));
    let quiet = newsroom.run(&["doctor", "--offline", "-q"]);
    assert!(!quiet.out.contains("ok  "), "{}", quiet.out);
    fs::set_permissions(
        newsroom.path().join("dateline.db"),
        fs::Permissions::from_mode(0o666),
    )
    .unwrap();
    let open = newsroom.run(&["doctor", "--offline", "-q"]);
    assert_eq!(open.code, 5);
    assert!(
        open.out.contains("PROBLEM") && open.out.contains("fix: chmod 600"),
        "{}",
        open.out
    );
}
