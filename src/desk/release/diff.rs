//! Two versions of a release compared part by part, down to the words.

use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::approve;
use crate::desk::release::write;
use crate::domain::content::{Asset, Download, PressContact, Text, Version};
use crate::store::distribution;
use crate::store::release;

/// Two texts with nothing in common take time that grows with the square of their length; past
/// this the comparison is coarser, never wrong.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Difference {
    pub release: String,
    pub from: i64,
    pub to: i64,
    /// Only parts that differ.
    pub parts: Vec<Part>,
}

/// One part that differs.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Part {
    /// Such as `headline`, `body` or `boilerplate harbour-light`.
    pub part: String,
    /// Of the language version; none where the part belongs to all.
    pub language: Option<String>,
    /// Joined, the pieces that are not `inserted` are the old part, those not `deleted` the new.
    pub pieces: Vec<Piece>,
}

#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Piece {
    pub change: Change,
    pub text: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    Same,
    Deleted,
    Inserted,
}

/// Compares two versions; without numbers the last two.
///
/// Errors: exit 2 where there is no such version, or only one.
pub async fn diff(
    desk: &Desk,
    slug: &str,
    from: Option<i64>,
    to: Option<i64>,
) -> Result<Difference, Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, slug).await?;
    let lines = release::versions(connection, release.id).await?;
    let last = lines.last().map_or(0, |line| line.number);
    let to = to.unwrap_or(last);
    let from = from.unwrap_or(to - 1);
    if last < 2 && from == 0 {
        return Err(Problem::new(
            Exit::Usage,
            "one-version",
            format!("{slug} has only one version; there is nothing to compare it with"),
        )
        .hint(format!("see it: dateline release show {slug}")));
    }
    let mut found = Vec::new();
    for number in [from, to] {
        let line = lines.iter().find(|line| line.number == number);
        let version = match line {
            Some(line) => release::version(connection, line.id).await?,
            None => None,
        };
        found.push(version.ok_or_else(|| {
            Problem::new(
                Exit::Usage,
                "no-version",
                format!("{slug} has no version {number}; its versions are 1 to {last}"),
            )
            .hint(format!("see them: dateline release show {slug}"))
        })?);
    }
    Ok(Difference {
        release: release.slug,
        from,
        to,
        parts: compare(&found[0].content, &found[1].content),
    })
}

/// The current version against the one that was sent last. None: nothing was sent yet.
pub async fn since_sent(desk: &Desk, slug: &str) -> Result<Option<Difference>, Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, slug).await?;
    let all = distribution::of_release(connection, release.id).await?;
    let sent = all
        .iter()
        .filter(|one| !one.rehearsal && one.started_at.is_some());
    let Some(last) = sent.max_by_key(|one| one.started_at) else {
        return Ok(None);
    };
    let old = release::version(connection, last.version_id).await?;
    let new = approve::current_version(connection, &release).await?;
    Ok(old.map(|old| Difference {
        release: release.slug.clone(),
        from: old.number,
        to: new.number,
        parts: compare(&old.content, &new.content),
    }))
}

/// The parts in which two versions differ, in the order in which they are printed.
pub fn compare(old: &Version, new: &Version) -> Vec<Part> {
    let (old, new) = (parts(old), parts(new));
    let mut names: Vec<&(Option<String>, String)> = new.iter().map(|(name, _)| name).collect();
    names.extend(old.iter().map(|(name, _)| name));
    let mut seen: Vec<&(Option<String>, String)> = Vec::new();
    let mut differing = Vec::new();
    for name in names {
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let of = |parts: &[(Name, String)]| {
            let found = parts.iter().find(|(other, _)| other == name);
            found.map(|(_, text)| text.clone()).unwrap_or_default()
        };
        let (before, after) = (of(&old), of(&new));
        if before != after {
            differing.push(Part {
                part: name.1.clone(),
                language: name.0.clone(),
                pieces: pieces(&before, &after),
            });
        }
    }
    differing
}

type Name = (Option<String>, String);

/// A version as named texts; what is empty is left out.
fn parts(version: &Version) -> Vec<(Name, String)> {
    let mut parts: Vec<(Name, String)> = vec![
        ((None, "kind".into()), version.kind.as_str().into()),
        (
            (None, "note".into()),
            version.note.clone().unwrap_or_default(),
        ),
    ];
    for text in &version.texts {
        let language = Some(text.language.clone());
        let texts = of_text(text);
        parts.extend(texts.map(|(name, text)| ((language.clone(), name.to_owned()), text)));
        for about in version.boilerplates(&text.language) {
            let name = format!("boilerplate {}", about.slug);
            parts.push((
                (language.clone(), name),
                format!("{}\n{}", about.title, about.body),
            ));
        }
    }
    for asset in &version.assets {
        let name = format!("asset {}", asset.file_name);
        parts.push(((None, name), of_asset(asset)));
    }
    parts.retain(|(_, text)| !text.trim().is_empty());
    parts
}

fn of_text(text: &Text) -> impl Iterator<Item = (&'static str, String)> {
    let lines = |all: &mut dyn Iterator<Item = String>| all.collect::<Vec<_>>().join("\n");
    [
        ("headline", text.headline.clone()),
        ("subheads", text.subheads.join("\n")),
        ("dateline", text.dateline_line().unwrap_or_default()),
        ("body", text.body.clone()),
        (
            "organizations",
            lines(&mut text.issuers.iter().map(|issuer| issuer.name.clone())),
        ),
        (
            "forward-looking",
            text.forward_looking.clone().unwrap_or_default(),
        ),
        ("end mark", text.end_mark.clone().unwrap_or_default()),
        (
            "press contacts",
            lines(&mut text.press_contacts.iter().map(of_contact)),
        ),
        (
            "downloads",
            lines(&mut text.downloads.iter().map(of_download)),
        ),
        ("tickers", text.tickers.join("\n")),
        ("source", text.source_url.clone().unwrap_or_default()),
    ]
    .into_iter()
}

fn of_contact(contact: &PressContact) -> String {
    let facts = [
        Some(&contact.name),
        contact.role.as_ref(),
        contact.organization.as_ref(),
        contact.phone.as_ref(),
        contact.email.as_ref(),
    ];
    joined(&facts)
}

fn of_download(download: &Download) -> String {
    let facts = [
        Some(&download.title),
        Some(&download.url),
        download.caption.as_ref(),
        download.credit.as_ref(),
        download.rights.as_ref(),
    ];
    joined(&facts)
}

/// The hash stands for the bytes: the same name with another picture is a difference.
fn of_asset(asset: &Asset) -> String {
    let head = format!(
        "{}, {} bytes, {}",
        asset.media_type,
        asset.size,
        asset.use_.as_str()
    );
    let hash: String = asset.sha256.chars().take(12).collect();
    let facts = [
        Some(&head),
        Some(&hash),
        asset.alt.as_ref(),
        asset.caption.as_ref(),
        asset.credit.as_ref(),
        asset.rights.as_ref(),
    ];
    joined(&facts)
}

fn joined(facts: &[Option<&String>]) -> String {
    let facts = facts.iter().flatten().map(|fact| fact.as_str());
    facts.collect::<Vec<_>>().join(", ")
}

/// Runs of words that are the same, gone or new.
fn pieces(old: &str, new: &str) -> Vec<Piece> {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_words(old, new);
    let mut pieces: Vec<Piece> = Vec::new();
    for change in diff.iter_all_changes() {
        let kind = match change.tag() {
            ChangeTag::Equal => Change::Same,
            ChangeTag::Delete => Change::Deleted,
            ChangeTag::Insert => Change::Inserted,
        };
        match pieces.last_mut() {
            Some(last) if last.change == kind => last.text.push_str(change.value()),
            _ => pieces.push(Piece {
                change: kind,
                text: change.value().to_owned(),
            }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Change, compare, pieces};
    use crate::domain::content::{Asset, Text, Version};

    fn version(headline: &str, body: &str) -> Version {
        Version {
            texts: vec![Text {
                language: "en".into(),
                is_original: true,
                headline: headline.into(),
                body: body.into(),
                ..Text::default()
            }],
            ..Version::default()
        }
    }

    #[test]
    fn only_what_differs_is_named() {
        let old = version("A plant opens", "It opens today.");
        let mut new = version("A plant opens", "It opens tomorrow.");
        new.assets.push(Asset {
            file_name: "plant.png".into(),
            ..Asset::default()
        });
        let parts = compare(&old, &new);
        let names: Vec<_> = parts
            .iter()
            .map(|part| (part.language.as_deref(), part.part.as_str()))
            .collect();
        assert_eq!(names, [(Some("en"), "body"), (None, "asset plant.png")]);
        let gone: Vec<_> = parts[0]
            .pieces
            .iter()
            .filter(|piece| piece.change == Change::Deleted)
            .map(|piece| piece.text.as_str())
            .collect();
        assert_eq!(gone, ["today."]);
        assert_eq!(compare(&new, &new), []);
    }

    proptest! {
        #[test]
        fn the_pieces_are_both_texts(old in "[a-c \n]{0,40}", new in "[a-c \n]{0,40}") {
            let pieces = pieces(&old, &new);
            let without = |left_out: Change| -> String {
                let kept = pieces.iter().filter(|piece| piece.change != left_out);
                kept.map(|piece| piece.text.as_str()).collect()
            };
            prop_assert_eq!(without(Change::Inserted), old);
            prop_assert_eq!(without(Change::Deleted), new);
        }
    }
}
