//! `dateline optout add`.

use crate::cli::context::Context;
use crate::cli::optout::reach::{self, Reach};
use crate::desk::people::opt_out::{self, OptOutReport};
use crate::desk::problem::{Exit, Problem};

/// Write down that somebody wants no more mail, and take back what waits for them
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline optout add ada@example.com --reason \"asked by phone\"
  dateline optout add bo@example.org --list tech
  dateline optout add @example.net             (everybody there)

It holds through every later import. Nobody has to be a contact for it. A whole list of addresses:
dateline optout import FILE.")]
pub struct Add {
    /// Addresses, or whole domains as @example.com
    #[arg(required = true, value_name = "ADDRESS")]
    addresses: Vec<String>,
    #[command(flatten)]
    reach: Reach,
    /// Why, in a word or two, without anybody's name or address
    #[arg(long, value_name = "TEXT", default_value = "unsubscribed")]
    reason: String,
    /// How you know
    #[arg(long, value_name = "TEXT", default_value = "by hand")]
    source: String,
}

impl Add {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let reach = self.reach.resolve();
        for address in &self.addresses {
            let report = opt_out::add(&desk, address, &reach, &self.reason, &self.source).await?;
            if context.output.is_json() {
                context.output.json(&report);
            } else {
                context
                    .output
                    .done(sentence(address, &reach::in_words(&reach), &report));
            }
        }
        Ok(Exit::Done)
    }
}

fn sentence(address: &str, reach: &str, report: &OptOutReport) -> String {
    let who = if report.target == "domain" {
        format!("Everybody at {}", address.trim().trim_start_matches('@'))
    } else {
        address.trim().to_owned()
    };
    let sentence = if report.already {
        format!("{who} had opted out already and gets nothing{reach}.")
    } else {
        format!("{who} gets nothing{reach} from now on.")
    };
    match report.withdrawn {
        0 => sentence,
        1 => format!("{sentence} 1 mail that waited was taken back."),
        many => format!("{sentence} {many} mails that waited were taken back."),
    }
}
