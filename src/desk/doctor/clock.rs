//! The clock: whether it follows a time server, and whether the database's agrees.

use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::desk::Desk;
use crate::desk::doctor::trouble;
use crate::desk::opening::open::Setup;
use crate::desk::problem::Problem;
use crate::domain::health::Finding;
use crate::domain::timekeeping::{Following, of_chrony, of_timedatectl};
use crate::store::server_clock;

const SYNC: &str = "clock.synchronised";
const DATABASE: &str = "clock.database";

/// A program that is asked must not hold the doctor up.
const PATIENCE: Duration = Duration::from_secs(2);
/// Further apart, one of the two machines breaks an embargo.
const MOST_APART: Duration = Duration::from_secs(2);

pub(in crate::desk::doctor) async fn look(setup: &Setup, desk: Option<&Desk>) -> Vec<Finding> {
    let mut findings = vec![synchronised(following().await)];
    if let Some(desk) = desk {
        findings.extend(database(setup, desk).await);
    }
    findings
}

async fn following() -> Option<Following> {
    let chrony = asked("chronyc", &["-n", "tracking"]).await;
    if let Some(found) = chrony.as_deref().and_then(of_chrony) {
        return Some(found);
    }
    let words = ["show", "--property=NTPSynchronized"];
    let said = asked("timedatectl", &words).await;
    said.as_deref().and_then(of_timedatectl)
}

async fn asked(program: &str, words: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(words)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .output();
    let output = tokio::time::timeout(PATIENCE, output).await.ok()?.ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    output.status.success().then_some(said)
}

fn synchronised(found: Option<Following>) -> Finding {
    let why = "a clock that is left alone goes wrong by seconds a day, and embargoes go by it";
    let fix = "apt-get install chrony, or: timedatectl set-ntp true";
    match found {
        None => Finding::not_asked(
            SYNC,
            "neither timedatectl nor chronyc tells whether the clock follows a time server",
            "in a container the host keeps the clock; elsewhere: apt-get install chrony",
        ),
        Some(Following {
            is_synchronised: false,
            ..
        }) => Finding::warning(SYNC, "the clock does not follow a time server", why, fix),
        Some(Following {
            off_by: Some(off_by @ 2000..),
            ..
        }) => Finding::warning(
            SYNC,
            format!("the clock is {off_by} ms off its time server"),
            why,
            "chronyc makestep",
        ),
        Some(_) => Finding::ok(SYNC, "the clock follows a time server"),
    }
}

/// None for SQLite, whose clock is ours.
async fn database(setup: &Setup, desk: &Desk) -> Option<Finding> {
    let before = setup.clock.now();
    let theirs = match server_clock::now(desk.store.db()).await {
        Ok(theirs) => theirs?,
        Err(error) => {
            let problem = Problem::from(error);
            return Some(trouble(DATABASE, &problem, "two clocks are compared"));
        }
    };
    let after = setup.clock.now();
    // Whatever the way took is no difference.
    let ahead = after.until(theirs);
    let behind = theirs.until(before);
    let apart = ahead.max(behind);
    let shown = format!(
        "the database's clock is {} ms apart from ours",
        apart.as_millis()
    );
    Some(if apart > MOST_APART {
        Finding::problem(
            DATABASE,
            shown,
            "on one of the two machines mail under embargo would leave too early, so that run holds everything back",
            "have both machines follow a time server: apt-get install chrony",
        )
    } else {
        Finding::ok(DATABASE, shown)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::health::State;

    #[test]
    fn a_clock_that_is_left_alone_is_only_a_warning() {
        let state = |is_synchronised, off_by| {
            synchronised(Some(Following {
                is_synchronised,
                off_by,
            }))
            .state
        };
        assert_eq!(state(true, None), State::Ok);
        assert_eq!(state(true, Some(3)), State::Ok);
        assert_eq!(state(true, Some(2500)), State::Warning);
        assert_eq!(state(false, None), State::Warning);
        assert_eq!(synchronised(None).state, State::NotAsked);
    }
}
