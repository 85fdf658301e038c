//! Any bytes are an Excel workbook of contacts: what is taken from it holds.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // The old binary workbooks have other first bytes.
    let is_old = bytes.starts_with(b"\xd0\xcf\x11\xe0");
    if is_old {
        return dateline_fuzz::contacts("xls", bytes);
    }
    let package = dateline_fuzz::package(bytes, "xl/worksheets/sheet1.xml");
    dateline_fuzz::contacts("xlsx", &package);
});
