//! Opt-outs: a person's no, how it is written down, shown, and (rarely) lifted.

use serde::Serialize;
use serde_json::json;

use crate::desk::Desk;
use crate::desk::issuers::organizations;
use crate::desk::people::lists;
use crate::desk::people::older_keys::{self, Hashable};
use crate::desk::problem::{Exit, Problem, again};
use crate::domain::address;
use crate::domain::instant::Instant;
use crate::domain::suppression::Scope;
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::suppression::{self, NewSuppression, Origin};
use crate::store::{contact, desk_row};

/// How far an opt-out reaches, by the names that people type.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Reach {
    #[default]
    Everything,
    /// An organization's short name.
    Organization(String),
    /// A media list's short name.
    List(String),
}

/// What became of an opt-out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OptOutReport {
    /// `address` or `domain`.
    pub target: &'static str,
    pub scope: &'static str,
    /// Whether there was an entry (or a wider one) before.
    pub already: bool,
    /// Mails that waited and will not be sent.
    pub withdrawn: u64,
}

/// An entry of the suppression list; the address itself is nowhere in it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct OptOutEntry {
    pub id: i64,
    pub target: String,
    /// The first twelve digits of the hash.
    pub hash: String,
    pub contact: Option<i64>,
    pub scope: String,
    pub scope_id: i64,
    pub reason: String,
    pub source: String,
    pub at: Instant,
    pub by: String,
}

/// A missing or foreign key makes every entry unreadable: nobody's no would be seen. So where
/// entries exist, nothing is imported, scheduled or sent without the key they were made with.
///
/// Errors: exit 78 `foreign-key`; exit 10 where the desk has no row.
pub async fn key_must_fit(desk: &Desk) -> Result<(), Problem> {
    key_must_fit_in(desk, desk.store.db()).await
}

/// The same inside a transaction that is open already.
pub(crate) async fn key_must_fit_in(
    desk: &Desk,
    connection: &impl ConnectionTrait,
) -> Result<(), Problem> {
    let Some(row) = desk_row::read(connection).await? else {
        let message = format!(
            "the database at {} belongs to no desk yet",
            desk.store.shown()
        );
        return Err(
            Problem::new(Exit::Database, "no-desk", message).hint("set it up: dateline init")
        );
    };
    if row.key_fingerprint == desk.key.fingerprint() {
        return older_keys::none_is_missing(desk, connection).await;
    }
    // Contacts count too: their hashes were made with the old key, and a new no would miss them.
    if suppression::count(connection).await? == 0 && !contact::any(connection).await? {
        return Ok(());
    }
    let message = format!(
        "the key file is not the one that the opt-outs in this database were made with (key {}, wanted {}), so nobody's opt-out could be seen",
        desk.key.fingerprint(),
        row.key_fingerprint,
    );
    Err(Problem::new(Exit::Config, "foreign-key", message)
        .hint("put the right file where [desk] key_file in config.toml points to; if the key was changed a moment ago, start again"))
}

/// What a person typed: an address, `@domain`, or a domain.
pub(crate) struct Target {
    pub(crate) kind: &'static str,
    pub(crate) hash: String,
    /// The address key where it is an address, and the domain.
    pub(crate) key: String,
    pub(crate) domain: String,
}

impl Target {
    /// What older keys know of it belongs to the key in force from now on.
    async fn meet(&self, desk: &Desk, connection: &impl ConnectionTrait) -> Result<(), Problem> {
        let (key, domain) = (&self.key, &self.domain);
        older_keys::meet(desk, connection, [Hashable { key, domain }]).await
    }
}

pub(crate) fn target(desk: &Desk, text: &str) -> Result<Target, Problem> {
    let text = text.trim();
    let problem = |reason: String| {
        Problem::new(
            Exit::Usage,
            "invalid-address",
            format!("this cannot be opted out: {reason}"),
        )
        .hint("give one address (ada@example.com) or a domain (@example.com)")
    };
    let domain = text
        .strip_prefix('@')
        .or((!text.contains('@')).then_some(text));
    if let Some(domain) = domain {
        // Read as a part of an address, so that a domain has one spelling everywhere.
        let read =
            address::parse(&format!("anybody@{domain}")).map_err(|error| problem(error.reason))?;
        return Ok(Target {
            kind: "domain",
            hash: desk.key.domain_hash(read.domain()),
            key: String::new(),
            domain: read.domain().to_owned(),
        });
    }
    let read = address::parse(text).map_err(|error| problem(error.reason))?;
    Ok(Target {
        kind: "address",
        hash: desk.key.address_hash(&read.key()),
        domain: read.domain().to_owned(),
        key: read.key(),
    })
}

pub(crate) async fn scope(
    connection: &impl ConnectionTrait,
    reach: &Reach,
) -> Result<Scope, Problem> {
    Ok(match reach {
        Reach::Everything => Scope::Everything,
        Reach::Organization(slug) => {
            Scope::Organization(organizations::find(connection, slug).await?.id)
        }
        Reach::List(slug) => Scope::List(lists::find(connection, slug).await?.id),
    })
}

/// Writes a no down and takes what it stops out of the queue, in one transaction: from its commit
/// on nothing more is begun to that person. Doing it twice changes nothing.
///
/// `text` is an address, `@domain` or a domain; `reason` a word or two without personal data.
/// Errors: exit 2 for no address or an unknown list; 78 for a foreign key.
pub async fn add(
    desk: &Desk,
    text: &str,
    reach: &Reach,
    reason: &str,
    source: &str,
) -> Result<OptOutReport, Problem> {
    let mut tries = 0;
    loop {
        match attempt(desk, text, reach, reason, source).await {
            Err(problem) if again(&problem, &mut tries) => {}
            done => return done,
        }
    }
}

async fn attempt(
    desk: &Desk,
    text: &str,
    reach: &Reach,
    reason: &str,
    source: &str,
) -> Result<OptOutReport, Problem> {
    let target = target(desk, text)?;
    let reason = if reason.trim().is_empty() {
        "unsubscribed"
    } else {
        reason.trim()
    };
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    key_must_fit_in(desk, &transaction).await?;
    target.meet(desk, &transaction).await?;
    let scope = scope(&transaction, reach).await?;
    let key_id = desk.key.fingerprint();
    let origin = Origin {
        key_id: &key_id,
        target: target.kind,
        scope,
        source,
        at: desk.now(),
        by: &desk.actor,
    };
    let entry = NewSuppression {
        hash: target.hash.clone(),
        reason: reason.to_owned(),
    };
    let added = suppression::suppress(&transaction, &origin, &[entry]).await?;
    // Also when the entry was there: whatever slipped past it is caught now.
    let withdrawn =
        suppression::withdraw_deliveries(&transaction, &origin, &[&target.hash]).await?;
    if added > 0 || withdrawn > 0 {
        desk_row::touch(&transaction).await?;
        let detail =
            json!({"target": target.kind, "scope": scope.as_str(), "withdrawn": withdrawn});
        desk.log(&transaction, "optout.add", "scope", scope.id(), detail)
            .await?;
    }
    commit(transaction).await?;
    Ok(OptOutReport {
        target: target.kind,
        scope: scope.as_str(),
        already: added == 0,
        withdrawn,
    })
}

/// Lifts an opt-out. Only a person does that, because the contact asked for it, and says why;
/// no import and no program may.
///
/// Errors: exit 2 without a reason; exit 4 `not-opted-out` where there is no such entry.
pub async fn remove(desk: &Desk, text: &str, reach: &Reach, reason: &str) -> Result<(), Problem> {
    if reason.trim().is_empty() {
        let message = "an opt-out is lifted only with a reason, because it was somebody's no";
        return Err(Problem::new(Exit::Usage, "no-reason", message)
            .hint("say who asked for it and when: --reason \"wrote on 3 March that she wants our news again\""));
    }
    let target = target(desk, text)?;
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    key_must_fit_in(desk, &transaction).await?;
    target.meet(desk, &transaction).await?;
    let scope = scope(&transaction, reach).await?;
    // The reason stays beside the name; the log holds ids and codes only.
    let by = format!("{}: {}", desk.actor, reason.trim());
    let lifted = suppression::lift(&transaction, &target.hash, scope, desk.now(), &by).await?;
    if lifted == 0 {
        let message = format!(
            "there is no opt-out of that {} for {}",
            target.kind,
            scope.as_str()
        );
        return Err(Problem::new(Exit::Forbidden, "not-opted-out", message)
            .hint("see what there is: dateline optout list"));
    }
    desk_row::touch(&transaction).await?;
    let detail = json!({"target": target.kind, "scope": scope.as_str()});
    desk.log(&transaction, "optout.remove", "scope", scope.id(), detail)
        .await?;
    commit(transaction).await?;
    Ok(())
}

/// The live entries, newest first: a page of `limit` before the entry `before` (0 for the start).
pub async fn list(desk: &Desk, before: i64, limit: i64) -> Result<Vec<OptOutEntry>, Problem> {
    let rows = suppression::list(desk.store.db(), before, limit).await?;
    Ok(rows
        .into_iter()
        .map(|row| OptOutEntry {
            id: row.id,
            target: row.target,
            hash: row.hash.chars().take(12).collect(),
            contact: row.contact_id,
            scope: row.scope,
            scope_id: row.scope_id,
            reason: row.reason,
            source: row.source,
            at: Instant::from_millis(row.at),
            by: row.by,
        })
        .collect())
}
