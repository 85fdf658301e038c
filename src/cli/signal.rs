//! Signals: Ctrl-C and SIGTERM ask to stop, and the exit code says which it was.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::desk::problem::Exit;

/// `SIGXFSZ` of Linux, macOS and the BSDs: a file would outgrow the limit of `ulimit -f`.
const FILE_LIMIT: i32 = 25;

/// From now on a write beyond `ulimit -f` fails and is told as a full disk, instead of ending us
/// without a word. Where the system refuses a handler it stays as it was: nothing is lost either way.
pub(in crate::cli) fn outlive_file_limit() {
    // The handler stays when what it returns is dropped; nobody has to be told.
    drop(signal(SignalKind::from_raw(FILE_LIMIT)));
}

/// Turns true once a signal asked to stop.
pub(in crate::cli) struct Stop {
    pub(in crate::cli) asked: watch::Receiver<bool>,
    which: watch::Receiver<u8>,
}

impl Stop {
    /// Listens from now on. Where the system refuses a handler, the signal simply ends us: every
    /// promise holds without one.
    pub(in crate::cli) fn listen() -> Self {
        let (ask, asked) = watch::channel(false);
        let (name, which) = watch::channel(0);
        tokio::spawn(async move {
            let (Ok(mut terminate), Ok(mut interrupt)) = (
                signal(SignalKind::terminate()),
                signal(SignalKind::interrupt()),
            ) else {
                // Keeps the channel open: nobody asked for a stop.
                return std::future::pending().await;
            };
            let code = tokio::select! {
                _ = terminate.recv() => 143,
                _ = interrupt.recv() => 130,
            };
            // Whoever does not look any more has ended already.
            let _ = name.send(code);
            let _ = ask.send(true);
            ask.closed().await;
        });
        Self { asked, which }
    }

    /// 130 or 143 after a signal.
    pub(in crate::cli) fn code(&self) -> Option<u8> {
        let code = *self.which.borrow();
        (code > 0).then_some(code)
    }

    /// The exit code that a signal asked for.
    pub(in crate::cli) fn exit(&self) -> Option<Exit> {
        self.code().map(|code| match code {
            130 => Exit::Interrupted,
            _ => Exit::Terminated,
        })
    }

    /// Waits for a signal and tells the exit code that it asks for: what stays up until somebody ends it
    /// says by whom it was ended, whatever it did before.
    pub(in crate::cli) async fn wait(&mut self) -> Exit {
        let _ = self.asked.wait_for(|asked| *asked).await;
        self.exit().unwrap_or(Exit::Terminated)
    }
}
