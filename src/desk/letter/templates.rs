//! A house's own templates, tried on an invented release before a real one meets them.

use std::path::Path;

use crate::desk::problem::{Exit, Problem};
use crate::mail::render::check_templates;

/// Renders a sample with the templates of a folder. Exit 5 with file and line of the first mistake;
/// 2 where there is no such folder, which would pass as a folder without templates.
pub fn check(folder: &Path) -> Result<(), Problem> {
    if !folder.is_dir() {
        return Err(Problem::new(
            Exit::Usage,
            "no-folder",
            format!("there is no folder {}", folder.display()),
        )
        .hint("name the folder that holds release.txt and release.html"));
    }
    check_templates(folder).map_err(|error| {
        Problem::new(Exit::Found, "template", error.to_string())
            .hint("mend it and check again; what is not in the folder is taken from the built-in templates")
    })
}
