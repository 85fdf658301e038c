//! Words for how somebody likes files, in a column about attachments.

use crate::intake::cell::key;

const LINKS: &str = "links link linksonly onlylinks aslinks aslink url urls download downloads \
    nurlinks alslink alslinks liens lien liensuniquement enlaces enlace soloenlaces";
const NONE: &str = "none no never noattachments without false 0 n \
    keine kein nein nie ohne aucune aucun non jamais sans ninguno ninguna nunca sin";
const OK: &str = "ok okay yes true 1 y attached attachments attachment attach any both all \
    ja j anhang angehangt alle oui jointes piecesjointes si adjuntos adjunto todos";

/// `links`, `none`, or nothing for "attached", which nobody has to say; None for another word.
pub(crate) fn wish(cell: &str) -> Option<&'static str> {
    let key = key(cell);
    let is_in = |words: &str| words.split_whitespace().any(|word| word == key);
    [(LINKS, "links"), (NONE, "none"), (OK, "")]
        .into_iter()
        .find(|(words, _)| is_in(words))
        .map(|(_, wish)| wish)
}

#[cfg(test)]
mod tests {
    use super::wish;

    #[test]
    fn each_wish_is_known_in_four_languages() {
        for (cell, meant) in [
            ("links", Some("links")),
            ("Links only", Some("links")),
            ("Nur Links", Some("links")),
            ("none", Some("none")),
            ("No attachments", Some("none")),
            ("keine", Some("none")),
            ("jamais", Some("none")),
            ("ninguno", Some("none")),
            ("ok", Some("")),
            ("Oui", Some("")),
            ("angehängt", Some("")),
            ("sí", Some("")),
            ("by fax", None),
        ] {
            assert_eq!(wish(cell), meant, "{cell}");
        }
    }
}
