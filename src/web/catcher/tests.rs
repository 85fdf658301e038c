//! The pages over real mails, asked for over a real socket.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::mail::sink::Sink;
use crate::mail::sink::faults::Faults;
use crate::web::catcher::{Pages, serve};

const MAIL: &str = "From: Acme <press@example.com>\r
To: mara@outlet.example\r
Subject: =?utf-8?Q?M=C3=BChle_<b>?=\r
Message-ID: <r1@example.com>\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=m\r
\r
--m\r
Content-Type: multipart/related; boundary=r\r
\r
--r\r
Content-Type: multipart/alternative; boundary=a\r
\r
--a\r
Content-Type: text/plain; charset=utf-8\r
\r
Plain <news>.\r
--a\r
Content-Type: text/html; charset=utf-8\r
\r
<p>Rich</p><img src=\"cid:logo@x\"><script>alert(1)</script>\r
--a--\r
--r\r
Content-Type: image/png\r
Content-ID: <logo@x>\r
Content-Disposition: inline; filename=\"logo.png\"\r
Content-Transfer-Encoding: base64\r
\r
AAEC\r
--r--\r
--m\r
Content-Type: text/html\r
Content-Disposition: attachment; filename=\"evil.html\"\r
\r
<script>alert(2)</script>\r
--m--\r
";

async fn world() -> (Sink, Pages) {
    let any = ([127, 0, 0, 1], 0).into();
    let sink = Sink::start(any, Faults::default()).await.unwrap();
    let pages = serve(any, &sink).await.unwrap();
    (sink, pages)
}

async fn post(sink: &Sink, mail: &str) {
    let mut tcp = TcpStream::connect(sink.address()).await.unwrap();
    let talk = format!(
        "EHLO x\r\nMAIL FROM:<press@example.com>\r\nRCPT TO:<mara@outlet.example>\r\nDATA\r\n{mail}.\r\nQUIT\r\n"
    );
    tcp.write_all(talk.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tcp.read_to_string(&mut answer).await.unwrap();
    assert!(answer.contains("queued as"), "{answer}");
}

/// The whole answer, head in lower case and body as it is.
async fn get_as(pages: &Pages, host: &str, path: &str) -> (String, String) {
    let mut tcp = TcpStream::connect(pages.address()).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    tcp.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    tcp.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_lowercase(), body.to_owned())
}

async fn get(pages: &Pages, path: &str) -> (String, String) {
    get_as(pages, "localhost:1", path).await
}

#[tokio::test]
async fn an_empty_catcher_says_where_to_send() {
    let (sink, pages) = world().await;
    let (head, body) = get(&pages, "/").await;
    assert!(head.starts_with("http/1.1 200"));
    assert!(body.contains("Nothing here yet") && body.contains(&sink.address().to_string()));
    assert_eq!(
        get(&pages, "/mails.json").await.1,
        r#"{"kept":0,"mails":[],"taken":0}"#
    );
}

#[tokio::test]
async fn a_mail_is_listed_and_shown_in_every_way() {
    let (sink, pages) = world().await;
    post(&sink, MAIL).await;
    let (_, list) = get(&pages, "/").await;
    assert!(
        list.contains("1 mail caught") && list.contains("Mühle &lt;b&gt;"),
        "{list}"
    );
    assert!(list.contains("2 files"));
    let (_, html) = get(&pages, "/mail/1").await;
    assert!(
        html.contains("<iframe") && html.contains(" sandbox ") && html.contains("class=\"normal\"")
    );
    let (_, dark) = get(&pages, "/mail/1?tab=html&width=320&dark=1").await;
    assert!(dark.contains("class=\"narrow dark\""));
    let (_, text) = get(&pages, "/mail/1?tab=text").await;
    assert!(text.contains("Plain &lt;news&gt;."));
    let (_, headers) = get(&pages, "/mail/1?tab=headers").await;
    assert!(headers.contains("&lt;r1@example.com&gt;"));
    let (_, raw) = get(&pages, "/mail/1?tab=raw").await;
    assert!(
        raw.contains("&lt;script&gt;alert(1)&lt;&#x2f;script&gt;"),
        "{raw}"
    );
    let (_, files) = get(&pages, "/mail/1?tab=files").await;
    assert!(files.contains("evil.html") && files.contains("shown in the text"));
    let json: serde_json::Value =
        serde_json::from_str(&get(&pages, "/mails.json").await.1).unwrap();
    assert_eq!(json["mails"][0]["message_id"], "r1@example.com");
    assert_eq!(json["mails"][0]["to"][0], "mara@outlet.example");
    assert_eq!(json["mails"][0]["files"], 2);
}

#[tokio::test]
async fn a_caught_mail_can_neither_run_nor_fetch() {
    let (sink, pages) = world().await;
    post(&sink, MAIL).await;
    let (head, body) = get(&pages, "/mail/1/html").await;
    assert!(head.contains(
        "content-security-policy: default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    ));
    assert!(head.contains("; sandbox") && !head.contains("allow-scripts"));
    assert!(
        body.contains("src=\"data:image/png;base64,AAEC\""),
        "{body}"
    );
    for number in 0..2 {
        let (head, _) = get(&pages, &format!("/mail/1/file/{number}")).await;
        assert!(head.contains("content-type: application/octet-stream"));
        assert!(head.contains("content-disposition: attachment"));
        assert!(head.contains("x-content-type-options: nosniff"));
    }
    let (head, body) = get(&pages, "/mail/1/raw").await;
    assert!(head.contains("filename=\"mail-1.eml\"") && body.ends_with("--m--\r\n"));
    for path in ["/", "/mail/1", "/style.css", "/script.js"] {
        assert!(
            get(&pages, path).await.0.contains("script-src 'self'"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn what_is_not_there_is_said() {
    let (_sink, pages) = world().await;
    for path in [
        "/mail/1",
        "/mail/0",
        "/mail/1/html",
        "/mail/1/raw",
        "/mail/1/file/0",
    ] {
        assert!(
            get(&pages, path).await.0.starts_with("http/1.1 404"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_foreign_name_for_this_machine_is_refused() {
    let (_sink, pages) = world().await;
    for host in [
        "evil.example",
        "evil.example:80",
        "localhost.evil.example",
        "",
    ] {
        assert!(
            get_as(&pages, host, "/")
                .await
                .0
                .starts_with("http/1.1 403"),
            "{host}"
        );
    }
    for host in ["localhost", "127.0.0.1:8025", "[::1]:8025", "LOCALHOST:1"] {
        assert!(
            get_as(&pages, host, "/")
                .await
                .0
                .starts_with("http/1.1 200"),
            "{host}"
        );
    }
}
