//! Outlook: addresses in apostrophes, and colleagues as Exchange names instead of addresses.

pub(crate) fn wrote(has: &dyn Fn(&str) -> bool) -> bool {
    [
        "emaildisplayname",
        "emailtype",
        "emailangezeigtername",
        "emailtyp",
        "typedemessagerie",
        "nomcompletdelamessagerie",
    ]
    .iter()
    .any(|key| has(key))
}

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
