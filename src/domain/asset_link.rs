//! The address of a file that a mail links to: nobody can guess it, and it names its file for good.

use subtle::ConstantTimeEq as _;

use crate::domain::suppression::SuppressionKey;

const PURPOSE: &str = "asset-link";
/// Letters of the file's name that are kept in the address.
const LONGEST_NAME: usize = 80;

/// What stands behind the public address: the file's SHA-256 and a tail that only we can make.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssetLink {
    sha256: String,
    tail: String,
}

impl AssetLink {
    /// `BASE/SHA256-TAIL/name.pdf`; the name is for people, and has plain letters only.
    pub fn write(key: &SuppressionKey, base: &str, sha256: &str, file_name: &str) -> String {
        let tail = key.token_tail(PURPOSE, sha256);
        let base = base.trim_end_matches('/');
        format!("{base}/{sha256}-{tail}/{}", plain(file_name))
    }

    /// The part between the slashes, if it has the form of one of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let (sha256, tail) = text.split_once('-')?;
        let is_hex = |text: &str, length| {
            text.len() == length
                && text
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        };
        (is_hex(sha256, 64) && is_hex(tail, 20)).then(|| Self {
            sha256: sha256.to_owned(),
            tail: tail.to_owned(),
        })
    }

    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Whether we made it. Takes the same time whatever it is compared with.
    pub fn is_signed_by(&self, key: &SuppressionKey) -> bool {
        let expected = key.token_tail(PURPOSE, &self.sha256);
        expected.as_bytes().ct_eq(self.tail.as_bytes()).into()
    }
}

/// The end of the name, because that holds the ending.
fn plain(name: &str) -> String {
    let letters: Vec<char> = name
        .chars()
        .map(|c| match c {
            c if c.is_ascii_alphanumeric() || matches!(c, '.' | '_') => c,
            _ => '-',
        })
        .collect();
    let from = letters.len().saturating_sub(LONGEST_NAME);
    let kept: String = letters[from..].iter().collect();
    // A name of dots alone would be a way up.
    if kept.trim_matches(['.', '-']).is_empty() {
        "file".to_owned()
    } else {
        kept
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(byte: u8) -> SuppressionKey {
        SuppressionKey::new(&[byte; 32]).unwrap()
    }

    #[test]
    fn an_address_is_read_back_by_its_owner_alone() {
        let sha256 = "ab".repeat(32);
        let link = AssetLink::write(
            &key(1),
            "https://press.example.com/files/",
            &sha256,
            "../Kraftwerk Süd.pdf",
        );
        let rest = link
            .strip_prefix("https://press.example.com/files/")
            .unwrap();
        let (token, name) = rest.split_once('/').unwrap();
        assert_eq!(name, "..-Kraftwerk-S-d.pdf");
        let read = AssetLink::parse(token).unwrap();
        assert_eq!(read.sha256(), sha256);
        assert!(read.is_signed_by(&key(1)) && !read.is_signed_by(&key(2)));
        assert_eq!(plain("…"), "file");
        assert_eq!(plain(".."), "file");
    }

    proptest! {
        #[test]
        fn no_words_open_it(text in "[0-9a-f]{0,70}-?\\PC{0,24}") {
            if let Some(link) = AssetLink::parse(&text) {
                prop_assert!(!link.is_signed_by(&key(1)));
            }
        }

        #[test]
        fn a_name_is_one_plain_segment(name in "\\PC{0,200}") {
            let name = plain(&name);
            prop_assert!(!name.is_empty() && name.len() <= LONGEST_NAME);
            prop_assert!(name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte)));
        }
    }
}
