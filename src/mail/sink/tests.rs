//! The catcher against clients that are not polite.

use proptest::prelude::*;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::*;
use crate::domain::instant::Instant;

const ANY: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// Everything the catcher says until it closes, or we have said all.
async fn talk(sink: &Sink, words: &[u8]) -> String {
    let mut tcp = TcpStream::connect(sink.address()).await.unwrap();
    // A catcher that hung up early is no failure of the client's.
    let _ = tcp.write_all(words).await;
    let _ = tcp.shutdown().await;
    let mut answer = Vec::new();
    let _ = tcp.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn codes(answer: &str) -> Vec<&str> {
    answer
        .lines()
        .filter(|line| line.get(3..4) != Some("-"))
        .map(|line| &line[..3])
        .collect()
}

#[tokio::test]
async fn a_conversation_by_hand() {
    let sink = Sink::start(ANY, Faults::default()).await.unwrap();
    let words = b"HELO x\nmail from:<>\nrcpt to: <A@b.example>\nRCPT TO:<c@d.example> NOTIFY=NEVER\ndata\r\n..x\r\ny\r\n.\r\nNOOP\r\nRCPT TO:<a@b>\r\nDATA\r\nMAIL\r\nquit\r\n";
    let answer = talk(&sink, words).await;
    assert_eq!(
        codes(&answer),
        [
            "220", "250", "250", "250", "250", "354", "250", "250", "503", "503", "501", "221"
        ]
    );
    let mail = &sink.mails()[0];
    assert_eq!(mail.from, "");
    assert_eq!(mail.to, ["A@b.example", "c@d.example"]);
    assert_eq!(mail.bytes.as_ref(), b".x\r\ny\r\n");
}

#[tokio::test]
async fn the_log_and_the_hook_come_before_the_250() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let hook: Hook = Arc::new({
        let seen = Arc::clone(&seen);
        move |caught: &Caught| seen.lock().unwrap().push(caught.id)
    });
    let settings = Settings {
        log: Some(open_log(&path).unwrap()),
        on_mail: Some(hook),
        clock: Some(Clock::fixed(Instant::from_millis(1_800_000_000_000))),
        ..Settings::default()
    };
    let sink = Sink::start_with(ANY, settings).await.unwrap();
    let words =
        b"EHLO x\r\nMAIL FROM:<p@x>\r\nRCPT TO:<a@b>\r\nDATA\r\nMessage-ID: <r1@x>\r\n\r\n.\r\n";
    assert!(talk(&sink, words).await.contains("queued as C00000001"));
    assert_eq!(*seen.lock().unwrap(), [1]);
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        "{\"bytes\":22,\"from\":\"p@x\",\"message_id\":\"r1@x\",\"received_at\":\"2027-01-15T08:00:00Z\",\"to\":[\"a@b\"]}\n"
    );
}

#[tokio::test]
async fn too_much_is_refused_and_the_session_goes_on() {
    let mut faults = Faults::default();
    faults.advertise.size = Some(1000);
    let sink = Sink::start(ANY, faults).await.unwrap();
    let words = [
        b"EHLO x\r\nMAIL FROM:<p@x>\r\nRCPT TO:<a@b>\r\nDATA\r\n".to_vec(),
        b"line.\r\n".repeat(10_000),
        b".\r\nMAIL FROM:<p@x>\r\nRCPT TO:<a@b>\r\nDATA\r\nsmall\r\n.\r\nQUIT\r\n".to_vec(),
    ]
    .concat();
    let answer = talk(&sink, &words).await;
    assert_eq!(
        codes(&answer),
        [
            "220", "250", "250", "250", "354", "552", "250", "250", "354", "250", "221"
        ]
    );
    assert_eq!(sink.mails().len(), 1);
}

#[tokio::test]
async fn a_line_without_end_and_endless_mistakes_end_the_session() {
    let sink = Sink::start(ANY, Faults::default()).await.unwrap();
    let answer = talk(&sink, &b"x".repeat(200_000)).await;
    assert!(answer.len() < 200, "{answer}");
    let answer = talk(&sink, &b"what?\r\n".repeat(500)).await;
    assert_eq!(answer.matches("500 5.5.2").count(), 49);
    assert_eq!(answer.matches("421 4.7.0").count(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn garbage_takes_nothing_and_breaks_nothing(
        words in proptest::collection::vec(
            prop_oneof![
                any::<Vec<u8>>(),
                proptest::sample::select(vec![
                    &b"EHLO x\r\n"[..], b"MAIL FROM:<a@b>\r\n", b"MAIL FROM:\r\n", b"DATA\r\n",
                    b"RCPT TO:<\r\n", b"AUTH PLAIN \xff\r\n", b"AUTH LOGIN\r\n", b".\r\n",
                    b"STARTTLS\r\n", b"RSET\r\n", b"AUTH \r\n", b"\r\n", b"\0",
                ]).prop_map(<[u8]>::to_vec),
            ], 0..30),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let sink = Sink::start(ANY, Faults::default()).await.unwrap();
            talk(&sink, &words.concat()).await;
            // No recipient was ever named.
            prop_assert!(sink.mails().is_empty());
            let good = b"EHLO x\r\nMAIL FROM:<p@x>\r\nRCPT TO:<a@b>\r\nDATA\r\nx\r\n.\r\n";
            prop_assert!(talk(&sink, good).await.contains("queued"));
            Ok(())
        })?;
    }
}
