//! The key file of the suppression list: made once, 0600, part of every backup.

use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use crate::desk::problem::{Exit, Problem};
use crate::domain::hex;
use crate::domain::suppression::SuppressionKey;

/// Reads the key: 64 hexadecimal digits. None: there is no such file.
pub fn read(path: &Path) -> Result<Option<SuppressionKey>, Problem> {
    let shown = path.display();
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            return Err(Problem::new(
                Exit::Config,
                "key-unreadable",
                format!("the key file {shown} cannot be read: {error}"),
            )
            .hint("give this user the right to read it, or run as the user who owns it"));
        }
    };
    let open_to_others =
        std::fs::metadata(path).is_ok_and(|meta| meta.permissions().mode() & 0o077 != 0);
    if open_to_others {
        return Err(Problem::new(
            Exit::Config,
            "key-open",
            format!("the key file {shown} can be read by others"),
        )
        .hint(format!("chmod 600 {shown}")));
    }
    let bytes = decode(text.trim()).and_then(|bytes| SuppressionKey::new(&bytes));
    bytes.map(Some).ok_or_else(|| {
        Problem::new(
            Exit::Config,
            "key-invalid",
            format!("the key file {shown} does not hold a key (64 hexadecimal digits)"),
        )
        .hint("put the file from your backup in its place")
    })
}

fn decode(text: &str) -> Option<Vec<u8>> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    (0..32)
        .map(|at| u8::from_str_radix(&text[at * 2..at * 2 + 2], 16).ok())
        .collect()
}

/// Makes the key file unless it is there, and reads it. Of two at once one wins and both read the
/// same key: a file appears under its name only when it is whole.
pub fn make(path: &Path) -> Result<SuppressionKey, Problem> {
    if let Some(key) = read(path)? {
        return Ok(key);
    }
    let mut bytes = [0_u8; 32];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    place_whole(path, format!("{}\n", hex::encode(&bytes)).as_bytes()).map_err(|error| {
        Problem::new(
            Exit::Failed,
            "key-unwritable",
            format!("the key file {} cannot be written: {error}", path.display()),
        )
        .hint("give this user the right to write into that folder")
    })?;
    read(path)?.ok_or_else(|| {
        Problem::new(
            Exit::Failed,
            "key-unwritable",
            format!("the key file {} vanished while it was made", path.display()),
        )
        .hint("try again")
    })
}

/// Puts a private file in place, whole or not at all, and never over one that is there. True: it is ours.
pub fn place_whole(path: &Path, bytes: &[u8]) -> std::io::Result<bool> {
    if let Some(folder) = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
    {
        std::fs::create_dir_all(folder)?;
    }
    let draft = path.with_extension(format!("{}.draft", hex::encode(&rand::random::<[u8; 6]>())));
    let written = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&draft)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
    let placed = written.and_then(|()| match std::fs::hard_link(&draft, path) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    });
    // The draft is only scaffolding; if it stays behind it holds nothing that is in use.
    let _ = std::fs::remove_file(&draft);
    placed
}

#[cfg(test)]
mod tests {
    use super::{make, read};

    #[test]
    fn two_makers_get_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dateline.key");
        let keys: Vec<String> = std::thread::scope(|scope| {
            let makers: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| make(&path).unwrap().fingerprint()))
                .collect();
            makers
                .into_iter()
                .map(|maker| maker.join().unwrap())
                .collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_broken_or_open_key_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dateline.key");
        assert!(read(&path).unwrap().is_none());
        std::fs::write(&path, "xyz").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(read(&path).unwrap_err().code, "key-invalid");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(read(&path).unwrap_err().code, "key-open");
    }
}
