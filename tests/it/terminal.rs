//! A terminal of the test's own: runs the program in this process, and keeps what it said.

use std::ffi::OsString;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};

use dateline::clock::Clock;
use dateline::config::environment::Environment;
use dateline::domain::instant::Instant;
use dateline::{Io, World};

/// 2026-03-12T09:00:00Z
pub(crate) const NOW: Instant = Instant::from_millis(1_773_306_000_000);

/// What came out.
pub(crate) struct Said {
    pub(crate) code: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    /// The result, of which there must be exactly one.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

/// Where and as whom the program is started; like cron, it has pipes and nobody to ask.
pub(crate) struct Terminal<'p> {
    pub(crate) cwd: &'p Path,
    pub(crate) environment: Environment,
    pub(crate) stdin: &'static str,
    /// Somebody sits there and can be asked.
    pub(crate) is_attended: bool,
    /// Without one it is always [`NOW`].
    pub(crate) clock: Option<Clock>,
}

impl<'p> Terminal<'p> {
    pub(crate) fn at(cwd: &'p Path) -> Self {
        Self {
            cwd,
            environment: Environment {
                user: Some("ana".to_owned()),
                ..Environment::default()
            },
            stdin: "",
            is_attended: false,
            clock: None,
        }
    }

    pub(crate) fn run(&self, words: &[&str]) -> Said {
        let (out, err) = (Paper::default(), Paper::default());
        let mut io = Io::pipes(self.stdin.as_bytes(), out.clone(), err.clone());
        io.stdin_is_terminal = self.is_attended;
        io.stdout_is_terminal = self.is_attended;
        io.stderr_is_terminal = self.is_attended;
        let code = self.run_with(words, io);
        Said {
            code,
            out: out.text(),
            err: err.text(),
        }
    }

    pub(crate) fn run_with(&self, words: &[&str], io: Io) -> u8 {
        let world = World {
            clock: self.clock.clone().unwrap_or_else(|| Clock::fixed(NOW)),
            io,
            cwd: self.cwd.to_path_buf(),
            environment: self.environment.clone(),
        };
        let args: Vec<OsString> = std::iter::once(&"dateline")
            .chain(words)
            .map(OsString::from)
            .collect();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(dateline::run(args, world))
    }
}

/// Takes down what is written to it.
#[derive(Clone, Default)]
pub(crate) struct Paper(Arc<Mutex<Vec<u8>>>);

impl Paper {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
