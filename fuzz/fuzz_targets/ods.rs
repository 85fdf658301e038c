//! Any bytes are an OpenDocument sheet of contacts: what is taken from it holds.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let package = dateline_fuzz::package(bytes, "content.xml");
    dateline_fuzz::contacts("ods", &package);
});
