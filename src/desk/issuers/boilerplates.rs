//! Boilerplates: "About" texts that are never changed, only followed by a newer version.

use serde::Serialize;
use serde_json::json;

use crate::desk::Desk;
use crate::desk::field;
use crate::desk::issuers::organizations;
use crate::desk::issuers::slug;
use crate::desk::problem::{Exit, Problem};
use crate::domain::content::boilerplate_hash;
use crate::domain::instant::Instant;
use crate::domain::when::local;
pub use crate::store::boilerplate::Behind;
use crate::store::boilerplate::{self, Boilerplate, NewVersion, Version};
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::error::StoreError;

/// A text for one language.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BoilerplateText {
    /// BCP 47, such as `en`.
    pub language: String,
    pub body: String,
    /// Civil dates, `YYYY-MM-DD`; empty for no limit.
    pub valid_from: Option<String>,
    pub valid_until: Option<String>,
}

/// A boilerplate, as people see it: the newest version of each language first.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct BoilerplateView {
    pub id: i64,
    pub slug: String,
    pub organization: Option<String>,
    pub title: String,
    pub versions: Vec<VersionView>,
    /// Releases not yet out that carry an older version.
    pub behind: Vec<Behind>,
}

/// One version of a boilerplate's text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct VersionView {
    pub id: i64,
    pub language: String,
    pub number: i64,
    pub body: String,
    pub hash: String,
    pub valid_from: Option<String>,
    pub valid_until: Option<String>,
    pub reviewed_at: Option<Instant>,
    /// Its last day is past.
    pub expired: bool,
    pub by: String,
    pub at: Instant,
}

impl VersionView {
    /// `today` is a civil date, `YYYY-MM-DD`, as people at the desk count days.
    fn on(row: Version, today: &str) -> Self {
        Self {
            expired: row.valid_until.as_deref().is_some_and(|last| last < today),
            reviewed_at: row.reviewed_at.map(Instant::from_millis),
            id: row.id,
            language: row.language,
            number: row.number,
            body: row.body,
            hash: row.hash,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            by: row.by,
            at: Instant::from_millis(row.at),
        }
    }
}

/// A boilerplate by its short name, or a refusal that names the nearest one.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    slug: &str,
) -> Result<Boilerplate, Problem> {
    if let Some(found) = boilerplate::by_slug(connection, slug).await? {
        return Ok(found);
    }
    let known: Vec<_> = boilerplate::list(connection)
        .await?
        .into_iter()
        .map(|found| found.slug)
        .collect();
    let create = format!("dateline boilerplate new {slug} --file FILE");
    Err(slug::unknown(
        "boilerplate",
        "no-boilerplate",
        slug,
        &known,
        &create,
    ))
}

/// The text as it is stored: its language has one spelling, or its versions would part.
fn checked(slug: &str, text: &BoilerplateText) -> Result<BoilerplateText, Problem> {
    let problem = |code, message: String, hint: &str| {
        Err(Problem::new(Exit::Usage, code, message).hint(hint))
    };
    if text.body.trim().is_empty() {
        let message = format!("the boilerplate {slug} has no text");
        return problem(
            "no-text",
            message,
            "give it a file with the \"About\" paragraph",
        );
    }
    if text.language.trim().is_empty() {
        let message = format!("the text of the boilerplate {slug} needs a language");
        return problem(
            "no-language",
            message,
            "say it with --language, for example en",
        );
    }
    for day in [&text.valid_from, &text.valid_until].into_iter().flatten() {
        if day.parse::<jiff::civil::Date>().is_err() {
            let message = format!("{day:?} is no day");
            return problem("invalid-date", message, "write it as YYYY-MM-DD");
        }
    }
    if let (Some(from), Some(until)) = (&text.valid_from, &text.valid_until)
        && from > until
    {
        let message = format!("{slug} would be valid until {until}, before it begins on {from}");
        return problem("invalid-date", message, "exchange the two days");
    }
    Ok(BoilerplateText {
        language: field::language(&text.language)?,
        ..text.clone()
    })
}

/// Makes a boilerplate with its version 1.
///
/// Errors: exit 2 where the short name is taken, the text empty, or the organization unknown.
pub async fn new(
    desk: &Desk,
    slug: &str,
    organization: Option<&str>,
    title: &str,
    text: &BoilerplateText,
) -> Result<BoilerplateView, Problem> {
    slug::check("a boilerplate", slug)?;
    let text = &checked(slug, text)?;
    let taken = || {
        slug::taken(
            "boilerplate",
            slug,
            &format!("dateline boilerplate edit {slug}"),
        )
    };
    let transaction = begin_write(desk.store.db()).await?;
    let organization = match organization {
        Some(organization) => Some(organizations::find(&transaction, organization).await?),
        None => None,
    };
    if boilerplate::by_slug(&transaction, slug).await?.is_some() {
        return Err(taken());
    }
    let name = organization.as_ref().map(|found| found.name.as_str());
    let title = match (title.trim(), name) {
        ("", Some(name)) => heading(name, &text.language),
        ("", None) => slug.to_owned(),
        (title, _) => title.to_owned(),
    };
    let organization_id = organization.as_ref().map(|found| found.id);
    let id = match boilerplate::create(&transaction, slug, organization_id, &title).await {
        Err(StoreError::Duplicate) => return Err(taken()),
        other => other?,
    };
    add_version(desk, &transaction, id, text).await?;
    let view = view(desk, &transaction, slug).await?;
    commit(transaction).await?;
    Ok(view)
}

/// What stands above a text that was given no title: a short name would look odd in a release.
fn heading(organization: &str, language: &str) -> String {
    if language == "en" || language.starts_with("en-") {
        format!("About {organization}")
    } else {
        organization.to_owned()
    }
}

/// Gives a boilerplate a new text: the next version of that language. The same words again, also
/// with other line ends, make no version. A new title changes no version.
pub async fn edit(
    desk: &Desk,
    slug: &str,
    title: Option<&str>,
    text: Option<&BoilerplateText>,
) -> Result<BoilerplateView, Problem> {
    let text = text.map(|text| checked(slug, text)).transpose()?;
    let transaction = begin_write(desk.store.db()).await?;
    let found = find(&transaction, slug).await?;
    if let Some(title) = title.map(str::trim).filter(|title| !title.is_empty()) {
        boilerplate::set_title(&transaction, found.id, title).await?;
    }
    if let Some(text) = &text {
        add_version(desk, &transaction, found.id, text).await?;
    }
    let view = view(desk, &transaction, slug).await?;
    commit(transaction).await?;
    Ok(view)
}

async fn add_version(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    id: i64,
    text: &BoilerplateText,
) -> Result<(), Problem> {
    let hash = boilerplate_hash(&text.body);
    let newest = boilerplate::newest(connection, id, &text.language).await?;
    if newest.is_some_and(|newest| {
        newest.hash == hash
            && newest.valid_from == text.valid_from
            && newest.valid_until == text.valid_until
    }) {
        return Ok(());
    }
    let version = NewVersion {
        boilerplate_id: id,
        language: &text.language,
        body: &text.body,
        hash: &hash,
        valid_from: text.valid_from.as_deref(),
        valid_until: text.valid_until.as_deref(),
        by: &desk.actor,
        at: desk.now(),
    };
    let number = boilerplate::add_version(connection, &version).await?;
    desk.log(
        connection,
        "boilerplate.version",
        "boilerplate",
        id,
        json!({"number": number}),
    )
    .await
}

/// Notes that the newest text of a language was read today and is still right.
///
/// Errors: exit 2 where there is no text in the language.
pub async fn review(desk: &Desk, slug: &str, language: &str) -> Result<BoilerplateView, Problem> {
    let language = field::language(language)?;
    let transaction = begin_write(desk.store.db()).await?;
    let found = find(&transaction, slug).await?;
    let Some(newest) = boilerplate::newest(&transaction, found.id, &language).await? else {
        let message = format!("the boilerplate {slug} has no text in {language:?}");
        return Err(Problem::new(Exit::Usage, "no-boilerplate-text", message)
            .hint("say another --language"));
    };
    boilerplate::review(&transaction, newest.id, desk.now()).await?;
    let detail = json!({"number": newest.number, "language": language});
    desk.log(
        &transaction,
        "boilerplate.review",
        "boilerplate",
        found.id,
        detail,
    )
    .await?;
    let view = view(desk, &transaction, slug).await?;
    commit(transaction).await?;
    Ok(view)
}

/// Today where the newsroom is.
pub(crate) fn today(desk: &Desk) -> String {
    let zone = desk.config.newsroom.time_zone.as_deref().unwrap_or("UTC");
    let there = local(desk.now(), zone, &desk.zones);
    there.map_or_else(String::new, |there| there.civil.chars().take(10).collect())
}

async fn view(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    slug: &str,
) -> Result<BoilerplateView, Problem> {
    let found = find(connection, slug).await?;
    let versions = boilerplate::versions(connection, found.id).await?;
    let today = today(desk);
    let mut behind = boilerplate::behind(connection).await?;
    behind.retain(|one| one.boilerplate == found.slug);
    Ok(BoilerplateView {
        id: found.id,
        slug: found.slug,
        organization: found.organization,
        title: found.title,
        versions: versions
            .into_iter()
            .map(|row| VersionView::on(row, &today))
            .collect(),
        behind,
    })
}

/// Releases not yet out that carry an older text than the newest.
pub async fn behind(desk: &Desk) -> Result<Vec<Behind>, Problem> {
    Ok(boilerplate::behind(desk.store.db()).await?)
}

/// All boilerplates, each with its newest version per language.
pub async fn list(desk: &Desk) -> Result<Vec<BoilerplateView>, Problem> {
    let mut views = Vec::new();
    for found in boilerplate::list(desk.store.db()).await? {
        let mut view = view(desk, desk.store.db(), &found.slug).await?;
        view.versions
            .dedup_by(|older, newer| older.language == newer.language);
        views.push(view);
    }
    Ok(views)
}

/// A boilerplate with its newest version per language.
pub async fn show(desk: &Desk, slug: &str) -> Result<BoilerplateView, Problem> {
    let mut view = view(desk, desk.store.db(), slug).await?;
    view.versions
        .dedup_by(|older, newer| older.language == newer.language);
    Ok(view)
}

/// A boilerplate with all its versions, newest first within each language.
pub async fn history(desk: &Desk, slug: &str) -> Result<BoilerplateView, Problem> {
    view(desk, desk.store.db(), slug).await
}
