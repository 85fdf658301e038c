//! The wording of notices and questions: one file per language, a section per kind, replaceable by
//! the house's own.

use std::path::Path;

use minijinja::{Environment, UndefinedBehavior, Value};

use crate::mail::render::RenderError;
use crate::mail::render::labels::primary;

/// A notice before it is a mail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Notice {
    /// The embargo moved.
    Move,
    /// The embargo was lifted early.
    Lift,
    Hold,
    Kill,
    /// Whether somebody agrees to an embargo.
    Ask,
}

impl Notice {
    const ALL: [Self; 5] = [Self::Move, Self::Lift, Self::Hold, Self::Kill, Self::Ask];

    /// The heading of its section.
    const fn section(self) -> &'static str {
        match self {
            Self::Move => "move",
            Self::Lift => "lift",
            Self::Hold => "hold",
            Self::Kill => "kill",
            Self::Ask => "ask",
        }
    }
}

/// What a wording may name. What a notice has no use for is empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Said<'a> {
    /// The release's headline.
    pub title: &'a str,
    pub reason: &'a str,
    /// The new and the old moment of a moved embargo.
    pub new: &'a str,
    pub old: &'a str,
    /// Of a question.
    pub newsroom: &'a str,
    pub about: &'a str,
    pub lift: &'a str,
}

const OURS: [(&str, &str); 4] = [
    ("en", include_str!("../templates/notices.en.md")),
    ("de", include_str!("../templates/notices.de.md")),
    ("fr", include_str!("../templates/notices.fr.md")),
    ("es", include_str!("../templates/notices.es.md")),
];

/// Headline and Markdown of a notice in a language, in English where there is no wording for it.
/// The house's file `notices.LANGUAGE.md` goes before ours; what it leaves out is ours.
pub fn notice(
    notice: Notice,
    language: &str,
    folder: Option<&Path>,
    said: &Said<'_>,
) -> Result<(String, String), RenderError> {
    let language = primary(language);
    let theirs = match folder {
        Some(folder) => own(folder, &language)?,
        None => None,
    };
    let file = format!("notices.{language}.md");
    if let Some(source) = theirs.as_deref().and_then(|text| section(text, notice)) {
        return write(&file, source, said);
    }
    let ours = OURS.iter().find(|(known, _)| *known == language);
    let (known, text) = ours.unwrap_or(&OURS[0]);
    let source = section(text, notice).unwrap_or_default();
    write(&format!("notices.{known}.md"), source, said)
}

/// Tries every section of every wording of a folder.
pub(crate) fn check(folder: &Path) -> Result<(), RenderError> {
    let said = Said {
        title: "Title",
        reason: "Reason",
        new: "tomorrow",
        old: "today",
        newsroom: "Sample",
        about: "Samples",
        lift: "tomorrow",
    };
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let language = name
            .strip_prefix("notices.")
            .and_then(|rest| rest.strip_suffix(".md"));
        let Some(language) = language else { continue };
        for one in Notice::ALL {
            notice(one, language, Some(folder), &said)?;
        }
    }
    Ok(())
}

fn own(folder: &Path, language: &str) -> Result<Option<String>, RenderError> {
    let path = folder.join(format!("notices.{language}.md"));
    match std::fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(RenderError::Unreadable {
            file: path.display().to_string(),
            reason: error.to_string(),
        }),
    }
}

/// What stands between a heading `# kill` and the next one.
fn section(text: &str, notice: Notice) -> Option<&str> {
    let heading = format!("# {}", notice.section());
    let mut begin = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let is_heading = line.starts_with("# ");
        if let Some(begin) = begin.filter(|_| is_heading) {
            return text.get(begin..at);
        }
        at += line.len();
        if line.trim_end() == heading {
            begin = Some(at);
        }
    }
    begin.and_then(|begin| text.get(begin..))
}

/// The first line is the headline, the rest Markdown.
fn write(file: &str, source: &str, said: &Said<'_>) -> Result<(String, String), RenderError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    // Else an error prints the values: people's news into cron mail.
    environment.set_debug(false);
    let values = Value::from_pairs([
        ("title", Value::from(said.title)),
        ("reason", said.reason.into()),
        ("new", said.new.into()),
        ("old", said.old.into()),
        ("newsroom", said.newsroom.into()),
        ("about", said.about.into()),
        ("lift", said.lift.into()),
    ]);
    let refused = |error: &minijinja::Error| RenderError::Template {
        template: file.to_owned(),
        line: error.line().unwrap_or(1),
        reason: error.kind().to_string(),
    };
    let written = environment
        .render_named_str(file, source, values)
        .map_err(|error| refused(&error))?;
    let (headline, body) = written
        .trim()
        .split_once('\n')
        .unwrap_or((written.trim(), ""));
    if headline.is_empty() || body.trim().is_empty() {
        return Err(RenderError::Template {
            template: file.to_owned(),
            line: 1,
            reason: "a section needs a headline in its first line and a text below".to_owned(),
        });
    }
    Ok((headline.trim().to_owned(), body.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: Said<'_> = Said {
        title: "A plant opens",
        reason: "a mistake",
        new: "9:00",
        old: "8:00",
        newsroom: "Harbour Light",
        about: "",
        lift: "9:00",
    };

    #[test]
    fn every_language_has_every_notice() {
        for (language, text) in OURS {
            for one in Notice::ALL {
                assert!(section(text, one).is_some(), "{language} {one:?}");
                let (headline, body) = notice(one, language, None, &SAID).unwrap();
                assert!(!headline.contains(['#', '{']), "{headline}");
                assert!(!body.contains(['#', '{']), "{body}");
                let names_it = one == Notice::Ask || headline.contains("A plant opens");
                assert!(names_it, "{language} {one:?}");
            }
        }
        let (headline, _) = notice(Notice::Kill, "de-CH", None, &SAID).unwrap();
        assert_eq!(headline, "ZURÜCKGEZOGEN: A plant opens");
        let (headline, _) = notice(Notice::Kill, "ja", None, &SAID).unwrap();
        assert_eq!(headline, "KILL: A plant opens");
    }

    #[test]
    fn a_house_s_own_wording_goes_before_ours_and_is_tried() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notices.en.md");
        std::fs::write(
            &path,
            "# kill\nSPIKED: {{ title }}\n\nSpike it: {{ reason }}\n",
        )
        .unwrap();
        let own = |one| notice(one, "en", Some(folder.path()), &SAID).unwrap();
        assert_eq!(
            own(Notice::Kill),
            (
                "SPIKED: A plant opens".to_owned(),
                "Spike it: a mistake".to_owned()
            )
        );
        assert_eq!(own(Notice::Hold).0, "HOLD: A plant opens");
        check(folder.path()).unwrap();
        std::fs::write(&path, "# kill\nSPIKED\n\n{{ titel }}\n").unwrap();
        let wrong = check(folder.path()).unwrap_err().to_string();
        assert!(wrong.contains("notices.en.md"), "{wrong}");
        std::fs::write(&path, "# kill\nSPIKED\n").unwrap();
        assert!(check(folder.path()).is_err());
    }
}
