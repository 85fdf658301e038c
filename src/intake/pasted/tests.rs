//! Pasted texts: a page around a release, and what is made of it.

use jiff::civil::date;
use proptest::prelude::*;

use super::read;

const PAGE: &str = "Sign in\nMenu\n\nFOR IMMEDIATE RELEASE\nHarbour Light Opens a Tidal Plant\nIt powers 9,000 homes on the shore\n\nVANCOUVER, British Columbia, March 20, 2026 (BUSINESS WIRE) -- Harbour Light opened a plant.\n\nIt turns.\n\nAbout Harbour Light:\nWe build.\n\n###\n\nMedia contact:\nAna Reyes, ana@example.com\nView source version on https://www.example.com/1\n\nRelated articles\nAnother story\n";

#[test]
fn a_page_gives_its_parts() {
    let pasted = read(PAGE, "plant", "en");
    let draft = &pasted.draft;
    assert_eq!(draft.headline, "Harbour Light Opens a Tidal Plant");
    assert_eq!(draft.subheads, ["It powers 9,000 homes on the shore"]);
    let dateline = draft.dateline.as_ref().unwrap();
    assert_eq!(
        (
            dateline.city.as_str(),
            dateline.region.as_deref(),
            dateline.date
        ),
        (
            "Vancouver",
            Some("British Columbia"),
            Some(date(2026, 3, 20))
        )
    );
    assert_eq!(draft.wire_credit.as_deref(), Some("BUSINESS WIRE"));
    assert_eq!(draft.end_mark.as_deref(), Some("###"));
    assert_eq!(
        draft.source_url.as_deref(),
        Some("https://www.example.com/1")
    );
    assert_eq!(
        draft.body,
        "Harbour Light opened a plant.\n\nIt turns.\n\n## About Harbour Light\n\nWe build.\n\nMedia contact:\nAna Reyes, ana@example.com"
    );
    let debris: Vec<usize> = pasted.origin.debris.iter().map(|line| line.line).collect();
    assert_eq!(debris, [1, 2, 21, 22]);
    assert_eq!(pasted.missing, ["a link"]);
}

#[test]
fn pages_of_other_languages_are_left_out() {
    let story = |menu: &str, open: &str, after: &str| {
        format!("{menu}\nEine Überschrift aus fünf Wörtern\n\n{open}\n\n{after}\n")
    };
    for (language, menu, after) in [
        (
            "de",
            "Anmelden\nStartseite",
            "Original-Content von: Harbour Light\nTeilen\nWeitere Storys: Harbour Light\nNoch eine Meldung",
        ),
        (
            "fr",
            "Se connecter\nAccueil",
            "Partager\nArticles similaires\nEncore une nouvelle",
        ),
        (
            "es",
            "Iniciar sesión\nInicio",
            "Compartir\nNoticias relacionadas\nOtra noticia",
        ),
    ] {
        let page = story(menu, "KIEL, 3. November 2026 (ots) - Es läuft.", after);
        let pasted = read(&page, "x", language);
        assert_eq!(pasted.draft.body, "Es läuft.", "{language}");
        assert_eq!(
            pasted.origin.debris.len(),
            2 + after.lines().count(),
            "{language}"
        );
    }
}

#[test]
fn other_datelines_and_none() {
    for (line, city, rest) in [
        (
            "BERLIN, 3. November 2026 (ots) - Es geht los.",
            "Berlin",
            "Es geht los.",
        ),
        (
            "NEW YORK--(BUSINESS WIRE)--It begins.",
            "New York",
            "It begins.",
        ),
        (
            "PARIS, Nov. 3, 2026 /PRNewswire/ -- It begins.",
            "Paris",
            "It begins.",
        ),
        (
            "London, UK – 3 November 2026 (GLOBE NEWSWIRE) -- It begins.",
            "London",
            "It begins.",
        ),
        ("OSLO – It begins.", "Oslo", "It begins."),
    ] {
        let pasted = read(&format!("A headline of five words\n\n{line}\n"), "x", "en");
        let dateline = pasted.draft.dateline.unwrap_or_default();
        assert_eq!(
            (dateline.city.as_str(), pasted.draft.body.as_str()),
            (city, rest),
            "{line}"
        );
    }
    let plain = read(
        "A headline of five words\n\nThe text begins, and goes on.\n",
        "x",
        "en",
    );
    assert_eq!(plain.draft.headline, "A headline of five words");
    assert_eq!(plain.draft.body, "The text begins, and goes on.");
    assert_eq!(plain.draft.dateline, None);
    let held = read(
        "EMBARGOED UNTIL MONDAY\nA headline of five words\n\nOSLO – It begins.\n",
        "x",
        "en",
    );
    assert!(
        held.draft.body.starts_with("EMBARGOED UNTIL MONDAY\n"),
        "{}",
        held.draft.body
    );
}

proptest! {
    #[test]
    fn any_text_is_read(text in "([A-Za-z ,.()*#»|:\u{a0}ÄÖé“”0-9-]|\n|\n\n|BUSINESS WIRE|November 3, 2026|--|About |OSLO|Media contact:){0,60}") {
        let pasted = read(&text, "x", "en");
        prop_assert_eq!(pasted.origin.body.len() >= pasted.draft.body.lines().count(), true);
    }
}
