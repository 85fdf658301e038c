//! Thunderbird: the header in the language of the program.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "thunderbird",
    page: "apple",
    wrote: |header| {
        let is_primary = header.any(&[
            "primaryemail",
            "primareemailadresse",
            "adresseelectroniqueprincipale",
            "direcciondecorreoelectronicoprincipal",
            "emailprimaria",
            "eersteemail",
        ]);
        is_primary
            && header.any(&[
                "screenname",
                "messengername",
                "custom1",
                "benutzerdef1",
                "divers1",
                "personalizado1",
                "personalizzato1",
                "overig1",
            ])
    },
    means: &[],
};
