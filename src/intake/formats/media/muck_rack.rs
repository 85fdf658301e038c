//! Muck Rack: several outlets to a person.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "muck-rack",
    page: "media-databases",
    wrote: |header| {
        header.has("outlets") && header.any(&["muckrackurl", "bio", "beats", "twitterhandle"])
    },
    means: &[],
};
