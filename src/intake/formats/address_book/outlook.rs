//! Outlook: addresses in apostrophes, and colleagues as Exchange names instead of addresses.

use crate::intake::formats::Format;

pub(super) const FORMAT: Format = Format {
    name: "outlook",
    page: "outlook",
    wrote: |header| {
        header.any(&[
            "emaildisplayname",
            "emailtype",
            "emailangezeigtername",
            "emailtyp",
            "emailvistnavn",
            "typedemessagerie",
            "nomcompletdelamessagerie",
            "nomcompletdeladressedemessagerie",
            "nombredepantalladecorreoelectronico",
            "tipodecorreoelectronico",
            "nomevisualizzatopostaelettronica",
            "tipopostaelettronica",
            "weergavenaamvooremail",
            "emailnamn",
            "eposttyp",
            "epostnamn",
            "elektronikpostaturu",
        ]) || header.all(&["givenyomi", "emailaddress"])
    },
    means: &[],
};

/// `'j.weiss@example.de'` is how Outlook writes an address that somebody typed with its quotes.
pub(crate) fn without_apostrophes(cell: &str) -> &str {
    cell.strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''))
        .unwrap_or(cell)
        .trim()
}

/// An X.500 name such as `/o=ExampleOrg/ou=…/cn=ada`: only inside that company does mail find it.
pub(crate) fn is_exchange_name(cell: &str) -> bool {
    let start: String = cell.chars().take(4).collect::<String>().to_lowercase();
    start.starts_with("/o=") || start.starts_with("/cn=")
}
