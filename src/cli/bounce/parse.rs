//! `dateline bounce parse`.

use std::path::PathBuf;

use serde::Serialize;

use crate::cli::bounce::standard_input;
use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};
use crate::desk::way_back::read::{self, Kind, Recipient};

/// Read mails and say what they are; changes nothing, needs no newsroom
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline bounce parse returned.eml
  dateline bounce parse ~/Maildir/new --json
  cat returned.eml | dateline bounce parse -

\"hard\" is said only of a mailbox or domain that does not exist; everything else is \"soft\".")]
pub struct Parse {
    /// Files, mbox files, Maildirs or folders of .eml; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    kind: Kind,
    recipients: &'a [Recipient],
    message_id: Option<&'a str>,
    hint: Option<&'static str>,
    delivery: Option<i64>,
}

impl Parse {
    pub(in crate::cli) fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        for file in &self.files {
            if file.as_os_str() == "-" {
                let bytes = standard_input(context)?;
                for mail in read::split(&bytes) {
                    show(context, "-", mail);
                }
                continue;
            }
            let path = context.path(file);
            read::each(&path, |name, bytes| {
                show(context, &name.display().to_string(), bytes);
                Ok(())
            })?;
        }
        Ok(Exit::Done)
    }
}

fn show(context: &mut Context, file: &str, bytes: &[u8]) {
    let report = read::parse(bytes);
    if context.output.is_json() {
        context.output.json(&Line {
            file,
            kind: report.kind,
            recipients: &report.recipients,
            message_id: report.message_id.as_deref(),
            hint: report.hint,
            delivery: None,
        });
        return;
    }
    let what = match (report.kind, report.hint) {
        (Kind::Bounce, _) => "bounce",
        (Kind::Complaint, _) => "complaint",
        (Kind::AutoReply, Some(_)) => "automatic answer: says that they have left",
        (Kind::AutoReply, None) => "automatic answer",
        (Kind::Other, _) => "no bounce",
    };
    context.output.line(format!("{file}: {what}"));
    for one in &report.recipients {
        let mut line = format!("  {}", one.address);
        if report.kind == Kind::Bounce {
            let status = one
                .status
                .as_deref()
                .map_or_else(String::new, |status| format!(" ({status})"));
            line = format!(
                "{line}  {}, {}{status}",
                one.class.as_str(),
                one.reason.as_str()
            );
        }
        context.output.line(line);
        if report.kind == Kind::Bounce && !one.diagnostic.is_empty() {
            let words: String = one.diagnostic.chars().take(160).collect();
            context.output.line(format!("    {words}"));
        }
    }
}
