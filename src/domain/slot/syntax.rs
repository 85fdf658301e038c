//! How a merge field is written, and what is wrong with one that is not.

use crate::domain::slot::{KNOWN, is_moment};

/// Bytes of a field with its default; a mark that opens none must not be looked for to the end of a
/// line of two million letters, a hundred thousand times.
const LONGEST: usize = 4096;

/// A merge field found in a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// As written by the author, such as `contact.given_name`.
    pub name: String,
    pub default: Option<String>,
    /// Counted from 1.
    pub line: usize,
    /// Characters, counted from 1.
    pub column: usize,
}

/// A merge field that cannot be filled.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct SlotProblem {
    pub line: usize,
    pub column: usize,
    pub message: String,
}

/// The merge fields of a text in their order, or the first one that is malformed or unknown.
pub fn fields(text: &str) -> Result<Vec<Field>, SlotProblem> {
    let mut found = Vec::new();
    let mut at = 0;
    // Counted on from field to field: a text may have a hundred thousand in one line.
    let (mut line, mut column, mut counted) = (1, 1, 0);
    while let Some(start) = text[at..].find("{{") {
        let start = at + start;
        let between = &text[counted..start];
        counted = start;
        match between.rsplit_once('\n') {
            Some((above, beside)) => {
                line += above.matches('\n').count() + 1;
                column = beside.chars().count() + 1;
            }
            None => column += between.chars().count(),
        }
        let parsed = parse(&text[start..])
            .and_then(authors)
            .map_err(|message| SlotProblem {
                line,
                column,
                message,
            })?;
        at = start + parsed.length;
        found.push(Field {
            name: parsed.name,
            default: parsed.default,
            line,
            column,
        });
    }
    Ok(found)
}

/// Refuses what only the program itself leaves open.
fn authors(parsed: Parsed) -> Result<Parsed, String> {
    if KNOWN.contains(&parsed.name.as_str()) {
        Ok(parsed)
    } else {
        Err(unknown(&parsed.name))
    }
}

fn unknown(name: &str) -> String {
    format!(
        "there is no merge field {name:?}; the nearest is {{{{ {} }}}}",
        nearest(name)
    )
}

pub(crate) struct Parsed {
    pub(crate) name: String,
    pub(crate) default: Option<String>,
    /// Bytes from `{{` to behind `}}`.
    pub(crate) length: usize,
}

/// Reads the field at the start of `text`, which begins with `{{`. The error is a sentence.
pub(crate) fn parse(text: &str) -> Result<Parsed, String> {
    let end = text.floor_char_boundary(LONGEST);
    let line = text[..end].lines().next().unwrap_or_default();
    let mut rest = line.strip_prefix("{{").unwrap_or(line).trim_start();
    let end = rest
        .find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-')))
        .ok_or("a merge field opens with {{ and is not closed with }} on the same line")?;
    let name = &rest[..end];
    rest = rest[end..].trim_start();
    let mut default = None;
    if let Some(after) = rest.strip_prefix('|') {
        let (value, behind) = parse_default(after.trim_start()).ok_or_else(|| {
            format!("after | in the merge field {name} only default(\"text\") may stand")
        })?;
        default = Some(value);
        rest = behind.trim_start();
    }
    let Some(rest) = rest.strip_prefix("}}") else {
        return Err(if line.contains("}}") {
            "a merge field is written {{ contact.given_name }} or \
             {{ contact.given_name | default(\"there\") }}"
                .to_owned()
        } else {
            "a merge field opens with {{ and is not closed with }} on the same line".to_owned()
        });
    };
    if !KNOWN.contains(&name) && !is_moment(name) {
        return Err(unknown(name));
    }
    Ok(Parsed {
        name: name.to_owned(),
        default,
        length: line.len() - rest.len(),
    })
}

/// `default("…")`, with either quote and `\` before a quote or a backslash; and what follows.
fn parse_default(text: &str) -> Option<(String, &str)> {
    let inside = text.strip_prefix("default")?.trim_start();
    let inside = inside.strip_prefix('(')?.trim_start();
    let quote = inside.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut value = String::new();
    let mut chars = inside[1..].char_indices();
    while let Some((index, c)) = chars.next() {
        match c {
            '\\' => value.push(chars.next()?.1),
            c if c == quote => {
                let behind = inside[1 + index + 1..].trim_start().strip_prefix(')')?;
                return Some((value, behind));
            }
            c => value.push(c),
        }
    }
    None
}

fn nearest(name: &str) -> &'static str {
    // What other mailing tools call them; by letters alone "first_name" is nearest to the family's.
    let lower = name.to_lowercase();
    for (word, known) in [
        ("first", "contact.given_name"),
        ("fname", "contact.given_name"),
        ("last", "contact.family_name"),
        ("surname", "contact.family_name"),
        ("company", "contact.outlet"),
        ("medi", "contact.outlet"),
    ] {
        if lower.contains(word) {
            return known;
        }
    }
    let score = |known: &str| {
        let short = known.trim_start_matches("contact.");
        strsim::jaro_winkler(known, &lower).max(strsim::jaro_winkler(short, &lower))
    };
    KNOWN
        .into_iter()
        .max_by(|a, b| score(a).total_cmp(&score(b)))
        .unwrap_or(KNOWN[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_fields_with_their_places() {
        let text = "Dear {{ contact.name }},\nä {{contact.outlet | default('your \\'desk\\'')}}";
        let found = fields(text).unwrap();
        assert_eq!((found[0].line, found[0].column), (1, 6));
        assert_eq!((found[1].line, found[1].column), (2, 3));
        assert_eq!(found[1].default.as_deref(), Some("your 'desk'"));
    }

    #[test]
    fn says_what_is_wrong_and_what_is_near() {
        let cases = [
            ("{{ contact.fist_name }}", "contact.name"),
            ("{{ contact.first_name }}", "contact.given_name"),
            ("{{ contact.outlett }}", "contact.outlet"),
            ("{{ name }}", "contact.name"),
            ("{{ optout }}", "there is no merge field"),
            ("{{ contact.name", "not closed"),
            ("{{", "not closed"),
            ("{{ contact.name }", "not closed"),
            ("{{ contact.name | upper }}", "only default"),
            ("{{ contact.name | default(there) }}", "only default"),
            ("{{ contact.name \n }}", "not closed"),
            ("{{ contact . name }}", "is written"),
            ("{{ }}", "there is no merge field"),
        ];
        for (text, expected) in cases {
            let problem = fields(&format!("Hello\n {text}")).unwrap_err();
            assert!(
                problem.message.contains(expected),
                "{text}: {}",
                problem.message
            );
            assert_eq!((problem.line, problem.column), (2, 2), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in "(\\{\\{|\\}\\}|contact\\.|name|\\||default\\(|\"|\\\\|ä|\n| |\\)){0,16}") {
            let _ = fields(&text);
        }
    }
}
