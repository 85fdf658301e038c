//! Of the twenty incidents those in which somebody misread a clock.

use dateline::desk::embargo::changes;
use dateline::desk::problem::Exit;
use dateline::desk::release::write;
use dateline::domain::instant::Instant;
use dateline::domain::when::unusual_offset_note;

use crate::incidents::{ana_has_a_copy, at, embargo};
use crate::letters::letters;
use crate::newsdesk::one_run;
use crate::world::{World, on_both};

/// What the program says to an embargo written this way.
async fn written(world: &World, embargo: &str) -> Result<Instant, String> {
    let text = format!(
        "+++\nslug = \"plant\"\nheadline = \"A tidal plant opens\"\nembargo = \"{embargo}\"\n+++\nIt opens.\n"
    );
    let path = world.file("plant.md", text);
    match write::new(world.desk(), &path).await {
        Ok(written) => Ok(written.embargo.unwrap().instant),
        Err(problem) => {
            assert_eq!(problem.exit, Exit::Usage);
            Err(problem.code.to_owned())
        }
    }
}

/// 1: a release went out twelve hours early because a form took a.m. for p.m. (EMB-01).
#[tokio::test]
async fn one_minute_past_twelve_was_read_as_noon() {
    on_both(async |world: World| {
        for text in [
            "2026-11-09 12:01 p.m. America/New_York",
            "2026-11-09 12:01 am America/New_York",
            "2026-11-09 midnight America/New_York",
        ] {
            assert!(written(&world, text).await.is_err(), "{text}");
        }
        let noon = written(&world, "2026-11-09 12:01 America/New_York").await;
        assert_eq!(noon, Ok(at("2026-11-09T17:01:00Z")));
    })
    .await;
}

/// 2: after a conversion of zones the entry named the day before (EMB-03).
#[tokio::test]
async fn the_day_was_wrong_once_the_zone_was_converted() {
    on_both(async |mut world: World| {
        let contrary = written(&world, "2026-11-03 20:00 -04:00 America/New_York").await;
        assert_eq!(contrary, Err("invalid-offset".to_owned()));
        let evening = embargo("2026-11-03 20:00 America/New_York");
        let sink = ana_has_a_copy(&mut world, &evening, "Asia/Tokyo").await;
        let mails = letters(&sink);
        assert_eq!(
            mails[0].first_line(),
            "EMBARGOED UNTIL 20:00 America/New_York (EST, UTC-5), Tuesday 3 November 2026 = \
             01:00 UTC Wednesday 4 November 2026 = 10:00 Asia/Tokyo (JST, UTC+9), Wednesday 4 November 2026"
        );
    })
    .await;
}

/// 3: "1800" without a zone was read as summer time, an hour early (EMB-02).
#[tokio::test]
async fn six_o_clock_was_read_in_another_zone() {
    on_both(async |mut world: World| {
        world.set(|config| config.newsroom.time_zone = None);
        let bare = written(&world, "2027-05-26 18:00").await;
        assert_eq!(bare, Err("missing-zone".to_owned()));
        let letters = written(&world, "2027-05-26 18:00 IST").await;
        assert_eq!(letters, Err("ambiguous-abbreviation".to_owned()));
        let habit = written(&world, "2027-07-06 15:00 EST").await;
        assert_eq!(habit, Err("wrong-season-abbreviation".to_owned()));
    })
    .await;
}

/// 4: on the night when only one side had changed its clocks, UTC was an hour off (EMB-03).
#[tokio::test]
async fn the_label_in_utc_was_an_hour_off_on_the_night_of_the_change() {
    on_both(async |world: World| {
        let stale = written(&world, "2027-03-14 14:00 -05:00 America/New_York").await;
        assert_eq!(stale, Err("invalid-offset".to_owned()));
        let right = written(&world, "2027-03-14 14:00 America/New_York").await;
        assert_eq!(right, Ok(at("2027-03-14T18:00:00Z")));
    })
    .await;
}

/// 6: "12:01 a.m. local time" lifts more than twenty times (EMB-02).
#[tokio::test]
async fn local_time_was_everybody_s_own() {
    on_both(async |world: World| {
        for text in ["2026-11-09 00:01 local time", "2026-11-09 00:01 local"] {
            assert!(written(&world, text).await.is_err(), "{text}");
        }
    })
    .await;
}

/// 10: the mail about a new time did not say the date, nor what it had been (EMB-15).
#[tokio::test]
async fn the_mail_about_the_change_left_out_the_date() {
    on_both(async |mut world: World| {
        let lift = embargo("2026-11-03 09:00 America/New_York");
        let sink = ana_has_a_copy(&mut world, &lift, "Europe/Berlin").await;
        changes::move_to(
            world.desk(),
            "plant",
            "2026-11-04 07:30 America/New_York",
            None,
        )
        .await
        .unwrap();
        one_run(&world).await;
        let mails = letters(&sink);
        let text = mails[1].text.replace('\n', " ");
        for moment in [
            "07:30 America/New_York (EST, UTC-5), Wednesday 4 November 2026 = 12:30 UTC",
            "= 13:30 Europe/Berlin (CET, UTC+1), Wednesday 4 November 2026",
            "09:00 America/New_York (EST, UTC-5), Tuesday 3 November 2026 = 14:00 UTC",
            "= 15:00 Europe/Berlin (CET, UTC+1), Tuesday 3 November 2026",
        ] {
            assert!(text.contains(moment), "{moment}: {text}");
        }
    })
    .await;
}

/// 11: one minute past midnight did not exist in Cairo that night (EMB-01).
#[tokio::test]
async fn the_minute_did_not_exist() {
    on_both(async |world: World| {
        world.desk().clock.set(at("2026-04-01T09:00:00Z"));
        let gap = written(&world, "2026-04-24 00:01 Africa/Cairo").await;
        assert_eq!(gap, Err("nonexistent-time".to_owned()));
    })
    .await;
}

/// 12: one minute past midnight came twice that night, in Havana then and on the Azores now (EMB-01).
#[tokio::test]
async fn the_minute_came_twice() {
    on_both(async |world: World| {
        world.desk().clock.set(at("2026-10-01T09:00:00Z"));
        let twice = written(&world, "2026-10-25 00:01 Atlantic/Azores").await;
        assert_eq!(twice, Err("ambiguous-time".to_owned()));
        let first = written(&world, "2026-10-25 00:01 +00:00 Atlantic/Azores").await;
        assert_eq!(first, Ok(at("2026-10-25T00:01:00Z")));
    })
    .await;
}

/// 13: for a week London and New York are four hours apart, not five (EMB-03).
#[tokio::test]
async fn two_cities_were_an_hour_nearer_than_usual() {
    on_both(async |mut world: World| {
        world.desk().clock.set(at("2026-10-26T09:00:00Z"));
        let lift = embargo("2026-10-27 09:00 Europe/London");
        let sink = ana_has_a_copy(&mut world, &lift, "America/New_York").await;
        let line = letters(&sink)[0].first_line().to_owned();
        assert!(
            line.ends_with("= 05:00 America/New_York (EDT, UTC-4), Tuesday 27 October 2026"),
            "{line}"
        );
        let note = unusual_offset_note(
            at("2026-10-27T09:00:00Z"),
            "Europe/London",
            "America/New_York",
            &world.desk().zones,
        );
        assert!(note.unwrap().contains("4 h apart"));
    })
    .await;
}
