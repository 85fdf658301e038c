//! `dateline optout rotate-key`.

use crate::cli::context::Context;
use crate::cli::words::count;
use crate::desk::people::key_rotation;
use crate::desk::problem::{Exit, Problem};

/// Put a new key in force: who has opted out is hashed anew
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline optout rotate-key
  dateline optout rotate-key --yes

For when somebody may have read the key file. The new key is added to the file; the older ones have to
stay in it, because the opt-outs of people who are not here any more are found with them only. Make a
backup of the file afterwards, copy it to every machine of this desk, and restart dateline serve.")]
pub struct RotateKey {}

impl RotateKey {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let file = desk.config.desk.key_file.display().to_string();
        context.output.confirm_typed(
            &format!("This puts a new key in force, adds it to {file}, and hashes every address anew; nobody else can work meanwhile."),
            "rotate",
        )?;
        let rotated = key_rotation::rotate(&desk).await?;
        if context.output.is_json() {
            context.output.json(&rotated);
            return Ok(Exit::Done);
        }
        let shown =
            |number: u64, noun: &str| count(i64::try_from(number).unwrap_or(i64::MAX), noun);
        context.output.done(format!(
            "Key {} is in force: {} and {} hashed anew, {} moved, {} kept under an older key.",
            rotated.to,
            shown(rotated.addresses, "mailbox").replace("mailboxs", "mailboxes"),
            shown(rotated.mails, "mail"),
            shown(rotated.moved, "opt-out"),
            rotated.kept
        ));
        context.output.say(format!(
            "Back up {file} now, copy it to every machine of this desk, and restart dateline serve."
        ));
        Ok(Exit::Done)
    }
}
