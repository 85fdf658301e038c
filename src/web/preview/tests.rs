//! The page is read over the wire, as a browser would.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::{Page, serve};
use crate::desk::letter::preview::{Mail, Previewed};
use crate::desk::release::diff::{Change, Difference, Part, Piece};

async fn page() -> Page {
    let mail = |language: &str| Mail {
        language: language.into(),
        to: "jane@example.com".into(),
        subject: "A plant <opens>".into(),
        text: "It opens.".into(),
        html: "<p>It <b>opens</b>.</p>".into(),
        raw: "Subject: x\r\nContent-Type: text/html\r\n\r\n<p>It <b>opens</b>.</p>".into(),
    };
    let previewed = Previewed {
        release: "plant".into(),
        version: 2,
        distribution: None,
        exact: false,
        status: None,
        reason: None,
        mails: vec![mail("en"), mail("de")],
    };
    let difference = Difference {
        release: "plant".into(),
        from: 1,
        to: 2,
        parts: vec![Part {
            part: "headline".into(),
            language: Some("en".into()),
            pieces: vec![Piece {
                change: Change::Deleted,
                text: "<old>".into(),
            }],
        }],
    };
    serve(previewed, Some(difference)).await.unwrap()
}

async fn get(page: &Page, path: &str, host: &str) -> String {
    let mut stream = TcpStream::connect(page.address).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn every_part_is_there_and_nothing_from_elsewhere() {
    let page = page().await;
    let at = |rest: &str| format!("/{}/{rest}", page.secret);
    for (rest, holds) in [
        ("", "600 pixels wide"),
        ("?width=320&dark=1&images=0", "320 pixels wide"),
        ("?tab=text", "It opens."),
        ("?tab=headers&mail=1", "Subject"),
        ("?tab=raw", "Subject: x"),
        ("?tab=files", "No attachments."),
        ("?tab=changes", "<del>&lt;old&gt;</del>"),
        ("style.css", ".changes"),
    ] {
        let answer = get(&page, &at(rest), "localhost").await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{rest}: {answer}");
        assert!(answer.contains(holds), "{rest}: {answer}");
        assert!(answer.contains("content-security-policy: default-src 'none'"));
        assert!(
            !answer.contains("http://") && !answer.contains("https://"),
            "{rest}"
        );
    }
    let mail = get(&page, &at("mail/0/html"), "localhost").await;
    assert!(mail.contains("frame-ancestors 'self'; sandbox"), "{mail}");
    assert!(mail.contains("<p>It <b>opens</b>.</p>"), "{mail}");
}

#[tokio::test]
async fn nobody_else_reads_it() {
    let page = page().await;
    let secret = format!("/{}/", page.secret);
    let rebound = get(&page, &secret, "evil.example").await;
    assert!(rebound.starts_with("HTTP/1.1 403"), "{rebound}");
    for path in ["/", "/mail/0/html", "/style.css"] {
        let guess = get(&page, path, "localhost").await;
        assert!(guess.starts_with("HTTP/1.1 404"), "{path}: {guess}");
    }
    let none = get(&page, &format!("{secret}?mail=7"), "localhost").await;
    assert!(none.starts_with("HTTP/1.1 404"), "{none}");
}
