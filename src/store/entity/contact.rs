//! The rows of `contact`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "contact")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub email: Option<String>,
    pub email_key: Option<String>,
    pub address_hash: Option<String>,
    pub domain: Option<String>,
    pub domain_hash: Option<String>,
    pub name: String,
    pub given_name: String,
    pub family_name: String,
    pub outlet_id: Option<i64>,
    pub title: String,
    pub kind: String,
    pub country: String,
    pub language: String,
    pub time_zone: String,
    pub phone: String,
    pub notes: String,
    pub attachments: String,
    pub status: String,
    pub source: String,
    pub legal_basis: String,
    pub consent_at: Option<i64>,
    pub jurisdiction: String,
    pub first_contacted_at: Option<i64>,
    pub notice_at: Option<i64>,
    pub origin_import_id: Option<i64>,
    pub origin_line: Option<i64>,
    pub merged_into_id: Option<i64>,
    pub erased_at: Option<i64>,
    pub created_at: i64,
    pub updated_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
