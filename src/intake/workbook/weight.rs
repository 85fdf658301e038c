//! What an office file weighs once unpacked, counted: what a package says of its sizes is the
//! stranger's word.

use std::fs::File;
use std::io::{BufReader, ErrorKind, Read};

use zip::ZipArchive;

/// Bytes of all parts, inflated: beyond it, the file is a bomb or no list of contacts.
const INFLATED: usize = 200 * 1024 * 1024;
/// Bytes between two marks of XML, which are held at once; a cell has 32,767 letters at most.
const LONGEST_TEXT: usize = 1024 * 1024;
/// Marks among the texts that cells share, all of which are held: a million of them.
const MOST_SHARED: usize = 4_000_000;
/// Marks among the looks of cells, all of which are held: Excel itself has 65,490 looks at most.
const MOST_LOOKS: usize = 400_000;
const MOST_PARTS: usize = 10_000;

/// The word of a formula that makes a link.
const MAKES_LINK: &[u8] = b"HYPERLINK(";

/// What was seen on the way.
#[derive(Default)]
pub(super) struct Weight {
    /// A formula that makes links is somewhere in it.
    pub(super) makes_links: bool,
}

/// Inflates everything once; `None` where that is more than a list of contacts has.
pub(super) fn of(file: &File) -> Option<Weight> {
    let mut weight = Weight::default();
    let Ok(mut package) = ZipArchive::new(BufReader::new(file)) else {
        // The reader that follows says what is wrong with it.
        return Some(weight);
    };
    let mut whole = 0;
    if package.len() > MOST_PARTS {
        return None;
    }
    for index in 0..package.len() {
        let Ok(part) = package.by_index(index) else {
            continue;
        };
        let name = part
            .name()
            .map_or_else(|_| String::new(), |name| name.to_ascii_lowercase());
        let mut tally = Tally::default();
        let is_counted = tally.count(part, INFLATED - whole);
        whole += tally.bytes;
        weight.makes_links |= tally.makes_links;
        let is_xml = name.rsplit('.').next() == Some("xml");
        if !is_counted
            || whole > INFLATED
            || (is_xml && tally.longest > LONGEST_TEXT)
            || (name.ends_with("sharedstrings.xml") && tally.marks > MOST_SHARED)
            || (name.ends_with("styles.xml") && tally.marks > MOST_LOOKS && name.starts_with("xl/"))
        {
            return None;
        }
    }
    Some(weight)
}

#[derive(Default)]
struct Tally {
    bytes: usize,
    /// Opening brackets.
    marks: usize,
    /// Bytes since the last bracket, and the most there were.
    run: usize,
    longest: usize,
    /// Letters of `MAKES_LINK` that were just read, and whether all of them were.
    letters: usize,
    makes_links: bool,
}

impl Tally {
    /// Counts until the end, or to `most` bytes: then `false`.
    fn count(&mut self, mut part: impl Read, most: usize) -> bool {
        let mut buffer = [0; 16 * 1024];
        loop {
            let read = match part.read(&mut buffer) {
                // Damaged: the reader that follows says so.
                Ok(0) => return true,
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(_) => return true,
            };
            self.bytes += read;
            if self.bytes > most {
                return false;
            }
            for byte in &buffer[..read] {
                // Its first letter does not come again, so a miss starts anew.
                if *byte == MAKES_LINK[self.letters] {
                    self.letters += 1;
                    if self.letters == MAKES_LINK.len() {
                        self.makes_links = true;
                        self.letters = 0;
                    }
                } else {
                    self.letters = usize::from(*byte == MAKES_LINK[0]);
                }
                if matches!(byte, b'<' | b'>') {
                    self.marks += usize::from(*byte == b'<');
                    self.run = 0;
                } else {
                    self.run += 1;
                    self.longest = self.longest.max(self.run);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::of;

    fn weighs(name: &str, part: &str, times: usize) -> bool {
        let mut zip = ZipWriter::new(tempfile::tempfile().unwrap());
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        for _ in 0..times {
            zip.write_all(part.as_bytes()).unwrap();
        }
        let mut file = zip.finish().unwrap();
        file.rewind().unwrap();
        of(&file).is_some()
    }

    #[test]
    fn a_package_that_grows_is_not_read() {
        let row = "<row><c><v>1</v></c></row>";
        assert!(weighs("xl/worksheets/sheet1.xml", row, 10_000));
        assert!(!weighs(
            "xl/worksheets/sheet1.xml",
            &"x".repeat(100_000),
            12
        ));
        assert!(weighs("xl/media/image1.png", &"x".repeat(100_000), 12));
        let texts = "<si/>".repeat(1000);
        assert!(weighs("xl/sharedStrings.xml", &texts, 1000));
        assert!(!weighs("xl/sharedStrings.xml", &texts, 4001));
    }
}
