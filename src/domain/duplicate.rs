//! Which contacts may be one person: candidates share a key, are compared, and get a score with its
//! reasons. Nobody is compared with everybody.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::domain::name;

/// So many contacts with one key say something about the key (a shared desk, a numbered series), not
/// about the people.
const MOST_IN_A_BLOCK: usize = 20;

/// Shorter parts before the `@` differ by one letter all the time: ana, ina.
const SHORTEST: usize = 5;

/// Where everybody may have an address, the domain says nothing about the outlet.
const ANYBODYS: &str = " gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com icloud.com \
    me.com aol.com gmx.de gmx.net gmx.at web.de t-online.de freenet.de proton.me protonmail.com orange.fr free.fr \
    laposte.net wanadoo.fr hotmail.fr yahoo.fr libero.it ";

/// Whether everybody may have an address at this domain.
pub(crate) fn is_anybodys(domain: &str) -> bool {
    ANYBODYS.contains(&format!(" {domain} "))
}

/// Why two contacts may be one person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reason {
    SharedAddress,
    NameAndOutlet,
    NameAndPhone,
    NameAndDomain,
    NameAndLocal,
    NearAddress,
    NearDomain,
    Punctuation,
}

impl Reason {
    pub const fn words(self) -> &'static str {
        match self {
            Self::SharedAddress => "a file gave both of them the same address",
            Self::NameAndOutlet => "same name at the same outlet",
            Self::NameAndPhone => "same name and telephone",
            Self::NameAndDomain => "same name and mail domain",
            Self::NameAndLocal => "same name and same part before the @",
            Self::NearAddress => "addresses that differ by one letter",
            Self::NearDomain => "same address but for one letter of its domain",
            Self::Punctuation => "same address but for dots and hyphens",
        }
    }

    const fn score(self) -> u8 {
        match self {
            Self::SharedAddress => 95,
            Self::NameAndOutlet => 90,
            Self::NameAndPhone => 88,
            Self::NameAndDomain => 85,
            Self::NameAndLocal | Self::NearDomain | Self::Punctuation => 80,
            Self::NearAddress => 75,
        }
    }
}

/// Two contacts that may be one; `one` is the smaller number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pair {
    pub one: i64,
    pub other: i64,
    /// Out of 100.
    pub score: u8,
    pub reasons: Vec<Reason>,
}

/// A contact, as far as it is compared: texts lie together in one long one, so that a million take
/// little memory.
struct Card {
    id: i64,
    /// 0 where there is none.
    name: u64,
    outlet: i64,
    phone: u64,
    domain: u64,
    local: u64,
    start: u32,
    local_end: u32,
    domain_end: u32,
    name_end: u32,
}

/// Gathers contacts and finds pairs among them.
#[derive(Default)]
pub struct Finder {
    cards: Vec<Card>,
    texts: String,
    pairs: HashMap<(u32, u32), Vec<Reason>>,
}

impl Finder {
    /// Adds a contact: its number, address key, name, outlet and telephone.
    pub fn add(&mut self, id: i64, key: &str, name: &str, outlet: Option<i64>, phone: &str) {
        let Some((local, domain)) = key.rsplit_once('@') else {
            return;
        };
        let sorted = sorted_name(name);
        let end = |texts: &String| u32::try_from(texts.len()).unwrap_or(u32::MAX);
        let start = end(&self.texts);
        self.texts.push_str(local);
        let local_end = end(&self.texts);
        self.texts.push_str(domain);
        let domain_end = end(&self.texts);
        self.texts.push_str(&sorted);
        let name_end = end(&self.texts);
        // Four thousand million letters are more than any address book; what is beyond is not compared.
        if name_end == u32::MAX {
            return;
        }
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        // The end of a number is the same with and without the country's code.
        let tail = &digits[digits.len().saturating_sub(8)..];
        self.cards.push(Card {
            id,
            name: if tells(&sorted) { hash(&sorted) } else { 0 },
            outlet: outlet.unwrap_or(0),
            phone: if tail.len() == 8 { hash(tail) } else { 0 },
            domain: hash(domain),
            local: hash(local),
            start,
            local_end,
            domain_end,
            name_end,
        });
    }

    /// Notes a pair that is known from elsewhere: a file gave both the same address.
    pub fn share(&mut self, pairs: &[(i64, i64)]) {
        let places: HashMap<i64, u32> = (0..)
            .zip(&self.cards)
            .map(|(place, card)| (card.id, place))
            .collect();
        for (one, other) in pairs {
            if let (Some(one), Some(other)) = (places.get(one), places.get(other)) {
                self.note(*one, *other, Reason::SharedAddress);
            }
        }
    }

    /// All pairs, the likeliest first.
    pub fn pairs(mut self) -> Vec<Pair> {
        self.by_name();
        self.by_domain();
        self.by_local();
        let mut found: Vec<Pair> = self
            .pairs
            .iter()
            .map(|((one, other), reasons)| {
                let mut reasons = reasons.clone();
                reasons.sort_unstable();
                reasons.dedup();
                let best = reasons.iter().map(|one| one.score()).max().unwrap_or(0);
                let more = u8::try_from(reasons.len().saturating_sub(1) * 3).unwrap_or(9);
                let (one, other) = (self.cards[*one as usize].id, self.cards[*other as usize].id);
                Pair {
                    one: one.min(other),
                    other: one.max(other),
                    score: best.saturating_add(more).min(99),
                    reasons,
                }
            })
            .collect();
        found.sort_unstable_by_key(|pair| (std::cmp::Reverse(pair.score), pair.one, pair.other));
        found
    }

    fn note(&mut self, one: u32, other: u32, reason: Reason) {
        if one != other {
            let key = (one.min(other), one.max(other));
            self.pairs.entry(key).or_default().push(reason);
        }
    }

    fn local(&self, card: &Card) -> &str {
        &self.texts[card.start as usize..card.local_end as usize]
    }

    fn domain(&self, card: &Card) -> &str {
        &self.texts[card.local_end as usize..card.domain_end as usize]
    }

    fn name(&self, card: &Card) -> &str {
        &self.texts[card.domain_end as usize..card.name_end as usize]
    }

    fn card(&self, place: u32) -> &Card {
        &self.cards[place as usize]
    }

    /// Those with the same name who share something else.
    fn by_name(&mut self) {
        let named = self.blocks(|card| (card.name != 0).then_some(card.name), usize::MAX);
        for block in named {
            // The name of a million people is none; what they share besides still counts.
            for (reason, key) in [
                (
                    Reason::NameAndOutlet,
                    (|card| card.outlet.unsigned_abs()) as fn(&Card) -> u64,
                ),
                (Reason::NameAndPhone, |card| card.phone),
                (Reason::NameAndDomain, |card| card.domain),
                (Reason::NameAndLocal, |card| card.local),
            ] {
                for (one, other) in self.within(&block, key) {
                    let is_anybodys =
                        reason == Reason::NameAndDomain && is_anybodys(self.domain(self.card(one)));
                    if !is_anybodys {
                        self.note(one, other, reason);
                    }
                }
            }
        }
    }

    /// Those at one domain whose addresses are nearly the same.
    fn by_domain(&mut self) {
        for block in self.blocks(|card| Some(card.domain), usize::MAX) {
            let mut near: Vec<(u64, u32)> = Vec::new();
            let mut bare: Vec<(u64, u32)> = Vec::new();
            for place in &block {
                let local = self.local(self.card(*place));
                bare.push((hash(&without_punctuation(local)), *place));
                near.extend(neighbours(local).into_iter().map(|key| (key, *place)));
            }
            for (mut keys, reason) in [(bare, Reason::Punctuation), (near, Reason::NearAddress)] {
                for (one, other) in pairs_of(&mut keys) {
                    let (first, second) = (self.card(one), self.card(other));
                    let is_near = match reason {
                        Reason::Punctuation => self.local(first) != self.local(second),
                        _ => is_slip(self.local(first), self.local(second)),
                    };
                    if is_near && self.may_be_one(first, second) {
                        self.note(one, other, reason);
                    }
                }
            }
        }
    }

    /// Those with the same part before the `@` at domains that are nearly the same.
    fn by_local(&mut self) {
        for block in self.blocks(|card| Some(card.local), MOST_IN_A_BLOCK) {
            for (at, one) in block.iter().enumerate() {
                for other in &block[at + 1..] {
                    let (first, second) = (self.card(*one), self.card(*other));
                    if is_slip(self.domain(first), self.domain(second))
                        && self.may_be_one(first, second)
                    {
                        self.note(*one, *other, Reason::NearDomain);
                    }
                }
            }
        }
    }

    /// Whether the names do not speak against it.
    fn may_be_one(&self, one: &Card, other: &Card) -> bool {
        let (one, other) = (self.name(one), self.name(other));
        one.is_empty() || other.is_empty() || strsim::jaro_winkler(one, other) >= 0.85
    }

    /// The contacts by a key, those keys that two or more have.
    fn blocks(&self, key: impl Fn(&Card) -> Option<u64>, most: usize) -> Vec<Vec<u32>> {
        let mut keyed: Vec<(u64, u32)> = (0..)
            .zip(&self.cards)
            .filter_map(|(place, card)| Some((key(card)?, place)))
            .collect();
        keyed.sort_unstable();
        keyed
            .chunk_by(|one, other| one.0 == other.0)
            .filter(|block| (2..=most).contains(&block.len()))
            .map(|block| block.iter().map(|(_, place)| *place).collect())
            .collect()
    }

    /// Pairs of a block that share another key as well.
    fn within(&self, block: &[u32], key: fn(&Card) -> u64) -> Vec<(u32, u32)> {
        let mut keyed: Vec<(u64, u32)> = block
            .iter()
            .map(|place| (key(self.card(*place)), *place))
            .filter(|(key, _)| *key != 0)
            .collect();
        pairs_of(&mut keyed)
    }
}

/// All pairs that share a key, where not too many do.
fn pairs_of(keyed: &mut [(u64, u32)]) -> Vec<(u32, u32)> {
    keyed.sort_unstable();
    let mut pairs = Vec::new();
    for block in keyed.chunk_by(|one, other| one.0 == other.0) {
        if !(2..=MOST_IN_A_BLOCK).contains(&block.len()) {
            continue;
        }
        for (at, (_, one)) in block.iter().enumerate() {
            pairs.extend(
                block[at + 1..]
                    .iter()
                    .filter(|(_, other)| other != one)
                    .map(|(_, other)| (*one, *other)),
            );
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    // 0 stands for nothing.
    hasher.finish().max(1)
}

/// The words of a name in the order of the alphabet, without punctuation and initials: "Byrne, Ada M."
/// is Ada Byrne.
fn sorted_name(text: &str) -> String {
    let key = name::key(text).replace([',', '.', ';', '"', '\'', '(', ')'], " ");
    let mut words: Vec<&str> = key.split_whitespace().collect();
    if words.iter().filter(|word| word.chars().count() > 1).count() >= 2 {
        words.retain(|word| word.chars().count() > 1);
    }
    words.sort_unstable();
    words.join(" ")
}

/// Whether a name tells one person from another: two words, or a script that needs no space.
fn tells(name: &str) -> bool {
    name.contains(' ') || (name.chars().count() >= 2 && name.chars().all(|c| c > '\u{2e7f}'))
}

fn without_punctuation(local: &str) -> String {
    local.replace(['.', '-', '_'], "")
}

/// Keys of which two share one where they are a slip of the finger apart: the text, and the text
/// without each of its letters. Figures are all one: a series is not a slip.
fn neighbours(local: &str) -> Vec<u64> {
    let letters: Vec<char> = local
        .chars()
        .map(|c| if c.is_ascii_digit() { '#' } else { c })
        .collect();
    if letters.len() < SHORTEST {
        return Vec::new();
    }
    // Hashed letter by letter: for a million addresses, twelve million texts need not be made.
    let without = |left_out: usize| {
        let mut hasher = DefaultHasher::new();
        for (at, letter) in letters.iter().enumerate() {
            if at != left_out {
                hasher.write_u32(u32::from(*letter));
            }
        }
        hasher.finish().max(1)
    };
    // Beyond the end: the whole.
    let mut keys: Vec<u64> = (0..=letters.len()).map(without).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// One letter more, less, other, or two swapped; figures do not count.
fn is_slip(one: &str, other: &str) -> bool {
    let letters = |text: &str| {
        text.chars()
            .filter(|c| !c.is_ascii_digit())
            .collect::<String>()
    };
    one.chars().count() >= SHORTEST
        && other.chars().count() >= SHORTEST
        && letters(one) != letters(other)
        && strsim::osa_distance(one, other) == 1
}

#[cfg(test)]
mod tests {
    use super::{Finder, Reason, is_slip, sorted_name};

    type Row<'a> = (i64, &'a str, &'a str, i64, &'a str);

    fn found(rows: &[Row<'_>]) -> Vec<(i64, i64, u8, Vec<Reason>)> {
        let mut finder = Finder::default();
        for (id, key, name, outlet, phone) in rows {
            finder.add(*id, key, name, (*outlet > 0).then_some(*outlet), phone);
        }
        finder
            .pairs()
            .into_iter()
            .map(|pair| (pair.one, pair.other, pair.score, pair.reasons))
            .collect()
    }

    #[test]
    fn each_reason_is_found() {
        let same_outlet = found(&[
            (1, "ada@one.example", "Ada Byrne", 7, ""),
            (2, "a.b@two.example", "BYRNE, Ada M.", 7, ""),
            (3, "ada.b@three.example", "Ada Byrne", 8, ""),
        ]);
        assert_eq!(same_outlet, [(1, 2, 90, vec![Reason::NameAndOutlet])]);
        let phone = found(&[
            (1, "ada@one.example", "Ada Byrne", 0, "+49 30 555 0199"),
            (2, "byrne@two.example", "Ada Byrne", 0, "030/5550199"),
        ]);
        assert_eq!(phone, [(1, 2, 88, vec![Reason::NameAndPhone])]);
        let domain = found(&[
            (1, "ada@one.example", "Ada Byrne", 0, ""),
            (2, "byrne@one.example", "Ada Byrne", 0, ""),
            (3, "ada.one@gmail.com", "Bo Chen", 0, ""),
            (4, "bo.two@gmail.com", "Bo Chen", 0, ""),
        ]);
        assert_eq!(domain, [(1, 2, 85, vec![Reason::NameAndDomain])]);
        let moved = found(&[
            (1, "ada.byrne@one.example", "Ada Byrne", 0, ""),
            (2, "ada.byrne@two.example", "Ada Byrne", 0, ""),
        ]);
        assert_eq!(moved, [(1, 2, 80, vec![Reason::NameAndLocal])]);
        let slip = found(&[
            (1, "ada.byrne@one.example", "", 0, ""),
            (2, "ada.byren@one.example", "Ada Byrne", 0, ""),
            (3, "ada.bxrne@one.example", "Zoe Quill", 0, ""),
        ]);
        assert_eq!(
            slip,
            [
                (1, 2, 75, vec![Reason::NearAddress]),
                (1, 3, 75, vec![Reason::NearAddress])
            ]
        );
        let dots = found(&[
            (1, "adabyrne@one.example", "", 0, ""),
            (2, "ada-byrne@one.example", "", 0, ""),
        ]);
        assert_eq!(
            dots,
            [(1, 2, 83, vec![Reason::NearAddress, Reason::Punctuation])]
        );
        let near_domain = found(&[
            (1, "ada.byrne@gmail.com", "", 0, ""),
            (2, "ada.byrne@gmial.com", "", 0, ""),
        ]);
        assert_eq!(near_domain, [(1, 2, 80, vec![Reason::NearDomain])]);
    }

    #[test]
    fn series_and_other_people_are_left_alone() {
        let rows: Vec<(i64, String)> = (0..60)
            .map(|at| (at, format!("press{at}@one.example")))
            .collect();
        let rows: Vec<Row<'_>> = rows
            .iter()
            .map(|(id, key)| (*id, key.as_str(), "", 0, ""))
            .collect();
        assert_eq!(found(&rows), []);
        let others = found(&[
            (1, "anna.meier@one.example", "Anna Meier", 3, ""),
            (2, "hanna.meier@one.example", "Zoe Quill", 3, ""),
            (3, "ana@one.example", "", 0, ""),
            (4, "ina@one.example", "", 0, ""),
            (5, "desk@one.example", "Newsdesk", 3, ""),
            (6, "news@one.example", "Newsdesk", 3, ""),
        ]);
        assert_eq!(others, []);
    }

    #[test]
    fn a_file_that_gave_both_one_address_says_most() {
        let mut finder = Finder::default();
        finder.add(4, "ada@one.example", "", None, "");
        finder.add(9, "byrne@two.example", "", None, "");
        finder.share(&[(9, 4), (4, 77)]);
        let pairs = finder.pairs();
        assert_eq!(pairs.len(), 1);
        assert_eq!((pairs[0].one, pairs[0].other, pairs[0].score), (4, 9, 95));
    }

    #[test]
    fn names_and_slips() {
        assert_eq!(sorted_name("Byrne, Ada M."), "ada byrne");
        assert_eq!(sorted_name("A. Byrne"), "a byrne");
        assert!(is_slip("gmail.com", "gmial.com"));
        assert!(!is_slip("press1", "press2") && !is_slip("press", "press2"));
        assert!(!is_slip("ana", "ina") && !is_slip("press", "press"));
    }
}
