//! One pass over the whole file before anything is believed: its hash, its first part, its bytes.

use std::fs::File;
use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection};
use sha2::{Digest, Sha256};

/// Bytes at the start on which delimiter and header are decided.
pub(crate) const SAMPLE: usize = 256 * 1024;
/// Bytes of non-ASCII parts that the guess of a legacy encoding is based on.
const GUESS: usize = 1024 * 1024;

/// What the bytes of a file are, without having read it as text.
pub(crate) struct Survey {
    pub(crate) sha256: String,
    pub(crate) size: u64,
    pub(crate) sample: Vec<u8>,
    /// Sequences of more than one byte that are valid UTF-8, and bytes that are not.
    pub(crate) letters: u64,
    pub(crate) broken: u64,
    /// Line of the first NUL byte, and how many there are.
    pub(crate) nul_line: u64,
    pub(crate) nuls: u64,
    pub(crate) detector: EncodingDetector,
}

impl Survey {
    /// The sample does not reach the end of the file.
    pub(crate) fn is_cut(&self) -> bool {
        self.size > self.sample.len() as u64
    }

    /// Reads `file` to its end.
    pub(crate) fn of(file: &mut File) -> io::Result<Self> {
        let mut survey = Self {
            sha256: String::new(),
            size: 0,
            sample: Vec::new(),
            letters: 0,
            broken: 0,
            nul_line: 0,
            nuls: 0,
            detector: EncodingDetector::new(Iso2022JpDetection::Deny),
        };
        let mut hash = Sha256::new();
        let mut chunk = vec![0; SAMPLE];
        let mut carried = 0;
        let mut lines = 1;
        let mut fed = 0;
        loop {
            let fresh = read_full(file, &mut chunk[carried..])?;
            let filled = carried + fresh;
            let new = &chunk[carried..filled];
            hash.update(new);
            survey.size += new.len() as u64;
            if survey.sample.is_empty() {
                survey.sample = new.to_vec();
            }
            survey.count_nuls(new, &mut lines);
            if fed < GUESS && !new.is_ascii() {
                survey.detector.feed(new, false);
                fed += new.len();
            }
            let last = fresh == 0;
            let rest = survey.count_letters(&chunk[..filled], last);
            if last {
                break;
            }
            chunk.copy_within(filled - rest..filled, 0);
            carried = rest;
        }
        survey.detector.feed(b"", true);
        survey.sha256 = hash.finalize().iter().fold(String::new(), |mut hex, byte| {
            hex.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
            hex.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
            hex
        });
        Ok(survey)
    }

    fn count_nuls(&mut self, new: &[u8], lines: &mut u64) {
        if self.nuls == 0 {
            let until = new.iter().position(|b| *b == 0);
            let before = &new[..until.unwrap_or(new.len())];
            *lines += before.split(|b| *b == b'\n').count() as u64 - 1;
            self.nul_line = *lines;
        }
        self.nuls += new.split(|b| *b == 0).count() as u64 - 1;
    }

    /// Counts what is UTF-8 and what is not; returns how many bytes at the end are a sequence that
    /// the next chunk may complete.
    fn count_letters(&mut self, bytes: &[u8], last: bool) -> usize {
        if bytes.is_ascii() {
            return 0;
        }
        let mut rest = bytes;
        loop {
            let valid_to = match std::str::from_utf8(rest) {
                Ok(_) => rest.len(),
                Err(error) => error.valid_up_to(),
            };
            self.letters += rest[..valid_to].iter().filter(|b| **b >= 0xc2).count() as u64;
            rest = &rest[valid_to..];
            if rest.is_empty() {
                return 0;
            }
            let Err(error) = std::str::from_utf8(rest) else {
                return 0;
            };
            match error.error_len() {
                None if !last => return rest.len(),
                None => {
                    self.broken += 1;
                    return 0;
                }
                Some(length) => {
                    self.broken += 1;
                    rest = &rest[length..];
                }
            }
        }
    }
}

fn read_full(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
