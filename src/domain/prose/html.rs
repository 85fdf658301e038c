//! The HTML writer.

use crate::domain::prose::Prose;

/// Semantic HTML, every word of the author escaped.
pub fn to_html(_prose: &Prose) -> String {
    String::new()
}
