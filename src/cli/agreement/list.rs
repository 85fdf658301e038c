//! `dateline agreement list`.

use crate::cli::context::Context;
use crate::cli::words::clock;
use crate::desk::embargo::agreements;
use crate::desk::problem::{Exit, Problem};

/// List agreements to embargoes, the newest first
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline agreement list
  dateline agreement list --release harbour-light     those that count for it, standing ones too")]
pub struct List {
    /// Only those that count for this release
    #[arg(long, value_name = "RELEASE")]
    release: Option<String>,
}

impl List {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let all = agreements::list(&desk, self.release.as_deref()).await?;
        if context.output.is_json() {
            context.output.json(&all);
            return Ok(Exit::Done);
        }
        let now = desk.now();
        let rows = all
            .into_iter()
            .map(|one| {
                let state = match (one.withdrawn_at, one.expires_at) {
                    (Some(at), _) => format!("withdrawn {}", clock(&desk, at)),
                    (None, Some(at)) if at <= now => "expired".to_owned(),
                    (None, Some(at)) => format!("until {}", clock(&desk, at)),
                    (None, None) => String::new(),
                };
                vec![
                    one.id.to_string(),
                    one.email.or(one.outlet).unwrap_or_default(),
                    one.release.unwrap_or_else(|| "standing".to_owned()),
                    one.how,
                    clock(&desk, one.agreed_at),
                    state,
                ]
            })
            .collect();
        context
            .output
            .table(&["Id", "Who", "For", "How", "Agreed", "State"], rows);
        Ok(Exit::Done)
    }
}
