//! Old workbooks, made record by record: honest ones, and those of somebody who means harm.

use std::fs::File;
use std::io::{Read, Write};

use crate::intake::problem::IntakeProblem;
use crate::intake::workbook::lines::Room;
use crate::intake::workbook::xls::sheets;

/// A record of this kind.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut all = kind.to_le_bytes().to_vec();
    all.extend(u16::try_from(data.len()).unwrap().to_le_bytes());
    all.extend(data);
    all
}

fn begin() -> Vec<u8> {
    record(0x0809, &[0, 6, 5, 0, 0, 0, 0, 0])
}

fn cell(kind: u16, row: u16, column: u16, look: u16, rest: &[u8]) -> Vec<u8> {
    let mut data = Vec::new();
    for number in [row, column, look] {
        data.extend(number.to_le_bytes());
    }
    data.extend(rest);
    record(kind, &data)
}

fn label(row: u16, column: u16, look: u16, text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut rest = u16::try_from(units.len()).unwrap().to_le_bytes().to_vec();
    rest.push(1);
    rest.extend(units.iter().flat_map(|unit| unit.to_le_bytes()));
    cell(0x0204, row, column, look, &rest)
}

/// The stream of a workbook: what stands before the sheets, then one sheet "Press".
fn book(before: &[u8], cells: &[u8]) -> Vec<u8> {
    let mut stream = begin();
    stream.extend(before);
    let name = b"Press";
    let at = u32::try_from(stream.len() + 4 + 8 + name.len() + 4).unwrap();
    let mut sheet = at.to_le_bytes().to_vec();
    sheet.extend([0, 0, 5, 0]);
    sheet.extend(name);
    stream.extend(record(0x0085, &sheet));
    stream.extend(record(0x000a, &[]));
    stream.extend(begin());
    stream.extend(cells);
    stream.extend(record(0x000a, &[]));
    stream
}

/// A container with that stream: a header, the chains in sector 0, the list of streams in sector 1,
/// and the stream behind; `follows` says otherwise what follows a sector.
fn container(stream: &[u8], follows: impl Fn(u32, u32) -> u32) -> File {
    let length = stream.len().max(4096);
    let sectors = u32::try_from(length.div_ceil(512)).unwrap();
    let mut header = vec![0; 512];
    header[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    header[24..34].copy_from_slice(&[0x3e, 0, 3, 0, 0xfe, 0xff, 9, 0, 6, 0]);
    header[44] = 1;
    header[48] = 1;
    header[56..60].copy_from_slice(&4096_u32.to_le_bytes());
    header[60..64].copy_from_slice(&[0xfe, 0xff, 0xff, 0xff]);
    header[68..72].copy_from_slice(&[0xfe, 0xff, 0xff, 0xff]);
    header[76..512].fill(0xff);
    header[76..80].fill(0);
    let mut chains = vec![0xff; 512];
    chains[..8].copy_from_slice(&[0xfd, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff]);
    for number in 2..2 + sectors {
        let next = if number == 1 + sectors {
            0xffff_fffe
        } else {
            number + 1
        };
        let at = number as usize * 4;
        chains[at..at + 4].copy_from_slice(&follows(number, next).to_le_bytes());
    }
    let mut list = vec![0; 512];
    for (at, name, kind, start) in [
        (0, "Root Entry", 5, 0xffff_fffe),
        (128, "Workbook", 2, 2_u32),
    ] {
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        list[at..at + units.len()].copy_from_slice(&units);
        list[at + 66] = kind;
        list[at + 116..at + 120].copy_from_slice(&start.to_le_bytes());
    }
    list[128 + 120..128 + 124].copy_from_slice(&u32::try_from(length).unwrap().to_le_bytes());
    let mut bytes = header;
    bytes.extend(chains);
    bytes.extend(list);
    bytes.extend(stream);
    bytes.resize(512 * (sectors as usize + 3), 0);
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(&bytes).unwrap();
    file
}

fn read(file: File) -> Result<(String, Vec<u64>), IntakeProblem> {
    let size = file.metadata().unwrap().len();
    let (_, lines) = sheets("old.xls", file, size, &|_| true, &Room::new())?
        .pop()
        .unwrap();
    let lines = lines.unwrap();
    let struck = lines.struck.clone();
    let mut text = String::new();
    lines.finish("old.xls")?.read_to_string(&mut text).unwrap();
    Ok((text.replace('"', ""), struck))
}

fn text(stream: &[u8]) -> String {
    read(container(stream, |_, next| next)).unwrap().0
}

#[test]
fn every_kind_of_cell_is_read() {
    let font = |struck: u8| record(0x0031, &[200, 0, struck, 0, 0, 0]);
    let look = |font: u8, format: u8| record(0x00e0, &[font, 0, format, 0]);
    let before = [
        font(0),
        font(8),
        look(0, 0),
        look(0, 14),
        look(1, 0),
        // Two shared texts, the second cut in its midst.
        record(
            0x00fc,
            &[
                2, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, b'N', b'a', b'm', b'e', 5, 0, 0, b'E', b'm',
            ],
        ),
        record(0x003c, &[1, b'a', 0, b'i', 0, b'l', 0]),
    ]
    .concat();
    let cells = [
        cell(0x00fd, 0, 0, 0, &[0, 0, 0, 0]),
        cell(0x00fd, 0, 1, 0, &[1, 0, 0, 0]),
        // Out of their order.
        label(1, 1, 2, "ana@daily.example"),
        label(1, 0, 0, "Ana Łoś"),
        cell(0x0203, 1, 2, 0, &4_930_123_456_f64.to_le_bytes()),
        cell(0x0203, 1, 3, 1, &45_292_f64.to_le_bytes()),
        // 7 and a hundredth of 7, then a truth, an error and a formula's text.
        cell(0x00bd, 1, 4, 0, &[30, 0, 0, 0, 0, 0, 31, 0, 0, 0, 5, 0]),
        cell(0x0205, 1, 6, 0, &[1, 0]),
        cell(0x0205, 1, 7, 0, &[0x2a, 1]),
        cell(
            0x0006,
            1,
            8,
            0,
            &[0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0],
        ),
        record(0x0207, &[2, 0, 0, b'o', b'k']),
    ]
    .concat();
    let (text, struck) = read(container(&book(&before, &cells), |_, next| next)).unwrap();
    assert_eq!(
        text,
        "Name,Email\nAna Łoś,ana@daily.example,4930123456,2024-01-01 00:00:00,7,0.07,true,,ok\n"
    );
    assert_eq!(struck, [2]);
}

#[test]
fn a_chain_in_a_circle_is_damage() {
    let stream = book(&[], &label(0, 0, 0, "ana@daily.example"));
    for to in [2, 3, 1_000_000] {
        let circle = container(&stream, |number, next| if number == 4 { to } else { next });
        // The list of streams says how long it is, so that a circle ends; what it holds is no book.
        let problem = read(circle).map(|(text, _)| text);
        assert!(
            matches!(&problem, Err(IntakeProblem::NotCsv { .. }))
                || problem.is_ok_and(|text| text.contains("ana@")),
            "{to}"
        );
    }
}

#[test]
fn a_book_that_is_cut_off_is_no_shorter_list() {
    let whole = book(&[], &label(0, 0, 0, "ana@daily.example"));
    assert!(text(&whole).contains("ana@daily.example"));
    for length in [20, 40, whole.len() - 4] {
        let problem = read(container(&whole[..length], |_, next| next));
        assert!(
            matches!(problem, Err(IntakeProblem::NotCsv { .. })),
            "{length}"
        );
    }
}

#[test]
fn a_bomb_of_shared_texts_is_refused() {
    // A text of 32,000 letters that 10,000 cells point at: 320 MB.
    let mut shared = vec![1, 0, 0, 0, 1, 0, 0, 0];
    shared.extend(32_000_u16.to_le_bytes());
    shared.push(0);
    let mut before = record(0x00fc, &shared);
    for _ in 0..4 {
        let mut part = vec![0];
        part.extend(vec![b'x'; 8_000]);
        before.extend(record(0x003c, &part));
    }
    let cells: Vec<u8> = (0..10_000)
        .flat_map(|row| cell(0x00fd, row, 0, 0, &[0, 0, 0, 0]))
        .collect();
    let stream = book(&before, &cells);
    // More sectors than one sector of chains has room for.
    assert!(stream.len() > 126 * 512);
    let problem = super::records::Book::read(&stream).map(|book| {
        let mut walked = 0;
        let at = book.sheets[0].at;
        book.cells(&stream, at, &mut walked).unwrap().cells.len()
    });
    assert_eq!(problem.unwrap(), 10_000);
    let room = Room::new();
    let mut lines = super::Lines::new("old.xls", &room).unwrap();
    let long = "x".repeat(32_000);
    let refused = (0..10_000).find_map(|row| lines.put(row, 0, &long).err());
    assert!(matches!(
        refused,
        Some(IntakeProblem::TooLargeInside { .. })
    ));
}

#[test]
fn a_link_to_an_address_is_kept() {
    let mut link = Vec::new();
    for number in [1_u16, 1, 2, 2] {
        link.extend(number.to_le_bytes());
    }
    link.extend([0xd0; 24]);
    for unit in "mailto:ada@daily.example?subject=News\0".encode_utf16() {
        link.extend(unit.to_le_bytes());
    }
    let cells = [label(1, 2, 0, "E-Mail"), record(0x01b8, &link)].concat();
    let file = container(&book(&[], &cells), |_, next| next);
    let size = file.metadata().unwrap().len();
    let mut sheets = sheets("a.xls", file, size, &|_| true, &Room::new()).unwrap();
    let lines = sheets.pop().unwrap().1.unwrap();
    assert_eq!(
        lines.links.of(2),
        [(2, "mailto:ada@daily.example".to_owned())]
    );
    assert!(lines.holds_address);
}
