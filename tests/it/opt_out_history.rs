//! No means no, whatever comes after it: random histories of imports and opt-outs bring nobody back.

use std::fmt::Write as _;

use dateline::desk::Desk;
use dateline::desk::people::contacts;
use dateline::desk::people::opt_out::{self, Reach};
use proptest::prelude::*;

use crate::world::{World, on_both};

async fn no(desk: &Desk, text: &str) -> opt_out::OptOutReport {
    opt_out::add(desk, text, &Reach::Everything, "", "person")
        .await
        .unwrap()
}

/// One step of a random history.
#[derive(Clone, Debug)]
enum Step {
    /// Rows: who, with whose address as a further one, and whether the row says no.
    Import(Vec<(usize, Option<usize>, bool)>),
    OptOut(usize),
    OptOutDomain(usize),
    Forget(usize),
}

const PEOPLE: [&str; 5] = [
    "ada@example.com",
    "bo@example.com",
    "cleo@example.org",
    "dee@example.net",
    "eve@example.net",
];

fn step() -> impl Strategy<Value = Step> {
    let who = 0..PEOPLE.len();
    let row = (
        who.clone(),
        proptest::option::of(who.clone()),
        proptest::bool::weighted(0.2),
    );
    prop_oneof![
        4 => proptest::collection::vec(row, 1..5).prop_map(Step::Import),
        1 => who.clone().prop_map(Step::OptOut),
        1 => who.clone().prop_map(Step::OptOutDomain),
        1 => who.prop_map(Step::Forget),
    ]
}

/// Walks a history and checks after each step that nobody who said no may be written to, under
/// whichever contact their address stands.
async fn nobody_comes_back(world: &World, steps: &[Step]) {
    let desk = world.desk();
    let mut gone = std::collections::BTreeSet::new();
    for step in steps {
        match step {
            Step::Import(rows) => {
                let mut text = "Email,E-mail 2,Unsubscribed\n".to_owned();
                for (who, further, says_no) in rows {
                    let further = further.map_or("", |who| PEOPLE[who]);
                    let says = if *says_no { "yes" } else { "no" };
                    writeln!(text, "{},{further},{says}", PEOPLE[*who]).unwrap();
                    if *says_no {
                        gone.insert(PEOPLE[*who]);
                    }
                }
                world.import(&text).await;
            }
            Step::OptOut(who) => {
                no(desk, PEOPLE[*who]).await;
                gone.insert(PEOPLE[*who]);
            }
            Step::OptOutDomain(who) => {
                let domain = PEOPLE[*who].split_once('@').unwrap().1;
                no(desk, domain).await;
            }
            Step::Forget(who) => {
                // As an undo leaves it: the contact and its addresses are gone.
                let values = || vec![PEOPLE[*who].into()];
                let id = "SELECT id FROM contact WHERE email_key = $1";
                for table in ["contact_address", "import_change"] {
                    let delete = format!("DELETE FROM {table} WHERE contact_id IN ({id})");
                    world.run(&delete, values()).await;
                }
                world
                    .run("DELETE FROM contact WHERE email_key = $1", values())
                    .await;
            }
        }
        for email in &gone {
            if let Ok(card) = contacts::show(desk, email).await {
                assert_eq!(
                    card.contact.status, "opted-out",
                    "{email} came back by {step:?}"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_history_of_imports_brings_an_opted_out_address_back(steps in proptest::collection::vec(step(), 1..8)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::on_sqlite().await;
            nobody_comes_back(&world, &steps).await;
        });
    }
}

/// The same property where the statements are PostgreSQL's: one long history, made once.
#[tokio::test]
async fn a_long_history_brings_nobody_back() {
    on_both(async |world| {
        let mut steps = Vec::new();
        for round in 0..12_usize {
            let rows = (0..4).map(|row| {
                (
                    (round * 3 + row) % 5,
                    (row % 2 == 0).then_some((round + row) % 5),
                    (round + row) % 9 == 8,
                )
            });
            steps.push(Step::Import(rows.collect()));
            if round % 4 == 1 {
                steps.push(Step::OptOut(round % 5));
            }
            if round % 5 == 3 {
                steps.push(Step::Forget(round % 5));
            }
        }
        nobody_comes_back(&world, &steps).await;
    })
    .await;
}
