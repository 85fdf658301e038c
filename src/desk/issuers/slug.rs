//! Short names at the desk's door: what may be one, and what to say where one is not known.

use crate::desk::problem::{Exit, Problem};
use crate::domain::name;

/// Accepts a short name or says what one looks like.
pub(crate) fn check(what: &str, slug: &str) -> Result<(), Problem> {
    if name::is_slug(slug) {
        return Ok(());
    }
    let message = format!("{slug:?} cannot be the short name of {what}");
    Err(Problem::new(Exit::Usage, "invalid-slug", message)
        .hint("use lower-case letters, digits and single hyphens, such as tech-press"))
}

/// The refusal of a short name that is not known: the nearest one, or how to create it.
pub(crate) fn unknown(
    what: &str,
    code: &'static str,
    slug: &str,
    known: &[String],
    create: &str,
) -> Problem {
    let message = format!("there is no {what} {slug}");
    let hint = match name::nearest(slug, known.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near}? Otherwise create it: {create}"),
        None => format!("create it: {create}"),
    };
    Problem::new(Exit::Usage, code, message).hint(hint)
}

/// The refusal of a short name that is taken.
pub(crate) fn taken(what: &str, slug: &str, edit: &str) -> Problem {
    let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    };
    let message = format!("there is {article} {what} {slug} already");
    Problem::new(Exit::Usage, "exists", message).hint(format!(
        "choose another short name, or change that one: {edit}"
    ))
}
