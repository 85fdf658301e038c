//! Corrections, holds and kills reach exactly those who hold a copy, in answer to their own.

use dateline::desk::amend::{correct, withdraw};
use dateline::desk::distribution::control;
use dateline::desk::distribution::freeze::schedule;
use dateline::desk::distribution::schedule::{Start, plan};
use dateline::desk::problem::Exit;
use dateline::desk::release::approve::approve;
use dateline::mail::sink::faults::Faults;

use crate::newsdesk::{
    approved, catcher, contacts, draft, one_run, recipients, request, scheduled,
};
use crate::world::{World, on_both};

fn text(world: &World, headline: &str, body: &str) -> std::path::PathBuf {
    let text = format!("+++\nslug = \"plant\"\nheadline = \"{headline}\"\n+++\n{body}\n");
    world.file("fixed.md", text)
}

#[tokio::test]
async fn a_correction_answers_the_copy_of_each_holder_and_nobody_else() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 4).await;
        approved(&world, "plant", "").await;
        let early = text(&world, "A tidal plant opens", "The plant opens on Monday.");
        let nobody = correct::correct(world.desk(), "plant", &early, "Monday")
            .await
            .unwrap_err();
        assert_eq!(
            (nobody.exit, nobody.code),
            (Exit::Forbidden, "nobody-holds-it")
        );
        scheduled(&world, "plant", Start::Now).await;
        one_run(&world).await;
        // Somebody new and somebody who left: neither gets the correction.
        world
            .import("email,name\nlate@desk1.example,Late Comer\n")
            .await;
        let reach = dateline::desk::people::opt_out::Reach::Everything;
        dateline::desk::people::opt_out::add(
            world.desk(),
            "c3@desk3.example",
            &reach,
            "asked",
            "by hand",
        )
        .await
        .unwrap();

        let path = text(&world, "A tidal plant opens", "The plant opens on Tuesday.");
        let written = correct::correct(
            world.desk(),
            "plant",
            &path,
            "It opens on Tuesday, not today.",
        )
        .await
        .unwrap();
        assert_eq!(written.version, 2);
        approve(world.desk(), "plant", None).await.unwrap();
        let mut asked = request("plant", Start::AtLift);
        let refused = plan(world.desk(), &asked).await.unwrap_err();
        assert_eq!(refused.code, "audience-is-known");
        asked.lists.clear();
        let planned = plan(world.desk(), &asked).await.unwrap();
        schedule(world.desk(), &planned).await.unwrap();
        one_run(&world).await;
        let all = recipients(&sink);
        assert_eq!(all.len(), 4 + 3, "{all:?}");
        let correction = String::from_utf8_lossy(&sink.mails()[4].bytes).into_owned();
        let (first, second) = (&sink.mails()[..4], &sink.mails()[4]);
        let own = first.iter().find(|mail| mail.to == second.to).unwrap();
        let own = String::from_utf8_lossy(&own.bytes).into_owned();
        let id = own
            .lines()
            .find_map(|line| line.strip_prefix("Message-ID: "))
            .unwrap();
        assert!(
            correction.contains(&format!("In-Reply-To: {id}")),
            "{correction}"
        );
        assert!(
            correction.to_uppercase().contains("CORRECTION"),
            "{correction}"
        );
        assert!(
            correction.contains("It opens on Tuesday, not today."),
            "{correction}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_kill_cancels_everything_unsent_and_tells_the_holders_alone() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 6).await;
        approved(&world, "plant", "").await;
        let mut to_two = request("plant", Start::Now);
        to_two.lists.clear();
        to_two.to = vec!["c0@desk0.example".to_owned(), "c1@desk1.example".to_owned()];
        let planned = plan(world.desk(), &to_two).await.unwrap();
        schedule(world.desk(), &planned).await.unwrap();
        one_run(&world).await;
        scheduled(
            &world,
            "plant",
            Start::At("2026-11-03 09:00 UTC".to_owned()),
        )
        .await;

        for alone in [&[" Tester "][..], &["tes\u{ad}ter", "TESTER."], &["?"], &[]] {
            let alone = withdraw::kill(world.desk(), "plant", "never placed", alone).await;
            let alone = alone.unwrap_err();
            assert_eq!((alone.exit, alone.code), (Exit::Forbidden, "second-name"));
        }
        let done = withdraw::kill(
            world.desk(),
            "plant",
            "the order was never placed",
            &["Bo Lund"],
        )
        .await
        .unwrap();
        assert_eq!((done.unsent, done.told.told, done.stopped.len()), (4, 2, 1));
        world
            .desk()
            .clock
            .sleep(std::time::Duration::from_hours(30))
            .await;
        one_run(&world).await;
        assert_eq!(
            recipients(&sink).len(),
            2,
            "a notice that is a day late asks a person first"
        );
        let again = withdraw::kill(world.desk(), "plant", "again", &["Bo Lund"])
            .await
            .unwrap_err();
        assert_eq!(again.code, "over");
        let dead = plan(world.desk(), &request("plant", Start::Now))
            .await
            .unwrap_err();
        assert_eq!(dead.code, "over");
    })
    .await;
}

#[tokio::test]
async fn a_kill_notice_goes_with_the_next_run_and_has_nothing_of_the_text() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 3).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        one_run(&world).await;
        let held = withdraw::hold(world.desk(), "plant", "we are checking")
            .await
            .unwrap();
        assert_eq!((held.told.told, held.unsent), (3, 0));
        one_run(&world).await;
        withdraw::kill(world.desk(), "plant", "it is wrong", &["Bo Lund"])
            .await
            .unwrap();
        one_run(&world).await;
        let mails = sink.mails();
        assert_eq!(mails.len(), 9);
        let subject = |at: usize| {
            let text = String::from_utf8_lossy(&mails[at].bytes).into_owned();
            assert!(!text.contains("The plant opens today"), "{text}");
            text.lines()
                .find_map(|line| line.strip_prefix("Subject: ").map(str::to_owned))
                .unwrap()
        };
        assert_eq!(subject(3), "HOLD: A tidal plant opens");
        assert_eq!(subject(6), "KILL: A tidal plant opens");
    })
    .await;
}

#[tokio::test]
async fn a_hold_lets_nothing_more_go_but_what_people_wait_for() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 4).await;
        approved(&world, "plant", "").await;
        let mut to_one = request("plant", Start::Now);
        to_one.lists.clear();
        to_one.to = vec!["c0@desk0.example".to_owned()];
        let planned = plan(world.desk(), &to_one).await.unwrap();
        schedule(world.desk(), &planned).await.unwrap();
        one_run(&world).await;
        let rest = plan(world.desk(), &request("plant", Start::Now))
            .await
            .unwrap();
        withdraw::hold(world.desk(), "plant", "we are checking")
            .await
            .unwrap();
        // Neither what is planned now nor what was planned before goes.
        let new = plan(world.desk(), &request("plant", Start::Now))
            .await
            .unwrap_err();
        assert_eq!((new.exit, new.code), (Exit::Forbidden, "held"));
        let old = schedule(world.desk(), &rest).await.unwrap_err();
        assert_eq!(old.code, "held");
        one_run(&world).await;
        assert_eq!(recipients(&sink).len(), 2, "the copy and its hold notice");

        // A correction goes, and the hold goes on until a person ends it, also with nothing paused.
        let path = text(&world, "A tidal plant opens", "The plant opens on Tuesday.");
        correct::correct(world.desk(), "plant", &path, "It opens on Tuesday.")
            .await
            .unwrap();
        approve(world.desk(), "plant", None).await.unwrap();
        let mut correction = request("plant", Start::AtLift);
        correction.lists.clear();
        let planned = plan(world.desk(), &correction).await.unwrap();
        schedule(world.desk(), &planned).await.unwrap();
        one_run(&world).await;
        assert_eq!(recipients(&sink).len(), 3);
        let shown = dateline::desk::release::show::show(world.desk(), "plant")
            .await
            .unwrap();
        assert!(shown.held_at.is_some());
        control::resume(world.desk(), "plant", None, false)
            .await
            .unwrap();
        let shown = dateline::desk::release::show::show(world.desk(), "plant")
            .await
            .unwrap();
        assert_eq!(shown.held_at, None);
        let nothing = control::resume(world.desk(), "plant", None, false)
            .await
            .unwrap_err();
        assert_eq!(nothing.code, "wrong-state");
    })
    .await;
}

#[tokio::test]
async fn a_hold_pauses_what_waits_and_resume_sends_it() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 3).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        let held = withdraw::hold(world.desk(), "plant", "we are checking")
            .await
            .unwrap();
        assert_eq!((held.unsent, held.told.told), (3, 0));
        one_run(&world).await;
        assert_eq!(recipients(&sink), [""; 0]);
        control::resume(world.desk(), "plant", None, false)
            .await
            .unwrap();
        one_run(&world).await;
        assert_eq!(recipients(&sink).len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_kill_takes_as_many_people_as_an_approval_of_it() {
    on_both(async |mut world: World| {
        world.set(|config| config.run.approvals = 3);
        draft(&world, "plant", "").await;
        let two = withdraw::kill(world.desk(), "plant", "wrong", &["Bo Lund", "bo.lund"]).await;
        let two = two.unwrap_err();
        assert_eq!(two.code, "second-name");
        assert!(two.to_string().contains("needs 3"), "{two}");
        withdraw::kill(world.desk(), "plant", "wrong", &["Bo Lund", "Cy Moss"])
            .await
            .unwrap();
        let said = "SELECT detail AS value FROM log_entry WHERE act = 'kill'";
        let said = world.texts(said, vec![]).await.remove(0);
        assert!(said.contains("Bo Lund, Cy Moss"), "{said}");
    })
    .await;
}
