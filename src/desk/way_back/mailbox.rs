//! The mailbox where answers arrive: each message is taken once, and put aside if it was for us.

use std::time::Duration;

use serde::Serialize;

use crate::config::keys::mailbox::Mailbox;
use crate::config::keys::smtp::{Auth as LoginKind, Security as Wrapping};
use crate::config::secret::secret;
use crate::desk::Desk;
use crate::desk::problem::{Exit, Problem};
use crate::desk::way_back::{self, Outcome, Source};
use crate::mail::imap::{Folder, ImapRoute, LARGEST};
use crate::mail::route_problem::{RouteProblem, Trouble};
use crate::mail::transport::{Auth, Security};
use crate::store::mailbox_cursor::{self, Cursor};

/// For each answer of the server; a large message over a slow line comes within it.
const PATIENCE: Duration = Duration::from_mins(1);

/// What one reading of the mailbox did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
pub struct MailboxReport {
    /// Messages that were new.
    pub read: u64,
    /// Of these, moved to `done_folder` or flagged.
    pub put_aside: u64,
    /// Larger than 10 MB: no report is, so they were left alone.
    pub too_large: u64,
}

/// Takes in what has come since the last time; `tell` hears what became of each message. Answers of
/// people stay where they are, for people.
///
/// Errors: exit 78 for settings, 12 for a refused login, 75 where the server is away.
pub async fn ingest(desk: &Desk, mut tell: impl FnMut(&Outcome)) -> Result<MailboxReport, Problem> {
    let take = async |bytes: &[u8]| {
        let outcome = way_back::take(desk, bytes, Source::Imap).await?;
        tell(&outcome);
        // One that is known may be an answer, or somebody else's: it stays.
        Ok(outcome.is_understood() && outcome != Outcome::Duplicate)
    };
    read(desk, take).await
}

/// Reads what has come since the last time. `take` keeps what a message says and answers whether it
/// was for us; only then the message is moved or flagged. After each message its number is kept, so
/// that whatever happens the next reading goes on there; a message that is taken twice must change
/// nothing.
///
/// Errors: exit 78 for settings, 12 for a refused login, 75 where the server is away; those of `take`.
pub async fn read(
    desk: &Desk,
    mut take: impl AsyncFnMut(&[u8]) -> Result<bool, Problem>,
) -> Result<MailboxReport, Problem> {
    let mailbox = &desk.config.mailbox;
    let route = route(mailbox).await?;
    let place = place(mailbox, &route);
    let mut folder = Folder::open(&route)
        .await
        .map_err(|problem| refused(&problem))?;
    let validity = i64::from(folder.validity());
    let known = mailbox_cursor::get(desk.store.db(), &place).await?;
    // With another validity the server has numbered anew: all is read again, and taken only once.
    let known = known.filter(|cursor| cursor.validity == validity);
    let last = known.map_or(0, |cursor| u32::try_from(cursor.uid).unwrap_or(0));
    let mut report = MailboxReport::default();
    for listed in folder
        .after(last)
        .await
        .map_err(|problem| refused(&problem))?
    {
        if listed.size > LARGEST {
            report.too_large += 1;
        } else if let Some(bytes) = folder
            .message(listed.uid)
            .await
            .map_err(|problem| refused(&problem))?
        {
            report.read += 1;
            if take(&bytes).await? {
                put_aside(&mut folder, mailbox, listed.uid).await?;
                report.put_aside += 1;
            }
        }
        let uid = i64::from(listed.uid);
        let cursor = Cursor { validity, uid };
        mailbox_cursor::set(desk.store.db(), &place, cursor, desk.now()).await?;
    }
    folder.close().await;
    Ok(report)
}

async fn put_aside(folder: &mut Folder, mailbox: &Mailbox, uid: u32) -> Result<(), Problem> {
    match &mailbox.done_folder {
        // Without MOVE it would take a copy and a deletion, and nothing is ever deleted.
        Some(done) if folder.can_move() => folder.move_to(uid, done).await,
        _ => folder.flag(uid).await,
    }
    .map_err(|problem| {
        refused(&problem)
            .hint("see that [mailbox] done_folder exists and that this account may write to it")
    })
}

/// Account, server and folder: what a message's number belongs to.
fn place(mailbox: &Mailbox, route: &ImapRoute) -> String {
    let user = mailbox.username.as_deref().unwrap_or_default();
    format!("{user}@{}:{}/{}", route.host, route.port, route.folder)
}

/// How to get at the mailbox; refuses (78) settings that cannot be used.
pub(crate) async fn route(mailbox: &Mailbox) -> Result<ImapRoute, Problem> {
    let (Some(host), Some(username), Some(source)) = (
        mailbox.host.clone(),
        mailbox.username.clone(),
        mailbox.secret(),
    ) else {
        let message = "[mailbox] names no server to read from";
        return Err(Problem::new(Exit::Config, "no-mailbox", message)
            .hint("set host, username and password_file in [mailbox] of config.toml"));
    };
    let secret = secret(&source).await?;
    let auth = match mailbox.auth {
        LoginKind::Password => Auth::Password {
            username,
            password: secret,
        },
        LoginKind::Oauth2 => Auth::OAuth2 {
            username,
            token: secret,
        },
    };
    let ca_pem = match &mailbox.ca_file {
        None => None,
        Some(path) => Some(tokio::fs::read(path).await.map_err(|error| {
            Problem::new(
                Exit::Config,
                "ca-unreadable",
                format!(
                    "[mailbox] ca_file {} cannot be read: {error}",
                    path.display()
                ),
            )
            .hint("check the path, and that this user may read it")
        })?),
    };
    Ok(ImapRoute {
        host,
        port: mailbox.port(),
        security: match mailbox.security {
            Wrapping::Tls => Security::Tls,
            Wrapping::Starttls => Security::StartTls,
            Wrapping::None => Security::None,
        },
        auth,
        ca_pem,
        folder: mailbox.folder.clone(),
        patience: PATIENCE,
    })
}

/// Trouble with the mailbox, as a refusal: exit 12 for a refused login, 78 for a setting, else 75.
pub(crate) fn refused(problem: &RouteProblem) -> Problem {
    let (exit, code, hint) = match &problem.trouble {
        Trouble::Login(_) => (
            Exit::Login,
            "mailbox-login",
            "check [mailbox] username and password with your provider",
        ),
        Trouble::Setting(_) | Trouble::Unencrypted | Trouble::Certificate(_) => {
            (Exit::Config, "mailbox", "mend [mailbox] in config.toml")
        }
        _ => (
            Exit::Temporary,
            "mailbox-away",
            "nothing is lost: the next reading goes on where this one ended",
        ),
    };
    Problem::new(exit, code, format!("the mailbox cannot be read: {problem}")).hint(hint)
}
