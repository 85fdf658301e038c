//! A piece of SQL with the values that are bound in it, wherever its parameters begin.

use sea_orm::Value;

/// SQL that is true for a contact row `c`. Texts of people are bound, never written into it.
#[derive(Clone, PartialEq, Debug)]
pub struct Condition {
    /// One more than there are values: a parameter stands between two pieces.
    pieces: Vec<String>,
    values: Vec<Value>,
}

impl Condition {
    pub(crate) fn new(sql: impl Into<String>) -> Self {
        Self {
            pieces: vec![sql.into()],
            values: Vec::new(),
        }
    }

    /// Everybody.
    pub(crate) fn everybody() -> Self {
        Self::new("TRUE")
    }

    /// Goes on with SQL of our own.
    pub(crate) fn add(&mut self, sql: &str) -> &mut Self {
        if let Some(last) = self.pieces.last_mut() {
            last.push_str(sql);
        }
        self
    }

    /// Goes on with a value.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.pieces.push(String::new());
        self
    }

    /// Goes on with values between commas.
    pub(crate) fn bind_all(&mut self, values: impl IntoIterator<Item = String>) -> &mut Self {
        for (place, value) in values.into_iter().enumerate() {
            if place > 0 {
                self.add(", ");
            }
            self.bind(value);
        }
        self
    }

    /// Goes on with another condition.
    pub(crate) fn append(&mut self, other: Self) -> &mut Self {
        let mut pieces = other.pieces.into_iter();
        if let Some(first) = pieces.next() {
            self.add(&first);
        }
        self.pieces.extend(pieces);
        self.values.extend(other.values);
        self
    }

    /// All of `parts` with a word between them, in brackets.
    pub(crate) fn joined(parts: Vec<Self>, between: &str) -> Self {
        let mut all = Self::new("(");
        for (place, part) in parts.into_iter().enumerate() {
            if place > 0 {
                all.add(between);
            }
            all.append(part);
        }
        all.add(")");
        all
    }

    /// The SQL, its first parameter numbered `first`.
    pub(crate) fn sql(&self, first: usize) -> String {
        let mut sql = String::new();
        for (place, piece) in self.pieces.iter().enumerate() {
            if place > 0 {
                sql.push('$');
                sql.push_str(&(first + place - 1).to_string());
            }
            sql.push_str(piece);
        }
        sql
    }

    pub(crate) fn values(&self) -> &[Value] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::Condition;

    #[test]
    fn parameters_are_numbered_from_where_they_begin() {
        let mut one = Condition::new("a = ");
        one.bind(1i64).add(" AND b IN (");
        one.bind_all(["x".to_owned(), "y".to_owned()]).add(")");
        let mut other = Condition::new("c = ");
        other.bind(2i64);
        let both = Condition::joined(vec![one, Condition::new("TRUE"), other], " OR ");
        assert_eq!(both.sql(4), "(a = $4 AND b IN ($5, $6) OR TRUE OR c = $7)");
        assert_eq!(both.values().len(), 4);
    }
}
