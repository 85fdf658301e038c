//! Who may read and write our files: keys and contacts are for one user's eyes, and that user must be
//! able to write.

use std::fs::Metadata;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use crate::config::keys::newsroom::Place as DatabasePlace;
use crate::config::keys::smtp::Transport;
use crate::desk::doctor::Place;
use crate::desk::opening::open::Setup;
use crate::domain::health::Finding;

const READABLE: &str = "files.readable";
const WRITABLE: &str = "files.writable";
const OWNER: &str = "files.owner";

/// Bits of a mode: others of the machine.
const OTHERS: u32 = 0o007;
const OTHERS_AND_GROUP: u32 = 0o077;

pub(in crate::desk::doctor) fn look(setup: &Setup, place: Place<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut sound = 0;
    for (path, what, forbidden) in private(setup) {
        let Ok(meta) = std::fs::metadata(&path) else {
            // That it is missing is told by whoever needs it.
            continue;
        };
        match exposed(&path, what, forbidden, &meta) {
            Some(finding) => findings.push(finding),
            None => sound += 1,
        }
    }
    if findings.is_empty() {
        let found = format!("{sound} private files are only for this user");
        findings.push(Finding::ok(READABLE, found));
    }
    findings.extend(settings_file(place.config));
    findings.extend(writable(setup));
    findings.extend(owner(setup));
    findings
}

/// Files that others must not read: the path, what is in it, and the bits that must not be set.
fn private(setup: &Setup) -> Vec<(PathBuf, &'static str, u32)> {
    let config = &setup.config;
    // The group of a system user may read what a package put there, 0640; our own keys are stricter.
    let may = [
        (
            &config.unsubscribe.secret_file,
            "the key of the opt-out links",
            OTHERS_AND_GROUP,
        ),
        (&config.dkim.key_file, "the key that signs our mail", OTHERS),
        (
            &config.smtp.password_file,
            "the password of the mail server",
            OTHERS,
        ),
        (
            &config.mailbox.password_file,
            "the password of the mailbox",
            OTHERS,
        ),
        (
            &config.database.password_file,
            "the password of the database",
            OTHERS,
        ),
    ];
    let key = (
        config.desk.key_file.clone(),
        "the key of the opt-outs",
        OTHERS_AND_GROUP,
    );
    let database = match config.database.place() {
        DatabasePlace::Sqlite(path) => Some((path, "contacts and releases", OTHERS)),
        DatabasePlace::Postgres(_) => None,
    };
    let named = may
        .into_iter()
        .filter_map(|(path, what, bits)| Some((path.clone()?, what, bits)));
    std::iter::once(key).chain(database).chain(named).collect()
}

fn exposed(path: &Path, what: &str, forbidden: u32, meta: &Metadata) -> Option<Finding> {
    let mode = meta.permissions().mode() & 0o777;
    if mode & forbidden == 0 {
        return None;
    }
    Some(Finding::problem(
        READABLE,
        format!("{} is open to others (mode {mode:03o})", path.display()),
        format!("it holds {what}"),
        format!("chmod 600 {}", path.display()),
    ))
}

/// Whoever can write the settings can make us run any program (hooks, `password_command`).
fn settings_file(path: &Path) -> Option<Finding> {
    let meta = std::fs::metadata(path).ok()?;
    let mode = meta.permissions().mode() & 0o777;
    (mode & 0o002 != 0).then(|| {
        Finding::problem(
            WRITABLE,
            format!("every user may change {} (mode {mode:03o})", path.display()),
            "it names programs that run as you, and the server that gets your mail",
            format!("chmod o-w {}", path.display()),
        )
    })
}

fn writable(setup: &Setup) -> Vec<Finding> {
    let config = &setup.config;
    let mut findings = Vec::new();
    if let DatabasePlace::Sqlite(path) = config.database.place() {
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let why =
            "SQLite writes its log beside the database, so that without it nothing can be kept";
        if path.exists()
            && std::fs::OpenOptions::new()
                .append(true)
                .open(&path)
                .is_err()
        {
            findings.push(no_writing(&path, why));
        }
        findings.push(folder_finding(folder, why));
    }
    if config.smtp.transport == Transport::Files && config.smtp.folder.exists() {
        let why = "with transport = \"files\" every mail is written there";
        findings.push(folder_finding(&config.smtp.folder, why));
    }
    if let Some(path) = &config.log.file {
        let opened = std::fs::OpenOptions::new().append(true).open(path);
        let folder = path.parent().unwrap_or(Path::new("."));
        let why = "[log] file lies there; until it can be written, only the database has the log";
        match opened {
            Ok(_) => findings.push(Finding::ok(
                WRITABLE,
                format!("{} can be written", path.display()),
            )),
            Err(_) if !folder.exists() => findings.push(Finding::problem(
                WRITABLE,
                format!("there is no folder {}", folder.display()),
                why,
                format!(
                    "make it, for the user that cron calls the program as: mkdir -p {}",
                    folder.display()
                ),
            )),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                findings.push(folder_finding(folder, why));
            }
            Err(_) => findings.push(no_writing(path, why)),
        }
    }
    findings
}

fn folder_finding(folder: &Path, why: &str) -> Finding {
    // A file that vanishes again says more than a mode does: shares and mounts have their own mind.
    match tempfile::NamedTempFile::new_in(folder) {
        Ok(_) => Finding::ok(WRITABLE, format!("{} can be written", folder.display())),
        Err(_) => no_writing(folder, why),
    }
}

fn no_writing(path: &Path, why: &str) -> Finding {
    Finding::problem(
        WRITABLE,
        format!("this user cannot write {}", path.display()),
        why,
        format!(
            "give the user that cron calls the program as the right to write {}",
            path.display()
        ),
    )
}

/// What root makes beside a user's database that user cannot write, and the next run fails.
fn owner(setup: &Setup) -> Option<Finding> {
    let DatabasePlace::Sqlite(path) = setup.config.database.place() else {
        return None;
    };
    let owner = std::fs::metadata(&path).ok()?.uid();
    let own = std::fs::metadata("/proc/self").ok()?.uid();
    if owner == own {
        return None;
    }
    Some(Finding::warning(
        OWNER,
        format!(
            "{} belongs to user {owner}, and you are user {own}",
            path.display()
        ),
        "what one user writes beside it the other may not be able to change, and cron would fail",
        format!("call dateline as that user, as in: sudo -u '#{owner}' dateline doctor"),
    ))
}
