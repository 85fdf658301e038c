//! CHK-01, 02, 05 to 08: what should be a link, and links that lead nowhere.

use std::ops::Range;

use crate::domain::check::finding::{Noted, Severity, Spot};
use crate::domain::check::part::{Copy, Kind, Passage};
use crate::domain::check::search::{any, fold, places};
use crate::domain::check::words::{SOCIAL, words};
use crate::domain::prose::is_allowed_link;

/// Leads that are nouns or verbs of everyday sentences too: they count only with a colon behind them.
const EVERYDAY: &[&str] = &[
    "visit",
    "see",
    "go to",
    "voir",
    "siehe",
    "unter",
    "visite",
    "consulte",
    "consultez",
    "visitez",
    "available on",
    "available from",
    "disponible sur",
    "disponible en",
];

/// CHK-01: "please visit:" and no address behind it (Business Wire's frequent catches: links).
pub(crate) fn lead_in(copy: &Copy<'_>) -> Option<Noted> {
    let text = copy.text;
    let is_without = text.source_url.is_none()
        && text.downloads.is_empty()
        && text.issuers.iter().all(|issuer| issuer.links.is_empty())
        && copy.passages.iter().all(|passage| passage.links.is_empty());
    let none = is_without.then(|| {
        Noted::missing("there is no link in the whole release")
            .as_(Severity::Advice)
            .hint("link to what a journalist will look for: a report, pictures, your newsroom")
    });
    Noted::both(announced(copy), none, Severity::Error)
}

fn announced(copy: &Copy<'_>) -> Option<Noted> {
    let lists = words(copy.language());
    let spots = copy.spots(copy.prose(), |passage| {
        any(&passage.folded, lists.lead_in.iter().copied())
            .into_iter()
            .filter(|range| !passage.has_link(range) && leads_nowhere(passage, range))
            .collect()
    });
    Noted::at("an address is announced and does not follow", spots)
}

fn leads_nowhere(passage: &Passage, range: &Range<usize>) -> bool {
    let rest = passage.text[range.end..].trim_start();
    let next = rest.chars().next();
    // Further links are further away.
    let follows = passage.next_link(range.end).is_some_and(|next| {
        let gap = &passage.text[range.end..next];
        gap.split_whitespace().take(7).count() <= 6
            || gap
                .chars()
                .all(|c| c.is_whitespace() || c.is_ascii_punctuation())
    });
    if follows {
        return false;
    }
    let phrase = &passage.folded[range.clone()];
    if EVERYDAY.contains(&phrase) {
        let leads = next == Some(':')
            && !rest[1..]
                .trim_start()
                .starts_with(|c: char| c.is_alphanumeric());
        // "To register, go to" and nothing more.
        return leads || next.is_none() && passage.kind == Kind::Paragraph;
    }
    matches!(next, None | Some(':' | ',' | '.' | ';')) || passage.text.len() == range.end
}

/// CHK-02: "View source version on" and no address behind it.
pub(crate) fn source(copy: &Copy<'_>) -> Option<Noted> {
    let lists = words(copy.language());
    let spots = copy.spots(copy.prose(), |passage| {
        any(&passage.folded, lists.source.iter().copied())
            .into_iter()
            .filter(|range| !passage.has_link(range) && !passage.link_after(range.end))
            .collect()
    });
    Noted::at(
        "the original version is announced without its address",
        spots,
    )
}

/// CHK-05: "is here." and nothing to click.
pub(crate) fn deictic(copy: &Copy<'_>) -> Option<Noted> {
    let lists = words(copy.language());
    let spots = copy.spots(copy.prose(), |passage| {
        any(&passage.folded, lists.deictic.iter().copied())
            .into_iter()
            .filter(|range| {
                let phrase = &passage.folded[range.clone()];
                let ends = passage.text[range.end..].trim_start();
                // "is here to stay" is a figure of speech.
                let closes = ![" here", " hier", " ici", " aquí"]
                    .iter()
                    .any(|word| phrase.ends_with(word))
                    || ["click", "clique", "klick", "clic", "pulse"]
                        .iter()
                        .any(|verb| phrase.contains(verb))
                    || ends.is_empty()
                    || ends.starts_with(['.', ':', ',', ';']);
                let before = passage.folded[..range.start].trim_end();
                let is_figure = ARRIVES.iter().any(|word| before.ends_with(word));
                closes
                    && !is_figure
                    && !passage.has_link(range)
                    && !link_stands(copy, passage, range)
            })
            .collect()
    });
    Noted::at("these words point at a link, and there is none", spots)
}

/// What is here without anything to click: "spring is here".
const ARRIVES: &[&str] = &[
    "future",
    "spring",
    "summer",
    "autumn",
    "winter",
    "season",
    "time",
    "day",
    "moment",
    "help",
    "era",
    "sommer",
    "winter",
    "printemps",
    "été",
    "futur",
    "primavera",
    "verano",
    "futuro",
];

/// "Use the link below", and it stands behind these words or in the next paragraph.
fn link_stands(copy: &Copy<'_>, passage: &Passage, range: &Range<usize>) -> bool {
    let speaks_of_one = ["link", "lien", "enlace"]
        .iter()
        .any(|word| passage.folded[range.clone()].contains(word));
    // Passages lie in their order.
    let next = || {
        let here = std::ptr::from_ref(passage);
        let place = copy
            .passages
            .partition_point(|other| std::ptr::from_ref(other) <= here);
        copy.passages.get(place)
    };
    speaks_of_one
        && (passage.link_after(range.end) || next().is_some_and(|next| !next.links.is_empty()))
}

/// CHK-06: a link that says only "here" (WCAG 2.4.4, link purpose).
pub(crate) fn vague(copy: &Copy<'_>) -> Option<Noted> {
    let lists = words(copy.language());
    let mut spots = Vec::new();
    for passage in copy.prose() {
        for link in passage.links.iter().filter(|link| !link.is_image) {
            let said =
                passage.folded[link.range.clone()].trim_matches(|c: char| !c.is_alphanumeric());
            if lists.vague_link.contains(&said) {
                spots.push(copy.spot(passage, &link.range));
            }
        }
    }
    Noted::at("the words of a link should say where it leads", spots)
}

/// CHK-07: links that are empty, half written, private or disguised.
pub(crate) fn broken(copy: &Copy<'_>) -> Option<Noted> {
    let mut spots = Vec::new();
    let mut why: Vec<&str> = Vec::new();
    let mut note = |reason: &'static str, spot: Spot| {
        if !why.contains(&reason) {
            why.push(reason);
        }
        spots.push(spot);
    };
    for passage in copy.prose() {
        for link in &passage.links {
            let words = passage.text[link.range.clone()].trim().to_owned();
            // A picture of the release's own folder is no address.
            let own = link.is_image && !link.url.is_empty() && !link.url.contains(':');
            if let Some(reason) = fault(&link.url, &words, copy.facts.is_trial).filter(|_| !own) {
                note(reason, copy.spot(passage, &link.range));
            }
        }
        for range in any(
            &passage.folded,
            [
                "](",
                "http:// ",
                "https:// ",
                "http:/ ",
                "file://",
                "localhost",
            ],
        ) {
            if !passage.has_link(&range) {
                note("half written", copy.spot(passage, &range));
            }
        }
    }
    for (url, part) in copy.text.source_url.iter().map(|url| (url, "source_url")) {
        if let Some(reason) = fault(url, "", copy.facts.is_trial) {
            note(reason, copy.spot_in_file(part, 1, url));
        }
    }
    let message = format!(
        "a link cannot be followed or is not what it seems: {}",
        why.join(", ")
    );
    Noted::at(message, spots)
}

fn fault(url: &str, words: &str, is_trial: bool) -> Option<&'static str> {
    if url.trim().is_empty() || url == "#" {
        return Some("empty");
    }
    if !is_allowed_link(url) || url.contains(char::is_whitespace) || url.contains("%20http") {
        return Some("no public address");
    }
    let host = host(url);
    if host.is_empty() && url.starts_with("http") {
        return Some("no host");
    }
    if url.chars().chain(words.chars()).any(turns_text) || host.chars().any(is_hidden) {
        return Some("hidden characters");
    }
    if shows_user(url) {
        return Some("words before an @ that look like the host");
    }
    if !host.is_ascii() && (mixes_scripts(&host) || host.split('.').any(looks_latin))
        || host.split('.').any(|label| label.starts_with("xn--"))
            && words.is_ascii()
            && words.contains('.')
    {
        return Some("a host in letters that look like others");
    }
    let private = ["localhost", "127.0.0.1", "0.0.0.0", "[::1]"].contains(&host.as_str())
        || [".local", ".internal", ".localhost", ".lan", ".invalid"]
            .iter()
            .any(|end| host.ends_with(end))
        || ["staging.", "stage.", "preview.", "dev.", "test."]
            .iter()
            .any(|start| host.starts_with(start));
    if private {
        return Some("an address of your own network or a trial");
    }
    let reserved = ["example.com", "example.org", "example.net"]
        .iter()
        .any(|name| host == *name || host.ends_with(&format!(".{name}")))
        || has_top(&host, "example")
        || has_top(&host, "test");
    if reserved && !is_trial {
        return Some("a host of examples");
    }
    // "www.bank.example" that leads elsewhere: the words are an address of another host.
    let shown = fold(words);
    let shown_host = if shown.starts_with("http") || shown.starts_with("www.") {
        self::host(&shown)
    } else {
        String::new()
    };
    let bare = |host: &str| host.trim_start_matches("www.").to_owned();
    if !shown_host.is_empty() && url.starts_with("http") && bare(&shown_host) != bare(&host) {
        return Some("the words show another host than the link");
    }
    None
}

/// Marks that turn the direction of what follows: `exe.jpg` reads as `gpj.exe`.
fn turns_text(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_hidden(c: char) -> bool {
    turns_text(c)
        || matches!(
            c,
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}'
        )
}

/// `https://bank.example@evil.example` leads to the second of the two.
fn shows_user(url: &str) -> bool {
    let is_web = url.starts_with("http");
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    is_web && authority.contains('@')
}

/// A label of Cyrillic letters that all have a Latin twin (Unicode UTS 39, whole-script confusable).
fn looks_latin(label: &str) -> bool {
    const TWINS: &str = "асԁеһіјӏорԛѕԝхуъ";
    !label.is_empty()
        && !label.is_ascii()
        && label
            .chars()
            .all(|c| TWINS.contains(c) || c == '-' || c.is_ascii_digit())
}

fn host(url: &str) -> String {
    let rest = url.split_once("://").map_or_else(
        || {
            url.strip_prefix("mailto:")
                .and_then(|mail| mail.split_once('@'))
                .map_or(url, |(_, host)| host)
        },
        |(_, rest)| rest,
    );
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let host = if host.starts_with('[') {
        host
    } else {
        host.split(':').next().unwrap_or_default()
    };
    host.to_lowercase()
}

/// Latin together with Cyrillic or Greek in one label (Unicode UTS 39, mixed scripts).
pub(crate) fn mixes_scripts(text: &str) -> bool {
    let latin = text
        .chars()
        .any(|c| c.is_ascii_alphabetic() || matches!(c, 'À'..='ɏ'));
    let other = text
        .chars()
        .any(|c| matches!(c, '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}'));
    latin && other
}

/// How a reader is asked to follow somebody, in four languages.
const FOLLOW: &[&str] = &[
    "visit",
    "follow us",
    "follow",
    "more information",
    "find us",
    "connect with",
    "join us",
    "besuchen sie",
    "folgen",
    "finden sie uns",
    "mehr informationen",
    "weitere informationen",
    "suivez",
    "suivez-nous",
    "retrouvez",
    "rejoignez",
    "plus d'informations",
    "siga",
    "síganos",
    "síguenos",
    "sígannos",
    "visite",
    "más información",
];

/// CHK-08: "`LinkedIn`, Facebook and X", none of them a link.
pub(crate) fn social(copy: &Copy<'_>) -> Option<Noted> {
    let spots = copy.spots(copy.prose(), |passage| {
        let named: Vec<Range<usize>> = any(&passage.folded, SOCIAL.iter().copied())
            .into_iter()
            .filter(|range| !passage.has_link(range))
            .collect();
        // News about the networks themselves asks nobody to follow.
        let follow = FOLLOW
            .iter()
            .any(|word| !places(&passage.folded, word).is_empty());
        let is_list = named.len() >= 2 && passage.text.split_whitespace().count() <= 8;
        if is_list || follow && (named.len() >= 2 || named.len() == 1 && passage.links.is_empty()) {
            named
        } else {
            Vec::new()
        }
    });
    Noted::at("networks are named, and none can be followed", spots)
        .map(|noted| noted.as_(Severity::Warning))
}

/// Whether a host, in lower case, lies under a top-level domain.
fn has_top(host: &str, top: &str) -> bool {
    host.rsplit('.').next() == Some(top)
}
