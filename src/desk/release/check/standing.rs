//! How old the texts are that go from release to release: legends by their first use, "About" texts by their versions.

use crate::desk::Desk;
use crate::desk::issuers::boilerplates::today;
use crate::desk::problem::Problem;
use crate::domain::check::Standing;
use crate::domain::check::standing::{Age, Kin, legends};
use crate::domain::content::within_json;
use crate::domain::instant::Instant;
use crate::store::check as store;
use crate::store::connection::ConnectionTrait;
use crate::store::release::StoredVersion;

/// What is known of the standing texts of a version.
pub(super) async fn standing(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    version: &StoredVersion,
) -> Result<Standing, Problem> {
    let mut found = Standing::default();
    for text in &version.content.texts {
        for (part, words) in legends(text) {
            // In whatever release and language it stood: the same words are the same legend.
            // Where its lines end says nothing.
            let joined = words.split_whitespace().collect::<Vec<_>>().join(" ");
            let mut since = store::first_with(connection, &within_json(&words)).await?;
            if joined != words {
                let other = store::first_with(connection, &within_json(&joined)).await?;
                since = [since, other].into_iter().flatten().min();
            }
            found.ages.push(Age {
                language: text.language.clone(),
                part: part.to_owned(),
                since: since.unwrap_or(version.at),
                valid: (None, None),
            });
        }
    }
    let day = |text: Option<String>| text.and_then(|text| text.parse().ok());
    for row in store::pinned(connection, version.id).await? {
        let touched = row.at.max(row.reviewed_at.unwrap_or(row.at));
        found.ages.push(Age {
            part: format!("about {}", row.slug),
            language: row.language,
            since: Instant::from_millis(touched),
            valid: (day(row.valid_from), day(row.valid_until)),
        });
    }
    let today = today(desk);
    for row in store::kin(connection, version.id, &today).await? {
        found.kin.push(Kin {
            of: row.carried,
            name: format!("{} ({})", row.slug, row.language),
            body: row.body,
        });
    }
    Ok(found)
}
