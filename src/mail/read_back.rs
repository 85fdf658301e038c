//! A message of ours read back from its bytes: a preview shows what is in the mail, not what was
//! meant to be in it.

use mail_parser::MessageParser;

/// What a mail program shows of a message.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Shown {
    pub subject: String,
    /// Lines end in LF.
    pub text: String,
    pub html: String,
}

/// Subject, text part and HTML part; empty where there is none.
pub fn read_back(message: &[u8]) -> Shown {
    let Some(parsed) = MessageParser::default().parse(message) else {
        return Shown::default();
    };
    let part = |body: Option<std::borrow::Cow<'_, str>>| {
        body.map(|text| text.replace("\r\n", "\n"))
            .unwrap_or_default()
    };
    Shown {
        subject: parsed.subject().unwrap_or_default().to_owned(),
        text: part(parsed.body_text(0)),
        html: part(parsed.body_html(0)),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::read_back;
    use crate::domain::instant::Instant;
    use crate::mail::message::{Attachment, Facts, build};

    #[test]
    fn a_message_with_everything_comes_back() {
        let long = "Zwölf Turbinen – ".repeat(20);
        let attachment = |inline: Option<&str>| Attachment {
            file_name: "turbine.txt".to_owned(),
            media_type: "text/plain".to_owned(),
            bytes: Arc::from(b"not the text".as_slice()),
            inline_id: inline.map(str::to_owned),
        };
        let facts = Facts {
            from: "Harbour Light <press@example.com>".to_owned(),
            reply_to: None,
            to: "jane@example.com".to_owned(),
            to_name: Some("Jane Doe".to_owned()),
            subject: format!("„{long}“"),
            message_id: "a.1@example.com".to_owned(),
            date: Instant::from_millis(0),
            boundary: "a".to_owned(),
            text: format!("{long}\nsecond\n"),
            html: format!("<p>{long}</p>"),
            attachments: vec![attachment(None), attachment(Some("pic@x"))],
            embargoed_until: None,
            unsubscribe_mailto: "mailto:press@example.com?subject=unsubscribe".to_owned(),
            unsubscribe_url: None,
            in_reply_to: None,
            auto_generated: false,
        };
        let shown = read_back(&build(&facts).unwrap());
        assert_eq!(shown.subject.trim(), facts.subject.trim());
        assert_eq!(shown.text.trim_end(), facts.text.trim_end());
        assert_eq!(shown.html.trim_end(), facts.html);
        assert_eq!(read_back(b""), super::Shown::default());
    }
}
