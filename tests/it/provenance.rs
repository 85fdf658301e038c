//! Where each field of a contact comes from: the import with its line, or the person who wrote it.

use dateline::desk::people::contacts::{self, ContactEdit};

use crate::importing::import_text;
use crate::undo::{edit, import_with};
use crate::world::on_both;

#[tokio::test]
async fn each_field_knows_where_it_comes_from() {
    on_both(async |world| {
        import_text(
            &world,
            "a.csv",
            "Email,Name,Title\nx@example.com,X,\nada@example.com,Ada,Editor\n",
        )
        .await;
        let second = import_with(
            &world,
            "Email,Title,Country\nbo@example.org,,\ny@example.com,,\nada@example.com,Chief,DE\n",
            "tech",
            "vip",
        )
        .await;
        edit(
            &world,
            "ada@example.com",
            ContactEdit {
                phone: Some("7".to_owned()),
                ..ContactEdit::default()
            },
        )
        .await;
        let card = contacts::show(world.desk(), "ada@example.com")
            .await
            .unwrap();
        let from = |field: &str| {
            let found = card
                .provenance
                .iter()
                .find(|one| one.field == field)
                .unwrap();
            (found.import, found.line, found.by.clone())
        };
        assert_eq!(from("name"), (Some(second - 1), Some(3), None));
        assert_eq!(from("title"), (Some(second), Some(4), None));
        assert_eq!(from("country"), (Some(second), Some(4), None));
        assert_eq!(from("tag"), (Some(second), Some(4), None));
        assert_eq!(from("list"), (Some(second), Some(4), None));
        assert_eq!(from("phone"), (None, None, Some("tester".to_owned())));
        let events = dateline::desk::way_back::history::of(world.desk(), "ada@example.com")
            .await
            .unwrap();
        let words: Vec<_> = events.iter().map(|event| event.words.as_str()).collect();
        assert!(
            words.contains(&"import 2, line 4: title: Editor → Chief"),
            "{words:?}"
        );
        assert!(words.contains(&"by tester: phone"), "{words:?}");
    })
    .await;
}
