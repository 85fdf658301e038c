//! Why mail was refused, from the server's words: phrases as data, the harmless readings first.

use crate::mail::bounce::report::Reason;

/// In this order the first that fits decides. What speaks of us, of the message or of the moment
/// stands before what speaks of the address: who is called dead is not written to again.
const PHRASES: &[(Reason, &[&str])] = &[
    (
        Reason::Authentication,
        &[
            "spf ",
            " spf",
            "dkim",
            "dmarc",
            "sender id (pra)",
            "unauthenticated",
            "authentication checks",
            "authentication-results",
            "requires all senders to authenticate",
            "does not meet the required authentication",
        ],
    ),
    (
        Reason::Blocked,
        &[
            "blacklist",
            "black list",
            "blocklist",
            "block list",
            "blocked by",
            "blocked using",
            "has been blocked",
            "is blocked",
            "are blocked",
            "spamhaus",
            "spamcop",
            "dnsbl",
            "rbl",
            "sorbs",
            "listed in",
            "listed at",
            "listed on",
            "reputation",
            "reverse dns",
            "ptr record",
            "rdns",
            "dynamic ip",
            "dial-up",
            "dialup",
            "dynamically assigned",
            "smtp server of your isp",
            "banned",
            "your ip",
            "client host",
            "helo",
            "ehlo",
            "sending server",
            "sending mta",
            "connections from",
            "not accepting mail from",
            "bad sender ip",
        ],
    ),
    (
        Reason::Spam,
        &[
            "spam",
            "junk",
            "unsolicited",
            "bulk mail",
            "mass mail",
            "message content rejected",
            "content rejected",
            "looks like ube",
            "phish",
            "message was rejected due to classification",
            "content filter",
            "rejected for policy reasons",
            "suspicious",
        ],
    ),
    (
        Reason::Virus,
        &[
            "virus",
            "malware",
            "infected",
            "attachment type",
            "executable",
            "forbidden attachment",
            "illegal attachment",
            "dangerous attachment",
        ],
    ),
    (
        Reason::TooLarge,
        &[
            "too large",
            "too big",
            "message size",
            "size limit",
            "maximum size",
            "exceeds the maximum",
            "exceeds maximum",
            "exceeds fixed",
            "message length exceeds",
            "sizelimit",
            "max message",
            "mail size",
            "too long for",
            "message exceeds",
            "message is larger",
            "zu gross",
            "zu groß",
        ],
    ),
    (
        Reason::Full,
        &[
            "mailbox full",
            "mailbox is full",
            "mail box full",
            "mailbox was full",
            "inbox is full",
            "folder is full",
            "full mailbox",
            "account is full",
            "over quota",
            "overquota",
            "over-quota",
            "quota",
            "disk space",
            "exceeds allowed size",
            "storage",
            "diskspace",
            "disk full",
            "no space left",
            "not enough space",
            "out of space",
            "mailbox size",
            "maildir over",
            "too many messages in this mailbox",
            "mailbox too",
            "mailbox is almost",
            "over the limit",
            "over limit",
            "mail folder is full",
            "postfach ist voll",
            "postfach voll",
            "speicherplatz",
            "boite pleine",
            "boîte pleine",
            "bo�te",
            "buzón lleno",
            "buzon lleno",
            "casella piena",
            "容量",
            "full mail box",
            "as their mailbox",
            "mailboxfull",
            "mailbox has exceeded",
            "exceeded the space",
            "has exceeded",
        ],
    ),
    (
        Reason::Greylisted,
        &[
            "greylist",
            "graylist",
            "grey list",
            "gray list",
            "grey-list",
            "gray-list",
        ],
    ),
    (
        Reason::TooMany,
        &[
            "too many",
            "rate limit",
            "receiving mail too quickly",
            "at a rate that",
            "throttl",
            "too fast",
            "too quickly",
            "exceeded the maximum number",
            "concurrent",
            "connection rate",
            "sending rate",
            "daily limit",
            "hourly limit",
            "sending limit",
        ],
    ),
    (
        Reason::RelayDenied,
        &[
            "relay",
            "we do not accept mail for",
            "not a gateway",
            "rcpthosts",
            "not local host",
            "must check mail first",
            "pop before smtp",
            "pop-before",
        ],
    ),
    (
        Reason::System,
        &[
            "procmail",
            "couldn't create",
            "could not create",
            "can't create",
            "cannot create",
            "mail loop",
            "loop detected",
            "looping",
            "loops back",
            "too many hops",
            "hop count",
            "system error",
            "local error",
            "i/o error",
            "input/output",
            "configuration error",
            "local configuration",
            "internal error",
            "internal server error",
            "unable to open",
            "command output",
            "command died",
            "pipe to",
            "read-only file",
            "permission denied",
            "server error",
            "internal software",
            "service unavailable",
            "local problem",
            "lowest numbered mx",
            "points to local host",
            "no valid recipients",
            "must issue a starttls",
            "bad protocol",
            "syntax error",
            "unrecognized command",
            "command not recognized",
            "line too long",
            "bare lf",
            "bare newline",
            "8bit",
            "conversion",
            "invalid header",
            "header",
            "mime",
        ],
    ),
    (
        Reason::Policy,
        &[
            "access denied",
            "policy",
            "not authorized",
            "not authorised",
            "not permitted",
            "not allowed",
            "sender rejected",
            "sender denied",
            "sender address rejected",
            "bad sender",
            "invalid sender",
            "sender verify",
            "sender domain",
            "domain of sender",
            "restricted",
            "authenticat",
            "prohibited",
            "permission",
            "administrative",
            "administratively",
            "refused by",
            "recipient has blocked",
            "blocked",
            "you are not",
            "denied",
            "does not accept mail from",
            "only accepts",
            "refuses",
            "challenge",
            "security",
            "encrypt",
            "moderat",
            "private list",
            "not a member",
            "address rejected by",
            "do not accept",
            "resolver.rst",
            "unverified",
            "verification",
        ],
    ),
    (
        Reason::Disabled,
        &[
            "disabled",
            "suspended",
            "inactive",
            "not active",
            "isn't active",
            "deactivated",
            "account locked",
            "is locked",
            "dormant",
            "account expired",
            "out of service",
            "not activated",
            "temporarily unavailable",
            "currently unavailable",
            "on hold",
            "frozen",
            "account is not",
            "no longer accepting",
            "not currently accepting",
        ],
    ),
    (
        Reason::Moved,
        &[
            "has moved",
            "has changed address",
            "address has changed",
            "new address is",
            "user not local; please try",
        ],
    ),
    (
        Reason::Expired,
        &[
            "timed out",
            "time out",
            "timeout",
            "expired",
            "retry time",
            "could not connect",
            "cannot connect",
            "can't connect",
            "couldn't connect",
            "couldn't be established",
            "could not be established",
            "wasn't able to establish",
            "connection refused",
            "connection reset",
            "lost connection",
            "connection dropped",
            "connection closed",
            "connection was",
            "no route to host",
            "network is unreachable",
            "network unreachable",
            "host unreachable",
            "unable to connect",
            "connect to",
            "not respond",
            "no response",
            "no answer",
            "deferred",
            "temporar",
            "try again",
            "try later",
            "retry",
            "for too long",
            "too long",
            "been in the queue",
            "queue too",
            "could not send message for past",
            "have been failing",
            "failed attempts",
            "undelivered after",
            "starttls",
            "tls ",
            "ssl",
            "dns lookup",
            "lookup failure",
            "lookup fail",
            "servfail",
            "busy",
            "conversation with",
            "zeitüberschreitung",
            "not be delivered for",
            "within",
            "days old",
        ],
    ),
    (
        Reason::UnknownDomain,
        &[
            "host not found",
            "host unknown",
            "unknown host",
            "unknown domain",
            "no such domain",
            "domain not found",
            "nxdomain",
            "name or service not known",
            "unrouteable",
            "unroutable",
            "domain does not exist",
            "domain doesn't exist",
            "no mx",
            "null mx",
            "nullmx",
            "does not accept mail",
            "do not accept mail",
            "doesn't accept",
            "never accepts mail",
            "couldn't find any host",
            "couldn't find a host",
            "couldn't find any exchanger",
            "cannot find any host",
            "name service error",
            "non-existent host",
            "nonexistent host",
            "nonexistent domain",
            "non-existent domain",
            "illegal host",
            "domain name not found",
            "host name lookup",
            "no such host",
            "mx record",
            "domain isn't",
            "no host",
            "wasn't found at the destination domain's",
            "bad destination system",
            "bad destination host",
            "unable to resolve",
            "cannot resolve",
            "could not resolve",
            "address family",
            "domain is not",
            "domain not exist",
            "invalid domain",
            "unable to route",
            "not found: no mx",
            "has no mail exchanger",
            "server for the domain could not be found",
            "dns error",
            "domain couldn't be found",
        ],
    ),
    (
        Reason::UnknownUser,
        &[
            "user unknown",
            "unknown user",
            "unknown recipient",
            "recipient unknown",
            "unknown address",
            "no such user",
            "no such recipient",
            "no such mailbox",
            "no such address",
            "no such person",
            "no such account",
            "no such local",
            "no such alias",
            "not such user",
            "does not exist",
            "doesn't exist",
            "do not exist",
            "not exist",
            "nonexistent",
            "non-existent",
            "no longer exist",
            "recipient not found",
            "user not found",
            "mailbox not found",
            "account not found",
            "address not found",
            "person not found",
            "not found",
            "recipnotfound",
            "recipientnotfound",
            "mailbox unavailable",
            "no mailbox",
            "unknown mailbox",
            "mailbox unknown",
            "invalid mailbox",
            "invalid recipient",
            "invalid address",
            "invalid user",
            "unknown local",
            "not a valid",
            "isn't a valid",
            "not valid",
            "bad destination mailbox",
            "bad address",
            "bad recipient",
            "illegal user",
            "illegal recipient",
            "illegal alias",
            "unknown or illegal",
            "not listed in",
            "not in public name",
            "address book",
            "not known",
            "isn't known",
            "is unknown",
            "unknown at",
            "unknown in virtual",
            "not recognized",
            "not recognised",
            "not our customer",
            "no longer",
            "no account",
            "not have an account",
            "doesn't have a",
            "does not have a",
            "no user",
            "isn't in my",
            "not in my",
            "user doesn",
            "unknown account",
            "account has been",
            "account closed",
            "been closed",
            "been deleted",
            "been removed",
            "been discontinued",
            "discontinued",
            "has left",
            "couldn't be found",
            "could not be found",
            "can't be found",
            "cannot be found",
            "wasn't found",
            "was not found",
            "unable to find",
            "undeliverable address",
            "unknown e-mail",
            "unknown email",
            "badrcptto",
            "bad rcpt",
            "couldn't find",
            "wrong address",
            "misspelled",
            "not a known",
            "not a user",
            "no one by that name",
            "nobody by that name",
            "by that name",
            "name is not",
            "not a customer",
            "not here",
            "mailbox is unavailable",
            "requested action not taken",
            "address unknown",
            "recipient address rejected",
            "recipient rejected",
            "rcp-p1",
            "rcp-p2",
            "unknown: user",
            "mailbox does",
            "nicht bekannt",
            "unbekannt",
            "existiert nicht",
            "nicht gefunden",
            "inconnu",
            "n'existe pas",
            "introuvable",
            "no existe",
            "desconocid",
            "non esiste",
            "sconosciut",
            "onbekend",
            "bestaat niet",
            "não existe",
            "nao existe",
            "存在しません",
            "見つかりません",
            "不存在",
            "не существует",
            "не найден",
            "nie istnieje",
            "unrouteable mail",
            "non existent",
            "user name is",
            "recipient name",
            "no matching",
            "no mail box",
            "destination mailbox address",
            "not a recognized",
            "can't verify",
            "no-such-user",
            "nosuchuser",
            "not our user",
            "ambiguous",
            "local user",
            "isn't our",
        ],
    ),
];

/// The reading of a diagnostic and a status code (RFC 3463); `None` where neither says anything.
pub(super) fn reason(diagnostic: &str, status: Option<&str>) -> Option<Reason> {
    let raw = diagnostic.to_lowercase();
    if let Some(reason) = by_exact_code(&raw, status) {
        return Some(reason);
    }
    let text = words_only(&raw);
    by_phrase(&text).or_else(|| status.and_then(by_code))
}

/// Only phrases; `text` is running text of a report that gave no diagnostic of its own.
pub(super) fn by_words(text: &str) -> Option<Reason> {
    let raw = text.to_lowercase();
    by_exact_code(&raw, None).or_else(|| by_phrase(&words_only(&raw)))
}

fn by_phrase(text: &str) -> Option<Reason> {
    // A directory, not a list of the wicked.
    if text.contains("not listed in") {
        return Some(Reason::UnknownUser);
    }
    PHRASES
        .iter()
        .find(|(_, phrases)| phrases.iter().any(|phrase| text.contains(phrase)))
        .map(|(reason, _)| *reason)
}

/// Codes that mean one thing only and outrank the words beside them.
fn by_exact_code(raw: &str, status: Option<&str>) -> Option<Reason> {
    let has = |code: &str| {
        status == Some(code)
            || raw.match_indices(code).any(|(at, _)| {
                let next = raw[at + code.len()..].bytes().next();
                let before = raw[..at].bytes().next_back();
                !next.is_some_and(|byte| byte.is_ascii_digit())
                    && !before.is_some_and(|byte| byte.is_ascii_digit() || byte == b'.')
            })
    };
    let ours = [
        "5.7.26", "5.7.515", "5.7.23", "5.7.24", "5.7.25", "5.7.27", "5.7.509", "5.7.30",
    ];
    if ours.iter().any(|code| has(code)) {
        return Some(Reason::Authentication);
    }
    // Microsoft's edge says so of an address that is not in the directory.
    if raw.contains("5.4.1") && raw.contains("recipient address rejected: access denied") {
        return Some(Reason::UnknownUser);
    }
    None
}

/// What the code alone says.
fn by_code(status: &str) -> Option<Reason> {
    Some(match status {
        "5.1.1" | "5.1.10" | "5.1.3" | "5.1.4" => Reason::UnknownUser,
        "5.1.2" | "5.1.20" | "5.4.4" | "5.4.310" | "5.1.21" => Reason::UnknownDomain,
        "5.1.6" => Reason::Moved,
        "4.2.2" | "5.2.2" => Reason::Full,
        "4.2.1" | "5.2.1" => Reason::Disabled,
        "5.2.3" | "5.3.4" | "4.3.4" | "5.2.4" => Reason::TooLarge,
        "4.4.7" | "5.4.7" | "4.4.1" | "5.4.1" | "4.4.2" => Reason::Expired,
        _ if status.starts_with("5.7.") || status.starts_with("4.7.") => Reason::Policy,
        _ if status.starts_with("5.6.") => Reason::System,
        _ if status.starts_with("4.3.")
            || status.starts_with("5.3.")
            || status.starts_with("5.5.") =>
        {
            Reason::System
        }
        _ if status.starts_with("4.") => Reason::Expired,
        _ => return None,
    })
}

/// The text without addresses, links, host names and numbers: a server called `antispam` has not
/// said that something is spam.
fn words_only(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push(' ');
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let is_host = bare.split_once('.').is_some_and(|(one, two)| {
            one.len() > 1
                && two.len() > 1
                && two.starts_with(char::is_alphabetic)
                && !bare.ends_with('.')
        }) && !bare.starts_with("resolver.");
        if word.contains('@') || word.contains("://") || is_host {
            if word.ends_with(':') {
                out.push_str(": ");
            }
            continue;
        }
        out.push_str(word);
        out.push(' ');
    }
    out
}

/// The first enhanced status code in a text (RFC 3463, section 2).
pub(super) fn enhanced(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices('.') {
        let Some(class) = at.checked_sub(1).map(|at| bytes[at]) else {
            continue;
        };
        let before = at.checked_sub(2).map(|at| bytes[at]);
        if !matches!(class, b'2' | b'4' | b'5')
            || before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
        {
            continue;
        }
        let digits = |from: usize| {
            bytes[from.min(bytes.len())..]
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count()
        };
        let subject = digits(at + 1);
        let dot = at + 1 + subject;
        let detail = digits(dot + 1);
        let end = dot + 1 + detail;
        if (1..=3).contains(&subject)
            && bytes.get(dot) == Some(&b'.')
            && (1..=3).contains(&detail)
            && !bytes.get(end).is_some_and(|byte| {
                byte.is_ascii_alphanumeric()
                    || (*byte == b'.' && bytes.get(end + 1).is_some_and(u8::is_ascii_digit))
            })
        {
            return Some(text[at - 1..end].to_owned());
        }
    }
    None
}
