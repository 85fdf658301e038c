//! What a verb works with: the output, the settings when it needs them, the time, and who acts.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::cli::global::Global;
use crate::cli::output::Output;
use crate::cli::world::World;
use crate::clock::{Clock, ZoneData};
use crate::config::Config;
use crate::config::environment::Environment;
use crate::config::keys::newsroom::Place;
use crate::config::keys::run::Tzdata;
use crate::config::problem::ConfigProblem;
use crate::desk::Desk;
use crate::desk::opening::open::{self, Setup};
use crate::desk::problem::{Exit, Problem};
use crate::domain::zones::Zones;

/// Handed to every verb. The settings are read at the first question for them, so that verbs
/// without a need for them work anywhere.
pub struct Context {
    pub output: Output,
    global: Global,
    clock: Clock,
    cwd: PathBuf,
    environment: Environment,
    config: Option<Arc<Config>>,
    zones: Option<Zones>,
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
            zones: None,
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

    /// The settings, if there are any; a file with a mistake is still a refusal.
    pub fn config_if_any(&mut self) -> Result<Option<Arc<Config>>, Problem> {
        match self.config_path() {
            Err(problem) if problem.code == "no-config" => Ok(None),
            _ => self.config().map(Some),
        }
    }

    /// The time zone data that the settings choose, opened once; without settings the default.
    pub fn zones(&mut self) -> Result<Zones, Problem> {
        if let Some(zones) = &self.zones {
            return Ok(zones.clone());
        }
        let choice = match self.config_if_any()?.map(|config| config.time.tzdata) {
            None | Some(Tzdata::Auto) => ZoneData::Auto,
            Some(Tzdata::System) => ZoneData::System,
            Some(Tzdata::Bundled) => ZoneData::Bundled,
        };
        let zones = crate::clock::zones(choice)
            .map_err(|why| Problem::new(Exit::Config, "time-zone-data", why))?;
        Ok(self.zones.insert(zones).clone())
    }

    /// What opening or making a desk needs.
    pub fn setup(&mut self) -> Result<Setup, Problem> {
        Ok(Setup {
            config: self.config()?,
            clock: self.clock.clone(),
            actor: self.actor(),
        })
    }

    /// The desk that the settings name; its database has to be there.
    pub async fn desk(&mut self) -> Result<Desk, Problem> {
        open::open(self.setup()?).await
    }

    /// A refusal of the database that does not say which: the disk, the file or the lock is looked for
    /// somewhere.
    pub fn placed(&self, mut problem: Problem) -> Problem {
        if !["disk-full", "locked", "damaged", "read-only"].contains(&problem.code) {
            return problem;
        }
        let place = self.config.as_ref().map(|config| config.database.place());
        if let Some(Place::Sqlite(file)) = place {
            let file = file.display().to_string();
            if !problem.message.contains(&file) {
                problem.message = format!("{} (the database is {file})", problem.message);
            }
        }
        problem
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
