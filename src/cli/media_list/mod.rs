//! `dateline list`: media lists, the named sets of contacts that releases go to.

pub mod add;
pub mod create;
pub mod drop;
pub mod edit;
pub mod list;
pub mod members;
pub mod remove;
pub mod rules;
pub mod show;

use crate::cli::context::Context;
use crate::desk::Desk;
use crate::desk::people::contacts;
use crate::desk::problem::{Exit, Problem};

/// Media lists: the named sets of contacts that releases go to
#[derive(clap::Subcommand, Debug)]
#[command(after_help = "\
Examples:
  dateline list create tech --name \"Tech press\"
  dateline list members tech")]
pub enum Verb {
    List(list::List),
    Show(show::Show),
    Create(Box<create::Create>),
    Edit(Box<edit::Edit>),
    Add(add::Add),
    Remove(remove::Remove),
    Members(members::Members),
    Drop(drop::Drop),
}

impl Verb {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::List(_) => list::List::run(context).await,
            Self::Show(verb) => verb.run(context).await,
            Self::Create(verb) => verb.run(context).await,
            Self::Edit(verb) => verb.run(context).await,
            Self::Add(verb) => verb.run(context).await,
            Self::Remove(verb) => verb.run(context).await,
            Self::Members(verb) => verb.run(context).await,
            Self::Drop(verb) => verb.run(context).await,
        }
    }
}

/// The ids of everybody named, all or none.
async fn ids(desk: &Desk, who: &[String]) -> Result<Vec<i64>, Problem> {
    let mut ids = Vec::with_capacity(who.len());
    for one in who {
        ids.push(contacts::find(desk, one).await?);
    }
    Ok(ids)
}
