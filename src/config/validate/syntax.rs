//! Whether a value is what it should be: an address, a domain, a time zone.

use crate::domain::address;
use crate::domain::zones::Zones;

/// One address, with or without a name; read as every other address is.
pub(in crate::config::validate) fn is_address(text: &str) -> bool {
    !text.contains(char::is_control) && address::parse(text).is_ok()
}

pub(in crate::config::validate) fn is_domain(text: &str) -> bool {
    !text.is_empty()
        && text.split('.').all(|label| !label.is_empty())
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || c == '-' || c == '.')
}

/// The https address of a page that a path can be added to. Short: with its token it stands in a
/// header line that must not be folded.
pub(in crate::config::validate) fn is_link_base(url: &str) -> bool {
    let host = url
        .strip_prefix("https://")
        .and_then(|rest| rest.split('/').next())
        .unwrap_or_default();
    !host.is_empty()
        && url.len() <= 200
        && url
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-._~/:@!$&'()*+;=%[]".contains(&byte))
}

/// A zone that the built-in tz data knows. The system's may be newer, but new zones are rare, and
/// a settings file must not be right on one machine and wrong on the next.
pub(in crate::config::validate) fn is_zone(name: &str) -> bool {
    Zones::bundled().get(name).is_some()
}
