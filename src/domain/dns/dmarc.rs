//! What a domain asks receivers to do with mail that is not provably its own (DMARC, RFC 7489).

use crate::domain::dns::book::{Book, Question};
use crate::domain::dns::{is_aligned, organizational, tags, value};
use crate::domain::health::Finding;

const POLICY: &str = "dns.dmarc";
const ALIGNMENT: &str = "dns.alignment";

/// What to do with mail that fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wish {
    None,
    Quarantine,
    Reject,
}

impl Wish {
    fn parse(text: &str) -> Option<Self> {
        match text.to_ascii_lowercase().as_str() {
            "none" => Some(Self::None),
            "quarantine" => Some(Self::Quarantine),
            "reject" => Some(Self::Reject),
            _ => None,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }
}

/// The domains that can speak for a mail.
#[derive(Clone, Copy, Debug)]
pub struct Identities<'a> {
    /// Of the From header: what people see.
    pub from: &'a str,
    /// Of the envelope sender: what SPF speaks for.
    pub envelope: &'a str,
    /// Of our own signature, where we sign.
    pub signature: Option<&'a str>,
}

/// The policy of the From's domain, and whether a mail of ours can satisfy it.
///
/// # Errors
/// The question whose answer the book lacks.
pub fn judge(book: &Book, mail: Identities<'_>) -> Result<Vec<Finding>, Question> {
    let own = format!("_dmarc.{}", mail.from);
    let mut texts = ours(book.texts(&own)?);
    let house = organizational(mail.from);
    let mut inherited = false;
    if texts.is_empty() && !house.eq_ignore_ascii_case(mail.from) {
        texts = ours(book.texts(&format!("_dmarc.{house}"))?);
        inherited = true;
    }
    let advice = format!(
        "publish this TXT record:\n_dmarc.{house}. TXT \"v=DMARC1; p=none; rua=mailto:dmarc@{house}\""
    );
    let [text] = texts.as_slice() else {
        let (found, fix) = if texts.is_empty() {
            (format!("{} has no DMARC record", mail.from), advice)
        } else {
            (
                format!(
                    "{} has more than one DMARC record, so receivers use none",
                    mail.from
                ),
                "remove all but one".to_owned(),
            )
        };
        let why = "Google, Yahoo and Microsoft want one from whoever sends many mails, and without it anybody can write in your name";
        return Ok(vec![Finding::warning(POLICY, found, why, fix)]);
    };
    let tags = tags(text);
    // A subdomain without a record of its own obeys sp=.
    let said = value(&tags, "sp")
        .filter(|_| inherited)
        .or(value(&tags, "p"));
    let Some(wish) = said.and_then(Wish::parse) else {
        return Ok(vec![Finding::warning(
            POLICY,
            format!(
                "the DMARC record of {} has no policy that receivers understand",
                mail.from
            ),
            "they treat it as none",
            advice,
        )]);
    };
    let strict = |name| value(&tags, name).is_some_and(|mode| mode.eq_ignore_ascii_case("s"));
    Ok(vec![
        Finding::ok(
            POLICY,
            format!("the DMARC policy of {} is {}", mail.from, wish.as_str()),
        ),
        alignment(mail, wish, strict("aspf"), strict("adkim")),
    ])
}

fn ours(texts: &[String]) -> Vec<&str> {
    let first = |text: &str| {
        text.split(';')
            .next()
            .map(str::trim)
            .unwrap_or_default()
            .to_owned()
    };
    texts
        .iter()
        .map(String::as_str)
        .filter(|text| first(text).eq_ignore_ascii_case("v=DMARC1"))
        .collect()
}

/// Receivers want one of SPF and DKIM to speak for the very house that is named in From.
fn alignment(mail: Identities<'_>, wish: Wish, strict_spf: bool, strict_dkim: bool) -> Finding {
    let spf = is_aligned(mail.envelope, mail.from, strict_spf);
    let dkim = mail
        .signature
        .map(|signature| is_aligned(signature, mail.from, strict_dkim));
    let what = match (spf, dkim) {
        (true, Some(true)) => "SPF and DKIM speak",
        (true, _) => "SPF speaks",
        (false, Some(true)) => "DKIM speaks",
        (false, None) => {
            return Finding::warning(
                ALIGNMENT,
                format!(
                    "bounces go to {}, so that SPF does not speak for {}; only a signature of your provider can",
                    mail.envelope, mail.from
                ),
                format!(
                    "receivers are asked to treat other mail so: {}",
                    wish.as_str()
                ),
                format!(
                    "see that your provider signs with d={}, or take a bounce_address there",
                    mail.from
                ),
            );
        }
        (false, Some(false)) => {
            let found = format!("neither SPF nor DKIM speaks for {}", mail.from);
            let why = format!(
                "receivers are asked to treat such mail so: {}",
                wish.as_str()
            );
            let fix = format!(
                "sign with [dkim] domain = \"{}\", or take a bounce_address there",
                mail.from
            );
            return if wish == Wish::None {
                Finding::warning(ALIGNMENT, found, why, fix)
            } else {
                Finding::problem(ALIGNMENT, found, why, fix)
            };
        }
    };
    Finding::ok(ALIGNMENT, format!("{what} for {}", mail.from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dns::book::Answer;
    use crate::domain::health::State;

    fn judged(
        records: &[(&str, &str)],
        from: &str,
        envelope: &str,
        signature: Option<&str>,
    ) -> Vec<Finding> {
        let mut book = Book::default();
        for name in ["_dmarc.example.com", "_dmarc.news.example.com"] {
            let texts = records.iter().filter(|(of, _)| *of == name);
            let texts = texts.map(|(_, text)| (*text).to_owned()).collect();
            book.write(Question::Texts(name.to_owned()), Answer::Texts(texts));
        }
        judge(
            &book,
            Identities {
                from,
                envelope,
                signature,
            },
        )
        .unwrap()
    }

    fn states(findings: &[Finding]) -> Vec<State> {
        findings.iter().map(|one| one.state).collect()
    }

    #[test]
    fn a_subdomain_obeys_its_house() {
        let house = [("_dmarc.example.com", "v=DMARC1; p=reject; sp=quarantine")];
        let own = judged(&house, "example.com", "example.com", None);
        assert!(own[0].found.ends_with("is reject"), "{own:?}");
        let below = judged(&house, "news.example.com", "news.example.com", None);
        assert!(below[0].found.ends_with("is quarantine"), "{below:?}");
    }

    #[test]
    fn without_a_usable_record_it_is_a_warning_with_one_to_publish() {
        for records in [
            &[][..],
            &[("_dmarc.example.com", "v=spf1 -all")],
            &[("_dmarc.example.com", "v=DMARC1; rua=mailto:a@example.com")],
            &[("_dmarc.example.com", "v=DMARC1; p=maybe")],
            &[
                ("_dmarc.example.com", "v=DMARC1; p=none"),
                ("_dmarc.example.com", "v=DMARC1; p=reject"),
            ],
        ] {
            let found = judged(records, "example.com", "example.com", None);
            assert_eq!(states(&found), [State::Warning], "{records:?}");
        }
    }

    #[test]
    fn one_of_spf_and_dkim_must_speak_for_the_house() {
        let policy = |rest: &str| [("_dmarc.example.com", format!("v=DMARC1; p=reject; {rest}"))];
        let state = |rest: &str, envelope: &str, signature: Option<&str>| {
            let records = policy(rest);
            let records = [(records[0].0, records[0].1.as_str())];
            judged(&records, "example.com", envelope, signature)[1].state
        };
        assert_eq!(state("", "bounces.example.com", None), State::Ok);
        assert_eq!(state("aspf=s", "bounces.example.com", None), State::Warning);
        assert_eq!(state("", "example.net", Some("example.com")), State::Ok);
        assert_eq!(
            state("", "example.net", Some("example.org")),
            State::Problem
        );
        assert_eq!(
            state("adkim=s", "example.net", Some("mail.example.com")),
            State::Problem
        );
        let lax = [("_dmarc.example.com", "v=DMARC1; p=none")];
        assert_eq!(
            judged(&lax, "example.com", "example.net", Some("example.org"))[1].state,
            State::Warning
        );
    }
}
