//! Mails as their readers see them: subject, text and attached files, decoded.

use mail_parser::{MessageParser, MimeHeaders as _};

use dateline::mail::sink::Sink;

/// A mail as somebody reads it.
pub(crate) struct Read {
    pub(crate) to: Vec<String>,
    pub(crate) subject: String,
    pub(crate) text: String,
    /// Name and content of what is attached.
    pub(crate) files: Vec<(String, String)>,
    /// Everything as it came.
    pub(crate) raw: String,
}

/// All that a catcher took, in the order in which it came.
pub(crate) fn letters(sink: &Sink) -> Vec<Read> {
    let mails = sink.mails();
    mails
        .iter()
        .map(|mail| {
            let message = MessageParser::default().parse(&*mail.bytes).unwrap();
            let files = message.attachments().map(|file| {
                let name = file.attachment_name().unwrap_or_default().to_owned();
                (name, String::from_utf8_lossy(file.contents()).into_owned())
            });
            Read {
                to: mail.to.clone(),
                subject: message.subject().unwrap_or_default().to_owned(),
                text: message
                    .body_text(0)
                    .unwrap_or_default()
                    .replace("\r\n", "\n"),
                files: files.collect(),
                raw: String::from_utf8_lossy(&mail.bytes).into_owned(),
            }
        })
        .collect()
}

impl Read {
    pub(crate) fn first_line(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }
}
