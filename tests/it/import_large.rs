//! A first large import: what it leaves out while it works is there again at its end, and nobody is lost or doubled.

use std::fmt::Write as _;

use dateline::desk::people::contacts;
use dateline::desk::people::import_contacts::{ImportRequest, News, Watch, import, import_watched};
use dateline::store::contact_index;

use crate::importing::{import_text, one, request, rows};
use crate::world::{World, on_both};

/// So many people that the file has more than two megabytes; every tenth row is of somebody met before.
fn large(people: usize) -> String {
    let mut text = "Email,Name,Outlet,Beats,Notes\n".to_owned();
    for number in 0..people {
        let notes = "Prefers a call before noon. ".repeat(60);
        let outlet = number % 70;
        writeln!(
            text,
            "person{number}@desk{outlet}.example,Person,Post {outlet},energy; iot,{notes}"
        )
        .unwrap();
        if number % 10 == 9 {
            writeln!(
                text,
                "PERSON{}@desk{}.example,Other,,music,",
                number / 2,
                number / 2 % 70
            )
            .unwrap();
        }
    }
    text
}

/// The statements that made the contacts' indexes, as SQLite keeps them.
async fn statements(world: &World) -> Vec<String> {
    let sql = "SELECT sql AS value FROM sqlite_master WHERE type = 'index' AND tbl_name = 'contact' AND sql IS NOT NULL ORDER BY 1";
    let statements = world.texts(sql, vec![]).await;
    statements
        .iter()
        .map(|sql| sql.replace("IF NOT EXISTS ", ""))
        .collect()
}

async fn names(world: &World) -> Vec<String> {
    let sql = if world.desk().store.is_sqlite() {
        "SELECT name AS value FROM sqlite_master WHERE type = 'index' AND tbl_name = 'contact' ORDER BY 1"
    } else {
        "SELECT indexname::text AS value FROM pg_indexes WHERE tablename = 'contact' ORDER BY 1"
    };
    world.texts(sql, vec![]).await
}

#[tokio::test]
async fn the_indexes_left_out_are_those_of_the_tables() {
    let world = World::on_sqlite().await;
    let made = statements(&world).await;
    for statement in contact_index::statements() {
        assert!(made.contains(&statement), "{statement}");
    }
}

#[tokio::test]
async fn a_large_import_leaves_everything_in_its_place() {
    on_both(async |world| {
        let before = names(&world).await;
        let people = 1400;
        let text = large(people);
        assert!(text.len() > 2_000_000);
        let wanted = ImportRequest {
            list: Some("all".to_owned()),
            ..request(world.file("large.csv", &text))
        };
        let report = import(world.desk(), &wanted).await.unwrap();
        assert_eq!(rows(&report.files[0]), [1400, 0, 0, 140, 0]);
        assert_eq!(report.files[0].counts.listed, 1400);
        assert_eq!(names(&world).await, before);
        for (sql, count) in [
            ("SELECT COUNT(*) AS value FROM contact", 1400),
            ("SELECT COUNT(DISTINCT email_key) AS value FROM contact WHERE origin_import_id IS NOT NULL", 1400),
            ("SELECT COUNT(DISTINCT outlet_id) AS value FROM contact", 70),
            ("SELECT COUNT(*) AS value FROM outlet", 70),
            ("SELECT COUNT(*) AS value FROM label", 3),
            ("SELECT COUNT(*) AS value FROM contact_label", 2940),
            ("SELECT COUNT(*) AS value FROM media_list_member", 1400),
        ] {
            assert_eq!(world.number(sql, vec![]).await, count, "{sql}");
        }
        let card = contacts::show(world.desk(), "person4@desk4.example").await.unwrap();
        let contact = &card.contact;
        assert_eq!((contact.name.as_str(), contact.beats.len()), ("Person", 3));
        let again = import(world.desk(), &request(world.file("large.csv", &text))).await.unwrap();
        assert_eq!(rows(&again.files[0]), [0, 0, 1400, 140, 0]);
    })
    .await;
}

#[tokio::test]
async fn what_a_killed_import_left_out_the_next_one_makes() {
    on_both(async |world| {
        let before = names(&world).await;
        import_text(&world, "a.csv", "Email\nada@example.com\n").await;
        world.run("DROP INDEX contact_hash", vec![]).await;
        assert_ne!(names(&world).await, before);
        import_text(&world, "b.csv", "Email\nbo@example.org\n").await;
        assert_eq!(names(&world).await, before);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whom_somebody_else_adds_meanwhile_is_met_and_not_doubled() {
    on_both(async |world| {
        let mut text = "Email,Name\n".to_owned();
        for number in 0..1200 {
            writeln!(text, "person{number}@example.org,Person").unwrap();
        }
        let path = world.file("a.csv", &text);
        let desk = world.second_desk().await;
        let both = "Email,Title,Email 2\nperson1100@example.org,Editor,person1101@example.org\n";
        let rival = request(world.file("rival.csv", both));
        let mut tell = |news: News<'_>| {
            if let News::Rows { rows: 500, .. } = news {
                let now = tokio::runtime::Handle::current();
                let report = tokio::task::block_in_place(|| now.block_on(import(&desk, &rival)));
                assert_eq!(rows(&report.unwrap().files[0]), [1, 0, 0, 0, 0]);
            }
        };
        let mut watch = Watch {
            stop: None,
            counts_lines: false,
            tell: &mut tell,
        };
        let report = import_watched(world.desk(), &request(path), &mut watch)
            .await
            .unwrap();
        assert_eq!(rows(&report.files[0]), [1198, 1, 0, 1, 0]);
        let met = one(world.desk(), "person1101@example.org").await;
        assert_eq!(
            (met.name.as_str(), met.title.as_str()),
            ("Person", "Editor")
        );
        let contacts = "SELECT COUNT(*) AS value FROM contact";
        assert_eq!(world.number(contacts, vec![]).await, 1199);
    })
    .await;
}

#[tokio::test]
async fn rows_about_people_who_wait_to_be_written_find_them() {
    on_both(async |world| {
        let mut text = "Email,Name,Email 2\n".to_owned();
        for number in 0..540 {
            let second = match number {
                5 => "second@desk.example",
                // Further addresses that stand for others, in the chunk before.
                530 => "person10@desk.example",
                _ => "",
            };
            writeln!(text, "person{number}@desk.example,Person,{second}").unwrap();
        }
        text.push_str(
            "second@desk.example,Person,\nperson7@desk.example,Person,seventh@desk.example\n",
        );
        text.push_str("seventh@desk.example,Person,\n");
        let report = import_text(&world, "waiting.csv", &text).await;
        assert_eq!(rows(&report), [540, 0, 0, 3, 0]);
        let all = "SELECT COUNT(*) AS value FROM contact";
        assert_eq!(world.number(all, vec![]).await, 540);
    })
    .await;
}
