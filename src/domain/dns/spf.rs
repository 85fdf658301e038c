//! Whether a domain lets a server send in its name (SPF, RFC 7208), as a receiver finds out.

// Plain data from `core`: there is no socket in it.
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::domain::dns::book::{Book, Question};

/// More questions to DNS make receivers give up (RFC 7208, section 4.6.4).
pub const MOST_LOOKUPS: usize = 10;

/// What a record says about a server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    Pass,
    Fail,
    SoftFail,
    Neutral,
}

impl Verdict {
    /// As receivers write it into `Received-SPF`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::SoftFail => "softfail",
            Self::Neutral => "neutral",
        }
    }
}

/// Why receivers cannot use a record (`none` and `permerror`).
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SpfFault {
    /// The domain has no record.
    Missing(String),
    /// It has more than one.
    Several(String),
    /// The term that is not understood.
    Syntax(String),
    TooManyLookups,
}

/// What the walk through a record and those it includes came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Walk {
    pub verdict: Verdict,
    /// The term of the domain's own record that decided; empty where none did.
    pub term: String,
    /// Domains whose records were read, the domain itself first.
    pub read: Vec<String>,
    pub lookups: usize,
    /// Whether the own record leaves anything to another one.
    pub delegates: bool,
}

/// Why a walk did not come to its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stop {
    /// Nobody has asked this yet.
    Need(Question),
    Fault(SpfFault),
}

impl From<Question> for Stop {
    fn from(question: Question) -> Self {
        Self::Need(question)
    }
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Mechanism {
    All,
    Include(String),
    /// Domain (None: the one at hand), and how many bits count.
    A(Option<String>, u8, u8),
    Mx(Option<String>, u8, u8),
    Ip4(Ipv4Addr, u8),
    Ip6(Ipv6Addr, u8),
    /// `ptr`, `exists` and whatever has macros in it: costs a lookup, and is not worked out here.
    Unclear,
}

struct Term {
    verdict: Verdict,
    mechanism: Mechanism,
    text: String,
}

struct Record {
    terms: Vec<Term>,
    redirect: Option<String>,
}

/// Asks, as a receiver would, whether `server` may send for `domain`.
///
/// # Errors
/// The question whose answer the book lacks, or why a receiver gives up.
pub fn walk(book: &Book, domain: &str, server: IpAddr) -> Result<Walk, Stop> {
    let mut state = State {
        read: Vec::new(),
        lookups: 0,
    };
    let own = record(book, domain)?;
    let delegates = own.redirect.is_some()
        || own
            .terms
            .iter()
            .any(|term| matches!(term.mechanism, Mechanism::Include(_) | Mechanism::Unclear));
    let found = decide(book, domain, server, &mut state, 0)?;
    let (verdict, term) = found.unwrap_or((Verdict::Neutral, String::new()));
    Ok(Walk {
        verdict,
        term,
        read: state.read,
        lookups: state.lookups,
        delegates,
    })
}

struct State {
    read: Vec<String>,
    lookups: usize,
}

impl State {
    fn look_up(&mut self) -> Result<(), Stop> {
        self.lookups += 1;
        if self.lookups > MOST_LOOKUPS {
            return Err(Stop::Fault(SpfFault::TooManyLookups));
        }
        Ok(())
    }
}

/// The first term that fits decides; None: none does.
fn decide(
    book: &Book,
    domain: &str,
    server: IpAddr,
    state: &mut State,
    depth: usize,
) -> Result<Option<(Verdict, String)>, Stop> {
    // Each level costs a lookup, so that this is never reached but by a mistake of ours.
    if depth > MOST_LOOKUPS {
        return Err(Stop::Fault(SpfFault::TooManyLookups));
    }
    let record = record(book, domain)?;
    state.read.push(domain.to_ascii_lowercase());
    for term in &record.terms {
        if fits(book, domain, server, state, depth, &term.mechanism)? {
            return Ok(Some((term.verdict, term.text.clone())));
        }
    }
    match record.redirect {
        None => Ok(None),
        Some(other) => {
            state.look_up()?;
            let found = decide(book, &other, server, state, depth + 1)?;
            Ok(found.map(|(verdict, _)| (verdict, format!("redirect={other}"))))
        }
    }
}

fn fits(
    book: &Book,
    domain: &str,
    server: IpAddr,
    state: &mut State,
    depth: usize,
    mechanism: &Mechanism,
) -> Result<bool, Stop> {
    match mechanism {
        Mechanism::All => Ok(true),
        Mechanism::Ip4(network, bits) => Ok(is_in(server, IpAddr::V4(*network), *bits)),
        Mechanism::Ip6(network, bits) => Ok(is_in(server, IpAddr::V6(*network), *bits)),
        Mechanism::Unclear => {
            state.look_up()?;
            Ok(false)
        }
        Mechanism::Include(other) => {
            state.look_up()?;
            let found = decide(book, other, server, state, depth + 1)?;
            Ok(found.is_some_and(|(verdict, _)| verdict == Verdict::Pass))
        }
        Mechanism::A(name, v4, v6) => {
            state.look_up()?;
            let addresses = book.addresses(name.as_deref().unwrap_or(domain))?;
            Ok(any_in(server, addresses, *v4, *v6))
        }
        Mechanism::Mx(name, v4, v6) => {
            state.look_up()?;
            for exchanger in book.exchangers(name.as_deref().unwrap_or(domain))? {
                if any_in(server, book.addresses(exchanger)?, *v4, *v6) {
                    return Ok(true);
                }
            }
            Ok(false)
        }
    }
}

fn any_in(server: IpAddr, addresses: &[IpAddr], v4: u8, v6: u8) -> bool {
    addresses.iter().any(|address| {
        let bits = if address.is_ipv4() { v4 } else { v6 };
        is_in(server, *address, bits)
    })
}

/// Whether the first `bits` agree.
fn is_in(server: IpAddr, network: IpAddr, bits: u8) -> bool {
    match (server, network) {
        (IpAddr::V4(server), IpAddr::V4(network)) => {
            let apart = u32::from(server) ^ u32::from(network);
            bits == 0 || apart.checked_shr(32 - u32::from(bits.min(32))) == Some(0)
        }
        (IpAddr::V6(server), IpAddr::V6(network)) => {
            let apart = u128::from(server) ^ u128::from(network);
            bits == 0 || apart.checked_shr(128 - u32::from(bits.min(128))) == Some(0)
        }
        _ => false,
    }
}

/// The one record of a domain.
fn record(book: &Book, domain: &str) -> Result<Record, Stop> {
    let texts = book.texts(domain)?;
    let mut ours = texts.iter().filter(|text| is_spf(text));
    let fault = |fault| Err(Stop::Fault(fault));
    match (ours.next(), ours.next()) {
        (None, _) => fault(SpfFault::Missing(domain.to_owned())),
        (Some(_), Some(_)) => fault(SpfFault::Several(domain.to_owned())),
        (Some(text), None) => read(text).map_err(Stop::Fault),
    }
}

fn is_spf(text: &str) -> bool {
    let first = text.split(' ').next().unwrap_or_default();
    first.eq_ignore_ascii_case("v=spf1")
}

fn read(text: &str) -> Result<Record, SpfFault> {
    let mut record = Record {
        terms: Vec::new(),
        redirect: None,
    };
    for word in text.split_ascii_whitespace().skip(1) {
        let wrong = || SpfFault::Syntax(word.chars().take(100).collect());
        let equals = word.find('=').unwrap_or(word.len());
        let slash = word.find([':', '/']).unwrap_or(word.len());
        if equals < slash {
            // Modifiers that we do not know are for others (section 6).
            let (name, value) = word.split_at(equals);
            if name.eq_ignore_ascii_case("redirect") {
                record.redirect = Some(value.get(1..).unwrap_or_default().to_owned());
            }
            continue;
        }
        record.terms.push(term(word).ok_or_else(wrong)?);
    }
    Ok(record)
}

fn term(word: &str) -> Option<Term> {
    let (verdict, rest) = match word.split_at_checked(1)? {
        ("+", rest) => (Verdict::Pass, rest),
        ("-", rest) => (Verdict::Fail, rest),
        ("~", rest) => (Verdict::SoftFail, rest),
        ("?", rest) => (Verdict::Neutral, rest),
        _ => (Verdict::Pass, word),
    };
    Some(Term {
        verdict,
        mechanism: mechanism(rest)?,
        text: word.to_owned(),
    })
}

fn mechanism(text: &str) -> Option<Mechanism> {
    let end = text.find([':', '/']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let (place, bits) = match rest.strip_prefix(':') {
        // An IPv6 address has colons of its own; only a slash ends it.
        Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
        None => ("", rest),
    };
    let name = name.to_ascii_lowercase();
    if place.contains('%') || matches!(name.as_str(), "ptr" | "exists") {
        return Some(Mechanism::Unclear);
    }
    let domain = (!place.is_empty()).then(|| place.to_owned());
    match name.as_str() {
        "all" if rest.is_empty() => Some(Mechanism::All),
        "include" if bits.is_empty() => Some(Mechanism::Include(domain?)),
        "a" => lengths(bits).map(|(v4, v6)| Mechanism::A(domain, v4, v6)),
        "mx" => lengths(bits).map(|(v4, v6)| Mechanism::Mx(domain, v4, v6)),
        "ip4" => Some(Mechanism::Ip4(place.parse().ok()?, length(bits, 32)?)),
        "ip6" => Some(Mechanism::Ip6(place.parse().ok()?, length(bits, 128)?)),
        _ => None,
    }
}

/// `/24`, or nothing for all bits.
fn length(text: &str, all: u8) -> Option<u8> {
    if text.is_empty() {
        return Some(all);
    }
    let bits = text.strip_prefix('/')?.parse().ok()?;
    (bits <= all).then_some(bits)
}

/// `/24//64`: of IPv4, then of IPv6.
fn lengths(text: &str) -> Option<(u8, u8)> {
    match text.find("//") {
        None => Some((length(text, 32)?, 128)),
        Some(at) => {
            let (v4, v6) = text.split_at(at);
            Some((length(v4, 32)?, length(v6.get(1..)?, 128)?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dns::book::Answer;

    fn book(texts: &[(&str, &str)]) -> Book {
        let mut book = Book::default();
        for (name, text) in texts {
            let answer = Answer::Texts(vec!["other=1".to_owned(), (*text).to_owned()]);
            book.write(Question::Texts((*name).to_owned()), answer);
        }
        book
    }

    fn asked(texts: &[(&str, &str)], server: &str) -> Result<Walk, Stop> {
        let mut book = book(texts);
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        for (name, found) in [
            ("mail.example", vec![address("192.0.2.10")]),
            ("example.com", vec![address("192.0.2.80")]),
            (
                "mx.example",
                vec![address("198.51.100.7"), address("2001:db8::7")],
            ),
        ] {
            book.write(
                Question::Addresses(name.to_owned()),
                Answer::Addresses(found),
            );
        }
        book.write(
            Question::Exchangers("example.com".to_owned()),
            Answer::Names(vec!["mx.example".to_owned()]),
        );
        walk(&book, "example.com", address(server))
    }

    #[test]
    fn terms_are_tried_from_the_left_and_the_first_that_fits_decides() {
        use Verdict::{Fail, Neutral, Pass, SoftFail};
        for (record, server, verdict, term) in [
            (
                "v=spf1 ip4:192.0.2.0/24 -all",
                "192.0.2.10",
                Pass,
                "ip4:192.0.2.0/24",
            ),
            ("v=spf1 ip4:192.0.2.0/28 -all", "192.0.2.99", Fail, "-all"),
            (
                "V=SPF1 a:mail.example ~all",
                "192.0.2.10",
                Pass,
                "a:mail.example",
            ),
            ("v=spf1 a ~all", "192.0.2.10", SoftFail, "~all"),
            ("v=spf1 a/24 ~all", "192.0.2.10", Pass, "a/24"),
            ("v=spf1 mx ?all", "198.51.100.7", Pass, "mx"),
            ("v=spf1 mx ?all", "2001:db8::7", Pass, "mx"),
            (
                "v=spf1 mx/24//32 ?all",
                "2001:db8:0:1::1",
                Pass,
                "mx/24//32",
            ),
            (
                "v=spf1 ip6:2001:db8::/32 ?all",
                "2001:db8:1::1",
                Pass,
                "ip6:2001:db8::/32",
            ),
            (
                "v=spf1 ip4:0.0.0.0/0 -all",
                "203.0.113.1",
                Pass,
                "ip4:0.0.0.0/0",
            ),
            (
                "v=spf1 -ip4:192.0.2.10 +all",
                "192.0.2.10",
                Fail,
                "-ip4:192.0.2.10",
            ),
            ("v=spf1", "192.0.2.10", Neutral, ""),
            (
                "v=spf1 exp=why.example ptr exists:%{i}.example ?all",
                "192.0.2.10",
                Neutral,
                "?all",
            ),
        ] {
            let found = asked(&[("example.com", record)], server).unwrap();
            assert_eq!(
                (found.verdict, found.term.as_str()),
                (verdict, term),
                "{record}"
            );
        }
    }

    #[test]
    fn an_include_counts_only_where_it_passes_and_a_redirect_in_the_place_of_all() {
        let provider = ("spf.example", "v=spf1 ip4:192.0.2.10 -all");
        let found = asked(
            &[("example.com", "v=spf1 include:spf.example ~all"), provider],
            "192.0.2.10",
        )
        .unwrap();
        assert_eq!(
            (found.verdict, found.term.as_str()),
            (Verdict::Pass, "include:spf.example")
        );
        assert_eq!(found.read, ["example.com", "spf.example"]);
        assert!(found.delegates && found.lookups == 1);
        let other = asked(
            &[("example.com", "v=spf1 include:spf.example ~all"), provider],
            "192.0.2.11",
        )
        .unwrap();
        assert_eq!(other.verdict, Verdict::SoftFail);
        let moved = asked(
            &[("example.com", "v=spf1 redirect=spf.example"), provider],
            "192.0.2.11",
        )
        .unwrap();
        assert_eq!(
            (moved.verdict, moved.term.as_str()),
            (Verdict::Fail, "redirect=spf.example")
        );
    }

    #[test]
    fn what_receivers_give_up_on_is_a_fault() {
        let fault = |texts: &[(&str, &str)]| match asked(texts, "192.0.2.10") {
            Err(Stop::Fault(fault)) => fault,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            fault(&[("example.com", "v=spf10 +all")]),
            SpfFault::Missing("example.com".to_owned())
        );
        for wrong in [
            "ip4:192.0.2.0/33",
            "ip4:mail.example",
            "include",
            "al",
            "all:x",
            "a/x",
            "include:",
        ] {
            let record = format!("v=spf1 {wrong} -all");
            assert_eq!(
                fault(&[("example.com", &record)]),
                SpfFault::Syntax(wrong.to_owned())
            );
        }
        let empty = [
            ("example.com", "v=spf1 include:none.example -all"),
            ("none.example", "hello"),
        ];
        assert_eq!(fault(&empty), SpfFault::Missing("none.example".to_owned()));
        assert_eq!(
            fault(&[("example.com", "v=spf1 include:example.com -all")]),
            SpfFault::TooManyLookups
        );
        let many = format!("v=spf1 {} -all", "a:mail.example ".repeat(11));
        let server = asked(&[("example.com", &many)], "203.0.113.9");
        assert_eq!(server, Err(Stop::Fault(SpfFault::TooManyLookups)));
        let mut twice = Book::default();
        let texts = vec!["v=spf1 +all".to_owned(), "v=spf1 -all".to_owned()];
        twice.write(
            Question::Texts("example.com".to_owned()),
            Answer::Texts(texts),
        );
        let server = "192.0.2.1".parse().unwrap();
        assert_eq!(
            walk(&twice, "example.com", server),
            Err(Stop::Fault(SpfFault::Several("example.com".to_owned())))
        );
    }

    #[test]
    fn what_nobody_has_asked_yet_is_named() {
        let lacking = asked(
            &[("example.com", "v=spf1 include:far.example -all")],
            "192.0.2.10",
        );
        let question = Question::Texts("far.example".to_owned());
        assert_eq!(lacking, Err(Stop::Need(question)));
    }

    proptest::proptest! {
        #[test]
        fn no_record_panics(rest in "[ a-z0-9:/=%{}.+?~-]{0,80}", server in proptest::num::u32::ANY) {
            let record = format!("v=spf1 {rest}");
            let book = book(&[("example.com", &record)]);
            let _ = walk(&book, "example.com", IpAddr::V4(Ipv4Addr::from(server)));
        }
    }
}
