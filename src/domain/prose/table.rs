//! Tables in a text part.

use std::fmt::Write as _;

/// Wider than this, mail programs wrap a row and its columns are lost.
const WIDTH: usize = 72;

/// Aligned rows when they fit, else one `Header: value` line per cell, rows separated by a blank
/// line. No trailing blanks.
pub(crate) fn to_text(header: &[String], rows: &[Vec<String>]) -> String {
    let widths: Vec<usize> = (0..header.len())
        .map(|column| {
            std::iter::once(header)
                .chain(rows.iter().map(Vec::as_slice))
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let total = widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1);
    if total > WIDTH && !rows.is_empty() {
        return rows
            .iter()
            .map(|row| labelled(header, row))
            .filter(|text| !text.is_empty())
            .collect::<Vec<_>>()
            .join("\n\n");
    }
    std::iter::once(header)
        .chain(rows.iter().map(Vec::as_slice))
        .map(|row| aligned(row, &widths))
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

fn aligned(row: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (cell, width) in row.iter().zip(widths) {
        let _ = write!(line, "{cell:width$}  ");
    }
    line.trim_end().to_owned()
}

fn labelled(header: &[String], row: &[String]) -> String {
    header
        .iter()
        .zip(row)
        .filter(|(_, cell)| !cell.is_empty())
        .map(|(name, cell)| match name.trim_end_matches(':') {
            "" => cell.clone(),
            name => format!("{name}: {cell}"),
        })
        .collect::<Vec<_>>()
        .join("\n")
}
