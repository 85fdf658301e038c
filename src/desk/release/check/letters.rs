//! The rules of a mail on everybody's: what each would read, rendered and looked at.

use crate::desk::Desk;
use crate::desk::letter::compose::{self, Sender};
use crate::desk::letter::opt_out_link;
use crate::desk::problem::Problem;
use crate::desk::release::approve::current_version;
use crate::desk::release::check::{Checked, join, renditions};
use crate::desk::release::write;
use crate::domain::check::letter::{self, Letter};
use crate::domain::check::{Finding, sorted};
use crate::domain::slot::{self, Slots};
use crate::store::check as store;
use crate::store::distribution::Rendition;

/// Somebody who gets the mail.
#[derive(Clone, Debug, Default)]
pub struct Person {
    pub contact: i64,
    /// JSON of the merge fields.
    pub slots: String,
    pub language: String,
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
pub(in crate::desk::release::check) fn look(
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

/// Renders everybody's mail without sending it, and adds what is found to `checked`.
pub async fn mails(desk: &Desk, checked: &mut Checked, people: &[Person]) -> Result<(), Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, &checked.release).await?;
    let version = current_version(connection, &release).await?;
    let sender = compose::sender(desk, connection, &version.content).await?;
    let renditions = renditions(desk, &version, &sender)?;
    let mut all: Vec<Finding> = checked
        .findings
        .iter()
        .map(|line| line.finding.clone())
        .collect();
    for person in people {
        let own = renditions
            .iter()
            .find(|one| one.language == person.language)
            .or(renditions.first());
        let Some(rendition) = own else { continue };
        for finding in look(desk, &sender, rendition, person, false) {
            join(&mut all, finding);
        }
    }
    let overrides = store::overrides(connection, version.id).await?;
    let file = checked.file.take();
    *checked = Checked::new(&release, &version, sorted(all), &overrides);
    checked.file = file;
    checked.mails = people.len();
    Ok(())
}
