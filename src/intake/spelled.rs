//! Addresses as people hide them from robots: `jana (at) daily [dot] example`.

/// What stands in brackets in place of the `@`.
const AT: [&str; 9] = [
    "at",
    "a",
    "ät",
    "aet",
    "et",
    "@",
    "arroba",
    "arobase",
    "chiocciola",
];
/// And in place of a dot.
const DOT: [&str; 5] = ["dot", "punkt", "point", "punto", "."];

/// The text with its `@`, where a word in brackets stands for it; `None` for any other.
pub(crate) fn with_its_mark(text: &str) -> Option<String> {
    if !text.contains(['(', '[', '{']) {
        return None;
    }
    let (marked, ats) = replaced(text, &AT, '@');
    // Beside a real one, the word is a comment.
    if ats == 0 || marked.matches('@').count() != ats {
        return None;
    }
    Some(replaced(&marked, &DOT, '.').0)
}

/// `text` with a mark for each of the words in brackets, and for the blanks around it.
fn replaced(text: &str, words: &[&str], mark: char) -> (String, usize) {
    let mut done = String::with_capacity(text.len());
    let mut count = 0;
    let mut rest = text;
    while let Some(start) = rest.find(['(', '[', '{']) {
        let open = rest[start..].chars().next().unwrap_or('(');
        let close = match open {
            '(' => ')',
            '[' => ']',
            _ => '}',
        };
        let inside = &rest[start + 1..];
        let Some(length) = inside.find(close) else {
            break;
        };
        let word = inside[..length].trim().to_lowercase();
        if words.contains(&word.as_str()) {
            done.push_str(rest[..start].trim_end());
            done.push(mark);
            count += 1;
            rest = inside[length + 1..].trim_start();
        } else {
            done.push_str(&rest[..=start]);
            rest = inside;
        }
    }
    done.push_str(rest);
    (done, count)
}

#[cfg(test)]
mod tests {
    use super::with_its_mark;

    #[test]
    fn a_hidden_address_is_found() {
        for text in [
            "jana(at)daily.example",
            "jana (at) daily (dot) example",
            "jana[at]daily[dot]example",
            "jana { AT } daily.example",
            "jana[@]daily.example",
            "jana(ät)daily(punkt)example",
            "jana (arroba) daily (punto) example",
        ] {
            let found = with_its_mark(text);
            assert_eq!(found.as_deref(), Some("jana@daily.example"), "{text}");
        }
    }

    #[test]
    fn what_is_none_stays_as_it_is() {
        for text in [
            "jana@daily.example (at home)",
            "jana@daily.example (at)",
            "jana (work)",
            "jana at daily.example",
            "(",
            "jana (at",
        ] {
            assert_eq!(with_its_mark(text), None, "{text}");
        }
    }
}
