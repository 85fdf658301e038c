//! `dateline template check`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::desk::letter::templates;
use crate::desk::problem::{Exit, Problem};

/// Try the templates on an invented release; exit 5 names the line of the first mistake
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline template check                 (the folder of [newsroom] templates)
  dateline template check templates/

A template may not leave out the embargo notice, the opt-out, the reason for writing or the postal
address.")]
pub struct Check {
    /// Folder with release.txt, release.html, or one of them
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl Check {
    pub(in crate::cli) fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let folder = match self.folder {
            Some(folder) => Some(context.path(&folder)),
            None => context.config()?.newsroom.templates.clone(),
        };
        let Some(folder) = folder else {
            if context.output.is_json() {
                context
                    .output
                    .json(&serde_json::json!({"folder": null, "ok": true}));
            }
            context
                .output
                .done("You have no templates of your own; the built-in ones are in order.");
            return Ok(Exit::Done);
        };
        templates::check(&folder)?;
        if context.output.is_json() {
            context
                .output
                .json(&serde_json::json!({"folder": folder, "ok": true}));
        } else {
            context.output.done(format!(
                "The templates in {} are in order.",
                folder.display()
            ));
        }
        Ok(Exit::Done)
    }
}
