//! The test world: a desk of its own on each database, a fixed clock, a folder for files.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "what fails here fails the test, and only here is the test server's address read"
)]

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use dateline::clock::Clock;
use dateline::config::Config;
use dateline::desk::Desk;
use dateline::desk::people::import_contacts::{ImportReport, ImportRequest, import};
use dateline::domain::instant::Instant;
use dateline::domain::suppression::SuppressionKey;
use dateline::domain::zones::Zones;
use dateline::store::connection::Store;
use dateline::store::{desk_row, place};
use sea_orm::sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use sea_orm::{ConnectionTrait, Statement, Value};
use sha2::{Digest, Sha256};

/// `postgres://` address of a server where databases may be created; unset, tests run on SQLite.
const SERVER: &str = "DATELINE_TEST_POSTGRES";
/// Test processes take turns where they create the template.
const TEMPLATE_LOCK: i64 = 0x6461_7465_7465_7374;

/// Settings without waiting times, and with a server that `World::serve_by` names.
const CONFIG: &str = r#"
dateline = 1
[newsroom]
name = "Harbour Light Newsroom"
from = "Harbour Light Press Office <press@example.com>"
time_zone = "America/Vancouver"
team_domains = ["example.com"]
address = "12 Example Street, Vancouver BC, Canada"
[smtp]
transport = "smtp"
host = "127.0.0.1"
port = 1
security = "none"
connections = 2
timeouts = { connect = "5s", command = "5s", data = "5s", final = "5s" }
preset = "relay"
[run]
cooling_off = "0s"
[embargo]
min_lead = "0s"
warn_lead = "0s"
"#;

/// A desk with an empty database; gone when dropped.
pub(crate) struct World {
    pub(crate) desk: Desk,
    url: String,
    folder: tempfile::TempDir,
    // Dropped last: it drops the database behind the open pool.
    _database: Option<PostgresDatabase>,
}

/// Runs a test on SQLite, and on PostgreSQL too where there is a server for it.
pub(crate) async fn on_both<F, Fut>(test: F)
where
    F: Fn(World) -> Fut,
    Fut: Future<Output = ()>,
{
    test(World::on_sqlite().await).await;
    if let Ok(server) = std::env::var(SERVER) {
        test(World::on_postgres(&server).await).await;
    }
}

impl World {
    pub(crate) async fn on_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("dateline.db").display());
        let (store, _) = Store::migrate(&url, None).await.unwrap();
        Self::furnish(store, url, folder, None).await
    }

    pub(crate) async fn on_postgres(server: &str) -> Self {
        let database = PostgresDatabase::create(server).await;
        let url = database.url();
        let store = Store::open(&url, None).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        Self::furnish(store, url, folder, Some(database)).await
    }

    async fn furnish(
        store: Store,
        url: String,
        folder: tempfile::TempDir,
        database: Option<PostgresDatabase>,
    ) -> Self {
        let key = SuppressionKey::new(&[7; 32]).unwrap();
        let fingerprint = key.fingerprint();
        let here = place::fingerprint(&store).await.unwrap();
        desk_row::create(store.db(), "test", &here, &fingerprint, "2026a")
            .await
            .unwrap();
        let nine = "2026-11-02T09:00:00Z".parse::<jiff::Timestamp>().unwrap();
        let desk = Desk {
            store,
            clock: Clock::fixed(Instant::from_timestamp_down(nine)),
            zones: Arc::new(Zones::bundled()),
            config: Arc::new(
                toml::from_str(&format!("{CONFIG}[database]\nurl = \"{url}\"\n")).unwrap(),
            ),
            key,
            older_keys: Vec::new(),
            actor: "tester".to_owned(),
            host: "test-host".to_owned(),
            signing: Ok(None),
        };
        Self {
            desk,
            url,
            folder,
            _database: database,
        }
    }

    pub(crate) fn desk(&self) -> &Desk {
        &self.desk
    }

    /// A second desk on the same database with connections of its own, as another process has.
    pub(crate) async fn second_desk(&self) -> Desk {
        Desk {
            store: Store::open(&self.url, None).await.unwrap(),
            ..self.desk.clone()
        }
    }

    /// From now on somebody else acts.
    pub(crate) fn act_as(&mut self, name: &str) {
        name.clone_into(&mut self.desk.actor);
    }

    /// Changes the settings of this world's desk.
    pub(crate) fn set(&mut self, change: impl FnOnce(&mut Config)) {
        let mut config = (*self.desk.config).clone();
        change(&mut config);
        self.desk.config = Arc::new(config);
    }

    /// The real program on this world's database, with the settings that the desk has now: real
    /// clock, real process.
    pub(crate) fn program(&self, words: &[&str]) -> std::process::Command {
        self.private_file("dateline.key", "07".repeat(32));
        let smtp = &self.desk.config.smtp;
        let settings = CONFIG
            .replace("port = 1\n", &format!("port = {}\n", smtp.port()))
            .replace(
                "connections = 2",
                &format!("connections = {}", smtp.connections),
            )
            + &format!("[database]\nurl = \"{}\"\n", self.url)
            + &self
                .desk
                .config
                .limits
                .per_second
                .map_or_else(String::new, |limit| {
                    format!("[limits]\nper_second = {limit}\n")
                });
        // The server's address may hold a password.
        let config = self.private_file("config.toml", settings);
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dateline"));
        command
            .arg("--config")
            .arg(config)
            .arg("--no-input")
            .args(words)
            .env_clear()
            .current_dir(self.folder());
        command.stdin(std::process::Stdio::null());
        command
    }

    /// Where its database is.
    pub(crate) fn address(&self) -> url::Url {
        url::Url::parse(&self.url).unwrap()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file into the world's folder.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Imports a file of this content; it has to go well.
    pub(crate) async fn import(&self, content: &str) -> ImportReport {
        let request = ImportRequest {
            paths: vec![self.file("contacts.csv", content)],
            source: "test".to_owned(),
            ..ImportRequest::default()
        };
        import(self.desk(), &request).await.unwrap()
    }

    /// Writes a file that only its owner can read.
    pub(crate) fn private_file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.file(name, content);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    /// One number straight from the database: `SELECT … AS value`.
    pub(crate) async fn number(&self, sql: &str, values: Vec<Value>) -> i64 {
        let db = self.desk.store.db();
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        let row = db.query_one_raw(statement).await.unwrap().unwrap();
        row.try_get("", "value").unwrap()
    }

    /// All texts of one column: `SELECT … AS value`.
    pub(crate) async fn texts(&self, sql: &str, values: Vec<Value>) -> Vec<String> {
        let db = self.desk.store.db();
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        let rows = db.query_all_raw(statement).await.unwrap();
        rows.iter()
            .map(|row| row.try_get("", "value").unwrap())
            .collect()
    }

    /// Whether a statement can be run.
    pub(crate) async fn try_run(&self, sql: &str) -> bool {
        let db = self.desk.store.db();
        db.execute_unprepared(sql).await.is_ok()
    }

    /// Runs a statement straight on the database and tells how many rows it touched.
    pub(crate) async fn run(&self, sql: &str, values: Vec<Value>) -> u64 {
        let db = self.desk.store.db();
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        db.execute_raw(statement).await.unwrap().rows_affected()
    }
}

/// A database on the test server, copied from a migrated template and dropped at the end.
struct PostgresDatabase {
    server: String,
    name: String,
}

impl PostgresDatabase {
    async fn create(server: &str) -> Self {
        let template = ensure_template(server).await;
        let name = format!("dateline_test_{:032x}", rand::random::<u128>());
        let mut connection = PgConnection::connect(server).await.unwrap();
        execute(
            &mut connection,
            format!("CREATE DATABASE {name} TEMPLATE {template}"),
        )
        .await;
        connection.close().await.unwrap();
        Self {
            server: server.to_owned(),
            name,
        }
    }

    fn url(&self) -> String {
        address(&self.server, &self.name)
    }
}

impl Drop for PostgresDatabase {
    /// On a thread of its own, so that it also works when the test has panicked.
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let mut connection = PgConnection::connect(&server).await.unwrap();
                execute(
                    &mut connection,
                    format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
                )
                .await;
            });
        });
        // A second panic while a first unwinds would hide the first.
        assert!(
            dropping.join().is_ok() || std::thread::panicking(),
            "the test database {} could not be dropped",
            self.name
        );
    }
}

/// The template's name; it is created and migrated once per state of the migrations.
async fn ensure_template(server: &str) -> String {
    let name = format!("dateline_template_{}", migrations_hash());
    let mut connection = PgConnection::connect(server).await.unwrap();
    execute(
        &mut connection,
        format!("SELECT pg_advisory_lock({TEMPLATE_LOCK})"),
    )
    .await;
    let count = format!("SELECT COUNT(*) FROM pg_database WHERE datname = '{name}'");
    let row = connection.fetch_one(AssertSqlSafe(count)).await.unwrap();
    if row.get::<i64, _>(0) == 0 {
        // Under another name until it is whole: a test that is killed here leaves no half template.
        let draft = format!("{name}_draft");
        execute(&mut connection, format!("DROP DATABASE IF EXISTS {draft}")).await;
        execute(&mut connection, format!("CREATE DATABASE {draft}")).await;
        let (store, _) = Store::migrate(&address(server, &draft), None)
            .await
            .unwrap();
        store.close().await;
        execute(
            &mut connection,
            format!("ALTER DATABASE {draft} RENAME TO {name}"),
        )
        .await;
    }
    // The lock ends with the session.
    connection.close().await.unwrap();
    name
}

async fn execute(connection: &mut PgConnection, sql: String) {
    connection.execute(AssertSqlSafe(sql)).await.unwrap();
}

/// The server's address with another database in it; what follows a `?` stays.
fn address(server: &str, database: &str) -> String {
    let (place, options) = server.split_once('?').unwrap_or((server, ""));
    let host = place.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let address = format!("{host}/{database}");
    if options.is_empty() {
        address
    } else {
        format!("{address}?{options}")
    }
}

/// A short hash over every file of the migrations: any change makes a new template.
fn migrations_hash() -> String {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/src")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    let mut digest = Sha256::new();
    for file in files {
        digest.update(std::fs::read(file).unwrap());
        digest.update([0]);
    }
    digest.finalize()[..6]
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
}

/// The world checks itself: without this, a mistake here would look like one of the program.
#[tokio::test]
async fn a_world_is_empty_and_its_own() {
    on_both(async |world| {
        let contacts = "SELECT COUNT(*) AS value FROM contact";
        assert_eq!(world.number(contacts, vec![]).await, 0);
        let second = world.second_desk().await;
        assert_eq!(second.now(), world.desk().now());
        let seen = desk_row::read(second.store.db()).await.unwrap().unwrap();
        assert_eq!(seen.key_fingerprint, world.desk().key.fingerprint());
    })
    .await;
}

/// An empty database of the other kind, beside this world's own.
pub(crate) struct OtherPlace {
    url: String,
    database: Option<PostgresDatabase>,
}

impl OtherPlace {
    pub(crate) async fn open(&self) -> Store {
        Store::open(&self.url, None).await.unwrap()
    }
}

impl World {
    /// Where a desk can move to: from SQLite to PostgreSQL where there is a server, else to a file.
    pub(crate) async fn another_place(&self) -> OtherPlace {
        match std::env::var(SERVER) {
            Ok(server) if self.desk.store.is_sqlite() => {
                let database = PostgresDatabase::create(&server).await;
                OtherPlace {
                    url: database.url(),
                    database: Some(database),
                }
            }
            _ => OtherPlace {
                url: format!("sqlite://{}", self.folder.path().join("moved.db").display()),
                database: None,
            },
        }
    }
}

impl OtherPlace {
    /// An empty place of each kind: a file beside the settings, and a database where there is a server.
    pub(crate) async fn each() -> Vec<Self> {
        let mut each = vec![Self {
            url: "sqlite://dateline.db".to_owned(),
            database: None,
        }];
        if let Ok(server) = std::env::var(SERVER) {
            let database = PostgresDatabase::create(&server).await;
            each.push(Self {
                url: database.url(),
                database: Some(database),
            });
        }
        each
    }

    /// A file that is not there yet.
    pub(crate) fn file(path: &Path) -> Self {
        Self {
            url: format!("sqlite://{}", path.display()),
            database: None,
        }
    }

    pub(crate) fn is_postgres(&self) -> bool {
        self.database.is_some()
    }

    /// The address as a person writes it, and the password apart.
    pub(crate) fn address(&self) -> (String, Option<String>) {
        let mut url = url::Url::parse(&self.url).unwrap();
        let password = url.password().map(str::to_owned);
        if self.database.is_some() {
            url.set_password(None).unwrap();
        }
        (url.to_string(), password)
    }
}
