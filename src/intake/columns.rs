//! Understanding the header row: where it is, what is wrong without it, and the plan it makes.

use std::fs::File;
use std::path::Path;

use crate::intake::by_content;
use crate::intake::cell::key;
use crate::intake::delimiter::{self, Layout, SampleRow};
use crate::intake::formats;
use crate::intake::formats::newsletter::mailchimp::{self, ByName};
use crate::intake::header::{self, Field, Mapping, OPT_OUT_COLUMN, REJECT_COLUMNS};
use crate::intake::header_above;
use crate::intake::headerless;
use crate::intake::many_people;
use crate::intake::opt_out::{self, Verdict};
use crate::intake::plan::Plan;
use crate::intake::problem::IntakeProblem;
use crate::intake::table::{Record, Table};
use crate::intake::turned_names;
use crate::intake::words::consent;

/// Reads up to and including the header row; a file without one gets its column numbers.
pub(crate) fn read_header(
    name: &str,
    table: &mut Table<File>,
    layout: &Layout,
    mapping: &Mapping,
    warnings: &mut Vec<(u64, String)>,
) -> Result<Vec<String>, IntakeProblem> {
    let Some(wanted) = layout.header else {
        return without_header(name, table, layout, mapping, warnings);
    };
    let mut record = Record::default();
    let mut index = 0;
    let mut is_first = true;
    // The row right above, which may say whose name and country stand below.
    let mut above = (0, Vec::new());
    while table.next(&mut record)? {
        let is_sep = is_first && delimiter::is_sep(record.cell(0));
        is_first = false;
        if record.is_blank() || is_sep {
            continue;
        }
        if index == wanted {
            let own = record.cells().map(header::cell).collect();
            let is_right_above = above.0 + 1 == record.line;
            return Ok(header_above::grouped(
                own,
                is_right_above.then_some(&above.1),
            ));
        }
        above = (
            record.line + record.lines.max(1) - 1,
            record.cells().map(header::cell).collect(),
        );
        warnings.push((
            record.line,
            "stands above the header row; skipped".to_owned(),
        ));
        index += 1;
    }
    Err(IntakeProblem::EmptyFile {
        file: name.to_owned(),
    })
}

fn without_header(
    name: &str,
    table: &mut Table<File>,
    layout: &Layout,
    mapping: &Mapping,
    warnings: &mut Vec<(u64, String)>,
) -> Result<Vec<String>, IntakeProblem> {
    let file = || name.to_owned();
    let Some(first) = layout.rows.first() else {
        // Nothing in the sample: an endless line says so itself, all else is blank.
        table.next(&mut Record::default())?;
        return Err(IntakeProblem::EmptyFile { file: file() });
    };
    let holds_address =
        |cells: &[String]| cells.iter().position(|cell| delimiter::is_address(cell));
    let data = layout
        .rows
        .iter()
        .position(|row| holds_address(&row.cells).is_some());
    if data == Some(layout.above) {
        skip(table, layout.above, warnings)?;
        // The shape of most rows: a first one that is cut short hides no column.
        let width = layout.rows.iter().map(|row| row.cells.len()).max();
        return Ok((1..=width.unwrap_or(first.cells.len()))
            .map(|number| number.to_string())
            .collect());
    }
    let header = &layout.rows[data.map_or(0, |index| index - 1)].cells;
    mapping.apply(name, header, &mut vec![None; header.len()])?;
    let by_content = data
        .and_then(|index| holds_address(&layout.rows[index].cells))
        .and_then(|column| header.get(column))
        .map(|cell| {
            format!(
                "the addresses seem to stand in {}",
                header::listed(std::slice::from_ref(cell))
            )
        });
    let nearest = by_content
        .or_else(|| {
            header::nearest_to_email(header).map(|cell| format!("the nearest is \"{cell}\""))
        })
        .unwrap_or_else(|| "none of them is near".to_owned());
    table.next(&mut Record::default())?;
    Err(IntakeProblem::NoEmailColumn {
        file: file(),
        headers: header::listed(header),
        nearest,
    })
}

/// Reads over the titles of a file without a header row.
fn skip(
    table: &mut Table<File>,
    mut above: usize,
    warnings: &mut Vec<(u64, String)>,
) -> Result<(), IntakeProblem> {
    let mut record = Record::default();
    while above > 0 && table.next(&mut record)? {
        if !record.is_blank() && !delimiter::is_sep(record.cell(0)) {
            above -= 1;
            warnings.push((record.line, "stands above the contacts; skipped".to_owned()));
        }
    }
    Ok(())
}

/// What a file is called, whole and in its part.
pub(crate) struct Called<'a> {
    /// For problems.
    pub(crate) name: &'a str,
    pub(crate) path: &'a Path,
    /// Of a workbook, the sheet.
    pub(crate) sheet: Option<&'a str>,
}

/// Lays fields on the columns, and finds out what the format and the file's name mean for them.
pub(crate) fn plan(
    called: &Called<'_>,
    header: Vec<String>,
    is_headerless: bool,
    layout: &Layout,
    mapping: &Mapping,
    warnings: &mut Vec<(u64, String)>,
) -> Result<Plan, IntakeProblem> {
    let name = called.name;
    // Who gives numbers with --map knows the columns; else they are told by what stands in them.
    let is_guessed = is_headerless && !mapping.numbers_the_email();
    let mut fields = if is_guessed {
        let fields = headerless::guess(layout.rows.get(layout.above..).unwrap_or_default());
        warnings.push((1, headerless::remark(&fields)));
        fields
    } else if is_headerless {
        vec![None; header.len()]
    } else {
        header::by_words(&header)
    };
    let keys: Vec<String> = header.iter().map(|cell| key(cell)).collect();
    let format = if is_headerless {
        "csv"
    } else {
        formats::recognise(&keys, &mut fields)
    };
    let by_heading = layout
        .email
        .and_then(|column| by_content::take(&header, column, &mut fields, warnings));
    let mapped = mapping.apply(name, &header, &mut fields)?;
    if let Some(column) = layout.email.filter(|column| mapped.contains(column)) {
        let is_left = fields.contains(&Some(Field::Email));
        if !is_left {
            return Err(IntakeProblem::NoEmailColumn {
                file: name.to_owned(),
                headers: header::listed(&header),
                nearest: format!("the addresses stand in \"{}\"", header[column]),
            });
        }
    }
    let below = layout.header.map_or(0, |index| index + 1);
    let rows = layout.rows.get(below..).unwrap_or_default();
    if !is_headerless && let Some(text) = many_people::set_apart(&header, &mut fields, &mapped) {
        warnings.push((1, text));
    }
    let loose = wishes(name, &header, &mut fields, &mapped, rows, warnings)?;
    let opt_out_by_name = no_by_name(called.path, called.sheet, warnings).or(by_heading);
    Ok(Plan {
        order: header::order(&header, &mapped),
        format,
        desk_addresses: desk_addresses(&header, &fields, &mapped),
        turns_names: turned_names::is_habit(&header, &fields, rows, warnings),
        watched: watched(&header, &fields, &mapped),
        fields,
        loose,
        adds_opt_out: opt_out_by_name.is_some()
            && !header.iter().any(|cell| cell == OPT_OUT_COLUMN),
        opt_out_by_name,
        header,
    })
}

/// What the name of the file, or else that of the sheet, says of everybody in it.
fn no_by_name(
    path: &Path,
    sheet: Option<&str>,
    warnings: &mut Vec<(u64, String)>,
) -> Option<&'static str> {
    let file = path.file_name()?.to_string_lossy();
    let (by_name, what) = mailchimp::by_name(&file)
        .map(|by_name| (by_name, "file"))
        .or_else(|| Some((mailchimp::by_name(sheet?)?, "sheet")))?;
    let text = match by_name {
        ByName::No(reason) => {
            format!("by the {what}'s name everybody in it is {reason}: taken as opt-outs")
        }
        ByName::Unclear(reason) => format!(
            "the {what}'s name speaks of {reason} people, and of others: nobody is opted out for that. If all in it said no: dateline optout import FILE"
        ),
        ByName::NeverSubscribed => format!(
            "by the {what}'s name nobody in it ever subscribed: no opt-outs, but no consent either; check before writing"
        ),
    };
    warnings.push((1, text));
    match by_name {
        ByName::No(reason) => Some(reason),
        ByName::Unclear(_) | ByName::NeverSubscribed => None,
    }
}

/// The columns with an outlet's own address, which no word names as a person's.
fn desk_addresses(header: &[String], fields: &[Option<Field>], mapped: &[usize]) -> Vec<usize> {
    const DESKS: [&str; 16] = [
        "outletemail",
        "outletemailaddress",
        "mediaoutletemail",
        "generalemail",
        "genericemail",
        "newsroomemail",
        "newsdeskemail",
        "deskemail",
        "publicationemail",
        "companyemail",
        "stationemail",
        "emailredaktion",
        "redaktionemail",
        "infoemail",
        "emailgenerique",
        "emailgeneral",
    ];
    (0..header.len())
        .filter(|index| fields[*index].is_none() && !mapped.contains(index))
        .filter(|index| DESKS.contains(&key(&header[*index]).as_str()))
        .collect()
}

/// Looks what stands below the headers that are about a wish, and tells which columns are left
/// alone, as nothing there is a word on it. What the user mapped is as said.
fn wishes(
    name: &str,
    header: &[String],
    fields: &mut [Option<Field>],
    mapped: &[usize],
    rows: &[SampleRow],
    warnings: &mut Vec<(u64, String)>,
) -> Result<Vec<usize>, IntakeProblem> {
    let mut loose = Vec::new();
    for (index, column) in header.iter().enumerate() {
        if mapped.contains(&index) {
            continue;
        }
        if fields[index].is_none() && key(column) == "state" && is_state_of_mail(rows, index) {
            fields[index] = Some(Field::Status);
        }
        if fields[index].is_none() && is_reason_alone(column, rows, index) {
            fields[index] = Some(Field::Status);
        }
        let Some((filled, understood)) = seen(fields[index], column, rows, index) else {
            continue;
        };
        if header::is_both(column) && understood < filled {
            return Err(IntakeProblem::AmbiguousConsent {
                file: name.to_owned(),
                column: column.clone(),
            });
        }
        // A "Status" without one word about subscriptions means something else (Staff, VIP, Lead).
        // But a column about a no that is filled in for some rows only marks those, in words of its own.
        let is_mark = fields[index] == Some(Field::OptOut) && filled < rows.len();
        let is_own = fields[index] == Some(Field::Status) || header::is_by_stem(column);
        // "Working on it", "Done" and one "Do not contact": a list's own status, whose words are not a no.
        let is_mixed = header::is_bare_status(column) && understood * 2 < filled;
        if filled > 0 && understood > 0 && is_mixed {
            loose.push(index);
            warnings.push((1, format!(
                "column \"{column}\" is about other things, too: only a plain no in it is heard (--map \"{column}=status\" if every other word means no)"
            )));
        } else if filled > 0 && understood == 0 && is_own && !is_mark {
            loose.push(index);
            warnings.push((1, format!(
                "column \"{0}\" does not look like a word on whether mail is wanted and is ignored; if it is one, say --map \"{0}=status\" (or opt-out, opt-in)",
                header[index]
            )));
        }
    }
    Ok(loose)
}

/// "State" is a part of a country more often than the state of a subscription: one word tells.
fn is_state_of_mail(rows: &[SampleRow], index: usize) -> bool {
    let mut cells = rows.iter().filter_map(|row| row.cells.get(index));
    cells.any(|cell| !cell.trim().is_empty() && opt_out::status(cell) != Verdict::Unclear)
}

/// A "Reason" of nothing but bounces and complaints: the list of a mail service, of those it no longer
/// writes to.
fn is_reason_alone(column: &str, rows: &[SampleRow], index: usize) -> bool {
    if !matches!(
        key(column).as_str(),
        "reason" | "suppressionreason" | "type" | "event" | "eventtype"
    ) {
        return false;
    }
    let mut filled = rows
        .iter()
        .filter_map(|row| row.cells.get(index))
        .filter(|cell| !cell.trim().is_empty())
        .peekable();
    filled.peek().is_some() && filled.all(|cell| matches!(opt_out::status(cell), Verdict::No(_)))
}

/// How many of the first rows have something in a column about a wish, and how many of these cells
/// are understood; `None` for any other column.
fn seen(
    field: Option<Field>,
    column: &str,
    rows: &[SampleRow],
    index: usize,
) -> Option<(usize, usize)> {
    let (mut filled, mut understood) = (0, 0);
    for row in rows {
        let cell = row.cells.get(index).map_or("", String::as_str);
        let verdict = match field? {
            Field::OptOut => opt_out::flag(cell, column),
            Field::OptIn => opt_out::consent(cell, column),
            Field::Status => opt_out::status(cell),
            _ => return None,
        };
        if !cell.trim().is_empty() {
            filled += 1;
            understood += usize::from(verdict != Verdict::Unclear);
        }
    }
    Some((filled, understood))
}

/// Columns that are about something else, and in which a plain "unsubscribed" is heard all the same:
/// those that no word names, and those of tags, kinds and remarks. What the user mapped is as said.
fn watched(header: &[String], fields: &[Option<Field>], mapped: &[usize]) -> Vec<usize> {
    (0..header.len())
        .filter(|index| !mapped.contains(index))
        .filter(|index| {
            matches!(
                fields[*index],
                None | Some(Field::Tags | Field::Kind | Field::Notes | Field::Beats | Field::Title)
            )
        })
        .filter(|index| !consent::is_other_channel(&header[*index]))
        .filter(|index| !REJECT_COLUMNS.contains(&header[*index].as_str()))
        .collect()
}
