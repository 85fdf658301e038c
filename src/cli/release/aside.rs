//! Setting rules of the release check aside, in flags that several verbs share.

use crate::desk::Desk;
use crate::desk::problem::Problem;
use crate::desk::release::check;

#[derive(clap::Args, Clone, Debug, Default)]
pub(in crate::cli) struct Aside {
    /// Set a rule of `release check` aside for this version; give it again for more
    #[arg(long = "override", value_name = "CHK-NN", requires = "reason")]
    pub rules: Vec<String>,
    /// Why, kept with your name and the version
    #[arg(long, value_name = "TEXT", requires = "rules")]
    pub reason: Option<String>,
}

impl Aside {
    pub(in crate::cli) async fn set(&self, desk: &Desk, slug: &str) -> Result<(), Problem> {
        check::set_aside(desk, slug, &self.rules, self.reason.as_deref()).await
    }
}
