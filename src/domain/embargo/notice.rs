//! The embargo's notice, which opens the subject and the text of what is read before the lift (EMB-07).

use crate::domain::embargo::{both, said_in};
use crate::domain::when::{Moment, short_date_in};
use crate::domain::zones::Zones;

/// How a language says it: in the text before a time of day, in the subject before a date. The word
/// in capitals must be one of [`WORDS`].
const fn until(language: Language) -> [&'static str; 2] {
    match language {
        Language::German => ["SPERRFRIST BIS ", "SPERRFRIST bis "],
        Language::French => ["SOUS EMBARGO JUSQU’À ", "SOUS EMBARGO jusqu’au "],
        Language::Spanish => ["EMBARGADO HASTA LAS ", "EMBARGADO hasta el "],
        Language::English => ["EMBARGOED UNTIL ", "EMBARGOED until "],
    }
}

/// By one of these a reader knows an embargo; in lower case.
const WORDS: [&str; 3] = ["embargo", "embargado", "sperrfrist"];

#[derive(Clone, Copy)]
enum Language {
    English,
    German,
    French,
    Spanish,
}

fn known(language: &str) -> Language {
    let first = language.split(['-', '_']).next().unwrap_or_default();
    match first.to_ascii_lowercase().as_str() {
        "de" => Language::German,
        "fr" => Language::French,
        "es" => Language::Spanish,
        _ => Language::English,
    }
}

/// Whether a line, in lower case, says that there is an embargo.
pub fn says_embargo(folded: &str) -> bool {
    WORDS.iter().any(|word| folded.contains(word))
}

/// `EMBARGOED UNTIL 00:01 Europe/London (BST, UTC+1), Monday 19 October 2026 = 23:01 UTC Sunday 18 October 2026`
///
/// For the body's first line and wherever there is room, in English where we have no words for
/// the language.
pub fn notice_long(moment: &Moment, language: &str, zones: &Zones) -> String {
    let [open, _] = until(known(language));
    format!("{open}{}", said_in(moment, language, zones))
}

/// `EMBARGOED until Mon 19 Oct 2026 00:01 BST (23:01 UTC Sun 18 Oct): `, for the subject's start.
pub fn notice_short(moment: &Moment, language: &str, zones: &Zones) -> String {
    let [_, open] = until(known(language));
    let Some((there, utc)) = both(moment, zones) else {
        return format!("{open}{} UTC: ", moment.instant);
    };
    let short = |date: &str, with_year| short_date_in(language, date, with_year);
    let when = format!("{} {}", short(&there.date, true), there.time);
    if moment.zone == "UTC" {
        return format!("{open}{when} UTC: ");
    }
    let name = if there.abbreviation.starts_with(char::is_alphabetic) {
        there.abbreviation
    } else {
        there.offset
    };
    let day = if utc.date == there.date {
        String::new()
    } else {
        format!(" {}", short(&utc.date, false))
    };
    format!("{open}{when} {name} ({} UTC{day}): ", utc.time)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::when::read_any;

    fn moment(text: &str) -> Moment {
        read_any(text, None, &Zones::bundled()).unwrap()
    }

    #[test]
    fn notices_name_zone_weekday_date_and_utc() {
        let zones = Zones::bundled();
        let long = |text: &str| notice_long(&moment(text), "en", &zones);
        let short = |text: &str| notice_short(&moment(text), "en", &zones);
        assert_eq!(
            long("2026-10-19 00:01 Europe/London"),
            "EMBARGOED UNTIL 00:01 Europe/London (BST, UTC+1), Monday 19 October 2026 = 23:01 UTC Sunday 18 October 2026"
        );
        assert_eq!(
            short("2026-10-19 00:01 Europe/London"),
            "EMBARGOED until Mon 19 Oct 2026 00:01 BST (23:01 UTC Sun 18 Oct): "
        );
        assert_eq!(
            long("2026-09-03 09:00 Asia/Kathmandu"),
            "EMBARGOED UNTIL 09:00 Asia/Kathmandu (UTC+5:45), Thursday 3 September 2026 = 03:15 UTC"
        );
        assert_eq!(
            short("2026-09-03 09:00 Asia/Kathmandu"),
            "EMBARGOED until Thu 3 Sep 2026 09:00 UTC+5:45 (03:15 UTC): "
        );
        assert_eq!(
            long("2026-05-01 09:00 UTC"),
            "EMBARGOED UNTIL 09:00 UTC, Friday 1 May 2026"
        );
        assert_eq!(
            short("2026-05-01 09:00 UTC"),
            "EMBARGOED until Fri 1 May 2026 09:00 UTC: "
        );
        assert_eq!(
            long("2026-05-01T09:00:00+02:00"),
            "EMBARGOED UNTIL 09:00 +02:00 (UTC+2), Friday 1 May 2026 = 07:00 UTC"
        );
    }

    #[test]
    fn a_notice_is_in_the_language_of_its_text() {
        let zones = Zones::bundled();
        let lift = moment("2026-10-19 00:01 Europe/Paris");
        for (language, long, short) in [
            (
                "de-AT",
                "SPERRFRIST BIS 00:01 Europe/Paris (CEST, UTC+2), Montag, 19. Oktober 2026 = 22:01 UTC Sonntag, 18. Oktober 2026",
                "SPERRFRIST bis Mo 19. Okt. 2026 00:01 CEST (22:01 UTC So 18. Okt.): ",
            ),
            (
                "fr",
                "SOUS EMBARGO JUSQU’À 00:01 Europe/Paris (CEST, UTC+2), lundi 19 octobre 2026 = 22:01 UTC dimanche 18 octobre 2026",
                "SOUS EMBARGO jusqu’au lun. 19 oct. 2026 00:01 CEST (22:01 UTC dim. 18 oct.): ",
            ),
            (
                "es",
                "EMBARGADO HASTA LAS 00:01 Europe/Paris (CEST, UTC+2), lunes 19 de octubre de 2026 = 22:01 UTC domingo 18 de octubre de 2026",
                "EMBARGADO hasta el lun. 19 oct. 2026 00:01 CEST (22:01 UTC dom. 18 oct.): ",
            ),
            (
                "ja",
                "EMBARGOED UNTIL 00:01 Europe/Paris (CEST, UTC+2), Monday 19 October 2026 = 22:01 UTC Sunday 18 October 2026",
                "EMBARGOED until Mon 19 Oct 2026 00:01 CEST (22:01 UTC Sun 18 Oct): ",
            ),
        ] {
            let said = notice_long(&lift, language, &zones);
            assert_eq!(said, long);
            assert!(says_embargo(&said.to_lowercase()));
            let said = notice_short(&lift, language, &zones);
            assert_eq!(said, short);
            assert!(says_embargo(&said.to_lowercase()));
        }
        assert!(!says_embargo("harbour light opens plant"));
    }
}
