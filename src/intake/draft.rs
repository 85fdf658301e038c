//! What one row of a stranger's file becomes: a draft of a contact, or a reject with its reason.

use crate::domain::address::Address;
use crate::domain::contact::Kind;

/// A contact as the file has it, cleaned; an empty string is an empty cell. Nothing is stored yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContactDraft {
    /// Physical line on which the row starts, 1-based.
    pub line: u64,
    /// 1 is the first data record.
    pub row: u64,
    pub address: Address,
    pub more_addresses: Vec<Address>,
    /// Composed from its parts where the file has only those.
    pub name: String,
    pub given_name: String,
    pub family_name: String,
    pub outlet: String,
    pub title: String,
    pub beats: Vec<String>,
    pub tags: Vec<String>,
    /// Short names of media lists; only our own export has them.
    pub lists: Vec<String>,
    pub kind: Option<Kind>,
    /// ISO 3166 alpha-2; empty, with a warning, where the cell is no country we know.
    pub country: String,
    /// BCP 47; empty, with a warning, where the cell is no language we know.
    pub language: String,
    /// IANA name; empty, with a warning, where the cell is none.
    pub time_zone: String,
    pub phone: String,
    pub notes: String,
    /// `links` or `none`; empty where the file does not say, or says that attached is fine.
    pub attachments: &'static str,
    /// The person's no, as the file tells it: never an active contact.
    pub opt_out: Option<OptOut>,
    /// Archived where our own export was made.
    pub is_archived: bool,
    pub warnings: Vec<String>,
}

/// Why a row must never be mailed, and which column said so.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OptOut {
    /// `complained`, `unsubscribed`, `do-not-contact` or `bounced`.
    pub reason: &'static str,
    /// The header of the column, or `file name`.
    pub column: String,
}

/// A row that cannot become a contact, with all that is needed to mend it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reject {
    pub line: u64,
    pub row: u64,
    /// Stable word for scripts, such as `no-address`.
    pub code: &'static str,
    pub reason: String,
    /// The cell that is at fault.
    pub value: String,
    /// The whole row as it stood in the file.
    pub cells: Vec<String>,
}

/// One data record of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Row {
    Draft(Box<ContactDraft>),
    Reject(Reject),
}
