//! Asks for STARTTLS in plain text, and refuses a server that says too much meanwhile.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::mail::envelope::Offers;
use crate::mail::outcome::Reply;
use crate::mail::route_problem::Trouble;
use crate::mail::transport::SmtpRoute;
use crate::mail::wire::tally::{RawReply, Tally};

/// Greeting, EHLO, STARTTLS; gives the connection back ready for the handshake.
///
/// Whatever lies behind the 220 was sent in plain text, by whomever; taken along, it would be
/// read as if it had come encrypted (command injection, RFC 3207, section 6).
pub(crate) async fn negotiate(route: &SmtpRoute, mut tcp: TcpStream) -> Result<TcpStream, Trouble> {
    let mut tally = Tally::greeting();
    let greeting = answer(route, &mut tcp, &mut tally, "the greeting").await?;
    expect(greeting, 220)?;
    let hello = format!("EHLO {}\r\n", route.hello);
    ask(&mut tcp, &mut tally, &hello).await?;
    let (_, lines) = expect(answer(route, &mut tcp, &mut tally, "EHLO").await?, 250)?;
    if !Offers::parse(lines.iter().map(String::as_str)).starttls {
        return Err(Trouble::Tls("the server does not offer STARTTLS".into()));
    }
    ask(&mut tcp, &mut tally, "STARTTLS\r\n").await?;
    let (code, lines) = answer(route, &mut tcp, &mut tally, "STARTTLS").await?;
    if code != 220 {
        let reply = Reply::new(code, lines.iter().map(String::as_str));
        return Err(Trouble::Tls(format!("STARTTLS was refused ({reply})")));
    }
    let mut byte = [0];
    if tally.has_surplus() || tcp.try_read(&mut byte).is_ok_and(|count| count > 0) {
        return Err(Trouble::Tls(
            "bytes in plain text behind the answer to STARTTLS; somebody may be tampering with the connection"
                .into(),
        ));
    }
    Ok(tcp)
}

fn expect((code, lines): RawReply, expected: u16) -> Result<RawReply, Trouble> {
    if code == expected {
        Ok((code, lines))
    } else {
        let reply = Reply::new(code, lines.iter().map(String::as_str));
        Err(Trouble::Greeting(reply))
    }
}

async fn ask(tcp: &mut TcpStream, tally: &mut Tally, command: &str) -> Result<(), Trouble> {
    tally.owe(1);
    tcp.write_all(command.as_bytes())
        .await
        .map_err(|problem| Trouble::Dropped(problem.to_string()))
}

async fn answer(
    route: &SmtpRoute,
    tcp: &mut TcpStream,
    tally: &mut Tally,
    to: &'static str,
) -> Result<RawReply, Trouble> {
    let reading = async {
        let mut space = [0; 4096];
        let mut total = 0;
        loop {
            if let Some(reply) = tally.next_kept() {
                return Ok(reply);
            }
            let count = tcp
                .read(&mut space)
                .await
                .map_err(|problem| Trouble::Dropped(problem.to_string()))?;
            total += count;
            if count == 0 {
                return Err(Trouble::Dropped("the server closed it".into()));
            }
            if total > 100_000 {
                return Err(Trouble::Dropped("the server's answer has no end".into()));
            }
            tally.arrived(space.get(..count).unwrap_or_default());
        }
    };
    timeout(route.timeouts.command, reading)
        .await
        .map_err(|_| Trouble::Timeout(to))?
}
