//! Encrypts a connection with rustls, and says in words why a certificate is not accepted.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rustls::{CertificateError, ClientConfig, ClientConnection, ProtocolVersion, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::domain::der;
use crate::domain::instant::Instant;
use crate::mail::route_problem::Trouble;

/// How a connection is encrypted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Secured {
    /// `TLS 1.3`
    pub version: &'static str,
    /// When the server's certificate ends, where it can be read.
    pub ends: Option<Instant>,
}

impl Secured {
    pub(in crate::mail::wire) fn of(connection: &ClientConnection) -> Self {
        let certificate = connection.peer_certificates().and_then(<[_]>::first);
        Self {
            version: match connection.protocol_version() {
                Some(ProtocolVersion::TLSv1_3) => "TLS 1.3",
                Some(ProtocolVersion::TLSv1_2) => "TLS 1.2",
                _ => "TLS",
            },
            ends: certificate.and_then(|certificate| der::not_after(certificate)),
        }
    }
}

/// Reading the system's certificates costs some 40 ms: once is enough.
static SYSTEM: OnceLock<Arc<ClientConfig>> = OnceLock::new();

/// TLS 1.2 or 1.3; the certificate must be valid for the host, and signed by one of `ca_pem` or else
/// by somebody the system trusts.
pub(crate) async fn encrypt(
    host: &str,
    ca_pem: Option<&[u8]>,
    patience: Duration,
    tcp: TcpStream,
) -> Result<TlsStream<TcpStream>, Trouble> {
    let name = ServerName::try_from(host.to_owned())
        .map_err(|_| Trouble::Setting("the host is not a name a certificate can have".into()))?;
    let connector = TlsConnector::from(config(ca_pem)?);
    timeout(patience, connector.connect(name, tcp))
        .await
        .map_err(|_| Trouble::Timeout("the TLS handshake"))?
        .map_err(|problem| explain(&problem))
}

fn config(ca_pem: Option<&[u8]>) -> Result<Arc<ClientConfig>, Trouble> {
    let Some(pem) = ca_pem else {
        if let Some(known) = SYSTEM.get() {
            return Ok(Arc::clone(known));
        }
        let config = Arc::new(system()?);
        return Ok(Arc::clone(SYSTEM.get_or_init(|| config)));
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate =
            certificate.map_err(|_| Trouble::Setting("the CA file is not PEM".into()))?;
        roots
            .add(certificate)
            .map_err(|_| Trouble::Setting("the CA file holds no usable certificate".into()))?;
    }
    if roots.is_empty() {
        return Err(Trouble::Setting("the CA file holds no certificate".into()));
    }
    let config = builder()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn system() -> Result<ClientConfig, Trouble> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = rustls_platform_verifier::Verifier::new(provider).map_err(|_| {
        Trouble::Setting(
            "this system has no CA certificates; install them (ca-certificates) or name a CA file"
                .into(),
        )
    })?;
    Ok(builder()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

fn builder() -> Result<rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier>, Trouble> {
    // Named, not the process default: another library must not be able to change it.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|problem| Trouble::Tls(problem.to_string()))
}

fn explain(problem: &std::io::Error) -> Trouble {
    let inner = problem
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(error)) => Trouble::Certificate(certificate(error)),
        Some(other) => Trouble::Tls(other.to_string()),
        None => Trouble::Tls(problem.to_string()),
    }
}

fn certificate(error: &CertificateError) -> String {
    match error {
        // A bad signature: an authority of the same name with another key.
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "nobody we trust has signed it; name its authority in the CA file".into()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it belongs to another host name; set the host to the name in the certificate".into()
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "it has expired; its owner must renew it".into()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet; check this machine's clock".into()
        }
        other => format!("{other:?}").chars().take(200).collect(),
    }
}
