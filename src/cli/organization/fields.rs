//! What is said about an organization: the flags that `organization add` and `edit` share.

use crate::desk::issuers::organizations::Organization;

#[derive(clap::Args, Debug)]
#[command(next_help_heading = "About the organization")]
pub struct Fields {
    /// Its name, as releases print it
    #[arg(long)]
    name: Option<String>,
    /// Another name it goes by; may be given several times
    #[arg(long, value_name = "NAME")]
    alias: Vec<String>,
    /// Its shares are traded: news may be material
    #[arg(long, conflicts_with = "not_listed")]
    listed: bool,
    /// Its shares are not traded
    #[arg(long)]
    not_listed: bool,
    /// Such as "NYSE: HRB"; may be given several times
    #[arg(long, value_name = "TICKER")]
    ticker: Vec<String>,
    /// Its web address; may be given several times
    #[arg(long, value_name = "URL")]
    link: Vec<String>,
    /// From of its mails, in place of the newsroom's
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// Where answers go, in place of the newsroom's
    #[arg(long, value_name = "ADDRESS")]
    reply_to: Option<String>,
    /// Postal address in its mails' footer, in place of the newsroom's
    #[arg(long, value_name = "TEXT")]
    postal_address: Option<String>,
    /// Language of its releases, such as en
    #[arg(long)]
    language: Option<String>,
    /// Zone of its times, such as Europe/Berlin
    #[arg(long, value_name = "ZONE")]
    time_zone: Option<String>,
}

impl Fields {
    /// Lays the flags over an organization: what is not given stays, an empty text clears.
    pub(in crate::cli) fn lay_over(self, organization: &mut Organization) {
        if let Some(name) = self.name {
            organization.name = name;
        }
        if self.listed || self.not_listed {
            organization.listed = self.listed;
        }
        for (given, field) in [
            (self.alias, &mut organization.aliases),
            (self.ticker, &mut organization.tickers),
            (self.link, &mut organization.links),
        ] {
            if !given.is_empty() {
                *field = given.iter().filter_map(|text| filled(text)).collect();
            }
        }
        for (given, field) in [
            (self.from, &mut organization.from_header),
            (self.reply_to, &mut organization.reply_to),
            (self.postal_address, &mut organization.postal_address),
            (self.language, &mut organization.language),
            (self.time_zone, &mut organization.time_zone),
        ] {
            if let Some(text) = given {
                *field = filled(&text);
            }
        }
    }
}

fn filled(text: &str) -> Option<String> {
    let trimmed = text.trim();
    (!trimmed.is_empty()).then(|| trimmed.to_owned())
}
