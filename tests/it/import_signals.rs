//! Imports of the real program that are stopped: by Ctrl-C, by SIGTERM, and by `kill -9`.

use std::fmt::Write as _;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output, Stdio};

use dateline::desk::people::import_contacts::import;
use dateline::desk::people::imports;

use crate::importing::request;
use crate::world::{World, on_both};

/// So many that a debug build is still at work when it is told to stop.
const ROWS: usize = 150_000;

/// Starts an import, waits until something of it is in, and sends the signal.
async fn stopped(world: &World, signal: &str) -> Output {
    let mut text = "Email,Name\n".to_owned();
    for number in 0..ROWS {
        writeln!(text, "person{number}@example{signal}.org,Person").unwrap();
    }
    world.file("many.csv", text);
    let words = ["contact", "import", "many.csv", "--source", "test"];
    let contacts = "SELECT COUNT(*) AS value FROM contact";
    let before = world.number(contacts, vec![]).await;
    let child = world
        .program(&words)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while world.number(contacts, vec![]).await == before {
        tokio::task::yield_now().await;
    }
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args([signal, &pid])
            .status()
            .unwrap()
            .success()
    );
    child.wait_with_output().unwrap()
}

#[tokio::test]
async fn a_signal_ends_an_import_between_chunks_and_says_where() {
    on_both(async |world| {
        for (number, (signal, code)) in [("-INT", 130), ("-TERM", 143)].into_iter().enumerate() {
            let output = stopped(&world, signal).await;
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(code), "{said}");
            assert!(said.contains("stopped after line "), "{said}");
            assert!(
                said.contains("of many.csv; what was read is kept"),
                "{said}"
            );
            let all = imports::list(world.desk()).await.unwrap();
            assert_eq!(
                (all.len(), all[0].state.as_str()),
                (number + 1, "interrupted")
            );
            assert_eq!(all[0].counts["rows"].as_u64().unwrap() % 500, 0);
        }
    })
    .await;
}

#[tokio::test]
async fn an_import_that_was_killed_shows_as_interrupted_and_again_finishes() {
    on_both(async |world| {
        let output = stopped(&world, "-KILL").await;
        assert_eq!(output.status.signal(), Some(9));
        // A server takes a moment to see that nobody is there any more.
        while imports::list(world.desk()).await.unwrap()[0].state == "running" {
            tokio::task::yield_now().await;
        }
        let all = imports::list(world.desk()).await.unwrap();
        assert_eq!(all[0].state, "interrupted");
        let path = world.file("few.csv", "Email,Name\nperson0@example-KILL.org,Person\n");
        let report = import(world.desk(), &request(path)).await.unwrap();
        assert_eq!(report.files[0].counts.unchanged, 1);
    })
    .await;
}
