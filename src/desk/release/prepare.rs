//! What has to be right before a version may be approved, scheduled or sent.

use std::sync::OnceLock;

use crate::desk::Desk;
use crate::desk::letter::compose::{self, Letter, Occasion, Recipient, Sender};
use crate::desk::letter::opt_out_link;
use crate::desk::letter::rendition;
use crate::desk::problem::{Exit, Problem};
use crate::domain::address;
use crate::domain::content::VersionKind;
use crate::domain::distribution::Purpose;
use crate::domain::embargo::Embargo;
use crate::domain::instant::Instant;
use crate::domain::slot::{self, SlotProblem};
use crate::domain::when::Moment;
use crate::store::connection::ConnectionTrait;
use crate::store::distribution::{Distribution, Rendition};
use crate::store::embargo;
use crate::store::release::StoredVersion;

/// Whether the version can be made into a mail at all: sender, postal address, templates, merge
/// fields, size. Done at approval, so that nobody finds out at night.
pub async fn ready(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    version: &StoredVersion,
) -> Result<(), Problem> {
    let sender = compose::sender(desk, connection, &version.content).await?;
    let state = embargo::current(connection, version.release_id).await?;
    for rendition in renditions(desk, &state, &sender, Going::usual(version), version)? {
        let letter = letter(desk, connection, &sender, rendition).await?;
        letter.write(desk, &sample(desk))?;
    }
    Ok(())
}

/// A letter of a rendition that belongs to no distribution: for trying out, looking at and testing.
pub async fn letter(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    sender: &Sender,
    rendition: Rendition,
) -> Result<Letter, Problem> {
    let attachments = rendition::attachments(desk, connection, &rendition).await?;
    Ok(Letter {
        from: sender.from.clone(),
        reply_to: sender.reply_to.clone(),
        attachments: attachments.into(),
        rendition,
        embargoed_until: None,
        nonce: "preview".to_owned(),
        message_domain: message_domain(&sender.from)?,
        opt_out: opt_out_link::ways(desk, &sender.reply_to)?,
        envelope_from: envelope_from(desk, &sender.from),
        mold: OnceLock::new(),
        bare: OnceLock::new(),
        linked: OnceLock::new(),
    })
}

/// A recipient who does not exist, for trying a letter out.
pub fn sample(desk: &Desk) -> Recipient {
    Recipient {
        delivery_id: 0,
        address: "journalist@example.com".to_owned(),
        slots: "{}".to_owned(),
        first_attempt_at: desk.now(),
        replies_to: None,
    }
}

/// The domain of From: Message-IDs stand under it (MAIL-02).
pub fn message_domain(from: &str) -> Result<String, Problem> {
    let bare = compose::bare_address(from);
    address::parse(&bare)
        .map(|address| address.domain().to_owned())
        .map_err(|_| {
            Problem::new(
                Exit::Config,
                "sender",
                "the sender's address cannot be used",
            )
            .hint("mend [newsroom] from in config.toml")
        })
}

/// The envelope sender, perhaps with `{token}` in it.
pub fn envelope_from(desk: &Desk, from: &str) -> String {
    desk.config
        .smtp
        .bounce_address
        .clone()
        .unwrap_or_else(|| compose::bare_address(from))
}

/// Renders a distribution in all languages of its version and keeps the results: a template or
/// setting edited later changes nothing that was approved.
pub async fn render_all(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    distribution: &Distribution,
    version: &StoredVersion,
) -> Result<(), Problem> {
    if Purpose::parse(&distribution.purpose).is_none_or(Purpose::is_notice) {
        // The text in such a mail would be early for whoever has no copy.
        return Err(Problem::new(
            Exit::Failed,
            "not-the-text",
            format!("distribution {} does not carry the text", distribution.id),
        )
        .hint("cancel it and ask again"));
    }
    let mut sender = compose::sender(desk, connection, &version.content).await?;
    // As it was chosen when it was scheduled; the rendition's hash holds both.
    sender.from.clone_from(&distribution.from_header);
    sender.reply_to.clone_from(&distribution.reply_to);
    let state = embargo::current(connection, version.release_id).await?;
    let going = Going {
        purpose: &distribution.purpose,
        cover_note: distribution.cover_note.as_deref(),
        rehearsal: distribution.rehearsal,
        test: false,
    };
    for rendition in renditions(desk, &state, &sender, going, version)? {
        rendition::keep(desk, connection, distribution.id, &rendition).await?;
    }
    Ok(())
}

/// How a version goes out.
#[derive(Clone, Copy, Debug)]
pub struct Going<'a> {
    pub purpose: &'a str,
    pub cover_note: Option<&'a str>,
    pub rehearsal: bool,
    /// To ourselves, marked so: read before the lift like an advance copy.
    pub test: bool,
}

impl Going<'_> {
    /// As a version goes out where nobody has said otherwise: a correction and an update to those
    /// who have the one before, everything else as news.
    pub fn usual(version: &StoredVersion) -> Self {
        let purpose = match version.content.kind {
            VersionKind::Correction => Purpose::Correction,
            VersionKind::Update => Purpose::Update,
            _ => Purpose::General,
        };
        Self {
            purpose: purpose.as_str(),
            cover_note: None,
            rehearsal: false,
            test: false,
        }
    }
}

/// A version in all its languages, the original first, as it would be frozen now. What is checked, shown, tried and
/// sent as a test comes through here, too: it is what will be sent.
pub fn renditions(
    desk: &Desk,
    state: &Embargo,
    sender: &Sender,
    going: Going<'_>,
    version: &StoredVersion,
) -> Result<Vec<Rendition>, Problem> {
    let purpose = Purpose::parse(going.purpose).unwrap_or(Purpose::General);
    // Before the lift only those have it whom it was entrusted to, and we ourselves.
    let is_early = going.test || purpose.carries_text() && purpose != Purpose::General;
    let occasion = Occasion {
        purpose: going.purpose,
        // What is read before the lift says so in its subject and its first line (EMB-07).
        embargo: state
            .until()
            .filter(|_| is_early && state.is_active(desk.now())),
        cover_note: going.cover_note,
        rehearsal: going.rehearsal,
        test: going.test,
    };
    let mut content = version.content.clone();
    if purpose == Purpose::General && content.note.is_some() {
        // Who never saw the first version reads news, not a correction.
        (content.kind, content.note) = (VersionKind::Release, None);
    }
    let languages = content.languages().into_iter();
    languages
        .map(|language| rendition::rendition(desk, &content, sender, &language, occasion))
        .collect()
}

/// A language was asked for that the release is not in.
pub fn no_language<'k>(
    slug: &str,
    known: impl Iterator<Item = &'k String>,
    wanted: &str,
) -> Problem {
    let known: Vec<&str> = known.map(String::as_str).collect();
    Problem::new(
        Exit::Usage,
        "no-language",
        format!("{slug} has no text in {wanted:?}"),
    )
    .hint(format!("it has: {}", known.join(", ")))
}

/// Merge fields of a version and a cover note that have no default, by the name of their column.
pub fn bare_fields(
    version: &StoredVersion,
    cover_note: Option<&str>,
) -> Result<Vec<String>, Problem> {
    let mut found = Vec::new();
    let texts = version.content.texts.iter().flat_map(|text| {
        std::iter::once(&text.headline)
            .chain(&text.subheads)
            .chain(std::iter::once(&text.body))
    });
    for text in texts.map(String::as_str).chain(cover_note) {
        let fields = slot::fields(text).map_err(|problem| bad_field(&problem))?;
        for field in fields.into_iter().filter(|field| field.default.is_none()) {
            let column = field.name.trim_start_matches("contact.").to_owned();
            if !found.contains(&column) {
                found.push(column);
            }
        }
    }
    Ok(found)
}

/// A merge field that cannot be read, for whoever wrote it.
pub(in crate::desk::release) fn bad_field(problem: &SlotProblem) -> Problem {
    Problem::new(
        Exit::Usage,
        "merge-field",
        format!(
            "merge field, line {}, column {}: {}",
            problem.line, problem.column, problem.message
        ),
    )
    .hint("mend it and try again")
}

/// The embargo notice's moment where a mail goes out before the lift.
pub fn notice(embargo: &Embargo, now: Instant) -> Option<&Moment> {
    embargo.is_active(now).then(|| embargo.until()).flatten()
}
