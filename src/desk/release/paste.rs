//! A release from pasted or republished text: `release new SLUG --from FILE`.

use std::io::Read;
use std::path::Path;

use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::draft::{self, usage};
use crate::desk::release::write::{self, Written};
use crate::domain::check::origin::SourceLine;
use crate::domain::check::search::{fold, places};
use crate::domain::slot;
use crate::intake::pasted::{self, Pasted};
use crate::store::organization;

/// A page saved as text; anything larger is something else.
const LARGEST: u64 = 512 * 1024;

/// What was written, what was left out, and what is missing.
#[derive(Clone, Debug, serde::Serialize)]
pub struct FromPage {
    #[serde(flatten)]
    pub written: Written,
    pub headline: String,
    pub left_out: Vec<SourceLine>,
    pub missing: Vec<&'static str>,
    /// The release as a file to go on with.
    #[serde(skip)]
    pub file: String,
}

/// Makes a release of a pasted text in `language` (default: the newsroom's).
pub async fn new(
    desk: &Desk,
    slug: &str,
    path: &Path,
    language: Option<&str>,
) -> Result<FromPage, Problem> {
    let well_formed = (1..=64).contains(&slug.len())
        && slug
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'));
    if !well_formed {
        return Err(usage(
            "bad-slug",
            format!("the slug {slug:?} may hold only a to z, 0 to 9 and -, at most 64 of them"),
            "choose a short name such as harbour-light",
        ));
    }
    let text = text(path)?;
    let language = language.unwrap_or(&desk.config.newsroom.language);
    let mut pasted = pasted::read(&text, slug, language);
    if pasted.draft.headline.is_empty() || pasted.draft.body.is_empty() {
        let what = if pasted.draft.headline.is_empty() {
            "headline"
        } else {
            "text below the headline"
        };
        return Err(usage(
            "no-release-in-it",
            format!("{} has no {what} that could be recognised", path.display()),
            "keep the headline on a line of its own, and the story below it",
        ));
    }
    pasted.origin.file = path
        .file_name()
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    issuers(desk, &mut pasted).await?;
    let draft = draft::of_text(desk.store.db(), language, &pasted.draft).await?;
    let file = markdown(&pasted, language);
    let written = write::first(desk, draft, Some(&pasted.origin)).await?;
    Ok(FromPage {
        written,
        headline: pasted.draft.headline,
        left_out: pasted.origin.debris,
        missing: pasted.missing,
        file,
    })
}

/// Organizations that we know, where the headline names them.
async fn issuers(desk: &Desk, pasted: &mut Pasted) -> Result<(), Problem> {
    let headline = fold(&pasted.draft.headline);
    for known in organization::list(desk.store.db()).await? {
        let names = std::iter::once(&known.name).chain(&known.aliases);
        if names
            .into_iter()
            .any(|name| !places(&headline, &fold(name)).is_empty())
        {
            pasted.draft.organizations.push(known.slug);
        }
    }
    Ok(())
}

fn text(path: &Path) -> Result<String, Problem> {
    let shown = path.display();
    let unreadable = |why: String| {
        usage(
            "unreadable",
            format!("{shown} cannot be read: {why}"),
            "check the path and your rights to it",
        )
    };
    if path.is_dir() {
        return Err(unreadable("it is a directory".to_owned()));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(error.to_string()))?;
    if bytes.len() as u64 > LARGEST {
        return Err(usage(
            "too-large",
            format!("{shown} is longer than {LARGEST} bytes; a release is not"),
            "keep the text of the release alone",
        ));
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        Problem::new(
            Exit::Usage,
            "not-text",
            format!("{shown} is not UTF-8 text"),
        )
        .hint("copy the text of the page into a plain text file, saved as UTF-8")
    })?;
    if text.trim_start().starts_with("<!DOCTYPE") || text.trim_start().starts_with("<html") {
        return Err(usage(
            "html",
            format!("{shown} is the source of a web page"),
            "copy the text as the browser shows it",
        ));
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept: String = text
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    Ok(slot::strip_private_use(&kept))
}

/// The release as a file, so that it can be mended and come back with `release edit`.
fn markdown(pasted: &Pasted, language: &str) -> String {
    let draft = &pasted.draft;
    let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let list = |texts: &[String]| {
        let all: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
        format!("[{}]", all.join(", "))
    };
    let mut front = vec![
        format!("slug = {}", quoted(&draft.slug)),
        format!("language = {}", quoted(language)),
        format!("headline = {}", quoted(&draft.headline)),
    ];
    if !draft.subheads.is_empty() {
        front.push(format!("subheads = {}", list(&draft.subheads)));
    }
    if !draft.organizations.is_empty() {
        front.push(format!("organizations = {}", list(&draft.organizations)));
    }
    if let Some(dateline) = &draft.dateline {
        let mut parts = vec![format!("city = {}", quoted(&dateline.city))];
        parts.extend(
            dateline
                .region
                .iter()
                .map(|region| format!("region = {}", quoted(region))),
        );
        parts.extend(dateline.date.map(|date| format!("date = {date}")));
        front.push(format!("dateline = {{ {} }}", parts.join(", ")));
    }
    for (key, value) in [
        ("wire_credit", &draft.wire_credit),
        ("end_mark", &draft.end_mark),
        ("source_url", &draft.source_url),
    ] {
        front.extend(
            value
                .iter()
                .map(|value| format!("{key} = {}", quoted(value))),
        );
    }
    format!("+++\n{}\n+++\n{}\n", front.join("\n"), draft.body)
}
