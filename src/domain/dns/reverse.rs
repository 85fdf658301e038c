//! Whether mail can come back: a server's address has a name that leads back to it (RFC 8601, "iprev"),
//! and the domain of our bounces takes mail (RFC 5321, section 5.1).

// Plain data from `core`: there is no socket in it.
use core::net::IpAddr;

use crate::domain::dns::book::{Book, Question};
use crate::domain::health::Finding;

const CHECK: &str = "dns.ptr";
const EXCHANGERS: &str = "dns.mx";

/// Whether the domain that bounces go to takes mail at all.
///
/// # Errors
/// The question whose answer the book lacks.
pub fn takes_mail(book: &Book, domain: &str) -> Result<Finding, Question> {
    let exchangers = book.exchangers(domain)?;
    // A lone dot says "never" (RFC 7505).
    let named = exchangers
        .iter()
        .find(|name| !name.trim_end_matches('.').is_empty());
    if let Some(name) = named {
        let name = name.trim_end_matches('.');
        return Ok(Finding::ok(
            EXCHANGERS,
            format!("{domain} takes mail at {name}"),
        ));
    }
    if exchangers.is_empty() && !book.addresses(domain)?.is_empty() {
        return Ok(Finding::ok(
            EXCHANGERS,
            format!("{domain} takes mail at its own address"),
        ));
    }
    Ok(Finding::problem(
        EXCHANGERS,
        format!("{domain}, which bounces go to, takes no mail (no MX record)"),
        "reports of dead addresses and opt-outs by mail are lost, and many servers refuse mail from such a domain",
        format!(
            "publish an MX record for {domain}, or take a bounce_address at a domain that has one"
        ),
    ))
}

/// Judges the names of a server's address; `is_ours`: the server delivers to the world itself.
///
/// # Errors
/// The question whose answer the book lacks.
pub fn judge(book: &Book, server: IpAddr, is_ours: bool) -> Result<Finding, Question> {
    let names = book.names(server)?;
    let mut leads_back = None;
    for name in names.iter().take(3) {
        if book.addresses(name)?.contains(&server) {
            leads_back = Some(name.trim_end_matches('.'));
        }
    }
    if let Some(name) = leads_back {
        return Ok(Finding::ok(
            CHECK,
            format!("{server} is {name}, and {name} is {server}"),
        ));
    }
    let found = match names.first() {
        None => format!("{server} has no name (PTR record)"),
        Some(name) => format!(
            "{server} is named {}, which does not lead back to it",
            name.trim_end_matches('.')
        ),
    };
    let why = "large providers refuse mail from such an address; if your provider sends from others, only theirs count";
    let fix = "have whoever owns the address give it the server's name, and that name this address";
    Ok(if is_ours {
        Finding::problem(CHECK, found, why, fix)
    } else {
        Finding::warning(CHECK, found, why, fix)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dns::book::Answer;
    use crate::domain::health::State;

    fn judged(names: &[&str], back: &str, is_ours: bool) -> State {
        let server: IpAddr = "192.0.2.10".parse().unwrap();
        let mut book = Book::default();
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        for name in &names {
            let addresses = Answer::Addresses(vec![back.parse().unwrap()]);
            book.write(
                Question::Addresses(name.trim_end_matches('.').to_owned()),
                addresses,
            );
        }
        book.write(Question::Names(server), Answer::Names(names));
        judge(&book, server, is_ours).unwrap().state
    }

    #[test]
    fn bounces_need_a_domain_that_takes_mail() {
        let state = |exchangers: &[&str], address: Option<&str>| {
            let mut book = Book::default();
            let names = exchangers.iter().map(|&name| name.to_owned()).collect();
            let addresses = address.iter().map(|one| one.parse().unwrap()).collect();
            let name = || "example.com".to_owned();
            book.write(Question::Exchangers(name()), Answer::Names(names));
            book.write(Question::Addresses(name()), Answer::Addresses(addresses));
            takes_mail(&book, "example.com").unwrap().state
        };
        assert_eq!(state(&["mx.example.com."], None), State::Ok);
        assert_eq!(state(&[], Some("192.0.2.1")), State::Ok);
        assert_eq!(state(&[], None), State::Problem);
        assert_eq!(state(&["."], Some("192.0.2.1")), State::Problem);
    }

    #[test]
    fn a_name_must_lead_back() {
        assert_eq!(judged(&["mail.example."], "192.0.2.10", true), State::Ok);
        assert_eq!(
            judged(&["mail.example."], "192.0.2.11", true),
            State::Problem
        );
        assert_eq!(
            judged(&["mail.example."], "192.0.2.11", false),
            State::Warning
        );
        assert_eq!(judged(&[], "192.0.2.10", false), State::Warning);
    }
}
