//! Refuses a password that every user of the machine could read.

use crate::config::Config;
use crate::config::locate::Located;
use crate::config::problem::ConfigProblem;

/// A password in the file itself is refused when every user of the machine may read the file.
pub(in crate::config) fn not_for_all_eyes(
    config: &Config,
    at: &Located<'_>,
) -> Result<(), ConfigProblem> {
    let key: &[&str] = if config.smtp.password.is_some() {
        &["smtp", "password"]
    } else if config.database.url.has_password() {
        &["database", "url"]
    } else {
        return Ok(());
    };
    if !readable_by_others(&at.path) {
        return Ok(());
    }
    Err(at.problem(
        "config-exposed",
        key,
        "holds a password, and every user of this machine may read this file",
        format!(
            "chmod 600 {}, or move the password to a password_file",
            at.path.display()
        ),
    ))
}

#[cfg(unix)]
fn readable_by_others(path: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn readable_by_others(_: &std::path::Path) -> bool {
    false
}
