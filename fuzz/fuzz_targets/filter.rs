//! Any text is a filter, or a time: a filter that is read is the same one when it is written and read
//! again, a mistake stands in the text.
#![no_main]

use std::sync::LazyLock;

use dateline_fuzz::domain::filter;
use dateline_fuzz::domain::when;
use dateline_fuzz::domain::zones::Zones;
use libfuzzer_sys::fuzz_target;

static ZONES: LazyLock<Zones> = LazyLock::new(Zones::bundled);

fuzz_target!(|text: &str| {
    match filter::parse(text) {
        Ok(read) => assert_eq!(filter::parse(&read.to_string()).as_ref(), Ok(&read)),
        Err(problem) => assert!(problem.column <= text.chars().count() + 1),
    }
    if let Ok(moment) = when::read_any(text, Some("Europe/Vienna"), &ZONES) {
        let again = when::resolve(&moment.civil, &moment.zone, &ZONES);
        assert_eq!(again, Ok(moment.instant));
    }
});
