//! Contacts one by one, by hand.

use dateline::desk::people::contacts::{self, ContactEdit, Filter};
use dateline::desk::problem::Exit;
use dateline::domain::contact::Kind;

use crate::world::on_both;

#[tokio::test]
async fn contacts_by_hand() {
    on_both(async |world| {
        let desk = world.desk();
        let edit = ContactEdit {
            name: Some("Ada Byrne".to_owned()),
            outlet: Some("The Daily Example".to_owned()),
            add_tags: vec!["vip".to_owned()],
            ..ContactEdit::default()
        };
        let card = contacts::add(desk, "Ada@Example.com", "business card", &edit)
            .await
            .unwrap();
        assert_eq!(card.contact.status, "active");
        let twice = contacts::add(desk, "ada@example.com", "again", &edit)
            .await
            .unwrap_err();
        assert_eq!(twice.code, "exists");
        let edit = ContactEdit {
            kind: Some(Kind::Media),
            title: Some("Editor".to_owned()),
            remove_tags: vec!["VIP".to_owned()],
            ..ContactEdit::default()
        };
        let card = contacts::edit(desk, "ada@example.com", &edit)
            .await
            .unwrap();
        assert_eq!(card.contact.outlet, "The Daily Example");
        assert_eq!(
            (card.contact.kind.as_str(), card.contact.title.as_str()),
            ("media", "Editor")
        );
        assert!(card.contact.tags.is_empty());
        let two_lines = ContactEdit {
            name: Some("Ada\nBcc: x".to_owned()),
            ..ContactEdit::default()
        };
        let refused = contacts::edit(desk, "ada@example.com", &two_lines)
            .await
            .unwrap_err();
        assert_eq!(refused.code, "not-one-line");
        let missing = contacts::show(desk, "99").await.unwrap_err();
        assert_eq!((missing.exit, missing.code), (Exit::Usage, "no-contact"));
    })
    .await;
}

#[tokio::test]
async fn contacts_are_found_by_what_is_known_of_them() {
    on_both(async |world| {
        let desk = world.desk();
        let edit = ContactEdit {
            outlet: Some("The Daily Example".to_owned()),
            kind: Some(Kind::Media),
            ..ContactEdit::default()
        };
        contacts::add(desk, "ada@example.com", "business card", &edit)
            .await
            .unwrap();
        for (filter, found) in [
            (
                Filter {
                    text: "daily".to_owned(),
                    ..Filter::default()
                },
                1,
            ),
            (
                Filter {
                    text: "100%".to_owned(),
                    ..Filter::default()
                },
                0,
            ),
            (
                Filter {
                    status: "active".to_owned(),
                    kind: "media".to_owned(),
                    ..Filter::default()
                },
                1,
            ),
            (
                Filter {
                    status: "opted-out".to_owned(),
                    ..Filter::default()
                },
                0,
            ),
            (
                Filter {
                    tag: "vip".to_owned(),
                    ..Filter::default()
                },
                0,
            ),
        ] {
            assert_eq!(
                contacts::list(desk, &filter).await.unwrap().len(),
                found,
                "{filter:?}"
            );
        }
        let nowhere = Filter {
            list: "nowhere".to_owned(),
            ..Filter::default()
        };
        let refused = contacts::list(desk, &nowhere).await.unwrap_err();
        assert_eq!(refused.code, "no-list");
    })
    .await;
}
