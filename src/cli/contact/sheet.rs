//! Contacts as a sheet: a table to look at, CSV or JSON to take along.

use crate::cli::context::Context;
use crate::cli::output::Output;
use crate::desk::Desk;
use crate::desk::people::contacts::{self, ContactView, Filter};
use crate::desk::problem::{Exit, Problem};
use crate::domain::formula::guarded;

/// Rows of a table on a terminal; nobody reads more, and a million would fill the memory.
const SHOWN: i64 = 1000;

/// The names that an import recognises, so that an export can be imported elsewhere.
const HEADER: [&str; 19] = [
    "id",
    "email",
    "name",
    "given_name",
    "family_name",
    "outlet",
    "title",
    "beats",
    "tags",
    "lists",
    "kind",
    "country",
    "language",
    "time_zone",
    "phone",
    "attachments",
    "status",
    "opted_out",
    "source",
];

/// The JSON contract of `contact list` and `contact export`: one array, written page by page.
pub(in crate::cli) async fn json(
    context: &mut Context,
    desk: &Desk,
    filter: &Filter,
) -> Result<(), Problem> {
    let mut before = "[";
    contacts::export(desk, filter, |page| {
        for contact in page {
            let object = serde_json::to_string(&contact).map_err(|_| unwritable())?;
            context.output.bytes(before.as_bytes());
            context.output.bytes(object.as_bytes());
            before = ",\n";
        }
        Ok(())
    })
    .await?;
    let end: &[u8] = if before == "[" { b"[]\n" } else { b"]\n" };
    context.output.bytes(end);
    Ok(())
}

/// CSV with a header row, page by page; several values in a cell stand behind semicolons. What a
/// spreadsheet would run as a formula is marked with an apostrophe.
pub(in crate::cli) async fn csv(
    context: &mut Context,
    desk: &Desk,
    filter: &Filter,
) -> Result<(), Problem> {
    write_records(&mut context.output, [HEADER.map(str::to_owned)])?;
    contacts::export(desk, filter, |page| {
        write_records(&mut context.output, page.into_iter().map(record))
    })
    .await
}

fn write_records(
    output: &mut Output,
    records: impl IntoIterator<Item = [String; HEADER.len()]>,
) -> Result<(), Problem> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in records {
        writer.write_record(&record).map_err(|_| unwritable())?;
    }
    let bytes = writer.into_inner().map_err(|_| unwritable())?;
    output.bytes(&bytes);
    Ok(())
}

fn record(contact: ContactView) -> [String; HEADER.len()] {
    [
        contact.id.to_string(),
        contact.email,
        contact.name,
        contact.given_name,
        contact.family_name,
        contact.outlet,
        contact.title,
        contact.beats.join("; "),
        contact.tags.join("; "),
        contact.lists.join("; "),
        contact.kind,
        contact.country,
        contact.language,
        contact.time_zone,
        contact.phone,
        contact.attachments,
        contact.status,
        contact.opted_out.to_string(),
        contact.source,
    ]
    .map(guarded)
}

fn unwritable() -> Problem {
    Problem::new(Exit::Failed, "export", "a contact could not be written")
}

/// A table of the first thousand; tells how many rows it has.
pub(in crate::cli) async fn table(
    context: &mut Context,
    desk: &Desk,
    filter: &Filter,
) -> Result<usize, Problem> {
    let first = Filter {
        limit: SHOWN + 1,
        ..filter.clone()
    };
    let mut contacts = contacts::list(desk, &first).await?;
    let is_cut = contacts.len() > 1000;
    contacts.truncate(1000);
    let count = contacts.len();
    if count == 0 {
        return Ok(0);
    }
    let rows = contacts
        .into_iter()
        .map(|contact| {
            vec![
                contact.id.to_string(),
                contact.name,
                contact.outlet,
                contact.email,
                contact.status,
            ]
        })
        .collect();
    context
        .output
        .table(&["Id", "Name", "Outlet", "Address", "Status"], rows);
    if is_cut {
        context.output.say(format!(
            "The first {SHOWN} are shown. Narrow them with --search, or take all: dateline contact export"
        ));
    }
    Ok(count)
}
