//! `dateline sink`.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::signal::Stop;
use crate::desk::problem::{Exit, Problem, hint_for_writing};
use crate::web::catcher::Catcher;

/// Catch mail on this machine and show it: for training, templates and trying things out
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline sink                             mail on 127.0.0.1:1025, pages on http://127.0.0.1:8025
  dateline sink --smtp 2525 --http 8080
  dateline sink --log mails.jsonl           a JSON line per mail

With [smtp] transport = \"sink\" in config.toml every `dateline run` mails here: a rehearsal.

Exit codes: 1 a port is taken, 130 or 143 stopped by a signal, which is how it ends.")]
pub struct SinkVerb {
    /// Port for mail; 0: any free one
    #[arg(long, value_name = "PORT", default_value_t = 1025)]
    smtp: u16,
    /// Port for the pages; 0: any free one
    #[arg(long, value_name = "PORT", default_value_t = 8025)]
    http: u16,
    /// Append a JSON line per mail to this file
    #[arg(long, value_name = "FILE")]
    log: Option<PathBuf>,
}

impl SinkVerb {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let log = self.log.as_deref().map(|path| context.path(path));
        if let Some(path) = &log {
            // Found out now, and not blamed on the ports.
            std::fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(path)
                .map_err(|error| {
                    let message = format!("{} cannot be written: {error}", path.display());
                    Problem::new(Exit::Usage, "file", message).hint(hint_for_writing(&error))
                })?;
        }
        let here = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stop = Stop::listen();
        let catcher = Catcher::start(here(self.smtp), here(self.http), log.as_deref())
            .await
            .map_err(|error| {
                Problem::new(
                    Exit::Failed,
                    "catcher",
                    format!(
                        "the catcher cannot start on ports {} and {}: {error}",
                        self.smtp, self.http
                    ),
                )
                .hint("choose other ports with --smtp and --http")
            })?;
        if context.output.is_json() {
            context.output.json(&serde_json::json!({ "smtp": catcher.smtp().to_string(), "http": format!("http://{}", catcher.http()) }));
        } else {
            context.output.line(format!(
                "Mail to {} is caught, and shown at http://{} (Ctrl-C ends it)",
                catcher.smtp(),
                catcher.http()
            ));
        }
        let ended = stop.wait().await;
        context
            .output
            .done(format!("{} mails caught.", catcher.taken()));
        Ok(ended)
    }
}
