//! Which links may leave the house, and how they read in print.

/// Whether a link may be clicked in a mail: `http`, `https`, `mailto` and `tel` only; everything else (`javascript:`, `data:`, `file:`,
/// relative ones) is either dangerous or leads nowhere.
pub fn is_allowed_link(url: &str) -> bool {
    let scheme = url.split(':').next().unwrap_or_default();
    let known = ["http", "https", "mailto", "tel"]
        .into_iter()
        .any(|known| scheme.eq_ignore_ascii_case(known));
    known && url.len() > scheme.len() + 1 && !url.contains(char::is_control)
}

/// The address to list for a link, or nothing when the words already say it (bare links, phone
/// numbers) or the link may not leave the house.
pub(crate) fn to_list<'a>(url: &'a str, words: &str) -> Option<&'a str> {
    if !is_allowed_link(url) {
        return None;
    }
    let (scheme, address) = url.split_once(':')?;
    let shown = match scheme.to_ascii_lowercase().as_str() {
        "tel" => return None,
        "mailto" => address,
        _ => url,
    };
    let bare = |text: &str| {
        let text = text.trim();
        let text = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))
            .unwrap_or(text);
        text.trim_end_matches('/').to_lowercase()
    };
    (bare(shown) != bare(words)).then_some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_four_schemes_leave_the_house() {
        for url in [
            "https://a.example",
            "HTTP://a.example",
            "mailto:a@b.example",
            "tel:+1",
        ] {
            assert!(is_allowed_link(url), "{url}");
        }
        for url in [
            "javascript:alert(1)",
            "JaVaScRiPt:x",
            "data:text/html,x",
            "file:///etc",
            "/path",
            "a.example",
            "",
            "https",
            "https:",
            "vbscript:x",
            "java\nscript:x",
            "https://a\n.example",
        ] {
            assert!(!is_allowed_link(url), "{url}");
        }
    }
}
