//! Any text is a file of settings: a mistake is told with a place, and none of its values.
#![no_main]

use dateline_fuzz::config::environment::Environment;
use dateline_fuzz::config::load;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let path = dateline_fuzz::place("toml", bytes);
    if let Err(problem) = load(&path, &Environment::default()) {
        assert!(!problem.to_string().is_empty());
    }
});
