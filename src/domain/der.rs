//! As much of DER (X.690) as two questions need: when a certificate ends, and how large a key is.

use crate::domain::instant::Instant;

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// `[0]`, which holds a certificate's version.
const VERSION: u8 = 0xa0;

/// `rsaEncryption` with its empty parameters (RFC 8017, appendix A.1).
const RSA: [u8; 15] = [
    SEQUENCE, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];

/// The first element: its tag, what is in it, and what follows it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let [tag, first, rest @ ..] = bytes else {
        return None;
    };
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let digits = usize::from(*first & 0x7f);
        if digits == 0 || digits > 4 {
            return None;
        }
        let length = rest
            .get(..digits)?
            .iter()
            .fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte));
        (length, rest.get(digits..)?)
    };
    Some((*tag, rest.get(..length)?, rest.get(length..)?))
}

/// What is in the first element, if it has this tag, and what follows.
fn expect(bytes: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (found, inside, rest) = element(bytes)?;
    (found == tag).then_some((inside, rest))
}

/// The instant after which a certificate (RFC 5280, section 4.1) does not hold any more.
pub fn not_after(certificate: &[u8]) -> Option<Instant> {
    let (certificate, _) = expect(certificate, SEQUENCE)?;
    let (mut rest, _) = expect(certificate, SEQUENCE)?;
    if let Some((_, behind)) = expect(rest, VERSION) {
        rest = behind;
    }
    let (_, rest) = expect(rest, INTEGER)?;
    let (_, rest) = expect(rest, SEQUENCE)?;
    let (_, rest) = expect(rest, SEQUENCE)?;
    let (validity, _) = expect(rest, SEQUENCE)?;
    let (_, _, rest) = element(validity)?;
    let (tag, text, _) = element(rest)?;
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let full = match (tag, text.len()) {
        // Two digits of the year: 50 and more are of the last century.
        (UTC_TIME, 12) if text >= "50" => format!("19{text}"),
        (UTC_TIME, 12) => format!("20{text}"),
        (GENERALIZED_TIME, 14) => text.to_owned(),
        _ => return None,
    };
    let part = |from: usize, to: usize| full.get(from..to);
    let written = format!(
        "{}-{}-{}T{}:{}:{}Z",
        part(0, 4)?,
        part(4, 6)?,
        part(6, 8)?,
        part(8, 10)?,
        part(10, 12)?,
        part(12, 14)?
    );
    let timestamp = written.parse::<jiff::Timestamp>().ok()?;
    Some(Instant::from_timestamp_down(timestamp))
}

/// Bits of a public RSA key, as `SubjectPublicKeyInfo` or as `RSAPublicKey`; None: it is neither.
pub fn rsa_bits(key: &[u8]) -> Option<usize> {
    let (inside, _) = expect(key, SEQUENCE)?;
    if let Some((_, rest)) = expect(inside, SEQUENCE) {
        let (bits, _) = expect(rest, BIT_STRING)?;
        return rsa_bits(bits.strip_prefix(&[0])?);
    }
    let (modulus, _) = expect(inside, INTEGER)?;
    let first = modulus.iter().position(|byte| *byte != 0)?;
    let modulus = modulus.get(first..)?;
    let unused = usize::try_from(modulus.first()?.leading_zeros()).ok()?;
    Some(modulus.len() * 8 - unused)
}

/// An `RSAPublicKey` as `SubjectPublicKeyInfo`, the form that is published.
pub fn rsa_public_key_info(key: &[u8]) -> Vec<u8> {
    let mut bits = vec![0];
    bits.extend(key);
    let mut inside = RSA.to_vec();
    inside.extend(wrapped(BIT_STRING, &bits));
    wrapped(SEQUENCE, &inside)
}

fn wrapped(tag: u8, inside: &[u8]) -> Vec<u8> {
    let mut whole = vec![tag];
    let length = inside.len();
    if let Ok(short) = u8::try_from(length)
        && short < 0x80
    {
        whole.push(short);
    } else {
        let digits = length.to_be_bytes();
        let digits: Vec<u8> = digits.into_iter().skip_while(|digit| *digit == 0).collect();
        whole.push(0x80 | u8::try_from(digits.len()).unwrap_or(0));
        whole.extend(digits);
    }
    whole.extend(inside);
    whole
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(year: i32) -> Vec<u8> {
        let key = rcgen::KeyPair::generate().unwrap();
        let mut params = rcgen::CertificateParams::new(vec!["mail.example".to_owned()]).unwrap();
        params.not_after = rcgen::date_time_ymd(year, 3, 9);
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn the_end_of_a_certificate_in_either_notation() {
        // From 2050 on years have four digits (RFC 5280, section 4.1.2.5).
        for (year, written) in [
            (2031, "2031-03-09T00:00:00Z"),
            (2061, "2061-03-09T00:00:00Z"),
        ] {
            let ends = not_after(&certificate(year)).unwrap();
            assert_eq!(ends.timestamp(), written.parse().unwrap());
        }
        let whole = certificate(2031);
        for cut in [0, 1, 5, 40, 120] {
            assert_eq!(not_after(&whole[..cut]), None, "{cut}");
        }
    }

    #[test]
    fn the_size_of_a_key_in_either_form() {
        // A modulus of 1024 bits whose first byte needs a zero before it, and the exponent 3.
        let mut inside = vec![INTEGER, 0x81, 129, 0, 0x80];
        inside.extend([1; 127]);
        inside.extend([INTEGER, 1, 3]);
        let key = wrapped(SEQUENCE, &inside);
        assert_eq!(rsa_bits(&key), Some(1024));
        assert_eq!(rsa_bits(&rsa_public_key_info(&key)), Some(1024));
        assert_eq!(rsa_bits(&key[..20]), None);
        assert_eq!(rsa_bits(b"none"), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
            let _ = (not_after(&bytes), rsa_bits(&bytes));
            let _ = rsa_bits(&wrapped(SEQUENCE, &bytes));
        }
    }
}
