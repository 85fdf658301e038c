//! Opening and making a desk: without its own key, place and tables nothing is done.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use dateline::config::Config;
use dateline::config::environment::Environment;
use dateline::desk::distribution::schedule::Start;
use dateline::desk::opening::adopt;
use dateline::desk::opening::open::{self, Setup};
use dateline::desk::problem::Exit;
use dateline::desk::run;
use dateline::mail::sink::Sink;
use dateline::mail::sink::faults::Faults;
use dateline::store::connection::{begin_read, commit};
use dateline::store::{log, run as store_run};

use crate::newsdesk::{approved, catcher, contacts, one_run, options, scheduled};
use crate::world::{World, on_both};

/// Mail that is due, so that a run that goes too far shows itself.
async fn due(world: &mut World) -> Sink {
    let sink = catcher(world, Faults::default()).await;
    contacts(world, 3).await;
    world.desk.clock = dateline::clock::Clock::System;
    approved(world, "plant", "").await;
    scheduled(world, "plant", Start::Now).await;
    sink
}

/// The real program, without holding up the catcher.
async fn output(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

/// `run` refuses with this exit code, says this much, and nothing left the house.
async fn run_is_refused(command: Command, sink: &Sink, exit: Exit, words: &str) {
    let output = output(command).await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(exit as i32), "{said}");
    assert!(said.contains(words), "{words:?} is not in: {said}");
    assert!(!said.contains("panicked"), "{said}");
    assert!(sink.transactions().is_empty());
}

fn key(world: &World) -> PathBuf {
    world.folder().join("dateline.key")
}

#[tokio::test]
async fn without_its_own_key_nothing_is_sent() {
    on_both(|mut world| async move {
        let sink = due(&mut world).await;
        let run = || world.program(&["-v", "run"]);
        let command = run();
        std::fs::remove_file(key(&world)).unwrap();
        run_is_refused(command, &sink, Exit::Config, "is missing").await;
        let command = run();
        std::fs::write(key(&world), "08".repeat(32)).unwrap();
        run_is_refused(command, &sink, Exit::Config, "belongs to another database").await;
        let command = run();
        std::fs::set_permissions(key(&world), Permissions::from_mode(0o640)).unwrap();
        run_is_refused(command, &sink, Exit::Config, "can be read by others").await;
        for broken in ["", "07", &"0g".repeat(32), &"07".repeat(33), "é"] {
            let command = run();
            std::fs::write(key(&world), broken).unwrap();
            run_is_refused(command, &sink, Exit::Config, "does not hold a key").await;
        }
        let command = run();
        std::fs::write(key(&world), [0xff, 0xfe, 0x00]).unwrap();
        run_is_refused(command, &sink, Exit::Config, "key").await;
        let command = run();
        std::fs::remove_file(key(&world)).unwrap();
        std::fs::create_dir(key(&world)).unwrap();
        run_is_refused(command, &sink, Exit::Config, "key").await;
        std::fs::remove_dir(key(&world)).unwrap();
        // With the right one it goes out.
        assert_eq!(output(run()).await.status.code(), Some(0));
        assert_eq!(sink.mails().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn making_it_again_makes_no_new_key_for_an_old_desk() {
    on_both(|mut world| async move {
        let sink = due(&mut world).await;
        let command = world.program(&["db", "migrate"]);
        std::fs::remove_file(key(&world)).unwrap();
        run_is_refused(command, &sink, Exit::Config, "is missing").await;
        assert!(!key(&world).exists());
        let command = world.program(&["db", "migrate"]);
        std::fs::write(key(&world), "08".repeat(32)).unwrap();
        run_is_refused(command, &sink, Exit::Config, "belongs to another database").await;
    })
    .await;
}

#[tokio::test]
async fn tables_of_another_version_are_left_alone() {
    on_both(|mut world| async move {
        let sink = due(&mut world).await;
        let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m99991231_000001_later', 0)";
        world.run(newer, vec![]).await;
        for words in [&["run"][..], &["db", "migrate"], &["status"]] {
            run_is_refused(world.program(words), &sink, Exit::Database, "newer version").await;
        }
        world.run("DELETE FROM seaql_migrations", vec![]).await;
        run_is_refused(world.program(&["run"]), &sink, Exit::Database, "no Dateline database").await;
    })
    .await;
}

#[tokio::test]
async fn a_database_without_a_desk_and_none_at_all_are_refused() {
    on_both(|mut world| async move {
        let sink = due(&mut world).await;
        world.run("DELETE FROM desk", vec![]).await;
        run_is_refused(
            world.program(&["run"]),
            &sink,
            Exit::Database,
            "never finished",
        )
        .await;
        if let Some(file) = world.desk().store.file() {
            let command = world.program(&["run"]);
            std::fs::rename(file, world.folder().join("away.db")).unwrap();
            run_is_refused(command, &sink, Exit::Database, "no Dateline database").await;
            assert!(!file.exists(), "it must not make an empty one");
        }
    })
    .await;
}

#[tokio::test]
async fn a_copied_database_sends_nothing_until_a_person_adopts_it() {
    on_both(|mut world| async move {
        let sink = due(&mut world).await;
        world
            .run("UPDATE desk SET place_fingerprint = 'elsewhere'", vec![])
            .await;
        let refused = run::run(world.desk(), &options()).await.unwrap_err();
        assert_eq!(
            (refused.exit, refused.code),
            (Exit::Forbidden, "copied-database")
        );
        run_is_refused(
            world.program(&["run"]),
            &sink,
            Exit::Forbidden,
            "another place",
        )
        .await;
        assert!(adopt::adopt(world.desk()).await.unwrap().changed);
        assert_eq!(one_run(&world).await.counts.sent, 3);
        assert_eq!(sink.mails().len(), 3);
    })
    .await;
}

/// SQLite's lock file does the same there.
#[tokio::test]
async fn no_run_begins_while_the_tables_are_changed() {
    on_both(|mut world| async move {
        if world.desk().store.is_sqlite() {
            return;
        }
        let sink = due(&mut world).await;
        let alone = begin_read(world.desk().store.db()).await.unwrap();
        assert!(store_run::keep_out(&alone).await.unwrap());
        let run = world.program(&["run"]);
        run_is_refused(run, &sink, Exit::Temporary, "no run begins meanwhile").await;
        let second = world.second_desk().await;
        let other = begin_read(second.store.db()).await.unwrap();
        assert!(!store_run::keep_out(&other).await.unwrap(), "one at a time");
        commit(other).await.unwrap();
        commit(alone).await.unwrap();
        assert_eq!(one_run(&world).await.counts.sent, 3);
        assert_eq!(sink.mails().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_file_copied_elsewhere_is_noticed() {
    let mut world = World::on_sqlite().await;
    let sink = due(&mut world).await;
    let command = world.program(&["run"]);
    let file = world.desk().store.file().unwrap().to_owned();
    world.run("PRAGMA wal_checkpoint(TRUNCATE)", vec![]).await;
    let copy = world.folder().join("copy.db");
    std::fs::copy(&file, &copy).unwrap();
    let settings = world.folder().join("config.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    let text = text.replace(&file.display().to_string(), &copy.display().to_string());
    std::fs::write(&settings, text).unwrap();
    run_is_refused(command, &sink, Exit::Forbidden, "another place").await;
}

/// The world's settings as the program reads them, for a database that does not exist yet.
async fn nowhere_yet(world: &World, round: usize) -> Arc<Config> {
    // Writes the settings.
    world.program(&[]);
    let settings = world.folder().join("config.toml");
    let mut text = std::fs::read_to_string(&settings).unwrap();
    if let Some(file) = world.desk().store.file() {
        let fresh = world.folder().join(format!("round-{round}/dateline.db"));
        text = text.replace(&file.display().to_string(), &fresh.display().to_string());
    } else {
        for sql in ["DROP SCHEMA public CASCADE", "CREATE SCHEMA public"] {
            world.run(sql, vec![]).await;
        }
    }
    let desk = format!("[desk]\nkey_file = \"key-{round}/dateline.key\"\n");
    let settings = world.private_file("nowhere.toml", text + &desk);
    Arc::new(dateline::config::load(&settings, &Environment::default()).unwrap())
}

async fn make(config: &Arc<Config>, world: &World) -> (bool, usize, String) {
    let setup = Setup {
        config: Arc::clone(config),
        clock: world.desk().clock.clone(),
        actor: "tester".to_owned(),
    };
    let (desk, created) = open::create(setup).await.unwrap();
    let made = (
        created.new_desk,
        created.migrations.len(),
        desk.key.fingerprint(),
    );
    assert_eq!(log::verify(desk.store.db()).await.unwrap().1, None);
    desk.store.close().await;
    made
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_make_it_at_once_make_one_desk_twenty_times() {
    on_both(|world| async move {
        for round in 0..20 {
            let config = nowhere_yet(&world, round).await;
            let (one, two) = tokio::join!(
                Box::pin(make(&config, &world)),
                Box::pin(make(&config, &world))
            );
            assert!(
                one.0 != two.0,
                "round {round}: exactly one of them is the maker"
            );
            assert!(
                one.1 + two.1 > 0 && (one.1 == 0 || two.1 == 0),
                "round {round}: {one:?} {two:?}"
            );
            assert_eq!(one.2, two.2, "round {round}: one key");
            assert_eq!(mode(&config.desk.key_file), 0o600);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_programs_that_make_it_at_once_all_succeed() {
    on_both(|world| async move {
        for round in 0..3 {
            nowhere_yet(&world, round).await;
            let settings = world.folder().join("nowhere.toml");
            let make = || {
                let mut command = Command::new(env!("CARGO_BIN_EXE_dateline"));
                command
                    .env_clear()
                    .arg("--config")
                    .arg(&settings)
                    .args(["--json", "db", "migrate"]);
                output(command)
            };
            let (one, two, three, four) = tokio::join!(make(), make(), make(), make());
            let mut makers = 0;
            for output in [one, two, three, four] {
                let said = String::from_utf8_lossy(&output.stderr).into_owned();
                assert_eq!(output.status.code(), Some(0), "round {round}: {said}");
                let created: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
                makers += usize::from(created["new_desk"] == true);
            }
            assert_eq!(makers, 1, "round {round}");
        }
    })
    .await;
}
