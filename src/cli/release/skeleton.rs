//! `release new` without a file: a commented skeleton in the editor.

use std::path::{Path, PathBuf};

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

const SKELETON: &str = include_str!("skeleton.md");

/// Writes the skeleton beside the user and opens it; the file that was written, or a refusal.
/// The file stays: it is what `release edit` reads later.
pub(in crate::cli) fn write(context: &mut Context) -> Result<PathBuf, Problem> {
    if !context.output.may_ask() {
        return Err(Problem::new(
            Exit::Usage,
            "no-file",
            "there is no file, and nobody here who could write one",
        )
        .hint("dateline release new FILE.md"));
    }
    let Some(editor) = context.environment().editor.clone() else {
        return Err(Problem::new(
            Exit::Usage,
            "no-editor",
            "there is no file, and neither VISUAL nor EDITOR names an editor",
        )
        .hint("export EDITOR=nano, or write the file first: dateline release new FILE.md"));
    };
    let path = free(&context.path(Path::new("release.md")));
    let failed = |what: &str, error: &std::io::Error| {
        Problem::new(Exit::Failed, "editor", format!("{what}: {error}"))
            .hint("write the file first: dateline release new FILE.md")
    };
    std::fs::write(&path, SKELETON)
        .map_err(|error| failed(&format!("{} cannot be written", path.display()), &error))?;
    // `EDITOR="code --wait"` is usual: words after the first are its own.
    let mut words = editor.split_whitespace();
    let status = std::process::Command::new(words.next().unwrap_or_default())
        .args(words)
        .arg(&path)
        .status();
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let is_untouched = written == SKELETON;
    if is_untouched {
        // Nothing of the user's is in it.
        let _ = std::fs::remove_file(&path);
    }
    let status = status.map_err(|error| failed(&format!("{editor} cannot be started"), &error))?;
    if is_untouched || !status.success() {
        return Err(Problem::new(
            Exit::Failed,
            "nothing-written",
            "nothing was made: the editor left no text",
        )
        .hint("dateline release new FILE.md"));
    }
    context.output.say(format!("Your text: {}", path.display()));
    Ok(path)
}

/// `release.md`, or `release-2.md` where that is taken.
fn free(path: &Path) -> PathBuf {
    let others = (2..1000).map(|number| path.with_file_name(format!("release-{number}.md")));
    let mut all = std::iter::once(path.to_owned()).chain(others);
    all.find(|path| !path.exists())
        .unwrap_or_else(|| path.to_owned())
}
