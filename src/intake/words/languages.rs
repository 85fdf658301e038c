//! Names of languages to BCP 47.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::intake::cell::key;

const NAMES: &[(&str, &str)] = &[
    ("en", "english englisch anglais ingles"),
    ("de", "german deutsch allemand aleman"),
    ("fr", "french franzosisch francais frances"),
    ("es", "spanish spanisch espagnol espanol castellano"),
    ("it", "italian italienisch italien italiano"),
    ("pt", "portuguese portugiesisch portugais portugues"),
    (
        "nl",
        "dutch niederlandisch neerlandais nederlands neerlandes",
    ),
    ("pl", "polish polnisch polonais polski polaco"),
    ("sv", "swedish schwedisch suedois svenska sueco"),
    ("da", "danish danisch danois dansk danes"),
    ("nb", "norwegian norwegisch norvegien norsk noruego"),
    ("fi", "finnish finnisch finnois suomi finlandes"),
    ("cs", "czech tschechisch tcheque cestina checo"),
    ("hu", "hungarian ungarisch hongrois magyar hungaro"),
    ("el", "greek griechisch grec griego"),
    ("tr", "turkish turkisch turc turkce turco"),
    ("ru", "russian russisch russe ruso"),
    ("uk", "ukrainian ukrainisch ukrainien ucraniano"),
    ("ar", "arabic arabisch arabe"),
    ("he", "hebrew hebraisch hebreu hebreo"),
    ("zh", "chinese chinesisch chinois chino mandarin"),
    ("ja", "japanese japanisch japonais japones"),
    ("ko", "korean koreanisch coreen coreano"),
    ("hi", "hindi"),
    ("ca", "catalan katalanisch catala"),
    ("ga", "irish irisch irlandais irlandes"),
    ("cy", "welsh walisisch gallois gales"),
];

/// The tag of every name.
static LANGUAGES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    let mut languages = HashMap::new();
    for (tag, names) in NAMES {
        for name in names.split_whitespace() {
            languages.entry(name).or_insert(*tag);
        }
    }
    languages
});

/// A tag such as `en` or `de-AT`, in its usual case; `None` where the cell is no language.
pub(crate) fn language(cell: &str) -> Option<String> {
    let name = key(cell);
    if let Some(tag) = LANGUAGES.get(name.as_str()) {
        return Some((*tag).to_owned());
    }
    let tag = cell.trim().replace('_', "-");
    let mut parts = tag.split('-');
    let language = parts.next()?.to_lowercase();
    if !matches!(language.len(), 2 | 3) || !language.chars().all(|c| c.is_ascii_lowercase()) {
        return None;
    }
    let mut result = language;
    for part in parts {
        if !matches!(part.len(), 2..=8) || !part.chars().all(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
        result.push('-');
        result.push_str(&if part.len() == 2 {
            part.to_uppercase()
        } else {
            part.to_lowercase()
        });
    }
    Some(result)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_tags_become_tags() {
        assert_eq!(language("Français").as_deref(), Some("fr"));
        assert_eq!(language("DE_at").as_deref(), Some("de-AT"));
        assert_eq!(language("English (UK)"), None);
        assert_eq!(language(""), None);
    }
}
