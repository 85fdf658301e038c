//! Settings that README and docs show exist, load, and are what the pages say they are.

use std::collections::BTreeSet;

use crate::config::{LEAST, everything_on, loaded};
use crate::docs::pages;

/// A setting on a page: where, its table (unless the page leaves it out), its key.
struct Shown {
    place: String,
    table: Option<String>,
    key: String,
}

/// The lines `key = value` of blocks marked `toml`, and code spans like `[run] unknown`.
fn shown() -> Vec<Shown> {
    let mut all = Vec::new();
    for (path, text) in pages() {
        let (mut in_block, mut table) = (false, None);
        for (number, line) in text.lines().enumerate() {
            let place = format!("{}:{}", path.display(), number + 1);
            if line.starts_with("```") {
                (in_block, table) = (!in_block && line == "```toml", None);
                continue;
            }
            if !in_block {
                all.extend(spans(line).map(|(table, key)| Shown {
                    place: place.clone(),
                    table: Some(table),
                    key,
                }));
            } else if let Some(header) = line.strip_prefix('[') {
                let header = header.trim_start_matches('[').split(']').next().unwrap();
                table = Some(header.to_owned());
            } else if let Some((key, _)) = line.split_once('=') {
                all.push(Shown {
                    place,
                    table: table.clone(),
                    key: key.trim().to_owned(),
                });
            }
        }
    }
    all
}

fn spans(line: &str) -> impl Iterator<Item = (String, String)> {
    line.split('`').skip(1).step_by(2).filter_map(|span| {
        let (table, rest) = span.strip_prefix('[')?.split_once("] ")?;
        let key = rest.split([' ', '=', ',', '.']).next()?;
        let is_name = |word: &str| {
            !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_')
        };
        (is_name(table) && is_name(key)).then(|| (table.to_owned(), key.to_owned()))
    })
}

#[test]
fn every_setting_on_a_page_exists() {
    let known: toml::Table = everything_on().parse().unwrap();
    let keys = |table: &str| -> BTreeSet<String> {
        let table = known.get(table);
        let table = table.map(|table| table.get(0).unwrap_or(table));
        let keys = table.and_then(toml::Value::as_table);
        keys.into_iter()
            .flat_map(|keys| keys.keys().cloned())
            .collect()
    };
    let all: BTreeSet<String> = known.keys().flat_map(|table| keys(table)).collect();
    let shown = shown();
    for one in &shown {
        let exists = match &one.table {
            Some(table) => keys(table).contains(&one.key),
            None => all.contains(&one.key),
        };
        assert!(
            exists,
            "{}: {:?} {} is no setting",
            one.place, one.table, one.key
        );
    }
    assert!(shown.len() > 40, "only {} settings were found", shown.len());
}

#[test]
fn every_block_of_settings_on_a_page_is_taken() {
    let mut taken = 0;
    for (path, text) in pages() {
        for block in text.split("\n```toml\n").skip(1) {
            let block = block.split("\n```").next().unwrap();
            // A choice of lines, of which one is written.
            if !block.starts_with('[') {
                continue;
            }
            let settings = match block.strip_prefix("[newsroom]\n") {
                Some(more) => format!("{LEAST}{more}\n"),
                None => format!("{LEAST}{block}\n"),
            };
            if let Err(problem) = loaded(&settings) {
                panic!("{}: {problem}\n{block}", path.display());
            }
            taken += 1;
        }
    }
    assert!(taken > 5, "only {taken} blocks were found");
}

/// `"30 a minute, 10,000 a day"` as numbers of a second, minute, hour and day.
fn numbers(words: &str) -> [u32; 4] {
    let words = words.split(" (").next().unwrap().split(';').next().unwrap();
    let words = words.split(", what").next().unwrap().replace(" and ", ", ");
    let mut found = [0; 4];
    for part in words.split(", ") {
        let Some((number, unit)) = part.split_once(" a ").or_else(|| part.split_once(" an "))
        else {
            continue;
        };
        let number = number.replace(',', "");
        let number = if number == "one" {
            1
        } else {
            number.parse().unwrap_or_default()
        };
        let place = ["second", "minute", "hour", "day"]
            .iter()
            .position(|one| *one == unit);
        // "none: a relay of your own" is no number of anything.
        if let Some(place) = place {
            found[place] = number;
        }
    }
    found
}

#[test]
fn the_page_tells_the_limits_that_are_in_force() {
    let page = include_str!("../../docs/config.md");
    let (_, table) = page.split_once("| preset | limits |\n|---|---|\n").unwrap();
    let mut rows = 0;
    for row in table.lines().take_while(|line| line.starts_with('|')) {
        let mut cells = row.split('|').map(str::trim).skip(1);
        let (preset, words) = (cells.next().unwrap(), cells.next().unwrap());
        let setting = match preset.trim_matches('`') {
            "none" if !preset.starts_with('`') => String::new(),
            named => format!("[smtp]\npreset = {named}\n"),
        };
        let rates = loaded(&format!("{LEAST}{setting}")).unwrap().rates();
        let in_force = [
            rates.per_second,
            rates.per_minute,
            rates.per_hour,
            rates.per_day,
        ];
        assert_eq!(numbers(words), in_force, "{row}");
        let domain = (rates.per_domain_per_minute, rates.per_domain_in_flight);
        let told = if preset.contains("relay") {
            (0, 0)
        } else {
            (60, 5)
        };
        assert_eq!(domain, told, "{row}");
        rows += 1;
    }
    assert_eq!(rows, 5);
    assert!(page.contains("All but `\"relay\"` also keep to 60 a minute and 5 at a time"));
}
