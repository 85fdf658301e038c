//! Imports: what is in the file arrives once, nothing that is known is lost, and a fault half-way costs nothing.

use std::fmt::Write as _;

use dateline::desk::people::contacts::{self};
use dateline::desk::people::import_contacts::{ImportRequest, import};
use dateline::domain::contact::Kind;

use crate::importing::{everybody, import_text, one, request, rows};
use crate::world::on_both;

const CHANGES: &str = "SELECT COUNT(*) AS value FROM import_change";

#[tokio::test]
async fn a_file_arrives_with_all_it_says() {
    on_both(async |world| {
        let text = "Email,Name,Outlet,Title,Beat,Tags,Country,Language,Time zone,Phone\n\
                    ada@example.com,Ada Byrne,The Daily Example,Science editor,science,vip,DE,de,Europe/Berlin,+49 30 1\n\
                    bo@example.org,Bo Chen,Radio Example,,,,,,,\n";
        let report = import_text(&world, "a.csv", text).await;
        assert_eq!(rows(&report), [2, 0, 0, 0, 0]);
        let ada = one(world.desk(), "ADA@example.com").await;
        assert_eq!(ada.name, "Ada Byrne");
        assert_eq!(ada.outlet, "The Daily Example");
        assert_eq!(ada.title, "Science editor");
        assert_eq!((ada.beats, ada.tags), (vec!["science".to_owned()], vec!["vip".to_owned()]));
        assert_eq!((ada.country.as_str(), ada.language.as_str()), ("DE", "de"));
        assert_eq!((ada.time_zone.as_str(), ada.phone.as_str()), ("Europe/Berlin", "+49 30 1"));
        assert_eq!((ada.status.as_str(), ada.source.as_str()), ("active", "test"));
        let card = contacts::show(world.desk(), "ada@example.com").await.unwrap();
        assert_eq!((card.import, card.import_line), (report.import, Some(2)));
        let state = "SELECT state AS value FROM import";
        assert_eq!(world.texts(state, vec![]).await, ["done"]);
    })
    .await;
}

#[tokio::test]
async fn the_same_file_twice_changes_nothing() {
    on_both(async |world| {
        let text = "Email,Name,Outlet,Tags,Unsubscribed\n\
                    ada@example.com,Ada,The Daily Example,\"science, vip\",\n\
                    ada@example.com,Ada B.,Other Example,health,\n\
                    bo@example.org,Bo,,,yes\n";
        let first = import_text(&world, "a.csv", text).await;
        assert_eq!(rows(&first), [2, 0, 0, 1, 0]);
        let before = everybody(world.desk()).await;
        let second = import_text(&world, "a.csv", text).await;
        assert_eq!(rows(&second), [0, 0, 2, 1, 0]);
        assert_eq!(everybody(world.desk()).await, before);
        assert_eq!(
            world.number(CHANGES, vec![]).await,
            1,
            "the first one's merged row"
        );
        let entries = "SELECT COUNT(*) AS value FROM suppression";
        assert_eq!(world.number(entries, vec![]).await, 1);
        assert_eq!((first.counts.opted_out, second.counts.opted_out), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn rows_about_one_person_become_one_contact() {
    on_both(async |world| {
        let text = "Email,Second email,Name,Outlet,Tags\n\
                    ada@example.com,,Ada Byrne,,science\n\
                    ADA@EXAMPLE.COM,a.byrne@example.net,Ada B.,The Daily Example,health\n\
                    a.byrne@example.net,,,,\n\
                    ada+news@example.com,,Ada Byrne,,\n\
                    bo@example.org,ada@example.com,Bo,,\n";
        let path = world.file("a.csv", text);
        let mut wanted = request(path);
        wanted.options.map = vec![("Second email".to_owned(), "more-email".to_owned())];
        let report = import(world.desk(), &wanted).await.unwrap();
        let file = &report.files[0];
        assert_eq!(rows(file), [3, 0, 0, 2, 0]);
        let card = contacts::show(world.desk(), "ada@example.com")
            .await
            .unwrap();
        assert_eq!(card.contact.name, "Ada Byrne", "the first row's word holds");
        assert_eq!(
            card.contact.outlet, "The Daily Example",
            "a later row fills what is empty"
        );
        assert_eq!(card.contact.tags, ["health", "science"]);
        assert_eq!(card.further_addresses, ["a.byrne@example.net"]);
        let same = contacts::find(world.desk(), "a.byrne@example.net")
            .await
            .unwrap();
        assert_eq!(same, card.contact.id);
        let bo = contacts::show(world.desk(), "bo@example.org")
            .await
            .unwrap();
        assert!(
            bo.further_addresses.is_empty(),
            "nobody's primary address is taken over"
        );
        assert!(file.warnings.iter().any(|warning| warning.line == 6));
        let again = import(world.desk(), &wanted).await.unwrap();
        assert_eq!(rows(&again.files[0]), [0, 0, 3, 2, 0]);
        assert_eq!(
            world.number(CHANGES, vec![]).await,
            3,
            "what the first one's merged rows added"
        );
    })
    .await;
}

#[tokio::test]
async fn a_newer_file_changes_what_it_fills_and_says_so() {
    on_both(async |world| {
        import_text(
            &world,
            "a.csv",
            "Email,Name,Title,Outlet\nada@example.com,Ada Byrne,Editor,The Daily Example\n",
        )
        .await;
        let newer = "Email,Name,Title,Outlet,Tags\nada@example.com,Ada Byrne,,Example Weekly,vip\n";
        let report = import_text(&world, "b.csv", newer).await;
        assert_eq!(rows(&report), [0, 1, 0, 0, 0]);
        let ada = one(world.desk(), "ada@example.com").await;
        assert_eq!(ada.title, "Editor", "an empty cell erases nothing");
        assert_eq!(ada.outlet, "Example Weekly");
        let changes =
            "SELECT field || ':' || old || '>' || new AS value FROM import_change ORDER BY field";
        assert_eq!(
            world.texts(changes, vec![]).await,
            ["outlet:The Daily Example>Example Weekly", "tag:>vip"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_list_is_made_and_filled_and_tags_and_kind_are_for_all() {
    on_both(async |world| {
        let path = world.file(
            "a.csv",
            "Email,Name,Kind\nada@example.com,Ada,\nbo@example.org,Bo,analyst\n",
        );
        let wanted = ImportRequest {
            list: Some("tech".to_owned()),
            tags: vec!["2026".to_owned()],
            kind: Some(Kind::Media),
            ..request(path)
        };
        let report = import(world.desk(), &wanted).await.unwrap();
        assert_eq!(report.files[0].counts.listed, 2);
        let ada = one(world.desk(), "ada@example.com").await;
        assert_eq!(
            (ada.kind.as_str(), ada.lists, ada.tags),
            ("media", vec!["tech".to_owned()], vec!["2026".to_owned()])
        );
        assert_eq!(one(world.desk(), "bo@example.org").await.kind, "analyst");
        let again = import(world.desk(), &wanted).await.unwrap();
        assert_eq!(again.files[0].counts.listed, 0);
        assert_eq!(rows(&again.files[0]), [0, 0, 2, 0, 0]);
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_says_the_same_and_writes_nothing() {
    on_both(async |world| {
        import_text(&world, "a.csv", "Email,Name\nada@example.com,Ada\n").await;
        // More rows than a chunk, so that people of the first one are met again in the third.
        let mut text = "Email,Name,Tags,Unsubscribed\nada@example.com,Ada Byrne,vip,\n".to_owned();
        for number in 0..1100 {
            let says = if number == 7 { "yes" } else { "" };
            writeln!(text, "person{}@example.org,Person,,{says}", number % 1050).unwrap();
        }
        text += "nobody,No,,\n";
        let path = world.file("b.csv", &text);
        let dry = ImportRequest {
            dry_run: true,
            list: Some("new".to_owned()),
            ..request(path.clone())
        };
        let imports = "SELECT COUNT(*) AS value FROM import";
        let planned = import(world.desk(), &dry).await.unwrap();
        assert_eq!(planned.import, None);
        assert_eq!(world.number(imports, vec![]).await, 1);
        assert_eq!(everybody(world.desk()).await.len(), 1);
        assert_eq!(
            world
                .number("SELECT COUNT(*) AS value FROM media_list", vec![])
                .await,
            0
        );
        let done = import(
            world.desk(),
            &ImportRequest {
                dry_run: false,
                ..dry
            },
        )
        .await
        .unwrap();
        assert_eq!(rows(&planned.files[0]), [1050, 1, 0, 50, 1]);
        assert_eq!(rows(&done.files[0]), rows(&planned.files[0]));
        assert_eq!(
            done.files[0].counts.opted_out,
            planned.files[0].counts.opted_out
        );
        assert_eq!(done.files[0].counts.listed, 1051);
        assert!(done.has_rejects());
    })
    .await;
}

#[tokio::test]
async fn an_import_revives_nobody() {
    on_both(async |world| {
        let text = "Email,Name\nada@example.com,Ada\nbo@example.org,Bo\n";
        import_text(&world, "a.csv", text).await;
        assert!(
            contacts::archive(world.desk(), "ada@example.com")
                .await
                .unwrap()
        );
        import_text(
            &world,
            "cleaned_members_export.csv",
            "Email Address,First Name\nbo@example.org,Bo\n",
        )
        .await;
        assert_eq!(one(world.desk(), "bo@example.org").await.status, "bounced");
        let report = import_text(&world, "a.csv", text).await;
        assert_eq!(
            one(world.desk(), "ada@example.com").await.status,
            "archived"
        );
        assert_eq!(one(world.desk(), "bo@example.org").await.status, "bounced");
        assert_eq!(report.counts.bounced, 1);
        assert!(
            report
                .warnings
                .iter()
                .any(|warning| warning.message.contains("archived"))
        );
        assert!(
            contacts::revive(world.desk(), "bo@example.org")
                .await
                .unwrap()
        );
        assert_eq!(one(world.desk(), "bo@example.org").await.status, "active");
    })
    .await;
}
