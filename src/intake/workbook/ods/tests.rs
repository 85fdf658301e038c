//! Sheets as `LibreOffice` writes them, and as somebody writes them who means harm.

use std::io::{BufRead, BufReader, Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

fn package(content: &str) -> Cursor<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file("content.xml", SimpleFileOptions::default())
        .unwrap();
    zip.write_all(content.as_bytes()).unwrap();
    zip.finish().unwrap()
}

/// The lines of one sheet with these rows.
fn lines(rows: &str) -> Vec<String> {
    let content = format!("<x><table:table table:name=\"Press\">{rows}</table:table></x>");
    let mut sheets = sheets("a.ods", package(&content), &|_| true, &Room::new()).unwrap();
    let (name, lines) = sheets.pop().unwrap();
    assert_eq!(name, "Press");
    let file = lines.unwrap().finish("a.ods").unwrap();
    BufReader::new(file).lines().map(Result::unwrap).collect()
}

fn cell(inside: &str) -> String {
    format!("<table:table-cell office:value-type=\"string\">{inside}</table:table-cell>")
}

fn row(cells: &str) -> String {
    format!("<table:table-row>{cells}</table:table-row>")
}

fn code(content: &str) -> &'static str {
    match sheets("a.ods", package(content), &|_| true, &Room::new()) {
        Ok(_) => "",
        Err(problem) => problem.code(),
    }
}

#[test]
fn cells_say_what_people_see() {
    let text = |text: &str| cell(&format!("<text:p>{text}</text:p>"));
    let typed =
        |of: &str| format!("<table:table-cell {of}><text:p>shown</text:p></table:table-cell>");
    for (written, read) in [
        (
            text("Jana &amp; <text:span>W&#101;iß</text:span>"),
            "\"Jana & Weiß\"",
        ),
        (
            text("a<text:s text:c=\"3\"/>b<text:tab/>c<text:line-break/>d"),
            "\"a   b\tc d\"",
        ),
        (
            cell("<text:p>a@b.example</text:p><text:p>c@d.example</text:p>"),
            "\"a@b.example, c@d.example\"",
        ),
        (
            cell(
                "<office:annotation><text:p>secret</text:p></office:annotation><text:p>x</text:p>",
            ),
            "\"x\"",
        ),
        (
            typed("office:value-type=\"float\" office:value=\"49301234567\""),
            "\"49301234567\"",
        ),
        (
            typed("office:value-type=\"float\" office:value=\"1.5\""),
            "\"1.5\"",
        ),
        (
            typed("office:value-type=\"date\" office:date-value=\"2026-11-03\""),
            "\"2026-11-03\"",
        ),
        (
            typed("office:value-type=\"boolean\" office:boolean-value=\"TRUE\""),
            "\"true\"",
        ),
        (
            typed("office:value-type=\"string\" office:string-value=\"said\""),
            "\"said\"",
        ),
        (
            typed("office:value-type=\"string\" calcext:value-type=\"error\"") + &text("x"),
            ",\"x\"",
        ),
    ] {
        assert_eq!(lines(&row(&written)), [read], "{written}");
    }
}

#[test]
fn repeated_cells_and_rows_keep_their_places() {
    let empty = "<table:table-cell table:number-columns-repeated=\"2\"/>";
    let twice = "<table:table-cell table:number-columns-repeated=\"2\" office:value-type=\"string\"><text:p>x</text:p></table:table-cell>";
    let rows = format!(
        "<table:table-row table:number-rows-repeated=\"2\">{twice}</table:table-row>\
         <table:table-row table:number-rows-repeated=\"3\"><table:table-cell/></table:table-row>{}\
         <table:table-row table:number-rows-repeated=\"1048570\"><table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>",
        row(&format!("{empty}{}", cell("<text:p>y</text:p>")))
    );
    assert_eq!(
        lines(&rows),
        ["\"x\",\"x\"", "\"x\",\"x\"", "", "", "", ",,\"y\""]
    );
}

#[test]
fn a_sheet_that_was_made_to_grow_does_not() {
    let wide = "<table:table-cell table:number-columns-repeated=\"4000000000\" office:value-type=\"string\"><text:p>x</text:p></table:table-cell>";
    assert_eq!(lines(&row(wide))[0].matches('x').count(), 512);
    let blanks = cell("<text:p>a<text:s text:c=\"99999999999\"/>b</text:p>");
    assert!(lines(&row(&blanks))[0].len() < 200);
    let long = cell(&format!("<text:p>{}</text:p>", "long".repeat(10_000)));
    let rows = format!(
        "<table:table-row table:number-rows-repeated=\"4294967295\">{long}</table:table-row>"
    );
    let content = format!("<table:table table:name=\"a\">{rows}</table:table>");
    assert_eq!(code(&content), "too-large-inside");
    let many = "<table:table table:name=\"a\"></table:table>".repeat(300);
    assert_eq!(code(&format!("<x>{many}</x>")), "too-large-inside");
}

#[test]
fn a_damaged_sheet_is_no_shorter_list() {
    let whole = format!(
        "<x><table:table table:name=\"a\">{}</table:table></x>",
        row(&cell("<text:p>a@b.example</text:p>"))
    );
    assert_eq!(code(&whole), "");
    for cut in 20..whole.len() - 20 {
        assert_eq!(code(&whole[..cut]), "not-csv", "{}", &whole[..cut]);
    }
    assert_eq!(code("<!DOCTYPE x [<!ENTITY y \"z\">]><x/>"), "not-csv");
}
