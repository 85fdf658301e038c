//! The embargo desk: advance copies only to those who agreed, and every change told to exactly those
//! who hold one.

use dateline::desk::distribution::freeze::{Scheduled, schedule};
use dateline::desk::distribution::schedule::{Start, Terms, plan};
use dateline::desk::embargo::agreements::{self, Added};
use dateline::desk::embargo::{ask, breach, changes, explain};
use dateline::desk::problem::{Exit, Problem};
use dateline::desk::release::approve::approve;
use dateline::desk::release::{holders, write};
use dateline::mail::sink::Sink;
use dateline::mail::sink::faults::Faults;

use crate::newsdesk::{approved, catcher, one_run, recipients, request};
use crate::world::{World, on_both};

const LIFT: &str = "embargo = \"2026-11-03 09:00 America/Vancouver\"";

/// Ana and Bo are of the press, Cy is an analyst; Bo and Dee work for one outlet.
pub(crate) async fn press(world: &mut World) -> Sink {
    let sink = catcher(world, Faults::default()).await;
    let csv = "email,name,outlet,kind\nana@daily.example,Ana Reyes,Daily,media\nbo@post.example,Bo Lund,Post,media\n\
               cy@bank.example,Cy Moss,Bank,analyst\ndee@post.example,Dee Ott,Post,media\n";
    let path = world.file("press.csv", csv);
    let import = dateline::desk::people::import_contacts::ImportRequest {
        paths: vec![path],
        source: "test".to_owned(),
        list: Some("tech".to_owned()),
        ..Default::default()
    };
    dateline::desk::people::import_contacts::import(world.desk(), &import)
        .await
        .unwrap();
    approved(world, "plant", LIFT).await;
    sink
}

pub(crate) async fn agree(world: &World, who: &str, release: Option<&str>) -> i64 {
    let new = Added {
        who,
        release,
        how: "email",
        evidence: None,
        until: None,
        note: None,
    };
    agreements::add(world.desk(), &new).await.unwrap().id
}

pub(crate) async fn advance(world: &World, at: Start) -> Result<Scheduled, Problem> {
    let mut request = request("plant", at);
    request.terms = Terms {
        advance: true,
        ..Terms::default()
    };
    let plan = plan(world.desk(), &request).await?;
    schedule(world.desk(), &plan).await
}

fn reasons(scheduled: &Scheduled) -> Vec<(String, i64)> {
    scheduled
        .not_sent
        .iter()
        .map(|fate| (fate.reason.clone(), fate.value))
        .collect()
}

#[tokio::test]
async fn an_advance_copy_goes_to_those_who_agreed_and_says_so_everywhere() {
    on_both(async |mut world: World| {
        let sink = press(&mut world).await;
        agree(&world, "ana@daily.example", Some("plant")).await;
        agree(&world, "cy@bank.example", Some("plant")).await;
        let done = advance(&world, Start::Now).await.unwrap();
        assert_eq!(done.recipients, 1);
        assert_eq!(
            reasons(&done),
            [("no-agreement".to_owned(), 2), ("not-media".to_owned(), 1)]
        );
        one_run(&world).await;
        assert_eq!(recipients(&sink), ["ana@daily.example"]);
        let text = String::from_utf8_lossy(&sink.mails()[0].bytes).into_owned();
        assert!(
            text.contains("Subject: EMBARGOED until Tue 3 Nov 2026 09:00"),
            "{text}"
        );
        assert!(text.contains("X-Dateline-Embargo: "), "{text}");
        let copies = holders::holders(world.desk(), "plant").await.unwrap();
        assert_eq!(copies.len(), 1);
        assert_eq!(copies[0].purpose, "advance");
    })
    .await;
}

#[tokio::test]
async fn an_outlet_s_agreement_counts_for_its_people_until_it_is_withdrawn_or_broken() {
    on_both(async |mut world: World| {
        let sink = press(&mut world).await;
        let id = agree(&world, "Post", None).await;
        let done = advance(&world, Start::At("2026-11-02 12:00 UTC".to_owned())).await.unwrap();
        assert_eq!(done.recipients, 2);
        breach::breach(world.desk(), "Post", "https://post.example/early", None, 180).await.unwrap();
        world.desk().clock.sleep(std::time::Duration::from_hours(3)).await;
        one_run(&world).await;
        assert_eq!(recipients(&sink), [""; 0], "the sanction counts at the claim");
        let why = "SELECT reason AS value FROM delivery WHERE status = 'suppressed' AND purpose = 'advance' ORDER BY id";
        let found = world.texts(why, vec![]).await;
        assert_eq!(found.iter().filter(|one| *one == "outlet-sanction").count(), 2, "{found:?}");
        agreements::withdraw(world.desk(), id).await.unwrap();
        let again = agreements::withdraw(world.desk(), id).await.unwrap_err();
        assert_eq!(again.code, "no-agreement");
    })
    .await;
}

#[tokio::test]
async fn no_copy_is_early_after_the_lift_or_too_late_for_those_who_write() {
    on_both(async |mut world: World| {
        let _sink = press(&mut world).await;
        agree(&world, "ana@daily.example", Some("plant")).await;
        world.set(|config| config.embargo.min_lead = std::time::Duration::from_hours(2));
        let at = |text: &str| Start::At(text.to_owned());
        let late = advance(&world, at("2026-11-03 09:00 America/Vancouver"))
            .await
            .unwrap_err();
        assert_eq!((late.exit, late.code), (Exit::Forbidden, "after-lift"));
        let short = advance(&world, at("2026-11-03 08:00 America/Vancouver"))
            .await
            .unwrap_err();
        assert_eq!((short.exit, short.code), (Exit::Forbidden, "short-notice"));
        let when = advance(&world, Start::AtLift).await.unwrap_err();
        assert_eq!(when.code, "no-time");
        advance(&world, at("2026-11-03 06:00 America/Vancouver"))
            .await
            .unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_move_tells_exactly_the_holders_and_takes_the_queue_with_it() {
    on_both(async |mut world: World| {
        let sink = press(&mut world).await;
        agree(&world, "ana@daily.example", Some("plant")).await;
        advance(&world, Start::Now).await.unwrap();
        one_run(&world).await;
        let general = crate::newsdesk::scheduled(&world, "plant", Start::AtLift).await;
        let to = "2026-11-04 09:00 America/Vancouver";
        let moved = changes::move_to(world.desk(), "plant", to, Some("the regulator asked"))
            .await
            .unwrap();
        assert_eq!(
            (moved.told.told, moved.followed.clone()),
            (1, vec![general.distribution])
        );
        one_run(&world).await;
        assert_eq!(
            recipients(&sink),
            ["ana@daily.example", "ana@daily.example"]
        );
        let notice = String::from_utf8_lossy(&sink.mails()[1].bytes).into_owned();
        assert!(
            notice.contains("Subject: EMBARGO MOVED: A tidal plant opens"),
            "{notice}"
        );
        assert!(notice.contains("In-Reply-To: "), "{notice}");
        assert!(!notice.contains("The plant opens today"), "{notice}");
        // A second move is another round: the same people are told again.
        let second = changes::move_to(
            world.desk(),
            "plant",
            "2026-11-05 09:00 America/Vancouver",
            None,
        )
        .await
        .unwrap();
        assert_eq!(second.told.told, 1);
        one_run(&world).await;
        assert_eq!(recipients(&sink).len(), 3);
        let past = changes::move_to(world.desk(), "plant", "2026-11-01 09:00 UTC", None)
            .await
            .unwrap_err();
        assert_eq!(past.code, "in-the-past");
        // Nothing goes at the old lift, and at the new one only what is approved again.
        world
            .desk()
            .clock
            .sleep(std::time::Duration::from_hours(48))
            .await;
        one_run(&world).await;
        assert_eq!(recipients(&sink).len(), 3);
        approve(world.desk(), "plant", None).await.unwrap();
        world
            .desk()
            .clock
            .sleep(std::time::Duration::from_hours(27))
            .await;
        one_run(&world).await;
        assert_eq!(recipients(&sink).len(), 3);
        world
            .desk()
            .clock
            .sleep(std::time::Duration::from_hours(4))
            .await;
        one_run(&world).await;
        assert_eq!(recipients(&sink).len(), 7, "at the new lift, to all four");
    })
    .await;
}

#[tokio::test]
async fn a_lift_lets_everything_go_and_tells_the_holders() {
    on_both(async |mut world: World| {
        let sink = press(&mut world).await;
        agree(&world, "ana@daily.example", Some("plant")).await;
        advance(&world, Start::Now).await.unwrap();
        one_run(&world).await;
        crate::newsdesk::scheduled(&world, "plant", Start::AtLift).await;
        let lifted = changes::lift(world.desk(), "plant", "out by mistake")
            .await
            .unwrap();
        assert_eq!((lifted.told.told, lifted.followed.len()), (1, 1));
        one_run(&world).await;
        // The advance copy, the notice, and four of the general mail.
        assert_eq!(recipients(&sink).len(), 6);
        let again = changes::lift(world.desk(), "plant", "twice")
            .await
            .unwrap_err();
        assert_eq!((again.exit, again.code), (Exit::Forbidden, "no-embargo"));
    })
    .await;
}

#[tokio::test]
async fn an_edit_and_its_approval_put_nothing_of_the_news_into_a_question() {
    on_both(async |mut world: World| {
        let sink = press(&mut world).await;
        let lists = vec!["tech".to_owned()];
        ask::ask(world.desk(), "plant", lists, Vec::new(), None)
            .await
            .unwrap();
        let text = format!("+++\nslug = \"plant\"\nheadline = \"A tidal plant opens\"\n{LIFT}\n+++\nThe plant opens on Tuesday.\n");
        let path = world.file("plant.md", text);
        write::edit(world.desk(), "plant", &path).await.unwrap();
        approve(world.desk(), "plant", None).await.unwrap();
        one_run(&world).await;
        assert_eq!(recipients(&sink).len(), 3, "everybody of the press is asked");
        for mail in sink.mails() {
            let text = String::from_utf8_lossy(&mail.bytes).into_owned();
            assert!(!text.contains("plant opens"), "{text}");
        }
        let status = "SELECT status AS value FROM release";
        assert_eq!(world.texts(status, vec![]).await, ["approved"], "a question is not the news");
    })
    .await;
}

#[tokio::test]
async fn with_an_advance_copy_out_the_file_changes_neither_text_nor_embargo() {
    on_both(async |mut world: World| {
        let _sink = press(&mut world).await;
        agree(&world, "ana@daily.example", Some("plant")).await;
        advance(&world, Start::Now).await.unwrap();
        one_run(&world).await;
        let status = "SELECT status AS value FROM release";
        assert_eq!(world.texts(status, vec![]).await, ["approved"], "an advance copy is not out");
        let bare = "+++\nslug = \"plant\"\nheadline = \"A tidal plant opens\"\n+++\nThe plant opens today.\n";
        let path = world.file("plant.md", bare);
        let refused = write::edit(world.desk(), "plant", &path).await.unwrap_err();
        assert_eq!((refused.exit, refused.code), (Exit::Forbidden, "already-out"));
    })
    .await;
}

#[tokio::test]
async fn a_lift_ends_the_advance_copies_that_have_not_gone() {
    on_both(async |mut world: World| {
        let sink = press(&mut world).await;
        agree(&world, "ana@daily.example", Some("plant")).await;
        advance(&world, Start::At("2026-11-02 12:00 UTC".to_owned()))
            .await
            .unwrap();
        changes::lift(world.desk(), "plant", "leaked")
            .await
            .unwrap();
        world
            .desk()
            .clock
            .sleep(std::time::Duration::from_hours(4))
            .await;
        let report = one_run(&world).await;
        assert_eq!(
            (report.blocked.len(), sink.mails().len()),
            (0, 0),
            "no retrobargo"
        );
        let rows =
            "SELECT status AS value FROM delivery WHERE reason IS NULL OR reason = 'canceled'";
        assert_eq!(world.texts(rows, vec![]).await, ["canceled"]);
    })
    .await;
}

#[tokio::test]
async fn a_question_has_nothing_of_the_news_and_goes_to_nobody_twice() {
    on_both(async |mut world: World| {
        let sink = press(&mut world).await;
        agree(&world, "ana@daily.example", None).await;
        let asked = ask::ask(
            world.desk(),
            "plant",
            vec!["tech".to_owned()],
            Vec::new(),
            None,
        )
        .await
        .unwrap();
        assert_eq!(asked.recipients, 2);
        one_run(&world).await;
        assert_eq!(recipients(&sink), ["bo@post.example", "dee@post.example"]);
        let text = String::from_utf8_lossy(&sink.mails()[0].bytes).into_owned();
        assert!(
            !text.contains("tidal plant") && text.contains("Yes, I agree"),
            "{text}"
        );
        assert_eq!(
            holders::holders(world.desk(), "plant").await.unwrap().len(),
            0,
            "a question is no copy"
        );
        let again = ask::ask(
            world.desk(),
            "plant",
            vec!["tech".to_owned()],
            Vec::new(),
            None,
        )
        .await
        .unwrap_err();
        assert_eq!(again.code, "nobody");
        let told = explain::explain(world.desk(), "plant", "bo@post.example")
            .await
            .unwrap();
        assert!(!told.advance && !told.general);
    })
    .await;
}
