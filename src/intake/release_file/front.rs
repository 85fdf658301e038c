//! The front matter of a release file: TOML keys into the draft's fields, each problem with its line.

use toml::de::{DeTable, DeValue};

use crate::domain::content::{AssetUse, Dateline, Download, Place, StateStyle, VersionKind};
use crate::domain::slot;
use crate::intake::release_file::keys::{Keys, Value};
use crate::intake::release_file::{AssetDraft, FileProblem, ReleaseDraft};

const KEYS: [&str; 19] = [
    "slug",
    "headline",
    "subheads",
    "organizations",
    "dateline",
    "wire_credit",
    "state_style",
    "boilerplates",
    "press_contacts",
    "embargo",
    "assets",
    "language",
    "kind",
    "material",
    "tickers",
    "end_mark",
    "source_url",
    "forward_looking",
    "downloads",
];
const DATELINE_KEYS: [&str; 5] = ["city", "region", "country", "date", "also"];
const PLACE_KEYS: [&str; 3] = ["city", "region", "country"];
const DOWNLOAD_KEYS: [&str; 5] = ["url", "title", "caption", "credit", "rights"];
const ASSET_KEYS: [&str; 6] = ["file", "alt", "caption", "credit", "rights", "use"];

/// Reads what it can and adds a problem for everything else; `first_line` is the file's line on
/// which `front` begins.
pub(crate) fn read(
    front: &str,
    first_line: usize,
    problems: &mut Vec<FileProblem>,
) -> ReleaseDraft {
    let (table, errors) = DeTable::parse_recoverable(front);
    let mut keys = Keys {
        front,
        first_line,
        problems,
    };
    for error in &errors {
        let at = error.span().map_or(0, |span| span.start);
        // A mark within its own marks is what goes wrong most.
        let before = front.get(..at).unwrap_or(front);
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        let line = front[line..].lines().next().unwrap_or_default();
        let advice = if line.matches('"').count() > 2 {
            "; a quotation mark inside the value is written \\\", or the value stands between '…'"
        } else {
            ""
        };
        let message = format!("this is not TOML: {}{advice}", error.message());
        keys.problem(at, "toml", message);
    }
    let mut draft = ReleaseDraft::default();
    let table = table.get_ref();
    keys.known(table, &KEYS, "");
    for (key, value) in table {
        field(&mut keys, &mut draft, key.get_ref(), value);
    }
    if errors.is_empty() {
        required(&mut keys, table, &draft);
    }
    draft
}

fn required(keys: &mut Keys<'_>, table: &DeTable<'_>, draft: &ReleaseDraft) {
    for (name, value, example) in [
        ("slug", &draft.slug, "harbour-light"),
        (
            "headline",
            &draft.headline,
            "Harbour Light Opens Its First Tidal Plant",
        ),
    ] {
        let given = table
            .get(name)
            .map(|value| (value.span().start, value.get_ref()));
        match given {
            None => keys.missing(name, example),
            Some((at, DeValue::String(_))) if value.is_empty() => {
                keys.problem(
                    at,
                    "missing",
                    format!("{name} is empty: write {name} = \"{example}\""),
                );
            }
            Some(_) => {}
        }
    }
}

fn field(keys: &mut Keys<'_>, draft: &mut ReleaseDraft, name: &str, value: &Value<'_>) {
    let at = value.span().start;
    match name {
        "slug" => {
            draft.slug = keys.text(name, value).unwrap_or_default();
            if !draft.slug.is_empty() && !is_slug(&draft.slug) {
                keys.problem(
                    at,
                    "bad-slug",
                    format!(
                        "the slug {:?} may hold only a to z, 0 to 9 and -, at most 64 of them",
                        draft.slug
                    ),
                );
            }
        }
        "headline" => {
            draft.headline = keys.text(name, value).unwrap_or_default();
            merge_fields(keys, at, &draft.headline);
        }
        "subheads" => {
            draft.subheads = keys.texts(name, value);
            for subhead in &draft.subheads {
                merge_fields(keys, at, subhead);
            }
        }
        "organizations" => draft.organizations = keys.texts(name, value),
        "boilerplates" => draft.boilerplates = keys.texts(name, value),
        "press_contacts" => draft.press_contacts = blocks(keys, value),
        "forward_looking" => draft.forward_looking = keys.prose(name, value),
        "downloads" => draft.downloads = downloads(keys, value),
        "tickers" => draft.tickers = keys.texts(name, value),
        "wire_credit" => draft.wire_credit = keys.filled(name, value),
        "end_mark" => draft.end_mark = keys.filled(name, value),
        "embargo" => draft.embargo = embargo(keys, value),
        "source_url" => {
            draft.source_url = keys.filled(name, value);
            let web = |url: &String| url.starts_with("https://") || url.starts_with("http://");
            if draft.source_url.as_ref().is_some_and(|url| !web(url)) {
                keys.problem(
                    at,
                    "bad-value",
                    "source_url must begin with https://".to_owned(),
                );
            }
        }
        "language" => {
            draft.language = keys.filled(name, value);
            if draft
                .language
                .as_ref()
                .is_some_and(|language| !is_language(language))
            {
                keys.problem(
                    at,
                    "bad-value",
                    "language is a code such as \"en\" or \"de-AT\"".to_owned(),
                );
            }
        }
        "material" => draft.material = keys.flag(name, value),
        "kind" => {
            let words = VersionKind::ALL.map(VersionKind::as_str);
            draft.kind = keys.choice(name, value, &words, VersionKind::parse);
        }
        "state_style" => {
            let words = ["full", "abbreviated", "postal"];
            draft.state_style = Some(keys.choice(name, value, &words, StateStyle::parse));
        }
        "dateline" => draft.dateline = dateline(keys, value),
        "assets" => draft.assets = assets(keys, value),
        // `known` has reported it.
        _ => {}
    }
}

fn merge_fields(keys: &mut Keys<'_>, at: usize, text: &str) {
    if let Err(problem) = slot::fields(text) {
        keys.problem(at, "merge-field", problem.message);
    }
}

/// An unquoted TOML date-time is an instant as good as a quoted one.
fn embargo(keys: &mut Keys<'_>, value: &Value<'_>) -> Option<String> {
    if let DeValue::Datetime(instant) = value.get_ref() {
        return Some(instant.to_string());
    }
    let text = keys.filled("embargo", value);
    // Somebody meant to write one: going on without it could be a broken embargo.
    if text.is_none() && value.get_ref().as_str().is_some() {
        let message = "embargo is empty: write the lift, such as embargo = \"2026-11-03 09:00 America/Vancouver\", or remove the line";
        keys.problem(value.span().start, "missing", message.to_owned());
    }
    text
}

fn dateline(keys: &mut Keys<'_>, value: &Value<'_>) -> Option<Dateline> {
    let example = "{ city = \"Vancouver\", region = \"British Columbia\", country = \"CA\", date = 2026-11-03 }";
    let Some(table) = value.get_ref().as_table() else {
        keys.wrong_type("dateline", value, example);
        return None;
    };
    keys.known(table, &DATELINE_KEYS, "dateline.");
    let mut dateline = Dateline::default();
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "city" => dateline.city = keys.text("city", value).unwrap_or_default(),
            "region" => dateline.region = keys.filled("region", value),
            "country" => dateline.country = keys.filled("country", value),
            "date" => dateline.date = keys.date("date", value),
            "also" => dateline.also = places(keys, value),
            _ => {}
        }
    }
    if dateline.city.is_empty() {
        let at = value.span().start;
        keys.problem(
            at,
            "missing",
            format!("the dateline has no city: write dateline = {example}"),
        );
    }
    Some(dateline)
}

/// `["ana", "bo"]`: each by themselves; `[["ana", "bo"], "cy"]`: Ana and Bo in one block.
fn blocks(keys: &mut Keys<'_>, value: &Value<'_>) -> Vec<Vec<String>> {
    let Some(list) = value.get_ref().as_array() else {
        keys.wrong_type("press_contacts", value, "[\"…\", \"…\"]");
        return Vec::new();
    };
    let mut blocks = Vec::new();
    for entry in list {
        let block = if entry.get_ref().as_array().is_some() {
            keys.texts("press_contacts", entry)
        } else {
            keys.filled("press_contacts", entry).into_iter().collect()
        };
        if !block.is_empty() {
            blocks.push(block);
        }
    }
    blocks
}

/// The further cities of a dateline.
fn places(keys: &mut Keys<'_>, value: &Value<'_>) -> Vec<Place> {
    let example = "[{ city = \"Seattle\" }]";
    let Some(list) = value.get_ref().as_array() else {
        keys.wrong_type("also", value, example);
        return Vec::new();
    };
    let mut places = Vec::new();
    for entry in list {
        let Some(table) = entry.get_ref().as_table() else {
            keys.wrong_type("also", entry, example);
            continue;
        };
        keys.known(table, &PLACE_KEYS, "dateline.also.");
        let mut place = Place::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "city" => place.city = keys.text("city", value).unwrap_or_default(),
                "region" => place.region = keys.filled("region", value),
                "country" => place.country = keys.filled("country", value),
                _ => {}
            }
        }
        if place.city.is_empty() {
            let message = format!("a further place has no city: write also = {example}");
            keys.problem(entry.span().start, "missing", message);
        }
        places.push(place);
    }
    places
}

/// Files too large for mail: links that the mail prints.
fn downloads(keys: &mut Keys<'_>, value: &Value<'_>) -> Vec<Download> {
    let example = "[{ url = \"https://example.com/b-roll.mp4\", title = \"B-roll, 1.2 GB\" }]";
    let Some(list) = value.get_ref().as_array() else {
        keys.wrong_type("downloads", value, example);
        return Vec::new();
    };
    let mut downloads = Vec::new();
    for entry in list {
        let Some(table) = entry.get_ref().as_table() else {
            keys.wrong_type("downloads", entry, example);
            continue;
        };
        keys.known(table, &DOWNLOAD_KEYS, "downloads.");
        let mut download = Download::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "url" => download.url = keys.text("url", value).unwrap_or_default(),
                "title" => download.title = keys.text("title", value).unwrap_or_default(),
                "caption" => download.caption = keys.filled("caption", value),
                "credit" => download.credit = keys.filled("credit", value),
                "rights" => download.rights = keys.filled("rights", value),
                _ => {}
            }
        }
        // Over plain http a proxy could exchange what a newsroom downloads.
        if !download.url.starts_with("https://") || download.title.is_empty() {
            let message =
                format!("a download needs a url with https:// and a title: downloads = {example}");
            keys.problem(entry.span().start, "bad-value", message);
        }
        downloads.push(download);
    }
    downloads
}

fn assets(keys: &mut Keys<'_>, value: &Value<'_>) -> Vec<AssetDraft> {
    let example = "[{ file = \"turbine.jpg\", alt = \"A turbine being lowered\" }]";
    let Some(list) = value.get_ref().as_array() else {
        keys.wrong_type("assets", value, example);
        return Vec::new();
    };
    let mut assets = Vec::new();
    for entry in list {
        let Some(table) = entry.get_ref().as_table() else {
            keys.wrong_type("assets", entry, example);
            continue;
        };
        keys.known(table, &ASSET_KEYS, "assets.");
        let mut asset = AssetDraft::default();
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "file" => asset.file = keys.text("file", value).unwrap_or_default(),
                "alt" => asset.alt = keys.filled("alt", value),
                "caption" => asset.caption = keys.filled("caption", value),
                "credit" => asset.credit = keys.filled("credit", value),
                "rights" => asset.rights = keys.filled("rights", value),
                "use" => {
                    let words = ["attach", "inline", "link"];
                    asset.use_ = keys.choice("use", value, &words, AssetUse::parse);
                }
                _ => {}
            }
        }
        if asset.file.is_empty() {
            let at = entry.span().start;
            keys.problem(
                at,
                "missing",
                format!("an asset has no file: write assets = {example}"),
            );
        }
        assets.push(asset);
    }
    assets
}

fn is_slug(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// The shape of BCP 47: `en`, `de-AT`, `zh-Hant-TW`.
fn is_language(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    let short = |part: &str, range: std::ops::RangeInclusive<usize>| range.contains(&part.len());
    short(first, 2..=3)
        && first.bytes().all(|b| b.is_ascii_lowercase())
        && parts.all(|part| short(part, 2..=8) && part.bytes().all(|b| b.is_ascii_alphanumeric()))
}
