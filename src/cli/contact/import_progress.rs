//! How far an import is: rows, rows in a second, and the time left.

use std::time::{Duration, Instant};

use crate::cli::words::grouped;

/// Often enough to look alive, seldom enough to cost nothing.
const PAUSE: Duration = Duration::from_millis(200);

pub(super) struct Progress {
    begun: Instant,
    said: Option<Instant>,
}

impl Progress {
    pub(super) fn begin() -> Self {
        Self {
            begun: Instant::now(),
            said: None,
        }
    }

    /// What to say now, if it is time to say something.
    pub(super) fn words(&mut self, rows: u64, line: u64, lines: Option<u64>) -> Option<String> {
        let now = Instant::now();
        if self.said.is_some_and(|said| now - said < PAUSE) {
            return None;
        }
        self.said = Some(now);
        Some(words(now - self.begun, rows, line, lines))
    }
}

/// `12,500 rows, 56,000 a second, about 14 s left`
fn words(elapsed: Duration, rows: u64, line: u64, lines: Option<u64>) -> String {
    let shown = |number: u64| grouped(i64::try_from(number).unwrap_or(i64::MAX));
    let millis = u64::try_from(elapsed.as_millis())
        .unwrap_or(u64::MAX)
        .max(1);
    let mut text = format!("{} rows", shown(rows));
    if millis < 1000 {
        return text;
    }
    let rate = rows.saturating_mul(1000) / millis;
    text.push_str(", ");
    text.push_str(&shown(rate));
    text.push_str(" a second");
    if let Some(left) = lines
        .and_then(|lines| lines.checked_sub(line))
        .filter(|_| line > 0)
    {
        let seconds = (left.saturating_mul(millis) / line).div_ceil(1000);
        let left = match seconds {
            0..=99 => format!(", about {seconds} s left"),
            _ => format!(", about {} min left", seconds.div_ceil(60)),
        };
        text.push_str(&left);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::words;

    #[test]
    fn the_time_left_follows_from_the_lines_done() {
        let second = Duration::from_secs(1);
        assert_eq!(
            words(second * 10, 250_000, 250_001, Some(1_000_001)),
            "250,000 rows, 25,000 a second, about 30 s left"
        );
        assert_eq!(
            words(second * 60, 60_000, 60_000, Some(1_000_000)),
            "60,000 rows, 1,000 a second, about 16 min left"
        );
        assert_eq!(words(second, 500, 501, None), "500 rows, 500 a second");
        assert_eq!(words(second / 2, 500, 501, Some(9)), "500 rows");
    }
}
