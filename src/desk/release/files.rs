//! The files of a release: its text or Word document, and its language versions beside it.

use std::io::Read;
use std::path::{Path, PathBuf};

use crate::desk::problem::Problem;
use crate::desk::release::draft::usage;
use crate::intake::docx;
use crate::intake::release_file::{self, ReleaseDraft};

/// A release file is text, or a Word document with its pictures; anything larger is something else.
const LARGEST_FILE: u64 = 25 * 1024 * 1024;
/// Some 80,000 words.
const LARGEST_TEXT: usize = 512 * 1024;

pub(in crate::desk::release) fn read_file(path: &Path) -> Result<ReleaseDraft, Problem> {
    let shown = path.display();
    let unreadable = |why: String| {
        usage(
            "unreadable",
            format!("the release file {shown} cannot be read: {why}"),
            "check the path and your rights to it",
        )
    };
    let meta = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?;
    if meta.is_dir() {
        return Err(unreadable("it is a directory".to_owned()));
    }
    let too_large = |what: String| {
        usage(
            "too-large",
            format!("the release file {shown} is too large: {what}"),
            "put pictures and tables into files of their own, named in assets, and link to what is long",
        )
    };
    if meta.len() > LARGEST_FILE {
        return Err(too_large(format!(
            "it has {} bytes, a release has at most {LARGEST_FILE}",
            meta.len()
        )));
    }
    let mut bytes = Vec::new();
    // A pipe is fine, a device that never ends is not.
    std::fs::File::open(path)
        .and_then(|file| file.take(LARGEST_FILE + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(error.to_string()))?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(too_large(format!(
            "a release has at most {LARGEST_FILE} bytes, and this does not end there"
        )));
    }
    let mut pictures = Vec::new();
    if docx::is_docx(&bytes) {
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let stem = stem
            .unwrap_or_default()
            .split('.')
            .next()
            .unwrap_or_default();
        let document = docx::read(&bytes, &slug_of(stem))
            .map_err(|problem| usage(problem.code, format!("{shown}: {problem}"), problem.hint))?;
        bytes = document.text.into_bytes();
        pictures = document.pictures;
    }
    if bytes.len() > LARGEST_TEXT {
        return Err(too_large(format!(
            "its text has {} bytes, a release has at most {LARGEST_TEXT}",
            bytes.len()
        )));
    }
    let Ok(text) = String::from_utf8(bytes) else {
        return Err(usage(
            "not-text",
            format!("the release file {shown} is not UTF-8 text"),
            "save it as Markdown in UTF-8, or as a Word document (.docx)",
        ));
    };
    let mut draft = release_file::read(&text).map_err(|problems| {
        let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
        let code = problems
            .first()
            .map_or("release-file", |problem| problem.code);
        usage(
            code,
            format!("{shown}, {}", lines.join(&format!("\n{shown}, "))),
            "mend the file and try again; docs/releases.md shows all keys",
        )
    })?;
    for asset in &mut draft.assets {
        let picture = pictures.iter().find(|one| one.file_name == asset.file);
        asset.bytes = picture.map(|one| one.bytes.clone());
    }
    Ok(draft)
}

/// A file's name as a short name: `Harbour Light (final)` is `harbour-light-final`.
fn slug_of(stem: &str) -> String {
    let words = stem
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-").to_ascii_lowercase();
    slug.chars().take(64).collect()
}

/// `slug.de.md`, `slug.fr.md` beside `slug.md`, in their order by name.
pub(in crate::desk::release) fn siblings(path: &Path) -> Vec<PathBuf> {
    let (Some(stem), Some(folder)) = (
        path.file_stem().and_then(|stem| stem.to_str()),
        path.parent(),
    ) else {
        return Vec::new();
    };
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let prefix = format!("{stem}.");
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|other| {
            let name = other
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            let language = name
                .strip_prefix(&prefix)
                .and_then(|rest| rest.strip_suffix(".md").or(rest.strip_suffix(".docx")));
            language.is_some_and(|tag| {
                (2..=11).contains(&tag.len())
                    && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            })
        })
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::siblings;

    #[test]
    fn language_versions_stand_beside() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "news.md",
            "news.de.md",
            "news.fr.md",
            "news.notes.md.bak",
            "news.a-much-too-long-tag.md",
            "other.md",
        ] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let found = siblings(&folder.path().join("news.md"));
        let names: Vec<_> = found
            .iter()
            .map(|path| path.file_name().unwrap().to_str().unwrap())
            .collect();
        assert_eq!(names, ["news.de.md", "news.fr.md"]);
    }
}
