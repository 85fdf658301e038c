//! The dateline: place and date opening the first paragraph, in the style of AP and the wires.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// How a state of the USA is written after the city.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StateStyle {
    /// `Massachusetts`
    #[default]
    Full,
    /// `Mass.`
    Abbreviated,
    /// `MA`
    Postal,
}

impl StateStyle {
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "full" => Some(Self::Full),
            "abbreviated" => Some(Self::Abbreviated),
            "postal" => Some(Self::Postal),
            _ => None,
        }
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
}

impl Dateline {
    pub fn line(&self, _language: &str, _states: StateStyle, _credit: Option<&str>) -> String {
        String::new()
    }
}
