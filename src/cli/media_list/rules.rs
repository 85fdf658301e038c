//! Who is on a list besides those put there by hand, and how often: flags of `create` and `edit`.

use crate::cli::contact::filter;
use crate::cli::context::Context;
use crate::desk::Desk;
use crate::desk::people::lists::ListEdit;
use crate::desk::problem::Problem;

#[derive(clap::Args, Debug)]
pub struct Rules {
    /// Everybody whom this filter means, besides those put on it by hand; asked at each scheduling
    #[arg(long = "where", value_name = "FILTER", allow_hyphen_values = true)]
    words: Option<String>,
    /// Take everybody out who is on this list; may be given several times
    #[arg(long, value_name = "LIST")]
    exclude: Vec<String>,
    /// Nobody gets a release within so many days of another mail (default: no rest)
    #[arg(long, value_name = "DAYS", allow_negative_numbers = true)]
    rest: Option<i64>,
    /// At most so many contacts of one outlet get a release (default: no limit)
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    per_outlet: Option<i64>,
}

impl Rules {
    pub(in crate::cli) async fn edit(
        self,
        context: &mut Context,
        desk: &Desk,
    ) -> Result<ListEdit, Problem> {
        let filter = match &self.words {
            Some(text) => Some(Some(filter::read(context, desk, text).await?.to_string())),
            None => None,
        };
        Ok(ListEdit {
            filter,
            excluded: (!self.exclude.is_empty()).then_some(self.exclude),
            rest_days: self.rest.map(Some),
            per_outlet: self.per_outlet.map(Some),
            ..ListEdit::default()
        })
    }
}
