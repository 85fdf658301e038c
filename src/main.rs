//! Starts the program: words and world in, exit code out.

use std::process::ExitCode;

use dateline::World;

/// `EX_OSERR` of sysexits: the system gives us no threads, so nothing can be done or said.
const NO_RUNTIME: u8 = 71;

fn main() -> ExitCode {
    dateline::cli::memory::keep_private();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let Ok(runtime) = runtime else {
        return ExitCode::from(NO_RUNTIME);
    };
    let words = std::env::args_os().collect();
    ExitCode::from(runtime.block_on(dateline::run(words, World::of_process())))
}
