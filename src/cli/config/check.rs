//! `dateline config check`.

use crate::cli::context::Context;
use crate::config::pending::not_built_yet;
use crate::desk::letter::logo;
use crate::desk::problem::{Exit, Problem};

/// Check the configuration file; exit 78 names the line of the first mistake
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline config check")]
pub struct Check {}

impl Check {
    pub(in crate::cli) fn run(context: &mut Context) -> Result<Exit, Problem> {
        let path = context.config_path()?;
        let config = context.config()?;
        if let Some(path) = &config.newsroom.logo {
            logo::read(path)?;
        }
        let pending = not_built_yet(&config);
        if context.output.is_json() {
            let ineffective: Vec<_> = pending
                .iter()
                .map(|(key, what)| serde_json::json!({"key": key, "message": what}))
                .collect();
            context
                .output
                .json(&serde_json::json!({"path": path, "ok": true, "ineffective": ineffective}));
            return Ok(Exit::Done);
        }
        for (key, what) in pending {
            context
                .output
                .warn(format!("{key} has no effect yet: {what}"));
        }
        context
            .output
            .done(format!("{} is in order.", path.display()));
        Ok(Exit::Done)
    }
}
