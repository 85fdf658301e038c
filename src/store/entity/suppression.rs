//! The rows of `suppression`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "suppression")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub key_id: String,
    pub target: String,
    pub hash: String,
    pub scope: String,
    pub scope_id: i64,
    pub reason: String,
    pub source: String,
    pub delivery_id: Option<i64>,
    pub at: i64,
    pub by: String,
    pub lifted_at: Option<i64>,
    pub lifted_by: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
