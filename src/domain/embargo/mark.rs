//! The embargo's notice inside files that travel without their mail.

/// A text file with the notice as its first line, the file's own line ends and byte-order mark kept;
/// None where the file is no text whose first line could be ours (EMB-07).
///
/// Of the `notices`, best first, the first that reads right in the file: one in ASCII does in every
/// encoding that continues ASCII, another only in a file that shows itself to be UTF-8. A file in
/// UTF-16 is left alone. In a table it is a row with one cell.
pub fn marked(
    bytes: &[u8],
    media_type: &str,
    file_name: &str,
    notices: &[&str],
) -> Option<Vec<u8>> {
    const BOM: &[u8] = b"\xEF\xBB\xBF";
    const TEXTS: [&str; 3] = ["text/plain", "text/markdown", "text/csv"];
    let kind = media_type.split(';').next().unwrap_or_default().trim();
    let ending = file_name.rsplit_once('.').map(|(_, ending)| ending);
    let is_table = ending.is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    if !TEXTS.contains(&kind) || bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return None;
    }
    let is_utf8 = !bytes.is_ascii() && str::from_utf8(bytes).is_ok();
    let notice = notices.iter().find(|notice| notice.is_ascii() || is_utf8)?;
    let (mark, rest) = if bytes.starts_with(BOM) {
        bytes.split_at(BOM.len())
    } else {
        bytes.split_at(0)
    };
    let end = if rest.windows(2).any(|pair| pair == b"\r\n") {
        "\r\n"
    } else {
        "\n"
    };
    let line = if is_table {
        format!("\"{}\"{end}", notice.replace('"', "\"\""))
    } else {
        format!("{notice}{end}{end}")
    };
    Some([mark, line.as_bytes(), rest].concat())
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn text_opens_with_the_notice_and_other_files_stay_as_they_are() {
        let with = |bytes: &[u8], name: &str| {
            marked(bytes, "text/plain", name, &["EMBARGOED, until noon"])
        };
        assert_eq!(
            with(b"One\nTwo\n", "a.txt").unwrap(),
            b"EMBARGOED, until noon\n\nOne\nTwo\n"
        );
        assert_eq!(
            with(b"a,b\r\n1,2\r\n", "a.CSV").unwrap(),
            b"\"EMBARGOED, until noon\"\r\na,b\r\n1,2\r\n"
        );
        assert_eq!(
            with(b"\xEF\xBB\xBF# A", "a.md").unwrap(),
            b"\xEF\xBB\xBFEMBARGOED, until noon\n\n# A"
        );
        assert_eq!(with(b"\xFF\xFEA\0", "a.txt"), None);
        assert_eq!(
            marked(b"%PDF", "application/pdf", "a.pdf", &["EMBARGOED"]),
            None
        );
        assert_eq!(
            marked(b"A", "text/plain", "a.txt", &["jusqu\u{2019}au"]),
            None
        );
    }

    #[test]
    fn a_notice_beyond_ascii_stands_only_where_it_can_be_read() {
        let with = |bytes: &[u8]| {
            let text = marked(
                bytes,
                "text/plain",
                "a.txt",
                &["JUSQU’À midi", "UNTIL noon"],
            );
            String::from_utf8_lossy(&text.unwrap()).into_owned()
        };
        assert!(with("été".as_bytes()).starts_with("JUSQU’À midi\n"));
        for unclear in [&b"ete"[..], b"\xE9t\xE9"] {
            assert!(with(unclear).starts_with("UNTIL noon\n"));
        }
    }
}
