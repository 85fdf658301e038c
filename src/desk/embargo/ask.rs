//! `agreement ask`: whether somebody agrees to an embargo, with nothing of the news in the question.

use crate::config::keys::smtp::Transport;
use crate::desk::Desk;
use crate::desk::distribution::schedule::{self, Request, Start};
use crate::desk::distribution::tell::{self, News};
use crate::desk::distribution::whom;
use crate::desk::embargo::letters;
use crate::desk::embargo::permit::{self, Terms};
use crate::desk::letter::compose;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::{approve, write};
use crate::domain::distribution::Purpose;
use crate::domain::embargo::Embargo;
use crate::domain::when::Moment;
use crate::mail::render::notice::{Notice, Said};
use crate::store::audience::{self, Fate};
use crate::store::connection::{begin_write, commit};
use crate::store::{desk_row, embargo};

/// Who is asked.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Asked {
    pub release: String,
    pub distribution: i64,
    pub rehearsal: bool,
    pub recipients: i64,
    pub not_asked: Vec<Fate>,
}

/// Sends a question to those of lists and contacts who have not agreed: subject, moment of the lift,
/// how to say yes. The headline is news, so it is not in it (EMB-09).
///
/// Refused (4) without an embargo that still holds, and where nobody is left to ask.
#[expect(
    clippy::too_many_lines,
    reason = "one transaction, read from top to bottom"
)]
pub async fn ask(
    desk: &Desk,
    slug: &str,
    lists: Vec<String>,
    to: Vec<String>,
    subject: Option<&str>,
) -> Result<Asked, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    let release = write::find(&transaction, slug).await?;
    let version = approve::current_version(&transaction, &release).await?;
    let state = embargo::current(&transaction, release.id).await?;
    let lift = lift(desk, slug, &state)?;
    let sender = compose::sender(desk, &transaction, &version.content).await?;
    let rehearsal = desk.config.smtp.transport != Transport::Smtp;
    let request = request(slug, lists, to);
    let organizations = sender.organization_ids.clone();
    let mut asked = whom::audience(
        desk,
        &transaction,
        &release,
        &version,
        &request,
        organizations,
        rehearsal,
    )
    .await?;
    asked.notice.clone_from(&desk.config.privacy.notice_url);
    Purpose::EmbargoAsk.as_str().clone_into(&mut asked.purpose);
    asked.round = state.seq();
    let moment = tell::at_once(desk);
    permit::refuse(
        &transaction,
        &mut asked,
        Terms::of(release.id, &state, false),
        moment.instant,
    )
    .await?;
    let fates = audience::fates(&transaction, &asked).await?;
    let recipients = fates
        .iter()
        .filter(|fate| fate.reason.is_empty())
        .map(|fate| fate.value)
        .sum();
    if recipients == 0 {
        return Err(
            Problem::new(Exit::Forbidden, "nobody", "there is nobody left to ask")
                .hint("see who has agreed: dateline agreement list"),
        );
    }
    let news = News {
        purpose: Purpose::EmbargoAsk,
        round: state.seq(),
        version: &version,
        moment: &moment,
        embargo_seq: state.seq(),
        by_version: false,
    };
    let newsroom = sender.on_behalf_of.clone();
    let newsroom = newsroom.unwrap_or_else(|| desk.config.newsroom.name.clone());
    let id = tell::freeze(
        desk,
        &transaction,
        &news,
        &sender,
        &asked,
        |language, sender| {
            // The moment of the lift and how to say yes, and nothing of the news.
            let said = Said {
                newsroom: &newsroom,
                about: subject.unwrap_or_default(),
                lift: &letters::moment(desk, &lift, language),
                ..Said::default()
            };
            let (headline, body) = letters::words(desk, Notice::Ask, language, &said)?;
            letters::rendition(
                desk,
                &version.content,
                sender,
                language,
                Purpose::EmbargoAsk,
                (&headline, &body),
            )
        },
    )
    .await?;
    desk_row::touch(&transaction).await?;
    let detail =
        serde_json::json!({ "distribution": id, "recipients": recipients, "embargo": state.seq() });
    desk.log(&transaction, "ask", "release", release.id, detail)
        .await?;
    commit(transaction).await?;
    Ok(Asked {
        release: release.slug,
        distribution: id,
        rehearsal,
        recipients,
        not_asked: fates
            .into_iter()
            .filter(|fate| !fate.reason.is_empty())
            .collect(),
    })
}

/// The lift to which somebody could agree.
fn lift(desk: &Desk, slug: &str, state: &Embargo) -> Result<Moment, Problem> {
    let until = state.until().filter(|_| state.is_active(desk.now()));
    until.cloned().ok_or_else(|| {
        Problem::new(
            Exit::Forbidden,
            "no-embargo",
            format!("{slug} is under no embargo, so there is nothing to agree to"),
        )
        .hint("set one in the release's front matter, or send it as it is")
    })
}

fn request(slug: &str, lists: Vec<String>, to: Vec<String>) -> Request {
    Request {
        release: slug.to_owned(),
        lists,
        to,
        except: Vec::new(),
        start: Start::Now,
        language: None,
        cover_note: None,
        from: None,
        terms: schedule::Terms::default(),
    }
}
