//! Dates in the languages that mails are written in.

const WEEKDAYS: [[&str; 4]; 7] = [
    ["Monday", "Montag", "lundi", "lunes"],
    ["Tuesday", "Dienstag", "mardi", "martes"],
    ["Wednesday", "Mittwoch", "mercredi", "miércoles"],
    ["Thursday", "Donnerstag", "jeudi", "jueves"],
    ["Friday", "Freitag", "vendredi", "viernes"],
    ["Saturday", "Samstag", "samedi", "sábado"],
    ["Sunday", "Sonntag", "dimanche", "domingo"],
];
const MONTHS: [[&str; 4]; 12] = [
    ["January", "Januar", "janvier", "enero"],
    ["February", "Februar", "février", "febrero"],
    ["March", "März", "mars", "marzo"],
    ["April", "April", "avril", "abril"],
    ["May", "Mai", "mai", "mayo"],
    ["June", "Juni", "juin", "junio"],
    ["July", "Juli", "juillet", "julio"],
    ["August", "August", "août", "agosto"],
    ["September", "September", "septembre", "septiembre"],
    ["October", "Oktober", "octobre", "octubre"],
    ["November", "November", "novembre", "noviembre"],
    ["December", "Dezember", "décembre", "diciembre"],
];

/// As French and Spanish calendars write them; "juin" and "juillet" begin alike.
const SHORT_MONTHS: [[&str; 2]; 12] = [
    ["janv.", "ene."],
    ["févr.", "feb."],
    ["mars", "mar."],
    ["avril", "abr."],
    ["mai", "may."],
    ["juin", "jun."],
    ["juil.", "jul."],
    ["août", "ago."],
    ["sept.", "sept."],
    ["oct.", "oct."],
    ["nov.", "nov."],
    ["déc.", "dic."],
];

/// The column of a language; nothing for English and for what is not known.
fn column(language: &str) -> Option<usize> {
    let first = language.split(['-', '_']).next().unwrap_or_default();
    match first.to_ascii_lowercase().as_str() {
        "de" => Some(1),
        "fr" => Some(2),
        "es" => Some(3),
        _ => None,
    }
}

fn row(table: &[[&'static str; 4]], word: &str) -> Option<usize> {
    table.iter().position(|row| row[0] == word)
}

/// `Tuesday 3 November 2026` as `Tue 3 Nov 2026`, `Di 3. Nov. 2026`, `mar. 3 nov. 2026`, `mar. 3 nov.
/// 2026`; or without its year.
pub fn short_date_in(language: &str, english: &str, with_year: bool) -> String {
    let words: Vec<&str> = english.split(' ').collect();
    let [weekday, day, month, year] = words[..] else {
        return english.to_owned();
    };
    let year = if with_year {
        format!(" {year}")
    } else {
        String::new()
    };
    let first = |word: &str, count: usize| word.chars().take(count).collect::<String>();
    let known = (
        column(language),
        row(&WEEKDAYS, weekday),
        row(&MONTHS, month),
    );
    let (Some(column), Some(weekday), Some(month)) = known else {
        return format!("{} {day} {}{year}", first(weekday, 3), first(month, 3));
    };
    let weekday = WEEKDAYS[weekday][column];
    if column == 1 {
        let month = MONTHS[month][1];
        let month = if month.chars().count() > 4 {
            first(month, 3) + "."
        } else {
            month.to_owned()
        };
        format!("{} {day}. {month}{year}", first(weekday, 2))
    } else {
        let month = SHORT_MONTHS[month][column - 2];
        format!("{}. {day} {month}{year}", first(weekday, 3))
    }
}

/// `Tuesday 3 November 2026` in another language; in one that is not known it stays English.
pub fn date_in(language: &str, english: &str) -> String {
    let Some(place) = column(language) else {
        return english.to_owned();
    };
    let words: Vec<&str> = english.split(' ').collect();
    let [weekday, day, month, year] = words[..] else {
        return english.to_owned();
    };
    let (Some(weekday), Some(month)) = (row(&WEEKDAYS, weekday), row(&MONTHS, month)) else {
        return english.to_owned();
    };
    let (weekday, month) = (WEEKDAYS[weekday][place], MONTHS[month][place]);
    match place {
        1 => format!("{weekday}, {day}. {month} {year}"),
        2 if day == "1" => format!("{weekday} 1er {month} {year}"),
        2 => format!("{weekday} {day} {month} {year}"),
        _ => format!("{weekday} {day} de {month} de {year}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{date_in, short_date_in};

    #[test]
    fn each_language_has_its_way_with_dates() {
        for (language, said) in [
            ("en", "Tuesday 3 November 2026"),
            ("de-AT", "Dienstag, 3. November 2026"),
            ("fr", "mardi 3 novembre 2026"),
            ("es", "martes 3 de noviembre de 2026"),
            ("ja", "Tuesday 3 November 2026"),
        ] {
            assert_eq!(date_in(language, "Tuesday 3 November 2026"), said);
        }
        assert_eq!(
            date_in("fr", "Sunday 1 March 2026"),
            "dimanche 1er mars 2026"
        );
        assert_eq!(date_in("de", "some day"), "some day");
    }

    #[test]
    fn a_short_date_is_as_calendars_print_it() {
        for (language, november, july) in [
            ("en", "Tue 3 Nov 2026", "Wed 1 Jul"),
            ("ja", "Tue 3 Nov 2026", "Wed 1 Jul"),
            ("de", "Di 3. Nov. 2026", "Mi 1. Juli"),
            ("fr-CA", "mar. 3 nov. 2026", "mer. 1 juil."),
            ("es", "mar. 3 nov. 2026", "mié. 1 jul."),
        ] {
            let short = |date, with_year| short_date_in(language, date, with_year);
            assert_eq!(short("Tuesday 3 November 2026", true), november);
            assert_eq!(short("Wednesday 1 July 2026", false), july);
        }
        assert_eq!(short_date_in("de", "some day", true), "some day");
    }
}
