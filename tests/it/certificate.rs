//! The certificate: everything that can be proved about a release, in a file; and the lift for calendars.

use std::fs;

use dateline::desk::amend::withdraw;
use dateline::desk::distribution::schedule::Start;
use dateline::desk::embargo::{calendar, changes};
use dateline::desk::release::certificate::certificate;
use dateline::mail::sink::faults::Faults;

use crate::newsdesk::{approved, catcher, contacts, one_run, recipients, scheduled};
use crate::office::{EMBARGO, Newsroom, pair};
use crate::world::{World, on_both};

const LIFT: &str = "embargo = \"2026-11-02 05:30 America/New_York\"";

#[tokio::test]
async fn it_names_hash_names_moments_replies_and_the_head_of_the_chain() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 3).await;
        let given = approved(&world, "plant", LIFT).await;
        scheduled(&world, "plant", Start::AtLift).await;
        world
            .desk()
            .clock
            .sleep(std::time::Duration::from_mins(90))
            .await;
        one_run(&world).await;
        assert_eq!(recipients(&sink).len(), 3);
        let paper = certificate(world.desk(), "plant", None).await.unwrap();
        assert!(paper.holds, "{:?}", paper.doubts);
        assert_eq!(paper.versions[0].content_hash, given.content_hash);
        assert_eq!(paper.versions[0].approvals[0].by, "tester");
        assert_eq!(
            paper.zones,
            ["America/Vancouver", "UTC", "America/New_York"]
        );
        let until = paper.embargo[0].until.as_ref().unwrap();
        assert_eq!(
            until.local["America/New_York"],
            "05:30 EST (UTC-5), Monday 2 November 2026"
        );
        assert_eq!(until.local["UTC"], "10:30 UTC, Monday 2 November 2026");
        let first = paper.first_accepted.as_ref().unwrap().instant;
        assert!(first >= until.instant, "none early");
        assert_eq!(paper.recipients.len(), 3);
        for row in &paper.recipients {
            assert!(row.reply.as_ref().unwrap().starts_with("250 "), "{row:?}");
        }
        assert_eq!(
            paper.distributions[0].digest_in_log.as_ref(),
            Some(&paper.distributions[0].digest)
        );
        assert_eq!(paper.log.last_hash.as_ref().unwrap().len(), 64);
        let asked = certificate(world.desk(), "plant", Some("Asia/Tokyo"))
            .await
            .unwrap();
        assert_eq!(asked.zones[2], "Asia/Tokyo");
        let wrong = certificate(world.desk(), "plant", Some("Asia/Tokio"))
            .await
            .unwrap_err();
        assert_eq!(wrong.code, "unknown-zone");

        // Somebody makes a refusal out of a copy that was taken.
        world
            .run("UPDATE delivery SET status = 'failed' WHERE id = 1", vec![])
            .await;
        let forged = certificate(world.desk(), "plant", None).await.unwrap();
        assert!(!forged.holds);
        assert!(
            forged.doubts[0].contains("the rows of distribution 1"),
            "{:?}",
            forged.doubts
        );
    })
    .await;
}

#[test]
fn it_is_written_once_as_text_or_json() {
    let newsroom = Newsroom::new();
    newsroom.approved(EMBARGO);
    let said = newsroom.good(&["release", "report", "plant", "--certificate", "plant.txt"]);
    assert_eq!(said.out, "Wrote plant.txt.\n");
    let text = fs::read_to_string(newsroom.path().join("plant.txt")).unwrap();
    for words in [
        "CERTIFICATE OF PLANT",
        "2026-03-20T16:00:00Z",
        "09:00 PDT (UTC-7), Friday 20 March 2026, America/Vancouver",
        "No copy was accepted yet.",
        "Chain head",
        "as they were written",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let again = ["release", "report", "plant", "--certificate", "plant.txt"];
    assert_eq!(newsroom.refused(&again), pair(2, "file-exists"));
    newsroom.good(&["release", "report", "plant", "--certificate", "plant.json"]);
    let json = fs::read(newsroom.path().join("plant.json")).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["holds"], true);
    assert_eq!(json["versions"][0]["number"], 1);
}

#[tokio::test]
async fn the_calendar_moves_one_entry_and_never_tells_the_headline() {
    on_both(async |mut world: World| {
        let _sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 1).await;
        approved(&world, "plant", LIFT).await;
        let first = calendar::entry(world.desk(), "plant", None).await.unwrap();
        assert_eq!((first.sequence, first.canceled), (1, false));
        assert!(
            first.text.contains("\r\nDTSTART:20261102T103000Z\r\n"),
            "{}",
            first.text
        );
        assert!(!first.text.contains("tidal"), "{}", first.text);
        changes::move_to(
            world.desk(),
            "plant",
            "2026-11-03 09:00 America/Vancouver",
            None,
        )
        .await
        .unwrap();
        let moved = calendar::entry(world.desk(), "plant", Some("Project H"))
            .await
            .unwrap();
        assert_eq!((&moved.uid, moved.sequence), (&first.uid, 2));
        assert!(
            moved.text.contains("\r\nSUMMARY:Project H\r\n"),
            "{}",
            moved.text
        );
        changes::lift(world.desk(), "plant", "leaked")
            .await
            .unwrap();
        let lifted = calendar::entry(world.desk(), "plant", None).await.unwrap();
        assert_eq!((lifted.sequence, lifted.starts), (3, world.desk().now()));
        withdraw::kill(world.desk(), "plant", "wrong", &["Bo Lund"])
            .await
            .unwrap();
        let killed = calendar::entry(world.desk(), "plant", None).await.unwrap();
        assert_eq!((killed.sequence, killed.canceled), (4, true));
        approved(&world, "harbour", "").await;
        let none = calendar::entry(world.desk(), "harbour", None)
            .await
            .unwrap_err();
        assert_eq!(none.code, "no-embargo");
    })
    .await;
}

#[test]
fn the_calendar_file_is_written_again_after_a_move() {
    let newsroom = Newsroom::new();
    newsroom.approved(EMBARGO);
    for _ in 0..2 {
        newsroom.good(&["embargo", "ics", "plant", "lift.ics"]);
    }
    let file = fs::read_to_string(newsroom.path().join("lift.ics")).unwrap();
    assert!(file.starts_with("BEGIN:VCALENDAR\r\n"), "{file}");
    let shown = newsroom.good(&["embargo", "ics", "plant", "-"]);
    assert_eq!(shown.out, file);
}
