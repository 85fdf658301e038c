//! Assets that were sent: what a link in a mail may still lead to.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::store::error::StoreError;
use crate::store::sql;

/// A file as a release has it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct SentAsset {
    pub release_id: i64,
    pub file_name: String,
    pub media_type: String,
}

/// The releases with mails that were begun with this file and that were not withdrawn, the newest
/// first: nobody else can have a link to it. A kill takes its links with it.
pub async fn sent(
    connection: &impl ConnectionTrait,
    sha256: &str,
) -> Result<Vec<SentAsset>, StoreError> {
    let sql = "SELECT v.release_id, a.file_name, b.media_type FROM version_asset a \
               JOIN blob b ON b.sha256 = a.blob_sha256 \
               JOIN release_version v ON v.id = a.version_id \
               JOIN release r ON r.id = v.release_id \
               WHERE a.blob_sha256 = $1 AND r.status <> 'killed' AND EXISTS (\
               SELECT 1 FROM distribution n JOIN delivery d ON d.distribution_id = n.id \
               WHERE n.version_id = v.id AND d.status IN ('sending', 'sent', 'unknown')) \
               ORDER BY v.id DESC";
    sql::all(connection, sql, vec![sha256.into()]).await
}
