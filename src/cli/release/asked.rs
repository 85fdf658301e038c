//! Whom a release is for, in flags that several verbs share.

use crate::desk::distribution::schedule::{Request, Start, Terms};

#[derive(clap::Args, Clone, Debug, Default)]
pub(in crate::cli) struct Asked {
    /// Media list; give it again for more
    #[arg(long = "list", value_name = "LIST")]
    pub lists: Vec<String>,
    /// One contact, by address or id; give it again for more
    #[arg(long, value_name = "CONTACT")]
    pub to: Vec<String>,
    /// List or contact to leave out; give it again for more
    #[arg(long, value_name = "LIST|CONTACT")]
    pub except: Vec<String>,
    /// Send everybody this language version, such as en
    #[arg(long, value_name = "LANGUAGE")]
    pub language: Option<String>,
}

impl Asked {
    pub(in crate::cli) fn is_empty(&self) -> bool {
        self.lists.is_empty() && self.to.is_empty()
    }

    pub(in crate::cli) fn request(
        self,
        release: String,
        start: Start,
        cover_note: Option<String>,
    ) -> Request {
        Request {
            release,
            lists: self.lists,
            to: self.to,
            except: self.except,
            start,
            language: self.language,
            cover_note,
            from: None,
            terms: Terms::default(),
        }
    }
}
