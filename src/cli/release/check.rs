//! `dateline release check`.

use crate::cli::context::Context;
use crate::cli::output::{Output, harmless};
use crate::cli::release::asked::Asked;
use crate::cli::release::written::figures;
use crate::desk::distribution::schedule::Start;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::check::{self, Checked, Line};
use crate::domain::check::{Severity, Spot};

/// Places of one finding that are shown in full; the rest is counted.
const SHOWN: usize = 5;

/// Check a release like a wire's editor would
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release check harbour-light
  dateline release check harbour-light --all-recipients --list tech
                                    (renders everybody's mail, sends nothing)
  dateline release check harbour-light --json | jq '.findings[].rule'

Errors refuse `approve` and `schedule`; warnings and advice do not. A rule is set aside for one
version with `approve --override CHK-nn --reason TEXT`. Exit 5: errors were found.
Each rule has a page: docs/checks/CHK-01.md …")]
pub struct Check {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
    /// Render every recipient's mail and check it too; without an audience, those who are scheduled
    #[arg(long)]
    all_recipients: bool,
    #[command(flatten)]
    asked: Asked,
}

impl Check {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let slug = self.release;
        if !self.all_recipients && !self.asked.is_empty() {
            return Err(Problem::new(
                Exit::Usage,
                "no-recipients",
                "an audience is checked only with --all-recipients",
            )
            .hint(format!(
                "dateline release check {slug} --all-recipients --list LIST"
            )));
        }
        let mut checked = check::check(&desk, &slug, self.asked.language.as_deref()).await?;
        if self.all_recipients {
            let is_plan = !self.asked.is_empty();
            let request = is_plan.then(|| self.asked.request(slug.clone(), Start::AtLift, None));
            check::mails::mails(&desk, &mut checked, request.as_ref()).await?;
        }
        if context.output.is_json() {
            context.output.json(&checked);
        } else {
            show(&mut context.output, &checked);
        }
        Ok(if checked.errors > 0 {
            Exit::Found
        } else {
            Exit::Done
        })
    }
}

fn show(output: &mut Output, checked: &Checked) {
    for line in &checked.findings {
        finding(output, line);
    }
    let slug = &checked.release;
    let mails = match checked.mails {
        0 => String::new(),
        1 => ", 1 mail rendered".to_owned(),
        many => format!(", {many} mails rendered"),
    };
    let file = checked
        .file
        .as_ref()
        .map_or_else(String::new, |file| format!(" (lines of {file})"));
    output.line(format!(
        "{slug}, version {}{file}: {}{mails}.",
        checked.version,
        figures(checked)
    ));
    if checked.errors > 0 {
        output.done(format!(
            "Mend it: dateline release edit {slug} FILE.md. Each rule: docs/checks/"
        ));
    }
}

fn finding(output: &mut Output, line: &Line) {
    let finding = &line.finding;
    let severity = finding.severity.as_str();
    let aside = match &line.overridden {
        Some(reason) => format!(" [set aside: {reason}]"),
        None => String::new(),
    };
    let is_error = finding.severity == Severity::Error && line.overridden.is_none();
    let label = output.emphasis(&format!("{} {severity}:", finding.rule), is_error);
    let message = harmless(&format!("{}{aside}", finding.message));
    let width = finding.rule.len() + severity.len() + 2;
    output.styled(&wrapped(&message, &label, width));
    for spot in finding.positions.iter().take(SHOWN) {
        place(output, spot);
    }
    if finding.positions.len() > SHOWN {
        output.line(format!(
            "  … and {} more places",
            finding.positions.len() - SHOWN
        ));
    }
    output.line(wrapped(&finding.hint, "  fix:", 7));
    output.line("");
}

fn place(output: &mut Output, spot: &Spot) {
    output.line(format!("  {}:{}:{}", spot.part, spot.line, spot.column));
    if spot.excerpt.trim().is_empty() {
        return;
    }
    output.line(format!("    {}", spot.excerpt));
    let (start, long) = spot.mark;
    let carets = output.emphasis(&"^".repeat(long.min(72)), false);
    output.styled(&format!("    {}{carets}", " ".repeat(start)));
}

/// Words behind a label, broken at 80 columns; `width` is what the label shows.
fn wrapped(text: &str, label: &str, width: usize) -> String {
    let mut out = label.to_owned();
    let mut column = width;
    for word in text.split(' ') {
        let long = word.chars().count();
        if column + long + 1 > 80 && column > 6 {
            out.push_str("\n    ");
            column = 4 + long;
        } else {
            out.push(' ');
            column += long + 1;
        }
        out.push_str(word);
    }
    out
}
