//! Any text is what DNS says of a domain, a record a line: the doctor judges it, and gives up in time.
#![no_main]

use dateline_fuzz::domain::dns::book::{Answer, Book, Question};
use dateline_fuzz::domain::dns::{dkim, dmarc, spf};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut lines = text.lines();
    let mut book = Book::default();
    // Every name that is asked for gets the next line, then nothing.
    for _ in 0..40 {
        let server = [192, 0, 2, 7].into();
        let question = match spf::walk(&book, "example.com", server) {
            Err(spf::Stop::Need(question)) => question,
            Ok(walk) => {
                assert!(walk.lookups <= spf::MOST_LOOKUPS);
                break;
            }
            Err(spf::Stop::Fault(_)) => break,
        };
        let record = lines.next().map(str::to_owned).into_iter();
        let answer = match &question {
            Question::Texts(_) => Answer::Texts(record.collect()),
            Question::Addresses(_) => Answer::Addresses(vec![server]),
            Question::Exchangers(_) | Question::Names(_) => Answer::Names(record.collect()),
        };
        book.write(question, answer);
    }
    let texts: Vec<String> = lines.map(str::to_owned).collect();
    let key = dkim::PublicKey {
        kind: dkim::Kind::Rsa,
        bytes: vec![0x30; 40],
    };
    let _ = dkim::judge("press._domainkey.example.com", &texts, &key);
    let mail = dmarc::Identities {
        from: "news.example.com",
        envelope: "example.com",
        signature: Some("example.com"),
    };
    for _ in 0..4 {
        let Err(question) = dmarc::judge(&book, mail) else {
            break;
        };
        book.write(question, Answer::Texts(texts.clone()));
    }
});
