//! `dateline init`.

use std::path::Path;

use crate::cli::context::Context;
use crate::cli::db::migrate::backup_line;
use crate::cli::doctor::tell_briefly;
use crate::config::template::{InitAnswers, Provider, provider, template};
use crate::desk::data::copy::without_password;
use crate::desk::doctor::{Place, look_around};
use crate::desk::opening::key::place_whole;
use crate::desk::opening::open;
use crate::desk::problem::{Exit, Problem};
use crate::domain::address;

/// Where the system keeps its zone, as a link into the tz data.
const LOCALTIME: &str = "/etc/localtime";

/// The answer that leaves a question open.
const LATER: &str = "later";

/// Set up a newsroom: the settings, the database and its key
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline init                             (asks)
  dateline init --no-input --name \"Harbour Light Newsroom\" --from press@example.com \\
    --zone America/Vancouver --address \"12 Example Street, Vancouver BC, Canada\" \
    --provider relay --smtp-host smtp.example.net

Settings that exist are left alone. Mail goes into files until `dateline doctor --smtp` has talked to
your server and sent you a test mail, so nobody mails a whole list by accident.")]
pub struct Init {
    /// Name that journalists know
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// From of every mail: an address, or `Name <address>`
    #[arg(long, value_name = "ADDRESS")]
    from: Option<String>,
    /// Zone for a time given without one, such as America/Vancouver
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
    /// Postal address for the footer, which the law wants
    #[arg(long, value_name = "TEXT")]
    address: Option<String>,
    /// Your mail provider, whose server and limits are known; relay is a server of your own
    #[arg(long, value_name = "NAME", value_parser = ["m365", "workspace", "ses", "relay", "other"])]
    provider: Option<String>,
    /// Your mail provider's server
    #[arg(long, value_name = "HOST")]
    smtp_host: Option<String>,
    /// Its port (default: 465 for tls, 587 for starttls)
    #[arg(long, value_name = "PORT")]
    smtp_port: Option<u16>,
    /// How the connection to it is protected
    #[arg(long, value_name = "HOW", value_parser = ["tls", "starttls", "none"])]
    security: Option<String>,
    /// Account at the mail provider
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// File whose first line is the account's password
    #[arg(long, value_name = "FILE", requires = "username")]
    password_file: Option<String>,
    /// Where the database is, `sqlite:PATH` or `postgres://USER@HOST/NAME` (default: beside the settings)
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// File whose first line is the password of a PostgreSQL database
    #[arg(long, value_name = "FILE", requires = "database")]
    database_password_file: Option<String>,
}

impl Init {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let path = context.new_config_path();
        let existing = match context.config_path() {
            Ok(known) => Some(known),
            Err(_) => path.exists().then(|| path.clone()),
        };
        let fresh = existing.is_none();
        let shown = existing.as_deref().unwrap_or(&path).display().to_string();
        if fresh {
            if let Some(url) = &self.database {
                without_password(url, "--database-password-file")?;
            }
            let answers = self.answers(context)?;
            write(context, &path, &answers)?;
            // Said before the database is tried: what is mended then is this file.
            context.output.done(format!("Wrote {shown}."));
        } else {
            context
                .output
                .done(format!("{shown} exists and was left alone."));
        }
        let (desk, created) = open::create(context.setup()?).await?;
        // Opened once more by whoever looks around: with one connection SQLite would wait for itself.
        desk.store.close().await;
        let place = Place {
            config: existing.as_deref().unwrap_or(&path),
            environment: &context.environment().clone(),
        };
        let findings = look_around(&context.setup()?, place).await;
        if context.output.is_json() {
            context.output.json(&serde_json::json!({
                "config": shown, "wrote_config": fresh, "database": created.database,
                "new_database": created.new_desk, "migrations": created.migrations,
                "findings": findings,
            }));
            return Ok(Exit::Done);
        }
        if let Some(kept) = backup_line(&created) {
            context.output.done(kept);
        }
        context.output.done(if created.new_desk {
            format!("Made the database {}.", created.database)
        } else {
            format!("The database {} is up to date.", created.database)
        });
        tell_briefly(&mut context.output, &findings);
        next(context, &shown)
    }

    fn answers(self, context: &mut Context) -> Result<InitAnswers, Problem> {
        let name = match self.name {
            Some(name) => name,
            None => context
                .output
                .question("Name of your newsroom", None, "--name")?,
        };
        let from = match self.from {
            Some(from) => {
                sender(&from)?;
                from
            }
            None => asked(
                context,
                "From of every mail, such as Press Office <press@example.com>",
                None,
                "--from",
                |_, from| sender(from),
            )?,
        };
        let zone = match self.zone {
            Some(zone) => {
                known_zone(context, &zone)?;
                Some(zone)
            }
            None => ask_zone(context)?,
        };
        let address = match self.address {
            Some(address) => Some(address),
            None => later(context, "Postal address for the footer", "--address")?,
        };
        let server = Server {
            preset: self.provider,
            host: self.smtp_host,
            port: self.smtp_port,
            security: self.security,
            username: self.username,
            password_file: self.password_file,
        };
        let server = server.asked(context, &from)?;
        // A bare address would stand without a name in every journalist's inbox.
        let from = if from.contains('<') {
            from
        } else {
            format!("{name} <{from}>")
        };
        Ok(InitAnswers {
            name,
            from,
            time_zone: zone,
            address,
            database_url: self.database,
            database_password_file: self.database_password_file,
            preset: server.preset,
            smtp_host: server.host,
            smtp_port: server.port,
            security: server.security,
            username: server.username,
            password_file: server.password_file,
        })
    }
}

/// How the mail server is reached, as far as flags and answers say.
struct Server {
    preset: Option<String>,
    host: Option<String>,
    port: Option<u16>,
    security: Option<String>,
    username: Option<String>,
    password_file: Option<String>,
}

impl Server {
    /// Asks what is missing: first whose server it is, as most of the rest follows from that.
    fn asked(mut self, context: &mut Context, from: &str) -> Result<Self, Problem> {
        if self.preset.is_none() && self.host.is_none() {
            let question =
                "Your mail provider: m365, workspace, ses, relay (your own server), other";
            let answer = asked(
                context,
                question,
                Some(LATER),
                "--provider",
                |_, name| match name {
                    LATER | "other" => Ok(()),
                    _ => provider(name).map(|_| ()).ok_or_else(|| no_provider(name)),
                },
            )?;
            if answer == LATER {
                return Ok(self);
            }
            self.preset = Some(answer);
        }
        let known = match self.preset.as_deref() {
            None | Some("other") => None,
            Some(name) => Some(provider(name).ok_or_else(|| no_provider(name))?),
        };
        self.preset = known.map(|known| known.preset.to_owned());
        self.host = match self
            .host
            .or(known.and_then(|known| known.host).map(str::to_owned))
        {
            Some(host) => Some(host),
            None => later(context, server_question(known), "--smtp-host")?,
        };
        if let Some(known) = known {
            let here = matches!(
                self.host.as_deref(),
                Some("localhost" | "127.0.0.1" | "::1")
            );
            let (security, port) = if here && known.host.is_none() {
                ("none", 25)
            } else {
                (known.security, known.port)
            };
            if self.security.is_none() {
                self.port = self.port.or(Some(port));
                self.security = Some(security.to_owned());
            }
        }
        if self.host.is_some() && self.username.is_none() && context.output.may_ask() {
            self.username = account(context, from)?;
        }
        if self.username.is_some() && self.password_file.is_none() {
            let question = "File whose first line is its password (never the password itself)";
            self.password_file = later(context, question, "--password-file")?;
        }
        if let Some(remark) = known.and_then(|known| known.remark) {
            context.output.say(remark);
        }
        Ok(self)
    }
}

fn server_question(known: Option<&Provider>) -> &'static str {
    match known.map(|known| known.preset) {
        Some("ses") => "Its server, such as email-smtp.eu-west-1.amazonaws.com",
        _ => "Server of your mail provider",
    }
}

fn account(context: &mut Context, from: &str) -> Result<Option<String>, Problem> {
    let own = address::parse(from).map(|address| address.as_str().to_owned());
    let default = own.unwrap_or_else(|_| "none".to_owned());
    let question = "Account there, or none";
    let answer = context
        .output
        .question(question, Some(&default), "--username")?;
    Ok((answer != "none").then_some(answer))
}

fn no_provider(name: &str) -> Problem {
    let message = format!("there is no provider {name:?} here");
    Problem::new(Exit::Usage, "provider", message)
        .hint("write m365, workspace, ses, relay or other")
}

/// Asks until the answer can be used: a slip of the finger shall not cost the answers before it.
fn asked(
    context: &mut Context,
    question: &str,
    default: Option<&str>,
    flag: &str,
    check: impl Fn(&mut Context, &str) -> Result<(), Problem>,
) -> Result<String, Problem> {
    loop {
        let answer = context.output.question(question, default, flag)?;
        match check(context, &answer) {
            Ok(()) => return Ok(answer),
            // The default again and again would be nobody's answer: the input has ended.
            Err(problem) if context.output.may_ask() && default != Some(answer.as_str()) => {
                context.output.problem(&problem);
            }
            Err(problem) => return Err(problem),
        }
    }
}

/// A question that may stay open: the settings can be changed any time.
fn later(context: &mut Context, question: &str, flag: &str) -> Result<Option<String>, Problem> {
    let answer = context.output.question(question, Some(LATER), flag)?;
    Ok((answer != LATER).then_some(answer))
}

/// The system's zone is offered to a person, and never taken without one: a guessed zone has
/// broken embargoes.
fn ask_zone(context: &mut Context) -> Result<Option<String>, Problem> {
    if !context.output.may_ask() {
        return Ok(None);
    }
    let link = std::fs::read_link(LOCALTIME).unwrap_or_default();
    let link = link.to_string_lossy();
    let system = link
        .split_once("zoneinfo/")
        .map_or("none", |(_, zone)| zone);
    let question = "Time zone for times that you give without one";
    let answer = asked(
        context,
        question,
        Some(system),
        "--zone",
        |context, zone| match zone {
            "none" => Ok(()),
            _ => known_zone(context, zone),
        },
    )?;
    Ok((answer != "none").then_some(answer))
}

fn known_zone(context: &mut Context, zone: &str) -> Result<(), Problem> {
    let zones = crate::clock::zones(crate::clock::ZoneData::Auto)
        .map_err(|why| Problem::new(Exit::Config, "time-zone-data", why))?;
    if zones.get(zone).is_some() {
        return Ok(());
    }
    context
        .output
        .detail(format!("looked in the tz data {}", zones.version()));
    let hint = zones.nearest(zone).map_or_else(
        || "write Area/City, such as Europe/Berlin".to_owned(),
        |near| format!("did you mean {near}?"),
    );
    Err(Problem::new(
        Exit::Usage,
        "unknown-zone",
        format!("there is no time zone {zone:?}"),
    )
    .hint(hint))
}

fn sender(from: &str) -> Result<(), Problem> {
    match address::parse(from) {
        Ok(_) => Ok(()),
        Err(problem) => Err(Problem::new(
            Exit::Usage,
            "from",
            format!("mail cannot come from {from:?}: {}", problem.reason),
        )
        .hint("write it like \"Press Office <press@example.com>\"")),
    }
}

/// Writes the settings, whole or not at all, and takes them back if they cannot be read: a file
/// with a mistake would stand in the way of the next `init`.
fn write(context: &mut Context, path: &Path, answers: &InitAnswers) -> Result<(), Problem> {
    let placed = place_whole(path, template(answers).as_bytes()).map_err(|error| {
        Problem::new(
            Exit::Failed,
            "config-unwritable",
            format!("{} cannot be written: {error}", path.display()),
        )
        .hint("name another place with --config FILE")
    })?;
    if let Err(problem) = context.config() {
        if placed {
            // Nothing but our own words of a moment ago is lost with it.
            let _ = std::fs::remove_file(path);
        }
        return Err(problem);
    }
    Ok(())
}

fn next(context: &mut Context, shown: &str) -> Result<Exit, Problem> {
    let config = context.config()?;
    if config.newsroom.address.is_none() {
        context.output.done(format!(
            "Still open: [newsroom] address in {shown}; without it nothing can be scheduled."
        ));
    }
    context.output.done(format!(
        "Keep {} with every backup: without it nobody knows who has opted out.",
        config.desk.key_file.display()
    ));
    context.output.done(
        "Next: dateline contact import contacts.csv --source \"where they are from\" --list media",
    );
    Ok(Exit::Done)
}
