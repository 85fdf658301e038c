//! Whether cron or a timer really calls `dateline run`.

use std::time::Duration;

use crate::desk::Desk;
use crate::desk::doctor::trouble;
use crate::desk::problem::Problem;
use crate::domain::health::Finding;
use crate::domain::instant::Instant;
use crate::domain::when::in_words;
use crate::store::error::StoreError;
use crate::store::{desk_row, distribution};

const CHECK: &str = "cron.run";

/// Cron calls every minute; five without a call are no accident any more.
const MOST: Duration = Duration::from_mins(5);

pub(in crate::desk::doctor) async fn look(desk: &Desk) -> Finding {
    match facts(desk).await {
        Ok((last, waiting)) => judge(last, waiting, desk.now()),
        Err(error) => {
            let problem = Problem::from(error);
            trouble(CHECK, &problem, "when run was here last is not known")
        }
    }
}

async fn facts(desk: &Desk) -> Result<(Option<Instant>, usize), StoreError> {
    let connection = desk.store.db();
    let row = desk_row::read(connection).await?;
    let last = row.and_then(|row| row.last_run_at);
    let waiting = distribution::open(connection).await?.len();
    Ok((last.map(Instant::from_millis), waiting))
}

fn judge(last: Option<Instant>, waiting: usize, now: Instant) -> Finding {
    let fix = "dateline service cron (or: dateline service systemd) prints what to set up";
    let found = match last {
        Some(at) if at.until(now) <= MOST => {
            return Finding::ok(
                CHECK,
                format!("dateline run was here {}", in_words(now, at)),
            );
        }
        None if waiting == 0 => {
            let found =
                "dateline run was never called; nothing is scheduled yet that it would send";
            return Finding::not_asked(CHECK, found, fix);
        }
        None => "dateline run was never called".to_owned(),
        Some(at) => format!("dateline run was here last {}", in_words(now, at)),
    };
    let why = "without it nothing is sent, whatever is scheduled";
    if waiting == 0 {
        Finding::warning(CHECK, found, why, fix)
    } else {
        let things = if waiting == 1 {
            "1 distribution waits"
        } else {
            "distributions wait"
        };
        Finding::problem(CHECK, format!("{found}, and {things} for it"), why, fix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::health::State;

    #[test]
    fn a_run_that_stays_away_is_a_problem_once_something_waits() {
        let now = Instant::from_millis(1_773_306_000_000);
        let ago = |minutes| Some(now.minus(Duration::from_mins(minutes)));
        assert_eq!(judge(ago(1), 3, now).state, State::Ok);
        assert_eq!(judge(ago(6), 3, now).state, State::Problem);
        assert_eq!(judge(ago(6), 0, now).state, State::Warning);
        assert_eq!(judge(None, 1, now).state, State::Problem);
        assert_eq!(judge(None, 0, now).state, State::NotAsked);
    }
}
