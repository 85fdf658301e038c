//! What we take from the process's environment, once: where things are and who acts, never how we behave.

use std::path::PathBuf;

/// Filled once at the start; tests fill their own. No variable but these is looked at.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `DATELINE_CONFIG`: which file.
    pub dateline_config: Option<PathBuf>,
    /// `XDG_CONFIG_HOME`, else `$HOME/.config`.
    pub config_home: Option<PathBuf>,
    /// The machine's folder for settings, `/etc`.
    pub system_config: Option<PathBuf>,
    /// `CREDENTIALS_DIRECTORY`, as systemd's `LoadCredential=` sets it.
    pub credentials_directory: Option<PathBuf>,
    /// `VISUAL`, else `EDITOR`.
    pub editor: Option<String>,
    /// `LOGNAME`, else `USER`, else the account's name: who acts when `--as` does not say it.
    pub user: Option<String>,
    /// `NO_COLOR` is set, or `TERM` is `dumb`.
    pub no_color: bool,
}

impl Environment {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one look at the environment"
    )]
    pub fn of_process() -> Self {
        let path = |name| {
            std::env::var_os(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let text = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        Self {
            dateline_config: path("DATELINE_CONFIG"),
            config_home: path("XDG_CONFIG_HOME")
                .or_else(|| path("HOME").map(|home| home.join(".config"))),
            system_config: Some(PathBuf::from("/etc")),
            credentials_directory: path("CREDENTIALS_DIRECTORY"),
            editor: text("VISUAL").or_else(|| text("EDITOR")),
            user: text("LOGNAME").or_else(|| text("USER")).or_else(account),
            no_color: text("NO_COLOR").is_some() || text("TERM").is_some_and(|term| term == "dumb"),
        }
    }
}

/// The account's name, for containers and services that set no variable with it; its number where
/// the machine's list of accounts does not know it.
fn account() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let number = effective_user(&status)?.to_owned();
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    Some(account_named(&accounts, &number).unwrap_or_else(|| format!("user {number}")))
}

/// The second number behind `Uid:`, the user whose rights we have (`proc_pid_status(5)`).
fn effective_user(status: &str) -> Option<&str> {
    let numbers = status.lines().find_map(|line| line.strip_prefix("Uid:"))?;
    numbers.split_whitespace().nth(1)
}

/// `name:password:number:…` (passwd(5)).
fn account_named(accounts: &str, number: &str) -> Option<String> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next().filter(|name| !name.is_empty())?;
        (fields.nth(1)? == number).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_without_a_variable_has_its_name() {
        let status = "Name:\tdateline\nUid:\t0\t1000\t0\t0\nGid:\t0\t0\t0\t0\n";
        assert_eq!(effective_user(status), Some("1000"));
        let accounts =
            "root:x:0:0:root:/root:/bin/sh\nbroken\nana:x:1000:1000::/home/ana:/bin/sh\n";
        assert_eq!(account_named(accounts, "1000").as_deref(), Some("ana"));
        assert_eq!(account_named(accounts, "100"), None);
        assert!(account().is_some());
    }
}
