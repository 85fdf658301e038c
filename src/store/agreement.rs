//! Agreements to embargoes, and what the rule about advance copies has to know of people.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::domain::agreement::{Candidate, Given};
use crate::domain::contact::Kind;
use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::{set, sql};

/// A new agreement, of a contact or of a whole outlet.
#[derive(Clone, Debug)]
pub struct New<'a> {
    pub contact_id: Option<i64>,
    pub outlet_id: Option<i64>,
    /// None: a standing agreement.
    pub release_id: Option<i64>,
    pub how: &'a str,
    pub evidence_sha256: Option<&'a str>,
    pub note: Option<&'a str>,
    pub at: Instant,
    pub by: &'a str,
    pub expires_at: Option<Instant>,
    /// The embargo act it was given under.
    pub embargo_seq: Option<i64>,
}

pub async fn insert(connection: &impl ConnectionTrait, new: &New<'_>) -> Result<i64, StoreError> {
    let sql = "INSERT INTO agreement (contact_id, outlet_id, release_id, how, evidence_sha256, note, agreed_at, by, expires_at, embargo_seq) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id AS value";
    let values = vec![
        new.contact_id.into(),
        new.outlet_id.into(),
        new.release_id.into(),
        new.how.into(),
        new.evidence_sha256.into(),
        new.note.into(),
        new.at.millis().into(),
        new.by.into(),
        new.expires_at.map(Instant::millis).into(),
        new.embargo_seq.into(),
    ];
    sql::number(connection, sql, values).await
}

/// Takes an agreement back. False: there is none with this id that still holds.
pub async fn withdraw(
    connection: &impl ConnectionTrait,
    id: i64,
    at: Instant,
) -> Result<bool, StoreError> {
    let sql = "UPDATE agreement SET withdrawn_at = $1 WHERE id = $2 AND withdrawn_at IS NULL";
    Ok(sql::run(connection, sql, vec![at.millis().into(), id.into()]).await? == 1)
}

/// An agreement as people look at it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct AgreementRow {
    pub id: i64,
    pub contact_id: Option<i64>,
    pub email: Option<String>,
    pub name: Option<String>,
    pub outlet_id: Option<i64>,
    pub outlet: Option<String>,
    pub release: Option<String>,
    pub how: String,
    pub evidence_sha256: Option<String>,
    pub note: Option<String>,
    pub agreed_at: i64,
    pub by: String,
    pub expires_at: Option<i64>,
    pub withdrawn_at: Option<i64>,
    /// The lift that it was given under.
    pub lift: Option<i64>,
}

const ROWS: &str = "SELECT a.id, c.id AS contact_id, c.email, c.name, COALESCE(a.outlet_id, c.outlet_id) AS outlet_id, \
    o.name AS outlet, r.slug AS release, a.how, a.evidence_sha256, a.note, a.agreed_at, a.by, a.expires_at, a.withdrawn_at, \
    e.instant AS lift FROM agreement a LEFT JOIN contact g ON g.id = a.contact_id \
    LEFT JOIN contact c ON c.id = COALESCE(g.merged_into_id, g.id) LEFT JOIN outlet o ON o.id = COALESCE(a.outlet_id, c.outlet_id) LEFT JOIN release r ON r.id = a.release_id \
    LEFT JOIN embargo e ON e.release_id = a.release_id AND e.seq = a.embargo_seq";

/// All agreements, the newest first; with a release those that count for it, standing ones too.
pub async fn list(
    connection: &impl ConnectionTrait,
    release_id: Option<i64>,
) -> Result<Vec<AgreementRow>, StoreError> {
    let sql = format!(
        "{ROWS} WHERE ($1 = 0 OR a.release_id IS NULL OR a.release_id = $1) ORDER BY a.id DESC"
    );
    sql::all(connection, &sql, vec![release_id.unwrap_or(0).into()]).await
}

pub async fn by_id(
    connection: &impl ConnectionTrait,
    id: i64,
) -> Result<Option<AgreementRow>, StoreError> {
    let sql = format!("{ROWS} WHERE a.id = $1");
    sql::one(connection, &sql, vec![id.into()]).await
}

#[derive(FromQueryResult)]
struct PersonRow {
    id: i64,
    kind: String,
    sanction_until: Option<i64>,
}

#[derive(FromQueryResult)]
struct GivenRow {
    contact_id: i64,
    release_id: Option<i64>,
    lift: Option<i64>,
    agreed_at: i64,
    expires_at: Option<i64>,
    withdrawn_at: Option<i64>,
}

/// What the rule has to know about these contacts, for advance copies of a release.
///
/// A sanction reaches the outlet's people by every way we know them: the outlet's row, one of the
/// same name or domain, one that was merged with it, and an address at its domain. It fails closed.
/// An agreement of somebody who was merged into a contact is that contact's.
pub async fn candidates(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
    release_id: i64,
) -> Result<HashMap<i64, Candidate>, StoreError> {
    let given = set::among_numbers(connection, 1);
    let people = format!(
        "SELECT c.id, c.kind, (SELECT MAX(s.sanction_until) FROM outlet s WHERE s.sanction_until IS NOT NULL AND (\
           s.id = c.outlet_id OR s.merged_into_id = c.outlet_id OR (s.domain <> '' AND s.domain = c.domain) \
           OR EXISTS (SELECT 1 FROM outlet o WHERE o.id = c.outlet_id AND (\
             o.merged_into_id = s.id OR o.name_key = s.name_key OR (s.domain <> '' AND o.domain = s.domain))))) AS sanction_until \
         FROM contact c WHERE c.id {given}"
    );
    let mut candidates: HashMap<i64, Candidate> =
        sql::all::<PersonRow>(connection, &people, vec![set::bind(contacts)])
            .await?
            .into_iter()
            .map(|row| {
                let candidate = Candidate {
                    // A kind that we do not know is not media.
                    kind: Kind::parse(&row.kind).unwrap_or_default(),
                    sanction_until: row.sanction_until.map(Instant::from_millis),
                    agreements: Vec::new(),
                };
                (row.id, candidate)
            })
            .collect();
    let columns = "a.release_id, e.instant AS lift, a.agreed_at, a.expires_at, a.withdrawn_at";
    let embargo = "LEFT JOIN embargo e ON e.release_id = a.release_id AND e.seq = a.embargo_seq";
    let agreements = format!(
        "SELECT COALESCE(m.merged_into_id, m.id) AS contact_id, {columns} FROM agreement a JOIN contact m ON m.id = a.contact_id {embargo} \
         WHERE COALESCE(m.merged_into_id, m.id) {given} AND (a.release_id IS NULL OR a.release_id = $2) \
         UNION ALL SELECT c.id, {columns} FROM agreement a JOIN outlet w ON w.id = a.outlet_id {embargo} \
         JOIN contact c ON c.outlet_id = w.id OR c.outlet_id = w.merged_into_id \
         WHERE c.id {given} AND (a.release_id IS NULL OR a.release_id = $2)"
    );
    let values = vec![set::bind(contacts), release_id.into()];
    for row in sql::all::<GivenRow>(connection, &agreements, values).await? {
        let given = Given {
            is_standing: row.release_id.is_none(),
            lift: row.lift.map(Instant::from_millis),
            agreed_at: Instant::from_millis(row.agreed_at),
            expires_at: row.expires_at.map(Instant::from_millis),
            withdrawn_at: row.withdrawn_at.map(Instant::from_millis),
        };
        if let Some(candidate) = candidates.get_mut(&row.contact_id) {
            candidate.agreements.push(given);
        }
    }
    Ok(candidates)
}
