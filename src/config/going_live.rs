//! Turns `transport = "files"` into `transport = "smtp"` in the settings file, and touches nothing else.

use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::path::Path;

use toml_edit::Document;

use crate::config::environment::Environment;
use crate::config::keys::smtp::Transport;
use crate::config::load;

/// Why the file stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum NotChanged {
    #[error("it cannot be written: {0}")]
    Unwritable(#[from] std::io::Error),
    /// The line is written in a way that we do not touch.
    #[error("its [smtp] transport stands where only a person should change it")]
    NoLine,
    /// What would be the new file has a mistake.
    #[error("with it the settings would not hold together: {0}")]
    Refused(String),
}

/// Makes the file say `transport = "smtp"`. Every other byte stays, its owner and its mode, too; the
/// new file is read and checked before it takes the old one's place, in one step.
///
/// # Errors
/// The file is as it was.
pub fn go_live(path: &Path, environment: &Environment) -> Result<(), NotChanged> {
    // What a link points at is the file; the link stays.
    let path = std::fs::canonicalize(path)?;
    let folder = path.parent().unwrap_or(Path::new("/"));
    let text = std::fs::read_to_string(&path)?;
    let changed = live(&text).ok_or(NotChanged::NoLine)?;
    let meta = std::fs::metadata(&path)?;
    let mut draft = tempfile::Builder::new()
        .prefix(".config.toml.")
        .tempfile_in(folder)?;
    draft.write_all(changed.as_bytes())?;
    let own = draft.as_file().metadata()?;
    if (own.uid(), own.gid()) != (meta.uid(), meta.gid()) {
        chown(draft.path(), Some(meta.uid()), Some(meta.gid()))?;
    }
    draft.as_file().set_permissions(meta.permissions())?;
    draft.as_file().sync_all()?;
    match load(draft.path(), environment) {
        Ok(config) if config.smtp.transport == Transport::Smtp => {}
        Ok(_) => return Err(NotChanged::NoLine),
        Err(problem) => return Err(NotChanged::Refused(problem.message)),
    }
    draft.persist(&path).map_err(|error| error.error)?;
    Ok(())
}

/// The text with the new value; None where there is no place for it.
fn live(text: &str) -> Option<String> {
    const VALUE: &str = "\"smtp\"";
    let document = Document::parse(text).ok()?;
    let smtp = document.get("smtp")?;
    if let Some(item) = smtp.get("transport") {
        let span = item.span()?;
        let mut changed = text.to_owned();
        changed.replace_range(span, VALUE);
        return Some(changed);
    }
    // The key may be left out, as "files" is its default: then it stands behind its table's header.
    let header = smtp.as_table()?.span()?;
    let line = text.get(header.start..)?.find('\n')? + header.start;
    let end = if text[..line].ends_with('\r') {
        "\r\n"
    } else {
        "\n"
    };
    let mut changed = text.to_owned();
    changed.insert_str(line + 1, &format!("transport = {VALUE}{end}"));
    Some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_value_changes() {
        for (before, after) in [
            (
                "a = 1 # x\r\n[smtp] # mine\r\n  transport   =  \"files\"   # later\r\nhost = 'h'\r\n",
                "a = 1 # x\r\n[smtp] # mine\r\n  transport   =  \"smtp\"   # later\r\nhost = 'h'\r\n",
            ),
            ("[smtp]\ntransport='files'", "[smtp]\ntransport=\"smtp\""),
            (
                "smtp.transport = \"files\"\n",
                "smtp.transport = \"smtp\"\n",
            ),
            (
                "smtp = { transport = \"files\", port = 1 }\n",
                "smtp = { transport = \"smtp\", port = 1 }\n",
            ),
            (
                "# transport = \"files\"\n[smtp]\n# none\nhost = \"h\"\n[log]\n",
                "# transport = \"files\"\n[smtp]\ntransport = \"smtp\"\n# none\nhost = \"h\"\n[log]\n",
            ),
        ] {
            assert_eq!(live(before).as_deref(), Some(after));
        }
        for nothing in [
            "",
            "[log]\n",
            "smtp = { port = 1 }\n",
            "[smtp",
            "smtp = 1\n",
        ] {
            assert_eq!(live(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn the_file_keeps_its_mode_and_a_mistake_keeps_it_as_it_was() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let good = "dateline = 1\n[newsroom]\nname = \"N\"\nfrom = \"a@example.com\"\n[smtp]\ntransport = \"files\"\nhost = \"smtp.example.net\"\n";
        std::fs::write(&path, good).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let link = folder.path().join("link.toml");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        go_live(&link, &Environment::default()).unwrap();
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            good.replace("files", "smtp")
        );
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o640
        );
        assert!(link.is_symlink());

        // With a name and no password "smtp" would be refused.
        let bad = format!("{good}username = \"u\"\n");
        std::fs::write(&path, &bad).unwrap();
        let refused = go_live(&path, &Environment::default()).unwrap_err();
        assert!(matches!(refused, NotChanged::Refused(_)), "{refused}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), bad);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
}
