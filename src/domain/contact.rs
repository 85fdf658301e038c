//! A contact: a journalist, an editor or a desk that we may write to.

/// What a contact is. Only media-like kinds may ever hold an advance copy (DIS-01, DIS-02);
/// unknown is not media.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Media,
    Freelance,
    Broadcaster,
    Agency,
    Blogger,
    Analyst,
    Investor,
    Partner,
    PublicAffairs,
    Internal,
    #[default]
    Unknown,
}

impl Kind {
    pub const ALL: [Self; 11] = [
        Self::Media,
        Self::Freelance,
        Self::Broadcaster,
        Self::Agency,
        Self::Blogger,
        Self::Analyst,
        Self::Investor,
        Self::Partner,
        Self::PublicAffairs,
        Self::Internal,
        Self::Unknown,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Media => "media",
            Self::Freelance => "freelance",
            Self::Broadcaster => "broadcaster",
            Self::Agency => "agency",
            Self::Blogger => "blogger",
            Self::Analyst => "analyst",
            Self::Investor => "investor",
            Self::Partner => "partner",
            Self::PublicAffairs => "public-affairs",
            Self::Internal => "internal",
            Self::Unknown => "unknown",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// Journalists and their houses, as opposed to analysts, investors and our own people.
    pub const fn is_media_like(self) -> bool {
        matches!(
            self,
            Self::Media | Self::Freelance | Self::Broadcaster | Self::Agency | Self::Blogger
        )
    }
}
