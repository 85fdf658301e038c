//! Where a boilerplate's text comes from: a file, the command line, or standard input.

use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::cli::context::Context;
use crate::desk::issuers::boilerplates::BoilerplateText;
use crate::desk::problem::{Exit, Problem};

/// Far more than any "About" paragraph; a wrong file should not fill the database.
const LONGEST: usize = 100_000;

#[derive(clap::Args, Debug)]
#[command(next_help_heading = "The text")]
pub struct Text {
    /// Read the text from this file; - is standard input, as is neither --file nor --text
    #[arg(long, value_name = "FILE", conflicts_with = "body")]
    file: Option<PathBuf>,
    /// The text itself
    #[arg(long = "text", value_name = "TEXT")]
    body: Option<String>,
    /// Its language, such as en (default: `[newsroom] language`)
    #[arg(long)]
    language: Option<String>,
    /// First day it may be used, YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    valid_from: Option<String>,
    /// Last day it may be used, YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    valid_until: Option<String>,
}

impl Text {
    /// Whether anything of the text was given; else an edit leaves it as it is.
    pub(in crate::cli) fn is_given(&self) -> bool {
        self.file.is_some()
            || self.body.is_some()
            || self.language.is_some()
            || self.valid_from.is_some()
            || self.valid_until.is_some()
    }

    /// The language it is in.
    pub(in crate::cli) fn language(&self, context: &mut Context) -> Result<String, Problem> {
        match &self.language {
            Some(language) => Ok(language.clone()),
            None => Ok(context.config()?.newsroom.language.clone()),
        }
    }

    pub(in crate::cli) fn read(self, context: &mut Context) -> Result<BoilerplateText, Problem> {
        let language = self.language(context)?;
        let body = match (self.body, self.file) {
            (Some(text), _) => text,
            (None, Some(path)) if path.as_os_str() != "-" => from_file(context, &path)?,
            (None, _) => from_stdin(context)?,
        };
        Ok(BoilerplateText {
            language,
            body,
            valid_from: self.valid_from,
            valid_until: self.valid_until,
        })
    }
}

fn from_file(context: &Context, given: &Path) -> Result<String, Problem> {
    let mut bytes = Vec::new();
    // A device that never ends is given up on.
    let opened = std::fs::File::open(context.path(given));
    let most = u64::try_from(LONGEST).unwrap_or(u64::MAX) + 1;
    let read = opened.and_then(|file| file.take(most).read_to_end(&mut bytes));
    read.map_err(|error| {
        let why = match error.kind() {
            ErrorKind::NotFound => "does not exist".to_owned(),
            ErrorKind::IsADirectory => "is a folder, not a file".to_owned(),
            kind => format!("cannot be read: {kind}"),
        };
        let message = format!("the file {} {why}", given.display());
        Problem::new(Exit::Usage, "text-file", message)
            .hint("give --file a text file with the \"About\" paragraph")
    })?;
    words(bytes, &given.display().to_string())
}

fn from_stdin(context: &mut Context) -> Result<String, Problem> {
    if context.output.may_ask() {
        context
            .output
            .say("Reading the text from standard input; end it with Ctrl-D.");
    }
    // One byte more tells that it is too long.
    let most = u64::try_from(LONGEST).unwrap_or(u64::MAX) + 1;
    let read = context.output.read_beginning(most);
    let (bytes, _) = read.map_err(|error| {
        let why = format!("standard input cannot be read: {}", error.kind());
        Problem::new(Exit::Failed, "stdin", why)
            .hint("put the text into a file, and name it with --file")
    })?;
    words(bytes, "standard input")
}

fn words(bytes: Vec<u8>, place: &str) -> Result<String, Problem> {
    let refused = |what: &str, hint: &str| {
        Problem::new(Exit::Usage, "not-text", format!("{place} {what}")).hint(hint)
    };
    if bytes.len() > LONGEST {
        return Err(refused(
            "is too long for an \"About\" paragraph",
            "give it the paragraph alone",
        ));
    }
    let text = String::from_utf8(bytes)
        .map_err(|_| refused("is no UTF-8 text", "save it as plain text in UTF-8"))?;
    if text.contains('\0') {
        return Err(refused("is no text", "save it as plain text in UTF-8"));
    }
    Ok(text.trim_start_matches('\u{feff}').to_owned())
}
