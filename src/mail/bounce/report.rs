//! What a mail that came back says, in our words.

use serde::Serialize;

/// What kind of mail it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Mail to somebody was not delivered, or not yet.
    Bounce,
    /// Somebody pressed "this is spam" (RFC 5965).
    Complaint,
    /// A program answers for a person: out of office, read receipt, challenge (RFC 3834, 8098).
    AutoReply,
    #[default]
    Other,
}

/// Whether the address is dead. Anything doubtful is `Soft`: a good address called dead is worse
/// than a dead one written to again.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    Hard,
    Soft,
}

impl Class {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hard => "hard",
            Self::Soft => "soft",
        }
    }
}

/// Why it was not delivered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    UnknownUser,
    UnknownDomain,
    Moved,
    /// Switched off or suspended; such accounts do come back.
    Disabled,
    Full,
    TooLarge,
    Spam,
    Virus,
    /// SPF, DKIM or DMARC did not pass: ours to mend.
    Authentication,
    /// Our server's address is on a list or has no good name: ours to mend.
    Blocked,
    Policy,
    /// A server on the way would not relay for us.
    RelayDenied,
    TooMany,
    Greylisted,
    /// Nobody answered in time.
    Expired,
    /// Not delivered yet; the server goes on trying.
    Delayed,
    /// A server is broken.
    System,
    Unclear,
}

impl Reason {
    /// The word that JSON and the database use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownUser => "unknown-user",
            Self::UnknownDomain => "unknown-domain",
            Self::Moved => "moved",
            Self::Disabled => "disabled",
            Self::Full => "full",
            Self::TooLarge => "too-large",
            Self::Spam => "spam",
            Self::Virus => "virus",
            Self::Authentication => "authentication",
            Self::Blocked => "blocked",
            Self::Policy => "policy",
            Self::RelayDenied => "relay-denied",
            Self::TooMany => "too-many",
            Self::Greylisted => "greylisted",
            Self::Expired => "expired",
            Self::Delayed => "delayed",
            Self::System => "system",
            Self::Unclear => "unclear",
        }
    }

    pub fn class(self) -> Class {
        match self {
            Self::UnknownUser | Self::UnknownDomain | Self::Moved => Class::Hard,
            _ => Class::Soft,
        }
    }

    /// Whether it is ours to mend and says nothing about the address.
    pub fn is_our_fault(self) -> bool {
        matches!(
            self,
            Self::Authentication
                | Self::Blocked
                | Self::Spam
                | Self::Virus
                | Self::Policy
                | Self::RelayDenied
                | Self::TooLarge
                | Self::TooMany
        )
    }
}

/// One address that a report names, and its fate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Recipient {
    pub address: String,
    pub class: Class,
    /// The enhanced status code (RFC 3463), where one was given.
    pub status: Option<String>,
    pub reason: Reason,
    /// The server's words, on one line of 500 characters at most.
    pub diagnostic: String,
}

/// A mail that was read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    pub kind: Kind,
    pub recipients: Vec<Recipient>,
    /// Of the mail that came back or was answered, without angle brackets.
    pub message_id: Option<String>,
    /// Bare words about an automatic answer: `has-left` where it says so.
    pub hint: Option<&'static str>,
}
