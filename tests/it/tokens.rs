//! A login that has to be renewed while a run is at work: the token is fetched again, once, and in time.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use dateline::config::keys::smtp::Auth;
use dateline::desk::distribution::schedule::Start;
use dateline::desk::problem::Exit;
use dateline::mail::sink::faults::{Act, Faults, Step, When};
use dateline::mail::sink::{Hook, Settings, Sink};

use crate::never_lost::{agree, later};
use crate::newsdesk::{approved, contacts, one_run, scheduled};
use crate::world::{World, on_both};

const PEOPLE: usize = 12;

/// A token program of the world's own: it notes each call and prints a file, in which `@` becomes the
/// number of the call.
fn program(world: &mut World, prints: &str) {
    world.file("token", prints);
    let script =
        "echo x >> \"$0/calls\"; sed \"s/@/$(wc -l < \"$0/calls\" | tr -d ' ')/\" \"$0/token\"";
    let folder = world.folder().display().to_string();
    let words = ["sh", "-c", script, &folder].map(str::to_owned);
    world.set(|config| {
        config.smtp.auth = Auth::Oauth2;
        config.smtp.username = Some("press".to_owned());
        config.smtp.token_command = words.to_vec();
        config.smtp.connections = 1;
    });
}

fn calls(world: &World) -> usize {
    let calls = std::fs::read_to_string(world.folder().join("calls"));
    calls.unwrap_or_default().lines().count()
}

async fn server(world: &mut World, settings: Settings) -> Sink {
    let here = ([127, 0, 0, 1], 0).into();
    let sink = Sink::start_with(here, settings).await.unwrap();
    let port = sink.address().port();
    world.set(|config| config.smtp.port = Some(port));
    sink
}

/// Each so many mails the connection ends, and the next one has to log in again.
fn short_connections(every: u64) -> Faults {
    Faults::default().with(Step::Mail, When::Every(every), Act::Drop)
}

async fn ready(world: &World) {
    contacts(world, PEOPLE).await;
    approved(world, "plant", "").await;
    scheduled(world, "plant", Start::Now).await;
}

#[tokio::test]
async fn a_token_that_is_refused_in_the_middle_is_fetched_again_once() {
    on_both(|mut world| async move {
        program(&mut world, "old\n");
        let shared: Arc<OnceLock<Sink>> = Arc::default();
        let (known, token) = (Arc::clone(&shared), world.folder().join("token"));
        // With the third mail the provider forgets the old token.
        let hook: Hook = Arc::new(move |caught| {
            if caught.id == 3 {
                known.get().unwrap().ask_for("press", "new");
                std::fs::write(&token, "new\n").unwrap();
            }
        });
        let settings = Settings {
            faults: short_connections(5),
            login: Some(("press".to_owned(), "old".to_owned())),
            on_mail: Some(hook),
            ..Settings::default()
        };
        let sink = server(&mut world, settings).await;
        assert!(shared.set(sink).is_ok());
        ready(&world).await;
        let report = one_run(&world).await;
        assert!(report.trouble.is_none(), "{:?}", report.trouble);
        assert_eq!((report.counts.sent, report.counts.unknown), (12, 0));
        assert_eq!(calls(&world), 2, "at the start, and after the refusal");
        agree(&world, &[shared.get().unwrap()], PEOPLE).await;
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_refused_again_ends_the_run_and_is_told_once() {
    // The same again is not even tried; another each time is, once.
    for (prints, tried) in [("old\n", 1), ("old-@\n", 2)] {
        on_both(|mut world| async move {
            program(&mut world, prints);
            let settings = Settings {
                login: Some(("press".to_owned(), "new".to_owned())),
                ..Settings::default()
            };
            let sink = server(&mut world, settings).await;
            ready(&world).await;
            let report = one_run(&world).await;
            assert_eq!(report.exit(), Exit::Login);
            assert!(report.trouble.unwrap().tell);
            assert_eq!((calls(&world), sink.logins()), (2, tried), "{prints}");
            // A minute later: nobody is told again, whatever the token is called by now.
            later(&world, Duration::from_mins(1));
            let report = one_run(&world).await;
            assert_eq!(report.exit(), Exit::Login);
            assert!(!report.trouble.unwrap().tell, "told twice: {prints}");
            assert!(sink.logins() <= 2 * tried, "{}", sink.logins());
            assert!(sink.mails().is_empty());
            // Mended: at once, and whoever was told hears that it is over.
            world.file("token", "new\n");
            let report = one_run(&world).await;
            assert_eq!(report.counts.sent, 12, "{prints}");
            assert!(report.over.is_some());
            assert_eq!(
                world
                    .number("SELECT COUNT(*) AS value FROM notice", vec![])
                    .await,
                0
            );
        })
        .await;
    }
}

#[tokio::test]
async fn a_token_whose_end_is_known_is_fetched_before_it() {
    for (prints, expected) in [
        ("{\"access_token\": \"t\", \"expires_in\": 300}\n", 3..=4),
        ("{\"access_token\": \"t\"}\n", 1..=1),
    ] {
        on_both(|mut world| {
            let expected = expected.clone();
            async move {
                program(&mut world, prints);
                let settings = Settings {
                    faults: short_connections(2),
                    login: Some(("press".to_owned(), "t".to_owned())),
                    ..Settings::default()
                };
                let sink = server(&mut world, settings).await;
                world.set(|config| {
                    config.limits.per_minute = Some(1);
                    config.run.max_duration = Duration::from_hours(1);
                });
                ready(&world).await;
                // Twelve minutes, and a login for each mail or two.
                assert_eq!(one_run(&world).await.counts.sent, 12);
                assert_eq!(sink.mails().len(), 12);
                assert!(
                    expected.contains(&calls(&world)),
                    "{} for {prints}",
                    calls(&world)
                );
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_program_that_fails_in_the_middle_stops_the_run_and_blames_nobody() {
    on_both(|mut world| async move {
        program(&mut world, "old\n");
        let shared: Arc<OnceLock<Sink>> = Arc::default();
        let (known, token) = (Arc::clone(&shared), world.folder().join("token"));
        let hook: Hook = Arc::new(move |caught| {
            if caught.id == 3 {
                known.get().unwrap().ask_for("press", "new");
                std::fs::remove_file(&token).unwrap();
            }
        });
        let settings = Settings {
            faults: short_connections(5),
            login: Some(("press".to_owned(), "old".to_owned())),
            on_mail: Some(hook),
            ..Settings::default()
        };
        let sink = server(&mut world, settings).await;
        assert!(shared.set(sink).is_ok());
        ready(&world).await;
        let report = one_run(&world).await;
        assert_eq!(report.exit(), Exit::Temporary);
        let trouble = report.trouble.unwrap();
        assert!(trouble.message.contains("token_command"), "{}", trouble.message);
        let harmed = "SELECT COUNT(*) AS value FROM delivery WHERE status NOT IN ('sent', 'queued') OR stage <> 'none'";
        assert_eq!(world.number(harmed, vec![]).await, 0);
        agree(&world, &[shared.get().unwrap()], PEOPLE).await;
    })
    .await;
}
