//! What became of one message: sent, refused, or unknown; nothing in between.

use std::fmt;

use crate::mail::route_problem::RouteProblem;

/// The longest reply text we keep, in characters.
const REPLY_CHARS: usize = 500;

/// One SMTP reply, fit for a ledger: one line of text, no control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The three digits (RFC 5321, section 4.2).
    pub code: u16,
    /// The enhanced status, "5.1.1" (RFC 3463), where the reply begins with one of its class.
    pub enhanced: Option<String>,
    /// The server's words without the codes, at most 500 characters.
    pub text: String,
}

impl Reply {
    /// From a code and the reply's lines (without the code).
    pub fn new<'a>(code: u16, lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut enhanced: Option<String> = None;
        let mut text = String::new();
        for line in lines {
            let line = line.trim();
            let (head, rest) = line.split_once(' ').unwrap_or((line, ""));
            // Servers repeat the enhanced code on every line of a reply; once is enough.
            let kept = if is_enhanced(head, code)
                && enhanced.as_deref().is_none_or(|known| known == head)
            {
                enhanced = Some(head.to_owned());
                rest.trim_start()
            } else {
                line
            };
            if !text.is_empty() && !kept.is_empty() {
                text.push(' ');
            }
            text.extend(kept.chars().map(|c| if c.is_control() { ' ' } else { c }));
        }
        if let Some((cut, _)) = text.char_indices().nth(REPLY_CHARS) {
            text.truncate(cut);
        }
        Self {
            code,
            enhanced,
            text,
        }
    }

    /// 4xx: not now.
    pub fn is_transient(&self) -> bool {
        (400..500).contains(&self.code)
    }

    /// 5xx: not at all.
    pub fn is_permanent(&self) -> bool {
        (500..600).contains(&self.code)
    }

    pub(crate) fn is_refusal(&self) -> bool {
        self.is_transient() || self.is_permanent()
    }

    /// The name under which the server queued the message, as Postfix ("queued as X"), Exim
    /// ("id=X"), Exchange ("[InternalId=X, …") and Amazon SES ("Ok X") write it.
    pub fn queue_id(&self) -> Option<String> {
        let after = |mark: &str| {
            let at = self.text.to_ascii_lowercase().find(mark)?;
            self.text.get(at + mark.len()..)
        };
        let rest = after("queued as ")
            .or_else(|| after("internalid="))
            .or_else(|| after("id="))
            .or_else(|| self.text.strip_prefix("Ok "))?;
        let id: String = rest
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "-_.@".contains(*c))
            .collect();
        // "Ok: queued" is prose; a queue id has a digit in every server we know.
        (id.len() >= 5 && id.chars().any(|c| c.is_ascii_digit()))
            .then(|| id.trim_end_matches('.').to_owned())
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if let Some(enhanced) = &self.enhanced {
            write!(f, " {enhanced}")?;
        }
        if !self.text.is_empty() {
            write!(f, " {}", self.text)?;
        }
        Ok(())
    }
}

/// RFC 2034, section 4: class, subject and detail, and the class agrees with the reply's code.
fn is_enhanced(word: &str, code: u16) -> bool {
    let mut parts = word.split('.');
    let class_agrees = parts.next() == Some(&(code / 100).to_string());
    let digits = |part: Option<&str>| {
        part.is_some_and(|p| (1..=3).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
    };
    class_agrees && digits(parts.next()) && digits(parts.next()) && parts.next().is_none()
}

/// Which command a refusal answered. `Mail` speaks of the sender or the route, `Rcpt` of the
/// recipient, `Data` and `Dot` of the message or the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Mail,
    Rcpt,
    Data,
    Dot,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mail => "MAIL",
            Self::Rcpt => "RCPT",
            Self::Data => "DATA",
            Self::Dot => "end of message",
        })
    }
}

/// How a transaction began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begin {
    /// The server waits for the body (354). Nothing of it has been written.
    Ready,
    /// A definite 4xx or 5xx; no body was or will be sent.
    Refused { stage: Stage, reply: Reply },
    /// The connection is of no more use. The body was never started: the row is still queued.
    Dead(RouteProblem),
}

/// What became of a body that was to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server said 250 to the final dot: it is responsible now (RFC 5321, section 4.2.5).
    Sent(Reply),
    /// A definite 4xx or 5xx.
    Refused { stage: Stage, reply: Reply },
    /// The body was begun and no verdict came: nobody knows (RFC 1047). Never resend by default.
    Unknown { why: String },
    /// The connection was found dead before the body's first byte: nothing of it left, the row
    /// may go back to queued.
    Dead(RouteProblem),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_one_line_with_its_enhanced_code_apart() {
        let reply = Reply::new(550, ["5.1.1 No such", "5.1.1 user\u{7}here"]);
        assert_eq!(reply.enhanced.as_deref(), Some("5.1.1"));
        assert_eq!(reply.to_string(), "550 5.1.1 No such user here");
        // A class that contradicts the code is text.
        assert_eq!(Reply::new(550, ["2.0.0 fine"]).enhanced, None);
        assert_eq!(Reply::new(250, ["1.2.3.4 greets"]).enhanced, None);
        assert_eq!(Reply::new(550, ["x".repeat(900).as_str()]).text.len(), 500);
    }

    #[test]
    fn queue_ids_of_the_usual_servers() {
        let id = |text: &str| Reply::new(250, [text]).queue_id();
        assert_eq!(
            id("2.0.0 Ok: queued as 4F2B1A3C").as_deref(),
            Some("4F2B1A3C")
        );
        assert_eq!(
            id("OK id=1tKx2V-0003Fz-Ab").as_deref(),
            Some("1tKx2V-0003Fz-Ab")
        );
        assert_eq!(
            id("2.6.0 <a@b> [InternalId=98765, Hostname=x] Queued mail").as_deref(),
            Some("98765")
        );
        assert_eq!(id("Ok 0100018f3c-77").as_deref(), Some("0100018f3c-77"));
        assert_eq!(id("Ok: taken"), None);
        assert_eq!(id(""), None);
    }
}
