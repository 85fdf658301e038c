//! Every form of date and time that is read, and every one that must be refused.

use super::*;

mod kept;

fn now() -> Instant {
    Instant::from_timestamp_up("2026-03-12T09:00:00Z".parse().unwrap())
}

/// The instant, or the code of the refusal.
fn answer_with(text: &str, default_zone: Option<&str>) -> String {
    match read(text, default_zone, now(), &Zones::bundled()) {
        Ok(moment) => moment.instant.to_string(),
        Err(problem) => problem.code.to_owned(),
    }
}

fn answer(text: &str) -> String {
    answer_with(text, None)
}

#[test]
fn what_is_clear_is_read() {
    for (text, instant) in [
        ("2026-04-15 09:00 Europe/Berlin", "2026-04-15T07:00:00Z"),
        ("2026-04-15T09:00 Europe/Berlin", "2026-04-15T07:00:00Z"),
        (
            "  2026-04-15  09:00\u{a0}Europe/Berlin\u{feff}",
            "2026-04-15T07:00:00Z",
        ),
        ("2026-04-15 09:00 europe/BERLIN", "2026-04-15T07:00:00Z"),
        ("2026-04-15T09:00:00+02:00", "2026-04-15T07:00:00Z"),
        ("2026-04-15t07:00:00z", "2026-04-15T07:00:00Z"),
        ("2026-04-15 07:00 UTC", "2026-04-15T07:00:00Z"),
        ("2026-04-15 07:00 utc", "2026-04-15T07:00:00Z"),
        ("2026-04-15 07:00 Etc/UTC", "2026-04-15T07:00:00Z"),
        ("2026-04-15 07:00Z", "2026-04-15T07:00:00Z"),
        ("2026-04-15 07:00 -00:00", "2026-04-15T07:00:00Z"),
        (
            "2026-04-15 09:00 +02:00 Europe/Berlin",
            "2026-04-15T07:00:00Z",
        ),
        ("2026-04-15 09:00+0200", "2026-04-15T07:00:00Z"),
        (
            "2026-04-15T09:00:00+02:00[Europe/Berlin]",
            "2026-04-15T07:00:00Z",
        ),
        (
            "2026-04-15T09:00[Europe/Berlin][u-ca=gregory]",
            "2026-04-15T07:00:00Z",
        ),
        ("2026-04-15T09:00[!Europe/Berlin]", "2026-04-15T07:00:00Z"),
        (
            "2026-04-15T07:00:00Z[Europe/Berlin]",
            "2026-04-15T07:00:00Z",
        ),
        ("2026-04-15T09:00:00[+02:00]", "2026-04-15T07:00:00Z"),
        ("2026-04-15T09:00:00,5+02:00", "2026-04-15T07:00:00.500Z"),
        ("2026-04-15T09:00:00.0001+02:00", "2026-04-15T07:00:00.001Z"),
        (
            "2026-04-15T09:00:59.9999999999999+02:00",
            "2026-04-15T07:01:00Z",
        ),
        ("2026-04-15 09:00 Asia/Kathmandu", "2026-04-15T03:15:00Z"),
        ("2026-04-15 09:00 Asia/Calcutta", "2026-04-15T03:30:00Z"),
        (
            "2026-04-15 09:00 Pacific/Kiritimati",
            "2026-04-14T19:00:00Z",
        ),
        ("2026-04-15 09:00 +14:00", "2026-04-14T19:00:00Z"),
        ("2026-12-15 00:01 GMT", "2026-12-15T00:01:00Z"),
        ("2026-11-03 09:00 America/Vancouver", "2026-11-03T16:00:00Z"),
        ("2028-02-29 09:00 Europe/London", "2028-02-29T09:00:00Z"),
        (
            "2026-11-01 01:30 -05:00 America/New_York",
            "2026-11-01T06:30:00Z",
        ),
        (
            "2026-10-25T02:30:00+02:00[Europe/Berlin]",
            "2026-10-25T00:30:00Z",
        ),
        (
            "2026-10-25T02:30:00+01:00[Europe/Berlin]",
            "2026-10-25T01:30:00Z",
        ),
    ] {
        assert_eq!(answer(text), instant, "{text}");
    }
}

#[test]
fn what_is_not_clear_is_refused_by_its_code() {
    for (text, code) in [
        ("2026-03-29 02:30 Europe/Berlin", "nonexistent-time"),
        ("2026-03-29 02:30 +01:00 Europe/Berlin", "nonexistent-time"),
        ("2026-04-24 00:01 Africa/Cairo", "nonexistent-time"),
        ("2026-10-04 02:15 Australia/Lord_Howe", "nonexistent-time"),
        ("2026-10-25 02:30 Europe/Berlin", "ambiguous-time"),
        ("2025-11-02 00:30 America/Havana", "ambiguous-time"),
        ("2026-04-05 01:45 Australia/Lord_Howe", "ambiguous-time"),
        ("2026-04-15 09:00", "missing-zone"),
        ("2026-04-15T09:00:00", "missing-zone"),
        ("2026-04-15 09:00 local time", "missing-zone"),
        ("2026-04-15 09:00 Europe/Berln", "unknown-zone"),
        ("2026-04-15 09:00 Berlin", "unknown-zone"),
        ("2026-04-15 09:00 America/New York", "unknown-zone"),
        ("2026-04-15 09:00 right/Europe/Berlin", "unknown-zone"),
        ("2026-04-15 09:00 Etc/GMT+5", "unknown-zone"),
        ("2026-04-15 09:00 Japan", "unknown-zone"),
        ("2026-04-15 09:00 Zulu", "unknown-zone"),
        ("2026-04-15 09:00 EST5EDT", "ambiguous-abbreviation"),
        ("2026-04-15 09:00 IST", "ambiguous-abbreviation"),
        ("2026-12-15 09:00 PST", "ambiguous-abbreviation"),
        ("2026-07-15 09:00 BST", "ambiguous-abbreviation"),
        ("2026-07-15 09:00 GMT", "ambiguous-abbreviation"),
        ("2026-07-15T09:00[CST]", "ambiguous-abbreviation"),
        ("2026-12-15 09:00 EST", "ambiguous-abbreviation"),
        ("2026-12-15 09:00 ET", "ambiguous-abbreviation"),
        ("2026-12-15 09:00 CET", "ambiguous-abbreviation"),
        ("2026-07-15 09:00 est", "wrong-season-abbreviation"),
        ("2026-07-15 09:00 CET", "wrong-season-abbreviation"),
        ("2026-12-15 09:00 CEST", "wrong-season-abbreviation"),
        ("2026-12-15 09:00 EDT", "wrong-season-abbreviation"),
    ] {
        assert_eq!(answer(text), code, "{text}");
    }
}

#[test]
fn what_is_no_date_time_or_offset_is_refused_by_its_code() {
    for (text, code) in [
        ("2026-03-12T09:00:00Z", "in-the-past"),
        ("1969-07-20T20:17:00Z", "in-the-past"),
        ("0001-01-01T00:00:00Z", "in-the-past"),
        ("2026-02-29 09:00 Europe/Berlin", "invalid-date"),
        ("2026-13-01 09:00 Europe/Berlin", "invalid-date"),
        ("2026-00-00T09:00Z", "invalid-date"),
        ("9999-12-31T23:59:59Z", "invalid-date"),
        ("2026-04-15 24:00 Europe/Berlin", "invalid-time"),
        ("2026-04-15 25:00 Europe/Berlin", "invalid-time"),
        ("2026-04-15 09:60 Europe/Berlin", "invalid-time"),
        ("2026-06-30T23:59:60Z", "invalid-time"),
        ("2026-04-15T09:00:00+25:00", "invalid-offset"),
        ("2026-04-15T09:00:00+15:00", "invalid-offset"),
        ("2026-04-15T09:00:00+02:60", "invalid-offset"),
        ("2026-04-15T09:00:00+2", "invalid-offset"),
        ("2026-04-15 09:00 +03:00 Europe/Berlin", "invalid-offset"),
        ("2026-10-25 02:30 +03:00 Europe/Berlin", "invalid-offset"),
        ("2026-07-15 09:00Z Europe/London", "invalid-offset"),
        ("2026-07-15T09:00+00:00[Europe/London]", "invalid-offset"),
        ("2026-04-15 09:00 UTC+2", "invalid-offset"),
    ] {
        assert_eq!(answer(text), code, "{text}");
    }
}

#[test]
fn other_ways_to_write_a_time_are_refused_rather_than_guessed() {
    for text in [
        "",
        "now",
        "tomorrow 9am",
        "midnight",
        "2026-04-15",
        "09:00 Europe/Berlin",
        "2026-04-15 9:00 Europe/Berlin",
        "2026-4-15 09:00 Europe/Berlin",
        "2026-04-15 09:00 AM Europe/Berlin",
        "2026-04-15 12:00 a.m. Europe/Berlin",
        "2026-04-15 9 pm Europe/Berlin",
        "2026-04-15 midnight Europe/Berlin",
        "2026-04-15 noon Europe/Berlin",
        "2026-04-15 09:00 Uhr",
        "2026-04-15 9 o'clock Europe/Berlin",
        "2026-04-15 09:00 o'clock Europe/Berlin",
        "2026-04-15 09:00pm UTC",
        "04/15/2026 9:00 AM",
        "15.04.2026 09:00 Europe/Berlin",
        "20260415T090000Z",
        "2026-W16-3T09:00:00Z",
        "2026-105T09:00:00Z",
        "12026-04-15T09:00:00Z",
        "-2026-04-15T09:00:00Z",
        "1776236400",
        "2026\u{2013}04\u{2013}15 09:00 Europe/Berlin",
        "２０２６-04-15 09:00 Europe/Berlin",
        "2026-04-15 09:00 \u{2212}05:00",
        "2026-04-15 09:00Europe/Berlin",
        "2026-04-15T09:00:00.+02:00",
        "2026-04-15T09:00:0+02:00",
        "2026-04-15T09:00[Europe/Berlin",
        "2026-04-15T09:00[Europe/Berlin][Europe/Paris]",
        "2026-04-15T09:00[Europe/Berlin][!x=y]",
        "2026-04-15T09:00 Europe/Berlin[Europe/Berlin]",
        "2026-04-15 09:00 +02:00 +03:00",
        "Wed, 15 Apr 2026 09:00:00 +0200",
    ] {
        assert_eq!(answer(text), "unrecognised-format", "{text}");
    }
}

#[test]
fn the_newsroom_s_zone_stands_in_where_none_is_written() {
    let berlin = Some("Europe/Berlin");
    assert_eq!(
        answer_with("2026-04-15 09:00", berlin),
        "2026-04-15T07:00:00Z"
    );
    assert_eq!(
        answer_with("2026-04-15 09:00 +05:00", berlin),
        "2026-04-15T04:00:00Z"
    );
    assert_eq!(
        answer_with("2026-04-15 09:00 Asia/Tokyo", berlin),
        "2026-04-15T00:00:00Z"
    );
    assert_eq!(
        answer_with("2026-04-15 09:00 local time", berlin),
        "missing-zone"
    );
    assert_eq!(answer_with("tomorrow 9am", berlin), "unrecognised-format");
    assert_eq!(
        answer_with("2026-04-15 09:00", Some("Berlin")),
        "unknown-zone"
    );
    assert_eq!(answer_with("2026-04-15 09:00", Some(" ")), "missing-zone");
}

#[test]
fn a_refusal_shows_what_may_have_been_meant() {
    let readings = |text: &str| {
        read_any(text, None, &Zones::bundled())
            .unwrap_err()
            .readings
    };
    assert_eq!(
        readings("2026-03-08 02:15 America/New_York"),
        [
            "2026-03-08 01:59 America/New_York = 06:59 UTC",
            "2026-03-08 03:00 America/New_York = 07:00 UTC"
        ]
    );
    assert_eq!(
        readings("2026-04-24 00:01 Africa/Cairo"),
        [
            "2026-04-23 23:59 Africa/Cairo = 21:59 UTC",
            "2026-04-24 01:00 Africa/Cairo = 22:00 UTC Thu 23 Apr 2026"
        ]
    );
    assert_eq!(
        readings("2026-10-25 02:30 Europe/Berlin"),
        [
            "2026-10-25 02:30 +02:00 Europe/Berlin = 00:30 UTC",
            "2026-10-25 02:30 +01:00 Europe/Berlin = 01:30 UTC"
        ]
    );
    assert_eq!(
        readings("2026-07-15 09:00 EST"),
        [
            "2026-07-15 09:00 -05:00 (US Eastern Standard Time) = 14:00 UTC",
            "2026-07-15 09:00 America/New_York (EDT, UTC-4) = 13:00 UTC"
        ]
    );
    assert_eq!(
        readings("2026-07-15 00:01 GMT"),
        [
            "2026-07-15 00:01 +00:00 (Greenwich Mean Time) = 00:01 UTC",
            "2026-07-15 00:01 Europe/London (BST, UTC+1) = 23:01 UTC Tue 14 Jul 2026"
        ]
    );
    assert_eq!(readings("2026-04-15 09:00 +03:00 Europe/Berlin").len(), 2);
    assert_eq!(
        readings("2026-04-15 12:00 a.m. Europe/Berlin"),
        ["2026-04-15 00:00", "2026-04-15 12:00"]
    );
    assert_eq!(
        readings("2026-12-31 midnight UTC"),
        ["2026-12-31 00:00", "2027-01-01 00:00"]
    );
    assert_eq!(readings("2026-04-15 09:00 Europe/Berln"), ["Europe/Berlin"]);
}
