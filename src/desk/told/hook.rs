//! `[[hook]]`: programs that are told, with JSON on their standard input.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;

use crate::config::keys::serve::{Event, Hook};
use crate::desk::Desk;
use crate::desk::problem::in_words;

/// A program that takes longer is ended: the next run waits for this one.
const PATIENCE: Duration = Duration::from_secs(10);

/// Calls every program that wants to know of `event`, one after the other; no shell is between.
/// `about` is an object; what happened and when are added. Gives a remark per failure.
pub async fn call(desk: &Desk, event: Event, mut about: serde_json::Value) -> Vec<String> {
    let mut remarks = Vec::new();
    let wanted = desk.config.hooks.iter().filter(|hook| hook.after == event);
    for hook in wanted {
        if let Some(members) = about.as_object_mut() {
            members.insert("event".to_owned(), serde_json::json!(event));
            members.insert("at".to_owned(), serde_json::json!(desk.now()));
        }
        if let Err(why) = one(hook, &about.to_string()).await {
            // Its arguments may hold a token; the program's name is enough to find it.
            let program = hook.run.first().map_or("", String::as_str);
            remarks.push(format!("the [[hook]] {program} was not told: {why}"));
        }
    }
    remarks
}

async fn one(hook: &Hook, text: &str) -> Result<(), String> {
    let Some((program, arguments)) = hook.run.split_first() else {
        return Ok(());
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| format!("it cannot be started ({})", in_words(&error)))?;
    let work = async {
        if let Some(mut stdin) = child.stdin.take() {
            // A program that does not read is its own business.
            let _ = stdin.write_all(text.as_bytes()).await;
        }
        child.wait().await
    };
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(Ok(status)) if status.success() => Ok(()),
        Ok(Ok(status)) => Err(format!("it ended with {status}")),
        Ok(Err(error)) => Err(in_words(&error)),
        Err(_) => Err("it took longer than ten seconds and was ended".to_owned()),
    }
}
