//! Import, undo and import again lose nothing, whatever happened before: random histories on both databases.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use dateline::desk::people::contacts::{self, ContactEdit};
use dateline::desk::people::import_contacts::{ImportRequest, import};
use dateline::desk::people::undo_import::undo;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, TestRunner};

use crate::importing::{everybody, request};
use crate::world::{World, on_both};

const PEOPLE: usize = 6;
const TITLES: [&str; 4] = ["", "Editor", "Chief", "Reporter"];
const OUTLETS: [&str; 4] = ["", "One Example", "Two Example", "Example Wire"];
const TAGS: [&str; 4] = ["", "vip", "health", "vip, energy"];

/// A row: who, with whose private address, what it says, and whether it says no.
type Row = (usize, bool, usize, usize, usize, bool);

#[derive(Clone, Debug)]
enum Step {
    Import(Vec<Row>, Option<usize>),
    Edit(usize, usize),
    /// The import before the last, or the last.
    Undo(usize),
}

fn row() -> impl Strategy<Value = Row> {
    (
        0..PEOPLE,
        proptest::bool::weighted(0.3),
        0..TITLES.len(),
        0..OUTLETS.len(),
        0..TAGS.len(),
        proptest::bool::weighted(0.1),
    )
}

fn rows() -> impl Strategy<Value = (Vec<Row>, Option<usize>)> {
    (
        proptest::collection::vec(row(), 1..6),
        proptest::option::of(0..2_usize),
    )
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => rows().prop_map(|(rows, list)| Step::Import(rows, list)),
        1 => (0..PEOPLE, 0..TITLES.len()).prop_map(|(who, title)| Step::Edit(who, title)),
        2 => (0..3_usize).prop_map(Step::Undo),
    ]
}

fn text(rows: &[Row]) -> String {
    let mut text = "Email,Email 2,Title,Outlet,Tags,Unsubscribed\n".to_owned();
    for (who, further, title, outlet, tags, no) in rows {
        let further = if *further {
            format!("p{who}@private.example")
        } else {
            String::new()
        };
        let (title, outlet, tags) = (TITLES[*title], OUTLETS[*outlet], TAGS[*tags]);
        let no = if *no { "yes" } else { "" };
        writeln!(
            text,
            "c{who}@desk.example,{further},{title},{outlet},\"{tags}\",{no}"
        )
        .unwrap();
    }
    text
}

async fn import_rows(world: &World, rows: &[Row], list: Option<usize>) -> i64 {
    let wanted = ImportRequest {
        list: list.map(|number| format!("list{number}")),
        ..request(world.file("rows.csv", text(rows)))
    };
    import(world.desk(), &wanted).await.unwrap().import.unwrap()
}

/// All that can be seen of everybody who is not merely kept in the archive; without numbers, which
/// are new for whoever is new.
async fn seen(world: &World) -> BTreeMap<String, String> {
    let mut seen = BTreeMap::new();
    for mut contact in everybody(world.desk()).await {
        let card = contacts::show(world.desk(), &contact.email).await.unwrap();
        contact.id = 0;
        let mut further = card.further_addresses;
        further.sort();
        if contact.status != "archived" {
            seen.insert(contact.email.clone(), format!("{contact:?} {further:?}"));
        }
    }
    seen
}

/// Who said no: a no stays, so what the undone import did to them is not all taken back.
async fn noes(world: &World) -> Vec<String> {
    let everybody = everybody(world.desk()).await;
    let noes = everybody.into_iter().filter(|contact| contact.opted_out);
    noes.map(|contact| contact.email).collect()
}

fn without(mut seen: BTreeMap<String, String>, noes: &[String]) -> BTreeMap<String, String> {
    seen.retain(|email, _| !noes.contains(email));
    seen
}

async fn walk(world: &World, steps: &[Step], finally: &(Vec<Row>, Option<usize>)) {
    let mut live = Vec::new();
    for step in steps {
        match step {
            Step::Import(rows, list) => live.push(import_rows(world, rows, *list).await),
            Step::Edit(who, title) => {
                let edit = ContactEdit {
                    title: Some(TITLES[*title].to_owned()),
                    ..ContactEdit::default()
                };
                // Nobody of that address: nothing to edit.
                let _ = contacts::edit(world.desk(), &format!("c{who}@desk.example"), &edit).await;
            }
            Step::Undo(back) => {
                if let Some(at) = live.len().checked_sub(back + 1) {
                    undo(world.desk(), live.remove(at), false).await.unwrap();
                }
            }
        }
    }
    let before = seen(world).await;
    let first = import_rows(world, &finally.0, finally.1).await;
    let after = seen(world).await;
    undo(world.desk(), first, false).await.unwrap();
    let noes = noes(world).await;
    let context = format!("{steps:#?} then {finally:?}");
    assert_eq!(
        without(seen(world).await, &noes),
        without(before, &noes),
        "undo leaves what was before: {context}"
    );
    let second = import_rows(world, &finally.0, finally.1).await;
    assert_eq!(seen(world).await, after, "again is the same: {context}");
    // All undone, from the first to the last: nobody is left but whom somebody worked on.
    live.push(second);
    for import in live {
        undo(world.desk(), import, false).await.unwrap();
    }
    let left = everybody(world.desk()).await;
    let is_kept = |status: &str| status == "archived" || status == "opted-out";
    assert!(
        left.iter().all(|one| is_kept(&one.status)),
        "{left:?}: {context}"
    );
    assert!(
        left.iter()
            .all(|one| one.tags.is_empty() && one.lists.is_empty()),
        "{left:?}: {context}"
    );
}

/// How many histories are walked on each database.
const CASES: usize = 8;

#[tokio::test]
async fn import_undo_and_import_again_lose_nothing() {
    let mut runner = TestRunner::new(Config::default());
    let history = (proptest::collection::vec(step(), 0..7), rows());
    for _ in 0..CASES {
        let (steps, last) = history.new_tree(&mut runner).unwrap().current();
        on_both(|world| {
            let (steps, last) = (steps.clone(), last.clone());
            async move { walk(&world, &steps, &last).await }
        })
        .await;
    }
}
