//! A version rendered in one language, with the files that go along: what `schedule` freezes.

use sha2::{Digest as _, Sha256};

use crate::config::keys::smtp::Smtp;
use crate::desk::Desk;
use crate::desk::letter::compose::{DAMAGED, Occasion, Sender};
use crate::desk::letter::logo::{self, Logo};
use crate::desk::problem::{Exit, Problem};
use crate::domain::asset_link::AssetLink;
use crate::domain::content::{Asset, AssetUse, Version};
use crate::domain::embargo::notice::{notice_long, notice_short};
use crate::domain::hex;
use crate::domain::slot;
use crate::mail::message::Attachment;
use crate::mail::render::{self, Brand, EmbargoLines, RenderInput, RenditionText, render};
use crate::store::blob;
use crate::store::connection::ConnectionTrait;
use crate::store::distribution::{self, Enclosure, Rendition, files_json};

/// Renders a version in one language.
///
/// Errors: a template (2), a logo that cannot be used (78), a file too large to travel where no
/// address for links is set (4).
pub fn rendition(
    desk: &Desk,
    version: &Version,
    sender: &Sender,
    language: &str,
    occasion: Occasion<'_>,
) -> Result<Rendition, Problem> {
    let logo = own_logo(desk)?;
    let links = links(desk, version, |asset| {
        is_too_large(&desk.config.smtp, asset)
    })?;
    let rendered = written(
        desk,
        version,
        sender,
        language,
        occasion,
        (logo.as_ref(), &links),
    )?;
    let mut files = enclosures(version, &links);
    // A template of the house's own may do without it.
    let shown = logo.filter(|logo| {
        let id = logo.enclosure.inline_id.as_deref();
        id.is_some_and(|id| rendered.html.contains(&format!("cid:{id}")))
    });
    // Who wants links gets the same mail, with an address where the others have a file.
    let is_attached = |file: &Enclosure| file.inline_id.is_none();
    let linked = if desk.config.newsroom.files_url.is_some() && files.iter().any(is_attached) {
        let all = self::links(desk, version, |_| true)?;
        let other = written(
            desk,
            version,
            sender,
            language,
            occasion,
            (shown.as_ref(), &all),
        )?;
        Some((other.text, other.html))
    } else {
        None
    };
    files.extend(shown.map(|logo| logo.enclosure));
    let mut rendition = Rendition {
        language: rendered.language,
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        files,
        linked,
        hash: String::new(),
    };
    rendition.hash = hash(&sender.from, &sender.reply_to, &rendition);
    Ok(rendition)
}

fn written(
    desk: &Desk,
    version: &Version,
    sender: &Sender,
    language: &str,
    occasion: Occasion<'_>,
    (logo, links): (Option<&Logo>, &[(String, String)]),
) -> Result<RenditionText, Problem> {
    let embargo = occasion.embargo.map(|moment| EmbargoLines {
        short: notice_short(moment, language, &desk.zones),
        long: notice_long(moment, language, &desk.zones),
        there: slot::moment(moment.instant, language, &moment.zone),
    });
    let newsroom = &desk.config.newsroom;
    let logo = logo.and_then(|logo| {
        let cid = logo.enclosure.inline_id.as_deref()?;
        let (width, height) = logo.shown;
        Some(render::Logo { cid, width, height })
    });
    Ok(render(&RenderInput {
        version,
        language,
        purpose: occasion.purpose,
        embargo: embargo.as_ref(),
        newsroom_name: &newsroom.name,
        postal_address: &sender.postal_address,
        on_behalf_of: sender.on_behalf_of.as_deref(),
        cover_note: occasion.cover_note,
        templates_dir: newsroom.templates.as_deref(),
        brand: Brand {
            logo,
            color: newsroom.color,
        },
        links,
        rehearsal: occasion.rehearsal,
        test: occasion.test,
    })?)
}

fn own_logo(desk: &Desk) -> Result<Option<Logo>, Problem> {
    let path = desk.config.newsroom.logo.as_deref();
    path.map(logo::read).transpose()
}

/// How an asset goes: as its author wants, or as a link where it is too large to travel.
pub fn goes(desk: &Desk, asset: &Asset) -> AssetUse {
    let is_linked = desk.config.newsroom.files_url.is_some();
    match asset.use_ {
        AssetUse::Attach if is_linked && is_too_large(&desk.config.smtp, asset) => AssetUse::Link,
        use_ => use_,
    }
}

fn is_too_large(smtp: &Smtp, asset: &Asset) -> bool {
    let limit = smtp.attachment_limit.unwrap_or(Smtp::LINKED_FROM);
    asset.size > limit.bytes()
}

/// The addresses of the assets that a mail only links to, by SHA-256. Pictures in the text travel.
fn links(
    desk: &Desk,
    version: &Version,
    instead: impl Fn(&Asset) -> bool,
) -> Result<Vec<(String, String)>, Problem> {
    let Some(base) = desk.config.newsroom.files_url.as_deref() else {
        let only_link = |asset: &&Asset| asset.use_ == AssetUse::Link;
        return match version.assets.iter().find(only_link) {
            Some(asset) => Err(no_address(asset)),
            None => Ok(Vec::new()),
        };
    };
    let linked = version.assets.iter().filter(|asset| match asset.use_ {
        AssetUse::Link => true,
        AssetUse::Attach => instead(asset),
        AssetUse::Inline => false,
    });
    Ok(linked
        .map(|asset| {
            let link = AssetLink::write(&desk.key, base, &asset.sha256, &asset.file_name);
            (asset.sha256.clone(), link)
        })
        .collect())
}

fn no_address(asset: &Asset) -> Problem {
    Problem::new(
        Exit::Forbidden,
        "no-files-url",
        format!(
            "the mail shall link to {}, and there is no address it could link to",
            asset.file_name
        ),
    )
    .hint("set [newsroom] files_url to the public address of `dateline serve`, or attach the file")
}

/// The assets that travel.
fn enclosures(version: &Version, links: &[(String, String)]) -> Vec<Enclosure> {
    // The same bytes may stand in the text, and go as a link besides.
    let travels = |asset: &&Asset| match asset.use_ {
        AssetUse::Inline => true,
        AssetUse::Attach => !links.iter().any(|(sha256, _)| *sha256 == asset.sha256),
        AssetUse::Link => false,
    };
    let assets = version.assets.iter().filter(travels);
    assets
        .map(|asset| Enclosure {
            sha256: asset.sha256.clone(),
            file_name: asset.file_name.clone(),
            media_type: asset.media_type.clone(),
            inline_id: (asset.use_ == AssetUse::Inline).then(|| asset.content_id()),
        })
        .collect()
}

/// SHA-256 over who signs and what is said, to notice a row that was changed behind our back.
pub fn hash(from: &str, reply_to: &str, rendition: &Rendition) -> String {
    let mut digest = Sha256::new();
    let files = files_json(&rendition.files);
    let (text, html) = rendition
        .linked
        .as_ref()
        .map_or(("", ""), |(text, html)| (text, html));
    let parts = [
        from,
        reply_to,
        &rendition.subject,
        &rendition.text,
        &rendition.html,
        &files,
        text,
        html,
    ];
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    hex::encode(&digest.finalize())
}

/// Keeps a rendition with a distribution, and its logo: a file that is changed or gone later
/// changes nothing that was approved.
pub async fn keep(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    distribution_id: i64,
    rendition: &Rendition,
) -> Result<(), Problem> {
    if let Some(logo) = own_logo(desk)?
        && rendition.files.contains(&logo.enclosure)
    {
        let Enclosure {
            sha256, media_type, ..
        } = &logo.enclosure;
        blob::put(connection, sha256, media_type, logo.bytes).await?;
    }
    distribution::add_rendition(connection, distribution_id, rendition).await?;
    Ok(())
}

/// The bytes of the files that travel with a rendition, frozen or not.
pub async fn attachments(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    rendition: &Rendition,
) -> Result<Vec<Attachment>, Problem> {
    let mut attachments = Vec::new();
    for file in &rendition.files {
        let lost = |what: &str| {
            Problem::new(
                Exit::Failed,
                DAMAGED,
                format!("the bytes of {} {what}", file.file_name),
            )
            .hint("restore the last backup, or edit the release")
        };
        let bytes = match blob::get(connection, &file.sha256).await? {
            Some(bytes) => bytes,
            // The logo of a mail that nobody has scheduled yet.
            None => own_logo(desk)?
                .filter(|logo| logo.enclosure == *file)
                .map(|logo| logo.bytes)
                .ok_or_else(|| lost("are not in the database"))?,
        };
        if hex::encode(&Sha256::digest(&bytes)) != file.sha256 {
            return Err(lost("were changed outside Dateline"));
        }
        attachments.push(Attachment {
            file_name: file.file_name.clone(),
            media_type: file.media_type.clone(),
            bytes: bytes.into(),
            inline_id: file.inline_id.clone(),
        });
    }
    Ok(attachments)
}
