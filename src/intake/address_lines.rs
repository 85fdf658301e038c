//! The address lines of a mail, pasted into a file: `Ada Byrne <ada@…>, "Lovelace, Ada" <al@…>; bob@…`,
//! with or without `To:` in front, on one line or many.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, Write};

use encoding_rs::Encoding;

use crate::domain::address;
use crate::intake::encoding::Decoded;
use crate::intake::problem::IntakeProblem;
use crate::intake::section;
use crate::intake::survey::Survey;

/// As reports name such a file.
pub(crate) const FORMAT: &str = "address-lines";
/// Bytes of text: nobody pastes as much.
const LARGEST: u64 = 20 * 1024 * 1024;
/// Pieces that are read on the sample, to know what it is.
const LOOKED_AT: usize = 500;

/// What programs write before the addresses of those who get a mail.
const TO: &str = " to cc bcc an kopie blindkopie bk à cci copie copiecachée para cco copia a ccn aan do dw udw till kopia til kopi komu \
    vastaanottaja kopio címzett másolat kime bilgi кому копия 宛先 收件人 抄送 받는사람 참조 proς προς recipients empfänger destinataires ";
/// And before what else stands in the head of a mail.
const OTHER: &str = " from von de da van od från fra lähettäjä от 差出人 发件人 subject betreff objet asunto oggetto onderwerp temat ämne emne \
    assunto тема 件名 主题 date datum sent gesendet envoyé enviado inviato verzonden data skickat sendt wysłano replyto antwortan \
    importance priority attachments anlagen ";

/// What stands between two separators.
struct Piece {
    text: String,
    /// Physical, from 1.
    line: usize,
    /// The mark behind it.
    mark: char,
    /// What a heading says of it: "Unsubscribed".
    no: Option<&'static str>,
}

#[derive(Default)]
struct Pasted {
    pieces: Vec<Piece>,
    /// Some line begins with `To:`.
    is_addressed: bool,
    /// Some line holds two addresses.
    has_several: bool,
    /// Names with a comma whose parts were put together.
    joined: usize,
    /// Lines with a dot or a number in front, as in a list.
    listed: usize,
    lines: usize,
    /// Some line is of a mail's head, and not about who gets it.
    has_head: bool,
}

/// Whether nearly everything in the beginning of the file is an address line.
pub(crate) fn recognise(survey: &Survey, encoding: &'static Encoding) -> bool {
    if survey.size > LARGEST {
        return false;
    }
    let (text, _) = encoding.decode_with_bom_removal(&survey.sample);
    let mut text = text.as_ref();
    if survey.is_cut() {
        text = text.rsplit_once('\n').map_or(text, |(whole, _)| whole);
    }
    let is_table = |line: &str| line.trim().contains('\t');
    if !text.contains('@') || text.lines().any(is_table) {
        return false;
    }
    let mut pasted = read(text, LOOKED_AT);
    pasted.pieces.truncate(LOOKED_AT);
    pasted.is_one()
}

/// Writes each address with its name as a row of one column, to a file that nobody else sees.
pub(crate) fn to_csv(
    name: &str,
    mut file: File,
    encoding: &'static Encoding,
) -> Result<File, IntakeProblem> {
    let io = |error| IntakeProblem::io(name, error);
    file.rewind().map_err(io)?;
    let mut bytes = Vec::new();
    let mut decoded = Decoded::new(file.take(LARGEST), encoding);
    while decoded.more(&mut bytes).map_err(io)? {}
    let text = String::from_utf8_lossy(&bytes);
    let mut out = BufWriter::new(tempfile::tempfile().map_err(io)?);
    let pieces = read(&text, usize::MAX).pieces;
    let has_noes = pieces.iter().any(|piece| piece.no.is_some());
    // Above the first line: a row has the number of the line that it stood in.
    let header = if has_noes { "email,opt-out" } else { "email" };
    writeln!(out, "{header}").map_err(io)?;
    let mut line = 1;
    for piece in pieces {
        while line < piece.line {
            out.write_all(b"\n").map_err(io)?;
            line += 1;
        }
        write!(out, "\"{}\"", piece.text.replace('"', "\"\"")).map_err(io)?;
        if has_noes {
            write!(out, ",{}", piece.no.unwrap_or_default()).map_err(io)?;
        }
        out.write_all(b"\n").map_err(io)?;
        line += 1;
    }
    let mut written = out.into_inner().map_err(|error| io(error.into_error()))?;
    written.rewind().map_err(io)?;
    Ok(written)
}

impl Pasted {
    fn is_one(&self) -> bool {
        let with = self.pieces.iter().filter(|piece| piece.text.contains('@'));
        let (with, all) = (with.count(), self.pieces.len());
        let is_read = |piece: &&Piece| address::read(&piece.text).is_ok();
        let read = self.pieces.iter().filter(is_read).count();
        let has_names = self.pieces.iter().any(|piece| piece.text.contains('<'));
        if with == 0 {
            return false;
        }
        if self.is_addressed {
            return with * 2 >= all;
        }
        // "Exported by: Max <max@…>" above a table.
        let is_said = |piece: &Piece| {
            let before = piece.text.split(['<', '"']).next().unwrap_or_default();
            before.contains(':') && !before.to_lowercase().contains("mailto:")
        };
        if self.has_head || self.pieces.iter().any(is_said) {
            return false;
        }
        // Cells of a table beside the addresses: then it is one.
        let is_nearly = if has_names {
            with * 5 >= all * 4
        } else {
            with == all
        };
        // One a line, each behind a name.
        let is_column = (has_names || self.listed == self.lines) && all == self.lines;
        let is_list = self.has_several || self.joined * 2 > self.lines || is_column;
        is_list && is_nearly && read * 5 >= all * 4
    }
}

/// The pieces of the text, `most` and those of the line in which that is reached.
fn read(text: &str, most: usize) -> Pasted {
    let mut pasted = Pasted::default();
    let lines = unfolded(text);
    let holds_more = |mark| {
        lines
            .iter()
            .any(|(_, line)| marks(line).any(|(_, c)| c == mark))
    };
    // Where a semicolon stands between two, a comma stands within a name.
    let is_semicolon = holds_more(';');
    let mut no = None;
    for (number, line) in &lines {
        if pasted.pieces.len() >= most {
            break;
        }
        if line.is_empty() {
            // Behind the head of a mail comes what somebody wrote.
            if pasted.has_head && pasted.is_addressed {
                break;
            }
            continue;
        }
        let line = without_bullet(line);
        pasted.listed += usize::from(line.1);
        let line = line.0;
        let mut own = no;
        let rest = match before_colon(line) {
            Some((TO_WORD, rest)) => {
                pasted.is_addressed = true;
                rest
            }
            Some((_, _)) => {
                pasted.has_head = true;
                continue;
            }
            None => match labelled(line) {
                // "Return-Path: <us@…>" beside "To: …".
                Some((label, _)) if pasted.is_addressed && label.contains('-') => continue,
                Some((label, "")) => {
                    no = section::reason(label);
                    continue;
                }
                Some((label, rest)) => match section::reason(label) {
                    Some(reason) => {
                        own = Some(reason);
                        rest
                    }
                    None if rest.matches('@').count() > 1 => rest,
                    None => line,
                },
                None => line,
            },
        };
        let found = pieces(rest, *number, is_semicolon);
        // "Press list", "Unsubscribed": a title, or a heading of what follows.
        let is_alone = found.pieces.len() == 1 && !rest.contains('@');
        if is_alone && (pasted.lines == 0 || section::reason(rest).is_some()) {
            no = section::reason(rest);
            continue;
        }
        pasted.lines += 1;
        pasted.joined += usize::from(found.joined);
        let several = found.pieces.iter().filter(|piece| piece.text.contains('@'));
        pasted.has_several |= several.count() > 1;
        for mut piece in found.pieces {
            piece.no = own;
            let before = pasted.pieces.last_mut();
            match before {
                // The name at the end of one line, the address at the beginning of the next.
                Some(before)
                    if before.mark == '\n'
                        && !before.text.contains('@')
                        && piece.text.starts_with('<') =>
                {
                    before.text = format!("{} {}", before.text, piece.text);
                    before.mark = piece.mark;
                }
                _ => pasted.pieces.push(piece),
            }
        }
    }
    pasted
}

/// Lines with what was folded put together, and Outlook's `[mailto:ada@…]` in angle brackets.
fn unfolded(text: &str) -> Vec<(usize, String)> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    let text = text.replace("\r\n", "\n");
    for (number, line) in (1..).zip(text.split(['\n', '\r'])) {
        let is_folded = line.starts_with([' ', '\t']) && !line.trim().is_empty();
        let line = line.trim().trim_start_matches('\u{feff}');
        match lines.last_mut() {
            Some((_, last)) if is_folded && !last.is_empty() => {
                last.push(' ');
                last.push_str(line);
            }
            _ => lines.push((number, line.to_owned())),
        }
    }
    for (_, line) in &mut lines {
        if line.contains("[mailto:") {
            *line = line.replace("[mailto:", "<").replace(']', ">");
        }
    }
    lines
}

/// The line without the mark of a list in front, "- " or "1. ", and whether there was one.
fn without_bullet(line: &str) -> (&str, bool) {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let behind = if rest.len() < line.len() {
        rest.strip_prefix(". ").or_else(|| rest.strip_prefix(") "))
    } else {
        ["- ", "* ", "• ", "– ", "· "]
            .iter()
            .find_map(|mark| line.strip_prefix(mark))
    };
    behind.map_or((line, false), |text| (text.trim(), true))
}

/// "Press: ada@…, bo@…", "Unsubscribed:": a few words before a colon, and what stands behind it.
fn labelled(line: &str) -> Option<(&str, &str)> {
    let (label, rest) = line.split_once(':')?;
    let is_label = !label.is_empty()
        && label.chars().count() <= 40
        && !label.contains(['@', '<', '"', ',', ';'])
        && !["mailto", "smtp", "http", "https"].contains(&label.to_lowercase().as_str());
    let rest = rest.trim();
    (is_label && (rest.is_empty() || rest.contains('@'))).then_some((label, rest))
}

const TO_WORD: bool = true;

/// Whether the word in front of a line names who gets the mail, and what stands behind it.
fn before_colon(line: &str) -> Option<(bool, &str)> {
    let (word, rest) = line.split_once(':').or_else(|| line.split_once('：'))?;
    let word: String = word
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .take(20)
        .collect();
    let is_in = |words: &str| !word.is_empty() && words.contains(&format!(" {word} "));
    if is_in(TO) {
        Some((TO_WORD, rest.trim()))
    } else {
        is_in(OTHER).then_some((!TO_WORD, rest))
    }
}

/// Commas and semicolons outside of quotation marks, angle brackets and comments.
fn marks(line: &str) -> impl Iterator<Item = (usize, char)> {
    let has_pairs = line.matches('"').count().is_multiple_of(2);
    let (mut is_quoted, mut is_angle, mut depth, mut is_escaped) = (false, false, 0_usize, false);
    line.char_indices().filter(move |(_, c)| {
        if std::mem::take(&mut is_escaped) {
            return false;
        }
        match c {
            '\\' if is_quoted => is_escaped = true,
            '"' if has_pairs => is_quoted = !is_quoted,
            _ if is_quoted => {}
            '<' => is_angle = true,
            '>' => is_angle = false,
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let is_outside = !is_quoted && !is_angle && depth == 0;
        is_outside && matches!(c, ',' | ';')
    })
}

/// The mailboxes of a cell, each as it is written.
pub(crate) fn mailboxes(cell: &str) -> Vec<String> {
    let lines = cell.split('\n').map(str::trim);
    let is_semicolon = cell
        .split('\n')
        .any(|line| marks(line).any(|(_, mark)| mark == ';'));
    let found = lines.flat_map(|line| pieces(line, 1, is_semicolon).pieces);
    found.map(|piece| piece.text).collect()
}

struct Found {
    pieces: Vec<Piece>,
    joined: bool,
}

fn pieces(line: &str, number: usize, is_semicolon: bool) -> Found {
    let mut raw: Vec<(&str, char)> = Vec::new();
    let mut start = 0;
    for (at, mark) in marks(line) {
        raw.push((&line[start..at], mark));
        start = at + mark.len_utf8();
    }
    raw.push((&line[start..], '\n'));
    let mut found = Found {
        pieces: Vec::new(),
        joined: false,
    };
    let mut before = String::new();
    for (text, mark) in raw {
        let has_blank = text.starts_with(' ');
        let text = text.trim();
        let is_part = !before.is_empty() && has_blank && text.contains('<');
        if !before.is_empty() {
            if is_part && (is_semicolon || is_half(&before, text)) {
                let whole = format!("{}, {text}", std::mem::take(&mut before));
                found.joined = true;
                push(&mut found.pieces, whole, number, mark);
                continue;
            }
            push(&mut found.pieces, std::mem::take(&mut before), number, ',');
        }
        if mark == ',' && !text.contains('@') {
            text.clone_into(&mut before);
        } else {
            push(&mut found.pieces, text.to_owned(), number, mark);
        }
    }
    push(&mut found.pieces, before, number, '\n');
    found
}

fn push(pieces: &mut Vec<Piece>, text: String, line: usize, mark: char) {
    let mut add = |text: String| {
        let no = None;
        pieces.push(Piece {
            text,
            line,
            mark,
            no,
        });
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_plain = !text.contains(['<', '"', '(']);
    match words.split_last() {
        None => {}
        // "ada@… bo@…"
        Some((_, [_, ..])) if is_plain && words.iter().all(|word| word.contains('@')) => {
            for word in &words {
                add((*word).to_owned());
            }
        }
        // "Ada Byrne ada@…": of one word, it could be the beginning of the address.
        Some((last, names @ [_, _, ..])) if is_plain && is_behind_name(last, names) => {
            add(format!("{} <{last}>", names.join(" ")));
        }
        Some(_) => add(text),
    }
}

fn is_behind_name(last: &str, names: &[&str]) -> bool {
    let is_name = |word: &&str| {
        word.chars().next().is_some_and(char::is_uppercase)
            && word
                .chars()
                .all(|c| c.is_alphabetic() || matches!(c, '-' | '.' | '\'' | '’'))
    };
    last.contains('@') && names.len() <= 4 && names.iter().all(is_name)
}

/// "Byrne" and "Ada <ada@…>", "de la Cruz" and "Maria <…>" are one name; "Bo Chen" and "Ada Byrne <…>"
/// are two people.
fn is_half(before: &str, behind: &str) -> bool {
    let name = behind.split('<').next().unwrap_or_default();
    let words = |text: &str| text.split_whitespace().count();
    words(before) == 1 || words(name) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Option<Vec<(usize, String)>> {
        let pasted = read(text, LOOKED_AT);
        let found = pasted.pieces.iter();
        let found = found
            .map(|piece| (piece.line, piece.text.clone()))
            .collect();
        pasted.is_one().then_some(found)
    }

    fn all(text: &str, expected: &[&str]) {
        let found = texts(text).unwrap_or_default();
        let found: Vec<&str> = found.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn address_lines_are_taken_apart() {
        all(
            "Ada Byrne <ada@daily.example>, \"Lovelace, Ada\" <al@post.example>; bob@x.example",
            &[
                "Ada Byrne <ada@daily.example>",
                "\"Lovelace, Ada\" <al@post.example>",
                "bob@x.example",
            ],
        );
        all(
            "À : Byrne, Ada <ada@daily.example>; Chen, Bo <bo@radio.example>\r\nCc: cy@x.example\r\n",
            &[
                "Byrne, Ada <ada@daily.example>",
                "Chen, Bo <bo@radio.example>",
                "cy@x.example",
            ],
        );
        all(
            "From: Us <us@us.example>\nTo: Ada Byrne\n <ada@daily.example>,\n\tbo@x.example\nSubject: Hi, all\n\nDear Ada, news",
            &["Ada Byrne <ada@daily.example>", "bo@x.example"],
        );
        all(
            "Byrne, Ada <ada@daily.example>\nde la Cruz, Maria <m@x.example>\n",
            &[
                "Byrne, Ada <ada@daily.example>",
                "de la Cruz, Maria <m@x.example>",
            ],
        );
        all(
            "An: Ada Byrne [mailto:ada@daily.example]; Bo Chen\n<bo@x.example>",
            &["Ada Byrne <ada@daily.example>", "Bo Chen <bo@x.example>"],
        );
        all(
            "To: Bo Chen, Ada Byrne <ada@daily.example>",
            &["Bo Chen", "Ada Byrne <ada@daily.example>"],
        );
        for text in [
            "a@x.example b@y.example",
            "- a@x.example\n- b@y.example\n",
            "Press: a@x.example, b@y.example;",
            "Press:\ra@x.example, b@y.example",
        ] {
            all(text, &["a@x.example", "b@y.example"]);
        }
        all(
            "1. Ada Byrne ada@daily.example\n2. Bo Chen bo@x.example\n",
            &["Ada Byrne <ada@daily.example>", "Bo Chen <bo@x.example>"],
        );
        all(
            "Ada Byrne <ada@daily.example>\nBo Chen <bo@x.example>\n",
            &["Ada Byrne <ada@daily.example>", "Bo Chen <bo@x.example>"],
        );
        all(
            "Press\na@x.example, b@y.example",
            &["a@x.example", "b@y.example"],
        );
    }

    #[test]
    fn a_heading_that_says_no_is_heard() {
        for text in [
            "a@x.example, b@x.example\nUnsubscribed: c@x.example, d@x.example\n",
            "a@x.example, b@x.example\n\nAbgemeldet\nc@x.example\nd@x.example\n",
            "Press:\na@x.example, b@x.example\nOpted out:\nc@x.example, d@x.example\n",
        ] {
            let noes: Vec<_> = read(text, LOOKED_AT)
                .pieces
                .iter()
                .map(|piece| piece.no)
                .collect();
            let no = Some("unsubscribed");
            assert_eq!(noes, [None, None, no, no], "{text}");
            assert!(texts(text).is_some(), "{text}");
        }
    }

    #[test]
    fn tables_are_none() {
        for text in [
            "Name,Email\nAda,ada@daily.example\n",
            "Ada Byrne,ada@daily.example\nBo,bo@x.example\n",
            "Daily,Ada <ada@daily.example>\nRadio,Bo <bo@x.example>\n",
            "ada@daily.example\nbo@x.example\n",
            "email;more\nada@daily.example;a@x.example\n",
            "ada@daily.example, likes tea\nbo@x.example, no\n",
            "Media list\nExported by: Max <max@us.example>\nDate: 2026-01-01\n\nName,Email\nAda,ada@x.example\n",
        ] {
            assert_eq!(texts(text), None, "{text}");
        }
    }
}
