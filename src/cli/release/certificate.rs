//! The certificate of a release as a file: plain text to read and print, or JSON for machines.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use crate::desk::problem::{Exit, Problem};
use crate::desk::release::certificate::{Certificate, Recipient, Stated};
use crate::domain::instant::Instant;

/// Writes it to a new file: a proof is never written over.
pub(in crate::cli) fn write(path: &Path, content: &str) -> Result<(), Problem> {
    let failed = |why: std::io::Error| {
        let (code, message) = match why.kind() {
            ErrorKind::AlreadyExists => (
                "file-exists",
                format!(
                    "{} is there already, and a certificate is not written over",
                    path.display()
                ),
            ),
            _ => (
                "file",
                format!("{} could not be written: {why}", path.display()),
            ),
        };
        Problem::new(Exit::Usage, code, message).hint("choose another name or place")
    };
    let mut file = File::create_new(path).map_err(failed)?;
    file.write_all(content.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(failed)
}

/// The whole of it in plain text.
pub(in crate::cli) fn text(paper: &Certificate) -> String {
    let mut lines = vec![
        format!("CERTIFICATE OF {}", paper.release.to_uppercase()),
        String::new(),
        pair(
            "Release",
            &format!("{} ({})", paper.release, paper.public_id),
        ),
        pair("Status", paper.status.as_str()),
        pair(
            "Issued",
            &format!("{} by {}", paper.issued_at, paper.issued_by),
        ),
        pair("Zones", &paper.zones.join(", ")),
    ];
    versions(&mut lines, paper);
    embargo(&mut lines, paper);
    lines.push(String::new());
    lines.push("ACCEPTED BY MAIL SERVERS".to_owned());
    match (&paper.first_accepted, &paper.last_accepted) {
        (Some(first), Some(last)) => {
            moment(&mut lines, "first", first);
            moment(&mut lines, "last", last);
        }
        _ => lines.push("  No copy was accepted yet.".to_owned()),
    }
    for one in &paper.distributions {
        distribution(&mut lines, paper, one);
    }
    chain(&mut lines, paper);
    lines.push(String::new());
    lines.join("\n")
}

fn versions(lines: &mut Vec<String>, paper: &Certificate) {
    for one in &paper.versions {
        lines.push(String::new());
        lines.push(format!("VERSION {} ({})", one.number, one.kind));
        lines.push(pair("SHA-256", &one.content_hash));
        lines.push(pair("Written", &format!("{} by {}", one.at, one.by)));
        if one.approvals.is_empty() {
            lines.push(pair("Approved", "by nobody"));
        }
        for name in &one.approvals {
            let revoked = match (name.revoked_at, &name.revoked_why) {
                (Some(at), Some(why)) => format!("; taken back {at}: {why}"),
                (Some(at), None) => format!("; taken back {at}"),
                _ => String::new(),
            };
            let under = match name.embargo {
                0 => "without an embargo".to_owned(),
                number => format!("under act {number} of the embargo"),
            };
            let said = format!("{} by {}, {under}{revoked}", name.at, name.by);
            lines.push(pair("Approved", &said));
        }
    }
}

fn embargo(lines: &mut Vec<String>, paper: &Certificate) {
    lines.push(String::new());
    lines.push("EMBARGO".to_owned());
    if paper.embargo.is_empty() {
        lines.push("  There never was one.".to_owned());
    }
    for act in &paper.embargo {
        let why = act
            .reason
            .as_ref()
            .map_or_else(String::new, |why| format!(": {why}"));
        lines.push(format!(
            "  {}. {} {} by {}{why}",
            act.number, act.act, act.at, act.by
        ));
        if let Some(until) = &act.until {
            moment(lines, "until", until);
        }
    }
}

fn distribution(
    lines: &mut Vec<String>,
    paper: &Certificate,
    one: &crate::desk::release::certificate::Sending,
) {
    let rehearsal = if one.rehearsal { ", REHEARSAL" } else { "" };
    lines.push(String::new());
    lines.push(format!(
        "DISTRIBUTION {} ({}, version {}, {}{rehearsal})",
        one.id, one.purpose, one.version, one.status
    ));
    let counts = one.counts.iter().filter(|(_, number)| **number > 0);
    let counts: Vec<String> = counts
        .map(|(word, number)| format!("{number} {word}"))
        .collect();
    lines.push(pair("Recipients", &counts.join(", ")));
    let span = [one.first_accepted_at, one.last_accepted_at].map(at);
    lines.push(pair("First, last", &span.join(", ")));
    lines.push(pair("Digest", &one.digest));
    let written = one
        .digest_in_log
        .as_deref()
        .unwrap_or("not yet: it has not ended");
    lines.push(pair("In the log", written));
    for row in paper
        .recipients
        .iter()
        .filter(|row| row.distribution == one.id)
    {
        recipient(lines, row);
    }
}

fn recipient(lines: &mut Vec<String>, row: &Recipient) {
    let who = if row.address.is_empty() {
        format!("contact {} (erased)", row.contact)
    } else {
        row.address.clone()
    };
    let at = row
        .accepted_at
        .map_or_else(String::new, |at| format!(" {at}"));
    let why = row
        .reason
        .as_ref()
        .map_or_else(String::new, |reason| format!(" ({reason})"));
    lines.push(format!("  {who}: {}{at}{why}", row.status));
    if let Some(id) = row
        .message_id
        .as_ref()
        .filter(|_| row.status != "suppressed")
    {
        lines.push(format!("      <{id}>"));
    }
    if let Some(reply) = &row.reply {
        lines.push(format!("      {reply}"));
    }
}

fn chain(lines: &mut Vec<String>, paper: &Certificate) {
    lines.push(String::new());
    lines.push("THE LOG".to_owned());
    lines.push(pair("Entries", &paper.log.entries.to_string()));
    let head = paper.log.last_hash.as_deref().unwrap_or("none");
    lines.push(pair("Chain head", head));
    if paper.holds {
        lines.push("  Chain, texts and rows are as they were written.".to_owned());
    }
    for doubt in &paper.doubts {
        lines.push(format!("  IT DOES NOT HOLD: {doubt}."));
    }
}

fn moment(lines: &mut Vec<String>, what: &str, stated: &Stated) {
    lines.push(pair(what, &stated.instant.to_string()));
    for (zone, said) in &stated.local {
        lines.push(pair("", &format!("{said}, {zone}")));
    }
}

fn at(at: Option<Instant>) -> String {
    at.map_or_else(|| "-".to_owned(), |at| at.to_string())
}

fn pair(name: &str, value: &str) -> String {
    format!("  {name:<12} {value}")
}
