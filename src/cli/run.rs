//! `dateline run`.

use tokio::sync::{mpsc, watch};

use crate::cli::context::Context;
use crate::cli::dry_run;
use crate::cli::progress::{self, Word};
use crate::cli::signal::Stop;
use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::desk::run::progress::Progress;
use crate::desk::run::{Options, Report, run};
use crate::desk::told::ping::{Beat, ping};
use crate::desk::told::refusal::{self, Telling};
use crate::desk::told::{News, needs, tell};

/// Send what is due: the one command that cron calls, every minute
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  * * * * * dateline run          the line for cron; silent when all is well
  dateline run --watch            stays up and looks every second
  dateline run --json             what it did, as numbers
  dateline run --dry-run --at \"2026-11-03 09:00\"
                                  what would go until then, to whom, and why the others are held;
                                  nothing is changed, nothing is sent; with -v everybody by name

It looks 70 seconds ahead, waits for the exact instant, and never sends before it. Two at once are
safe: nobody gets two mails. On a terminal it shows how far it is; -q does not. What keeps it from its
work is said once, and once a day while it lasts; with -v, --json or on a terminal each time.

Exit codes: 0 done or nothing to do, 3 something newly needs a person, 12 login refused, 75 the
server is away and the next run goes on, 130 or 143 stopped by a signal and the rest stays queued.")]
pub struct Run {
    /// Stay up and look every second, until stopped
    #[arg(long)]
    watch: bool,
    /// Show what would go and who is held, and why; change nothing and send nothing
    #[arg(long = "dry-run", conflicts_with = "watch")]
    looks_ahead: bool,
    /// Until when the dry run looks ahead (default: now)
    #[arg(long, value_name = "TIME", requires = "looks_ahead")]
    at: Option<String>,
}

impl Run {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        if self.looks_ahead {
            return dry_run::show(context, self.at.as_deref()).await;
        }
        match self.work(context).await {
            Ok(exit) => {
                let config = context.config()?;
                if !is_read(context) && refusal::over(&config) {
                    let over = "what kept dateline run from its work is over: it works again";
                    context.output.say(over);
                }
                Ok(exit)
            }
            // Whoever looks is told each time, and cron's reader none the less.
            Err(problem) if is_read(context) => Err(problem),
            Err(problem) => Ok(refused(context, problem)),
        }
    }

    async fn work(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let stop = Stop::listen();
        let (news, happened) = mpsc::unbounded_channel();
        let (how_far, seen) = watch::channel(Progress::default());
        let options = Options {
            watch: self.watch,
            stop: stop.asked.clone(),
            news: self.watch.then_some(news),
            progress: context.output.shows_progress().then_some(how_far),
        };
        // Beside the work: a slow monitor must not keep an instant waiting.
        let started = desk.clone();
        let start = tokio::spawn(async move { ping(&started, Beat::Start).await });
        let (words, mut said) = mpsc::unbounded_channel();
        let teller = tokio::spawn(tell_all(desk.clone(), happened, words));
        let work = Box::pin(run(&desk, &options));
        let clock = desk.clock.clone();
        let done = progress::beside(&mut context.output, clock, seen, &mut said, work).await;
        // The channel closes, and what was said last is told.
        drop(options);
        let needs_a_person = teller.await.unwrap_or_default();
        while let Ok(word) = said.try_recv() {
            word.show(&mut context.output);
        }
        let mut remarks = Vec::new();
        if let Ok(report) = &done {
            remarks = told(&desk, report).await;
        }
        let exit = |report: &Report| match report.exit() {
            Exit::Done if needs_a_person => Exit::Partly,
            exit => exit,
        };
        let code = match &done {
            Ok(report) => exit(report) as u8,
            Err(problem) => problem.exit as u8,
        };
        // The monitor hears of the end after the beginning.
        let _ = start.await;
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
            None => exit(&report),
        })
    }
}

/// Whether somebody sits there and reads, or a script does, or all of it is wanted.
fn is_read(context: &Context) -> bool {
    let output = &context.output;
    output.is_terminal() || output.is_json() || output.is_verbose()
}

/// Tells cron why this run could not work, once and once a day; the exit code is the same each time.
fn refused(context: &mut Context, problem: Problem) -> Exit {
    let problem = context.placed(problem);
    let telling = match context.config() {
        Ok(config) => refusal::note(&config, &problem, context.clock().now()),
        // Where the settings cannot be read, nobody knows where to remember it.
        Err(_) => Telling::Always,
    };
    if telling == Telling::Known {
        return problem.exit;
    }
    context.output.problem(&problem);
    match telling {
        Telling::First => context
            .output
            .say("  It is said once, and once a day while it lasts."),
        Telling::Again(since) => context.output.say(format!("  It lasts since {since}.")),
        Telling::Known | Telling::Always => {}
    }
    problem.exit
}

/// Tells what a run that stays up says, when it says it, until it is over; whether something needed a
/// person.
async fn tell_all(
    desk: Desk,
    mut happened: mpsc::UnboundedReceiver<Report>,
    words: mpsc::UnboundedSender<Word>,
) -> bool {
    let mut needs_a_person = false;
    // Nobody reads any more: then the program is ending anyway.
    let say = |word| drop(words.send(word));
    while let Some(report) = happened.recv().await {
        let news = News::of(&report);
        needs_a_person |= !news.blocked.is_empty() || news.unknown > 0;
        for need in needs(&news) {
            say(Word::Warning(need.message));
        }
        if let Some(over) = news.over {
            say(Word::Remark(over.words().to_owned()));
        }
        for remark in told(&desk, &report).await {
            say(Word::Warning(remark));
        }
    }
    needs_a_person
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
    let mut news = News::of(report);
    if context.output.is_terminal() {
        news.trouble.clone_from(&report.trouble);
    }
    for need in needs(&news) {
        context.output.warn(need.message);
    }
    if let Some(over) = news.over {
        context.output.say(over.words());
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
        (news.unknown, "unknown"),
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
