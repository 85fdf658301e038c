//! A filter as text again: the one spelling that reads back as the same filter.

use std::fmt::{self, Display, Formatter, Write};

use crate::domain::filter::read::KEYWORDS;
use crate::domain::filter::{Field, Filter, Wanted, When};

impl Display for Filter {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All(parts) => joined(f, parts, " ", |part| matches!(part, Self::Any(_))),
            Self::Any(parts) => joined(f, parts, " or ", |_| false),
            Self::Not(part) => {
                f.write_char('-')?;
                let is_group = matches!(**part, Self::All(_) | Self::Any(_) | Self::Not(_));
                one(f, part, is_group)
            }
            Self::Is(field, wanted) => {
                if *field != Field::Text {
                    write!(f, "{}:", field.as_str())?;
                }
                for (place, one) in wanted.iter().enumerate() {
                    if place > 0 {
                        f.write_char(',')?;
                    }
                    match one {
                        Wanted::Nothing => f.write_str("none")?,
                        Wanted::Value(value) => written(f, *field, value)?,
                    }
                }
                Ok(())
            }
            Self::When(event, when) => {
                f.write_str(event.as_str())?;
                match when {
                    When::Never => f.write_str(":never"),
                    When::Ago(order, period) => write!(f, "{}{period}", order.as_str()),
                    When::Date(order, date) => write!(f, "{}{date}", order.as_str()),
                }
            }
        }
    }
}

fn joined(
    f: &mut Formatter<'_>,
    parts: &[Filter],
    between: &str,
    is_group: impl Fn(&Filter) -> bool,
) -> fmt::Result {
    for (place, part) in parts.iter().enumerate() {
        if place > 0 {
            f.write_str(between)?;
        }
        one(f, part, is_group(part))?;
    }
    Ok(())
}

fn one(f: &mut Formatter<'_>, part: &Filter, is_group: bool) -> fmt::Result {
    if is_group {
        write!(f, "({part})")
    } else {
        part.fmt(f)
    }
}

/// A value, between quotation marks where it would be read as something else without.
fn written(f: &mut Formatter<'_>, field: Field, value: &str) -> fmt::Result {
    let is_plain = value
        .chars()
        .all(|c| c.is_alphanumeric() || "._@+/-".contains(c));
    let lower = value.to_ascii_lowercase();
    let means_something = if field == Field::Text {
        value.starts_with('-') || KEYWORDS.contains(&lower.as_str())
    } else {
        lower == "none"
    };
    if is_plain && !means_something && !value.is_empty() {
        return f.write_str(value);
    }
    f.write_char('\'')?;
    for c in value.chars() {
        if matches!(c, '\'' | '\\') {
            f.write_char('\\')?;
        }
        f.write_char(c)?;
    }
    f.write_char('\'')
}
