//! Makes the file's paths absolute: relative ones start at the file's folder.

use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::config::environment::Environment;
use crate::config::keys::newsroom::DatabaseUrl;
use crate::config::locate::Located;
use crate::config::problem::ConfigProblem;

/// The one expansion that exists, for systemd's `LoadCredential=`.
pub(in crate::config) const CREDENTIALS: &str = "${CREDENTIALS_DIRECTORY}";

pub(in crate::config) fn paths(
    config: &mut Config,
    folder: &Path,
    environment: &Environment,
    located: &Located<'_>,
) -> Result<(), ConfigProblem> {
    let must: [(&[&str], &mut PathBuf); 2] = [
        (&["desk", "key_file"], &mut config.desk.key_file),
        (&["smtp", "folder"], &mut config.smtp.folder),
    ];
    let may: [(&[&str], &mut Option<PathBuf>); 7] = [
        (&["newsroom", "templates"], &mut config.newsroom.templates),
        (&["newsroom", "logo"], &mut config.newsroom.logo),
        (&["smtp", "ca_file"], &mut config.smtp.ca_file),
        (
            &["unsubscribe", "secret_file"],
            &mut config.unsubscribe.secret_file,
        ),
        (&["mailbox", "ca_file"], &mut config.mailbox.ca_file),
        (&["dkim", "key_file"], &mut config.dkim.key_file),
        (&["log", "file"], &mut config.log.file),
    ];
    let may = may
        .into_iter()
        .filter_map(|(key, path)| Some((key, path.as_mut()?)));
    for (key, path) in must.into_iter().chain(may) {
        *path = place(path, folder, environment).ok_or_else(|| no_credentials(key, located))?;
    }
    // Only the service sees its credentials, and people at the same desk need no password to look at a
    // list: what is not there is told by whoever needs it.
    let passwords = [
        &mut config.database.password_file,
        &mut config.smtp.password_file,
        &mut config.mailbox.password_file,
    ];
    for path in passwords.into_iter().flatten() {
        if let Some(placed) = place(path, folder, environment) {
            *path = placed;
        }
    }
    if let Some(path) = config.database.url.sqlite_path() {
        let path = place(path, folder, environment)
            .ok_or_else(|| no_credentials(&["database", "url"], located))?;
        config.database.url = DatabaseUrl::sqlite(&path);
    }
    Ok(())
}

fn place(path: &Path, folder: &Path, environment: &Environment) -> Option<PathBuf> {
    let Ok(rest) = path.strip_prefix(CREDENTIALS) else {
        return Some(folder.join(path));
    };
    Some(environment.credentials_directory.as_ref()?.join(rest))
}

/// The name of the credential that a path asks for, where systemd has not handed it over.
pub fn credential(path: &Path) -> Option<&str> {
    path.strip_prefix(CREDENTIALS).ok()?.to_str()
}

fn no_credentials(key: &[&str], located: &Located<'_>) -> ConfigProblem {
    located.problem(
        "config-credentials",
        key,
        format!("starts with {CREDENTIALS}, which is not set"),
        "systemd sets it for a unit with LoadCredential=; elsewhere write the path of the file",
    )
}
