//! Moments as they are kept: they resolve again to themselves, or say what moved.

use proptest::prelude::*;

use super::*;

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
