//! Sizes of files as people write them: `500 kB`, `5 MB`.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const EXPECTED: &str = "must be a size such as \"500 kB\" or \"5 MB\"";

/// Bytes; a kB has 1000 of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Size(u64);

impl Size {
    pub const fn of(bytes: u64) -> Self {
        Self(bytes)
    }

    pub fn bytes(self) -> u64 {
        self.0
    }

    /// `None` for what is no size, for nothing, and for more than a TB.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let number: u64 = text[..digits].parse().ok()?;
        let unit = match text[digits..].trim().to_ascii_lowercase().as_str() {
            "b" => 1,
            "kb" => 1_000,
            "mb" => 1_000_000,
            "gb" => 1_000_000_000,
            _ => return None,
        };
        let bytes = number.checked_mul(unit)?;
        (1..=1_000_000_000_000)
            .contains(&bytes)
            .then_some(Self(bytes))
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (unit, name) in [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")] {
            if self.0.is_multiple_of(unit) {
                return write!(f, "{} {name}", self.0 / unit);
            }
        }
        write!(f, "{} B", self.0)
    }
}

impl Serialize for Size {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Size {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(EXPECTED))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_size_has_its_unit() {
        for (text, shown) in [
            ("5MB", "5 MB"),
            ("500 kB", "500 kB"),
            ("1500 B", "1500 B"),
            (" 2 gb ", "2 GB"),
        ] {
            assert_eq!(Size::parse(text).unwrap().to_string(), shown);
        }
        for bad in [
            "",
            "5",
            "MB",
            "-5 MB",
            "0 MB",
            "5 MiB",
            "5.5 MB",
            "99999999999999999999 B",
            "9999 GB",
        ] {
            assert_eq!(Size::parse(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(bytes in 1_u64..=1_000_000_000_000) {
            let size = Size::of(bytes);
            prop_assert_eq!(Size::parse(&size.to_string()), Some(size));
        }

        #[test]
        fn no_words_confuse_it(text in "\\PC{0,12}") {
            let _ = Size::parse(&text);
        }
    }
}
