//! Facts into bytes: one message for one recipient, the same bytes for the same facts.

use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{self, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Mailboxes, Message, MessageBuilder, SinglePart};

use crate::domain::instant::Instant;
use crate::domain::slot::Slots;
use crate::mail::header_text;
use crate::mail::mime;
use crate::mail::mold::Mold;

/// The largest message [`build`] makes, in bytes after encoding; many servers stop at 10 MB.
pub const MAX_BYTES: usize = 10_000_000;

/// 9999-12-31T23:59:59Z.
const LAST_MILLIS: i64 = 253_402_300_799_000;

/// A file that travels with the message; shared, because every recipient gets the same bytes.
#[derive(Clone, Debug)]
pub struct Attachment {
    pub file_name: String,
    pub media_type: String,
    pub bytes: Arc<[u8]>,
    /// Set for a picture shown in the HTML: its `cid:` name.
    pub inline_id: Option<String>,
}

/// All that goes into one message.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The header's value: `Name <a@b>` or an address.
    pub from: String,
    /// The same form.
    pub reply_to: Option<String>,
    /// An address.
    pub to: String,
    pub to_name: Option<String>,
    pub subject: String,
    /// Without angle brackets; the same for every retry.
    pub message_id: String,
    pub date: Instant,
    /// Seed from which every boundary is derived, so that a retry is the same to the byte.
    pub boundary: String,
    pub text: String,
    pub html: String,
    pub attachments: Vec<Attachment>,
    /// Announced in `X-Dateline-Embargo`, for machines.
    pub embargoed_until: Option<Instant>,
    /// A full `mailto:` URI; empty for mail that is not a distribution.
    pub unsubscribe_mailto: String,
    pub unsubscribe_url: Option<String>,
    /// Message-ID without angle brackets, for corrections and kills.
    pub in_reply_to: Option<String>,
    /// Says `Auto-Submitted: auto-generated` (RFC 3834): vacation programs stay quiet.
    pub auto_generated: bool,
}

/// Why no message was made. Never names a recipient.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    #[error("the {0} is not an address mail can be sent to; correct it")]
    Address(&'static str),
    #[error("the {0} is not a valid message id")]
    MessageId(&'static str),
    #[error("the {0} cannot stand in a header; shorten it to under 900 plain characters")]
    Unsubscribe(&'static str),
    #[error(
        "the message would have {bytes} bytes, the limit is {limit}; make the attachments smaller or link to them"
    )]
    TooLarge { bytes: usize, limit: usize },
    #[error("a header line of the message would be longer than 998 bytes (RFC 5322); shorten it")]
    LineTooLong,
    #[error("the message could not be put together: {0}")]
    Build(String),
}

/// Builds the message; equal facts give equal bytes. At most [`MAX_BYTES`].
///
/// Lines end in CRLF and have at most 998 bytes; no control character of a fact reaches a header;
/// everything is 7-bit, unless an address itself is not ASCII: such a message needs SMTPUTF8.
pub fn build(facts: &Facts) -> Result<Vec<u8>, MessageError> {
    build_within(facts, MAX_BYTES)
}

/// As [`build`], with a limit of your own in bytes.
pub fn build_within(facts: &Facts, max_bytes: usize) -> Result<Vec<u8>, MessageError> {
    // Base64 makes four of three; saying so early spares encoding what cannot be sent.
    let files: usize = facts.attachments.iter().map(|a| a.bytes.len()).sum();
    let floor = files / 3 * 4 + facts.text.len();
    if floor > max_bytes {
        let (bytes, limit) = (floor, max_bytes);
        return Err(MessageError::TooLarge { bytes, limit });
    }
    let bytes = head(facts)?
        .multipart(mime::content(facts)?)
        .map_err(|problem| MessageError::Build(problem.to_string()))?
        .formatted();
    checked(bytes, max_bytes, is_plain(facts))
}

/// Builds a message whose content comes from a mold; text, HTML, attachments and boundary of the
/// facts are not looked at. Equal facts, mold and slots give equal bytes. At most [`MAX_BYTES`].
pub fn build_cast(facts: &Facts, mold: &Mold, slots: &Slots) -> Result<Vec<u8>, MessageError> {
    if mold.size() > MAX_BYTES {
        return Err(MessageError::TooLarge {
            bytes: mold.size(),
            limit: MAX_BYTES,
        });
    }
    let empty = SinglePart::builder().body(String::new());
    let mut bytes = head(facts)?
        .singlepart(empty)
        .map_err(|problem| MessageError::Build(problem.to_string()))?
        .formatted();
    // Behind this line lettre describes the empty body; the mold describes its own.
    let end = bytes
        .windows(MIME_VERSION.len())
        .position(|window| window == MIME_VERSION)
        .ok_or_else(|| MessageError::Build("the headers have no end".into()))?;
    bytes.truncate(end + MIME_VERSION.len());
    // The mold's own bytes were encoded for good; what is new here are the headers.
    let mut bytes = checked(bytes, MAX_BYTES, is_plain(facts))?;
    mold.fill(slots, &mut bytes);
    if bytes.len() > MAX_BYTES {
        return Err(MessageError::TooLarge {
            bytes: bytes.len(),
            limit: MAX_BYTES,
        });
    }
    Ok(bytes)
}

/// The last header that lettre writes before it describes the content.
const MIME_VERSION: &[u8] = b"\r\nMIME-Version: 1.0\r\n";

/// An address that is not ASCII stands in its header as it is (RFC 6532); nothing else may.
fn is_plain(facts: &Facts) -> bool {
    facts.to.is_ascii()
        && facts.from.is_ascii()
        && facts.reply_to.as_deref().is_none_or(str::is_ascii)
}

/// The headers of one message, and its envelope.
fn head(facts: &Facts) -> Result<MessageBuilder, MessageError> {
    let to = lettre::Address::try_from(facts.to.trim().to_owned())
        .map_err(|_| MessageError::Address("recipient"))?;
    let from = mailbox(&facts.from, "sender")?;
    let id =
        header_text::message_id(&facts.message_id).ok_or(MessageError::MessageId("message id"))?;
    // lettre panics beyond the year 9999; before 1970 no release was sent by this program.
    let millis = facts.date.millis().clamp(0, LAST_MILLIS).cast_unsigned();
    let at = UNIX_EPOCH + Duration::from_millis(millis);
    let mut builder = Message::builder()
        .raw_header(address_header::<header::From>(&from))
        .raw_header(address_header::<header::To>(&named(
            facts.to_name.as_deref(),
            to.clone(),
        )))
        .raw_header(subject(&facts.subject))
        .header(header::MessageId::from(id))
        .date(at);
    if let Some(reply_to) = &facts.reply_to {
        let reply_to = mailbox(reply_to, "reply address")?;
        builder = builder.raw_header(address_header::<header::ReplyTo>(&reply_to));
    }
    if let Some(id) = &facts.in_reply_to {
        let id = header_text::message_id(id).ok_or(MessageError::MessageId("id replied to"))?;
        builder = builder.in_reply_to(id.clone()).references(id);
    }
    let (list, post) = unsubscribe(facts)?;
    if let Some(list) = list {
        builder = builder.raw_header(raw("List-Unsubscribe", &list));
    }
    if post {
        builder = builder.raw_header(raw("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }
    if let Some(instant) = facts.embargoed_until {
        builder = builder.raw_header(raw("X-Dateline-Embargo", &instant.to_string()));
    }
    if facts.auto_generated {
        builder = builder.raw_header(raw("Auto-Submitted", "auto-generated"));
    }
    let envelope = lettre::address::Envelope::new(Some(from.email), vec![to])
        .map_err(|problem| MessageError::Build(problem.to_string()))?;
    Ok(builder.envelope(envelope))
}

/// What lettre wrote must hold, whatever the facts were.
fn checked(bytes: Vec<u8>, max_bytes: usize, plain: bool) -> Result<Vec<u8>, MessageError> {
    if bytes.len() > max_bytes {
        return Err(MessageError::TooLarge {
            bytes: bytes.len(),
            limit: max_bytes,
        });
    }
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let Some(line) = line.strip_suffix(b"\r\n") else {
            return Err(MessageError::Build("a line does not end in CRLF".into()));
        };
        if line.len() > 998 {
            return Err(MessageError::LineTooLong);
        }
        if line
            .iter()
            .any(|byte| matches!(byte, b'\r' | 0) || (plain && *byte > 127))
        {
            return Err(MessageError::Build("a line is not plain text".into()));
        }
    }
    Ok(bytes)
}

/// `Name <a@b>` or `a@b` as a mailbox; the name may be quoted and may hold anything.
fn mailbox(text: &str, what: &'static str) -> Result<Mailbox, MessageError> {
    let text = header_text::clean(text);
    let (name, address) = match text.rsplit_once('<') {
        Some((name, rest)) => (
            Some(name.trim().trim_matches('"')),
            rest.strip_suffix('>').ok_or(MessageError::Address(what))?,
        ),
        None => (None, text.as_str()),
    };
    let address = lettre::Address::try_from(address.trim().to_owned())
        .map_err(|_| MessageError::Address(what))?;
    Ok(named(name, address))
}

fn named(name: Option<&str>, address: lettre::Address) -> Mailbox {
    let name = name.map(header_text::clean).filter(|name| !name.is_empty());
    Mailbox::new(name, address)
}

/// lettre folds and encodes names; those it would fold into something else are encoded by us.
fn address_header<H: Header + From<Mailboxes>>(mailbox: &Mailbox) -> HeaderValue {
    match &mailbox.name {
        Some(name) if header_text::needs_encoding(name) => HeaderValue::dangerous_new_pre_encoded(
            H::name(),
            mailbox.email.to_string(),
            format!(
                "{}\r\n <{}>",
                header_text::encoded_words(name),
                mailbox.email
            ),
        ),
        _ => H::from(Mailboxes::from(mailbox.clone())).display(),
    }
}

fn subject(text: &str) -> HeaderValue {
    let text = header_text::clean(text);
    let name = HeaderName::new_from_ascii_str("Subject");
    if header_text::needs_encoding(&text) {
        let encoded = header_text::encoded_words(&text);
        HeaderValue::dangerous_new_pre_encoded(name, text, encoded)
    } else {
        HeaderValue::new(name, text)
    }
}

/// The List-Unsubscribe value (RFC 2369), and whether one click is possible: only with https
/// (RFC 8058, section 3.1).
fn unsubscribe(facts: &Facts) -> Result<(Option<String>, bool), MessageError> {
    let plain = |uri: &str, what| {
        let fits = uri.len() < 900
            && uri
                .bytes()
                .all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b','));
        if fits {
            Ok(format!("<{uri}>"))
        } else {
            Err(MessageError::Unsubscribe(what))
        }
    };
    let mut uris = Vec::new();
    let mut one_click = false;
    if let Some(url) = facts
        .unsubscribe_url
        .as_deref()
        .filter(|url| !url.is_empty())
    {
        uris.push(plain(url, "unsubscribe URL")?);
        one_click = url
            .get(..8)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"));
    }
    if !facts.unsubscribe_mailto.is_empty() {
        uris.push(plain(&facts.unsubscribe_mailto, "unsubscribe address")?);
    }
    let list = (!uris.is_empty()).then(|| uris.join(", "));
    // "List-Unsubscribe: " has 18 bytes; receivers match the line unfolded, so it stays one.
    if list.as_ref().is_some_and(|list| list.len() > 980) {
        return Err(MessageError::Unsubscribe("unsubscribe URL and address"));
    }
    Ok((list, one_click))
}

/// A header we have checked to be plain ASCII, written as it is.
fn raw(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::dangerous_new_pre_encoded(
        HeaderName::new_from_ascii_str(name),
        value.to_owned(),
        value.to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use mail_parser::{MessageParser, MimeHeaders as _};
    use proptest::prelude::*;

    use super::*;

    fn facts() -> Facts {
        Facts {
            from: "Acme Press <press@example.com>".into(),
            reply_to: None,
            to: "mara@outlet.example".into(),
            to_name: Some("Mara Lindqvist".into()),
            subject: "Acme opens a mill".into(),
            message_id: "r1.d2.abc@example.com".into(),
            date: Instant::from_millis(1_800_000_000_000),
            boundary: "r1.d2.abc".into(),
            text: "Hello,\nnews.\n".into(),
            html: "<p>Hello, news.</p>\n".into(),
            attachments: vec![],
            embargoed_until: None,
            unsubscribe_mailto: "mailto:press@example.com?subject=opt-out%20abc".into(),
            unsubscribe_url: None,
            in_reply_to: None,
            auto_generated: false,
        }
    }

    fn file(name: &str, bytes: &[u8], inline: Option<&str>) -> Attachment {
        Attachment {
            file_name: name.into(),
            media_type: "image/png".into(),
            bytes: bytes.into(),
            inline_id: inline.map(str::to_owned),
        }
    }

    /// Names of the headers before the first empty line, in lower case.
    fn header_names(bytes: &[u8]) -> Vec<String> {
        String::from_utf8(bytes.to_vec())
            .unwrap()
            .split("\r\n")
            .take_while(|line| !line.is_empty())
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split_once(':').unwrap().0.to_lowercase())
            .collect()
    }

    #[test]
    fn the_whole_message_as_it_leaves() {
        let mut facts = facts();
        facts.unsubscribe_url = Some("https://news.example.com/u/abc".into());
        facts.embargoed_until = Some(Instant::from_millis(1_800_000_600_000));
        let text = String::from_utf8(build(&facts).unwrap()).unwrap();
        assert_eq!(
            text.replace("\r\n", "\n"),
            "From: \"Acme Press\" <press@example.com>
To: \"Mara Lindqvist\" <mara@outlet.example>
Subject: Acme opens a mill
Message-ID: <r1.d2.abc@example.com>
Date: Fri, 15 Jan 2027 08:00:00 +0000
List-Unsubscribe: <https://news.example.com/u/abc>, <mailto:press@example.com?subject=opt-out%20abc>
List-Unsubscribe-Post: List-Unsubscribe=One-Click
X-Dateline-Embargo: 2027-01-15T08:10:00Z
MIME-Version: 1.0
Content-Type: multipart/alternative;
 boundary=\"=_alt_07ec4f0af68807852f760f4a\"

--=_alt_07ec4f0af68807852f760f4a
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Hello,
news.

--=_alt_07ec4f0af68807852f760f4a
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>Hello, news.</p>

--=_alt_07ec4f0af68807852f760f4a--
"
        );
        assert_eq!(build(&facts).unwrap(), text.into_bytes());
    }

    #[test]
    fn one_click_only_with_https() {
        let post = |url: &str| {
            let mut facts = facts();
            facts.unsubscribe_url = Some(url.into());
            header_names(&build(&facts).unwrap()).contains(&"list-unsubscribe-post".to_owned())
        };
        assert!(post("https://a.example/x") && !post("http://a.example/x") && !post(""));
        let mut facts = facts();
        facts.unsubscribe_url = Some("https://a.example/x\r\nBcc: y".into());
        assert!(matches!(build(&facts), Err(MessageError::Unsubscribe(_))));
    }

    #[test]
    fn pictures_related_files_mixed_and_all_read_back() {
        let mut facts = facts();
        let binary: Vec<u8> = (0..=255).cycle().take(5000).collect();
        facts.attachments = vec![
            file("Über uns/../x.txt", b"a\n.\nb\r\n.\r\n", None),
            file("logo.png", &binary, Some("logo")),
        ];
        let bytes = build(&facts).unwrap();
        let message = MessageParser::new().parse(&bytes).unwrap();
        assert_eq!(message.content_type().unwrap().subtype(), Some("mixed"));
        let read: Vec<_> = message.attachments().collect();
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].content_id(), Some("logo"));
        assert_eq!(read[0].contents(), binary);
        assert_eq!(read[1].attachment_name(), Some("Über uns_.._x.txt"));
        assert_eq!(read[1].contents(), b"a\n.\nb\r\n.\r\n");
    }

    #[test]
    fn a_message_beyond_the_limit_is_refused() {
        let mut facts = facts();
        facts.attachments = vec![file("a.bin", &vec![0; 9_000_000], None)];
        let problem = build(&facts).unwrap_err();
        assert!(matches!(problem, MessageError::TooLarge { bytes, limit }
            if bytes >= 12_000_000 && limit == MAX_BYTES));
    }

    #[test]
    fn only_an_address_that_is_not_ascii_makes_the_message_so() {
        let mut facts = facts();
        facts.from = "Büro <press@example.com>".into();
        facts.subject = "Mühle".into();
        assert!(build(&facts).unwrap().is_ascii());
        facts.to = "jörg@outlet.example".into();
        let bytes = build(&facts).unwrap();
        let to = "To: \"Mara Lindqvist\" <jörg@outlet.example>\r\n".as_bytes();
        assert!(bytes.windows(to.len()).any(|window| window == to));
    }

    #[test]
    fn bad_addresses_and_ids_are_errors() {
        for (change, expected) in [
            (
                (|f: &mut Facts| f.to = "a b@c".into()) as fn(&mut Facts),
                MessageError::Address("recipient"),
            ),
            (|f| f.from = "x <y".into(), MessageError::Address("sender")),
            (|f| f.from = "x".into(), MessageError::Address("sender")),
            (
                |f| f.message_id = "a@b\r\nX: y".into(),
                MessageError::MessageId("message id"),
            ),
            (
                |f| f.in_reply_to = Some("none".into()),
                MessageError::MessageId("id replied to"),
            ),
        ] {
            let mut facts = facts();
            change(&mut facts);
            assert_eq!(build(&facts).unwrap_err(), expected);
        }
    }

    proptest! {
        #[test]
        fn no_text_adds_a_header_and_all_text_reads_back(
            name in any::<String>(), to_name in any::<String>(), subject in any::<String>(),
            text in any::<String>(), html in any::<String>(), file_name in any::<String>(),
            media in any::<String>(), bytes in proptest::collection::vec(any::<u8>(), 0..300),
            boundary in any::<String>(), inline in any::<Option<String>>(),
        ) {
            let mut facts = facts();
            facts.from = format!("{name} <press@example.com>");
            facts.to_name = Some(to_name.clone());
            facts.subject = subject.clone();
            facts.text = text.clone();
            facts.html = html.clone();
            facts.boundary = boundary;
            facts.attachments = vec![Attachment {
                file_name, media_type: media, bytes: bytes.as_slice().into(), inline_id: None,
            }];
            let built = build(&facts).unwrap();
            prop_assert_eq!(header_names(&built), [
                "from", "to", "subject", "message-id", "date", "list-unsubscribe", "mime-version",
                "content-type",
            ]);
            let message = MessageParser::new().parse(&built).unwrap();
            prop_assert_eq!(
                message.subject().unwrap_or_default(), header_text::clean(&subject));
            let to = message.to().unwrap().first().unwrap();
            prop_assert_eq!(to.address(), Some("mara@outlet.example"));
            prop_assert_eq!(to.name().unwrap_or_default(), header_text::clean(&to_name));
            let from = message.from().unwrap().first().unwrap();
            prop_assert_eq!(from.address(), Some("press@example.com"));
            let lf = |part: u32| message.part(part).unwrap().text_contents().unwrap()
                .replace("\r\n", "\n");
            prop_assert_eq!(lf(message.text_body[0]), header_text::clean_body(&text));
            prop_assert_eq!(lf(message.html_body[0]), header_text::clean_body(&html));
            prop_assert_eq!(message.attachment(0).unwrap().contents(), bytes.as_slice());
            facts.attachments[0].inline_id = inline;
            if let Ok(built) = build(&facts) {
                prop_assert_eq!(header_names(&built).len(), 8);
            }
        }

        #[test]
        fn long_texts_fold_and_read_back(
            name in "[a-zé=?_\"(),.<@ ]{0,700}", subject in "[a-zA-ZäЖ=?_ ]{0,1500}",
            word in "[a-z]{0,3000}", file_name in "[a-zü;'*%. ]{0,400}",
        ) {
            let mut facts = facts();
            facts.to_name = Some(name.clone());
            facts.subject = format!("{subject} {word}");
            facts.attachments = vec![file(&file_name, b"x", None)];
            let built = build(&facts).unwrap();
            prop_assert_eq!(header_names(&built).len(), 8);
            let message = MessageParser::new().parse(&built).unwrap();
            let subject = header_text::clean(&facts.subject);
            prop_assert_eq!(message.subject().unwrap_or_default(), subject);
            let to = message.to().unwrap().first().unwrap();
            prop_assert_eq!(to.name().unwrap_or_default(), header_text::clean(&name));
            prop_assert_eq!(to.address(), Some("mara@outlet.example"));
        }

        #[test]
        fn no_value_of_any_kind_panics(
            from in any::<String>(), to in any::<String>(), id in any::<String>(),
            url in any::<String>(), millis in any::<i64>(),
        ) {
            let mut facts = facts();
            facts.date = Instant::from_millis(millis);
            let _ = build(&facts);
            for change in [
                &(|f: &mut Facts| f.from = from.clone()) as &dyn Fn(&mut Facts),
                &|f| f.to = to.clone(),
                &|f| f.message_id = id.clone(),
                &|f| f.unsubscribe_mailto = url.clone(),
                &|f| f.reply_to = Some(format!("{from} <a@b.example>")),
            ] {
                let mut facts = facts.clone();
                facts.date = Instant::from_millis(0);
                change(&mut facts);
                if let Ok(bytes) = build(&facts) {
                    prop_assert!(header_names(&bytes).len() <= 9);
                }
            }
        }
    }
}
