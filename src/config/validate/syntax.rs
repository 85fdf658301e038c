//! Whether a value looks like what it should be: an address, a domain, a time zone.

/// Enough to catch a slip; the mail itself is composed by stricter rules.
pub(in crate::config::validate) fn is_address(text: &str) -> bool {
    if text.contains(char::is_control) {
        return false;
    }
    let address = match (text.find('<'), text.strip_suffix('>')) {
        (Some(open), Some(inside)) => &inside[open + 1..],
        (None, None) => text,
        _ => return false,
    };
    address.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !local.contains(['@', ' ', '<', ',']) && is_domain(domain)
    })
}

pub(in crate::config::validate) fn is_domain(text: &str) -> bool {
    !text.is_empty()
        && text.split('.').all(|label| !label.is_empty())
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || c == '-' || c == '.')
}

pub(in crate::config::validate) fn is_zone(name: &str) -> bool {
    jiff::tz::TimeZoneDatabase::bundled().get(name).is_ok() || jiff::tz::db().get(name).is_ok()
}
