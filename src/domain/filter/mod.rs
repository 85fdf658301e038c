//! Which contacts, in a few words: `beat:iot country:DE,FR -tag:trade last_sent>90d "free text"`.
//!
//! Terms beside each other must all hold, values behind one colon are alternatives, a minus turns a
//! term round, and `or` stands between groups. The page docs/filters.md tells it to people.

mod age;
mod problem;
mod read;
mod value;
mod write;

pub use age::{Order, Period, Span, Unit, When};
pub use problem::FilterProblem;
pub use read::parse;

/// A filter that was read. [`Filter::all`], [`Filter::any`] and [`Filter::not`] build the one form
/// in which two filters that say the same structure are equal.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Filter {
    /// Every one of these; two or more.
    All(Vec<Filter>),
    /// At least one of these; two or more.
    Any(Vec<Filter>),
    Not(Box<Filter>),
    /// The field has one of these values; one or more.
    Is(Field, Vec<Wanted>),
    /// It happened at such a time.
    When(Event, When),
}

/// What a field is compared with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// In the field's one spelling: `DE`, `de-AT`, `example.com`.
    Value(String),
    /// `none`: the field is empty, or there is no beat, tag, outlet or list at all.
    Nothing,
}

/// What a contact can be asked for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Field {
    Beat,
    Tag,
    Outlet,
    List,
    Kind,
    Status,
    Country,
    Language,
    /// Of the primary address.
    Domain,
    /// Part of a name, an address, an outlet or a title, in any case; it is written without a field.
    Text,
}

/// What happened to a contact at some time.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Event {
    /// They were added.
    Created,
    /// The last mail to them was accepted.
    LastSent,
}

/// The statuses that can be asked for; `opted-out` is derived from the suppressions.
pub const STATUSES: [&str; 4] = ["active", "bounced", "archived", "opted-out"];

impl Field {
    pub const ALL: [Self; 10] = [
        Self::Beat,
        Self::Tag,
        Self::Outlet,
        Self::List,
        Self::Kind,
        Self::Status,
        Self::Country,
        Self::Language,
        Self::Domain,
        Self::Text,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Beat => "beat",
            Self::Tag => "tag",
            Self::Outlet => "outlet",
            Self::List => "list",
            Self::Kind => "kind",
            Self::Status => "status",
            Self::Country => "country",
            Self::Language => "language",
            Self::Domain => "domain",
            Self::Text => "text",
        }
    }

    /// Whether `none` can be asked for: what every contact has cannot be missing.
    pub const fn can_be_missing(self) -> bool {
        matches!(
            self,
            Self::Beat | Self::Tag | Self::Outlet | Self::List | Self::Country | Self::Language
        )
    }

    /// A term as it is written, for a hint.
    const fn example(self) -> &'static str {
        match self {
            Self::Beat => "beat:energy",
            Self::Tag => "tag:trade",
            Self::Outlet => "outlet:'Financial Times'",
            Self::List => "list:tech",
            Self::Kind => "kind:media",
            Self::Status => "status:active",
            Self::Country => "country:DE,FR",
            Self::Language => "language:de",
            Self::Domain => "domain:example.com",
            Self::Text => "'free text'",
        }
    }
}

impl Event {
    pub const ALL: [Self; 2] = [Self::Created, Self::LastSent];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::LastSent => "last_sent",
        }
    }

    const fn example(self) -> &'static str {
        match self {
            Self::Created => "created<2026-01-01 or created>1y",
            Self::LastSent => "last_sent>90d or last_sent:never",
        }
    }
}

impl Filter {
    /// All of `parts`; with one part that part itself.
    #[must_use]
    pub fn all(parts: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Self::All(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() == 1 {
            flat.remove(0)
        } else {
            Self::All(flat)
        }
    }

    /// One of `parts`; with one part that part itself.
    #[must_use]
    pub fn any(parts: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Self::Any(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        if flat.len() == 1 {
            flat.remove(0)
        } else {
            Self::Any(flat)
        }
    }

    /// The opposite; twice turned round is as it was.
    #[must_use]
    #[expect(
        clippy::should_implement_trait,
        reason = "a constructor beside `all` and `any`, not an operator"
    )]
    pub fn not(part: Self) -> Self {
        match part {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }

    /// A term with one value.
    #[must_use]
    pub fn is(field: Field, value: impl Into<String>) -> Self {
        Self::Is(field, vec![Wanted::Value(value.into())])
    }

    /// Every value that this filter names for a field, at any depth.
    pub fn values_of(&self, field: Field) -> Vec<&str> {
        let mut found = Vec::new();
        self.collect(field, &mut found);
        found
    }

    fn collect<'f>(&'f self, field: Field, found: &mut Vec<&'f str>) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.collect(field, found);
                }
            }
            Self::Not(part) => part.collect(field, found),
            Self::Is(own, wanted) if *own == field => {
                found.extend(wanted.iter().filter_map(|one| match one {
                    Wanted::Value(value) => Some(value.as_str()),
                    Wanted::Nothing => None,
                }));
            }
            Self::Is(..) | Self::When(..) => {}
        }
    }

    /// The same filter after a value was renamed, such as a list's short name.
    #[must_use]
    pub fn renamed(self, field: Field, old: &str, new: &str) -> Self {
        let each = |parts: Vec<Self>| {
            parts
                .into_iter()
                .map(|part| part.renamed(field, old, new))
                .collect()
        };
        match self {
            Self::All(parts) => Self::All(each(parts)),
            Self::Any(parts) => Self::Any(each(parts)),
            Self::Not(part) => Self::Not(Box::new(part.renamed(field, old, new))),
            Self::Is(own, wanted) if own == field => Self::Is(
                own,
                wanted
                    .into_iter()
                    .map(|one| match one {
                        Wanted::Value(value) if value == old => Wanted::Value(new.to_owned()),
                        other => other,
                    })
                    .collect(),
            ),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests;
