//! One line at the terminal, written over and over: how many are sent, how fast, and how long it takes.

use std::collections::VecDeque;
use std::time::{Duration, Instant as Moment};

use tokio::sync::{mpsc, watch};

use crate::cli::output::Output;
use crate::cli::words::grouped;
use crate::clock::Clock;
use crate::desk::run::progress::Progress;
use crate::domain::when::in_words;

/// Between two drawings.
const TICK: Duration = Duration::from_millis(200);
/// The rate is that of the last ten seconds: limits and slow servers change it.
const WINDOW: Duration = Duration::from_secs(10);
/// Domains that are named.
const NAMED: usize = 3;

/// What is to be said while the work goes on.
#[derive(Debug)]
pub(in crate::cli) enum Word {
    /// Something to look after.
    Warning(String),
    Remark(String),
}

impl Word {
    pub(in crate::cli) fn show(self, output: &mut Output) {
        match self {
            Self::Warning(text) => output.warn(text),
            Self::Remark(text) => output.say(text),
        }
    }
}

/// Does the work, meanwhile says what is to be said, and draws how far it is, if somebody looks on.
pub(in crate::cli) async fn beside<T>(
    output: &mut Output,
    clock: Clock,
    mut seen: watch::Receiver<Progress>,
    said: &mut mpsc::UnboundedReceiver<Word>,
    work: impl Future<Output = T>,
) -> T {
    let draws = output.shows_progress();
    let mut tick = tokio::time::interval(TICK);
    let mut rate = Rate::default();
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => {
                if draws {
                    output.progress("");
                }
                return done;
            }
            Some(told) = said.recv() => {
                if draws {
                    output.progress("");
                }
                told.show(output);
            }
            _ = tick.tick(), if draws => {
                let progress = seen.borrow_and_update().clone();
                let per_second = rate.note(Moment::now(), progress.over());
                output.progress(&words(&progress, per_second, &clock));
            }
        }
    }
}

/// Mails that were over at moments of the last seconds.
#[derive(Default)]
struct Rate(VecDeque<(Moment, u64)>);

impl Rate {
    /// Mails per second, once there is something to measure.
    fn note(&mut self, now: Moment, over: u64) -> Option<f64> {
        // The wait for the first one is no work.
        if over == 0 {
            self.0.clear();
        }
        self.0.push_back((now, over));
        while self.0.len() > 2 && self.0.front().is_some_and(|(at, _)| now - *at > WINDOW) {
            self.0.pop_front();
        }
        let (since, before) = *self.0.front()?;
        let mails = u32::try_from(over - before)
            .ok()
            .filter(|mails| *mails > 0)?;
        let seconds = (now - since).as_secs_f64();
        (seconds > 0.0).then(|| f64::from(mails) / seconds)
    }
}

fn words(progress: &Progress, per_second: Option<f64>, clock: &Clock) -> String {
    if let Some(at) = progress.waits_for.filter(|_| progress.left == 0) {
        return format!(
            "waiting for the next instant, {}",
            in_words(clock.now(), at)
        );
    }
    if progress.over() + progress.left + progress.counts.deferred == 0 {
        return String::new();
    }
    let mut parts = vec![format!("{} sent", number(progress.counts.sent))];
    if progress.counts.failed > 0 {
        parts.push(format!("{} refused", number(progress.counts.failed)));
    }
    parts.push(format!("{} to go", number(progress.left)));
    if let Some(rate) = per_second {
        let digits = usize::from(rate < 10.0);
        parts.push(format!("{rate:.digits$}/s"));
        if progress.left > 0 {
            parts.push(format!("{} left", lasting(progress.left, rate)));
        }
    }
    let mut line = parts.join(", ");
    if !progress.deferred.is_empty() {
        line.push_str("; deferred: ");
        line.push_str(&deferred(progress));
    }
    line
}

fn number(count: u64) -> String {
    grouped(i64::try_from(count).unwrap_or(i64::MAX))
}

/// The domains with most of them first.
fn deferred(progress: &Progress) -> String {
    let mut domains: Vec<_> = progress.deferred.iter().collect();
    domains.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let named = domains.iter().take(NAMED);
    let mut parts: Vec<String> = named
        .map(|(domain, count)| format!("{} at {domain}", number(**count)))
        .collect();
    if domains.len() > NAMED {
        parts.push(format!("{} more domains", domains.len() - NAMED));
    }
    parts.join(", ")
}

/// `40 s`, `3 min`, `2 h 5 min`: rounded up, as nobody minds being early.
fn lasting(left: u64, rate: f64) -> String {
    let mails = u32::try_from(left).map_or(f64::from(u32::MAX), f64::from);
    let seconds = Duration::try_from_secs_f64(mails / rate).map_or(u64::MAX, |it| it.as_secs());
    let minutes = seconds / 60 + 1;
    match (minutes / 60, minutes % 60) {
        _ if seconds < 60 => format!("{} s", seconds + 1),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::instant::Instant;

    fn progress(sent: u64, left: u64) -> Progress {
        let mut progress = Progress {
            left,
            ..Progress::default()
        };
        progress.counts.sent = sent;
        progress
    }

    #[test]
    fn the_line_says_how_many_how_fast_and_how_long() {
        let clock = Clock::fixed(Instant::from_millis(0));
        assert_eq!(words(&progress(0, 0), None, &clock), "");
        assert_eq!(
            words(&progress(0, 1700), None, &clock),
            "0 sent, 1,700 to go"
        );
        let mut busy = progress(1204, 312);
        busy.counts.failed = 2;
        for (domain, count) in [
            ("a.example", 1),
            ("b.example", 12),
            ("c.example", 3),
            ("d.example", 2),
        ] {
            busy.deferred.insert(domain.to_owned(), count);
        }
        assert_eq!(
            words(&busy, Some(35.2), &clock),
            "1,204 sent, 2 refused, 312 to go, 35/s, 9 s left; deferred: 12 at b.example, 3 at c.example, 2 at d.example, 1 more domains"
        );
        let mut waits = progress(0, 0);
        waits.waits_for = Some(Instant::from_millis(45_000));
        assert_eq!(
            words(&waits, None, &clock),
            "waiting for the next instant, in 45 s"
        );
    }

    #[test]
    fn the_time_left_is_said_in_the_largest_units() {
        for (left, rate, said) in [
            (1, 100.0, "1 s"),
            (59, 1.0, "60 s"),
            (600, 1.0, "11 min"),
            (7190, 1.0, "2 h"),
            (7500, 1.0, "2 h 6 min"),
        ] {
            assert_eq!(lasting(left, rate), said);
        }
        // No number is too strange to be shown.
        assert!(lasting(u64::MAX, f64::MIN_POSITIVE).ends_with(" min"));
    }

    #[test]
    fn the_rate_is_that_of_the_last_seconds() {
        let mut rate = Rate::default();
        let start = Moment::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(rate.note(at(0), 0), None);
        assert_eq!(rate.note(at(60), 0), None);
        assert_eq!(rate.note(at(61), 10), Some(10.0));
        assert_eq!(rate.note(at(65), 20), Some(4.0));
        for second in 66..100 {
            rate.note(at(second), 20 + (second - 65));
        }
        assert_eq!(rate.note(at(100), 55), Some(1.0));
    }
}
