//! Which contacts: the flags that `contact list` and `contact export` share.

use crate::cli::contact::kind;
use crate::cli::context::Context;
use crate::desk::Desk;
use crate::desk::people::contacts;
use crate::desk::people::filters;
use crate::desk::people::lists;
use crate::desk::problem::Problem;
use crate::domain::contact::Kind;
use crate::domain::filter::Filter as Words;

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
    /// Only those whom this filter means, such as "beat:energy country:DE,FR -tag:trade"
    #[arg(long = "where", value_name = "FILTER", allow_hyphen_values = true)]
    words: Option<String>,
}

impl Filter {
    /// The desk's filter; a list that does not exist is refused, for nobody would be on it.
    pub(in crate::cli) async fn resolve(
        self,
        context: &mut Context,
        desk: &Desk,
    ) -> Result<contacts::Filter, Problem> {
        let words = match &self.words {
            Some(text) => Some(read(context, desk, text).await?),
            None => None,
        };
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
            words,
            ..contacts::Filter::default()
        })
    }
}

/// A filter, with a remark where it asks for what nobody has.
pub(in crate::cli) async fn read(
    context: &mut Context,
    desk: &Desk,
    text: &str,
) -> Result<Words, Problem> {
    let words = filters::read(text)?;
    for remark in filters::remarks(desk, &words).await? {
        context.output.warn(remark);
    }
    Ok(words)
}
