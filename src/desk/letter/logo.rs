//! The house's logo: read from the file in the settings when a mail is rendered, and frozen with it.

use std::io::Read as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use crate::desk::problem::{Exit, Problem};
use crate::domain::hex;
use crate::domain::picture::Picture;
use crate::store::distribution::Enclosure;

/// It travels with every single mail.
const LARGEST: u64 = 200_000;
/// Pixels a side; more is decoded on the phone of every reader.
const LARGEST_SIDE: u32 = 4000;
/// The box it is shown in, in pixels: a letterhead and no poster.
const BOX: (u32, u32) = (240, 56);

/// A logo as it travels.
#[derive(Clone, Debug)]
pub struct Logo {
    pub enclosure: Enclosure,
    pub bytes: Vec<u8>,
    /// Width and height as shown.
    pub shown: (u32, u32),
}

/// Reads and checks the file.
///
/// Errors: exit 78 where it cannot be read, is too large or is no PNG, JPEG or GIF by its bytes.
pub fn read(path: &Path) -> Result<Logo, Problem> {
    let refused = |why: String, hint: &str| {
        Problem::new(
            Exit::Config,
            "logo",
            format!("[newsroom] logo, {}, {why}", path.display()),
        )
        .hint(hint.to_owned())
    };
    let mut bytes = Vec::new();
    // A device that never ends is given up on.
    let read =
        std::fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        let why = format!("cannot be read: {error}");
        return Err(refused(
            why,
            "put it there, or remove the line from config.toml",
        ));
    }
    if bytes.len() as u64 > LARGEST {
        return Err(refused(
            format!(
                "has more than {} kB, and it travels with every mail",
                LARGEST / 1000
            ),
            "export it smaller: it is shown 56 pixels high, so 112 are enough",
        ));
    }
    let Some(picture) = Picture::read(&bytes) else {
        return Err(refused(
            "is no PNG, JPEG or GIF, whatever its name says".to_owned(),
            "export it as PNG: mail programs show neither SVG nor WebP",
        ));
    };
    if picture.width.max(picture.height) > LARGEST_SIDE {
        return Err(refused(
            format!("has {} x {} pixels", picture.width, picture.height),
            "export it smaller: it is shown 56 pixels high, so 112 are enough",
        ));
    }
    let sha256 = hex::encode(&Sha256::digest(&bytes));
    Ok(Logo {
        enclosure: Enclosure {
            file_name: format!("logo.{}", picture.kind.ending()),
            media_type: picture.kind.media_type().to_owned(),
            inline_id: Some(format!("{}@logo", &sha256[..32])),
            sha256,
        },
        bytes,
        shown: picture.fitted(BOX.0, BOX.1),
    })
}
