//! `dateline service`: what calls `run`, printed for whoever sets the machine up.

pub mod cron;
pub mod systemd;

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// Print the lines that let the machine call `dateline run`; nothing is installed
#[derive(clap::Subcommand, Debug)]
#[command(after_help = "\
Examples:
  dateline service cron
  dateline service systemd")]
pub enum Verb {
    Cron(cron::Cron),
    Systemd(systemd::Systemd),
}

impl Verb {
    pub(in crate::cli) fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::Cron(verb) => verb.run(context),
            Self::Systemd(verb) => verb.run(context),
        }
    }
}

/// This program and its settings with whole paths: cron and systemd know no other folder.
fn places(context: &mut Context) -> Result<(String, String), Problem> {
    let program = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("/usr/bin/dateline"));
    // A settings file with a mistake in it is found now and not by cron.
    context.config()?;
    let config = context.config_path()?;
    let config = std::fs::canonicalize(&config).unwrap_or(config);
    Ok((program.display().to_string(), config.display().to_string()))
}
