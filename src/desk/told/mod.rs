//! Who is told what a run did: our people by mail, programs by JSON, a monitor by a ping, a log file.
//!
//! Nothing here can keep a release from going out: it happens after the work, each wait is bounded,
//! and a failure is a remark. Slugs, numbers and codes only; no personal data.

pub mod hook;
mod log_file;
mod mail;
pub mod ping;
pub mod refusal;

use std::collections::BTreeMap;

use crate::config::keys::serve::Event;
use crate::desk::Desk;
use crate::desk::problem::Problem;
use crate::desk::run::{Blocked, Over, Report, Trouble};
use crate::domain::distribution::Block;
use crate::store::{delivery, distribution, notice, release};

/// What happened since the last telling.
#[derive(Clone, Debug, Default)]
pub struct News {
    pub blocked: Vec<Blocked>,
    /// Releases of which a distribution began, by slug.
    pub started: Vec<String>,
    /// Releases of which a distribution ended.
    pub finished: Vec<String>,
    /// Recipients nobody can judge.
    pub unknown: u64,
    /// A trouble that has lasted long enough to be told, and was not told yet.
    pub trouble: Option<Trouble>,
    /// A trouble that was told of and is over.
    pub over: Option<Over>,
}

impl News {
    /// What a whole run has to tell.
    pub fn of(report: &Report) -> Self {
        Self {
            blocked: report.blocked.clone(),
            started: report.started.clone(),
            finished: report.finished.clone(),
            unknown: report.counts.unknown + report.settled_unknown - report.told_unknown,
            trouble: report
                .trouble
                .as_ref()
                .filter(|trouble| trouble.tell)
                .cloned(),
            over: report.over,
        }
    }
}

/// Tells everybody whom the settings name. Gives remarks about who could not be told.
pub async fn tell(desk: &Desk, news: &News) -> Result<Vec<String>, Problem> {
    // Programs first: they can be told even where the database is full.
    let mut remarks = programs(desk, news).await?;
    let notify = &desk.config.notify;
    let mailed = mail::tell(desk, news).await?;
    if !notify.problems.is_empty() || !notify.finished.is_empty() {
        remarks.extend(once(desk, "told-mail", mailed).await);
    }
    if desk.config.log.file.is_some() {
        let copied = log_file::copy(desk).await?;
        remarks.extend(once(desk, "told-log-file", copied).await);
    }
    Ok(remarks)
}

/// A remark that stays true from run to run is made once, and anew after it was over: cron would mail it
/// every minute.
async fn once(desk: &Desk, key: &str, remark: Option<String>) -> Option<String> {
    let connection = desk.store.db();
    let Some(remark) = remark else {
        // Asked first, as a call with nothing to do writes nothing.
        if let Ok(Some(_)) = notice::find(connection, key).await {
            let _ = notice::end(connection, key).await;
        }
        return None;
    };
    let noted = notice::raise(connection, key, desk.now()).await;
    if noted.as_ref().is_ok_and(|noted| noted.told_at.is_some()) {
        return None;
    }
    // Where that cannot be written down it is better said twice than never.
    let _ = notice::told(connection, key, desk.now()).await;
    Some(remark)
}

async fn programs(desk: &Desk, news: &News) -> Result<Vec<String>, Problem> {
    if desk.config.hooks.is_empty() {
        return Ok(Vec::new());
    }
    let mut remarks = Vec::new();
    for slug in &news.started {
        let about = serde_json::json!({ "release": slug });
        remarks.extend(hook::call(desk, Event::Started, about).await);
    }
    for slug in &news.finished {
        let about = serde_json::json!({ "release": slug, "counts": counts(desk, slug).await? });
        remarks.extend(hook::call(desk, Event::Finished, about).await);
    }
    for need in needs(news) {
        let about = serde_json::json!({ "release": need.release, "reason": need.code, "message": need.message });
        remarks.extend(hook::call(desk, Event::NeedsAttention, about).await);
    }
    if let Some(over) = news.over {
        let about = serde_json::json!({ "reason": over.code(), "message": over.words() });
        remarks.extend(hook::call(desk, Event::Recovered, about).await);
    }
    Ok(remarks)
}

/// Something that needs a person.
#[derive(Clone, Debug)]
pub struct Need {
    /// The release it is about; None: sending as a whole.
    pub release: Option<String>,
    /// Stable word for scripts.
    pub code: &'static str,
    /// What happened and what to do.
    pub message: String,
}

/// What needs a person, each once; the words are the same in a mail, for a program and at the terminal.
pub fn needs(news: &News) -> Vec<Need> {
    let mut found: Vec<Need> = news
        .blocked
        .iter()
        .map(|one| {
            let why = Block::explain(one.reason).replace("SLUG", &one.release);
            Need {
                release: Some(one.release.clone()),
                code: one.reason,
                message: format!(
                    "{}, distribution {}, is blocked ({}): {why}",
                    one.release, one.distribution, one.reason
                ),
            }
        })
        .collect();
    if news.unknown > 0 {
        found.push(Need {
            release: None,
            code: "unknown",
            message: format!(
                "{} mails are unknown: the connection or the run ended after the body was begun, and nobody knows whether the server took them; they are not sent again by themselves. See: dateline status",
                news.unknown
            ),
        });
    }
    if let Some(trouble) = &news.trouble {
        found.push(Need {
            release: None,
            code: trouble.code,
            message: format!(
                "{}; nothing is lost, it goes on by itself when that is mended",
                trouble.message
            ),
        });
    }
    found
}

/// How many of a release's newest finished distribution ended how.
async fn counts(desk: &Desk, slug: &str) -> Result<BTreeMap<String, i64>, Problem> {
    let connection = desk.store.db();
    let Some(release) = release::by_slug(connection, slug).await? else {
        return Ok(BTreeMap::new());
    };
    let newest = distribution::of_release(connection, release.id)
        .await?
        .into_iter()
        .filter(|one| one.status == crate::domain::distribution::Status::Finished)
        .max_by_key(|one| one.id);
    let Some(newest) = newest else {
        return Ok(BTreeMap::new());
    };
    let counts = delivery::counts(connection, newest.id).await?;
    Ok(counts
        .into_iter()
        .map(|count| (count.status, count.value))
        .collect())
}
