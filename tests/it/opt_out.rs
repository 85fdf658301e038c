//! No means no: an opt-out survives whatever is imported after it, and stops what waits already.

use dateline::desk::Desk;
use dateline::desk::issuers::organizations::{self, Organization};
use dateline::desk::people::contacts::{self, Filter};
use dateline::desk::people::import_contacts::{ImportRequest, import};
use dateline::desk::people::lists;
use dateline::desk::people::opt_out::{self, Reach};
use dateline::desk::problem::Exit;
use dateline::domain::suppression::SuppressionKey;
use dateline::store::suppression;

use crate::world::on_both;

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
        world.import(ACTIVE).await;
        assert!(!no(desk, "Ada@Example.COM").await.already);
        assert_eq!(status(desk, "ada@example.com").await, "opted-out");
        let report = world.import(ACTIVE).await;
        assert_eq!(report.files[0].counts.opted_out, 1);
        assert_eq!(status(desk, "ada@example.com").await, "opted-out");
        assert_eq!(status(desk, "bo@example.org").await, "active");
        // Also when the contact is gone, as after an undo, and the file brings them back.
        world.run("DELETE FROM contact", vec![]).await;
        let report = world.import(ACTIVE).await;
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
        let report = world.import(ACTIVE).await;
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
        world.import(text).await;
        let card = contacts::show(world.desk(), "ada@example.com")
            .await
            .unwrap();
        assert_eq!(card.further_addresses, ["a.byrne@example.net"]);
        no(world.desk(), "a.byrne@example.net").await;
        assert_eq!(status(world.desk(), "ada@example.com").await, "opted-out");
        // And the other way: an address that said no before it became somebody's.
        no(world.desk(), "bo.private@example.net").await;
        let report = world
            .import("Email,Name,E-mail 2\nbo@example.org,Bo,bo.private@example.net\n")
            .await;
        assert_eq!(report.files[0].counts.opted_out, 1);
        assert_eq!(status(world.desk(), "bo@example.org").await, "opted-out");
    })
    .await;
}

#[tokio::test]
async fn a_no_in_a_file_stops_mail_and_a_yes_never_lifts_it() {
    on_both(async |world| {
        world.import(ACTIVE).await;
        let report = world
            .import("Email,Name,Status\nada@example.com,Ada,unsubscribed\n")
            .await;
        assert_eq!(
            (
                report.files[0].counts.updated,
                report.files[0].counts.opted_out
            ),
            (1, 1)
        );
        world.import(ACTIVE).await;
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
        world.import(ACTIVE).await;
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
        world.import(ACTIVE).await;
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

#[tokio::test]
async fn with_a_foreign_key_nothing_is_imported_and_nobody_opted_out() {
    on_both(async |world| {
        world.import(ACTIVE).await;
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
