//! The rows of `import`.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub state: String,
    pub by: String,
    pub source: String,
    pub legal_basis: String,
    pub file: String,
    pub sha256: String,
    pub format: String,
    pub encoding: String,
    pub delimiter: String,
    pub header_key: String,
    pub mapping: String,
    pub counts: String,
    pub at: i64,
    pub undone_at: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
