//! listmonk: further fields as JSON in one cell.

use serde_json::Value;

use crate::intake::formats::Format;
use crate::intake::header::{self, Field};

pub(super) const FORMAT: Format = Format {
    name: "listmonk",
    page: "listmonk",
    wrote: |header| {
        let is_exported = header.all(&["email", "status", "uuid"]);
        is_exported && header.any(&["attributes", "attribs"])
    },
    means: &[],
};

/// The attributes whose names are words for fields, each with its values; `Err` where the cell is
/// no JSON object.
pub(crate) fn attributes(cell: &str) -> Result<Vec<(Field, Vec<String>)>, ()> {
    let Ok(Value::Object(object)) = serde_json::from_str(cell) else {
        return Err(());
    };
    Ok(object
        .into_iter()
        .filter_map(|(name, value)| Some((header::named(&name)?, texts(value))))
        .collect())
}

fn texts(value: Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(values) => values.into_iter().flat_map(texts).collect(),
        Value::Number(number) => vec![number.to_string()],
        Value::Bool(flag) => vec![flag.to_string()],
        Value::Null | Value::Object(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_become_fields() {
        let read = attributes(r#"{"outlet": "Wire", "beat": ["a", "b"], "age": 3, "x": {}}"#);
        assert_eq!(
            read,
            Ok(vec![
                (Field::Beats, vec!["a".to_owned(), "b".to_owned()]),
                (Field::Outlet, vec!["Wire".to_owned()]),
            ])
        );
        assert_eq!(attributes("[1]"), Err(()));
        assert_eq!(attributes("{"), Err(()));
    }
}
