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

/// How alike two words must be, of 1, for one to be a slip of the finger for the other.
const PLAUSIBLE: f64 = 0.75;

/// The nearest of `known`, for "did you mean": only where it is plausibly a slip of the finger.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let known = known.into_iter();
    most_alike(known.map(|candidate| (likeness(word, candidate), candidate)))
}

/// The same for addresses, each with whose it is: a slip is plausible before the `@` and behind it.
pub fn nearest_address<'a, T>(
    address: &str,
    known: impl IntoIterator<Item = (&'a str, T)>,
) -> Option<T> {
    let (local, domain) = address.rsplit_once('@')?;
    let known = known.into_iter().filter_map(|(candidate, whose)| {
        let (other, host) = candidate.rsplit_once('@')?;
        let alike = likeness(local, other).min(likeness(domain, host));
        Some((alike, whose))
    });
    most_alike(known)
}

/// One letter wrong, missing, too many or changed with its neighbour is a slip in a short word, too,
/// where few letters stand where they should.
fn likeness(word: &str, candidate: &str) -> f64 {
    let likeness = strsim::jaro_winkler(word, candidate);
    if candidate.chars().count() >= 3 && strsim::damerau_levenshtein(word, candidate) == 1 {
        return likeness.max(0.9);
    }
    likeness
}

fn most_alike<T>(known: impl Iterator<Item = (f64, T)>) -> Option<T> {
    known
        .filter(|(likeness, _)| *likeness > PLAUSIBLE)
        .max_by(|one, other| one.0.total_cmp(&other.0))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::{is_slug, key, nearest, nearest_address};
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
        let known = [
            ("ada@example.com", 1),
            ("bo@example.com", 2),
            ("ada@other.test", 3),
        ];
        assert_eq!(nearest_address("ada@exmaple.com", known), Some(1));
        assert_eq!(nearest_address("aad@example.com", known), Some(1));
        assert_eq!(nearest_address("cy@example.com", known), None);
        assert_eq!(nearest_address("ada@example", [("ada", 1)]), None);
    }

    proptest! {
        #[test]
        fn a_key_is_its_own_key(name in "\\PC{0,40}") {
            let once = key(&name);
            prop_assert_eq!(key(&once), once);
        }
    }
}
