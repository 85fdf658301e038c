//! `dateline release schedule`.

use std::path::Path;

use crate::cli::context::Context;
use crate::cli::output::Output;
use crate::cli::release::aside::Aside;
use crate::cli::release::asked::Asked;
use crate::cli::words::{count, grouped, short};
use crate::config::keys::serve::Event;
use crate::desk::Desk;
use crate::desk::distribution::freeze;
use crate::desk::distribution::schedule::{self, Plan, Start, Terms};
use crate::desk::problem::{Exit, Problem};
use crate::desk::status;
use crate::desk::told::hook;
use crate::domain::when::{in_words, local, say, unusual_offset_note};

/// Freeze who gets a release, and when
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release schedule harbour-light --list tech --list energy
                                         (at the lift of its embargo, and with it when it moves)
  dateline release schedule harbour-light --list tech --at \"2026-11-03 09:00 America/Vancouver\"
  dateline release schedule harbour-light --to jane@example.com --now
  dateline release schedule harbour-light --list tech --except competitors --yes
  dateline release schedule harbour-light --advance --list tech --at \"2026-11-02 09:00\"
                                         (before the lift, to those who agreed to the embargo)
  dateline release schedule harbour-light --follow-up --now --cover-note \"Did you see this?\"
                                         (once, to those who have it and said nothing)

Before the lift nothing else is scheduled, whatever the flags. Scheduling again adds only those who have
not got it. `release recipients` shows first who would get it and who not.")]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct Schedule {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
    #[command(flatten)]
    asked: Asked,
    /// When, such as "2026-11-03 09:00 America/Vancouver"
    #[arg(long, value_name = "TIME", conflicts_with = "now", group = "when")]
    at: Option<String>,
    /// As soon as `[run] cooling_off` has passed
    #[arg(long, group = "when")]
    now: bool,
    /// A personal note above the release, in Markdown: the words, or a file that holds them
    #[arg(long = "cover-note", alias = "note", value_name = "FILE|TEXT")]
    note: Option<String>,
    /// One of `[newsroom] senders` in place of the usual From
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// Under embargo, before the lift, to those who agreed; the others get their row with the reason
    #[arg(long, requires = "when")]
    advance: bool,
    /// Leave out who holds an advance copy already
    #[arg(long, conflicts_with = "advance")]
    skip_holders: bool,
    /// Once more to those who have it and neither answered, opted out nor declined, in answer to their
    /// own copy; with --cover-note
    #[arg(long, requires = "when", requires = "note", conflicts_with_all = ["lists", "to", "advance", "skip_holders", "all"])]
    follow_up: bool,
    /// To every contact, for a leak
    #[arg(long, requires = "now", conflicts_with_all = ["lists", "advance"])]
    all: bool,
    /// Who of counsel allowed analysts and investors among the advance copies
    #[arg(long, value_name = "NAME", requires = "advance")]
    counsel: Option<String>,
    #[command(flatten)]
    aside: Aside,
}

impl Schedule {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        self.aside.set(&desk, &self.release).await?;
        let start = match (self.at, self.now) {
            (Some(text), _) => Start::At(text),
            (None, true) => Start::Now,
            (None, false) => Start::AtLift,
        };
        let terms = Terms {
            advance: self.advance,
            skip_holders: self.skip_holders,
            everyone: self.all,
            counsel: self.counsel,
            follow_up: self.follow_up,
        };
        let expected = (start == Start::Now).then(|| self.release.clone());
        let note = match self.note {
            Some(note) => Some(cover_note(context, note)?),
            None => None,
        };
        let mut request = self.asked.request(self.release, start, note);
        request.from = self.from;
        request.terms = terms;
        let plan = schedule::plan(&desk, &request).await?;
        if !context.output.is_json() {
            explain(&mut context.output, &desk, &plan);
        }
        let moment = &plan.moment;
        let weekday = local(moment.instant, &moment.zone, &desk.zones)
            .map_or_else(|| "yes".to_owned(), |local| local.weekday);
        let expected = expected.unwrap_or(weekday);
        let question = format!(
            "To {}, {}.",
            count(plan.recipients(), "recipient"),
            in_words(desk.now(), moment.instant)
        );
        context.output.confirm_typed(&question, &expected)?;
        let done = freeze::schedule(&desk, &plan).await?;
        let about = serde_json::json!({
            "release": done.release, "recipients": done.recipients, "send_at": moment.instant,
        });
        for remark in hook::call(&desk, Event::Scheduled, about).await {
            context.output.warn(remark);
        }
        if context.output.is_json() {
            context.output.json(&done);
            return Ok(Exit::Done);
        }
        let rehearsal = if done.rehearsal {
            " as a REHEARSAL"
        } else {
            ""
        };
        context.output.done(format!(
            "Scheduled{rehearsal}: {}, {}.",
            say(moment.instant, &moment.zone, &desk.zones),
            count(done.recipients, "recipient")
        ));
        context.output.done(format!(
            "Take it back: dateline release unschedule {}. Look: dateline release show {}",
            done.release, done.release
        ));
        if let Some(since) = status::uncalled(&desk).await? {
            context.output.done(format!(
                "Nothing sends it yet, as {since}: let cron call it (dateline service cron), or start: dateline run --watch"
            ));
        }
        Ok(Exit::Done)
    }
}

/// Longer than any note: a wrong file should not go out above a release.
const LONGEST_NOTE: u64 = 20_000;

/// The words of a note; one word that names a file is that file.
fn cover_note(context: &Context, given: String) -> Result<String, Problem> {
    let path = context.path(Path::new(&given));
    let names_a_file = !given.contains(char::is_whitespace) && path.is_file();
    if !names_a_file {
        return Ok(given);
    }
    let problem = |why: String| {
        let message = format!("the cover note {given} {why}");
        Problem::new(Exit::Usage, "cover-note", message)
            .hint("give a short text file in UTF-8, or the words themselves")
    };
    let size = std::fs::metadata(&path).map_or(0, |meta| meta.len());
    if size > LONGEST_NOTE {
        return Err(problem(format!(
            "has {size} bytes; a note has at most {LONGEST_NOTE}"
        )));
    }
    std::fs::read_to_string(&path).map_err(|error| problem(format!("cannot be read: {error}")))
}

/// The instant as everybody concerned sees it, and who gets the mail and who not (EMB-03).
fn explain(output: &mut Output, desk: &Desk, plan: &Plan) {
    let moment = &plan.moment;
    output.say(format!(
        "{}, version {} ({})\n",
        plan.release.slug,
        plan.version.number,
        short(&plan.version.content_hash)
    ));
    for warning in &plan.warnings {
        output.warn(warning);
    }
    if plan.audience.purpose == "advance" {
        output.say("ADVANCE COPY under embargo, to those alone who agreed\n");
    }
    if plan.audience.purpose == "follow-up" {
        output
            .say("FOLLOW-UP to those who have it and said nothing, in answer to their own copy\n");
    }
    if plan.rehearsal {
        output.warn("REHEARSAL: no mail leaves the house until [smtp] transport is \"smtp\"");
    }
    let own = desk.config.newsroom.time_zone.as_deref();
    let mut zones = vec![moment.zone.as_str(), "UTC"];
    zones.extend(own);
    zones.extend(plan.zones.iter().map(String::as_str));
    let mut shown: Vec<&str> = Vec::new();
    for zone in zones {
        if shown.contains(&zone) {
            continue;
        }
        shown.push(zone);
        if let Some(there) = local(moment.instant, zone, &desk.zones) {
            let whose = if Some(zone) == own {
                "  (yours)"
            } else if plan.zones.iter().any(|theirs| theirs == zone) {
                "  (recipients)"
            } else {
                ""
            };
            output.say(format!(
                "  {:<8} {:<28} {zone}{whose}",
                there.time, there.date
            ));
        }
    }
    let own = own.unwrap_or(&moment.zone);
    for zone in plan.zones.iter().filter(|zone| *zone != own) {
        if let Some(note) = unusual_offset_note(moment.instant, own, zone, &desk.zones) {
            output.say(format!("  note: {note}"));
        }
    }
    if plan.follows_embargo {
        output.say("  It goes out when the embargo lifts, and moves with it.");
    }
    let number = plan.recipients();
    let pace = schedule::duration(desk, number).map_or_else(String::new, |length| {
        format!(", over about {} min", length.as_secs().div_ceil(60))
    });
    let verb = if number == 1 { "gets" } else { "get" };
    output.say(format!("\n  {:>9} {verb} it{pace}", grouped(number)));
    for fate in plan.fates.iter().filter(|fate| !fate.reason.is_empty()) {
        output.say(format!(
            "  {:>9} do not: {}",
            grouped(fate.value),
            fate.reason
        ));
    }
    output.say("");
}
