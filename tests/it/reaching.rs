//! A PostgreSQL that will not have us says so at once; one that is just starting is waited for.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use dateline::desk::problem::{Exit, Problem};
use dateline::store::connection::Store;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::world::{World, on_both};

/// Far above what a refusal takes on a busy machine, far below what the pool would wait.
const AT_ONCE: Duration = Duration::from_secs(5);

/// Why the database at this address cannot be opened, and how long it took to say so.
async fn refusal(address: SocketAddr) -> (Problem, Duration) {
    let began = Instant::now();
    let url = format!("postgres://dateline:s3cret@{address}/dateline");
    let refused = Store::open(&url, None).await.unwrap_err();
    let refused = Problem::from(refused);
    assert!(!refused.message.contains("s3cret"), "{refused}");
    assert!(
        refused.message.contains(&address.to_string()),
        "{refused} does not say where"
    );
    (refused, began.elapsed())
}

/// Reads one message as a client sends it before it is let in: its length, then its body.
async fn opening(stream: &mut TcpStream) -> Vec<u8> {
    let length = stream.read_u32().await.unwrap();
    let mut body = vec![0; usize::try_from(length).unwrap() - 4];
    stream.read_exact(&mut body).await.unwrap();
    body
}

/// Refuses a client as PostgreSQL does, which asks for encryption first.
async fn refuse(stream: &mut TcpStream, code: &str, words: &str) {
    opening(stream).await;
    stream.write_all(b"N").await.unwrap();
    opening(stream).await;
    let mut fields = Vec::new();
    for (kind, text) in [
        ('S', "FATAL"),
        ('V', "FATAL"),
        ('C', code),
        ('M', words),
        ('\0', ""),
    ] {
        fields.extend_from_slice(kind.to_string().as_bytes());
        if kind != '\0' {
            fields.extend_from_slice(text.as_bytes());
            fields.push(0);
        }
    }
    let length = u32::try_from(fields.len() + 4).unwrap();
    stream.write_all(b"E").await.unwrap();
    stream.write_u32(length).await.unwrap();
    stream.write_all(&fields).await.unwrap();
    stream.flush().await.unwrap();
}

/// A server that refuses everybody like that, and counts them.
async fn refusing(code: &'static str, words: &'static str) -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
            refuse(&mut stream, code, words).await;
        }
    });
    (address, asked)
}

#[tokio::test]
async fn where_nobody_listens_is_said_at_once() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let (refused, took) = refusal(address).await;
    assert_eq!(
        (refused.exit, refused.code),
        (Exit::Temporary, "database-away")
    );
    assert!(refused.message.contains("refused"), "{refused}");
    assert!(took < AT_ONCE, "{took:?}");
}

#[tokio::test]
async fn a_server_that_does_not_want_us_is_asked_once() {
    for (code, words, exit, word) in [
        (
            "28P01",
            "password authentication failed",
            Exit::Login,
            "database-login",
        ),
        (
            "3D000",
            "database \"dateline\" does not exist",
            Exit::Database,
            "no-database",
        ),
    ] {
        let (address, asked) = refusing(code, words).await;
        let (refused, took) = refusal(address).await;
        assert_eq!((refused.exit, refused.code), (exit, word), "{refused}");
        assert!(took < AT_ONCE, "{took:?}");
        assert_eq!(asked.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn another_program_behind_the_port_is_told_from_postgresql() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            opening(&mut stream).await;
            let answer = b"HTTP/1.1 400 Bad Request\r\n\r\n";
            stream.write_all(answer).await.unwrap();
        }
    });
    let (refused, took) = refusal(address).await;
    assert_eq!(refused.code, "database-away");
    assert!(
        refused.message.contains("does not speak as PostgreSQL"),
        "{refused}"
    );
    assert!(took < AT_ONCE, "{took:?}");
}

/// It refuses twice, as while it reads its log after a crash, and then lets everybody in.
#[tokio::test]
async fn a_server_that_is_just_starting_is_waited_for() {
    on_both(async |world: World| {
        if world.desk().store.is_sqlite() {
            return;
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut address = world.address();
        let inside = (
            address.host_str().unwrap().to_owned(),
            address.port().unwrap_or(5432),
        );
        let door = listener.local_addr().unwrap();
        address.set_ip_host(door.ip()).unwrap();
        address.set_port(Some(door.port())).unwrap();
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        tokio::spawn(async move {
            loop {
                let (mut client, _) = listener.accept().await.unwrap();
                if counted.fetch_add(1, Ordering::SeqCst) < 2 {
                    refuse(&mut client, "57P03", "the database system is starting up").await;
                    continue;
                }
                let mut server = TcpStream::connect(inside.clone()).await.unwrap();
                tokio::spawn(async move {
                    // However the talk ends, it was had.
                    let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
                });
            }
        });
        let store = Store::open(address.as_str(), None).await.unwrap();
        store.close().await;
        assert!(asked.load(Ordering::SeqCst) >= 3);
    })
    .await;
}
