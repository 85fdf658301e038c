//! After the release: a follow-up once to those who said nothing, an update to those who have it, and
//! notices in the language that each of them reads.

use dateline::desk::amend::correct;
use dateline::desk::distribution::freeze::schedule;
use dateline::desk::distribution::schedule::{Request, Start, Terms, plan};
use dateline::desk::embargo::agreements::{self, Added};
use dateline::desk::embargo::changes;
use dateline::desk::people::opt_out;
use dateline::desk::problem::{Exit, Problem};
use dateline::desk::release::approve::approve;
use dateline::mail::sink::faults::Faults;

use crate::letters::letters;
use crate::newsdesk::{approved, catcher, contacts, one_run, recipients, request, scheduled};
use crate::office::{Newsroom, pair};
use crate::world::{World, on_both};

fn follow_up(note: &str) -> Request {
    let mut asked = request("plant", Start::Now);
    asked.lists.clear();
    asked.cover_note = Some(note.to_owned());
    asked.terms = Terms {
        follow_up: true,
        ..Terms::default()
    };
    asked
}

async fn sent(world: &World, asked: &Request) -> Result<i64, Problem> {
    let planned = plan(world.desk(), asked).await?;
    Ok(schedule(world.desk(), &planned).await?.recipients)
}

async fn answers(world: &World, address: &str) {
    let sql = "INSERT INTO reply (delivery_id, at, is_yes, subject, text) \
               SELECT id, 1, FALSE, 'Re', 'Thanks' FROM delivery WHERE address = $1 AND purpose = 'general'";
    assert_eq!(world.run(sql, vec![address.into()]).await, 1);
}

#[tokio::test]
async fn a_follow_up_goes_once_to_those_who_said_nothing() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 5).await;
        approved(&world, "plant", "").await;
        let nobody = sent(&world, &follow_up("Did you see this?")).await.unwrap_err();
        assert_eq!(nobody.code, "nobody", "nobody has it yet");
        scheduled(&world, "plant", Start::Now).await;
        one_run(&world).await;
        let first = letters(&sink);
        answers(&world, "c0@desk0.example").await;
        let everything = opt_out::Reach::Everything;
        opt_out::add(world.desk(), "c1@desk1.example", &everything, "asked", "by hand").await.unwrap();

        let silent = sent(&world, &follow_up(" ")).await.unwrap_err();
        assert_eq!((silent.exit, silent.code), (Exit::Usage, "no-note"));
        let mut to_a_list = follow_up("Did you see this?");
        to_a_list.lists.push("tech".to_owned());
        let refused = sent(&world, &to_a_list).await.unwrap_err();
        assert_eq!(refused.code, "audience-is-known");
        assert_eq!(sent(&world, &follow_up("Did you see this?")).await.unwrap(), 3);
        // Somebody answers before it goes.
        answers(&world, "c2@desk2.example").await;
        one_run(&world).await;
        let all = letters(&sink);
        let mut to: Vec<&str> = all[5..].iter().map(|mail| mail.to[0].as_str()).collect();
        to.sort_unstable();
        assert_eq!(to, ["c3@desk3.example", "c4@desk4.example"]);
        for mail in &all[5..] {
            assert!(mail.text.starts_with("Did you see this?"), "{}", mail.text);
            assert!(mail.text.contains("The plant opens today."), "{}", mail.text);
            let own = first.iter().find(|copy| copy.to == mail.to).unwrap();
            let id = own.raw.lines().find_map(|line| line.strip_prefix("Message-ID: ")).unwrap();
            assert!(mail.raw.contains(&format!("In-Reply-To: {id}")), "{}", mail.raw);
        }
        let why = "SELECT reason AS value FROM delivery WHERE purpose = 'follow-up' AND status = 'suppressed' ORDER BY contact_id";
        assert_eq!(world.texts(why, vec![]).await, ["answered", "opted-out", "answered"]);
        let again = sent(&world, &follow_up("And now?")).await.unwrap_err();
        assert_eq!(again.code, "nobody", "once");
    })
    .await;
}

#[tokio::test]
async fn who_took_back_the_agreement_is_left_alone() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 2).await;
        world.run("UPDATE contact SET kind = 'media'", vec![]).await;
        approved(&world, "plant", "embargo = \"2026-11-03 09:00 UTC\"").await;
        let mut ids = Vec::new();
        for who in ["c0@desk0.example", "c1@desk1.example"] {
            let new = Added {
                who,
                release: Some("plant"),
                how: "email",
                evidence: None,
                until: None,
                note: None,
            };
            ids.push(agreements::add(world.desk(), &new).await.unwrap().id);
        }
        let mut early = request("plant", Start::Now);
        early.terms.advance = true;
        assert_eq!(sent(&world, &early).await.unwrap(), 2);
        one_run(&world).await;
        agreements::withdraw(world.desk(), ids[0]).await.unwrap();
        assert_eq!(sent(&world, &follow_up("Any questions?")).await.unwrap(), 1);
        one_run(&world).await;
        let mails = letters(&sink);
        assert_eq!(mails[2].to, ["c1@desk1.example"]);
        assert!(
            mails[2].subject.starts_with("EMBARGOED until"),
            "{}",
            mails[2].subject
        );
        let status = "SELECT status AS value FROM release";
        assert_eq!(
            world.texts(status, vec![]).await,
            ["approved"],
            "nothing is out"
        );
    })
    .await;
}

#[tokio::test]
async fn an_update_goes_to_those_who_have_it_and_says_what_is_new() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 2).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        one_run(&world).await;
        world.import("email,name\nlate@desk1.example,Late Comer\n").await;
        let text = "+++\nslug = \"plant\"\nheadline = \"A tidal plant opens\"\n+++\nThe plant opens at nine.\n";
        let path = world.file("more.md", text);
        correct::update(world.desk(), "plant", &path, "adds the hour").await.unwrap();
        approve(world.desk(), "plant", None).await.unwrap();
        let mut asked = request("plant", Start::AtLift);
        asked.lists.clear();
        assert_eq!(sent(&world, &asked).await.unwrap(), 2);
        one_run(&world).await;
        let mails = letters(&sink);
        assert_eq!(mails.len(), 4);
        assert!(mails[2].text.starts_with("UPDATE: adds the hour"), "{}", mails[2].text);
        assert!(mails[2].raw.contains("In-Reply-To: "));
        let purposes = "SELECT purpose AS value FROM distribution ORDER BY id";
        assert_eq!(world.texts(purposes, vec![]).await, ["general", "update"]);
    })
    .await;
}

#[tokio::test]
async fn who_never_saw_the_first_version_reads_news_and_no_correction() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 3).await;
        world.run("UPDATE contact SET kind = 'media'", vec![]).await;
        approved(&world, "plant", "embargo = \"2026-11-02 10:00 UTC\"").await;
        let new = Added { who: "c0@desk0.example", release: Some("plant"), how: "email", evidence: None, until: None, note: None };
        agreements::add(world.desk(), &new).await.unwrap();
        let mut early = request("plant", Start::Now);
        early.terms.advance = true;
        sent(&world, &early).await.unwrap();
        one_run(&world).await;
        let mut general = request("plant", Start::AtLift);
        general.terms.skip_holders = true;
        sent(&world, &general).await.unwrap();
        let text = "+++\nslug = \"plant\"\nheadline = \"A tidal plant opens\"\n+++\nThe plant opens at nine.\n";
        correct::correct(world.desk(), "plant", &world.file("fixed.md", text), "at nine").await.unwrap();
        approve(world.desk(), "plant", None).await.unwrap();
        let mut asked = request("plant", Start::AtLift);
        asked.lists.clear();
        assert_eq!(sent(&world, &asked).await.unwrap(), 1);
        one_run(&world).await;
        let mails = letters(&sink);
        assert!(mails[1].text.contains("CORRECTION: at nine"), "{}", mails[1].text);
        assert!(mails[1].first_line().starts_with("EMBARGOED UNTIL"), "{}", mails[1].text);
        world.desk().clock.sleep(std::time::Duration::from_mins(61)).await;
        one_run(&world).await;
        let mails = letters(&sink);
        assert_eq!(mails.len(), 4);
        for mail in &mails[2..] {
            assert!(mail.text.starts_with("A tidal plant opens"), "{}", mail.text);
            assert!(mail.text.contains("opens at nine") && !mail.text.contains("CORRECTION"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_notice_is_in_the_language_and_the_zone_of_who_reads_it() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        let csv = "email,name,kind,language,time zone\nana@daily.example,Ana Reyes,media,de,Europe/Berlin\n";
        world.import(csv).await;
        let german = "+++\nslug = \"plant\"\nlanguage = \"de\"\nheadline = \"Ein Werk geht auf\"\n+++\nEs geht auf.\n";
        world.file("plant.de.md", german);
        approved(&world, "plant", "embargo = \"2026-11-03 09:00 America/New_York\"").await;
        let new = Added { who: "ana@daily.example", release: Some("plant"), how: "email", evidence: None, until: None, note: None };
        agreements::add(world.desk(), &new).await.unwrap();
        let mut early = request("plant", Start::Now);
        early.lists.clear();
        early.to = vec!["ana@daily.example".to_owned()];
        early.terms.advance = true;
        sent(&world, &early).await.unwrap();
        one_run(&world).await;
        let to = "2026-11-04 09:00 America/New_York";
        changes::move_to(world.desk(), "plant", to, Some("das Amt bat darum")).await.unwrap();
        one_run(&world).await;
        changes::lift(world.desk(), "plant", "schon bekannt").await.unwrap();
        one_run(&world).await;
        assert_eq!(recipients(&sink).len(), 3);
        let mails = letters(&sink);
        assert_eq!(mails[1].subject, "SPERRFRIST VERSCHOBEN: Ein Werk geht auf");
        let text = mails[1].text.replace('\n', " ");
        for words in [
            "09:00 America/New_York (EST, UTC-5), Mittwoch, 4. November 2026 = 14:00 UTC",
            "= 15:00 Europe/Berlin (CET, UTC+1), Mittwoch, 4. November 2026",
            "Grund: das Amt bat darum",
        ] {
            assert!(text.contains(words), "{words}: {text}");
        }
        assert_eq!(mails[2].subject, "SPERRFRIST AUFGEHOBEN: Ein Werk geht auf");
    })
    .await;
}

#[test]
fn a_follow_up_wants_its_words_and_its_time() {
    let newsroom = Newsroom::new();
    newsroom.approved("");
    let words = ["release", "schedule", "plant", "--follow-up"];
    assert_eq!(newsroom.run(&words).code, 2);
    assert_eq!(newsroom.run(&[&words[..], &["--now"]].concat()).code, 2);
    let whole = [&words[..], &["--now", "--cover-note", "Seen?", "--yes"]].concat();
    assert_eq!(newsroom.refused(&whole), pair(4, "nobody"));
}
