//! `dateline service systemd`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::service::places;
use crate::config::keys::newsroom::Place;
use crate::config::keys::smtp::Transport;
use crate::config::{Config, credential};
use crate::desk::problem::{Exit, Problem};

/// Print a service and a timer for systemd
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline service systemd                           look at them
  dateline service systemd --unit service | sudo tee /etc/systemd/system/dateline.service
  dateline service systemd --unit timer | sudo tee /etc/systemd/system/dateline.timer
  sudo systemctl daemon-reload && sudo systemctl enable --now dateline.timer

The service may write the folders that the settings name, and nothing else. A password is best handed
over with LoadCredential: write password_file = \"${CREDENTIALS_DIRECTORY}/smtp\" into config.toml,
and the service loads it from /etc/dateline/smtp.password, which root alone can read.")]
pub struct Systemd {
    /// Only this one, as a file
    #[arg(long, value_name = "UNIT")]
    unit: Option<Unit>,
    /// The user that the service runs as
    #[arg(long, value_name = "USER", default_value = "dateline")]
    user: String,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
enum Unit {
    Service,
    Timer,
}

impl Systemd {
    pub(in crate::cli) fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let (program, path) = places(context)?;
        let config = context.config()?;
        let service = service(&program, &path, &self.user, &config);
        if context.output.is_json() {
            let both = serde_json::json!({ "dateline.service": service, "dateline.timer": TIMER });
            context.output.json(&both);
            return Ok(Exit::Done);
        }
        match self.unit {
            Some(Unit::Service) => context.output.bytes(service.as_bytes()),
            Some(Unit::Timer) => context.output.bytes(TIMER.as_bytes()),
            None => {
                let both = format!(
                    "# /etc/systemd/system/dateline.service\n{service}\n# /etc/systemd/system/dateline.timer\n{TIMER}"
                );
                context.output.bytes(both.as_bytes());
            }
        }
        Ok(Exit::Done)
    }
}

/// The service with whole paths in it, for these settings.
fn service(program: &str, path: &str, user: &str, config: &Config) -> String {
    let command = |word: &str| quoted(&word.replace('$', "$$"));
    let mut writes = String::new();
    for folder in written(config) {
        let folder = folder.to_string_lossy().into_owned();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
        let is_plain = folder.chars().all(is_plain);
        let folder = if is_plain { folder } else { quoted(&folder) };
        let _ = writeln!(writes, "ReadWritePaths={folder}");
    }
    let mut credentials = String::new();
    for name in asked_for(config) {
        let _ = writeln!(
            credentials,
            "LoadCredential={name}:/etc/dateline/{name}.password"
        );
    }
    if credentials.is_empty() {
        credentials.push_str("#LoadCredential=smtp:/etc/dateline/smtp.password\n");
    }
    SERVICE
        .replace("{program}", &command(program))
        .replace("{config}", &command(path))
        .replace("{user}", user)
        .replace("{credentials}", &credentials)
        .replace("{writes}", &writes)
}

/// A word as systemd reads it (systemd.syntax(7)); a percent sign would be a specifier.
fn quoted(word: &str) -> String {
    let word = word.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", word.replace('%', "%%"))
}

/// Folders that a run writes into: the database's, the log file's, and the outbox of rehearsals.
fn written(config: &Config) -> BTreeSet<PathBuf> {
    let mut folders = BTreeSet::new();
    if let Place::Sqlite(file) = config.database.place() {
        folders.extend(file.parent().map(PathBuf::from));
    }
    folders.extend(
        config
            .log
            .file
            .iter()
            .filter_map(|file| file.parent().map(PathBuf::from)),
    );
    if config.smtp.transport == Transport::Files {
        // It is made by the first mail; systemd starts no service that may write where nothing is.
        let folder = &config.smtp.folder;
        let there = if folder.exists() {
            Some(folder.as_path())
        } else {
            folder.parent()
        };
        folders.extend(there.map(PathBuf::from));
    }
    folders
        .into_iter()
        .map(|folder| std::fs::canonicalize(&folder).unwrap_or(folder))
        .collect()
}

/// The credentials that the settings ask systemd for.
fn asked_for(config: &Config) -> BTreeSet<String> {
    [
        &config.smtp.password_file,
        &config.database.password_file,
        &config.mailbox.password_file,
    ]
    .into_iter()
    .flatten()
    .filter_map(|path| credential(path).map(str::to_owned))
    .collect()
}

const SERVICE: &str = "\
[Unit]
Description=Dateline sends what is due
Documentation=man:dateline(1)
Wants=network-online.target
After=network-online.target time-sync.target

[Service]
Type=oneshot
User={user}
ExecStart={program} --config {config} run
# 3: something newly needs a person. 75: the server is away, and the next run goes on. 143: it was stopped.
SuccessExitStatus=3 75 143
# The password from root's hands: [smtp] password_file = \"${CREDENTIALS_DIRECTORY}/smtp\"
{credentials}TimeoutStopSec=90s
{writes}NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
PrivateMounts=yes
RemoveIPC=yes
ProtectProc=invisible
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
CapabilityBoundingSet=
LimitCORE=0
UMask=0077
";

const TIMER: &str = "\
[Unit]
Description=Dateline looks every minute for what is due

[Timer]
OnCalendar=*:*:00
# run waits for the exact instant by itself, but it has to be called in every minute.
AccuracySec=1s
Persistent=true

[Install]
WantedBy=timers.target
";
