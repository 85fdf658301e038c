//! Two header rows: the upper one says whose the columns below it are.

use crate::intake::cell::key;
use crate::intake::header::Field;
use crate::intake::words::headers;

/// A header whose row above says whose name stands below: under "Outlet", "Name" is the outlet's. Such a
/// row has several cells, each over one column or more.
pub(crate) fn grouped(mut header: Vec<String>, above: Option<&Vec<String>>) -> Vec<String> {
    let Some(above) =
        above.filter(|above| above.iter().filter(|cell| !cell.is_empty()).count() > 1)
    else {
        return header;
    };
    let mut group = String::new();
    for (index, cell) in header.iter_mut().enumerate() {
        if let Some(text) = above.get(index).filter(|text| !text.is_empty()) {
            group.clone_from(text);
        }
        let is_bare = headers::field(&key(cell)) == Some(Field::Name);
        if is_bare && headers::field(&key(&group)) == Some(Field::Outlet) {
            *cell = format!("{group}: {cell}");
        }
    }
    header
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn a_name_below_an_outlet_is_the_outlets() {
        let row = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<_>>();
        let header = row("First,Last,E-Mail,Name,Country");
        let above = row("Contact,,,Outlet,");
        assert_eq!(
            grouped(header.clone(), Some(&above)),
            row("First,Last,E-Mail,Outlet: Name,Country")
        );
        // A title over the table is no such row.
        let title = row("Media list,,,,");
        assert_eq!(grouped(header.clone(), Some(&title)), header);
        assert_eq!(grouped(header.clone(), None), header);
    }
}
