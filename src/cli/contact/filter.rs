//! Which contacts: the flags that `contact list` and `contact export` share.

use crate::cli::contact::kind;
use crate::desk::Desk;
use crate::desk::people::contacts;
use crate::desk::people::lists;
use crate::desk::problem::Problem;
use crate::domain::contact::Kind;

#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Which contacts")]
pub struct Filter {
    /// Only those on this list
    #[arg(long, value_name = "LIST")]
    list: Option<String>,
    /// Only those with this tag
    #[arg(long, value_name = "TAG")]
    tag: Option<String>,
    /// Only those who cover this beat
    #[arg(long, value_name = "BEAT")]
    beat: Option<String>,
    /// Only this kind
    #[arg(long, value_name = "KIND", value_parser = kind())]
    kind: Option<Kind>,
    /// Only those with this status
    #[arg(long, value_name = "STATUS", value_parser = ["active", "bounced", "archived", "opted-out"])]
    status: Option<String>,
    /// Only those with this text in their name, address, outlet or title
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
}

impl Filter {
    /// The desk's filter; a list that does not exist is refused, for nobody would be on it.
    pub(in crate::cli) async fn resolve(self, desk: &Desk) -> Result<contacts::Filter, Problem> {
        if let Some(list) = &self.list {
            lists::show(desk, list).await?;
        }
        Ok(contacts::Filter {
            list: self.list.unwrap_or_default(),
            tag: self.tag.unwrap_or_default(),
            beat: self.beat.unwrap_or_default(),
            status: self.status.unwrap_or_default(),
            kind: self
                .kind
                .map(|kind| kind.as_str().to_owned())
                .unwrap_or_default(),
            text: self.search.unwrap_or_default(),
            ..contacts::Filter::default()
        })
    }
}
