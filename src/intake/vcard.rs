//! vCards (2.1, 3.0 RFC 2426, 4.0 RFC 6350) as one CSV text: a card is the row on its second line.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, Write};

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::intake::formats::address_book::google;
use crate::intake::problem::IntakeProblem;
use crate::intake::words::consent::{self, Wish};

/// Pictures make cards large; beyond this it is no address book.
const LARGEST: u64 = 200 * 1024 * 1024;

const HEADER: &str = "email,other email,name,given name,family name,outlet,title,phone,notes,tags,country,language,time zone,opt-out,opt-in,status";

/// Whether the text begins as a vCard does.
pub(crate) fn recognise(start: &[u8]) -> bool {
    let head: String = start
        .iter()
        .take(64)
        .filter(|b| b.is_ascii() && **b != 0)
        .map(|b| char::from(b.to_ascii_lowercase()))
        .collect();
    head.trim_start().starts_with("begin:vcard")
}

/// Writes all cards of `file` as rows to a file that nobody else sees.
///
/// `legacy` is the encoding of cards that are neither UTF-8 nor UTF-16.
pub(crate) fn to_csv(
    name: &str,
    mut file: File,
    legacy: &'static Encoding,
) -> Result<File, IntakeProblem> {
    let io = |error| IntakeProblem::io(name, error);
    file.rewind().map_err(io)?;
    if file.metadata().map_err(io)?.len() > LARGEST {
        return Err(IntakeProblem::TooLargeInside {
            file: name.to_owned(),
        });
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(io)?;
    let text = decoded(&bytes, legacy);
    let mut out = BufWriter::new(tempfile::tempfile().map_err(io)?);
    writeln!(out, "{HEADER}").map_err(io)?;
    let mut line = 2;
    for card in cards(&text) {
        // Where two cards stand in one line, the second comes one line later.
        while line < card.line + 1 {
            out.write_all(b"\n").map_err(io)?;
            line += 1;
        }
        let cells: Vec<String> = card.cells.iter().map(|cell| quoted(cell)).collect();
        writeln!(out, "{}", cells.join(",")).map_err(io)?;
        line += 1;
    }
    let mut written = out.into_inner().map_err(|error| io(error.into_error()))?;
    written.rewind().map_err(io)?;
    Ok(written)
}

fn decoded(bytes: &[u8], legacy: &'static Encoding) -> String {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding.decode(bytes).0.into_owned();
    }
    let wide = match bytes {
        [0, b'B' | b'b', ..] => Some(UTF_16BE),
        [b'B' | b'b', 0, ..] => Some(UTF_16LE),
        _ => None,
    };
    if let Some(wide) = wide {
        return wide.decode(bytes).0.into_owned();
    }
    let (text, _, broken) = UTF_8.decode(bytes);
    if broken {
        legacy.decode(bytes).0.into_owned()
    } else {
        text.into_owned()
    }
}

fn quoted(cell: &str) -> String {
    let one_line: Vec<&str> = cell
        .split(['\n', '\r'])
        .filter(|part| !part.is_empty())
        .collect();
    format!("\"{}\"", one_line.join(" ").replace('"', "\"\""))
}

/// As many as `HEADER` has.
const CELLS: usize = 16;

struct Card {
    /// Of its BEGIN, 1-based.
    line: usize,
    cells: [String; CELLS],
}

/// One property: its name without a group, its parameters, its raw value.
struct Property {
    name: String,
    parameters: String,
    value: String,
}

/// Lines with what was folded put together; a soft line break of quoted-printable is a fold, too.
fn unfolded(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.trim_end_matches('\r');
        if let Some((_, last)) = lines.last_mut() {
            let head = last
                .split(':')
                .next()
                .unwrap_or_default()
                .to_ascii_uppercase();
            // First: behind a soft line break a blank belongs to the text.
            if head.contains("QUOTED-PRINTABLE") && last.ends_with('=') {
                last.pop();
                last.push_str(line);
                continue;
            }
            if let Some(more) = line.strip_prefix([' ', '\t']) {
                last.push_str(more);
                continue;
            }
        }
        lines.push((number, line.to_owned()));
    }
    lines
}

fn property(line: &str) -> Option<Property> {
    // A colon within a quoted parameter does not end the head.
    let mut quoted = false;
    let at = line.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == ':' && !quoted
    })?;
    let (head, value) = line.split_at(at.0);
    let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
    let name = name.rsplit('.').next().unwrap_or(name);
    Some(Property {
        name: name.trim().to_ascii_uppercase(),
        parameters: parameters.to_ascii_uppercase(),
        value: value[1..].to_owned(),
    })
}

impl Property {
    fn is(&self, word: &str) -> bool {
        self.parameters
            .split([';', ',', '=', '"'])
            .any(|part| part.trim() == word)
    }

    /// The value in letters: quoted-printable undone, in the character set that it names.
    fn text(&self) -> String {
        if !self.parameters.contains("QUOTED-PRINTABLE") {
            return self.value.clone();
        }
        let bytes = quoted_printable(&self.value);
        let label = self
            .parameters
            .split(';')
            .find_map(|part| part.trim().strip_prefix("CHARSET="))
            .unwrap_or("UTF-8");
        let encoding = Encoding::for_label(label.as_bytes()).unwrap_or(UTF_8);
        encoding.decode(&bytes).0.into_owned()
    }

    /// Its parts between semicolons, escapes undone.
    fn parts(&self) -> Vec<String> {
        split(&self.text(), ';')
            .iter()
            .map(|part| plain(part))
            .collect()
    }

    fn plain(&self) -> String {
        plain(&self.text())
    }

    /// 4.0 prefers with PREF=1 over PREF=2, 3.0 with TYPE=pref; else the first one counts.
    fn preference(&self) -> u32 {
        let number = self
            .parameters
            .split(';')
            .find_map(|part| part.trim().strip_prefix("PREF="));
        match number.map(|text| text.trim_matches('"').parse()) {
            Some(Ok(number)) => number,
            _ if self.is("PREF") => 1,
            _ => u32::MAX,
        }
    }
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        let hex = behind
            .get(..2)
            .and_then(|pair| std::str::from_utf8(pair).ok());
        match hex.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) if *first == b'=' => {
                out.push(byte);
                rest = &behind[2..];
            }
            _ => {
                out.push(*first);
                rest = behind;
            }
        }
    }
    out
}

/// At every separator that no backslash stands before.
fn split(text: &str, separator: char) -> Vec<String> {
    let (mut parts, mut escaped) = (vec![String::new()], false);
    for c in text.chars() {
        if c == separator && !escaped {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    parts
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => out.push('\n'),
                Some(other) => out.push(other),
                None => {}
            },
            _ => out.push(c),
        }
    }
    out.trim().to_owned()
}

fn cards(text: &str) -> Vec<Card> {
    let mut found = Vec::new();
    let mut open: Option<(usize, Vec<Property>)> = None;
    for (line, text) in unfolded(text.trim_start_matches('\u{feff}')) {
        let Some(property) = property(&text) else {
            continue;
        };
        let is_card = property.value.trim().eq_ignore_ascii_case("VCARD");
        match property.name.as_str() {
            "BEGIN" if is_card => open = Some((line, Vec::new())),
            "END" if is_card => {
                if let Some((line, properties)) = open.take() {
                    found.push(Card {
                        line,
                        cells: cells(&properties),
                    });
                }
            }
            _ => {
                if let Some((_, properties)) = &mut open {
                    properties.push(property);
                }
            }
        }
    }
    // A file that ends in the middle of a card has lost its end, not the card.
    if let Some((line, properties)) = open {
        found.push(Card {
            line,
            cells: cells(&properties),
        });
    }
    found
}

fn cells(properties: &[Property]) -> [String; CELLS] {
    let all = |name: &'static str| {
        properties
            .iter()
            .filter(move |property| property.name == name)
    };
    let first = |name| {
        all(name)
            .map(Property::plain)
            .find(|text| !text.is_empty())
            .unwrap_or_default()
    };
    let mut emails: Vec<(u32, String)> = all("EMAIL")
        .map(|property| (property.preference(), property.plain()))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    emails.sort_by_key(|(preference, _)| *preference);
    let mut emails = emails.into_iter().map(|(_, text)| text);
    let email = emails.next().unwrap_or_default();
    let more: Vec<String> = emails.collect();
    let name_parts = all("N").next().map(Property::parts).unwrap_or_default();
    let part = |at: usize| name_parts.get(at).cloned().unwrap_or_default();
    let outlet = all("ORG").next().map(Property::parts).unwrap_or_default();
    let country = all("ADR")
        .filter_map(|property| property.parts().get(6).cloned())
        .find(|text| !text.is_empty())
        .unwrap_or_default();
    let phone = all("TEL")
        .map(|property| {
            let number = property.plain();
            number.trim_start_matches("tel:").replace(";ext=", " ext. ")
        })
        .find(|text| !text.is_empty())
        .unwrap_or_default();
    let tags: Vec<String> = all("CATEGORIES")
        .flat_map(|property| split(&property.text(), ','))
        .map(|tag| plain(&tag))
        .filter(|tag| !google::is_system_group(tag))
        .collect();
    let title = first("TITLE");
    // The card of a company has its name where a person's stands.
    let is_company = first("X-ABSHOWAS").eq_ignore_ascii_case("company");
    let full_name = if is_company {
        String::new()
    } else {
        first("FN")
    };
    [
        email,
        more.join(", "),
        full_name,
        part(1),
        part(0),
        outlet.first().cloned().unwrap_or_default(),
        if title.is_empty() {
            first("ROLE")
        } else {
            title
        },
        phone,
        first("NOTE"),
        quoted_list(&tags),
        country,
        first("LANG"),
        first("TZ"),
        wish(properties, Wish::Out),
        wish(properties, Wish::In),
        first("X-STATUS"),
    ]
}

/// Tags with commas in them, so that a list within one cell can be told apart again.
fn quoted_list(tags: &[String]) -> String {
    let each: Vec<String> = tags
        .iter()
        .map(|tag| format!("\"{}\"", tag.replace('"', "\"\"")))
        .collect();
    each.join(",")
}

/// What the private properties (`X-OPT-OUT`, `X-CONSENT`) say about writing; the first that does.
fn wish(properties: &[Property], wanted: Wish) -> String {
    properties
        .iter()
        .filter(|property| {
            let name = property.name.strip_prefix("X-");
            name.is_some_and(|name| match consent::wish(name) {
                Some(Wish::OutAt | Wish::OutReason | Wish::Dead) => wanted == Wish::Out,
                wish => wish == Some(wanted),
            })
        })
        .map(Property::plain)
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use encoding_rs::WINDOWS_1252;
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
        cards(&decoded(text.as_bytes(), WINDOWS_1252))
            .into_iter()
            .map(|card| (card.line, card.cells.to_vec()))
            .collect()
    }

    #[test]
    fn three_versions_are_read() {
        let text = "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Weiß;Jana;;;\r\nFN:Jana Weiß\r\nORG:The Daily Example;Business desk\r\n\
                    TITLE:Editor\r\nitem1.EMAIL;TYPE=INTERNET:jana@home.example\r\nEMAIL;TYPE=INTERNET,pref:jana@daily.example\r\n\
                    TEL;TYPE=WORK:+49 30 1\r\nNOTE:Likes tides\\, not\r\n  waves.\\nCall first.\r\nCATEGORIES:energy,sea\r\n\
                    ADR;TYPE=WORK:;;1 Quay;Kiel;;24103;Germany\r\nEND:VCARD\r\n\
                    BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=C3=98st;=C3=9Cmit\n\
                    EMAIL;INTERNET:umit@press.example\nNOTE;ENCODING=QUOTED-PRINTABLE:one =\ntwo\nEND:VCARD\n\
                    BEGIN:VCARD\nVERSION:4.0\nFN:Bo\nEMAIL;PREF=1:bo@press.example\nTEL;VALUE=uri:tel:+1-555-0100\nTZ:Europe/Oslo\nEND:VCARD\n";
        let rows = rows(text);
        assert_eq!(
            rows.iter().map(|row| row.0).collect::<Vec<_>>(),
            [1, 15, 22]
        );
        let (jana, umit, bo) = (&rows[0].1, &rows[1].1, &rows[2].1);
        assert_eq!(
            (jana[0].as_str(), jana[1].as_str()),
            ("jana@daily.example", "jana@home.example")
        );
        assert_eq!(
            (jana[3].as_str(), jana[4].as_str(), jana[5].as_str()),
            ("Jana", "Weiß", "The Daily Example")
        );
        assert_eq!(jana[8], "Likes tides, not waves.\nCall first.");
        assert_eq!(
            (jana[9].as_str(), jana[10].as_str()),
            (r#""energy","sea""#, "Germany")
        );
        assert_eq!(
            (umit[3].as_str(), umit[4].as_str(), umit[8].as_str()),
            ("Ümit", "Øst", "one two")
        );
        assert_eq!(
            (bo[0].as_str(), bo[7].as_str(), bo[12].as_str()),
            ("bo@press.example", "+1-555-0100", "Europe/Oslo")
        );
    }

    #[test]
    fn a_card_tells_who_wants_no_mail_and_which_address_comes_first() {
        let text = "BEGIN:VCARD\nVERSION:4.0\nFN:Bo\nEMAIL;PREF=2:b@press.example\nEMAIL;PREF=1:bo@press.example\n\
                    CATEGORIES:Sea\\, tides,unsubscribed\nX-OPTOUT:yes\nEND:VCARD\n\
                    BEGIN:VCARD\nVERSION:3.0\nFN:The Daily\nORG:The Daily\nX-ABShowAs:COMPANY\nEMAIL:desk@daily.example\n\
                    X-NEWSLETTER-CONSENT:withdrawn\nEND:VCARD\n";
        let rows = rows(text);
        let (bo, daily) = (&rows[0].1, &rows[1].1);
        assert_eq!(
            (bo[0].as_str(), bo[13].as_str()),
            ("bo@press.example", "yes")
        );
        assert_eq!(bo[9], r#""Sea, tides","unsubscribed""#);
        assert_eq!((daily[2].as_str(), daily[5].as_str()), ("", "The Daily"));
        assert_eq!(daily[14], "withdrawn");
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let mut text = b"BEGIN:VCARD\n".to_vec();
            text.extend(bytes);
            let _ = cards(&decoded(&text, WINDOWS_1252));
        }
    }
}
