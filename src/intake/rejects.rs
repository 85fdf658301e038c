//! The rows that could not be imported, as a CSV that a person mends and imports again.

use std::io::{self, Write};

use crate::domain::formula;
use crate::intake::draft::Reject;
use crate::intake::header::REJECT_COLUMNS;

/// Writes the rejects below the file's own header, with `dateline_line` and `dateline_reason`
/// behind it, which the importer reads over. UTF-8 with BOM, so that Excel shows the letters right.
///
/// Cells beyond the header's last one come after those two. Errors are the writer's own.
pub fn write<'a>(
    out: &mut dyn Write,
    header: &[String],
    rejects: impl IntoIterator<Item = &'a Reject>,
) -> io::Result<()> {
    out.write_all(b"\xef\xbb\xbf")?;
    let mut csv = csv::WriterBuilder::new().flexible(true).from_writer(out);
    // A file that is itself a file of rejects has the two columns already.
    let own: Vec<usize> = (0..header.len())
        .filter(|index| !REJECT_COLUMNS.contains(&header[*index].as_str()))
        .collect();
    let names = own.iter().map(|index| header[*index].as_str());
    csv.write_record(names.chain(REJECT_COLUMNS))?;
    for reject in rejects {
        let line = reject.line.to_string();
        let cell = |index: usize| reject.cells.get(index).map_or("", String::as_str);
        let extra = reject.cells.iter().skip(header.len()).map(String::as_str);
        let cells = own
            .iter()
            .map(|index| cell(*index))
            .chain([line.as_str(), reject.reason.as_str()])
            .chain(extra);
        // A stranger's formula must not run in the spreadsheet in which the row is mended.
        csv.write_record(cells.map(|cell| formula::guarded(cell.to_owned())))?;
    }
    csv.flush()
}
