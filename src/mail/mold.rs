//! A mold: the content of all mails of one rendition, encoded once, with gaps for each recipient.
//!
//! Quoted-printable can be encoded in pieces where every piece begins at the start of a line and
//! ends with a soft line break (RFC 2045, section 6.7), so only the gaps are encoded per recipient,
//! and attachments once for all. The bytes are a pure function of rendition and slots.

use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Body, SinglePart};

use crate::domain::slot::{Piece, Slots, chosen, escape_html, pieces};
use crate::mail::header_text;
use crate::mail::message::{Attachment, MessageError};
use crate::mail::mime;

/// What a line may hold before its soft break.
const LINE: usize = 75;

#[derive(Clone, Debug)]
enum Segment {
    Bytes(Vec<u8>),
    Gap {
        name: String,
        default: Option<String>,
        html: bool,
    },
}

/// The encoded content: everything of a message from its `Content-Type` on.
#[derive(Clone, Debug)]
pub struct Mold {
    segments: Vec<Segment>,
    /// Bytes of all segments without the gaps.
    size: usize,
}

impl Mold {
    /// Encodes frozen text and HTML and all attachments. `seed` gives the boundaries.
    pub fn cast(
        text: &str,
        html: &str,
        attachments: &[Attachment],
        seed: &str,
    ) -> Result<Self, MessageError> {
        let mut gaps = Vec::new();
        let parts = [
            part(ContentType::TEXT_PLAIN, text, false, seed, &mut gaps),
            part(ContentType::TEXT_HTML, html, true, seed, &mut gaps),
        ];
        let whole = mime::around(parts, attachments, seed)?.formatted();
        let mut segments = Vec::with_capacity(gaps.len() * 2 + 1);
        let mut rest = whole.as_slice();
        for (number, gap) in gaps.into_iter().enumerate() {
            let mark = mark(seed, number);
            let at = find(rest, mark.as_bytes())
                .ok_or_else(|| MessageError::Build("a gap was lost in the encoding".into()))?;
            segments.push(Segment::Bytes(rest[..at].to_vec()));
            segments.push(gap);
            rest = &rest[at + mark.len()..];
        }
        segments.push(Segment::Bytes(rest.to_vec()));
        let size = whole.len();
        Ok(Self { segments, size })
    }

    /// Bytes of the content, not counting what fills the gaps.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Appends the content with this recipient's values.
    pub fn fill(&self, slots: &Slots, out: &mut Vec<u8>) {
        out.reserve(self.size + 512);
        for segment in &self.segments {
            match segment {
                Segment::Bytes(bytes) => out.extend_from_slice(bytes),
                Segment::Gap {
                    name,
                    default,
                    html,
                } => {
                    let value = chosen(name, default.as_deref(), slots);
                    if *html {
                        let mut escaped = String::with_capacity(value.len() + 16);
                        escape_html(&value, &mut escaped);
                        encode(&escaped, out);
                    } else {
                        encode(&header_text::clean_body(&value), out);
                    }
                }
            }
        }
    }
}

/// Stands for a gap while lettre puts the parts together; it cannot occur in encoded text, where
/// "=" is followed by two digits or a line end.
fn mark(seed: &str, number: usize) -> String {
    let plain: String = seed.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("=GAP{plain}N{number}=")
}

fn find(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

/// One text part, its gaps marked and noted.
fn part(
    kind: ContentType,
    frozen: &str,
    html: bool,
    seed: &str,
    gaps: &mut Vec<Segment>,
) -> SinglePart {
    let mut encoded = Vec::with_capacity(frozen.len() + frozen.len() / 8);
    for piece in pieces(frozen) {
        match piece {
            Piece::Plain(plain) => encode(&header_text::clean_body(plain), &mut encoded),
            Piece::Slot { name, default } => {
                encoded.extend_from_slice(mark(seed, gaps.len()).as_bytes());
                gaps.push(Segment::Gap {
                    name,
                    default,
                    html,
                });
            }
        }
    }
    let body = Body::dangerous_pre_encoded(encoded, ContentTransferEncoding::QuotedPrintable);
    SinglePart::builder().header(kind).body(body)
}

/// Quoted-printable of a piece that begins at the start of a line; ends with a soft line break
/// unless it ends a line itself. An empty piece is nothing.
fn encode(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let bytes = text.as_bytes();
    let (mut at, mut column) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        let ends_line = |at: usize| bytes.get(at) == Some(&b'\n');
        if ends_line(at) {
            out.extend_from_slice(b"\r\n");
            (at, column) = (at + 1, 0);
            continue;
        }
        // A blank before a line end would be lost on the way.
        let plain = matches!(byte, b'!'..=b'<' | b'>'..=b'~')
            || (matches!(byte, b' ' | b'\t') && !ends_line(at + 1));
        let width = if plain { 1 } else { 3 };
        if column + width > LINE {
            out.extend_from_slice(b"=\r\n");
            column = 0;
        }
        if plain {
            out.push(*byte);
        } else {
            out.extend_from_slice(&[
                b'=',
                HEX[usize::from(byte >> 4)],
                HEX[usize::from(byte & 15)],
            ]);
        }
        (at, column) = (at + 1, column + width);
    }
    if column > 0 {
        out.extend_from_slice(b"=\r\n");
    }
}

#[cfg(test)]
mod tests {
    use mail_parser::MessageParser;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::slot::{fill_html, fill_text, frame, freeze};

    fn slots(name: &str) -> Slots {
        Slots {
            name: name.to_owned(),
            optout: "mailto:a@b.example?subject=unsubscribe%20x".to_owned(),
            ..Slots::default()
        }
    }

    fn read(mold: &Mold, slots: &Slots) -> (String, String, String) {
        let mut bytes = b"MIME-Version: 1.0\r\n".to_vec();
        mold.fill(slots, &mut bytes);
        let raw = String::from_utf8(bytes.clone()).unwrap();
        let message = MessageParser::default().parse(&bytes).unwrap();
        let text = message.body_text(0).unwrap().replace("\r\n", "\n");
        let html = message.body_html(0).unwrap().replace("\r\n", "\n");
        (raw, text, html)
    }

    #[test]
    fn a_name_stands_where_the_gap_was() {
        let text = freeze("Dear {{ contact.name | default(\"there\") }},\r\nnews. ")
            + &frame("optout")
            + "\r\n";
        let mold = Mold::cast(&text, "<p>x</p>\r\n", &[], "seed").unwrap();
        let (raw, read_text, _) = read(&mold, &slots("Zoë Ångström"));
        assert_eq!(
            read_text,
            "Dear Zoë Ångström,\nnews. mailto:a@b.example?subject=unsubscribe%20x\n"
        );
        assert!(raw.lines().all(|line| line.len() <= 76));
        assert!(read(&mold, &slots("")).1.starts_with("Dear there,"));
    }

    proptest! {
        #[test]
        fn what_is_read_is_what_was_filled(
            before in "[ -~äß€\u{1F600}\n\t=.]{0,200}",
            after in "[ -~äß€\n\t=.]{0,200}",
            name in "\\PC{0,90}",
        ) {
            let source = format!("x{before}{{{{ contact.name }}}}{after}x");
            let text = header_text::clean_body(&freeze(&source));
            let html = format!("<p>{}</p>", text.replace('<', "&lt;"));
            let mold = Mold::cast(&text, &html, &[], "seed").unwrap();
            let slots = slots(&name);
            let (raw, read_text, read_html) = read(&mold, &slots);
            prop_assert_eq!(read_text, fill_text(&text, &slots).replace("\r\n", "\n"));
            prop_assert_eq!(read_html, fill_html(&html, &slots).replace("\r\n", "\n"));
            for line in raw.split("\r\n") {
                prop_assert!(line.len() <= 78 && !line.contains(['\r', '\n']), "{line:?}");
            }
        }
    }
}
