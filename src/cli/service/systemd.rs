//! `dateline service systemd`.

use std::path::PathBuf;

use crate::cli::context::Context;
use crate::cli::service::places;
use crate::config::keys::newsroom::Place;
use crate::desk::problem::{Exit, Problem};

/// Print a service and a timer for systemd
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline service systemd                           look at them
  dateline service systemd --unit service | sudo tee /etc/systemd/system/dateline.service
  dateline service systemd --unit timer | sudo tee /etc/systemd/system/dateline.timer
  sudo systemctl daemon-reload && sudo systemctl enable --now dateline.timer

The service may write its own folder and nothing else. A password is best handed over with
LoadCredential; the line stands in the service, ready to be used.")]
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
        let (program, config) = places(context)?;
        let folder = match context.config()?.database.place() {
            Place::Sqlite(file) => file.parent().map(PathBuf::from),
            Place::Postgres(_) => None,
        };
        let writes = folder.map_or_else(String::new, |folder| {
            let folder = std::fs::canonicalize(&folder).unwrap_or(folder);
            format!("ReadWritePaths={}\n", folder.display())
        });
        let service = SERVICE
            .replace("{program}", &program)
            .replace("{config}", &config)
            .replace("{user}", &self.user)
            .replace("{writes}", &writes);
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

const SERVICE: &str = "\
[Unit]
Description=Dateline sends what is due
Documentation=man:dateline(1)
Wants=network-online.target
After=network-online.target time-sync.target

[Service]
Type=oneshot
User={user}
ExecStart=\"{program}\" --config \"{config}\" run
# 3: something newly needs a person. 75: the server is away, and the next run goes on.
SuccessExitStatus=3 75
# The password from root's hands: [smtp] password_file = \"${CREDENTIALS_DIRECTORY}/smtp\"
#LoadCredential=smtp:/etc/dateline/smtp.password
TimeoutStopSec=90s
{writes}NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
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
