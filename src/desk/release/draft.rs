//! From files on disk to the content of a version: lookups, assets, language versions.

use std::path::{Path, PathBuf};

use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::assets::{add_assets, largest_asset};
use crate::desk::release::files::{read_file, siblings};
use crate::domain::check::Style;
use crate::domain::content::{Boilerplate, Issuer, PressContact, Text, Version};
use crate::domain::embargo::Embargo;
use crate::domain::name;
use crate::domain::release::Release;
use crate::domain::slot;
use crate::domain::when::{self, Moment};
use crate::intake::release_file::ReleaseDraft;
use crate::store::connection::ConnectionTrait;
use crate::store::{boilerplate, organization, press_contact};

/// Everything a new version consists of, looked up and checked, nothing written yet.
#[derive(Clone, Debug)]
pub struct Draft {
    pub slug: String,
    pub material: bool,
    pub content: Version,
    /// Rows of `boilerplate_version` in the order of `content.boilerplates`.
    pub boilerplate_ids: Vec<i64>,
    /// SHA-256, media type, bytes.
    pub blobs: Vec<(String, String, Vec<u8>)>,
    /// As the file says it.
    pub embargo: Option<Moment>,
    /// What is allowed but worth knowing.
    pub remarks: Vec<String>,
}

/// Reads a release file with its language versions (`slug.de.md` beside `slug.md`).
pub async fn read(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    path: &Path,
) -> Result<Draft, Problem> {
    let main = read_file(path)?;
    let language = main
        .language
        .clone()
        .unwrap_or_else(|| desk.config.newsroom.language.clone());
    let mut files = vec![(path.to_owned(), language.clone(), main)];
    for sibling in siblings(path) {
        let translation = read_file(&sibling)?;
        let shown = sibling.display();
        let Some(other) = translation.language.clone() else {
            return Err(usage(
                "no-language",
                format!("{shown} does not say its language"),
                "write language = \"de\" (or another) into it",
            ));
        };
        if translation.slug != files[0].2.slug {
            return Err(usage(
                "other-slug",
                format!("{shown} has another slug than {}", path.display()),
                "give both the same slug",
            ));
        }
        if files.iter().any(|(_, taken, _)| *taken == other) {
            return Err(usage(
                "same-language",
                format!("{shown} is a second text in {other:?}"),
                "keep one file per language",
            ));
        }
        files.push((sibling, other, translation));
    }
    let embargo = embargo(desk, &files)?;
    let mut draft = Draft {
        slug: files[0].2.slug.clone(),
        material: files.iter().any(|(_, _, file)| file.material),
        content: Version {
            kind: files[0].2.kind,
            ..Version::default()
        },
        boilerplate_ids: Vec::new(),
        blobs: Vec::new(),
        embargo,
        remarks: Vec::new(),
    };
    let largest = largest_asset(&desk.config);
    for (file, language, text) in &files {
        add_text(connection, &mut draft, language, text).await?;
        house_style(&mut draft, text, &desk.config.style);
        add_assets(&mut draft, file, &text.assets, largest).map_err(|mut problem| {
            problem.message = format!("{}: {}", file.display(), problem.message);
            problem
        })?;
    }
    Ok(draft)
}

/// Columns of a table; on a phone five are many.
const MOST_COLUMNS: usize = 50;

/// The first line of the text with more bars than a table may have.
fn too_wide(body: &str) -> Option<usize> {
    let bars = |line: &str| line.bytes().filter(|byte| *byte == b'|').count();
    let wide = body.lines().position(|line| bars(line) > MOST_COLUMNS + 1);
    wide.map(|line| line + 1)
}

/// What the file leaves open is as the house writes it, now: a version keeps its form.
fn house_style(draft: &mut Draft, file: &ReleaseDraft, style: &Style) {
    let Some(text) = draft.content.texts.last_mut() else {
        return;
    };
    if file.state_style.is_none() {
        text.state_style = style.state_style;
    }
    if let Some(dateline) = &mut text.dateline {
        dateline.months = style.months;
    }
    if text.end_mark.is_none() {
        text.end_mark.clone_from(&style.end_mark_text);
    }
}

/// A draft of one text that came from elsewhere than a release file.
pub async fn of_text(
    connection: &impl ConnectionTrait,
    language: &str,
    file: &ReleaseDraft,
) -> Result<Draft, Problem> {
    let mut draft = Draft {
        slug: file.slug.clone(),
        material: file.material,
        content: Version::default(),
        boilerplate_ids: Vec::new(),
        blobs: Vec::new(),
        embargo: None,
        remarks: Vec::new(),
    };
    add_text(connection, &mut draft, language, file).await?;
    Ok(draft)
}

pub(in crate::desk::release) fn usage(
    code: &'static str,
    message: impl Into<String>,
    hint: &str,
) -> Problem {
    Problem::new(Exit::Usage, code, message).hint(hint)
}

/// The one embargo of all language versions (REL-05).
fn embargo(
    desk: &Desk,
    files: &[(PathBuf, String, ReleaseDraft)],
) -> Result<Option<Moment>, Problem> {
    let mut found: Option<Moment> = None;
    for (file, _, draft) in files {
        let Some(text) = &draft.embargo else { continue };
        let zone = desk.config.newsroom.time_zone.as_deref();
        let moment = when::read_any(text, zone, &desk.zones).map_err(|problem| {
            let mut refusal = Problem::from(problem);
            refusal.message = format!("{}: embargo: {}", file.display(), refusal.message);
            refusal
        })?;
        if found
            .as_ref()
            .is_some_and(|other| other.instant != moment.instant)
        {
            return Err(usage(
                "other-embargo",
                format!("{} has another embargo than the original", file.display()),
                "all language versions carry the same embargo",
            ));
        }
        found = Some(moment);
    }
    Ok(found)
}

async fn add_text(
    connection: &impl ConnectionTrait,
    draft: &mut Draft,
    language: &str,
    file: &ReleaseDraft,
) -> Result<(), Problem> {
    let fields = std::iter::once(&file.headline)
        .chain(&file.subheads)
        .chain(std::iter::once(&file.body));
    for text in fields {
        slot::fields(text).map_err(|problem| {
            let place = format!("line {}, column {}", problem.line, problem.column);
            usage(
                "merge-field",
                format!(
                    "merge field in the {language} text, {place}: {}",
                    problem.message
                ),
                "mend the field and try again",
            )
        })?;
    }
    let issuers = issuers(connection, &file.organizations).await?;
    let press_contacts = press_contacts(connection, &file.press_contacts).await?;
    let speaks = |person: &PressContact| {
        let theirs = person.language.as_deref();
        theirs.is_none_or(|theirs| primary(theirs) == primary(language))
    };
    for (position, slug) in (0..).zip(&file.boilerplates) {
        let (id, pinned) = pin(connection, slug, language, position).await?;
        draft.content.boilerplates.push(pinned);
        draft.boilerplate_ids.push(id);
    }
    if let Some(line) = too_wide(&file.body) {
        return Err(usage(
            "wide-table",
            format!("line {line} of the text is a table row of more than {MOST_COLUMNS} columns"),
            "no mail can show it: attach a spreadsheet",
        ));
    }
    if press_contacts.is_empty() {
        draft.remarks.push(format!(
            "the {language} text names no press contact: journalists have nobody to call"
        ));
    }
    if !press_contacts.is_empty() && !press_contacts.iter().any(speaks) {
        draft.remarks.push(format!(
            "nobody named on the {language} text speaks {language}"
        ));
    }
    draft.content.texts.push(Text {
        language: language.to_owned(),
        is_original: draft.content.texts.is_empty(),
        headline: file.headline.clone(),
        subheads: file.subheads.clone(),
        dateline: file.dateline.clone(),
        wire_credit: file.wire_credit.clone(),
        state_style: file.state_style.unwrap_or_default(),
        body: file.body.clone(),
        issuers,
        press_contacts,
        end_mark: file.end_mark.clone(),
        source_url: file.source_url.clone(),
        tickers: file.tickers.clone(),
        forward_looking: file.forward_looking.clone(),
        downloads: file.downloads.clone(),
    });
    Ok(())
}

/// `de` of `de-AT`.
fn primary(language: &str) -> &str {
    language.split('-').next().unwrap_or_default()
}

/// Snapshots of the issuers: editing them later changes nothing that was approved.
async fn issuers(
    connection: &impl ConnectionTrait,
    slugs: &[String],
) -> Result<Vec<Issuer>, Problem> {
    let mut found = Vec::with_capacity(slugs.len());
    for slug in slugs {
        let Some(row) = organization::by_slug(connection, slug).await? else {
            let known = organization::list(connection).await?;
            let known = known.iter().map(|one| one.slug.as_str());
            return Err(missing("organization", slug, "organization add", known));
        };
        found.push(Issuer {
            slug: row.slug,
            name: row.name,
            tickers: row.tickers,
            links: row.links,
        });
    }
    Ok(found)
}

/// Snapshots of our people.
async fn press_contacts(
    connection: &impl ConnectionTrait,
    blocks: &[Vec<String>],
) -> Result<Vec<PressContact>, Problem> {
    let some = |text: String| (!text.is_empty()).then_some(text);
    let mut found = Vec::new();
    let slugs = blocks.iter().flat_map(|block| block.iter().enumerate());
    for (place, slug) in slugs {
        let Some(row) = press_contact::by_slug(connection, slug).await? else {
            let known = press_contact::list(connection).await?;
            let known = known.iter().map(|one| one.slug.as_str());
            return Err(missing("press contact", slug, "presscontact add", known));
        };
        let organization = match row.organization {
            Some(slug) => organization::by_slug(connection, &slug)
                .await?
                .map(|found| found.name),
            None => None,
        };
        found.push(PressContact {
            slug: row.slug,
            name: row.name,
            role: some(row.role),
            organization,
            phone: some(row.phone),
            email: some(row.email),
            language: some(row.language),
            with_previous: place > 0,
        });
    }
    Ok(found)
}

/// What a release says already, with the newest of each of its "About" texts.
pub async fn refreshed(
    connection: &impl ConnectionTrait,
    release: &Release,
    mut content: Version,
    embargo: &Embargo,
) -> Result<Draft, Problem> {
    let mut boilerplate_ids = Vec::new();
    for about in &mut content.boilerplates {
        let (id, newest) = pin(connection, &about.slug, &about.language, about.position).await?;
        *about = newest;
        boilerplate_ids.push(id);
    }
    Ok(Draft {
        slug: release.slug.clone(),
        material: release.material,
        content,
        boilerplate_ids,
        blobs: Vec::new(),
        embargo: embargo.until().cloned(),
        remarks: Vec::new(),
    })
}

/// The newest text of a boilerplate in a language, pinned by its row.
async fn pin(
    connection: &impl ConnectionTrait,
    slug: &str,
    language: &str,
    position: i64,
) -> Result<(i64, Boilerplate), Problem> {
    let Some(row) = boilerplate::by_slug(connection, slug).await? else {
        let known = boilerplate::list(connection).await?;
        let known = known.iter().map(|one| one.slug.as_str());
        return Err(missing("boilerplate", slug, "boilerplate new", known));
    };
    let Some(version) = boilerplate::newest(connection, row.id, language).await? else {
        return Err(usage(
            "no-boilerplate-text",
            format!("the boilerplate {slug:?} has no text in {language:?}"),
            &format!(
                "write one: dateline boilerplate edit {slug} --language {language} --file TEXT.md"
            ),
        ));
    };
    let pinned = Boilerplate {
        language: language.to_owned(),
        position,
        slug: row.slug,
        title: heading(&row.title, language),
        number: version.number,
        body: version.body,
        hash: version.hash,
    };
    Ok((version.id, pinned))
}

/// "About Harbour Light" above a text in another language, as that language says it. The version keeps
/// it as it is made here.
fn heading(title: &str, language: &str) -> String {
    let about = match primary(language) {
        "de" => "Über",
        "fr" => "À propos de",
        "es" => "Acerca de",
        _ => return title.to_owned(),
    };
    match title.strip_prefix("About ") {
        Some(name) => format!("{about} {name}"),
        None => title.to_owned(),
    }
}

fn missing<'a>(
    noun: &str,
    slug: &str,
    verb: &str,
    known: impl Iterator<Item = &'a str>,
) -> Problem {
    let add = format!("add it first: dateline {verb} {slug} …");
    let hint = match name::nearest(slug, known) {
        Some(near) => format!("did you mean {near}? Otherwise {add}"),
        None => add,
    };
    usage(
        "missing-part",
        format!("there is no {noun} {slug:?}"),
        &hint,
    )
}
