//! Outlets: one house by two names, and a list that allows so many of its people.

use std::time::Duration;

use dateline::desk::distribution::schedule::Start;
use dateline::desk::embargo::agreements::{self, Added};
use dateline::desk::people::filters;
use dateline::desk::people::import_contacts::import;
use dateline::desk::people::lists::{ListEdit, edit};
use dateline::desk::people::outlets::{self, OutletEdit};
use dateline::desk::people::outlets_alike;
use dateline::mail::sink::faults::Faults;
use dateline::store::outlet::sanction;

use crate::importing::request;
use crate::newsdesk::{approved, catcher, contacts, one_run, scheduled};
use crate::world::on_both;

#[tokio::test]
async fn an_outlet_gets_no_more_than_its_list_allows_however_often_it_is_scheduled() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        // Four contacts at each of ten outlets.
        contacts(&world, 40).await;
        let limit = ListEdit { per_outlet: Some(Some(2)), ..ListEdit::default() };
        edit(world.desk(), "tech", &limit).await.unwrap();
        approved(&world, "plant", "").await;
        let done = scheduled(&world, "plant", Start::Now).await;
        assert_eq!(done.recipients, 20);
        assert_eq!(done.not_sent.iter().map(|fate| (fate.reason.as_str(), fate.value)).collect::<Vec<_>>(), [("outlet-limit", 20)]);
        one_run(&world).await;
        let limited = "SELECT COUNT(*) AS value FROM delivery WHERE status = 'suppressed' AND reason = 'outlet-limit'";
        assert_eq!(world.number(limited, vec![]).await, 20);
        assert_eq!(sink.mails().len(), 20);
        // Those who have it count: nobody else at the same outlets gets it now.
        let again = crate::newsdesk::request("plant", Start::Now);
        let refused = dateline::desk::distribution::schedule::plan(world.desk(), &again).await.unwrap_err();
        assert_eq!(refused.code, "nobody");
    })
    .await;
}

#[tokio::test]
async fn two_outlets_become_one_and_keep_what_is_stricter() {
    on_both(async |world| {
        let desk = world.desk();
        let edit = |name: &str| OutletEdit {
            name: Some(name.to_owned()),
            ..OutletEdit::default()
        };
        world
            .import("email,outlet\na@one.example,The Daily\nb@two.example,Daily Example\nc@two.example,Daily Example\n")
            .await;
        let until = |text: &'static str| Added {
            who: "The Daily",
            release: None,
            how: "email",
            evidence: None,
            until: Some(text),
            note: None,
        };
        let lax = agreements::add(desk, &until("2027-06-01 00:00")).await.unwrap();
        let strict = Added {
            who: "Daily Example",
            ..until("2027-01-01 00:00")
        };
        let strict = agreements::add(desk, &strict).await.unwrap();
        let old = outlets::show(desk, "the daily").await.unwrap();
        sanction(desk.store.db(), old.id, desk.now().plus(Duration::from_hours(48)), "broke one")
            .await
            .unwrap();
        let with_domain = OutletEdit {
            domain: Some("@One.example".to_owned()),
            ..OutletEdit::default()
        };
        outlets::edit(desk, "The Daily", &with_domain).await.unwrap();
        let plan = outlets::plan_merge(desk, "The Daily", "Daily Example").await.unwrap();
        assert_eq!((plan.agreements, plan.ending), (vec![strict.id], vec![lax.id]));
        let merged = outlets::merge(desk, "The Daily", "Daily Example").await.unwrap().into;
        assert_eq!((merged.contacts, merged.domain.as_deref()), (3, Some("one.example")));
        assert!(merged.sanction_until.is_some(), "the sanction holds for all of them");
        assert_eq!(merged.also, ["The Daily"]);
        let live = agreements::list(desk, None).await.unwrap();
        let live: Vec<_> = live.iter().filter(|one| one.withdrawn_at.is_none()).collect();
        assert_eq!(live.len(), 1);
        assert_eq!((live[0].id, live[0].outlet.as_deref()), (strict.id, Some("Daily Example")));
        // An old file finds the new name, and so do a filter and a person.
        world.import("email,outlet\nd@one.example,THE DAILY\n").await;
        assert_eq!(outlets::show(desk, "The Daily").await.unwrap().contacts, 4);
        let words = filters::read("outlet:'the daily'").unwrap();
        let condition = filters::condition(desk, &words).await.unwrap();
        assert_eq!(filters::count(desk, &condition).await.unwrap(), 4);
        assert_eq!(outlets::list(desk, "dail", 10).await.unwrap().len(), 1);
        let same = outlets::merge(desk, "The Daily", "Daily Example").await.unwrap_err();
        assert_eq!(same.code, "same-outlet");
        // Merged on, the oldest name still leads to the last.
        outlets::add(desk, &edit("Example Group")).await.unwrap();
        outlets::merge(desk, "Daily Example", "Example Group").await.unwrap();
        assert_eq!(outlets::show(desk, "The Daily").await.unwrap().name, "Example Group");
    })
    .await;
}

#[tokio::test]
async fn outlets_are_added_renamed_and_told_apart_by_country() {
    on_both(async |world| {
        let desk = world.desk();
        let metro = |country: &str| OutletEdit {
            name: Some("Metro".to_owned()),
            country: Some(country.to_owned()),
            ..OutletEdit::default()
        };
        let first = outlets::add(desk, &metro("SE")).await.unwrap();
        assert_eq!(
            outlets::add(desk, &metro("sweden")).await.unwrap_err().code,
            "exists"
        );
        // An import takes the only one that there is, whatever its country.
        world.import("email,outlet\na@one.example,metro\n").await;
        assert_eq!(outlets::show(desk, "Metro").await.unwrap().contacts, 1);
        let second = outlets::add(desk, &metro("GB")).await.unwrap();
        let (code, hint) = match outlets::show(desk, "METRO").await {
            Err(problem) => (problem.code, problem.hint.unwrap_or_default()),
            Ok(_) => ("", String::new()),
        };
        assert_eq!(code, "several-outlets");
        assert!(hint.contains(&second.id.to_string()), "{hint}");
        let renamed = OutletEdit {
            name: Some("Metro Stockholm".to_owned()),
            ..OutletEdit::default()
        };
        let shown = outlets::edit(desk, &first.id.to_string(), &renamed)
            .await
            .unwrap();
        assert_eq!(
            (shown.name.as_str(), shown.contacts),
            ("Metro Stockholm", 1)
        );
        for (edit, code) in [
            (
                OutletEdit {
                    name: Some(" ".to_owned()),
                    ..OutletEdit::default()
                },
                "outlet-name",
            ),
            (
                OutletEdit {
                    country: Some("Atlantis".to_owned()),
                    ..OutletEdit::default()
                },
                "unknown-country",
            ),
        ] {
            assert_eq!(
                outlets::edit(desk, "Metro", &edit).await.unwrap_err().code,
                code
            );
        }
        assert_eq!(
            outlets::show(desk, "Nobody").await.unwrap_err().code,
            "no-outlet"
        );
    })
    .await;
}

#[tokio::test]
async fn outlets_that_may_be_one_house_are_proposed_and_never_merged_by_themselves() {
    on_both(async |world| {
        let desk = world.desk();
        let text = "email,outlet\na@times.example,Example Times\nb@times.example,Example Times\nc@times.example,ET\n\
                    d@times.example,Sunday Example Times\ne@gmail.com,Sample News\nf@gmail.com,Sample\n";
        let path = world.file("press.csv", text);
        let report = import(desk, &request(path)).await.unwrap();
        let pairs: Vec<_> = report
            .alike_outlets
            .iter()
            .map(|pair| (pair.from_name.as_str(), pair.into_name.as_str(), pair.domain.as_str()))
            .collect();
        assert_eq!(pairs, [("ET", "Example Times", "times.example")]);
        assert_eq!(outlets::list(desk, "", 100).await.unwrap().len(), 5);
        let pair = &report.alike_outlets[0];
        outlets::merge(desk, &pair.from.to_string(), &pair.into.to_string()).await.unwrap();
        assert!(outlets_alike::alike(desk).await.unwrap().is_empty());
    })
    .await;
}
