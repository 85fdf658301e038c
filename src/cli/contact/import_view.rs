//! An import, told to a person: how the file was read, what became of its rows, what to do next.

use std::path::Path;

use crate::cli::context::Context;
use crate::desk::people::import_contacts::{
    Counts, FileReport, ImportReport, ImportRequest, PlannedRow,
};

/// Rejects and warnings that are shown one by one; more would push the summary off the screen.
const SHOWN: usize = 20;
/// Rows of a plan that are shown without `-v`.
pub(super) const PLANNED: usize = 20;
/// Letters of a rejected cell that are shown.
const VALUE_LENGTH: usize = 40;

/// How the file was understood, said before anything of it is used.
pub(super) fn reading(context: &mut Context, file: &FileReport, name: &Path) {
    let delimiter = match file.delimiter.as_str() {
        "," => "comma",
        ";" => "semicolon",
        "|" => "bar",
        other => other,
    };
    let format = match file.format.as_str() {
        "csv" => "a plain table".to_owned(),
        program => format!("an export of {program}"),
    };
    context.output.done(format!(
        "{}: read as {format}, {}, {delimiter}",
        name.display(),
        file.encoding
    ));
    let read: Vec<_> = file
        .columns
        .iter()
        .filter_map(|(header, field)| Some((named(header), (*field)?)))
        .collect();
    let width = read
        .iter()
        .map(|(header, _)| header.chars().count())
        .max()
        .unwrap_or(0);
    for (header, field) in read {
        context.output.done(format!("  {header:width$}  → {field}"));
    }
    let ignored: Vec<_> = file
        .columns
        .iter()
        .filter(|(_, field)| field.is_none())
        .map(|(header, _)| named(header))
        .collect();
    if !ignored.is_empty() {
        for line in wrapped("  not read: ", &ignored) {
            context.output.done(line);
        }
    }
    if let Some(import) = file.remembered_from {
        let said: Vec<_> = file
            .said_map
            .iter()
            .map(|(column, field)| format!("{column}={field}"))
            .collect();
        context.output.done(format!(
            "  As in import {import}: --map {}; --no-remembered finds the columns out anew",
            shortened(&said.join(", "), 60)
        ));
    }
}

/// What became of the file's rows.
pub(super) fn through(context: &mut Context, file: &FileReport, request: &ImportRequest) {
    context.output.progress("");
    samples(context, file);
    warnings(context, file);
    plan(context, file, request);
    context.output.line(summary(&file.counts));
    if let (Some(list), false) = (&request.list, request.dry_run) {
        let listed = people(file.counts.listed);
        context
            .output
            .line(format!("{listed} new on the list {list}."));
    }
    left_out(context, file);
}

/// What is true of all files together, and what to do next.
pub(super) fn end(
    context: &mut Context,
    report: &ImportReport,
    request: &ImportRequest,
    rejects: Option<&Path>,
) {
    let list = request.list.as_deref().unwrap_or_default();
    if let Some(count) = report.taken_off_list {
        let would = if report.dry_run { "would come" } else { "came" };
        let who = match count {
            1 => "1 contact".to_owned(),
            _ => format!("{count} contacts"),
        };
        context.output.line(format!(
            "{who} {would} off the list {list}: they are not in the file, and stay contacts."
        ));
    }
    if report.replace_refused {
        context.output.warn(format!(
            "nobody came off the list {list}: the rows left out may be about people on it. Mend them and import again, or say --yes"
        ));
    }
    let stopped = report
        .files
        .iter()
        .find(|file| file.interrupted_at.is_some());
    if let Some(file) = stopped {
        context.output.warn(format!(
            "stopped after line {} of {}; what was read is kept, and the same command again finishes it",
            file.interrupted_at.unwrap_or_default(),
            file.file
        ));
        return;
    }
    next(context, report, request, rejects);
}

fn samples(context: &mut Context, file: &FileReport) {
    if !file.samples.is_empty() {
        context
            .output
            .done("  If these letters look wrong, say the right --encoding:");
        for sample in &file.samples {
            let text = shortened(&sample.text, 60);
            context
                .output
                .done(format!("    line {}: {text}", sample.line));
        }
    }
}

/// The plan's rows. Values are shown to the person at the terminal only, as with rejects.
fn plan(context: &mut Context, file: &FileReport, request: &ImportRequest) {
    let Some(plan) = &file.plan else { return };
    let is_terminal = context.output.is_terminal();
    let rows: Vec<_> = plan
        .iter()
        .take(request.planned_rows)
        .map(|row| {
            vec![
                row.line.to_string(),
                becomes(row),
                details(row, is_terminal),
            ]
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    let more = file.counts.rows.saturating_sub(rows.len() as u64);
    context.output.table(&["Line", "Becomes", ""], rows);
    if more > 0 {
        context
            .output
            .line(format!("and {more} more; -v shows them all"));
    }
}

fn becomes(row: &PlannedRow) -> String {
    match row.contact {
        Some(id) if row.outcome != "new" => format!("{}: contact {id}", row.outcome),
        _ => row.outcome.to_owned(),
    }
}

fn details(row: &PlannedRow, shows_values: bool) -> String {
    let mut parts = Vec::new();
    if let Some(line) = row.merged_with {
        parts.push(format!("with line {line}"));
    }
    for change in &row.changes {
        parts.push(match (shows_values, change.old.is_empty()) {
            (false, _) => change.field.to_owned(),
            (true, true) => format!("{}: {}", change.field, shortened(&change.new, VALUE_LENGTH)),
            (true, false) => format!(
                "{}: {} → {}",
                change.field,
                shortened(&change.old, VALUE_LENGTH),
                shortened(&change.new, VALUE_LENGTH)
            ),
        });
    }
    parts.extend(row.reason.clone());
    if row.opted_out {
        parts.push("opted out".to_owned());
    }
    parts.join("; ")
}

fn named(header: &str) -> String {
    if header.trim().is_empty() {
        "(no header)".to_owned()
    } else {
        shortened(header, VALUE_LENGTH)
    }
}

/// Words behind a label, in lines of at most 80 columns.
fn wrapped(label: &str, words: &[String]) -> Vec<String> {
    let mut lines = vec![label.to_owned()];
    for (number, word) in words.iter().enumerate() {
        let word = if number + 1 == words.len() {
            word.clone()
        } else {
            format!("{word}, ")
        };
        if let Some(line) = lines.last_mut() {
            if line.chars().count() + word.trim_end().chars().count() <= 80 {
                *line += &word;
                continue;
            }
            line.truncate(line.trim_end().len());
        }
        lines.push(format!("    {word}"));
    }
    lines
}

/// `12 rows: 9 new, 1 update, 1 merged, 1 rejected; 1 opted out`; what is nought is left away.
fn summary(counts: &Counts) -> String {
    let number = |count: u64, one: &str, more: &str| match count {
        0 => None,
        1 => Some(format!("1 {one}")),
        _ => Some(format!("{count} {more}")),
    };
    let all = number(counts.rows, "row", "rows").unwrap_or_else(|| "no rows".to_owned());
    let parts = [
        number(counts.added, "new", "new"),
        number(counts.updated, "update", "updates"),
        number(counts.unchanged, "unchanged", "unchanged"),
        number(counts.merged, "merged", "merged"),
        number(counts.rejected_rows, "rejected", "rejected"),
        number(counts.opted_out, "opted out", "opted out"),
        number(counts.bounced, "bounced", "bounced"),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return all;
    }
    format!("{all}: {}", parts.join(", "))
}

fn warnings(context: &mut Context, file: &FileReport) {
    for warning in file.warnings.iter().take(SHOWN) {
        context
            .output
            .say(format!("  line {}: {}", warning.line, warning.message));
    }
    let more = file.counts.warned.saturating_sub(SHOWN as u64);
    if more > 0 {
        context
            .output
            .say(format!("  and {more} more remarks; --json has them"));
    }
}

/// The rows that were left out. Their cells are shown to the person at the terminal only: what a
/// pipe takes along may end in a log.
fn left_out(context: &mut Context, file: &FileReport) {
    if file.rejected.is_empty() {
        return;
    }
    let shows_value = context.output.is_terminal();
    let mut headers = vec!["Line", "Code", "Left out because"];
    if shows_value {
        headers.push("Cell");
    }
    let rows = file
        .rejected
        .iter()
        .take(SHOWN)
        .map(|reject| {
            let mut row = vec![
                reject.line.to_string(),
                reject.code.to_owned(),
                reject.reason.clone(),
            ];
            if shows_value {
                row.push(shortened(&reject.value, VALUE_LENGTH));
            }
            row
        })
        .collect();
    context.output.table(&headers, rows);
    let more = file.counts.rejected_rows.saturating_sub(SHOWN as u64);
    if more > 0 {
        context.output.line(format!("and {more} more"));
    }
}

fn shortened(text: &str, length: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= length {
        return text;
    }
    text.chars().take(length - 1).chain(['…']).collect()
}

fn people(count: u64) -> String {
    match count {
        1 => "1 contact is".to_owned(),
        _ => format!("{count} contacts are"),
    }
}

fn next(
    context: &mut Context,
    report: &ImportReport,
    request: &ImportRequest,
    rejects: Option<&Path>,
) {
    for pair in report.alike_outlets.iter().take(3) {
        context.output.say(format!(
            "\"{}\" and \"{}\" both write from {} ({}). If they are one house: dateline outlet merge {} {}",
            pair.from_name, pair.into_name, pair.domain, pair.why, pair.from, pair.into
        ));
    }
    if report.alike_outlets.len() > 3 {
        context
            .output
            .say("More of these: dateline outlet list --alike");
    }
    if report.has_rejects() {
        context.output.done(match rejects {
            Some(path) => format!(
                "The rows left out are in {}: mend them there and import that file.",
                path.display()
            ),
            None => "Mend those rows and import the file again: the others stay as they are.\n\
                     The rows left out as a file of their own: --rejects FILE"
                .to_owned(),
        });
    } else if !report.dry_run {
        context.output.done(match &request.list {
            Some(list) => format!("Look at them: dateline list members {list}"),
            None => "Look at them: dateline contact list".to_owned(),
        });
    }
    if report.dry_run {
        context
            .output
            .line("Nothing was written. To do it: the same command without --dry-run");
    }
}

#[cfg(test)]
mod tests {
    use super::{shortened, summary, wrapped};
    use crate::desk::people::import_contacts::Counts;

    #[test]
    fn the_summary_says_only_what_there_is() {
        let counts = Counts {
            rows: 12,
            added: 9,
            updated: 1,
            unchanged: 1,
            rejected_rows: 1,
            opted_out: 2,
            ..Counts::default()
        };
        assert_eq!(
            summary(&counts),
            "12 rows: 9 new, 1 update, 1 unchanged, 1 rejected, 2 opted out"
        );
    }

    #[test]
    fn long_lists_of_columns_stay_within_the_screen() {
        let words: Vec<_> = (0..40).map(|number| format!("Column {number}")).collect();
        let lines = wrapped("  not read: ", &words);
        assert!(lines.len() > 3 && lines.iter().all(|line| line.chars().count() <= 80));
        let text = lines
            .iter()
            .map(|line| line.trim())
            .collect::<Vec<_>>()
            .join(" ");
        assert_eq!(text, format!("not read: {}", words.join(", ")));
        assert_eq!(
            wrapped("  not read: ", &["Fax".to_owned()]),
            ["  not read: Fax"]
        );
    }

    #[test]
    fn a_long_cell_is_cut_at_a_letter() {
        assert_eq!(shortened("ä\nü  ö", 5), "ä ü ö");
        assert_eq!(shortened("äöüäöü", 4), "äöü…");
    }
}
