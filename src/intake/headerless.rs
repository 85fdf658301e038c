//! Files without a header row: what stands in a column is told by comparing it with the addresses.

use crate::intake::delimiter::{SampleRow, is_address};
use crate::intake::header::Field;

/// Rows that are looked at.
const LOOKED_AT: usize = 500;
/// The share of rows that must agree.
const AGREE: usize = 3;

/// A field for each column that is certain enough; the others are nothing.
///
/// Whose address `jana.weiss@daily.example` is, is called Jana Weiss, and works for the Daily: the
/// words of a name stand before the @, those of an outlet behind it, in a third of the rows at least.
pub(crate) fn guess(rows: &[SampleRow]) -> Vec<Option<Field>> {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let mut fields = vec![None; width];
    let cell = |row: &SampleRow, column: usize| row.cells.get(column).cloned().unwrap_or_default();
    let rows: Vec<&SampleRow> = rows.iter().take(LOOKED_AT).collect();
    let count = |column: usize, holds: &dyn Fn(&SampleRow, &str) -> bool| {
        rows.iter()
            .filter(|row| holds(row, &cell(row, column)))
            .count()
    };
    let addresses: Vec<usize> = (0..width)
        .map(|column| count(column, &|_, text| is_address(text)))
        .collect();
    let Some(email) = (0..width).max_by_key(|column| (addresses[*column], usize::MAX - column))
    else {
        return fields;
    };
    fields[email] = Some(Field::Email);
    for column in (0..width).filter(|column| *column != email && addresses[*column] > 0) {
        fields[column] = Some(Field::MoreEmail);
    }
    for (field, side) in [(Field::Name, Side::Local), (Field::Outlet, Side::Domain)] {
        let agreeing =
            |column: usize| count(column, &|row, text| side.agrees(&cell(row, email), text));
        let best = (0..width)
            .filter(|column| fields[*column].is_none())
            .max_by_key(|column| (agreeing(*column), usize::MAX - column));
        // One row alone proves nothing of an outlet: "Chicago" stands in uchicago.edu, too.
        let least = if field == Field::Outlet { 2 } else { 1 };
        let is_certain =
            |best: &usize| agreeing(*best) * AGREE >= rows.len() && agreeing(*best) >= least;
        if let Some(best) = best.filter(is_certain) {
            fields[best] = Some(field);
        }
    }
    fields
}

/// What was made of the columns, for the user to object.
pub(crate) fn remark(fields: &[Option<Field>]) -> String {
    let taken: Vec<String> = (1..)
        .zip(fields)
        .filter_map(|(number, field)| Some(format!("{number}={}", (*field)?.as_str())))
        .collect();
    let left: Vec<String> = (1..)
        .zip(fields)
        .filter(|(_, field)| field.is_none())
        .map(|(number, _): (usize, _)| number.to_string())
        .collect();
    let left = if left.is_empty() {
        String::new()
    } else {
        format!("; not read: column {}", left.join(", "))
    };
    format!(
        "there is no header row, so the columns are taken by what stands in them: {}{left}; say it with --map NUMBER=FIELD",
        taken.join(", ")
    )
}

#[derive(Clone, Copy)]
enum Side {
    Local,
    Domain,
}

impl Side {
    fn agrees(self, address: &str, text: &str) -> bool {
        let address = address
            .trim_matches(['\'', '"', '<', '>', ' '])
            .to_lowercase();
        let Some((local, domain)) = address.rsplit_once('@') else {
            return false;
        };
        let side = match self {
            Self::Local => local,
            Self::Domain => domain,
        };
        // Another address shares the domain, and is no outlet.
        if text.contains('@') {
            return false;
        }
        text.split(|c: char| !c.is_alphanumeric())
            .map(str::to_lowercase)
            .any(|word| {
                word.chars().count() >= 3
                    && word.chars().any(char::is_alphabetic)
                    && side.contains(&word)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(lines: &[&str]) -> Vec<SampleRow> {
        lines
            .iter()
            .map(|text| SampleRow {
                line: 1,
                cells: text.split(',').map(str::to_owned).collect(),
            })
            .collect()
    }

    #[test]
    fn columns_are_told_by_what_they_share_with_the_address() {
        let sample = rows(&[
            "The Daily Example,Jana Weiss,j.weiss@daily.example,energy",
            "Harbour Post,Bo Lund,bo@harbourpost.example,sport",
            "Radio Tide,Cy Moss,cy.moss@tide.example,energy",
        ]);
        assert_eq!(
            guess(&sample),
            [
                Some(Field::Outlet),
                Some(Field::Name),
                Some(Field::Email),
                None
            ]
        );
        let alone = rows(&["ana@press.example", "bo@press.example"]);
        assert_eq!(guess(&alone), [Some(Field::Email)]);
        let vague = rows(&["x,info@a.example", "y,desk@b.example"]);
        assert_eq!(guess(&vague), [None, Some(Field::Email)]);
    }
}
