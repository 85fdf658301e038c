//! Who holds a copy of a release, and who of them cannot be reached by mail any more.

use crate::desk::Desk;
use crate::desk::problem::Problem;
use crate::desk::release::{approve, report, write};
use crate::domain::content::Version;
use crate::domain::instant::Instant;
use crate::store::connection::ConnectionTrait;
use crate::store::holders::{self, Copy};
use crate::store::organization;

/// One copy that is out.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Holder {
    pub contact: i64,
    pub name: String,
    /// Where the copy went; empty after an erasure.
    pub email: String,
    pub outlet: String,
    pub version: i64,
    pub purpose: String,
    /// `sent`, `unknown`, or `sending` while it is on its way.
    pub status: String,
    pub at: Option<Instant>,
    /// The server's words.
    pub reply: Option<String>,
    pub delivery: i64,
    /// Why mail does not reach this holder any more: `opted-out`, `bounced`, `archived`, `erased`.
    pub unreachable: Option<&'static str>,
    pub phone: String,
}

/// Every copy of a release that was accepted or may have been, by holder (EMB-14).
pub async fn holders(desk: &Desk, slug: &str) -> Result<Vec<Holder>, Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, slug).await?;
    let version = approve::current_version(connection, &release).await?;
    let issuers = issuers(connection, &version.content).await?;
    let copies = holders::copies(connection, release.id, &issuers).await?;
    Ok(copies.into_iter().map(holder).collect())
}

/// The organizations that a version speaks for.
pub(crate) async fn issuers(
    connection: &impl ConnectionTrait,
    version: &Version,
) -> Result<Vec<i64>, Problem> {
    let mut ids = Vec::new();
    for issuer in &version.original().issuers {
        let found = organization::by_slug(connection, &issuer.slug).await?;
        ids.extend(found.map(|row| row.id));
    }
    Ok(ids)
}

fn holder(copy: Copy) -> Holder {
    let unreachable = match copy.contact_status.as_str() {
        _ if copy.erased => Some("erased"),
        _ if copy.opted_out => Some("opted-out"),
        "bounced" => Some("bounced"),
        "archived" => Some("archived"),
        _ if copy.bounced_at.is_some() => Some("bounced"),
        _ => None,
    };
    Holder {
        contact: copy.contact_id,
        name: copy.name,
        email: copy.address,
        outlet: copy.outlet,
        version: copy.version,
        purpose: copy.purpose,
        status: copy.status,
        at: copy.at.map(Instant::from_millis),
        reply: report::reply(copy.code, copy.enhanced, copy.text),
        delivery: copy.delivery_id,
        unreachable,
        phone: copy.phone,
    }
}
