//! The release check at the desk: the rules on what is stored, and on every recipient's mail.

pub mod mails;
mod people;
pub mod planned;
mod standing;

use crate::desk::Desk;
use crate::desk::letter::compose;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::approve::current_version;
use crate::desk::release::check::mails::{Person, look};
use crate::desk::release::prepare::{self, Going};
use crate::desk::release::write;
use crate::domain::check::rules::{RULES, by_id};
use crate::domain::check::{Copy, Facts, Finding, Severity, Standing, sorted};
use crate::domain::distribution::Status as Distributing;
use crate::domain::embargo::Embargo;
use crate::domain::instant::Instant;
use crate::domain::release::Release;
use crate::store::check::{self as store, Override};
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::distribution;
use crate::store::release::StoredVersion;
use crate::store::{embargo, holders, organization};

/// A finding, with the reason where somebody has set its rule aside.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Line {
    #[serde(flatten)]
    pub finding: Finding,
    pub overridden: Option<String>,
}

/// What `release check` says.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Checked {
    pub release: String,
    pub version: i64,
    pub findings: Vec<Line>,
    /// Errors that were not set aside.
    pub errors: usize,
    pub warnings: usize,
    pub advice: usize,
    /// The file that a pasted release came from: its lines are meant.
    pub file: Option<String>,
    /// Mails that were rendered and looked at.
    pub mails: usize,
}

impl Checked {
    fn new(
        release: &Release,
        version: &StoredVersion,
        findings: Vec<Finding>,
        overrides: &[Override],
    ) -> Self {
        let findings: Vec<Line> = findings
            .into_iter()
            .map(|finding| {
                let reason = overrides.iter().find(|one| one.rule == finding.rule);
                Line {
                    overridden: reason.map(|one| one.reason.clone()),
                    finding,
                }
            })
            .collect();
        let count = |severity| {
            let open = findings.iter().filter(|line| line.overridden.is_none());
            open.filter(|line| line.finding.severity == severity)
                .count()
        };
        Self {
            release: release.slug.clone(),
            version: version.number,
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            advice: count(Severity::Advice),
            findings,
            file: None,
            mails: 0,
        }
    }
}

/// Checks the current version of a release, all languages or one.
pub async fn check(desk: &Desk, slug: &str, language: Option<&str>) -> Result<Checked, Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, slug).await?;
    let version = current_version(connection, &release).await?;
    if let Some(language) = language
        && version.content.text(language).is_none()
    {
        let known = version.content.texts.iter().map(|text| &text.language);
        return Err(prepare::no_language(slug, known, language));
    }
    let findings = findings(desk, connection, &release, &version, language, None).await?;
    let overrides = store::overrides(connection, version.id).await?;
    let mut checked = Checked::new(&release, &version, findings, &overrides);
    checked.file = store::origin(connection, version.id)
        .await?
        .map(|origin| origin.file);
    Ok(checked)
}

/// The rules on the stored text; `send_at` where it is being planned.
async fn findings(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    version: &StoredVersion,
    language: Option<&str>,
    send_at: Option<Instant>,
) -> Result<Vec<Finding>, Problem> {
    let embargo = embargo::current(connection, release.id).await?;
    let origin = store::origin(connection, version.id).await?;
    let known = organization::list(connection).await?;
    let listed = known.iter().filter(|one| one.listed);
    let listed: Vec<String> = listed.map(|one| one.slug.clone()).collect();
    let names: Vec<String> = known
        .into_iter()
        .flat_map(|one| std::iter::once(one.name).chain(one.aliases))
        .collect();
    let (planned, advance_at) = planned(connection, release, &embargo).await?;
    let standing = standing::standing(desk, connection, version).await?;
    let facts = Facts {
        origin: origin.as_ref(),
        organizations: &names,
        listed: &listed,
        standing: &standing,
        ..facts(desk, &embargo, send_at.or(planned), advance_at)
    };
    let mut all: Vec<Finding> = Vec::new();
    for text in &version.content.texts {
        if language.is_some_and(|only| only != text.language) {
            continue;
        }
        let copy = Copy::new(&version.content, text, &facts);
        for mut finding in crate::domain::check::check(&copy) {
            if !text.is_original {
                if finding.positions.is_empty() {
                    finding.message = format!("in {}: {}", text.language, finding.message);
                }
                for spot in &mut finding.positions {
                    spot.part = format!("{} {}", text.language, spot.part);
                }
            }
            join(&mut all, finding);
        }
    }
    Ok(sorted(all))
}

/// Bytes after which a message takes no further faults: a list of mails may have very many.
const LONGEST_MESSAGE: usize = 300;

/// One finding per rule: a further language or mail adds its places.
fn join(all: &mut Vec<Finding>, finding: Finding) {
    match all.iter_mut().find(|known| known.rule == finding.rule) {
        Some(known) => {
            known.severity = known.severity.min(finding.severity);
            // What is wrong in one language or mail need not be what is wrong in another.
            let is_said = known.message.contains(&finding.message);
            if !is_said && known.message.len() < LONGEST_MESSAGE {
                known.message = format!("{}; {}", known.message, finding.message);
            }
            known.positions.extend(finding.positions);
        }
        None => all.push(finding),
    }
}

fn facts<'a>(
    desk: &'a Desk,
    embargo: &'a Embargo,
    send_at: Option<Instant>,
    advance_at: Option<Instant>,
) -> Facts<'a> {
    let config = &desk.config;
    let from = compose::bare_address(&config.newsroom.from).to_lowercase();
    let reserved = [
        ".example",
        ".test",
        "@example.com",
        "@example.org",
        "@example.net",
        ".example.com",
        ".example.org",
        ".example.net",
    ];
    Facts {
        now: desk.now(),
        zone: config.newsroom.time_zone.as_deref().unwrap_or("UTC"),
        zones: &desk.zones,
        embargo,
        send_at,
        advance_at,
        style: &config.style,
        is_trial: reserved.iter().any(|end| from.ends_with(end)),
        origin: None,
        min_lead: config.embargo.min_lead,
        warn_lead: config.embargo.warn_lead,
        organizations: &[],
        listed: &[],
        standing: &NOTHING,
    }
}

/// Nothing stands from release to release.
static NOTHING: Standing = Standing {
    ages: Vec::new(),
    kin: Vec::new(),
};

/// When the release goes out, as far as that is known, and when its first advance copy does.
async fn planned(
    connection: &impl ConnectionTrait,
    release: &Release,
    embargo: &Embargo,
) -> Result<(Option<Instant>, Option<Instant>), Problem> {
    let all = distribution::of_release(connection, release.id).await?;
    let first = |is_advance: bool| {
        all.iter()
            .filter(|one| !one.rehearsal && one.status != Distributing::Canceled)
            .filter(|one| (one.purpose == "advance") == is_advance)
            .map(|one| one.send_at)
            .min()
    };
    let at_lift = embargo.until().map(|moment| moment.instant);
    Ok((at_lift.or(first(false)), first(true)))
}

/// Refuses (4) a version with errors that nobody has set aside, in its text or in its mail.
pub async fn gate(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    version: &StoredVersion,
    send_at: Option<Instant>,
) -> Result<(), Problem> {
    let mut found = findings(desk, connection, release, version, None, send_at).await?;
    let sender = compose::sender(desk, connection, &version.content).await?;
    let state = embargo::current(connection, release.id).await?;
    for rendition in prepare::renditions(desk, &state, &sender, Going::usual(version), version)? {
        let person = Person { slots: r#"{"name":"Jane Doe","given_name":"Jane","family_name":"Doe","outlet":"The Daily Example","title":"Reporter"}"#.to_owned(), ..Person::default() };
        for finding in look(desk, &sender, &rendition, &person, false) {
            join(&mut found, finding);
        }
    }
    refuse(connection, release, version, found).await
}

/// Refuses (4) findings that are errors, where nobody has set their rules aside.
async fn refuse(
    connection: &impl ConnectionTrait,
    release: &Release,
    version: &StoredVersion,
    found: Vec<Finding>,
) -> Result<(), Problem> {
    let overrides = store::overrides(connection, version.id).await?;
    let checked = Checked::new(release, version, found, &overrides);
    let open: Vec<&Finding> = checked
        .findings
        .iter()
        .filter(|line| line.overridden.is_none() && line.finding.severity == Severity::Error)
        .map(|line| &line.finding)
        .collect();
    let Some(first) = open.first() else {
        return Ok(());
    };
    let slug = &release.slug;
    // What somebody holds is not edited any more.
    let mend = if holders::any(connection, release.id).await? {
        format!("dateline release correct {slug} --from FILE.md --note TEXT")
    } else {
        format!("dateline release edit {slug} FILE.md")
    };
    let told: Vec<String> = open
        .iter()
        .map(|finding| format!("{}: {}", finding.rule, finding.message))
        .collect();
    Err(Problem::new(
        Exit::Forbidden,
        "check-errors",
        format!("version {} of {slug} has errors:\n{}", version.number, told.join("\n")),
    )
    .hint(format!(
        "see where: dateline release check {slug}\nmend it: {mend}\nor set a rule aside, which is logged: --override {} --reason TEXT",
        first.rule
    )))
}

/// Sets rules aside for the current version, with a reason that is kept and logged.
pub async fn set_aside(
    desk: &Desk,
    slug: &str,
    rules: &[String],
    reason: Option<&str>,
) -> Result<(), Problem> {
    if rules.is_empty() {
        return Ok(());
    }
    let reason = reason
        .map(str::trim)
        .filter(|reason| !reason.is_empty())
        .ok_or_else(|| {
            Problem::new(
                Exit::Usage,
                "no-reason",
                "a rule is set aside only with a reason",
            )
            .hint("add --reason TEXT; it is kept with your name")
        })?;
    let mut ids = Vec::new();
    for given in rules {
        let rule = by_id(given).ok_or_else(|| {
            Problem::new(
                Exit::Usage,
                "no-rule",
                format!("there is no rule {given:?}"),
            )
            .hint(format!(
                "they are {} to {}",
                RULES[0].id,
                RULES[RULES.len() - 1].id
            ))
        })?;
        ids.push(rule.id);
    }
    let transaction = begin_write(desk.store.db()).await?;
    let release = write::find(&transaction, slug).await?;
    let version = current_version(&transaction, &release).await?;
    for rule in &ids {
        store::add_override(
            &transaction,
            version.id,
            rule,
            reason,
            &desk.actor,
            desk.now(),
        )
        .await?;
    }
    let detail = serde_json::json!({ "version": version.number, "rules": ids });
    desk.log(&transaction, "override", "release", release.id, detail)
        .await?;
    commit(transaction).await.map_err(Problem::from)
}
