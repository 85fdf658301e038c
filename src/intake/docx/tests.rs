//! Documents of two programs, twins of one Markdown file; and those that are refused.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{Document, read};
use crate::domain::prose;
use crate::intake::release_file;

const TWIN: &str = include_str!("samples/twin.md");
const WORD: &[u8] = include_bytes!("samples/word.docx");
const LIBREOFFICE: &[u8] = include_bytes!("samples/libreoffice.docx");

fn draft(text: &str) -> release_file::ReleaseDraft {
    let mut draft = release_file::read(text).unwrap();
    draft.body_line = 0;
    draft
}

#[test]
fn a_document_is_the_twin_of_its_markdown() {
    for (name, bytes) in [("Word", WORD), ("LibreOffice", LIBREOFFICE)] {
        let document = read(bytes, "tidal-plant").unwrap();
        assert_eq!(draft(&document.text), draft(TWIN), "{name}");
        assert_eq!(document.pictures.len(), 1, "{name}");
        assert!(document.pictures[0].bytes.starts_with(b"\x89PNG"), "{name}");
    }
}

/// A document of this body.
fn docx(body: &str) -> Vec<u8> {
    let xml = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
    packed(&xml)
}

fn packed(xml: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("word/document.xml", SimpleFileOptions::default())
        .unwrap();
    zip.write_all(xml.as_bytes()).unwrap();
    zip.finish().unwrap().into_inner()
}

fn paragraph(text: &str) -> String {
    format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>")
}

fn code(body: &str) -> &'static str {
    read(&docx(body), "x").unwrap_err().code
}

#[test]
fn what_would_be_lost_is_refused_by_name() {
    for (inside, expected) in [
        (
            "<w:ins w:author=\"A\"><w:r><w:t>x</w:t></w:r></w:ins>",
            "tracked-changes",
        ),
        (
            "<w:del><w:r><w:delText>x</w:delText></w:r></w:del>",
            "tracked-changes",
        ),
        ("<w:commentRangeStart w:id=\"1\"/>", "comments"),
        ("<w:r><w:footnoteReference w:id=\"1\"/></w:r>", "footnotes"),
        ("<w:r><w:pict><w:txbxContent/></w:pict></w:r>", "text-box"),
        (
            "<w:r><w:rPr><w:vanish/></w:rPr><w:t>x</w:t></w:r>",
            "hidden-text",
        ),
        ("<w:r><w:object/></w:r>", "embedded-object"),
    ] {
        assert_eq!(code(&format!("<w:p>{inside}</w:p>")), expected);
    }
    let nested = "<w:tbl><w:tr><w:tc><w:tbl/></w:tc></w:tr></w:tbl>";
    assert_eq!(code(nested), "nested-table");
}

#[test]
fn bombs_and_rubbish_are_refused() {
    let zeros = format!("<w:document>{}</w:document>", " ".repeat(17 * 1024 * 1024));
    let bomb = packed(&zeros);
    assert!(bomb.len() < 100_000, "it is small as it lies there");
    assert_eq!(read(&bomb, "x").unwrap_err().code, "docx-bomb");
    let deep = "<w:a>".repeat(5000);
    assert_eq!(read(&packed(&deep), "x").unwrap_err().code, "docx-bomb");
    let entity = "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>";
    assert_eq!(read(&packed(entity), "x").unwrap_err().code, "damaged-docx");
    assert_eq!(
        read(b"PK\x03\x04 nothing", "x").unwrap_err().code,
        "damaged-docx"
    );
    for cut in [30, 200, WORD.len() / 2, WORD.len() - 1] {
        assert!(read(&WORD[..cut], "x").is_err(), "{cut}");
    }
}

#[test]
fn front_matter_in_the_document_counts() {
    let lines = [
        "+++",
        "slug = “plant”",
        "headline = “It opens”",
        "+++",
        "Today.",
    ];
    let body: String = lines.iter().map(|line| paragraph(line)).collect();
    let Document { text, .. } = read(&docx(&body), "other").unwrap();
    assert_eq!(
        text,
        "+++\nslug = \"plant\"\nheadline = \"It opens\"\n+++\nToday.\n"
    );
}

#[test]
fn what_was_typed_is_what_is_read() {
    for typed in [
        "# not a heading",
        "- not a list",
        "1. not a number",
        "> not a quote",
        "a * b * c",
        "snake_case and _this_",
        "[x](y)",
        "a &lt;b&gt; c",
        "5 * 3 ~~ 2 `code`",
        "{{ contact.given_name }}",
        "+ plus",
        "---",
        "back\\slash",
        "=====",
    ] {
        let body = paragraph("Headline") + &paragraph(typed);
        let document = read(&docx(&body), "x").unwrap();
        let markdown = document.text.rsplit("+++\n").next().unwrap().to_owned();
        let shown = prose::to_text(&prose::read(&markdown), "en", &mut prose::Links::default());
        let expected = typed.replace("&lt;", "<").replace("&gt;", ">");
        assert_eq!(shown.trim(), expected, "{markdown}");
    }
}

#[test]
fn a_document_that_grows_while_it_is_read_is_given_up_on() {
    let cells = |count: usize| "<w:tc/>".repeat(count);
    let narrow = "<w:tr/>".repeat(50);
    let table = |wide: &str| format!("<w:tbl><w:tr>{wide}</w:tr>{narrow}</w:tbl>");
    assert!(read(&docx(&table(&cells(63))), "x").is_ok());
    // Every narrow row would be filled up to the widest.
    let span = "<w:tc><w:tcPr><w:gridSpan w:val=\"64\"/></w:tcPr></w:tc>";
    for wide in [cells(64), span.repeat(2)] {
        assert_eq!(code(&table(&wide)), "wide-table");
    }
    // As a tree these take twenty times their room as text.
    assert_eq!(code(&"<a/>".repeat(400_001)), "docx-bomb");
    let attributes: Vec<_> = (0..201).map(|n| format!(" a{n}=\"\"")).collect();
    let attributes = attributes.concat();
    assert_eq!(code(&format!("<w:p{attributes}/>")), "docx-bomb");
    assert_eq!(
        code(&"<w:p a=\"\" b=\"\" c=\"\" d=\"\"/>".repeat(90_000)),
        "docx-bomb"
    );
}

#[test]
fn lists_that_name_each_other_without_end_are_given_up_on() {
    let parts = |count: usize| {
        let forms = "<w:abstractNum w:abstractNumId=\"1\"><w:lvl/></w:abstractNum>";
        let lists: Vec<_> = (0..count)
            .map(|n| format!("<w:num w:numId=\"{n}\"><w:abstractNumId w:val=\"1\"/></w:num>"))
            .collect();
        let lists = lists.concat();
        format!("<w:numbering>{}{lists}</w:numbering>", forms.repeat(3))
    };
    let with = |numbering: &str| {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, part) in [
            ("word/document.xml", "<w:document/>"),
            ("word/numbering.xml", numbering),
        ] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(part.as_bytes()).unwrap();
        }
        read(&zip.finish().unwrap().into_inner(), "x")
    };
    assert!(with(&parts(10)).is_ok());
    assert_eq!(with(&parts(100_001)).unwrap_err().code, "docx-bomb");
}

proptest::proptest! {
    #[test]
    fn a_damaged_document_is_refused_in_one_sentence(at in 0..WORD.len(), byte: u8, cut in 0..WORD.len()) {
        let mut damaged = WORD.to_vec();
        damaged[at] ^= byte;
        for bytes in [damaged.as_slice(), &damaged[..cut], &damaged[cut..]] {
            if let Err(problem) = read(bytes, "x") {
                proptest::prop_assert!(!problem.message.is_empty() && !problem.message.contains('\n'));
                proptest::prop_assert!(!problem.hint.is_empty());
            }
        }
    }

    #[test]
    fn no_document_makes_it_panic(xml in "(<w:(p|r|t|tbl|tr|tc|b)/?>|</w:(p|r|t|tbl|tr|tc)>|[a-z&;<> ]){0,40}") {
        let _ = read(&packed(&xml), "x");
        let _ = read(&docx(&xml), "x");
    }
}
