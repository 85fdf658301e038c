//! Two contacts that are one person: proposed with a reason, merged with both histories, and the
//! stricter no counts from then on.

use dateline::desk::amend::correct;
use dateline::desk::distribution::freeze::schedule;
use dateline::desk::distribution::schedule::{Start, plan};
use dateline::desk::embargo::agreements::{self, Added};
use dateline::desk::people::import_contacts::{ImportRequest, import};
use dateline::desk::people::opt_out::{self, Reach};
use dateline::desk::people::{contacts as people, duplicates, merge, rights};
use dateline::desk::problem::Exit;
use dateline::desk::release::approve::approve;
use dateline::desk::release::holders;
use dateline::mail::sink::faults::Faults;

use crate::newsdesk::{approved, catcher, one_run, recipients, request};
use crate::world::{World, on_both};

const ADA: &str = "ada@daily.example";
const BYRNE: &str = "byrne@wire.example";

/// Imports rows to a list, with a source of its own.
async fn bring(world: &World, list: &str, csv: &str) {
    let request = ImportRequest {
        paths: vec![world.file("press.csv", csv)],
        source: format!("the {list} sheet"),
        list: Some(list.to_owned()),
        ..ImportRequest::default()
    };
    import(world.desk(), &request).await.unwrap();
}

/// Ada is known twice: at her desk, and at the agency she writes for.
async fn ada_twice(world: &World) -> (i64, i64) {
    bring(
        world,
        "tech",
        "email,name,outlet,notes,tags\nada@daily.example,Ada Byrne,Daily,likes zeppelins,wire\n",
    )
    .await;
    bring(
        world,
        "energy",
        "email,e-mail 2,name,title,phone,notes,tags\nbyrne@wire.example,ab@mail.example,A. Byrne,Editor,+49 30 5550199,calls back,energy\n",
    )
    .await;
    let find = async |who| people::find(world.desk(), who).await.unwrap();
    (find(ADA).await, find(BYRNE).await)
}

async fn merged(world: &World) -> merge::Merged {
    merge::merge(world.desk(), ADA, BYRNE, false).await.unwrap()
}

#[tokio::test]
async fn what_one_knows_the_other_knows_and_a_re_import_finds_who_stayed() {
    on_both(async |world| {
        let (ada, byrne) = ada_twice(&world).await;
        let dry = merge::merge(world.desk(), ADA, BYRNE, true).await.unwrap();
        let filled = ["title", "phone", "notes"];
        assert_eq!(dry.filled, filled);
        assert_eq!(people::find(world.desk(), BYRNE).await.unwrap(), byrne);
        let done = merged(&world).await;
        assert_eq!(
            done,
            merge::Merged {
                dry_run: false,
                ..dry
            }
        );
        assert_eq!((done.addresses, done.lists, done.labels), (2, 1, 1));

        let card = people::show(world.desk(), &byrne.to_string())
            .await
            .unwrap();
        assert_eq!(card.contact.id, ada, "who was merged away is who stayed");
        assert_eq!(card.contact.name, "Ada Byrne");
        assert_eq!(card.contact.title, "Editor");
        assert_eq!(card.notes, "likes zeppelins\ncalls back");
        assert_eq!(card.contact.lists, ["energy", "tech"]);
        assert_eq!(card.contact.tags, ["energy", "wire"]);
        assert_eq!(card.further_addresses, ["ab@mail.example", BYRNE]);

        bring(&world, "more", "email,country\nBYRNE@wire.example,DE\n").await;
        let card = people::show(world.desk(), ADA).await.unwrap();
        assert_eq!(card.contact.country, "DE");
        let live = "SELECT COUNT(*) AS value FROM contact WHERE merged_into_id IS NULL";
        assert_eq!(world.number(live, vec![]).await, 1);
        let faults = dateline::desk::data::check::check(world.desk())
            .await
            .unwrap();
        assert_eq!(faults.faults, Vec::<String>::new());

        let again = merge::merge(world.desk(), ADA, BYRNE, false)
            .await
            .unwrap_err();
        assert_eq!((again.exit, again.code), (Exit::Usage, "same-contact"));
        let dossier = rights::dossier(world.desk(), ADA).await.unwrap();
        assert_eq!(dossier.merged.len(), 1);
        assert_eq!(dossier.merged[0].source, "the energy sheet");
        let erased = rights::erase(world.desk(), ADA).await.unwrap();
        assert_eq!(erased.contacts, [ada, byrne]);
        let kept = "SELECT COUNT(*) AS value FROM contact WHERE phone <> '' OR notes <> ''";
        assert_eq!(world.number(kept, vec![]).await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_stricter_no_counts_whichever_of_them_said_it() {
    for no in [BYRNE, "ab@mail.example", "@wire.example", ADA] {
        on_both(async |world| {
            ada_twice(&world).await;
            let everything = Reach::Everything;
            opt_out::add(world.desk(), no, &everything, "", "person")
                .await
                .unwrap();
            let done = merged(&world).await;
            assert_eq!(done.status, "opted-out", "{no}");
            for who in [ADA, BYRNE] {
                bring(&world, "tech", &format!("email,name\n{who},Ada\n")).await;
                let card = people::show(world.desk(), who).await.unwrap();
                assert_eq!(card.contact.status, "opted-out", "{no}, {who}");
            }
        })
        .await;
    }
}

#[tokio::test]
async fn who_has_it_at_one_address_does_not_get_it_at_the_other_and_is_told_of_corrections() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        let (ada, _) = ada_twice(&world).await;
        approved(&world, "plant", "").await;
        let mut asked = request("plant", Start::Now);
        asked.lists = vec!["energy".to_owned()];
        let planned = plan(world.desk(), &asked).await.unwrap();
        schedule(world.desk(), &planned).await.unwrap();
        one_run(&world).await;
        assert_eq!(recipients(&sink), [BYRNE]);
        merged(&world).await;

        let copies = holders::holders(world.desk(), "plant").await.unwrap();
        assert_eq!((copies.len(), copies[0].contact), (1, ada));
        assert_eq!(copies[0].email, BYRNE);
        let again = plan(world.desk(), &request("plant", Start::Now))
            .await
            .unwrap_err();
        assert!(
            again.message.contains("1 already-has-it"),
            "{}",
            again.message
        );
        let card = people::show(world.desk(), ADA).await.unwrap();
        assert_eq!(
            card.deliveries.len(),
            1,
            "what the other one got is on the card"
        );

        let text = "+++\nslug = \"plant\"\nheadline = \"A tidal plant opens\"\n+++\nOn Tuesday.\n";
        let path = world.file("fixed.md", text);
        correct::correct(world.desk(), "plant", &path, "Tuesday, not today.")
            .await
            .unwrap();
        approve(world.desk(), "plant", None).await.unwrap();
        let mut asked = request("plant", Start::AtLift);
        asked.lists.clear();
        let planned = plan(world.desk(), &asked).await.unwrap();
        schedule(world.desk(), &planned).await.unwrap();
        one_run(&world).await;
        assert_eq!(
            recipients(&sink),
            [ADA, BYRNE],
            "the correction goes to who she is today"
        );
    })
    .await;
}

#[tokio::test]
async fn mail_that_waits_for_the_other_goes_to_who_stays_once() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        let (ada, _) = ada_twice(&world).await;
        for (slug, lists) in [("one", &["energy"][..]), ("two", &["tech", "energy"])] {
            approved(&world, slug, "").await;
            let mut asked = request(slug, Start::At("2026-11-02 12:00 UTC".to_owned()));
            asked.lists = lists.iter().map(|list| (*list).to_owned()).collect();
            let planned = plan(world.desk(), &asked).await.unwrap();
            schedule(world.desk(), &planned).await.unwrap();
        }
        let done = merged(&world).await;
        assert_eq!((done.handed_over, done.withdrawn), (1, 1));
        world
            .desk()
            .clock
            .sleep(std::time::Duration::from_hours(4))
            .await;
        one_run(&world).await;
        assert_eq!(recipients(&sink), [ADA, ADA]);
        let whose =
            "SELECT COUNT(*) AS value FROM delivery WHERE status = 'sent' AND contact_id = $1";
        assert_eq!(world.number(whose, vec![ada.into()]).await, 2);
        let why = "SELECT reason AS value FROM delivery WHERE status = 'suppressed'";
        assert_eq!(world.texts(why, vec![]).await, ["already-has-it"]);
    })
    .await;
}

#[tokio::test]
async fn an_agreement_and_a_chain_of_merges_follow() {
    on_both(async |world| {
        let (ada, byrne) = ada_twice(&world).await;
        bring(&world, "old", "email,name\nada.b@old.example,Ada B.\n").await;
        let agreed = Added {
            who: "ada.b@old.example",
            release: None,
            how: "email",
            evidence: None,
            until: None,
            note: None,
        };
        agreements::add(world.desk(), &agreed).await.unwrap();
        let first = people::find(world.desk(), "ada.b@old.example")
            .await
            .unwrap();
        merge::merge(world.desk(), BYRNE, "ada.b@old.example", false)
            .await
            .unwrap();
        merged(&world).await;
        for id in [first, byrne] {
            assert_eq!(
                people::find(world.desk(), &id.to_string()).await.unwrap(),
                ada
            );
        }
        let found = dateline::store::agreement::candidates(world.desk().store.db(), &[ada], 1)
            .await
            .unwrap();
        assert_eq!(found[&ada].agreements.len(), 1);
        let listed = dateline::store::agreement::list(world.desk().store.db(), None)
            .await
            .unwrap();
        assert_eq!(
            (listed[0].contact_id, listed[0].email.as_deref()),
            (Some(ada), Some(ADA))
        );
        let noted = "SELECT COUNT(*) AS value FROM contact_merge";
        assert_eq!(world.number(noted, vec![]).await, 2);
    })
    .await;
}

#[tokio::test]
async fn pairs_are_proposed_with_reasons_until_somebody_says_no() {
    on_both(async |world| {
        bring(
            &world,
            "tech",
            "email,e-mail 2,name,outlet,phone\n\
             ada@daily.example,,Ada Byrne,Daily,\n\
             a.byrne@wire.example,,\"Byrne, Ada\",Daily,\n\
             bo.chen@post.example,,Bo Chen,,\n\
             bo.cehn@post.example,,,,\n\
             cy@one.example,,Cy Dahl,,\n\
             desk@two.example,cy@one.example,Newsdesk,,\n\
             dee@far.example,,Dee Ott,,\n",
        )
        .await;
        let found = duplicates::find(world.desk(), 70, 10).await.unwrap();
        assert_eq!((found.contacts, found.total), (7, 3));
        let shown: Vec<_> = found
            .pairs
            .iter()
            .map(|pair| {
                (
                    pair.score,
                    pair.keep.email.as_str(),
                    pair.other.email.as_str(),
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                (95, "cy@one.example", "desk@two.example"),
                (90, "ada@daily.example", "a.byrne@wire.example"),
                (75, "bo.chen@post.example", "bo.cehn@post.example"),
            ]
        );
        assert_eq!(found.pairs[1].reasons, ["same name at the same outlet"]);

        let not = async |one, other| duplicates::not_one(world.desk(), one, other).await;
        assert!(not("desk@two.example", "cy@one.example").await.unwrap());
        assert!(!not("cy@one.example", "desk@two.example").await.unwrap());
        let same = not("cy@one.example", "CY@one.example").await.unwrap_err();
        assert_eq!(same.code, "same-contact");
        people::archive(world.desk(), "ada@daily.example")
            .await
            .unwrap();
        let found = duplicates::find(world.desk(), 80, 10).await.unwrap();
        assert_eq!(found.total, 1);
        assert_eq!(found.pairs[0].keep.email, "a.byrne@wire.example");
        merge::merge(world.desk(), "a.byrne@wire.example", ADA, false)
            .await
            .unwrap();
        let found = duplicates::find(world.desk(), 80, 10).await.unwrap();
        assert_eq!(found.total, 0);
    })
    .await;
}
