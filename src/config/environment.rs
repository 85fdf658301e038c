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
    /// `LOGNAME`, else `USER`: who acts when `--as` does not say it.
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
            user: text("LOGNAME").or_else(|| text("USER")),
            no_color: text("NO_COLOR").is_some() || text("TERM").is_some_and(|term| term == "dumb"),
        }
    }
}
