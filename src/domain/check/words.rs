//! The word lists of the rules, in English, German, French and Spanish; in lower case.

mod english;
mod french;
mod german;
mod spanish;

/// The lists of one language.
#[derive(Debug)]
pub struct Words {
    /// Opens a link that should follow at once.
    pub lead_in: &'static [&'static str],
    /// "Original version on", with the address behind it.
    pub source: &'static [&'static str],
    /// Points at a link by place only.
    pub deictic: &'static [&'static str],
    /// Says nothing as the text of a link.
    pub vague_link: &'static [&'static str],
    pub contact_heading: &'static [&'static str],
    pub about_heading: &'static [&'static str],
    pub relative: &'static [&'static str],
    pub hype: &'static [&'static str],
    pub legal: &'static [&'static str],
    pub forward: &'static [&'static str],
    pub money: &'static [&'static str],
    pub forward_heading: &'static [&'static str],
    pub said: &'static [&'static str],
    pub placeholder: &'static [&'static str],
    pub embargo: &'static [&'static str],
    pub immediate: &'static [&'static str],
    pub table: &'static [&'static str],
    pub bare_subject: &'static [&'static str],
}

/// The lists of a language by the first half of its tag; English where we have none.
pub fn words(language: &str) -> &'static Words {
    match language {
        "de" => &german::WORDS,
        "fr" => &french::WORDS,
        "es" => &spanish::WORDS,
        _ => &english::WORDS,
    }
}

/// Places to follow somebody, as they are named in print.
pub const SOCIAL: &[&str] = &[
    "linkedin",
    "facebook",
    "instagram",
    "twitter",
    "youtube",
    "tiktok",
    "mastodon",
    "bluesky",
    "threads",
    "xing",
    "whatsapp",
    "wechat",
    "weibo",
];

/// Rests of a web page or a tool, on lines of their own.
pub const DEBRIS: &[&str] = &[
    "login form",
    "log in",
    "sign in",
    "sign up",
    "subscribe",
    "entries archive",
    "views:",
    "total comments",
    "add comment",
    "leave a comment",
    "leave a reply",
    "print",
    "share this",
    "share on",
    "tweet",
    "related articles",
    "related posts",
    "you may also like",
    "read also",
    "skip to content",
    "skip to main content",
    "cookie",
    "accept all",
    "privacy policy",
    "terms of use",
    "all rights reserved",
    "back to top",
    "name *:",
    "email *:",
    "code *:",
    "advertisement",
    "newsletter",
    "previous article",
    "next article",
    "tags:",
    "filed under",
    "posted in",
    "posted by",
    "added by",
    "copy link",
    "rating:",
    "home",
    "menu",
    "search",
    "anmelden",
    "startseite",
    "teilen",
    "drucken",
    "kommentare",
    "weitere storys",
    "weitere meldungen",
    "alle storys",
    "alle meldungen",
    "original-content von:",
    "das könnte sie auch interessieren",
    "merkliste",
    "impressum",
    "se connecter",
    "s'abonner",
    "partager",
    "imprimer",
    "accueil",
    "articles similaires",
    "à lire aussi",
    "commentaires",
    "mentions légales",
    "iniciar sesión",
    "suscríbete",
    "compartir",
    "imprimir",
    "inicio",
    "noticias relacionadas",
    "artículos relacionados",
    "te puede interesar",
    "comentarios",
    "aviso legal",
];
