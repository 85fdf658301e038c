//! Opening the desk, and making a new one.

use std::path::PathBuf;
use std::sync::Arc;

use secrecy::ExposeSecret;

use crate::clock::{Clock, ZoneData};
use crate::config::Config;
use crate::config::keys::newsroom::Place;
use crate::config::keys::run::Tzdata;
use crate::config::secret::{Source, secret};
use crate::desk::Desk;
use crate::desk::opening::key;
use crate::desk::opening::signing::signing;
use crate::desk::opening::update::{self, Backup};
use crate::desk::problem::{Exit, Problem};
use crate::domain::hex;
use crate::domain::suppression::SuppressionKey;
use crate::domain::zones::Zones;
use crate::store::connection::{Store, begin_write, commit};
use crate::store::history::History;
use crate::store::{desk_row, place};

/// What opening needs.
#[derive(Clone, Debug)]
pub struct Setup {
    pub config: Arc<Config>,
    pub clock: Clock,
    pub actor: String,
}

/// Opens the desk: the database must be there with this version's tables, and the key must be the
/// one the database knows (exit 78): with another key no opt-out would be found again.
pub async fn open(setup: Setup) -> Result<Desk, Problem> {
    let (url, password) = address(&setup.config).await?;
    let store = Store::open(&url, password.as_deref()).await?;
    let row = desk_row::read(store.db()).await?.ok_or_else(|| {
        Problem::new(
            Exit::Database,
            "no-desk",
            format!("the database at {} was never finished", store.shown()),
        )
        .hint("finish it: dateline db migrate")
    })?;
    let path = &setup.config.desk.key_file;
    let Some(keys) = key::read_all(path)? else {
        return Err(Problem::new(
            Exit::Config,
            "no-key",
            format!("the key file {} is missing; without it no opt-out can be recognised, so nothing is done", path.display()),
        )
        .hint("put the file from your backup in its place, or mend [desk] key_file"));
    };
    let keys = fitting(keys, &row.key_fingerprint, &setup.config)?;
    finish(setup, store, keys)
}

/// The key in force, by the fingerprint that the database has of it, and the others.
struct Keys {
    in_force: SuppressionKey,
    older: Vec<SuppressionKey>,
}

fn fitting(
    mut keys: Vec<SuppressionKey>,
    fingerprint: &str,
    config: &Config,
) -> Result<Keys, Problem> {
    if let Some(at) = keys.iter().position(|key| key.fingerprint() == fingerprint) {
        let in_force = keys.remove(at);
        return Ok(Keys {
            in_force,
            older: keys,
        });
    }
    Err(Problem::new(
        Exit::Config,
        "foreign-key",
        format!(
            "the key file {} belongs to another database, or to a time before its key was changed; with it no opt-out can be recognised, so nothing is done",
            config.desk.key_file.display()
        ),
    )
    .hint("put the key that belongs to this database in its place (it is in its backup)"))
}

fn finish(setup: Setup, store: Store, keys: Keys) -> Result<Desk, Problem> {
    let zones = zones(&setup.config)?;
    Ok(Desk {
        signing: signing(&setup.config),
        store,
        clock: setup.clock,
        zones: Arc::new(zones),
        config: setup.config,
        key: keys.in_force,
        older_keys: keys.older,
        actor: setup.actor,
        host: host_name(),
    })
}

/// This machine's name.
pub(crate) fn host_name() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname")
        .unwrap_or_default()
        .trim()
        .to_owned()
}

/// The zone data that `[time] tzdata` asks for.
pub fn zones(config: &Config) -> Result<Zones, Problem> {
    let choice = match config.time.tzdata {
        Tzdata::Auto => ZoneData::Auto,
        Tzdata::System => ZoneData::System,
        Tzdata::Bundled => ZoneData::Bundled,
    };
    crate::clock::zones(choice).map_err(|why| {
        Problem::new(Exit::Config, "no-tzdata", why).hint("set [time] tzdata = \"bundled\"")
    })
}

pub(crate) async fn address(config: &Config) -> Result<(String, Option<String>), Problem> {
    let password = match &config.database.password_file {
        Some(path) => {
            let source = Source::File("[database] password_file", path.clone());
            Some(secret(&source).await?.expose_secret().to_owned())
        }
        None => None,
    };
    let url = match config.database.place() {
        Place::Sqlite(path) => format!("sqlite://{}", path.display()),
        Place::Postgres(url) => url.expose_secret().to_owned(),
    };
    Ok((url, password))
}

/// What `create` did.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Created {
    pub database: String,
    /// Names of the migrations that were run; none: it was up to date.
    pub migrations: Vec<String>,
    pub new_desk: bool,
    /// Where the database lies as it was before; none where there was nothing to change.
    pub backup: Option<PathBuf>,
}

/// Makes the database, the key and the desk's row, or brings them up to this version with a backup
/// before. Safe to run twice at once.
pub async fn create(setup: Setup) -> Result<(Desk, Created), Problem> {
    migrate(setup, &Backup::Beside).await
}

/// The same with a backup elsewhere, or none.
pub async fn migrate(setup: Setup, wish: &Backup) -> Result<(Desk, Created), Problem> {
    create_by(setup, wish, &History::ours()).await
}

/// The same by any history of the tables.
pub async fn create_by(
    setup: Setup,
    wish: &Backup,
    history: &History,
) -> Result<(Desk, Created), Problem> {
    let updated = update::tables(&setup.config, &setup.clock, wish, history).await?;
    let store = updated.store;
    let path = &setup.config.desk.key_file;
    let known = desk_row::read(store.db()).await?;
    // An old desk with a lost key must not get a new one in silence.
    if known.is_none() {
        key::make(path)?;
    }
    let keys = key::read_all(path)?.ok_or_else(|| {
        Problem::new(
            Exit::Config,
            "no-key",
            format!(
                "the key file {} of this database is missing",
                path.display()
            ),
        )
        .hint("put the file from your backup in its place")
    })?;
    // New keys are added at the end.
    let newest = keys.last().map(SuppressionKey::fingerprint);
    if let Some(path) = &setup.config.unsubscribe.secret_file {
        key::make(path)?;
    }
    let zones = zones(&setup.config)?;
    let here = place::fingerprint(&store).await?;
    let instance = hex::encode(&rand::random::<[u8; 16]>());
    let transaction = begin_write(store.db()).await?;
    let new_desk = desk_row::create(
        &transaction,
        &instance,
        &here,
        &newest.unwrap_or_default(),
        zones.version(),
    )
    .await?;
    let row = desk_row::read(&transaction).await?;
    commit(transaction).await?;
    let fingerprint = row.map_or_else(String::new, |row| row.key_fingerprint);
    let keys = fitting(keys, &fingerprint, &setup.config)?;
    let created = Created {
        database: store.shown().to_owned(),
        migrations: updated.steps,
        new_desk,
        backup: updated.backup,
    };
    let desk = finish(setup, store, keys)?;
    if new_desk {
        let transaction = begin_write(desk.store.db()).await?;
        desk.log(
            &transaction,
            "create",
            "desk",
            1,
            serde_json::json!({ "instance": instance }),
        )
        .await?;
        commit(transaction).await?;
    }
    Ok((desk, created))
}
