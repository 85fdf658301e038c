//! The rows of `distribution`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "distribution")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub release_id: i64,
    pub version_id: i64,
    pub purpose: String,
    pub round: i64,
    pub rehearsal: bool,
    pub status: String,
    pub reason: Option<String>,
    pub follows_embargo: bool,
    pub civil: String,
    pub zone: String,
    pub send_at: i64,
    pub tzdata: String,
    pub language: Option<String>,
    pub from_header: String,
    pub reply_to: String,
    pub cover_note: Option<String>,
    pub optout_mailto: String,
    pub optout_url: Option<String>,
    pub nonce: String,
    pub message_domain: String,
    pub limits: String,
    pub lifted_at: Option<i64>,
    pub started_at: Option<i64>,
    pub last_worked_at: Option<i64>,
    pub finished_at: Option<i64>,
    pub by: String,
    pub created_at: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
