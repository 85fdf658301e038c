//! `dateline release preview`.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::cli::context::Context;
use crate::cli::signal::Stop;
use crate::desk::letter::preview::{self, Mail, Previewed, Request};
use crate::desk::problem::{Exit, Problem, hint_for_writing};
use crate::desk::release::diff::{self, Difference};
use crate::web::preview as page;

/// Show the mail as it will be, or exactly as a recipient gets it
#[derive(clap::Args, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of its own on the command line"
)]
#[command(after_help = "\
Examples:
  dateline release preview harbour-light
  dateline release preview harbour-light --open             (in the browser, until Ctrl-C)
  dateline release preview harbour-light --out              (into ./preview-harbour-light)
  dateline release preview harbour-light --for jane@example.com --raw | less
  dateline release preview harbour-light --html > harbour-light.html

Once it is scheduled, --for shows the very bytes of that recipient's mail.")]
pub struct Preview {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
    /// As this contact gets it, by address or id
    #[arg(long = "for", value_name = "CONTACT")]
    for_contact: Option<String>,
    /// The mail that this distribution froze
    #[arg(long, value_name = "N")]
    distribution: Option<i64>,
    /// Only this language version
    #[arg(long, value_name = "LANGUAGE")]
    language: Option<String>,
    /// Write text, HTML and the whole message into this folder (default: ./preview-RELEASE)
    #[arg(long, value_name = "DIR", num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["raw", "html"])]
    out: Option<OsString>,
    /// Serve it on a page of this machine: HTML at two widths, light and dark, text, headers, files
    #[arg(long, conflicts_with_all = ["raw", "html", "out"])]
    page: bool,
    /// As --page, and open the browser there
    #[arg(long, conflicts_with_all = ["raw", "html", "out"])]
    open: bool,
    /// Print the whole message
    #[arg(long, conflicts_with = "html")]
    raw: bool,
    /// Print the HTML part
    #[arg(long)]
    html: bool,
}

impl Preview {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let request = Request {
            release: &self.release,
            for_contact: self.for_contact.as_deref(),
            distribution: self.distribution,
            language: self.language.as_deref(),
        };
        let previewed = preview::preview(&desk, &request).await?;
        if self.page || self.open {
            let difference = diff::since_sent(&desk, &previewed.release).await?;
            return serve(context, previewed, difference, self.open).await;
        }
        if let Some(folder) = self.out {
            let folder = if folder.is_empty() {
                PathBuf::from(format!("preview-{}", previewed.release))
            } else {
                PathBuf::from(folder)
            };
            let folder = context.path(&folder);
            write(context, &folder, &previewed)?;
        } else if context.output.is_json() {
            context.output.json(&previewed);
        } else if self.raw || self.html {
            // One message is one stream: of several languages the original.
            let Some(mail) = previewed.mails.first() else {
                return Ok(Exit::Done);
            };
            let part = if self.raw { &mail.raw } else { &mail.html };
            context.output.bytes(part.as_bytes());
        } else {
            for mail in &previewed.mails {
                print(context, mail);
            }
        }
        remark(context, &previewed);
        Ok(Exit::Done)
    }
}

/// Shows the page until Ctrl-C.
async fn serve(
    context: &mut Context,
    previewed: Previewed,
    difference: Option<Difference>,
    open: bool,
) -> Result<Exit, Problem> {
    let mut stop = Stop::listen();
    let page = page::serve(previewed, difference).await.map_err(|error| {
        Problem::new(
            Exit::Failed,
            "preview",
            format!("the page cannot be served: {error}"),
        )
        .hint("write files instead: --out")
    })?;
    let url = page.url();
    if context.output.is_json() {
        context.output.json(&serde_json::json!({ "url": url }));
    } else {
        context.output.line(format!("{url} (Ctrl-C ends it)"));
    }
    context.output.flush();
    if open {
        let program = if cfg!(target_os = "macos") {
            "open"
        } else {
            "xdg-open"
        };
        let started = tokio::process::Command::new(program).arg(&url).spawn();
        if started.is_err() {
            context
                .output
                .say("No browser could be started: open the address yourself.");
        }
    }
    Ok(stop.wait().await)
}

fn print(context: &mut Context, mail: &Mail) {
    context.output.line(format!("To: {}", mail.to));
    context.output.line(format!("Subject: {}\n", mail.subject));
    context.output.line(&mail.text);
}

fn remark(context: &mut Context, previewed: &Previewed) {
    if let Some(reason) = &previewed.reason {
        context
            .output
            .warn(format!("this contact gets no mail: {reason}"));
    }
    let status = previewed.status.as_deref().unwrap_or_default();
    if previewed.exact && previewed.reason.is_none() {
        context.output.detail(format!(
            "these are the bytes of this recipient's mail, which is {status}"
        ));
    }
}

/// `SLUG.txt`, `.html` and `.eml`; further languages carry theirs in the name.
fn write(context: &mut Context, folder: &Path, previewed: &Previewed) -> Result<(), Problem> {
    let mut names = Vec::new();
    let written = std::fs::create_dir_all(folder).and_then(|()| {
        for (place, mail) in previewed.mails.iter().enumerate() {
            let stem = if place == 0 {
                previewed.release.clone()
            } else {
                format!("{}.{}", previewed.release, mail.language)
            };
            for (ending, part) in [
                ("txt", &mail.text),
                ("html", &mail.html),
                ("eml", &mail.raw),
            ] {
                let name = format!("{stem}.{ending}");
                std::fs::write(folder.join(&name), part)?;
                names.push(name);
            }
        }
        Ok(())
    });
    written.map_err(|error| {
        Problem::new(
            Exit::Failed,
            "preview",
            format!("{} cannot be written: {error}", folder.display()),
        )
        .hint(format!("--out DIR: {}", hint_for_writing(&error)))
    })?;
    if context.output.is_json() {
        context
            .output
            .json(&serde_json::json!({"folder": folder, "files": names}));
    } else {
        context.output.done(format!(
            "Wrote {} into {}.",
            names.join(", "),
            folder.display()
        ));
    }
    Ok(())
}
