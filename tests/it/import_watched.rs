//! Imports that somebody watches: the mapping before it is used, lists made equal, plans, and a stop half-way.

use std::fmt::Write as _;

use dateline::desk::people::import_contacts::{ImportRequest, News, Watch, import, import_watched};
use dateline::desk::people::undo_import::undo;
use dateline::desk::people::{contacts, imports, lists};
use dateline::desk::problem::Exit;
use tokio::sync::watch;

use crate::importing::{everybody, import_text, one, request, rows};
use crate::world::{World, on_both};

fn many(count: usize) -> String {
    let mut text = "Email,Name\n".to_owned();
    for number in 0..count {
        writeln!(text, "person{number}@example.org,Person").unwrap();
    }
    text
}

#[tokio::test]
async fn a_stop_leaves_whole_chunks_and_again_finishes() {
    on_both(async |world| {
        let path = world.file("a.csv", many(1700));
        let (ask, asked) = watch::channel(false);
        let mut heard = Vec::new();
        let mut tell = |news: News<'_>| match news {
            News::Understood(file) => heard.push((0, Some(file.columns.len() as u64))),
            News::Rows { rows, lines, .. } => {
                heard.push((rows, lines));
                // As a signal would, while the second chunk is at work.
                ask.send_replace(rows >= 1000);
            }
            News::Through(file) => heard.push((file.counts.rows, file.interrupted_at)),
        };
        let mut watching = Watch {
            stop: Some(asked),
            counts_lines: true,
            tell: &mut tell,
        };
        let report = import_watched(world.desk(), &request(path.clone()), &mut watching)
            .await
            .unwrap();
        assert!(report.is_interrupted());
        assert_eq!(report.files[0].interrupted_at, Some(1001));
        assert_eq!(
            heard,
            [
                (0, Some(2)),
                (500, Some(1701)),
                (1000, Some(1701)),
                (1000, Some(1001))
            ]
        );
        let all = imports::list(world.desk()).await.unwrap();
        assert_eq!(all[0].state, "interrupted");
        assert_eq!(all[0].counts["added"], 1000);
        let again = import(world.desk(), &request(path)).await.unwrap();
        assert_eq!(rows(&again.files[0]), [700, 0, 1000, 0, 0]);
        // The two can be taken back one by one; the second stands by whom it met.
        let undone = undo(world.desk(), report.import.unwrap(), false)
            .await
            .unwrap();
        assert_eq!((undone.removed, undone.handed_over), (0, 1000));
        let undone = undo(world.desk(), again.import.unwrap(), false)
            .await
            .unwrap();
        assert_eq!(undone.removed, 1700);
        assert!(everybody(world.desk()).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn an_import_whose_process_is_gone_counts_as_interrupted() {
    on_both(async |world| {
        let report = import_text(&world, "a.csv", &many(2)).await;
        world
            .run("UPDATE import SET state = 'running'", vec![])
            .await;
        let id = report.import.unwrap();
        let shown = imports::show(world.desk(), id).await.unwrap();
        assert_eq!(shown.import.state, "interrupted");
        assert_eq!(undo(world.desk(), id, false).await.unwrap().removed, 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_at_work_is_running_and_cannot_be_undone() {
    on_both(async |world| {
        let path = world.file("a.csv", many(700));
        let (let_go, held) = std::sync::mpsc::channel::<()>();
        let (begun, mut at_work) = tokio::sync::mpsc::unbounded_channel::<()>();
        let desk = world.second_desk().await;
        let working = tokio::spawn(async move {
            let mut tell = move |news: News<'_>| {
                if let News::Rows { rows: 500, .. } = news {
                    begun.send(()).unwrap();
                    // The other worker goes on meanwhile.
                    tokio::task::block_in_place(|| held.recv()).unwrap();
                }
            };
            let mut watching = Watch {
                stop: None,
                counts_lines: false,
                tell: &mut tell,
            };
            import_watched(&desk, &request(path), &mut watching).await
        });
        at_work.recv().await.unwrap();
        let all = imports::list(world.desk()).await.unwrap();
        assert_eq!(all[0].state, "running");
        let problem = undo(world.desk(), all[0].id, false).await.unwrap_err();
        assert_eq!(
            (problem.exit, problem.code),
            (Exit::Forbidden, "import-running")
        );
        let_go.send(()).unwrap();
        working.await.unwrap().unwrap();
        let all = imports::list(world.desk()).await.unwrap();
        assert_eq!(all[0].state, "done");
    })
    .await;
}

async fn members(world: &World) -> Vec<String> {
    let sql = "SELECT c.email_key AS value FROM media_list_member m JOIN contact c ON c.id = m.contact_id ORDER BY 1";
    world.texts(sql, vec![]).await
}

fn replacing(path: std::path::PathBuf) -> ImportRequest {
    ImportRequest {
        list: Some("tech".to_owned()),
        replace: true,
        ..request(path)
    }
}

#[tokio::test]
async fn a_list_is_made_equal_to_the_file_and_back() {
    on_both(async |world| {
        let first = world.file("a.csv", "Email\nada@example.com\nbo@example.org\n");
        import(world.desk(), &replacing(first)).await.unwrap();
        import_text(&world, "c.csv", "Email\ncy@example.net\n").await;
        let cy = one(world.desk(), "cy@example.net").await.id;
        lists::add(world.desk(), "tech", &[cy]).await.unwrap();
        let second = world.file("b.csv", "Email\nBO@example.org\ndee@example.net\n");
        let planned = ImportRequest {
            dry_run: true,
            ..replacing(second.clone())
        };
        let planned = import(world.desk(), &planned).await.unwrap();
        assert_eq!(planned.taken_off_list, Some(2));
        assert_eq!(members(&world).await.len(), 3);
        let done = import(world.desk(), &replacing(second)).await.unwrap();
        assert_eq!(done.taken_off_list, Some(2));
        assert_eq!(members(&world).await, ["bo@example.org", "dee@example.net"]);
        let ada = one(world.desk(), "ada@example.com").await;
        assert_eq!(ada.status, "active", "who comes off a list stays a contact");
        let undone = undo(world.desk(), done.import.unwrap(), false)
            .await
            .unwrap();
        assert_eq!((undone.removed, undone.back_on_lists), (1, 2));
        assert_eq!(
            members(&world).await,
            ["ada@example.com", "bo@example.org", "cy@example.net"]
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_comes_off_a_list_because_of_a_row_that_cannot_be_read() {
    on_both(async |world| {
        let first = world.file("a.csv", "Email\nada@example.com\nbo@example.org\n");
        import(world.desk(), &replacing(first)).await.unwrap();
        let second = world.file("b.csv", "Email\nbo@example.org\nada@\n");
        let report = import(world.desk(), &replacing(second.clone()))
            .await
            .unwrap();
        assert_eq!(
            (report.replace_refused, report.taken_off_list),
            (true, None)
        );
        assert_eq!(members(&world).await.len(), 2);
        let wanted = ImportRequest {
            replace_despite_rejects: true,
            ..replacing(second)
        };
        let report = import(world.desk(), &wanted).await.unwrap();
        assert_eq!(
            (report.replace_refused, report.taken_off_list),
            (false, Some(1))
        );
        assert_eq!(members(&world).await, ["bo@example.org"]);
    })
    .await;
}

#[tokio::test]
async fn a_plan_tells_what_becomes_of_each_row() {
    on_both(async |world| {
        import_text(&world, "a.csv", "Email,Title\nada@example.com,Editor\nbo@example.org,Reporter\n").await;
        let path = world.file(
            "b.csv",
            "Email,Title\nada@example.com,Chief\nbo@example.org,\nbroken@,\ncy@example.net,Boss\nADA@example.com,Other\n",
        );
        let wanted = ImportRequest {
            dry_run: true,
            planned_rows: 4,
            ..request(path)
        };
        let report = import(world.desk(), &wanted).await.unwrap();
        let plan = report.files[0].plan.as_ref().unwrap();
        let told: Vec<_> = plan
            .iter()
            .map(|row| (row.line, row.outcome, row.contact.is_some()))
            .collect();
        assert_eq!(
            told,
            [
                (2, "updated", true),
                (3, "unchanged", true),
                (5, "new", false),
                (6, "merged", true)
            ],
            "no more than wanted"
        );
        let change = &plan[0].changes[0];
        assert_eq!((change.field, change.old.as_str(), change.new.as_str()), ("title", "Editor", "Chief"));
        assert_eq!(plan[3].merged_with, Some(2));
        let all = ImportRequest {
            planned_rows: usize::MAX,
            ..wanted
        };
        let report = import(world.desk(), &all).await.unwrap();
        let plan = report.files[0].plan.as_ref().unwrap();
        assert_eq!((plan[2].line, plan[2].outcome), (4, "rejected"));
        assert!(plan[2].reason.is_some());
        assert_eq!(plan.len(), 5);
    })
    .await;
}

#[tokio::test]
async fn what_was_said_of_a_header_is_remembered() {
    on_both(async |world| {
        // "Von" could be the sender: without --map this header is not even found.
        let odd = "Wer,Von,Was\nAda,ada@example.com,Editor\n";
        let plain = "Email,Was\nbo@example.org,Chief\n";
        let refused = import(world.desk(), &request(world.file("odd.csv", odd))).await;
        assert_eq!(refused.unwrap_err().code, "no-email-column");
        let map = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            let pairs = pairs.iter();
            pairs
                .map(|(column, field)| ((*column).to_owned(), (*field).to_owned()))
                .collect()
        };
        let mut said = request(world.file("odd.csv", odd));
        said.options.map = map(&[("Von", "email"), ("Was", "title")]);
        let first = import(world.desk(), &said).await.unwrap();
        let mut said = request(world.file("plain.csv", plain));
        said.options.map = map(&[("Was", "title")]);
        let second = import(world.desk(), &said).await.unwrap();
        let odd = odd.replace("ada", "cy").replace("Wer", "WER");
        let again = import_text(&world, "odd2.csv", &odd).await;
        assert_eq!(again.remembered_from, first.import);
        assert_eq!(one(world.desk(), "cy@example.com").await.title, "Editor");
        let plain = plain.replace("bo@", "dee@");
        let again = import_text(&world, "plain2.csv", &plain).await;
        assert_eq!(again.remembered_from, second.import);
        // The newest word counts, and it can be left aside.
        let mut other = request(world.file("plain3.csv", &plain));
        other.options.map = map(&[("Was", "notes")]);
        let third = import(world.desk(), &other).await.unwrap();
        let again = import_text(&world, "plain4.csv", &plain).await;
        assert_eq!(again.remembered_from, third.import);
        assert_eq!(again.columns[1].1, Some("notes"));
        let anew = ImportRequest {
            forget_mapping: true,
            ..request(world.file("plain5.csv", &plain))
        };
        let anew = import(world.desk(), &anew).await.unwrap();
        assert_eq!(
            (anew.files[0].remembered_from, anew.files[0].columns[1].1),
            (None, None)
        );
        // Of an import that was undone nothing is remembered: its mapping may be why.
        for wrong in [again.import, third.import] {
            undo(world.desk(), wrong.unwrap(), false).await.unwrap();
        }
        let again = import_text(&world, "plain6.csv", &plain).await;
        assert_eq!(again.columns[1].1, Some("title"));
    })
    .await;
}

#[tokio::test]
async fn numbered_columns_say_nothing_about_the_next_file() {
    on_both(async |world| {
        let text = "ada@example.com,Ada\nbo@example.org,Bo\n";
        let mut said = request(world.file("a.csv", text));
        said.options.map = vec![
            ("1".to_owned(), "email".to_owned()),
            ("2".to_owned(), "notes".to_owned()),
        ];
        import(world.desk(), &said).await.unwrap();
        let other = import_text(
            &world,
            "b.csv",
            "Cy Dahl,cy@example.net\nDee Ek,dee@example.net\n",
        )
        .await;
        assert_eq!((other.remembered_from, other.counts.added), (None, 2));
    })
    .await;
}

#[tokio::test]
async fn source_basis_and_jurisdiction_are_kept() {
    on_both(async |world| {
        let wanted = ImportRequest {
            legal_basis: "legitimate interest".to_owned(),
            jurisdiction: "EU".to_owned(),
            ..request(world.file("a.csv", "Email\nada@example.com\n"))
        };
        let report = import(world.desk(), &wanted).await.unwrap();
        let card = contacts::show(world.desk(), "ada@example.com")
            .await
            .unwrap();
        assert_eq!(
            (card.legal_basis.as_str(), card.jurisdiction.as_str()),
            ("legitimate interest", "EU")
        );
        let shown = imports::show(world.desk(), report.import.unwrap())
            .await
            .unwrap();
        assert_eq!(shown.import.jurisdiction, "EU");
        assert_eq!(shown.columns[0].field.as_deref(), Some("email"));
    })
    .await;
}
