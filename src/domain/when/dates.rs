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

/// `Tuesday 3 November 2026` in another language; in one that is not known it stays English.
pub fn date_in(language: &str, english: &str) -> String {
    let first = language.split(['-', '_']).next().unwrap_or_default();
    let place = match first.to_ascii_lowercase().as_str() {
        "de" => 1,
        "fr" => 2,
        "es" => 3,
        _ => return english.to_owned(),
    };
    let words: Vec<&str> = english.split(' ').collect();
    let [weekday, day, month, year] = words[..] else {
        return english.to_owned();
    };
    let named = |table: &[[&'static str; 4]], word: &str| {
        table
            .iter()
            .find(|row| row[0] == word)
            .map(|row| row[place])
    };
    let (Some(weekday), Some(month)) = (named(&WEEKDAYS, weekday), named(&MONTHS, month)) else {
        return english.to_owned();
    };
    match place {
        1 => format!("{weekday}, {day}. {month} {year}"),
        2 if day == "1" => format!("{weekday} 1er {month} {year}"),
        2 => format!("{weekday} {day} {month} {year}"),
        _ => format!("{weekday} {day} de {month} de {year}"),
    }
}

#[cfg(test)]
mod tests {
    use super::date_in;

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
}
