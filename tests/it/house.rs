//! The house keeps its order: floors, sizes, opening lines, and which crate lives in which room.

#[path = "house/code.rs"]
mod code;

use std::fs;
use std::path::{Path, PathBuf};

use code::{Code, strip};

/// Floors from the ground up. A room may import from lower floors only, and `clock`, on the ground
/// floor, may know `domain`'s instant.
const FLOORS: [&[&str]; 6] = [
    &["domain", "clock"],
    &["store", "mail", "intake", "config"],
    &["desk"],
    &["web"],
    &["cli"],
    &["main", "lib"],
];

/// Code lines, without comments and tests, at which a file is two files.
const LONGEST_FILE: usize = 400;

/// Words of code and the rooms they may stand in.
const AT_HOME: [(&str, &[&str]); 17] = [
    ("calamine", &["intake"]),
    ("zip", &["intake"]),
    ("async_imap", &["mail"]),
    ("hickory_resolver", &["mail"]),
    ("toml_edit", &["config"]),
    ("sea_orm", &["store"]),
    ("sea_orm_migration", &["store"]),
    ("dateline_migrations", &["store"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("comfy_table", &["cli"]),
    ("lettre", &["mail"]),
    ("ring", &["mail"]),
    ("axum", &["web"]),
    ("csv", &["intake", "cli", "desk"]),
    ("anyhow", &["cli", "main"]),
];

/// What the trade's own rules may never touch: they take "now" and texts as arguments.
const NOT_IN_DOMAIN: [&str; 7] = [
    "async fn",
    "tokio",
    "std::fs",
    "std::net",
    "std::env",
    "std::process",
    "crate::clock",
];

/// Openings of SQL sentences; in a string outside `store` they are a query in the wrong room.
const SQL: [&str; 7] = [
    "\"SELECT ",
    "\"INSERT INTO ",
    "\"UPDATE ",
    "\"DELETE FROM ",
    "\"CREATE ",
    "\"ALTER TABLE ",
    "\"PRAGMA ",
];

const NO_NAMES: [&str; 6] = ["utils", "common", "helpers", "prelude", "types", "misc"];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

/// The room of a file, from its path below `src/`.
fn room_of(path: &Path) -> String {
    let first = path.iter().next().unwrap_or_default().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// Every broken rule of one file of `src/`; `path` is below `src/`.
fn broken_rules(path: &Path, text: &str) -> Vec<String> {
    let code = strip(text);
    let room = room_of(path);
    let mut broken = shape(path, text, &code);
    match floor(&room) {
        Some(floor) => broken.extend(imports(&room, floor, &code.whole)),
        None => broken.push(format!(
            "the room `{room}` has no floor in tests/it/house.rs"
        )),
    }
    for (word, homes) in AT_HOME {
        if !homes.contains(&room.as_str()) && names_crate(&code.whole, word) {
            broken.push(format!("`{word}` lives in {homes:?}, not here"));
        }
    }
    if room == "domain" {
        for word in NOT_IN_DOMAIN {
            if code.without_tests.contains(word) {
                broken.push(format!(
                    "`{word}` in domain: rules take what they need as arguments"
                ));
            }
        }
    }
    if room != "store" {
        for opening in SQL {
            if code.with_strings.contains(opening) {
                broken.push(format!("a query outside store: {}…", &opening[1..]));
            }
        }
    }
    broken
}

/// What holds for every file, also of tests and migrations.
fn shape(path: &Path, text: &str, code: &Code) -> Vec<String> {
    let mut broken = Vec::new();
    if !text.starts_with("//! ") {
        broken.push("does not open with a `//!` sentence".to_owned());
    }
    let is_unit_test = path.file_name().is_some_and(|name| name == "tests.rs");
    let code_lines = code
        .without_tests
        .lines()
        .filter(|line| !line.trim().is_empty());
    let lines = if is_unit_test { 0 } else { code_lines.count() };
    if lines > LONGEST_FILE {
        broken.push(format!("{lines} code lines, more than {LONGEST_FILE}"));
    }
    if code.whole.contains("use crate::{") {
        broken.push("`use crate::{…}`: write one `use crate::room::thing;` each".to_owned());
    }
    if code.whole.contains("super::super") {
        broken.push("`super::super`: write `use crate::room::thing;`".to_owned());
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let folder = path
        .parent()
        .and_then(Path::file_name)
        .unwrap_or_default()
        .to_string_lossy();
    if NO_NAMES.contains(&&*stem) || NO_NAMES.contains(&&*folder) {
        broken.push("a name that says nothing; name the room by what is in it".to_owned());
    }
    broken
}

fn imports(room: &str, own: usize, code: &str) -> Vec<String> {
    let mut broken = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        // `dateline_crate::` and the like are other words.
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let other: String = code[at + "crate::".len()..]
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        let Some(their) = floor(&other) else {
            continue;
        };
        let is_clock_of_instant = room == "clock" && other == "domain";
        if other != room && their >= own && !is_clock_of_instant {
            let way = if their == own { "sideways" } else { "upward" };
            broken.push(format!(
                "imports {way}: `{room}` (floor {own}) from `{other}` (floor {their})"
            ));
        }
        if room == "cli" && matches!(other.as_str(), "store" | "mail") {
            broken.push(format!("`cli` reaches past desk into `{other}`"));
        }
    }
    broken.dedup();
    broken
}

/// Whether `name::` stands in the code as a path's first word.
fn names_crate(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let before = code[..at].chars().next_back();
        let after = &code[at + name.len()..];
        after.starts_with("::")
            && !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':')
    })
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn the_house_is_in_order() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut broken = Vec::new();
    let mut files = 0;
    for (folder, is_house) in [("src", true), ("migrations/src", false), ("tests", false)] {
        for path in rust_files(&root.join(folder)) {
            let text = fs::read_to_string(&path).unwrap();
            let below = path.strip_prefix(root.join(folder)).unwrap();
            let of_file = if is_house {
                broken_rules(below, &text)
            } else {
                shape(below, &text, &strip(&text))
            };
            files += 1;
            broken.extend(
                of_file
                    .into_iter()
                    .map(|rule| format!("{folder}/{}: {rule}", below.display())),
            );
        }
    }
    assert!(files > 20, "looked in the wrong place");
    assert!(
        broken.is_empty(),
        "CONTRIBUTING.md tells the rules:\n{}",
        broken.join("\n")
    );
}

/// The rules broken by a made-up file, as one text.
fn made_up(path: &str, body: &str) -> String {
    broken_rules(Path::new(path), &format!("//! A made-up file.\n{body}\n")).join("; ")
}

#[test]
fn imports_that_break_the_floors_are_caught() {
    for (path, body, caught) in [
        (
            "domain/when.rs",
            "use crate::store::contact::find;",
            "upward",
        ),
        (
            "store/contact.rs",
            "use crate::mail::outcome::Outcome;",
            "sideways",
        ),
        (
            "store/contact.rs",
            "fn f() { crate::desk::run::step() }",
            "upward",
        ),
        ("desk/run.rs", "use crate::cli::output::Output;", "upward"),
        (
            "cli/run.rs",
            "use crate::store::delivery::claim;",
            "past desk",
        ),
        ("web/mod.rs", "use crate::{desk::run};", "use crate::{"),
        ("web/mod.rs", "use super::super::desk::run;", "super::super"),
        ("attic/mod.rs", "fn f() {}", "no floor"),
    ] {
        let broken = made_up(path, body);
        assert!(broken.contains(caught), "{path}: {body} → {broken}");
    }
}

#[test]
fn guests_in_the_wrong_room_are_caught() {
    for (path, body, caught) in [
        ("desk/run.rs", "use sea_orm::EntityTrait;", "sea_orm"),
        (
            "desk/run.rs",
            "const Q: &str = \"SELECT id FROM delivery\";",
            "query",
        ),
        ("web/mod.rs", "#[derive(clap::Args)] struct A {}", "clap"),
        ("store/contact.rs", "fn f(m: lettre::Message) {}", "lettre"),
        ("domain/when.rs", "pub async fn f() {}", "async fn"),
        ("domain/when.rs", "use crate::clock::Clock;", "sideways"),
        ("desk/utils.rs", "fn f() {}", "says nothing"),
    ] {
        let broken = made_up(path, body);
        assert!(broken.contains(caught), "{path}: {body} → {broken}");
    }
}

#[test]
fn an_overgrown_file_and_a_missing_opening_are_caught() {
    let long = "fn f() {}\n".repeat(LONGEST_FILE + 1);
    assert!(made_up("desk/run.rs", &long).contains("code lines"));
    let unopened = broken_rules(Path::new("desk/run.rs"), "fn f() {}\n");
    assert!(unopened.join("").contains("`//!`"), "{unopened:?}");
}

#[test]
fn what_is_allowed_is_not_caught() {
    for (path, body) in [
        ("clock.rs", "use crate::domain::instant::Instant;"),
        (
            "desk/run.rs",
            "use crate::store::delivery::claim;\nuse crate::mail::outcome::Outcome;",
        ),
        (
            "desk/run.rs",
            "// use crate::cli::output;\n/* sea_orm::x */\nconst A: &str = \"crate::cli:: and clap::x\";",
        ),
        (
            "store/contact.rs",
            "use sea_orm::EntityTrait;\nconst Q: &str = \"SELECT 1\";",
        ),
        (
            "mail/a.rs",
            "const A: char = '\"'; const B: &str = r#\"use crate::cli::\"x\"; \"#; fn f<'a>() {}",
        ),
        ("desk/problem.rs", "fn f() { \"Update the file\".len(); }"),
    ] {
        assert_eq!(made_up(path, body), "", "{path}: {body}");
    }
    let mostly_tests = format!(
        "fn f() {{}}\n#[cfg(test)]\nmod tests {{\n{}}}\n",
        "fn g() { let _ = \"}\"; }\n".repeat(LONGEST_FILE + 1)
    );
    assert_eq!(made_up("desk/run.rs", &mostly_tests), "");
    let mostly_comments = "// why\n".repeat(LONGEST_FILE + 1);
    assert_eq!(made_up("desk/run.rs", &mostly_comments), "");
}
