//! A private mail house on loopback: a Postfix that bounces, and a Dovecot that serves the mailbox
//! where the bounces arrive; gone when dropped.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rcgen::{CertificateParams, KeyPair};

use crate::postfix::{NOBODY, PASSWORD, authority, free_port, make_readable, root};

pub(crate) const USER: &str = "bounces";

pub(crate) struct House {
    pub(crate) smtp: u16,
    small: u16,
    pub(crate) imap: u16,
    pub(crate) imaps: u16,
    /// The authority that signed the certificate, for `localhost`.
    pub(crate) ca: String,
    pub(crate) folder: PathBuf,
}

/// How a contact's mailbox is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Good,
    Dead,
    Full,
    Small,
}

impl House {
    /// Starts one with a mailbox for each `c0@desk0.example`, `c1@desk1.example` … as its fate is.
    pub(crate) fn start(fates: &[Fate]) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("dateline-way-back.")
            .tempdir()
            .unwrap()
            .keep();
        // Its programs run under several users.
        open_to_all(&folder);
        for name in ["etc", "spool", "data", "mail", "auth", "imap", "mail/home"] {
            fs::create_dir(folder.join(name)).unwrap();
        }
        let (ca, issuer) = authority("ours");
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap();
        let house = Self {
            smtp: free_port(),
            small: free_port(),
            imap: free_port(),
            imaps: free_port(),
            ca,
            folder,
        };
        house.write("etc/cert.pem", &certificate.pem());
        house.write("etc/key.pem", &key.serialize_pem());
        house.write("auth/users", &format!("{USER}:{{PLAIN}}{PASSWORD}\n"));
        house.write("etc/main.cf", include_str!("main.cf"));
        house.write("etc/master.cf", include_str!("master.cf"));
        house.write("imap/dovecot.conf", include_str!("dovecot.conf"));
        house.write("imap/lda.conf", include_str!("lda.conf"));
        house.give_fates(fates);
        let place = |name: &str| house.folder.join(name).display().to_string();
        root(&["chown", "root", &place("spool"), &place("etc")]);
        root(&["chown", "postfix", &place("data")]);
        root(&[
            "chown",
            "-R",
            &NOBODY.to_string(),
            &place("mail"),
            &place("imap"),
        ]);
        root(&["/usr/sbin/postfix", "-c", &place("etc"), "start"]);
        root(&["/usr/sbin/dovecot", "-c", &place("imap/dovecot.conf")]);
        house
    }

    fn give_fates(&self, fates: &[Fate]) {
        let mut boxes = "bounces@press.example bounces/\n".to_owned();
        let mut transport = String::new();
        for (number, fate) in fates.iter().enumerate() {
            let address = format!("c{number}@desk{}.example", number % 10);
            if *fate != Fate::Dead {
                boxes += &format!("{address} c{number}/\n");
            }
            match fate {
                Fate::Full => transport += &format!("{address} full:\n"),
                Fate::Small => transport += &format!("{address} smtp:[127.0.0.1]:{}\n", self.small),
                Fate::Good | Fate::Dead => {}
            }
        }
        self.write("etc/boxes", &boxes);
        self.write("etc/transport", &transport);
    }

    fn write(&self, name: &str, text: &str) {
        let text = text
            .replace("FOLDER", &self.folder.display().to_string())
            .replace("SMALL_PORT", &self.small.to_string())
            .replace("SMTP_PORT", &self.smtp.to_string())
            .replace("IMAPS_PORT", &self.imaps.to_string())
            .replace("IMAP_PORT", &self.imap.to_string())
            .replace("NOBODY", &NOBODY.to_string());
        fs::write(self.folder.join(name), text).unwrap();
    }

    /// The files of the mailbox's folder, `new` and `cur`; waits until there are `count` of them.
    pub(crate) fn wait_for(&self, count: usize) {
        let limit = Instant::now() + Duration::from_secs(60);
        while self.files("").len() < count {
            assert!(
                Instant::now() < limit,
                "{} of {count} arrived; Postfix says:\n{}",
                self.files("").len(),
                self.log()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The mails in a folder of the mailbox: "" for the inbox, `.Dateline` for that one.
    pub(crate) fn files(&self, folder: &str) -> Vec<PathBuf> {
        make_readable(&self.folder.join("mail"));
        let place = self.folder.join("mail/bounces").join(folder);
        ["new", "cur"]
            .iter()
            .filter_map(|name| fs::read_dir(place.join(name)).ok())
            .flatten()
            .map(|entry| entry.unwrap().path())
            .collect()
    }

    fn log(&self) -> String {
        let log = self.folder.join("log");
        root(&["chmod", "a+r", &log.display().to_string()]);
        fs::read_to_string(log).unwrap_or_default()
    }

    /// Dovecot goes, Postfix stays.
    pub(crate) fn stop_imap(&self) {
        let pid = fs::read_to_string(self.folder.join("imap/run/master.pid")).unwrap_or_default();
        root(&["kill", pid.trim()]);
    }
}

fn open_to_all(folder: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
}

impl Drop for House {
    fn drop(&mut self) {
        let folder = self.folder.clone();
        let stopped = std::thread::spawn(move || {
            let pid = fs::read_to_string(folder.join("imap/run/master.pid")).unwrap_or_default();
            let etc = folder.join("etc").display().to_string();
            root(&["/usr/sbin/postfix", "-c", &etc, "stop"]);
            if !pid.trim().is_empty() {
                root(&["kill", pid.trim()]);
            }
            root(&["rm", "-rf", &folder.display().to_string()]);
        })
        .join();
        // A second panic while a first unwinds would hide the first.
        assert!(
            stopped.is_ok() || std::thread::panicking(),
            "the servers in {} could not be stopped",
            self.folder.display()
        );
    }
}
