//! Names of countries in four languages to ISO 3166 alpha-2.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::intake::cell::key;

/// All codes of ISO 3166-1 alpha-2.
const CODES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW";

/// Code, then names and common short forms as `cell::key` writes them.
const NAMES: &[(&str, &str)] = &[
    (
        "GB",
        "uk unitedkingdom greatbritain britain england scotland wales northernireland gbr vereinigteskonigreich grossbritannien royaumeuni grandebretagne angleterre reinounido granbretana inglaterra",
    ),
    (
        "US",
        "usa unitedstates unitedstatesofamerica america vereinigtestaaten vereinigtestaatenvonamerika etatsunis etatsunisdamerique estadosunidos eeuu",
    ),
    ("DE", "germany deutschland allemagne alemania deu ger brd"),
    ("AT", "austria osterreich oesterreich autriche aut"),
    ("CH", "switzerland schweiz suisse suiza svizzera che"),
    ("FR", "france frankreich francia fra"),
    ("ES", "spain spanien espagne espana esp"),
    ("IT", "italy italien italie italia ita"),
    (
        "IE",
        "ireland irland irlande irlanda irl republicofireland eire",
    ),
    (
        "NL",
        "netherlands thenetherlands holland niederlande paysbas paisesbajos nederland nld",
    ),
    ("BE", "belgium belgien belgique belgica belgie bel"),
    ("LU", "luxembourg luxemburg luxemburgo lux"),
    ("LI", "liechtenstein"),
    ("DK", "denmark danemark dinamarca danmark dnk"),
    ("SE", "sweden schweden suede suecia sverige swe"),
    ("NO", "norway norwegen norvege noruega norge nor"),
    ("FI", "finland finnland finlande finlandia suomi fin"),
    ("IS", "iceland island islande islandia"),
    ("PL", "poland polen pologne polonia polska pol"),
    (
        "CZ",
        "czechrepublic czechia tschechien tschechischerepublik republiquetcheque tchequie republicacheca chequia cze",
    ),
    ("SK", "slovakia slowakei slovaquie eslovaquia"),
    ("HU", "hungary ungarn hongrie hungria"),
    ("RO", "romania rumanien roumanie rumania"),
    ("BG", "bulgaria bulgarien bulgarie"),
    ("GR", "greece griechenland grece grecia"),
    ("PT", "portugal prt"),
    ("HR", "croatia kroatien croatie croacia"),
    ("SI", "slovenia slowenien slovenie eslovenia"),
    ("RS", "serbia serbien serbie"),
    ("EE", "estonia estland estonie"),
    ("LV", "latvia lettland lettonie letonia"),
    ("LT", "lithuania litauen lituanie lituania"),
    ("UA", "ukraine ucrania"),
    ("RU", "russia russland russie rusia russianfederation"),
    ("TR", "turkey turkei turquie turquia turkiye"),
    ("MT", "malta malte"),
    ("CY", "cyprus zypern chypre chipre"),
    ("CA", "canada kanada can"),
    ("MX", "mexico mexiko mexique mejico mex"),
    ("BR", "brazil brasilien bresil brasil bra"),
    ("AR", "argentina argentinien argentine arg"),
    ("CL", "chile chili chl"),
    ("CO", "colombia kolumbien colombie col"),
    ("PE", "peru perou"),
    ("AU", "australia australien australie aus"),
    (
        "NZ",
        "newzealand neuseeland nouvellezelande nuevazelanda nzl",
    ),
    ("IN", "india indien inde ind"),
    ("CN", "china chine chn"),
    ("JP", "japan japon jpn"),
    (
        "KR",
        "southkorea korea sudkorea coreedusud coreadelsur republicofkorea",
    ),
    ("SG", "singapore singapur singapour"),
    ("HK", "hongkong"),
    ("TW", "taiwan"),
    ("ID", "indonesia indonesien indonesie"),
    ("MY", "malaysia malaisie malasia"),
    ("TH", "thailand thailande tailandia"),
    ("PH", "philippines philippinen filipinas"),
    ("VN", "vietnam"),
    ("PK", "pakistan"),
    ("IL", "israel"),
    (
        "AE",
        "uae unitedarabemirates vereinigtearabischeemirate emiratsarabesunis emiratosarabesunidos",
    ),
    (
        "SA",
        "saudiarabia saudiarabien arabiesaoudite arabiasaudita",
    ),
    ("EG", "egypt agypten egypte egipto"),
    ("ZA", "southafrica sudafrika afriquedusud sudafrica"),
    ("NG", "nigeria"),
    ("KE", "kenya kenia"),
    ("MA", "morocco marokko maroc marruecos"),
];

/// Every name, then every code, as `cell::key` writes it.
static COUNTRIES: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    let mut countries = HashMap::new();
    for (code, names) in NAMES {
        for name in names.split_whitespace() {
            countries.entry(name.to_owned()).or_insert(*code);
        }
    }
    for code in CODES.split(' ') {
        countries.entry(code.to_ascii_lowercase()).or_insert(code);
    }
    countries
});

/// The code of the country that a cell names; `None` where it names none we know.
pub(crate) fn country(cell: &str) -> Option<&'static str> {
    COUNTRIES.get(&key(cell)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes_become_codes() {
        for (cell, code) in [
            ("UK", "GB"),
            ("Deutschland", "DE"),
            ("Österreich", "AT"),
            ("États-Unis", "US"),
            ("España", "ES"),
            ("gb", "GB"),
            ("U.S.A.", "US"),
        ] {
            assert_eq!(country(cell), Some(code), "{cell}");
        }
        assert_eq!(country("Atlantis"), None);
        assert_eq!(country(""), None);
    }

    #[test]
    fn every_named_country_is_a_code() {
        assert_eq!(CODES.split(' ').count(), 249);
        for (code, _) in NAMES {
            assert!(CODES.split(' ').any(|known| known == *code), "{code}");
        }
    }
}
