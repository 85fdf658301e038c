//! A newsroom in a folder, on either database, with a clock that moves and a catcher for its mail; all
//! that happens in it is typed at the terminal.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use dateline::clock::Clock;
use dateline::domain::instant::Instant;
use dateline::mail::sink::Sink;
use dateline::mail::sink::faults::Faults;
use dateline::store::connection::Store;
use dateline::store::copy::tables;

use crate::config::readable;
use crate::terminal::{Said, Terminal};
use crate::world::OtherPlace;

pub(crate) struct Bureau {
    folder: tempfile::TempDir,
    pub(crate) clock: Clock,
    pub(crate) sink: Sink,
    /// Further settings of `[smtp]`, and whole tables behind them.
    more: String,
    place: OtherPlace,
    /// The catcher lives in it, and what is left of it dies with it.
    runtime: tokio::runtime::Runtime,
}

/// Runs a test in a newsroom on SQLite, and in one on PostgreSQL where there is a server for it.
pub(crate) fn on_both(test: impl Fn(Bureau)) {
    with_faults(&Faults::default(), test);
}

/// The same, with a mail server that does not behave.
pub(crate) fn with_faults(faults: &Faults, test: impl Fn(Bureau)) {
    let places = tokio::runtime::Runtime::new()
        .unwrap()
        .block_on(OtherPlace::each());
    for place in places {
        test(Bureau::on(place, faults.clone()));
    }
}

impl Bureau {
    /// Monday, 2 November 2026, 09:00 UTC.
    fn on(place: OtherPlace, faults: Faults) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let sink = runtime.block_on(Sink::start(here, faults)).unwrap();
        let nine = "2026-11-02T09:00:00Z".parse::<jiff::Timestamp>().unwrap();
        let bureau = Self {
            folder: tempfile::tempdir().unwrap(),
            clock: Clock::fixed(Instant::from_timestamp_down(nine)),
            sink,
            more: String::new(),
            place,
            runtime,
        };
        bureau.move_to(&bureau.place);
        bureau.good(&["init"]);
        bureau
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        fs::write(&path, content).unwrap();
        readable(&path, 0o600);
        path
    }

    /// A file of the repository, under its own name.
    pub(crate) fn copied(&self, name: &str) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        self.file(
            from.file_name().unwrap().to_str().unwrap(),
            fs::read(&from).unwrap(),
        );
    }

    /// Settings that stand behind the usual ones of `[smtp]`.
    pub(crate) fn set(&mut self, more: &str) {
        more.clone_into(&mut self.more);
        self.move_to(&self.place);
    }

    /// From now on the settings name this database.
    pub(crate) fn move_to(&self, place: &OtherPlace) {
        let (url, password) = place.address();
        let password = password.map_or_else(String::new, |password| {
            let file = self.file("db.password", password);
            format!("password_file = \"{}\"\n", file.display())
        });
        let port = self.sink.address().port();
        let settings = format!(
            "dateline = 1\n[newsroom]\nname = \"Harbour Light Newsroom\"\n\
             from = \"Harbour Light Press Office <press@example.com>\"\n\
             time_zone = \"America/Vancouver\"\nteam_domains = [\"example.com\"]\n\
             address = \"12 Example Street, Vancouver BC, Canada\"\n\
             [database]\nurl = \"{url}\"\n{password}\
             [run]\ncooling_off = \"0s\"\n[embargo]\nmin_lead = \"0s\"\nwarn_lead = \"0s\"\n\
             [smtp]\ntransport = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\nsecurity = \"none\"\n\
             preset = \"relay\"\nbounce_address = \"bounces+{{token}}@example.com\"\n{}",
            self.more
        );
        self.file("config.toml", settings);
    }

    /// From now on mail goes to another server on this machine.
    pub(crate) fn serve_by(&self, port: u16) {
        let settings = fs::read_to_string(self.path().join("config.toml")).unwrap();
        let usual = format!("port = {}\n", self.sink.address().port());
        assert!(settings.contains(&usual));
        self.file(
            "config.toml",
            settings.replace(&usual, &format!("port = {port}\n")),
        );
    }

    pub(crate) fn terminal(&self) -> Terminal<'_> {
        let mut terminal = Terminal::at(self.path());
        terminal.clock = Some(self.clock.clone());
        terminal
    }

    pub(crate) fn run(&self, words: &[&str]) -> Said {
        self.terminal().run(words)
    }

    /// It has to go well; remarks are allowed.
    pub(crate) fn good(&self, words: &[&str]) -> Said {
        let said = self.run(words);
        assert_eq!(said.code, 0, "{words:?}: {}{}", said.out, said.err);
        said
    }

    /// One call of `run`, as cron makes it: there is nothing to say.
    pub(crate) fn silent_run(&self) {
        let said = self.run(&["run"]);
        let all = (said.code, said.out.as_str(), said.err.as_str());
        assert_eq!(all, (0, "", ""));
    }

    /// Looks into the database that the settings name, table by table.
    pub(crate) fn rows(&self) -> Vec<(String, Vec<String>)> {
        self.runtime.block_on(async {
            let store = self.store().await;
            let mut found = Vec::new();
            for table in tables(store.db()).await.unwrap() {
                let mut texts = Vec::new();
                let mut after = None;
                while let Some((rows, last)) =
                    table.page(store.db(), after.as_deref()).await.unwrap()
                {
                    texts.extend(rows.iter().map(|row| format!("{row:?}")));
                    after = Some(last);
                }
                found.push((table.name, texts));
            }
            store.close().await;
            found
        })
    }

    async fn store(&self) -> Store {
        if self.place.is_postgres() {
            return self.place.open().await;
        }
        let file = self.path().join("dateline.db");
        Store::open(&format!("sqlite://{}", file.display()), None)
            .await
            .unwrap()
    }

    pub(crate) fn place(&self) -> &OtherPlace {
        &self.place
    }

    pub(crate) fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Two contacts on the list `tech`, and an approved release that is due.
    pub(crate) fn due(&self) {
        self.file(
            "contacts.csv",
            "email,name,outlet\nada@daily.example,Ada Byrne,Daily\nbo@post.example,Bo Lund,Post\n",
        );
        self.good(&[
            "contact",
            "import",
            "contacts.csv",
            "--source",
            "test",
            "--list",
            "tech",
        ]);
        self.file(
            "plant.md",
            "+++\nslug = \"plant\"\nheadline = \"A tidal plant opens\"\n+++\nThe plant opens today.\n",
        );
        self.good(&["release", "new", "plant.md"]);
        self.good(&["release", "approve", "plant"]);
        self.good(&[
            "release", "schedule", "plant", "--list", "tech", "--now", "--yes",
        ]);
    }
}
