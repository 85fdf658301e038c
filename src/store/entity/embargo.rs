//! The rows of `embargo`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "embargo")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub release_id: i64,
    pub seq: i64,
    pub act: String,
    pub civil: Option<String>,
    pub zone: Option<String>,
    pub instant: Option<i64>,
    pub tzdata: Option<String>,
    pub reason: Option<String>,
    pub by: String,
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
