//! How far an opt-out reaches: the flags that `optout add` and `optout remove` share.

use crate::desk::people::opt_out;

#[derive(clap::Args, Debug)]
#[command(next_help_heading = "How far it reaches (default: everything)")]
pub struct Reach {
    /// Only what goes to this list
    #[arg(long, value_name = "LIST", conflicts_with = "organization")]
    list: Option<String>,
    /// Only releases of this organization
    #[arg(long, value_name = "ORGANIZATION")]
    organization: Option<String>,
}

impl Reach {
    pub(in crate::cli) fn resolve(self) -> opt_out::Reach {
        match (self.list, self.organization) {
            (Some(list), _) => opt_out::Reach::List(list),
            (None, Some(organization)) => opt_out::Reach::Organization(organization),
            (None, None) => opt_out::Reach::Everything,
        }
    }
}

/// The reach as the end of a sentence: "Ada gets nothing …".
pub(in crate::cli) fn in_words(reach: &opt_out::Reach) -> String {
    match reach {
        opt_out::Reach::Everything => String::new(),
        opt_out::Reach::Organization(slug) => format!(" from {slug}"),
        opt_out::Reach::List(slug) => format!(" by way of the list {slug}"),
    }
}
