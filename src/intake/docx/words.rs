//! Runs of words into one line of Markdown that reads back as the same words.

/// A stretch of text in one dress.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Run {
    pub(crate) text: String,
    pub(crate) bold: bool,
    pub(crate) italic: bool,
    pub(crate) link: Option<String>,
    /// Markdown already: a picture.
    pub(crate) is_markdown: bool,
}

/// The runs of a paragraph; inside a table a `|` must not open the next cell.
pub(crate) fn markdown(runs: &[Run], in_table: bool) -> String {
    let mut merged: Vec<Run> = Vec::new();
    for run in runs.iter().filter(|run| !run.text.is_empty()) {
        match merged.last_mut() {
            // Word cuts one sentence into many runs.
            Some(last)
                if (last.bold, last.italic) == (run.bold, run.italic)
                    && last.link == run.link
                    && !last.is_markdown
                    && !run.is_markdown =>
            {
                last.text.push_str(&run.text);
            }
            _ => merged.push(run.clone()),
        }
    }
    let mut line = String::new();
    for run in &merged {
        put(run, in_table, &mut line);
    }
    let line = line.trim().to_owned();
    if in_table { line } else { no_block(line) }
}

fn put(run: &Run, in_table: bool, line: &mut String) {
    if run.is_markdown {
        line.push_str(&run.text);
        return;
    }
    let words = run.text.trim_matches([' ', '\u{a0}', '\n']);
    // Blanks stand outside the marks, or the marks are no marks.
    let start = run.text.len() - run.text.trim_start_matches([' ', '\u{a0}', '\n']).len();
    let (before, rest) = run.text.split_at(start);
    let after = &rest[words.len()..];
    line.push_str(&breaks(before));
    if !words.is_empty() {
        let marks = match (run.bold, run.italic) {
            (true, true) => "***",
            (true, false) => "**",
            (false, true) => "*",
            (false, false) => "",
        };
        line.push_str(marks);
        let bare = run.link.as_deref() == Some(words);
        match &run.link {
            Some(_) if bare => line.push_str(words),
            Some(target) => {
                let safe = target.replace(' ', "%20").replace('(', "%28");
                let safe = safe.replace(')', "%29");
                let shown = escaped(words, in_table);
                line.extend(["[", &shown, "](", &safe, ")"]);
            }
            None => line.push_str(&escaped(words, in_table)),
        }
        line.push_str(marks);
    }
    line.push_str(&breaks(after));
}

/// A line break that the author made by hand.
fn breaks(text: &str) -> String {
    text.replace('\n', "\\\n")
}

/// Only where Markdown would read a mark into it: what the author typed stays readable.
fn escaped(text: &str, in_table: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let letters: Vec<char> = text.chars().collect();
    for (place, c) in letters.iter().enumerate() {
        let near = |at: Option<usize>| {
            let other = at.and_then(|at| letters.get(at));
            other.is_some_and(|other| other.is_alphanumeric())
        };
        let inside_word = near(place.checked_sub(1)) && near(Some(place + 1));
        let special = match c {
            '\\' | '*' | '`' | '[' | ']' | '<' | '~' => true,
            '_' => !inside_word,
            '|' => in_table,
            _ => false,
        };
        match c {
            '\n' => out.push_str("\\\n"),
            _ if special => out.extend(['\\', *c]),
            _ => out.push(*c),
        }
    }
    out
}

/// A paragraph that begins like a heading, a list, a quote or a rule stays a paragraph.
fn no_block(line: String) -> String {
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let numbered = digits > 0
        && line[digits..].starts_with(['.', ')'])
        && line[digits + 1..].starts_with([' ', '\t']);
    if numbered {
        return format!("{}\\{}", &line[..digits], &line[digits..]);
    }
    let listed = line.starts_with(['-', '+']) && line[1..].starts_with([' ', '\t', '-']);
    if listed || line.starts_with(['#', '>', '=']) || line == "-" || line == "+++" {
        return format!("\\{line}");
    }
    line
}
