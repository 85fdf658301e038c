//! Every form of date and time that is read, and every one that must be refused.

use proptest::prelude::*;

use super::*;

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

#[test]
fn a_moment_keeps_civil_time_zone_and_version() {
    let zones = Zones::bundled();
    let kept = |text: &str| {
        let moment = read_any(text, None, &zones).unwrap();
        assert_eq!(moment.tzdata, zones.version());
        (moment.civil, moment.zone)
    };
    let pair = |civil: &str, zone: &str| (civil.to_owned(), zone.to_owned());
    assert_eq!(
        kept("2026-04-15 09:00 europe/berlin"),
        pair("2026-04-15T09:00:00", "Europe/Berlin")
    );
    assert_eq!(
        kept("2026-10-25 02:30 +02:00 Europe/Berlin"),
        pair("2026-10-25T02:30:00+02:00", "Europe/Berlin")
    );
    assert_eq!(
        kept("2026-04-15 09:00 +02:00"),
        pair("2026-04-15T09:00:00", "+02:00")
    );
    assert_eq!(
        kept("2026-04-15 09:00Z"),
        pair("2026-04-15T09:00:00", "UTC")
    );
    assert_eq!(
        kept("2026-04-15T07:00:00Z[Europe/Berlin]"),
        pair("2026-04-15T09:00:00", "Europe/Berlin")
    );
    // Rounded up into a gap: the clocks show 03:00 then, not 02:00.
    assert_eq!(
        kept("2026-03-29T01:59:59.9999[Europe/Berlin]"),
        pair("2026-03-29T03:00:00", "Europe/Berlin")
    );
}

#[test]
fn stored_moments_resolve_again_or_say_what_moved() {
    let zones = Zones::bundled();
    let resolved = |civil: &str, zone: &str| match resolve(civil, zone, &zones) {
        Ok(instant) => instant.to_string(),
        Err(problem) => problem.code.to_owned(),
    };
    assert_eq!(
        resolved("2026-11-03T09:00:00", "America/Vancouver"),
        "2026-11-03T16:00:00Z"
    );
    assert_eq!(
        resolved("2026-10-25T02:30:00+01:00", "Europe/Berlin"),
        "2026-10-25T01:30:00Z"
    );
    assert_eq!(
        resolved("2026-10-25T02:30:00", "Europe/Berlin"),
        "ambiguous-time"
    );
    assert_eq!(
        resolved("2026-10-25T04:30:00+02:00", "Europe/Berlin"),
        "invalid-offset"
    );
    assert_eq!(
        resolved("2026-03-29T02:30:00", "Europe/Berlin"),
        "nonexistent-time"
    );
    assert_eq!(
        resolved("2026-04-15T09:00:00", "Europe/Nowhere"),
        "unknown-zone"
    );
    assert_eq!(
        resolved("2026-04-15T09:00:00", "+05:45"),
        "2026-04-15T03:15:00Z"
    );
}

const SOME_ZONES: [&str; 10] = [
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Havana",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "UTC",
];

proptest! {
    #[test]
    fn what_is_read_shows_that_civil_time_and_resolves_to_itself(
        zone in proptest::sample::select(&SOME_ZONES[..]),
        day in 0_i64..7300,
        second in 0_u32..86_400,
        fraction in "[0-9]{0,12}",
    ) {
        let zones = Zones::bundled();
        let date = jiff::civil::date(2020, 1, 1)
            .checked_add(jiff::Span::new().days(day))
            .unwrap();
        let clock = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
        let point = if fraction.is_empty() { "" } else { "." };
        let text = format!("{date} {clock}{point}{fraction} {zone}");
        match read_any(&text, None, &zones) {
            Ok(moment) => {
                prop_assert_eq!(resolve(&moment.civil, &moment.zone, &zones), Ok(moment.instant));
                let again = format!("{} {}", moment.civil, moment.zone);
                prop_assert_eq!(read_any(&again, None, &zones).unwrap().instant, moment.instant);
                // Never before the second written, and never a whole millisecond after the fraction.
                let whole = read_any(&format!("{date} {clock} {zone}"), None, &zones).unwrap();
                let nanos: i64 = format!("{:0<9}", fraction.get(..9).unwrap_or(&fraction)).parse().unwrap();
                let late = (moment.instant.millis() - whole.instant.millis()) * 1_000_000 - nanos;
                prop_assert!((0..=1_000_000).contains(&late), "{text}: {late}");
                let shown = local(whole.instant, zone, &zones).unwrap();
                prop_assert!(format!("{date} {clock}").starts_with(&shown.civil), "{text}");
            }
            Err(problem) => {
                prop_assert!(["nonexistent-time", "ambiguous-time"].contains(&problem.code), "{text}");
                prop_assert_eq!(problem.readings.len(), 2);
            }
        }
    }

    #[test]
    fn every_instant_s_civil_time_resolves_to_it(
        zone in proptest::sample::select(&SOME_ZONES[..]),
        millis in 1_577_836_800_000_i64..2_200_000_000_000,
    ) {
        let zones = Zones::bundled();
        let (time_zone, _) = stored_zone(zone, &zones).unwrap();
        let instant = Instant::from_millis(millis);
        prop_assert_eq!(resolve(&civil_in(instant, &time_zone), zone, &zones), Ok(instant));
    }

    #[test]
    fn no_text_whatever_makes_it_panic(text in "\\PC{0,40}", zone in "\\PC{0,12}") {
        let _ = read_any(&text, Some(&zone), &Zones::bundled());
        let _ = read_any(&format!("2026-04-15 09:00{text}"), Some(&zone), &Zones::bundled());
        let _ = read_any(&format!("2026-04-15 {text}"), None, &Zones::bundled());
        let _ = resolve(&text, &zone, &Zones::bundled());
    }
}
