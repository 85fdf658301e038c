//! Reading a filter: what cannot be read is refused at its column, with what was expected there.

use crate::domain::filter::value::wanted;
use crate::domain::filter::{Event, Field, Filter, FilterProblem, Order, Period, Wanted, When};
use crate::domain::name;

/// In characters; what is longer is no filter that anybody wrote.
const LONGEST: usize = 4000;
/// Groups inside groups.
const DEEPEST: usize = 20;

/// Words that cannot be looked for without quotation marks.
pub(super) const KEYWORDS: [&str; 4] = ["or", "and", "not", "none"];

pub(super) type Read<T> = Result<T, FilterProblem>;

/// Reads a filter.
///
/// Errors: the column at which it goes wrong, and what was expected there.
pub fn parse(text: &str) -> Read<Filter> {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() > LONGEST {
        let message = format!("it is longer than {LONGEST} characters");
        return Err(FilterProblem::new(
            LONGEST,
            message,
            "make two lists of it, and name them: list:one,two",
        ));
    }
    if let Some(at) = letters
        .iter()
        .position(|c| c.is_control() && !c.is_whitespace())
    {
        let hint = "take the control character out";
        return Err(FilterProblem::new(at, "stands no readable character", hint));
    }
    let mut reader = Reader {
        letters,
        at: 0,
        depth: 0,
    };
    let filter = reader.any()?;
    if reader.peek() == Some(')') {
        let hint = "take the ) away, or write a ( before its group";
        return Err(reader.problem("a ) closes nothing", hint));
    }
    Ok(filter)
}

struct Reader {
    letters: Vec<char>,
    at: usize,
    depth: usize,
}

const fn is_minus(c: char) -> bool {
    // What word processors make of a minus.
    matches!(c, '-' | '\u{2212}' | '\u{2013}')
}

/// What closes a quotation that this opens.
const fn closing(open: char) -> Option<&'static [char]> {
    match open {
        '\'' => Some(&['\'']),
        '"' => Some(&['"']),
        '\u{201c}' | '\u{201d}' | '\u{201e}' => Some(&['\u{201c}', '\u{201d}']),
        '\u{2018}' | '\u{2019}' | '\u{201a}' => Some(&['\u{2018}', '\u{2019}']),
        '\u{ab}' => Some(&['\u{bb}']),
        _ => None,
    }
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn problem(&self, message: impl Into<String>, hint: impl Into<String>) -> FilterProblem {
        FilterProblem::new(self.at, message, hint)
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// The word that stands here, up to a blank or a bracket, in lower case.
    fn word(&self) -> String {
        self.letters[self.at..]
            .iter()
            .take_while(|c| !c.is_whitespace() && !matches!(c, '(' | ')'))
            .collect::<String>()
            .to_lowercase()
    }

    /// Groups with `or` between them.
    fn any(&mut self) -> Read<Filter> {
        let mut parts = vec![self.all()?];
        while self.word() == "or" {
            self.at += 2;
            parts.push(self.all()?);
        }
        Ok(Filter::any(parts))
    }

    /// Terms beside each other.
    fn all(&mut self) -> Read<Filter> {
        let mut parts = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                None | Some(')') => break,
                _ if self.word() == "or" => break,
                _ => parts.push(self.one()?),
            }
        }
        if parts.is_empty() {
            let message = match self.peek() {
                None => "it ends where a term was expected",
                Some(')') => "stands a ) where a term was expected",
                _ => "stands \"or\" where a term was expected",
            };
            let hint = "write a term such as beat:energy, or quote what you look for";
            return Err(self.problem(message, hint));
        }
        Ok(Filter::all(parts))
    }

    /// A term or a group, perhaps turned round.
    fn one(&mut self) -> Read<Filter> {
        match self.peek() {
            Some(c) if is_minus(c) => {
                self.at += 1;
                match self.peek() {
                    Some(next) if !next.is_whitespace() && next != ')' && !is_minus(next) => {
                        Ok(Filter::not(self.one()?))
                    }
                    _ => Err(self.problem(
                        "a term was expected right after the minus",
                        "write -tag:trade; what begins with a minus goes between quotation marks",
                    )),
                }
            }
            Some('(') => self.group(),
            _ => self.term(),
        }
    }

    fn group(&mut self) -> Read<Filter> {
        let open = self.at;
        if self.depth == DEEPEST {
            let hint = "write it with fewer brackets";
            return Err(self.problem("too many groups stand inside each other", hint));
        }
        self.depth += 1;
        self.at += 1;
        let inside = self.any()?;
        self.depth -= 1;
        if self.peek() != Some(')') {
            let message = format!("a ) was expected for the ( at column {}", open + 1);
            return Err(self.problem(message, "close the group with a )"));
        }
        self.at += 1;
        self.end_of_term()?;
        Ok(inside)
    }

    fn term(&mut self) -> Read<Filter> {
        let start = self.at;
        let name: String = self.letters[start..]
            .iter()
            .take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
            .collect();
        let after = start + name.chars().count();
        let operator = self.letters.get(after).copied();
        if name.is_empty() || !matches!(operator, Some(':' | '<' | '>' | '=')) {
            return self.text();
        }
        let word = name.to_lowercase().replace('-', "_");
        if let Some(event) = Event::ALL.into_iter().find(|event| event.as_str() == word) {
            self.at = after;
            return self.when(event);
        }
        let Some(field) = Field::ALL.into_iter().find(|field| field.as_str() == word) else {
            return Err(self.no_field(&name, &word));
        };
        self.at = after;
        if !matches!(operator, Some(':' | '=')) {
            let message = format!("a colon was expected behind {word}");
            return Err(self.problem(message, format!("write {}", field.example())));
        }
        self.at += 1;
        Ok(Filter::Is(field, self.values(field)?))
    }

    fn no_field(&self, name: &str, word: &str) -> FilterProblem {
        let known: Vec<&str> = Field::ALL
            .map(Field::as_str)
            .into_iter()
            .chain(Event::ALL.map(Event::as_str))
            .collect();
        let all = known.join(", ");
        let shown: String = name.chars().take(40).collect();
        let hint = match name::nearest(word, known) {
            Some(near) => format!("did you mean {near}? The fields are {all}"),
            None => {
                format!("the fields are {all}; what is no field goes between quotation marks")
            }
        };
        self.problem(format!("stands {shown:?}, which is no field"), hint)
    }

    /// Text to look for.
    fn text(&mut self) -> Read<Filter> {
        let hint = match self.word().as_str() {
            "and" | "&&" | "&" => Some("a blank means \"and\" already: beat:energy country:DE"),
            "not" | "!" => Some("write a minus before what shall not be: -tag:trade"),
            "||" | "|" => Some("write or between groups: beat:energy or beat:ports"),
            "=" | "==" | "<" | ">" | ":" | "<=" | ">=" => {
                Some("write field and value without blanks between: beat:energy, created<30d")
            }
            _ => None,
        };
        if let Some(hint) = hint {
            return Err(self.problem("a term was expected", hint));
        }
        Ok(Filter::Is(Field::Text, self.values(Field::Text)?))
    }

    /// Values with commas between them; a blank may follow a comma.
    fn values(&mut self, field: Field) -> Read<Vec<Wanted>> {
        let mut values = Vec::new();
        loop {
            let start = self.at;
            let (value, is_quoted) = self.value(field)?;
            values.push(wanted(field, &value, is_quoted, start)?);
            if self.peek() != Some(',') {
                break;
            }
            self.at += 1;
            self.skip_blanks();
        }
        self.end_of_term()?;
        Ok(values)
    }

    /// A value as it is written, and whether it stood between quotation marks.
    fn value(&mut self, field: Field) -> Read<(String, bool)> {
        let start = self.at;
        if let Some(open) = self.peek()
            && let Some(closing) = closing(open)
        {
            return Ok((self.quoted(closing)?, true));
        }
        while self
            .peek()
            .is_some_and(|c| !c.is_whitespace() && !matches!(c, ',' | '(' | ')'))
        {
            self.at += 1;
        }
        if self.at == start {
            let message = match field {
                Field::Text => "a term was expected".to_owned(),
                _ => format!("a value was expected for {}", field.as_str()),
            };
            return Err(self.problem(message, format!("write {}", field.example())));
        }
        Ok((self.letters[start..self.at].iter().collect(), false))
    }

    fn quoted(&mut self, closing: &[char]) -> Read<String> {
        let open = self.at;
        let mut value = String::new();
        self.at += 1;
        while let Some(c) = self.peek() {
            self.at += 1;
            if closing.contains(&c) {
                return Ok(value);
            }
            if c == '\\'
                && let Some(next) = self.peek()
            {
                self.at += 1;
                value.push(next);
            } else {
                value.push(c);
            }
        }
        let message = "begins a quotation that does not end";
        Err(FilterProblem::new(
            open,
            message,
            "close it with the same quotation mark",
        ))
    }

    /// Behind a term stands a blank, a bracket or the end.
    fn end_of_term(&self) -> Read<()> {
        match self.peek() {
            None | Some(')') => Ok(()),
            Some(c) if c.is_whitespace() => Ok(()),
            _ => Err(self.problem(
                "a blank was expected behind the term",
                "an apostrophe inside quotation marks is written \\', or between the other ones: outlet:\"L'Exemple\"",
            )),
        }
    }

    /// A time behind `created` or `last_sent`.
    fn when(&mut self, event: Event) -> Read<Filter> {
        let first = self.peek();
        self.at += 1;
        let or_equal = self.peek() == Some('=') && matches!(first, Some('<' | '>'));
        if or_equal {
            self.at += 1;
        }
        let order = match (first, or_equal) {
            (Some('<'), false) => Order::Less,
            (Some('<'), true) => Order::AtMost,
            (Some('>'), false) => Order::Greater,
            (Some('>'), true) => Order::AtLeast,
            _ => Order::On,
        };
        let start = self.at;
        let word = self.word();
        self.at += word.chars().count();
        let expected = |message: &str| {
            Err(FilterProblem::new(
                start,
                message,
                format!("write {}", event.example()),
            ))
        };
        if word == "never" {
            return match (event, order) {
                (Event::LastSent, Order::On) => Ok(Filter::When(event, When::Never)),
                (Event::LastSent, _) => expected("\"never\" goes with a colon"),
                (Event::Created, _) => expected("stands \"never\", but everybody was added once"),
            };
        }
        if let Some(period) = Period::parse(&word) {
            if order == Order::On {
                return expected(
                    "a period goes with > (longer ago) or < (more lately), not with a colon",
                );
            }
            return Ok(Filter::When(event, When::Ago(order, period)));
        }
        if let Some(date) = date(&word) {
            return Ok(Filter::When(event, When::Date(order, date)));
        }
        if word.strip_suffix('m').is_some_and(is_digits) {
            return expected("stands m, which could be minutes or months: write mo for months");
        }
        expected("a day such as 2026-01-31 or a period such as 90d, 12w, 6mo or 2y was expected")
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// `2026-01-31` and nothing else.
fn date(word: &str) -> Option<jiff::civil::Date> {
    let mut parts = word.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let lengths = [year.len(), month.len(), day.len()];
    if parts.next().is_some()
        || lengths != [4, 2, 2]
        || ![year, month, day].into_iter().all(is_digits)
    {
        return None;
    }
    jiff::civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}
