//! What to tell a press officer about SPF: whether the server that takes our mail is named, and how.

// Plain data from `core`: there is no socket in it.
use core::net::IpAddr;

use crate::domain::dns::spf::{SpfFault, Verdict, Walk};
use crate::domain::health::Finding;

const CHECK: &str = "dns.spf";
const WHY: &str = "receivers ask it whether a server may send in your name, and put what it does not name into spam";

/// The server that takes our mail.
#[derive(Clone, Copy, Debug)]
pub struct Server<'a> {
    pub name: &'a str,
    pub address: IpAddr,
    /// The record that a known provider wants to be included; its mail leaves from other addresses.
    pub include: Option<&'a str>,
    /// It delivers to the world itself.
    pub is_ours: bool,
}

/// Whether only this house or this machine knows an address: the world sees another one.
pub fn is_private(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            v4.is_private() || v4.is_loopback() || v4.is_link_local() || v4.is_unspecified()
        }
        IpAddr::V6(v6) => {
            v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_unique_local()
                || v6.is_unicast_link_local()
        }
    }
}

/// Judges what the record of `domain`, which bounces go to, says about the server.
pub fn judge(domain: &str, server: Server<'_>, found: &Result<Walk, SpfFault>) -> Finding {
    let walk = match found {
        Ok(walk) => walk,
        Err(fault) => return broken(domain, server, fault),
    };
    if let Some(include) = server.include
        && walk.read.iter().any(|read| read == include)
    {
        return Finding::ok(CHECK, format!("SPF of {domain} includes {include}"));
    }
    let named = format!("{} ({})", server.name, server.address);
    if walk.verdict == Verdict::Pass {
        let everyone = ["all", "+all", "ip4:0.0.0.0/0", "ip6:::/0"];
        if everyone
            .iter()
            .any(|term| walk.term.eq_ignore_ascii_case(term))
        {
            return Finding::warning(
                CHECK,
                format!(
                    "SPF of {domain} lets the whole world send in your name ({})",
                    walk.term
                ),
                "anybody can send as you, and receivers do not believe such a record",
                "name only your servers, and end the record with ~all",
            );
        }
        let term = &walk.term;
        return Finding::ok(CHECK, format!("SPF of {domain} names {named} ({term})"));
    }
    if server.include.is_none() && is_private(server.address) {
        return Finding::not_asked(
            CHECK,
            format!(
                "{domain} has an SPF record; {named} is an address of this house, and the world sees another"
            ),
            "see in a test mail's Authentication-Results whether SPF passes",
        );
    }
    let by = if walk.term.is_empty() {
        "no term fits".to_owned()
    } else {
        format!("{} by {}", walk.verdict.as_str(), walk.term)
    };
    let missing = format!("SPF of {domain} does not name {named}: {by}");
    let fix = format!(
        "put {} into the TXT record of {domain}, before its \"all\"",
        term_for(server)
    );
    if server.include.is_some() || server.is_ours || !walk.delegates {
        return Finding::problem(CHECK, missing, WHY, fix);
    }
    let why = "if your provider sends from other addresses than it takes mail at, one of the includes may name them";
    let fix = format!("ask your provider which include it wants, or {fix}");
    Finding::warning(CHECK, missing, why, fix)
}

fn term_for(server: Server<'_>) -> String {
    match (server.include, server.address) {
        (Some(include), _) => format!("include:{include}"),
        (None, address) if is_private(address) => "ip4:YOUR.PUBLIC.IP.ADDRESS".to_owned(),
        (None, IpAddr::V4(address)) => format!("ip4:{address}"),
        (None, IpAddr::V6(address)) => format!("ip6:{address}"),
    }
}

fn broken(domain: &str, server: Server<'_>, fault: &SpfFault) -> Finding {
    let (found, fix) = match fault {
        SpfFault::Missing(name) if name.eq_ignore_ascii_case(domain) => {
            let term = term_for(server);
            (
                format!("{domain} has no SPF record"),
                format!("publish this TXT record:\n{domain}. TXT \"v=spf1 {term} ~all\""),
            )
        }
        SpfFault::Missing(name) => (
            format!(
                "SPF of {domain} includes {name}, which has no record, so that receivers give up"
            ),
            format!("remove include:{name}"),
        ),
        SpfFault::Several(name) => (
            format!("{name} has more than one SPF record, so that receivers use none"),
            "make one of them, with all their terms".to_owned(),
        ),
        SpfFault::Syntax(term) => (
            format!("SPF of {domain} has a term that receivers do not understand: {term}"),
            "mend or remove it".to_owned(),
        ),
        SpfFault::TooManyLookups => (
            format!("SPF of {domain} takes more than ten lookups, so that receivers give up"),
            "remove includes that you do not need, or name addresses".to_owned(),
        ),
    };
    Finding::problem(CHECK, found, WHY, fix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::health::State;

    fn walk(verdict: Verdict, term: &str, delegates: bool) -> Walk {
        Walk {
            verdict,
            term: term.to_owned(),
            read: vec!["example.com".to_owned(), "spf.example.net".to_owned()],
            lookups: 1,
            delegates,
        }
    }

    fn server(address: &str) -> Server<'static> {
        Server {
            name: "smtp.example.net",
            address: address.parse().unwrap(),
            include: None,
            is_ours: false,
        }
    }

    fn state(found: &Walk, server: Server<'_>) -> State {
        judge("example.com", server, &Ok(found.clone())).state
    }

    #[test]
    fn a_server_that_is_not_named_is_a_problem_unless_an_include_may_name_it() {
        let other = server("192.0.2.10");
        let ours = Server {
            is_ours: true,
            ..other
        };
        assert_eq!(state(&walk(Verdict::Pass, "a", true), other), State::Ok);
        assert_eq!(
            state(&walk(Verdict::SoftFail, "~all", true), other),
            State::Warning
        );
        assert_eq!(
            state(&walk(Verdict::SoftFail, "~all", true), ours),
            State::Problem
        );
        assert_eq!(
            state(&walk(Verdict::SoftFail, "~all", false), other),
            State::Problem
        );
        assert_eq!(
            state(&walk(Verdict::Pass, "+all", false), other),
            State::Warning
        );
        let text = judge(
            "example.com",
            other,
            &Ok(walk(Verdict::Fail, "-all", false)),
        );
        assert_eq!(
            text.found,
            "SPF of example.com does not name smtp.example.net (192.0.2.10): fail by -all"
        );
        assert!(text.fix.unwrap().contains("ip4:192.0.2.10"));
    }

    #[test]
    fn nobody_is_told_to_publish_an_address_of_the_house() {
        for address in ["127.0.0.1", "10.0.0.7", "::1"] {
            let none = Err(SpfFault::Missing("example.com".to_owned()));
            let fix = judge("example.com", server(address), &none).fix.unwrap();
            assert!(
                fix.contains("ip4:YOUR.PUBLIC.IP.ADDRESS") && !fix.contains(address),
                "{fix}"
            );
        }
    }

    #[test]
    fn of_a_known_provider_its_include_counts() {
        let provider = |include| Server {
            include: Some(include),
            ..server("192.0.2.10")
        };
        let found = walk(Verdict::SoftFail, "~all", true);
        assert_eq!(state(&found, provider("spf.example.net")), State::Ok);
        assert_eq!(state(&found, provider("spf.example.org")), State::Problem);
    }

    #[test]
    fn a_server_in_the_house_cannot_be_judged_from_inside() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.7.7",
            "169.254.1.1",
            "::1",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
        ] {
            assert_eq!(
                state(&walk(Verdict::SoftFail, "~all", false), server(inside)),
                State::NotAsked,
                "{inside}"
            );
        }
        assert!(!is_private("2001:db8::1".parse().unwrap()));
    }

    #[test]
    fn each_fault_says_what_to_do() {
        let name = || "example.com".to_owned();
        for (fault, words) in [
            (SpfFault::Missing(name()), "v=spf1 ip4:192.0.2.10 ~all"),
            (
                SpfFault::Missing("none.example".to_owned()),
                "include:none.example",
            ),
            (SpfFault::Several(name()), "make one"),
            (SpfFault::Syntax("ip4:x".to_owned()), "mend"),
            (SpfFault::TooManyLookups, "remove includes"),
        ] {
            let finding = judge("example.com", server("192.0.2.10"), &Err(fault));
            assert_eq!(finding.state, State::Problem);
            assert!(
                finding.fix.as_deref().unwrap().contains(words),
                "{finding:?}"
            );
        }
    }
}
