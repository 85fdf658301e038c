//! How a mail offers the opt-out: by a link to our page, where there is one, and by mail.

use crate::desk::Desk;
use crate::desk::letter::compose::bare_address;
use crate::desk::opening::key;
use crate::desk::problem::{Exit, Problem};
use crate::domain::opt_out_token::OptOutToken;
use crate::domain::suppression::SuppressionKey;

/// What a distribution's mails offer; frozen with it, so that a retry is byte-identical.
#[derive(Clone, Debug)]
pub struct OptOutWays {
    /// An address.
    pub mailto: String,
    pub link: Option<OptOutLink>,
}

impl OptOutWays {
    /// `mailto:` with the delivery's token in the subject, for the mailbox that `bounce ingest` reads.
    pub fn by_mail(&self, token: &str) -> String {
        format!("mailto:{}?subject=unsubscribe%20{token}", self.mailto)
    }

    /// The link of a delivery, where there is a page.
    pub fn by_page(&self, nonce: &str, delivery_id: i64) -> Option<String> {
        let link = self.link.as_ref()?;
        let token = OptOutToken::write(&link.key, nonce, delivery_id);
        Some(format!("{}/{token}", link.base))
    }
}

/// The page's public address, without the slash at its end, and the key that signs its links.
#[derive(Clone, Debug)]
pub struct OptOutLink {
    base: String,
    key: SuppressionKey,
}

/// The ways that the settings offer now; `reply_to` where they name no address for it.
///
/// Errors: exit 78 where the key of the links cannot be read.
pub fn ways(desk: &Desk, reply_to: &str) -> Result<OptOutWays, Problem> {
    Ok(OptOutWays {
        mailto: mailto(desk, reply_to),
        link: link(desk, desk.config.unsubscribe.base_url.as_deref())?,
    })
}

/// The address that opt-outs go to by mail.
pub fn mailto(desk: &Desk, reply_to: &str) -> String {
    let own = desk.config.unsubscribe.mailto.as_deref();
    bare_address(own.unwrap_or(reply_to))
}

/// The link to a page at `base_url`, signed with the key in force.
///
/// Errors: exit 78 where the key cannot be read.
pub fn link(desk: &Desk, base_url: Option<&str>) -> Result<Option<OptOutLink>, Problem> {
    let Some(base) = base_url else {
        return Ok(None);
    };
    let key = keys(desk)?.swap_remove(0);
    let base = base.trim_end_matches('/').to_owned();
    Ok(Some(OptOutLink { base, key }))
}

/// Every key that a link of ours may be signed with, the one in force first, never none. The
/// desk's own key always counts: links of the time before `secret_file` was set hold for ever.
///
/// Errors: exit 78 where `[unsubscribe] secret_file` is set and cannot be read.
pub fn keys(desk: &Desk) -> Result<Vec<SuppressionKey>, Problem> {
    let mut keys = Vec::new();
    if let Some(path) = &desk.config.unsubscribe.secret_file {
        let Some(own) = key::read(path)? else {
            let message = format!(
                "the key of the opt-out links, {}, is missing; without it the links in mails already sent would lead nowhere",
                path.display()
            );
            return Err(Problem::new(Exit::Config, "no-unsubscribe-key", message)
                .hint("put the file from your backup in its place; a first one is made by: dateline init"));
        };
        keys.push(own);
    }
    keys.push(desk.key.clone());
    keys.extend(desk.older_keys.iter().cloned());
    Ok(keys)
}
