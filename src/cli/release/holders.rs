//! `dateline release holders`.

use crate::cli::context::Context;
use crate::cli::words::{clock, count, zone};
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::holders;

/// List who holds a copy of a release: which version, since when, and the server's words
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release holders harbour-light
  dateline release holders harbour-light --json | jq '.[] | select(.unreachable != null) | {name, phone}'

Advance copies and the general mail, of every version; each copy is a line. A holder is whoever's
mail was accepted, or may have been. These, and nobody else, are told when the embargo moves or is
lifted. Who has opted out since is named with the telephone number: call.")]
pub struct Holders {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
}

impl Holders {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let copies = holders::holders(&desk, &self.release).await?;
        if context.output.is_json() {
            context.output.json(&copies);
            return Ok(Exit::Done);
        }
        if copies.is_empty() {
            context
                .output
                .done(format!("Nobody holds a copy of {}.", self.release));
            return Ok(Exit::Done);
        }
        let mut people: Vec<i64> = copies.iter().map(|copy| copy.contact).collect();
        people.dedup();
        let (people, all) = (number(people.len()), number(copies.len()));
        let rows = copies
            .into_iter()
            .map(|copy| {
                let since = match copy.unreachable {
                    Some(why) if copy.phone.is_empty() => why.to_owned(),
                    Some(why) => format!("{why}: call {}", copy.phone),
                    None => String::new(),
                };
                let at = copy.at.map_or_else(String::new, |at| clock(&desk, at));
                vec![
                    copy.email,
                    copy.outlet,
                    copy.version.to_string(),
                    copy.purpose,
                    copy.status,
                    at,
                    copy.reply.unwrap_or_default(),
                    since,
                ]
            })
            .collect();
        context.output.table(
            &[
                "Contact",
                "Outlet",
                "Version",
                "Purpose",
                "Status",
                "When",
                "The server said",
                "Since then",
            ],
            rows,
        );
        context.output.say(format!(
            "{} with {}; times in {}.",
            count(people, "holder"),
            if all == 1 {
                "1 copy".to_owned()
            } else {
                format!("{all} copies")
            },
            zone(&desk)
        ));
        Ok(Exit::Done)
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
