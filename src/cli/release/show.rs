//! `dateline release show`.

use crate::cli::context::Context;
use crate::cli::output::Output;
use crate::cli::release::told;
use crate::cli::words::{clock, short};
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::show::{self, Shown};
use crate::domain::content::Text;
use crate::domain::prose;

/// Show a release: versions, approvals, embargo, distributions, and the next step
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline release show harbour-light
  dateline release show harbour-light --json")]
pub struct Show {
    /// The release's slug
    #[arg(value_name = "RELEASE")]
    release: String,
}

impl Show {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let shown = show::show(&desk, &self.release).await?;
        if context.output.is_json() {
            context.output.json(&shown);
            return Ok(Exit::Done);
        }
        let output = &mut context.output;
        output.line(format!("{}: {}", shown.release, shown.status.as_str()));
        output.line(format!("  {}", shown.headline));
        if let Some(at) = shown.held_at {
            output.line(format!(
                "  held since {}; go on: dateline release resume {}",
                clock(&desk, at),
                shown.release
            ));
        }
        if shown.languages.len() > 1 {
            output.line(format!("  in {}", shown.languages.join(", ")));
        }
        match (&shown.embargo.said, shown.embargo.lifted_at) {
            (Some(said), _) if shown.embargo.active => {
                output.line(format!("  under embargo until {said}"));
            }
            (Some(said), _) => output.line(format!("  embargo was over {said}")),
            (None, Some(at)) => output.line(format!("  embargo lifted {}", clock(&desk, at))),
            (None, None) => output.line("  no embargo"),
        }
        output.line("");
        for version in &shown.versions {
            output.line(format!(
                "  version {} ({}), {}, by {}",
                version.number,
                short(&version.content_hash),
                clock(&desk, version.at),
                version.by
            ));
            let names = shown
                .approvals
                .iter()
                .filter(|name| name.version == version.number);
            for name in names {
                let over = match (&name.revoked_why, name.counts) {
                    (_, true) => String::new(),
                    (Some(why), _) => format!(" (taken back: {why})"),
                    (None, _) => " (no longer counts)".to_owned(),
                };
                let comment = name.comment.as_deref();
                let comment = comment.map_or_else(String::new, |said| format!(": {said}"));
                output.line(format!(
                    "    approved {} by {}{over}{comment}",
                    clock(&desk, name.at),
                    name.by
                ));
            }
        }
        if shown.approved_by < shown.needed {
            output.line(format!("    {}", missing(&shown)));
        }
        parts(output, &shown);
        for one in &shown.distributions {
            output.line("");
            told::sending(output, &desk, &shown.release, one);
        }
        context.output.done(format!("\nNext: {}", shown.next));
        Ok(Exit::Done)
    }
}

/// How many names are missing, and whose will not do.
fn missing(shown: &Shown) -> String {
    let given: Vec<&str> = shown
        .approvals
        .iter()
        .filter(|name| name.counts)
        .map(|name| name.by.as_str())
        .collect();
    let other = match given.as_slice() {
        [] => String::new(),
        names => format!("; needs another than {}", names.join(", ")),
    };
    format!("{} of {} approvals{other}", shown.approved_by, shown.needed)
}

/// What the current version consists of beside headline and body.
fn parts(output: &mut Output, shown: &Shown) {
    let mut facts: Vec<(String, String)> = Vec::new();
    if shown.material {
        facts.push(("material".into(), "yes: needs two different names".into()));
    }
    let several = shown.parts.texts.len() > 1;
    for text in &shown.parts.texts {
        let about = shown.parts.boilerplates(&text.language);
        let about = about
            .iter()
            .map(|about| format!("{} v{}", about.slug, about.number));
        let about: Vec<String> = about.collect();
        for (name, value) in of_text(text, &about) {
            let language = &text.language;
            let name = if several {
                format!("{name} ({language})")
            } else {
                name.to_owned()
            };
            facts.push((name, value));
        }
    }
    for file in &shown.files {
        let facts_of_it = format!(
            "{}, {}, {} bytes ({}), {}",
            file.name,
            file.media_type,
            file.bytes,
            short(&file.sha256),
            file.goes.as_str()
        );
        facts.push(("asset".into(), facts_of_it));
    }
    if !facts.is_empty() {
        output.line("");
    }
    let widest = facts.iter().map(|(name, _)| name.chars().count()).max();
    let widest = widest.unwrap_or_default();
    for (name, value) in facts {
        output.line(format!("  {name:widest$}  {value}"));
    }
    for one in &shown.behind {
        output.warn(format!(
            "carries {} ({}) version {}, the newest is {}: dateline release refresh {}",
            one.boilerplate, one.language, one.carries, one.newest, one.release
        ));
    }
}

/// The parts of a language version that are there, one line each.
fn of_text(text: &Text, about: &[String]) -> Vec<(&'static str, String)> {
    let issuers: Vec<&str> = text.issuers.iter().map(|one| one.name.as_str()).collect();
    let speakers: Vec<String> = prose::read(&text.body)
        .speakers()
        .map(|who| match &who.title {
            Some(title) => format!("{}, {title}", who.name),
            None => who.name.clone(),
        })
        .collect();
    let people: Vec<&str> = text
        .press_contacts
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    let downloads: Vec<&str> = text
        .downloads
        .iter()
        .map(|one| one.title.as_str())
        .collect();
    let dateline = text.dateline_line().unwrap_or_default();
    [
        ("subheads", text.subheads.join(" / ")),
        ("dateline", dateline.trim_end_matches(['-', ' ']).to_owned()),
        ("organizations", issuers.join(", ")),
        ("quotes", speakers.join("; ")),
        ("boilerplates", about.join(", ")),
        (
            "legend",
            text.forward_looking
                .as_ref()
                .map_or("", |_| "forward-looking statements")
                .to_owned(),
        ),
        ("end mark", text.end_mark.clone().unwrap_or_default()),
        ("press contacts", people.join(", ")),
        ("downloads", downloads.join(", ")),
        ("tickers", text.tickers.join(", ")),
        ("source", text.source_url.clone().unwrap_or_default()),
    ]
    .into_iter()
    .filter(|(_, value)| !value.is_empty())
    .collect()
}
