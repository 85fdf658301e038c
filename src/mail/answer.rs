//! What a person wrote to us: subject and text of a mail, without its attachments.

use mail_parser::MessageParser;

/// As written, nothing taken off.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Written {
    /// One line.
    pub subject: String,
    /// The text part; of a mail that has only HTML, its text.
    pub text: String,
}

/// None: the bytes are no mail.
pub fn written(bytes: &[u8]) -> Option<Written> {
    let message = MessageParser::new().parse(bytes)?;
    let subject = message.subject().unwrap_or_default();
    let text = message.body_text(0).unwrap_or_default();
    Some(Written {
        subject: subject
            .chars()
            .filter(|c| !c.is_control())
            .take(200)
            .collect(),
        text: text.replace('\0', ""),
    })
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn text_is_read_and_attachments_are_not() {
        let mail = b"Subject: =?utf-8?Q?Re:_M=C3=BChle?=\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>Yes, agreed.</p>\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nsecret\r\n--b--\r\n";
        let read = written(mail).unwrap();
        assert_eq!(read.subject, "Re: Mühle");
        assert!(
            read.text.contains("Yes, agreed.")
                && !read.text.contains("secret")
                && !read.text.contains('<')
        );
    }
}
