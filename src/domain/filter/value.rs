//! The values of a filter's terms: each field has one spelling of them, in which contacts hold it.

use crate::domain::address;
use crate::domain::contact::Kind;
use crate::domain::filter::read::Read;
use crate::domain::filter::{Field, FilterProblem, STATUSES, Wanted};
use crate::domain::name;

/// A value in its field's one spelling; `at` is where it stands.
pub(super) fn wanted(field: Field, value: &str, is_quoted: bool, at: usize) -> Read<Wanted> {
    let value = value.trim();
    if !is_quoted && field.can_be_missing() && value.eq_ignore_ascii_case("none") {
        return Ok(Wanted::Nothing);
    }
    let wrong = |message: String, hint: String| Err(FilterProblem::new(at, message, hint));
    let example = || format!("write {}", field.example());
    let spelled = match field {
        Field::Beat | Field::Tag | Field::Outlet | Field::Text => {
            (!name::key(value).is_empty()).then(|| value.to_owned())
        }
        Field::List => name::is_slug(value).then(|| value.to_owned()),
        Field::Kind => {
            return one_of(field, value, at, &Kind::ALL.map(Kind::as_str));
        }
        Field::Status => return one_of(field, value, at, &STATUSES),
        Field::Country => {
            let is_code = value.len() == 2 && value.bytes().all(|byte| byte.is_ascii_alphabetic());
            is_code.then(|| value.to_ascii_uppercase())
        }
        Field::Language => language(value),
        Field::Domain => address::parse(&format!("x@{}", value.trim_start_matches('@')))
            .ok()
            .map(|address| address.domain().to_owned()),
    };
    match spelled {
        Some(value) => Ok(Wanted::Value(value)),
        None => wrong(
            match field {
                Field::Country => "a country's two letters were expected".to_owned(),
                Field::Language => "a language's tag such as de or pt-BR was expected".to_owned(),
                Field::Domain => "a domain such as example.com was expected".to_owned(),
                Field::List => {
                    "a list's short name was expected: lower-case letters, digits and hyphens"
                        .to_owned()
                }
                _ => "a value with letters or digits in it was expected".to_owned(),
            },
            example(),
        ),
    }
}

/// One of a few words.
fn one_of(field: Field, value: &str, at: usize, known: &[&str]) -> Read<Wanted> {
    let lower = value.to_lowercase();
    if known.contains(&lower.as_str()) {
        return Ok(Wanted::Value(lower));
    }
    let all = known.join(", ");
    let hint = match name::nearest(&lower, known.iter().copied()) {
        Some(near) => format!("did you mean {near}? There are {all}"),
        None => format!("there are {all}"),
    };
    let message = format!("a {} was expected", field.as_str());
    Err(FilterProblem::new(at, message, hint))
}

/// A language tag as contacts hold it: `de`, `de-AT`, `zh-hans`.
fn language(value: &str) -> Option<String> {
    let mut parts = value.split(['-', '_']);
    let first = parts.next()?.to_ascii_lowercase();
    if !matches!(first.len(), 2 | 3) || !first.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let mut tag = first;
    for part in parts {
        if !matches!(part.len(), 2..=8) || !part.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return None;
        }
        tag.push('-');
        tag.push_str(&if part.len() == 2 {
            part.to_ascii_uppercase()
        } else {
            part.to_ascii_lowercase()
        });
    }
    Some(tag)
}
