//! A file that a mail links to, for whoever holds the link.

use crate::desk::Desk;
use crate::desk::problem::Problem;
use crate::domain::asset_link::AssetLink;
use crate::store::{asset, blob, embargo};

/// A file on its way out.
#[derive(Clone, Debug)]
pub struct LinkedFile {
    pub file_name: String,
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// The file behind a link, or nothing: not one of our links, nothing was sent with it yet, or what
/// was sent was withdrawn. A stranger learns nothing from the difference.
pub async fn open(desk: &Desk, token: &str) -> Result<Option<LinkedFile>, Problem> {
    let Some(link) = AssetLink::parse(token) else {
        return Ok(None);
    };
    if !link.is_signed_by(&desk.key) {
        return Ok(None);
    }
    let connection = desk.store.db();
    let sent = asset::sent(connection, link.sha256()).await?;
    let Some(newest) = sent.first() else {
        return Ok(None);
    };
    let mut file_name = newest.file_name.clone();
    let media_type = newest.media_type.clone();
    // Files travel on without the mail around them (EMB-07). The same bytes in two releases are
    // marked as long as one of them waits.
    for one in &sent {
        let state = embargo::current(connection, one.release_id).await?;
        if state.is_active(desk.now()) && !file_name.starts_with("EMBARGOED-") {
            file_name = format!("EMBARGOED-{file_name}");
        }
    }
    let bytes = blob::get(connection, link.sha256()).await?;
    Ok(bytes.map(|bytes| LinkedFile {
        file_name,
        media_type,
        bytes,
    }))
}
