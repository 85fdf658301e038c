//! The history of Dateline's tables. It knows no entity, so that old history cannot change meaning.
//!
//! Until the first tag the one initial migration may be edited; after it, append only.

mod m20261125_000001_first;

use sea_orm_migration::prelude::*;

/// All migrations, oldest first. Whoever runs them holds one transaction around the whole.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(m20261125_000001_first::Migration)]
    }
}
