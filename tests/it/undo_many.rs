//! What a person did to many contacts at once is their work: no undo of an import takes it away.

use dateline::desk::people::contacts::{self, ContactEdit, Whom, archive_many, edit_many, show};
use dateline::desk::people::undo_import::undo;
use dateline::domain::contact::Kind;

use crate::importing::{import_text, one};
use crate::undo::import_with;
use crate::world::{World, on_both};

const TWO: &str =
    "Email,Name,Title\nada@example.com,Ada Byrne,Chief\nbo@example.org,Bo Chen,Chief\n";

async fn change(world: &World, who: &[&str], edit: &ContactEdit) {
    let named: Vec<String> = who.iter().map(|&one| one.to_owned()).collect();
    let changed = edit_many(world.desk(), Whom::Named(&named), edit, None).await;
    assert_eq!(changed.unwrap().contacts, i64::try_from(who.len()).unwrap());
}

fn tag(word: &str) -> ContactEdit {
    ContactEdit {
        add_tags: vec![word.to_owned()],
        ..ContactEdit::default()
    }
}

fn title(word: &str) -> ContactEdit {
    ContactEdit {
        title: Some(word.to_owned()),
        ..ContactEdit::default()
    }
}

#[tokio::test]
async fn whom_an_import_made_and_a_person_worked_on_stays_in_the_archive() {
    let untag = ContactEdit {
        remove_tags: vec!["spring".to_owned()],
        ..ContactEdit::default()
    };
    let kind = ContactEdit {
        kind: Some(Kind::Media),
        ..ContactEdit::default()
    };
    for work in [tag("vip"), untag, kind] {
        on_both(|world| {
            let work = work.clone();
            async move {
                let import = import_with(&world, TWO, "tech", "spring").await;
                change(&world, &["ada@example.com"], &work).await;
                let undone = undo(world.desk(), import, false).await.unwrap();
                assert_eq!((undone.removed, undone.archived), (1, 1), "{work:?}");
                assert_eq!(
                    one(world.desk(), "ada@example.com").await.status,
                    "archived"
                );
            }
        })
        .await;
    }
}

#[tokio::test]
async fn what_a_person_said_to_many_is_not_overwritten() {
    on_both(async |world| {
        let old = "Email,Title\nada@example.com,Editor\nbo@example.org,Editor\n";
        import_text(&world, "old.csv", old).await;
        // Before the import: what it changes of that is given back.
        change(
            &world,
            &["ada@example.com", "bo@example.org"],
            &title("Head"),
        )
        .await;
        let second = import_with(&world, TWO, "tech", "spring").await;
        assert_eq!(one(world.desk(), "bo@example.org").await.title, "Chief");
        // The same word as the import's, but now a person's; and the tag, too.
        change(&world, &["ada@example.com"], &title("Chief")).await;
        change(&world, &["ada@example.com"], &tag("spring")).await;
        let undone = undo(world.desk(), second, false).await.unwrap();
        let kept = undone.kept_fields.iter();
        let kept: Vec<_> = kept.map(|kept| (kept.field.as_str(), kept.why)).collect();
        assert_eq!(kept, [("title", "changed-later")]);
        let ada = one(world.desk(), "ada@example.com").await;
        assert_eq!(
            (ada.title.as_str(), ada.tags),
            ("Chief", vec!["spring".to_owned()])
        );
        let bo = one(world.desk(), "bo@example.org").await;
        assert_eq!((bo.title.as_str(), bo.tags), ("Head", vec![]));
    })
    .await;
}

#[tokio::test]
async fn what_a_person_said_to_many_survives_the_handing_over() {
    on_both(async |world| {
        let first = import_with(&world, TWO, "tech", "spring").await;
        import_text(
            &world,
            "again.csv",
            "Email,Name\nada@example.com,Ada Byrne\n",
        )
        .await;
        change(&world, &["ada@example.com"], &title("Chief")).await;
        let undone = undo(world.desk(), first, false).await.unwrap();
        assert_eq!(undone.handed_over, 1);
        assert_eq!(one(world.desk(), "ada@example.com").await.title, "Chief");
    })
    .await;
}

#[tokio::test]
async fn whom_a_person_archived_among_many_no_import_brings_back() {
    on_both(async |world| {
        let first = import_with(&world, TWO, "tech", "spring").await;
        let both = ["ada@example.com".to_owned(), "bo@example.org".to_owned()];
        archive_many(world.desk(), Whom::Named(&both[..1]), None)
            .await
            .unwrap();
        // Bo is archived by the undo, because of a note; then a person archives both.
        contacts::note(world.desk(), &both[1], "prefers the telephone")
            .await
            .unwrap();
        let undone = undo(world.desk(), first, false).await.unwrap();
        assert_eq!((undone.removed, undone.archived), (0, 2));
        archive_many(world.desk(), Whom::Named(&both), None)
            .await
            .unwrap();
        import_with(&world, TWO, "tech", "spring").await;
        for one_of_them in &both {
            assert_eq!(one(world.desk(), one_of_them).await.status, "archived");
        }
        let card = show(world.desk(), &both[0]).await.unwrap();
        assert_eq!(card.contact.status, "archived");
    })
    .await;
}

/// The entry's contacts are found again: a history and where a field comes from.
#[tokio::test]
async fn a_change_of_many_stands_in_each_history() {
    on_both(async |world| {
        import_with(&world, TWO, "tech", "spring").await;
        change(
            &world,
            &["ada@example.com", "bo@example.org"],
            &title("Head"),
        )
        .await;
        for who in ["ada@example.com", "bo@example.org"] {
            let card = show(world.desk(), who).await.unwrap();
            let title = card.provenance.iter().find(|one| one.field == "title");
            assert_eq!(title.unwrap().by.as_deref(), Some("tester"), "{who}");
        }
        let entries = "SELECT COUNT(*) AS value FROM log_entry WHERE act = 'contact.edit-many'";
        assert_eq!(world.number(entries, vec![]).await, 1, "one act, one entry");
    })
    .await;
}
