//! No means no: whoever said it, bounced or was taken out gets nothing, and a row says why.

use std::time::Duration;

use dateline::clock::Clock;
use dateline::desk::distribution::freeze::{Scheduled, schedule};
use dateline::desk::distribution::schedule::{Request, Start, plan};
use dateline::desk::issuers::organizations::{self, Organization};
use dateline::desk::people::contacts as people;
use dateline::desk::people::import_contacts::{ImportRequest, import};
use dateline::desk::people::lists;
use dateline::desk::people::opt_out::{self, Reach};
use dateline::desk::problem::Exit;
use dateline::mail::sink::Sink;
use dateline::mail::sink::faults::{Act, Faults, Step, When};

use crate::never_lost::{agree, later, with_status};
use crate::newsdesk::{approved, catcher, contacts, one_run, recipients, request, scheduled};
use crate::world::{World, on_both};

const ISSUER: &str = "organizations = [\"harbour-light\"]";

async fn issuer(world: &World) {
    let issuer = Organization {
        slug: "harbour-light".to_owned(),
        name: "Harbour Light".to_owned(),
        ..Organization::default()
    };
    organizations::add(world.desk(), &issuer).await.unwrap();
}

async fn no(world: &World, text: &str, reach: Reach) {
    opt_out::add(world.desk(), text, &reach, "", "person")
        .await
        .unwrap();
}

async fn schedule_as(world: &World, request: &Request) -> Scheduled {
    let plan = plan(world.desk(), request).await.unwrap();
    schedule(world.desk(), &plan).await.unwrap()
}

/// `reason address` of everybody who has a row and no mail.
async fn left_out(world: &World) -> Vec<String> {
    let sql = "SELECT reason || ' ' || address AS value FROM delivery WHERE status = 'suppressed' ORDER BY id";
    world.texts(sql, vec![]).await
}

async fn import_list(world: &World, csv: &str, list: &str) {
    let path = world.file(&format!("{list}.csv"), csv);
    let request = ImportRequest {
        paths: vec![path],
        source: "test".to_owned(),
        list: Some(list.to_owned()),
        ..ImportRequest::default()
    };
    import(world.desk(), &request).await.unwrap();
}

async fn further_address(world: &World, of: &str, further: &str) {
    let sql = "INSERT INTO contact_address (contact_id, email, email_key, address_hash, domain_hash) \
               SELECT id, $1, $1, $2, $3 FROM contact WHERE email_key = $4";
    let (_, domain) = further.split_once('@').unwrap();
    let key = &world.desk().key;
    let values = vec![
        further.into(),
        key.address_hash(further).into(),
        key.domain_hash(domain).into(),
        of.into(),
    ];
    assert_eq!(world.run(sql, values).await, 1);
}

#[tokio::test]
async fn each_who_gets_nothing_has_a_row_that_says_why() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        issuer(&world).await;
        contacts(&world, 12).await;
        approved(&world, "plant", ISSUER).await;
        no(&world, "C1@DESK1.example", Reach::Everything).await;
        no(&world, "@desk2.example", Reach::Everything).await;
        no(&world, "c3@desk3.example", Reach::List("tech".to_owned())).await;
        no(
            &world,
            "c4@desk4.example",
            Reach::Organization("harbour-light".to_owned()),
        )
        .await;
        further_address(&world, "c5@desk5.example", "five@private.example").await;
        no(&world, "five@private.example", Reach::Everything).await;
        let bounced = "UPDATE contact SET status = 'bounced' WHERE email_key = 'c6@desk6.example'";
        world.run(bounced, vec![]).await;
        people::archive(world.desk(), "c7@desk7.example")
            .await
            .unwrap();
        let mut asked = request("plant", Start::Now);
        asked.except = vec!["c8@desk8.example".to_owned()];
        let done = schedule_as(&world, &asked).await;
        assert_eq!(done.recipients, 4);
        assert_eq!(
            left_out(&world).await,
            [
                "opted-out c1@desk1.example",
                "opted-out c2@desk2.example",
                "opted-out c3@desk3.example",
                "opted-out c4@desk4.example",
                "opted-out c5@desk5.example",
                "bounced c6@desk6.example",
                "archived c7@desk7.example",
                "excluded c8@desk8.example",
            ]
        );
        one_run(&world).await;
        let expected = [
            "c0@desk0.example",
            "c10@desk0.example",
            "c11@desk1.example",
            "c9@desk9.example",
        ];
        assert_eq!(recipients(&sink), expected);
        agree(&world, &[&sink], 4).await;
    })
    .await;
}

#[tokio::test]
async fn a_no_reaches_as_far_as_it_says_and_no_further() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        issuer(&world).await;
        contacts(&world, 3).await;
        import_list(&world, "email\nc0@desk0.example\n", "energy").await;
        // Said to another list, to another client, about a subdomain: none of it is this mail.
        no(&world, "c0@desk0.example", Reach::List("energy".to_owned())).await;
        no(
            &world,
            "c1@desk1.example",
            Reach::Organization("harbour-light".to_owned()),
        )
        .await;
        no(&world, "@mail.desk2.example", Reach::Everything).await;
        approved(&world, "plant", "").await;
        assert_eq!(scheduled(&world, "plant", Start::Now).await.recipients, 3);
        one_run(&world).await;
        assert_eq!(sink.mails().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_no_between_scheduling_and_the_run_still_counts() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        issuer(&world).await;
        contacts(&world, 8).await;
        approved(&world, "plant", ISSUER).await;
        further_address(&world, "c4@desk4.example", "four@private.example").await;
        assert_eq!(scheduled(&world, "plant", Start::Now).await.recipients, 8);
        no(&world, "c0@desk0.example", Reach::Everything).await;
        no(&world, "@desk1.example", Reach::Everything).await;
        no(&world, "c2@desk2.example", Reach::List("tech".to_owned())).await;
        no(
            &world,
            "c3@desk3.example",
            Reach::Organization("harbour-light".to_owned()),
        )
        .await;
        no(&world, "four@private.example", Reach::Everything).await;
        people::archive(world.desk(), "c5@desk5.example")
            .await
            .unwrap();
        let bounced = "UPDATE contact SET status = 'bounced' WHERE email_key = 'c6@desk6.example'";
        world.run(bounced, vec![]).await;
        let report = one_run(&world).await;
        assert_eq!(report.counts.sent, 1);
        assert_eq!(recipients(&sink), ["c7@desk7.example"]);
        let mut why = left_out(&world).await;
        why.sort();
        assert_eq!(
            why,
            [
                "archived c5@desk5.example",
                "bounced c6@desk6.example",
                "opted-out c0@desk0.example",
                "opted-out c1@desk1.example",
                "opted-out c2@desk2.example",
                "opted-out c3@desk3.example",
                "opted-out c4@desk4.example",
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_no_to_a_retry_ends_it() {
    on_both(|mut world| async move {
        let wait = Act::Reply(b"450 4.7.1 greylisted\r\n".to_vec());
        let faults = Faults::default().with(Step::Rcpt, When::FirstPerAddress, wait);
        let sink = catcher(&mut world, faults).await;
        contacts(&world, 2).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        assert_eq!(one_run(&world).await.counts.deferred, 2);
        no(&world, "c0@desk0.example", Reach::Everything).await;
        later(&world, Duration::from_mins(7));
        one_run(&world).await;
        assert_eq!(recipients(&sink), ["c1@desk1.example"]);
        assert_eq!(left_out(&world).await, ["opted-out c0@desk0.example"]);
    })
    .await;
}

/// One connection and a server that needs a moment for each, so that rows are claimed and wait.
async fn slow(world: &mut World, people: usize) -> Sink {
    let moment = Act::Delay(Duration::from_millis(150));
    let sink = catcher(
        world,
        Faults::default().with(Step::BeforeTaking, When::Always, moment),
    )
    .await;
    world.desk.clock = Clock::System;
    world.set(|config| config.smtp.connections = 1);
    contacts(world, people).await;
    sink
}

/// Says no for the row that is claimed last, while those before it are on their way.
async fn while_claimed(world: &World, sink: &Sink, say: impl AsyncFn(String)) -> String {
    let sql = "SELECT address AS value FROM delivery WHERE stage = 'claimed' ORDER BY position DESC, id DESC";
    let act = async {
        loop {
            let claimed = world.texts(sql, vec![]).await;
            if sink.mailbox().taken() > 0 && claimed.len() >= 2 {
                say(claimed[0].clone()).await;
                return claimed[0].clone();
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    let both = Box::pin(async { tokio::join!(one_run(world), act) });
    let limit = Duration::from_secs(30);
    tokio::time::timeout(limit, both).await.unwrap().1
}

#[tokio::test]
async fn a_no_between_claim_and_body_still_counts() {
    for reach in [
        Reach::Everything,
        Reach::List("tech".to_owned()),
        Reach::Organization("harbour-light".to_owned()),
    ] {
        on_both(|mut world| {
            let reach = reach.clone();
            async move {
                let sink = slow(&mut world, 9).await;
                issuer(&world).await;
                approved(&world, "plant", ISSUER).await;
                scheduled(&world, "plant", Start::Now).await;
                let other = world.second_desk().await;
                let said = while_claimed(&world, &sink, async |address| {
                    opt_out::add(&other, &address, &reach, "", "person")
                        .await
                        .unwrap();
                })
                .await;
                assert!(!recipients(&sink).contains(&said), "{reach:?}");
                assert_eq!(left_out(&world).await, [format!("opted-out {said}")]);
                agree(&world, &[&sink], 8).await;
                assert_eq!(with_status(&world, "sent").await, 8);
            }
        })
        .await;
    }
}

#[tokio::test]
async fn one_taken_out_between_claim_and_body_gets_nothing() {
    on_both(|mut world| async move {
        let sink = slow(&mut world, 9).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        let other = world.second_desk().await;
        let said = while_claimed(&world, &sink, async |address| {
            people::archive(&other, &address).await.unwrap();
        })
        .await;
        assert!(!recipients(&sink).contains(&said));
        assert_eq!(left_out(&world).await, [format!("archived {said}")]);
    })
    .await;
}

#[tokio::test]
async fn the_same_release_again_adds_nobody() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 5).await;
        approved(&world, "plant", "").await;
        scheduled(
            &world,
            "plant",
            Start::At("2026-11-02 09:05 UTC".to_owned()),
        )
        .await;
        let again = plan(world.desk(), &request("plant", Start::Now))
            .await
            .unwrap_err();
        assert_eq!((again.exit, again.code), (Exit::Forbidden, "nobody"));
        // A person more: she gets it, and the others' rows say that they have it.
        import_list(&world, "email\nnew@desk0.example\n", "tech").await;
        assert_eq!(scheduled(&world, "plant", Start::Now).await.recipients, 1);
        assert_eq!(left_out(&world).await.len(), 5);
        assert!(
            left_out(&world)
                .await
                .iter()
                .all(|row| row.starts_with("already-has-it "))
        );
        later(&world, Duration::from_mins(6));
        one_run(&world).await;
        agree(&world, &[&sink], 6).await;
        assert_eq!(recipients(&sink).len(), 6);
    })
    .await;
}

#[tokio::test]
async fn a_plan_carried_out_twice_writes_to_nobody_twice() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 5).await;
        approved(&world, "plant", "").await;
        let planned = plan(world.desk(), &request("plant", Start::Now))
            .await
            .unwrap();
        let other = world.second_desk().await;
        let (one, two) = tokio::join!(schedule(world.desk(), &planned), schedule(&other, &planned));
        assert!(one.is_ok() || two.is_ok());
        one_run(&world).await;
        agree(&world, &[&sink], 5).await;
        assert_eq!(recipients(&sink).len(), 5);
    })
    .await;
}

#[tokio::test]
async fn a_person_on_two_lists_or_under_two_ids_gets_one_mail() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 5).await;
        import_list(&world, "email\nc0@desk0.example\nC1@Desk1.example\nx@y.example\n", "energy").await;
        approved(&world, "plant", "").await;
        let mut both = request("plant", Start::Now);
        both.lists.push("energy".to_owned());
        both.to.push("c2@desk2.example".to_owned());
        assert_eq!(schedule_as(&world, &both).await.recipients, 6);
        one_run(&world).await;
        agree(&world, &[&sink], 6).await;
        // The same mailbox comes back under another id, as after an undo and a new import.
        let old = "UPDATE contact SET email = 'old@z.example', email_key = 'old@z.example', address_hash = 'old' WHERE email_key = 'c3@desk3.example'";
        assert_eq!(world.run(old, vec![]).await, 1);
        import_list(&world, "email\nc3@desk3.example\nnew@y.example\n", "tech").await;
        let found = lists::show(world.desk(), "tech").await.unwrap();
        assert_eq!(found.members, 7);
        scheduled(&world, "plant", Start::Now).await;
        one_run(&world).await;
        let mut got = recipients(&sink);
        got.dedup();
        assert_eq!((got.len(), sink.mails().len()), (8, 8));
        // The renamed one is a mailbox that has nothing yet; c3 has it under the older id.
        let twin = "SELECT COUNT(*) AS value FROM delivery WHERE address = 'c3@desk3.example' AND reason = 'already-has-it'";
        assert_eq!(world.number(twin, vec![]).await, 1);
    })
    .await;
}
