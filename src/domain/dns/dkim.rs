//! The public half of our signing key, as receivers fetch it (DKIM, RFC 6376, section 3.6.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::domain::der;
use crate::domain::dns::{tags, value};
use crate::domain::health::Finding;

const CHECK: &str = "dns.dkim";
const WHY: &str = "without it receivers cannot verify our signature, and large providers put such mail into spam or refuse it";

/// What we sign with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Rsa,
    Ed25519,
}

impl Kind {
    /// As the record writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::Ed25519 => "ed25519",
        }
    }
}

/// The public half of our key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicKey {
    pub kind: Kind,
    /// `RSAPublicKey` in DER (RFC 8017, appendix A.1.1), or the 32 bytes of an Ed25519 key.
    pub bytes: Vec<u8>,
}

impl PublicKey {
    /// The record to publish.
    pub fn record(&self) -> String {
        let key = match self.kind {
            Kind::Rsa => der::rsa_public_key_info(&self.bytes),
            Kind::Ed25519 => self.bytes.clone(),
        };
        format!(
            "v=DKIM1; k={}; p={}",
            self.kind.as_str(),
            STANDARD.encode(key)
        )
    }

    fn is(&self, published: &[u8]) -> bool {
        // Both forms of an RSA key are in use (RFC 6376, errata 3017).
        published == self.bytes
            || (self.kind == Kind::Rsa && published == der::rsa_public_key_info(&self.bytes))
    }
}

/// What `texts`, the records at `name`, are worth to whoever verifies what we sign with `key`.
pub fn judge(name: &str, texts: &[String], key: &PublicKey) -> Finding {
    let publish = format!("publish this TXT record:\n{name}. TXT \"{}\"", key.record());
    let problem = |found: String| Finding::problem(CHECK, found, WHY, publish.clone());
    let ours: Vec<_> = texts.iter().map(|text| tags(text)).collect();
    let mut ours = ours.iter().filter(|tags| value(tags, "p").is_some());
    let (Some(tags), None) = (ours.next(), ours.next()) else {
        let found = if texts.is_empty() {
            format!("there is no DKIM key at {name}")
        } else {
            format!("there is not exactly one DKIM key at {name}")
        };
        return problem(found);
    };
    let published: String = value(tags, "p")
        .unwrap_or_default()
        .split_ascii_whitespace()
        .collect();
    if published.is_empty() {
        return problem(format!(
            "the DKIM key at {name} is revoked (its p= is empty)"
        ));
    }
    let kind = value(tags, "k").unwrap_or("rsa");
    let bytes = STANDARD.decode(&published).unwrap_or_default();
    if !kind.eq_ignore_ascii_case(key.kind.as_str()) || !key.is(&bytes) {
        return problem(format!(
            "the DKIM key at {name} does not belong to the private key of [dkim] key_file"
        ));
    }
    let hashes = value(tags, "h").unwrap_or("sha256");
    if !hashes.split(':').any(|hash| hash.trim() == "sha256") {
        return problem(format!(
            "the DKIM key at {name} does not allow SHA-256 (h={hashes})"
        ));
    }
    let testing =
        value(tags, "t").is_some_and(|flags| flags.split(':').any(|flag| flag.trim() == "y"));
    if testing {
        return Finding::warning(
            CHECK,
            format!("the DKIM key at {name} says that it is only being tested (t=y)"),
            "receivers treat such mail as if it were not signed",
            "remove t=y from the record",
        );
    }
    let size = match key.kind {
        Kind::Ed25519 => "Ed25519".to_owned(),
        Kind::Rsa => match der::rsa_bits(&bytes).unwrap_or(0) {
            bits @ ..1024 => {
                return problem(format!("the DKIM key at {name} has only {bits} bits"));
            }
            bits @ 1024..2048 => {
                return Finding::warning(
                    CHECK,
                    format!("the DKIM key at {name} has {bits} bits"),
                    "2048 are advised (RFC 8301)",
                    "make a new key under a new selector: openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048",
                );
            }
            bits => format!("RSA, {bits} bits"),
        },
    };
    Finding::ok(CHECK, format!("the DKIM key at {name} is ours ({size})"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::health::State;

    fn ed25519() -> PublicKey {
        PublicKey {
            kind: Kind::Ed25519,
            bytes: vec![7; 32],
        }
    }

    fn rsa(bits: usize) -> PublicKey {
        let bytes = bits / 8;
        let mut inside = vec![0x02, 0x82, 0, 0, 0];
        inside[2..4].copy_from_slice(&u16::try_from(bytes + 1).unwrap().to_be_bytes());
        inside.push(0x80);
        inside.extend(vec![1; bytes - 1]);
        inside.extend([0x02, 1, 3]);
        let mut key = vec![0x30, 0x82];
        key.extend(u16::try_from(inside.len()).unwrap().to_be_bytes());
        key.extend(inside);
        PublicKey {
            kind: Kind::Rsa,
            bytes: key,
        }
    }

    fn judged(record: &str, key: &PublicKey) -> Finding {
        judge("d1._domainkey.example.com", &[record.to_owned()], key)
    }

    #[test]
    fn what_we_would_publish_is_ours() {
        for (key, size) in [
            (ed25519(), "Ed25519"),
            (rsa(2048), "2048"),
            (rsa(4096), "4096"),
        ] {
            let finding = judged(&key.record(), &key);
            assert_eq!(finding.state, State::Ok, "{finding:?}");
            assert!(finding.found.contains(size), "{finding:?}");
        }
        // Without k= it is RSA, in either form, and blanks inside do not count.
        let key = rsa(2048);
        let bare = STANDARD.encode(&key.bytes);
        let (one, other) = bare.split_at(40);
        assert_eq!(judged(&format!("p={one} {other}"), &key).state, State::Ok);
    }

    #[test]
    fn each_fault_is_named_with_the_record_to_publish() {
        let key = ed25519();
        let own = key.record();
        for (record, words) in [
            ("v=DKIM1; k=ed25519; p=".to_owned(), "revoked"),
            (rsa(2048).record(), "does not belong"),
            (own.replace("k=ed25519", "k=rsa"), "does not belong"),
            ("v=DKIM1; p=!!".to_owned(), "does not belong"),
            (format!("{own}; h=sha1"), "SHA-256"),
            ("v=DKIM1".to_owned(), "not exactly one"),
        ] {
            let finding = judged(&record, &key);
            assert_eq!(finding.state, State::Problem, "{record}");
            assert!(finding.found.contains(words), "{finding:?}");
            assert!(finding.fix.unwrap().contains(&own), "{record}");
        }
        let none = judge("d1._domainkey.example.com", &[], &key);
        assert!(none.found.contains("there is no DKIM key"), "{none:?}");
    }

    #[test]
    fn a_short_or_trial_key_is_warned_of() {
        let short = rsa(1024);
        assert_eq!(judged(&short.record(), &short).state, State::Warning);
        assert_eq!(judged(&rsa(512).record(), &rsa(512)).state, State::Problem);
        let trial = format!("{}; t=s:y", ed25519().record());
        assert_eq!(judged(&trial, &ed25519()).state, State::Warning);
    }
}
