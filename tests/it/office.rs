//! A newsroom in a folder, worked at from the terminal.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use dateline::clock::Clock;
use dateline::config::environment::Environment;
use dateline::desk::opening::open::{Setup, open};
use dateline::desk::people::import_contacts::{ImportRequest, import};

use crate::terminal::{NOW, Said, Terminal};

pub(crate) const INIT: [&str; 9] = [
    "init",
    "--no-input",
    "--name",
    "Harbour Light Newsroom",
    "--from",
    "Harbour Light <press@example.com>",
    "--zone",
    "America/Vancouver",
    "--smtp-host=smtp.example.net",
];
pub(crate) const ADDRESS: &str = "--address=12 Example Street, Vancouver BC, Canada";
pub(crate) const EMBARGO: &str = "embargo = \"2026-03-20 09:00 America/Vancouver\"";

/// A folder with a newsroom in it.
pub(crate) struct Newsroom(pub(crate) tempfile::TempDir);

impl Newsroom {
    /// With three contacts on the list `tech`, one of whom has opted out.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let newsroom = Self(folder);
        newsroom.good(&[&INIT[..], &[ADDRESS]].concat());
        let csv = "email,name,country,opted out\nana@press.example,Ana Reyes,CA,\nbo@press.example,Bo Lund,DE,\ncy@press.example,Cy Moss,DE,yes\n";
        fs::write(newsroom.path().join("contacts.csv"), csv).unwrap();
        let path = newsroom.path().join("config.toml");
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let config = dateline::config::load(&path, &Environment::default()).unwrap();
            let desk = open(Setup {
                config: Arc::new(config),
                clock: Clock::fixed(NOW),
                actor: "ana".to_owned(),
            })
            .await
            .unwrap();
            let request = ImportRequest {
                paths: vec![newsroom.path().join("contacts.csv")],
                source: "test".to_owned(),
                list: Some("tech".to_owned()),
                ..ImportRequest::default()
            };
            import(&desk, &request).await.unwrap();
            desk.store.close().await;
        });
        newsroom
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn run(&self, words: &[&str]) -> Said {
        Terminal::at(self.path()).run(words)
    }

    pub(crate) fn good(&self, words: &[&str]) -> Said {
        let said = self.run(words);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{words:?}");
        said
    }

    pub(crate) fn release(&self, extra: &str) {
        let text = format!(
            "+++\nslug = \"plant\"\nheadline = \"A tidal plant opens\"\n{extra}\n+++\nThe plant opens today.\n"
        );
        fs::write(self.path().join("plant.md"), text).unwrap();
    }

    /// A release that is approved.
    pub(crate) fn approved(&self, extra: &str) {
        self.release(extra);
        assert_eq!(self.run(&["release", "new", "plant.md"]).code, 0);
        self.good(&["release", "approve", "plant"]);
    }

    /// Exit code and the refusal's code; it has a message and says what to do.
    pub(crate) fn refused(&self, words: &[&str]) -> (u8, String) {
        let said = self.run(&[words, &["--json"]].concat());
        assert_eq!(said.out, "", "{words:?}");
        let object: serde_json::Value = serde_json::from_str(&said.err).unwrap();
        let error = &object["error"];
        assert!(error["message"].is_string(), "{error}");
        // Why a time cannot be used says at once how to write it.
        let says_it_itself =
            error["code"] == "in-the-past" || error["code"] == "unrecognised-format";
        assert!(error["hint"].is_string() || says_it_itself, "{error}");
        (said.code, error["code"].as_str().unwrap().to_owned())
    }
}

/// What [`Newsroom::refused`] is compared with.
pub(crate) fn pair(code: u8, word: &str) -> (u8, String) {
    (code, word.to_owned())
}
