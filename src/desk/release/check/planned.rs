//! The mails of a plan: every kind that would be frozen is rendered and looked at, none is sent.

use crate::desk::Desk;
use crate::desk::distribution::schedule::Plan;
use crate::desk::letter::compose::Sender;
use crate::desk::problem::Problem;
use crate::desk::release::check::mails::{join_few, look};
use crate::desk::release::check::refuse;
use crate::desk::release::prepare::{self, Going};
use crate::domain::check::{Finding, Severity};
use crate::domain::distribution::Purpose;
use crate::domain::slot;
use crate::store::{embargo, recipients};

/// Refuses (4) a plan with an error in anybody's mail: subject, merge fields, frame (CHK-R2).
///
/// Two people whose merge fields say the same get the same words, and are looked at once: a
/// release that names nobody costs one look per language, however many get it.
pub async fn gate(desk: &Desk, plan: &Plan, sender: &Sender) -> Result<(), Problem> {
    let connection = desk.store.db();
    let state = embargo::current(connection, plan.release.id).await?;
    let going = Going {
        purpose: &plan.audience.purpose,
        cover_note: plan.cover_note.as_deref(),
        rehearsal: plan.rehearsal,
        test: false,
    };
    let renditions = prepare::renditions(desk, &state, sender, going, &plan.version)?;
    let fields = used_fields(plan)?;
    let is_advance = plan.audience.purpose == Purpose::Advance.as_str();
    let mut found: Vec<Finding> = Vec::new();
    recipients::each_kind(connection, &plan.audience, &fields, |kind| {
        let own = renditions.iter().find(|one| one.language == kind.language);
        let Some(rendition) = own.or(renditions.first()) else {
            return;
        };
        let errors = look(desk, sender, rendition, &kind.into(), is_advance)
            .into_iter()
            .filter(|finding| finding.severity == Severity::Error);
        for finding in errors {
            join_few(&mut found, finding);
        }
    })
    .await?;
    refuse(connection, &plan.release, &plan.version, found).await
}

/// The columns of every merge field that this mail uses, with or without a default.
fn used_fields(plan: &Plan) -> Result<Vec<String>, Problem> {
    let texts = plan.version.content.texts.iter().flat_map(|text| {
        let parts = [&text.headline, &text.body];
        parts.into_iter().chain(&text.subheads)
    });
    let note = plan.cover_note.as_ref();
    let mut used = Vec::new();
    for text in texts.chain(note) {
        let fields = slot::fields(text).map_err(|problem| prepare::bad_field(&problem))?;
        for field in fields {
            let column = field.name.trim_start_matches("contact.").to_owned();
            if !used.contains(&column) {
                used.push(column);
            }
        }
    }
    Ok(used)
}
