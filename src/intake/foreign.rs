//! Files that are something else than CSV, whatever their name says, and what to do with each.

const SAVE_AS_CSV: &str =
    "open it in your spreadsheet and save the sheet as \"CSV UTF-8\", then import that file";
const EXPORT_CSV: &str = "export the contacts as CSV and import that file";
const UNPACK: &str = "unpack it and import the CSV file inside";

/// What the first bytes of a file show it to be, and the remedy; `None` may be CSV.
pub(crate) fn recognise(start: &[u8]) -> Option<(&'static str, &'static str)> {
    let begins = |magic: &[u8]| start.starts_with(magic);
    if begins(b"PK\x03\x04") || begins(b"PK\x05\x06") {
        return Some(package(start));
    }
    if begins(b"\xd0\xcf\x11\xe0") {
        return Some(("an old Excel or Outlook file (.xls, .msg)", SAVE_AS_CSV));
    }
    let binary: [(&[u8], &str, &str); 13] = [
        (b"%PDF", "a PDF", EXPORT_CSV),
        (b"\x89PNG", "a PNG image", EXPORT_CSV),
        (b"\xff\xd8\xff", "a JPEG image", EXPORT_CSV),
        (b"GIF8", "a GIF image", EXPORT_CSV),
        (b"\x1f\x8b", "a gzip archive", UNPACK),
        (b"7z\xbc\xaf", "a 7-Zip archive", UNPACK),
        (b"Rar!", "a RAR archive", UNPACK),
        (b"BZh", "a bzip2 archive", UNPACK),
        (b"\xfd7zXZ", "an xz archive", UNPACK),
        (b"!BDN", "an Outlook data file (.pst)", EXPORT_CSV),
        (b"SQLite format 3\0", "an SQLite database", EXPORT_CSV),
        (b"\x7fELF", "a program", EXPORT_CSV),
        (b"{\\rtf", "an RTF document", EXPORT_CSV),
    ];
    if let Some((_, what, remedy)) = binary.into_iter().find(|(magic, ..)| begins(magic)) {
        return Some((what, remedy));
    }
    if begins(b"\xff\xfe\0\0") || begins(b"\0\0\xfe\xff") {
        return Some((
            "UTF-32 text",
            "save it as \"CSV UTF-8\" and import that file",
        ));
    }
    text(start)
}

fn package(start: &[u8]) -> (&'static str, &'static str) {
    let holds = |name: &[u8]| start.windows(name.len()).any(|part| part == name);
    if holds(b"opendocument.spreadsheet") {
        ("an OpenDocument spreadsheet (.ods)", SAVE_AS_CSV)
    } else if holds(b"xl/") {
        ("an Excel workbook (.xlsx)", SAVE_AS_CSV)
    } else if holds(b"word/") {
        ("a Word document (.docx)", EXPORT_CSV)
    } else if holds(b"Index/") && holds(b".iwa") {
        ("a Numbers spreadsheet", SAVE_AS_CSV)
    } else {
        ("a zip archive", UNPACK)
    }
}

/// Text formats, also where every second byte is NUL (UTF-16) or a BOM comes first.
fn text(start: &[u8]) -> Option<(&'static str, &'static str)> {
    let head: String = start
        .iter()
        .take(4096)
        .filter(|b| b.is_ascii() && **b != 0)
        .map(|b| char::from(b.to_ascii_lowercase()))
        .collect();
    let head = head.trim_start();
    let begins = |words: &[&str]| words.iter().any(|word| head.starts_with(word));
    if begins(&["begin:vcard"]) {
        Some(("a vCard file (.vcf)", EXPORT_CSV))
    } else if begins(&["begin:vcalendar"]) {
        Some(("a calendar file (.ics)", EXPORT_CSV))
    } else if begins(&[
        "<!doctype html",
        "<html",
        "<table",
        "<head",
        "<body",
        "<meta",
    ]) || (begins(&["<?xml", "<!--"]) && head.contains("<html"))
    {
        Some((
            "a web page (HTML), often a login or error page saved under the export's name",
            "export the contacts again, or open it in your spreadsheet and save it as \"CSV UTF-8\"",
        ))
    } else if begins(&["<?xml"]) {
        Some(("an XML file", SAVE_AS_CSV))
    } else if begins(&["mime-version:", "from: <saved by"]) && head.contains("multipart/related") {
        Some((
            "a saved web page (.mht), not an export",
            "export the contacts again, or open it in your spreadsheet and save it as \"CSV UTF-8\"",
        ))
    } else if begins(&[
        "return-path:",
        "received:",
        "delivered-to:",
        "mime-version:",
        "message-id:",
        "x-mozilla",
        "dkim-signature:",
    ]) {
        Some((
            "an e-mail (.eml)",
            "save its attachment and import that file",
        ))
    } else if begins(&[
        "dn: ",
        "dn:: ",
        "version: 1\ndn:",
        "version: 1\r\ndn:",
        "version: 1\n\ndn:",
    ]) {
        Some(("an LDIF file of a directory (.ldif)", EXPORT_CSV))
    } else if begins(&["{\"", "[{", "{\n", "{\r", "[\n", "[\r"]) {
        Some(("a JSON file", EXPORT_CSV))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_called_by_its_name() {
        let what = |bytes: &[u8]| recognise(bytes).map_or("csv", |(what, _)| what);
        assert_eq!(
            what(b"PK\x03\x04....xl/workbook.xml"),
            "an Excel workbook (.xlsx)"
        );
        assert!(
            what(b"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet")
                .contains(".ods")
        );
        assert_eq!(what(b"PK\x03\x04contacts.csv"), "a zip archive");
        assert_eq!(what(b"%PDF-1.7"), "a PDF");
        assert!(what(b"\n <!DOCTYPE html><html>").starts_with("a web page"));
        assert!(what(b"\xef\xbb\xbfBEGIN:VCARD\r\n").starts_with("a vCard"));
        assert!(what(b"\xff\xfeB\0E\0G\0I\0N\0:\0V\0C\0A\0R\0D\0").starts_with("a vCard"));
        assert_eq!(what(b"\x89PNG\r\n"), "a PNG image");
        assert!(what(b"Received: from mx.example\n").starts_with("an e-mail"));
        assert!(what(b"MIME-Version: 1.0\nContent-Type: multipart/related;\n").contains(".mht"));
        assert!(what(b"dn: cn=Jana,mail=jana@daily.example\n").contains("LDIF"));
        assert_eq!(what(b"email,name\n"), "csv");
        assert_eq!(what(b""), "csv");
    }
}
