//! Lists with a filter, with excluded lists and with a rest: who gets a release, and why not.

use std::collections::BTreeMap;
use std::time::Duration;

use dateline::desk::distribution::freeze::{Scheduled, schedule};
use dateline::desk::distribution::schedule::{Request, Start, plan};
use dateline::desk::people::contacts::{ContactEdit, Whom, edit_many};
use dateline::desk::people::filters;
use dateline::desk::people::lists::{self, ListEdit};
use dateline::desk::release::report;
use dateline::mail::sink::faults::Faults;

use crate::newsdesk::{approved, catcher, contacts, one_run, recipients, request};
use crate::world::{World, on_both};

fn filtered(text: &str) -> ListEdit {
    ListEdit {
        filter: Some(Some(text.to_owned())),
        ..ListEdit::default()
    }
}

async fn list(world: &World, slug: &str, rules: &ListEdit) {
    lists::create_with(world.desk(), slug, "", None, rules)
        .await
        .unwrap();
}

async fn tag(world: &World, tag: &str, words: &str) {
    let edit = ContactEdit {
        add_tags: vec![tag.to_owned()],
        ..ContactEdit::default()
    };
    let words = filters::read(words).unwrap();
    edit_many(world.desk(), Whom::Where(&words), &edit, None)
        .await
        .unwrap();
}

fn to(slug: &str, lists: &[&str]) -> Request {
    Request {
        lists: lists.iter().map(|list| (*list).to_owned()).collect(),
        ..request(slug, Start::Now)
    }
}

async fn go(world: &World, request: &Request) -> Scheduled {
    let plan = plan(world.desk(), request).await.unwrap();
    schedule(world.desk(), &plan).await.unwrap()
}

fn reasons(done: &Scheduled) -> BTreeMap<&str, i64> {
    done.not_sent
        .iter()
        .map(|fate| (fate.reason.as_str(), fate.value))
        .collect()
}

#[tokio::test]
async fn a_filter_is_asked_at_scheduling_and_frozen_then() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 40).await;
        list(
            &world,
            "outlet-three",
            &filtered("outlet:'Outlet 3' status:active,opted-out"),
        )
        .await;
        lists::add(world.desk(), "outlet-three", &[1, 2])
            .await
            .unwrap();
        // Four by filter, two by hand; whoever joins the outlet afterwards is not among them.
        approved(&world, "plant", "").await;
        let wanted = to("plant", &["outlet-three"]);
        let lines = report::recipients(world.desk(), "plant", None, Some(&wanted))
            .await
            .unwrap();
        assert_eq!(lines.len(), 6);
        assert!(lines.iter().all(|line| line.list == "outlet-three"));
        let done = go(&world, &wanted).await;
        assert_eq!(done.recipients, 6);
        let edit = ContactEdit {
            outlet: Some("Outlet 3".to_owned()),
            ..ContactEdit::default()
        };
        let words = filters::read("outlet:'Outlet 4'").unwrap();
        let moved = edit_many(world.desk(), Whom::Where(&words), &edit, Some(4))
            .await
            .unwrap();
        assert_eq!(moved.contacts, 4);
        one_run(&world).await;
        assert_eq!(sink.mails().len(), 6);
        // Scheduled again, exactly those who have nothing get it.
        let again = go(&world, &wanted).await;
        assert_eq!(again.recipients, 4);
        assert_eq!(reasons(&again), BTreeMap::from([("already-has-it", 6)]));
        one_run(&world).await;
        let all = recipients(&sink);
        assert_eq!(all.len(), 10);
        let mut once = all.clone();
        once.dedup();
        assert_eq!(all, once);
    })
    .await;
}

#[tokio::test]
async fn excluded_lists_are_taken_out_with_the_reason_also_where_they_are_filters() {
    on_both(|mut world| async move {
        let _sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 40).await;
        tag(&world, "rival", "outlet:'Outlet 1'").await;
        list(&world, "rivals", &filtered("tag:rival")).await;
        list(&world, "by-hand", &ListEdit::default()).await;
        lists::add(world.desk(), "by-hand", &[1]).await.unwrap();
        let rules = ListEdit {
            excluded: Some(vec!["rivals".to_owned(), "by-hand".to_owned()]),
            ..filtered("list:tech")
        };
        list(&world, "most", &rules).await;
        let shown = lists::show(world.desk(), "most").await.unwrap();
        assert_eq!((shown.members, shown.by_hand), (35, 0));
        assert_eq!(shown.excluded, ["rivals", "by-hand"]);
        approved(&world, "plant", "").await;
        let mut wanted = to("plant", &["most"]);
        wanted.except = vec!["rivals".to_owned()];
        let planned = plan(world.desk(), &wanted).await.unwrap();
        assert_eq!(planned.recipients(), 35);
        wanted.except = vec!["tech".to_owned()];
        let refused = plan(world.desk(), &wanted).await.unwrap_err();
        assert_eq!(refused.code, "nobody");
        wanted.except = Vec::new();
        let done = go(&world, &wanted).await;
        assert_eq!(done.recipients, 35);
        assert_eq!(reasons(&done), BTreeMap::from([("excluded", 5)]));
    })
    .await;
}

#[tokio::test]
async fn who_was_written_to_lately_rests() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 20).await;
        let rest = ListEdit {
            rest_days: Some(Some(7)),
            ..filtered("list:tech")
        };
        list(&world, "calm", &rest).await;
        approved(&world, "first", "").await;
        let mut some = to("first", &[]);
        some.to = vec!["c1@desk1.example".to_owned(), "c2@desk2.example".to_owned()];
        go(&world, &some).await;
        // Even before it is sent: it goes before this one.
        approved(&world, "second", "").await;
        let planned = plan(world.desk(), &to("second", &["calm"])).await.unwrap();
        assert_eq!(planned.recipients(), 18);
        one_run(&world).await;
        let done = go(&world, &to("second", &["calm"])).await;
        assert_eq!(done.recipients, 18);
        assert_eq!(reasons(&done), BTreeMap::from([("recently-written", 2)]));
        // A list without a rest asks nothing, and mail about the same release does not count.
        approved(&world, "third", "").await;
        let planned = plan(world.desk(), &to("third", &["tech"])).await.unwrap();
        assert_eq!(planned.recipients(), 20);
        one_run(&world).await;
        assert_eq!(sink.mails().len(), 20);
        world
            .desk()
            .clock
            .sleep(Duration::from_hours(24 * 7 + 1))
            .await;
        let planned = plan(world.desk(), &to("third", &["calm"])).await.unwrap();
        assert_eq!(planned.recipients(), 20);
        let later = plan(world.desk(), &to("second", &["calm"])).await.unwrap();
        assert_eq!(later.recipients(), 2, "who rested then gets it now");
    })
    .await;
}

#[tokio::test]
async fn a_list_that_asks_for_itself_or_for_nothing_is_refused_and_names_follow() {
    on_both(async |world| {
        let desk = world.desk();
        list(&world, "a", &filtered("beat:energy")).await;
        list(&world, "b", &filtered("list:a tag:x")).await;
        let circle = lists::edit(desk, "a", &filtered("list:b or tag:y")).await;
        assert_eq!(circle.unwrap_err().code, "filter-circle");
        let kept = lists::show(desk, "a").await.unwrap();
        assert_eq!(kept.filter.as_deref(), Some("beat:energy"));
        let by_exclusion = ListEdit {
            excluded: Some(vec!["b".to_owned()]),
            ..ListEdit::default()
        };
        let circle = lists::edit(desk, "a", &by_exclusion).await;
        assert_eq!(circle.unwrap_err().code, "filter-circle");
        let itself = ListEdit {
            excluded: Some(vec!["a".to_owned()]),
            ..ListEdit::default()
        };
        let refused = lists::edit(desk, "a", &itself).await;
        assert_eq!(refused.unwrap_err().code, "excludes-itself");
        let missing = lists::edit(desk, "a", &filtered("list:nowhere")).await;
        assert_eq!(missing.unwrap_err().code, "no-list");
        let renamed = ListEdit {
            slug: Some("alpha".to_owned()),
            ..ListEdit::default()
        };
        lists::edit(desk, "a", &renamed).await.unwrap();
        let b = lists::show(desk, "b").await.unwrap();
        assert_eq!(b.filter.as_deref(), Some("list:alpha tag:x"));
        assert_eq!(
            lists::drop(desk, "alpha").await.unwrap_err().code,
            "list-in-use"
        );
        lists::drop(desk, "b").await.unwrap();
        lists::drop(desk, "alpha").await.unwrap();
    })
    .await;
}
