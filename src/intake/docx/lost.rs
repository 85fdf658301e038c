//! What a document holds that a mail cannot have, or that nobody sees, by the name that Word gives it.

use crate::intake::docx::element::Element;
use crate::intake::docx::{DocxProblem, refused};

/// Refuses what a reader of an attached document would find although nobody shows it.
pub(crate) fn told(element: &Element) -> Result<(), DocxProblem> {
    let own = lost_here(element);
    match own {
        Some((code, what, hint))
            if ["tracked-changes", "comments", "hidden-text"].contains(&code) =>
        {
            Err(refused(code, format!("has {what} in it"), hint))
        }
        _ => element.children().try_for_each(told),
    }
}

/// Refuses what a mail would leave out or say wrongly, by the name that Word gives it.
pub(crate) fn lost(element: &Element) -> Result<(), DocxProblem> {
    match lost_here(element) {
        Some((code, what, hint)) => Err(refused(code, format!("the document has {what}"), hint)),
        None => element.children().try_for_each(lost),
    }
}

/// Code, name and remedy of what an element is that a mail cannot have.
fn lost_here(element: &Element) -> Option<(&'static str, &'static str, &'static str)> {
    let accept = "in Word: Review, Accept or Reject All Changes; then save";
    Some(match element.name.as_str() {
        "ins" | "del" | "moveFrom" | "moveTo" | "rPrChange" | "pPrChange" | "tblPrChange"
        | "cellIns" | "cellDel" => ("tracked-changes", "tracked changes", accept),
        "commentReference" | "commentRangeStart" => (
            "comments",
            "comments",
            "in Word: Review, Delete All Comments; then save",
        ),
        "footnoteReference" | "endnoteReference" => (
            "footnotes",
            "footnotes, which a mail has no foot for",
            "move their words into the text",
        ),
        "txbxContent" => (
            "text-box",
            "a text box",
            "move its words into the text; a text box has no place in it",
        ),
        "object" | "oMath" | "chart" => (
            "embedded-object",
            "an embedded object, formula or chart",
            "insert it as a picture",
        ),
        "vanish" if !matches!(element.get("val"), Some("0" | "false")) => (
            "hidden-text",
            "hidden text",
            "in Word: select all, Font, Hidden off; or delete it",
        ),
        _ => return None,
    })
}
