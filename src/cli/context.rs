//! What a verb works with: the output, the settings when it needs them, the time, and who acts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::global::Global;
use crate::cli::output::Output;
use crate::cli::world::World;
use crate::clock::Clock;
use crate::config::Config;
use crate::config::environment::Environment;
use crate::config::problem::ConfigProblem;
use crate::desk::problem::{Exit, Problem};

/// Handed to every verb. The settings are read at the first question for them, so that verbs
/// without a need for them work anywhere.
pub struct Context {
    pub output: Output,
    global: Global,
    clock: Clock,
    cwd: PathBuf,
    environment: Environment,
    config: Option<Arc<Config>>,
}

impl Context {
    pub fn new(world: World, global: Global) -> Self {
        Self {
            output: Output::new(world.io, &global, world.environment.no_color),
            global,
            clock: world.clock,
            cwd: world.cwd,
            environment: world.environment,
            config: None,
        }
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub fn environment(&self) -> &Environment {
        &self.environment
    }

    /// A path from the command line, from where the program was started.
    pub fn path(&self, given: &Path) -> PathBuf {
        self.cwd.join(given)
    }

    /// Which file holds the settings, whether or not it can be read.
    pub fn config_path(&self) -> Result<PathBuf, Problem> {
        crate::config::find::find(self.global.config.as_deref(), &self.environment, &self.cwd)
            .map_err(|problem| refused(&problem))
    }

    /// Where `init` writes the settings: `--config`, or the user's place.
    pub fn new_config_path(&self) -> PathBuf {
        let chosen = self
            .global
            .config
            .as_ref()
            .or(self.environment.dateline_config.as_ref());
        match chosen {
            Some(path) => self.cwd.join(path),
            None => crate::config::find::place_for_new(&self.environment, &self.cwd),
        }
    }

    /// The settings, read once.
    pub fn config(&mut self) -> Result<Arc<Config>, Problem> {
        if let Some(config) = &self.config {
            return Ok(Arc::clone(config));
        }
        let path = self.config_path()?;
        let config =
            crate::config::load(&path, &self.environment).map_err(|problem| refused(&problem))?;
        let config = Arc::new(config);
        self.config = Some(Arc::clone(&config));
        Ok(config)
    }

    /// Who acts, for the log: `--as`, else the system's user name. A claim, not a login.
    pub fn actor(&self) -> String {
        self.global
            .acting_as
            .clone()
            .or_else(|| self.environment.user.clone())
            .unwrap_or_else(|| "unknown".to_owned())
    }
}

/// A mistake in the settings as a refusal: exit 78.
pub fn refused(problem: &ConfigProblem) -> Problem {
    let refusal = Problem::new(Exit::Config, problem.code, problem.to_string());
    match &problem.hint {
        Some(hint) => refusal.hint(hint),
        None => refusal,
    }
}
