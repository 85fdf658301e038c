//! Headers of several parts, and questions: "Courriel / E-mail", "Contact: Email", "Which outlet do you write for?".

use crate::intake::cell::{key, words};
use crate::intake::header::Field;
use crate::intake::words::headers;

/// "Which outlet do you write for?" of a form.
pub(crate) fn asked(header: &str) -> Option<Field> {
    const OUTLETS: [&str; 9] = [
        "outlet",
        "outlets",
        "publication",
        "medium",
        "redaktion",
        "zeitung",
        "media",
        "medio",
        "testata",
    ];
    let words = words(header);
    let is_asked = header.trim_end().ends_with('?') && words.len() > 3;
    let is_outlet = is_asked && words.iter().any(|word| OUTLETS.contains(&word.as_str()));
    is_outlet.then_some(Field::Outlet)
}

/// The field of a header whose parts agree.
pub(crate) fn in_part(header: &str) -> Option<Field> {
    if let Some((before, behind)) = header.split_once(':') {
        return behind_colon(before, behind);
    }
    // "Voornaam (fonetisch)" is how a name is spoken.
    let is_spoken = |word: &String| word.starts_with("fonet") || word.starts_with("phonet");
    if !header.contains(['/', '(', '|', ',']) || words(header).iter().any(is_spoken) {
        return None;
    }
    if let Some((whole, part)) = header.split_once('(') {
        // "Name (First)".
        let whole = headers::field(&key(whole));
        let part = headers::field(&key(part));
        if whole == Some(Field::Name)
            && matches!(
                part,
                Some(Field::GivenName | Field::MiddleName | Field::FamilyName)
            )
        {
            return part;
        }
    }
    let parts: Vec<Field> = header
        .split(['/', '(', ')', '|', ','])
        .filter_map(|part| headers::field(&key(part)))
        .collect();
    let first = *parts.first()?;
    let agree = first == Field::Email || parts.iter().all(|field| *field == first);
    Some(first).filter(|_| agree)
}

/// "Contact: Email", "Dienstlich: Land", "Sales account : Name", "E-Mail: Angezeigter Name": what stands
/// before the colon says whose it is, so that the owner's address is not taken for the contact's.
fn behind_colon(before: &str, behind: &str) -> Option<Field> {
    let (owner, field) = (key(before), headers::field(&key(behind)));
    let is_of_person = matches!(
        owner.as_str(),
        "contact"
            | "person"
            | "journalist"
            | "kontakt"
            | "dienstlich"
            | "geschaftlich"
            | "work"
            | "business"
            | "primary"
            | "media"
            | "privat"
            | "home"
            | "attendee"
            | "member"
            | "subscriber"
    );
    match (headers::field(&owner), field) {
        (_, Some(field)) if is_of_person => Some(field),
        (Some(Field::Outlet), Some(Field::Name | Field::Outlet)) => Some(Field::Outlet),
        (Some(whole), Some(part)) if whole == part => Some(part),
        (Some(Field::Name), Some(part @ (Field::GivenName | Field::FamilyName))) => Some(part),
        // "Phone: work"; but of "E-Mail: Typ" and "E-Mail: Angezeigter Name" neither is the address.
        (Some(whole @ (Field::Email | Field::Phone)), None) => {
            const QUALIFIERS: [&str; 8] = [
                "work",
                "office",
                "business",
                "geschaftlich",
                "dienstlich",
                "mobile",
                "mobil",
                "main",
            ];
            QUALIFIERS.contains(&key(behind).as_str()).then_some(whole)
        }
        _ => None,
    }
}
