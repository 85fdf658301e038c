//! The release check at the terminal: what fires where, what does not, and what an error refuses.

use std::fs;
use std::path::Path;

use crate::office::{Newsroom, pair};

fn corpus() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/corpus")
}

/// A newsroom with an organization, its "About" text in two languages and somebody to call.
fn newsroom() -> Newsroom {
    let newsroom = Newsroom::new();
    fs::write(
        newsroom.path().join("about.md"),
        "Harbour Light builds tidal power plants.\n",
    )
    .unwrap();
    newsroom.good(&[
        "organization",
        "add",
        "harbour-light",
        "--name",
        "Harbour Light",
    ]);
    for language in ["en", "de", "fr", "es"] {
        let verb: &[&str] = if language == "en" {
            &[
                "boilerplate",
                "new",
                "harbour-light",
                "--organization",
                "harbour-light",
                "--title",
                "About Harbour Light",
            ]
        } else {
            &["boilerplate", "edit", "harbour-light"]
        };
        let rest = ["--file", "about.md", "--language", language];
        newsroom.good(&[verb, &rest].concat());
    }
    newsroom.good(&[
        "presscontact",
        "add",
        "ana-reyes",
        "--name",
        "Ana Reyes",
        "--role",
        "Media",
        "--phone",
        "+1 604 555 0100",
        "--email",
        "ana@example.com",
    ]);
    newsroom
}

fn rules(json: &serde_json::Value) -> Vec<String> {
    let all = json["findings"].as_array().unwrap();
    let mut rules: Vec<String> = all
        .iter()
        .map(|finding| finding["rule"].as_str().unwrap().to_owned())
        .collect();
    rules.sort();
    rules
}

#[test]
fn a_republished_page_fires_at_its_own_lines() {
    let newsroom = newsroom();
    fs::copy(
        corpus().join("republished.txt"),
        newsroom.path().join("page.txt"),
    )
    .unwrap();
    let said = newsroom.run(&[
        "release",
        "new",
        "valves",
        "--from",
        "page.txt",
        "--out",
        "valves.md",
    ]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("Missing:"), "{}", said.err);
    let said = newsroom.run(&["release", "check", "valves", "--json"]);
    assert_eq!(said.code, 5, "{}", said.err);
    let json = said.json();
    let fired = rules(&json);
    for rule in [
        "01", "02", "03", "05", "08", "10", "11", "12", "21", "25", "29", "33", "34", "35",
    ] {
        assert!(
            fired.contains(&format!("CHK-{rule}")),
            "{rule} in {fired:?}"
        );
    }
    for rule in ["CHK-09", "CHK-22"] {
        assert!(!fired.contains(&rule.to_owned()), "{rule}");
    }
    let lines = |rule: &str| -> Vec<u64> {
        let all = json["findings"].as_array().unwrap();
        let finding = all.iter().find(|finding| finding["rule"] == rule).unwrap();
        let places = finding["positions"].as_array().unwrap();
        places
            .iter()
            .map(|place| place["line"].as_u64().unwrap())
            .collect()
    };
    assert_eq!(lines("CHK-01"), [24]);
    assert_eq!(lines("CHK-02"), [26]);
    assert_eq!(lines("CHK-03"), [28]);
    assert_eq!(lines("CHK-05"), [16, 16]);
    assert_eq!(lines("CHK-10"), [8]);
    assert_eq!(lines("CHK-21"), [6]);
    assert_eq!(lines("CHK-29"), [8, 12]);
    assert_eq!(lines("CHK-35"), [1, 2, 3, 4, 5, 8, 30, 31, 32, 33, 34]);
    assert_eq!(
        newsroom.refused(&["release", "approve", "valves"]),
        pair(4, "check-errors")
    );
}

#[test]
fn its_clean_twin_fires_nothing() {
    let newsroom = newsroom();
    fs::copy(
        corpus().join("republished-clean.txt"),
        newsroom.path().join("page.txt"),
    )
    .unwrap();
    let said = newsroom.run(&["release", "new", "valves", "--from", "page.txt"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let said = newsroom.good(&["release", "check", "valves", "--json"]);
    assert_eq!(
        said.json()["findings"],
        serde_json::json!([]),
        "{}",
        said.out
    );
}

#[test]
fn wire_style_releases_fire_nothing() {
    let newsroom = newsroom();
    let mut count = 0;
    for entry in fs::read_dir(corpus()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.extension().is_none_or(|end| end != "md") {
            continue;
        }
        count += 1;
        fs::copy(&path, newsroom.path().join(format!("{name}.md"))).unwrap();
        let said = newsroom.run(&["release", "new", &format!("{name}.md")]);
        assert_eq!(said.code, 0, "{name}: {}", said.err);
        let json = newsroom.good(&["release", "check", &name, "--json"]).json();
        assert_eq!(json["findings"], serde_json::json!([]), "{name}");
        newsroom.good(&["release", "approve", &name]);
        let all = [
            "release",
            "check",
            &name,
            "--all-recipients",
            "--list",
            "tech",
            "--json",
        ];
        let json = newsroom.good(&all).json();
        assert_eq!(
            (&json["mails"], &json["findings"]),
            (&2.into(), &serde_json::json!([])),
            "{name}"
        );
    }
    assert!(count >= 14);
}

#[test]
fn what_is_wrong_is_found_in_four_languages() {
    let newsroom = newsroom();
    for (name, expected) in [
        (
            "english",
            "01 02 04 05 06 07 08 09 10 11 12 13 14 15 17 22 23 24 25 26 28 30 32 33 34 35",
        ),
        (
            "deutsch",
            "01 05 06 08 09 11 12 13 14 17 22 23 25 28 32 33 34 38",
        ),
        (
            "francais",
            "01 05 06 08 09 11 12 13 14 17 22 23 25 28 32 33 34 38",
        ),
        (
            "espanol",
            "01 05 06 08 09 11 12 13 14 17 22 23 25 32 33 34 38",
        ),
    ] {
        let file = format!("{name}.md");
        fs::copy(
            corpus().join("faulty").join(&file),
            newsroom.path().join(&file),
        )
        .unwrap();
        assert_eq!(newsroom.run(&["release", "new", &file]).code, 0, "{name}");
        let json = newsroom.run(&["release", "check", name, "--json"]).json();
        let fired: Vec<String> = rules(&json)
            .iter()
            .map(|rule| rule.trim_start_matches("CHK-").to_owned())
            .collect();
        assert_eq!(fired.join(" "), expected, "{name}");
    }
}

#[test]
fn an_error_refuses_until_it_is_set_aside_and_a_new_version_forgets_that() {
    let newsroom = newsroom();
    let text = |word: &str| {
        let text = format!(
            "+++\nslug = \"plant\"\nheadline = \"A tidal plant opens\"\n+++\nThe plant costs {word} dollars.\n"
        );
        fs::write(newsroom.path().join("plant.md"), text).unwrap();
    };
    text("TBD");
    let said = newsroom.run(&["release", "new", "plant.md"]);
    assert!(
        said.out.contains("Check: 1 error") && said.out.contains("CHK-14 error"),
        "{}",
        said.out
    );
    let approve = ["release", "approve", "plant"];
    assert_eq!(newsroom.refused(&approve), pair(4, "check-errors"));
    let aside = |rule, reason| [&approve[..], &["--override", rule, "--reason", reason]].concat();
    assert_eq!(newsroom.refused(&aside("CHK-41", "so")), pair(2, "no-rule"));
    assert_eq!(
        newsroom.refused(&aside("CHK-14", " ")),
        pair(2, "no-reason")
    );
    newsroom.good(&aside("chk-14", "the sum is being counted"));
    let json = newsroom
        .good(&["release", "check", "plant", "--json"])
        .json();
    let finding = &json["findings"][0];
    assert_eq!(
        (&json["errors"], &finding["overridden"]),
        (&0.into(), &"the sum is being counted".into())
    );
    let history = newsroom.good(&["release", "history", "plant", "--json"]);
    assert!(history.out.contains("override"), "{}", history.out);
    text("XXX");
    newsroom.run(&["release", "edit", "plant", "plant.md"]);
    assert_eq!(newsroom.refused(&approve), pair(4, "check-errors"));
}

#[test]
fn every_rule_has_its_page() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs");
    let index = fs::read_to_string(folder.join("checks.md")).unwrap();
    for rule in &dateline::domain::check::rules::RULES {
        let page = fs::read_to_string(folder.join(format!("checks/{}.md", rule.id))).unwrap();
        assert!(
            page.starts_with(&format!("# {}: {}\n", rule.id, rule.title)),
            "{}",
            rule.id
        );
        for heading in ["## Why", "## Example", "## Fix"] {
            assert!(page.contains(heading), "{}: {heading}", rule.id);
        }
        assert!(
            index.contains(&format!("[{}](checks/{0}.md)", rule.id)),
            "{}",
            rule.id
        );
    }
}
