//! A private Postfix on loopback, with an authority, logins and Maildirs of its own; gone when dropped.

use std::fs;
use std::io;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};

pub(crate) const USER: &str = "press@mail.test";
pub(crate) const PASSWORD: &str = "not in any log";
/// Whom Maildirs belong to; Postfix delivers as nobody below 100.
pub(crate) const NOBODY: u32 = 65534;

pub(crate) struct Postfix {
    pub(crate) starttls: u16,
    pub(crate) tls: u16,
    /// The authority that signed the server's certificate, for `localhost`.
    pub(crate) ca: String,
    folder: PathBuf,
}

/// A certificate authority: its certificate as PEM, and what signs with it.
pub(crate) fn authority(name: &str) -> (String, Issuer<'static, KeyPair>) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params
        .distinguished_name
        .push(DnType::OrganizationName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let pem = params.self_signed(&key).unwrap().pem();
    (pem, Issuer::new(params, key))
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// Runs a command as root; it has to go well.
pub(crate) fn root(words: &[&str]) {
    let status = as_root(words);
    assert!(
        status.as_ref().is_ok_and(ExitStatus::success),
        "{words:?} failed ({status:?}); this test needs Debian's postfix and dovecot-core, and root or sudo"
    );
}

/// Lets everybody read a folder of mail. Its files are renamed while we look, and one that is gone
/// before its turn makes `chmod` fail: then it is done once more.
pub(crate) fn make_readable(folder: &Path) {
    let folder = folder.display().to_string();
    let limit = Instant::now() + Duration::from_secs(30);
    while !as_root(&["chmod", "-R", "a+rX", &folder]).is_ok_and(|it| it.success()) {
        assert!(Instant::now() < limit, "{folder} cannot be made readable");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn as_root(words: &[&str]) -> io::Result<ExitStatus> {
    let is_root = fs::metadata("/proc/self").is_ok_and(|it| {
        use std::os::unix::fs::MetadataExt;
        it.uid() == 0
    });
    let words = if is_root {
        words.to_vec()
    } else {
        [&["sudo", "-n"], words].concat()
    };
    // A daemon keeps what it inherits: with a pipe we would wait for its end.
    Command::new(words[0])
        .args(&words[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
}

impl Postfix {
    /// Starts one that delivers to the contacts `c0@desk0.example`, `c1@desk1.example` …
    pub(crate) fn start(recipients: usize) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("dateline-postfix.")
            .tempdir()
            .unwrap()
            .keep();
        // Its programs run under several users.
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        for name in ["etc", "spool", "data", "mail", "auth"] {
            fs::create_dir(folder.join(name)).unwrap();
        }
        let (ca, issuer) = authority("ours");
        let server = Self {
            starttls: free_port(),
            tls: free_port(),
            ca,
            folder,
        };
        server.write_settings(&issuer, recipients);
        let place = |name: &str| server.folder.join(name).display().to_string();
        root(&["chown", "root", &place("spool"), &place("etc")]);
        root(&["chown", "postfix", &place("data")]);
        root(&["chown", &NOBODY.to_string(), &place("mail")]);
        root(&["/usr/sbin/postfix", "-c", &place("etc"), "start"]);
        // Afterwards: its socket lies in Postfix's spool.
        root(&["/usr/sbin/dovecot", "-c", &place("auth/dovecot.conf")]);
        server
    }

    fn write_settings(&self, issuer: &Issuer<'static, KeyPair>, recipients: usize) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, issuer).unwrap();
        let fill = |text: &str| {
            text.replace("FOLDER", &self.folder.display().to_string())
                .replace("STARTTLS_PORT", &self.starttls.to_string())
                .replace("TLS_PORT", &self.tls.to_string())
                .replace("NOBODY", &NOBODY.to_string())
        };
        let boxes: String = (0..recipients)
            .map(|number| format!("c{number}@desk{}.example c{number}/\n", number % 10))
            .collect();
        for (name, content) in [
            ("etc/cert.pem", certificate.pem()),
            ("etc/key.pem", key.serialize_pem()),
            ("etc/boxes", boxes),
            ("etc/main.cf", fill(include_str!("main.cf"))),
            ("etc/master.cf", fill(include_str!("master.cf"))),
            ("auth/users", format!("{USER}:{{PLAIN}}{PASSWORD}\n")),
            ("auth/dovecot.conf", fill(include_str!("dovecot.conf"))),
        ] {
            fs::write(self.folder.join(name), content).unwrap();
        }
    }

    /// The one mail in this contact's Maildir, without the headers that Postfix put before it.
    /// Waits until it is there.
    pub(crate) fn delivered(&self, number: usize) -> String {
        let folder = self.folder.join(format!("mail/c{number}/new"));
        let limit = Instant::now() + Duration::from_secs(30);
        // The folder is there before the mail is.
        let mut mails: Vec<PathBuf> = Vec::new();
        while mails.is_empty() {
            assert!(
                Instant::now() < limit,
                "nothing for c{number}; Postfix says:\n{}",
                self.log()
            );
            std::thread::sleep(Duration::from_millis(20));
            make_readable(&self.folder.join("mail"));
            let entries = fs::read_dir(&folder).into_iter().flatten();
            mails = entries.map(|entry| entry.unwrap().path()).collect();
        }
        let mail = mails.pop().unwrap();
        assert!(mails.is_empty(), "more than one mail for c{number}");
        without_own_headers(&fs::read_to_string(mail).unwrap())
    }

    /// Throws all delivered mail away.
    pub(crate) fn empty(&self) {
        let mail = self.folder.join("mail").display().to_string();
        root(&["find", &mail, "-mindepth", "1", "-delete"]);
    }

    fn log(&self) -> String {
        let log = self.folder.join("log");
        root(&["chmod", "a+r", &log.display().to_string()]);
        fs::read_to_string(log).unwrap_or_default()
    }
}

/// Postfix puts `Return-Path`, `X-Original-To`, `Delivered-To` and `Received` before what it was given.
fn without_own_headers(mail: &str) -> String {
    let mut rest = mail;
    loop {
        let is_own = [
            "Return-Path:",
            "X-Original-To:",
            "Delivered-To:",
            "Received:",
        ]
        .iter()
        .any(|name| rest.starts_with(name));
        if !is_own {
            return rest.to_owned();
        }
        // One header: up to the first line that is not folded.
        let mut end = 0;
        for line in rest.split_inclusive('\n') {
            if end > 0 && !line.starts_with([' ', '\t']) {
                break;
            }
            end += line.len();
        }
        rest = &rest[end..];
    }
}

fn stop(folder: &Path) {
    let pid = fs::read_to_string(folder.join("auth/run/master.pid")).unwrap_or_default();
    root(&[
        "/usr/sbin/postfix",
        "-c",
        &folder.join("etc").display().to_string(),
        "stop",
    ]);
    root(&["kill", pid.trim()]);
    root(&["rm", "-rf", &folder.display().to_string()]);
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let folder = self.folder.clone();
        let stopped = std::thread::spawn(move || stop(&folder)).join();
        // A second panic while a first unwinds would hide the first.
        assert!(
            stopped.is_ok() || std::thread::panicking(),
            "Postfix in {} could not be stopped",
            self.folder.display()
        );
    }
}
