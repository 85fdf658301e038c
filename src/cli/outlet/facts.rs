//! What can be said of an outlet: the flags that `outlet add` and `outlet edit` share.

use crate::desk::people::outlets::OutletEdit;

#[derive(clap::Args, Debug)]
pub struct Facts {
    /// Two letters, such as DE (ISO 3166), where one name stands for houses in several countries
    #[arg(long)]
    country: Option<String>,
    /// Of its people's addresses, such as example.com
    #[arg(long)]
    domain: Option<String>,
}

impl Facts {
    pub(in crate::cli) fn edit(self, name: Option<String>) -> OutletEdit {
        OutletEdit {
            name,
            country: self.country,
            domain: self.domain,
        }
    }
}
