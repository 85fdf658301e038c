//! `dateline contact stale`.

use crate::cli::contact::filter;
use crate::cli::context::Context;
use crate::cli::words::day;
use crate::desk::people::stale::{self, Stale as Person};
use crate::desk::problem::{Exit, Problem};

/// Rows of a page; JSON takes all of them.
const PAGE: i64 = 1000;

/// List who has not been written to for long, or never: addresses that nobody needs should go
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact stale
  dateline contact stale --older-than 18mo --where \"-tag:keep\"
  dateline contact stale --json

Who was added within the period is not among them. What to do with them: write to them, archive them
(dateline contact archive WHO), or forget them for good (dateline contact erase WHO). As a filter:
last_sent>2y created>2y")]
pub struct Stale {
    /// No mail for so long: 2y, 18mo, 12w, 90d
    #[arg(long, value_name = "PERIOD", default_value = "2y")]
    older_than: String,
    /// Only those whom this filter means
    #[arg(long = "where", value_name = "FILTER", allow_hyphen_values = true)]
    words: Option<String>,
}

impl Stale {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let period = stale::period(&self.older_than)?;
        let desk = context.desk().await?;
        let more = match &self.words {
            Some(text) => Some(filter::read(context, &desk, text).await?),
            None => None,
        };
        let filter = stale::filter(period, more);
        if context.output.is_json() {
            let mut all: Vec<Person> = Vec::new();
            loop {
                let after = all.last().map_or(0, |person| person.id);
                let page = stale::list(&desk, &filter, after, PAGE).await?;
                if page.is_empty() {
                    break;
                }
                all.extend(page);
            }
            context.output.json(&all);
            return Ok(Exit::Done);
        }
        let mut people = stale::list(&desk, &filter, 0, PAGE + 1).await?;
        let is_cut = people.len() > 1000;
        people.truncate(1000);
        if people.is_empty() {
            context.output.say(format!(
                "Everybody was written to, or added, within {period}."
            ));
            return Ok(Exit::Done);
        }
        let rows = people
            .into_iter()
            .map(|person| {
                vec![
                    person.id.to_string(),
                    person.name,
                    person.outlet,
                    person.email,
                    person.status,
                    day(&desk, person.created_at),
                    person
                        .last_sent_at
                        .map_or_else(|| "never".to_owned(), |at| day(&desk, at)),
                ]
            })
            .collect();
        let headers = [
            "Id",
            "Name",
            "Outlet",
            "Address",
            "Status",
            "Added",
            "Last mail",
        ];
        context.output.table(&headers, rows);
        if is_cut {
            context
                .output
                .say("The first 1000 are shown; all of them with --json.");
        }
        context.output.say(
            "Nobody needs these addresses? Archive them: dateline contact archive WHO, or forget them: dateline contact erase WHO",
        );
        context.output.say(format!(
            "All of them: dateline contact archive --where \"{}\"",
            filter.to_string().replace('"', "\\\"")
        ));
        Ok(Exit::Done)
    }
}
