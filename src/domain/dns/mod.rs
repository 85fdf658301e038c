//! What DNS says about our mail, and what receivers make of it.
//!
//! Nothing here asks anybody: a rule takes a [`book::Book`] of answers and either judges or names
//! the question whose answer it lacks.

pub mod book;
pub mod dkim;
pub mod dmarc;
pub mod reverse;
pub mod sender;
pub mod spf;

/// `name=value` pairs between semicolons (RFC 6376, section 3.2), names in small letters.
pub(in crate::domain::dns) fn tags(text: &str) -> Vec<(String, String)> {
    text.split(';')
        .filter_map(|tag| {
            let (name, value) = tag.split_once('=')?;
            Some((name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        })
        .collect()
}

pub(in crate::domain::dns) fn value<'t>(
    tags: &'t [(String, String)],
    name: &str,
) -> Option<&'t str> {
    let found = tags.iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value.as_str())
}

/// The domain under which its owner has registered: `example.co.uk` of `news.example.co.uk`
/// (RFC 7489, section 3.2).
pub fn organizational(domain: &str) -> String {
    let domain = domain.trim_end_matches('.').to_ascii_lowercase();
    psl::domain_str(&domain).map_or(domain.clone(), str::to_owned)
}

/// Whether a receiver takes two domains for the same house; strictly only the very same.
pub fn is_aligned(one: &str, other: &str, strict: bool) -> bool {
    let (one, other) = (one.trim_end_matches('.'), other.trim_end_matches('.'));
    one.eq_ignore_ascii_case(other) || (!strict && organizational(one) == organizational(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_house_is_what_was_registered() {
        assert_eq!(organizational("news.example.co.uk"), "example.co.uk");
        assert_eq!(organizational("Example.COM."), "example.com");
        assert!(is_aligned("bounces.example.com", "example.com", false));
        assert!(!is_aligned("bounces.example.com", "example.com", true));
        assert!(!is_aligned("example.com", "example.net", false));
        assert!(!is_aligned("a.co.uk", "b.co.uk", false));
    }
}
