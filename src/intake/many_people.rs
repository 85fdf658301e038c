//! Two people in one row: "Contact 1, Email 1, Contact 2, Email 2".

use crate::intake::cell::key;
use crate::intake::header::Field;

/// Takes the columns of the second person, and those after, out of the plan: their addresses would
/// become the first one's. Returns what to say of it; `None` where each row is about one person.
pub(crate) fn set_apart(
    header: &[String],
    fields: &mut [Option<Field>],
    mapped: &[usize],
) -> Option<String> {
    if let Some(said) = by_role(header, fields, mapped) {
        return Some(said);
    }
    let numbered = |wanted: &[Field]| {
        let mut found: Vec<(usize, usize)> = (0..header.len())
            .filter(|index| fields[*index].is_some_and(|field| wanted.contains(&field)))
            .filter_map(|index| Some((number(&header[index])?, index)))
            .collect();
        found.sort_unstable();
        found
    };
    let names = numbered(&[Field::Name, Field::GivenName]);
    let addresses = numbered(&[Field::Email, Field::MoreEmail]);
    let further: Vec<(usize, usize)> = names
        .iter()
        .copied()
        .filter(|(number, index)| *number > 1 && !mapped.contains(index))
        .filter(|(number, _)| addresses.iter().any(|(other, _)| other == number))
        .collect();
    let (second, name) = *further.first()?;
    let (_, address) = *addresses.iter().find(|(number, _)| *number == second)?;
    for index in (0..header.len()).filter(|index| !mapped.contains(index)) {
        let is_further = number(&header[index])
            .is_some_and(|number| further.iter().any(|(other, _)| *other == number));
        let is_own = matches!(
            fields[index],
            Some(
                Field::Email
                    | Field::MoreEmail
                    | Field::Name
                    | Field::GivenName
                    | Field::MiddleName
                    | Field::FamilyName
                    | Field::Title
                    | Field::Phone
            )
        );
        if is_further && is_own {
            fields[index] = None;
        }
    }
    let first = addresses.iter().find(|(number, _)| *number == 1);
    let ignored = first.map_or(String::new(), |(_, index)| {
        format!(" --map \"{}=ignore\"", header[*index])
    });
    Some(format!(
        "each row holds several people, and the first of them is read; for the next import the file once more with --map \"{}=name\" --map \"{}=email\"{ignored}",
        header[name], header[address]
    ))
}

/// The same where each person has a role instead of a number: "Editor, Editor Email, Reporter, Reporter
/// Email".
fn by_role(header: &[String], fields: &mut [Option<Field>], mapped: &[usize]) -> Option<String> {
    let all = |wanted: Field| {
        let places = (0..header.len()).filter(|index| !mapped.contains(index));
        let found = places.filter(|index| fields[*index] == Some(wanted));
        found.collect::<Vec<usize>>()
    };
    let (names, addresses) = (all(Field::Name), all(Field::Email));
    let pairs: Vec<(usize, usize)> = names
        .iter()
        .filter_map(|name| {
            let role = key(&header[*name]);
            let address = addresses.iter().find(|address| {
                let rest = key(&header[**address]);
                let rest = rest.strip_prefix(role.as_str()).map(str::to_owned);
                rest.is_some_and(|rest| matches!(rest.as_str(), "email" | "mail" | "emailaddress"))
            });
            Some((*name, *address?))
        })
        .collect();
    let [(_, first), (name, address), ..] = *pairs.as_slice() else {
        return None;
    };
    for (name, address) in &pairs[1..] {
        fields[*name] = None;
        fields[*address] = None;
    }
    Some(format!(
        "each row holds several people, and the first of them is read; for the next import the file once more with --map \"{}=name\" --map \"{}=email\" --map \"{}=ignore\"",
        header[name], header[address], header[first]
    ))
}

/// The number at the end of a header, or in it: "Email 2", "Contact 2 e-mail".
fn number(header: &str) -> Option<usize> {
    let key = key(header);
    let digits: String = key.chars().filter(char::is_ascii_digit).collect();
    let is_one = digits.len() == 1 && digits != "0";
    is_one.then(|| digits.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::header;

    #[test]
    fn a_second_person_does_not_become_the_first_ones_address() {
        let header: Vec<String> = "Outlet,Contact 1,Email 1,Contact 2,Email 2,Phone"
            .split(',')
            .map(str::to_owned)
            .collect();
        let mut fields = header::by_words(&header);
        let said = set_apart(&header, &mut fields, &[]).unwrap();
        assert!(
            said.contains(r#"--map "Contact 2=name" --map "Email 2=email""#),
            "{said}"
        );
        assert_eq!((fields[3], fields[4]), (None, None));
        assert_eq!(fields[2], Some(Field::Email));
        assert_eq!(fields[5], Some(Field::Phone));
    }

    #[test]
    fn roles_are_people_like_numbers() {
        let header: Vec<String> = "Outlet,Editor,Editor Email,Reporter,Reporter Email"
            .split(',')
            .map(str::to_owned)
            .collect();
        let mut fields = header::by_words(&header);
        let said = set_apart(&header, &mut fields, &[]).unwrap();
        assert!(said.contains(r#"--map "Reporter=name" --map "Reporter Email=email""#));
        assert_eq!(
            (fields[1], fields[2], fields[3], fields[4]),
            (Some(Field::Name), Some(Field::Email), None, None)
        );
    }

    #[test]
    fn further_addresses_of_one_person_stay() {
        let header: Vec<String> = "Name,E-mail 1 - Value,E-mail 2 - Value"
            .split(',')
            .map(str::to_owned)
            .collect();
        let mut fields = header::by_words(&header);
        assert_eq!(set_apart(&header, &mut fields, &[]), None);
        assert_eq!(fields[2], Some(Field::MoreEmail));
    }
}
