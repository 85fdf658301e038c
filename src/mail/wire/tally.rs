//! Keeps count on one connection: what is to be written, what is owed, what came unasked.

use std::collections::VecDeque;
use std::io;
use std::task::Poll;

use tokio::io::ReadBuf;

use crate::mail::wire::lines::{self, Line};
use crate::mail::wire::tls::Secured;

/// More without a line end, or in one reply, is no SMTP server.
const RAW_BYTES: usize = 64 * 1024;

/// Bytes to be written in one go, and the replies they call for.
pub(crate) struct Load {
    bytes: Vec<u8>,
    sent: usize,
    replies: usize,
    /// Where the final dot ends, if a body is in it: a reply before that is early.
    dot_end: Option<usize>,
}

impl Load {
    pub(crate) fn commands(bytes: Vec<u8>, replies: usize) -> Self {
        Self {
            bytes,
            sent: 0,
            replies,
            dot_end: None,
        }
    }

    /// `bytes` begin with a body whose dot ends at `dot_end`.
    pub(crate) fn body(bytes: Vec<u8>, dot_end: usize, replies: usize) -> Self {
        Self {
            dot_end: Some(dot_end),
            ..Self::commands(bytes, replies)
        }
    }

    pub(crate) fn rest(&self) -> &[u8] {
        self.bytes.get(self.sent..).unwrap_or_default()
    }
}

/// A reply as it came, code and lines.
pub(crate) type RawReply = (u16, Vec<String>);

/// What nobody asked for.
#[derive(Clone, Debug)]
pub(crate) struct Unasked {
    pub(crate) code: Option<u16>,
    pub(crate) text: String,
}

#[derive(Default)]
pub(crate) struct Tally {
    secured: Option<Secured>,
    load: Option<Load>,
    /// Bytes of the current load that were accepted for sending.
    sent: usize,
    owed: usize,
    raw: Vec<u8>,
    tidy: Vec<u8>,
    handed: usize,
    /// While connecting, lettre reads along, and replies are kept whole: it shows only part of EHLO's.
    greets: bool,
    /// Whole replies that nobody has taken yet.
    kept: VecDeque<RawReply>,
    /// The lines of the reply that is still coming, without their codes.
    lines: Vec<String>,
    /// Its code, by its first line.
    code: Option<u16>,
    /// What came is no reply, whatever else it is.
    garbled: Option<String>,
    unasked: Option<Unasked>,
    ended: bool,
    early: bool,
    write_failure: Option<String>,
}

impl Tally {
    /// A fresh connection: the server owes its greeting.
    pub(crate) fn greeting() -> Self {
        Self {
            owed: 1,
            greets: true,
            ..Self::default()
        }
    }

    /// After STARTTLS: a greeting for lettre to read, because the real one is gone by.
    pub(crate) fn greet_again(&mut self) {
        *self = Self {
            greets: true,
            tidy: b"220 encrypted\r\n".to_vec(),
            ..Self::default()
        };
    }

    pub(crate) fn secured(&mut self, how: Secured) {
        self.secured = Some(how);
    }

    /// How the connection is encrypted, if it is.
    pub(crate) fn protection(&self) -> Option<&Secured> {
        self.secured.as_ref()
    }

    /// The replies kept while connecting. From now on lettre reads no more.
    pub(crate) fn take_kept(&mut self) -> Vec<RawReply> {
        self.greets = false;
        std::mem::take(&mut self.kept).into()
    }

    /// The oldest reply kept, if a whole one has arrived.
    pub(crate) fn next_kept(&mut self) -> Option<RawReply> {
        self.kept.pop_front()
    }

    /// The oldest reply that nobody has taken: None where none will come any more, pending where one
    /// is still to come.
    pub(crate) fn next_reply(&mut self) -> Poll<io::Result<Option<RawReply>>> {
        if let Some(reply) = self.kept.pop_front() {
            return Poll::Ready(Ok(Some(reply)));
        }
        let length: usize = self.lines.iter().map(String::len).sum();
        let why = if let Some(garbled) = &self.garbled {
            format!("the server's answer is no SMTP reply: {garbled}")
        } else if self.raw.len() > RAW_BYTES || length > RAW_BYTES {
            "the server sends an answer without end".to_owned()
        } else if let Some(unasked) = &self.unasked {
            format!("the server said unasked: {}", unasked.text)
        } else if self.ended {
            return Poll::Ready(Ok(None));
        } else {
            return Poll::Pending;
        };
        Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, why)))
    }

    pub(crate) fn owe(&mut self, replies: usize) {
        self.owed += replies;
    }

    pub(crate) fn set_load(&mut self, load: Load) {
        self.sent = 0;
        self.early = false;
        self.load = Some(load);
    }

    pub(crate) fn is_writing(&self) -> bool {
        self.load.is_some()
    }

    pub(crate) fn take_load(&mut self) -> Option<Load> {
        self.load.take()
    }

    pub(crate) fn put_back(&mut self, load: Load) {
        if !load.rest().is_empty() {
            self.load = Some(load);
        }
    }

    /// Notes progress; from the first byte on, the load's replies are owed.
    pub(crate) fn wrote(&mut self, load: &mut Load, bytes: usize) {
        if load.sent == 0 {
            self.owed += load.replies;
        }
        load.sent += bytes;
        self.sent = load.sent;
    }

    pub(crate) fn write_failed(&mut self, why: &str) {
        self.load = None;
        self.write_failure.get_or_insert_with(|| why.to_owned());
    }

    pub(crate) fn is_write_failed(&self) -> bool {
        self.write_failure.is_some()
    }

    /// Bytes of the current load that left our hands.
    pub(crate) fn sent(&self) -> usize {
        self.sent
    }

    pub(crate) fn unasked(&self) -> Option<&Unasked> {
        self.unasked.as_ref()
    }

    /// Bytes that no reply accounts for, complete or not.
    pub(crate) fn has_surplus(&self) -> bool {
        self.unasked.is_some() || (self.owed == 0 && !self.raw.is_empty())
    }

    /// Nothing but the load's own replies may be taken for them: errs before its first byte when
    /// the server has said or ended something meanwhile.
    pub(crate) fn may_write(&mut self) -> io::Result<()> {
        if self.sent > 0 {
            return Ok(());
        }
        let why = match &self.unasked {
            Some(unasked) => format!("the server said unasked: {}", unasked.text),
            None if self.has_surplus() => "the server sent something unasked".to_owned(),
            None if self.ended => "the server has closed the connection".to_owned(),
            None => return Ok(()),
        };
        self.load = None;
        Err(io::Error::new(io::ErrorKind::InvalidData, why))
    }

    pub(crate) fn end(&mut self) {
        self.ended = true;
    }

    /// Why the last load's verdict cannot be trusted, if it cannot.
    pub(crate) fn doubt(&self) -> Option<String> {
        // A goodbye behind the reply is good manners, not a second answer.
        let surplus = self.unasked.as_ref().filter(|u| u.code != Some(421));
        if let Some(unasked) = surplus {
            return Some(format!("the server answered twice: {}", unasked.text));
        }
        if self.early {
            return Some("the server answered before the end of the message".to_owned());
        }
        self.write_failure
            .as_ref()
            .map(|why| format!("the message was not written to its end: {why}"))
    }

    /// Answered before the dot, or cut: the rest of the body is still ours.
    pub(crate) fn is_cut(&self) -> bool {
        self.early || self.write_failure.is_some()
    }

    /// Takes in bytes from the server, line by line.
    pub(crate) fn arrived(&mut self, bytes: &[u8]) {
        self.raw.extend_from_slice(bytes);
        let raw = std::mem::take(&mut self.raw);
        let mut rest = raw.as_slice();
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let (line, behind) = rest.split_at(end);
            self.line(lines::tidy(line));
            rest = behind.get(1..).unwrap_or_default();
        }
        self.raw = rest.to_vec();
    }

    fn line(&mut self, mut line: Line) {
        if self.owed == 0 {
            let Line { text, code, .. } = line;
            self.unasked.get_or_insert(Unasked { code, text });
            return;
        }
        if self.greets {
            // lettre wants a server name in EHLO's reply.
            if line.text.len() == 4 {
                line.text.push_str("unnamed");
            }
            self.tidy.extend_from_slice(line.text.as_bytes());
            self.tidy.extend_from_slice(b"\r\n");
        } else if !line.is_lawful() || self.code.is_some_and(|code| Some(code) != line.code) {
            // Which command this answers, and how, nobody can say; nor what comes behind it.
            self.garbled.get_or_insert_with(|| line.text.clone());
        }
        if self.garbled.is_none() {
            self.lines
                .push(line.text.get(4..).unwrap_or_default().to_owned());
            self.code = line.code;
            if line.is_last {
                let lines = std::mem::take(&mut self.lines);
                let code = self.code.take().unwrap_or(0);
                self.kept.push_back((code, lines));
            }
        }
        if line.is_last {
            self.owed -= 1;
            if self
                .load
                .as_ref()
                .is_some_and(|load| load.dot_end.is_some_and(|end| load.sent < end))
            {
                self.early = true;
                self.load = None;
            }
        }
    }

    /// Gives lettre what it may read. True when the read is done (nothing given: end of stream).
    pub(crate) fn hand_over(&mut self, buf: &mut ReadBuf<'_>) -> io::Result<bool> {
        let waiting = self.tidy.get(self.handed..).unwrap_or_default();
        if waiting.is_empty() {
            self.tidy.clear();
            self.handed = 0;
            if self.raw.len() > RAW_BYTES {
                let why = "the server sends a line without end";
                return Err(io::Error::new(io::ErrorKind::InvalidData, why));
            }
            if let Some(unasked) = &self.unasked {
                let why = format!("the server said unasked: {}", unasked.text);
                return Err(io::Error::new(io::ErrorKind::InvalidData, why));
            }
            return Ok(self.ended);
        }
        let count = waiting.len().min(buf.remaining());
        buf.put_slice(waiting.get(..count).unwrap_or_default());
        self.handed += count;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn greeted(lines: &[u8]) -> Tally {
        let mut tally = Tally::greeting();
        tally.arrived(lines);
        tally.take_kept();
        tally
    }

    fn is_error(tally: &mut Tally) -> bool {
        matches!(tally.next_reply(), Poll::Ready(Err(_)))
    }

    #[test]
    fn replies_are_whole_or_none() {
        let mut tally = greeted(b"220 hi\r\n");
        tally.owe(3);
        assert!(tally.next_reply().is_pending());
        tally.arrived(b"250-2.1.0 a\r\n25");
        assert!(tally.next_reply().is_pending());
        tally.arrived(b"0 b\n550\r\n250 x\r\n");
        let taken = |tally: &mut Tally| match tally.next_reply() {
            Poll::Ready(Ok(Some(reply))) => reply,
            other => panic!("{other:?}"),
        };
        assert_eq!(taken(&mut tally), (250, vec!["2.1.0 a".into(), "b".into()]));
        assert_eq!(taken(&mut tally), (550, vec![String::new()]));
        assert_eq!(taken(&mut tally), (250, vec!["x".into()]));
        assert!(tally.next_reply().is_pending());
        tally.end();
        assert!(matches!(tally.next_reply(), Poll::Ready(Ok(None))));
    }

    #[test]
    fn what_is_no_reply_ends_the_connection() {
        for lines in [
            &b"fine\r\n"[..],
            b"150 fine\r\n",
            b"650 fine\r\n",
            b"260 fine\r\n",
            b"250fine\r\n",
            b"250-fine\r\n550 not\r\n",
        ] {
            let mut tally = greeted(b"220 hi\r\n");
            tally.owe(1);
            tally.arrived(lines);
            assert!(is_error(&mut tally), "{lines:?}");
            // What comes behind answers something else.
            tally.owe(1);
            tally.arrived(b"250 ok\r\n");
            assert!(is_error(&mut tally), "{lines:?}");
        }
        let mut endless = greeted(b"220 hi\r\n");
        endless.owe(1);
        endless.arrived(&b"250-more\r\n".repeat(20_000));
        assert!(is_error(&mut endless));
    }

    fn handed(tally: &mut Tally) -> String {
        let mut space = [0; 1000];
        let mut buf = ReadBuf::new(&mut space);
        tally.hand_over(&mut buf).unwrap();
        String::from_utf8(buf.filled().to_vec()).unwrap()
    }

    #[test]
    fn an_unasked_reply_is_never_handed_over() {
        let mut tally = Tally::greeting();
        tally.arrived(b"220 hi\r\n250 extra\r\n");
        assert_eq!(handed(&mut tally), "220 hi\r\n");
        assert_eq!(tally.unasked().unwrap().text, "250 extra");
        let mut space = [0; 10];
        assert!(tally.hand_over(&mut ReadBuf::new(&mut space)).is_err());
        tally.set_load(Load::commands(b"MAIL\r\n".to_vec(), 1));
        assert!(tally.may_write().is_err());
    }

    #[test]
    fn a_reply_before_the_dot_stops_the_body() {
        let mut tally = Tally::greeting();
        tally.arrived(b"220 hi\n");
        tally.set_load(Load::body(b"body\r\n.\r\nMAIL".to_vec(), 9, 2));
        let mut load = tally.take_load().unwrap();
        tally.wrote(&mut load, 4);
        tally.put_back(load);
        tally.arrived(b"552 too big\r\n");
        assert!(tally.is_cut() && !tally.is_writing() && tally.doubt().is_some());
    }

    #[test]
    fn a_reply_behind_the_dot_is_in_time_although_the_next_envelope_waits() {
        let mut tally = Tally::greeting();
        tally.arrived(b"220 hi\n");
        tally.set_load(Load::body(b"body\r\n.\r\nMAIL".to_vec(), 9, 2));
        let mut load = tally.take_load().unwrap();
        tally.wrote(&mut load, 9);
        tally.put_back(load);
        tally.arrived(b"250 ok\r\n");
        assert!(!tally.is_cut() && tally.is_writing() && tally.doubt().is_none());
    }
}
