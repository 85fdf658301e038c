//! Fills the catcher's templates.

use std::net::SocketAddr;
use std::sync::Arc;

use minijinja::value::Serde;
use minijinja::{Environment, Value, context};
use serde::Serialize;
use serde_json::json;

use crate::domain::instant::Instant;
use crate::mail::sink::mailbox::{Caught, Mailbox};
use crate::web::catcher::mail;

/// Mails on one page of the list.
const ROWS: usize = 100;
/// Mails in the JSON.
const JSON_ROWS: usize = 1000;

pub(crate) struct View {
    templates: Environment<'static>,
    smtp: SocketAddr,
}

/// How a mail is to be shown.
pub(crate) struct Shown<'a> {
    pub(crate) tab: &'a str,
    pub(crate) narrow: bool,
    pub(crate) dark: bool,
}

#[derive(Serialize)]
struct Row {
    id: u64,
    date: String,
    time: String,
    machine_time: Instant,
    from: String,
    to: String,
    subject: Option<String>,
    size: String,
    files: usize,
}

impl View {
    pub(crate) fn new(smtp: SocketAddr) -> Result<Self, minijinja::Error> {
        let mut templates = Environment::new();
        for (name, source) in [
            ("base.html", include_str!("base.html")),
            ("list.html", include_str!("list.html")),
            ("mail.html", include_str!("mail.html")),
        ] {
            templates.add_template(name, source)?;
        }
        Ok(Self { templates, smtp })
    }

    /// Newest first, those before `before` only.
    pub(crate) fn list(
        &self,
        mailbox: &Mailbox,
        before: Option<u64>,
    ) -> Result<String, minijinja::Error> {
        let mails = mailbox.mails();
        let older: Vec<&Arc<Caught>> = mails
            .iter()
            .rev()
            .filter(|caught| before.is_none_or(|before| caught.id < before))
            .collect();
        let rows: Vec<Row> = older.iter().take(ROWS).map(|caught| row(caught)).collect();
        let next = (older.len() > ROWS)
            .then(|| rows.last().map(|row| row.id))
            .flatten();
        self.templates.get_template("list.html")?.render(context! {
            rows => Value::from(Serde(&rows)),
            next,
            before,
            taken => mailbox.taken(),
            kept => mails.len(),
            smtp => self.smtp.to_string(),
        })
    }

    pub(crate) fn mail(
        &self,
        caught: &Caught,
        shown: &Shown<'_>,
    ) -> Result<String, minijinja::Error> {
        let bytes = &caught.bytes;
        let has_html = mail::has_html(bytes);
        let tab = match shown.tab {
            tab @ ("text" | "raw" | "headers" | "files") => tab,
            _ if has_html => "html",
            _ => "text",
        };
        let files = mail::files(bytes);
        let headers = (tab == "headers").then(|| mail::headers(bytes));
        self.templates.get_template("mail.html")?.render(context! {
            mail => Value::from(Serde(row(caught))),
            envelope_from => caught.from.clone(),
            tab,
            has_html,
            narrow => shown.narrow,
            dark => shown.dark,
            text => (tab == "text").then(|| mail::text(bytes)).flatten(),
            raw => (tab == "raw").then(|| mail::raw(bytes)),
            headers => Value::from(Serde(headers)),
            file_count => files.len(),
            files => Value::from(Serde(&files)),
            bytes => bytes.len(),
        })
    }
}

/// The newest mails for programs, newest first.
pub(crate) fn json(mailbox: &Mailbox) -> String {
    let mails = mailbox.mails();
    let rows: Vec<_> = mails
        .iter()
        .rev()
        .take(JSON_ROWS)
        .map(|caught| {
            let summary = mail::summary(&caught.bytes);
            json!({
                "id": caught.id,
                "received_at": caught.received_at,
                "from": caught.from,
                "to": caught.to,
                "subject": summary.subject,
                "message_id": summary.message_id,
                "bytes": caught.bytes.len(),
                "files": summary.files,
            })
        })
        .collect();
    json!({ "taken": mailbox.taken(), "kept": mails.len(), "mails": rows }).to_string()
}

fn row(caught: &Caught) -> Row {
    let summary = mail::summary(&caught.bytes);
    let at = caught.received_at.timestamp();
    Row {
        id: caught.id,
        date: at.strftime("%-d %b %Y").to_string(),
        time: at.strftime("%H:%M:%S").to_string(),
        machine_time: caught.received_at,
        from: summary.from.unwrap_or_else(|| caught.from.clone()),
        to: caught.to.join(", "),
        subject: summary.subject.filter(|subject| !subject.is_empty()),
        size: size(caught.bytes.len()),
        files: summary.files,
    }
}

/// In the unit people read: 820 bytes, 5.9 KB, 1.2 MB.
fn size(bytes: usize) -> String {
    let tenths = |unit: usize| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
    match bytes {
        0..1000 => format!("{bytes} bytes"),
        1000..1_000_000 => format!("{} KB", tenths(1000)),
        _ => format!("{} MB", tenths(1_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_as_people_read_them() {
        assert_eq!(size(820), "820 bytes");
        assert_eq!(size(5_870), "5.8 KB");
        assert_eq!(size(1_250_000), "1.2 MB");
    }
}
