//! The database: whole, of this version, at home here, and set so that nothing committed is lost.

use crate::desk::Desk;
use crate::desk::doctor::trouble;
use crate::desk::opening::adopt;
use crate::desk::problem::Problem;
use crate::domain::health::Finding;
use crate::store::error::StoreError;
use crate::store::health::{self, Durability};

const DURABILITY: &str = "database.durability";

pub(in crate::desk::doctor) async fn look(desk: &Desk) -> Vec<Finding> {
    let shown = desk.store.shown();
    // It would not have been opened otherwise.
    let mut findings = vec![Finding::ok(
        "database.open",
        format!("{shown} is of this version, and the key belongs to it"),
    )];
    findings.push(home(desk).await);
    match health::damage(desk.store.db()).await {
        Ok(damage) if damage.is_empty() => {
            if desk.store.is_sqlite() {
                let found = "a quick look finds no damage; dateline db check looks at everything";
                findings.push(Finding::ok("database.whole", found));
            }
        }
        Ok(damage) => findings.push(Finding::problem(
            "database.whole",
            format!("the database is damaged: {}", damage.join("; ")),
            "what was decided and sent may be lost, and mail could go out twice",
            "dateline stop; keep the file, and restore the last backup",
        )),
        Err(error) => findings.push(lost("database.whole", error)),
    }
    match health::durability(desk.store.db()).await {
        Ok(found) => findings.push(durability(&found)),
        Err(error) => findings.push(lost(DURABILITY, error)),
    }
    findings
}

fn lost(check: &'static str, error: StoreError) -> Finding {
    let problem = Problem::from(error);
    trouble(
        check,
        &problem,
        "what cannot be looked at cannot be trusted",
    )
}

async fn home(desk: &Desk) -> Finding {
    let check = "database.home";
    match adopt::is_home(desk).await {
        Ok(true) => Finding::ok(check, "this is where the database is at home"),
        Ok(false) => Finding::problem(
            check,
            "this database was made in another place",
            "a copy sends nothing: else two of them would send everything twice",
            "if no other copy sends: dateline db adopt",
        ),
        Err(problem) => trouble(check, &problem, "a copy sends nothing"),
    }
}

fn durability(found: &Durability) -> Finding {
    let why = "after a power cut the last commits could be gone, and mail that was sent would be sent again";
    match found {
        Durability::Sqlite {
            journal_mode,
            synchronous,
        } => {
            let shown = format!("journal_mode is {journal_mode}, synchronous is {synchronous}");
            if *synchronous < 2 {
                let fix = "please report this: dateline sets synchronous = FULL itself";
                Finding::problem(DURABILITY, shown, why, fix)
            } else if journal_mode.eq_ignore_ascii_case("wal") {
                Finding::ok(
                    DURABILITY,
                    format!("{shown} (FULL): what is committed stays"),
                )
            } else {
                Finding::warning(
                    DURABILITY,
                    shown,
                    "readers and writers wait for each other; network shares refuse WAL, and lose data",
                    "put the database on a local disk",
                )
            }
        }
        Durability::Postgres {
            fsync,
            synchronous_commit,
            full_page_writes,
        } => {
            let shown = format!(
                "fsync is {fsync}, synchronous_commit is {synchronous_commit}, full_page_writes is {full_page_writes}"
            );
            let off = |value: &str| value.eq_ignore_ascii_case("off");
            if off(fsync) || off(synchronous_commit) || off(full_page_writes) {
                let fix = "in postgresql.conf: fsync = on, synchronous_commit = on, full_page_writes = on; then reload";
                Finding::problem(DURABILITY, shown, why, fix)
            } else {
                Finding::ok(DURABILITY, format!("{shown}: what is committed stays"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::health::State;

    #[test]
    fn only_settings_that_keep_what_was_committed_are_well() {
        let sqlite = |journal_mode: &str, synchronous| {
            durability(&Durability::Sqlite {
                journal_mode: journal_mode.to_owned(),
                synchronous,
            })
            .state
        };
        assert_eq!(sqlite("wal", 2), State::Ok);
        assert_eq!(sqlite("wal", 1), State::Problem);
        assert_eq!(sqlite("delete", 2), State::Warning);
        let postgres = |fsync: &str, commit: &str| {
            durability(&Durability::Postgres {
                fsync: fsync.to_owned(),
                synchronous_commit: commit.to_owned(),
                full_page_writes: "on".to_owned(),
            })
            .state
        };
        assert_eq!(postgres("on", "remote_apply"), State::Ok);
        assert_eq!(postgres("off", "on"), State::Problem);
        assert_eq!(postgres("on", "off"), State::Problem);
    }
}
