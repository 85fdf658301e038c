//! A day on which nobody works: of one year (`2026-04-03`) or of each (`12-25`).

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A leap year: in it every day that comes each year can be found.
const SOME_YEAR: i16 = 2000;

/// As the settings write it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Holiday {
    day: Date,
    each_year: bool,
}

impl Holiday {
    pub fn is_on(self, day: Date) -> bool {
        let same_day = self.day.month() == day.month() && self.day.day() == day.day();
        same_day && (self.each_year || self.day.year() == day.year())
    }
}

impl TryFrom<String> for Holiday {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let digits = |part: &str, count: usize| {
            part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let parts: Vec<&str> = text.split('-').collect();
        let whole = match parts[..] {
            [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2) => {
                text.clone()
            }
            [month, day] if digits(month, 2) && digits(day, 2) => format!("{SOME_YEAR}-{text}"),
            _ => String::new(),
        };
        let day = whole.parse::<Date>().map_err(|_| {
            "must be days such as \"2026-04-03\", or \"12-25\" for each year".to_owned()
        })?;
        Ok(Self {
            day,
            each_year: parts.len() == 2,
        })
    }
}

impl From<Holiday> for String {
    fn from(holiday: Holiday) -> Self {
        holiday.to_string()
    }
}

impl fmt::Display for Holiday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.each_year {
            write!(f, "{}", self.day.strftime("%m-%d"))
        } else {
            write!(f, "{}", self.day)
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::Holiday;

    fn holiday(text: &str) -> Result<Holiday, String> {
        Holiday::try_from(text.to_owned())
    }

    #[test]
    fn a_day_of_one_year_or_of_each() {
        let friday = holiday("2026-04-03").unwrap();
        assert!(friday.is_on(date(2026, 4, 3)) && !friday.is_on(date(2027, 4, 3)));
        let christmas = holiday("12-25").unwrap();
        assert!(christmas.is_on(date(2026, 12, 25)) && christmas.is_on(date(2031, 12, 25)));
        assert!(!christmas.is_on(date(2026, 12, 24)));
        assert!(holiday("02-29").unwrap().is_on(date(2028, 2, 29)));
        for text in ["2026-04-03", "12-25", "02-29"] {
            assert_eq!(holiday(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "",
            "25.12.",
            "12/25",
            "2026-02-29",
            "13-01",
            "2026-1-1",
            "Christmas",
            "12-25-2026",
            "+026-01-01",
            "2026-12-25T00:00",
        ] {
            assert!(holiday(text).is_err(), "{text}");
        }
    }
}
