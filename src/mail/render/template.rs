//! Running a template, built-in or the house's own, and refusing one that leaves out what must be said.

use std::collections::BTreeMap;

use css_inline::{CSSInliner, InlineOptions};
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value};

use crate::domain::slot;
use crate::mail::render::{RenderError, RenderInput};

const TEXT: &str = "release.txt";
const HTML: &str = "release.html";
/// Steps of the template engine. The longest real release needs a few thousand.
const FUEL: u64 = 500_000;

type Context = BTreeMap<&'static str, Value>;

pub(crate) fn text(input: &RenderInput<'_>, context: Context) -> Result<String, RenderError> {
    let source = source(input, TEXT, include_str!("../templates/release.txt"))?;
    let written = run(TEXT, &source, context)?;
    let written = tidy(&written);
    let first = input.embargo.map(|embargo| clean(&embargo.long));
    if first.is_some_and(|notice| !written.starts_with(&notice)) {
        return Err(missing(
            TEXT,
            "the embargo notice as its first line",
            "embargo",
        ));
    }
    must_hold(TEXT, &written, input, clean)?;
    Ok(written)
}

pub(crate) fn html(input: &RenderInput<'_>, context: Context) -> Result<String, RenderError> {
    let source = source(input, HTML, include_str!("../templates/release.html"))?;
    let written = run(HTML, &source, context)?;
    let options = InlineOptions {
        keep_style_tags: false,
        // Dark mode and narrow screens.
        keep_at_rules: true,
        load_remote_stylesheets: false,
        ..InlineOptions::default()
    };
    let styled = CSSInliner::new(options).inline(&written);
    let styled = styled.map_err(|error| RenderError::Style {
        template: HTML.to_owned(),
        reason: error.to_string(),
    })?;
    // The inliner puts its styles first; a saved file whose first kilobyte does not name the
    // encoding is shown with broken letters (HTML standard, "prescan a byte stream").
    let styled = tidy(&styled.replacen("<head>", "<head><meta charset=\"utf-8\">", 1));
    let escaped = |text: &str| {
        // As the HTML serializer writes text (HTML standard, section 13.3).
        let text = clean(text)
            .replace('&', "&amp;")
            .replace('\u{A0}', "&nbsp;");
        text.replace('<', "&lt;").replace('>', "&gt;")
    };
    if let Some(embargo) = input.embargo
        && !styled.contains(&escaped(&embargo.long))
    {
        return Err(missing(HTML, "the embargo notice", "embargo"));
    }
    if let Some(what) = dropped(&written) {
        let template = HTML.to_owned();
        return Err(RenderError::Dropped { template, what });
    }
    must_hold(HTML, &styled, input, escaped)?;
    Ok(styled)
}

/// The house's own file if it is there, else ours.
fn source(input: &RenderInput<'_>, name: &str, ours: &str) -> Result<String, RenderError> {
    let Some(dir) = input.templates_dir else {
        return Ok(ours.to_owned());
    };
    match std::fs::read_to_string(dir.join(name)) {
        Ok(theirs) => Ok(theirs),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(ours.to_owned()),
        Err(error) => Err(RenderError::Unreadable {
            file: dir.join(name).display().to_string(),
            reason: error.to_string(),
        }),
    }
}

fn run(name: &'static str, source: &str, context: Context) -> Result<String, RenderError> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    // In debug mode an error prints the values of the variables: people's names into cron mail.
    environment.set_debug(false);
    let refused = |error: &minijinja::Error, reason: String| RenderError::Template {
        template: name.to_owned(),
        line: error.line().unwrap_or(1),
        reason,
    };
    // The name's ending decides that HTML is escaped and text is not.
    let template = environment
        .template_from_named_str(name, source)
        .map_err(|error| refused(&error, said(&error)))?;
    let mut unknown: Vec<String> = template.undeclared_variables(false).into_iter().collect();
    unknown.retain(|variable| {
        let global = environment.globals().any(|(known, _)| known == variable);
        !global && !context.contains_key(variable.as_str())
    });
    unknown.sort();
    let known = context.keys().copied().collect::<Vec<_>>().join(", ");
    let written = template.render(context).map_err(|error| {
        let reason = match (error.kind(), unknown.is_empty()) {
            (ErrorKind::UndefinedError, false) => {
                format!("there is no {}; known are {known}", unknown.join(", "))
            }
            _ => said(&error),
        };
        refused(&error, reason)
    })?;
    Ok(without_controls(&written))
}

/// The kind of an error, and its detail only where that speaks of the template and not of data.
fn said(error: &minijinja::Error) -> String {
    let kind = error.kind();
    let of_template = matches!(
        kind,
        ErrorKind::SyntaxError
            | ErrorKind::UnknownFilter
            | ErrorKind::UnknownFunction
            | ErrorKind::UnknownTest
            | ErrorKind::TemplateNotFound
    );
    match error.detail().filter(|_| of_template) {
        Some(detail) => format!("{kind}: {detail}"),
        None => kind.to_string(),
    }
}

fn missing(template: &str, what: &'static str, variable: &'static str) -> RenderError {
    RenderError::Missing {
        template: template.to_owned(),
        what,
        variable,
    }
}

fn must_hold(
    template: &str,
    written: &str,
    input: &RenderInput<'_>,
    as_written: impl Fn(&str) -> String,
) -> Result<(), RenderError> {
    if !written.contains(&slot::frame("optout")) {
        return Err(missing(template, "the opt-out link", "optout"));
    }
    if !written.contains(&slot::frame("reason")) {
        return Err(missing(template, "the reason for writing", "reason"));
    }
    let mut address = input.postal_address.lines().map(str::trim);
    if !address.all(|line| written.contains(&as_written(line))) {
        return Err(missing(template, "the postal address", "postal_address"));
    }
    Ok(())
}

/// What Gmail, Outlook and the others take out of a mail, or ask the reader about before it is
/// loaded; text of a release is escaped and can hold none of it.
fn dropped(html: &str) -> Option<String> {
    const ELEMENTS: [&str; 12] = [
        "script", "form", "input", "button", "iframe", "object", "embed", "link", "base", "video",
        "audio", "svg",
    ];
    let html = html.to_ascii_lowercase();
    let opens = |name: &&&str| {
        html.match_indices(&format!("<{name}")).any(|(at, found)| {
            let next = html[at + found.len()..].chars().next();
            next.is_none_or(|c| !c.is_ascii_alphanumeric())
        })
    };
    if let Some(name) = ELEMENTS.iter().find(opens) {
        return Some(format!("a <{name}>"));
    }
    // Only inside a tag or a style: a release may write about such things.
    let mut tags = html
        .split('<')
        .skip(1)
        .map(|rest| rest.split('>').next().unwrap_or_default());
    let fetches = ["src=\"http", "src='http", "src=\"//", "src='//", "url("];
    let in_tags = tags.any(|tag| fetches.iter().any(|mark| tag.contains(mark)));
    let mut styles = html
        .split("<style")
        .skip(1)
        .map(|rest| rest.split("</style").next().unwrap_or_default());
    let in_styles = styles.any(|style| style.contains("@import") || style.contains("url("));
    (in_tags || in_styles).then(|| "a picture or style from elsewhere".to_owned())
}

/// A notice as it comes out of a template.
fn clean(text: &str) -> String {
    without_controls(&slot::strip_private_use(text.trim()))
}

/// NUL and other controls have no place in a mail (RFC 5322, section 2.3).
fn without_controls(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect()
}

/// No blanks at line ends, never two empty lines in a row, one line end at the end.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut empty = 1;
    for line in text.lines().map(str::trim_end) {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            out.push_str(line);
            out.push('\n');
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}
