//! Times in a filter: longer ago than a period, before or after a day, never.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::domain::instant::Instant;

/// What a term such as `last_sent>90d` asks of a time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    Never,
    /// So long ago: `Greater` is longer.
    Ago(Order, Period),
    /// Before, on or after a day: `Greater` is later.
    Date(Order, Date),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Less,
    AtMost,
    /// Only with a day.
    On,
    AtLeast,
    Greater,
}

impl Order {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::AtMost => "<=",
            Self::On => ":",
            Self::AtLeast => ">=",
            Self::Greater => ">",
        }
    }
}

/// A length of time by the calendar: a year ago is the same day last year.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period {
    pub amount: u16,
    pub unit: Unit,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    Hours,
    Days,
    Weeks,
    Months,
    Years,
}

/// The largest amount of a period; no contact is older.
const LARGEST: u16 = 9999;

impl Unit {
    const ALL: [(Self, &'static str); 5] = [
        (Self::Hours, "h"),
        (Self::Days, "d"),
        (Self::Weeks, "w"),
        (Self::Months, "mo"),
        (Self::Years, "y"),
    ];

    pub(super) fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(unit, _)| *unit == self)
            .map_or("d", |(_, word)| word)
    }
}

impl Period {
    /// `90d`, `12w`, `6mo`, `2y`; None for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let amount: u16 = text[..digits].parse().ok()?;
        let (unit, _) = Unit::ALL
            .iter()
            .find(|(_, word)| *word == &text[digits..])?;
        (amount <= LARGEST).then_some(Self {
            amount,
            unit: *unit,
        })
    }

    /// The instant so long before `now`, by the calendar of `zone`.
    pub fn before(self, now: Instant, zone: &TimeZone) -> Instant {
        let amount = i64::from(self.amount);
        let span = jiff::Span::new();
        let span = match self.unit {
            Unit::Hours => span.hours(amount),
            Unit::Days => span.days(amount),
            Unit::Weeks => span.weeks(amount),
            Unit::Months => span.months(amount),
            Unit::Years => span.years(amount),
        };
        let then = now
            .timestamp()
            .to_zoned_datetime(zone.clone())
            .saturating_sub(span);
        Instant::from_timestamp_down(then.timestamp())
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.amount, self.unit.as_str())
    }
}

/// From an instant on, and before another; without a bound for ever.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Span {
    pub from: Option<Instant>,
    pub until: Option<Instant>,
}

impl Span {
    /// Whether a time lies in it. What never happened counts as longer ago than anything: who was
    /// never written to was not written to in the last ninety days.
    pub fn holds(self, at: Option<Instant>) -> bool {
        match at {
            None => self.from.is_none(),
            Some(at) => {
                self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
            }
        }
    }
}

impl When {
    /// The span of time that is meant at `now`, with days as they are in `zone`; None: never.
    pub fn span(self, now: Instant, zone: &TimeZone) -> Option<Span> {
        let next = |at: Instant| Instant::from_millis(at.millis().saturating_add(1));
        let from = |at| Span {
            from: Some(at),
            until: None,
        };
        let until = |at| Span {
            from: None,
            until: Some(at),
        };
        Some(match self {
            Self::Never => return None,
            Self::Ago(order, period) => {
                let then = period.before(now, zone);
                match order {
                    Order::Greater => until(then),
                    Order::AtLeast => until(next(then)),
                    Order::Less => from(next(then)),
                    Order::AtMost => from(then),
                    Order::On => Span {
                        from: Some(then),
                        until: Some(next(then)),
                    },
                }
            }
            Self::Date(order, date) => {
                let begins = start(date, zone);
                let ends = date
                    .tomorrow()
                    .map_or(Instant::from_millis(i64::MAX), |day| start(day, zone));
                match order {
                    Order::Less => until(begins),
                    Order::AtMost => until(ends),
                    Order::On => Span {
                        from: Some(begins),
                        until: Some(ends),
                    },
                    Order::AtLeast => from(begins),
                    Order::Greater => from(ends),
                }
            }
        })
    }
}

/// The first instant of a day in a zone.
fn start(date: Date, zone: &TimeZone) -> Instant {
    date.to_zoned_datetime(zone.clone())
        .map_or(Instant::from_millis(i64::MAX), |zoned| {
            Instant::from_timestamp_up(zoned.timestamp())
        })
}
