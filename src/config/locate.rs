//! Finds a key's line in the file, and puts the parser's complaints into our own words.

use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::problem::ConfigProblem;

/// A file's text, for pointing at keys in it.
pub(in crate::config) struct Located<'t> {
    pub(in crate::config) path: PathBuf,
    text: &'t str,
    table: Spanned<DeTable<'t>>,
}

impl<'t> Located<'t> {
    pub(in crate::config) fn new(path: &Path, text: &'t str) -> Self {
        Self {
            path: path.to_path_buf(),
            text,
            // Also for a text with mistakes: what can be read of it is enough to point at keys.
            table: DeTable::parse_recoverable(text).0,
        }
    }

    /// A mistake at `keys`, such as `["smtp", "port"]`; where the key is not written, at its table.
    pub(in crate::config) fn problem(
        &self,
        code: &'static str,
        keys: &[&str],
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> ConfigProblem {
        let mut problem = ConfigProblem::new(code, message).hint(hint);
        problem.file = Some(self.path.as_path().into());
        problem.key = Some(spoken(keys.iter().copied()));
        problem.position = self.offset(keys).map(|offset| self.position(offset));
        problem
    }

    /// What the parser complained about, in our words and without any value.
    pub(in crate::config) fn mistake(&self, error: &toml::de::Error) -> ConfigProblem {
        let offset = error.span().map(|span| span.start);
        let mut problem = explain(error.message());
        problem.file = Some(self.path.as_path().into());
        problem.position = offset.map(|offset| self.position(offset));
        if let Some(span) = error.span()
            && problem.message == TWICE
        {
            // The text here is a key's name, not a value.
            problem.key = self.text.get(span).map(|name| name.trim().to_owned());
        }
        let path = offset
            .map(|offset| self.path_at(offset))
            .unwrap_or_default();
        match (&problem.key, path.is_empty()) {
            (Some(name), _) => {
                let name = name.clone();
                let mut table = path;
                if table.last().is_some_and(|last| *last == name) {
                    table.pop();
                }
                table.push(name);
                problem.key = Some(spoken(table.iter().map(String::as_str)));
            }
            (None, false) => problem.key = Some(spoken(path.iter().map(String::as_str))),
            (None, true) => {}
        }
        problem
    }

    fn position(&self, offset: usize) -> (u32, u32) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        (
            count(before.matches('\n').count() + 1),
            count(before[start..].chars().count() + 1),
        )
    }

    fn offset(&self, keys: &[&str]) -> Option<usize> {
        let mut table = self.table.get_ref();
        let mut found = None;
        for key in keys {
            let Some((name, value)) = table.get_key_value(*key) else {
                break;
            };
            found = Some(name.span().start);
            let Some(inner) = inner_table(value.get_ref()) else {
                break;
            };
            table = inner;
        }
        found
    }

    /// The keys that enclose a place in the text.
    fn path_at(&self, offset: usize) -> Vec<String> {
        let mut path = Vec::new();
        let mut table = self.table.get_ref();
        loop {
            // A table's own span is only its header, so the last one that starts before the place
            // is the one around it.
            let last = table
                .iter()
                .filter(|(name, value)| {
                    name.span().start.min(value.span().start) <= offset
                        && (inner_table(value.get_ref()).is_some() || offset <= value.span().end)
                })
                .max_by_key(|(name, _)| name.span().start);
            let Some((name, value)) = last else {
                return path;
            };
            path.push(name.get_ref().to_string());
            match inner_table(value.get_ref()) {
                Some(inner) => table = inner,
                None => return path,
            }
        }
    }
}

/// The table behind a key; of an array of tables the last one.
fn inner_table<'v, 't>(value: &'v DeValue<'t>) -> Option<&'v DeTable<'t>> {
    match value {
        DeValue::Table(table) => Some(table),
        DeValue::Array(array) => array
            .iter()
            .next_back()
            .and_then(|last| last.get_ref().as_table()),
        _ => None,
    }
}

/// `[smtp] port`, `[smtp] timeouts.connect`, or a key above all tables.
fn spoken<'k>(keys: impl IntoIterator<Item = &'k str>) -> String {
    let keys: Vec<&str> = keys.into_iter().collect();
    match keys.as_slice() {
        [] => String::new(),
        [only] if TABLES.contains(only) => format!("[{only}]"),
        [only] => (*only).to_owned(),
        [table, rest @ ..] => format!("[{table}] {}", rest.join(".")),
    }
}

const TABLES: [&str; 15] = [
    "newsroom",
    "desk",
    "database",
    "smtp",
    "limits",
    "run",
    "embargo",
    "time",
    "unsubscribe",
    "serve",
    "dkim",
    "notify",
    "hook",
    "log",
    "privacy",
];

const TWICE: &str = "is written twice";

/// Our words for the messages that serde and toml write. They may hold a value ("invalid type:
/// string …"), so nothing of a message that is not understood is shown.
fn explain(message: &str) -> ConfigProblem {
    let (what, expected) = message.rsplit_once(", expected ").unwrap_or((message, ""));
    if let Some(name) = quoted(what, "unknown field `") {
        let allowed = names(expected);
        let mut problem = ConfigProblem::new("config-unknown-key", "is not a key that exists here")
            .allowed(&allowed);
        problem.hint =
            nearest(name, &allowed).map(|near| format!("write `{near}`, or remove the line"));
        return problem.key(name);
    }
    if let Some(value) = quoted(what, "unknown variant `") {
        let allowed = names(expected);
        let mut problem =
            ConfigProblem::new("config-value", "has a value that does not exist").allowed(&allowed);
        problem.hint = nearest(value, &allowed).map(|near| format!("write \"{near}\""));
        return problem;
    }
    if let Some(name) = quoted(what, "missing field `") {
        return ConfigProblem::new("config-missing-key", "is missing, and has no default")
            .key(name)
            .hint("add it; `dateline init` writes a complete file");
    }
    if what.starts_with("invalid type") || what.starts_with("invalid value") {
        return ConfigProblem::new("config-value", format!("must be {}", kind(expected)));
    }
    if message == "duplicate key" {
        return ConfigProblem::new("config-syntax", TWICE).hint("remove one of the two");
    }
    if message.starts_with("must be ") && !message.contains('`') {
        return ConfigProblem::new("config-value", message);
    }
    if what.contains("socket address") {
        return ConfigProblem::new(
            "config-value",
            "must be an address and a port such as \"127.0.0.1:8027\"",
        );
    }
    ConfigProblem::new(
        "config-syntax",
        "cannot be read as TOML: a quote, a bracket or an equals sign is missing or too many",
    )
    .hint("look at this line and the one before it; text stands in double quotes")
}

fn quoted<'m>(message: &'m str, before: &str) -> Option<&'m str> {
    message.strip_prefix(before)?.strip_suffix('`')
}

fn names(expected: &str) -> Vec<String> {
    expected
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

fn nearest<'n>(word: &str, names: &'n [String]) -> Option<&'n String> {
    names
        .iter()
        .map(|name| (strsim::damerau_levenshtein(word, name), name))
        .filter(|(distance, name)| *distance <= 1 + name.chars().count() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// What Rust calls a type, as a person calls it.
fn kind(expected: &str) -> &'static str {
    match expected {
        "a string" | "string" => "text in double quotes",
        "a boolean" => "true or false",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number, not negative",
        "f64" => "a number such as 0.1",
        "a sequence" => "a list such as [\"one\", \"two\"]",
        "path string" => "a path in double quotes",
        _ if expected.contains("string") => "text in double quotes",
        _ if expected.starts_with("struct") => "a table",
        _ if expected.contains("socket address") => {
            "an address and a port such as \"127.0.0.1:8027\""
        }
        _ => "of another kind; docs/config.md shows an example of each key",
    }
}
