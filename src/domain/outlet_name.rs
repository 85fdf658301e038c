//! When two outlets that write from one domain may be one house: "FT" and "Financial Times".

use crate::domain::duplicate;

/// Why two names may stand for one outlet; `None` where they are different papers of one publisher.
pub fn why_alike(one: &str, other: &str) -> Option<&'static str> {
    let (one, other) = (words(one), words(other));
    if one.is_empty() || other.is_empty() {
        return None;
    }
    if one.concat() == other.concat() {
        return Some("the same name, written otherwise");
    }
    let is_short =
        |short: &[String], long: &[String]| long.len() > 1 && short.concat() == initials(long);
    if is_short(&one, &other) || is_short(&other, &one) {
        return Some("one is the other's initials");
    }
    let (short, long) = if one.len() < other.len() {
        (&one, &other)
    } else {
        (&other, &one)
    };
    let is_longer = long
        .strip_prefix(short.as_slice())
        .is_some_and(|rest| rest.iter().all(|word| ADDED.contains(&word.as_str())));
    is_longer.then_some("one has a word more")
}

/// Whether everybody may have an address there, so that it says nothing of an outlet.
pub fn is_anybodys(domain: &str) -> bool {
    duplicate::is_anybodys(domain)
}

/// Words that are in front of a name or not.
const ARTICLES: [&str; 14] = [
    "the", "der", "die", "das", "le", "la", "les", "l", "el", "los", "il", "lo", "de", "het",
];

/// Words behind a name that make no other outlet of it. "Sunday" and "Magazine" do.
const ADDED: [&str; 12] = [
    "news",
    "online",
    "digital",
    "com",
    "de",
    "uk",
    "media",
    "newspaper",
    "zeitung",
    "redaktion",
    "website",
    "print",
];

/// In lower case, without articles, at whatever is no letter.
fn words(name: &str) -> Vec<String> {
    let lower = name.to_lowercase();
    let all: Vec<String> = lower
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let is_article = |word: &String| ARTICLES.contains(&word.as_str());
    let rest = all.iter().position(|word| !is_article(word)).unwrap_or(0);
    all[rest..].to_vec()
}

fn initials(words: &[String]) -> String {
    words
        .iter()
        .filter_map(|word| word.chars().next())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::why_alike;

    #[test]
    fn one_house_by_two_names_is_seen_and_two_papers_are_not() {
        for (one, other) in [
            ("ET", "Example Times"),
            ("Example Times", "E.T."),
            ("The Daily Example", "Daily Example"),
            ("Sample", "Sample Online"),
            ("Daily-Example", "Daily Example"),
            ("example.com", "Example"),
        ] {
            assert!(why_alike(one, other).is_some(), "{one}, {other}");
        }
        for (one, other) in [
            ("Example Times", "Sunday Example Times"),
            ("Example Times", "Example Times Magazine"),
            ("Morning Post", "Evening Post"),
            ("Radio One", "Radio Two"),
            ("XT", "Example Times"),
        ] {
            assert_eq!(why_alike(one, other), None, "{one}, {other}");
        }
    }
}
