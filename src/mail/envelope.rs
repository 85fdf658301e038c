//! The SMTP envelope of one message, and the commands that announce it.

use crate::mail::outcome::{Reply, Stage};

/// Who sends to whom; one recipient each, so that every recipient has a verdict of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// The return path; empty for a notification (`MAIL FROM:<>`).
    pub from: String,
    pub to: String,
    /// Bytes of the message, for servers that offer SIZE (RFC 1870).
    pub size: usize,
    /// The body has bytes above 127.
    pub eight_bit: bool,
    /// An address or a header is not ASCII (RFC 6531).
    pub smtputf8: bool,
}

/// What the server offered in its EHLO reply; keywords compare without case (RFC 5321, 4.1.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a keyword a server sends or does not"
)]
pub(crate) struct Offers {
    pub(crate) pipelining: bool,
    pub(crate) eight_bit_mime: bool,
    pub(crate) smtputf8: bool,
    pub(crate) starttls: bool,
    /// SIZE was offered, with its limit in bytes; 0 where none was named (RFC 1870, section 3).
    pub(crate) size: Option<u64>,
    /// Mechanisms of AUTH, in capitals.
    pub(crate) auth: Vec<String>,
}

impl Offers {
    /// From the EHLO reply's lines; the first is the server's name.
    pub(crate) fn parse<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut offers = Self::default();
        for line in lines.into_iter().skip(1) {
            // "AUTH=LOGIN" is an old spelling that some servers still send beside the right one.
            let line = line
                .trim()
                .to_ascii_uppercase()
                .replacen("AUTH=", "AUTH ", 1);
            let mut words = line.split_ascii_whitespace();
            match words.next().unwrap_or_default() {
                "PIPELINING" => offers.pipelining = true,
                "8BITMIME" => offers.eight_bit_mime = true,
                "SMTPUTF8" => offers.smtputf8 = true,
                "STARTTLS" => offers.starttls = true,
                "SIZE" => {
                    let limit = words.next().and_then(|word| word.parse().ok());
                    offers.size = Some(limit.unwrap_or(0));
                }
                "AUTH" => offers.auth.extend(words.map(str::to_owned)),
                _ => {}
            }
        }
        offers
    }

    /// The largest message in bytes, where the server named one.
    pub(crate) fn limit(&self) -> Option<u64> {
        self.size.filter(|limit| *limit > 0)
    }
}

impl Envelope {
    /// Why this server can never take this envelope, as the reply it would give; found before a
    /// byte is written, so that a strange address cannot become a command.
    pub(crate) fn objection(&self, offers: &Offers) -> Option<(Stage, Reply)> {
        if !is_writable(&self.from) {
            let text = "5.1.7 the sender's address cannot be written in an envelope";
            return Some((Stage::Mail, Reply::new(553, [text])));
        }
        if self.to.is_empty() || !is_writable(&self.to) {
            let text = "5.1.3 the address cannot be written in an envelope";
            return Some((Stage::Rcpt, Reply::new(553, [text])));
        }
        if self.needs_smtputf8() && !offers.smtputf8 {
            let text = "5.6.7 the address is not ASCII and the server does not offer SMTPUTF8";
            return Some((Stage::Rcpt, Reply::new(553, [text])));
        }
        if self.eight_bit && !offers.eight_bit_mime {
            let text = "5.6.3 the message has 8-bit text and the server does not offer 8BITMIME";
            return Some((Stage::Mail, Reply::new(554, [text])));
        }
        if let Some(limit) = offers.limit()
            && self.size as u64 > limit
        {
            let text = format!(
                "5.3.4 the message has {} bytes, the server takes at most {limit}",
                self.size
            );
            return Some((Stage::Mail, Reply::new(552, [text.as_str()])));
        }
        None
    }

    fn needs_smtputf8(&self) -> bool {
        self.smtputf8 || !self.from.is_ascii() || !self.to.is_ascii()
    }

    /// `MAIL FROM:<…> …` with its line end.
    pub(crate) fn mail(&self, offers: &Offers) -> String {
        let mut line = format!("MAIL FROM:<{}>", self.from);
        if offers.size.is_some() && self.size > 0 {
            line = format!("{line} SIZE={}", self.size);
        }
        if self.eight_bit || self.needs_smtputf8() {
            line.push_str(if offers.eight_bit_mime {
                " BODY=8BITMIME"
            } else {
                ""
            });
        }
        if self.needs_smtputf8() {
            line.push_str(" SMTPUTF8");
        }
        line.push_str("\r\n");
        line
    }

    /// `RCPT TO:<…>` with its line end.
    pub(crate) fn rcpt(&self) -> String {
        format!("RCPT TO:<{}>\r\n", self.to)
    }
}

/// No white space, no control character, no angle bracket, and within the 254 bytes of a path
/// (RFC 5321, section 4.5.3.1.3): whatever else the address is, it stays one argument.
fn is_writable(address: &str) -> bool {
    address.len() <= 254
        && address
            .chars()
            .all(|c| !c.is_control() && !c.is_whitespace() && !matches!(c, '<' | '>'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn envelope(to: &str) -> Envelope {
        Envelope {
            from: "press@example.com".into(),
            to: to.into(),
            size: 100,
            eight_bit: false,
            smtputf8: false,
        }
    }

    #[test]
    fn keywords_are_found_in_any_case() {
        let offers = Offers::parse([
            "mail.example",
            "Pipelining",
            "size 1000",
            "auth=login",
            "AUTH plain xoauth2",
            "8BitMime",
            "SmtpUtf8",
            "startTLS",
        ]);
        assert!(offers.pipelining && offers.eight_bit_mime && offers.smtputf8 && offers.starttls);
        assert_eq!(offers.size, Some(1000));
        assert_eq!(offers.auth, ["LOGIN", "PLAIN", "XOAUTH2"]);
        // A server named "pipelining" offers nothing.
        assert_eq!(Offers::parse(["PIPELINING"]), Offers::default());
        assert_eq!(Offers::parse(["x", "SIZE 0"]).limit(), None);
    }

    #[test]
    fn an_address_never_becomes_a_command() {
        let offers = Offers::default();
        for bad in [
            "",
            "a@b\r\nRSET",
            "a@b> SIZE=1",
            "a b@c",
            "a\u{85}@b",
            "a\0@b",
        ] {
            let (stage, reply) = envelope(bad).objection(&offers).unwrap();
            assert_eq!((stage, reply.code), (Stage::Rcpt, 553), "{bad:?}");
        }
        assert_eq!(envelope("a@b.example").objection(&offers), None);
    }

    #[test]
    fn parameters_only_where_offered() {
        let none = Offers::default();
        assert_eq!(
            envelope("a@b").mail(&none),
            "MAIL FROM:<press@example.com>\r\n"
        );
        let all = Offers::parse(["x", "SIZE 99", "8BITMIME", "SMTPUTF8"]);
        assert_eq!(
            envelope("ü@b").mail(&all),
            "MAIL FROM:<press@example.com> SIZE=100 BODY=8BITMIME SMTPUTF8\r\n"
        );
        assert_eq!(envelope("a@b").objection(&all).unwrap().1.code, 552);
        assert_eq!(
            envelope("ü@b")
                .objection(&none)
                .unwrap()
                .1
                .enhanced
                .unwrap(),
            "5.6.7"
        );
    }
}
