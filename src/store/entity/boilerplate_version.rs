//! The rows of `boilerplate_version`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "boilerplate_version")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub boilerplate_id: i64,
    pub language: String,
    pub number: i64,
    pub body: String,
    pub hash: String,
    pub valid_from: Option<String>,
    pub valid_until: Option<String>,
    pub reviewed_at: Option<i64>,
    pub by: String,
    pub at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
