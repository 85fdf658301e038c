//! A run that stays up says what is wrong when it goes wrong, once, and once when it is over; meanwhile
//! it leaves the server alone, and needs no restart.

use std::io::BufRead as _;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dateline::clock::Clock;
use dateline::config::keys::smtp::Transport;
use dateline::desk::distribution::schedule::Start;
use dateline::desk::run::{Options, Over, Report, run};
use dateline::domain::instant::Instant;
use dateline::mail::sink::faults::{Act, Faults, Step, When};
use dateline::mail::sink::{Settings, Sink};
use dateline::store::connection::begin_write;
use dateline::store::desk_row;
use tokio::sync::{mpsc, watch};

use crate::never_lost::agree;
use crate::newsdesk::{approved, catcher, contacts, scheduled};
use crate::world::{World, on_both};

/// News with the moment at which they came, by the desk's clock.
struct News {
    at: Instant,
    report: Report,
}

impl News {
    fn told(&self) -> bool {
        self.report.trouble.as_ref().is_some_and(|it| it.tell)
    }
}

/// A run that stays up, until `enough` has seen its last news.
async fn watching(world: &World, mut enough: impl FnMut(&[News]) -> bool) -> Vec<News> {
    let (stopper, stop) = watch::channel(false);
    let (news, mut happened) = mpsc::unbounded_channel();
    let options = Options {
        watch: true,
        stop,
        news: Some(news),
        progress: None,
    };
    let reader = async {
        let mut seen = Vec::new();
        while !enough(&seen) {
            let report = happened.recv().await.unwrap();
            let at = world.desk().now();
            seen.push(News { at, report });
        }
        stopper.send(true).unwrap();
        seen
    };
    let both = Box::pin(async { tokio::join!(run(world.desk(), &options), reader) });
    let (done, mut seen) = tokio::time::timeout(Duration::from_mins(2), both)
        .await
        .unwrap();
    let last = done.unwrap();
    while let Ok(report) = happened.try_recv() {
        let at = world.desk().now();
        seen.push(News { at, report });
    }
    let at = world.desk().now();
    seen.push(News { at, report: last });
    seen
}

fn is_finished(seen: &[News]) -> bool {
    seen.iter().any(|news| !news.report.finished.is_empty())
}

fn over(seen: &[News]) -> Vec<Over> {
    seen.iter().filter_map(|news| news.report.over).collect()
}

#[tokio::test]
async fn a_server_that_is_away_is_told_when_it_lasts_and_when_it_is_back() {
    on_both(|mut world| async move {
        let away = Arc::new(AtomicBool::new(true));
        let busy = Act::Reply(b"421 4.3.2 busy\r\n".to_vec());
        let faults = Faults::default().with(Step::Banner, When::While(Arc::clone(&away)), busy);
        let sink = catcher(&mut world, faults).await;
        world.set(|config| config.smtp.connections = 1);
        contacts(&world, 3).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        let began = world.desk().now();
        let seen = watching(&world, |seen| {
            if seen.iter().any(News::told) {
                away.store(false, Ordering::SeqCst);
            }
            is_finished(seen) && !over(seen).is_empty()
        })
        .await;
        let told: Vec<&News> = seen.iter().filter(|news| news.told()).collect();
        assert_eq!(told.len(), 1, "once");
        // Ten minutes by default, and the look after that.
        let lasted = began.until(told[0].at);
        assert!(
            lasted >= Duration::from_mins(10) && lasted < Duration::from_mins(12),
            "{lasted:?}"
        );
        assert_eq!(over(&seen), [Over::Route]);
        agree(&world, &[&sink], 3).await;
        let noted = "SELECT COUNT(*) AS value FROM notice";
        assert_eq!(world.number(noted, vec![]).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_short_outage_is_nobodys_business() {
    on_both(|mut world| async move {
        let busy = Act::Reply(b"421 4.3.2 busy\r\n".to_vec());
        let faults = Faults::default().with(Step::Banner, When::Once, busy);
        let sink = catcher(&mut world, faults).await;
        world.set(|config| config.smtp.connections = 1);
        contacts(&world, 3).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        let began = world.desk().now();
        let seen = watching(&world, is_finished).await;
        assert!(!seen.iter().any(News::told) && over(&seen).is_empty());
        // It was left alone for a minute, and no longer.
        let took = began.until(world.desk().now());
        assert!(
            took >= Duration::from_mins(1) && took < Duration::from_secs(70),
            "{took:?}"
        );
        agree(&world, &[&sink], 3).await;
    })
    .await;
}

#[tokio::test]
async fn a_refused_login_is_told_at_once_rests_and_needs_no_restart() {
    on_both(|mut world| async move {
        let settings = Settings {
            login: Some(("press".to_owned(), "right".to_owned())),
            ..Settings::default()
        };
        let here = ([127, 0, 0, 1], 0).into();
        let sink = Sink::start_with(here, settings).await.unwrap();
        let port = sink.address().port();
        let password = world.private_file("smtp.password", "wrong\n");
        world.set(|config| {
            config.smtp.port = Some(port);
            config.smtp.connections = 1;
            config.smtp.username = Some("press".to_owned());
            config.smtp.password_file = Some(password.clone());
        });
        contacts(&world, 3).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        let began = world.desk().now();
        let seen = watching(&world, |seen| {
            if seen.iter().any(News::told) {
                std::fs::write(&password, "right\n").unwrap();
            }
            is_finished(seen) && !over(seen).is_empty()
        })
        .await;
        let told: Vec<&News> = seen.iter().filter(|news| news.told()).collect();
        assert_eq!(told.len(), 1, "once");
        assert!(began.until(told[0].at) < Duration::from_secs(5), "at once");
        let took = began.until(world.desk().now());
        assert!(
            took >= Duration::from_mins(15) && took < Duration::from_mins(17),
            "{took:?}"
        );
        assert_eq!(over(&seen), [Over::Route]);
        // The wrong one, and after the rest the wrong one again with the new one at once behind it.
        assert_eq!(sink.logins(), 3);
        agree(&world, &[&sink], 3).await;
    })
    .await;
}

#[tokio::test]
async fn a_blocked_distribution_is_told_while_another_one_is_at_work() {
    on_both(|mut world| async move {
        let _sink = catcher(&mut world, Faults::default()).await;
        world.set(|config| config.limits.per_minute = Some(10));
        contacts(&world, 60).await;
        for slug in ["plant", "solar"] {
            approved(&world, slug, "").await;
        }
        scheduled(&world, "plant", Start::Now).await;
        let soon = world.desk().now().plus(Duration::from_mins(2)).to_string();
        scheduled(&world, "solar", Start::At(soon)).await;
        // Approved it was; what was scheduled is a rehearsal by now.
        let sql = "UPDATE distribution SET rehearsal = NOT rehearsal WHERE release_id = \
                   (SELECT id FROM release WHERE slug = 'solar')";
        assert_eq!(world.run(sql, vec![]).await, 1);
        let seen = watching(&world, is_finished).await;
        let place = |wanted: &dyn Fn(&Report) -> bool| {
            let found = seen.iter().position(|news| wanted(&news.report));
            found.expect("never said")
        };
        let blocked = place(&|report| report.blocked.iter().any(|one| one.release == "solar"));
        let finished = place(&|report| report.finished.iter().any(|one| one == "plant"));
        assert!(blocked < finished);
        let waited = seen[blocked].at.until(seen[finished].at);
        assert!(waited >= Duration::from_mins(2), "{waited:?}");
        let times = seen.iter().map(|news| news.report.blocked.len());
        assert_eq!(times.sum::<usize>(), 1, "once");
    })
    .await;
}

#[tokio::test]
async fn a_full_disk_is_told_at_once_and_sat_out() {
    // PostgreSQL's disk is another machine's; what full means to a run is the same.
    let mut world = World::on_sqlite().await;
    let sink = catcher(&mut world, Faults::default()).await;
    // Enough that what the server says of them needs room.
    contacts(&world, 200).await;
    approved(&world, "plant", "").await;
    scheduled(&world, "plant", Start::Now).await;
    let pages = world
        .number(
            "SELECT page_count AS value FROM pragma_page_count()",
            vec![],
        )
        .await;
    world
        .run(&format!("PRAGMA max_page_count = {pages}"), vec![])
        .await;
    // Whatever is free within the file is used up first.
    let filling = "INSERT INTO log_file (host, last_entry_id) SELECT hex(randomblob(400)) || id, 0 FROM contact LIMIT 1";
    while world.try_run(filling).await {}
    let mut freed = false;
    let seen = watching(&world, |seen| {
        if seen.iter().any(News::told) && !freed {
            freed = true;
            let store = world.desk().store.clone();
            tokio::spawn(async move {
                use sea_orm::ConnectionTrait as _;
                let room = "PRAGMA max_page_count = 1000000";
                store.db().execute_unprepared(room).await.unwrap();
            });
        }
        is_finished(seen)
    })
    .await;
    let told: Vec<&News> = seen.iter().filter(|news| news.told()).collect();
    assert_eq!(told.len(), 1, "once");
    let trouble = told[0].report.trouble.as_ref().unwrap();
    assert_eq!(trouble.code, "disk-full");
    assert_eq!(over(&seen), [Over::Database]);
    agree(&world, &[&sink], 200).await;
}

/// The real program: what it says stands on standard error while it goes on.
#[tokio::test]
async fn the_program_says_it_at_once() {
    on_both(async |mut world: World| {
        let _sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 1).await;
        approved(&world, "plant", "").await;
        world.desk.clock = Clock::System;
        world.set(|config| config.smtp.transport = Transport::Files);
        scheduled(&world, "plant", Start::Now).await;
        world.set(|config| config.smtp.transport = Transport::Smtp);
        let mut child = world
            .program(&["run", "--watch"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = std::io::BufReader::new(child.stderr.take().unwrap());
        let read = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            stderr.read_line(&mut line).unwrap();
            (line, stderr)
        });
        let (line, stderr) = tokio::time::timeout(Duration::from_mins(1), read)
            .await
            .unwrap()
            .unwrap();
        assert!(line.contains("is blocked (transport)"), "{line}");
        assert!(child.try_wait().unwrap().is_none(), "it goes on");
        let pid = child.id().to_string();
        let asked = std::process::Command::new("kill")
            .args(["-TERM", &pid])
            .status();
        assert!(asked.unwrap().success());
        assert_eq!(child.wait().unwrap().code(), Some(143));
        assert_eq!(stderr.lines().count(), 0, "once");
    })
    .await;
}

/// Whoever was dropped while a transaction began must not leave it open in a connection that others get:
/// what they write would never be committed.
#[tokio::test]
async fn who_goes_away_at_the_door_leaves_nothing_open() {
    on_both(async |world: World| {
        let other = world.second_desk().await;
        let touch = "UPDATE desk SET change_seq = change_seq + 1 WHERE id = 1";
        for patience in 0..60 {
            let door = begin_write(world.desk().store.db());
            let goes = async {
                for _ in 0..patience * patience {
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! {
                biased;
                inside = door => drop(inside.unwrap()),
                () = goes => {}
            }
            let before = desk_row::read(other.store.db()).await.unwrap().unwrap();
            world.run(touch, vec![]).await;
            let after = desk_row::read(other.store.db()).await.unwrap().unwrap();
            assert_eq!(after.change_seq, before.change_seq + 1, "{patience}");
        }
    })
    .await;
}
