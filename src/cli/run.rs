//! `dateline run`.

use tokio::sync::mpsc;

use crate::cli::context::Context;
use crate::cli::signal::Stop;
use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::desk::run::{Options, Report, run};
use crate::desk::told::ping::{Beat, ping};
use crate::desk::told::{News, tell};
use crate::domain::distribution::Block;

/// Send what is due: the one command that cron calls, every minute
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  * * * * * dateline run          the line for cron; silent when all is well
  dateline run --watch            stays up and looks every second
  dateline run --json             what it did, as numbers

It looks 70 seconds ahead, waits for the exact instant, and never sends before it. Two at once are
safe: nobody gets two mails.

Exit codes: 0 done or nothing to do, 3 something newly needs a person, 12 login refused, 75 the
server is away and the next run goes on, 130 or 143 stopped by a signal and the rest stays queued.")]
pub struct Run {
    /// Stay up and look every second, until stopped
    #[arg(long)]
    watch: bool,
}

impl Run {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let stop = Stop::listen();
        let (news, happened) = mpsc::unbounded_channel();
        let options = Options {
            watch: self.watch,
            stop: stop.asked.clone(),
            news: self.watch.then_some(news),
        };
        ping(&desk, Beat::Start).await;
        let teller = tokio::spawn(tell_all(desk.clone(), happened));
        let done = run(&desk, &options).await;
        // The channel closes, and what was said last is told.
        drop(options);
        let mut remarks = teller.await.unwrap_or_default();
        let code = match &done {
            Ok(report) => report.exit() as u8,
            Err(problem) => problem.exit as u8,
        };
        if let Ok(report) = &done {
            remarks.extend(told(&desk, report).await);
        }
        ping(&desk, Beat::End(code)).await;
        for remark in remarks {
            context.output.warn(remark);
        }
        let report = done?;
        if context.output.is_json() {
            context.output.json(&report);
        } else {
            say(context, &report);
        }
        Ok(match stop.code() {
            Some(130) => Exit::Interrupted,
            Some(_) => Exit::Terminated,
            None => report.exit(),
        })
    }
}

/// Tells what a run that stays up says, until it is over.
async fn tell_all(desk: Desk, mut happened: mpsc::UnboundedReceiver<Report>) -> Vec<String> {
    let mut remarks = Vec::new();
    while let Some(report) = happened.recv().await {
        remarks.extend(told(&desk, &report).await);
    }
    remarks
}

/// Telling never changes how a run ends: what goes wrong with it is a remark.
async fn told(desk: &Desk, report: &Report) -> Vec<String> {
    match tell(desk, &News::of(report)).await {
        Ok(remarks) => remarks,
        Err(problem) => vec![format!("nobody was told of this run: {problem}")],
    }
}

/// Says what a person has to know; on success only to one who sits at a terminal.
fn say(context: &mut Context, report: &Report) {
    for blocked in &report.blocked {
        let why = Block::explain(blocked.reason).replace("SLUG", &blocked.release);
        context.output.warn(format!(
            "{}, distribution {}, is blocked ({}): {why}",
            blocked.release, blocked.distribution, blocked.reason
        ));
    }
    let unknown = report.counts.unknown + report.settled_unknown;
    if unknown > 0 {
        context.output.warn(format!(
            "{unknown} mails are unknown: the connection or the run ended after the body was begun, and nobody knows whether the server took them; they are not sent again by themselves. See: dateline status"
        ));
    }
    if let Some(trouble) = report
        .trouble
        .as_ref()
        .filter(|trouble| trouble.tell || context.output.is_terminal())
    {
        context.output.warn(format!(
            "{}; nothing is lost, the next run goes on",
            trouble.message
        ));
    }
    if !context.output.is_terminal() {
        return;
    }
    if let Some(why) = report.idle_because {
        context.output.done(why);
        return;
    }
    let counts = &report.counts;
    let mut parts = vec![format!("{} sent", counts.sent)];
    for (number, words) in [
        (counts.deferred, "to try again"),
        (counts.failed, "refused"),
        (unknown, "unknown"),
    ] {
        if number > 0 {
            parts.push(format!("{number} {words}"));
        }
    }
    context.output.done(parts.join(", "));
    if let Some(at) = report.next_due_at {
        context.output.done(format!("Next: {at}"));
    }
}
