//! Keeps messages as `.eml` files in a folder instead of sending them.

use std::io;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::mail::outcome::{Outcome, Reply};
use crate::mail::route_problem::{RouteProblem, Trouble};

/// A folder that takes the place of a mail server.
#[derive(Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder where it is missing.
    pub(crate) async fn open(path: &Path) -> Result<Self, RouteProblem> {
        let folder = Self(path.to_owned());
        tokio::fs::create_dir_all(path)
            .await
            .map_err(|problem| folder.problem(&problem))?;
        Ok(folder)
    }

    /// Writes beside and renames, so that no half message is ever seen; what fails was not kept.
    pub(crate) async fn keep(&self, message: &[u8]) -> Outcome {
        let name = format!("{}.eml", stem(message));
        match self.write(&name, message).await {
            Ok(()) => Outcome::Sent(Reply::new(250, [format!("written to {name}").as_str()])),
            Err(problem) => Outcome::Dead(self.problem(&problem)),
        }
    }

    async fn write(&self, name: &str, message: &[u8]) -> io::Result<()> {
        use tokio::io::AsyncWriteExt as _;
        let beside = self.0.join(format!(".{name}.part"));
        let mut file = tokio::fs::File::create(&beside).await?;
        file.write_all(message).await?;
        file.sync_all().await?;
        drop(file);
        tokio::fs::rename(&beside, self.0.join(name)).await
    }

    fn problem(&self, problem: &io::Error) -> RouteProblem {
        RouteProblem::new(
            &self.0.display().to_string(),
            Trouble::Folder(problem.to_string()),
        )
    }
}

/// A file name from the Message-ID, so that a retry overwrites; from the content where there is
/// none.
fn stem(message: &[u8]) -> String {
    let id = mail_parser::MessageParser::new()
        .parse_headers(message)
        .and_then(|parsed| parsed.message_id().map(str::to_owned))
        .unwrap_or_default();
    let mut name: String = id
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_@.".contains(c) {
                c
            } else {
                '_'
            }
        })
        .take(150)
        .collect();
    // Where a character had to go, two ids could share a name: the digest keeps them apart.
    if name.is_empty() || name != id || name.starts_with('.') {
        let source = if id.is_empty() {
            message
        } else {
            id.as_bytes()
        };
        let digest = Sha256::digest(source);
        let hex = digest
            .iter()
            .take(8)
            .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        name = format!("{}-{hex}", name.trim_start_matches('.'));
    }
    name.trim_start_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_retry_overwrites_and_nothing_half_stays() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(&dir.path().join("out")).await.unwrap();
        for body in ["one", "two"] {
            let message = format!("Message-ID: <r1.d2@example.com>\r\n\r\n{body}\r\n");
            assert!(matches!(
                folder.keep(message.as_bytes()).await,
                Outcome::Sent(_)
            ));
        }
        let names: Vec<_> = std::fs::read_dir(dir.path().join("out"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        assert_eq!(names, ["r1.d2@example.com.eml"]);
        let kept = std::fs::read_to_string(dir.path().join("out").join(&names[0])).unwrap();
        assert!(kept.ends_with("two\r\n"));
    }

    #[tokio::test]
    async fn a_folder_that_cannot_be_is_a_route_problem() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("file");
        std::fs::write(&file, b"").unwrap();
        let problem = Folder::open(&file.join("sub")).await.unwrap_err();
        assert!(matches!(problem.trouble, Trouble::Folder(_)), "{problem}");
    }

    #[test]
    fn a_name_never_leaves_the_folder() {
        let name = |id: &str| stem(format!("Message-ID: <{id}>\r\n\r\n").as_bytes());
        assert_eq!(name("a.b@c"), "a.b@c");
        for id in ["../../etc/x@y", "..", ".hidden@x", "a/b@c", ""] {
            let name = name(id);
            assert!(
                !name.starts_with('.') && !name.contains('/') && !name.is_empty(),
                "{name}"
            );
        }
        assert_ne!(name("a/b@c"), name("a_b@c"));
    }
}
