//! `release hold` and `release kill`: first everything stops, on every machine, then the holders are told.

use crate::desk::Desk;
use crate::desk::distribution::tell::{self, News, Told};
use crate::desk::embargo::letters;
use crate::desk::problem::{Exit, Problem, again};
use crate::desk::release::{approve, write};
use crate::domain::content::VersionKind;
use crate::domain::distribution::{Purpose, Status as Distributing};
use crate::domain::release::{Release, Status, different};
use crate::mail::render::notice::{Notice, Said};
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::release::StoredVersion;
use crate::store::{delivery, desk_row, distribution, release as releases};

/// What was stopped, and who is told.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Withdrawn {
    pub release: String,
    /// `hold` or `kill`.
    pub act: &'static str,
    pub stopped: Vec<i64>,
    /// Mails that will not go any more (kill), or not before somebody says so (hold).
    pub unsent: u64,
    #[serde(flatten)]
    pub told: Told,
}

/// Withdraws a release for good (COR-06). In one transaction every unsent mail of every version is
/// canceled, also of a run at work on another machine, which begins nothing later than a quarter of
/// a second after the commit; then the notices to the holders are queued.
///
/// As many different people stand behind a kill as have to approve one, at least two: who does it, and
/// `seconds`. Refused (4) otherwise.
pub async fn kill(
    desk: &Desk,
    slug: &str,
    reason: &str,
    seconds: &[&str],
) -> Result<Withdrawn, Problem> {
    withdraw(desk, slug, reason, Purpose::Kill, seconds).await
}

/// Whether enough different people stand behind the kill: counted as approvals are.
fn enough_people(desk: &Desk, release: &Release, seconds: &[&str]) -> Result<(), Problem> {
    let named = std::iter::once(desk.actor.as_str()).chain(seconds.iter().copied());
    let people = different(named).len();
    let needed = approve::needed(desk, release, VersionKind::Kill);
    if people >= needed {
        return Ok(());
    }
    let message = format!("a kill needs {needed} different people, and this is {people}");
    Err(Problem::new(Exit::Forbidden, "second-name", message)
        .hint("name the others, each once: --second NAME"))
}

/// Asks those who have it to wait (COR-05), and lets nothing more go until `release resume`.
pub async fn hold(desk: &Desk, slug: &str, note: &str) -> Result<Withdrawn, Problem> {
    withdraw(desk, slug, note, Purpose::Hold, &[]).await
}

async fn withdraw(
    desk: &Desk,
    slug: &str,
    why: &str,
    purpose: Purpose,
    seconds: &[&str],
) -> Result<Withdrawn, Problem> {
    let mut tries = 0;
    loop {
        match attempt(desk, slug, why, purpose, seconds).await {
            Err(problem) if again(&problem, &mut tries) => {}
            done => return done,
        }
    }
}

async fn attempt(
    desk: &Desk,
    slug: &str,
    why: &str,
    purpose: Purpose,
    seconds: &[&str],
) -> Result<Withdrawn, Problem> {
    if why.trim().is_empty() {
        return Err(
            Problem::new(Exit::Usage, "no-reason", "those who have it are told why")
                .hint("say it in a sentence"),
        );
    }
    let transaction = begin_write(desk.store.db()).await?;
    let release = write::find(&transaction, slug).await?;
    if release.status == Status::Killed {
        return Err(
            Problem::new(Exit::Forbidden, "over", format!("{slug} is killed already"))
                .hint(format!("see who was told: dateline release report {slug}")),
        );
    }
    if purpose == Purpose::Kill {
        enough_people(desk, &release, seconds)?;
    }
    let (stopped, unsent, round) = stop(desk, &transaction, &release, purpose).await?;
    match purpose {
        Purpose::Kill => releases::set_status(&transaction, release.id, Status::Killed).await?,
        _ => releases::set_held(&transaction, release.id, Some(desk.now())).await?,
    }
    let version = approve::current_version(&transaction, &release).await?;
    let told = tell(desk, &transaction, &release, &version, purpose, round, why).await?;
    desk_row::touch(&transaction).await?;
    let detail = serde_json::json!({
        "distributions": stopped, "unsent": unsent, "second": seconds.join(", "),
        "notice": told.notice, "told": told.told,
    });
    desk.log(
        &transaction,
        purpose.as_str(),
        "release",
        release.id,
        detail,
    )
    .await?;
    commit(transaction).await?;
    Ok(Withdrawn {
        release: release.slug,
        act: purpose.as_str(),
        stopped,
        unsent,
        told,
    })
}

/// Stops every distribution that is not over: those that were, how many mails stay, and the round
/// of the notice.
async fn stop(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    purpose: Purpose,
) -> Result<(Vec<i64>, u64, i64), Problem> {
    use Distributing::{Blocked, Canceled, Paused, Preparing, Running, Scheduled};
    let (from, to): (&[Distributing], _) = match purpose {
        Purpose::Kill => (&[Preparing, Scheduled, Running, Paused, Blocked], Canceled),
        _ => (&[Preparing, Scheduled, Running, Blocked], Paused),
    };
    let (mut stopped, mut unsent, mut round) = (Vec::new(), 0, 0);
    for one in distribution::of_release(connection, release.id).await? {
        round += i64::from(one.purpose == purpose.as_str());
        // Who waits shall still hear that the embargo moved; after a kill all of that is moot.
        let is_notice = Purpose::parse(&one.purpose).is_some_and(Purpose::is_notice);
        if purpose == Purpose::Hold && is_notice {
            continue;
        }
        if !from.contains(&one.status)
            || !distribution::turn(connection, one.id, from, to, None).await?
        {
            continue;
        }
        stopped.push(one.id);
        if to == Canceled {
            unsent += delivery::cancel(connection, one.id, desk.now()).await?;
        } else {
            let waiting = delivery::counts(connection, one.id).await?;
            unsent += waiting
                .iter()
                .filter(|count| matches!(count.status.as_str(), "queued" | "deferred"))
                .map(|count| u64::try_from(count.value).unwrap_or(0))
                .sum::<u64>();
        }
    }
    Ok((stopped, unsent, round))
}

async fn tell(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    version: &StoredVersion,
    purpose: Purpose,
    round: i64,
    why: &str,
) -> Result<Told, Problem> {
    let at_once = tell::at_once(desk);
    let news = News {
        purpose,
        round,
        version,
        moment: &at_once,
        embargo_seq: 0,
        by_version: false,
    };
    tell::holders(desk, connection, release, &news, |language, sender| {
        let title = version
            .content
            .text(language)
            .unwrap_or_else(|| version.content.original())
            .headline
            .clone();
        let wording = match purpose {
            Purpose::Kill => Notice::Kill,
            _ => Notice::Hold,
        };
        let said = Said {
            title: &title,
            reason: why.trim(),
            ..Said::default()
        };
        let (headline, body) = letters::words(desk, wording, language, &said)?;
        letters::rendition(
            desk,
            &version.content,
            sender,
            language,
            purpose,
            (&headline, &body),
        )
    })
    .await
}
