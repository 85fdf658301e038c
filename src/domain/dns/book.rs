//! Questions to DNS and their answers, so that rules can be tried without a nameserver.

// Plain data from `core`: there is no socket in it.
use core::net::IpAddr;
use std::collections::HashMap;

/// One question.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Question {
    /// TXT records of a name.
    Texts(String),
    /// A and AAAA records of a name.
    Addresses(String),
    /// Names of the mail exchangers of a domain.
    Exchangers(String),
    /// Names of an address.
    Names(IpAddr),
}

/// What DNS said; nothing there is an answer, too.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Answer {
    Texts(Vec<String>),
    Addresses(Vec<IpAddr>),
    Names(Vec<String>),
}

/// The answers so far.
#[derive(Clone, Debug, Default)]
pub struct Book(HashMap<Question, Answer>);

impl Book {
    pub fn write(&mut self, question: Question, answer: Answer) {
        self.0.insert(question, answer);
    }

    /// The texts of a name; the question where nobody has asked it.
    pub fn texts(&self, name: &str) -> Result<&[String], Question> {
        let question = Question::Texts(plain(name));
        match self.0.get(&question) {
            Some(Answer::Texts(texts)) => Ok(texts),
            Some(_) => Ok(&[]),
            None => Err(question),
        }
    }

    pub fn addresses(&self, name: &str) -> Result<&[IpAddr], Question> {
        let question = Question::Addresses(plain(name));
        match self.0.get(&question) {
            Some(Answer::Addresses(addresses)) => Ok(addresses),
            Some(_) => Ok(&[]),
            None => Err(question),
        }
    }

    pub fn exchangers(&self, domain: &str) -> Result<&[String], Question> {
        self.names_of(Question::Exchangers(plain(domain)))
    }

    pub fn names(&self, address: IpAddr) -> Result<&[String], Question> {
        self.names_of(Question::Names(address))
    }

    fn names_of(&self, question: Question) -> Result<&[String], Question> {
        match self.0.get(&question) {
            Some(Answer::Names(names)) => Ok(names),
            Some(_) => Ok(&[]),
            None => Err(question),
        }
    }
}

/// Names compare without case and without the dot at their end.
fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}
