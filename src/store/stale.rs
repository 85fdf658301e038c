//! When contacts were last written to.

use std::collections::HashMap;

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::store::card::{self, CardRow};
use crate::store::error::StoreError;
use crate::store::filter::Condition;
use crate::store::{set, sql};

#[derive(FromQueryResult)]
struct Last {
    id: i64,
    last: i64,
}

/// Contacts that a condition means, with the instant of the last mail to them or to somebody who was
/// merged into them.
pub async fn page(
    connection: &impl ConnectionTrait,
    condition: &Condition,
    after: i64,
    limit: i64,
) -> Result<Vec<(CardRow, Option<i64>)>, StoreError> {
    let cards = card::page(connection, condition, after, limit).await?;
    let ids: Vec<_> = cards.iter().map(|card| card.id).collect();
    let given = set::among_numbers(connection, 1);
    let select = format!(
        "SELECT id, MAX(sent_at) AS last FROM (\
           SELECT d.contact_id AS id, d.sent_at FROM delivery d WHERE d.contact_id {given} AND NOT d.rehearsal AND d.purpose <> 'test' \
           UNION ALL SELECT m.merged_into_id, d.sent_at FROM contact m JOIN delivery d ON d.contact_id = m.id \
             WHERE m.merged_into_id {given} AND NOT d.rehearsal AND d.purpose <> 'test'\
         ) AS mails WHERE sent_at IS NOT NULL GROUP BY id"
    );
    let rows = sql::all::<Last>(connection, &select, vec![set::bind(&ids)]).await?;
    let last: HashMap<_, _> = rows.into_iter().map(|row| (row.id, row.last)).collect();
    Ok(cards
        .into_iter()
        .map(|card| {
            let last = last.get(&card.id).copied();
            (card, last)
        })
        .collect())
}
