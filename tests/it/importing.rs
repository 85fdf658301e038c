//! What the tests of the import share: a request, the rows of a report, who is there afterwards.

use std::path::PathBuf;

use dateline::desk::Desk;
use dateline::desk::people::contacts::{self, ContactView, Filter};
use dateline::desk::people::import_contacts::{FileReport, ImportRequest, import};

use crate::world::World;

pub(crate) fn request(path: PathBuf) -> ImportRequest {
    ImportRequest {
        paths: vec![path],
        source: "test".to_owned(),
        ..ImportRequest::default()
    }
}

pub(crate) async fn import_text(world: &World, name: &str, text: &str) -> FileReport {
    let path = world.file(name, text);
    let report = import(world.desk(), &request(path)).await.unwrap();
    report.files.into_iter().next().unwrap()
}

/// Rows: added, updated, unchanged, merged, rejected.
pub(crate) fn rows(report: &FileReport) -> [u64; 5] {
    let counts = report.counts;
    let rows = [
        counts.added,
        counts.updated,
        counts.unchanged,
        counts.merged,
        counts.rejected_rows,
    ];
    assert_eq!(
        rows.iter().sum::<u64>(),
        counts.rows,
        "every row is accounted for"
    );
    rows
}

pub(crate) async fn everybody(desk: &Desk) -> Vec<ContactView> {
    contacts::list(desk, &Filter::default()).await.unwrap()
}

pub(crate) async fn one(desk: &Desk, email: &str) -> ContactView {
    contacts::show(desk, email).await.unwrap().contact
}
