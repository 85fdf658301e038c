//! `dateline release report`.

use std::path::{Path, PathBuf};

use crate::cli::context::Context;
use crate::cli::output::Output;
use crate::cli::release::certificate;
use crate::cli::release::told;
use crate::cli::words::{count, grouped, zone};
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::certificate as proof;
use crate::desk::release::report::{self, CameBack, Sending};
use crate::desk::way_back::replies::Answer;

/// Report what became of a release: sent, refused, unknown, and in the server's words why
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release report harbour-light
  dateline release report harbour-light --json | jq '.distributions[].counts'
  dateline release report harbour-light --certificate harbour-light.txt
  dateline release report harbour-light --certificate harbour-light.json --zone Asia/Tokyo

A certificate is the whole proof in a file: the hash of each version, who approved it, the embargo in
three zones (yours, UTC and one more), the first and last mail accepted, what the server said to each
recipient, and the head of the log's chain. Written as JSON with --json or where FILE ends in .json.
Exit code 5 where something is not as it was written. There are addresses in it.

\"sent\" means that our mail server took it; whether it arrived, only a bounce tells.")]
pub struct Report {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
    /// Write the certificate to this new file
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// The third zone of the certificate
    #[arg(long, value_name = "ZONE", requires = "certificate")]
    zone: Option<String>,
}

impl Report {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        if let Some(file) = &self.certificate {
            let paper = proof::certificate(&desk, &self.release, self.zone.as_deref()).await?;
            return certify(context, file, &paper);
        }
        let report = report::report(&desk, &self.release).await?;
        if context.output.is_json() {
            context.output.json(&report);
            return Ok(Exit::Done);
        }
        let output = &mut context.output;
        let versions = i64::try_from(report.versions.len()).unwrap_or(i64::MAX);
        output.line(format!(
            "{}: {}, {}. Times are in {}.",
            report.release,
            report.status.as_str(),
            count(versions, "version"),
            zone(&desk)
        ));
        if report.distributions.is_empty() {
            output.done(format!(
                "Nothing is scheduled. Next: dateline release schedule {} --list LIST",
                report.release
            ));
        }
        for one in &report.distributions {
            output.line("");
            told::sending(output, &desk, &report.release, one);
            replies(output, one);
            came_back(output, one);
            doubts(output, one);
        }
        answers(output, &report.answers);
        if !report.not_sent.is_empty() {
            output.done(format!(
                "\nWho got nothing and why, by name: dateline release recipients {}",
                report.release
            ));
        }
        Ok(Exit::Done)
    }
}

/// Writes the certificate and tells whether all of it holds.
fn certify(
    context: &mut Context,
    file: &Path,
    paper: &proof::Certificate,
) -> Result<Exit, Problem> {
    let is_json = context.output.is_json();
    let wants_json = is_json || file.extension().is_some_and(|end| end == "json");
    let paper_text = if wants_json {
        let json = serde_json::to_string_pretty(paper).map_err(|_| {
            Problem::new(
                Exit::Failed,
                "export",
                "the certificate could not be written",
            )
        })?;
        json + "\n"
    } else {
        certificate::text(paper)
    };
    certificate::write(&context.path(file), &paper_text)?;
    let output = &mut context.output;
    if is_json {
        output.json(&serde_json::json!({
            "release": paper.release, "file": file, "holds": paper.holds, "doubts": paper.doubts,
            "chain_head": paper.log.last_hash,
        }));
    } else {
        output.done(format!("Wrote {}.", file.display()));
        for doubt in &paper.doubts {
            output.warn(format!("it does not hold: {doubt}"));
        }
    }
    Ok(if paper.holds { Exit::Done } else { Exit::Found })
}

/// What the server said to those who have no mail yet; "250 Ok" says nothing that "sent" does not.
fn replies(output: &mut Output, one: &Sending) {
    for reply in one.replies.iter().filter(|reply| reply.status != "sent") {
        let code = reply
            .code
            .map_or_else(String::new, |code| format!(" {code}"));
        let enhanced = reply
            .enhanced
            .as_ref()
            .map_or_else(String::new, |code| format!(" {code}"));
        output.line(format!(
            "    {} {}:{code}{enhanced} {}",
            grouped(reply.count),
            reply.status,
            reply.example
        ));
    }
}

/// Who answered, by the first line; all of it with `--json` and in `contact history`.
fn answers(output: &mut Output, answers: &[Answer]) {
    if answers.is_empty() {
        return;
    }
    let number = i64::try_from(answers.len()).unwrap_or(i64::MAX);
    output.line(format!("\n{}:", count(number, "answer")));
    for answer in answers {
        let words = answer.text.as_deref().unwrap_or("(not kept any more)");
        let first = words.lines().next().unwrap_or_default();
        let first: String = first.chars().take(60).collect();
        output.line(format!("    contact {}: {first}", answer.contact));
        if let Some(offer) = &answer.offer {
            output.line(format!(
                "      a yes to the embargo? Read it, then: {offer}"
            ));
        }
    }
}

fn came_back(output: &mut Output, one: &Sending) {
    let back = one.came_back;
    if back != CameBack::default() {
        output.line(format!(
            "    came back: {} dead, {} soft, {}",
            grouped(back.hard),
            grouped(back.soft),
            count(back.complaints, "complaint")
        ));
    }
}

fn doubts(output: &mut Output, one: &Sending) {
    if one.unknown.is_empty() {
        return;
    }
    output.line("    may or may not have it; the server's log knows, by Message-ID:");
    for doubt in &one.unknown {
        output.line(format!("      {}  <{}>", doubt.email, doubt.message_id));
    }
}
