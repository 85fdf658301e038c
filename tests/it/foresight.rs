//! Looking ahead: `run --dry-run` says who would get what and who is held, and changes nothing.

use std::time::Duration;

use dateline::desk::distribution::control;
use dateline::desk::distribution::freeze::schedule;
use dateline::desk::distribution::schedule::{Start, plan};
use dateline::desk::embargo::agreements::{self, Added};
use dateline::desk::people::opt_out;
use dateline::desk::run::foresight::{Foresight, foresee};
use dateline::mail::sink::faults::Faults;

use crate::newsdesk::{approved, catcher, contacts, one_run, recipients, request, scheduled};
use crate::office::Newsroom;
use crate::world::{World, on_both};

const LIFT: &str = "embargo = \"2026-11-03 09:00 America/Vancouver\"";

fn held(seen: &Foresight) -> Vec<(&str, &str, u64)> {
    let all = seen.held.iter();
    all.map(|one| (one.purpose.as_str(), one.reason.as_str(), one.recipients))
        .collect()
}

/// Advance copies at noon for two who agreed, one of whom then opts out, and the general mail at the
/// lift for whoever holds none.
async fn two_sendings(world: &World) {
    contacts(world, 4).await;
    world.run("UPDATE contact SET kind = 'media'", vec![]).await;
    approved(world, "plant", LIFT).await;
    for who in ["c0@desk0.example", "c1@desk1.example"] {
        let new = Added {
            who,
            release: Some("plant"),
            how: "email",
            evidence: None,
            until: None,
            note: None,
        };
        agreements::add(world.desk(), &new).await.unwrap();
    }
    let mut early = request("plant", Start::At("2026-11-02 12:00 UTC".to_owned()));
    early.terms.advance = true;
    let mut later = request("plant", Start::AtLift);
    later.terms.skip_holders = true;
    for asked in [early, later] {
        let planned = plan(world.desk(), &asked).await.unwrap();
        schedule(world.desk(), &planned).await.unwrap();
    }
    let everything = opt_out::Reach::Everything;
    opt_out::add(
        world.desk(),
        "c1@desk1.example",
        &everything,
        "asked",
        "by hand",
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn it_foresees_what_the_run_then_does_and_changes_nothing() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        two_sendings(&world).await;
        let everything = "SELECT CAST(COUNT(*) AS BIGINT) AS value FROM log_entry";
        let before = world.number(everything, vec![]).await;
        let now = foresee(world.desk(), None, false).await.unwrap();
        assert!(now.goes.is_empty() && now.rows.is_none());
        let noon = foresee(world.desk(), Some("2026-11-02 12:00 UTC"), true)
            .await
            .unwrap();
        assert_eq!(noon.goes.len(), 1);
        assert_eq!(
            (noon.goes[0].purpose.as_str(), noon.goes[0].recipients),
            ("advance", 1)
        );
        assert_eq!(
            held(&noon),
            [
                ("advance", "no-agreement", 2),
                ("advance", "opted-out", 1),
                ("general", "embargo", 3),
                ("general", "opted-out", 1)
            ]
        );
        let lift = foresee(
            world.desk(),
            Some("2026-11-03 09:00 America/Vancouver"),
            true,
        )
        .await
        .unwrap();
        let general = &lift.goes[1];
        assert_eq!(
            (general.purpose.as_str(), general.recipients),
            ("general", 2)
        );
        assert!(
            held(&lift).contains(&("general", "already-has-it", 1)),
            "{:?}",
            lift.held
        );
        assert!(held(&lift).contains(&("general", "opted-out", 1)));
        let rows = lift.rows.unwrap();
        assert_eq!(rows.iter().filter(|row| row.goes_at.is_some()).count(), 3);
        assert_eq!(world.number(everything, vec![]).await, before);
        assert!(sink.mails().is_empty());

        world.desk().clock.sleep(Duration::from_hours(3)).await;
        one_run(&world).await;
        assert_eq!(recipients(&sink), ["c0@desk0.example"]);
        world.desk().clock.sleep(Duration::from_hours(28)).await;
        one_run(&world).await;
        assert_eq!(
            recipients(&sink),
            ["c0@desk0.example", "c2@desk2.example", "c3@desk3.example"]
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_paused_blocked_or_stopped_is_held_and_says_why() {
    on_both(async |mut world: World| {
        let _sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 2).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        control::pause(world.desk(), "plant", None).await.unwrap();
        let paused = foresee(world.desk(), None, false).await.unwrap();
        assert_eq!(held(&paused), [("general", "paused", 2)]);
        control::resume(world.desk(), "plant", None, false)
            .await
            .unwrap();
        control::stop(world.desk(), "wrong list").await.unwrap();
        let stopped = foresee(world.desk(), None, false).await.unwrap();
        assert!(stopped.stopped.is_some());
        assert_eq!(held(&stopped), [("general", "stopped", 2)]);
        control::start(world.desk()).await.unwrap();
        // Nothing ran for longer than a mail may be late.
        world.desk().clock.sleep(Duration::from_hours(48)).await;
        let late = foresee(world.desk(), None, false).await.unwrap();
        assert_eq!(held(&late), [("general", "missed", 2)]);
        let past = foresee(world.desk(), Some("2026-11-01 09:00 UTC"), false)
            .await
            .unwrap_err();
        assert_eq!(past.code, "in-the-past");
    })
    .await;
}

#[test]
fn it_is_a_table_for_people_and_an_object_for_programs() {
    let newsroom = Newsroom::new();
    newsroom.approved("");
    newsroom.run(&[
        "release",
        "schedule",
        "plant",
        "--list",
        "tech",
        "--at",
        "2026-03-12 12:00 UTC",
        "--yes",
        "-q",
    ]);
    let at = ["run", "--dry-run", "--at", "2026-03-12 12:00 UTC"];
    let said = newsroom.run(&[&at[..], &["-v"]].concat());
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(
        said.out.contains("plant  2 recipients (general, REHEARSAL"),
        "{}",
        said.out
    );
    assert!(said.out.contains("opted-out"), "{}", said.out);
    assert!(said.out.contains("ana@press.example"), "{}", said.out);
    let json = newsroom.run(&[&at[..], &["--json"]].concat()).json();
    assert_eq!(json["goes"][0]["recipients"], 2);
    assert_eq!(json["held"][0]["reason"], "opted-out");
    assert!(json.get("rows").is_none());
}
