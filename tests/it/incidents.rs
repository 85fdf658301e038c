//! Twenty things that went wrong in real press offices, and why none of them can go wrong here.
//! The numbers are those of the list of incidents; the rules stand beside them.

mod clocks;

use std::time::Duration;

use dateline::desk::amend::withdraw;
use dateline::desk::distribution::freeze::schedule;
use dateline::desk::distribution::schedule::{Start, Terms, plan};
use dateline::desk::embargo::agreements::{self, Added};
use dateline::desk::embargo::changes;
use dateline::desk::problem::Exit;
use dateline::desk::release::{approve, check, paste, write};
use dateline::desk::run::run;
use dateline::domain::instant::Instant;
use dateline::mail::sink::Sink;
use dateline::mail::sink::faults::{Act, Faults, Step, When};

use crate::letters::letters;
use crate::never_lost::{agree, later, with_status};
use crate::newsdesk::{
    approved, catcher, contacts, draft, one_run, options, recipients, request, scheduled,
};
use crate::world::{World, on_both};

fn at(text: &str) -> Instant {
    Instant::from_timestamp_down(text.parse().unwrap())
}

/// Ana gets an advance copy of `plant` under this embargo now.
async fn ana_has_a_copy(world: &mut World, extra: &str, zone: &str) -> Sink {
    let sink = catcher(world, Faults::default()).await;
    world
        .import(&format!(
            "email,name,kind,time zone\nana@daily.example,Ana Reyes,media,{zone}\n"
        ))
        .await;
    approved(world, "plant", extra).await;
    give(world, "plant").await;
    sink
}

async fn give(world: &World, slug: &str) {
    let new = Added {
        who: "ana@daily.example",
        release: Some(slug),
        how: "email",
        evidence: None,
        until: None,
        note: None,
    };
    agreements::add(world.desk(), &new).await.unwrap();
    advance(world, slug, Start::Now).await;
    one_run(world).await;
}

async fn advance(world: &World, slug: &str, start: Start) {
    let mut asked = request(slug, start);
    asked.lists.clear();
    asked.to = vec!["ana@daily.example".to_owned()];
    asked.terms = Terms {
        advance: true,
        ..Terms::default()
    };
    let planned = plan(world.desk(), &asked).await.unwrap();
    schedule(world.desk(), &planned).await.unwrap();
}

fn embargo(text: &str) -> String {
    format!("embargo = \"{text}\"")
}

/// 5: mail marked "embargoed" arrived hours after the embargo had ended (EMB-12).
#[tokio::test]
async fn the_advance_copy_came_after_its_own_lift() {
    on_both(async |mut world: World| {
        let evening = embargo("2026-11-03 20:00 America/Vancouver");
        let sink = ana_has_a_copy(&mut world, &evening, "").await;
        let taken = sink.mails().len();
        world
            .import("email,name,kind\nbo@post.example,Bo Lund,media\n")
            .await;
        let new = Added {
            who: "bo@post.example",
            release: Some("plant"),
            how: "email",
            evidence: None,
            until: None,
            note: None,
        };
        agreements::add(world.desk(), &new).await.unwrap();
        let mut asked = request(
            "plant",
            Start::At("2026-11-03 19:30 America/Vancouver".to_owned()),
        );
        asked.lists.clear();
        asked.to = vec!["bo@post.example".to_owned()];
        asked.terms = Terms {
            advance: true,
            ..Terms::default()
        };
        let planned = plan(world.desk(), &asked).await.unwrap();
        schedule(world.desk(), &planned).await.unwrap();
        world.desk().clock.set(at("2026-11-04T04:00:00Z"));
        let report = one_run(&world).await;
        assert_eq!(report.blocked[0].reason, "embargo");
        assert_eq!(sink.mails().len(), taken);
    })
    .await;
}

/// 7: a translation and a fact sheet went on without the notice (EMB-07, EMB-08).
#[tokio::test]
async fn the_copy_of_a_partner_said_nothing_of_the_embargo() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        world
            .import("email,name,kind,language\nana@daily.example,Ana Reyes,media,de\n")
            .await;
        world.file("facts.txt", "Twelve turbines.\n");
        world.file("plant.de.md", "+++\nslug = \"plant\"\nlanguage = \"de\"\nheadline = \"Ein Werk geht auf\"\n+++\nEs geht auf.\n");
        let lift = embargo("2026-11-03 09:00 America/Vancouver");
        let extra = format!("{lift}\nassets = [{{ file = \"facts.txt\", caption = \"Facts, under embargo\" }}]");
        approved(&world, "plant", &extra).await;
        give(&world, "plant").await;
        let mails = letters(&sink);
        assert_eq!(mails.len(), 1);
        assert!(mails[0].subject.starts_with("SPERRFRIST bis Di 3. Nov. 2026 09:00 "), "{}", mails[0].subject);
        assert!(mails[0].subject.ends_with("Ein Werk geht auf"), "{}", mails[0].subject);
        assert!(mails[0].first_line().starts_with("SPERRFRIST BIS 09:00"));
        let (name, content) = &mails[0].files[0];
        assert_eq!(name, "EMBARGOED-facts.txt");
        assert!(content.starts_with("SPERRFRIST BIS 09:00 America/Vancouver"), "{content}");
        assert!(content.ends_with("Twelve turbines.\n") || content.ends_with("Twelve turbines.\r\n"));
    })
    .await;
}

/// 8: one of several stories leaked and was lifted; the others were still under embargo (EMB-09).
#[tokio::test]
async fn a_part_was_lifted_and_the_rest_was_not() {
    on_both(async |mut world: World| {
        let lift = embargo("2026-11-03 09:00 America/Vancouver");
        let sink = ana_has_a_copy(&mut world, &lift, "").await;
        approved(&world, "harbour", &lift).await;
        give(&world, "harbour").await;
        changes::lift(world.desk(), "plant", "early reporting")
            .await
            .unwrap();
        let mut asked = request("harbour", Start::Now);
        asked.lists.clear();
        asked.to = vec!["ana@daily.example".to_owned()];
        let refused = plan(world.desk(), &asked).await.unwrap_err();
        assert_eq!((refused.exit, refused.code), (Exit::Forbidden, "embargoed"));
        asked.release = "plant".to_owned();
        plan(world.desk(), &asked).await.unwrap();
        one_run(&world).await;
        assert_eq!(
            letters(&sink)[2].subject,
            "EMBARGO LIFTED: A tidal plant opens"
        );
    })
    .await;
}

/// 9: the lift was set to a day on which nobody worked (EMB-19, CHK-20).
#[tokio::test]
async fn the_embargo_ended_on_a_day_off() {
    on_both(async |world: World| {
        draft(
            &world,
            "plant",
            &embargo("2026-11-08 09:00 America/Vancouver"),
        )
        .await;
        let checked = check::check(world.desk(), "plant", None).await.unwrap();
        let warned = checked
            .findings
            .iter()
            .any(|line| line.finding.rule == "CHK-20" && line.finding.message.contains("Sunday"));
        assert!(warned);
    })
    .await;
}

/// 14: a machine was restored from a snapshot, and its old campaign went out again (OPS-02).
#[tokio::test]
async fn a_restored_snapshot_sent_everything_again() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 3).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        one_run(&world).await;
        // The ledger as it was before.
        world.run("UPDATE distribution SET status = 'scheduled', started_at = NULL, last_worked_at = NULL, finished_at = NULL", vec![]).await;
        world.run("UPDATE delivery SET status = 'queued', due_at = 0, attempts = 0, sent_at = NULL, done_at = NULL, first_attempt_at = NULL, code = NULL", vec![]).await;
        later(&world, Duration::from_hours(5));
        let report = one_run(&world).await;
        assert_eq!(report.blocked[0].reason, "missed");
        // On another machine not even that.
        world.run("UPDATE desk SET place_fingerprint = 'elsewhere'", vec![]).await;
        let refused = run(world.desk(), &options()).await.unwrap_err();
        assert_eq!((refused.exit, refused.code), (Exit::Forbidden, "copied-database"));
        assert_eq!(sink.mails().len(), 3);
    })
    .await;
}

/// 15: after a crash in the middle some got three copies and some none (OPS-02).
#[tokio::test]
async fn going_on_after_a_crash_left_people_out_and_told_others_twice() {
    on_both(async |mut world: World| {
        let slow = Act::Delay(Duration::from_millis(5));
        let sink = catcher(
            &mut world,
            Faults::default().with(Step::Rcpt, When::Always, slow),
        )
        .await;
        contacts(&world, 20).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        for _ in 0..3 {
            let before = sink.mailbox().taken();
            let options = options();
            tokio::select! {
                _ = run(world.desk(), &options) => {}
                () = async {
                    while sink.mailbox().taken() < before + 4 {
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                } => {}
            }
            later(&world, Duration::from_mins(3));
        }
        one_run(&world).await;
        agree(&world, &[&sink], 20).await;
        assert_eq!(with_status(&world, "queued").await, 0);
        assert!(
            with_status(&world, "unknown").await <= 6,
            "at most two a crash"
        );
    })
    .await;
}

/// 16: the mail was stopped while it was going out, and went on (COR-03).
#[tokio::test]
async fn nobody_could_stop_it_on_its_way() {
    on_both(async |mut world: World| {
        let slow = Act::Delay(Duration::from_millis(60));
        let faults = Faults::default().with(Step::Rcpt, When::Always, slow);
        let sink = catcher(&mut world, faults).await;
        world.set(|config| config.smtp.connections = 1);
        contacts(&world, 12).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        let other = world.second_desk().await;
        let hand = async {
            while sink.mailbox().taken() < 2 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            withdraw::kill(&other, "plant", "never placed", &["Bo Lund"])
                .await
                .unwrap()
        };
        let (_, done) = tokio::join!(Box::pin(one_run(&world)), Box::pin(hand));
        assert!(done.unsent > 0, "it came too late to prove anything");
        one_run(&world).await;
        let notices: Vec<String> = letters(&sink)
            .into_iter()
            .filter(|mail| mail.subject.starts_with("KILL: "))
            .flat_map(|mail| mail.to)
            .collect();
        let mut copies = recipients(&sink);
        for notice in &notices {
            let place = copies.iter().position(|to| to == notice).unwrap();
            copies.remove(place);
        }
        let mut told = notices;
        told.sort();
        assert_eq!(told, copies, "exactly those who have it");
        assert!(copies.len() < 12);
    })
    .await;
}

/// 17: the placeholder of a draft was published (CHK-14).
#[tokio::test]
async fn the_quote_was_still_to_be_written() {
    on_both(async |world: World| {
        let text = "+++\nslug = \"plant\"\nheadline = \"A tidal plant opens\"\n+++\nIt opens. [Insert quote here] TBC.\n";
        write::new(world.desk(), &world.file("plant.md", text)).await.unwrap();
        let checked = check::check(world.desk(), "plant", None).await.unwrap();
        assert!(checked.errors > 0);
        assert!(checked.findings.iter().any(|line| line.finding.rule == "CHK-14"));
        let refused = approve::approve(world.desk(), "plant", None).await.unwrap_err();
        assert_eq!(refused.exit, Exit::Forbidden);
    })
    .await;
}

/// 18: hundreds were addressed by the name of a field (CHK-15).
#[tokio::test]
async fn dear_first_name() {
    on_both(async |world: World| {
        let text = |greeting: &str| format!("+++\nslug = \"plant\"\nheadline = \"A tidal plant opens\"\n+++\nDear {greeting}, it opens.\n");
        let unknown = world.file("plant.md", text("{{ first_name }}"));
        assert!(write::new(world.desk(), &unknown).await.is_err());
        let foreign = world.file("plant.md", text("[[Firstname]]"));
        write::new(world.desk(), &foreign).await.unwrap();
        let checked = check::check(world.desk(), "plant", None).await.unwrap();
        assert!(checked.findings.iter().any(|line| line.finding.rule == "CHK-15"));
        // One of ours, and somebody whose name nobody knows.
        contacts(&world, 2).await;
        let ours = world.file("plant.md", text("{{ contact.given_name }}"));
        write::edit(world.desk(), "plant", &ours).await.unwrap();
        world.run("UPDATE contact SET given_name = '' WHERE id = 1", vec![]).await;
        approve::approve(world.desk(), "plant", None).await.unwrap();
        let refused = plan(world.desk(), &request("plant", Start::Now)).await.unwrap_err();
        assert_eq!((refused.exit, refused.code), (Exit::Forbidden, "empty-merge-field"));
    })
    .await;
}

/// 19: four hundred journalists saw each other's addresses in Cc (MAIL-01).
#[tokio::test]
async fn everybody_saw_everybody_s_address() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 40).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        one_run(&world).await;
        let mails = letters(&sink);
        assert_eq!(mails.len(), 40);
        for mail in &mails {
            assert_eq!(mail.to.len(), 1);
            let head = mail.raw.split("\r\n\r\n").next().unwrap();
            let named = |name: &str| {
                head.lines()
                    .filter(|line| line.to_lowercase().starts_with(name))
                    .count()
            };
            assert_eq!((named("to:"), named("cc:"), named("bcc:")), (1, 0, 0));
            assert_eq!(head.matches("@desk").count(), 1, "{head}");
        }
    })
    .await;
}

/// 20: a release came back from a news site with the site's own debris in it (CHK-01, 03, 05, 10, 35).
#[tokio::test]
async fn the_page_of_a_news_site_was_taken_for_the_release() {
    on_both(async |world: World| {
        let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/it/corpus/republished.txt");
        paste::new(world.desk(), "valves", &page, None)
            .await
            .unwrap();
        let checked = check::check(world.desk(), "valves", None).await.unwrap();
        for rule in ["CHK-01", "CHK-03", "CHK-05", "CHK-10", "CHK-35"] {
            assert!(
                checked
                    .findings
                    .iter()
                    .any(|line| line.finding.rule == rule),
                "{rule}"
            );
        }
        let refused = approve::approve(world.desk(), "valves", None)
            .await
            .unwrap_err();
        assert_eq!(refused.exit, Exit::Forbidden);
    })
    .await;
}
