//! Agreements to embargoes: written down, listed, taken back. Without one nobody gets an advance copy.

use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::desk::Desk;
use crate::desk::distribution::whom::one_contact;
use crate::desk::people::who;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::write;
use crate::domain::hex;
use crate::domain::instant::Instant;
use crate::domain::name;
use crate::domain::when;
use crate::store::agreement::{self, AgreementRow, New};
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::{blob, embargo, outlet};

/// Evidence is a mail or a scan, not an archive.
const LARGEST_EVIDENCE: u64 = 20_000_000;

/// What is written down.
#[derive(Clone, Debug)]
pub struct Added<'a> {
    /// A contact by address or id, or an outlet by its name.
    pub who: &'a str,
    /// A release, or None for every release to come.
    pub release: Option<&'a str>,
    /// `email`, `phone` …
    pub how: &'a str,
    pub evidence: Option<&'a Path>,
    pub until: Option<&'a str>,
    pub note: Option<&'a str>,
}

/// An agreement as people look at it.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Agreement {
    pub id: i64,
    pub contact: Option<i64>,
    pub email: Option<String>,
    pub outlet: Option<String>,
    /// None: standing.
    pub release: Option<String>,
    pub how: String,
    pub agreed_at: Instant,
    pub by: String,
    pub expires_at: Option<Instant>,
    pub withdrawn_at: Option<Instant>,
    /// The lift that it was given under; a later lift needs another yes.
    pub lift: Option<Instant>,
    pub evidence: Option<String>,
    pub note: Option<String>,
}

impl From<AgreementRow> for Agreement {
    fn from(row: AgreementRow) -> Self {
        Self {
            id: row.id,
            contact: row.contact_id,
            email: row.email,
            outlet: row.outlet,
            release: row.release,
            how: row.how,
            agreed_at: Instant::from_millis(row.agreed_at),
            by: row.by,
            expires_at: row.expires_at.map(Instant::from_millis),
            withdrawn_at: row.withdrawn_at.map(Instant::from_millis),
            lift: row.lift.map(Instant::from_millis),
            evidence: row.evidence_sha256,
            note: row.note,
        }
    }
}

/// Writes an agreement down. For one release it is bound to the embargo that holds now (EMB-10).
///
/// Refused (2) for somebody or a release that is not there, (4) for a release without an embargo.
pub async fn add(desk: &Desk, new: &Added<'_>) -> Result<Agreement, Problem> {
    let zone = desk.config.newsroom.time_zone.as_deref();
    let until = new
        .until
        .map(|text| when::read(text, zone, desk.now(), &desk.zones))
        .transpose()?;
    let evidence = new.evidence.map(read_evidence).transpose()?;
    let transaction = begin_write(desk.store.db()).await?;
    let (contact_id, outlet_id) = party(&transaction, new.who).await?;
    let (mut release_id, mut embargo_seq) = (None, None);
    if let Some(slug) = new.release {
        let release = write::find(&transaction, slug).await?;
        let state = embargo::current(&transaction, release.id).await?;
        if !state.is_active(desk.now()) {
            return Err(Problem::new(
                Exit::Forbidden,
                "no-embargo",
                format!("{slug} is under no embargo that anybody could agree to"),
            )
            .hint("set it first: embargo = \"2026-11-03 09:00 Area/City\" in the release's front matter"));
        }
        (release_id, embargo_seq) = (Some(release.id), Some(state.seq()));
    }
    let evidence_sha256 = match &evidence {
        None => None,
        Some(bytes) => {
            let sha256 = hex::encode(&Sha256::digest(bytes));
            blob::put(
                &transaction,
                &sha256,
                "application/octet-stream",
                bytes.clone(),
            )
            .await?;
            Some(sha256)
        }
    };
    let row = New {
        contact_id,
        outlet_id,
        release_id,
        how: new.how,
        evidence_sha256: evidence_sha256.as_deref(),
        note: new.note,
        at: desk.now(),
        by: &desk.actor,
        expires_at: until.map(|moment| moment.instant),
        embargo_seq,
    };
    let id = agreement::insert(&transaction, &row).await?;
    let detail = serde_json::json!({
        "contact": contact_id, "outlet": outlet_id, "release": release_id, "embargo": embargo_seq,
        "evidence": evidence_sha256,
    });
    desk.log(&transaction, "agree", "agreement", id, detail)
        .await?;
    let written = agreement::by_id(&transaction, id).await?;
    commit(transaction).await?;
    written.map(Agreement::from).ok_or_else(|| unknown(id))
}

fn read_evidence(path: &Path) -> Result<Vec<u8>, Problem> {
    let bad = |why: String| {
        Problem::new(
            Exit::Usage,
            "evidence",
            format!("{} cannot be kept as evidence: {why}", path.display()),
        )
        .hint("name a file such as the mail they wrote, of at most 20 MB")
    };
    let metadata = std::fs::metadata(path).map_err(|error| bad(error.to_string()))?;
    if !metadata.is_file() || metadata.len() > LARGEST_EVIDENCE {
        return Err(bad("it is no file, or too large".to_owned()));
    }
    std::fs::read(path).map_err(|error| bad(error.to_string()))
}

/// Who agrees: a person, or an outlet for all its people.
async fn party(
    connection: &impl ConnectionTrait,
    who: &str,
) -> Result<(Option<i64>, Option<i64>), Problem> {
    if who.contains('@') || who.parse::<i64>().is_ok() {
        return Ok((Some(one_contact(connection, who).await?), None));
    }
    Ok((None, Some(find_outlet(connection, who).await?)))
}

/// An outlet by its name.
pub(crate) async fn find_outlet(
    connection: &impl ConnectionTrait,
    who: &str,
) -> Result<i64, Problem> {
    let key = name::key(who);
    let found = outlet::by_keys(connection, std::slice::from_ref(&key)).await?;
    match found.get(&key) {
        Some(id) => Ok(*id),
        None => Err(who::no_outlet(connection, who).await?),
    }
}

/// All agreements, or those that count for a release.
pub async fn list(desk: &Desk, release: Option<&str>) -> Result<Vec<Agreement>, Problem> {
    let connection = desk.store.db();
    let id = match release {
        Some(slug) => Some(write::find(connection, slug).await?.id),
        None => None,
    };
    let rows = agreement::list(connection, id).await?;
    Ok(rows.into_iter().map(Agreement::from).collect())
}

/// Takes an agreement back: nothing goes to them early from now on, also what is queued.
pub async fn withdraw(desk: &Desk, id: i64) -> Result<Agreement, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    if !agreement::withdraw(&transaction, id, desk.now()).await? {
        return Err(unknown(id));
    }
    crate::store::desk_row::touch(&transaction).await?;
    desk.log(
        &transaction,
        "withdraw",
        "agreement",
        id,
        serde_json::json!({}),
    )
    .await?;
    let row = agreement::by_id(&transaction, id).await?;
    commit(transaction).await?;
    row.map(Agreement::from).ok_or_else(|| unknown(id))
}

fn unknown(id: i64) -> Problem {
    Problem::new(
        Exit::Usage,
        "no-agreement",
        format!("there is no agreement {id} that still holds"),
    )
    .hint("see them: dateline agreement list")
}
