//! Taking an import back: what it did is gone, what came later stays, and importing again gives the same.

use std::fmt::Write as _;

use dateline::desk::people::contacts::{self, ContactEdit};
use dateline::desk::people::import_contacts::{ImportRequest, import};
use dateline::desk::people::opt_out::{self, Reach};
use dateline::desk::people::undo_import::{Undone, undo};
use dateline::desk::people::{imports, lists};
use dateline::desk::problem::Exit;

use crate::importing::{everybody, import_text, one, request};
use crate::world::{World, on_both};

async fn taken_back(world: &World, import: i64) -> Undone {
    undo(world.desk(), import, false).await.unwrap()
}

/// Imports a text with the words that a test cares for.
pub(crate) async fn import_with(world: &World, text: &str, list: &str, tag: &str) -> i64 {
    let path = world.file(&format!("{list}.csv"), text);
    let wanted = ImportRequest {
        list: Some(list.to_owned()),
        tags: vec![tag.to_owned()],
        ..request(path)
    };
    let report = import(world.desk(), &wanted).await.unwrap();
    report.import.unwrap()
}

async fn members(world: &World, list: &str) -> Vec<String> {
    let sql = "SELECT c.email AS value FROM media_list_member m JOIN media_list l ON l.id = m.list_id \
               JOIN contact c ON c.id = m.contact_id WHERE l.slug = $1 ORDER BY c.email_key";
    world.texts(sql, vec![list.into()]).await
}

pub(crate) async fn edit(world: &World, who: &str, edit: ContactEdit) {
    contacts::edit(world.desk(), who, &edit).await.unwrap();
}

#[tokio::test]
async fn whom_an_import_made_is_gone_and_comes_again() {
    on_both(async |world| {
        import_text(&world, "old.csv", "Email,Name\nold@example.com,Old\n").await;
        let before = everybody(world.desk()).await;
        let text = "Email,Name,Outlet,Beat,Phone\nada@example.com,Ada Byrne,The Daily Example,science,1\n\
                    bo@example.org,Bo Chen,,,\n";
        let first = import_with(&world, text, "tech", "spring").await;
        let after = everybody(world.desk()).await;
        let planned = undo(world.desk(), first, true).await.unwrap();
        assert_eq!((planned.removed, planned.dry_run), (2, true));
        assert_eq!(
            everybody(world.desk()).await,
            after,
            "a dry run changes nothing"
        );
        let undone = taken_back(&world, first).await;
        assert_eq!((undone.removed, undone.archived), (2, 0));
        assert_eq!((undone.labels, undone.off_lists), (3, 2));
        assert_eq!(everybody(world.desk()).await, before);
        assert!(members(&world, "tech").await.is_empty());
        let rest = "SELECT COUNT(*) AS value FROM contact WHERE email IS NOT NULL";
        assert_eq!(world.number(rest, vec![]).await, 1, "addresses are free");
        assert_eq!(imports::show(world.desk(), first).await.unwrap().import.state, "undone");
        let problem = undo(world.desk(), first, false).await.unwrap_err();
        assert_eq!((problem.exit, problem.code), (Exit::Forbidden, "already-undone"));
        import_with(&world, text, "tech", "spring").await;
        let mut again = everybody(world.desk()).await;
        assert_eq!(again.len(), after.len());
        for (again, after) in again.iter_mut().zip(&after) {
            again.id = after.id;
        }
        assert_eq!(again, after);
    })
    .await;
}

#[tokio::test]
async fn whom_it_changed_gets_the_old_values_back_and_what_came_later_stays() {
    on_both(async |world| {
        let old = "Email,Name,Title,Outlet,Phone\nada@example.com,Ada Byrne,Editor,The Daily Example,1\n";
        import_text(&world, "a.csv", old).await;
        edit(
            &world,
            "ada@example.com",
            ContactEdit {
                add_tags: vec!["vip".to_owned()],
                ..ContactEdit::default()
            },
        )
        .await;
        let before = one(world.desk(), "ada@example.com").await;
        let text = "Email,Email 2,Name,Title,Outlet,Beat,Phone,Tags\n\
                    ada@example.com,ada@private.example,Ada B.,Chief,Example Weekly,space,2,\"vip, new\"\n";
        let second = import_with(&world, text, "tech", "spring").await;
        edit(
            &world,
            "ada@example.com",
            ContactEdit {
                phone: Some("3".to_owned()),
                add_tags: vec!["new".to_owned()],
                ..ContactEdit::default()
            },
        )
        .await;
        let undone = taken_back(&world, second).await;
        assert_eq!((undone.removed, undone.archived, undone.restored), (0, 0, 3));
        assert_eq!((undone.labels, undone.addresses, undone.off_lists), (2, 1, 1));
        assert_eq!(undone.kept, 1);
        assert_eq!((undone.kept_fields[0].field.as_str(), undone.kept_fields[0].why), ("phone", "changed-later"));
        let mut now = one(world.desk(), "ada@example.com").await;
        assert_eq!((now.phone.as_str(), &now.tags), ("3", &vec!["new".to_owned(), "vip".to_owned()]));
        now.phone.clone_from(&before.phone);
        now.tags.clone_from(&before.tags);
        assert_eq!(now, before);
        let card = contacts::show(world.desk(), "ada@example.com").await.unwrap();
        assert!(card.further_addresses.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_two_imports_say_stays_while_one_of_them_holds() {
    on_both(async |world| {
        import_text(&world, "a.csv", "Email,Title\nada@example.com,Editor\n").await;
        let text = "Email,Title,Tags\nada@example.com,Chief,vip\nbo@example.org,Reporter,\n";
        let second = import_with(&world, text, "tech", "spring").await;
        // The same people again, rightly this time: with another tag and fewer words.
        let third = import_with(
            &world,
            "Email,Title,Name,Tags\nada@example.com,Chief,Ada,vip\nbo@example.org,,Bo,\n",
            "tech",
            "summer",
        )
        .await;
        let undone = taken_back(&world, second).await;
        assert_eq!(
            (undone.removed, undone.archived, undone.handed_over),
            (0, 0, 1)
        );
        let ada = one(world.desk(), "ada@example.com").await;
        assert_eq!((ada.title.as_str(), ada.name.as_str()), ("Chief", "Ada"));
        assert_eq!(ada.tags, ["summer", "vip"]);
        let bo = one(world.desk(), "bo@example.org").await;
        assert_eq!((bo.title.as_str(), bo.name.as_str()), ("", "Bo"));
        assert_eq!(
            (bo.status.as_str(), bo.tags),
            ("active", vec!["summer".to_owned()])
        );
        assert_eq!(
            members(&world, "tech").await,
            ["ada@example.com", "bo@example.org"]
        );
        let card = contacts::show(world.desk(), "bo@example.org")
            .await
            .unwrap();
        assert_eq!((card.import, card.import_line), (Some(third), Some(3)));
        // And when that one goes, everything is as before both.
        let undone = taken_back(&world, third).await;
        assert_eq!((undone.removed, undone.kept), (1, 0));
        let ada = one(world.desk(), "ada@example.com").await;
        assert_eq!((ada.title.as_str(), ada.name.as_str()), ("Editor", ""));
        assert!(ada.tags.is_empty() && ada.lists.is_empty());
        assert!(members(&world, "tech").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn imports_undone_in_any_order_leave_what_was_before() {
    on_both(async |world| {
        import_text(
            &world,
            "a.csv",
            "Email,Title,Outlet\nada@example.com,Editor,One\n",
        )
        .await;
        let before = everybody(world.desk()).await;
        let second = import_with(
            &world,
            "Email,Title,Outlet\nada@example.com,Chief,Two\n",
            "l",
            "x",
        )
        .await;
        let third = import_with(
            &world,
            "Email,Title,Outlet\nada@example.com,Boss,Three\n",
            "l",
            "x",
        )
        .await;
        let undone = taken_back(&world, second).await;
        assert_eq!((undone.restored, undone.kept), (0, 2));
        let ada = one(world.desk(), "ada@example.com").await;
        assert_eq!((ada.title.as_str(), ada.outlet.as_str()), ("Boss", "Three"));
        assert_eq!(
            (ada.tags, ada.lists),
            (vec!["x".to_owned()], vec!["l".to_owned()])
        );
        taken_back(&world, third).await;
        assert_eq!(everybody(world.desk()).await, before);
    })
    .await;
}

#[tokio::test]
async fn a_no_outlives_the_import_that_brought_it() {
    on_both(async |world| {
        import_text(&world, "a.csv", "Email,Name\nold@example.com,Old\n").await;
        let text = "Email,Name,Unsubscribed\nold@example.com,Old,yes\nada@example.com,Ada,yes\nbo@example.org,Bo,\n";
        let second = import_with(&world, text, "tech", "spring").await;
        opt_out::add(world.desk(), "bo@example.org", &Reach::Everything, "", "person")
            .await
            .unwrap();
        let undone = taken_back(&world, second).await;
        assert_eq!((undone.removed, undone.archived, undone.opt_outs), (0, 2, 2));
        for who in ["old@example.com", "ada@example.com", "bo@example.org"] {
            assert_eq!(one(world.desk(), who).await.status, "opted-out", "{who}");
        }
        let id = one(world.desk(), "ada@example.com").await.id;
        import_with(&world, "Email,Name\nada@example.com,Ada\n", "tech", "spring").await;
        let ada = one(world.desk(), "ada@example.com").await;
        assert_eq!((ada.id, ada.status.as_str()), (id, "opted-out"));
        assert_eq!(ada.lists, ["tech"]);
    })
    .await;
}

#[tokio::test]
async fn whom_a_person_worked_on_is_archived_and_brought_back_as_they_were() {
    on_both(async |world| {
        let text =
            "Email,Name,Phone\nada@example.com,Ada,\nbo@example.org,Bo,\ncy@example.net,Cy,\n";
        let first = import_with(&world, text, "tech", "spring").await;
        edit(
            &world,
            "ada@example.com",
            ContactEdit {
                phone: Some("7".to_owned()),
                ..ContactEdit::default()
            },
        )
        .await;
        contacts::archive(world.desk(), "bo@example.org")
            .await
            .unwrap();
        let cy = one(world.desk(), "cy@example.net").await.id;
        lists::create(world.desk(), "mine", "", None, None)
            .await
            .unwrap();
        lists::add(world.desk(), "mine", &[cy]).await.unwrap();
        let undone = taken_back(&world, first).await;
        assert_eq!(
            (undone.removed, undone.archived, undone.off_lists),
            (0, 3, 3)
        );
        for who in ["ada@example.com", "bo@example.org", "cy@example.net"] {
            assert_eq!(one(world.desk(), who).await.status, "archived", "{who}");
        }
        let again = import_text(&world, "again.csv", text).await;
        assert_eq!((again.counts.added, again.counts.unchanged), (2, 1));
        let ada = one(world.desk(), "ada@example.com").await;
        assert_eq!((ada.status.as_str(), ada.phone.as_str()), ("active", "7"));
        let bo = one(world.desk(), "bo@example.org").await;
        assert_eq!(
            bo.status, "archived",
            "no import takes a person's archive back"
        );
        assert_eq!(one(world.desk(), "cy@example.net").await.lists, ["mine"]);
    })
    .await;
}

#[tokio::test]
async fn archiving_by_hand_after_an_undo_holds() {
    on_both(async |world| {
        let text = "Email,Name\nada@example.com,Ada\n";
        let first = import_with(&world, text, "tech", "spring").await;
        edit(
            &world,
            "ada@example.com",
            ContactEdit {
                title: Some("Editor".to_owned()),
                ..ContactEdit::default()
            },
        )
        .await;
        taken_back(&world, first).await;
        contacts::archive(world.desk(), "ada@example.com")
            .await
            .unwrap();
        import_text(&world, "again.csv", text).await;
        assert_eq!(
            one(world.desk(), "ada@example.com").await.status,
            "archived"
        );
    })
    .await;
}

#[tokio::test]
async fn dead_by_the_files_word_lives_again_but_not_who_bounced() {
    on_both(async |world| {
        let text = "Email Address,First Name\nada@example.com,Ada\nbo@example.org,Bo\n";
        import_text(&world, "a.csv", text).await;
        let report = import_text(&world, "cleaned_members.csv", text).await;
        assert_eq!(one(world.desk(), "ada@example.com").await.status, "bounced");
        world
            .run(
                "INSERT INTO inbound_message (hash, at, kind, source) VALUES ('h', 1, 'bounce', 'file')",
                vec![],
            )
            .await;
        let bounce = "INSERT INTO bounce (inbound_id, contact_id, class, reason, counts, at) \
                      SELECT m.id, c.id, 'hard', 'no-mailbox', TRUE, 1 FROM inbound_message m, contact c WHERE c.email_key = $1";
        world.run(bounce, vec!["bo@example.org".into()]).await;
        let undone = taken_back(&world, report.import.unwrap()).await;
        assert_eq!((undone.restored, undone.kept), (1, 1));
        assert_eq!(one(world.desk(), "ada@example.com").await.status, "active");
        assert_eq!(one(world.desk(), "bo@example.org").await.status, "bounced");
    })
    .await;
}

#[tokio::test]
async fn many_contacts_are_taken_back_page_by_page() {
    on_both(async |world| {
        let mut text = "Email,Name,Tags\n".to_owned();
        for number in 0..1200 {
            writeln!(
                text,
                "person{number}@example.org,Person {number},t{}",
                number % 3
            )
            .unwrap();
        }
        import_text(
            &world,
            "half.csv",
            &text.lines().take(601).collect::<Vec<_>>().join("\n"),
        )
        .await;
        let before = everybody(world.desk()).await;
        let changed = text.replace("Person ", "Other ");
        let second = import_with(&world, &changed, "tech", "spring").await;
        let undone = taken_back(&world, second).await;
        assert_eq!(
            (undone.removed, undone.restored, undone.off_lists),
            (600, 600, 1200)
        );
        assert_eq!(everybody(world.desk()).await, before);
    })
    .await;
}

#[tokio::test]
async fn lists_that_rows_name_are_left_and_kept_like_others() {
    on_both(async |world| {
        // The header of our own export, by which lists in rows are believed.
        let head = "id,email,name,given_name,family_name,outlet,title,beats,tags,lists,kind,country,language,time_zone,phone,status,opted_out,source\n";
        let row = |email: &str, lists: &str| {
            format!("1,{email},,,,,,,,{lists},unknown,,,,,active,false,us\n")
        };
        import_text(&world, "old.csv", "Email\nada@example.com\n").await;
        let text = format!(
            "{head}{}{}",
            row("ada@example.com", "one; two"),
            row("bo@example.org", "one")
        );
        let second = import_text(&world, "second.csv", &text).await;
        assert_eq!(members(&world, "one").await.len(), 2);
        let text = format!("{head}{}", row("ada@example.com", "two"));
        import_text(&world, "third.csv", &text).await;
        let undone = taken_back(&world, second.import.unwrap()).await;
        assert_eq!((undone.removed, undone.off_lists), (1, 2));
        assert!(members(&world, "one").await.is_empty());
        assert_eq!(members(&world, "two").await, ["ada@example.com"]);
    })
    .await;
}
