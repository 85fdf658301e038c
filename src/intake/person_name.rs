//! What a person is called: of several columns one name, and never the address in its place.

use crate::domain::address::Address;
use crate::intake::cell::key;

/// The cells that make a name, cleaned.
pub(crate) struct Parts {
    pub(crate) name: String,
    pub(crate) given: String,
    pub(crate) middle: String,
    pub(crate) family: String,
    /// Of `Ada Byrne <ada@…>`.
    pub(crate) display: String,
}

/// Name, given name, family name.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Names {
    pub(crate) name: String,
    pub(crate) given: String,
    pub(crate) family: String,
}

/// `is_turned`: in this file names are written "Byrne, Ada".
pub(crate) fn of(mut parts: Parts, is_turned: bool, addresses: &[&Address]) -> Names {
    without_addresses(&mut parts, addresses);
    let Parts {
        mut name,
        mut given,
        middle,
        mut family,
        display,
    } = parts;
    if name.is_empty() {
        name = full_name(&given, &middle, &family);
    }
    if name.is_empty() {
        // Beside an address, a comma always stands behind the family name.
        name = match turnable(without_remark(&display)) {
            Some((last, first)) => full_name("", first, last),
            None => display,
        };
    }
    if given.is_empty() && !family.is_empty() && !key(&name).contains(&key(&family)) {
        // "Name" stands for the given name where the family name has a column of its own.
        name.clone_into(&mut given);
        name = full_name(&given, &middle, &family);
    }
    name = without_form_of_address(&name);
    if is_turned && given.is_empty() && family.is_empty() && turnable(&name).is_none() {
        let bare = without_remark(&name);
        if turnable(bare).is_some() {
            name = full_name("", bare, "");
        }
    }
    if let Some((last, first)) = capitals_first(&name).filter(|_| is_turned)
        && given.is_empty()
        && family.is_empty()
    {
        first.clone_into(&mut given);
        last.clone_into(&mut family);
        name = full_name("", first, last);
    } else if let Some((last, first)) = two_words(&name).filter(|_| is_turned)
        && given.is_empty()
        && family.is_empty()
        && addresses
            .iter()
            .any(|address| is_reversed(&name, address.as_str()) == Some(true))
    {
        first.clone_into(&mut given);
        last.clone_into(&mut family);
        name = full_name("", first, last);
    } else if let Some((last, first)) = turnable(&name) {
        // "Ada Byrne, Bo Chen" beside two addresses are two people.
        let is_turned =
            is_turned && (addresses.len() < 2 || !last.contains(' ') || !first.contains(' '));
        if given.is_empty() && family.is_empty() {
            if is_turned {
                let (honorific, last) = honorific(last);
                first.clone_into(&mut given);
                last.clone_into(&mut family);
                name = full_name(honorific, first, last);
            }
        } else if key(first).starts_with(&key(&given)) && key(last).ends_with(&key(&family)) {
            let (honorific, last) = honorific(last);
            name = full_name(honorific, first, last);
        }
    }
    Names {
        name,
        given,
        family,
    }
}

/// Address books put the address where no name is known, and split it like one.
fn without_addresses(parts: &mut Parts, addresses: &[&Address]) {
    let is_address = |text: &str| {
        text.contains('@')
            || addresses
                .iter()
                .any(|address| text.eq_ignore_ascii_case(address.as_str()))
    };
    let split = key(&format!("{}{}{}", parts.given, parts.middle, parts.family));
    let is_split = addresses
        .iter()
        .any(|address| !split.is_empty() && split == key(address.as_str()));
    for text in [&mut parts.given, &mut parts.middle, &mut parts.family] {
        if is_split || is_address(text) {
            text.clear();
        }
    }
    for text in [&mut parts.name, &mut parts.display] {
        if is_address(text) {
            text.clear();
        }
    }
}

/// "Chen, Bo (Radio)" without its end: so companies write their people.
pub(crate) fn without_remark(name: &str) -> &str {
    let name = name.trim();
    match name
        .strip_suffix(')')
        .and_then(|text| text.split_once(" ("))
    {
        Some((before, _)) => before.trim(),
        None => name,
    }
}

/// "Herr Bo Lund", "Mrs. Ada Byrne": what letters begin with is no part of a name of two words or more.
fn without_form_of_address(name: &str) -> String {
    const FORMS: &str = " herr herrn frau mr mrs ms mister mme mlle monsieur madame mademoiselle senor senora sra signor signora \
        sigra dhr mevr mevrouw meneer ";
    if let Some((first, rest)) = name.split_once(' ')
        && FORMS.contains(&format!(" {} ", key(first)))
        && rest.split_whitespace().count() > 1
    {
        return rest.trim().to_owned();
    }
    name.to_owned()
}

/// What may stand behind the comma of a name that is not turned round, or of no person's name.
const SUFFIXES: &str = " jr sr ii iii iv phd md mba esq inc ltd llc gmbh ag co kg sa bv plc spa srl dr prof mr mrs ms msc ma ba bsc \
    cpa qc kc obe mbe cbe ev ug se ";

/// Family name and given name of "Byrne, Ada".
pub(crate) fn turnable(name: &str) -> Option<(&str, &str)> {
    let (last, first) = name.split_once(',')?;
    let (last, first) = (last.trim(), first.trim());
    let is_name = |text: &str, most: usize| {
        !text.is_empty()
            && text.split_whitespace().count() <= most
            && text
                .chars()
                .all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '-' | '\'' | '’'))
    };
    let is_suffix = SUFFIXES.contains(&format!(" {} ", key(first)));
    let is_capital = first.chars().next().is_some_and(|c| !c.is_lowercase());
    (is_name(last, 4) && is_name(first, 3) && !is_suffix && is_capital).then_some((last, first))
}

/// Whether the two words of a name stand in an address the other way round (`true`: "Byrne Ada" beside
/// `ada.byrne@…`) or as they are; `None` where it does not hold them both.
pub(crate) fn is_reversed(name: &str, address: &str) -> Option<bool> {
    let words: Vec<String> = name.split_whitespace().map(key).collect();
    let local = address.split('@').next()?;
    let parts: Vec<String> = local.split(['.', '_', '-']).map(key).collect();
    let ([first, second], [one, two]) = (words.as_slice(), parts.as_slice()) else {
        return None;
    };
    let is_long = first.chars().count() > 1 && second.chars().count() > 1 && first != second;
    if is_long && first == one && second == two {
        Some(false)
    } else {
        (is_long && first == two && second == one).then_some(true)
    }
}

/// Family name and given name of "BYRNE Ada", as the French write it.
pub(crate) fn capitals_first(name: &str) -> Option<(&str, &str)> {
    let is_capital = |word: &str| {
        let mut letters = word.chars().filter(|c| c.is_alphabetic());
        letters.clone().count() > 1 && letters.all(char::is_uppercase)
    };
    let mut end = 0;
    for word in name.split_inclusive(' ') {
        if !is_capital(word) {
            break;
        }
        end += word.len();
    }
    let (last, first) = (name[..end].trim(), name[end..].trim());
    let is_name = |text: &str| {
        !text.is_empty()
            && text.split_whitespace().count() <= 3
            && text
                .chars()
                .all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '\'' | '’'))
    };
    let is_given = first
        .split_whitespace()
        .all(|word| word.chars().next().is_some_and(char::is_uppercase) && !is_capital(word));
    (is_name(last) && is_name(first) && is_given).then_some((last, first))
}

fn two_words(name: &str) -> Option<(&str, &str)> {
    let (first, second) = name.split_once(' ')?;
    (!second.contains(' ') && !name.contains(',')).then_some((first, second))
}

/// "Dr. Ott" is Ott, and stays Dr. before the given name.
fn honorific(last: &str) -> (&str, &str) {
    match last.split_once(' ') {
        Some((title, rest)) if is_honorific(title) => (title, rest.trim()),
        _ => ("", last),
    }
}

/// A form of address: no title of a job, and no part of a name.
pub(crate) fn is_honorific(text: &str) -> bool {
    const HONORIFICS: &str = " mr mrs ms miss mx dr prof professor sir dame lord lady rev herr frau hr fr drmed profdr m mme mlle \
        monsieur madame mademoiselle sr sra srta senor senora don dona sig sigra signor signora dott dottssa dhr mevr mw pan pani ";
    let key = key(text);
    !key.is_empty() && HONORIFICS.contains(&format!(" {key} "))
}

/// Given name first, but where both are written in Chinese, Japanese or Korean, the family name.
fn full_name(given: &str, middle: &str, family: &str) -> String {
    let is_eastern = |name: &str| {
        !name.is_empty()
            && name
                .chars()
                .all(|c| matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'))
    };
    let parts = if is_eastern(given) && is_eastern(family) {
        [family, given, middle]
    } else {
        [given, middle, family]
    };
    let filled: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    filled.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::address;

    fn named(name: &str, given: &str, family: &str, is_turned: bool) -> (String, String, String) {
        let read = address::read("ada.byrne@daily.example").unwrap();
        let parts = Parts {
            name: name.to_owned(),
            given: given.to_owned(),
            middle: String::new(),
            family: family.to_owned(),
            display: String::new(),
        };
        let names = of(parts, is_turned, &[&read.addresses[0]]);
        (names.name, names.given, names.family)
    }

    fn is(found: &(String, String, String), name: &str, given: &str, family: &str) {
        assert_eq!(
            *found,
            (name.to_owned(), given.to_owned(), family.to_owned())
        );
    }

    #[test]
    fn names_are_turned_where_the_file_writes_them_so() {
        is(
            &named("Byrne, Ada", "", "", true),
            "Ada Byrne",
            "Ada",
            "Byrne",
        );
        is(&named("Byrne, Ada", "", "", false), "Byrne, Ada", "", "");
        is(
            &named("Dr. Ott, Tom", "", "", true),
            "Dr. Tom Ott",
            "Tom",
            "Ott",
        );
        is(
            &named("von der Heide, Mia", "", "", true),
            "Mia von der Heide",
            "Mia",
            "von der Heide",
        );
        is(
            &named("Byrne, Ada", "Ada", "Byrne", false),
            "Ada Byrne",
            "Ada",
            "Byrne",
        );
        for other in [
            "Byrne, Jr.",
            "Daily Inc, Ltd",
            "Ada, Bo and Cy Byrne of X",
            "News, 24",
        ] {
            is(&named(other, "", "", true), other, "", "");
        }
    }

    #[test]
    fn a_name_beside_a_family_name_is_the_given_one() {
        is(
            &named("Ada", "", "Byrne", false),
            "Ada Byrne",
            "Ada",
            "Byrne",
        );
        is(
            &named("Ada Byrne", "", "Byrne", false),
            "Ada Byrne",
            "",
            "Byrne",
        );
        is(&named("", "", "Byrne", false), "Byrne", "", "Byrne");
    }

    #[test]
    fn an_address_is_no_name() {
        is(&named("ada.byrne@daily.example", "", "", false), "", "", "");
        is(
            &named(
                "ada byrne@daily. example",
                "ada",
                "byrne@daily. example",
                false,
            ),
            "",
            "",
            "",
        );
        is(
            &named(
                "ada.byrne@daily.example",
                "ada",
                "byrne daily example",
                false,
            ),
            "",
            "",
            "",
        );
        is(
            &named("Ada Byrne", "Ada", "Byrne", false),
            "Ada Byrne",
            "Ada",
            "Byrne",
        );
    }
}
