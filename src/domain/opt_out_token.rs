//! The token in an opt-out link: names one delivery, cannot be forged, and holds for ever.

use subtle::ConstantTimeEq;

use crate::domain::suppression::SuppressionKey;

/// Apart from the tokens of other purposes: what a bounce address shows is no way to opt out.
const PURPOSE: &str = "opt-out link";

/// 80 bits in hexadecimal.
const TAIL: usize = 20;

/// A token that has the right form; whether it is ours, only a key can tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OptOutToken {
    pub delivery_id: i64,
    tail: String,
}

impl OptOutToken {
    /// Reads `DELIVERY-TAIL`. Anything else is none of ours.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, tail) = text.split_once('-')?;
        let is_number = (1..=19).contains(&id.len())
            && !id.starts_with('0')
            && id.bytes().all(|byte| byte.is_ascii_digit());
        let is_tail = tail.len() == TAIL
            && tail
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !is_number || !is_tail {
            return None;
        }
        Some(Self {
            delivery_id: id.parse().ok()?,
            tail: tail.to_owned(),
        })
    }

    /// The text for the link of a delivery. `nonce` is its distribution's: a row number that is
    /// given again after an old backup was restored must not opt out somebody else.
    pub fn write(key: &SuppressionKey, nonce: &str, delivery_id: i64) -> String {
        format!("{delivery_id}-{}", tail(key, nonce, delivery_id))
    }

    /// Whether one of the keys signed it. Takes the same time whatever it is compared with.
    pub fn is_signed_by(&self, keys: &[SuppressionKey], nonce: &str) -> bool {
        let mut signed = subtle::Choice::from(0);
        for key in keys {
            let expected = tail(key, nonce, self.delivery_id);
            signed |= expected.as_bytes().ct_eq(self.tail.as_bytes());
        }
        signed.into()
    }
}

fn tail(key: &SuppressionKey, nonce: &str, delivery_id: i64) -> String {
    key.token_tail(PURPOSE, &format!("{nonce}.{delivery_id}"))
}

#[cfg(test)]
mod tests {
    use super::OptOutToken;
    use crate::domain::suppression::SuppressionKey;

    fn key(byte: u8) -> SuppressionKey {
        SuppressionKey::new(&[byte; 32]).unwrap()
    }

    #[test]
    fn reads_what_it_wrote_and_knows_its_key() {
        let text = OptOutToken::write(&key(1), "nonce", 42);
        let token = OptOutToken::parse(&text).unwrap();
        assert_eq!((token.delivery_id, text.len()), (42, 23));
        assert!(token.is_signed_by(&[key(2), key(1)], "nonce"));
        assert!(!token.is_signed_by(&[key(2)], "nonce"));
        assert!(!token.is_signed_by(&[key(1)], "another"));
        assert!(!token.is_signed_by(&[], "nonce"));
    }

    #[test]
    fn a_bounce_token_is_no_opt_out() {
        let tail = key(1).token_tail("delivery", "nonce.42");
        let token = OptOutToken::parse(&format!("42-{tail}")).unwrap();
        assert!(!token.is_signed_by(&[key(1)], "nonce"));
    }

    #[test]
    fn strange_texts_are_none_of_ours() {
        let good = OptOutToken::write(&key(1), "nonce", 42);
        let upper = good.to_uppercase();
        let tail = good.split_once('-').unwrap().1.to_owned();
        for bad in [
            "",
            "-",
            "42",
            upper.as_str(),
            &format!("{good}0"),
            &format!(" {good}"),
            &format!("042-{tail}"),
            &format!("+42-{tail}"),
            &format!("-42-{tail}"),
            &format!("99999999999999999999-{tail}"),
            &format!("9999999999999999999-{tail}"),
            &good[..good.len() - 1],
        ] {
            assert_eq!(OptOutToken::parse(bad), None, "{bad:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_panics_and_none_is_signed_by_chance(text in "[0-9]{0,20}-?[0-9a-f]{0,22}\\PC{0,3}") {
            if let Some(token) = OptOutToken::parse(&text) {
                proptest::prop_assert!(!token.is_signed_by(&[key(1)], "nonce"));
            }
        }

        #[test]
        fn every_delivery_has_its_own(one in 1_i64.., other in 1_i64..) {
            let text = OptOutToken::write(&key(1), "n", one);
            let token = OptOutToken::parse(&text).unwrap();
            proptest::prop_assert!(token.is_signed_by(&[key(1)], "n"));
            let moved = text.replacen(&one.to_string(), &other.to_string(), 1);
            if let Some(moved) = OptOutToken::parse(&moved).filter(|_| one != other) {
                proptest::prop_assert!(!moved.is_signed_by(&[key(1)], "n"));
            }
        }
    }
}
