//! `dateline contact duplicates`.

use crate::cli::context::Context;
use crate::cli::words::{count, grouped};
use crate::desk::people::duplicates::{self, Found, Side};
use crate::desk::problem::{Exit, Problem};

/// Find contacts that may be one person, with a score and the reason
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact duplicates
  dateline contact duplicates --least 85 --limit 20 --json
  dateline contact merge 14 203          (203 becomes 14)
  dateline contact duplicates --not 14 203   (two people; not proposed again)

It only proposes. Compared are those who share something: a name and an outlet, a telephone, a domain; an
address but for one letter; or whom a file gave the same address.")]
pub struct Duplicates {
    /// How many pairs at most
    #[arg(long, value_name = "NUMBER", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
    /// Only pairs with this score or more (of 100)
    #[arg(long, value_name = "SCORE", default_value_t = 70, value_parser = clap::value_parser!(u8).range(0..=100))]
    least: u8,
    /// Remember that two contacts are two people: their addresses or numbers
    #[arg(long, num_args = 2, value_names = ["WHO", "WHO"])]
    not: Option<Vec<String>>,
}

impl Duplicates {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        if let Some([one, other]) = self.not.as_deref() {
            let is_new = duplicates::not_one(&desk, one, other).await?;
            if context.output.is_json() {
                context
                    .output
                    .json(&serde_json::json!({"remembered": true, "already": !is_new}));
            } else {
                context.output.done(if is_new {
                    "They are two people, and are not proposed again."
                } else {
                    "That was known already."
                });
            }
            return Ok(Exit::Done);
        }
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let found = duplicates::find(&desk, self.least, limit).await?;
        if context.output.is_json() {
            context.output.json(&found);
        } else {
            tell(context, found);
        }
        Ok(Exit::Done)
    }
}

fn tell(context: &mut Context, found: Found) {
    let contacts = count(i64::try_from(found.contacts).unwrap_or(i64::MAX), "contact");
    if found.pairs.is_empty() {
        context
            .output
            .say(format!("No two of {contacts} look like one person."));
        return;
    }
    let shown = u64::try_from(found.pairs.len()).unwrap_or(u64::MAX);
    let rows = found
        .pairs
        .into_iter()
        .map(|pair| {
            vec![
                pair.score.to_string(),
                side(&pair.keep),
                side(&pair.other),
                pair.reasons.join("; "),
            ]
        })
        .collect();
    context
        .output
        .table(&["Score", "Keep", "Merge", "Because"], rows);
    if shown < found.total {
        let total = grouped(i64::try_from(found.total).unwrap_or(i64::MAX));
        context.output.say(format!(
            "The likeliest {shown} of {total} pairs are shown: --limit shows more."
        ));
    }
    context.output.say(
        "One person: dateline contact merge KEEP OTHER. Two: dateline contact duplicates --not ONE OTHER",
    );
}

fn side(side: &Side) -> String {
    let who = if side.name.is_empty() {
        side.email.clone()
    } else {
        format!("{} <{}>", side.name, side.email)
    };
    let state = match side.status.as_str() {
        "active" => String::new(),
        other => format!(", {other}"),
    };
    format!("{} {who}{state}", side.id)
}
