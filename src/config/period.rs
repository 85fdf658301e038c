//! Lengths of time as people write them: `30s`, `5m`, `2h`, `1d`, `1h30m`.

use std::time::Duration;

use serde::{Deserialize, Deserializer, Serializer};

/// What the reader is told when a length of time cannot be read.
const EXPECTED: &str = "must be a length of time such as \"30s\", \"5m\", \"2h\" or \"1h30m\"";

/// A year is longer than anything here may last, and keeps later sums far from overflow.
const LONGEST: u64 = 366 * 86_400;

/// `None` for what is no length of time, or longer than a year.
pub fn parse(text: &str) -> Option<Duration> {
    let mut seconds: u64 = 0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: u64 = rest[..digits].parse().ok()?;
        let mut after = rest[digits..].chars();
        let unit = match after.next()? {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            _ => return None,
        };
        seconds = seconds.checked_add(number.checked_mul(unit)?)?;
        rest = after.as_str();
    }
    (seconds <= LONGEST).then(|| Duration::from_secs(seconds))
}

pub(in crate::config) fn write(duration: Duration) -> String {
    let seconds = duration.as_secs();
    for (unit, name) in [(3600, 'h'), (60, 'm')] {
        if seconds >= unit && seconds.is_multiple_of(unit) {
            return format!("{}{name}", seconds / unit);
        }
    }
    format!("{seconds}s")
}

pub(in crate::config) fn deserialize<'de, D: Deserializer<'de>>(
    from: D,
) -> Result<Duration, D::Error> {
    let text = String::deserialize(from)?;
    parse(&text).ok_or_else(|| serde::de::Error::custom(EXPECTED))
}

pub(in crate::config) fn serialize<S: Serializer>(
    duration: &Duration,
    to: S,
) -> Result<S::Ok, S::Error> {
    to.serialize_str(&write(*duration))
}

/// The same for a list of them.
pub(in crate::config) mod list {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    use crate::config::period::{EXPECTED, parse, write};

    pub(in crate::config) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<Duration>, D::Error> {
        Vec::<String>::deserialize(from)?
            .iter()
            .map(|text| parse(text).ok_or_else(|| serde::de::Error::custom(EXPECTED)))
            .collect()
    }

    pub(in crate::config) fn serialize<S: Serializer>(
        durations: &[Duration],
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.collect_seq(durations.iter().copied().map(write))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_read_as_people_write_them() {
        for (text, seconds) in [
            ("30s", 30),
            ("5m", 300),
            ("2h", 7200),
            ("1h30m", 5400),
            ("0s", 0),
            ("1d", 86_400),
        ] {
            assert_eq!(parse(text), Some(Duration::from_secs(seconds)), "{text}");
        }
        for text in [
            "",
            "5",
            "h",
            "-5m",
            "5 m",
            "5x",
            "1.5h",
            "99999999999999999999s",
            "18446744073709551615d",
            "500d",
            "5µ",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn what_is_written_reads_the_same(seconds in 0..=LONGEST) {
            let duration = Duration::from_secs(seconds);
            proptest::prop_assert_eq!(parse(&write(duration)), Some(duration));
        }

        #[test]
        fn no_text_breaks_the_reader(text in ".{0,20}") {
            let _ = parse(&text);
        }
    }
}
