//! Everything the program meets from outside: the time, the terminal, where it was started, and by whom.

use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;

use crate::clock::Clock;
use crate::config::environment::Environment;

/// What `dateline::run` is given; tests give their own.
pub struct World {
    pub clock: Clock,
    pub io: Io,
    /// The folder that relative paths on the command line start at.
    pub cwd: PathBuf,
    pub environment: Environment,
}

impl World {
    /// The real one.
    pub fn of_process() -> Self {
        Self {
            clock: Clock::System,
            io: Io::of_process(),
            cwd: std::env::current_dir().unwrap_or_else(|_| PathBuf::from(".")),
            environment: Environment::of_process(),
        }
    }
}

/// The terminal, or the pipes in its place.
pub struct Io {
    pub stdin: Box<dyn Read + Send>,
    pub stdout: Box<dyn Write + Send>,
    pub stderr: Box<dyn Write + Send>,
    pub stdin_is_terminal: bool,
    pub stdout_is_terminal: bool,
    pub stderr_is_terminal: bool,
    /// Columns of the terminal, where there is one.
    pub width: Option<u16>,
}

impl Io {
    pub fn of_process() -> Self {
        let stdout_is_terminal = std::io::stdout().is_terminal();
        let mut sized = comfy_table::Table::new();
        sized.set_content_arrangement(comfy_table::ContentArrangement::Dynamic);
        Self {
            stdin: Box::new(std::io::stdin()),
            stdout: Box::new(std::io::stdout()),
            stderr: Box::new(std::io::stderr()),
            stdin_is_terminal: std::io::stdin().is_terminal(),
            stdout_is_terminal,
            stderr_is_terminal: std::io::stderr().is_terminal(),
            width: stdout_is_terminal.then(|| sized.width()).flatten(),
        }
    }

    /// Pipes without anybody at the other end to ask: what cron gives, and most tests.
    pub fn pipes(
        stdin: impl Read + Send + 'static,
        stdout: impl Write + Send + 'static,
        stderr: impl Write + Send + 'static,
    ) -> Self {
        Self {
            stdin: Box::new(stdin),
            stdout: Box::new(stdout),
            stderr: Box::new(stderr),
            stdin_is_terminal: false,
            stdout_is_terminal: false,
            stderr_is_terminal: false,
            width: None,
        }
    }
}
