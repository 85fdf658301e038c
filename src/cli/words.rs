//! Numbers, instants and hashes as people read them.

use crate::desk::Desk;
use crate::domain::instant::Instant;
use crate::domain::when::local;

/// `1,746`
pub(in crate::cli) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut shown = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    if number < 0 {
        format!("-{shown}")
    } else {
        shown
    }
}

/// `1 recipient`, `1,746 recipients`
pub(in crate::cli) fn count(number: i64, noun: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{} {noun}{s}", grouped(number))
}

/// A line of words in lines of at most `room` columns. What is to be copied, a record between quotes
/// or a word longer than a line, stays whole.
pub(in crate::cli) fn paragraph(line: &str, room: usize) -> Vec<String> {
    if line.contains(" TXT \"") {
        return vec![line.to_owned()];
    }
    let mut lines: Vec<String> = Vec::new();
    for word in line.split(' ') {
        match lines.last_mut() {
            Some(last) if last.chars().count() + 1 + word.chars().count() <= room => {
                last.push(' ');
                last.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// `2026-11-03 09:00:31` in the newsroom's zone, else in UTC; the zone is said once, elsewhere.
pub(in crate::cli) fn clock(desk: &Desk, at: Instant) -> String {
    let zone = zone(desk);
    local(at, zone, &desk.zones).map_or_else(|| at.to_string(), |local| local.civil)
}

/// `2026-11-03 09:00`, for what happened a while ago.
pub(in crate::cli) fn minute(desk: &Desk, at: Instant) -> String {
    clock(desk, at).chars().take(16).collect()
}

/// `2026-11-03`
pub(in crate::cli) fn day(desk: &Desk, at: Instant) -> String {
    clock(desk, at).chars().take(10).collect()
}

/// The zone of [`clock`].
pub(in crate::cli) fn zone(desk: &Desk) -> &str {
    desk.config.newsroom.time_zone.as_deref().unwrap_or("UTC")
}

/// The first eight digits, enough to compare by eye.
pub(in crate::cli) fn short(hash: &str) -> &str {
    hash.get(..8).unwrap_or(hash)
}

#[cfg(test)]
mod tests {
    use super::{count, grouped, paragraph, short};

    #[test]
    fn numbers_are_grouped_by_three() {
        for (number, shown) in [
            (0, "0"),
            (999, "999"),
            (1_746, "1,746"),
            (1_000_000, "1,000,000"),
            (-12_345, "-12,345"),
        ] {
            assert_eq!(grouped(number), shown);
        }
        assert_eq!(count(1, "recipient"), "1 recipient");
        assert_eq!(count(1_746, "recipient"), "1,746 recipients");
        assert_eq!(short("0123456789"), "01234567");
        assert_eq!(short("01"), "01");
    }

    #[test]
    fn a_paragraph_keeps_to_its_room_and_a_record_stays_whole() {
        let lines = paragraph("see that the mail server runs and that [smtp] is right", 20);
        assert_eq!(
            lines,
            [
                "see that the mail",
                "server runs and that",
                "[smtp] is right"
            ]
        );
        let record = "example.com. TXT \"v=spf1 ip4:192.0.2.10 ~all\"";
        assert_eq!(paragraph(record, 20), [record]);
        assert_eq!(
            paragraph("/a/very/long/path/of/files is not", 10)[1],
            "is not"
        );
        assert_eq!(paragraph("", 10), [""]);
    }
}
