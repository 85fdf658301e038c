//! The settings: read without a mistake, and every secret they name can be fetched.

use crate::config::Config;
use crate::config::keys::smtp::Transport;
use crate::config::pending::not_built_yet;
use crate::config::secret::{Source, secret};
use crate::desk::doctor::{Place, trouble};
use crate::desk::opening::open::Setup;
use crate::domain::health::Finding;

const SECRET: &str = "config.secret";

/// What the file says, and the secrets that lie in files.
pub(in crate::desk::doctor) async fn look(setup: &Setup, place: Place<'_>) -> Vec<Finding> {
    let config = &setup.config;
    let shown = place.config.display();
    let mut findings = vec![Finding::ok("config.file", format!("{shown} is in order"))];
    for (key, what) in not_built_yet(config) {
        findings.push(Finding::warning(
            "config.no-effect",
            format!("{key} has no effect yet: {what}"),
            "somebody may count on it",
            "remove the line",
        ));
    }
    if config.newsroom.address.is_none() {
        findings.push(Finding::warning(
            "config.address",
            "there is no postal address for the footer",
            "the law wants one in every mail (CAN-SPAM, CASL), so that nothing can be scheduled",
            format!("set [newsroom] address in {shown}"),
        ));
    }
    if config.newsroom.time_zone.is_none() {
        findings.push(Finding::warning(
            "config.zone",
            "there is no time zone for times that are given without one",
            "such a time is refused: a guessed zone has broken embargoes",
            format!("set [newsroom] time_zone in {shown}"),
        ));
    }
    for source in sources(config) {
        if let Source::File(key, path) = &source {
            findings.push(fetched(&source, &format!("{key} {}", path.display())).await);
        }
    }
    if let Err(error) = crate::desk::opening::signing::signing(config) {
        let problem = error.into();
        let why = "mail that cannot be signed as you want is not sent at all";
        findings.push(trouble("config.dkim-key", &problem, why));
    }
    findings
}

/// Secrets that a program prints. It may ask a person or a server, so it is called only where it
/// would be called anyway.
pub(in crate::desk::doctor) async fn commands(setup: &Setup, smtp: bool) -> Vec<Finding> {
    let config = &setup.config;
    let source = config.smtp.secret();
    let Some(source @ Source::Command(key, _)) = source else {
        return Vec::new();
    };
    if !smtp && config.smtp.transport != Transport::Smtp {
        let found = format!("{key} was not called, as nothing is sent through a server yet");
        return vec![Finding::not_asked(SECRET, found, "dateline doctor --smtp")];
    }
    vec![fetched(&source, key).await]
}

async fn fetched(source: &Source, shown: &str) -> Finding {
    match secret(source).await {
        Ok(_) => Finding::ok(SECRET, format!("{shown} gives a secret")),
        // The doctor is no service: that it does not see the password is no fault.
        Err(problem) if problem.code == "config-credentials" => {
            let found = format!("{shown} is handed to the service by systemd and not seen here");
            Finding::not_asked(SECRET, found, problem.hint.unwrap_or_default())
        }
        Err(problem) => {
            let problem = problem.into();
            trouble(SECRET, &problem, "without it the login cannot be made")
        }
    }
}

/// Where secrets come from.
fn sources(config: &Config) -> Vec<Source> {
    let database = config
        .database
        .password_file
        .clone()
        .map(|path| Source::File("[database] password_file", path));
    let all = [config.smtp.secret(), config.mailbox.secret(), database];
    all.into_iter().flatten().collect()
}
