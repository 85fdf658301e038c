//! The ZIP around a Word document, opened with limits: sizes are counted as they inflate.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::intake::docx::element::{self, Element};
use crate::intake::docx::{DocxProblem, refused};

const MOST_ENTRIES: usize = 2_000;
/// Bytes of one part of text, and of one picture, once inflated.
const LARGEST_PART: u64 = 16 * 1024 * 1024;
const LARGEST_PICTURE: u64 = 10 * 1024 * 1024;
/// Bytes of everything that is read of one document.
const LARGEST_WHOLE: u64 = 48 * 1024 * 1024;

const DOCUMENT: &str = "word/document.xml";

pub(crate) struct Package<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    left: u64,
}

impl<'a> Package<'a> {
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, DocxProblem> {
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| damaged())?;
        if zip.len() > MOST_ENTRIES {
            return Err(refused(
                "docx-bomb",
                format!("the document consists of {} files", zip.len()),
                "save it again in Word",
            ));
        }
        Ok(Self {
            zip,
            left: LARGEST_WHOLE,
        })
    }

    /// Refuses comments, revisions and macros by the parts that programs keep them in.
    pub(crate) fn told(&self) -> Result<(), DocxProblem> {
        let clean = "in the program that made it: inspect the document, remove it, save";
        let parts = [
            ("word/comments", "comments", "has comments in it"),
            ("xl/comments", "comments", "has comments in it"),
            ("xl/threadedComments", "comments", "has comments in it"),
            ("ppt/comments", "comments", "has comments in it"),
            (
                "xl/revisions/",
                "tracked-changes",
                "has tracked changes in it",
            ),
            ("word/vbaProject", "macros", "has macros in it"),
            ("xl/vbaProject", "macros", "has macros in it"),
            ("ppt/vbaProject", "macros", "has macros in it"),
        ];
        let mut names = self.zip.file_names().filter_map(Result::ok);
        let found = names.find_map(|name| parts.iter().find(|(start, ..)| name.starts_with(start)));
        match found {
            Some((_, code, message)) => Err(refused(code, *message, clean)),
            None => Ok(()),
        }
    }

    /// The document part.
    pub(crate) fn main(&mut self) -> Result<String, DocxProblem> {
        self.text(DOCUMENT)?.ok_or_else(|| {
            refused(
                "no-docx",
                "this is a ZIP archive, but no Word document",
                "give a .docx or a Markdown file",
            )
        })
    }

    /// A part of XML. None: there is none of that name.
    pub(crate) fn text(&mut self, name: &str) -> Result<Option<String>, DocxProblem> {
        let Some(bytes) = self.bytes(name, LARGEST_PART)? else {
            return Ok(None);
        };
        String::from_utf8(bytes).map(Some).map_err(|_| damaged())
    }

    /// Targets of the document's links and pictures by their id.
    pub(crate) fn links(&mut self) -> Result<BTreeMap<String, String>, DocxProblem> {
        let Some(text) = self.text("word/_rels/document.xml.rels")? else {
            return Ok(BTreeMap::new());
        };
        let root = element::parse(&text)?;
        let pair = |one: &Element| Some((one.get("Id")?.to_owned(), one.get("Target")?.to_owned()));
        Ok(root.children().filter_map(pair).collect())
    }

    /// A picture by its target, which counts from the document's own folder.
    pub(crate) fn picture(&mut self, target: &str) -> Result<Vec<u8>, DocxProblem> {
        let name = match target.strip_prefix('/') {
            Some(whole) => whole.to_owned(),
            None => format!("word/{target}"),
        };
        self.bytes(&name, LARGEST_PICTURE)?.ok_or_else(|| {
            refused(
                "docx-picture",
                "a picture of the document is only linked, not in it",
                "in Word: insert the picture itself",
            )
        })
    }

    /// The size that the archive claims is not believed: inflating stops at the limit.
    fn bytes(&mut self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, DocxProblem> {
        let limit = limit.min(self.left);
        let file = match self.zip.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(_) | ZipError::InvalidPassword) => {
                return Err(refused(
                    "docx-locked",
                    "the document is protected or packed in an unusual way",
                    "save it without a password",
                ));
            }
            Err(_) => return Err(damaged()),
        };
        let mut bytes = Vec::new();
        file.take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| damaged())?;
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if size > limit {
            return Err(refused(
                "docx-bomb",
                format!("a part of the document has more than {limit} bytes once unpacked"),
                "make its pictures smaller, or save it again",
            ));
        }
        self.left -= size;
        Ok(Some(bytes))
    }
}

pub(crate) fn damaged() -> DocxProblem {
    refused(
        "damaged-docx",
        "the document is damaged",
        "open it in Word and save it again",
    )
}
