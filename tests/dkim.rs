//! Our signatures before somebody else's verifier: Python's dkimpy.
//!
//! Not part of a plain `cargo test`, because it needs Python with dkimpy and openssl; `scripts/check`
//! runs it by its name, with DATELINE_TEST_PYTHON naming that Python.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on should stop there"
)]

#[path = "it/newsdesk.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod newsdesk;
#[path = "it/world.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod world;

use std::process::Command;

use dateline::clock::Clock;

use crate::newsdesk::{approved, contacts, scheduled};
use crate::world::World;

/// Verifies the message on standard input against the DNS record given, or fails.
const VERIFY: &str = "import sys, dkim
record = sys.argv[1].encode()
asked = []
def dns(name, timeout=5):
    asked.append(name)
    return record
message = sys.stdin.buffer.read()
ok = dkim.DKIM(message).verify(dnsfunc=dns)
assert asked[0].startswith(b'dateline1._domainkey.example.com'), asked
broken = message.replace(b'The plant', b'The planet')
assert broken != message
try:
    assert not dkim.DKIM(broken).verify(dnsfunc=dns)
except dkim.ValidationError:
    pass
sys.exit(0 if ok else 1)";

fn openssl(words: &[&str]) -> Vec<u8> {
    let done = Command::new("openssl").args(words).output().unwrap();
    assert!(done.status.success(), "{words:?}: {done:?}");
    done.stdout
}

/// The DNS record of a private key's public half.
fn record(kind: &str, key: &str) -> String {
    let public = openssl(&["pkey", "-in", key, "-pubout", "-outform", "DER"]);
    // An Ed25519 record holds the bare key: the last 32 bytes.
    let shown = if kind == "ed25519" {
        &public[public.len() - 32..]
    } else {
        &public[..]
    };
    use base64::Engine as _;
    let public = base64::engine::general_purpose::STANDARD.encode(shown);
    format!("v=DKIM1; k={kind}; p={public}")
}

#[tokio::test]
async fn dkimpy_finds_every_kind_of_signature_good() {
    let python = std::env::var("DATELINE_TEST_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut world = World::on_sqlite().await;
    contacts(&world, 2).await;
    world.desk.clock = Clock::System;
    approved(&world, "plant", "").await;
    scheduled(
        &world,
        "plant",
        dateline::desk::distribution::schedule::Start::Now,
    )
    .await;
    let path = |name: &str| world.folder().join(name).display().to_string();
    openssl(&["genrsa", "-traditional", "-out", &path("pkcs1.pem"), "2048"]);
    openssl(&["genpkey", "-algorithm", "rsa", "-out", &path("pkcs8.pem")]);
    openssl(&[
        "genpkey",
        "-algorithm",
        "ed25519",
        "-out",
        &path("ed25519.pem"),
    ]);
    for (kind, name) in [
        ("rsa", "pkcs1.pem"),
        ("rsa", "pkcs8.pem"),
        ("ed25519", "ed25519.pem"),
    ] {
        let words = [
            "release",
            "preview",
            "plant",
            "--raw",
            "--for",
            "c1@desk1.example",
        ];
        let mut program = world.program(&words);
        let config = world.folder().join("config.toml");
        let settings = std::fs::read_to_string(&config).unwrap();
        let key = path(name);
        let dkim = format!(
            "[dkim]\ndomain = \"example.com\"\nselector = \"dateline1\"\nkey_file = \"{key}\"\n"
        );
        std::fs::write(&config, settings + &dkim).unwrap();
        let signed = program.output().unwrap();
        assert!(signed.status.success(), "{signed:?}");
        let again = program.output().unwrap();
        assert!(signed.stdout == again.stdout, "{name}: a retry differs");
        let mail = world.file("signed.eml", &signed.stdout);
        let verified = Command::new(&python)
            .args(["-c", VERIFY, &record(kind, &key)])
            .stdin(std::fs::File::open(mail).unwrap())
            .output()
            .unwrap();
        assert!(
            verified.status.success(),
            "{name}: {}\n{}",
            String::from_utf8_lossy(&verified.stderr),
            String::from_utf8_lossy(&signed.stdout)
        );
    }
}
