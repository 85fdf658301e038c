//! CHK-03 and 04: somebody to call and to write to.

use crate::domain::check::finding::Noted;
use crate::domain::check::part::{Copy, Passage};
use crate::domain::check::search::{any, fold};
use crate::domain::check::words::words;

/// CHK-03: a heading with nobody below it, or a person without an address.
pub(crate) fn empty(copy: &Copy<'_>) -> Option<Noted> {
    let mut spots = Vec::new();
    let body: Vec<&Passage> = copy.body().collect();
    for (place, passage) in body.iter().enumerate() {
        let Some(rest) = heading(copy, passage) else {
            continue;
        };
        // The block below: up to six lines until something else begins.
        let block = body[place + 1..]
            .iter()
            .take(6)
            .take_while(|next| !next.is_heading && next.text.len() < 200);
        let reached = rest.contains('@')
            || passage
                .links
                .iter()
                .any(|link| link.url.starts_with("mailto:"))
            || block.into_iter().any(|next| {
                next.text.contains('@')
                    || next
                        .links
                        .iter()
                        .any(|link| link.url.starts_with("mailto:"))
            });
        if !reached {
            spots.push(copy.spot(passage, &(0..passage.text.trim_end().len())));
        }
    }
    for person in copy
        .text
        .press_contacts
        .iter()
        .filter(|person| person.email.is_none())
    {
        spots.push(copy.spot_in_file("press contacts", 1, &person.name));
    }
    Noted::at("a press contact has no e-mail address", spots)
}

/// What follows a contact heading on its own line; nothing when the passage is no such heading.
fn heading<'p>(copy: &Copy<'_>, passage: &'p Passage) -> Option<&'p str> {
    let headings = words(copy.language()).contact_heading;
    let text = passage.folded.trim_start();
    let indent = passage.folded.len() - text.len();
    headings.iter().find_map(|heading| {
        let rest = text.strip_prefix(heading)?;
        let alone = rest
            .trim_matches(|c: char| c == ':' || c.is_whitespace())
            .is_empty();
        let opens = rest.trim_start().starts_with(':');
        (alone || opens).then(|| &passage.text[indent + heading.len()..])
    })
}

/// CHK-04: nobody at all, no phone, or nothing but a desk's address.
pub(crate) fn thin(copy: &Copy<'_>) -> Option<Noted> {
    let people = &copy.text.press_contacts;
    if people.is_empty() {
        let reached = copy
            .body()
            .any(|passage| heading(copy, passage).is_some() && passage_reaches(copy, passage));
        if !reached {
            return Some(Noted::missing(
                "nobody is named whom a journalist could call or write to",
            ));
        }
        let called = copy
            .body()
            .any(|passage| heading(copy, passage).is_some() && passage_calls(copy, passage));
        return (!called).then(|| Noted::missing("no press contact has a phone number"));
    }
    if !people.iter().any(|person| person.phone.is_some()) {
        return Some(Noted::missing("no press contact has a phone number"));
    }
    if people
        .iter()
        .all(|person| person.name.trim().is_empty() || person.name.contains('@'))
    {
        return Some(Noted::missing("no press contact has a name"));
    }
    if people.iter().all(|person| is_desk(&person.name)) {
        return Some(Noted::missing("only a desk is named, and nobody at it"));
    }
    None
}

/// A room and no person.
fn is_desk(name: &str) -> bool {
    const DESKS: &[&str] = &[
        "press office",
        "press team",
        "press desk",
        "press department",
        "press relations",
        "newsroom",
        "media relations",
        "media team",
        "media office",
        "communications team",
        "corporate communications",
        "public relations",
        "pressestelle",
        "presseabteilung",
        "presseteam",
        "kommunikation",
        "unternehmenskommunikation",
        "service de presse",
        "service presse",
        "relations presse",
        "oficina de prensa",
        "departamento de prensa",
        "gabinete de prensa",
    ];
    !any(&fold(name), DESKS.iter().copied()).is_empty()
}

/// Whether an address stands at or soon after a contact heading.
fn passage_reaches(copy: &Copy<'_>, heading: &Passage) -> bool {
    block(copy, heading).any(|passage| passage.text.contains('@'))
}

/// Whether a number that one can call does.
fn passage_calls(copy: &Copy<'_>, heading: &Passage) -> bool {
    let digits = |passage: &Passage| passage.text.chars().filter(char::is_ascii_digit).count();
    block(copy, heading).any(|passage| digits(passage) >= 6)
}

fn block<'c>(copy: &'c Copy<'_>, heading: &Passage) -> impl Iterator<Item = &'c Passage> {
    // Passages lie in their order.
    let here = std::ptr::from_ref(heading);
    let place = copy
        .passages
        .partition_point(|other| std::ptr::from_ref(other) < here);
    let part = heading.part;
    let below = copy.passages[place..].iter();
    below
        .take_while(move |passage| passage.part == part)
        .take(6)
}
