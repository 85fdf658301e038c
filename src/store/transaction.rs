//! The end of a writing transaction.

use sea_orm::DatabaseTransaction;

use crate::store::error::StoreError;

/// Makes everything in the transaction hold. One that is dropped instead takes it all back.
pub async fn commit(transaction: DatabaseTransaction) -> Result<(), StoreError> {
    Ok(transaction.commit().await?)
}
