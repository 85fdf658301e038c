//! README and docs show only commands that exist, and link only to what is there.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clap::CommandFactory;
use clap::error::ErrorKind;
use dateline::cli::Dateline;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// README, CHANGELOG, SECURITY, CONTRIBUTING and everything in `docs/`, with their texts.
pub(crate) fn pages() -> Vec<(PathBuf, String)> {
    let top = [
        "README.md",
        "CHANGELOG.md",
        "SECURITY.md",
        "CONTRIBUTING.md",
    ]
    .map(|name| root().join(name));
    let docs = ["docs", "docs/importing"]
        .into_iter()
        .flat_map(|folder| std::fs::read_dir(root().join(folder)).unwrap())
        .map(|entry| entry.unwrap().path());
    let mut pages: Vec<(PathBuf, String)> = top
        .into_iter()
        .chain(docs.filter(|path| path.extension().is_some_and(|end| end == "md")))
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            (path, text)
        })
        .collect();
    pages.sort();
    pages
}

/// A command as a page shows it.
pub(crate) struct Shown {
    line: usize,
    pub(crate) text: String,
    /// In a block of its own it must be complete; inside a sentence it may be only a name.
    pub(crate) is_complete: bool,
}

/// A release file and the settings have a key of that name.
fn is_command(text: &str) -> bool {
    text.starts_with("dateline ") && !text.starts_with("dateline =")
}

/// Lines `dateline …` or `$ dateline …` of fenced blocks, also behind cron's five fields, and code
/// spans `` `dateline …` ``.
pub(crate) fn commands(page: &str) -> Vec<Shown> {
    let mut shown = Vec::new();
    let mut fenced = false;
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if line.starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if !fenced {
            let spans = line.split('`').skip(1).step_by(2);
            shown.extend(spans.filter(|span| is_command(span)).map(|span| Shown {
                line: number + 1,
                text: span.to_owned(),
                is_complete: false,
            }));
            continue;
        }
        let start = line.trim_start_matches(['*', '$', ' ']);
        if !is_command(start) {
            continue;
        }
        let mut text = start.to_owned();
        while let Some(open) = text.strip_suffix('\\') {
            let (_, next) = lines.next().unwrap();
            text = format!("{open} {}", next.trim());
        }
        shown.push(Shown {
            line: number + 1,
            text,
            is_complete: true,
        });
    }
    shown
}

/// Words as a shell splits them, up to a pipe, a redirection or a remark. Placeholders stand for
/// something that fits: `N` and `ID` for a number, any other word as it is.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut begun = false;
    for c in text.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), c) => word.push(c),
            (None, '"' | '\'') => {
                quote = Some(c);
                begun = true;
            }
            (None, '|' | '>' | '<' | ';' | '#') if !begun => break,
            (None, ' ') => {
                if begun {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            (None, c) => {
                word.push(c);
                begun = true;
            }
        }
    }
    assert!(quote.is_none(), "a quotation mark is not closed: {text}");
    if begun {
        words.push(word);
    }
    for word in &mut words {
        if word == "N" || word == "ID" {
            "1".clone_into(word);
        }
    }
    words
}

/// Why clap would not take a command; None if it would.
fn refused(shown: &Shown) -> Option<String> {
    let error = Dateline::command()
        .try_get_matches_from(words(&shown.text))
        .err()?;
    let only_named = matches!(
        error.kind(),
        ErrorKind::MissingRequiredArgument
            | ErrorKind::MissingSubcommand
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    );
    let asked = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    );
    (!asked && (shown.is_complete || !only_named)).then(|| error.to_string())
}

#[test]
fn every_command_shown_exists() {
    let mut seen = 0;
    let mut wrong = Vec::new();
    for (path, text) in pages() {
        for shown in commands(&text) {
            seen += 1;
            if let Some(why) = refused(&shown) {
                wrong.push(format!(
                    "{}:{}: {}\n{why}",
                    path.display(),
                    shown.line,
                    shown.text
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        seen > 100,
        "only {seen} commands were found: are they still read?"
    );
}

/// The examples in the help of a verb and of those below it; a remark stands behind two blanks.
pub(crate) fn examples(command: &clap::Command, shown: &mut Vec<Shown>) {
    let help = command.get_after_help().map(ToString::to_string);
    let help = help.unwrap_or_default();
    let mut lines = help.split("\\\n").map(str::trim_start);
    let mut joined = format!("  {}", lines.next().unwrap_or_default());
    for next in lines {
        joined.push_str(next);
    }
    for (number, line) in joined.lines().enumerate() {
        let start = line.trim_start_matches(['*', ' ']);
        if is_command(start) && start.len() < line.len() {
            shown.push(Shown {
                line: number + 1,
                text: start.split("  ").next().unwrap_or_default().to_owned(),
                is_complete: true,
            });
        }
    }
    for below in command.get_subcommands() {
        examples(below, shown);
    }
}

#[test]
fn every_example_in_the_help_works() {
    let mut shown = Vec::new();
    examples(&Dateline::command(), &mut shown);
    let wrong: Vec<String> = shown
        .iter()
        .filter_map(|shown| Some(format!("{}\n{}", shown.text, refused(shown)?)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(shown.len() > 80, "only {} examples were found", shown.len());
}

#[test]
fn every_help_has_an_example() {
    fn without(command: &clap::Command, path: &str, found: &mut Vec<String>) {
        let help = command.get_after_help().map(ToString::to_string);
        let help = help.unwrap_or_default();
        // An example stands indented, behind a prompt or not.
        let has_one = help
            .lines()
            .any(|line| line.starts_with("  ") && line.contains("dateline"));
        if !has_one {
            found.push(path.to_owned());
        }
        for below in command.get_subcommands() {
            without(below, &format!("{path} {}", below.get_name()), found);
        }
    }
    let mut found = Vec::new();
    without(&Dateline::command(), "dateline", &mut found);
    assert!(found.is_empty(), "no example in the help of: {found:#?}");
}

#[test]
fn the_reader_of_commands_sees_what_is_wrong() {
    let page = "`dateline run --wach` and `dateline release`\n```\n$ dateline release\n* * * * * dateline run\ndateline \\\n  stop > x\n```\n";
    let shown = commands(page);
    let right: Vec<bool> = shown.iter().map(|shown| refused(shown).is_none()).collect();
    assert_eq!(right, [false, true, false, true, true]);
}

/// Headings as the anchors that GitHub makes of them.
fn anchors(page: &str) -> BTreeSet<String> {
    page.lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| {
            line.trim_start_matches('#')
                .trim()
                .to_lowercase()
                .chars()
                .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
                .map(|c| if c == ' ' { '-' } else { c })
                .collect()
        })
        .collect()
}

/// Targets of the links that stay inside the house.
fn links(page: &str) -> Vec<&str> {
    page.split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')').map(|(target, _)| target))
        .filter(|target| !target.contains("://") && !target.starts_with("mailto:"))
        // An example of Markdown in a page about Markdown.
        .filter(|target| *target != "turbine.jpg")
        .collect()
}

#[test]
fn every_link_leads_somewhere() {
    let mut wrong = Vec::new();
    for (path, text) in pages() {
        for target in links(&text) {
            let (file, anchor) = target.split_once('#').unwrap_or((target, ""));
            let goal = if file.is_empty() {
                path.clone()
            } else {
                path.with_file_name(file)
            };
            let found = goal.exists()
                && (anchor.is_empty()
                    || anchors(&std::fs::read_to_string(&goal).unwrap()).contains(anchor));
            if !found {
                wrong.push(format!("{}: {target}", path.display()));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "links that lead nowhere:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn every_program_whose_exports_are_known_has_its_page() {
    let index = std::fs::read_to_string(root().join("docs/importing.md")).unwrap();
    for format in dateline::intake::formats::all() {
        let page = format!("importing/{}.md", format.page);
        assert!(
            root().join("docs").join(&page).exists(),
            "{}: no docs/{page}",
            format.name
        );
        assert!(
            index.contains(&format!("({page})")),
            "docs/importing.md does not lead to {page}"
        );
    }
    for entry in std::fs::read_dir(root().join("docs/importing")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            index.contains(&format!("(importing/{name})")),
            "docs/importing.md does not lead to {name}"
        );
    }
}

#[test]
fn the_readme_is_short_and_knows_every_page_and_sample() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.lines().count() < 150);
    for entry in std::fs::read_dir(root().join("docs")).unwrap() {
        let entry = entry.unwrap();
        // A folder's pages have an index beside it.
        if entry.file_type().unwrap().is_dir() {
            continue;
        }
        let name = entry.file_name().into_string().unwrap();
        assert!(
            readme.contains(&format!("(docs/{name})")),
            "README does not lead to docs/{name}"
        );
    }
    for entry in std::fs::read_dir(root().join("contacts")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(
            readme.contains(&format!("`{name}`")),
            "README does not name contacts/{name}"
        );
    }
}
