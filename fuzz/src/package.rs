//! Office files for the fuzzer: it can change what lies packed in a ZIP only where it lies open.

use std::borrow::Cow;
use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Bytes that open as a ZIP does are taken as they are. Others are parts of one, each behind a line
/// `=== NAME`, and are packed; what stands above the first such line belongs to the part `main`.
pub fn package<'b>(bytes: &'b [u8], main: &str) -> Cow<'b, [u8]> {
    if bytes.starts_with(b"PK") {
        return Cow::Borrowed(bytes);
    }
    let open = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let (mut name, mut part) = (main.to_owned(), Vec::new());
    let mut put = |name: &str, part: &[u8]| {
        // A name that is there already is refused, and its part is left out.
        if !part.is_empty() && zip.start_file(name, open).is_ok() {
            zip.write_all(part).expect("memory takes it");
        }
    };
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        if let Some(next) = line.strip_prefix(b"=== ") {
            put(&name, &part);
            part.clear();
            name = String::from_utf8_lossy(next).trim().to_owned();
        } else {
            part.extend_from_slice(line);
        }
    }
    put(&name, &part);
    let packed = zip.finish().expect("memory takes it");
    Cow::Owned(packed.into_inner())
}
