//! `dateline config path`.

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// Print which configuration file is used
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline config path

The first that exists: --config FILE, $DATELINE_CONFIG, ./config.toml (if it says `dateline = 1`),
$XDG_CONFIG_HOME/dateline/config.toml, /etc/dateline/config.toml.")]
pub struct Path {}

impl Path {
    pub(in crate::cli) fn run(context: &mut Context) -> Result<Exit, Problem> {
        let path = context.config_path()?;
        if context.output.is_json() {
            context.output.json(&serde_json::json!({"path": path}));
        } else {
            context.output.line(path.display().to_string());
        }
        Ok(Exit::Done)
    }
}
