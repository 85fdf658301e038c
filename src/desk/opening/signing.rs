//! The key that mail is signed with, where `[dkim]` names one.

use std::sync::Arc;

use crate::config::Config;
use crate::desk::problem::{Exit, Problem};
use crate::mail::dkim::{DkimError, Signer};

/// Whoever signs; None where the provider does it. An error concerns only acts that make mail: a
/// list of contacts can be looked at without the key.
pub type Signing = Result<Option<Arc<Signer>>, DkimError>;

/// Reads the key.
pub(crate) fn signing(config: &Config) -> Signing {
    let dkim = &config.dkim;
    // The settings' own check refuses one without the others.
    let (Some(domain), Some(selector), Some(path)) = (&dkim.domain, &dkim.selector, &dkim.key_file)
    else {
        return Ok(None);
    };
    let pem = std::fs::read(path)
        .map_err(|error| DkimError::Unreadable(path.display().to_string(), error.to_string()))?;
    Ok(Some(Arc::new(Signer::new(domain, selector, &pem)?)))
}

impl From<DkimError> for Problem {
    fn from(error: DkimError) -> Self {
        Self::new(
            Exit::Config,
            "dkim",
            format!("no mail can be signed as [dkim] asks: {error}"),
        )
        .hint("mend [dkim] in config.toml; or remove it, if your provider signs")
    }
}
