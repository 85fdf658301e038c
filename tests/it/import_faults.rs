//! Imports that meet a fault, a rival or a broken row: what was good is kept, and again finishes it.

use std::fmt::Write as _;

use dateline::desk::people::import_contacts::{ImportReport, ImportRequest, import};
use dateline::desk::problem::{Exit, Problem};

use crate::importing::{everybody, import_text, one, request, rows};
use crate::world::on_both;

fn code(result: Result<ImportReport, Problem>) -> (Exit, &'static str) {
    let problem = result.unwrap_err();
    assert!(!problem.message.is_empty());
    (problem.exit, problem.code)
}

#[tokio::test]
async fn an_import_that_stops_half_way_is_finished_by_importing_again() {
    on_both(async |world| {
        let mut text = "Email,Name\n".to_owned();
        for number in 0..700 {
            writeln!(text, "person{number}@example.org,Person").unwrap();
        }
        let broken = format!("{text}late@example.org,{}\n", "x".repeat(3_000_000));
        let path = world.file("a.csv", &broken);
        let problem = import(world.desk(), &request(path.clone()))
            .await
            .unwrap_err();
        assert_eq!((problem.exit, problem.code), (Exit::Usage, "row-too-long"));
        assert!(problem.hint.unwrap().contains("import the file again"));
        let state = "SELECT state AS value FROM import ORDER BY id";
        assert_eq!(world.texts(state, vec![]).await, ["interrupted"]);
        let kept = world
            .number("SELECT COUNT(*) AS value FROM contact", vec![])
            .await;
        assert_eq!(kept, 700, "every chunk above the fault is whole");
        std::fs::write(&path, format!("{text}late@example.org,Late\n")).unwrap();
        let report = import(world.desk(), &request(path)).await.unwrap();
        assert_eq!(rows(&report.files[0]), [1, 0, 700, 0, 0]);
    })
    .await;
}

#[tokio::test]
async fn an_import_that_was_killed_shows_as_interrupted_after_the_next() {
    on_both(async |world| {
        let text = "Email,Name\nada@example.com,Ada\nbo@example.org,Bo\n";
        import_text(&world, "a.csv", text).await;
        // As a kill leaves it: begun, one contact in, never ended.
        world
            .run("UPDATE import SET state = 'running'", vec![])
            .await;
        world
            .run(
                "DELETE FROM contact WHERE email_key = 'bo@example.org'",
                vec![],
            )
            .await;
        let report = import_text(&world, "a.csv", text).await;
        assert_eq!(rows(&report), [1, 0, 1, 0, 0]);
        let state = "SELECT state AS value FROM import ORDER BY id";
        assert_eq!(world.texts(state, vec![]).await, ["interrupted", "done"]);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_imports_at_once_leave_one_of_everybody() {
    on_both(async |world| {
        let mut forward = vec![];
        for number in 0..1200 {
            forward.push(format!(
                "person{number}@example.org,Person {number},Outlet {},tag{}\n",
                number % 7,
                number % 5
            ));
        }
        let head = "Email,Name,Outlet,Tags\n";
        let one_way = world.file("a.csv", format!("{head}{}", forward.concat()));
        forward.reverse();
        let other_way = world.file("b.csv", format!("{head}{}", forward.concat()));
        let (one_desk, other_desk) = (world.second_desk().await, world.second_desk().await);
        let one = tokio::spawn(async move { import(&one_desk, &request(one_way)).await });
        let other = tokio::spawn(async move { import(&other_desk, &request(other_way)).await });
        let reports: [ImportReport; 2] =
            [one.await.unwrap().unwrap(), other.await.unwrap().unwrap()];
        let added: u64 = reports
            .iter()
            .map(|report| report.files[0].counts.added)
            .sum();
        assert_eq!(added, 1200);
        assert!(
            reports
                .iter()
                .all(|report| report.files[0].counts.rows == 1200)
        );
        assert_eq!(
            world
                .number("SELECT COUNT(*) AS value FROM contact", vec![])
                .await,
            1200
        );
        assert_eq!(
            world
                .number("SELECT COUNT(*) AS value FROM outlet", vec![])
                .await,
            7
        );
        assert_eq!(
            world
                .number("SELECT COUNT(*) AS value FROM contact_label", vec![])
                .await,
            1200
        );
    })
    .await;
}

#[tokio::test]
async fn rejected_rows_can_be_mended_and_imported_again() {
    on_both(async |world| {
        let path = world.file(
            "a.csv",
            "Email,Name\nada@example.com,Ada\nbroken@,Bo\n,Cleo\n",
        );
        let rejects = world.folder().join("rejects.csv");
        let wanted = ImportRequest {
            rejects: Some(rejects.clone()),
            ..request(path.clone())
        };
        let report = import(world.desk(), &wanted).await.unwrap();
        assert_eq!(rows(&report.files[0]), [1, 0, 0, 0, 2]);
        let lines: Vec<u64> = report.files[0]
            .rejected
            .iter()
            .map(|reject| reject.line)
            .collect();
        assert_eq!(lines, [3, 4]);
        let mended = std::fs::read_to_string(&rejects)
            .unwrap()
            .replace("broken@", "bo@example.org");
        let report = import_text(&world, "mended.csv", &mended).await;
        assert_eq!(rows(&report), [1, 0, 0, 0, 1]);
        assert_eq!(one(world.desk(), "bo@example.org").await.name, "Bo");
        let over = ImportRequest {
            rejects: Some(path.clone()),
            ..request(path)
        };
        let problem = import(world.desk(), &over).await.unwrap_err();
        assert_eq!(problem.code, "rejects-over-source");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_imported_is_refused_before_anything_is_written() {
    on_both(async |world| {
        let good = world.file("a.csv", "Email,Name\nada@example.com,Ada\n");
        let desk = world.desk();
        let no_source = ImportRequest {
            source: " ".to_owned(),
            ..request(good.clone())
        };
        assert_eq!(
            code(import(desk, &no_source).await),
            (Exit::Usage, "no-source")
        );
        let mut second_missing = request(good.clone());
        second_missing
            .paths
            .push(world.folder().join("missing.csv"));
        assert_eq!(
            code(import(desk, &second_missing).await),
            (Exit::Usage, "missing-file")
        );
        let bad_list = ImportRequest {
            list: Some("No Slug".to_owned()),
            ..request(good)
        };
        assert_eq!(
            code(import(desk, &bad_list).await),
            (Exit::Usage, "invalid-slug")
        );
        assert_eq!(
            world
                .number("SELECT COUNT(*) AS value FROM import", vec![])
                .await,
            0
        );
        assert!(everybody(desk).await.is_empty());
    })
    .await;
}
