//! What README and guide tell a newcomer to type is typed here, and works.

use std::fs;
use std::path::Path;
use std::time::Duration;

use dateline::clock::Clock;

use crate::docs::{commands, words};
use crate::terminal::{NOW, Said, Terminal};

fn page(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The part of a page under a heading.
fn section<'p>(page: &'p str, heading: &str) -> &'p str {
    let (_, rest) = page.split_once(&format!("\n## {heading}\n")).unwrap();
    rest.split("\n## ").next().unwrap()
}

/// An empty folder with the repository's samples in it, as after `git clone`.
struct Newcomer {
    folder: tempfile::TempDir,
    clock: Clock,
}

impl Newcomer {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for samples in ["contacts", "examples"] {
            let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(samples);
            std::os::unix::fs::symlink(from, folder.path().join(samples)).unwrap();
        }
        Self {
            folder,
            clock: Clock::fixed(NOW),
        }
    }

    fn file(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// As it stands on the page, but for what a test has no hands for.
    fn types(&self, text: &str) -> Said {
        let mut typed = words(text);
        typed.remove(0);
        match text {
            // The questions have tests of their own.
            "dateline init" => typed.extend(
                [
                    "--no-input",
                    "--name",
                    "Harbour Light Newsroom",
                    "--from",
                    "press@example.com",
                    "--zone",
                    "America/Vancouver",
                    "--address",
                    "12 Example Street, Vancouver BC, Canada",
                ]
                .map(str::to_owned),
            ),
            // The two minutes of `--now`, then one call instead of staying up.
            "dateline run --watch" => {
                typed.pop();
                let runtime = tokio::runtime::Runtime::new().unwrap();
                runtime.block_on(self.clock.sleep(Duration::from_mins(2)));
            }
            _ if text.contains(" schedule ") => typed.push("--yes".to_owned()),
            _ => {}
        }
        let mut terminal = Terminal::at(self.folder.path());
        terminal.clock = Some(self.clock.clone());
        let typed: Vec<&str> = typed.iter().map(String::as_str).collect();
        terminal.run(&typed)
    }

    /// Types every command of a part of a page; one row of the sample is broken, so an import may
    /// end with 3.
    fn types_all(&self, part: &str) -> usize {
        let shown: Vec<_> = commands(part)
            .into_iter()
            .filter(|shown| shown.is_complete)
            .collect();
        for command in &shown {
            let said = self.types(&command.text);
            let is_fine = said.code == 0 || said.code == 3 && command.text.contains(" import ");
            assert!(
                is_fine,
                "{}: exit {}\n{}{}",
                command.text, said.code, said.out, said.err
            );
        }
        shown.len()
    }

    fn mails(&self) -> usize {
        fs::read_dir(self.folder.path().join("outbox"))
            .unwrap()
            .count()
    }
}

#[test]
fn the_ten_lines_of_the_readme_send_a_first_release() {
    let newcomer = Newcomer::new();
    let readme = page("README.md");
    let part = section(&readme, "Ten lines");
    let release = part
        .split("```\n")
        .find(|block| block.starts_with("+++"))
        .unwrap();
    newcomer.file("my-release.md", release);
    assert_eq!(newcomer.types_all(part), 10);
    assert_eq!(
        newcomer.mails(),
        9,
        "ten contacts, one of whom has opted out"
    );
    let told = newcomer.types("dateline");
    assert_eq!(told.code, 0, "{}", told.err);
    let report = newcomer.types("dateline release report my-release");
    assert!(report.out.contains("9 sent"), "{}", report.out);
}

#[test]
fn the_guide_s_first_day_works_as_it_is_written() {
    let newcomer = Newcomer::new();
    let guide = page("docs/guide.md");
    newcomer.types("dateline init");
    newcomer.file(
        "press.csv",
        "email,name\nada@example.com,Ada Byrne\nme@example.com,Ana Reyes\n",
    );
    for span in section(&guide, "First day")
        .split('`')
        .filter(|span| span.contains(" import "))
    {
        for text in [span.to_owned(), span.replace(" --dry-run", "")] {
            let said = newcomer.types(&text);
            // The page leaves the source to the reader, who is asked for it at a terminal.
            let said = if said.err.contains("--source") {
                newcomer.types(&format!("{text} --source \"our own sheet\""))
            } else {
                said
            };
            assert_eq!(said.code, 0, "{text}: {}{}", said.out, said.err);
        }
    }
    newcomer.file(
        "harbour-light.md",
        "+++\nslug = \"harbour-light\"\nheadline = \"Harbour Light opens a plant\"\n+++\nHarbour Light opened a plant today.\n",
    );
    assert_eq!(newcomer.types_all(section(&guide, "First day")), 7);
    assert_eq!(newcomer.mails(), 2);
    // What later parts show in their sentences, with the desk as it is now: it may be refused, but
    // never for how it is written.
    let mut typed = 0;
    for heading in ["First week", "What comes back", "When something goes wrong"] {
        for command in commands(section(&guide, heading)) {
            // Its folder is the reader's own.
            if command.text.contains('~') {
                continue;
            }
            let said = newcomer.types(&command.text);
            assert!(
                matches!(said.code, 0 | 3 | 4) || !command.is_complete,
                "{}: exit {}\n{}",
                command.text,
                said.code,
                said.err
            );
            typed += 1;
        }
    }
    assert!(typed > 15, "only {typed} commands were found");
}
