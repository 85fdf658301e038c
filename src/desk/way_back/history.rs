//! What passed between us and a contact: mails, what came back, what they answered; oldest first.

use serde::Serialize;

use crate::desk::Desk;
use crate::desk::people::{contacts, provenance};
use crate::desk::problem::Problem;
use crate::desk::way_back::{ledger, replies};
use crate::domain::instant::Instant;
use crate::store::card;

/// As many of each kind as are shown.
const MOST: i64 = 500;

/// One thing that happened.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    pub at: Instant,
    /// `added`, `import`, `edit`, `mail`, `bounce` or `answer`.
    pub what: &'static str,
    pub release: String,
    /// Where they come from, what an import or a person changed, a mail's purpose and status, a bounce's class and reason, an answer's first line.
    pub words: String,
}

/// Errors: exit 2 for an unknown contact.
pub async fn of(desk: &Desk, who: &str) -> Result<Vec<Event>, Problem> {
    let card = contacts::show(desk, who).await?;
    let mut events = Vec::new();
    if let Some(row) = card::by_id(desk.store.db(), card.contact.id).await? {
        let all = provenance::history(desk.store.db(), &row).await?;
        events.extend(all.into_iter().map(|one| Event {
            at: one.at,
            what: one.what,
            release: String::new(),
            words: one.words,
        }));
    }
    events.extend(card.deliveries.iter().filter_map(|mail| {
        Some(Event {
            at: mail.sent_at?,
            what: "mail",
            release: mail.release.clone(),
            words: format!("{}: {}", mail.purpose, mail.status),
        })
    }));
    for bounce in ledger::list(desk, Some(who), 0, MOST).await? {
        events.push(Event {
            at: bounce.at,
            what: "bounce",
            release: bounce.release.unwrap_or_default(),
            words: format!("{}: {}", bounce.class, bounce.reason),
        });
    }
    for answer in replies::of_contact(desk.store.db(), card.contact.id).await? {
        let text = answer.text.unwrap_or_default();
        events.push(Event {
            at: answer.at,
            what: "answer",
            release: answer.release,
            words: answer
                .offer
                .unwrap_or_else(|| text.lines().next().unwrap_or_default().to_owned()),
        });
    }
    events.sort_by_key(|event| event.at);
    Ok(events)
}
