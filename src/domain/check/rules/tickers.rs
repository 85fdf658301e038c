//! CHK-26: tickers, where wires want them and as the exchange is called.

use std::ops::Range;

use crate::domain::check::finding::Noted;
use crate::domain::check::part::Copy;
use crate::domain::check::search::fold;

/// CHK-26: wires want the ticker at the first mention; a wrong exchange is one of their frequent
/// catches (Business Wire, "Straight from the newsroom").
pub(crate) fn ticker(copy: &Copy<'_>) -> Option<Noted> {
    let issuers = &copy.text.issuers;
    let mut faults = Vec::new();
    let mut spots = Vec::new();
    for issuer in issuers {
        let named = issuer
            .tickers
            .iter()
            .any(|ticker| copy.text.tickers.contains(ticker));
        let printed = copy.body().any(|passage| {
            let bare = passage.folded.replace([' ', '\u{a0}'], "");
            let in_text = |ticker: &String| bare.contains(&fold(ticker).replace(' ', ""));
            issuer.tickers.iter().any(in_text)
        });
        let is_listed = copy.facts.listed.contains(&issuer.slug);
        let any_printed = || {
            !copy.text.tickers.is_empty()
                || copy
                    .body()
                    .any(|passage| !in_brackets(&passage.text).is_empty())
        };
        if is_listed && issuer.tickers.is_empty() && !any_printed() {
            faults.push(format!(
                "{} is listed, and no ticker is printed",
                issuer.name
            ));
        }
        if !issuer.tickers.is_empty() && !printed && !named {
            faults.push(format!(
                "{} is listed, and its ticker {} is not printed",
                issuer.name, issuer.tickers[0]
            ));
        }
    }
    let known = issuers.iter().flat_map(|issuer| &issuer.tickers);
    let known: Vec<&String> = known.chain(&copy.text.tickers).collect();
    for passage in copy.body() {
        for (range, ticker) in in_brackets(&passage.text) {
            if let Some(right) = contradicted(&ticker, &known) {
                faults.push(format!(
                    "the text prints {ticker}, and the record says {right}"
                ));
                spots.push(copy.spot(passage, &range));
            }
        }
    }
    for ticker in &known {
        match ticker.split_once(':') {
            Some((exchange, symbol)) if (1..=12).contains(&symbol.trim().chars().count()) => {
                if !is_exchange(exchange) {
                    faults.push(format!("{} is no exchange that we know", exchange.trim()));
                }
            }
            _ => faults.push(format!("{ticker} is not EXCHANGE: TICKER")),
        }
    }
    if known.len() > 5 + issuers.len() {
        faults.push("more than five tickers".to_owned());
    }
    faults.sort_unstable();
    faults.dedup();
    if faults.is_empty() {
        return None;
    }
    let message = faults.join("; ");
    if spots.is_empty() {
        Some(Noted::missing(message))
    } else {
        Noted::at(message, spots)
    }
}

/// The ticker of the record that has the same symbol at another exchange, where none is the same.
fn contradicted<'t>(ticker: &str, known: &[&'t String]) -> Option<&'t String> {
    let apart = |text: &str| {
        let (exchange, symbol) = text.split_once(':')?;
        Some((key(exchange), key(symbol)))
    };
    let (exchange, symbol) = apart(ticker)?;
    let same: Vec<_> = known
        .iter()
        .filter(|other| apart(other).is_some_and(|(_, one)| one == symbol))
        .collect();
    let is_right = |other: &&&String| apart(other).is_some_and(|(one, _)| one == exchange);
    if same.iter().any(is_right) {
        return None;
    }
    same.first().map(|other| **other)
}

/// `NASDAQ: ABC` out of `(NASDAQ: ABC)`; of several in one pair of brackets, each.
fn in_brackets(text: &str) -> Vec<(Range<usize>, String)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(open) = text[from..].find('(').map(|at| from + at) {
        let inside = open + 1;
        let Some(length) = text[inside..].find([')', '(']) else {
            break;
        };
        let mut start = inside;
        for part in text[inside..inside + length].split([';', ',', '/']) {
            let trimmed = part.trim();
            let begin = start + (part.len() - part.trim_start().len());
            start += part.len() + 1;
            if trimmed
                .split_once(':')
                .is_some_and(|(exchange, symbol)| is_exchange(exchange) && is_symbol(symbol))
            {
                found.push((begin..begin + trimmed.len(), trimmed.to_owned()));
            }
        }
        from = inside + length;
    }
    found
}

fn is_symbol(text: &str) -> bool {
    let text = text.trim();
    (1..=8).contains(&text.len())
        && text
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '.' | '-'))
}

/// Letters and digits only, in lower case.
fn key(text: &str) -> String {
    let letters = text.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// As wires and exchanges call them, and the short names of data vendors; further words follow ("Euronext Paris").
const EXCHANGES: &[&str] = &[
    "nyse",
    "nasdaq",
    "amex",
    "cboe",
    "otc",
    "otcqb",
    "otcqx",
    "bats",
    "arca",
    "neo",
    "cse",
    "cnsx",
    "tsx",
    "tsxv",
    "bmv",
    "bvl",
    "b3",
    "bovespa",
    "byma",
    "bcs",
    "lse",
    "aim",
    "londonstockexchange",
    "aquis",
    "euronext",
    "epa",
    "ams",
    "ebr",
    "eli",
    "ise",
    "dub",
    "xetra",
    "etr",
    "fwb",
    "fra",
    "frankfurt",
    "frankfurterwertpapierborse",
    "frankfurterwertpapierbörse",
    "prime",
    "mun",
    "stu",
    "ber",
    "ham",
    "vie",
    "wbag",
    "wienerbörse",
    "six",
    "swx",
    "vtx",
    "bit",
    "mil",
    "borsaitaliana",
    "bme",
    "mce",
    "sto",
    "omx",
    "cph",
    "hel",
    "osl",
    "ose",
    "oslobørs",
    "ice",
    "wse",
    "gpw",
    "pse",
    "bet",
    "bvb",
    "ase",
    "ath",
    "bist",
    "ist",
    "tase",
    "tadawul",
    "adx",
    "dfm",
    "qse",
    "egx",
    "jse",
    "ngx",
    "nse",
    "bse",
    "sgx",
    "hkex",
    "sehk",
    "hkse",
    "hk",
    "sse",
    "szse",
    "shse",
    "bjse",
    "shanghai",
    "shenzhen",
    "twse",
    "tpex",
    "tse",
    "tyo",
    "jpx",
    "krx",
    "kospi",
    "kosdaq",
    "set",
    "bursa",
    "klse",
    "idx",
    "hose",
    "asx",
    "nzx",
    "isin",
    "wkn",
    "sedol",
    "cusip",
    "bloomberg",
    "reuters",
    "ric",
];

fn is_exchange(text: &str) -> bool {
    let first = text
        .split([' ', '-', '\u{a0}'])
        .find(|word| !word.is_empty());
    let whole = key(text);
    EXCHANGES
        .iter()
        .any(|exchange| whole == *exchange || first.is_some_and(|word| key(word) == *exchange))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exchanges_are_known_by_their_names_and_short_names() {
        for name in [
            "NYSE",
            "Nasdaq",
            "NYSE American",
            "TSX-V",
            "Euronext Paris",
            "OTCQB",
            "OTC Pink",
            "LSE",
            "SSE",
            "Frankfurt Stock Exchange",
            "London Stock Exchange",
        ] {
            assert!(is_exchange(name), "{name}");
        }
        for name in ["NSDAQ", "NYES", "Note", ""] {
            assert!(!is_exchange(name), "{name}");
        }
    }

    #[test]
    fn tickers_in_brackets_are_found() {
        let found = |text: &str| -> Vec<String> {
            let all = in_brackets(text).into_iter();
            all.map(|(range, ticker)| {
                assert_eq!(&text[range], ticker);
                ticker
            })
            .collect()
        };
        assert_eq!(
            found("Northwind Inc. (NASDAQ: NWND; TSX: NW.A) and é (NYSE:KST)"),
            ["NASDAQ: NWND", "TSX: NW.A", "NYSE:KST"]
        );
        for text in [
            "(note: this)",
            "(NASDAQ: not one)",
            "(NYSE",
            "()",
            "(12:30)",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn the_same_symbol_at_another_exchange_is_a_contradiction() {
        let (one, two) = ("NASDAQ: NWND".to_owned(), "TSX: NW".to_owned());
        let known = [&one, &two];
        assert_eq!(contradicted("NYSE: NWND", &known), Some(&one));
        assert_eq!(contradicted("Nasdaq:NWND", &known), None);
        assert_eq!(contradicted("NYSE: OTHER", &known), None);
    }
}
