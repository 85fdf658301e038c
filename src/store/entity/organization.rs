//! The rows of `organization`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organization")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub slug: String,
    pub name: String,
    pub aliases: String,
    pub listed: bool,
    pub tickers: String,
    pub links: String,
    pub from_header: Option<String>,
    pub reply_to: Option<String>,
    pub postal_address: Option<String>,
    pub language: Option<String>,
    pub time_zone: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
