//! Our own people, programs, a monitor and a log file are told what a run did, once, and without a name.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;

use dateline::config::keys::serve::{Event, Hook};
use dateline::config::keys::smtp::Transport;
use dateline::desk::distribution::schedule::Start;
use dateline::desk::run::{Blocked, Over};
use dateline::desk::told::{News, tell};
use dateline::mail::sink::faults::Faults;

use crate::newsdesk::{approved, catcher, contacts, scheduled};
use crate::office::Newsroom;
use crate::world::{World, on_both};

/// What the sample contacts have that nobody outside the database may see.
const PERSONAL: [&str; 4] = ["press.example", "Ana Reyes", "Bo Lund", "Cy Moss"];

fn news() -> News {
    News {
        blocked: vec![Blocked {
            distribution: 7,
            release: "plant".to_owned(),
            reason: "missed",
        }],
        ..News::default()
    }
}

#[tokio::test]
async fn a_problem_is_mailed_once_and_waits_for_the_server() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        let mut config = (*world.desk.config).clone();
        config.notify.problems = vec![
            "Desk <it@example.com>".to_owned(),
            "bo@example.com".to_owned(),
        ];
        let there = config.clone();
        config.smtp.port = Some(9);
        config.smtp.transport = dateline::config::keys::smtp::Transport::Smtp;
        config.smtp.host = Some("127.0.0.1".to_owned());
        config.smtp.security = dateline::config::keys::smtp::Security::None;
        world.desk.config = std::sync::Arc::new(config);
        let remarks = tell(&world.desk, &news()).await.unwrap();
        assert!(
            remarks[0].contains("the next run tries again"),
            "{remarks:?}"
        );

        world.desk.config = std::sync::Arc::new(there);
        assert_eq!(tell(&world.desk, &News::default()).await.unwrap(), [""; 0]);
        assert_eq!(tell(&world.desk, &News::default()).await.unwrap(), [""; 0]);
        let mails = sink.mails();
        let to: Vec<_> = mails.iter().flat_map(|mail| mail.to.clone()).collect();
        assert_eq!(to, ["it@example.com", "bo@example.com"]);
        let text = String::from_utf8_lossy(&mails[0].bytes).into_owned();
        assert!(
            text.contains("Subject: [Dateline] Needs attention: plant"),
            "{text}"
        );
        assert!(text.contains("Auto-Submitted: auto-generated"), "{text}");
        assert!(text.contains("distribution 7, is blocked"), "{text}");
    })
    .await;
}

/// Answers everything with 204 and keeps the first lines of the requests.
fn monitor() -> (String, std::thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let url = format!("http://{}/ping/abc", listener.local_addr().unwrap());
    let thread = std::thread::spawn(move || {
        let mut seen = Vec::new();
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().unwrap();
            let mut bytes = [0; 2048];
            let length = stream.read(&mut bytes).unwrap();
            let text = String::from_utf8_lossy(&bytes[..length]).into_owned();
            seen.push(text.lines().next().unwrap().to_owned());
            stream
                .write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
                .unwrap();
        }
        seen
    });
    (url, thread)
}

#[test]
fn a_finished_release_is_told_to_all_who_asked() {
    let newsroom = Newsroom::new();
    let folder = newsroom.path().to_owned();
    let (url, seen) = monitor();
    let told = folder.join("told.json");
    let config = fs::read_to_string(folder.join("config.toml")).unwrap();
    let config = config
        .replace("finished = []", "finished = [\"press@example.com\"]")
        .replace(
            "#healthcheck_url = \"https://hc.example.com/ping/…\"",
            &format!("healthcheck_url = \"{url}\""),
        )
        .replace(
            "#file = \"/var/log/dateline/dateline.jsonl\"",
            "file = \"log.jsonl\"",
        )
        .replace("cooling_off = \"2m\"", "cooling_off = \"0s\"");
    let hooks = ["scheduled", "started", "finished"].map(|event| {
        format!(
            "[[hook]]\nafter = \"{event}\"\nrun = [\"sh\", \"-c\", \"cat >> {0}; echo >> {0}\"]\n",
            told.display()
        )
    });
    fs::write(
        folder.join("config.toml"),
        config
            + &hooks.concat()
            + "[[hook]]\nafter = \"finished\"\nrun = [\"no-such-program\", \"secret-token\"]\n",
    )
    .unwrap();
    newsroom.approved("");
    let scheduled = newsroom.run(&[
        "release", "schedule", "plant", "--list", "tech", "--now", "--yes",
    ]);
    assert_eq!(scheduled.code, 0, "{}", scheduled.err);

    let ran = newsroom.run(&["run"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    assert!(
        ran.err.contains("no-such-program") && !ran.err.contains("secret-token"),
        "{}",
        ran.err
    );

    let lines = fs::read_to_string(&told).unwrap();
    let events: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let names: Vec<&str> = events
        .iter()
        .map(|event| event["event"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["scheduled", "started", "finished"]);
    assert_eq!(events[2]["release"], "plant");
    assert_eq!(events[2]["counts"]["sent"], 2);

    let log = fs::read_to_string(folder.join("log.jsonl")).unwrap();
    let acts: Vec<serde_json::Value> = log
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(acts.iter().any(|act| act["act"] == "finish"), "{log}");
    let mode = fs::metadata(folder.join("log.jsonl"))
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    // A second run says nothing twice.
    let url_gone = newsroom.run(&["run"]);
    assert_eq!(url_gone.code, 0, "{}", url_gone.err);
    assert_eq!(fs::read_to_string(folder.join("log.jsonl")).unwrap(), log);
    assert_eq!(fs::read_to_string(&told).unwrap(), lines);

    let asked = seen.join().unwrap();
    assert_eq!(
        asked,
        ["POST /ping/abc/start HTTP/1.1", "POST /ping/abc HTTP/1.1"]
    );
    for text in [&lines, &log] {
        for word in PERSONAL {
            assert!(!text.contains(word), "{word} in {text}");
        }
    }
}

#[tokio::test]
async fn a_run_that_stays_up_says_what_it_blocked() {
    on_both(async |mut world: World| {
        let _sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 1).await;
        approved(&world, "plant", "").await;
        world.desk.clock = dateline::clock::Clock::System;
        world.set(|config| config.smtp.transport = Transport::Files);
        scheduled(&world, "plant", Start::Now).await;
        // A rehearsal faces a real server: it is blocked, and a person has to hear of it.
        world.set(|config| config.smtp.transport = Transport::Smtp);
        let mut child = world
            .program(&["run", "--watch"])
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let blocked = "SELECT COUNT(*) AS value FROM distribution WHERE status = 'blocked'";
        while world.number(blocked, vec![]).await == 0 {
            assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let pid = child.id().to_string();
        let asked = std::process::Command::new("kill")
            .args(["-TERM", &pid])
            .status();
        assert!(asked.unwrap().success());
        let done = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(said.matches("is blocked (transport)").count(), 1, "{said}");
        assert_eq!(done.status.code(), Some(143));
    })
    .await;
}

#[tokio::test]
async fn what_is_over_is_told_by_mail_and_to_programs() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        let told = world.folder().join("told.json");
        let script = format!("cat > {}", told.display());
        world.set(|config| {
            config.notify.problems = vec!["it@example.com".to_owned()];
            config.hooks = vec![Hook {
                after: Event::Recovered,
                run: ["sh", "-c", &script].map(str::to_owned).to_vec(),
            }];
        });
        let news = News {
            over: Some(Over::Route),
            ..News::default()
        };
        assert_eq!(tell(&world.desk, &news).await.unwrap(), [""; 0]);
        let mails = sink.mails();
        assert_eq!(mails.len(), 1);
        let text = String::from_utf8_lossy(&mails[0].bytes).into_owned();
        assert!(text.contains("Subject: [Dateline] Over: sending"), "{text}");
        let said: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(&told).unwrap()).unwrap();
        assert_eq!(
            (&said["event"], &said["reason"]),
            (&"recovered".into(), &"route".into())
        );
    })
    .await;
}
