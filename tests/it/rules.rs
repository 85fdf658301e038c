//! Each rule of the release check with a text that has its fault, and a near miss that has not.

mod story;

use dateline::domain::check::Severity;
use dateline::domain::check::holiday::Holiday;
use dateline::domain::content::{Asset, AssetUse, VersionKind};

use crate::rules::story::Story;

/// Rule, language, a text with the fault, and one that is nearly so.
const CASES: &str = include_str!("rules.tsv");

fn cases() -> impl Iterator<Item = (&'static str, &'static str, String, String)> {
    let lines = CASES.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap();
        let (rule, language) = (next(), next());
        (rule, language, unfolded(next()), unfolded(next()))
    })
}

/// `\n` and `<U+00A0>` as the characters that they stand for.
fn unfolded(text: &str) -> String {
    let mut pieces = text.split("<U+");
    let mut out = pieces.next().unwrap_or_default().replace("\\n", "\n");
    for piece in pieces {
        let (code, rest) = piece.split_once('>').unwrap();
        let code = u32::from_str_radix(code, 16).unwrap();
        out.push(char::from_u32(code).unwrap());
        out += &rest.replace("\\n", "\n");
    }
    out
}

#[test]
fn each_rule_has_a_hit_and_a_near_miss() {
    let mut wrong = Vec::new();
    for (rule, language, hit, miss) in cases() {
        let rule = format!("CHK-{rule}");
        let fires = |body: &str| {
            let body = format!("Harbour Light opens it.\n\n{body}\n\nIt goes on.");
            // What stands at the end of a text stands at its end.
            let body = if body.contains("###")
                || body.contains("-30-")
                || body.contains("EMBARG")
                || body.contains("Sperrfrist:")
            {
                body.replace("Harbour Light opens it.\n\n", "")
                    .replace("\n\nIt goes on.", "")
            } else {
                body
            };
            let found = Story::new(language, &body).finding(&rule);
            // Length is told by the same rule as the end mark.
            found.filter(|found| found.severity != Severity::Advice || rule != "CHK-38")
        };
        if fires(&hit).is_none() {
            wrong.push(format!("{rule} {language} is silent on: {hit}"));
        }
        if let Some(found) = fires(&miss) {
            let place = found.positions.first().map(|spot| spot.excerpt.clone());
            wrong.push(format!(
                "{rule} {language} fires on: {miss} ({}, {place:?})",
                found.message
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let rules: std::collections::BTreeSet<&str> = cases().map(|case| case.0).collect();
    assert_eq!(rules.len(), 23, "{rules:?}");
}

/// Asserts what one change of a story does to a rule.
#[track_caller]
fn turns(rule: &str, hit: impl FnOnce(&mut Story), miss: impl FnOnce(&mut Story)) {
    let body = "Harbour Light opens its plant. See https://harbourlight.site/a for more.";
    let mut bad = Story::new("en", body);
    hit(&mut bad);
    assert!(
        bad.finding(rule).is_some(),
        "{rule} is silent: {:?}",
        bad.findings()
    );
    let mut good = Story::new("en", body);
    miss(&mut good);
    assert_eq!(good.finding(rule), None, "{rule}");
}

#[test]
fn who_can_be_called() {
    turns(
        "CHK-03",
        |s| s.text().press_contacts[0].email = None,
        |_| {},
    );
    turns(
        "CHK-04",
        |s| s.text().press_contacts[0].phone = None,
        |_| {},
    );
    turns(
        "CHK-04",
        |s| s.text().press_contacts.clear(),
        |s| {
            s.text().press_contacts.clear();
            s.text().body +=
                "\n\nMedia contact:\nAna Reyes, +44 20 7946 0100, ana@harbourlight.site";
        },
    );
    turns(
        "CHK-04",
        |s| s.text().press_contacts[0].name = "Press Office".to_owned(),
        |s| s.text().press_contacts[0].name = "Rosa Press".to_owned(),
    );
}

#[test]
fn days_of_the_dateline() {
    turns(
        "CHK-10",
        |s| s.send_at = Some("2026-11-21T09:00:00Z"),
        |s| {
            s.send_at = Some("2026-11-20T09:00:00Z");
        },
    );
    // Late on the 20th in New York is the 21st in London.
    turns(
        "CHK-10",
        |s| s.send_at = Some("2026-11-21T02:00:00Z"),
        |s| {
            s.send_at = Some("2026-11-21T02:00:00Z");
            s.zone = "America/New_York";
        },
    );
    turns(
        "CHK-10",
        |s| s.now = "2026-11-22T09:00:00Z",
        |s| s.now = "2026-11-20T09:00:00Z",
    );
    let city = |s: &mut Story, city: &str| {
        let dateline = s.text().dateline.as_mut().unwrap();
        city.clone_into(&mut dateline.city);
        dateline.country = None;
    };
    turns("CHK-12", |s| city(s, "Whitby"), |s| city(s, "London"));
    turns(
        "CHK-12",
        |s| s.text().body = "LONDON opens.".to_owned(),
        |s| s.text().body = "Londoners open it.".to_owned(),
    );
}

#[test]
fn embargoes_in_text_and_record() {
    let said = |s: &mut Story, line: &str, until: &str| {
        s.text().body = format!("{line}\n\nHarbour Light opens its plant.");
        let moved = std::mem::replace(s, Story::new("en", ""));
        *s = moved.until(until);
    };
    let until = "2026-11-20 09:00 Europe/London";
    turns(
        "CHK-17",
        |s| said(s, "FOR IMMEDIATE RELEASE", until),
        |s| said(s, "EMBARGOED UNTIL 9 a.m. GMT, November 20, 2026", until),
    );
    for wrong in [
        "EMBARGOED UNTIL 9 a.m. GMT, November 21, 2026",
        "EMBARGOED UNTIL 9 p.m. GMT, November 20, 2026",
        "EMBARGOED UNTIL 10:00 GMT, November 20, 2026",
    ] {
        turns(
            "CHK-18",
            |s| said(s, wrong, until),
            |s| {
                said(
                    s,
                    "EMBARGOED UNTIL 4 a.m. EST / 09:00 GMT, Friday, November 20, 2026",
                    until,
                );
            },
        );
    }
    let pdf = |s: &mut Story, name: &str| {
        s.version.assets.push(Asset {
            file_name: name.to_owned(),
            media_type: "application/pdf".to_owned(),
            ..Asset::default()
        });
        said(s, "Harbour Light", until);
    };
    turns(
        "CHK-19",
        |s| pdf(s, "facts.pdf"),
        |s| pdf(s, "EMBARGOED-facts.pdf"),
    );
    let lead = |s: &mut Story, advance: &'static str, until: &str| {
        s.advance_at = Some(advance);
        said(s, "Harbour Light", until);
    };
    turns(
        "CHK-20",
        |s| lead(s, "2026-11-19T20:00:00Z", until),
        |s| lead(s, "2026-11-18T20:00:00Z", until),
    );
    turns(
        "CHK-20",
        |s| said(s, "Harbour Light", "2026-11-21 09:00 Europe/London"),
        |s| said(s, "Harbour Light", until),
    );
    let off = |s: &mut Story, until: &str| {
        let days = ["2026-11-26", "12-25"].map(|day| Holiday::try_from(day.to_owned()).unwrap());
        s.style.holidays = days.to_vec();
        said(s, "Harbour Light", until);
    };
    // It is still Thursday in New York, where the embargo is at home.
    turns(
        "CHK-20",
        |s| off(s, "2026-11-26 23:00 America/New_York"),
        |s| off(s, "2026-11-25 23:00 America/New_York"),
    );
    turns(
        "CHK-20",
        |s| off(s, "2029-12-25 09:00 Europe/London"),
        |s| off(s, "2027-11-26 09:00 Europe/London"),
    );
}

#[test]
fn headlines() {
    let head = |s: &mut Story, words: &str| words.clone_into(&mut s.text().headline);
    let long = format!("Harbour Light Opens {}", "a Plant ".repeat(12));
    turns("CHK-21", |s| head(s, &long), |s| head(s, &long[..100]));
    turns(
        "CHK-22",
        |s| head(s, "A Tidal Plant Opens"),
        |s| head(s, "Harbour Light’s Plant Opens"),
    );
    for bad in [
        "HARBOUR LIGHT OPENS ITS PLANT",
        "Harbour Light Opens!",
        "Harbour Light opens its plant.",
    ] {
        turns(
            "CHK-23",
            |s| head(s, bad),
            |s| head(s, "Harbour Light Buys Acme Inc."),
        );
    }
    let sub = |s: &mut Story, words: &str| s.text().subheads = vec![words.to_owned()];
    turns(
        "CHK-24",
        |s| {
            sub(
                s,
                "Tidal plant for 9,000 homes opens in the harbour of Light",
            );
        },
        |s| sub(s, "Twelve turbines feed the homes of the north shore"),
    );
    for bad in [
        "Re: Harbour Light",
        "Press release",
        "Harbour Light opens \u{1f389}",
        "",
    ] {
        turns(
            "CHK-39",
            |s| head(s, bad),
            |s| head(s, "Reform of Harbour Light’s Press Work"),
        );
    }
}

#[test]
fn shares_and_outlooks() {
    let listed = |s: &mut Story, body: &str| {
        s.text().issuers[0].tickers = vec!["NYSE: HRB".to_owned()];
        body.clone_into(&mut s.text().body);
    };
    turns(
        "CHK-26",
        |s| listed(s, "Harbour Light opens."),
        |s| listed(s, "Harbour Light (NYSE: HRB) opens."),
    );
    turns(
        "CHK-26",
        |s| listed(s, "Harbour Light (NASDAQ: HRB) opens."),
        |s| {
            listed(s, "Harbour Light (NYSE:HRB) opens.");
        },
    );
    turns(
        "CHK-26",
        |s| s.listed = vec!["harbour-light".to_owned()],
        |s| {
            s.listed = vec!["harbour-light".to_owned()];
            s.text().body = "Harbour Light (LSE: HRB) opens.".to_owned();
        },
    );
    turns(
        "CHK-27",
        |s| listed(s, "Harbour Light expects revenue of 40 million."),
        |s| {
            listed(
                s,
                "Harbour Light expects 40 guests. Revenue was 40 million.",
            );
        },
    );
    let mut idle = Story::new("en", "Harbour Light opens.");
    idle.text().forward_looking = Some("Some of it may not come true.".to_owned());
    assert_eq!(idle.finding("CHK-27").unwrap().severity, Severity::Advice);
}

#[test]
fn files_and_pictures() {
    let file = |s: &mut Story, name: &str, size: u64| {
        s.version.assets.push(Asset {
            file_name: name.to_owned(),
            media_type: "application/octet-stream".to_owned(),
            size,
            ..Asset::default()
        });
    };
    turns(
        "CHK-36",
        |s| file(s, "macro.docm", 9),
        |s| file(s, "facts.docx", 9),
    );
    turns(
        "CHK-36",
        |s| file(s, "b-roll.mov", 11 << 20),
        |s| file(s, "b-roll.mov", 9 << 20),
    );
    let picture = |s: &mut Story, words: Option<&str>, use_: AssetUse| {
        let words = words.map(str::to_owned);
        s.version.assets.push(Asset {
            file_name: "turbine.jpg".to_owned(),
            media_type: "image/jpeg".to_owned(),
            alt: words.clone(),
            caption: words.clone(),
            credit: words,
            use_,
            ..Asset::default()
        });
    };
    for use_ in [AssetUse::Attach, AssetUse::Inline] {
        turns(
            "CHK-37",
            |s| picture(s, None, use_),
            |s| picture(s, Some("A turbine"), use_),
        );
    }
    let mut inline = Story::new("en", "Text.");
    picture(&mut inline, None, AssetUse::Inline);
    assert_eq!(inline.finding("CHK-37").unwrap().severity, Severity::Error);
}

#[test]
fn corrections_say_what_was_wrong() {
    let kind = |s: &mut Story, note: Option<&str>| {
        s.version.kind = VersionKind::Correction;
        s.version.note = note.map(str::to_owned);
    };
    turns(
        "CHK-40",
        |s| kind(s, None),
        |s| kind(s, Some("It opens on Tuesday.")),
    );
}

#[test]
fn length_paragraphs_and_end() {
    let long = "The plant turns with the tide. ".repeat(20);
    let words = |s: &mut Story, body: String| s.text().body = body;
    turns(
        "CHK-38",
        |s| words(s, long.clone()),
        |s| {
            words(s, "The plant turns with the tide.\n\n".repeat(40));
        },
    );
    turns(
        "CHK-38",
        |s| words(s, "word ".repeat(9)),
        |s| {
            words(s, "The plant turns with the tide.\n\n".repeat(40));
        },
    );
}
