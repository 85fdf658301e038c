//! The mailbox where bounces and answers arrive: reached, and its folder readable.

use std::time::Duration;

use crate::desk::doctor::trouble;
use crate::desk::opening::open::Setup;
use crate::desk::problem::Problem;
use crate::desk::way_back::mailbox::{refused, route};
use crate::domain::health::Finding;
use crate::mail::imap::Folder;

const CHECK: &str = "mailbox.read";
const WHY: &str =
    "dead addresses stay on the lists, opt-outs by mail are not seen, and providers notice";

/// A person waits.
const PATIENCE: Duration = Duration::from_secs(15);

pub(in crate::desk::doctor) async fn look(setup: &Setup) -> Finding {
    let mailbox = &setup.config.mailbox;
    if mailbox.host.is_none() {
        let found = "[mailbox] names no server; bounces are read from files, if at all";
        let how = "set [mailbox] (docs/mailbox.md), or give bounces to: dateline bounce ingest";
        return Finding::not_asked(CHECK, found, how);
    }
    match open(setup).await {
        Ok(messages) => {
            let found = format!(
                "{:?} can be read; {messages} messages are in it",
                mailbox.folder
            );
            Finding::ok(CHECK, found)
        }
        Err(problem) => trouble(CHECK, &problem, WHY),
    }
}

/// Opens the folder and counts; nothing is fetched, marked or moved.
async fn open(setup: &Setup) -> Result<u32, Problem> {
    let mut route = route(&setup.config.mailbox).await?;
    route.patience = PATIENCE;
    let folder = Folder::open(&route)
        .await
        .map_err(|problem| refused(&problem))?;
    let messages = folder.messages();
    folder.close().await;
    Ok(messages)
}
