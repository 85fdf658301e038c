//! A run whose database is out of reach says so once, again when it is another problem or a day later,
//! and once when it is over; cron would mail it every minute.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

use crate::bureau::{Bureau, on_both};
use crate::terminal::Said;

const MINUTE: Duration = Duration::from_mins(1);
const OVER: &str = "what kept dateline run from its work is over: it works again\n";

impl Bureau {
    fn later(&self, by: Duration) {
        self.wait(self.clock.sleep(by));
    }

    /// One call, as cron makes it, a minute after the last.
    fn next_run(&self) -> Said {
        self.later(MINUTE);
        self.run(&["run"])
    }

    /// The settings name another database, or its file holds something else.
    fn breaks(&self, how: u16) {
        let settings = fs::read_to_string(self.path().join("config.toml")).unwrap();
        if self.place().is_postgres() {
            // Nobody listens on such ports.
            let lines = settings
                .lines()
                .map(|line| match line.split_once("url = ") {
                    Some(_) => format!("url = \"postgres://postgres@127.0.0.1:{how}/desk\""),
                    None => line.to_owned(),
                });
            let broken: Vec<_> = lines.collect();
            self.file("config.toml", broken.join("\n"));
        } else {
            let file = self.path().join("dateline.db");
            if !self.path().join("kept.db").exists() {
                self.renamed("dateline.db", "kept.db");
            }
            match how {
                1 => fs::write(&file, "a shopping list, and no database at all").unwrap(),
                _ => fs::remove_file(&file).unwrap(),
            }
        }
    }

    fn is_mended(&self) {
        self.move_to(self.place());
        if !self.place().is_postgres() {
            self.renamed("kept.db", "dateline.db");
        }
    }

    /// With what SQLite has beside it.
    fn renamed(&self, from: &str, to: &str) {
        fs::rename(self.path().join(from), self.path().join(to)).unwrap();
        for end in ["-wal", "-shm"] {
            let beside = |name: &str| self.path().join(format!("{name}{end}"));
            if beside(from).exists() {
                fs::rename(beside(from), beside(to)).unwrap();
            }
        }
    }

    /// The files in which the problem is remembered.
    fn remembered(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).unwrap();
        entries
            .map(|entry| entry.unwrap())
            .filter(|entry| {
                entry
                    .path()
                    .extension()
                    .is_some_and(|end| end == "run-trouble")
            })
            .map(|entry| {
                let mode = entry.metadata().unwrap().permissions().mode();
                assert_eq!(mode & 0o777, 0o600);
                entry.file_name().into_string().unwrap()
            })
            .collect()
    }
}

fn says(said: &Said, words: &str) {
    assert!(
        said.code != 0 && said.out.is_empty() && said.err.starts_with("error: "),
        "{} {:?} {:?}",
        said.code,
        said.out,
        said.err
    );
    assert!(
        said.err.contains(words),
        "{words:?} is not in {:?}",
        said.err
    );
}

fn is_silent(said: &Said, code: u8) {
    let all = (said.code, said.out.as_str(), said.err.as_str());
    assert_eq!(all, (code, "", ""));
}

#[test]
fn a_database_out_of_reach_is_told_once_a_day() {
    on_both(|bureau| {
        bureau.due();
        bureau.silent_run();
        bureau.breaks(1);
        let (words, code) = if bureau.place().is_postgres() {
            ("cannot be reached", 75)
        } else {
            ("damaged", 1)
        };
        // Whoever looks is told each time, and that is not yet cron's reader.
        let looks = || {
            says(&bureau.run(&["-v", "run"]), words);
            let json = bureau.run(&["run", "--json"]);
            assert!(json.err.starts_with("{\"error\""), "{}", json.err);
            let mut terminal = bureau.terminal();
            terminal.is_attended = true;
            let said = terminal.run(&["run"]);
            assert!(said.err.contains(words) && !said.err.contains("once a day"));
        };
        looks();
        assert_eq!(bureau.remembered(), [""; 0]);
        let first = bureau.next_run();
        says(&first, words);
        says(&first, "once a day while it lasts");
        assert_eq!(first.code, code);
        for _ in 0..3 {
            is_silent(&bureau.next_run(), code);
        }
        assert_eq!(bureau.remembered().len(), 1);

        looks();
        is_silent(&bureau.next_run(), code);

        // Another problem is news; the first one, when it is back, is not.
        bureau.breaks(2);
        let second = bureau.next_run();
        says(&second, "once a day while it lasts");
        is_silent(&bureau.next_run(), second.code);
        bureau.breaks(1);
        is_silent(&bureau.next_run(), code);

        bureau.later(Duration::from_hours(24));
        let reminder = bureau.next_run();
        says(&reminder, words);
        says(&reminder, "It lasts since 2026-11-02T09:");
        is_silent(&bureau.next_run(), code);

        bureau.is_mended();
        assert_eq!(bureau.run(&["run", "--json"]).err, "");
        let over = bureau.next_run();
        assert_eq!((over.code, over.err.as_str()), (0, OVER));
        assert_eq!(bureau.remembered(), [""; 0]);
        bureau.silent_run();
        bureau.breaks(1);
        says(&bureau.next_run(), words);
    });
}

#[test]
fn what_cannot_be_remembered_is_said_each_time() {
    on_both(|bureau| {
        // Nothing can be put in the place of a folder with something in it.
        for name in ["dateline.db", "dateline.key"] {
            let taken = bureau.path().join(format!("{name}.run-trouble/taken"));
            fs::create_dir_all(taken).unwrap();
        }
        bureau.breaks(1);
        for _ in 0..2 {
            let said = bureau.next_run();
            assert!(!said.err.contains("once a day"), "{}", said.err);
            says(&said, "");
        }
        bureau.is_mended();
        bureau.silent_run();
    });
}

#[test]
fn a_refusal_of_another_kind_is_told_once_too() {
    on_both(|bureau| {
        let key = bureau.path().join("dateline.key");
        let away = bureau.path().join("away.key");
        fs::rename(&key, &away).unwrap();
        says(&bureau.next_run(), "is missing");
        is_silent(&bureau.next_run(), 78);
        fs::rename(&away, &key).unwrap();
        assert_eq!(bureau.next_run().err, OVER);
        bureau.silent_run();
    });
}
