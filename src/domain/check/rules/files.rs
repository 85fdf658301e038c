//! CHK-36 and 37: attachments and pictures.

use crate::domain::check::finding::{Noted, Severity};
use crate::domain::check::part::Copy;
use crate::domain::content::AssetUse;

/// Bytes of all attachments that mail servers still take.
const MOST: u64 = 10 * 1024 * 1024;
const FORBIDDEN: &[&str] = &[
    "exe", "com", "bat", "cmd", "scr", "js", "vbs", "msi", "docm", "xlsm", "pptm", "zip", "rar",
    "7z", "iso", "html", "htm", "svg",
];

/// CHK-36: what mail servers and newsrooms refuse.
pub(crate) fn kinds(copy: &Copy<'_>) -> Option<Noted> {
    let travelling = || {
        copy.version
            .assets
            .iter()
            .filter(|asset| asset.use_ != AssetUse::Link)
    };
    let mut faults = Vec::new();
    let mut spots = Vec::new();
    let total: u64 = travelling().map(|asset| asset.size).sum();
    if total > MOST {
        faults.push("together they are larger than 10 MB".to_owned());
        spots.extend(travelling().map(|asset| copy.spot_in_file("assets", 1, &asset.file_name)));
    }
    for asset in travelling() {
        let ending = asset
            .file_name
            .rsplit('.')
            .next()
            .unwrap_or_default()
            .to_lowercase();
        if FORBIDDEN.contains(&ending.as_str()) {
            faults.push(format!("a .{ending} file is refused by newsrooms"));
            spots.push(copy.spot_in_file("assets", 1, &asset.file_name));
        }
    }
    Noted::at(faults.join("; "), spots)
}

/// CHK-37: alt text, caption and credit (WCAG 1.1.1).
pub(crate) fn words(copy: &Copy<'_>) -> Option<Noted> {
    let said = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    let mut faults: Vec<&str> = Vec::new();
    let mut spots = Vec::new();
    let mut severity = Severity::Warning;
    for asset in copy
        .version
        .assets
        .iter()
        .filter(|asset| asset.media_type.starts_with("image/"))
    {
        let before = faults.len();
        if !said(&asset.alt) {
            faults.push("no alt text");
            if asset.use_ == AssetUse::Inline {
                severity = Severity::Error;
            }
        }
        if !said(&asset.caption) {
            faults.push("no caption");
        }
        if !said(&asset.credit) {
            faults.push("no credit");
        }
        if faults.len() > before {
            spots.push(copy.spot_in_file("assets", 1, &asset.file_name));
        }
    }
    for passage in copy.prose() {
        for link in passage.links.iter().filter(|link| link.is_image) {
            if passage.text[link.range.clone()].trim().is_empty() {
                faults.push("no alt text");
                severity = Severity::Error;
                spots.push(copy.spot(passage, &link.range));
            }
        }
    }
    faults.sort_unstable();
    faults.dedup();
    Noted::at(format!("a picture has {}", faults.join(", ")), spots)
        .map(|noted| noted.as_(severity))
}
