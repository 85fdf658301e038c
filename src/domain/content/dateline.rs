//! The dateline: place and date opening the first paragraph, in the style of AP and the wires.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::domain::content::places;

/// How a state of the USA is written after the city.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StateStyle {
    /// `Massachusetts`
    #[default]
    Full,
    /// `Mass.`
    #[serde(alias = "ap")]
    Abbreviated,
    /// `MA`
    Postal,
}

impl StateStyle {
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "full" => Some(Self::Full),
            "abbreviated" | "ap" => Some(Self::Abbreviated),
            "postal" => Some(Self::Postal),
            _ => None,
        }
    }
}

/// How an English dateline writes its month.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Months {
    /// `Nov. 3`, and March to July whole (AP Stylebook, "months").
    #[default]
    Ap,
    /// `November 3`, as the wires write it.
    Full,
}

impl Months {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde asks like this whether to skip the field"
    )]
    fn is_ap(&self) -> bool {
        *self == Self::Ap
    }
}

#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Dateline {
    pub city: String,
    /// State or province.
    pub region: Option<String>,
    /// ISO 3166-1 code, or the country's name as it shall be printed.
    pub country: Option<String>,
    pub date: Option<Date>,
    /// Further cities of a story that was written in several places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Place>,
    /// The house's style when the version was made.
    #[serde(default, skip_serializing_if = "Months::is_ap")]
    pub months: Months,
}

/// A further city of a dateline, written as the first.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Place {
    pub city: String,
    pub region: Option<String>,
    pub country: Option<String>,
}

impl Dateline {
    /// `VANCOUVER, British Columbia, Nov. 3, 2026 (GLOBE NEWSWIRE) -- `, with what divides it from the
    /// text: city in capitals, state or country unless the city stands alone, date with AP's months
    /// (March to July are never shortened), wire credit, dashes (AP Stylebook, "datelines").
    pub fn line(&self, language: &str, states: StateStyle, credit: Option<&str>) -> String {
        let mut line = self.place(states);
        for place in &self.also {
            let other = Self {
                city: place.city.clone(),
                region: place.region.clone(),
                country: place.country.clone(),
                ..Self::default()
            };
            // A state before the "and" is closed with a comma, as any in running text.
            let comma = if line.contains(',') { "," } else { "" };
            let and = and(language);
            line = format!("{line}{comma} {and} {}", other.place(states));
        }
        if let Some(date) = self.date {
            if !line.is_empty() {
                line.push_str(", ");
            }
            line.push_str(&date_line(date, language, self.months));
        }
        line + &credited(credit)
    }

    /// `VANCOUVER, British Columbia`.
    fn place(&self, states: StateStyle) -> String {
        let city = self.city.trim().to_uppercase();
        match self.area(states) {
            Some(area) => format!("{city}, {area}"),
            None => city,
        }
    }

    /// Whether AP writes the city without state or country.
    pub fn stands_alone(&self) -> bool {
        let city = self.city.trim();
        let is = |name: &str| name.to_lowercase() == city.to_lowercase();
        let country = self.country_code();
        let at_home = |code: &str| country.is_none_or(|country| country == code);
        if places::ALONE_IN_THE_USA.into_iter().any(is) {
            // Without a country the region decides: the Washington of a state is another place.
            return at_home("US") && self.region_is_home(city);
        }
        places::ALONE_ELSEWHERE
            .into_iter()
            .any(|(name, code)| is(name) && at_home(code) && self.region_is_home(city))
    }

    /// A famous name in an unexpected state ("Boston, Lincolnshire") needs that state; a country
    /// given with the city already settles it outside the states of the USA.
    fn region_is_home(&self, city: &str) -> bool {
        let Some(region) = given(self.region.as_ref()) else {
            return true;
        };
        let Some((state, _, _)) = state(region) else {
            return self.country_code().is_some_and(|code| code != "US");
        };
        home_state(city).is_some_and(|home| home == state)
    }

    fn country_code(&self) -> Option<&str> {
        let country = given(self.country.as_ref())?;
        places::COUNTRIES
            .iter()
            .find(|(code, name)| {
                code.eq_ignore_ascii_case(country) || name.eq_ignore_ascii_case(country)
            })
            .map(|(code, _)| *code)
            .or(Some(country))
    }

    fn area(&self, states: StateStyle) -> Option<String> {
        if self.stands_alone() {
            return None;
        }
        let region = given(self.region.as_ref());
        let code = self.country_code();
        let by_region = code.is_none_or(|code| places::BY_REGION.contains(&code));
        if let Some(region) = region.filter(|_| by_region) {
            let american = code.is_none_or(|code| code == "US");
            return Some(match state(region).filter(|_| american) {
                Some((full, short, postal)) => match states {
                    StateStyle::Full => full.to_owned(),
                    StateStyle::Abbreviated => short.to_owned(),
                    StateStyle::Postal => postal.to_owned(),
                },
                None => region.to_owned(),
            });
        }
        let country = given(self.country.as_ref())?;
        let named = places::COUNTRIES
            .iter()
            .find(|(code, _)| code.eq_ignore_ascii_case(country))
            .map_or(country, |(_, name)| *name);
        Some(named.to_owned())
    }
}

/// The wire's credit in the form that the wire gives it, and the dashes before the text. Business
/// Wire sets no blanks around its own, PR Newswire stands between strokes.
fn credited(credit: Option<&str>) -> String {
    let bare = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '/' | '-');
    let Some(credit) = credit.map(|credit| credit.trim_matches(bare)) else {
        return " -- ".to_owned();
    };
    let letters = credit.chars().filter(char::is_ascii_alphanumeric);
    let key: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    match key.as_str() {
        "" => " -- ".to_owned(),
        "businesswire" => "--(BUSINESS WIRE)--".to_owned(),
        "prnewswire" => " /PRNewswire/ -- ".to_owned(),
        "globenewswire" => " (GLOBE NEWSWIRE) -- ".to_owned(),
        _ => format!(" ({credit}) -- "),
    }
}

fn and(language: &str) -> &'static str {
    match language.split('-').next().unwrap_or_default() {
        "de" => "und",
        "fr" => "et",
        "es" => "y",
        _ => "and",
    }
}

fn given(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn state(region: &str) -> Option<(&'static str, &'static str, &'static str)> {
    places::STATES.into_iter().find(|(full, short, postal)| {
        full.eq_ignore_ascii_case(region) || short.eq_ignore_ascii_case(region) || *postal == region
    })
}

/// The state of a city that stands alone.
fn home_state(city: &str) -> Option<&'static str> {
    Some(match city.to_lowercase().as_str() {
        "atlanta" => "Georgia",
        "baltimore" => "Maryland",
        "boston" => "Massachusetts",
        "chicago" => "Illinois",
        "cincinnati" | "cleveland" => "Ohio",
        "dallas" | "houston" | "san antonio" => "Texas",
        "denver" => "Colorado",
        "detroit" => "Michigan",
        "honolulu" => "Hawaii",
        "indianapolis" => "Indiana",
        "las vegas" => "Nevada",
        "los angeles" | "san diego" | "san francisco" => "California",
        "miami" => "Florida",
        "milwaukee" => "Wisconsin",
        "minneapolis" => "Minnesota",
        "new orleans" => "Louisiana",
        "new york" => "New York",
        "oklahoma city" => "Oklahoma",
        "philadelphia" | "pittsburgh" => "Pennsylvania",
        "phoenix" => "Arizona",
        "st. louis" => "Missouri",
        "salt lake city" => "Utah",
        "seattle" => "Washington",
        "washington" => "District of Columbia",
        _ => return None,
    })
}

const AP_MONTHS: [&str; 12] = [
    "Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.",
    "Dec.",
];
const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const GERMAN_MONTHS: [&str; 12] = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
];
const FRENCH_MONTHS: [&str; 12] = [
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
];
const SPANISH_MONTHS: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];

fn date_line(date: Date, language: &str, months: Months) -> String {
    let (day, year) = (date.day(), date.year());
    let month = usize::try_from(date.month() - 1).unwrap_or(0);
    match language.split('-').next().unwrap_or_default() {
        "de" => format!("{day}. {} {year}", GERMAN_MONTHS[month]),
        "fr" if day == 1 => format!("1er {} {year}", FRENCH_MONTHS[month]),
        "fr" => format!("{day} {} {year}", FRENCH_MONTHS[month]),
        "es" => format!("{day} de {} de {year}", SPANISH_MONTHS[month]),
        _ if months == Months::Full => format!("{} {day}, {year}", ENGLISH_MONTHS[month]),
        _ => format!("{} {day}, {year}", AP_MONTHS[month]),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn place(city: &str, region: &str, country: &str) -> Dateline {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Dateline {
            city: city.into(),
            region: some(region),
            country: some(country),
            date: None,
            ..Dateline::default()
        }
    }

    #[test]
    fn the_whole_line() {
        let mut dateline = place("Vancouver", "British Columbia", "CA");
        dateline.date = Some(date(2026, 11, 3));
        let line = |language: &str, credit| dateline.line(language, StateStyle::Full, credit);
        assert_eq!(
            line("en", Some("BUSINESS WIRE")),
            "VANCOUVER, British Columbia, Nov. 3, 2026--(BUSINESS WIRE)--"
        );
        for (credit, printed) in [
            ("(Business Wire)", "--(BUSINESS WIRE)--"),
            ("PR Newswire", " /PRNewswire/ -- "),
            ("/PRNewswire/", " /PRNewswire/ -- "),
            ("GlobeNewswire", " (GLOBE NEWSWIRE) -- "),
            ("(Harbour Wire)", " (Harbour Wire) -- "),
            ("()", " -- "),
        ] {
            let whole = line("en", Some(credit));
            assert!(whole.ends_with(&format!("2026{printed}")), "{whole}");
        }
        assert_eq!(
            line("en-GB", None),
            "VANCOUVER, British Columbia, Nov. 3, 2026 -- "
        );
        assert_eq!(
            line("de", None),
            "VANCOUVER, British Columbia, 3. November 2026 -- "
        );
        assert_eq!(
            line("fr", None),
            "VANCOUVER, British Columbia, 3 novembre 2026 -- "
        );
        assert_eq!(
            line("es", None),
            "VANCOUVER, British Columbia, 3 de noviembre de 2026 -- "
        );
        assert_eq!(
            place("Berlin", "", "DE").line("de", StateStyle::Full, None),
            "BERLIN -- "
        );
        assert_eq!(
            place("São Tomé", "", "ST").line("en", StateStyle::Full, Some("(A WIRE)")),
            "SÃO TOMÉ, Sao Tome and Principe (A WIRE) -- "
        );
    }

    #[test]
    fn states_and_countries() {
        let cases = [
            // city, region, country → full, abbreviated, postal
            (
                "Cambridge",
                "Massachusetts",
                "US",
                "Massachusetts",
                "Mass.",
                "MA",
            ),
            ("Cambridge", "MA", "", "Massachusetts", "Mass.", "MA"),
            ("Austin", "Texas", "US", "Texas", "Texas", "TX"),
            ("Boston", "Massachusetts", "US", "", "", ""),
            ("Boston", "", "", "", "", ""),
            ("Boston", "England", "GB", "England", "England", "England"),
            ("Miami", "Oklahoma", "US", "Oklahoma", "Okla.", "OK"),
            ("Washington", "D.C.", "US", "", "", ""),
            ("Toronto", "Ontario", "CA", "", "", ""),
            ("London", "Ontario", "CA", "Ontario", "Ontario", "Ontario"),
            ("LONDON", "England", "gb", "", "", ""),
            ("Paris", "Texas", "US", "Texas", "Texas", "TX"),
            ("Paris", "", "France", "", "", ""),
            ("Lyon", "Rhône", "FR", "France", "France", "France"),
            ("Zürich", "", "CH", "", "", ""),
            (
                "Graz",
                "",
                "Österreich",
                "Österreich",
                "Österreich",
                "Österreich",
            ),
            (
                "Perth",
                "Western Australia",
                "AU",
                "Western Australia",
                "Western Australia",
                "Western Australia",
            ),
            ("Tbilisi", "", "GE", "Georgia", "Georgia", "Georgia"),
            ("Vancouver", "", "CA", "Canada", "Canada", "Canada"),
            ("Erewhon", "", "", "", "", ""),
        ];
        for (city, region, country, full, short, postal) in cases {
            for (style, expected) in [
                (StateStyle::Full, full),
                (StateStyle::Abbreviated, short),
                (StateStyle::Postal, postal),
            ] {
                let expected = match expected {
                    "" => format!("{} -- ", city.to_uppercase()),
                    area => format!("{}, {area} -- ", city.to_uppercase()),
                };
                assert_eq!(
                    place(city, region, country).line("en", style, None),
                    expected
                );
            }
        }
    }

    #[test]
    fn months_as_ap_writes_them() {
        let line = |month| date_line(date(2026, month, 1), "en", Months::Ap);
        let months: Vec<_> = (1..=12).map(line).collect();
        assert_eq!(
            months.join("; "),
            "Jan. 1, 2026; Feb. 1, 2026; March 1, 2026; April 1, 2026; May 1, 2026; June 1, 2026; \
             July 1, 2026; Aug. 1, 2026; Sept. 1, 2026; Oct. 1, 2026; Nov. 1, 2026; Dec. 1, 2026"
        );
        assert_eq!(
            date_line(date(2026, 5, 1), "fr", Months::Full),
            "1er mai 2026"
        );
        let wire = date_line(date(2026, 9, 15), "en", Months::Full);
        assert_eq!(wire, "September 15, 2026");
    }
}
