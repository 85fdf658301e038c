//! Delivery status fields (RFC 3464): groups of fields, one group per recipient.

use crate::mail::bounce::addresses;

/// One recipient's group.
#[derive(Clone, Debug, Default)]
pub(super) struct Fate {
    pub(super) address: String,
    pub(super) action: String,
    pub(super) status: String,
    pub(super) diagnostic: String,
}

/// Every group that names a recipient. Also finds groups that no blank line parts, and fields that
/// stand in running text, because there are programs that write them so.
pub(super) fn fates(text: &str) -> Vec<Fate> {
    let mut fates = Vec::new();
    let mut group: Vec<(String, String)> = Vec::new();
    for (name, value) in fields(text) {
        let starts_anew = name.is_empty()
            || (name == "final-recipient"
                && group.iter().any(|(name, _)| *name == "final-recipient"));
        if starts_anew {
            fates.extend(fate(&group));
            group.clear();
        }
        if !name.is_empty() {
            group.push((name, value));
        }
    }
    fates.extend(fate(&group));
    fates
}

/// Names in lower case with unfolded values; a blank line is an empty name.
pub(super) fn fields(text: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.trim().is_empty() {
            fields.push((String::new(), String::new()));
        } else if line.starts_with([' ', '\t'])
            && let Some((name, value)) = fields.last_mut()
            && !name.is_empty()
        {
            value.push(' ');
            value.push_str(line.trim());
        } else if let Some((name, value)) = line.split_once(':')
            && !name.trim().contains(' ')
        {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        } else if let Some((name, value)) = fields.last_mut()
            && name == "diagnostic-code"
        {
            // Broken: the reply's second line was not folded.
            value.push(' ');
            value.push_str(line.trim());
        }
    }
    fields
}

fn fate(group: &[(String, String)]) -> Option<Fate> {
    let get = |wanted: &str| {
        group
            .iter()
            .find(|(name, value)| name == wanted && !value.is_empty())
            .map(|(_, value)| value.as_str())
    };
    // The address that was written to comes before the one it was rewritten to.
    let original = get("original-recipient").and_then(|value| {
        let value = value.split_once(';').map_or(value, |(_, value)| value);
        addresses::bare(&addresses::from_xtext(value))
    });
    let other = ["final-recipient", "x-actual-recipient", "x-original-to"];
    let address = original.or_else(|| {
        other.iter().find_map(|name| get(name)).and_then(|value| {
            let value = value.split_once(';').map_or(value, |(_, value)| value);
            addresses::bare(value)
        })
    });
    let named = get("final-recipient").is_some() || get("original-recipient").is_some();
    if !named {
        return None;
    }
    Some(Fate {
        address: address.unwrap_or_default(),
        action: get("action").unwrap_or_default().to_ascii_lowercase(),
        status: get("status").unwrap_or_default().to_owned(),
        diagnostic: ["diagnostic-code", "x-supplementary-info", "x-display-name"]
            .iter()
            .take(2)
            .filter_map(|name| get(name))
            .collect::<Vec<_>>()
            .join(" "),
    })
}
