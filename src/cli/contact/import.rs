//! `dateline contact import`.

use std::path::PathBuf;

use crate::cli::contact::import_progress::Progress;
use crate::cli::contact::{import_view, kind, source};
use crate::cli::context::Context;
use crate::cli::signal::Stop;
use crate::desk::people::import_contacts::{ImportRequest, News, Watch, import_watched};
use crate::desk::problem::{Exit, Problem};
use crate::domain::contact::Kind;
use crate::intake::contact_file::Options;

/// Import contacts from the spreadsheets and address books you have; the same file twice changes nothing
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline contact import press.csv --source \"Cision export, March 2026\" --dry-run
  dateline contact import press.csv --source \"Cision export, March 2026\" --list tech
  dateline contact import old.csv --source \"our own sheet\" --map \"E-Mail 1=email\" \\
      --encoding windows-1252 --rejects mend.csv
  dateline contact import tech.xlsx --source \"our own sheet\" --list tech --replace
  dateline contact undo-import 3

CSV and TSV, .xlsx, .xls, .ods, vCards, and the pasted address line of a mail. Exports of Google,
Outlook, Apple, Mailchimp, HubSpot, Salesforce, listmonk, Prowly and any sheet with a header row in
English, German, French or Spanish are read as they are. Who has opted out in the file is opted out
here, and no file ever lifts an opt-out. What is said with --map is remembered for the next file with
the same header. Ctrl-C stops after whole rows; the same command again finishes it. Exit 3: some rows
were left out.

Fields for --map: email more-email name given-name middle-name family-name outlet title beats tags lists
kind country language time-zone phone attachments notes opt-out opt-in status unsubscribed-at
bounced-at opt-out-reason attributes")]
pub struct Import {
    /// Files to import
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Where these contacts come from, in your words; asked for when it is missing
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    /// Put everybody on this list; it is created if it does not exist
    #[arg(long, value_name = "LIST")]
    list: Option<String>,
    /// Make that list equal the file: who is not in it comes off the list, and stays a contact
    #[arg(long, requires = "list")]
    replace: bool,
    /// Give everybody this tag; may be given several times
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// What they are, where the file does not say it
    #[arg(long, value_name = "KIND", value_parser = kind())]
    kind: Option<Kind>,
    /// Read this column (its header, or its number from 1) as this field; may be given several times
    #[arg(long, value_name = "COLUMN=FIELD", value_parser = mapping)]
    map: Vec<(String, String)>,
    /// Find the columns out anew, whatever was said with --map for this header before
    #[arg(long)]
    no_remembered: bool,
    /// How the letters are written, such as utf-8, windows-1252 or macintosh (default: found out)
    #[arg(long, value_name = "ENCODING")]
    encoding: Option<String>,
    /// What stands between the cells: , ; tab or | (default: found out)
    #[arg(long, value_name = "CHARACTER")]
    delimiter: Option<String>,
    /// Which sheet of a workbook, where several hold addresses
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Show what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write the rows that are left out to this file, to be mended and imported again
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Why we may keep and write to them, such as "legitimate interest"
    #[arg(long, value_name = "TEXT")]
    legal_basis: Option<String>,
    /// Whose law they are under, such as EU or US-CA
    #[arg(long, value_name = "TEXT")]
    jurisdiction: Option<String>,
}

/// The header may hold an equals sign, a field never does.
fn mapping(text: &str) -> Result<(String, String), &'static str> {
    text.rsplit_once('=')
        .filter(|(column, field)| !column.trim().is_empty() && !field.trim().is_empty())
        .map(|(column, field)| (column.trim().to_owned(), field.trim().to_owned()))
        .ok_or("write COLUMN=FIELD, such as \"E-Mail 1=email\" or 3=name")
}

impl Import {
    pub(in crate::cli) async fn run(self, context: &mut Context) -> Result<Exit, Problem> {
        let desk = context.desk().await?;
        let rejects = self.rejects.clone();
        let files = self.files.clone();
        let request = self.request(context);
        let stop = Stop::listen();
        let mut progress = Progress::begin();
        if request.dry_run && !context.output.is_json() {
            context.output.line("DRY RUN: nothing is written.");
        }
        let done = {
            let (shows, is_json) = (context.output.shows_progress(), context.output.is_json());
            let mut file = 0;
            let mut tell = |news: News<'_>| match news {
                _ if is_json => {}
                News::Understood(report) => {
                    import_view::reading(context, report, &files[file]);
                    file += 1;
                }
                News::Rows { rows, line, lines } => {
                    if let Some(text) = progress.words(rows, line, lines).filter(|_| shows) {
                        context.output.progress(&text);
                    }
                }
                News::Through(report) => import_view::through(context, report, &request),
            };
            let mut watch = Watch {
                stop: Some(stop.asked.clone()),
                counts_lines: shows,
                tell: &mut tell,
            };
            import_watched(&desk, &request, &mut watch).await
        };
        context.output.progress("");
        let mut report = done?;
        // Files go by the names that were typed, not by where they are on this machine.
        for (file, given) in report.files.iter_mut().zip(&files) {
            file.file = given.display().to_string();
        }
        if context.output.is_json() {
            context.output.json(&report);
        } else {
            import_view::end(context, &report, &request, rejects.as_deref());
        }
        Ok(match stop.code() {
            Some(130) if report.is_interrupted() => Exit::Interrupted,
            Some(_) if report.is_interrupted() => Exit::Terminated,
            _ if report.has_rejects() => Exit::Partly,
            _ => Exit::Done,
        })
    }

    fn request(self, context: &mut Context) -> ImportRequest {
        let planned_rows = if context.output.is_json() || context.output.is_verbose() {
            usize::MAX
        } else {
            import_view::PLANNED
        };
        ImportRequest {
            paths: self.files.iter().map(|file| context.path(file)).collect(),
            source: source(context, self.source),
            list: self.list,
            replace: self.replace,
            replace_despite_rejects: context.output.says_yes(),
            tags: self.tag,
            kind: self.kind,
            options: Options {
                map: self.map,
                encoding: self.encoding,
                delimiter: self.delimiter,
                sheet: self.sheet,
            },
            forget_mapping: self.no_remembered,
            dry_run: self.dry_run,
            planned_rows,
            legal_basis: self.legal_basis.unwrap_or_default(),
            jurisdiction: self.jurisdiction.unwrap_or_default(),
            rejects: self.rejects.as_deref().map(|path| context.path(path)),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Args;

    use super::{Import, mapping};
    use crate::intake::header::Field;

    #[test]
    fn the_help_names_every_field() {
        let command = Import::augment_args(clap::Command::new("import"));
        let help = command.get_after_help().unwrap().to_string();
        let (_, fields) = help.split_once("Fields for --map:").unwrap();
        let named: Vec<_> = fields.split_whitespace().collect();
        assert_eq!(named, Field::ALL.map(Field::as_str));
    }

    #[test]
    fn a_mapping_ends_with_its_field() {
        let read = mapping("Mail = work=email");
        assert_eq!(read, Ok(("Mail = work".to_owned(), "email".to_owned())));
        for wrong in ["email", "=email", "Mail=", " = "] {
            assert!(mapping(wrong).is_err(), "{wrong}");
        }
    }
}
