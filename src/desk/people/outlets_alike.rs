//! Outlets that may be one house: alike by name, and their people write from one domain.

use serde::Serialize;

use crate::desk::Desk;
use crate::desk::problem::Problem;
use crate::domain::outlet_name;
use crate::store::outlet_alike::{self, AtDomain};

/// Beyond so many contacts an import does not look: reading them all would take a second.
const LOOKED_AT: i64 = 200_000;
/// Outlets of one domain that are compared; a publisher has hundreds.
const COMPARED: usize = 50;

/// Two outlets that may be one. They are never merged by themselves.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Alike {
    /// Number and name of the one with fewer contacts, which would go.
    pub from: i64,
    pub from_name: String,
    pub into: i64,
    pub into_name: String,
    /// The domain that both write from.
    pub domain: String,
    pub why: &'static str,
}

/// All such pairs, by domain.
pub async fn alike(desk: &Desk) -> Result<Vec<Alike>, Problem> {
    let rows = outlet_alike::sharing_domains(desk.store.db()).await?;
    let mut found = Vec::new();
    for house in rows.chunk_by(|one, other| one.domain == other.domain) {
        if !outlet_name::is_anybodys(&house[0].domain) {
            pairs(&house[..house.len().min(COMPARED)], &mut found);
        }
    }
    Ok(found)
}

/// The pairs, at the end of an import; none in a desk so large that looking would take long.
pub(crate) async fn after_import(desk: &Desk) -> Result<Vec<Alike>, Problem> {
    if outlet_alike::highest_contact(desk.store.db()).await? > LOOKED_AT {
        return Ok(Vec::new());
    }
    alike(desk).await
}

fn pairs(house: &[AtDomain], found: &mut Vec<Alike>) {
    for (at, into) in house.iter().enumerate() {
        for from in &house[at + 1..] {
            let is_known = |pair: &Alike| pair.from == from.id && pair.into == into.id;
            let why = outlet_name::why_alike(&from.name, &into.name);
            if let Some(why) = why.filter(|_| !found.iter().any(is_known)) {
                found.push(Alike {
                    from: from.id,
                    from_name: from.name.clone(),
                    into: into.id,
                    into_name: into.name.clone(),
                    domain: into.domain.clone(),
                    why,
                });
            }
        }
    }
}
