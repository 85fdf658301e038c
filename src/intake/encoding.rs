//! Which encoding a file is in, and its text as UTF-8, a part at a time.

use std::io::{self, Read};

use encoding_rs::{Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};

use crate::intake::delimiter::SampleRow;
use crate::intake::problem::IntakeProblem;
use crate::intake::survey::Survey;

const CHUNK: usize = 64 * 1024;

/// The encoding, and a warning where it had to be guessed or the file is damaged.
pub(crate) struct Choice {
    pub(crate) encoding: &'static Encoding,
    pub(crate) warning: Option<String>,
}

/// Decides the encoding of a surveyed file: what the user says, else the BOM, else the pattern of
/// UTF-16's NUL bytes, else UTF-8, else a guess that must be a Windows one.
pub(crate) fn choose(
    file: &str,
    survey: &Survey,
    wanted: Option<&str>,
) -> Result<Choice, IntakeProblem> {
    let sure = |encoding| {
        Ok(Choice {
            encoding,
            warning: None,
        })
    };
    if let Some(label) = wanted {
        return match Encoding::for_label(alias(label).as_bytes()) {
            Some(encoding) => sure(encoding),
            None => Err(IntakeProblem::UnknownEncoding {
                label: label.to_owned(),
            }),
        };
    }
    if let Some((encoding, _)) = Encoding::for_bom(&survey.sample)
        && (encoding != UTF_8 || survey.broken == 0)
    {
        return sure(encoding);
    }
    if let Some(encoding) = utf16_by_nuls(&survey.sample) {
        return Ok(Choice {
            encoding,
            warning: Some(format!(
                "the file has no byte order mark; read as {} by the pattern of its bytes",
                name(encoding)
            )),
        });
    }
    if is_binary(&survey.sample) {
        return Err(IntakeProblem::NotCsv {
            file: file.to_owned(),
            what: "a binary file",
            remedy: "export the contacts as CSV and import that file",
        });
    }
    if survey.broken == 0 {
        return sure(UTF_8);
    }
    if survey.letters > survey.broken {
        return Ok(Choice {
            encoding: UTF_8,
            warning: Some(format!(
                "damaged letters (not UTF-8 like the rest): {}; they stand as \u{fffd}, mend them in the file",
                survey.broken
            )),
        });
    }
    guess(file, survey)
}

/// The bytes for ä å ç é è ö ú ù û ü on an old Macintosh, where the Windows encodings have capitals
/// and rare letters. A file that has these and none of Windows' own accented letters is asked about.
fn looks_macintosh(sample: &[u8]) -> bool {
    const LETTERS: [u8; 10] = [0x8a, 0x8c, 0x8d, 0x8e, 0x8f, 0x9a, 0x9c, 0x9d, 0x9e, 0x9f];
    sample.iter().any(|byte| LETTERS.contains(byte)) && sample.iter().all(|byte| *byte < 0xb0)
}

/// What two readings of UTF-8 as a Windows encoding leave of an accented letter or a quotation mark.
const GARBLED: [&str; 14] = [
    "Ã¼", "Ã¶", "Ã¤", "ÃŸ", "Ã©", "Ã¨", "Ã¡", "Ã³", "Ã±", "Ã§", "â€™", "â€œ", "â€“", "Ã\u{a0}",
];

/// A warning where letters were already wrong when the file was written.
pub(crate) fn garbled(rows: &[SampleRow]) -> Option<String> {
    let mut cells = rows.iter().flat_map(|row| &row.cells);
    cells
        .any(|cell| GARBLED.iter().any(|letters| cell.contains(letters)))
        .then(|| {
            "letters look garbled (such as \u{c3}\u{bc} for \u{fc}): the program that wrote the file mixed up its encodings; look at the names, and export it again as UTF-8".to_owned()
        })
}

fn guess(file: &str, survey: &Survey) -> Result<Choice, IntakeProblem> {
    let guessed = survey.detector.guess(None, chardetng::Utf8Detection::Deny);
    let encoding = if is_western(guessed, &survey.sample) {
        encoding_rs::WINDOWS_1252
    } else {
        guessed
    };
    if !encoding.name().starts_with("windows-125") {
        return Err(IntakeProblem::NeedsEncoding {
            file: file.to_owned(),
            guess: encoding.name(),
        });
    }
    let (text, ..) = encoding.decode(&survey.sample);
    if looks_wrong(&text) || looks_macintosh(&survey.sample) {
        let (as_mac, ..) = encoding_rs::MACINTOSH.decode(&survey.sample);
        return Err(IntakeProblem::NeedsEncoding {
            file: file.to_owned(),
            guess: if looks_wrong(&as_mac) {
                "an old DOS encoding"
            } else {
                "macintosh"
            },
        });
    }
    let example = text
        .split(|c: char| !c.is_alphanumeric())
        .find(|word| !word.is_ascii())
        .map(|word| word.chars().take(40).collect::<String>());
    let example = example.map_or(String::new(), |word| format!(", for example \"{word}\""));
    Ok(Choice {
        encoding,
        warning: Some(format!(
            "the file is not UTF-8; read as {}{example}; if letters look wrong, say --encoding",
            name(encoding)
        )),
    })
}

/// A rare relative of Latin is guessed of a file with one or two accented letters, which all of them
/// write alike or nearly: an Excel in Milan wrote it, not a mail program in Riga.
fn is_western(guessed: &'static Encoding, sample: &[u8]) -> bool {
    const RELATIVES: [&str; 7] = [
        "ISO-8859-3",
        "ISO-8859-4",
        "ISO-8859-10",
        "ISO-8859-13",
        "ISO-8859-14",
        "ISO-8859-15",
        "ISO-8859-16",
    ];
    // à â ä ç è é ê ë ì í î ï ñ ò ó ô ö ù ú û ü ß, and their capitals.
    const LETTERS: &[u8] = b"\xe0\xe2\xe4\xe7\xe8\xe9\xea\xeb\xec\xed\xee\xef\xf1\xf2\xf3\xf4\xf6\xf9\xfa\xfb\xfc\xdf\xc0\xc4\xc7\xc8\xc9\xd1\xd6\xdc";
    let mut letters: Vec<u8> = sample.iter().copied().filter(|b| !b.is_ascii()).collect();
    letters.sort_unstable();
    letters.dedup();
    RELATIVES.contains(&guessed.name())
        && letters.len() <= 3
        && letters.iter().all(|letter| LETTERS.contains(letter))
}

/// Signs or capitals in the middle of words: what DOS and old Mac text looks like when it is taken
/// for Windows text (`JŸrgen`, `K„the`).
fn looks_wrong(text: &str) -> bool {
    let (mut wrong, mut right) = (0, 0);
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        let is_control = ('\u{80}'..='\u{9f}').contains(&c);
        if !c.is_ascii() {
            let is_sign = !c.is_alphanumeric()
                && !matches!(c, '’' | '‘' | '–' | '—' | '·' | '\u{a0}' | '\u{ad}');
            let is_inside = before.is_alphabetic() && after.is_alphabetic();
            let is_capital = c.is_uppercase() && before.is_alphabetic() && after.is_lowercase();
            if is_control || (is_inside && is_sign) || is_capital {
                wrong += 1;
            } else if c.is_alphabetic() {
                right += 1;
            }
        }
        before = c;
    }
    wrong > right
}

/// More control characters than any text has.
fn is_binary(sample: &[u8]) -> bool {
    let controls = sample
        .iter()
        .filter(|b| **b < 0x20 && !matches!(**b, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1a))
        .count();
    controls > 8 && controls * 50 > sample.len()
}

/// The name as people and other programs write it.
pub(crate) fn name(encoding: &'static Encoding) -> String {
    encoding.name().to_lowercase()
}

/// Names that other programs use and the web's list of labels lacks.
fn alias(label: &str) -> &str {
    match label.to_lowercase().as_str() {
        "cp1252" | "ansi" | "win1252" | "latin-1" | "latin1" => "windows-1252",
        "cp1250" => "windows-1250",
        "cp1251" => "windows-1251",
        "macroman" | "mac-roman" | "mac_roman" => "macintosh",
        "utf16" | "utf16le" => "utf-16le",
        "utf16be" => "utf-16be",
        "utf-8-sig" | "utf8-bom" => "utf-8",
        _ => label,
    }
}

/// Western text in UTF-16 has a NUL as nearly every second byte: odd ones in little endian.
fn utf16_by_nuls(sample: &[u8]) -> Option<&'static Encoding> {
    let pairs = sample.len() / 2;
    if pairs < 2 {
        return None;
    }
    let nuls = |offset: usize| {
        sample
            .iter()
            .skip(offset)
            .step_by(2)
            .filter(|b| **b == 0)
            .count()
    };
    let (even, odd) = (nuls(0), nuls(1));
    if odd * 10 > pairs * 6 && even * 20 < pairs {
        Some(UTF_16LE)
    } else if even * 10 > pairs * 6 && odd * 20 < pairs {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// A file's text in UTF-8 without BOM and NUL, in parts, in constant memory.
pub(crate) struct Decoded<R> {
    source: R,
    decoder: Decoder,
    raw: Vec<u8>,
    ended: bool,
}

impl<R: Read> Decoded<R> {
    pub(crate) fn new(source: R, encoding: &'static Encoding) -> Self {
        Self {
            source,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; CHUNK],
            ended: false,
        }
    }

    /// Appends the next part of the text; `false` at the end. What cannot be decoded becomes U+FFFD.
    pub(crate) fn more(&mut self, text: &mut Vec<u8>) -> io::Result<bool> {
        let start = text.len();
        while !self.ended && text.len() == start {
            let count = loop {
                match self.source.read(&mut self.raw) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    other => break other?,
                }
            };
            self.ended = count == 0;
            self.decode(count, text);
            if text[start..].contains(&0) {
                let mut at = 0;
                text.retain(|byte| {
                    at += 1;
                    at <= start || *byte != 0
                });
            }
        }
        Ok(text.len() > start)
    }

    fn decode(&mut self, count: usize, text: &mut Vec<u8>) {
        let mut taken = 0;
        loop {
            let start = text.len();
            text.resize(start + count * 3 + 64, 0);
            let (result, read, written, _) = self.decoder.decode_to_utf8(
                &self.raw[taken..count],
                &mut text[start..],
                self.ended,
            );
            text.truncate(start + written);
            taken += read;
            if result == encoding_rs::CoderResult::InputEmpty {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], encoding: &'static Encoding) -> String {
        let mut decoded = Decoded::new(bytes, encoding);
        let mut text = Vec::new();
        while decoded.more(&mut text).unwrap() {}
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn text_comes_without_bom_and_nul() {
        assert_eq!(read(b"\xef\xbb\xbfa\0b", UTF_8), "ab");
        assert_eq!(read(b"\xff\xfea\0\xfc\0", UTF_16LE), "aü");
        assert_eq!(read(b"Wei\xdf", encoding_rs::WINDOWS_1252), "Weiß");
        assert_eq!(read(b"a\xff", UTF_8), "a\u{fffd}");
    }

    #[test]
    fn a_letter_across_two_chunks_stays_whole() {
        let text = "ü".repeat(CHUNK);
        assert_eq!(
            read(format!("x{text}").as_bytes(), UTF_8),
            format!("x{text}")
        );
    }

    #[test]
    fn text_of_old_systems_is_not_taken_for_windows() {
        assert!(looks_wrong("JŸrgen, KŠthe MŸller"));
        assert!(looks_wrong("J\u{81}rgen Groá, K„the M\u{81}ller"));
        assert!(!looks_wrong("Jürgen Groß, „Käthe“ O’Hara, Müller–Öztürk"));
        assert!(!looks_wrong("Иван Петров"));
    }

    #[test]
    fn utf16_shows_by_its_nuls() {
        assert_eq!(utf16_by_nuls(b"e\0m\0a\0i\0l\0"), Some(UTF_16LE));
        assert_eq!(utf16_by_nuls(b"\0e\0m\0a\0i\0l"), Some(UTF_16BE));
        assert_eq!(utf16_by_nuls(b"email"), None);
        assert_eq!(utf16_by_nuls(&[0; 64]), None);
    }
}
