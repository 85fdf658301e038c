//! Why a contact file cannot be read: what, where, why, and what to do, in one sentence each.

use std::io;

/// A refusal of a whole file. `Display` is the sentence for the person; it names files, headers
/// and lines, never what stands in a contact's cell.
#[derive(Debug, thiserror::Error)]
pub enum IntakeProblem {
    #[error("{file} does not exist; check the path")]
    MissingFile { file: String },
    #[error("{file} cannot be read: permission denied; make it readable for you (chmod u+r)")]
    PermissionDenied { file: String },
    #[error("{file} is a {what}, not a file; name the CSV file itself")]
    NotAFile { file: String, what: &'static str },
    #[error("{file} is empty; export the contacts again")]
    EmptyFile { file: String },
    #[error("{file} has a header but no contacts below it; export the contacts again")]
    HeaderOnly { file: String },
    #[error("{file} is {what}, not CSV; {remedy}")]
    NotCsv {
        file: String,
        what: &'static str,
        remedy: &'static str,
    },
    #[error("{file} has several sheets with addresses: {sheets}; say which one with --sheet NAME")]
    SeveralSheets { file: String, sheets: String },
    #[error("{file} has no sheet {sheet:?}; its sheets are {sheets}")]
    NoSheet {
        file: String,
        sheet: String,
        sheets: String,
    },
    #[error("no sheet of {file} holds an e-mail address; its sheets are {sheets}")]
    NoAddresses { file: String, sheets: String },
    #[error(
        "{file} is far larger inside than a list of contacts is; save the sheet with the contacts as \"CSV UTF-8\" and import that file"
    )]
    TooLargeInside { file: String },
    #[error(
        "{label:?} is no encoding that Dateline knows; use for example utf-8, windows-1252, utf-16le or macintosh"
    )]
    UnknownEncoding { label: String },
    #[error(
        "{file} is not UTF-8, and its letters look like {guess}, which is too uncertain to import names with; say which it is with --encoding (for example --encoding windows-1252 or --encoding macintosh), or save it as \"CSV UTF-8\""
    )]
    NeedsEncoding { file: String, guess: &'static str },
    #[error("{value:?} is no delimiter; use --delimiter with ',' ';' tab or '|'")]
    UnknownDelimiter { value: String },
    #[error(
        "{file} has no column for the e-mail address; its headers are {headers}; {nearest}; name it with --map COLUMN=email"
    )]
    NoEmailColumn {
        file: String,
        headers: String,
        nearest: String,
    },
    #[error(
        "{file}: column \"{column}\" names both a yes and a no, so what stands in it could mean either; say which with --map \"{column}=opt-out\" (yes: do not write) or --map \"{column}=opt-in\" (yes: may write)"
    )]
    AmbiguousConsent { file: String, column: String },
    #[error("--map {column}={field}: there is no field {field:?}{nearest}; fields are {fields}")]
    UnknownField {
        column: String,
        field: String,
        nearest: String,
        fields: String,
    },
    #[error(
        "--map {column}={field}: {file} has no column {column:?}; its headers are {headers} (or give the column's number, the first is 1)"
    )]
    UnknownColumn {
        file: String,
        column: String,
        field: String,
        headers: String,
    },
    #[error(
        "{file} line {line}: this row is longer than {limit} bytes, so reading stopped there; a quotation mark opened there is probably never closed, or the file is no CSV"
    )]
    RowTooLong {
        file: String,
        line: u64,
        limit: usize,
    },
    #[error(
        "{file} line {line}: too many quotation marks are never closed, so reading stopped there; mend them, or export the file again"
    )]
    UnclosedQuotes { file: String, line: u64 },
    #[error("{file} cannot be read: {source}; check the disk and try again")]
    Read {
        file: String,
        #[source]
        source: io::Error,
    },
}

impl IntakeProblem {
    /// Stable word for scripts.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::MissingFile { .. } => "missing-file",
            Self::PermissionDenied { .. } => "unreadable-file",
            Self::NotAFile { .. } => "not-a-file",
            Self::EmptyFile { .. } => "empty-file",
            Self::HeaderOnly { .. } => "header-only",
            Self::NotCsv { .. } => "not-csv",
            Self::SeveralSheets { .. } => "several-sheets",
            Self::NoSheet { .. } => "no-sheet",
            Self::NoAddresses { .. } => "no-addresses",
            Self::TooLargeInside { .. } => "too-large-inside",
            Self::UnknownEncoding { .. } => "unknown-encoding",
            Self::NeedsEncoding { .. } => "needs-encoding",
            Self::UnknownDelimiter { .. } => "unknown-delimiter",
            Self::NoEmailColumn { .. } => "no-email-column",
            Self::AmbiguousConsent { .. } => "ambiguous-consent",
            Self::UnknownField { .. } => "unknown-field",
            Self::UnknownColumn { .. } => "unknown-column",
            Self::RowTooLong { .. } => "row-too-long",
            Self::UnclosedQuotes { .. } => "unclosed-quotes",
            Self::Read { .. } => "read-failed",
        }
    }

    /// The right refusal for a failed system call on `file`.
    pub(crate) fn io(file: &str, source: io::Error) -> Self {
        let file = file.to_owned();
        match source.kind() {
            io::ErrorKind::NotFound => Self::MissingFile { file },
            io::ErrorKind::PermissionDenied => Self::PermissionDenied { file },
            io::ErrorKind::IsADirectory => Self::NotAFile {
                file,
                what: "directory",
            },
            _ => Self::Read { file, source },
        }
    }
}
