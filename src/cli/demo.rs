//! `dateline demo`: the main job in a minute, through the same desk, into a catcher of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::cli::context::Context;
use crate::cli::signal::Stop;
use crate::desk::Desk;
use crate::desk::distribution::freeze::schedule;
use crate::desk::distribution::schedule::{Request, Start, Terms, plan};
use crate::desk::issuers::boilerplates::{self, BoilerplateText};
use crate::desk::issuers::organizations::{self, Organization};
use crate::desk::issuers::press_contacts::{self, PressContactView};
use crate::desk::opening::open::{Setup, create};
use crate::desk::people::import_contacts::{ImportRequest, import};
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::approve::approve;
use crate::desk::release::report::report;
use crate::desk::release::write;
use crate::desk::run::{Options, run};
use crate::domain::when::say;
use crate::web::catcher::Catcher;

const CONTACTS: &str = include_str!("../../contacts/demo.csv");
const RELEASE: &str = include_str!("../../examples/harbour-light.md");
const PICTURE: &[u8] = include_bytes!("../../examples/turbine.jpg");
const ABOUT: &str = include_str!("../../examples/about-harbour-light.md");
/// Long enough to see the countdown, short enough not to be waited for.
const EMBARGO: Duration = Duration::from_secs(4);

/// See the main job in a minute: nothing is configured, nothing leaves this machine
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline demo                 ends with the catcher's page open until Ctrl-C
  dateline demo --no-serve      ends by itself

Everything happens in a temporary folder that is removed at the end.")]
pub struct Demo {
    /// End after the report instead of serving the caught mails
    #[arg(long)]
    no_serve: bool,
}

impl Demo {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let folder = tempfile::Builder::new()
            .prefix("dateline-demo-")
            .tempdir()
            .map_err(|error| failed("a temporary folder", &error))?;
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let catcher = Catcher::start(any, any, None)
            .await
            .map_err(|error| failed("the catcher", &error))?;
        let mut stop = Stop::listen();
        context.output.done(
            "Dateline in a minute: a newsroom that does not exist, mail that goes nowhere.\n",
        );
        let desk = open(context, folder.path(), catcher.smtp().port()).await?;
        contacts(context, &desk, folder.path()).await?;
        release(context, &desk, folder.path()).await?;
        send(context, &desk, &stop).await?;
        if let Some(exit) = stop.exit() {
            context
                .output
                .done("Stopped. The folder is removed; nothing is kept.");
            return Ok(exit);
        }
        let all_sent = told(context, &desk).await?;
        if context.output.is_json() {
            context.output.json(&report(&desk, "harbour-light").await?);
        }
        desk.store.close().await;
        if self.no_serve {
            context.output.done(format!(
                "\n{} mails were caught. The folder is removed; nothing is kept.",
                catcher.taken()
            ));
        } else {
            context.output.done(format!(
                "\n{} mails were delivered to your own catcher. Look at them: http://{}\nCtrl-C ends it, and nothing is kept. For real work: dateline init",
                catcher.taken(),
                catcher.http()
            ));
            let ended = stop.wait().await;
            return Ok(if all_sent { ended } else { Exit::Failed });
        }
        Ok(if all_sent { Exit::Done } else { Exit::Failed })
    }
}

fn failed(what: &str, error: &std::io::Error) -> Problem {
    Problem::new(
        Exit::Failed,
        "demo",
        format!("the demo could not make {what}: {error}"),
    )
    .hint("free some disk space or ports and try again")
}

/// Shows a step as the command that does it.
fn step(context: &mut Context, command: &str) {
    context.output.done(format!("$ dateline {command}"));
}

async fn open(context: &mut Context, folder: &Path, port: u16) -> Result<Desk, Problem> {
    let settings = format!(
        r#"dateline = 1
[newsroom]
name = "Harbour Light Newsroom"
from = "Harbour Light Press Office <press@example.com>"
time_zone = "America/Vancouver"
team_domains = ["example.com"]
address = "12 Example Street, Vancouver BC, Canada"
[database]
url = "sqlite://dateline.db"
[smtp]
transport = "sink"
host = "127.0.0.1"
port = {port}
[run]
cooling_off = "0s"
[embargo]
min_lead = "0s"
warn_lead = "0s"
"#
    );
    let path = folder.join("config.toml");
    write(&path, settings.as_bytes())?;
    step(
        context,
        "init --name \"Harbour Light Newsroom\" --from press@example.com --zone America/Vancouver …",
    );
    let config = crate::config::load(&path, context.environment()).map_err(Problem::from)?;
    let setup = Setup {
        config: Arc::new(config),
        clock: context.clock().clone(),
        actor: context.actor(),
    };
    let (desk, _) = create(setup).await?;
    context.output.done("  a database, a key for the opt-outs, a config.toml; mail goes to a catcher on this machine\n");
    Ok(desk)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Problem> {
    std::fs::write(path, bytes).map_err(|error| failed(&path.display().to_string(), &error))
}

async fn contacts(context: &mut Context, desk: &Desk, folder: &Path) -> Result<(), Problem> {
    let path = folder.join("contacts.csv");
    write(&path, CONTACTS.as_bytes())?;
    step(
        context,
        "contact import contacts.csv --source \"the spring fair\" --list energy",
    );
    let request = ImportRequest {
        paths: vec![path],
        source: "the spring fair".to_owned(),
        list: Some("energy".to_owned()),
        ..ImportRequest::default()
    };
    let done = import(desk, &request).await?;
    for file in &done.files {
        let counts = &file.counts;
        context.output.done(format!(
            "  {} rows: {} new contacts, {} merged into one that was there, {} opted out, {} rejected",
            counts.rows, counts.added, counts.merged, counts.opted_out, counts.rejected_rows
        ));
        for reject in &file.rejected {
            context.output.done(format!(
                "  line {} is left out: {}",
                reject.line, reject.reason
            ));
        }
    }
    context.output.done(
        "  the one who opted out is kept as such and gets nothing, whatever list comes next\n",
    );
    Ok(())
}

async fn issuer(context: &mut Context, desk: &Desk) -> Result<(), Problem> {
    step(
        context,
        "organization add harbour-light --name \"Harbour Light\"",
    );
    let organization = Organization {
        slug: "harbour-light".to_owned(),
        name: "Harbour Light".to_owned(),
        ..Organization::default()
    };
    organizations::add(desk, &organization).await?;
    step(
        context,
        "boilerplate new harbour-light --organization harbour-light --title \"About Harbour Light\" --file about.md",
    );
    let text = BoilerplateText {
        language: "en".to_owned(),
        body: ABOUT.to_owned(),
        valid_from: None,
        valid_until: None,
    };
    boilerplates::new(
        desk,
        "harbour-light",
        Some("harbour-light"),
        "About Harbour Light",
        &text,
    )
    .await?;
    for (slug, name, role, phone) in [
        ("ana-reyes", "Ana Reyes", "Media", "+1 604 555 0100"),
        ("tom-okafor", "Tom Okafor", "Investors", "+1 604 555 0101"),
    ] {
        step(
            context,
            &format!(
                "presscontact add {slug} --name \"{name}\" --role {role} --phone \"{phone}\" --email press@example.com"
            ),
        );
        let person = PressContactView {
            slug: slug.to_owned(),
            organization: Some("harbour-light".to_owned()),
            name: name.to_owned(),
            role: role.to_owned(),
            phone: phone.to_owned(),
            email: "press@example.com".to_owned(),
            ..PressContactView::default()
        };
        press_contacts::add(desk, &person).await?;
    }
    Ok(())
}

async fn release(context: &mut Context, desk: &Desk, folder: &Path) -> Result<(), Problem> {
    issuer(context, desk).await?;
    let lift = desk.now().plus(EMBARGO);
    let civil = crate::domain::when::local(lift.up_to_second(), "America/Vancouver", &desk.zones)
        .map(|local| local.civil)
        .unwrap_or_default();
    let date = civil.get(..10).unwrap_or_default().to_owned();
    let text: String = RELEASE
        .lines()
        .map(|line| match line {
            _ if line.starts_with("embargo = ") => {
                format!("embargo = \"{civil} America/Vancouver\"\n")
            }
            _ if line.starts_with("dateline = ") => line.replace("2026-11-03", &date) + "\n",
            _ => format!("{line}\n"),
        })
        .collect();
    let path = folder.join("harbour-light.md");
    write(&path, text.as_bytes())?;
    write(&folder.join("turbine.jpg"), PICTURE)?;
    step(context, "release new harbour-light.md");
    let written = write::new(desk, &path).await?;
    let under = written
        .embargo
        .as_ref()
        .map(|moment| say(moment.instant, &moment.zone, &desk.zones))
        .unwrap_or_default();
    context.output.done(format!(
        "  version 1, a draft, under embargo until {under}\n"
    ));
    step(context, "release approve harbour-light");
    let approved = approve(desk, "harbour-light", None).await?;
    context.output.done(format!(
        "  approved: exactly this text, {}…; any change would need a new approval\n",
        approved.content_hash.get(..12).unwrap_or_default()
    ));
    Ok(())
}

async fn send(context: &mut Context, desk: &Desk, stop: &Stop) -> Result<(), Problem> {
    step(context, "release schedule harbour-light --list energy");
    let request = Request {
        release: "harbour-light".to_owned(),
        lists: vec!["energy".to_owned()],
        to: Vec::new(),
        except: Vec::new(),
        start: Start::AtLift,
        language: None,
        cover_note: None,
        from: None,
        terms: Terms::default(),
    };
    let scheduled = schedule(desk, &plan(desk, &request).await?).await?;
    let when = say(
        scheduled.moment.instant,
        &scheduled.moment.zone,
        &desk.zones,
    );
    context.output.done(format!(
        "  {} recipients, at the lift of the embargo: {when}\n",
        scheduled.recipients
    ));
    step(context, "run                (cron calls this every minute)");
    let options = Options {
        watch: false,
        stop: stop.asked.clone(),
        news: None,
        progress: None,
    };
    let sending = run(desk, &options);
    tokio::pin!(sending);
    let mut last = u64::MAX;
    loop {
        let left = desk
            .now()
            .until(scheduled.moment.instant)
            .as_millis()
            .div_ceil(1000);
        let left = u64::try_from(left).unwrap_or(0);
        if left != last && left > 0 {
            context
                .output
                .done(format!("  {left} s to the lift; not a byte before it"));
        }
        last = left;
        tokio::select! {
            done = &mut sending => {
                let done = done?;
                context.output.done(format!("  {} sent, {} refused\n", done.counts.sent, done.counts.failed));
                return Ok(());
            }
            () = tokio::time::sleep(Duration::from_millis(100)) => {}
        }
    }
}

/// The report; true when everybody who should have it has it.
async fn told(context: &mut Context, desk: &Desk) -> Result<bool, Problem> {
    step(context, "release report harbour-light");
    let all = report(desk, "harbour-light").await?;
    let mut all_sent = !all.distributions.is_empty();
    for distribution in &all.distributions {
        let some = || {
            distribution
                .counts
                .iter()
                .filter(|(_, number)| **number > 0)
        };
        let counts: Vec<String> = some()
            .map(|(status, number)| format!("{number} {status}"))
            .collect();
        context.output.done(format!(
            "  {}: {}",
            distribution.status.as_str(),
            counts.join(", ")
        ));
        if let (Some(first), Some(last)) = (distribution.first_sent_at, distribution.last_sent_at) {
            context.output.done(format!("  first {first}, last {last}"));
        }
        all_sent &= some().all(|(status, _)| matches!(*status, "sent" | "suppressed"));
    }
    for left in &all.not_sent {
        context.output.done(format!(
            "  not sent to contact {}: {}",
            left.contact, left.reason
        ));
    }
    Ok(all_sent)
}
