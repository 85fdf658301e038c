//! What a paragraph's style and numbering mean: a heading, a list, a quote.

use std::collections::BTreeMap;

use crate::intake::docx::element::{self, Element};
use crate::intake::docx::package::Package;
use crate::intake::docx::{DocxProblem, refused};

/// Levels of all lists; old documents that were copied together have some thousands.
const MOST_LEVELS: usize = 100_000;

/// The role of a paragraph.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Role {
    #[default]
    Body,
    Title,
    Subtitle,
    /// 1 to 6.
    Heading(usize),
    Quote,
}

/// A paragraph's place in a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Item {
    pub(crate) level: usize,
    pub(crate) is_numbered: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Styles {
    /// By the id that paragraphs use; Word translates ids, but not names.
    names: BTreeMap<String, String>,
    /// Lists that a style brings: number and level.
    lists: BTreeMap<String, (String, usize)>,
    /// Whether a level of a list counts.
    counts: BTreeMap<(String, usize), bool>,
}

pub(crate) fn read(package: &mut Package<'_>) -> Result<Styles, DocxProblem> {
    let mut styles = Styles::default();
    if let Some(text) = package.text("word/styles.xml")? {
        let root = element::parse(&text)?;
        for style in root.children().filter(|one| one.name == "style") {
            let (Some(id), Some(name)) = (style.get("styleId"), style.value("name")) else {
                continue;
            };
            styles.names.insert(id.to_owned(), name.to_lowercase());
            let list = style.child("pPr").and_then(|its| its.child("numPr"));
            if let Some(list) = list
                && let Some(number) = list.value("numId")
            {
                let place = (number.to_owned(), level(list));
                styles.lists.insert(id.to_owned(), place);
            }
        }
    }
    if let Some(text) = package.text("word/numbering.xml")? {
        let root = element::parse(&text)?;
        styles.counts = counts(&root)?;
    }
    Ok(styles)
}

/// Which levels of which lists count, by way of the abstract lists behind them.
fn counts(root: &Element) -> Result<BTreeMap<(String, usize), bool>, DocxProblem> {
    let mut found = BTreeMap::new();
    let mut forms: BTreeMap<&str, Vec<&Element>> = BTreeMap::new();
    for form in root.children().filter(|one| one.name == "abstractNum") {
        if let Some(id) = form.get("abstractNumId") {
            forms.entry(id).or_default().push(form);
        }
    }
    for number in root.children().filter(|one| one.name == "num") {
        let (Some(id), Some(form)) = (number.get("numId"), number.value("abstractNumId")) else {
            continue;
        };
        for form in forms.get(form).into_iter().flatten() {
            if found.len() > MOST_LEVELS {
                return Err(refused(
                    "docx-bomb",
                    "the document has too many kinds of lists",
                    "copy its text into a new document",
                ));
            }
            for one in form.children().filter(|one| one.name == "lvl") {
                let level = one.get("ilvl").and_then(|level| level.parse().ok());
                let bullet = matches!(one.value("numFmt"), None | Some("bullet" | "none"));
                found.insert((id.to_owned(), level.unwrap_or(0)), !bullet);
            }
        }
    }
    Ok(found)
}

fn level(list: &Element) -> usize {
    let level = list.value("ilvl").and_then(|level| level.parse().ok());
    level.unwrap_or(0).min(8)
}

impl Styles {
    pub(crate) fn role(&self, properties: Option<&Element>) -> Role {
        let id = properties.and_then(|its| its.value("pStyle"));
        let Some(id) = id else { return Role::Body };
        let name = self.names.get(id).map_or(id, String::as_str).to_lowercase();
        match name.as_str() {
            "title" => return Role::Title,
            "subtitle" => return Role::Subtitle,
            "quote" | "intense quote" | "quotations" | "block text" => return Role::Quote,
            _ => {}
        }
        let heading = name.strip_prefix("heading").map(str::trim);
        match heading.and_then(|level| level.parse().ok()) {
            Some(level @ 1..=6) => Role::Heading(level),
            _ => Role::Body,
        }
    }

    /// None: no list, or one that was switched off for this paragraph (number 0).
    pub(crate) fn item(&self, properties: Option<&Element>) -> Option<Item> {
        let properties = properties?;
        let own = properties.child("numPr");
        let by_style = || self.lists.get(properties.value("pStyle")?).cloned();
        let (number, level) = match own.and_then(|list| list.value("numId")) {
            Some(number) => (number.to_owned(), own.map_or(0, level)),
            None => by_style()?,
        };
        if number == "0" {
            return None;
        }
        let is_numbered = self.counts.get(&(number, level)).copied();
        Some(Item {
            level,
            is_numbered: is_numbered.unwrap_or(false),
        })
    }
}
