//! The append-only acts of an embargo.

use sea_orm::ActiveValue::Set;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use crate::domain::embargo::{Act, Embargo, Record, state};
use crate::domain::instant::Instant;
use crate::domain::when::Moment;
use crate::store::entity::embargo;
use crate::store::error::StoreError;

/// All acts of a release, oldest first.
pub async fn records(
    connection: &impl ConnectionTrait,
    release_id: i64,
) -> Result<Vec<Record>, StoreError> {
    let rows = embargo::Entity::find()
        .filter(embargo::Column::ReleaseId.eq(release_id))
        .order_by_asc(embargo::Column::Seq)
        .all(connection)
        .await?;
    rows.into_iter()
        .map(|row| {
            let act = Act::parse(&row.act).ok_or(StoreError::Row {
                table: "embargo",
                column: "act",
                id: row.id,
            })?;
            let moment = match (row.civil, row.zone, row.instant, row.tzdata) {
                (Some(civil), Some(zone), Some(instant), Some(tzdata)) => Some(Moment {
                    civil,
                    zone,
                    instant: Instant::from_millis(instant),
                    tzdata,
                }),
                _ => None,
            };
            let at = Instant::from_millis(row.at);
            Ok(Record {
                seq: row.seq,
                act,
                moment,
                at,
                by: row.by,
                reason: row.reason,
            })
        })
        .collect()
}

/// What holds now.
pub async fn current(
    connection: &impl ConnectionTrait,
    release_id: i64,
) -> Result<Embargo, StoreError> {
    Ok(state(&records(connection, release_id).await?))
}

/// Adds one act. The unique (release, seq) makes two people's acts at once one act and one refusal.
pub async fn append(
    connection: &impl ConnectionTrait,
    release_id: i64,
    record: &Record,
) -> Result<(), StoreError> {
    let moment = record.moment.as_ref();
    let row = embargo::ActiveModel {
        release_id: Set(release_id),
        seq: Set(record.seq),
        act: Set(record.act.as_str().to_owned()),
        civil: Set(moment.map(|moment| moment.civil.clone())),
        zone: Set(moment.map(|moment| moment.zone.clone())),
        instant: Set(moment.map(|moment| moment.instant.millis())),
        tzdata: Set(moment.map(|moment| moment.tzdata.clone())),
        reason: Set(record.reason.clone()),
        by: Set(record.by.clone()),
        at: Set(record.at.millis()),
        ..Default::default()
    };
    row.insert(connection).await?;
    Ok(())
}
