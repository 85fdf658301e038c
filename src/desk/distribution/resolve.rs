//! A person decides about mail that is over: what nobody can judge, and what was refused for good.

use crate::desk::Desk;
use crate::desk::distribution::control::{TurnedOne, counted, settle};
use crate::desk::distribution::hindrance;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::write;
use crate::domain::delivery::Status as Delivering;
use crate::domain::distribution::Status;
use crate::domain::release::{Release, Status as Standing};
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::distribution::{self, Distribution};
use crate::store::{desk_row, resolution};

/// What shall become of the mails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Decision {
    /// Unknown ones are sent again, with the same Message-ID: rather twice than never.
    Resend,
    /// Unknown ones count as sent: the server's log says that it took them.
    Accept,
    /// Those that were refused for good are tried once more: the reason is mended.
    Retry,
}

impl Decision {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resend => "resend",
            Self::Accept => "accept",
            Self::Retry => "retry",
        }
    }

    /// The rows it is about.
    const fn of(self) -> Delivering {
        match self {
            Self::Resend | Self::Accept => Delivering::Unknown,
            Self::Retry => Delivering::Failed,
        }
    }
}

/// How many mails a decision would be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    pub release: String,
    pub mails: i64,
}

/// What became of them.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Resolved {
    pub release: String,
    /// The release's status after it.
    pub status: Standing,
    pub decision: &'static str,
    pub distributions: Vec<ResolvedOne>,
}

#[derive(Clone, Debug, serde::Serialize)]
pub struct ResolvedOne {
    #[serde(flatten)]
    pub now: TurnedOne,
    /// Mails that the decision was about.
    pub changed: u64,
}

/// Looks at what a decision would be about, before anybody is asked to confirm it.
pub async fn outlook(
    desk: &Desk,
    slug: &str,
    only: Option<i64>,
    decision: Decision,
) -> Result<Outlook, Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, slug).await?;
    let meant = meant(connection, &release, only, decision).await?;
    Ok(Outlook {
        release: release.slug,
        mails: meant.iter().map(|(_, mails)| mails).sum(),
    })
}

/// Carries a decision out; what is to be sent is due at once, and the next `run` sends it.
///
/// Refuses (4) where sending again is against the rules: the distribution was canceled, the text is
/// no longer the approved one, an embargo holds, the release was killed.
pub async fn resolve(
    desk: &Desk,
    slug: &str,
    only: Option<i64>,
    decision: Decision,
) -> Result<Resolved, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    let release = write::find(&transaction, slug).await?;
    let mut done = Vec::new();
    let (mut ids, mut mails) = (Vec::new(), 0);
    for (one, _) in meant(&transaction, &release, only, decision).await? {
        let changed = decide(desk, &transaction, &release, &one, decision).await?;
        let after = distribution::by_id(&transaction, one.id).await?;
        let status = after.map_or(one.status, |after| after.status);
        let now = counted(&transaction, &one, status).await?;
        ids.push(one.id);
        mails += changed;
        done.push(ResolvedOne { now, changed });
    }
    let mut status = release.status;
    if !done.is_empty() {
        status = settle(desk, &transaction, &release).await?;
        desk_row::touch(&transaction).await?;
        let detail = serde_json::json!({
            "decision": decision.as_str(), "distributions": ids, "mails": mails,
        });
        desk.log(&transaction, "resolve", "release", release.id, detail)
            .await?;
    }
    commit(transaction).await?;
    Ok(Resolved {
        release: release.slug,
        status,
        decision: decision.as_str(),
        distributions: done,
    })
}

/// The distributions that have such mails, and how many.
async fn meant(
    connection: &impl ConnectionTrait,
    release: &Release,
    only: Option<i64>,
    decision: Decision,
) -> Result<Vec<(Distribution, i64)>, Problem> {
    let all = distribution::of_release(connection, release.id).await?;
    if let Some(id) = only.filter(|id| all.iter().all(|one| one.id != *id)) {
        let known: Vec<String> = all.iter().map(|one| one.id.to_string()).collect();
        return Err(Problem::new(
            Exit::Usage,
            "no-distribution",
            format!("{} has no distribution {id}", release.slug),
        )
        .hint(format!("it has: {}", known.join(", "))));
    }
    let mut meant = Vec::new();
    for one in all {
        if only.is_some_and(|id| id != one.id) {
            continue;
        }
        let to_send = decision != Decision::Accept;
        let mails =
            resolution::waiting(connection, one.id, decision.of().as_str(), to_send).await?;
        if mails > 0 {
            meant.push((one, mails));
        }
    }
    Ok(meant)
}

async fn decide(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    one: &Distribution,
    decision: Decision,
) -> Result<u64, Problem> {
    if decision == Decision::Accept {
        return Ok(resolution::accept(connection, one.id, desk.now()).await?);
    }
    let slug = &release.slug;
    if release.status == Standing::Killed {
        return Err(forbidden(
            "killed",
            format!("{slug} was killed; nobody gets it any more"),
        )
        .hint(format!("see who holds it: dateline release report {slug}")));
    }
    if one.status == Status::Canceled {
        return Err(forbidden(
            "canceled",
            format!("distribution {} of {slug} was canceled", one.id),
        )
        .hint(format!(
            "schedule it again, which reaches those who have not got it: dateline release schedule {slug}"
        )));
    }
    // A person wants it now: that its first time passed long ago is no hindrance.
    hindrance::none(desk, connection, release, one, true).await?;
    // Held before the rows are touched, so that no run finishes it over them.
    if resolution::reopen(connection, one.id).await? {
        distribution::forgive_lateness(connection, one.id, desk.now()).await?;
    }
    let status = decision.of().as_str();
    Ok(resolution::requeue(connection, one.id, status, desk.now()).await?)
}

fn forbidden(code: &'static str, message: String) -> Problem {
    Problem::new(Exit::Forbidden, code, message)
}
