//! What the page shows, and the policy that lets it load nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use minijinja::{Environment, context};
use sha2::{Digest, Sha256};

use crate::desk::people::opt_out_link::{Choice, Offer};
use crate::web::unsubscribe::words::Words;

const STYLE: &str = include_str!("style.css");

/// A page in words: a heading, sentences, perhaps the form.
#[derive(Debug)]
pub(in crate::web::unsubscribe) struct Shown {
    words: &'static Words,
    newsroom: String,
    title: &'static str,
    sentences: Vec<String>,
    /// Value of `scope` and what it means, the widest last.
    choices: Vec<(&'static str, String)>,
    is_form: bool,
}

impl Shown {
    pub(in crate::web::unsubscribe) fn ask(
        words: &'static Words,
        newsroom: &str,
        offer: &Offer,
    ) -> Self {
        let mut choices = Vec::new();
        if let Some(list) = &offer.list {
            choices.push(("list", fill(words.this_list, list)));
        }
        if let Some(name) = &offer.organization {
            choices.push(("organization", fill(words.this_organization, name)));
        }
        choices.push(("everything", fill(words.everything, newsroom)));
        let mut sentences = Vec::new();
        if let Some(masked) = &offer.masked {
            sentences.push(fill(words.address, masked));
        }
        if offer.rehearsal {
            sentences.push(words.rehearsal.to_owned());
        }
        Self {
            words,
            newsroom: newsroom.to_owned(),
            title: words.ask,
            sentences,
            choices,
            is_form: true,
        }
    }

    pub(in crate::web::unsubscribe) fn done(
        words: &'static Words,
        newsroom: &str,
        offer: &Offer,
        choice: Choice,
    ) -> Self {
        let told = match (choice, &offer.list, &offer.organization) {
            (Choice::List, Some(list), _) => fill(words.done_list, list),
            (Choice::Organization, _, Some(name)) => fill(words.done_organization, name),
            _ => fill(words.done_everything, newsroom),
        };
        let told = if offer.rehearsal {
            words.rehearsal.to_owned()
        } else {
            told
        };
        let sentences = vec![told, fill(words.mistake, &offer.write_to)];
        Self::plain(words, newsroom, words.done, sentences)
    }

    pub(in crate::web::unsubscribe) fn unknown(
        words: &'static Words,
        newsroom: &str,
        write_to: &str,
    ) -> Self {
        let sentences = vec![fill(words.unknown_why, write_to)];
        Self::plain(words, newsroom, words.unknown, sentences)
    }

    pub(in crate::web::unsubscribe) fn trouble(
        words: &'static Words,
        newsroom: &str,
        write_to: &str,
    ) -> Self {
        let sentences = vec![fill(words.trouble_why, write_to)];
        Self::plain(words, newsroom, words.trouble, sentences)
    }

    fn plain(
        words: &'static Words,
        newsroom: &str,
        title: &'static str,
        sentences: Vec<String>,
    ) -> Self {
        Self {
            words,
            newsroom: newsroom.to_owned(),
            title,
            sentences,
            choices: Vec::new(),
            is_form: false,
        }
    }
}

fn fill(sentence: &str, name: &str) -> String {
    sentence.replace("{}", name)
}

/// The page's template, read once.
pub(in crate::web::unsubscribe) struct View(Environment<'static>);

impl View {
    pub(in crate::web::unsubscribe) fn new() -> Result<Self, minijinja::Error> {
        let mut environment = Environment::new();
        environment.add_template("page.html", include_str!("page.html"))?;
        Ok(Self(environment))
    }

    pub(in crate::web::unsubscribe) fn page(
        &self,
        shown: &Shown,
    ) -> Result<String, minijinja::Error> {
        let choices: Vec<_> = shown
            .choices
            .iter()
            .map(|(value, label)| context! { value => *value, label })
            .collect();
        self.0.get_template("page.html")?.render(context! {
            language => shown.words.language,
            newsroom => &shown.newsroom,
            title => shown.title,
            sentences => &shown.sentences,
            choices,
            is_form => shown.is_form,
            legend => shown.words.legend,
            button => shown.words.button,
            style => minijinja::Value::from_safe_string(STYLE.to_owned()),
        })
    }

    /// Content-Security-Policy: the style by its hash, a form to ourselves, and nothing else.
    pub(in crate::web::unsubscribe) fn policy() -> String {
        let hash = STANDARD.encode(Sha256::digest(STYLE));
        format!(
            "default-src 'none'; style-src 'sha256-{hash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Shown, View};
    use crate::desk::people::opt_out_link::{Choice, Offer};
    use crate::web::unsubscribe::words::words;

    fn offer() -> Offer {
        Offer {
            language: "de".to_owned(),
            masked: Some("m…@outlet.example".to_owned()),
            list: Some("Technik & <Presse>".to_owned()),
            organization: Some("Harbour Light".to_owned()),
            write_to: "press@example.com".to_owned(),
            rehearsal: false,
        }
    }

    #[test]
    fn the_page_asks_in_the_mails_language_and_escapes_names() {
        let view = View::new().unwrap();
        let html = view
            .page(&Shown::ask(words("de-AT"), "Büro \"A\"", &offer()))
            .unwrap();
        assert!(html.contains("<html lang=\"de\""), "{html}");
        assert!(
            html.contains("Technik &amp; &lt;Presse&gt;") && !html.contains("<Presse>"),
            "{html}"
        );
        for value in ["list", "organization", "everything"] {
            assert!(html.contains(&format!("value=\"{value}\"")), "{value}");
        }
        assert!(
            !html.contains("<script") && !html.contains("http"),
            "{html}"
        );
    }

    #[test]
    fn everything_is_always_offered_and_chosen() {
        let bare = Offer {
            list: None,
            organization: None,
            masked: None,
            ..offer()
        };
        let html = View::new()
            .unwrap()
            .page(&Shown::ask(words("en"), "Newsroom", &bare))
            .unwrap();
        assert!(
            html.contains("value=\"everything\"") && !html.contains("value=\"list\""),
            "{html}"
        );
    }

    #[test]
    fn what_was_done_is_told_in_every_language() {
        for language in ["en", "de", "fr", "es", "it", "nl", "pt", "xx"] {
            for choice in [Choice::List, Choice::Organization, Choice::Everything] {
                let shown = Shown::done(words(language), "Newsroom", &offer(), choice);
                let html = View::new().unwrap().page(&shown).unwrap();
                assert!(
                    html.contains("press@example.com") && !html.contains("{}"),
                    "{html}"
                );
                assert!(!html.contains("<form"), "{html}");
            }
        }
    }
}
