//! A calendar entry for the team (RFC 5545): one instant, lines folded, times in UTC.

use crate::domain::instant::Instant;

/// One moment in a calendar. It is an instant without length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// Stays the same for the whole life of the entry; calendars find it again by this.
    pub uid: String,
    /// Counts up with every change, so that a calendar takes the newer one (RFC 5545 §3.8.7.4).
    pub sequence: i64,
    /// When this file was made.
    pub stamp: Instant,
    pub starts: Instant,
    pub summary: String,
    pub description: String,
    pub is_canceled: bool,
}

/// Who wrote the file; calendars show it when they complain.
const PRODUCT: &str = "-//Dateline//Embargo//EN";
/// The longest line in octets, its end not counted (RFC 5545 §3.1).
const LONGEST: usize = 75;

/// A calendar with this one entry, as a file: CRLF, UTF-8. Marked confidential: a calendar that is
/// shared shows such an entry to nobody, or only that there is one.
pub fn file(event: &Event) -> String {
    let status = if event.is_canceled {
        "CANCELLED"
    } else {
        "CONFIRMED"
    };
    let lines = [
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        format!("PRODID:{PRODUCT}"),
        "METHOD:PUBLISH".to_owned(),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}", text(&event.uid)),
        format!("SEQUENCE:{}", event.sequence),
        format!("DTSTAMP:{}", utc(event.stamp)),
        format!("DTSTART:{}", utc(event.starts)),
        format!("SUMMARY:{}", text(&event.summary)),
        format!("DESCRIPTION:{}", text(&event.description)),
        format!("STATUS:{status}"),
        "CLASS:CONFIDENTIAL".to_owned(),
        "TRANSP:TRANSPARENT".to_owned(),
        "END:VEVENT".to_owned(),
        "END:VCALENDAR".to_owned(),
    ];
    lines.iter().map(|line| fold(line)).collect()
}

/// `20261103T170000Z`. A calendar knows no milliseconds: they are rounded up, so that nobody reads
/// a moment before the lift.
fn utc(instant: Instant) -> String {
    let timestamp = instant.up_to_second().timestamp();
    timestamp.strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// A value of type TEXT: its own signs escaped, other control characters left out.
fn text(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for character in value.replace("\r\n", "\n").chars() {
        match character {
            '\\' | ';' | ',' => escaped.extend(['\\', character]),
            '\n' => escaped.push_str("\\n"),
            other if other.is_control() => {}
            other => escaped.push(other),
        }
    }
    escaped
}

/// One content line, cut into pieces of at most 75 octets, never within a character.
fn fold(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + 4);
    let mut room = LONGEST;
    for character in line.chars() {
        if character.len_utf8() > room {
            folded.push_str("\r\n ");
            room = LONGEST - 1;
        }
        room -= character.len_utf8();
        folded.push(character);
    }
    folded + "\r\n"
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event(summary: &str) -> Event {
        Event {
            uid: "embargo-1@example.com".to_owned(),
            sequence: 2,
            stamp: Instant::from_millis(1_773_306_000_000),
            starts: Instant::from_millis(1_773_306_000_001),
            summary: summary.to_owned(),
            description: "one, two; three\\\nfour".to_owned(),
            is_canceled: false,
        }
    }

    #[test]
    fn an_entry_reads_as_the_standard_wants_it() {
        assert_eq!(
            file(&event("Embargo lifts")).lines().collect::<Vec<_>>(),
            [
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//Dateline//Embargo//EN",
                "METHOD:PUBLISH",
                "BEGIN:VEVENT",
                "UID:embargo-1@example.com",
                "SEQUENCE:2",
                "DTSTAMP:20260312T090000Z",
                "DTSTART:20260312T090001Z",
                "SUMMARY:Embargo lifts",
                "DESCRIPTION:one\\, two\\; three\\\\\\nfour",
                "STATUS:CONFIRMED",
                "CLASS:CONFIDENTIAL",
                "TRANSP:TRANSPARENT",
                "END:VEVENT",
                "END:VCALENDAR",
            ]
        );
        let gone = Event {
            is_canceled: true,
            ..event("")
        };
        assert!(file(&gone).contains("\r\nSTATUS:CANCELLED\r\n"));
    }

    proptest! {
        #[test]
        fn lines_are_short_and_unfold_to_what_they_were(summary in ".{0,200}") {
            let file = file(&event(&summary));
            for line in file.split("\r\n") {
                prop_assert!(line.len() <= LONGEST);
                prop_assert!(!line.contains(['\r', '\n']));
            }
            let whole = file.replace("\r\n ", "");
            let line = format!("SUMMARY:{}", text(&summary));
            prop_assert!(whole.split("\r\n").any(|one| one == line));
        }
    }
}
