//! A file of opt-outs: our own export, known by its header, or a list of addresses of another tool.

use crate::domain::formula::unguarded;

/// A row of our own export.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HashedNo {
    pub line: u64,
    pub hash: String,
    pub target: String,
    pub key: String,
    pub scope: String,
    /// The short name of a list or organization.
    pub of: String,
    pub reason: String,
    pub source: String,
    /// RFC 3339.
    pub since: String,
}

/// What a file of opt-outs holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OptOutFile {
    Ours(Vec<HashedNo>),
    /// Lines with their texts: each an address or a domain, or what stands there instead of one.
    Addresses(Vec<(u64, Vec<String>)>),
}

/// Why a file cannot be read, in a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unreadable(pub String);

const MAIL_WORDS: [&str; 7] = [
    "mail", "email", "address", "adresse", "correo", "courriel", "domain",
];

/// Reads a file's bytes.
pub fn read(bytes: &[u8], ours: &[&str]) -> Result<OptOutFile, Unreadable> {
    if bytes.contains(&0) {
        let what = "it is no plain text; save it as CSV in UTF-8";
        return Err(Unreadable(what.to_owned()));
    }
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut lines = Lines {
        text,
        at: 0,
        line: 1,
    };
    for record in reader.records() {
        let record = record.map_err(|error| Unreadable(error.to_string()))?;
        let line = lines.of(record.position().map_or(0, csv::Position::byte));
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push((line, cells));
        }
    }
    let is_ours = rows
        .first()
        .is_some_and(|(_, cells)| cells.first().map(String::as_str) == ours.first().copied());
    if is_ours {
        hashed(&rows, ours)
    } else {
        Ok(OptOutFile::Addresses(addresses(rows)))
    }
}

/// Physical lines of records: a reader of CSV counts the empty lines above a record to it.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line of the record that begins at a byte, or behind empty lines from there on.
    fn of(&mut self, byte: u64) -> u64 {
        let bytes = self.text.as_bytes();
        let byte = usize::try_from(byte).unwrap_or(usize::MAX);
        while self.at < byte || matches!(bytes.get(self.at), Some(b'\n' | b'\r')) {
            match bytes.get(self.at) {
                None => break,
                Some(b'\n') => self.line += 1,
                Some(_) => {}
            }
            self.at += 1;
        }
        self.line
    }
}

/// What stands most often in the first line.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |letter: u8| first.bytes().filter(|byte| *byte == letter).count();
    [b',', b';', b'\t']
        .into_iter()
        .rev()
        .max_by_key(|letter| count(*letter))
        .unwrap_or(b',')
}

fn hashed(rows: &[(u64, Vec<String>)], ours: &[&str]) -> Result<OptOutFile, Unreadable> {
    let mut found = Vec::with_capacity(rows.len());
    for (line, cells) in rows.iter().skip(1) {
        let [hash, target, key, scope, of, reason, source, since] = cells.as_slice() else {
            return Err(Unreadable(format!(
                "line {line} has {} cells where {} belong",
                cells.len(),
                ours.len()
            )));
        };
        let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_hash || !matches!(target.as_str(), "address" | "domain") {
            return Err(Unreadable(format!("line {line} holds no opt-out")));
        }
        found.push(HashedNo {
            line: *line,
            hash: hash.to_ascii_lowercase(),
            target: target.clone(),
            key: key.clone(),
            scope: scope.clone(),
            of: of.clone(),
            reason: unguarded(reason).to_owned(),
            source: unguarded(source).to_owned(),
            since: since.clone(),
        });
    }
    Ok(OptOutFile::Ours(found))
}

/// Of each row the cells that matter: those below a header that speaks of mail, else those with an
/// `@`, else the first one, for somebody to see that there is none.
fn addresses(mut rows: Vec<(u64, Vec<String>)>) -> Vec<(u64, Vec<String>)> {
    let has_at = |cell: &String| cell.contains('@');
    let columns: Vec<usize> = match rows.first() {
        Some((_, first)) if !first.iter().any(has_at) => first
            .iter()
            .enumerate()
            .filter(|(_, cell)| {
                let word = cell.to_lowercase();
                MAIL_WORDS.iter().any(|known| word.contains(known))
            })
            .map(|(at, _)| at)
            .collect(),
        _ => Vec::new(),
    };
    if !columns.is_empty() {
        rows.remove(0);
    }
    rows.into_iter()
        .map(|(line, cells)| {
            let mut chosen: Vec<String> = if columns.is_empty() {
                cells.iter().filter(|cell| has_at(cell)).cloned().collect()
            } else {
                let wanted = columns.iter().filter_map(|at| cells.get(*at));
                wanted.filter(|cell| !cell.is_empty()).cloned().collect()
            };
            if chosen.is_empty() && columns.is_empty() {
                chosen.extend(cells.into_iter().find(|cell| !cell.is_empty()));
            }
            let bare = chosen.iter().map(|cell| unguarded(cell).to_owned());
            (line, bare.collect())
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{OptOutFile, read};

    const OURS: [&str; 8] = [
        "optout_hash",
        "target",
        "key",
        "scope",
        "of",
        "reason",
        "source",
        "since",
    ];

    fn found(text: &str) -> Vec<(u64, Vec<String>)> {
        match read(text.as_bytes(), &OURS).unwrap() {
            OptOutFile::Addresses(rows) => rows,
            OptOutFile::Ours(_) => panic!("not ours"),
        }
    }

    #[test]
    fn one_a_line_or_below_a_header() {
        let plain = found("ada@example.com\n\n@example.org\n");
        assert_eq!(plain[0], (1, vec!["ada@example.com".to_owned()]));
        assert_eq!(plain[1], (3, vec!["@example.org".to_owned()]));
        let sheet = found("\u{feff}Name;E-Mail;Invited by\nAda;ada@example.com;bo@example.com\n");
        assert_eq!(sheet, [(2, vec!["ada@example.com".to_owned()])]);
        let guarded = found("email\n'@example.org\n");
        assert_eq!(guarded, [(2, vec!["@example.org".to_owned()])]);
    }

    #[test]
    fn a_broken_export_is_not_read_by_halves() {
        let head = OURS.join(",");
        let broken = format!("{head}\nabc,address,k,everything,,r,s,2026-01-01T00:00:00Z\n");
        assert!(
            read(broken.as_bytes(), &OURS)
                .unwrap_err()
                .0
                .contains("line 2")
        );
        let short = format!("{head}\nabc,address\n");
        assert!(read(short.as_bytes(), &OURS).is_err());
        assert!(read(b"P\0K", &OURS).is_err());
    }
}
