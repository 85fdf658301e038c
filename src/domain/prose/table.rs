//! Tables in a text part.

use std::fmt::Write as _;

use crate::domain::prose::{Inline, inlines_text};

/// Wider than this, mail programs wrap a row and its columns are lost.
const WIDTH: usize = 72;

/// Aligned rows when they fit, else one `Header: value` line per cell, rows separated by a blank
/// line. No trailing blanks.
pub(crate) fn to_text(header: &[String], rows: &[Vec<String>], right: &[bool]) -> String {
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
        .map(|row| aligned(row, &widths, right))
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

fn aligned(row: &[String], widths: &[usize], right: &[bool]) -> String {
    let mut line = String::new();
    for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
        let _ = if right.get(column) == Some(&true) {
            write!(line, "{cell:>width$}  ")
        } else {
            write!(line, "{cell:width$}  ")
        };
    }
    line.trim_end().to_owned()
}

/// Whether a column has figures below its header and nothing else: amounts, shares, dashes.
pub(crate) fn is_of_figures(rows: &[Vec<Vec<Inline>>], column: usize) -> bool {
    let cells = rows.iter().filter_map(|row| row.get(column));
    let texts: Vec<String> = cells.map(|cell| inlines_text(cell)).collect();
    texts
        .iter()
        .any(|text| text.contains(|c: char| c.is_ascii_digit()))
        && texts.iter().all(|text| is_figure(text.trim()))
}

fn is_figure(text: &str) -> bool {
    let is_mark =
        |c: char| c.is_ascii_digit() || c.is_whitespace() || ".,’'%+-−–—()*$€£¥".contains(c);
    text.chars().all(is_mark) || matches!(text, "n/a" | "N/A" | "n.m." | "NM")
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

#[cfg(test)]
mod tests {
    use super::is_figure;
    use crate::domain::prose::{self, BlockKind};

    #[test]
    fn figures_stand_at_the_right_unless_the_author_says_otherwise() {
        let right = |table: &str| match &prose::read(table).blocks[0].kind {
            BlockKind::Table { right, .. } => right.clone(),
            other => panic!("{other:?}"),
        };
        let rows = "| Sales | 1,204.5 | (3.1) | 2027 |\n| Cost | -7 % | — | soon |\n";
        assert_eq!(
            right(&format!("| a | b | c | d |\n|---|---|---|---|\n{rows}")),
            [false, true, true, false]
        );
        assert_eq!(
            right(&format!("| a | b | c | d |\n|--:|:--|:-:|--:|\n{rows}")),
            [true, false, false, true]
        );
        assert_eq!(right("| a |\n|---|\n"), [false]);
        assert_eq!(
            right("| Year | a |\n|---|---|\n| 2026 | 12 |\n"),
            [false, true]
        );
        assert!(is_figure("$1.2") && is_figure("n/a") && !is_figure("12 plants"));
    }

    #[test]
    fn a_column_of_figures_is_one_in_plain_text() {
        let text = prose::to_text(
            &prose::read(
                "| | 2026 | 2025 |\n|---|---|---|\n| Sales | 212.4 | 86.3 |\n| Cost | 9.5 | 118.0 |\n",
            ),
            "en",
            &mut prose::Links::default(),
        );
        assert_eq!(
            text,
            "        2026   2025\nSales  212.4   86.3\nCost     9.5  118.0"
        );
    }
}
