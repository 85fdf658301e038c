//! Suppression: the entry that stops mail to an address or a domain, kept as a keyed hash only.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::domain::hex;

/// The key of the suppression list, kept in a file outside the database: a plain hash of an
/// address can be guessed, a keyed one cannot (LAW-04).
#[derive(Clone)]
pub struct SuppressionKey {
    bytes: Vec<u8>,
    /// Begun with the key once: each hash goes on from a copy.
    begun: Hmac<Sha256>,
}

impl std::fmt::Debug for SuppressionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SuppressionKey(…)")
    }
}

impl SuppressionKey {
    /// From the key file's bytes: at least 32.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        if bytes.len() < 32 {
            return None;
        }
        Some(Self {
            bytes: bytes.to_vec(),
            begun: Hmac::new_from_slice(bytes).ok()?,
        })
    }

    /// Tells keys apart without giving one away; stored in the database.
    pub fn fingerprint(&self) -> String {
        let mut digest = Sha256::new();
        digest.update(b"dateline key fingerprint\0");
        digest.update(&self.bytes);
        hex::encode(&digest.finalize()[..8])
    }

    fn mac(&self, purpose: &str, text: &str) -> Vec<u8> {
        let mut mac = self.begun.clone();
        mac.update(purpose.as_bytes());
        mac.update(b"\0");
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().to_vec()
    }

    /// Hash of an address key (case-folded address with an IDNA domain).
    pub fn address_hash(&self, address_key: &str) -> String {
        hex::encode(&self.mac("address", address_key))
    }

    /// Hash of a domain (lower case, IDNA). Subdomains are domains of their own.
    pub fn domain_hash(&self, domain: &str) -> String {
        hex::encode(&self.mac("domain", domain))
    }

    /// A short unforgeable tail for a token, a pure function of what it is about.
    pub fn token_tail(&self, purpose: &str, text: &str) -> String {
        hex::encode(&self.mac(purpose, text)[..10])
    }
}

/// How far an opt-out reaches; `everything` covers all, and is always offered (LAW-03).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scope {
    Everything,
    Organization(i64),
    List(i64),
}

impl Scope {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Organization(_) => "organization",
            Self::List(_) => "list",
        }
    }

    pub const fn id(self) -> i64 {
        match self {
            Self::Everything => 0,
            Self::Organization(id) | Self::List(id) => id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::SuppressionKey;

    #[test]
    fn hashes_depend_on_key_and_kind() {
        let one = SuppressionKey::new(&[1; 32]).unwrap();
        let two = SuppressionKey::new(&[2; 32]).unwrap();
        assert_eq!(
            one.address_hash("a@example.com"),
            one.address_hash("a@example.com")
        );
        assert_ne!(
            one.address_hash("a@example.com"),
            two.address_hash("a@example.com")
        );
        assert_ne!(
            one.address_hash("example.com"),
            one.domain_hash("example.com")
        );
        assert_ne!(one.fingerprint(), two.fingerprint());
        assert!(SuppressionKey::new(&[1; 31]).is_none());
        assert!(!format!("{one:?}").contains('1'));
    }
}
