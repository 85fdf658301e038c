//! The parts of a message: text, HTML, pictures, files.

use lettre::message::header::{
    ContentDisposition, ContentId, ContentTransferEncoding, ContentType,
};
use lettre::message::{Body, MultiPart, SinglePart};
use sha2::{Digest as _, Sha256};

use crate::domain::hex;
use crate::mail::header_text;
use crate::mail::message::{Attachment, Facts, MessageError};

/// The content of one message from its facts.
pub(crate) fn content(facts: &Facts) -> Result<MultiPart, MessageError> {
    let parts = [
        text_part(ContentType::TEXT_PLAIN, &facts.text)?,
        text_part(ContentType::TEXT_HTML, &facts.html)?,
    ];
    around(parts, &facts.attachments, &facts.boundary)
}

/// multipart/alternative, text first; inline pictures around it (related), files around that.
pub(crate) fn around(
    parts: [SinglePart; 2],
    attachments: &[Attachment],
    seed: &str,
) -> Result<MultiPart, MessageError> {
    let boundary = |level: &str| {
        let digest = Sha256::digest(format!("{level}\0{seed}"));
        // "=_" can stand neither in quoted-printable nor in base64 (RFC 2045, section 6.7), so
        // no content can contain the boundary.
        format!("=_{level}_{}", hex::encode(&digest[..12]))
    };
    let [text, html] = parts;
    let mut body = MultiPart::alternative()
        .boundary(boundary("alt"))
        .singlepart(text)
        .singlepart(html);
    let inline = |attachment: &&Attachment| attachment.inline_id.is_some();
    if attachments.iter().any(|a| inline(&a)) {
        body = MultiPart::related()
            .boundary(boundary("rel"))
            .multipart(body);
        for attachment in attachments.iter().filter(inline) {
            body = body.singlepart(file_part(attachment)?);
        }
    }
    if attachments.iter().any(|a| !inline(&a)) {
        body = MultiPart::mixed().boundary(boundary("mix")).multipart(body);
        for attachment in attachments.iter().filter(|a| !inline(a)) {
            body = body.singlepart(file_part(attachment)?);
        }
    }
    Ok(body)
}

/// Quoted-printable, always: readable in the raw, and spam filters dislike base64 text.
fn text_part(kind: ContentType, text: &str) -> Result<SinglePart, MessageError> {
    let body = Body::new_with_encoding(
        header_text::clean_body(text),
        ContentTransferEncoding::QuotedPrintable,
    )
    .map_err(|_| MessageError::Build("the text could not be encoded".into()))?;
    Ok(SinglePart::builder().header(kind).body(body))
}

/// Base64, always: left to choose, lettre sends ASCII files with their bare line feeds.
fn file_part(attachment: &Attachment) -> Result<SinglePart, MessageError> {
    let body = Body::new_with_encoding(attachment.bytes.to_vec(), ContentTransferEncoding::Base64)
        .map_err(|_| MessageError::Build("an attachment could not be encoded".into()))?;
    let name = file_name(&attachment.file_name);
    let mut part = SinglePart::builder().header(media_type(&attachment.media_type));
    if let Some(id) = &attachment.inline_id {
        // Not necessarily with an "@": the HTML names it, and both must read the same.
        if !header_text::is_atom(id) && header_text::message_id(id).is_none() {
            return Err(MessageError::MessageId("content id"));
        }
        part = part
            .header(ContentId::from(format!("<{id}>")))
            .header(ContentDisposition::inline_with_name(&name));
    } else {
        part = part.header(ContentDisposition::attachment(&name));
    }
    Ok(part.body(body))
}

/// A name no mail program trips over: no path, no quotes, no control characters, 150 bytes.
fn file_name(name: &str) -> String {
    let mut name: String = header_text::clean(name)
        .chars()
        .map(|c| if "/\\\"<>|:*?;%'".contains(c) { '_' } else { c })
        .collect();
    while name.len() > 150 {
        name.pop();
    }
    let name = name.trim().to_owned();
    if name.is_empty() {
        "attachment".to_owned()
    } else {
        name
    }
}

/// `type/subtype` of plain tokens, or the type for "some bytes".
fn media_type(text: &str) -> ContentType {
    let token = |part: &str| {
        (1..=60).contains(&part.len())
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&b))
    };
    let plain = text.split_once('/').is_some_and(|(kind, sub)| {
        token(kind) && token(sub) && !kind.eq_ignore_ascii_case("multipart")
    });
    ContentType::parse(if plain {
        text
    } else {
        "application/octet-stream"
    })
    .unwrap_or(ContentType::TEXT_PLAIN)
}
