//! Previews: the very bytes a recipient gets or got, or what a version would look like now.

use crate::config::keys::smtp::Transport;
use crate::desk::Desk;
use crate::desk::distribution::whom;
use crate::desk::letter::compose::{self, Letter, Recipient};
use crate::desk::letter::frozen;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::approve;
use crate::desk::release::prepare::{self, Going};
use crate::desk::release::write;
use crate::domain::distribution::Status;
use crate::domain::release::Release;
use crate::mail::read_back::read_back;
use crate::store::audience::{self, Audience};
use crate::store::distribution::{self, Distribution};
use crate::store::embargo;
use crate::store::ledger::{self, LedgerRow};
use crate::store::release;

/// What to look at.
#[derive(Clone, Debug, Default)]
pub struct Request<'a> {
    pub release: &'a str,
    /// A contact by address or id.
    pub for_contact: Option<&'a str>,
    pub distribution: Option<i64>,
    /// Only this language version.
    pub language: Option<&'a str>,
}

#[derive(Clone, Debug, serde::Serialize)]
pub struct Previewed {
    pub release: String,
    pub version: i64,
    /// The distribution whose frozen mail this is.
    pub distribution: Option<i64>,
    /// True: these are the bytes that are or were sent to this recipient.
    pub exact: bool,
    /// The recipient's delivery status, and the reason where there will be no mail.
    pub status: Option<String>,
    pub reason: Option<String>,
    /// One for a contact; one per language otherwise, the original first.
    pub mails: Vec<Mail>,
}

#[derive(Clone, Debug, serde::Serialize)]
pub struct Mail {
    pub language: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// The whole message; plain ASCII, lines end in CRLF.
    pub raw: String,
}

/// Where a distribution exists and the contact is one of its recipients, the bytes are exactly
/// those of its mail; otherwise the current version is rendered as it would be scheduled now.
pub async fn preview(desk: &Desk, request: &Request<'_>) -> Result<Previewed, Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, request.release).await?;
    let contact = match request.for_contact {
        Some(who) => Some(whom::one_contact(connection, who).await?),
        None => None,
    };
    let all = distribution::of_release(connection, release.id).await?;
    let chosen = match request.distribution {
        Some(id) => Some(
            all.iter()
                .find(|one| one.id == id)
                .ok_or_else(|| no_distribution(&release, id))?,
        ),
        None => None,
    };
    if let Some(contact) = contact
        && let Some((one, row)) = frozen_row(desk, &all, chosen, contact).await?
    {
        return exactly(desk, &release, one, &row).await;
    }
    match chosen {
        Some(one) if contact.is_some() => Err(Problem::new(
            Exit::Usage,
            "not-a-recipient",
            format!("this contact is no recipient of distribution {}", one.id),
        )
        .hint(format!(
            "see who is: dateline release recipients {}",
            release.slug
        ))),
        Some(one) => of_distribution(desk, &release, one, request.language).await,
        None => as_it_would_be(desk, &release, contact, request.language).await,
    }
}

fn no_distribution(release: &Release, id: i64) -> Problem {
    Problem::new(
        Exit::Usage,
        "no-distribution",
        format!("{} has no distribution {id}", release.slug),
    )
    .hint(format!("see them: dateline release show {}", release.slug))
}

/// The contact's row: in the chosen distribution, else in the newest that was not canceled.
async fn frozen_row<'a>(
    desk: &Desk,
    all: &'a [Distribution],
    chosen: Option<&'a Distribution>,
    contact: i64,
) -> Result<Option<(&'a Distribution, LedgerRow)>, Problem> {
    let candidates: Vec<&Distribution> = match chosen {
        Some(one) => vec![one],
        None => all
            .iter()
            .rev()
            .filter(|one| one.status != Status::Canceled)
            .collect(),
    };
    for one in candidates {
        if let Some(row) = ledger::of_contact(desk.store.db(), one.id, contact).await? {
            return Ok(Some((one, row)));
        }
    }
    Ok(None)
}

async fn exactly(
    desk: &Desk,
    release: &Release,
    one: &Distribution,
    row: &LedgerRow,
) -> Result<Previewed, Problem> {
    let letters = frozen::letters(desk, desk.store.db(), one).await?;
    let mut mails = Vec::new();
    if let Some(letter) = frozen::in_language(&letters, &row.language) {
        mails.push(mail(desk, letter, &frozen::recipient(one, row))?);
    }
    Ok(Previewed {
        release: release.slug.clone(),
        version: row.version,
        distribution: Some(one.id),
        exact: true,
        status: Some(row.status.clone()),
        reason: row.reason.clone(),
        mails,
    })
}

async fn of_distribution(
    desk: &Desk,
    release: &Release,
    one: &Distribution,
    language: Option<&str>,
) -> Result<Previewed, Problem> {
    let connection = desk.store.db();
    let letters = frozen::letters(desk, connection, one).await?;
    let mut recipient = sample(desk);
    recipient.first_attempt_at = one.send_at;
    let version = release::version(connection, one.version_id).await?;
    Ok(Previewed {
        release: release.slug.clone(),
        version: version.map_or(0, |version| version.number),
        distribution: Some(one.id),
        exact: false,
        status: None,
        reason: None,
        mails: written(desk, release, &letters, &recipient, language)?,
    })
}

async fn as_it_would_be(
    desk: &Desk,
    release: &Release,
    contact: Option<i64>,
    language: Option<&str>,
) -> Result<Previewed, Problem> {
    let connection = desk.store.db();
    let version = approve::current_version(connection, release).await?;
    let sender = compose::sender(desk, connection, &version.content).await?;
    let languages = version.content.languages();
    let going = Going {
        rehearsal: desk.config.smtp.transport != Transport::Smtp,
        ..Going::usual(&version)
    };
    let state = embargo::current(connection, release.id).await?;
    let mut letters = Vec::new();
    for rendition in prepare::renditions(desk, &state, &sender, going, &version)? {
        letters.push(prepare::letter(desk, connection, &sender, rendition).await?);
    }
    let mut previewed = Previewed {
        release: release.slug.clone(),
        version: version.number,
        distribution: None,
        exact: false,
        status: None,
        reason: None,
        mails: Vec::new(),
    };
    let Some(contact) = contact else {
        previewed.mails = written(desk, release, &letters, &sample(desk), language)?;
        return Ok(previewed);
    };
    let asked = Audience {
        contacts: vec![contact],
        release_id: release.id,
        organizations: sender.organization_ids,
        languages,
        purpose: "general".to_owned(),
        notice: desk.config.privacy.notice_url.clone(),
        ..Audience::default()
    };
    let planned = audience::plan(connection, &asked).await?.into_iter().next();
    let Some(planned) = planned else {
        return Err(Problem::new(
            Exit::Forbidden,
            "no-address",
            "this contact has no address that mail could go to",
        )
        .hint("see the contact: dateline contact show"));
    };
    let recipient = Recipient {
        delivery_id: 0,
        address: planned.email,
        slots: planned.slots,
        first_attempt_at: desk.now(),
        replies_to: None,
    };
    let wanted = language.unwrap_or(&planned.language);
    previewed.mails = written(desk, release, &letters, &recipient, Some(wanted))?;
    previewed.reason = planned.reason;
    Ok(previewed)
}

fn written(
    desk: &Desk,
    release: &Release,
    letters: &[Letter],
    recipient: &Recipient,
    language: Option<&str>,
) -> Result<Vec<Mail>, Problem> {
    let mut mails = Vec::new();
    for letter in letters {
        if language.is_none_or(|wanted| wanted == letter.rendition.language) {
            mails.push(mail(desk, letter, recipient)?);
        }
    }
    if mails.is_empty() {
        let known = letters.iter().map(|letter| &letter.rendition.language);
        return Err(prepare::no_language(
            &release.slug,
            known,
            language.unwrap_or_default(),
        ));
    }
    Ok(mails)
}

fn mail(desk: &Desk, letter: &Letter, recipient: &Recipient) -> Result<Mail, Problem> {
    let parcel = letter.write(desk, recipient)?;
    let shown = read_back(&parcel.bytes);
    Ok(Mail {
        language: letter.rendition.language.clone(),
        to: parcel.to,
        subject: shown.subject,
        text: shown.text,
        html: shown.html,
        raw: String::from_utf8_lossy(&parcel.bytes).into_owned(),
    })
}

/// A recipient who does not exist, with something in every merge field.
fn sample(desk: &Desk) -> Recipient {
    let slots = serde_json::json!({
        "name": "Jane Doe", "given_name": "Jane", "family_name": "Doe",
        "outlet": "The Daily Example", "title": "Reporter",
    });
    Recipient {
        slots: slots.to_string(),
        ..prepare::sample(desk)
    }
}
