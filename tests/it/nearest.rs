//! Who mistypes a contact or an outlet is told which is near, by one rule wherever they can be named,
//! and without an address that was not typed.

use std::process::Command;

use dateline::desk::embargo::agreements::{self, Added};
use dateline::desk::people::contacts;
use dateline::desk::people::lists;
use dateline::desk::people::outlets;
use dateline::desk::problem::Problem;

use crate::world::{World, on_both};

const PRESS: &str = "email,name,outlet\nada@example.com,Ada Byrne,The Daily Example\nbo@desk1.example,Bo Chen,Example Wire\n";

fn hint(problem: Problem) -> String {
    problem.hint.unwrap()
}

async fn id_of(world: &World, address: &str) -> i64 {
    let id = "SELECT id AS value FROM contact WHERE email_key = $1";
    world.number(id, vec![address.into()]).await
}

#[tokio::test]
async fn a_slip_in_an_address_names_the_contact_by_number_alone() {
    on_both(async |world: World| {
        world.import(PRESS).await;
        let desk = world.desk();
        let ada = id_of(&world, "ada@example.com").await;
        for slip in ["ada@exmaple.com", "aad@example.com", "ADA@example.co"] {
            let refused = contacts::find(desk, slip).await.unwrap_err();
            assert_eq!(refused.code, "no-contact");
            let words = format!("{} {}", refused.message, hint(refused.clone()));
            assert!(words.contains(&format!("did you mean contact {ada}?")), "{words}");
            assert!(!words.contains("example."), "{words}");
        }
        let stranger = contacts::find(desk, "zoe@elsewhere.test").await;
        assert!(!hint(stranger.unwrap_err()).contains("did you mean"));
        let named = contacts::find(desk, "Ada Byrne").await.unwrap_err();
        assert!(hint(named).contains("dateline contact list --search"));
        // A further address is theirs, too; who is gone is not named.
        world
            .run("INSERT INTO contact_address (contact_id, email, email_key, address_hash, domain_hash) VALUES ($1, 'byrne@paper.example', 'byrne@paper.example', $2, $2)", vec![ada.into(), "00".into()])
            .await;
        let further = contacts::find(desk, "bryne@paper.example").await;
        assert!(hint(further.unwrap_err()).contains(&format!("contact {ada}?")));
        world
            .run("UPDATE contact SET erased_at = 1, email = NULL, email_key = NULL WHERE id = $1", vec![ada.into()])
            .await;
        for gone in ["ada@exmaple.com", "bryne@paper.example"] {
            let refused = contacts::find(desk, gone).await.unwrap_err();
            assert!(!hint(refused).contains("did you mean"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_slip_in_an_outlets_name_names_the_nearest_wherever_it_stands() {
    on_both(async |world: World| {
        world.import(PRESS).await;
        let desk = world.desk();
        let shown = outlets::show(desk, "Teh Daily Example").await.unwrap_err();
        let agreed = Added {
            who: "the daily exmaple",
            release: None,
            how: "email",
            evidence: None,
            until: None,
            note: None,
        };
        let agreed = agreements::add(desk, &agreed).await.unwrap_err();
        for refused in [shown, agreed] {
            assert_eq!(refused.code, "no-outlet");
            let hint = hint(refused);
            assert!(
                hint.contains("did you mean \"The Daily Example\"?"),
                "{hint}"
            );
        }
        let stranger = outlets::show(desk, "Zürcher Bote").await.unwrap_err();
        assert!(!hint(stranger).contains("did you mean"));
    })
    .await;
}

#[tokio::test]
async fn every_verb_that_takes_a_contact_says_it() {
    let world = World::on_sqlite().await;
    world.import(PRESS).await;
    crate::newsdesk::approved(&world, "plant", "").await;
    lists::create(world.desk(), "tech", "Tech", None, None)
        .await
        .unwrap();
    let ada = id_of(&world, "ada@example.com").await;
    let slip = "ada@exmaple.com";
    let verbs: [&[&str]; 17] = [
        &["contact", "show", slip],
        &["contact", "edit", slip, "--name", "x"],
        &["contact", "archive", slip],
        &["contact", "erase", slip, "--yes"],
        &["contact", "dossier", slip],
        &["contact", "merge", slip, "bo@desk1.example", "--yes"],
        &["contact", "tag", "vip", slip],
        &["contact", "untag", "vip", slip],
        &["contact", "note", slip, "prefers the telephone"],
        &["contact", "history", slip],
        &["contact", "attachments", slip],
        &["list", "add", "tech", slip],
        &["list", "remove", "tech", slip],
        &[
            "agreement",
            "add",
            slip,
            "--scope",
            "standing",
            "--how",
            "email",
        ],
        &["release", "preview", "plant", "--for", slip],
        &[
            "release", "schedule", "plant", "--to", slip, "--now", "--yes",
        ],
        &["embargo", "explain", "plant", "--for", slip],
    ];
    for words in verbs {
        let mut command: Command = world.program(words);
        let done = tokio::task::spawn_blocking(move || command.output().unwrap())
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(2), "{words:?}: {said}");
        assert!(
            said.contains(&format!("did you mean contact {ada}?")),
            "{words:?}: {said}"
        );
        assert!(!said.contains("ada@"), "{words:?}: {said}");
    }
}
