//! A color as written in settings, and whether it can be read on white.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Text of usual size needs this much (WCAG 2.2, success criterion 1.4.3).
pub const READABLE: f64 = 4.5;

/// `#0a5` or `#00aa55`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Color {
    red: u8,
    green: u8,
    blue: u8,
}

impl Color {
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim().strip_prefix('#')?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let wide: String = match digits.len() {
            3 => digits.chars().flat_map(|digit| [digit, digit]).collect(),
            6 => digits.to_owned(),
            _ => return None,
        };
        let part = |at: usize| u8::from_str_radix(&wide[at..at + 2], 16).ok();
        Some(Self {
            red: part(0)?,
            green: part(2)?,
            blue: part(4)?,
        })
    }

    /// Contrast with white, 1 to 21 (WCAG 2.2, "contrast ratio").
    pub fn contrast_with_white(self) -> f64 {
        let linear = |part: u8| {
            let part = f64::from(part) / 255.0;
            if part <= 0.04045 {
                part / 12.92
            } else {
                ((part + 0.055) / 1.055).powf(2.4)
            }
        };
        let luminance =
            0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue);
        1.05 / (luminance + 0.05)
    }

    /// The color itself, or the nearest darker one that can be read on white.
    #[must_use]
    pub fn readable_on_white(self) -> Self {
        let mut shade = self;
        while shade.contrast_with_white() < READABLE {
            let darker = |part: u8| u8::try_from(u16::from(part) * 15 / 16).unwrap_or(0);
            shade = Self {
                red: darker(shade.red),
                green: darker(shade.green),
                blue: darker(shade.blue),
            };
        }
        shade
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

impl Serialize for Color {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Color {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom("must be a color such as \"#0a5\" or \"#00aa55\"")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_color_is_three_or_six_digits() {
        let shown = |text| Color::parse(text).map(|color| color.to_string());
        assert_eq!(shown("#0A5").as_deref(), Some("#00aa55"));
        assert_eq!(shown("#12ab9f").as_deref(), Some("#12ab9f"));
        for bad in ["0a5", "#0a", "#0a5x", "#ää", "#", "red", "#+1+2+3"] {
            assert_eq!(shown(bad), None, "{bad}");
        }
    }

    #[test]
    fn contrast_is_measured_as_the_guideline_does() {
        let on_white = |text| Color::parse(text).unwrap().contrast_with_white();
        assert!((on_white("#000") - 21.0).abs() < 0.01);
        assert!((on_white("#fff") - 1.0).abs() < 0.01);
        assert!((on_white("#767676") - 4.54).abs() < 0.01);
    }

    #[test]
    fn a_bright_color_is_darkened_until_it_can_be_read() {
        let readable = |text| Color::parse(text).unwrap().readable_on_white();
        assert_eq!(readable("#06c").to_string(), "#0066cc");
        for bright in ["#0a5", "#ff0", "#fff", "#f60"] {
            assert!(
                readable(bright).contrast_with_white() >= READABLE,
                "{bright}"
            );
        }
    }
}
