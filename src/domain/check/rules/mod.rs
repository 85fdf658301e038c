//! The forty rules by number; what each means stands in `docs/checks/`.

mod characters;
mod contacts;
mod debris;
mod embargo;
mod files;
mod headline;
mod issuers;
mod links;
mod names;
mod notes;
mod partners;
mod place;
mod placeholders;
mod quotes;
mod shape;
mod spelling;
mod standing;
mod tickers;
mod times;
mod tone;

use crate::domain::check::finding::{Noted, Severity};
use crate::domain::check::part::Copy;

/// One rule.
#[derive(Debug)]
pub struct Rule {
    pub id: &'static str,
    /// What it usually weighs; some findings weigh more or less.
    pub severity: Severity,
    pub title: &'static str,
    /// What to do.
    pub hint: &'static str,
    /// Nothing for rules that look at the rendered mail only.
    pub(crate) apply: Option<fn(&Copy<'_>) -> Option<Noted>>,
}

const fn rule(
    id: &'static str,
    severity: Severity,
    title: &'static str,
    hint: &'static str,
    apply: fn(&Copy<'_>) -> Option<Noted>,
) -> Rule {
    Rule {
        id,
        severity,
        title,
        hint,
        apply: Some(apply),
    }
}

const fn mail_rule(
    id: &'static str,
    severity: Severity,
    title: &'static str,
    hint: &'static str,
) -> Rule {
    Rule {
        id,
        severity,
        title,
        hint,
        apply: None,
    }
}

use Severity::{Error, Warning};

/// All rules in their order.
pub static RULES: [Rule; 40] = [
    rule(
        "CHK-01",
        Error,
        "lead-in without a link",
        "put the address behind it, or take the sentence out",
        links::lead_in,
    ),
    rule(
        "CHK-02",
        Error,
        "original version without an address",
        "set source_url, or take the line out",
        links::source,
    ),
    rule(
        "CHK-03",
        Error,
        "press contact without an address",
        "name a person with an e-mail address: press_contacts = [\"…\"]",
        contacts::empty,
    ),
    rule(
        "CHK-04",
        Warning,
        "press contact not complete",
        "give a name and a phone that is answered: dateline presscontact edit",
        contacts::thin,
    ),
    rule(
        "CHK-05",
        Error,
        "words that point at a link that is not there",
        "link the words, or name what is meant",
        links::deictic,
    ),
    rule(
        "CHK-06",
        Warning,
        "link text that says nothing",
        "link the words that say where it leads",
        links::vague,
    ),
    rule(
        "CHK-07",
        Error,
        "broken link",
        "give the whole public address, beginning with https://",
        links::broken,
    ),
    rule(
        "CHK-08",
        Warning,
        "social networks named without a link",
        "link each name, or take them out",
        links::social,
    ),
    rule(
        "CHK-09",
        Error,
        "weekday and date do not agree",
        "look into the calendar and mend one of them",
        times::weekday,
    ),
    rule(
        "CHK-10",
        Error,
        "the dateline has another date than the sending",
        "date it to the day on which it goes out",
        times::dateline,
    ),
    rule(
        "CHK-11",
        Warning,
        "words whose day moves",
        "write the date or the weekday",
        times::relative,
    ),
    rule(
        "CHK-12",
        Warning,
        "form of the dateline",
        "CITY, State or Country, Month Day, Year; give city, region, country and date as keys",
        place::form,
    ),
    rule(
        "CHK-13",
        Error,
        "time without its zone, or with the wrong one",
        "write the zone that holds on that day, such as 3 p.m. EDT",
        times::zone,
    ),
    rule(
        "CHK-14",
        Error,
        "placeholder",
        "fill it in, or take it out",
        placeholders::left,
    ),
    rule(
        "CHK-15",
        Error,
        "merge field that is not filled",
        "write {{ contact.given_name | default(\"there\") }}, or take it out",
        placeholders::fields,
    ),
    mail_rule(
        "CHK-16",
        Warning,
        "suspicious name in a mail",
        "mend the contact: dateline contact edit",
    ),
    rule(
        "CHK-17",
        Error,
        "embargo in the text and in the record do not agree",
        "set embargo = \"…\" in the file, or mend the text",
        embargo::stated,
    ),
    rule(
        "CHK-18",
        Error,
        "embargo of another time in the text",
        "mend the text or the record; every language and attachment says the same",
        embargo::other,
    ),
    rule(
        "CHK-19",
        Error,
        "attachment without the embargo",
        "put the embargo on its first page and into its file name",
        embargo::attachment,
    ),
    rule(
        "CHK-20",
        Warning,
        "embargo too short, or on a day off",
        "give journalists a working day: dateline embargo move",
        embargo::lead,
    ),
    rule(
        "CHK-21",
        Warning,
        "long headline",
        "say the news first, the rest in a subhead",
        headline::long,
    ),
    rule(
        "CHK-22",
        Warning,
        "issuer not in the headline",
        "name the organization in the headline",
        headline::issuer,
    ),
    rule(
        "CHK-23",
        Warning,
        "form of the headline",
        "capitals and marks do not make it news; write it as a sentence without its full stop",
        headline::form,
    ),
    rule(
        "CHK-24",
        Warning,
        "subhead repeats the headline",
        "say something new in it, or take it out",
        headline::repeated,
    ),
    rule(
        "CHK-25",
        Warning,
        "organization without an \"About\" text",
        "add its boilerplate, or list it in [style] no_about",
        issuers::about,
    ),
    rule(
        "CHK-26",
        Warning,
        "listed organization without its ticker",
        "write (EXCHANGE: TICKER) after the first full name",
        tickers::ticker,
    ),
    rule(
        "CHK-27",
        Error,
        "forward-looking statements",
        "add the section that your counsel wrote for these statements",
        issuers::forward,
    ),
    rule(
        "CHK-28",
        Warning,
        "quote",
        "name who speaks, with the title, and close what was opened",
        quotes::quote,
    ),
    rule(
        "CHK-29",
        Warning,
        "characters",
        "search and replace; your editor shows them as hidden characters",
        characters::hygiene,
    ),
    rule(
        "CHK-30",
        Warning,
        "name written in several ways",
        "choose one way",
        spelling::spelling,
    ),
    rule(
        "CHK-31",
        Warning,
        "recycled text",
        "check the figures and the period against today's",
        issuers::recycled,
    ),
    rule(
        "CHK-32",
        Error,
        "note or table that is not there",
        "add it, or take the reference out",
        notes::dangling,
    ),
    rule(
        "CHK-33",
        Warning,
        "hype",
        "say what it does, with a number or a source",
        tone::hype,
    ),
    rule(
        "CHK-34",
        Warning,
        "words for a lawyer",
        "have counsel read it, and note that in the approval's comment",
        tone::legal,
    ),
    rule(
        "CHK-35",
        Error,
        "rests of a page or a tool",
        "take them out; look through a pasted text and save it as your own file",
        debris::rests,
    ),
    rule(
        "CHK-36",
        Error,
        "attachments",
        "send pictures and PDF; give large files as links",
        files::kinds,
    ),
    rule(
        "CHK-37",
        Warning,
        "picture without its words",
        "give alt, caption and credit in assets",
        files::words,
    ),
    rule(
        "CHK-38",
        Warning,
        "length and end",
        "400 to 800 words in short paragraphs is what gets read",
        shape::shape,
    ),
    rule(
        "CHK-39",
        Error,
        "subject of the mail",
        "let the headline say the news in some 70 characters",
        headline::subject,
    ),
    rule(
        "CHK-40",
        Error,
        "frame of the mail",
        "set the postal address, keep the opt-out in the template, and say in a correction what was wrong",
        placeholders::note,
    ),
];

pub use crate::domain::check::rules::debris::is_debris;
pub use crate::domain::check::rules::placeholders::foreign as unfilled;
pub use crate::domain::check::rules::shape::is_end_mark;

/// What makes a subject a bad one.
pub(crate) fn headline_fault(subject: &str, language: &str) -> Option<&'static str> {
    headline::subject_fault(subject, language)
}

/// Nothing but capitals.
pub(crate) fn is_shouted(text: &str) -> bool {
    headline::is_all_capitals(text)
}

/// A rule by its id, whatever its case.
pub fn by_id(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id.eq_ignore_ascii_case(id))
}
