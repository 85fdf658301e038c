//! `dateline service cron`.

use crate::cli::context::Context;
use crate::cli::service::places;
use crate::desk::problem::{Exit, Problem};

/// Print the line for cron
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline service cron                              look at it
  (crontab -l; dateline service cron) | crontab -    append it to your own table
  dateline service cron --system-user dateline       for a file in /etc/cron.d

Every minute is enough: run looks 70 seconds ahead and waits for the exact instant. Cron mails you
what run says, and run says nothing while all is well.")]
pub struct Cron {
    /// Name this user, as files in /etc/cron.d want it
    #[arg(long, value_name = "USER")]
    system_user: Option<String>,
}

impl Cron {
    pub(in crate::cli) fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let (program, config) = places(context)?;
        let user = self
            .system_user
            .map_or_else(String::new, |user| format!("{user} "));
        // In cron's tables a percent sign ends the command.
        let line = format!(
            "* * * * * {user}{} --config {} run",
            quoted(&program),
            quoted(&config)
        );
        let line = line.replace('%', "\\%");
        if context.output.is_json() {
            context.output.json(&serde_json::json!({ "line": line }));
        } else {
            context.output.line(line);
        }
        Ok(Exit::Done)
    }
}

/// For the shell that cron starts.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+,:@%".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn the_shell_reads_the_path_that_was_meant() {
        assert_eq!(quoted("/usr/bin/dateline"), "/usr/bin/dateline");
        assert_eq!(
            quoted("/home/ana r/it's.toml"),
            "'/home/ana r/it'\\''s.toml'"
        );
    }
}
