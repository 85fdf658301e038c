//! `dateline doctor`.

use std::net::{IpAddr, SocketAddr};

use crate::cli::context::Context;
use crate::cli::output::{Output, harmless};
use crate::cli::words::{count, paragraph};
use crate::desk::doctor::{self, Asked, Examined, Place};
use crate::desk::problem::{Exit, Problem};
use crate::domain::health::{Finding, State, Tally};

/// Look at everything that sending depends on: what is wrong, why it matters, what to type
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline doctor                     settings, files, database, clock, zones, cron, and what is set up
  dateline doctor --smtp              the mail server, too, with a test mail to yourself
  dateline doctor --offline           nothing beyond this machine
  dateline doctor --json -q           for monitoring: exit 5 when there is a problem
  dateline doctor --nameserver 9.9.9.9

Without --smtp no mail server is tried. With it, once the test mail was taken, the line
transport = \"files\" of config.toml becomes transport = \"smtp\"; all else in the file stays. DNS is asked
when mail really goes out (or with --smtp), the opt-out page and the mailbox when they are set up.")]
pub struct Doctor {
    /// Talk to the mail server of [smtp] and send a test mail to the address of [newsroom] from
    #[arg(long, conflicts_with = "offline")]
    smtp: bool,
    /// Look only at this machine and the database
    #[arg(long)]
    offline: bool,
    /// Ask this nameserver, not the system's
    #[arg(long, value_name = "ADDRESS[:PORT]", value_parser = nameserver, conflicts_with = "offline")]
    nameserver: Option<SocketAddr>,
}

impl Doctor {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let examined = match context.setup() {
            Ok(setup) => {
                let path = context.config_path()?;
                let environment = context.environment().clone();
                let place = Place {
                    config: &path,
                    environment: &environment,
                };
                let asked = Asked {
                    smtp: self.smtp,
                    offline: self.offline,
                    nameserver: self.nameserver,
                };
                doctor::examine(&setup, place, asked).await
            }
            Err(problem) => Examined {
                findings: vec![doctor::unreadable(&problem)],
                went_live: false,
            },
        };
        let tally = Tally::of(&examined.findings);
        if context.output.is_json() {
            context.output.json(&serde_json::json!({
                "ok": tally.ok, "warnings": tally.warnings, "problems": tally.problems,
                "not_asked": tally.not_asked, "went_live": examined.went_live,
                "findings": examined.findings,
            }));
        } else {
            tell(&mut context.output, &examined.findings, tally);
        }
        Ok(if tally.problems > 0 {
            Exit::Found
        } else {
            Exit::Done
        })
    }
}

/// An address, with port 53 unless another is named.
fn nameserver(text: &str) -> Result<SocketAddr, String> {
    text.parse::<SocketAddr>()
        .or_else(|_| text.parse::<IpAddr>().map(|address| (address, 53).into()))
        .map_err(|_| {
            "write an address, such as 9.9.9.9, 127.0.0.1:5353 or [2620:fe::fe]:53".to_owned()
        })
}

fn tell(output: &mut Output, findings: &[Finding], tally: Tally) {
    let columns = output.columns();
    // Beside a column of names a narrow terminal has no room for sentences.
    let is_narrow = columns.is_some_and(|columns| columns < INDENT + 30);
    let indent = if is_narrow { 4 } else { INDENT };
    let room = columns.map(|columns| columns.saturating_sub(indent).max(20));
    let indented = |text: &str| indented(text, room, indent);
    for finding in findings {
        let is_well = finding.state < State::Warning;
        if is_well && output.is_quiet() {
            continue;
        }
        let mark = mark(output, finding.state);
        let found = indented(&harmless(&finding.found));
        output.styled(&if is_narrow {
            format!("{mark} {}\n    {found}", finding.check)
        } else {
            format!("{mark} {:<21} {found}", finding.check)
        });
        let fix = if is_well { "to try" } else { "fix" };
        for (label, text) in [("why", &finding.why), (fix, &finding.fix)] {
            let Some(text) = text.as_deref().filter(|text| !text.is_empty()) else {
                continue;
            };
            output.line(if is_narrow {
                format!("    {}", indented(&format!("{label}: {text}")))
            } else {
                format!("{label:>30}: {}", indented(text))
            });
        }
    }
    let room = columns.unwrap_or(usize::MAX);
    output.done(paragraph(&summary(tally), room).join("\n"));
}

/// Where the words of a finding begin.
const INDENT: usize = 32;

/// Further lines stand under the first, on a terminal also those that it would break anywhere.
fn indented(text: &str, room: Option<usize>, indent: usize) -> String {
    let lines: Vec<String> = match room {
        Some(room) => text
            .lines()
            .flat_map(|line| paragraph(line, room))
            .collect(),
        None => text.lines().map(str::to_owned).collect(),
    };
    lines.join(&format!("\n{:indent$}", ""))
}

fn mark(output: &Output, state: State) -> String {
    match state {
        State::Ok => "ok       ".to_owned(),
        State::NotAsked => "not asked".to_owned(),
        State::Warning => output.emphasis("warning  ", false),
        State::Problem => output.emphasis("PROBLEM  ", true),
    }
}

fn summary(tally: Tally) -> String {
    let mut parts = vec![format!("{} ok", tally.ok)];
    parts.push(count_or_none(tally.warnings, "warning"));
    parts.push(count_or_none(tally.problems, "problem"));
    if tally.not_asked > 0 {
        parts.push(format!("{} not asked", tally.not_asked));
    }
    format!("{}.", parts.join(", "))
}

fn count_or_none(number: usize, word: &str) -> String {
    match number {
        0 => format!("no {word}"),
        number => count(i64::try_from(number).unwrap_or(i64::MAX), word),
    }
}

/// What `init` says at its end: one line for each thing that is not as it should be.
pub(in crate::cli) fn tell_briefly(output: &mut Output, findings: &[Finding]) {
    let mut told = false;
    for finding in findings {
        let word = match finding.state {
            State::Problem => "problem",
            State::Warning => "warning",
            State::Ok | State::NotAsked => continue,
        };
        told = true;
        let fix = finding.fix.as_deref().unwrap_or_default();
        output.done(format!(
            "{word}: {} (fix: {fix})",
            finding.found.replace('\n', " ")
        ));
    }
    if !told {
        output.done("All well here: settings, files, database, clock and time zones.");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nameserver_has_its_port_or_the_usual_one() {
        assert_eq!(nameserver("9.9.9.9").unwrap().to_string(), "9.9.9.9:53");
        assert_eq!(nameserver("127.0.0.1:5353").unwrap().port(), 5353);
        assert_eq!(nameserver("[2620:fe::fe]:54").unwrap().port(), 54);
        assert_eq!(nameserver("2620:fe::fe").unwrap().port(), 53);
        assert!(nameserver("dns.example").is_err());
    }

    #[test]
    fn the_last_line_counts() {
        let tally = Tally {
            ok: 11,
            warnings: 1,
            problems: 0,
            not_asked: 0,
        };
        assert_eq!(summary(tally), "11 ok, 1 warning, no problem.");
    }
}
