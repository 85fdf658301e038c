//! A release: one story under one slug, from draft to distributed, corrected or killed.

use crate::domain::instant::Instant;
use crate::domain::name;

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

/// One person is one name, however it was typed this time: `Bo Lund`, `bo.lund` and `BO  LUND` are one.
pub fn is_same_person(one: &str, other: &str) -> bool {
    words(one) == words(other)
}

/// What a name is compared by: its letters and digits. Dots, hyphens and what cannot be seen make no
/// second person.
fn words(name: &str) -> Vec<String> {
    let key = name::key(name);
    let visible: String = key.chars().filter(|letter| !is_unseen(*letter)).collect();
    let words = visible.split(|letter: char| !letter.is_alphanumeric());
    words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Joiners, direction marks and soft hyphens within a word.
const fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The different people among these names, each as first written; what holds no letter is nobody.
/// The one rule for whoever has to be two: approvals, and a kill.
pub fn different<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut people: Vec<&str> = Vec::new();
    for name in names {
        let is_known = people.iter().any(|known| is_same_person(known, name));
        if !is_known && !words(name).is_empty() {
            people.push(name);
        }
    }
    people
}

/// The different people who have approved exactly this content under exactly this embargo.
pub fn approvers<'a>(
    approvals: &'a [Approval],
    content_hash: &str,
    embargo_seq: i64,
) -> Vec<&'a str> {
    let counting = approvals.iter().filter(|approval| {
        approval.revoked.is_none()
            && approval.content_hash == content_hash
            && approval.embargo_seq == embargo_seq
    });
    different(counting.map(|approval| approval.by.as_str()))
}

#[cfg(test)]
mod tests {
    use super::{Approval, approvers, different, is_same_person};
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
    }

    #[test]
    fn a_name_typed_otherwise_is_no_second_person() {
        for again in [
            "Bo  LUND",
            " bo lund",
            "bo.lund",
            "Bo-Lund",
            "Bo Lu\u{200b}nd",
            "\u{ff22}o Lund",
        ] {
            assert!(is_same_person("Bo Lund", again), "{again}");
        }
        assert!(!is_same_person("Bo Lund", "Bo Lunde"));
        assert_eq!(different(["", " . ", "--"]), [""; 0]);
        assert_eq!(different(["Ana", "ana", "Bo", "?"]), ["Ana", "Bo"]);
        assert_eq!(different(["Øyvind", "øyvind", "王芳"]), ["Øyvind", "王芳"]);
    }
}
