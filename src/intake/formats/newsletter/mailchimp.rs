//! Mailchimp: who left stands in files of their own, told apart by the file's name.

use crate::intake::cell::words;
use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "mailchimp",
    page: "mailchimp",
    wrote: |header| {
        header.any(&["leid", "euid", "memberrating"]) || header.all(&["optintime", "confirmtime"])
    },
    means: &[],
};

/// What the name of a file means for everybody in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ByName {
    /// All have said no, or their addresses are dead.
    No(&'static str),
    /// The name has a word for it, and another that may turn it round: "without unsubscribed".
    Unclear(&'static str),
    /// Mailchimp's `nonsubscribed_…`: they never signed up, and never left.
    NeverSubscribed,
}

/// Those who left.
const LEFT: &[&str] = &[
    "unsubscribed",
    "unsubscribes",
    "unsubscribers",
    "unsubs",
    "optout",
    "optouts",
    "optedout",
    "abgemeldet",
    "abgemeldete",
    "abmeldungen",
    "desabonnes",
    "desinscrits",
    "bajas",
    "disiscritti",
    "uitgeschreven",
];

/// Those who may not be written to.
const BANNED: &[&str] = &[
    "suppression",
    "suppressions",
    "suppressed",
    "blocklist",
    "blacklist",
    "blocklisted",
    "blacklisted",
    "donotcontact",
    "donotemail",
    "donotmail",
    "dnc",
    "sperrliste",
    "gesperrt",
    "robinsonliste",
];

/// Those who called a mail spam.
const COMPLAINED: &[&str] = &[
    "complained",
    "complaints",
    "spamreports",
    "spamcomplaints",
    "spam reports",
    "spam report",
    "spam complaints",
];

/// A ban in several words, which no word of its own turns round.
const BANS: &[&str] = &[
    "do not contact",
    "do not email",
    "do not e mail",
    "do not mail",
    "do not pitch",
    "do not send",
    "do not write",
    "never contact",
    "no contact",
    "nicht kontaktieren",
    "nicht anschreiben",
    "nicht mehr anschreiben",
    "nicht mailen",
    "kein kontakt",
    "keine mails",
    "ne pas contacter",
    "ne plus contacter",
    "no contactar",
    "non contattare",
    "niet mailen",
    "niet contacteren",
    "nao contatar",
    "nie kontaktowac",
    "kontakta inte",
];

/// What may turn a word of no round, or add others to it.
const TURNING: &[&str] = &[
    "without",
    "no",
    "not",
    "minus",
    "excl",
    "excluding",
    "except",
    "ohne",
    "sans",
    "sin",
    "non",
    "and",
    "und",
    "with",
    "incl",
    "including",
    "all",
    "alle",
    "removed",
    "active",
    "subscribed",
];

/// Reads the name of a file: Mailchimp's `unsubscribed_…` and `cleaned_…` (bounced), and what people
/// call such a file themselves, "Opt-outs 2026", "Press unsubscribed (1)". A no is never too much.
pub(crate) fn by_name(file_name: &str) -> Option<ByName> {
    let stem = file_name
        .rsplit_once('.')
        .map_or(file_name, |(stem, _)| stem);
    let words = words(stem);
    let joined = words.join(" ");
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if has(&["nonsubscribed"]) || joined.contains("non subscribed") {
        return Some(ByName::NeverSubscribed);
    }
    let is_left = has(LEFT)
        || ["opt out", "opted out", "opt outs"]
            .iter()
            .any(|text| joined.contains(text));
    let is_banned = has(BANNED) || BANS.iter().any(|ban| joined.contains(ban));
    let is_complained = COMPLAINED.iter().any(|word| joined.contains(word));
    let is_dead = has(&[
        "cleaned",
        "bounced",
        "bounces",
        "hardbounces",
        "undeliverable",
        "unzustellbar",
    ]) || ["invalid emails", "invalid addresses", "dead addresses"]
        .iter()
        .any(|text| joined.contains(text));
    let reason = match (is_left, is_banned, is_dead) {
        _ if is_complained => "complained",
        (true, ..) => "unsubscribed",
        (_, true, _) => "do-not-contact",
        (_, _, true) => "bounced",
        _ => return None,
    };
    let is_first = |word: &&str| words.first().is_some_and(|first| first == word);
    if ["unsubscribed", "unsubscribes", "cleaned"]
        .iter()
        .any(is_first)
    {
        return Some(ByName::No(reason));
    }
    let rest = BANS
        .iter()
        .fold(joined.clone(), |rest, ban| rest.replace(ban, ""));
    let is_turned = rest.split(' ').any(|word| TURNING.contains(&word));
    let is_clean_list = is_dead && !is_left && !is_banned && has(&["cleaned"]);
    Some(if is_turned || is_clean_list {
        ByName::Unclear(reason)
    } else {
        ByName::No(reason)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_name_says_no() {
        for (name, reason) in [
            ("unsubscribed_members_export_1a2b.csv", "unsubscribed"),
            (
                "unsubscribed_email_audience_export_1a2b.csv",
                "unsubscribed",
            ),
            ("cleaned_segment_export_1a2b.csv", "bounced"),
            ("Press unsubscribed (1).csv", "unsubscribed"),
            ("opt-outs 2026.csv", "unsubscribed"),
            ("Abmeldungen.xlsx", "unsubscribed"),
            ("suppression-list.csv", "do-not-contact"),
            ("Do not contact.csv", "do-not-contact"),
            ("hard_bounced.csv", "bounced"),
            ("spam_reports.csv", "complained"),
            ("invalid_emails.csv", "bounced"),
            ("Nicht kontaktieren", "do-not-contact"),
            ("Ne pas contacter", "do-not-contact"),
            ("DNC", "do-not-contact"),
        ] {
            assert_eq!(by_name(name), Some(ByName::No(reason)), "{name}");
        }
        for name in [
            "contacts without unsubscribed.csv",
            "subscribed and unsubscribed.csv",
            "press list cleaned.csv",
            "all contacts incl opt-outs.csv",
        ] {
            assert!(matches!(by_name(name), Some(ByName::Unclear(_))), "{name}");
        }
        for name in [
            "subscribed_members_export_1a2b.csv",
            "unsubscribedness.csv",
            "press.csv",
        ] {
            assert_eq!(by_name(name), None, "{name}");
        }
        let never = by_name("nonsubscribed_email_audience_export_1a2b.csv");
        assert_eq!(never, Some(ByName::NeverSubscribed));
    }
}
