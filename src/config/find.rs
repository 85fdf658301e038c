//! Which file holds the settings: asked for, named by the environment, here, the user's, the machine's.

use std::path::{Path, PathBuf};

use crate::config::environment::Environment;
use crate::config::problem::ConfigProblem;

/// The first that exists of `--config`, `$DATELINE_CONFIG`, `./config.toml` (if it is ours),
/// `$XDG_CONFIG_HOME/dateline/config.toml`, `/etc/dateline/config.toml`.
///
/// A file that was named must exist; it is never silently replaced by a later one. Fails with
/// `no-config` where there is none at all.
pub fn find(
    cli: Option<&Path>,
    environment: &Environment,
    cwd: &Path,
) -> Result<PathBuf, ConfigProblem> {
    let named = cli.or(environment.dateline_config.as_deref());
    if let Some(path) = named {
        let path = cwd.join(path);
        return match std::fs::metadata(&path) {
            Ok(_) => Ok(path),
            Err(error) => Err(ConfigProblem::unreadable(&path, &error)),
        };
    }
    let here = cwd.join("config.toml");
    if is_ours(&here) {
        return Ok(here);
    }
    for path in elsewhere(environment) {
        match path.metadata() {
            Ok(_) => return Ok(path),
            // Behind a closed door there may be one; the next file's newsroom would be another.
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                return Err(ConfigProblem::unreadable(&path, &error).hint(
                    "run as the user whose settings these are, or name a file with --config FILE",
                ));
            }
            Err(_) => {}
        }
    }
    let message = match std::fs::read_to_string(&here) {
        // It may be ours, and a second newsroom would be made beside it.
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            return Err(ConfigProblem::unreadable(&here, &error).hint(
                "run as the user whose settings these are, or name a file with --config FILE",
            ));
        }
        Ok(_) => {
            "there is no configuration file yet; the config.toml of this folder has no line dateline = 1, so it is not taken for one"
        }
        Err(_) => "there is no configuration file yet",
    };
    Err(ConfigProblem::new("no-config", message)
        .hint("dateline init (writes one), or dateline demo (needs none, sends nothing outside)"))
}

/// The user's file and the machine's.
fn elsewhere(environment: &Environment) -> Vec<PathBuf> {
    [&environment.config_home, &environment.system_config]
        .into_iter()
        .flatten()
        .map(|folder| folder.join("dateline").join("config.toml"))
        .collect()
}

/// Where `init` puts the file when nothing else was said: the user's, else here.
pub fn place_for_new(environment: &Environment, cwd: &Path) -> PathBuf {
    environment.config_home.as_ref().map_or_else(
        || cwd.join("config.toml"),
        |folder| folder.join("dateline").join("config.toml"),
    )
}

/// Many programs keep a `config.toml`; ours says `dateline = 1`. Looked for line by line, so that
/// a file of ours with a mistake in it is reported instead of passed over.
fn is_ours(path: &Path) -> bool {
    std::fs::read_to_string(path).is_ok_and(|text| {
        text.lines()
            .map(str::trim_start)
            .take_while(|line| !line.starts_with('['))
            .any(|line| {
                line.strip_prefix("dateline")
                    .is_some_and(|rest| rest.trim_start().starts_with('='))
            })
    })
}
