//! A Word document into the text of a release file: what a press officer sees, and nothing hidden.
//!
//! Whatever would be lost or said wrongly in a mail is refused by its name: tracked changes,
//! comments, footnotes, text boxes. Nothing is guessed away.

mod body;
mod element;
mod lost;
mod package;
mod styles;
mod words;

use crate::intake::docx::package::Package;

/// Why a document cannot be taken.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct DocxProblem {
    /// Stable word for scripts, such as `tracked-changes`.
    pub code: &'static str,
    pub message: String,
    pub hint: &'static str,
}

/// A picture of the document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picture {
    pub file_name: String,
    pub bytes: Vec<u8>,
}

/// A document as a release file says it.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Document {
    /// Front matter and Markdown, for `release_file::read`.
    pub text: String,
    pub pictures: Vec<Picture>,
}

/// Whether the bytes are a ZIP archive, as every `.docx` is.
pub fn is_docx(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04")
}

/// Reads a `.docx`. A document that opens with front matter between two lines of `+++` keeps it;
/// otherwise title (or first heading) and subtitle become headline and subhead, and `slug` is the
/// release's.
pub fn read(bytes: &[u8], slug: &str) -> Result<Document, DocxProblem> {
    let mut package = Package::open(bytes)?;
    let styles = styles::read(&mut package)?;
    let main = package.main()?;
    let root = element::parse(&main)?;
    let links = package.links()?;
    let body = body::read(&root, &styles, &links)?;
    let mut pictures = Vec::new();
    for (file_name, target) in &body.pictures {
        let bytes = package.picture(target)?;
        pictures.push(Picture {
            file_name: file_name.clone(),
            bytes,
        });
    }
    Ok(Document {
        text: body.release_file(slug),
        pictures,
    })
}

/// What an attached Office document would tell that nobody sees: tracked changes, comments, hidden text,
/// macros (3B View, 2007: a whole draft's history went out with one). The problem's message follows the
/// file's name. Anything that is no Office document passes.
pub fn attached(bytes: &[u8]) -> Result<(), DocxProblem> {
    let Ok(mut package) = Package::open(bytes) else {
        return Ok(());
    };
    package.told()?;
    if let Ok(Some(main)) = package.text("word/document.xml") {
        lost::told(&element::parse(&main)?)?;
    }
    Ok(())
}

pub(crate) fn refused(
    code: &'static str,
    message: impl Into<String>,
    hint: &'static str,
) -> DocxProblem {
    DocxProblem {
        code,
        message: message.into(),
        hint,
    }
}

#[cfg(test)]
mod tests;
