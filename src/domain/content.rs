//! The content of one release version: immutable, written as canonical JSON, and hashed.
//!
//! What is approved is what is sent: people, organizations and "About" texts are copied into the
//! version, so that editing them later changes nothing that was approved.

mod canonical;
mod dateline;
mod places;

use serde::{Deserialize, Serialize};

pub use crate::domain::content::dateline::{Dateline, Months, Place, StateStyle};

/// The number of the canonical form. A field added later enters with the next number, and old
/// versions keep verifying with theirs.
pub const FORMAT: i64 = 1;

/// What a version is for. "Hold" is the trade's word for a notice that pauses a story.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VersionKind {
    #[default]
    Release,
    Advisory,
    Update,
    Correction,
    Hold,
    Kill,
}

impl VersionKind {
    pub const ALL: [Self; 6] = [
        Self::Release,
        Self::Advisory,
        Self::Update,
        Self::Correction,
        Self::Hold,
        Self::Kill,
    ];

    /// The word stored in the database and written in a release file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Advisory => "advisory",
            Self::Update => "update",
            Self::Correction => "correction",
            Self::Hold => "hold",
            Self::Kill => "kill",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// How an asset travels: as an attachment, inside the HTML part, or as a link only.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AssetUse {
    #[default]
    Attach,
    Inline,
    Link,
}

impl AssetUse {
    /// The word stored in the database and written in a release file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Attach => "attach",
            Self::Inline => "inline",
            Self::Link => "link",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        [Self::Attach, Self::Inline, Self::Link]
            .into_iter()
            .find(|use_| use_.as_str() == word)
    }
}

/// An organization as it stood when the version was made.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Issuer {
    pub slug: String,
    pub name: String,
    /// As printed, for example `NASDAQ: ABC`.
    pub tickers: Vec<String>,
    pub links: Vec<String>,
}

/// Our person named on the release, as they stood when the version was made.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct PressContact {
    pub slug: String,
    pub name: String,
    pub role: Option<String>,
    pub organization: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    /// BCP 47; the language to call them in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Printed in the block of the one before; otherwise "or" stands between them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub with_previous: bool,
}

/// A file too large for mail, kept on a site of the house's own.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Download {
    pub url: String,
    /// As printed, such as `B-roll, 4K, 1.2 GB`.
    pub title: String,
    pub caption: Option<String>,
    pub credit: Option<String>,
    pub rights: Option<String>,
}

/// A release in one language.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Text {
    /// BCP 47, such as `en` or `de-AT`.
    pub language: String,
    /// The text the others are translations of; exactly one per version.
    pub is_original: bool,
    pub headline: String,
    pub subheads: Vec<String>,
    pub dateline: Option<Dateline>,
    /// The wire's name without brackets, such as `BUSINESS WIRE`.
    pub wire_credit: Option<String>,
    pub state_style: StateStyle,
    /// Markdown.
    pub body: String,
    pub issuers: Vec<Issuer>,
    pub press_contacts: Vec<PressContact>,
    /// `###`, `-30-`, `ENDS`.
    pub end_mark: Option<String>,
    pub source_url: Option<String>,
    /// As printed, for example `NASDAQ: ABC`.
    pub tickers: Vec<String>,
    /// Markdown: the legend that belongs to forward-looking statements (15 U.S.C. 78u-5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forward_looking: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub downloads: Vec<Download>,
}

/// An "About" text, pinned by its number.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Boilerplate {
    pub language: String,
    pub position: i64,
    pub slug: String,
    /// The heading as printed, such as "About Harbour Light".
    pub title: String,
    pub number: i64,
    /// Markdown.
    pub body: String,
    /// [`boilerplate_hash`] of `body`.
    pub hash: String,
}

/// A picture or document that belongs to the release; its bytes are known by `sha256`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Asset {
    pub position: i64,
    /// Lower hex.
    pub sha256: String,
    pub file_name: String,
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    pub alt: Option<String>,
    pub caption: Option<String>,
    pub credit: Option<String>,
    pub rights: Option<String>,
    #[serde(rename = "use")]
    pub use_: AssetUse,
}

impl Asset {
    /// The Content-ID (without brackets) of an inline picture, RFC 2392: the HTML part refers to it
    /// as `cid:…`, so the composer must give the MIME part this very id.
    pub fn content_id(&self) -> String {
        let hash: String = self.sha256.chars().take(32).collect();
        format!("{}.{hash}@asset", self.position)
    }
}

/// One version of a release: what is approved and sent.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Version {
    pub kind: VersionKind,
    /// What a correction, update, hold or kill says about itself.
    pub note: Option<String>,
    pub texts: Vec<Text>,
    pub boilerplates: Vec<Boilerplate>,
    pub assets: Vec<Asset>,
}

/// What [`Version::original`] answers for a version without any text.
static NO_TEXT: Text = Text {
    language: String::new(),
    is_original: true,
    headline: String::new(),
    subheads: Vec::new(),
    dateline: None,
    wire_credit: None,
    state_style: StateStyle::Full,
    body: String::new(),
    issuers: Vec::new(),
    press_contacts: Vec::new(),
    end_mark: None,
    source_url: None,
    tickers: Vec::new(),
    forward_looking: None,
    downloads: Vec::new(),
};

/// Why stored content cannot be read back.
#[derive(Debug, thiserror::Error)]
#[error("this is not the content of a release text in format {FORMAT}: {0}")]
pub struct ContentError(#[from] serde_json::Error);

impl Text {
    /// Sorted keys, Unicode NFC, LF line ends, no insignificant white space: the same text always
    /// gives the same bytes.
    pub fn canonical_json(&self) -> String {
        canonical::write(self)
    }

    pub fn from_json(json: &str) -> Result<Self, ContentError> {
        Ok(serde_json::from_str(json)?)
    }

    /// Place, date and wire credit as they open the first paragraph, with the dashes before the text;
    /// nothing when the release has no dateline.
    pub fn dateline_line(&self) -> Option<String> {
        let credit = self.wire_credit.as_deref();
        let dateline = self.dateline.as_ref()?;
        if dateline.city.trim().is_empty() && dateline.date.is_none() {
            return None;
        }
        Some(dateline.line(&self.language, self.state_style, credit))
    }
}

impl Version {
    /// The languages it is in, the original's first.
    pub fn languages(&self) -> Vec<String> {
        let original = &self.original().language;
        let others = self.texts.iter().map(|text| &text.language);
        std::iter::once(original)
            .chain(others.filter(|language| *language != original))
            .cloned()
            .collect()
    }

    /// SHA-256 in lower hex over the canonical JSON of everything in the version, with the format's
    /// number in it. The order in which texts, "About" texts and assets are listed does not matter:
    /// the database may give them in any.
    pub fn hash(&self) -> String {
        let mut texts: Vec<&Text> = self.texts.iter().collect();
        texts.sort_by(|a, b| a.language.cmp(&b.language));
        let mut boilerplates: Vec<&Boilerplate> = self.boilerplates.iter().collect();
        boilerplates.sort_by(|a, b| (&a.language, a.position).cmp(&(&b.language, b.position)));
        let mut assets: Vec<&Asset> = self.assets.iter().collect();
        assets.sort_by_key(|asset| asset.position);
        let whole = serde_json::json!({
            "format": FORMAT,
            "kind": self.kind,
            "note": self.note,
            "texts": texts,
            "boilerplates": boilerplates,
            "assets": assets,
        });
        canonical::sha256(&canonical::write(&whole))
    }

    pub fn text(&self, language: &str) -> Option<&Text> {
        self.texts.iter().find(|text| text.language == language)
    }

    /// The text for a reader of `language`: the exact one, else one of the same language (`de` for
    /// `de-AT` and the other way round), else the original (RFC 4647, section 3.4).
    pub fn best_text(&self, language: &str) -> &Text {
        let primary = |tag: &str| {
            let first = tag.split('-').next().unwrap_or_default();
            first.to_ascii_lowercase()
        };
        let related = |text: &&Text| primary(&text.language) == primary(language);
        self.text(language)
            .or_else(|| self.texts.iter().find(related))
            .unwrap_or_else(|| self.original())
    }

    /// The text marked as original, or else the first; an empty one when there is none.
    pub fn original(&self) -> &Text {
        self.texts
            .iter()
            .find(|text| text.is_original)
            .or_else(|| self.texts.first())
            .unwrap_or(&NO_TEXT)
    }

    /// The "About" texts of one language in their order.
    pub fn boilerplates(&self, language: &str) -> Vec<&Boilerplate> {
        let mut found: Vec<&Boilerplate> = self
            .boilerplates
            .iter()
            .filter(|boilerplate| boilerplate.language == language)
            .collect();
        found.sort_by_key(|boilerplate| boilerplate.position);
        found
    }
}

/// Words as they stand inside the canonical JSON of a text, to look for them there.
pub fn within_json(words: &str) -> String {
    let quoted = canonical::write(&words);
    quoted[1..quoted.len() - 1].to_owned()
}

/// SHA-256 in lower hex of an "About" text, after NFC and LF: the same words have the same hash
/// whichever editor saved them.
pub fn boilerplate_hash(body: &str) -> String {
    canonical::sha256(&canonical::normal(body))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    fn version() -> Version {
        let text = |language: &str, is_original, headline: &str| Text {
            language: language.into(),
            is_original,
            headline: headline.into(),
            dateline: Some(Dateline {
                city: "Vancouver".into(),
                region: Some("British Columbia".into()),
                country: Some("CA".into()),
                date: Some(date(2026, 11, 3)),
                ..Dateline::default()
            }),
            body: "Body.\n".into(),
            ..Text::default()
        };
        Version {
            texts: vec![text("en", true, "Opens"), text("de", false, "Eröffnet")],
            ..Version::default()
        }
    }

    /// Format 1 for ever: a change of this value breaks the proof of everything sent before.
    #[test]
    fn the_hash_of_format_1() {
        assert_eq!(FORMAT, 1);
        insta::assert_snapshot!(version().hash());
        insta::assert_snapshot!(version().original().canonical_json());
    }

    #[test]
    fn order_does_not_matter_but_content_does() {
        let one = version();
        let mut other = version();
        other.texts.reverse();
        assert_eq!(one.hash(), other.hash());
        assert_eq!(one.original().headline, "Opens");
        assert_eq!(other.original().headline, "Opens");
        other.texts[1].subheads.push("More".into());
        assert_ne!(one.hash(), other.hash());
        let noted = Version {
            note: Some("x".into()),
            ..version()
        };
        assert_ne!(one.hash(), noted.hash());
        assert_eq!(Version::default().original(), &NO_TEXT);
    }

    #[test]
    fn a_reader_gets_the_nearest_language() {
        let version = version();
        for (asked, given) in [
            ("de", "de"),
            ("de-AT", "de"),
            ("EN-gb", "en"),
            ("ja", "en"),
            ("", "en"),
        ] {
            assert_eq!(version.best_text(asked).language, given, "{asked}");
        }
    }

    #[test]
    fn a_dateline_of_nothing_is_no_line() {
        let mut text = version().texts.remove(0);
        assert_eq!(
            text.dateline_line().as_deref(),
            Some("VANCOUVER, British Columbia, Nov. 3, 2026 -- ")
        );
        text.dateline = Some(Dateline::default());
        assert_eq!(text.dateline_line(), None);
        text.dateline = None;
        assert_eq!(text.dateline_line(), None);
    }

    #[test]
    fn the_same_words_have_the_same_hash() {
        assert_eq!(
            boilerplate_hash("Caf\u{e9}\r\nx"),
            boilerplate_hash("Cafe\u{301}\nx")
        );
        assert_ne!(boilerplate_hash("a"), boilerplate_hash("b"));
    }

    proptest! {
        #[test]
        fn canonical_json_comes_back(headline in "\\PC*", body in "(\\PC|\n){0,60}", mark in prop::option::of("\\PC{0,5}")) {
            let text = Text { headline, body, end_mark: mark, ..Text::default() };
            let json = text.canonical_json();
            let back = Text::from_json(&json).unwrap();
            prop_assert_eq!(back.canonical_json(), json);
        }
    }
}
