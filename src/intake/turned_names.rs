//! Whether the names of a file begin with the family name: by a comma, by capitals, or as the addresses show.

use crate::intake::delimiter::SampleRow;
use crate::intake::header::Field;
use crate::intake::person_name;

/// Whether names are written "Byrne, Ada" here: where half of the first ones are, it is the habit.
pub(crate) fn is_habit(
    header: &[String],
    fields: &[Option<Field>],
    rows: &[SampleRow],
    warnings: &mut Vec<(u64, String)>,
) -> bool {
    let has_parts =
        fields.contains(&Some(Field::GivenName)) || fields.contains(&Some(Field::FamilyName));
    let Some(column) = fields.iter().position(|field| *field == Some(Field::Name)) else {
        return false;
    };
    let names = rows
        .iter()
        .filter_map(|row| row.cells.get(column))
        .filter(|cell| !cell.trim().is_empty());
    let (mut all, mut turned, mut capital) = (0, 0, 0);
    let mut is_sure = false;
    for cell in names {
        all += 1;
        let parts = person_name::turnable(person_name::without_remark(cell));
        turned += usize::from(parts.is_some());
        // "Ada Byrne, Bo Chen" may be two people.
        is_sure |= parts.is_some_and(|(last, first)| !last.contains(' ') || !first.contains(' '));
        capital += usize::from(person_name::capitals_first(cell.trim()).is_some());
    }
    if capital > 1 && capital * 2 >= all && !has_parts {
        warnings.push((
            1,
            format!(
                "in column \"{}\" the family name comes first, in capitals: names are turned round",
                header[column]
            ),
        ));
        return true;
    }
    if !has_parts && is_reversed(fields, column, rows) {
        warnings.push((
            1,
            format!(
                "in column \"{}\" the family name comes first, as the addresses show: those names are turned round",
                header[column]
            ),
        ));
        return true;
    }
    let is_habit = is_sure && turned * 2 >= all && !has_parts;
    if is_habit {
        warnings.push((
            1,
            format!(
                "in column \"{}\" the family name comes first, with a comma: names are turned round",
                header[column]
            ),
        ));
    }
    is_habit
}

/// Three addresses of two houses or more have the words of the name the other way round, and none has
/// them as they are written.
fn is_reversed(fields: &[Option<Field>], name: usize, rows: &[SampleRow]) -> bool {
    let Some(email) = fields.iter().position(|field| *field == Some(Field::Email)) else {
        return false;
    };
    let mut houses = Vec::new();
    for row in rows {
        let (Some(name), Some(address)) = (row.cells.get(name), row.cells.get(email)) else {
            continue;
        };
        match person_name::is_reversed(name, address.trim()) {
            Some(true) => houses.push(address.rsplit('@').next().unwrap_or_default()),
            Some(false) => return false,
            None => {}
        }
    }
    let count = houses.len();
    houses.sort_unstable();
    houses.dedup();
    count > 2 && houses.len() > 1
}
