//! The key file of the suppression list: 0600, part of every backup. A line holds a key; the
//! database knows which of them is in force, the others are older (or not in force yet).

use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use crate::desk::problem::{Exit, Problem};
use crate::domain::hex;
use crate::domain::suppression::SuppressionKey;

/// Reads the file's first key. None: there is no such file.
pub fn read(path: &Path) -> Result<Option<SuppressionKey>, Problem> {
    Ok(read_all(path)?.and_then(|keys| keys.into_iter().next()))
}

/// Reads every key of the file, at least one: 64 hexadecimal digits a line; empty lines and those
/// that begin with `#` are for people. None: there is no such file.
pub fn read_all(path: &Path) -> Result<Option<Vec<SuppressionKey>>, Problem> {
    let Some(text) = text(path)? else {
        return Ok(None);
    };
    let mut keys: Vec<SuppressionKey> = Vec::new();
    for line in lines(&text) {
        let key = decode(line)
            .and_then(|bytes| SuppressionKey::new(&bytes))
            .ok_or_else(|| invalid(path))?;
        if keys
            .iter()
            .all(|known| known.fingerprint() != key.fingerprint())
        {
            keys.push(key);
        }
    }
    if keys.is_empty() {
        return Err(invalid(path));
    }
    Ok(Some(keys))
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn invalid(path: &Path) -> Problem {
    let message = format!(
        "the key file {} does not hold a key (64 hexadecimal digits)",
        path.display()
    );
    Problem::new(Exit::Config, "key-invalid", message)
        .hint("put the file from your backup in its place")
}

/// The file's text, if only its owner can read it.
fn text(path: &Path) -> Result<Option<String>, Problem> {
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
    Ok(Some(text))
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

/// Adds a new key to the file and gives it. It is in force once the database says so: a crash in
/// between leaves a key that nothing was hashed with.
pub fn add_new(path: &Path) -> Result<SuppressionKey, Problem> {
    let mut bytes = [0_u8; 32];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    let key = SuppressionKey::new(&bytes).ok_or_else(|| invalid(path))?;
    append(path, &[hex::encode(&bytes)])?;
    Ok(key)
}

/// Adds the keys of another file that this one has not, and tells how many.
///
/// Errors: exit 2 where there is no such file; 78 for one that holds no key or can be read by others.
pub fn add_from(path: &Path, other: &Path) -> Result<usize, Problem> {
    let Some(given) = text(other)? else {
        let message = format!("there is no key file {}", other.display());
        return Err(Problem::new(Exit::Usage, "no-key", message)
            .hint("name the file that the old key stands in"));
    };
    read_all(other)?;
    let own = text(path)?.unwrap_or_default();
    let known: Vec<String> = lines(&own).map(str::to_ascii_lowercase).collect();
    let mut new: Vec<String> = Vec::new();
    for line in lines(&given).map(str::to_ascii_lowercase) {
        if !known.contains(&line) && !new.contains(&line) {
            new.push(line);
        }
    }
    if !new.is_empty() {
        append(path, &new)?;
    }
    Ok(new.len())
}

/// Writes the file anew with more lines: whole under its name, or as it was.
fn append(path: &Path, more: &[String]) -> Result<(), Problem> {
    let mut all = text(path)?.unwrap_or_default();
    if !all.is_empty() && !all.ends_with('\n') {
        all.push('\n');
    }
    for line in more {
        all.push_str(line);
        all.push('\n');
    }
    if let Err(error) = replace_whole(path, all.as_bytes()) {
        let message = format!("the key file {} cannot be written: {error}", path.display());
        return Err(Problem::new(Exit::Failed, "key-unwritable", message)
            .hint("give this user the right to write into that folder"));
    }
    Ok(())
}

/// Puts a private file in the place of another one, or in an empty one: whole under its name, or as it was.
pub(crate) fn replace_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    // Behind a link stands the file that has to change.
    let place = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let draft = place.with_extension(format!("{}.draft", hex::encode(&rand::random::<[u8; 6]>())));
    let replaced = write_private(&draft, bytes).and_then(|()| {
        std::fs::rename(&draft, &place)?;
        let folder = place.parent().filter(|folder| *folder != Path::new(""));
        std::fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    });
    if replaced.is_err() {
        let _ = std::fs::remove_file(&draft);
    }
    replaced
}

fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
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
    let placed =
        write_private(&draft, bytes).and_then(|()| match std::fs::hard_link(&draft, path) {
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
    use super::{SuppressionKey, add_from, add_new, make, read, read_all};

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
    fn keys_are_added_and_never_lost() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("a.key"), folder.path().join("b.key"));
        let first = make(&path).unwrap();
        let second = add_new(&path).unwrap();
        let third = make(&other).unwrap();
        assert_eq!(add_from(&path, &other).unwrap(), 1);
        assert_eq!(add_from(&path, &other).unwrap(), 0);
        let all = read_all(&path).unwrap().unwrap();
        let found: Vec<_> = all.iter().map(SuppressionKey::fingerprint).collect();
        assert_eq!(
            found,
            [&first, &second, &third].map(SuppressionKey::fingerprint)
        );
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
        let missing = add_from(&path, &folder.path().join("c.key")).unwrap_err();
        assert_eq!(missing.code, "no-key");
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
