//! Names and short names: when two names are the same, and what may stand in a command line.

use unicode_normalization::UnicodeNormalization;

/// Longest short name; it has to fit a file name and a terminal.
pub const SLUG_LENGTH: usize = 80;

/// What two names are compared by: compatibility-normalised, lower case, single spaces.
/// `The  Daily Example` and `the daily example` are one outlet.
pub fn key(name: &str) -> String {
    let folded: String = if name.is_ascii() {
        name.to_ascii_lowercase()
    } else {
        name.nfkc().flat_map(char::to_lowercase).nfkc().collect()
    };
    let mut key = String::with_capacity(folded.len());
    for word in folded.split_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(word);
    }
    key
}

/// Whether a word can be a short name: lower-case ASCII letters, digits, single inner hyphens.
pub fn is_slug(word: &str) -> bool {
    let inner = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    word.len() <= SLUG_LENGTH && word.split('-').all(inner)
}

/// The nearest of `known`, for "did you mean": only where it is plausibly a slip of the finger.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(word, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::{is_slug, key, nearest};
    use proptest::prelude::*;

    #[test]
    fn names_that_look_alike_are_one() {
        assert_eq!(key("  The\u{a0}Daily  EXAMPLE "), "the daily example");
        assert_eq!(key("Zoe\u{308}"), key("ZOË"));
        assert_ne!(key("Example Post"), key("Example Post AG"));
    }

    #[test]
    fn short_names() {
        for good in ["tech", "tech-de", "2026-q1"] {
            assert!(is_slug(good), "{good}");
        }
        for bad in [
            "", "-", "Tech", "a--b", "a-", "a b", "ä", "a/b", "..", "a.b",
        ] {
            assert!(!is_slug(bad), "{bad}");
        }
    }

    #[test]
    fn a_slip_of_the_finger_is_recognised() {
        assert_eq!(nearest("tehc", ["science", "tech"]), Some("tech"));
        assert_eq!(nearest("zzz", ["science", "tech"]), None);
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(name in "\\PC{0,40}") {
            let once = key(&name);
            prop_assert_eq!(key(&once), once);
        }
    }
}
