//! Address keys that cannot be in the database, so that an import into a new one asks for none of them.

use std::hash::{DefaultHasher, Hash, Hasher};

/// 8 MB, whatever the file's size. Of ten million addresses one in twenty is asked for in vain.
const BITS: u64 = 1 << 26;

/// A sieve: a key that was never noted nearly always falls through, one that was noted never does.
pub(crate) struct Unseen(Vec<u64>);

impl Unseen {
    pub(crate) fn new() -> Self {
        Self(vec![0; (BITS / 64) as usize])
    }

    pub(crate) fn note(&mut self, key: &str) {
        for (word, bit) in places(key) {
            self.0[word] |= bit;
        }
    }

    /// Whether the key may have been noted.
    pub(crate) fn may_know(&self, key: &str) -> bool {
        places(key).all(|(word, bit)| self.0[word] & bit != 0)
    }
}

/// Four places from one hash, its halves taken as start and step.
fn places(key: &str) -> impl Iterator<Item = (usize, u64)> {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    let hash = hasher.finish();
    let (start, step) = (hash & 0xffff_ffff, hash >> 32 | 1);
    (0..4).map(move |turn| {
        let place = (start + turn * step) % BITS;
        ((place / 64) as usize, 1 << (place % 64))
    })
}

#[cfg(test)]
mod tests {
    use super::Unseen;

    #[test]
    fn what_was_noted_is_known_and_hardly_anything_else() {
        let mut unseen = Unseen::new();
        for number in 0..100_000 {
            unseen.note(&format!("person{number}@example.org"));
        }
        for number in 0..100_000 {
            assert!(unseen.may_know(&format!("person{number}@example.org")));
        }
        let wrong =
            (0..100_000).filter(|number| unseen.may_know(&format!("p{number}@example.com")));
        assert!(wrong.count() < 10);
    }
}
