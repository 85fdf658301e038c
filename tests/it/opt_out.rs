//! No means no: an opt-out survives whatever is imported after it, and stops what waits already.

use std::path::PathBuf;

use dateline::desk::Desk;
use dateline::desk::contacts::{self, Filter};
use dateline::desk::import_contacts::{ImportReport, ImportRequest, import};
use dateline::desk::lists;
use dateline::desk::opt_out::{self, Reach};
use dateline::desk::organizations::{self, Organization};
use dateline::desk::problem::Exit;
use dateline::domain::suppression::SuppressionKey;
use dateline::store::{desk_row, suppression};
use proptest::prelude::*;

use crate::world::{World, on_both};

async fn import_text(world: &World, text: &str) -> ImportReport {
    let path: PathBuf = world.file("contacts.csv", text);
    let request = ImportRequest {
        paths: vec![path],
        source: "test".to_owned(),
        ..ImportRequest::default()
    };
    import(world.desk(), &request).await.unwrap()
}

async fn status(desk: &Desk, email: &str) -> String {
    contacts::show(desk, email).await.unwrap().contact.status
}

async fn no(desk: &Desk, text: &str) -> opt_out::OptOutReport {
    opt_out::add(desk, text, &Reach::Everything, "", "person")
        .await
        .unwrap()
}

const ACTIVE: &str =
    "Email,Name,Status\nada@example.com,Ada,subscribed\nbo@example.org,Bo,subscribed\n";

#[tokio::test]
async fn an_opt_out_survives_every_import() {
    on_both(async |world| {
        let desk = world.desk();
        import_text(&world, ACTIVE).await;
        assert!(!no(desk, "Ada@Example.COM").await.already);
        assert_eq!(status(desk, "ada@example.com").await, "opted-out");
        let report = import_text(&world, ACTIVE).await;
        assert_eq!(report.files[0].counts.opted_out, 1);
        assert_eq!(status(desk, "ada@example.com").await, "opted-out");
        assert_eq!(status(desk, "bo@example.org").await, "active");
        // Also when the contact is gone, as after an undo, and the file brings them back.
        world.run("DELETE FROM contact", vec![]).await;
        let report = import_text(&world, ACTIVE).await;
        assert_eq!(
            (
                report.files[0].counts.added,
                report.files[0].counts.opted_out
            ),
            (2, 1)
        );
        assert_eq!(status(desk, "ada@example.com").await, "opted-out");
        assert!(
            no(desk, "ada@example.com").await.already,
            "twice changes nothing"
        );
        assert_eq!(suppression::count(desk.store.db()).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn an_opt_out_before_the_contact_is_known_holds() {
    on_both(async |world| {
        no(world.desk(), "ada@example.com").await;
        no(world.desk(), "@example.org").await;
        let report = import_text(&world, ACTIVE).await;
        assert_eq!(report.files[0].counts.opted_out, 2);
        let filter = Filter {
            status: "opted-out".to_owned(),
            ..Filter::default()
        };
        assert_eq!(
            contacts::list(world.desk(), &filter).await.unwrap().len(),
            2
        );
        let entries = opt_out::list(world.desk(), 0, 10).await.unwrap();
        let shown: Vec<_> = entries
            .iter()
            .map(|entry| (entry.target.as_str(), entry.contact.is_some()))
            .collect();
        assert_eq!(shown, [("domain", false), ("address", true)]);
    })
    .await;
}

#[tokio::test]
async fn an_opt_out_of_a_further_address_covers_the_contact() {
    on_both(async |world| {
        let text = "Email,Name,E-mail 2\nada@example.com,Ada,a.byrne@example.net\n";
        import_text(&world, text).await;
        let card = contacts::show(world.desk(), "ada@example.com")
            .await
            .unwrap();
        assert_eq!(card.further_addresses, ["a.byrne@example.net"]);
        no(world.desk(), "a.byrne@example.net").await;
        assert_eq!(status(world.desk(), "ada@example.com").await, "opted-out");
        // And the other way: an address that said no before it became somebody's.
        no(world.desk(), "bo.private@example.net").await;
        let report = import_text(
            &world,
            "Email,Name,E-mail 2\nbo@example.org,Bo,bo.private@example.net\n",
        )
        .await;
        assert_eq!(report.files[0].counts.opted_out, 1);
        assert_eq!(status(world.desk(), "bo@example.org").await, "opted-out");
    })
    .await;
}

#[tokio::test]
async fn a_no_in_a_file_stops_mail_and_a_yes_never_lifts_it() {
    on_both(async |world| {
        import_text(&world, ACTIVE).await;
        let report = import_text(
            &world,
            "Email,Name,Status\nada@example.com,Ada,unsubscribed\n",
        )
        .await;
        assert_eq!(
            (
                report.files[0].counts.updated,
                report.files[0].counts.opted_out
            ),
            (1, 1)
        );
        import_text(&world, ACTIVE).await;
        assert_eq!(status(world.desk(), "ada@example.com").await, "opted-out");
        let source = "SELECT source AS value FROM suppression";
        let import = report.import.unwrap();
        assert_eq!(
            world.texts(source, vec![]).await,
            [format!("import:{import}")]
        );
    })
    .await;
}

#[tokio::test]
async fn only_a_person_with_a_reason_lifts_an_opt_out() {
    on_both(async |world| {
        let desk = world.desk();
        import_text(&world, ACTIVE).await;
        no(desk, "ada@example.com").await;
        let everything = Reach::Everything;
        let refused = opt_out::remove(desk, "ada@example.com", &everything, " ")
            .await
            .unwrap_err();
        assert_eq!((refused.exit, refused.code), (Exit::Usage, "no-reason"));
        opt_out::remove(
            desk,
            "ada@example.com",
            &everything,
            "asked for it on 3 March",
        )
        .await
        .unwrap();
        assert_eq!(status(desk, "ada@example.com").await, "active");
        let again = opt_out::remove(desk, "ada@example.com", &everything, "again")
            .await
            .unwrap_err();
        assert_eq!((again.exit, again.code), (Exit::Forbidden, "not-opted-out"));
        let kept = "SELECT COUNT(*) AS value FROM suppression WHERE lifted_at IS NOT NULL";
        assert_eq!(
            world.number(kept, vec![]).await,
            1,
            "the entry stays as a record"
        );
        assert!(
            !no(desk, "ada@example.com").await.already,
            "and can be made again"
        );
    })
    .await;
}

#[tokio::test]
async fn narrower_opt_outs_reach_as_far_as_they_say() {
    on_both(async |world| {
        let desk = world.desk();
        import_text(&world, ACTIVE).await;
        let issuer = Organization {
            slug: "harbour-light".to_owned(),
            name: "Harbour Light".to_owned(),
            ..Organization::default()
        };
        let issuer = organizations::add(desk, &issuer).await.unwrap().id;
        let tech = lists::create(desk, "tech", "", None, None)
            .await
            .unwrap()
            .id;
        let ada = contacts::find(desk, "ada@example.com").await.unwrap();
        let bo = contacts::find(desk, "bo@example.org").await.unwrap();
        let by_issuer = Reach::Organization("harbour-light".to_owned());
        opt_out::add(desk, "ada@example.com", &by_issuer, "", "person")
            .await
            .unwrap();
        let by_list = Reach::List("tech".to_owned());
        opt_out::add(desk, "bo@example.org", &by_list, "", "person")
            .await
            .unwrap();
        let who = async |organizations: &[i64], list| {
            let found = suppression::live_reason(desk.store.db(), &[ada, bo], organizations, list)
                .await
                .unwrap();
            found.into_iter().map(|(id, _)| id).collect::<Vec<_>>()
        };
        assert!(who(&[], None).await.is_empty());
        assert_eq!(who(&[issuer], None).await, [ada]);
        assert!(who(&[issuer + 1], Some(tech + 1)).await.is_empty());
        assert_eq!(who(&[issuer], Some(tech)).await, [ada, bo]);
        assert_eq!(status(desk, "ada@example.com").await, "active");
        no(desk, "ada@example.com").await;
        let covered = opt_out::add(desk, "ada@example.com", &by_list, "", "person")
            .await
            .unwrap();
        assert!(covered.already, "everything covers a list");
        let unknown = opt_out::add(
            desk,
            "bo@example.org",
            &Reach::List("tehc".to_owned()),
            "",
            "person",
        )
        .await;
        assert_eq!(unknown.unwrap_err().code, "no-list");
    })
    .await;
}

/// One distribution with a delivery per status to one contact's address; answers with its id.
async fn deliveries(world: &World, email: &str) {
    let statements = [
        "INSERT INTO release (id, slug, public_id, status, created_at) VALUES (1, 'r', 'r', 'scheduled', 0)",
        "INSERT INTO release_version (id, release_id, number, kind, content_format, content_hash, by, at) VALUES (1, 1, 1, 'release', 1, '', '', 0)",
    ];
    for statement in statements {
        world.run(statement, vec![]).await;
    }
    let rows = [
        ("queued", "none", Some(1)),
        ("deferred", "none", Some(1)),
        ("sending", "claimed", None),
        ("sending", "started", None),
        ("sent", "none", None),
        ("unknown", "none", None),
    ];
    for (id, (status, stage, due)) in (1_i64..).zip(rows) {
        let distribution = "INSERT INTO distribution (id, release_id, version_id, purpose, rehearsal, status, follows_embargo, civil, zone, send_at, tzdata, from_header, reply_to, nonce, message_domain, by, created_at) \
             VALUES ($1, 1, 1, 'general', TRUE, 'running', FALSE, '', '', 0, '', '', '', '', '', '', 0)";
        world.run(distribution, vec![id.into()]).await;
        let lease = (stage != "none").then_some(5_i64);
        let delivery = "INSERT INTO delivery (distribution_id, version_id, purpose, round, rehearsal, contact_id, address, address_hash, domain, domain_hash, language, position, status, stage, due_at, lease_until) \
             SELECT $1, 1, 'general', 0, TRUE, id, email, address_hash, domain, domain_hash, 'en', 0, $2, $3, $4, $5 FROM contact WHERE email_key = $6";
        let due: Option<i64> = due;
        let values = vec![
            id.into(),
            status.into(),
            stage.into(),
            due.into(),
            lease.into(),
            email.into(),
        ];
        assert_eq!(world.run(delivery, values).await, 1);
    }
}

const LEDGER: &str = "SELECT status || '/' || COALESCE(reason, '') || '/' || stage AS value FROM delivery ORDER BY id";

#[tokio::test]
async fn an_opt_out_takes_out_of_the_queue_what_has_not_begun() {
    for target in ["ada@example.com", "a.byrne@example.net", "@example.com"] {
        on_both(async |world| {
            import_text(
                &world,
                "Email,Name,E-mail 2\nada@example.com,Ada,a.byrne@example.net\n",
            )
            .await;
            deliveries(&world, "ada@example.com").await;
            let db = world.desk().store.db();
            let before = desk_row::read(db).await.unwrap().unwrap().change_seq;
            let report = no(world.desk(), target).await;
            assert_eq!(report.withdrawn, 3, "{target}");
            let gone = "suppressed/opted-out/none";
            assert_eq!(
                world.texts(LEDGER, vec![]).await,
                [
                    gone,
                    gone,
                    gone,
                    "sending//started",
                    "sent//none",
                    "unknown//none"
                ]
            );
            let after = desk_row::read(db).await.unwrap().unwrap().change_seq;
            assert!(after > before, "a running run has to notice");
        })
        .await;
    }
}

#[tokio::test]
async fn a_no_in_a_file_takes_out_of_the_queue_too() {
    on_both(async |world| {
        import_text(&world, ACTIVE).await;
        deliveries(&world, "ada@example.com").await;
        import_text(&world, "Email,Unsubscribed\nbo@example.org,yes\n").await;
        assert!(
            !world
                .texts(LEDGER, vec![])
                .await
                .contains(&"suppressed/opted-out/none".to_owned())
        );
        import_text(&world, "Email,Unsubscribed\nada@example.com,yes\n").await;
        let suppressed =
            "SELECT COUNT(*) AS value FROM delivery WHERE reason = 'opted-out' AND due_at IS NULL";
        assert_eq!(world.number(suppressed, vec![]).await, 3);
    })
    .await;
}

#[tokio::test]
async fn with_a_foreign_key_nothing_is_imported_and_nobody_opted_out() {
    on_both(async |world| {
        import_text(&world, ACTIVE).await;
        no(world.desk(), "ada@example.com").await;
        let mut stranger = world.second_desk().await;
        stranger.key = SuppressionKey::new(&[8; 32]).unwrap();
        let path = world.file("more.csv", "Email,Name\ncleo@example.net,Cleo\n");
        let request = ImportRequest {
            paths: vec![path],
            source: "test".to_owned(),
            ..ImportRequest::default()
        };
        let refused = import(&stranger, &request).await.unwrap_err();
        assert_eq!((refused.exit, refused.code), (Exit::Config, "foreign-key"));
        let refused = opt_out::add(
            &stranger,
            "bo@example.org",
            &Reach::Everything,
            "",
            "person",
        )
        .await
        .unwrap_err();
        assert_eq!(refused.code, "foreign-key");
        let added = contacts::add(
            &stranger,
            "cleo@example.net",
            "test",
            &contacts::ContactEdit::default(),
        )
        .await;
        assert_eq!(added.unwrap_err().code, "foreign-key");
        assert_eq!(
            world
                .number("SELECT COUNT(*) AS value FROM contact", vec![])
                .await,
            2
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_no_address_is_refused_without_repeating_it() {
    on_both(async |world| {
        for text in ["", "@", "ada@", "ada@example.com, bo@example.org", "@a b"] {
            let refused = opt_out::add(world.desk(), text, &Reach::Everything, "", "person")
                .await
                .unwrap_err();
            assert_eq!(refused.exit, Exit::Usage, "{text:?}");
            assert!(!refused.message.contains("ada"), "{}", refused.message);
        }
    })
    .await;
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
                    text += &format!(
                        "{},{further},{}\n",
                        PEOPLE[*who],
                        if *says_no { "yes" } else { "no" }
                    );
                    if *says_no {
                        gone.insert(PEOPLE[*who]);
                    }
                }
                import_text(world, &text).await;
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
