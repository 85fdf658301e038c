//! Backups are whole and found so, a damaged database is noticed, and a desk moves with every row.

use std::os::unix::fs::PermissionsExt as _;

use dateline::desk::data::{backup, check, copy};
use dateline::desk::distribution::schedule::Start;
use dateline::desk::opening::adopt;
use dateline::desk::problem::Exit;
use dateline::mail::sink::faults::Faults;
use dateline::store::connection::{Store, begin_write};
use dateline::store::copy::tables;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use crate::newsdesk::{approved, catcher, contacts, one_run, recipients, scheduled};
use crate::world::{World, on_both};

/// A desk with history: contacts, an opt-out, a picture, a release that is out and one that waits.
async fn busy(world: &mut World) -> dateline::mail::sink::Sink {
    let sink = catcher(world, Faults::default()).await;
    contacts(world, 30).await;
    world
        .import(
            "email,name,opted out\nno@desk1.example,Nomi Né,yes\nümit@desk1.example,Ümit Øst,\n",
        )
        .await;
    let picture: &[u8] =
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89";
    world.file("plant.png", picture);
    approved(world, "plant", "").await;
    scheduled(world, "plant", Start::Now).await;
    one_run(world).await;
    approved(world, "later", "").await;
    scheduled(world, "later", Start::At("2027-01-01 09:00 UTC".to_owned())).await;
    sink
}

#[tokio::test]
async fn a_backup_is_whole_private_and_never_overwritten() {
    on_both(async |mut world: World| {
        let _sink = busy(&mut world).await;
        let file = world.folder().join("backup.db");
        let done = backup::backup(world.desk(), &file).await;
        let done = done.unwrap();
        assert_eq!(done.bytes, std::fs::metadata(&file).unwrap().len());
        assert!(done.newest_at.is_some());
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let again = backup::backup(world.desk(), &file).await.unwrap_err();
        assert_eq!((again.exit, again.code), (Exit::Usage, "file-exists"));
        let nowhere = backup::backup(world.desk(), &world.folder().join("no/such.db"))
            .await
            .unwrap_err();
        assert_eq!((nowhere.exit, nowhere.code), (Exit::Usage, "backup-file"));
        let left: Vec<_> = std::fs::read_dir(world.folder())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name.contains(".part"))
            .collect();
        assert_eq!(left, [""; 0]);
    })
    .await;
}

#[tokio::test]
async fn a_restored_backup_knows_every_no() {
    let mut world = World::on_sqlite().await;
    let _sink = busy(&mut world).await;
    let file = world.folder().join("backup.db");
    backup::backup(world.desk(), &file).await.unwrap();
    let restored = Store::open(&format!("sqlite://{}", file.display()), None)
        .await
        .unwrap();
    let mut desk = world.desk().clone();
    desk.store = restored;
    assert!(
        !adopt::is_home(&desk).await.unwrap(),
        "a copy elsewhere sends nothing by itself"
    );
    assert_eq!(check::check(&desk).await.unwrap().faults, [""; 0]);
    let no = dateline::store::suppression::count(desk.store.db())
        .await
        .unwrap();
    assert_eq!(no, 1);
    desk.store.close().await;
}

#[tokio::test]
async fn a_check_finds_a_changed_log_and_a_contradiction() {
    on_both(async |mut world: World| {
        let _sink = busy(&mut world).await;
        assert_eq!(check::check(world.desk()).await.unwrap().faults, [""; 0]);
        world
            .run(
                "UPDATE distribution SET status = 'finished' WHERE status = 'scheduled'",
                vec![],
            )
            .await;
        let faults = check::check(world.desk()).await.unwrap().faults;
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert!(
            faults[0].starts_with("1 distributions are called finished"),
            "{faults:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_writes_to_a_desk_that_is_being_copied() {
    on_both(async |world: World| {
        let source = begin_write(world.desk().store.db()).await.unwrap();
        for table in tables(&source).await.unwrap() {
            table.hold_still(&source).await.unwrap();
        }
        let other = world.second_desk().await;
        if other.store.is_sqlite() {
            // Another writer waits for its turn, which does not come before the copy has ended.
            let moment = std::time::Duration::from_millis(300);
            let waits = tokio::time::timeout(moment, begin_write(other.store.db())).await;
            assert!(waits.is_err());
            return;
        }
        let write = begin_write(other.store.db()).await.unwrap();
        let statement = Statement::from_string(
            DatabaseBackend::Postgres,
            "LOCK TABLE contact IN ROW EXCLUSIVE MODE NOWAIT",
        );
        let refused = write.execute_raw(statement).await.unwrap_err();
        assert!(
            refused.to_string().contains("could not obtain lock"),
            "{refused}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_desk_moves_with_every_row_and_is_at_home_there() {
    on_both(async |mut world: World| {
        let sink = busy(&mut world).await;
        world
            .run("UPDATE contact SET merged_into_id = 1, status = 'archived', email = NULL, email_key = NULL WHERE id = 5", vec![])
            .await;
        let taken = recipients(&sink).len();
        // From SQLite to PostgreSQL where there is one, and from PostgreSQL to SQLite.
        let other = world.another_place().await;
        let (to, password) = other.address();
        let password = password.as_deref();
        let done = copy::copy(world.desk(), &to, password).await.unwrap();
        assert!(done.rows > 100, "{done:?}");

        let moved = other.open().await;
        let mut desk = world.desk().clone();
        desk.store = moved;
        assert!(adopt::is_home(&desk).await.unwrap());
        assert!(
            !adopt::is_home(world.desk()).await.unwrap(),
            "the old one sends nothing any more"
        );
        assert_eq!(check::check(&desk).await.unwrap().faults, [""; 0]);
        assert_eq!(
            dateline::store::suppression::count(desk.store.db())
                .await
                .unwrap(),
            1
        );
        // New rows get new ids, and nothing goes out twice.
        let file = world.file("more.csv", "email\nnew@desk9.example\n");
        let request = dateline::desk::people::import_contacts::ImportRequest {
            paths: vec![file],
            source: "test".to_owned(),
            ..Default::default()
        };
        dateline::desk::people::import_contacts::import(&desk, &request)
            .await
            .unwrap();
        dateline::desk::run::run(&desk, &crate::newsdesk::options())
            .await
            .unwrap();
        assert_eq!(recipients(&sink).len(), taken);

        for source in [&desk, world.desk()] {
            let again = copy::copy(source, &to, password).await.unwrap_err();
            assert_eq!(again.code, "not-empty", "{again}");
        }
        let told = copy::copy(&desk, "postgres://ana:secret@127.0.0.1/x", None)
            .await
            .unwrap_err();
        assert_eq!(told.code, "password-in-words");
        desk.store.close().await;
    })
    .await;
}
