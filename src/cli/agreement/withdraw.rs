//! `dateline agreement withdraw`.

use crate::cli::context::Context;
use crate::desk::embargo::agreements;
use crate::desk::problem::{Exit, Problem};

/// Take an agreement back: no advance copy goes to them from now on
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline agreement withdraw 12

What is on its way at this moment arrives; what is queued does not go any more.")]
pub struct Withdraw {
    /// The agreement's number, from `dateline agreement list`
    #[arg(value_name = "ID")]
    id: i64,
}

impl Withdraw {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let taken = agreements::withdraw(&desk, self.id).await?;
        if context.output.is_json() {
            context.output.json(&taken);
        } else {
            context
                .output
                .done(format!("Agreement {} holds no more.", taken.id));
        }
        Ok(Exit::Done)
    }
}
