//! A mail taken apart: what people read, what programs read, and what was sent back.

use mail_parser::decoders::html::html_to_text;
use mail_parser::{Message, MessageParser, MimeHeaders, PartType};

/// Bytes of text and of each part that are looked at; a report says what it has to say before.
const ENOUGH: usize = 200_000;

/// The parts that matter.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Names in lower case, values unfolded and decoded where they are encoded words.
    pub(super) headers: Vec<(String, String)>,
    pub(super) subject: String,
    /// Media type of the whole, with its parameters, in lower case.
    pub(super) content_type: String,
    /// All text outside the returned message, HTML as text.
    pub(super) text: String,
    /// Each `message/delivery-status` part (RFC 3464), or its UTF-8 form (RFC 6533).
    pub(super) statuses: Vec<String>,
    /// The `message/feedback-report` part (RFC 5965).
    pub(super) feedback: Option<String>,
    pub(super) has_disposition: bool,
    /// The message that came back, or its headers, as raw text.
    pub(super) returned: String,
}

impl Parts {
    pub(super) fn read(bytes: &[u8]) -> Self {
        let bytes = after_mbox_line(bytes);
        let mut parts = Self::default();
        let Some(message) = MessageParser::default().parse(bytes) else {
            return parts;
        };
        parts.headers = headers(&message);
        message
            .subject()
            .unwrap_or_default()
            .clone_into(&mut parts.subject);
        parts.content_type = parts.header("content-type").to_ascii_lowercase();
        for part in &message.parts {
            parts.take(part, bytes);
        }
        parts
    }

    /// The first header of that name; empty where there is none.
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, value)| value.as_str())
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    fn take(&mut self, part: &mail_parser::MessagePart<'_>, whole: &[u8]) {
        let kind = part.content_type().map_or_else(String::new, |kind| {
            let sub = kind.c_subtype.as_deref().unwrap_or_default();
            format!("{}/{sub}", kind.c_type).to_ascii_lowercase()
        });
        let text = match &part.body {
            PartType::Text(text) => clip(text).to_owned(),
            PartType::Html(html) => html_to_text(clip(html)),
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
                let end = bytes.len().min(ENOUGH);
                String::from_utf8_lossy(&bytes[..end]).into_owned()
            }
            PartType::Message(_) => {
                let (from, to) = (part.offset_body as usize, part.offset_end as usize);
                let bytes = whole.get(from..to.min(from.saturating_add(ENOUGH)));
                String::from_utf8_lossy(bytes.unwrap_or_default()).into_owned()
            }
            PartType::Multipart(_) => return,
        };
        let text = text.replace("\r\n", "\n");
        match kind.as_str() {
            "message/delivery-status" | "message/global-delivery-status" => {
                self.statuses.push(text);
            }
            "message/feedback-report" => self.feedback = Some(text),
            "message/disposition-notification" | "message/global-disposition-notification" => {
                self.has_disposition = true;
            }
            _ if is_returned(&kind, &part.body) => {
                // The first is the one that came back; what it carries is part of it.
                let is_first = self.returned.is_empty();
                self.returned = if is_first {
                    text
                } else {
                    std::mem::take(&mut self.returned)
                };
            }
            _ if matches!(part.body, PartType::Text(_) | PartType::Html(_)) => {
                let is_twin =
                    matches!(part.body, PartType::Html(_)) && !self.text.trim().is_empty();
                if !is_twin && self.text.len() < ENOUGH {
                    self.text.push_str(&text);
                    self.text.push('\n');
                }
            }
            _ => {}
        }
    }
}

/// A mail inside the mail, whole or its headers only.
fn is_returned(kind: &str, body: &PartType<'_>) -> bool {
    const KINDS: [&str; 7] = [
        "message/rfc822",
        "message/global",
        "message/rfc822-headers",
        "text/rfc822-headers",
        "message/global-headers",
        "text/rfc822",
        "message/partial",
    ];
    KINDS.contains(&kind) || matches!(body, PartType::Message(_))
}

fn headers(message: &Message<'_>) -> Vec<(String, String)> {
    message
        .headers_raw()
        .take(500)
        .map(|(name, value)| {
            let value: Vec<_> = clip(value).split_whitespace().collect();
            (name.to_ascii_lowercase(), value.join(" "))
        })
        .collect()
}

/// At most `ENOUGH` bytes, ending at a character.
fn clip(text: &str) -> &str {
    let mut end = text.len().min(ENOUGH);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Blank lines and an mbox separator before the first header are no part of the message.
fn after_mbox_line(bytes: &[u8]) -> &[u8] {
    let start = bytes
        .iter()
        .position(|byte| !byte.is_ascii_whitespace())
        .unwrap_or(bytes.len());
    let bytes = &bytes[start..];
    if bytes.starts_with(b"From ") || bytes.starts_with(b">From ") {
        let end = bytes.iter().position(|byte| *byte == b'\n');
        return end.map_or(&[][..], |end| &bytes[end + 1..]);
    }
    bytes
}
