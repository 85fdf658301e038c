//! Texts of an old Excel file: in one byte a letter or two, and those that cells share, which go on over
//! several records.

use encoding_rs::{Encoding, UTF_16LE, WINDOWS_1252};

use crate::intake::workbook::xls::compound::{Fault, u16_at, u32_at};

/// Texts that cells share.
const MOST_SHARED: usize = 2_000_000;
/// Bytes of all of them as UTF-8.
const LONGEST: usize = 64 * 1024 * 1024;

/// Texts one behind the other, so that each takes no more than its letters.
#[derive(Default)]
pub(super) struct Shared {
    text: String,
    ends: Vec<u32>,
}

impl Shared {
    pub(super) fn get(&self, index: u32) -> &str {
        let index = index as usize;
        let Some(end) = self.ends.get(index) else {
            return "";
        };
        let start = match index {
            0 => 0,
            more => self.ends[more - 1],
        };
        self.text
            .get(start as usize..*end as usize)
            .unwrap_or_default()
    }

    /// Reads the table of shared texts from its record and those that go on with it.
    pub(super) fn read(parts: &[&[u8]]) -> Result<Self, Fault> {
        let mut shared = Self::default();
        let mut cursor = Cursor {
            parts,
            part: 0,
            at: 8,
        };
        let count = parts.first().and_then(|part| u32_at(part, 4));
        for _ in 0..count.unwrap_or_default() {
            if !cursor.text(&mut shared.text) {
                break;
            }
            if shared.ends.len() >= MOST_SHARED || shared.text.len() > LONGEST {
                return Err(Fault::TooLarge);
            }
            shared
                .ends
                .push(u32::try_from(shared.text.len()).unwrap_or(u32::MAX));
        }
        Ok(shared)
    }
}

struct Cursor<'a> {
    parts: &'a [&'a [u8]],
    part: usize,
    at: usize,
}

impl<'a> Cursor<'a> {
    /// What is left of the part; the next one where it is used up.
    fn rest(&mut self) -> Option<&'a [u8]> {
        loop {
            let part = self.parts.get(self.part)?;
            if self.at < part.len() {
                return Some(&part[self.at..]);
            }
            self.at -= part.len();
            self.part += 1;
        }
    }

    fn bytes(&mut self, count: usize) -> Option<u32> {
        let mut number = 0;
        for place in 0..count {
            let byte = *self.rest()?.first()?;
            number |= u32::from(byte) << (8 * place);
            self.at += 1;
        }
        Some(number)
    }

    /// Adds one text; `false` at the end.
    fn text(&mut self, into: &mut String) -> bool {
        self.read_text(into).is_some()
    }

    fn read_text(&mut self, into: &mut String) -> Option<()> {
        let mut letters = self.bytes(2)? as usize;
        let mut flags = self.bytes(1)?;
        let runs = if flags & 8 == 0 { 0 } else { self.bytes(2)? };
        let extra = if flags & 4 == 0 { 0 } else { self.bytes(4)? };
        let mut units: Vec<u16> = Vec::new();
        let mut part = self.part;
        while letters > 0 {
            let rest = self.rest()?;
            // Where a text goes on in the next record, it says anew how its letters stand.
            if self.part != part {
                part = self.part;
                flags = self.bytes(1)?;
                continue;
            }
            take(rest, flags, &mut letters, &mut units, &mut self.at);
        }
        into.extend(char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')));
        self.at = self
            .at
            .checked_add(runs as usize * 4)?
            .checked_add(extra as usize)?;
        Some(())
    }
}

/// Takes as many letters as stand in `rest`; a half one at its end is passed over.
fn take(rest: &[u8], flags: u32, letters: &mut usize, units: &mut Vec<u16>, at: &mut usize) {
    let size = if flags & 1 == 0 { 1 } else { 2 };
    let count = (rest.len() / size).min(*letters);
    if count == 0 {
        *at += rest.len();
        return;
    }
    let raw = &rest[..count * size];
    if size == 1 {
        units.extend(raw.iter().map(|byte| u16::from(*byte)));
    } else {
        let pairs = raw.chunks_exact(2);
        units.extend(pairs.map(|pair| u16::from_le_bytes([pair[0], pair[1]])));
    }
    *letters -= count;
    *at += raw.len();
}

/// How the texts in cells stand: Excel 97 and later, or 95 with its code page.
#[derive(Clone, Copy)]
pub(super) enum Letters {
    Flagged,
    Plain(&'static Encoding),
}

impl Letters {
    /// A text behind its number of letters, which takes `width` bytes.
    pub(super) fn text(self, bytes: &[u8], width: usize) -> Option<String> {
        let count = match width {
            1 => usize::from(*bytes.first()?),
            _ => usize::from(u16_at(bytes, 0)?),
        };
        match self {
            Self::Plain(encoding) => {
                let raw = bytes.get(width..)?;
                let raw = &raw[..count.min(raw.len())];
                Some(encoding.decode_without_bom_handling(raw).0.into_owned())
            }
            Self::Flagged => {
                let flags = *bytes.get(width)?;
                let raw = bytes.get(width + 1..)?;
                let mut head = 0;
                if flags & 8 != 0 {
                    head += 2;
                }
                if flags & 4 != 0 {
                    head += 4;
                }
                let raw = raw.get(head..)?;
                if flags & 1 == 0 {
                    return Some(
                        raw.iter()
                            .take(count)
                            .map(|byte| char::from(*byte))
                            .collect(),
                    );
                }
                let raw = &raw[..(count * 2).min(raw.len())];
                Some(UTF_16LE.decode_without_bom_handling(raw).0.into_owned())
            }
        }
    }
}

/// Windows' number of a code page.
pub(super) fn code_page(number: u16) -> &'static Encoding {
    let label = match number {
        10000 | 32768 => "macintosh".to_owned(),
        874 => "windows-874".to_owned(),
        866 => "ibm866".to_owned(),
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        other => format!("windows-{other}"),
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(WINDOWS_1252)
}
