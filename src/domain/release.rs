//! A release: one story under one slug, from draft to distributed, corrected or killed.

use crate::domain::instant::Instant;

/// Where a release stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    Draft,
    Approved,
    Scheduled,
    Distributed,
    Corrected,
    Killed,
}

impl Status {
    pub const ALL: [Self; 6] = [
        Self::Draft,
        Self::Approved,
        Self::Scheduled,
        Self::Distributed,
        Self::Corrected,
        Self::Killed,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Approved => "approved",
            Self::Scheduled => "scheduled",
            Self::Distributed => "distributed",
            Self::Corrected => "corrected",
            Self::Killed => "killed",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }
}

/// A release without its text; the text is in its versions.
#[derive(Clone, Debug)]
pub struct Release {
    pub id: i64,
    pub slug: String,
    pub public_id: String,
    pub status: Status,
    /// Whether the news can move a share price (DIS-02).
    pub material: bool,
    pub current_version_id: Option<i64>,
    pub created_at: Instant,
    /// Since when those who have it are asked to wait, and nothing new of it is scheduled.
    pub held_at: Option<Instant>,
}

/// An approval: of one content under one embargo; either changing takes it away.
#[derive(Clone, Debug)]
pub struct Approval {
    pub content_hash: String,
    pub embargo_seq: i64,
    pub by: String,
    pub at: Instant,
    pub comment: Option<String>,
    /// When an edit took it back, and why.
    pub revoked: Option<(Instant, String)>,
}

/// One person is one name, however it was typed this time.
pub fn is_same_person(one: &str, other: &str) -> bool {
    let words =
        |name: &str| -> Vec<String> { name.split_whitespace().map(str::to_lowercase).collect() };
    words(one) == words(other)
}

/// The different people who have approved exactly this content under exactly this embargo.
pub fn approvers<'a>(
    approvals: &'a [Approval],
    content_hash: &str,
    embargo_seq: i64,
) -> Vec<&'a str> {
    let mut names: Vec<&str> = Vec::new();
    for approval in approvals {
        let counts = approval.revoked.is_none()
            && approval.content_hash == content_hash
            && approval.embargo_seq == embargo_seq;
        if counts
            && !names
                .iter()
                .any(|known| is_same_person(known, &approval.by))
        {
            names.push(&approval.by);
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::{Approval, approvers};
    use crate::domain::instant::Instant;

    #[test]
    fn only_different_names_for_the_same_content_count() {
        let approval = |by: &str, hash: &str, seq| Approval {
            content_hash: hash.to_owned(),
            embargo_seq: seq,
            by: by.to_owned(),
            at: Instant::from_millis(0),
            comment: None,
            revoked: None,
        };
        let revoked = Approval {
            revoked: Some((Instant::from_millis(1), "edited".to_owned())),
            ..approval("di", "h", 1)
        };
        let all = [
            approval("ana", "h", 1),
            approval(" Ana ", "h", 1),
            revoked,
            approval("bo", "old", 1),
            approval("cy", "h", 2),
        ];
        assert_eq!(approvers(&all, "h", 1), ["ana"]);
        assert_eq!(approvers(&all, "h", 2), ["cy"]);
        assert_eq!(approvers(&all, "h", 3), [""; 0]);
        assert!(super::is_same_person("Bo  LUND", " bo lund"));
    }
}
