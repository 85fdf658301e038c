//! A server of few words, to see what is said to it: tokens, flags, silence, nonsense.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::*;

/// Answers each command by its word; `{tag}` stands for the command's. Gives all that was said to it.
async fn server(
    answers: &'static [(&'static str, &'static str)],
) -> (ImapRoute, JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        stream.write_all(b"* OK ready\r\n").await.unwrap();
        let mut said = Vec::new();
        let mut line = String::new();
        let mut tag = String::new();
        while stream
            .read_line(&mut line)
            .await
            .is_ok_and(|count| count > 0)
        {
            let command = line.trim_end().to_owned();
            line.clear();
            if let Some((first, _)) = command.split_once(' ') {
                first.clone_into(&mut tag);
            }
            let found = answers.iter().find(|(word, _)| command.contains(word));
            let answer = found.map_or("{tag} BAD what?\r\n", |(_, answer)| answer);
            said.push(command);
            if stream
                .write_all(answer.replace("{tag}", &tag).as_bytes())
                .await
                .is_err()
            {
                break;
            }
        }
        said
    });
    let route = ImapRoute {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::None,
        auth: Auth::OAuth2 {
            username: "press@example.com".to_owned(),
            token: "a token".to_owned().into(),
        },
        ca_pem: None,
        folder: "INBOX".to_owned(),
        patience: Duration::from_secs(5),
    };
    (route, serving)
}

const SELECTED: (&str, &str) = (
    "SELECT",
    "* 2 EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n* OK [PERMANENTFLAGS (\\Seen \\*)] ok\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 10] ok\r\n{tag} OK [READ-WRITE] done\r\n",
);

#[tokio::test]
async fn a_token_is_said_as_xoauth2_and_a_message_is_only_peeked_at() {
    let (route, serving) = server(&[
        ("AUTHENTICATE", "+ \r\n"),
        ("dXNlcj", "{tag} OK in\r\n"),
        ("CAPABILITY", "* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n"),
        SELECTED,
        (
            "BODY.PEEK",
            "* 2 FETCH (UID 9 BODY[] {5}\r\nhello)\r\n{tag} OK done\r\n",
        ),
        (
            "RFC822.SIZE",
            "* 2 FETCH (UID 9 RFC822.SIZE 5)\r\n{tag} OK done\r\n",
        ),
        ("STORE", "{tag} OK done\r\n"),
        ("LOGOUT", "* BYE\r\n{tag} OK done\r\n"),
    ])
    .await;
    let mut folder = Folder::open(&route).await.unwrap();
    assert_eq!((folder.validity(), folder.can_move()), (7, false));
    let listed = Listed { uid: 9, size: 5 };
    assert_eq!(folder.after(3).await.unwrap(), [listed]);
    // `10:*` names the last message, although its number is lower.
    assert_eq!(folder.after(9).await.unwrap(), []);
    assert_eq!(folder.message(9).await.unwrap().unwrap(), b"hello");
    assert_eq!(folder.message(8).await.unwrap(), None);
    folder.flag(9).await.unwrap();
    folder.close().await;
    let said = serving.await.unwrap();
    let words = "user=press@example.com\x01auth=Bearer a token\x01\x01";
    assert!(said.contains(&STANDARD.encode(words)), "{said:?}");
    assert!(
        said.iter()
            .any(|one| one.contains("UID STORE 9 +FLAGS.SILENT (Dateline)"))
    );
    assert!(
        said.iter()
            .all(|one| !one.contains("Deleted") && !one.contains("EXPUNGE"))
    );
}

#[tokio::test]
async fn a_refused_token_is_a_refused_login_and_is_not_repeated() {
    let (route, _serving) = server(&[
        ("AUTHENTICATE", "+ \r\n"),
        ("dXNlcj", "{tag} NO [AUTHENTICATIONFAILED] expired\r\n"),
    ])
    .await;
    let problem = Folder::open(&route).await.err().unwrap();
    assert!(
        problem.is_login() && !problem.to_string().contains("a token"),
        "{problem}"
    );
}

#[tokio::test]
async fn nonsense_and_silence_are_trouble_not_a_hang() {
    let (route, _serving) = server(&[("AUTHENTICATE", "what is this\r\n")]).await;
    assert!(Folder::open(&route).await.is_err());
    let (mut route, _serving) = server(&[("AUTHENTICATE", "")]).await;
    route.patience = Duration::from_millis(100);
    let problem = Folder::open(&route).await.err().unwrap();
    assert_eq!(problem.trouble, Trouble::Timeout("an IMAP command"));
}
