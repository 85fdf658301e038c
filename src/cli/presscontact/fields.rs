//! What is said about one of our people: the flags that `presscontact add` and `edit` share.

use crate::desk::issuers::press_contacts::PressContactView;

#[derive(clap::Args, Debug)]
#[command(next_help_heading = "About the person")]
pub struct Fields {
    /// Name, as releases print it
    #[arg(long)]
    name: Option<String>,
    /// What they are, such as "Head of press"
    #[arg(long)]
    role: Option<String>,
    /// Telephone number, as releases print it
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    /// Address, as releases print it
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// The organization they speak for, by short name
    #[arg(long, value_name = "ORGANIZATION")]
    organization: Option<String>,
    /// Language they answer in, such as en
    #[arg(long)]
    language: Option<String>,
}

impl Fields {
    /// Lays the flags over a person: what is not given stays, an empty text clears.
    pub(in crate::cli) fn lay_over(self, person: &mut PressContactView) {
        for (given, field) in [
            (self.name, &mut person.name),
            (self.role, &mut person.role),
            (self.phone, &mut person.phone),
            (self.email, &mut person.email),
            (self.language, &mut person.language),
        ] {
            if let Some(text) = given {
                *field = text;
            }
        }
        if let Some(organization) = self.organization {
            person.organization = Some(organization).filter(|slug| !slug.trim().is_empty());
        }
    }
}
