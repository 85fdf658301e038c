//! Reads commands and bodies from a client that may send anything.

use std::io;

use tokio::io::{AsyncRead, AsyncReadExt as _};

/// Longest command; an access token may need some thousand bytes.
const COMMAND_BYTES: usize = 16 * 1024;

#[derive(Default)]
pub(crate) struct Input {
    buffer: Vec<u8>,
    start: usize,
}

/// A body's end, or why there is none.
pub(crate) enum Body {
    /// Unstuffed.
    Whole(Vec<u8>),
    /// Too large; its end has been read.
    TooLarge,
    /// The client went away after so many bytes.
    Cut(usize),
}

impl Input {
    fn waiting(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    pub(crate) fn has_bytes(&self) -> bool {
        !self.waiting().is_empty()
    }

    /// Reads more; false at the end of the stream.
    pub(crate) async fn fill<S: AsyncRead + Unpin>(&mut self, stream: &mut S) -> io::Result<bool> {
        self.buffer.drain(..self.start);
        self.start = 0;
        self.buffer.reserve(16 * 1024);
        Ok(stream.read_buf(&mut self.buffer).await? > 0)
    }

    /// The next command without its line end, if a whole one waits.
    pub(crate) fn line(&mut self) -> io::Result<Option<String>> {
        let waiting = self.waiting();
        let Some(end) = waiting.iter().position(|byte| *byte == b'\n') else {
            if waiting.len() > COMMAND_BYTES {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "a line too long",
                ));
            }
            return Ok(None);
        };
        let line = waiting.get(..end).unwrap_or_default();
        let line = String::from_utf8_lossy(line)
            .trim_end_matches('\r')
            .to_owned();
        self.start += end + 1;
        Ok(Some(line))
    }

    /// A body up to CRLF.CRLF, and nothing laxer: `\n.\n` is content (SMTP smuggling).
    pub(crate) async fn body<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        limit: usize,
    ) -> io::Result<Body> {
        let mut scanned = 0;
        let mut too_large = false;
        loop {
            if let Some(end) = end_of_body(self.waiting(), scanned, !too_large) {
                let body = self.waiting().get(..end).unwrap_or_default();
                let body = if too_large || body.len() > limit {
                    Body::TooLarge
                } else {
                    Body::Whole(unstuffed(body))
                };
                self.start += end + 3;
                return Ok(body);
            }
            // An end may be split between two reads: its last four bytes are looked at again.
            scanned = self.waiting().len().saturating_sub(4);
            if self.waiting().len() > limit {
                too_large = true;
                self.start += scanned;
                scanned = 0;
            }
            if !self.fill(stream).await? {
                return Ok(Body::Cut(self.waiting().len()));
            }
        }
    }
}

/// Where the final dot stands; the body before it ends with its own CRLF or is empty.
fn end_of_body(bytes: &[u8], from: usize, from_start: bool) -> Option<usize> {
    if from_start && from == 0 && bytes.starts_with(b".\r\n") {
        return Some(0);
    }
    let mut at = from;
    while let Some(found) = bytes.get(at..)?.iter().position(|byte| *byte == b'.') {
        let dot = at + found;
        if dot >= 2
            && bytes.get(dot - 2..dot) == Some(b"\r\n")
            && bytes.get(dot..dot + 3) == Some(b".\r\n")
        {
            return Some(dot);
        }
        at = dot + 1;
    }
    None
}

fn unstuffed(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut at_start = true;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let line = match line.strip_prefix(b".") {
            Some(rest) if at_start => rest,
            _ => line,
        };
        out.extend_from_slice(line);
        at_start = line.ends_with(b"\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mail::wire::stuffing::stuffed;

    async fn read(chunks: &[&[u8]], limit: usize) -> (Body, Vec<u8>) {
        let (mut client, mut server) = tokio::io::duplex(100_000);
        for chunk in chunks {
            tokio::io::AsyncWriteExt::write_all(&mut client, chunk)
                .await
                .unwrap();
        }
        drop(client);
        let mut input = Input::default();
        let body = input.body(&mut server, limit).await.unwrap();
        (body, input.waiting().to_vec())
    }

    #[tokio::test]
    async fn only_the_strict_end_ends() {
        let (body, rest) = read(&[b"a\n.\nb\r\n.", b"\r\nMAIL"], 100).await;
        assert!(matches!(body, Body::Whole(bytes) if bytes == b"a\n.\nb\r\n"));
        assert_eq!(rest, b"MAIL");
        assert!(matches!(read(&[b"abc"], 100).await.0, Body::Cut(3)));
        let (body, rest) = read(&[&[b'x'; 5000], b"\r\n.\r\nMAIL"], 100).await;
        assert!(matches!(body, Body::TooLarge));
        assert_eq!(rest, b"MAIL");
    }

    proptest! {
        #[test]
        fn what_was_stuffed_is_unstuffed(message in "[a.\r\n]{0,40}") {
            let wire = stuffed(message.as_bytes(), 0);
            let end = end_of_body(&wire, 0, true).unwrap();
            prop_assert_eq!(end + 3, wire.len());
            let read = String::from_utf8(unstuffed(&wire[..end])).unwrap();
            let mut expected = message.replace("\r\n", "\n").replace('\r', "\n").replace('\n', "\r\n");
            if !expected.is_empty() && !expected.ends_with("\r\n") {
                expected.push_str("\r\n");
            }
            prop_assert_eq!(read, expected);
        }
    }
}
