//! Lists and what stands beside them: organizations, boilerplates, press contacts.

use dateline::desk::issuers::boilerplates::{self, BoilerplateText};
use dateline::desk::issuers::organizations::{self, Organization};
use dateline::desk::issuers::press_contacts::{self, PressContactView};
use dateline::desk::people::contacts::{self, ContactEdit};
use dateline::desk::people::lists::{self, ListEdit};
use dateline::desk::problem::{Exit, Problem};
use dateline::store::log;

use crate::world::{World, on_both};

async fn contact(world: &World, email: &str) -> i64 {
    let edit = ContactEdit::default();
    contacts::add(world.desk(), email, "test", &edit)
        .await
        .unwrap()
        .contact
        .id
}

fn refusal<T: std::fmt::Debug>(result: Result<T, Problem>) -> (Exit, &'static str, String) {
    let problem = result.unwrap_err();
    (problem.exit, problem.code, problem.hint.unwrap())
}

fn harbour_light() -> Organization {
    Organization {
        slug: "harbour-light".to_owned(),
        name: "Harbour Light".to_owned(),
        tickers: vec!["TSX: HRB".to_owned()],
        ..Organization::default()
    }
}

#[tokio::test]
async fn a_list_is_filled_emptied_renamed_and_dropped() {
    on_both(async |world| {
        let desk = world.desk();
        let (ada, bo) = (
            contact(&world, "ada@example.com").await,
            contact(&world, "bo@example.org").await,
        );
        lists::create(desk, "tech", "Tech press", None, Some(3))
            .await
            .unwrap();
        assert_eq!(lists::add(desk, "tech", &[ada, bo]).await.unwrap(), 2);
        assert_eq!(lists::add(desk, "tech", &[ada]).await.unwrap(), 0);
        assert_eq!(lists::show(desk, "tech").await.unwrap().members, 2);
        assert_eq!(lists::remove(desk, "tech", &[bo]).await.unwrap(), 1);
        let edit = ListEdit {
            slug: Some("science".to_owned()),
            per_outlet: Some(None),
            ..ListEdit::default()
        };
        let list = lists::edit(desk, "tech", &edit).await.unwrap();
        assert_eq!(
            (
                list.slug.as_str(),
                list.name.as_str(),
                list.members,
                list.per_outlet
            ),
            ("science", "Tech press", 1, None)
        );
        assert_eq!(
            contacts::show(desk, "ada@example.com")
                .await
                .unwrap()
                .contact
                .lists,
            ["science"]
        );
        lists::drop(desk, "science").await.unwrap();
        assert!(lists::list(desk).await.unwrap().is_empty());
        assert!(
            contacts::show(desk, "ada@example.com")
                .await
                .unwrap()
                .contact
                .lists
                .is_empty()
        );
        assert_eq!(log::verify(desk.store.db()).await.unwrap().1, None);
    })
    .await;
}

#[tokio::test]
async fn list_refusals_name_the_remedy() {
    on_both(async |world| {
        let desk = world.desk();
        lists::create(desk, "tech", "", None, None).await.unwrap();
        let (exit, code, hint) = refusal(lists::show(desk, "tehc").await);
        assert_eq!((exit, code), (Exit::Usage, "no-list"));
        assert!(
            hint.contains("did you mean tech?") && hint.contains("dateline list create tehc"),
            "{hint}"
        );
        assert_eq!(
            refusal(lists::create(desk, "tech", "", None, None).await).1,
            "exists"
        );
        assert_eq!(
            refusal(lists::create(desk, "No Slug", "", None, None).await).1,
            "invalid-slug"
        );
        assert_eq!(
            refusal(lists::create(desk, "a", "", Some("nobody"), None).await).1,
            "no-organization"
        );
        assert_eq!(
            refusal(lists::create(desk, "a", "", None, Some(0)).await).1,
            "per-outlet"
        );
        let ada = contact(&world, "ada@example.com").await;
        assert_eq!(
            refusal(lists::add(desk, "tech", &[ada, 99]).await).1,
            "no-contact"
        );
        assert_eq!(
            lists::show(desk, "tech").await.unwrap().members,
            0,
            "all or none"
        );
    })
    .await;
}

#[tokio::test]
async fn organizations_keep_what_they_were_given() {
    on_both(async |world| {
        let desk = world.desk();
        let added = organizations::add(desk, &harbour_light()).await.unwrap();
        assert_eq!(
            organizations::show(desk, "harbour-light").await.unwrap(),
            added
        );
        let edited = organizations::edit(desk, "harbour-light", |organization| {
            organization.listed = true;
            organization
                .links
                .push("https://harbour-light.example/".to_owned());
            "other".clone_into(&mut organization.slug);
        });
        let edited = edited.await.unwrap();
        assert_eq!(
            (edited.slug.as_str(), edited.listed),
            ("harbour-light", true)
        );
        assert_eq!(organizations::list(desk).await.unwrap(), [edited]);
        assert_eq!(
            refusal(organizations::add(desk, &harbour_light()).await).1,
            "exists"
        );
        let smuggled = Organization {
            slug: "smuggler".to_owned(),
            from_header: Some("News <news@example.com>\r\nBcc: all@example.com".to_owned()),
            ..harbour_light()
        };
        assert_eq!(
            refusal(organizations::add(desk, &smuggled).await).1,
            "not-one-line"
        );
    })
    .await;
}

#[tokio::test]
async fn a_boilerplate_grows_by_versions_and_the_same_words_make_none() {
    on_both(async |world| {
        let desk = world.desk();
        organizations::add(desk, &harbour_light()).await.unwrap();
        let text = |language: &str, body: &str| BoilerplateText {
            language: language.to_owned(),
            body: body.to_owned(),
            ..BoilerplateText::default()
        };
        let made = boilerplates::new(
            desk,
            "about",
            Some("harbour-light"),
            "About",
            &text("en", "Tides\nand light."),
        )
        .await
        .unwrap();
        assert_eq!(
            (made.organization.as_deref(), made.versions[0].number),
            (Some("harbour-light"), 1)
        );
        let same = boilerplates::edit(
            desk,
            "about",
            None,
            Some(&text("en", "Tides\r\nand light.")),
        )
        .await
        .unwrap();
        assert_eq!(same.versions.len(), 1);
        boilerplates::edit(desk, "about", None, Some(&text("en", "More light.")))
            .await
            .unwrap();
        boilerplates::edit(desk, "about", Some("About us"), Some(&text("de", "Licht.")))
            .await
            .unwrap();
        let numbers = |view: boilerplates::BoilerplateView| -> Vec<(String, i64)> {
            view.versions
                .into_iter()
                .map(|version| (version.language, version.number))
                .collect()
        };
        let history = boilerplates::history(desk, "about").await.unwrap();
        assert_eq!(history.title, "About us");
        assert_eq!(
            numbers(history),
            [
                ("de".to_owned(), 1),
                ("en".to_owned(), 2),
                ("en".to_owned(), 1)
            ]
        );
        let shown = boilerplates::show(desk, "about").await.unwrap();
        assert_eq!(shown.versions[1].body, "More light.");
        assert_eq!(numbers(shown), [("de".to_owned(), 1), ("en".to_owned(), 2)]);
        let empty = boilerplates::edit(desk, "about", None, Some(&text("en", " \n"))).await;
        assert_eq!(refusal(empty).1, "no-text");
        let backwards = BoilerplateText {
            valid_from: Some("2026-05-01".to_owned()),
            valid_until: Some("2026-04-01".to_owned()),
            ..text("en", "x")
        };
        assert_eq!(
            refusal(boilerplates::edit(desk, "about", None, Some(&backwards)).await).1,
            "invalid-date"
        );
        let (_, code, hint) = refusal(boilerplates::show(desk, "abuot").await);
        assert_eq!(code, "no-boilerplate");
        assert!(hint.contains("did you mean about?"));
    })
    .await;
}

#[tokio::test]
async fn press_contacts_are_our_people() {
    on_both(async |world| {
        let desk = world.desk();
        let ana = PressContactView {
            slug: "ana-reyes".to_owned(),
            name: "Ana Reyes".to_owned(),
            email: " Ana@Harbour-Light.example ".to_owned(),
            ..PressContactView::default()
        };
        let added = press_contacts::add(desk, &ana).await.unwrap();
        assert_eq!(added.email, "Ana@harbour-light.example");
        let edited = press_contacts::edit(desk, "ana-reyes", |person| {
            "Head of press".clone_into(&mut person.role);
        });
        assert_eq!(edited.await.unwrap().role, "Head of press");
        let archived = press_contacts::archive(desk, "ana-reyes").await.unwrap();
        assert_eq!(archived.archived_at, Some(desk.now()));
        assert_eq!(press_contacts::list(desk).await.unwrap(), [archived]);
        let broken = PressContactView {
            slug: "bo".to_owned(),
            email: "bo@".to_owned(),
            ..ana.clone()
        };
        assert_eq!(
            refusal(press_contacts::add(desk, &broken).await).1,
            "invalid-address"
        );
        assert_eq!(refusal(press_contacts::add(desk, &ana).await).1, "exists");
    })
    .await;
}
