//! Keys that are read and checked, but that no part of the program obeys yet; `config check` says so.

use crate::config::Config;

type IsUsed = fn(&Config) -> bool;

/// One line per key: its name, what is missing, and whether the file uses it. Remove a line when
/// its capability is built.
const NOT_BUILT_YET: &[(&str, &str, IsUsed)] = &[];

/// The keys in use that change nothing yet, and what that means.
pub fn not_built_yet(config: &Config) -> Vec<(&'static str, &'static str)> {
    NOT_BUILT_YET
        .iter()
        .filter(|(_, _, is_used)| is_used(config))
        .map(|(key, what, _)| (*key, *what))
        .collect()
}
