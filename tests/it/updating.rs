//! An older database is brought to this version: a backup of it first, then all steps or none.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use dateline::desk::opening::open::{Created, Setup, create_by};
use dateline::desk::opening::update::Backup;
use dateline::desk::problem::{Exit, Problem};
use dateline::desk::run::{Options, run as run_of};
use dateline::store::backup::verify_sqlite;
use dateline::store::history::History;
use dateline::store::run;
use dateline_migrations::Migrator;
use sea_orm_migration::prelude::*;
use tokio::sync::watch;

use crate::newsdesk::contacts;
use crate::world::{World, on_both};

/// A step of a later version.
struct Later;

/// One that fails in its middle.
struct Broken;

impl MigrationName for Later {
    fn name(&self) -> &'static str {
        "m99990101_000001_later"
    }
}

impl MigrationName for Broken {
    fn name(&self) -> &'static str {
        "m99990102_000001_broken"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Later {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection
            .execute_unprepared("CREATE TABLE later (id INTEGER)")
            .await?;
        Ok(())
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Broken {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection
            .execute_unprepared("ALTER TABLE contact ADD COLUMN nickname TEXT")
            .await?;
        connection
            .execute_unprepared("INSERT INTO no_such_table VALUES (1)")
            .await?;
        Ok(())
    }
}

fn with_later() -> History {
    History::of(|| {
        let mut all = <Migrator as MigratorTrait>::migrations();
        all.push(Box::new(Later));
        all
    })
}

fn with_broken() -> History {
    History::of(|| {
        let mut all = <Migrator as MigratorTrait>::migrations();
        all.push(Box::new(Later));
        all.push(Box::new(Broken));
        all
    })
}

impl World {
    async fn updated(&self, wish: &Backup, history: &History) -> Result<Created, Problem> {
        let key = self.private_file("dateline.key", "07".repeat(32));
        let mut config = (*self.desk().config).clone();
        config.desk.key_file = key;
        let setup = Setup {
            config: Arc::new(config),
            clock: self.desk().clock.clone(),
            actor: "tester".to_owned(),
        };
        let (desk, created) = Box::pin(create_by(setup, wish, history)).await?;
        desk.store.close().await;
        Ok(created)
    }

    /// Files that only a backup leaves.
    fn backups(&self) -> Vec<PathBuf> {
        let mut found: Vec<_> = std::fs::read_dir(self.folder())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| {
                path.extension()
                    .is_some_and(|end| end == "backup" || end == "dump" || end == "part")
            })
            .collect();
        found.sort();
        found
    }

    async fn has_later(&self) -> bool {
        self.try_run("SELECT COUNT(*) FROM later").await
    }
}

async fn output(mut command: Command) -> Output {
    // `pg_dump` is found as everywhere.
    command.env("PATH", "/usr/local/bin:/usr/bin:/bin");
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

/// A backup is whole, for its owner alone, and has these people in it.
async fn is_whole(world: &World, file: &Path, people: i64) {
    let mode = std::fs::metadata(file).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    if world.desk().store.is_sqlite() {
        assert_eq!(verify_sqlite(file).await.unwrap(), [""; 0]);
        let attached = format!("ATTACH DATABASE '{}' AS kept", file.display());
        world.run(&attached, vec![]).await;
        let count = "SELECT COUNT(*) AS value FROM kept.contact";
        assert_eq!(world.number(count, vec![]).await, people);
        let place = "SELECT place_fingerprint AS value FROM kept.desk";
        assert_eq!(world.texts(place, vec![]).await, ["a backup"]);
        assert!(!world.try_run("SELECT 1 FROM kept.later").await);
        world.run("DETACH DATABASE kept", vec![]).await;
    } else {
        assert_eq!(std::fs::read(file).unwrap()[..5], *b"PGDMP");
    }
}

#[tokio::test]
async fn an_older_database_is_kept_as_it_was_and_then_brought_up_to_date() {
    on_both(async |world: World| {
        contacts(&world, 3).await;
        let done = world.updated(&Backup::Beside, &with_later()).await.unwrap();
        assert_eq!(done.migrations, ["m99990101_000001_later"]);
        assert!(world.has_later().await);
        let kept = done.backup.unwrap();
        assert_eq!(world.backups(), std::slice::from_ref(&kept));
        let name = kept.file_name().unwrap().to_string_lossy().into_owned();
        assert!(name.contains(".20261102T090000Z."), "{name}");
        is_whole(&world, &kept, 3).await;
        // Nothing is left to do, so nothing is written.
        let again = world.updated(&Backup::Beside, &with_later()).await.unwrap();
        assert_eq!((again.migrations.len(), again.backup), (0, None));
        assert_eq!(world.backups(), [kept]);
    })
    .await;
}

#[tokio::test]
async fn a_step_that_fails_leaves_the_old_tables_and_names_the_backup() {
    on_both(async |world: World| {
        contacts(&world, 3).await;
        let refused = world
            .updated(&Backup::Beside, &with_broken())
            .await
            .unwrap_err();
        assert_eq!(refused.exit, Exit::Failed);
        assert!(refused.message.contains("is as it was"), "{refused}");
        let [kept] = &world.backups()[..] else {
            panic!("{:?}", world.backups());
        };
        let hint = refused.hint.unwrap();
        assert!(hint.contains(&kept.display().to_string()), "{hint}");
        assert!(!world.has_later().await);
        assert!(!world.try_run("SELECT nickname FROM contact").await);
        is_whole(&world, kept, 3).await;
        // The next try has a name of its own.
        world.updated(&Backup::Beside, &with_later()).await.unwrap();
        assert_eq!(world.backups().len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_backup_can_lie_elsewhere_or_be_declined_and_without_one_nothing_is_changed() {
    on_both(async |world: World| {
        let taken = world.file("taken.db", "somebody's own");
        let refused = world
            .updated(&Backup::To(taken.clone()), &with_later())
            .await
            .unwrap_err();
        assert_eq!((refused.exit, refused.code), (Exit::Usage, "file-exists"));
        let hint = refused.hint.unwrap();
        assert!(hint.contains("--no-backup"), "{hint}");
        assert!(!world.has_later().await);
        assert_eq!(std::fs::read(&taken).unwrap(), b"somebody's own");

        let there = Backup::To(world.folder().join("kept.backup"));
        world.updated(&there, &with_later()).await.unwrap();
        assert_eq!(world.backups(), [world.folder().join("kept.backup")]);
        world.run("DROP TABLE later", vec![]).await;
        let later = "DELETE FROM seaql_migrations WHERE version LIKE 'm9999%'";
        world.run(later, vec![]).await;
        let done = world
            .updated(&Backup::Declined, &with_later())
            .await
            .unwrap();
        assert_eq!((done.migrations.len(), done.backup), (1, None));
        assert_eq!(world.backups().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_program_keeps_a_backup_only_where_there_is_something_to_do() {
    on_both(async |world: World| {
        contacts(&world, 3).await;
        let done = output(world.program(&["db", "migrate"])).await;
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(said.ends_with("is up to date.\n"), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert_eq!(world.backups().len(), 0);
        // A database that forgot its first step: to do it again fails, as its tables are there.
        world.run("DELETE FROM seaql_migrations", vec![]).await;
        let done = output(world.program(&["db", "migrate", "--no-backup"])).await;
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(1), "{said}");
        assert!(
            said.contains("is as it was") && !said.contains("backup"),
            "{said}"
        );
        assert_eq!(world.backups().len(), 0);

        let done = output(world.program(&["db", "migrate"])).await;
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert_eq!(done.status.code(), Some(1), "{said}");
        let [kept] = &world.backups()[..] else {
            panic!("{said}: {:?}", world.backups());
        };
        assert!(said.contains(&kept.display().to_string()), "{said}");
        is_whole(&world, kept, 3).await;
        let forgotten = "SELECT COUNT(*) AS value FROM seaql_migrations";
        assert_eq!(world.number(forgotten, vec![]).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_backup_that_cannot_be_made_stops_it_before_the_first_step() {
    on_both(async |world: World| {
        world.run("DELETE FROM seaql_migrations", vec![]).await;
        let mut command = world.program(&["db", "migrate"]);
        if world.desk().store.is_sqlite() {
            command.args(["--backup", "no/such/folder/kept.db"]);
        }
        // No program is found at all, and so no pg_dump.
        let done = tokio::task::spawn_blocking(move || command.env("PATH", "/nowhere").output())
            .await
            .unwrap()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(said.contains("there has to be a backup before"), "{said}");
        assert!(said.contains("--no-backup"), "{said}");
        let (code, word) = if world.desk().store.is_sqlite() {
            (2, "kept.db cannot be written")
        } else {
            (1, "pg_dump is not on the PATH")
        };
        assert!(
            done.status.code() == Some(code) && said.contains(word),
            "{said}"
        );
        assert_eq!(world.backups().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn tables_are_not_changed_under_a_run_at_work() {
    on_both(async |world: World| {
        let (stopper, stop) = watch::channel(false);
        let options = Options {
            watch: true,
            stop,
            news: None,
            progress: None,
        };
        let desk = world.second_desk().await;
        let meanwhile = Box::pin(async {
            let db = world.desk().store.db();
            let is_sqlite = world.desk().store.is_sqlite();
            let entered = "SELECT COUNT(*) AS value FROM run";
            while world.number(entered, vec![]).await == 0
                || !is_sqlite && run::at_work(db).await.unwrap().is_none()
            {
                tokio::task::yield_now().await;
            }
            let refused = world
                .updated(&Backup::Beside, &with_later())
                .await
                .unwrap_err();
            assert_eq!(
                (refused.exit, refused.code),
                (Exit::Forbidden, "run-at-work")
            );
            let who = format!(" on test-host, process {},", std::process::id());
            assert_ne!(refused.message.contains(&who), is_sqlite, "{refused}");
            assert!(!world.has_later().await);
            assert_eq!(world.backups().len(), 0);
            // With nothing to do it is in nobody's way.
            world
                .updated(&Backup::Beside, &History::ours())
                .await
                .unwrap();
            stopper.send(true).unwrap();
        });
        let work = Box::pin(run_of(&desk, &options));
        tokio::join!(work, meanwhile).0.unwrap();
        world.updated(&Backup::Beside, &with_later()).await.unwrap();
        assert!(world.has_later().await);
    })
    .await;
}
