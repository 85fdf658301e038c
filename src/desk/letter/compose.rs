//! The mail itself: a version rendered with its slots open, and the bytes for one recipient.
//!
//! Preview, test, schedule and run all come through here: what is previewed is what is sent.

use std::sync::{Arc, OnceLock};

use crate::desk::Desk;
use crate::desk::letter::opt_out_link::OptOutWays;
use crate::desk::problem::{Exit, Problem};
use crate::domain::content::Version;
use crate::domain::embargo::said_there;
use crate::domain::instant::Instant;
use crate::domain::slot::{Elsewhere, Slots, fill_header, moments_elsewhere};
use crate::domain::suppression::SuppressionKey;
use crate::domain::when::Moment;
use crate::mail::message::{Attachment, Facts, MessageError, build_cast};
use crate::mail::mold::Mold;
use crate::mail::render::{RenderError, on_request, reason};
use crate::store::connection::ConnectionTrait;
use crate::store::distribution::Rendition;
use crate::store::organization;

/// Who signs a mail: the newsroom, or the organization where it says otherwise.
#[derive(Clone, Debug)]
pub struct Sender {
    pub from: String,
    pub reply_to: String,
    pub postal_address: String,
    /// The client, where the newsroom sends for one.
    pub on_behalf_of: Option<String>,
    pub organization_ids: Vec<i64>,
}

/// The sender of a version. Its postal address is what the law wants in every mail (CAN-SPAM,
/// CASL): without one nothing is sent (LAW-02).
pub async fn sender(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    version: &Version,
) -> Result<Sender, Problem> {
    let newsroom = &desk.config.newsroom;
    let mut sender = Sender {
        from: newsroom.from.clone(),
        reply_to: newsroom
            .reply_to
            .clone()
            .unwrap_or_else(|| newsroom.from.clone()),
        postal_address: newsroom.address.clone().unwrap_or_default(),
        on_behalf_of: None,
        organization_ids: Vec::new(),
    };
    for (place, issuer) in version.original().issuers.iter().enumerate() {
        let Some(row) = organization::by_slug(connection, &issuer.slug).await? else {
            continue;
        };
        sender.organization_ids.push(row.id);
        if place > 0 {
            continue;
        }
        if row.name != newsroom.name {
            sender.on_behalf_of = Some(row.name);
        }
        if let Some(from) = row.from_header {
            sender.from = from;
        }
        if let Some(reply_to) = row.reply_to {
            sender.reply_to = reply_to;
        }
        if let Some(address) = row.postal_address {
            sender.postal_address = address;
        }
    }
    if sender.postal_address.trim().is_empty() {
        return Err(Problem::new(
            Exit::Forbidden,
            "no-postal-address",
            "there is no postal address for the footer, and the law wants one in every mail",
        )
        .hint("set [newsroom] address in config.toml"));
    }
    Ok(sender)
}

/// What kind of mail is rendered.
#[derive(Clone, Copy, Debug)]
pub struct Occasion<'a> {
    pub purpose: &'a str,
    /// Where the reader must not publish yet.
    pub embargo: Option<&'a Moment>,
    pub cover_note: Option<&'a str>,
    pub rehearsal: bool,
    pub test: bool,
}

/// The code of a refusal because something no longer is what was approved.
pub const DAMAGED: &str = "damaged-distribution";

/// All that the mails of one rendition share.
#[derive(Clone, Debug)]
pub struct Letter {
    pub from: String,
    pub reply_to: String,
    pub rendition: Rendition,
    pub attachments: Arc<[Attachment]>,
    pub embargoed_until: Option<Instant>,
    /// The distribution's random part of every id.
    pub nonce: String,
    pub message_domain: String,
    pub opt_out: OptOutWays,
    /// Template of the envelope sender; `{token}` in it makes bounces exact.
    pub envelope_from: String,
    /// The content encoded once, at the first mail.
    pub mold: OnceLock<Result<Mold, MessageError>>,
    /// The same for those who want no attachments.
    pub bare: OnceLock<Result<Mold, MessageError>>,
    /// The same for those who want links in their place.
    pub linked: OnceLock<Result<Mold, MessageError>>,
}

/// One recipient, as frozen.
#[derive(Clone, Debug)]
pub struct Recipient {
    pub delivery_id: i64,
    pub address: String,
    /// JSON of the merge fields, list and source.
    pub slots: String,
    pub first_attempt_at: Instant,
    /// Message-ID of the recipient's own copy that this mail answers (RFC 5322 §3.6.4).
    pub replies_to: Option<String>,
}

/// The frozen values of one row.
#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Frozen {
    name: String,
    given_name: String,
    family_name: String,
    outlet: String,
    title: String,
    list: String,
    source: String,
    attachments: String,
    /// Where our privacy notice is, in the first mail to a contact.
    notice: String,
    time_zone: String,
}

/// A letter ready for the post.
#[derive(Clone, Debug)]
pub struct Parcel {
    pub envelope_from: String,
    pub to: String,
    pub bytes: Vec<u8>,
}

impl Letter {
    /// The Message-ID of a row for its whole life, without the angle brackets.
    pub fn message_id(&self, delivery_id: i64) -> String {
        message_id(&self.nonce, delivery_id, &self.message_domain)
    }

    /// The moments of the text as the clocks of a recipient's zone show them, where that is known.
    fn moments(&self, desk: &Desk, zone: &str) -> Vec<(String, String)> {
        if zone.is_empty() {
            return Vec::new();
        }
        let said = |one: Elsewhere| {
            let said = said_there(one.instant, zone, &one.language, &desk.zones);
            (one.slot, said)
        };
        let elsewhere = moments_elsewhere(&self.rendition.text, zone);
        elsewhere.into_iter().map(said).collect()
    }

    /// The content with its gaps, encoded at the first call.
    pub fn cast(&self) -> &Result<Mold, MessageError> {
        self.mold.get_or_init(|| {
            Mold::cast(
                &self.rendition.text,
                &self.rendition.html,
                &self.attachments,
                &self.nonce,
            )
        })
    }

    /// The content without the files that were attached; pictures in the text stay.
    fn bare_cast(&self) -> &Result<Mold, MessageError> {
        self.bare.get_or_init(|| {
            let inline = self.inline();
            let rendition = &self.rendition;
            let (text, html) = on_request(&rendition.language, &rendition.text, &rendition.html);
            Mold::cast(&text, &html, &inline, &self.nonce)
        })
    }

    /// The content with links in place of the files that were attached, where there are any.
    fn linked_cast(&self) -> Option<&Result<Mold, MessageError>> {
        let (text, html) = self.rendition.linked.as_ref()?;
        Some(
            self.linked
                .get_or_init(|| Mold::cast(text, html, &self.inline(), &self.nonce)),
        )
    }

    fn inline(&self) -> Vec<Attachment> {
        let files = self.attachments.iter();
        files
            .filter(|file| file.inline_id.is_some())
            .cloned()
            .collect()
    }

    /// Fills the slots and builds the bytes: a pure function of letter and row, so that a retry is
    /// byte-identical.
    pub fn write(&self, desk: &Desk, recipient: &Recipient) -> Result<Parcel, MessageError> {
        let frozen: Frozen = serde_json::from_str(&recipient.slots).unwrap_or_default();
        let message_id = self.message_id(recipient.delivery_id);
        let token = token(&desk.key, &self.nonce, recipient.delivery_id);
        let by_mail = self.opt_out.by_mail(&token);
        let by_page = self.opt_out.by_page(&self.nonce, recipient.delivery_id);
        let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let slots = Slots {
            name: frozen.name.clone(),
            given_name: frozen.given_name,
            family_name: frozen.family_name,
            outlet: frozen.outlet,
            title: frozen.title,
            optout: by_page.clone().unwrap_or_else(|| by_mail.clone()),
            reason: reason(
                &self.rendition.language,
                said(&frozen.list).as_deref(),
                said(&frozen.source).as_deref(),
                said(&frozen.notice).as_deref(),
            ),
            list: frozen.list,
            moments: self.moments(desk, &frozen.time_zone),
        };
        let attached = self.attachments.iter().any(|file| file.inline_id.is_none());
        let mold = match frozen.attachments.as_str() {
            "links" if attached => self.linked_cast().unwrap_or_else(|| self.bare_cast()),
            "none" if attached => self.bare_cast(),
            _ => self.cast(),
        };
        let mold = mold.as_ref().map_err(Clone::clone)?;
        let facts = Facts {
            from: self.from.clone(),
            reply_to: Some(self.reply_to.clone()),
            to: recipient.address.clone(),
            to_name: said(&frozen.name),
            subject: fill_header(&self.rendition.subject, &slots),
            message_id,
            date: recipient.first_attempt_at,
            embargoed_until: self.embargoed_until,
            in_reply_to: recipient.replies_to.clone(),
            unsubscribe_mailto: by_mail,
            unsubscribe_url: by_page,
            ..Facts::default()
        };
        let mut bytes = build_cast(&facts, mold, &slots)?;
        let signer = desk
            .signing
            .as_ref()
            .map_err(|error| MessageError::Build(error.to_string()))?;
        if let Some(signer) = signer {
            bytes = signer.sign(&bytes);
        }
        Ok(Parcel {
            envelope_from: self.envelope_from.replace("{token}", &token),
            to: recipient.address.clone(),
            bytes,
        })
    }
}

/// The Message-ID of a delivery, from what its distribution keeps; without angle brackets.
pub fn message_id(nonce: &str, delivery_id: i64, message_domain: &str) -> String {
    format!("{nonce}.{delivery_id}@{message_domain}")
}

/// Names a delivery to the outside, unforgeably: for opt-outs and bounces that come back.
fn token(key: &SuppressionKey, nonce: &str, delivery_id: i64) -> String {
    let tail = key.token_tail("delivery", &format!("{nonce}.{delivery_id}"));
    format!("{delivery_id}-{tail}")
}

/// All tokens that a mail may have been given, also those of the time before the key was changed.
pub(crate) fn tokens(desk: &Desk, nonce: &str, delivery_id: i64) -> impl Iterator<Item = String> {
    let keys = std::iter::once(&desk.key).chain(&desk.older_keys);
    keys.map(move |key| token(key, nonce, delivery_id))
}

/// The bare address of a header value such as `Name <a@b>`.
pub fn bare_address(header: &str) -> String {
    let inside = header
        .rsplit_once('<')
        .and_then(|(_, rest)| rest.split_once('>'))
        .map(|(address, _)| address);
    inside.unwrap_or(header).trim().to_owned()
}

impl From<RenderError> for Problem {
    fn from(error: RenderError) -> Self {
        Self::new(Exit::Usage, "template", error.to_string())
            .hint("mend the template and try again: dateline template check")
    }
}

impl From<MessageError> for Problem {
    fn from(error: MessageError) -> Self {
        Self::new(Exit::Forbidden, "message", error.to_string())
            .hint("edit the release or the settings, then preview it")
    }
}
