//! The flags that every verb takes.

use std::ffi::OsString;
use std::path::PathBuf;

#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// Use this configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Print JSON: results on stdout, an error as one object on stderr
    #[arg(long, global = true)]
    pub json: bool,
    /// Never ask; what would need an answer is refused
    #[arg(long, global = true)]
    pub no_input: bool,
    /// Answer every confirmation with yes
    #[arg(long, short, global = true)]
    pub yes: bool,
    /// Print results and errors only
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more about what is done
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Color messages
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub color: Color,
    /// Act as this person, for the log; a claim, not a login (default: the system's user name)
    #[arg(long = "as", global = true, value_name = "NAME", value_parser = name)]
    pub acting_as: Option<String>,
}

impl Global {
    /// What the words say of the way to print, where they are not understood as a whole.
    pub(in crate::cli) fn at_a_glance(words: &[OsString]) -> Self {
        let has = |word: &str| words.iter().any(|one| one == word);
        let color = |when: &str| {
            has(&format!("--color={when}"))
                || words
                    .windows(2)
                    .any(|two| two[0] == "--color" && two[1] == *when)
        };
        Self {
            json: has("--json"),
            color: match () {
                () if color("never") => Color::Never,
                () if color("always") => Color::Always,
                () => Color::Auto,
            },
            ..Self::default()
        }
    }
}

/// A name for the log: one short line.
fn name(text: &str) -> Result<String, &'static str> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > 100 || name.contains(char::is_control) {
        return Err("write a name on one line, at most 100 characters");
    }
    Ok(name.to_owned())
}

#[derive(clap::ValueEnum, Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Color {
    #[default]
    Auto,
    Always,
    Never,
}
