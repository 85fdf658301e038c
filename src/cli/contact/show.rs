//! `dateline contact show`.

use crate::cli::context::Context;
use crate::cli::facts;
use crate::cli::words::{count, minute};
use crate::desk::Desk;
use crate::desk::people::contacts::{self, CardDelivery, ContactCard};
use crate::desk::problem::{Exit, Problem};
use crate::desk::way_back::ledger;

/// Show a contact's card: who they are, their lists, their status, and what they got last
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact show ada@example.com
  dateline contact show 14")]
pub struct Show {
    /// An address of theirs, or their number
    #[arg(value_name = "WHO")]
    who: String,
}

impl Show {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let card = contacts::show(&desk, &self.who).await?;
        if context.output.is_json() {
            context.output.json(&card);
        } else {
            tell(context, &desk, &card);
            let bounces = ledger::list(&desk, Some(&self.who), 0, 100).await?;
            if let Some(last) = bounces.first() {
                context.output.line("");
                context.output.line(format!(
                    "{} came back; last {}, {} ({}). See: dateline contact history {}",
                    count(i64::try_from(bounces.len()).unwrap_or(i64::MAX), "mail"),
                    minute(&desk, last.at),
                    last.class,
                    last.reason,
                    card.contact.id
                ));
            }
        }
        Ok(Exit::Done)
    }
}

fn tell(context: &mut Context, desk: &Desk, card: &ContactCard) {
    let contact = &card.contact;
    context.output.line(called(card));
    let status = match contact.status.as_str() {
        "opted-out" => "opted out: nothing is sent",
        "bounced" => "bounced: the address is dead, nothing is sent",
        "archived" => "archived: nothing is sent",
        other => other,
    };
    let files = match contact.attachments.as_str() {
        "links" => "as links",
        "none" => "none: named in the mail as to be had on request",
        _ => "attached",
    };
    let origin = match (card.import, card.import_line) {
        (Some(import), Some(line)) => {
            format!("{} (import {import}, line {line})", contact.source)
        }
        _ => contact.source.clone(),
    };
    let name_parts = [&contact.given_name, &contact.family_name]
        .map(String::as_str)
        .join(" · ");
    let facts = [
        ("Number", contact.id.to_string()),
        ("Address", contact.email.clone()),
        ("Also", card.further_addresses.join(", ")),
        ("Status", status.to_owned()),
        (
            "Given, family name",
            name_parts.trim_matches([' ', '·']).to_owned(),
        ),
        ("Outlet", contact.outlet.clone()),
        ("Title", contact.title.clone()),
        ("Kind", contact.kind.clone()),
        ("Beats", contact.beats.join(", ")),
        ("Tags", contact.tags.join(", ")),
        ("Lists", contact.lists.join(", ")),
        ("Country", contact.country.clone()),
        ("Language", contact.language.clone()),
        ("Time zone", contact.time_zone.clone()),
        ("Phone", contact.phone.clone()),
        ("Files", files.to_owned()),
        ("Source", origin),
        ("Legal basis", card.legal_basis.clone()),
        ("Jurisdiction", card.jurisdiction.clone()),
        ("Added", minute(desk, card.created_at)),
        ("Changed", minute(desk, card.updated_at)),
        ("Notes", card.notes.clone()),
    ];
    facts::show(&mut context.output, &facts);
    provenance(context, desk, card);
    if card.deliveries.is_empty() {
        return;
    }
    let rows = card
        .deliveries
        .iter()
        .map(|mail| {
            vec![
                format!("{} v{}", mail.release, mail.version),
                mail.purpose.clone(),
                outcome(mail),
                mail.sent_at.map(|at| minute(desk, at)).unwrap_or_default(),
            ]
        })
        .collect();
    context.output.line("");
    context
        .output
        .table(&["Release", "Purpose", "Status", "Sent"], rows);
}

/// What comes from elsewhere than the rest; where all of it is from stands beside the source.
fn provenance(context: &mut Context, desk: &Desk, card: &ContactCard) {
    let rows: Vec<_> = card
        .provenance
        .iter()
        .filter(|one| one.by.is_some() || (one.import, one.line) != (card.import, card.import_line))
        .map(|one| {
            let what = match &one.value {
                Some(value) => format!("{} {value}", one.field),
                None => one.field.replace('_', " "),
            };
            let at = one.at.map(|at| format!(", {}", minute(desk, at)));
            let from = match (&one.by, one.import, one.line) {
                (Some(by), ..) => format!("{by}{}", at.unwrap_or_default()),
                (None, Some(import), Some(line)) => format!("import {import}, line {line}"),
                (None, Some(import), None) => format!("import {import}"),
                _ => "by hand".to_owned(),
            };
            vec![what, from]
        })
        .collect();
    if rows.is_empty() {
        return;
    }
    context.output.line("");
    context.output.table(&["Since then", "From"], rows);
}

/// How to call a contact in a sentence.
pub(in crate::cli) fn called(card: &ContactCard) -> String {
    let contact = &card.contact;
    let name = if contact.name.is_empty() {
        &contact.email
    } else {
        &contact.name
    };
    if contact.outlet.is_empty() {
        name.clone()
    } else {
        format!("{name} ({})", contact.outlet)
    }
}

fn outcome(mail: &CardDelivery) -> String {
    let mut outcome = mail.status.clone();
    if let Some(reason) = &mail.reason {
        outcome = format!("{outcome}: {reason}");
    }
    if mail.rehearsal {
        outcome += " (rehearsal)";
    }
    outcome
}
