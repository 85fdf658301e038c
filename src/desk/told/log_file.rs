//! `[log] file`: the log's new entries as JSON lines, for whoever collects logs.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt as _;

use crate::desk::Desk;
use crate::desk::problem::{Problem, in_words};
use crate::domain::instant::Instant;
use crate::store::{log, team_mail};

/// Copies what is new since the last run of this machine. The file is opened anew each time, so
/// that it may be rotated; only its owner reads it. Entries are written before they are counted:
/// after a crash one may stand there twice, none is missing.
pub(crate) async fn copy(desk: &Desk) -> Result<Option<String>, Problem> {
    let Some(path) = &desk.config.log.file else {
        return Ok(None);
    };
    let connection = desk.store.db();
    let mut last = team_mail::copied(connection, &desk.host).await?;
    loop {
        let rows = log::page(connection, last).await?;
        let Some(newest) = rows.last().map(|row| row.id) else {
            return Ok(None);
        };
        let mut lines = String::new();
        for row in &rows {
            let detail: serde_json::Value = serde_json::from_str(&row.detail).unwrap_or_default();
            let line = serde_json::json!({
                "id": row.id, "at": Instant::from_millis(row.at), "actor": row.actor, "host": row.host,
                "act": row.act, "subject": row.subject, "subject_id": row.subject_id, "detail": detail,
            });
            lines.push_str(&line.to_string());
            lines.push('\n');
        }
        let written = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(path)
            .and_then(|mut file| file.write_all(lines.as_bytes()));
        if let Err(error) = written {
            return Ok(Some(format!(
                "the log file {} cannot be written ({}); the database has the whole log",
                path.display(),
                in_words(&error)
            )));
        }
        team_mail::set_copied(connection, &desk.host, newest).await?;
        last = newest;
    }
}
