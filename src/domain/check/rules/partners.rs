//! Companies without a legal form: names that the text itself calls a firm, a partner, somebody's employer.

use std::ops::Range;

use crate::domain::check::search::{any, fold, words};

/// A name follows at once. Only words that no person and no office is called by.
const BEFORE: &[(&str, &[&str])] = &[
    (
        "en",
        &[
            "firm",
            "company",
            "startup",
            "start-up",
            "manufacturer",
            "supplier",
            "retailer",
            "carmaker",
            "automaker",
            "drugmaker",
            "chipmaker",
            "airline",
            "technology partner",
            "distribution partner",
            "manufacturing partner",
            "development partner",
            "research partner",
            "its partner",
            "our partner",
            "partnership with",
            "partners with",
            "partnered with",
            "partnering with",
            "joint venture with",
            "merger with",
            "acquisition of",
            "acquires",
            "acquired",
            "ceo of",
            "ceo at",
            "chief executive of",
            "chief executive at",
            "chief executive officer of",
            "chief executive officer at",
            "managing director of",
            "managing director at",
        ],
    ),
    (
        "de",
        &[
            "firma",
            "konzern",
            "start-up",
            "startup",
            "dem unternehmen",
            "das unternehmen",
            "vom unternehmen",
            "dem hersteller",
            "vom hersteller",
            "dem anbieter",
            "vom anbieter",
            "dem zulieferer",
            "vom zulieferer",
            "dem partner",
            "geschäftsführer von",
            "geschäftsführerin von",
            "vorstandsvorsitzender von",
            "vorstandsvorsitzende von",
            "ceo von",
        ],
    ),
    (
        "fr",
        &[
            "la société",
            "l'entreprise",
            "le groupe",
            "la start-up",
            "le fabricant",
            "le fournisseur",
            "son partenaire",
            "notre partenaire",
            "partenariat avec",
            "coentreprise avec",
            "le rachat de",
            "l'acquisition de",
            "pdg de",
            "directeur général de",
            "directrice générale de",
        ],
    ),
    (
        "es",
        &[
            "la empresa",
            "la compañía",
            "el grupo",
            "el fabricante",
            "el proveedor",
            "su socio",
            "nuestro socio",
            "acuerdo con",
            "alianza con",
            "la adquisición de",
            "la compra de",
            "consejero delegado de",
            "consejera delegada de",
            "director general de",
            "directora general de",
        ],
    ),
];

/// `Tidewright, a maker of valves`: what somebody is who is no person.
const MAKES: &[&str] = &[
    "company",
    "firm",
    "startup",
    "start-up",
    "maker",
    "manufacturer",
    "supplier",
    "provider",
    "producer",
    "distributor",
    "retailer",
    "subsidiary",
];

/// Capitalised, and no company: public bodies, nations, months, and what opens a sentence.
const NO_COMPANY: &[&str] = &[
    "University",
    "Universität",
    "Université",
    "Universidad",
    "College",
    "School",
    "Institute",
    "Institut",
    "Instituto",
    "Commission",
    "Ministry",
    "Ministerium",
    "Department",
    "Agency",
    "Council",
    "Government",
    "Museum",
    "Hospital",
    "NASA",
    "ESA",
    "NATO",
    "WHO",
    "UNESCO",
    "UNICEF",
    "FDA",
    "EU",
    "UN",
    "UK",
    "US",
    "USA",
    "America",
    "American",
    "Australian",
    "Austrian",
    "Brazilian",
    "British",
    "Canadian",
    "Chinese",
    "Danish",
    "Dutch",
    "European",
    "French",
    "German",
    "Indian",
    "Israeli",
    "Italian",
    "Japanese",
    "Korean",
    "Mexican",
    "Norwegian",
    "Polish",
    "Spanish",
    "Swedish",
    "Swiss",
    "Britain",
    "Canada",
    "China",
    "Europe",
    "France",
    "Frankreich",
    "Germany",
    "Deutschland",
    "India",
    "Italy",
    "Japan",
    "Russia",
    "Spain",
    "España",
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
    "I",
    "It",
    "We",
    "The",
    "This",
    "That",
    "These",
    "Those",
    "Its",
    "Our",
    "And",
    "But",
    "If",
    "When",
    "CEO",
    "CFO",
    "Vice",
    "President",
];

/// Written small inside a name: `Riegos del Turia`.
const INSIDE: &[&str] = &["de", "del", "della", "di", "du", "da", "des"];

/// Words in a name; a fifth is no longer one.
const LONGEST: usize = 4;

/// Where companies are named by what the text calls them, in the order of the text.
pub(crate) fn called(text: &str, language: &str) -> Vec<Range<usize>> {
    // A straight apostrophe is looked for, whatever the author set.
    let folded = fold(text);
    let all = words(text);
    let cues = BEFORE.iter().find(|(of, _)| *of == language);
    let cues = cues.map_or(&BEFORE[0].1, |(_, cues)| cues);
    let mut found: Vec<Range<usize>> = any(&folded, cues.iter().copied())
        .into_iter()
        .filter_map(|cue| name_after(text, &all, cue.end))
        .collect();
    if language == "en" {
        found.extend(makers(text, &folded, &all));
    }
    found.sort_by_key(|range| (range.start, usize::MAX - range.end));
    found.dedup_by(|later, earlier| later.start < earlier.end);
    found
}

fn is_capital(word: &str) -> bool {
    let mut letters = word.chars();
    let first = letters.next().unwrap_or(' ');
    first.is_uppercase() || first.is_ascii_digit() && letters.any(char::is_uppercase)
}

/// Capitalised words right behind `from`, with a blank or "&" between them.
fn name_after(text: &str, all: &[(Range<usize>, &str)], from: usize) -> Option<Range<usize>> {
    let first = all.partition_point(|(range, _)| range.start < from);
    let mut end = from;
    let mut last = from;
    let mut named: Vec<&str> = Vec::new();
    for (range, word) in &all[first..] {
        let gap = &text[last..range.start];
        let joins = !gap.is_empty() && gap.chars().all(char::is_whitespace);
        if !(joins || gap == " & " && !named.is_empty()) {
            break;
        }
        last = range.end;
        if INSIDE.contains(word) && !named.is_empty() {
            continue;
        }
        if !is_capital(word) {
            break;
        }
        named.push(word);
        end = range.end;
        if word.ends_with("'s") || word.ends_with("’s") {
            break;
        }
    }
    is_company(&named).then(|| {
        let start = all[first].0.start;
        let name = &text[start..end];
        let owned = name.strip_suffix("'s").or(name.strip_suffix("’s"));
        start..start + owned.unwrap_or(name).len()
    })
}

fn is_company(named: &[&str]) -> bool {
    let letters: usize = named.iter().map(|word| word.chars().count()).sum();
    (1..=LONGEST).contains(&named.len())
        && letters > 2
        && !named.iter().any(|word| NO_COMPANY.contains(word))
        && !(named.len() == 1 && matches!(named[0], "City" | "State" | "Group"))
}

/// Names before `, a maker of …`: at most six words of praise before what they are.
fn makers(text: &str, folded: &str, all: &[(Range<usize>, &str)]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for comma in any(folded, [", a", ", an", ", the"]) {
        let after = all.partition_point(|(range, _)| range.start < comma.end);
        let is_maker = all[after..]
            .iter()
            .take(6)
            .take_while(|(range, word)| {
                let is_small = matches!(
                    *word,
                    "of" | "in" | "at" | "for" | "from" | "by" | "with" | "to" | "who" | "which"
                );
                !is_small && !text[comma.end..range.start].contains([';', '.', '(', '“', '"'])
            })
            .any(|(_, word)| MAKES.contains(word));
        if !is_maker {
            continue;
        }
        let before = all.partition_point(|(range, _)| range.end <= comma.start);
        let mut start = comma.start;
        let mut named: Vec<&str> = Vec::new();
        for (range, word) in all[..before].iter().rev() {
            let gap = &text[range.end..start];
            let joins = gap.is_empty() && named.is_empty() || gap == " " || gap == " & ";
            if !joins || !is_capital(word) || named.len() > LONGEST {
                break;
            }
            named.push(word);
            start = range.start;
        }
        if is_company(&named) {
            found.push(start..comma.start);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::called;

    #[test]
    fn a_company_is_what_the_text_calls_one() {
        for (language, text, names) in [
            (
                "en",
                "the respected independent security firm Bright State, which is auditing",
                &["Bright State"][..],
            ),
            (
                "en",
                "Tidewright, a maker of valves, has written",
                &["Tidewright"],
            ),
            (
                "en",
                "Quectel Wireless Solutions, a global IoT solutions provider, today",
                &["Quectel Wireless Solutions"],
            ),
            ("en", "said Jo March, CEO of Nordwind. We", &["Nordwind"]),
            (
                "en",
                "in partnership with Smith & Sons on",
                &["Smith & Sons"],
            ),
            ("en", "its partner Nordwind’s plant", &["Nordwind"]),
            ("en", "the company said it. The firm will", &[]),
            (
                "en",
                "a partnership with the City of Oslo and with University College",
                &[],
            ),
            (
                "en",
                "partnership with University of Oldenburg, acquired in May",
                &[],
            ),
            ("en", "The company. It grew, and the company, Ana said", &[]),
            ("en", "Ana Reyes, an adviser to the company, said", &[]),
            (
                "en",
                "it acquired German rivals, and acquires Nordwind",
                &["Nordwind"],
            ),
            (
                "de",
                "geliefert von dem Hersteller Nordlicht aus Kiel",
                &["Nordlicht"],
            ),
            (
                "de",
                "Unternehmen Daten geben; Hersteller Teile liefern",
                &[],
            ),
            (
                "fr",
                "avec l’entreprise Dupont Éclairage, qui",
                &["Dupont Éclairage"],
            ),
            (
                "es",
                "un acuerdo con Riegos del Turia de mayo",
                &["Riegos del Turia"],
            ),
            ("es", "la empresa que", &[]),
        ] {
            let found = called(text, language).into_iter();
            let found: Vec<&str> = found.map(|range| &text[range]).collect();
            assert_eq!(found, names, "{text}");
        }
    }
}
