//! Reads a caught mail for showing: its parts, its headers, its files.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders as _};
use serde::Serialize;

/// More of a raw mail is not shown in the page; the file has it all.
const RAW_SHOWN: usize = 500_000;

#[derive(Serialize)]
pub(crate) struct Header {
    name: String,
    value: String,
}

#[derive(Serialize)]
pub(crate) struct File {
    number: u32,
    name: String,
    kind: String,
    bytes: usize,
    inline: bool,
}

/// What stands in a row of the list.
#[derive(Default)]
pub(crate) struct Summary {
    pub(crate) from: Option<String>,
    pub(crate) subject: Option<String>,
    pub(crate) message_id: Option<String>,
    pub(crate) files: usize,
}

fn parse(bytes: &[u8]) -> Option<Message<'_>> {
    MessageParser::new().parse(bytes)
}

pub(crate) fn summary(bytes: &[u8]) -> Summary {
    let Some(message) = parse(bytes) else {
        return Summary::default();
    };
    let from = message.from().and_then(|from| from.first());
    Summary {
        from: from.and_then(|from| from.name().or(from.address()).map(str::to_owned)),
        subject: message.subject().map(str::to_owned),
        message_id: message.message_id().map(str::to_owned),
        files: message.attachment_count(),
    }
}

/// As they came, each on one line.
pub(crate) fn headers(bytes: &[u8]) -> Vec<Header> {
    parse(bytes)
        .map(|message| {
            message
                .headers_raw()
                .map(|(name, value)| Header {
                    name: name.to_owned(),
                    value: value
                        .replace("\r\n", "")
                        .replace('\t', " ")
                        .trim()
                        .to_owned(),
                })
                .collect()
        })
        .unwrap_or_default()
}

pub(crate) fn text(bytes: &[u8]) -> Option<String> {
    let message = parse(bytes)?;
    let part = *message.text_body.first()?;
    message
        .part(part)
        .and_then(MessagePart::text_contents)
        .map(str::to_owned)
}

/// The HTML part with its pictures (`cid:`) in place; none where the mail has no HTML.
pub(crate) fn html(bytes: &[u8]) -> Option<String> {
    let message = parse(bytes)?;
    let part = message.part(*message.html_body.first()?)?;
    if !part.is_text_html() {
        return None;
    }
    let mut html = part.text_contents()?.to_owned();
    for picture in message.attachments() {
        let Some(id) = picture.content_id() else {
            continue;
        };
        let kind = kind(picture);
        if kind.starts_with("image/") {
            let data = format!("data:{kind};base64,{}", STANDARD.encode(picture.contents()));
            html = html.replace(&format!("\"cid:{id}\""), &format!("\"{data}\""));
        }
    }
    Some(html)
}

pub(crate) fn has_html(bytes: &[u8]) -> bool {
    parse(bytes).is_some_and(|message| {
        message
            .html_body
            .first()
            .and_then(|part| message.part(*part))
            .is_some_and(MessagePart::is_text_html)
    })
}

/// As text, the beginning of it.
pub(crate) fn raw(bytes: &[u8]) -> String {
    let shown = bytes.get(..RAW_SHOWN).unwrap_or(bytes);
    String::from_utf8_lossy(shown).replace("\r\n", "\n")
}

pub(crate) fn files(bytes: &[u8]) -> Vec<File> {
    let Some(message) = parse(bytes) else {
        return Vec::new();
    };
    (0..)
        .zip(message.attachments())
        .map(|(number, part)| File {
            number,
            name: part.attachment_name().unwrap_or("(no name)").to_owned(),
            kind: kind(part),
            bytes: part.contents().len(),
            inline: part.content_id().is_some(),
        })
        .collect()
}

/// Name and content of the file with this number.
pub(crate) fn file(bytes: &[u8], number: u32) -> Option<(String, Vec<u8>)> {
    let message = parse(bytes)?;
    let part = message.attachment(number)?;
    let name = part.attachment_name().unwrap_or("attachment").to_owned();
    Some((name, part.contents().to_vec()))
}

/// `type/subtype` of plain characters.
fn kind(part: &MessagePart<'_>) -> String {
    part.content_type()
        .map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or("*")))
        .filter(|kind| {
            kind.bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"/+-.*".contains(&b))
        })
        .unwrap_or_else(|| "application/octet-stream".to_owned())
}
