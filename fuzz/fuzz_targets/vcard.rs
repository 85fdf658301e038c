//! Any bytes behind the opening of a vCard are an address book: what is taken from it holds.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let card = [b"BEGIN:VCARD\r\n".as_slice(), bytes].concat();
    dateline_fuzz::contacts("vcf", &card);
});
