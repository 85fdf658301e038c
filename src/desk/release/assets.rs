//! A release's attachments: only documents, only from its own folder, whatever links and names say.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::config::Config;
use crate::desk::problem::Problem;
use crate::desk::release::draft::{Draft, usage};
use crate::domain::content::Asset;
use crate::domain::content::AssetUse;
use crate::domain::hex;
use crate::domain::picture::Picture;
use crate::intake::docx;
use crate::intake::release_file::AssetDraft;
use crate::intake::svg;

/// One attachment; the whole message has its own limit.
const LARGEST_ATTACHMENT: u64 = 10 * 1024 * 1024;
/// One file that mails link to. It is kept in the database, in every backup, and in memory while it
/// is handed out; what is larger belongs on a site for downloads.
const LARGEST_LINKED: u64 = 32 * 1024 * 1024;

/// Of a side. A poster in print quality has fewer.
const MOST_PIXELS: u32 = 20_000;

/// Bytes of the largest asset that is taken.
pub(in crate::desk::release) fn largest_asset(config: &Config) -> u64 {
    match config.newsroom.files_url {
        Some(_) => LARGEST_LINKED,
        None => LARGEST_ATTACHMENT,
    }
}

/// Takes the assets in; nothing from outside the release's own folder, whatever links say.
pub(in crate::desk::release) fn add_assets(
    draft: &mut Draft,
    file: &Path,
    assets: &[AssetDraft],
    largest: u64,
) -> Result<(), Problem> {
    let folder = file
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    for asset in assets {
        let (path, bytes) = match &asset.bytes {
            Some(bytes) => (PathBuf::from(&asset.file), bytes.clone()),
            None => read_asset(folder, &asset.file, largest)?,
        };
        let media_type = media_type(&bytes);
        harmless(&asset.file, &path, &media_type, &bytes)?;
        let sha256 = hex::encode(&Sha256::digest(&bytes));
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or("attachment");
        let place = file.file_name().unwrap_or_default().to_string_lossy();
        let (goes, remark) = place_for(&mut draft.content.assets, &sha256, name, asset);
        draft
            .remarks
            .extend(remark.map(|remark| format!("{place}: {remark}")));
        if !goes {
            continue;
        }
        draft.content.assets.push(Asset {
            position: i64::try_from(draft.content.assets.len()).unwrap_or(i64::MAX),
            sha256: sha256.clone(),
            file_name: name.to_owned(),
            media_type: media_type.clone(),
            size: u64::try_from(bytes.len()).unwrap_or(u64::MAX),
            alt: asset.alt.clone(),
            caption: asset.caption.clone(),
            credit: asset.credit.clone(),
            rights: asset.rights.clone(),
            use_: asset.use_,
        });
        draft.blobs.push((sha256, media_type, bytes));
    }
    Ok(())
}

/// Whether a file that is named now goes with the release as one more, and what the writer has to know.
///
/// The same bytes are one attachment, such as a picture that two language versions name; but a picture
/// that stands in the text is found there by its name, and is no attachment.
fn place_for(
    assets: &mut [Asset],
    sha256: &str,
    name: &str,
    asset: &AssetDraft,
) -> (bool, Option<String>) {
    let in_text = asset.use_ == AssetUse::Inline;
    let same =
        |known: &&mut Asset| known.sha256 == sha256 && (known.use_ == AssetUse::Inline) == in_text;
    let another_name = |known: &Asset| known.file_name != name;
    let mut known: Vec<&mut Asset> = assets.iter_mut().filter(same).collect();
    if in_text {
        known.retain(|known| !another_name(known));
    }
    if let Some(known) = known.into_iter().next() {
        return (false, named_again(known, name, asset));
    }
    let also = assets
        .iter()
        .find(|known| known.sha256 == sha256 && (known.use_ == AssetUse::Inline) != in_text);
    let remark = also.map(|also| {
        let also = &also.file_name;
        let names = if also == name {
            format!("the bytes of {name}")
        } else {
            format!("the same bytes, as {also} and {name},")
        };
        format!("{names} stand in the text and also go as a file; strike one of them if that is not meant")
    });
    (true, remark)
}

/// The same bytes once more: what the first has not said is taken from the second, and what of it cannot
/// be kept is told.
fn named_again(known: &mut Asset, name: &str, again: &AssetDraft) -> Option<String> {
    let mut lost = Vec::new();
    for (word, kept, other) in [
        ("alternative text", &mut known.alt, &again.alt),
        ("caption", &mut known.caption, &again.caption),
        ("credit", &mut known.credit, &again.credit),
        ("rights", &mut known.rights, &again.rights),
    ] {
        if kept.is_none() {
            kept.clone_from(other);
        } else if other.is_some() && kept != other {
            lost.push(word);
        }
    }
    let first = &known.file_name;
    let mut remark = if first == name {
        format!("{name} was named before, and goes once")
    } else {
        format!("{name} has the same bytes as {first}, and goes once, as {first}")
    };
    if known.use_ != again.use_ {
        lost.push("use");
    }
    if !lost.is_empty() {
        remark = format!("{remark}; of {name} here is not kept: {}", lost.join(", "));
    }
    (first != name || !lost.is_empty()).then_some(remark)
}

/// Refuses what does harm, or looks as if it did, to whoever opens it.
fn harmless(shown: &str, path: &Path, media_type: &str, bytes: &[u8]) -> Result<(), Problem> {
    if path
        .file_name()
        .is_some_and(|name| name.to_string_lossy().chars().any(hides))
    {
        return Err(no_asset(
            shown,
            "has hidden characters in its name",
            "rename it: such a name shows another ending than the file has",
        ));
    }
    if media_type.contains("executable")
        || media_type.contains("msdownload")
        || has_program_name(path)
    {
        return Err(no_asset(
            shown,
            "is a program",
            "mail servers refuse programs; send a document or a link",
        ));
    }
    if is_renamed(path, media_type) {
        return Err(no_asset(
            shown,
            &format!("says it is one thing by its name and is {media_type}"),
            "give it the ending that belongs to it; mail filters refuse such files",
        ));
    }
    if let Some(Picture { width, height, .. }) = Picture::read(bytes)
        && (width > MOST_PIXELS || height > MOST_PIXELS)
    {
        return Err(no_asset(
            shown,
            &format!(
                "says that it has {width} by {height} pixels, and {MOST_PIXELS} a side are the most"
            ),
            "scale it down: opened, it would fill the memory of whoever gets it",
        ));
    }
    if media_type == SVG
        && let Some(what) = svg::acts(bytes)
    {
        return Err(no_asset(
            shown,
            &format!("is an SVG with {what}"),
            "export it as PNG, or as a plain SVG",
        ));
    }
    docx::attached(bytes).map_err(|problem| no_asset(shown, &problem.message, problem.hint))
}

/// Controls, and marks that turn the direction of text or take no room.
fn hides(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn no_asset(shown: &str, why: &str, hint: &str) -> Problem {
    usage("asset", format!("the asset {shown:?} {why}"), hint)
}

/// The bytes of an asset, if it is a file inside `folder` once every link is followed.
fn read_asset(folder: &Path, shown: &str, largest: u64) -> Result<(PathBuf, Vec<u8>), Problem> {
    let unreadable = |error: std::io::Error| {
        no_asset(
            shown,
            &format!("cannot be read: {error}"),
            "put it beside the release file and check your rights to it",
        )
    };
    let home = std::fs::canonicalize(folder).map_err(unreadable)?;
    let path = std::fs::canonicalize(folder.join(shown)).map_err(unreadable)?;
    if !path.starts_with(&home) {
        return Err(no_asset(
            shown,
            "lies outside the release's folder",
            "copy it into that folder; links out of it are not followed",
        ));
    }
    let meta = std::fs::metadata(&path).map_err(unreadable)?;
    if !meta.is_file() {
        return Err(no_asset(shown, "is not a file", "name a file"));
    }
    if meta.len() == 0 {
        return Err(no_asset(shown, "is empty", "export it again"));
    }
    if meta.len() > largest {
        return Err(no_asset(
            shown,
            &format!(
                "has {} bytes; {} are the most",
                meta.len(),
                if largest > LARGEST_ATTACHMENT {
                    "32 MB"
                } else {
                    "10 MB"
                }
            ),
            "make it smaller, or put it on your own site and name it under `downloads`",
        ));
    }
    let bytes = std::fs::read(&path).map_err(unreadable)?;
    Ok((path, bytes))
}

/// Endings that the large mailbox providers refuse, whatever the bytes are.
fn has_program_name(path: &Path) -> bool {
    const PROGRAMS: [&str; 18] = [
        "apk", "bat", "cmd", "com", "cpl", "dll", "exe", "hta", "iso", "jar", "js", "jse", "lnk",
        "msi", "ps1", "scr", "vbs", "wsf",
    ];
    path.extension()
        .and_then(|ending| ending.to_str())
        .is_some_and(|ending| PROGRAMS.contains(&ending.to_ascii_lowercase().as_str()))
}

const SVG: &str = "image/svg+xml";

/// A picture or document whose bytes are another one's: programs and pages hide that way.
fn is_renamed(path: &Path, media_type: &str) -> bool {
    let ending = path.extension().and_then(|ending| ending.to_str());
    let ending = ending.unwrap_or_default().to_ascii_lowercase();
    let promised: &[&str] = match ending.as_str() {
        "jpg" | "jpeg" => &["image/jpeg"],
        "png" => &["image/png"],
        "gif" => &["image/gif"],
        "webp" => &["image/webp"],
        "svg" => &[SVG],
        "pdf" => &["application/pdf"],
        "mp4" => &["video/mp4", "video/x-m4v"],
        "mp3" => &["audio/mpeg"],
        "txt" | "csv" | "md" => &["text/plain"],
        _ => return false,
    };
    !promised.contains(&media_type)
}

fn is_svg(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(4096)]).to_ascii_lowercase();
    let opens = head.trim_start_matches('\u{feff}').trim_start();
    opens.starts_with('<') && head.contains("<svg")
}

/// What the bytes are, whatever the name says.
fn media_type(bytes: &[u8]) -> String {
    if is_svg(bytes) {
        return SVG.to_owned();
    }
    match infer::get(bytes) {
        Some(kind) => kind.mime_type().to_owned(),
        None if std::str::from_utf8(bytes).is_ok() => "text/plain".to_owned(),
        None => "application/octet-stream".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{is_renamed, media_type};

    #[test]
    fn a_name_keeps_its_promise() {
        assert!(is_renamed(Path::new("a.png"), "image/jpeg"));
        assert!(is_renamed(Path::new("a.PDF"), "text/plain"));
        assert!(!is_renamed(Path::new("a.jpeg"), "image/jpeg"));
        assert!(!is_renamed(Path::new("a.key"), "application/zip"));
    }

    #[test]
    fn an_svg_is_known_by_its_words() {
        let plain = b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/></svg>";
        assert_eq!(media_type(plain), "image/svg+xml");
    }

    #[test]
    fn types_come_from_the_bytes() {
        assert_eq!(media_type(b"\x89PNG\r\n\x1a\n0000"), "image/png");
        assert_eq!(media_type(b"plain words"), "text/plain");
        assert_eq!(media_type(b"\xff\x00\xfe\x01"), "application/octet-stream");
    }
}
