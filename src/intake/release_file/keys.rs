//! Reading single TOML values, with a sentence and a line for each that is not what it should be.

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::domain::slot;
use crate::intake::release_file::FileProblem;

pub(crate) type Value<'a> = Spanned<DeValue<'a>>;

/// The front matter being read and what was found wrong in it so far.
pub(crate) struct Keys<'a> {
    pub(crate) front: &'a str,
    /// The file's line on which `front` begins.
    pub(crate) first_line: usize,
    pub(crate) problems: &'a mut Vec<FileProblem>,
}

impl Keys<'_> {
    /// `at` is a byte offset in the front matter.
    pub(crate) fn problem(&mut self, at: usize, code: &'static str, message: String) {
        let before = self.front.get(..at).unwrap_or(self.front);
        self.problems.push(FileProblem {
            line: self.first_line + before.matches('\n').count(),
            code,
            message,
        });
    }

    pub(crate) fn missing(&mut self, name: &str, example: &str) {
        self.problems.push(FileProblem {
            line: self.first_line.saturating_sub(1),
            code: "missing",
            message: format!("{name} is missing: add {name} = \"{example}\""),
        });
    }

    pub(crate) fn wrong_type(&mut self, name: &str, value: &Value<'_>, example: &str) {
        let found = value.get_ref().type_str();
        self.problem(
            value.span().start,
            "wrong-type",
            format!("{name} cannot be a TOML {found}: write {name} = {example}"),
        );
    }

    /// Reports every key that is not among `known`, with the nearest that is. `of` names the table.
    pub(crate) fn known(&mut self, table: &DeTable<'_>, known: &[&str], of: &str) {
        for (key, _) in table {
            let name = key.get_ref().as_ref();
            if known.contains(&name) {
                continue;
            }
            let score = |known: &&str| strsim::jaro_winkler(known, &name.to_lowercase());
            let nearest = known
                .iter()
                .copied()
                .map(|known| (score(&known), known))
                .max_by(|a, b| a.0.total_cmp(&b.0))
                .filter(|(score, _)| *score > 0.75);
            let advice = match nearest {
                Some((_, nearest)) => format!("did you mean {nearest}?"),
                None => format!("known are {}", known.join(", ")),
            };
            let at = key.span().start;
            self.problem(
                at,
                "unknown-key",
                format!("there is no key {of}{name}; {advice}"),
            );
        }
    }

    /// A line of text; line ends inside become blanks, because no field spans lines.
    pub(crate) fn text(&mut self, name: &str, value: &Value<'_>) -> Option<String> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(name, value, "\"…\"");
            return None;
        };
        // A TOML escape can bring back what was removed at the door.
        let text: String = slot::strip_private_use(text)
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Markdown of several paragraphs, whose line ends mean something; none when it is empty.
    pub(crate) fn prose(&mut self, name: &str, value: &Value<'_>) -> Option<String> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(name, value, "\"\"\"…\"\"\"");
            return None;
        };
        let text: String = slot::strip_private_use(&text.replace("\r\n", "\n"))
            .chars()
            .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
            .collect();
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// As `text`, but an empty one is none.
    pub(crate) fn filled(&mut self, name: &str, value: &Value<'_>) -> Option<String> {
        self.text(name, value).filter(|text| !text.is_empty())
    }

    pub(crate) fn texts(&mut self, name: &str, value: &Value<'_>) -> Vec<String> {
        let Some(list) = value.get_ref().as_array() else {
            self.wrong_type(name, value, "[\"…\", \"…\"]");
            return Vec::new();
        };
        list.iter()
            .filter_map(|entry| self.filled(name, entry))
            .collect()
    }

    pub(crate) fn flag(&mut self, name: &str, value: &Value<'_>) -> bool {
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type(name, value, "true");
        }
        flag.unwrap_or_default()
    }

    pub(crate) fn choice<T: Default>(
        &mut self,
        name: &str,
        value: &Value<'_>,
        words: &[&str],
        parse: impl Fn(&str) -> Option<T>,
    ) -> T {
        let Some(word) = self.text(name, value) else {
            return T::default();
        };
        parse(&word).unwrap_or_else(|| {
            let message = format!("{name} is one of {}, not {word:?}", words.join(", "));
            self.problem(value.span().start, "bad-value", message);
            T::default()
        })
    }

    /// A TOML date, or the same in quotes. A time of day has no place in a dateline.
    pub(crate) fn date(&mut self, name: &str, value: &Value<'_>) -> Option<Date> {
        let written = match value.get_ref() {
            DeValue::Datetime(date) => date.to_string(),
            DeValue::String(text) => text.trim().to_owned(),
            _ => String::new(),
        };
        let plain = written.len() == 10;
        let date = plain.then(|| written.parse::<Date>().ok()).flatten();
        if date.is_none() {
            let message = format!("{name} is a day such as 2026-11-03");
            self.problem(value.span().start, "bad-value", message);
        }
        date
    }
}
