//! Canonical JSON: one content, one sequence of bytes.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;

/// NFC with LF line ends: what two editors show as the same text is the same text.
pub(crate) fn normal(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .nfc()
        .collect()
}

pub(crate) fn sha256(text: &str) -> String {
    let mut hex = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

pub(crate) fn write(content: &impl Serialize) -> String {
    let mut out = String::new();
    // Our own structs hold strings, numbers and lists only, which always become a value.
    let value = serde_json::to_value(content).unwrap_or(Value::Null);
    put(&value, &mut out);
    out
}

/// Sorted here and not left to the map type: another crate may switch `serde_json` to insertion
/// order for the whole program, and every stored hash would change.
fn put(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|entry| entry.0);
            out.push('{');
            for (index, (key, value)) in entries.into_iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                put_text(key, out);
                out.push(':');
                put(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                put(item, out);
            }
            out.push(']');
        }
        Value::String(text) => put_text(text, out),
        other => {
            let _ = write!(out, "{other}");
        }
    }
}

fn put_text(text: &str, out: &mut String) {
    let _ = write!(out, "{}", Value::String(normal(text)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_sorted_and_text_is_normal() {
        let value = serde_json::json!({"b": [1, null, true], "a": {"z": "e\u{301}\r\nx\ry", "Z": "\"\u{1}"}});
        assert_eq!(
            write(&value),
            "{\"a\":{\"Z\":\"\\\"\\u0001\",\"z\":\"é\\nx\\ny\"},\"b\":[1,null,true]}"
        );
    }

    #[test]
    fn sha256_is_lower_hex() {
        assert_eq!(
            sha256("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
