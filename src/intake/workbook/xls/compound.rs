//! The container of an old Excel file (Microsoft's [MS-CFB]): sectors in chains, of which a damaged or
//! hostile one may run in a circle or out of the file.

use std::fs::File;
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom};

/// Bytes of the stream with the sheets: 65,536 rows of thirty texts take about as much.
const LONGEST: usize = 32 * 1024 * 1024;
/// Bytes of the list of streams; an honest one has a dozen of 128 bytes each.
const DIRECTORY: usize = 4 * 1024 * 1024;
/// What stands in place of the next sector's number at the end of a chain, and above.
const NO_SECTOR: u32 = 0xffff_fffa;
const HEADER: usize = 512;
const ENTRY: usize = 128;
const SMALL_SECTOR: usize = 64;

/// Why there is no stream of sheets.
#[derive(Debug)]
pub(in crate::intake::workbook) enum Fault {
    Damaged,
    TooLarge,
    Io(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        // Cut off.
        if error.kind() == ErrorKind::UnexpectedEof {
            return Self::Damaged;
        }
        Self::Io(error)
    }
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

struct Container {
    file: BufReader<File>,
    sector: usize,
    /// How many sectors the file has room for: no chain is longer.
    sectors: usize,
    next: Vec<u32>,
}

impl Container {
    fn read_sector(&mut self, number: u32, into: &mut Vec<u8>) -> Result<(), Fault> {
        if number as usize >= self.sectors {
            return Err(Fault::Damaged);
        }
        let at = (u64::from(number) + 1) * self.sector as u64;
        let here = self.file.stream_position()?;
        // Keeps what is buffered: most chains lie one after the other.
        let far = i64::try_from(at)
            .ok()
            .zip(i64::try_from(here).ok())
            .map(|(at, here)| at - here);
        self.file.seek_relative(far.ok_or(Fault::Damaged)?)?;
        let start = into.len();
        into.resize(start + self.sector, 0);
        let mut filled = start;
        // The last sector of some writers is shorter than it should be.
        while filled < into.len() {
            match self.file.read(&mut into[filled..]) {
                Ok(0) => break,
                Ok(count) => filled += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// The bytes of a chain, at most `length` of them.
    fn chain(&mut self, start: u32, length: usize, most: usize) -> Result<Vec<u8>, Fault> {
        let mut bytes = Vec::new();
        let mut number = start;
        while number < NO_SECTOR && bytes.len() < length {
            if bytes.len() >= most {
                return Err(Fault::TooLarge);
            }
            // As long as the whole file: it runs in a circle.
            if bytes.len() / self.sector >= self.sectors {
                return Err(Fault::Damaged);
            }
            self.read_sector(number, &mut bytes)?;
            number = *self.next.get(number as usize).ok_or(Fault::Damaged)?;
        }
        bytes.truncate(length);
        Ok(bytes)
    }

    /// Reads which sector follows which.
    fn read_chains(&mut self, header: &[u8]) -> Result<(), Fault> {
        let mut numbers: Vec<u32> = (0..109)
            .filter_map(|place| u32_at(header, 76 + 4 * place))
            .collect();
        let mut further = u32_at(header, 68).ok_or(Fault::Damaged)?;
        let mut seen = 0;
        let mut page = Vec::new();
        while further < NO_SECTOR {
            seen += 1;
            if seen > self.sectors {
                return Err(Fault::Damaged);
            }
            page.clear();
            self.read_sector(further, &mut page)?;
            let last = page.len() - 4;
            numbers.extend((0..last / 4).filter_map(|place| u32_at(&page, 4 * place)));
            further = u32_at(&page, last).ok_or(Fault::Damaged)?;
            if numbers.len() > self.sectors + 4096 {
                return Err(Fault::Damaged);
            }
        }
        for number in numbers.into_iter().filter(|number| *number < NO_SECTOR) {
            if self.next.len() >= self.sectors {
                break;
            }
            page.clear();
            self.read_sector(number, &mut page)?;
            let entries = page.len() / 4;
            self.next
                .extend((0..entries).filter_map(|place| u32_at(&page, 4 * place)));
        }
        Ok(())
    }
}

/// The stream with the sheets.
pub(super) fn workbook(mut file: File, size: u64) -> Result<Vec<u8>, Fault> {
    file.seek(SeekFrom::Start(0))?;
    let mut file = BufReader::with_capacity(64 * 1024, file);
    let mut header = vec![0; HEADER];
    file.read_exact(&mut header)?;
    let sector = match u16_at(&header, 30) {
        Some(9) => 512,
        Some(12) => 4096,
        _ => return Err(Fault::Damaged),
    };
    let sectors = usize::try_from(size).unwrap_or(usize::MAX) / sector + 1;
    let mut container = Container {
        file,
        sector,
        sectors,
        next: Vec::new(),
    };
    container.read_chains(&header)?;
    let field = |at| u32_at(&header, at).ok_or(Fault::Damaged);
    let directory = container.chain(field(48)?, usize::MAX, DIRECTORY)?;
    let entries = || directory.chunks_exact(ENTRY);
    let root = entries().next().ok_or(Fault::Damaged)?;
    let entry = ["workbook", "book"]
        .iter()
        .find_map(|wanted| entries().find(|entry| entry[66] == 2 && is_named(entry, wanted)))
        .ok_or(Fault::Damaged)?;
    let (start, length) = place(entry)?;
    if length > LONGEST {
        return Err(Fault::TooLarge);
    }
    if length >= field(56)? as usize {
        return container.chain(start, length, LONGEST);
    }
    let (small_start, small_length) = place(root)?;
    let small = container.chain(small_start, small_length.min(LONGEST), LONGEST)?;
    let follows = container.chain(field(60)?, usize::MAX, LONGEST)?;
    small_chain(&small, &follows, start, length)
}

/// A short stream, which lies in small sectors of its own.
fn small_chain(small: &[u8], follows: &[u8], start: u32, length: usize) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::with_capacity(length);
    let mut number = start;
    while number < NO_SECTOR && bytes.len() < length {
        let at = number as usize * SMALL_SECTOR;
        let rest = small.get(at..).ok_or(Fault::Damaged)?;
        if rest.is_empty() {
            return Err(Fault::Damaged);
        }
        bytes.extend_from_slice(&rest[..rest.len().min(SMALL_SECTOR)]);
        number = u32_at(follows, number as usize * 4).ok_or(Fault::Damaged)?;
    }
    bytes.truncate(length);
    Ok(bytes)
}

/// Where a stream begins, and its length.
fn place(entry: &[u8]) -> Result<(u32, usize), Fault> {
    let start = u32_at(entry, 116).ok_or(Fault::Damaged)?;
    let length = u32_at(entry, 120).ok_or(Fault::Damaged)?;
    Ok((start, length as usize))
}

fn is_named(entry: &[u8], wanted: &str) -> bool {
    let letters = entry[..64]
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .take_while(|unit| *unit != 0);
    let name: String = char::decode_utf16(letters)
        .map(|letter| letter.unwrap_or('?'))
        .collect();
    name.eq_ignore_ascii_case(wanted)
}
