//! `dateline contact`: the journalists and editors we may write to.

pub mod add;
pub mod archive;
pub mod attachments;
pub mod dossier;
pub mod duplicates;
pub mod edit;
pub mod erase;
pub mod export;
pub mod fields;
pub mod filter;
pub mod history;
pub mod import;
mod import_progress;
mod import_view;
pub mod imports;
pub mod list;
pub(in crate::cli) mod many;
pub mod merge;
pub mod note;
pub(in crate::cli) mod sheet;
pub mod show;
pub mod stale;
pub mod tag;
pub mod undo_import;
pub mod untag;

use clap::builder::{PossibleValuesParser, TypedValueParser};

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};
use crate::domain::contact::Kind;

/// Journalists and editors: import, look up, change
#[derive(clap::Subcommand, Debug)]
#[command(after_help = "\
Examples:
  dateline contact import press.csv --source \"the spring fair\" --list tech
  dateline contact list --list tech
  dateline contact history ada@example.com")]
pub enum Verb {
    Import(import::Import),
    Imports(imports::Imports),
    UndoImport(undo_import::UndoImport),
    List(list::List),
    Show(show::Show),
    History(history::History),
    Add(Box<add::Add>),
    Edit(Box<edit::Edit>),
    Archive(archive::Archive),
    Duplicates(duplicates::Duplicates),
    Merge(merge::Merge),
    Tag(tag::Tag),
    Untag(untag::Untag),
    Note(note::Note),
    Stale(stale::Stale),
    Attachments(attachments::Attachments),
    Export(export::Export),
    Dossier(dossier::Dossier),
    Erase(erase::Erase),
}

impl Verb {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        match self {
            Self::Import(verb) => verb.run(context).await,
            Self::Imports(verb) => verb.run(context).await,
            Self::UndoImport(verb) => verb.run(context).await,
            Self::List(verb) => verb.run(context).await,
            Self::Show(verb) => verb.run(context).await,
            Self::History(verb) => verb.run(context).await,
            Self::Add(verb) => verb.run(context).await,
            Self::Edit(verb) => verb.run(context).await,
            Self::Archive(verb) => verb.run(context).await,
            Self::Duplicates(verb) => verb.run(context).await,
            Self::Merge(verb) => verb.run(context).await,
            Self::Tag(verb) => verb.run(context).await,
            Self::Untag(verb) => verb.run(context).await,
            Self::Note(verb) => verb.run(context).await,
            Self::Stale(verb) => verb.run(context).await,
            Self::Attachments(verb) => verb.run(context).await,
            Self::Export(verb) => verb.run(context).await,
            Self::Dossier(verb) => verb.run(context).await,
            Self::Erase(verb) => verb.run(context).await,
        }
    }
}

/// Reads a kind of contact; the help lists them all.
pub(in crate::cli) fn kind() -> impl TypedValueParser<Value = Kind> {
    PossibleValuesParser::new(Kind::ALL.map(Kind::as_str))
        .map(|word| Kind::parse(&word).unwrap_or_default())
}

/// The source of an address has to be known (LAW): asked for where somebody can be asked; an empty
/// answer is refused by the desk, which says what a source is.
fn source(context: &mut Context, given: Option<String>) -> String {
    given.unwrap_or_else(|| {
        context
            .output
            .question("Where do these addresses come from?", None, "--source")
            .unwrap_or_default()
    })
}
