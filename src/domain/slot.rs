//! Merge fields: what an author may leave open for each recipient, and how it is filled at sending.
//!
//! A field such as `{{ contact.given_name | default("there") }}` is checked when the release is
//! read, frozen into private-use characters before the mail is rendered, and filled per recipient.
//! Frozen fields pass Markdown, templates and the CSS inliner untouched, so sending is one walk
//! over the bytes, and a template edited after approval changes nothing.

mod syntax;

use crate::domain::instant::Instant;

pub use crate::domain::slot::syntax::{Field, SlotProblem, fields};

/// What an author may write. The frame's own slots (opt-out, reason, list) are not among them.
pub const KNOWN: [&str; 5] = [
    "contact.name",
    "contact.given_name",
    "contact.family_name",
    "contact.outlet",
    "contact.title",
];

/// What one recipient's mail is filled with. An empty string is "not known".
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Slots {
    pub name: String,
    pub given_name: String,
    pub family_name: String,
    pub outlet: String,
    pub title: String,
    /// The opt-out link of this recipient (https or mailto).
    pub optout: String,
    /// Why this person gets this mail and where we have the address from, as whole sentences.
    pub reason: String,
    pub list: String,
    /// Moments of the mail as the recipient's clocks show them, by the name of their slot.
    pub moments: Vec<(String, String)>,
}

impl Slots {
    fn value(&self, name: &str) -> &str {
        match name {
            "contact.name" => &self.name,
            "contact.given_name" => &self.given_name,
            "contact.family_name" => &self.family_name,
            "contact.outlet" => &self.outlet,
            "contact.title" => &self.title,
            "optout" => &self.optout,
            "reason" => &self.reason,
            "list" => &self.list,
            _ => {
                let mut moments = self.moments.iter();
                moments
                    .find(|(known, _)| known == name)
                    .map_or("", |(_, said)| said)
            }
        }
    }
}

/// The slot behind a moment that is said in `zone` and in a language: there the recipient's own
/// clocks are said, too. Written like a merge field, for texts of ours; no author can write it.
pub fn moment(instant: Instant, language: &str, zone: &str) -> String {
    let (language, zone) = (plain_zone(language), plain_zone(zone));
    format!("{{{{ {MOMENT}{}.{language}.{zone} }}}}", instant.millis())
}

/// Whether this is the name of such a slot.
pub(crate) fn is_moment(name: &str) -> bool {
    parts_of(name).is_some()
}

/// Instant, language and zone of such a slot.
fn parts_of(name: &str) -> Option<(Instant, &str, &str)> {
    let (millis, rest) = name.strip_prefix(MOMENT)?.split_once('.')?;
    let (language, zone) = rest.split_once('.')?;
    Some((Instant::from_millis(millis.parse().ok()?), language, zone))
}

/// A moment that a text says in another zone than the recipient's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Elsewhere {
    /// The name of the slot behind it.
    pub slot: String,
    pub instant: Instant,
    pub language: String,
}

/// A zone's name without the signs that a merge field cannot have; only ever compared.
fn plain_zone(zone: &str) -> String {
    zone.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
}

/// The moments of a frozen text that were not said in `zone`.
pub fn moments_elsewhere(frozen: &str, zone: &str) -> Vec<Elsewhere> {
    let own = plain_zone(zone);
    let mut found: Vec<Elsewhere> = Vec::new();
    for piece in pieces(frozen) {
        let Piece::Slot { name, .. } = piece else {
            continue;
        };
        let Some((instant, language, said_in)) = parts_of(&name) else {
            continue;
        };
        if said_in != own && !found.iter().any(|known| known.slot == name) {
            found.push(Elsewhere {
                instant,
                language: language.to_owned(),
                slot: name,
            });
        }
    }
    found
}

const MOMENT: &str = "moment.";
const OPEN: char = '\u{E000}';
const CLOSE: char = '\u{E001}';
/// Between name and default; `|` would end a table cell.
const OR: char = '\u{E002}';
/// ASCII marks travel as U+E100 plus their code: Markdown must not read `_`, `*`, `.` or a blank
/// in them, nor HTML `<`, `&` or `"`.
const MARKS: u32 = 0xE100;

/// Turns the merge fields of a text into sentinels. Private-use characters that were there before
/// are removed, so that nobody can write a sentinel by hand. What is not a proper field stays as
/// it is: `fields` has refused it earlier.
pub fn freeze(text: &str) -> String {
    let text = strip_private_use(text);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find("{{") {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        if let Ok(found) = syntax::parse(from) {
            put_sentinel(&found.name, found.default.as_deref(), &mut out);
            rest = &from[found.length..];
        } else {
            out.push_str("{{");
            rest = &from[2..];
        }
    }
    out.push_str(rest);
    out
}

/// A sentinel of the mail's own frame: `optout`, `reason` or `list`.
pub fn frame(name: &str) -> String {
    let mut out = String::new();
    put_sentinel(name, None, &mut out);
    out
}

fn put_sentinel(name: &str, default: Option<&str>, out: &mut String) {
    let shift = |c: char| {
        let marked = c.is_ascii() && !c.is_ascii_alphanumeric();
        let code = MARKS + u32::from(c);
        if marked {
            char::from_u32(code).unwrap_or(c)
        } else {
            c
        }
    };
    out.push(OPEN);
    out.extend(name.chars().map(shift));
    if let Some(default) = default {
        out.push(OR);
        out.extend(default.chars().map(shift));
    }
    out.push(CLOSE);
}

/// A piece of a frozen text. A composer that encodes the plain pieces once and the values per
/// recipient saves most of the work of a large distribution.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece<'a> {
    Plain(&'a str),
    Slot {
        name: String,
        default: Option<String>,
    },
}

/// Takes a frozen text apart, in order.
pub fn pieces(frozen: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = frozen;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let Some(start) = rest.find(OPEN) else {
            return Some(Piece::Plain(std::mem::take(&mut rest)));
        };
        if start > 0 {
            let (plain, from) = rest.split_at(start);
            rest = from;
            return Some(Piece::Plain(plain));
        }
        let inner = &rest[OPEN.len_utf8()..];
        let Some(end) = inner.find(CLOSE) else {
            // Somebody cut a sentinel: its half is no text.
            rest = "";
            return None;
        };
        rest = &inner[end + CLOSE.len_utf8()..];
        let mut parts = inner[..end].splitn(2, OR);
        let name = parts.next().map(unshift).unwrap_or_default();
        let default = parts.next().map(unshift);
        Some(Piece::Slot { name, default })
    })
}

fn unshift(text: &str) -> String {
    text.chars()
        .map(|c| match u32::from(c).checked_sub(MARKS) {
            Some(code) if code < 0x80 => char::from_u32(code).unwrap_or(c),
            _ => c,
        })
        .collect()
}

/// The value for a slot: one line, no private-use character, or the default.
pub fn chosen(name: &str, default: Option<&str>, slots: &Slots) -> String {
    let value = slots.value(name);
    // What follows a moment begins with its own blank.
    let value = if is_moment(name) { value } else { value.trim() };
    let chosen = if value.is_empty() {
        default.unwrap_or_default()
    } else {
        value
    };
    chosen
        .chars()
        .filter(|c| !is_private_use(*c))
        .map(|c| if is_break(c) { ' ' } else { c })
        .collect()
}

fn fill(frozen: &str, slots: &Slots, mut put: impl FnMut(&str, &mut String)) -> String {
    let mut out = String::with_capacity(frozen.len() + 256);
    for piece in pieces(frozen) {
        match piece {
            Piece::Plain(plain) => out.push_str(plain),
            Piece::Slot { name, default } => {
                put(&chosen(&name, default.as_deref(), slots), &mut out);
            }
        }
    }
    // Halves of sentinels that a template cut in two.
    if out.contains([CLOSE, OR]) {
        strip_private_use(&out)
    } else {
        out
    }
}

/// Fills a frozen text part.
pub fn fill_text(frozen: &str, slots: &Slots) -> String {
    fill(frozen, slots, |value, out| out.push_str(value))
}

/// Fills a frozen HTML part; values are escaped for text and for attributes in quotes.
pub fn fill_html(frozen: &str, slots: &Slots) -> String {
    fill(frozen, slots, escape_html)
}

/// Appends a value as `fill_html` writes it.
pub fn escape_html(value: &str, out: &mut String) {
    for c in value.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}

/// Fills a frozen subject. Every control character becomes a blank: a line break in a header lets
/// a stranger's name add headers (RFC 5322, section 2.2).
pub fn fill_header(frozen: &str, slots: &Slots) -> String {
    let filled = fill_text(frozen, slots);
    filled
        .split(is_break)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The fields of a frozen text for which a recipient has neither a value nor the author a default,
/// as the author wrote them, each once.
pub fn empty_fields(frozen: &str, slots: &Slots) -> Vec<String> {
    let mut found = Vec::new();
    for piece in pieces(frozen) {
        if let Piece::Slot { name, default } = piece
            && KNOWN.contains(&name.as_str())
            && chosen(&name, default.as_deref(), slots).is_empty()
            && !found.contains(&name)
        {
            found.push(name);
        }
    }
    found
}

/// Removes private-use characters: they mean nothing in strangers' text, and ours are sentinels.
pub fn strip_private_use(text: &str) -> String {
    text.chars().filter(|c| !is_private_use(*c)).collect()
}

fn is_private_use(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}')
}

fn is_break(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn ana() -> Slots {
        Slots {
            name: "Ana Ruiz".into(),
            given_name: "Ana".into(),
            outlet: "Echo & Mail".into(),
            optout: "https://news.example.com/o?a=1&b=2".into(),
            ..Slots::default()
        }
    }

    #[test]
    fn fills_values_and_defaults() {
        let frozen =
            freeze("Dear {{ contact.given_name }}, dear {{contact.title|default(\"editor\")}}!");
        assert!(!frozen.contains("{{"));
        assert_eq!(fill_text(&frozen, &ana()), "Dear Ana, dear editor!");
    }

    #[test]
    fn html_is_escaped_and_headers_stay_one_line() {
        let mut slots = ana();
        assert_eq!(
            fill_html(&freeze("{{ contact.outlet }}"), &slots),
            "Echo &amp; Mail"
        );
        assert_eq!(
            fill_html(&frame("optout"), &slots),
            "https://news.example.com/o?a=1&amp;b=2"
        );
        slots.name = "Ana\r\nBcc: all@example.com\0".into();
        let subject = fill_header(&freeze("For {{ contact.name }}:\tnews"), &slots);
        assert_eq!(subject, "For Ana  Bcc: all@example.com : news");
        assert!(!subject.contains(char::is_control));
    }

    #[test]
    fn names_the_fields_that_stay_empty() {
        let frozen = freeze(
            "{{ contact.title }} {{ contact.name }} {{ contact.family_name | default('x') }} {{ contact.title }}",
        );
        assert_eq!(empty_fields(&frozen, &ana()), ["contact.title"]);
        assert!(empty_fields(&frame("reason"), &ana()).is_empty());
    }

    #[test]
    fn nobody_writes_a_sentinel_by_hand() {
        let forged = format!("{OPEN}optout{CLOSE}");
        assert_eq!(freeze(&forged), "optout");
        let slots = Slots {
            name: forged,
            ..ana()
        };
        assert_eq!(fill_text(&freeze("{{ contact.name }}"), &slots), "optout");
    }

    #[test]
    fn a_cut_sentinel_is_no_text() {
        let frozen = freeze("a {{ contact.name }} b");
        for cut in (0..frozen.len()).filter(|cut| frozen.is_char_boundary(*cut)) {
            for half in [&frozen[..cut], &frozen[cut..]] {
                assert!(
                    !fill_text(half, &ana()).contains(is_private_use),
                    "{half:?}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn no_sentinel_survives(text in "(\\PC|\\{\\{ contact.name \\}\\}|\\{\\{contact.title\\|default\\(\"[a-z* ]*\"\\)\\}\\}|\u{E000}|\u{E001}|\u{E002}){0,12}", name in "\\PC*") {
            let slots = Slots { name, ..Slots::default() };
            let frozen = freeze(&text);
            for filled in [fill_text(&frozen, &slots), fill_html(&frozen, &slots), fill_header(&frozen, &slots)] {
                prop_assert!(!filled.contains(is_private_use));
            }
        }

        #[test]
        fn a_text_without_fields_is_unchanged(text in "[^{\u{E000}-\u{F8FF}\u{F0000}-\u{10FFFF}]*") {
            prop_assert_eq!(&fill_text(&freeze(&text), &Slots::default()), &text);
            prop_assert!(fields(&text).unwrap().is_empty());
        }

        #[test]
        fn a_default_comes_back_as_written(default in "[ -!#-\\[\\]-~äé]{0,20}") {
            let text = format!("{{{{ contact.name | default(\"{default}\") }}}}");
            prop_assert_eq!(fill_text(&freeze(&text), &Slots::default()), default);
        }
    }
}
