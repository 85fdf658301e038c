//! Starts the program: words and world in, exit code out.

use std::ffi::OsString;
use std::process::ExitCode;

use dateline::World;
use tokio::runtime::{Builder, Runtime};

/// `EX_OSERR` of sysexits: the system gives us no threads, so nothing can be done or said.
const NO_RUNTIME: u8 = 71;

fn main() -> ExitCode {
    dateline::cli::memory::keep_private();
    let words: Vec<OsString> = std::env::args_os().collect();
    let Ok(runtime) = runtime(&words) else {
        return ExitCode::from(NO_RUNTIME);
    };
    ExitCode::from(runtime.block_on(dateline::run(words, World::of_process())))
}

/// One thread for the tasks of a verb: a run's workers hand thousands of mails a second to each
/// other, and waking another thread for each costs more than the mail (measured). Only pages, which
/// strangers may ask for at once, are made on all cores.
fn runtime(words: &[OsString]) -> std::io::Result<Runtime> {
    let mut builder = if words.iter().any(|word| word == "serve") {
        Builder::new_multi_thread()
    } else {
        Builder::new_current_thread()
    };
    builder.enable_all().build()
}
