//! What a picture is, from its first bytes: kind and size, whatever its name says.

/// The kinds that every mail program shows; SVG and WebP are not among them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Png,
    Jpeg,
    Gif,
}

impl Kind {
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
        }
    }

    /// The ending that belongs to it, without the dot.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::Gif => "gif",
        }
    }
}

/// A picture's kind, and its width and height in pixels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Picture {
    pub kind: Kind,
    pub width: u32,
    pub height: u32,
}

impl Picture {
    /// `None` for what is none of the kinds, is cut off in its header, or has no area.
    ///
    /// Sources: PNG (ISO/IEC 15948) 11.2.2, `GIF89a` section 18, JPEG (ITU-T T.81) B.2.2.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (kind, width, height) = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            if bytes.get(12..16)? != b"IHDR" {
                return None;
            }
            (Kind::Png, long(bytes, 16)?, long(bytes, 20)?)
        } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
            let at = |place: usize| {
                Some(u16::from_le_bytes([
                    *bytes.get(place)?,
                    *bytes.get(place + 1)?,
                ]))
            };
            (Kind::Gif, at(6)?.into(), at(8)?.into())
        } else if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
            let (width, height) = jpeg(bytes)?;
            (Kind::Jpeg, width, height)
        } else {
            return None;
        };
        (width > 0 && height > 0).then_some(Self {
            kind,
            width,
            height,
        })
    }

    /// Width and height in which it fits the box; never larger than it is, never nothing.
    pub fn fitted(self, box_width: u32, box_height: u32) -> (u32, u32) {
        let (width, height) = (u64::from(self.width), u64::from(self.height));
        let (by_width, by_height) = (u64::from(box_width), u64::from(box_height));
        let (wide, high) = if width <= by_width && height <= by_height {
            (width, height)
        } else if width * by_height > height * by_width {
            (by_width, height * by_width / width)
        } else {
            (width * by_height / height, by_height)
        };
        let whole = |size: u64| u32::try_from(size.max(1)).unwrap_or(u32::MAX);
        (whole(wide), whole(high))
    }
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    let four: [u8; 4] = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_be_bytes(four))
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    let two: [u8; 2] = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u16::from_be_bytes(two))
}

/// Width and height stand in the frame header, behind any number of other segments.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut at = 2;
    loop {
        if *bytes.get(at)? != 0xFF {
            return None;
        }
        let marker = *bytes.get(at + 1)?;
        match marker {
            // A fill byte.
            0xFF => at += 1,
            // Those without a length.
            0x01 | 0xD0..=0xD8 => at += 2,
            // Frame headers; C4, C8 and CC are tables.
            0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF => {
                let (height, width) = (short(bytes, at + 5)?, short(bytes, at + 7)?);
                return Some((width.into(), height.into()));
            }
            // The picture itself or its end, and no frame header before it.
            0xD9 | 0xDA => return None,
            _ => {
                let length = usize::from(short(bytes, at + 2)?);
                if length < 2 {
                    return None;
                }
                at += 2 + length;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        bytes.extend(width.to_be_bytes());
        bytes.extend(height.to_be_bytes());
        bytes
    }

    #[test]
    fn kind_and_size_come_from_the_bytes() {
        let read = |bytes: &[u8]| {
            let picture = Picture::read(bytes)?;
            Some((picture.kind, picture.width, picture.height))
        };
        assert_eq!(read(&png(320, 80)), Some((Kind::Png, 320, 80)));
        assert_eq!(read(b"GIF89a\x40\x01\x50\0"), Some((Kind::Gif, 320, 80)));
        let jpeg = [
            &b"\xff\xd8\xff\xe0\0\x06JFIF"[..],
            b"\xff\xff\xc2\0\x11\x08\0\x50\x01\x40\x03",
        ];
        assert_eq!(read(&jpeg.concat()), Some((Kind::Jpeg, 320, 80)));
        for bad in [
            &png(0, 9)[..],
            b"GIF89a\x01",
            b"\xff\xd8\xff\xe0\0\0",
            b"\xff\xd8\xff\xda",
            b"<svg/>",
            b"",
        ] {
            assert_eq!(read(bad), None);
        }
    }

    #[test]
    fn it_is_made_smaller_and_never_larger() {
        let picture = |width, height| Picture {
            kind: Kind::Png,
            width,
            height,
        };
        assert_eq!(picture(100, 20).fitted(240, 56), (100, 20));
        assert_eq!(picture(480, 56).fitted(240, 56), (240, 28));
        assert_eq!(picture(112, 112).fitted(240, 56), (56, 56));
        assert_eq!(picture(5000, 1).fitted(240, 56), (240, 1));
    }

    proptest! {
        #[test]
        fn no_bytes_confuse_it(start in 0_usize..4, rest in prop::collection::vec(any::<u8>(), 0..200)) {
            let opens: [&[u8]; 4] = [b"\x89PNG\r\n\x1a\n", b"GIF89a", b"\xff\xd8\xff\xe0", b""];
            let bytes = [opens[start], &rest].concat();
            if let Some(picture) = Picture::read(&bytes) {
                let (width, height) = picture.fitted(240, 56);
                prop_assert!((1..=240).contains(&width) && (1..=56).contains(&height));
            }
        }
    }
}
