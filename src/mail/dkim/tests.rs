//! Signatures are checked with the public keys; an independent verifier has its turn in `tests/dkim.rs`.

use ring::signature::{ED25519, KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

use super::*;

const PKCS1: &[u8] = include_bytes!("rsa_pkcs1.pem");
const PKCS8: &[u8] = include_bytes!("rsa_pkcs8.pem");
const ED25519_PEM: &[u8] = include_bytes!("ed25519.pem");

const MAIL: &str = "From: Press <press@example.com>\r\nTo: a@x.test\r\nSubject: A long\r\n headline\r\nDate: Mon, 02 Nov 2026 09:00:00 +0000\r\nMessage-ID: <1@example.com>\r\nContent-Type: text/plain\r\n\r\nHello  there \r\n\r\n\r\n";

fn signer(pem: &[u8]) -> Signer {
    Signer::new("example.com", "dateline1", pem).unwrap()
}

/// What was signed, made again from the finished message: the headers that `h=` names, from the
/// bottom up, and the signature's own without its value.
fn is_valid(key: &Key, message: &[u8]) -> bool {
    let (headers, body) = halves(message);
    let mut headers = fields(headers);
    let (_, signature) = headers.remove(0);
    let tag = |name: &str| {
        signature
            .split(';')
            .map(str::trim)
            .find_map(|tag| tag.strip_prefix(name)?.strip_prefix('='))
            .unwrap()
            .to_owned()
    };
    if STANDARD.encode(Sha256::digest(relaxed_body(body))) != tag("bh") {
        return false;
    }
    let mut signed = String::new();
    for name in tag("h").split(':').map(str::trim) {
        if let Some(at) = headers.iter().rposition(|(known, _)| known == name) {
            let (name, value) = headers.remove(at);
            signed.extend([name.as_str(), ":", &value, "\r\n"]);
        }
    }
    let (before, value) = signature.split_at(signature.rfind(" b=").unwrap() + 3);
    signed.extend(["dkim-signature:", before]);
    let value = STANDARD.decode(value.replace(' ', "")).unwrap();
    match key {
        Key::Rsa(key) => {
            UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key().as_ref())
                .verify(signed.as_bytes(), &value)
                .is_ok()
        }
        Key::Ed25519(key) => UnparsedPublicKey::new(&ED25519, key.public_key().as_ref())
            .verify(&Sha256::digest(signed), &value)
            .is_ok(),
    }
}

#[test]
fn every_kind_of_key_signs_what_its_public_key_verifies() {
    for pem in [PKCS1, PKCS8, ED25519_PEM] {
        let ours = signer(pem);
        let signed = ours.sign(MAIL.as_bytes());
        assert!(signed.ends_with(MAIL.as_bytes()));
        assert!(is_valid(&ours.key, &signed));
        let text = String::from_utf8(signed).unwrap();
        assert!(text.lines().all(|line| line.len() <= 200), "{text}");
        for (from, to) in [
            ("Hello", "Hallo"),
            ("a@x.test", "b@x.test"),
            ("headline", "headlines"),
            ("To:", "From: other@x.test\r\nTo:"),
        ] {
            let changed = text.replacen(from, to, 1);
            assert!(!is_valid(&ours.key, changed.as_bytes()), "{to}");
        }
        // What relays may do to a message.
        let refolded = text.replace("long\r\n headline", "long headline");
        assert!(is_valid(&ours.key, refolded.as_bytes()));
        let retyped = text.replace("text/plain", "text/plain; charset=utf-8");
        assert!(is_valid(&ours.key, retyped.as_bytes()));
    }
}

#[test]
fn the_same_message_gets_the_same_bytes() {
    for pem in [PKCS1, ED25519_PEM] {
        let twice = [signer(pem), signer(pem)].map(|one| one.sign(MAIL.as_bytes()));
        assert_eq!(twice[0], twice[1]);
    }
    // One key in two forms.
    assert_eq!(
        signer(PKCS1).sign(MAIL.as_bytes()),
        signer(PKCS8).sign(MAIL.as_bytes())
    );
}

/// RFC 6376 §3.4.5, and §3.4.4's empty body.
#[test]
fn canonical_forms_are_those_of_the_rfc() {
    let given = b" C \r\nD \t E\r\n\r\n\r\n";
    assert_eq!(relaxed_body(given), b" C\r\nD E\r\n");
    assert_eq!(relaxed_body(b""), b"");
    assert_eq!(relaxed_body(b"\r\n\r\n"), b"");
    assert_eq!(relaxed_body(b" \t\r\n"), b"");
    assert_eq!(relaxed_body(b"a\r\n\r\nb\r\n"), b"a\r\n\r\nb\r\n");
    let fields = fields(b"A: X\r\nB : Y\t\r\n\tZ  \r\n");
    assert_eq!(
        fields,
        [
            ("a".to_owned(), "X".to_owned()),
            ("b".to_owned(), "Y Z".to_owned())
        ]
    );
}

#[test]
fn what_cannot_sign_is_refused_without_showing_the_key() {
    let new = |domain: &str, selector: &str, pem: &[u8]| Signer::new(domain, selector, pem).err();
    assert_eq!(new("example.com", "a", b"hello"), Some(DkimError::NotAKey));
    let short = b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    assert_eq!(new("example.com", "a", short), Some(DkimError::UnfitKey));
    for (domain, selector) in [("", "a"), ("example.com", "a b"), ("example.com", "a;b=c")] {
        assert_eq!(new(domain, selector, PKCS1), Some(DkimError::Name));
    }
    let shown = format!("{:?}", signer(PKCS1));
    assert_eq!(shown, "Signer(dateline1._domainkey.example.com)");
    assert!(Signer::new("müller.example", "a", PKCS1).is_ok());
}
