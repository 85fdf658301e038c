//! `doctor`: looks at all that sending depends on, says how it stands, and changes nothing, except
//! that a test mail through the real server turns `transport` from files to smtp.
//!
//! Without being asked it stays on this machine and with the servers that the settings put to work.

mod calls;
mod clock;
mod database;
mod files;
mod mailbox;
mod names;
mod page;
mod server;
mod settings;
mod test_mail;
mod zones;

use std::net::SocketAddr;
use std::path::Path;

use crate::config::environment::Environment;
use crate::config::keys::smtp::Transport;
use crate::desk::Desk;
use crate::desk::opening::open::{self, Setup};
use crate::desk::problem::Problem;
use crate::domain::health::{Finding, State};

/// What to look at beyond this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked {
    /// Talk to the mail server and, if all is well, send a test mail to ourselves.
    pub smtp: bool,
    /// Stay on this machine, whatever is set up.
    pub offline: bool,
    /// Whom to ask about names, instead of the system's nameservers.
    pub nameserver: Option<SocketAddr>,
}

/// The files and settings that belong to this desk.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// The settings file.
    pub config: &'a Path,
    pub environment: &'a Environment,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Examined {
    pub findings: Vec<Finding>,
    /// The settings say `transport = "smtp"` from now on.
    pub went_live: bool,
}

/// Looks at everything that was asked for. What is wrong is a finding, never a refusal.
pub async fn examine(setup: &Setup, place: Place<'_>, asked: Asked) -> Examined {
    let (mut findings, desk) = at_home(setup, place).await;
    let mut went_live = false;
    if asked.offline {
        return Examined {
            findings,
            went_live,
        };
    }
    let desk = desk.as_ref();
    findings.extend(settings::commands(setup, asked.smtp).await);
    findings.extend(server::look(setup, desk, asked.smtp).await);
    findings.extend(names::look(setup, desk, asked).await);
    findings.push(page::look(setup).await);
    findings.push(mailbox::look(setup).await);
    let is_ready = !findings
        .iter()
        .any(|one| one.area() == "smtp" && one.state == State::Problem);
    if asked.smtp && !is_ready {
        let found = "no test mail was sent, as the server is not ready for one";
        findings.push(Finding::not_asked(
            test_mail::MAIL,
            found,
            "mend what is a problem above, then again: dateline doctor --smtp",
        ));
    }
    if asked.smtp && is_ready {
        let sent = test_mail::send(setup, desk).await;
        let arrived = sent.state == State::Ok;
        findings.push(sent);
        if arrived && setup.config.smtp.transport == Transport::Files {
            let change = test_mail::go_live(place);
            went_live = change.state == State::Ok;
            findings.push(change);
        }
    }
    Examined {
        findings,
        went_live,
    }
}

/// Looks only at this machine and at the desk's own database.
pub async fn look_around(setup: &Setup, place: Place<'_>) -> Vec<Finding> {
    at_home(setup, place).await.0
}

async fn at_home(setup: &Setup, place: Place<'_>) -> (Vec<Finding>, Option<Desk>) {
    let mut findings = settings::look(setup, place).await;
    findings.extend(files::look(setup, place));
    let desk = match open::open(setup.clone()).await {
        Ok(desk) => Some(desk),
        Err(problem) => {
            let why = "without its database the desk knows neither contacts nor opt-outs, and sends nothing";
            findings.push(trouble("database.open", &problem, why));
            None
        }
    };
    if let Some(desk) = &desk {
        findings.extend(database::look(desk).await);
    }
    findings.extend(clock::look(setup, desk.as_ref()).await);
    findings.push(zones::look(setup, desk.as_ref()).await);
    if let Some(desk) = &desk {
        findings.push(calls::look(desk).await);
    }
    (findings, desk)
}

/// The settings cannot be read: nothing else can be looked at.
pub fn unreadable(problem: &Problem) -> Finding {
    let why = "without its settings the program does nothing";
    trouble("config.file", problem, why)
}

/// A refusal as a finding.
fn trouble(check: &'static str, problem: &Problem, why: &str) -> Finding {
    let fix = problem.hint.clone().unwrap_or_default();
    Finding::problem(check, problem.message.clone(), why, fix)
}
