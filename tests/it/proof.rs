//! The fifth promise: who rewrites the log, even with the database in their hands, is found out.

use dateline::desk::journal;
use sea_orm::{ConnectionTrait, DatabaseBackend, Statement};

use crate::newsdesk::{approved, contacts};
use crate::world::{World, on_both};

/// Statements that somebody with the database's own rights may try.
const FORGERIES: [&str; 3] = [
    "UPDATE log_entry SET actor = 'somebody else' WHERE id = $1",
    "UPDATE log_entry SET at = at + 1 WHERE id = $1",
    "DELETE FROM log_entry WHERE id = $1",
];

async fn try_to(world: &World, sql: &str, id: i64) -> bool {
    let db = world.desk().store.db();
    let backend = db.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, vec![id.into()]);
    db.execute_raw(statement).await.is_ok()
}

async fn take_the_guards_off(world: &World) {
    let guards: &[&str] = match world.desk().store.db().get_database_backend() {
        DatabaseBackend::Postgres => &["DROP TRIGGER log_entry_no_change ON log_entry"],
        _ => &[
            "DROP TRIGGER log_entry_no_update",
            "DROP TRIGGER log_entry_no_delete",
        ],
    };
    for guard in guards {
        world.run(guard, vec![]).await;
    }
}

#[tokio::test]
async fn a_forged_log_is_found_out() {
    for forgery in FORGERIES {
        on_both(|world| async move {
            contacts(&world, 3).await;
            approved(&world, "plant", "").await;
            let desk = world.desk();
            let before = journal::verify(desk).await.unwrap();
            assert!(before.ok && before.entries > 2, "{before:?}");
            let victim = journal::entries(desk, "", 100).await.unwrap()[1].id;

            assert!(!try_to(&world, forgery, victim).await, "{forgery}");
            assert!(journal::verify(desk).await.unwrap().ok);

            take_the_guards_off(&world).await;
            assert!(try_to(&world, forgery, victim).await);
            let after = journal::verify(desk).await.unwrap();
            assert!(!after.ok && after.entries == 1, "{forgery}: {after:?}");
            assert!(after.broken_at.is_some_and(|at| at >= victim));
        })
        .await;
    }
}
