//! `[notify] healthcheck_url`: a monitor that misses us when we stay away.

use std::sync::Arc;
use std::time::Duration;

use ureq::tls::{RootCerts, TlsConfig, TlsProvider};

use crate::desk::Desk;

/// A monitor that is slow must not hold the mail up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beat {
    Start,
    /// The exit code: 0 is well, anything else asks for a look.
    End(u8),
}

/// Asks for the monitor's address with `/start`, nothing, or `/fail` and the exit code as body.
/// A monitor that cannot be reached is no trouble of ours: it will notice.
pub async fn ping(desk: &Desk, beat: Beat) {
    let Some(url) = desk.config.notify.healthcheck_url.clone() else {
        return;
    };
    // The request blocks; a thread of its own keeps the run going.
    let asked = tokio::task::spawn_blocking(move || ask(&url, beat));
    let _ = tokio::time::timeout(PATIENCE, asked).await;
}

fn ask(url: &str, beat: Beat) {
    let base = url.trim_end_matches('/');
    let (address, body) = match beat {
        Beat::Start => (format!("{base}/start"), String::new()),
        Beat::End(0) => (base.to_owned(), "0".to_owned()),
        Beat::End(code) => (format!("{base}/fail"), code.to_string()),
    };
    let _ = agent(PATIENCE).post(&address).send(body);
}

/// A client that trusts whom the system trusts, and follows nobody elsewhere.
pub(crate) fn agent(patience: Duration) -> ureq::Agent {
    let tls = TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build();
    ureq::Agent::config_builder()
        .timeout_global(Some(patience))
        .max_redirects(0)
        .http_status_as_error(false)
        .tls_config(tls)
        .build()
        .new_agent()
}
