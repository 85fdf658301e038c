//! What a person types into a field: taken in its one spelling, or refused with what would do.

use crate::desk::problem::{Exit, Problem};
use crate::domain::address;
use crate::domain::zones::Zones;
use crate::intake::words::countries;
use crate::intake::words::languages;

/// A zone by its IANA name, spelled as the database spells it; empty stays empty.
///
/// Errors: exit 2 `unknown-zone`, with the nearest name.
pub(crate) fn zone(zones: &Zones, text: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    if let Some(zone) = zones.get(text) {
        return Ok(zone.iana_name().unwrap_or(text).to_owned());
    }
    let hint = match zones.nearest(text) {
        Some(near) => format!("did you mean {near}?"),
        None => "write it as Area/City, such as Europe/Berlin".to_owned(),
    };
    let message = format!("{text:?} is no time zone");
    Err(Problem::new(Exit::Usage, "unknown-zone", message).hint(hint))
}

/// A country as its two letters (ISO 3166), from these or its name; empty stays empty.
///
/// Errors: exit 2 `unknown-country`.
pub(crate) fn country(text: &str) -> Result<String, Problem> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    countries::country(text).map(str::to_owned).ok_or_else(|| {
        let message = format!("{:?} is no country that Dateline knows", text.trim());
        Problem::new(Exit::Usage, "unknown-country", message)
            .hint("write its two letters, such as DE")
    })
}

/// A language as its tag (BCP 47), from this or its name; empty stays empty.
///
/// Errors: exit 2 `unknown-language`.
pub(crate) fn language(text: &str) -> Result<String, Problem> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    languages::language(text).ok_or_else(|| {
        let message = format!("{:?} is no language that Dateline knows", text.trim());
        Problem::new(Exit::Usage, "unknown-language", message)
            .hint("write its tag, such as en or pt-BR")
    })
}

/// Whether a text can stand as From or Reply-To of a mail: one address, with or without a name.
///
/// Errors: exit 2, with the code of what is wrong with the address. The text is not repeated.
pub(crate) fn sender(field: &str, text: &str) -> Result<(), Problem> {
    let refused = |code, reason: &str| {
        let message = format!("{field} cannot be used: {reason}");
        Problem::new(Exit::Usage, code, message).hint("write an address, or \"Name <address>\"")
    };
    let read = address::read(text).map_err(|error| refused(error.code, &error.reason))?;
    if read.addresses.len() > 1 {
        return Err(refused("several-addresses", "it holds several addresses"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{country, language, sender, zone};
    use crate::domain::zones::Zones;

    #[test]
    fn what_is_known_gets_its_one_spelling() {
        let zones = Zones::bundled();
        assert_eq!(zone(&zones, " europe/berlin ").unwrap(), "Europe/Berlin");
        assert_eq!(country("Germany").unwrap(), "DE");
        assert_eq!(language("DE_at").unwrap(), "de-AT");
        for empty in ["", "  "] {
            assert_eq!(zone(&zones, empty).unwrap(), "");
            assert_eq!(country(empty).unwrap(), "");
            assert_eq!(language(empty).unwrap(), "");
        }
    }

    #[test]
    fn what_is_not_known_is_refused_with_what_would_do() {
        let refused = zone(&Zones::bundled(), "Europe/Berln").unwrap_err();
        assert_eq!(refused.code, "unknown-zone");
        assert_eq!(refused.hint.as_deref(), Some("did you mean Europe/Berlin?"));
        assert_eq!(country("Atlantis").unwrap_err().code, "unknown-country");
        assert_eq!(language("c'est ça").unwrap_err().code, "unknown-language");
    }

    #[test]
    fn a_sender_is_one_address() {
        assert!(sender("from", "Press <press@example.com>").is_ok());
        assert!(sender("from", "press@example.com").is_ok());
        for wrong in ["Press", "a@example.com, b@example.com", ""] {
            assert!(sender("from", wrong).is_err(), "{wrong}");
        }
    }
}
