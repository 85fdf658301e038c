//! Contacts that may be one person: proposed with a score and the reasons, and never proposed again
//! once somebody said that they are two.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use serde::Serialize;
use serde_json::json;

use crate::desk::Desk;
use crate::desk::people::contacts::{card_of, find_in};
use crate::desk::problem::{Exit, Problem};
use crate::domain::duplicate::{Finder, Pair};
use crate::store::connection::{begin_write, commit};
use crate::store::{contact, duplicate};

/// Contacts read at a time.
const PAGE: i64 = 10_000;

/// Two contacts that may be one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Proposal {
    /// Out of 100.
    pub score: u8,
    /// In words, the strongest first.
    pub reasons: Vec<&'static str>,
    /// Whom to keep: who can be written to, then who got more mails, then who was there first.
    pub keep: Side,
    pub other: Side,
}

/// One of the two.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Side {
    pub id: i64,
    pub email: String,
    pub name: String,
    pub outlet: String,
    pub status: String,
    /// Mails that were sent to them.
    pub mails: i64,
}

/// What was found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Found {
    /// How many contacts were compared.
    pub contacts: u64,
    /// How many pairs there are; `pairs` holds the likeliest of them.
    pub total: u64,
    pub pairs: Vec<Proposal>,
}

/// Looks through all contacts; changes nothing. At most `limit` pairs of at least `lowest` points.
pub async fn find(desk: &Desk, lowest: u8, limit: usize) -> Result<Found, Problem> {
    let connection = desk.store.db();
    let mut finder = Finder::default();
    let (mut after, mut contacts) = (0, 0);
    loop {
        let rows = duplicate::page(connection, after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after = last.id;
        for row in &rows {
            finder.add(row.id, &row.key, &row.name, row.outlet_id, &row.phone);
        }
        contacts += u64::try_from(rows.len()).unwrap_or(0);
    }
    finder.share(&duplicate::shared(connection).await?);
    let not: HashSet<(i64, i64)> = duplicate::not_duplicates(connection)
        .await?
        .into_iter()
        .collect();
    let mut pairs = finder.pairs();
    pairs.retain(|pair| pair.score >= lowest && !not.contains(&(pair.one, pair.other)));
    let total = u64::try_from(pairs.len()).unwrap_or(u64::MAX);
    pairs.truncate(limit);
    let ids: Vec<i64> = pairs
        .iter()
        .flat_map(|pair| [pair.one, pair.other])
        .collect();
    let mails: HashMap<i64, i64> = duplicate::mails(connection, &ids)
        .await?
        .into_iter()
        .collect();
    let mut sides = HashMap::new();
    for id in ids {
        if let Entry::Vacant(place) = sides.entry(id) {
            let card = card_of(connection, id).await?.contact;
            place.insert(Side {
                id,
                email: card.email,
                name: card.name,
                outlet: card.outlet,
                status: card.status,
                mails: mails.get(&id).copied().unwrap_or(0),
            });
        }
    }
    Ok(Found {
        contacts,
        total,
        pairs: pairs
            .iter()
            .filter_map(|pair| proposal(pair, &sides))
            .collect(),
    })
}

fn proposal(pair: &Pair, sides: &HashMap<i64, Side>) -> Option<Proposal> {
    let (one, other) = (sides.get(&pair.one)?, sides.get(&pair.other)?);
    let rank = |side: &Side| {
        (
            !matches!(side.status.as_str(), "bounced" | "archived"),
            side.mails,
            std::cmp::Reverse(side.id),
        )
    };
    let (keep, other) = if rank(one) >= rank(other) {
        (one, other)
    } else {
        (other, one)
    };
    Some(Proposal {
        score: pair.score,
        reasons: pair.reasons.iter().map(|reason| reason.words()).collect(),
        keep: keep.clone(),
        other: other.clone(),
    })
}

/// Remembers that two contacts are two people; false: that was known.
///
/// Errors: exit 2 for unknown contacts or one and the same.
pub async fn not_one(desk: &Desk, one: &str, other: &str) -> Result<bool, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    let one = find_in(&transaction, one).await?;
    let other = find_in(&transaction, other).await?;
    if one == other {
        let message = format!("both are contact {one}");
        return Err(Problem::new(Exit::Usage, "same-contact", message).hint("name two contacts"));
    }
    let is_new = duplicate::note_not(&transaction, one, other, &desk.actor, desk.now()).await?;
    if is_new {
        let detail = json!({"other": other});
        desk.log(
            &transaction,
            "contact.not-duplicate",
            "contact",
            one,
            detail,
        )
        .await?;
    }
    commit(transaction).await?;
    Ok(is_new)
}
