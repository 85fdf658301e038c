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

/// A zone that the built-in tz data knows. The system's may be newer, but new zones are rare, and
/// a settings file must not be right on one machine and wrong on the next.
pub(in crate::config::validate) fn is_zone(name: &str) -> bool {
    Zones::bundled().get(name).is_some()
}
