//! Outlets: looked up, added, renamed, and merged where one house goes by two names.

use serde::Serialize;
use serde_json::json;

use crate::desk::Desk;
use crate::desk::field;
use crate::desk::people::who;
use crate::desk::problem::{Exit, Problem};
use crate::domain::address;
use crate::domain::instant::Instant;
use crate::domain::name;
use crate::store::agreement::{self, AgreementRow};
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::error::StoreError;
use crate::store::outlet::{self, Facts, OutletRow};
use crate::store::{contact, desk_row};

/// An outlet, as people see it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OutletView {
    pub id: i64,
    pub name: String,
    /// ISO 3166 alpha-2; empty where it is tied to no country.
    pub country: String,
    pub domain: Option<String>,
    pub contacts: i64,
    /// Until when nobody there gets anything in advance.
    pub sanction_until: Option<Instant>,
    pub sanction_reason: Option<String>,
    /// Names of outlets that were merged into it: an import still finds them.
    pub also: Vec<String>,
}

impl From<OutletRow> for OutletView {
    fn from(row: OutletRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            country: row.country,
            domain: row.domain.filter(|domain| !domain.is_empty()),
            contacts: row.contacts,
            sanction_until: row.sanction_until.map(Instant::from_millis),
            sanction_reason: row.sanction_reason,
            also: Vec::new(),
        }
    }
}

/// Outlets by name, at most `limit`; with a text only those that have it in their name.
pub async fn list(desk: &Desk, text: &str, limit: i64) -> Result<Vec<OutletView>, Problem> {
    let mut pattern = String::from("%");
    for letter in name::key(text).chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    let rows = outlet::list(desk.store.db(), &pattern, limit).await?;
    Ok(rows.into_iter().map(OutletView::from).collect())
}

/// An outlet by its number or name. A name that was merged away answers with the other one.
///
/// Errors: exit 2 `no-outlet`; `several-outlets` where a name stands for outlets in several countries.
pub async fn show(desk: &Desk, who: &str) -> Result<OutletView, Problem> {
    let connection = desk.store.db();
    view(connection, find(connection, who).await?).await
}

async fn view(connection: &impl ConnectionTrait, id: i64) -> Result<OutletView, Problem> {
    let row = outlet::by_id(connection, id)
        .await?
        .ok_or_else(|| unknown(&id.to_string()))?;
    Ok(OutletView {
        also: outlet::former_names(connection, id).await?,
        ..row.into()
    })
}

fn unknown(who: &str) -> Problem {
    Problem::new(
        Exit::Usage,
        "no-outlet",
        format!("there is no outlet {who:?}"),
    )
    .hint("see them: dateline outlet list --search WORD")
}

async fn find(connection: &impl ConnectionTrait, who: &str) -> Result<i64, Problem> {
    let who = who.trim();
    let mut found = match who.parse::<i64>() {
        Ok(id) => outlet::by_id(connection, id).await?.into_iter().collect(),
        Err(_) => outlet::by_key(connection, &name::key(who)).await?,
    };
    let ids: std::collections::BTreeSet<i64> = found
        .drain(..)
        .map(|row: OutletRow| row.merged_into_id.unwrap_or(row.id))
        .collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    match ids[..] {
        [] => Err(who::no_outlet(connection, who).await?),
        [id] => Ok(id),
        _ => {
            let numbers: Vec<_> = ids.iter().map(i64::to_string).collect();
            let message = format!("{} outlets are called {who:?}", ids.len());
            Err(Problem::new(Exit::Usage, "several-outlets", message)
                .hint(format!("name one by its number: {}", numbers.join(", "))))
        }
    }
}

/// What is said of an outlet; `None` leaves it as it is, an empty text clears it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct OutletEdit {
    pub name: Option<String>,
    pub country: Option<String>,
    /// Of its people's addresses.
    pub domain: Option<String>,
}

impl OutletEdit {
    fn name(&self) -> Result<Option<String>, Problem> {
        let Some(name) = &self.name else {
            return Ok(None);
        };
        let name = name.trim();
        if name::key(name).is_empty() || name.chars().any(char::is_control) {
            let message = "an outlet's name has to be one line with letters or digits in it";
            return Err(Problem::new(Exit::Usage, "outlet-name", message)
                .hint("give it a name: --name \"The Daily Example\""));
        }
        Ok(Some(name.to_owned()))
    }

    fn domain(&self) -> Result<Option<String>, Problem> {
        let Some(domain) = &self.domain else {
            return Ok(None);
        };
        let domain = domain.trim().trim_start_matches('@');
        if domain.is_empty() {
            return Ok(Some(String::new()));
        }
        let read = address::parse(&format!("x@{domain}")).map_err(|error| {
            let message = format!("this is no domain: {}", error.reason);
            Problem::new(Exit::Usage, error.code, message)
                .hint("write what stands behind the @ of its people's addresses: example.com")
        })?;
        Ok(Some(read.domain().to_owned()))
    }
}

fn taken(error: StoreError) -> Problem {
    match error {
        StoreError::Duplicate => Problem::new(
            Exit::Usage,
            "exists",
            "there is an outlet of that name and country already",
        )
        .hint("make one of the two: dateline outlet merge FROM INTO"),
        other => other.into(),
    }
}

/// Adds an outlet.
///
/// Errors: exit 2 `exists` where there is one of that name in the same country.
pub async fn add(desk: &Desk, edit: &OutletEdit) -> Result<OutletView, Problem> {
    let name = edit.name()?.unwrap_or_default();
    let country = field::country(edit.country.as_deref().unwrap_or_default())?;
    let domain = edit.domain()?.filter(|domain| !domain.is_empty());
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    let facts = Facts {
        name: &name,
        country: &country,
        domain: domain.as_deref(),
    };
    let id = outlet::insert(&transaction, facts).await.map_err(taken)?;
    desk.log(&transaction, "outlet.add", "outlet", id, json!({}))
        .await?;
    let view = view(&transaction, id).await?;
    commit(transaction).await?;
    Ok(view)
}

/// Changes an outlet. Its sanction and its agreements stay what they are.
pub async fn edit(desk: &Desk, who: &str, edit: &OutletEdit) -> Result<OutletView, Problem> {
    let (name, domain) = (edit.name()?, edit.domain()?);
    let country = edit.country.as_deref().map(field::country).transpose()?;
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    let id = find(&transaction, who).await?;
    let old = view(&transaction, id).await?;
    let name = name.unwrap_or(old.name);
    let country = country.unwrap_or(old.country);
    let domain = domain.or(old.domain).filter(|domain| !domain.is_empty());
    let facts = Facts {
        name: &name,
        country: &country,
        domain: domain.as_deref(),
    };
    outlet::update(&transaction, id, facts)
        .await
        .map_err(taken)?;
    // A sanction reaches everybody at the domain: a run at work looks again.
    desk_row::touch(&transaction).await?;
    desk.log(&transaction, "outlet.edit", "outlet", id, json!({}))
        .await?;
    let view = view(&transaction, id).await?;
    commit(transaction).await?;
    Ok(view)
}

/// Two outlets that are to be one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Merger {
    pub from: OutletView,
    pub into: OutletView,
    /// Agreements to embargoes that then hold for the people of both.
    pub agreements: Vec<i64>,
    /// Agreements that end because the other outlet has a stricter one of the same kind.
    pub ending: Vec<i64>,
}

/// What a merge would do; nothing is written.
///
/// Errors: exit 2 for an outlet that is not there, or the same one twice.
pub async fn plan_merge(desk: &Desk, from: &str, into: &str) -> Result<Merger, Problem> {
    merger(desk, desk.store.db(), from, into).await
}

async fn merger(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    from: &str,
    into: &str,
) -> Result<Merger, Problem> {
    let (from, into) = (find(connection, from).await?, find(connection, into).await?);
    if from == into {
        let message = "both names stand for the same outlet already";
        return Err(Problem::new(Exit::Usage, "same-outlet", message)
            .hint(format!("see it: dateline outlet show {into}")));
    }
    let now = desk.now().millis();
    let live: Vec<AgreementRow> = agreement::list(connection, None)
        .await?
        .into_iter()
        .filter(|row| {
            row.contact_id.is_none()
                && row.outlet_id.is_some_and(|id| id == from || id == into)
                && row.withdrawn_at.is_none()
                && row.expires_at.is_none_or(|at| now < at)
        })
        .collect();
    let (ending, holding): (Vec<_>, Vec<_>) = live.iter().partition(|row| is_laxer(row, &live));
    let ids = |rows: Vec<&AgreementRow>| rows.into_iter().map(|row| row.id).collect();
    Ok(Merger {
        from: view(connection, from).await?,
        into: view(connection, into).await?,
        agreements: ids(holding),
        ending: ids(ending),
    })
}

/// Whether the other outlet agreed to the same with an earlier end: of two promises the stricter one
/// holds for the people of both.
fn is_laxer(one: &AgreementRow, live: &[AgreementRow]) -> bool {
    let end = |row: &AgreementRow| {
        let never = i64::MAX;
        (
            row.lift.unwrap_or(never),
            row.expires_at.unwrap_or(never),
            row.id,
        )
    };
    live.iter().any(|other| {
        other.outlet_id != one.outlet_id && other.release == one.release && end(other) < end(one)
    })
}

/// Makes one outlet of two: people and agreements of `from` are those of `into` from now on, the
/// longer sanction and the stricter agreement hold, and an old file that names `from` finds `into`.
pub async fn merge(desk: &Desk, from: &str, into: &str) -> Result<Merger, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    let mut merger = merger(desk, &transaction, from, into).await?;
    let (old, new) = (merger.from.id, merger.into.id);
    for id in &merger.ending {
        agreement::withdraw(&transaction, *id, desk.now()).await?;
    }
    let moved = outlet::merge(&transaction, old, new, desk.now()).await?;
    desk_row::touch(&transaction).await?;
    let detail = json!({
        "into": new, "contacts": moved, "agreements": merger.agreements, "ended": merger.ending,
    });
    desk.log(&transaction, "outlet.merge", "outlet", old, detail)
        .await?;
    merger.into = view(&transaction, new).await?;
    commit(transaction).await?;
    Ok(merger)
}
