//! The files of a version as whoever approves it must see them: the names are part of what is approved.

use crate::desk::Desk;
use crate::desk::letter::rendition;
use crate::domain::content::{AssetUse, Version};

/// One file, attached or linked to.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Enclosed {
    pub name: String,
    pub media_type: String,
    pub bytes: u64,
    pub sha256: String,
    /// How it goes to those who like files attached: a large one goes as a link.
    pub goes: AssetUse,
}

/// The files of a version in their order. Name, size and SHA-256 of each are in the version's hash,
/// so that another file, or the same by another name, needs another approval.
pub fn enclosed(desk: &Desk, version: &Version) -> Vec<Enclosed> {
    let mut assets: Vec<_> = version.assets.iter().collect();
    assets.sort_by_key(|asset| asset.position);
    let files = assets.into_iter().map(|asset| Enclosed {
        name: asset.file_name.clone(),
        media_type: asset.media_type.clone(),
        bytes: asset.size,
        sha256: asset.sha256.clone(),
        goes: rendition::goes(desk, asset),
    });
    files.collect()
}
