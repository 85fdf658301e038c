//! DKIM (RFC 6376): signs a finished message, the same message always with the same bytes.
//!
//! lettre can sign, but it stamps each signature with the time of day, and then a retry is no longer
//! the same to the byte; and its RSA leaks timing (RUSTSEC-2023-0071). So the signature is put
//! together here, over the RSA and Ed25519 that TLS brings along.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{Ed25519KeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls_pki_types::PrivateKeyDer;
use rustls_pki_types::pem::PemObject as _;
use sha2::{Digest, Sha256};

use crate::domain::dns::dkim::{Kind, PublicKey};

/// What is signed where it is there. RFC 8058 wants the two of List-Unsubscribe; never Content-Type,
/// which relays rewrite.
const SIGNED: [&str; 8] = [
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "reply-to",
    "list-unsubscribe",
    "list-unsubscribe-post",
];

/// Why nothing can be signed. Never shows the key.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DkimError {
    #[error("the key is not a private key in PEM form (PKCS#1 or PKCS#8)")]
    NotAKey,
    #[error("the key is neither Ed25519 nor RSA of 2048 to 8192 bits")]
    UnfitKey,
    #[error("the domain or selector is not one that can stand in DNS")]
    Name,
    /// The file; what the system said.
    #[error("{0} cannot be read: {1}")]
    Unreadable(String, String),
}

#[derive(Clone)]
enum Key {
    Rsa(Arc<RsaKeyPair>),
    Ed25519(Arc<Ed25519KeyPair>),
}

/// Signs for one domain. `Debug` does not show the key.
#[derive(Clone)]
pub struct Signer {
    domain: String,
    selector: String,
    key: Key,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.record_name())
    }
}

impl Signer {
    /// `pem` holds the private key: RSA (PKCS#1 or PKCS#8) or Ed25519 (PKCS#8).
    pub fn new(domain: &str, selector: &str, pem: &[u8]) -> Result<Self, DkimError> {
        let domain = idna::domain_to_ascii(domain).map_err(|_| DkimError::Name)?;
        for name in [&domain, selector] {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            let is_name = name
                .split('.')
                .all(|label| !label.is_empty() && label.bytes().all(fits));
            if !is_name || name.len() > 200 {
                return Err(DkimError::Name);
            }
        }
        let key = PrivateKeyDer::from_pem_slice(pem).map_err(|_| DkimError::NotAKey)?;
        let key = match &key {
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der())
                .map(|key| Key::Rsa(Arc::new(key)))
                .map_err(|_| DkimError::UnfitKey)?,
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                match Ed25519KeyPair::from_pkcs8_maybe_unchecked(der) {
                    Ok(key) => Key::Ed25519(Arc::new(key)),
                    Err(_) => RsaKeyPair::from_pkcs8(der)
                        .map(|key| Key::Rsa(Arc::new(key)))
                        .map_err(|_| DkimError::UnfitKey)?,
                }
            }
            _ => return Err(DkimError::UnfitKey),
        };
        Ok(Self {
            domain,
            selector: selector.to_owned(),
            key,
        })
    }

    /// Where receivers fetch the public key.
    pub fn record_name(&self) -> String {
        format!("{}._domainkey.{}", self.selector, self.domain)
    }

    /// The domain that the signature speaks for.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    pub fn public_key(&self) -> PublicKey {
        match &self.key {
            Key::Rsa(key) => PublicKey {
                kind: Kind::Rsa,
                bytes: key.public().as_ref().to_vec(),
            },
            Key::Ed25519(key) => PublicKey {
                kind: Kind::Ed25519,
                bytes: key.public_key().as_ref().to_vec(),
            },
        }
    }

    /// The message with a DKIM-Signature before its first header. Lines have to end in CRLF.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let (headers, body) = halves(message);
        let headers = fields(headers);
        let present: Vec<&str> = SIGNED
            .into_iter()
            .filter(|name| headers.iter().any(|(known, _)| known == name))
            // Named once more than it is there: a second From put before ours breaks the signature
            // (RFC 6376 §8.15).
            .chain(["from"])
            .collect();
        let body_hash = STANDARD.encode(Sha256::digest(relaxed_body(body)));
        let algorithm = match self.key {
            Key::Rsa(_) => "rsa-sha256",
            Key::Ed25519(_) => "ed25519-sha256",
        };
        let unsigned = format!(
            "v=1; a={algorithm}; c=relaxed/relaxed; d={};\r\n\ts={}; h={};\r\n\tbh={body_hash};\r\n\tb=",
            self.domain,
            self.selector,
            present.join(":\r\n\t "),
        );
        let mut signed = Vec::new();
        for name in &present[..present.len() - 1] {
            // The last of its name: verifiers count from the bottom up.
            if let Some((_, value)) = headers.iter().rev().find(|(known, _)| known == name) {
                signed.extend(format!("{name}:{value}\r\n").into_bytes());
            }
        }
        signed
            .extend(format!("dkim-signature:{}", relaxed_value(unsigned.as_bytes())).into_bytes());
        let signature = STANDARD.encode(self.seal(&signed));
        let mut out = Vec::with_capacity(message.len() + unsigned.len() + signature.len() + 64);
        out.extend(b"DKIM-Signature: ");
        out.extend(unsigned.as_bytes());
        for (place, part) in signature.as_bytes().chunks(72).enumerate() {
            if place > 0 {
                out.extend(b"\r\n\t");
            }
            out.extend(part);
        }
        out.extend(b"\r\n");
        out.extend(message);
        out
    }

    fn seal(&self, signed: &[u8]) -> Vec<u8> {
        match &self.key {
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                // The random numbers only blind the computation; the signature is the same each time.
                let sealed = key.sign(
                    &RSA_PKCS1_SHA256,
                    &SystemRandom::new(),
                    signed,
                    &mut signature,
                );
                if sealed.is_err() {
                    // Cannot happen with a key that was read; a bad signature is as good as none.
                    signature.fill(0);
                }
                signature
            }
            // RFC 8463 signs the hash, not the text.
            Key::Ed25519(key) => key.sign(&Sha256::digest(signed)).as_ref().to_vec(),
        }
    }
}

/// Headers with their last line end, and the body.
fn halves(message: &[u8]) -> (&[u8], &[u8]) {
    match message.windows(4).position(|four| four == b"\r\n\r\n") {
        Some(end) => (&message[..end + 2], &message[end + 4..]),
        None => (message, &[]),
    }
}

/// Each header's name in small letters, and its value in relaxed form (RFC 6376 §3.4.2).
fn fields(headers: &[u8]) -> Vec<(String, String)> {
    let mut fields: Vec<Vec<u8>> = Vec::new();
    for line in headers.split_inclusive(|byte| *byte == b'\n') {
        match fields.last_mut() {
            Some(field) if line.starts_with(b" ") || line.starts_with(b"\t") => field.extend(line),
            _ => fields.push(line.to_vec()),
        }
    }
    fields
        .iter()
        .filter_map(|field| {
            let colon = field.iter().position(|byte| *byte == b':')?;
            let name = String::from_utf8_lossy(&field[..colon]);
            let name = name.trim().to_ascii_lowercase();
            Some((name, relaxed_value(&field[colon + 1..])))
        })
        .collect()
}

/// Unfolded, white space runs as one blank, none at the ends.
fn relaxed_value(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    let words: Vec<&str> = text
        .split([' ', '\t', '\r', '\n'])
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

/// White space runs as one blank, none at line ends, no empty lines at the end (RFC 6376 §3.4.4).
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut kept = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut blank = false;
        for byte in line {
            if matches!(byte, b' ' | b'\t') {
                blank = true;
                continue;
            }
            if blank {
                out.push(b' ');
                blank = false;
            }
            out.push(*byte);
        }
        let is_empty = out.len() == kept || out.ends_with(b"\r\n");
        out.extend(b"\r\n");
        if !is_empty {
            kept = out.len();
        }
    }
    out.truncate(kept);
    out
}

#[cfg(test)]
mod tests;
