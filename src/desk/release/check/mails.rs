//! Every recipient's mail under the rules for mails, rendered and not sent.

use crate::desk::Desk;
use crate::desk::distribution::schedule::Request;
use crate::desk::letter::compose::{self, Sender};
use crate::desk::letter::opt_out_link;
use crate::desk::problem::Problem;
use crate::desk::release::approve::current_version;
use crate::desk::release::check::{Checked, join, people};
use crate::desk::release::prepare::{self, Going};
use crate::desk::release::write;
use crate::domain::check::letter::{self, Letter};
use crate::domain::check::{Finding, sorted};
use crate::domain::distribution::Purpose;
use crate::domain::slot::{self, Slots};
use crate::store::check as store;
use crate::store::distribution::Rendition;
use crate::store::embargo;
use crate::store::recipients::Recipient;

/// Somebody who gets the mail.
#[derive(Clone, Debug, Default)]
pub struct Person {
    pub contact: i64,
    /// JSON of the merge fields.
    pub slots: String,
    pub language: String,
}

impl From<Recipient> for Person {
    fn from(row: Recipient) -> Self {
        Self {
            contact: row.contact_id,
            slots: row.slots,
            language: row.language,
        }
    }
}

#[derive(serde::Deserialize, Default)]
#[serde(default)]
struct Merged {
    name: String,
    given_name: String,
    family_name: String,
    outlet: String,
    title: String,
}

/// The rules of a mail on one person's.
pub(super) fn look(
    desk: &Desk,
    sender: &Sender,
    rendition: &Rendition,
    person: &Person,
    is_advance: bool,
) -> Vec<Finding> {
    let merged: Merged = serde_json::from_str(&person.slots).unwrap_or_default();
    let unsubscribe = opt_out_link::mailto(desk, &sender.reply_to);
    let slots = Slots {
        name: merged.name.clone(),
        given_name: merged.given_name,
        family_name: merged.family_name,
        outlet: merged.outlet.clone(),
        title: merged.title,
        optout: format!("mailto:{unsubscribe}?subject=unsubscribe"),
        ..Slots::default()
    };
    let subject = slot::fill_header(&rendition.subject, &slots);
    let (text, html) = (
        slot::fill_text(&rendition.text, &slots),
        slot::fill_html(&rendition.html, &slots),
    );
    let to = if person.contact == 0 {
        "anybody".to_owned()
    } else {
        format!("contact {}", person.contact)
    };
    let from = compose::bare_address(&sender.from);
    let letter = Letter {
        to,
        subject: &subject,
        text: &text,
        html: &html,
        language: rendition.language.split('-').next().unwrap_or_default(),
        postal_address: &sender.postal_address,
        name: &merged.name,
        outlet: &merged.outlet,
        has_unsubscribe_header: !unsubscribe.is_empty(),
        is_advance,
        from_domain: from.rsplit('@').next().unwrap_or_default(),
        signing_domain: desk.config.dkim.domain.as_deref(),
    };
    letter::check(&letter, &desk.config.style)
}

/// Places of one finding that are kept: a fault in everybody's mail is seen in a thousand of them.
const PLACES: usize = 1000;

/// As [`join`], but with few places, however many mails have the fault.
pub(super) fn join_few(all: &mut Vec<Finding>, mut finding: Finding) {
    let known = all.iter().find(|known| known.rule == finding.rule);
    let known = known.map_or(0, |known| known.positions.len());
    finding.positions.truncate(PLACES.saturating_sub(known));
    join(all, finding);
}

/// Renders everybody's mail without sending it, and adds what is found to `checked`. With an
/// audience in `asked` that of its people; without, of those who are scheduled.
pub async fn mails(
    desk: &Desk,
    checked: &mut Checked,
    asked: Option<&Request>,
) -> Result<(), Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, &checked.release).await?;
    let version = current_version(connection, &release).await?;
    let sender = compose::sender(desk, connection, &version.content).await?;
    let state = embargo::current(connection, release.id).await?;
    let mut all: Vec<Finding> = checked
        .findings
        .iter()
        .map(|line| line.finding.clone())
        .collect();
    let mut count = 0;
    for group in people::groups(desk, &release, asked).await? {
        let going = Going {
            purpose: &group.purpose,
            cover_note: group.cover_note.as_deref(),
            rehearsal: false,
            test: false,
        };
        let renditions = prepare::renditions(desk, &state, &sender, going, &version)?;
        let is_advance = group.purpose == Purpose::Advance.as_str();
        let look_at = |person: Person| {
            count += 1;
            let own = renditions
                .iter()
                .find(|one| one.language == person.language)
                .or(renditions.first());
            let Some(rendition) = own else { return };
            for finding in look(desk, &sender, rendition, &person, is_advance) {
                join_few(&mut all, finding);
            }
        };
        group.each(desk, look_at).await?;
    }
    if count == 0 && asked.is_none() {
        return Err(people::nobody(&checked.release));
    }
    let overrides = store::overrides(connection, version.id).await?;
    let file = checked.file.take();
    *checked = Checked::new(&release, &version, sorted(all), &overrides);
    checked.file = file;
    checked.mails = count;
    Ok(())
}
