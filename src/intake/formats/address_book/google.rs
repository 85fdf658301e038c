//! Google Contacts, old (`Given Name`, `Group Membership`) and new (`First Name`, `Labels`).

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "google",
    page: "google",
    wrote: |header| {
        header.any(&[
            "email1value",
            "email1wert",
            "email1valeur",
            "email1valor",
            "correoelectronico1valor",
            "email1valore",
            "email1waarde",
            "email1wartosc",
            "epost1varde",
            "mail1vaerdi",
            "メール1値",
        ]) && header.any(&[
            "groupmembership",
            "labels",
            "email1type",
            "email1label",
            "libelles",
            "etiquetas",
            "etichette",
            "marcadores",
            "etykiety",
            "etiketter",
            "ラヘル",
        ])
    },
    means: &[],
};

/// `* myContacts`, `* starred`: groups that Google makes itself and that say nothing of the person.
pub(crate) fn is_system_group(label: &str) -> bool {
    label.starts_with("* ") || matches!(label, "myContacts" | "My Contacts" | "starred")
}
