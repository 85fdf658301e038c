//! `[notify]`: mail to our own people, once per problem and once per finished release.

use std::fmt::Write as _;
use std::time::Duration;

use crate::desk::Desk;
use crate::desk::letter::compose::{self, Parcel};
use crate::desk::letter::{route, test_mail};
use crate::desk::problem::Problem;
use crate::desk::release::prepare;
use crate::desk::told::{News, counts, needs};
use crate::domain::hex;
use crate::mail::message::{self, Facts};
use crate::store::connection::{begin_write, commit};
use crate::store::team_mail::{self, TeamMail};

/// News that could not be sent for a day is no news; `status` still tells it.
const STALE: Duration = Duration::from_hours(24);

/// Mails what is to be told. It is written down first, so that it is told even where the server is away
/// now; where it cannot be written down because the disk is full, it is mailed all the same.
pub(crate) async fn tell(desk: &Desk, news: &News) -> Result<Option<String>, Problem> {
    let mails = words(desk, news).await?;
    match keep(desk, &mails).await {
        Ok(()) => send(desk).await,
        Err(problem) if problem.code == "disk-full" => {
            for mail in &mails {
                if let Some(remark) = try_to_deliver(desk, mail).await {
                    return Ok(Some(remark));
                }
            }
            Ok(None)
        }
        Err(problem) => Err(problem),
    }
}

async fn words(desk: &Desk, news: &News) -> Result<Vec<TeamMail>, Problem> {
    let notify = &desk.config.notify;
    let mut mails = Vec::new();
    if !notify.problems.is_empty() {
        for need in needs(news) {
            let about = need.release.as_deref().unwrap_or("sending");
            let subject = format!("[Dateline] Needs attention: {about}");
            mails.push(("problem", subject, need.message));
        }
        if let Some(over) = news.over {
            let subject = "[Dateline] Over: sending".to_owned();
            mails.push(("problem", subject, over.words().to_owned()));
        }
    }
    if !notify.finished.is_empty() {
        for slug in &news.finished {
            let mut body = format!("{slug} is out.\n\n");
            for (status, count) in counts(desk, slug).await? {
                let _ = writeln!(body, "{count:>9} {status}");
            }
            let _ = write!(body, "\nThe whole report: dateline release report {slug}");
            mails.push(("finished", format!("[Dateline] Sent: {slug}"), body));
        }
    }
    let mails = mails.into_iter().map(|(kind, subject, body)| TeamMail {
        id: 0,
        kind: kind.to_owned(),
        subject,
        body,
    });
    Ok(mails.collect())
}

async fn keep(desk: &Desk, mails: &[TeamMail]) -> Result<(), Problem> {
    if mails.is_empty() {
        return Ok(());
    }
    let transaction = begin_write(desk.store.db()).await?;
    for mail in mails {
        team_mail::add(
            &transaction,
            &mail.kind,
            &mail.subject,
            &mail.body,
            desk.now(),
        )
        .await?;
    }
    Ok(commit(transaction).await?)
}

/// Sends what waits. A remark where that failed: the next run tries again, for a day.
async fn send(desk: &Desk) -> Result<Option<String>, Problem> {
    let notify = &desk.config.notify;
    if notify.problems.is_empty() && notify.finished.is_empty() {
        return Ok(None);
    }
    let waiting = team_mail::untold(desk.store.db(), desk.now().minus(STALE)).await?;
    for mail in waiting {
        if let Some(remark) = try_to_deliver(desk, &mail).await {
            return Ok(Some(remark));
        }
        team_mail::told(desk.store.db(), mail.id, desk.now()).await?;
    }
    Ok(None)
}

/// A remark where it failed.
async fn try_to_deliver(desk: &Desk, mail: &TeamMail) -> Option<String> {
    let notify = &desk.config.notify;
    let to = match mail.kind.as_str() {
        "problem" => &notify.problems,
        _ => &notify.finished,
    };
    let problem = deliver(desk, mail, to).await.err()?;
    Some(format!(
        "the team could not be mailed ({}); the next run tries again",
        problem.code
    ))
}

async fn deliver(desk: &Desk, mail: &TeamMail, to: &[String]) -> Result<(), Problem> {
    let way_out = route::way_out(desk).await?;
    let mut connection = way_out.open().await?;
    for address in to {
        let parcel = parcel(desk, mail, address)?;
        if !route::lets_through(&desk.config, &parcel.to) {
            continue;
        }
        if !connection.is_usable() {
            connection = way_out.open().await?;
        }
        // A refused address is a matter of the settings; the others shall hear all the same.
        test_mail::send(&mut connection, &parcel).await?;
    }
    connection.quit().await;
    Ok(())
}

fn parcel(desk: &Desk, mail: &TeamMail, address: &str) -> Result<Parcel, Problem> {
    let newsroom = &desk.config.newsroom;
    let text = format!("{}\n\n-- \n{}, {}\n", mail.body, newsroom.name, desk.host);
    let nonce = hex::encode(&rand::random::<[u8; 8]>());
    let facts = Facts {
        from: newsroom.from.clone(),
        to: compose::bare_address(address),
        subject: mail.subject.clone(),
        message_id: format!(
            "team.{}.{nonce}@{}",
            mail.id,
            prepare::message_domain(&newsroom.from)?
        ),
        date: desk.now(),
        boundary: nonce,
        html: format!(
            "<pre style=\"white-space:pre-wrap;font:16px/1.5 sans-serif\">{}</pre>",
            text.replace('&', "&amp;").replace('<', "&lt;")
        ),
        text,
        auto_generated: true,
        ..Facts::default()
    };
    Ok(Parcel {
        to: facts.to.clone(),
        envelope_from: compose::bare_address(&newsroom.from),
        bytes: message::build(&facts)?,
    })
}
