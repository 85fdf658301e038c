//! Passwords in memory stay there: a crash writes no core dump of us.

use rustix::process::{Resource, Rlimit, setrlimit};

/// No core dump of this process, and no look into its memory for others of the same user. Where the
/// system refuses, everything else still holds.
pub fn keep_private() {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
    // A dump that goes to a program (systemd-coredump) does not ask for the limit.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}
