//! Organizations: the issuers that releases speak for.

use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use crate::store::entity::organization::{ActiveModel, Column, Entity, Model};
use crate::store::error::StoreError;

/// An issuer. Where `from_header` and the four below are none, the newsroom's own hold.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Organization {
    pub id: i64,
    pub slug: String,
    pub name: String,
    pub aliases: Vec<String>,
    /// Whether its shares are traded: news may then be material (DIS-05).
    pub listed: bool,
    /// `NYSE: HRB`.
    pub tickers: Vec<String>,
    pub links: Vec<String>,
    pub from_header: Option<String>,
    pub reply_to: Option<String>,
    pub postal_address: Option<String>,
    pub language: Option<String>,
    pub time_zone: Option<String>,
}

/// A JSON list of texts, as the columns hold it.
fn texts(id: i64, column: &'static str, json: &str) -> Result<Vec<String>, StoreError> {
    serde_json::from_str(json).map_err(|_| StoreError::Row {
        table: "organization",
        column,
        id,
    })
}

impl TryFrom<Model> for Organization {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            aliases: texts(row.id, "aliases", &row.aliases)?,
            tickers: texts(row.id, "tickers", &row.tickers)?,
            links: texts(row.id, "links", &row.links)?,
            id: row.id,
            slug: row.slug,
            name: row.name,
            listed: row.listed,
            from_header: row.from_header,
            reply_to: row.reply_to,
            postal_address: row.postal_address,
            language: row.language,
            time_zone: row.time_zone,
        })
    }
}

fn active(organization: &Organization) -> ActiveModel {
    let json = |texts: &[String]| serde_json::json!(texts).to_string();
    ActiveModel {
        id: if organization.id == 0 {
            NotSet
        } else {
            Unchanged(organization.id)
        },
        slug: Set(organization.slug.clone()),
        name: Set(organization.name.clone()),
        aliases: Set(json(&organization.aliases)),
        listed: Set(organization.listed),
        tickers: Set(json(&organization.tickers)),
        links: Set(json(&organization.links)),
        from_header: Set(organization.from_header.clone()),
        reply_to: Set(organization.reply_to.clone()),
        postal_address: Set(organization.postal_address.clone()),
        language: Set(organization.language.clone()),
        time_zone: Set(organization.time_zone.clone()),
    }
}

/// Inserts (`id` 0) and answers with the new id; `Duplicate` where the short name is taken.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    organization: &Organization,
) -> Result<i64, StoreError> {
    Ok(active(organization).insert(connection).await?.id)
}

pub(crate) async fn update(
    connection: &impl ConnectionTrait,
    organization: &Organization,
) -> Result<(), StoreError> {
    active(organization).update(connection).await?;
    Ok(())
}

pub async fn by_slug(
    connection: &impl ConnectionTrait,
    slug: &str,
) -> Result<Option<Organization>, StoreError> {
    let row = Entity::find()
        .filter(Column::Slug.eq(slug))
        .one(connection)
        .await?;
    row.map(Organization::try_from).transpose()
}

pub async fn list(connection: &impl ConnectionTrait) -> Result<Vec<Organization>, StoreError> {
    let rows = Entity::find()
        .order_by_asc(Column::Slug)
        .all(connection)
        .await?;
    rows.into_iter().map(Organization::try_from).collect()
}
