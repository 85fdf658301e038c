//! Taking an import back: what hangs on its contacts, and the statements that put things as they were.
//!
//! An import is *live* as long as it is not undone. What a live import said later is left alone; what
//! two imports gave passes to the one that stays.

use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::domain::instant::Instant;
use crate::store::error::StoreError;
use crate::store::set::{self, Column};
use crate::store::sql;

/// Contacts in one transaction.
const PAGE: i64 = 500;

/// A contact that the import made.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Made {
    pub id: i64,
    pub status: String,
    /// The first live import that met them later.
    pub later_id: Option<i64>,
    /// Mails, agreements, opt-outs, or a person's work on them: not 0.
    pub has_history: i64,
}

/// The next contacts that the import made, behind an id. Those who were merged into others, erased,
/// or archived by an undo that was interrupted are not among them.
pub(crate) async fn made(
    connection: &impl ConnectionTrait,
    import_id: i64,
    after: i64,
) -> Result<Vec<Made>, StoreError> {
    let select = format!(
        "SELECT c.id, c.status, \
           (SELECT MIN(m.import_id) FROM import_met m JOIN import i ON i.id = m.import_id \
             WHERE m.contact_id = c.id AND m.import_id <> $1 AND i.state <> 'undone') AS later_id, \
           CAST(CASE WHEN {} THEN 1 ELSE 0 END AS BIGINT) AS has_history \
         FROM contact c WHERE c.origin_import_id = $1 AND c.id > $2 AND c.erased_at IS NULL \
           AND c.merged_into_id IS NULL AND c.undone_status IS NULL ORDER BY c.id LIMIT {PAGE}",
        HISTORY.join(" OR "),
    );
    sql::all(connection, &select, vec![import_id.into(), after.into()]).await
}

/// What keeps a contact's row from being emptied: somebody may ask for it.
const HISTORY: [&str; 13] = [
    "EXISTS (SELECT 1 FROM delivery d WHERE d.contact_id = c.id)",
    "EXISTS (SELECT 1 FROM agreement a WHERE a.contact_id = c.id)",
    "EXISTS (SELECT 1 FROM suppression s WHERE s.hash = c.address_hash AND s.lifted_at IS NULL)",
    "EXISTS (SELECT 1 FROM contact_address a JOIN suppression s ON s.hash = a.address_hash WHERE a.contact_id = c.id AND s.lifted_at IS NULL)",
    "EXISTS (SELECT 1 FROM log_entry l WHERE l.subject = 'contact' AND l.subject_id = c.id)",
    "EXISTS (SELECT 1 FROM log_entry_contact l WHERE l.contact_id = c.id)",
    "EXISTS (SELECT 1 FROM contact_label l WHERE l.contact_id = c.id AND (l.import_id IS NULL OR l.import_id <> $1))",
    "EXISTS (SELECT 1 FROM contact_address a WHERE a.contact_id = c.id AND (a.import_id IS NULL OR a.import_id <> $1))",
    "EXISTS (SELECT 1 FROM media_list_member m WHERE m.contact_id = c.id AND (m.import_id IS NULL OR m.import_id <> $1))",
    "EXISTS (SELECT 1 FROM bounce b WHERE b.contact_id = c.id)",
    "EXISTS (SELECT 1 FROM inbound_message m WHERE m.contact_id = c.id)",
    "EXISTS (SELECT 1 FROM contact o WHERE o.merged_into_id = c.id)",
    "c.id IN (SELECT ref_id FROM distribution_audience WHERE rule IN ('contact', 'except-contact'))",
];

/// The next contacts that were there before the import and that it was about, behind an id.
pub(crate) async fn met(
    connection: &impl ConnectionTrait,
    import_id: i64,
    after: i64,
) -> Result<Vec<i64>, StoreError> {
    let select = format!(
        "SELECT contact_id AS value FROM import_met WHERE import_id = $1 AND contact_id > $2 \
         ORDER BY contact_id LIMIT {PAGE}"
    );
    sql::numbers(connection, &select, vec![import_id.into(), after.into()]).await
}

/// What a later live import said of a contact.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Said {
    pub contact_id: i64,
    pub import_id: i64,
    pub line: i64,
    pub fields: i64,
}

pub(crate) async fn said_later(
    connection: &impl ConnectionTrait,
    import_id: i64,
    contacts: &[i64],
) -> Result<Vec<Said>, StoreError> {
    let select = format!(
        "SELECT m.contact_id, m.import_id, m.line, m.fields FROM import_met m JOIN import i ON i.id = m.import_id \
         WHERE m.import_id > $2 AND i.state <> 'undone' AND m.contact_id {} ORDER BY m.contact_id, m.import_id",
        set::among_numbers(connection, 1),
    );
    let values = vec![set::bind(contacts), import_id.into()];
    sql::all(connection, &select, values).await
}

/// A recorded change.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Changed {
    pub id: i64,
    pub import_id: i64,
    pub contact_id: i64,
    pub line: i64,
    pub field: String,
    pub old: Option<String>,
    pub new: Option<String>,
    pub old_id: Option<i64>,
    pub new_id: Option<i64>,
}

/// The import's own changes of these contacts and those of later live ones, oldest first.
pub(crate) async fn changes_since(
    connection: &impl ConnectionTrait,
    import_id: i64,
    contacts: &[i64],
) -> Result<Vec<Changed>, StoreError> {
    let select = format!(
        "SELECT x.id, x.import_id, x.contact_id, x.line, x.field, x.old, x.new, x.old_id, x.new_id \
         FROM import_change x JOIN import i ON i.id = x.import_id \
         WHERE x.import_id >= $2 AND i.state <> 'undone' AND x.contact_id {} ORDER BY x.import_id, x.id",
        set::among_numbers(connection, 1),
    );
    let values = vec![set::bind(contacts), import_id.into()];
    sql::all(connection, &select, values).await
}

/// The import's changes of one kind, behind an id: `list`, those whom it took off one.
pub(crate) async fn changes_of(
    connection: &impl ConnectionTrait,
    import_id: i64,
    field: &str,
    after: i64,
) -> Result<Vec<Changed>, StoreError> {
    let select = format!(
        "SELECT id, import_id, contact_id, line, field, old, new, old_id, new_id FROM import_change \
         WHERE import_id = $1 AND field = $2 AND id > $3 ORDER BY id LIMIT {PAGE}"
    );
    let values = vec![import_id.into(), field.into(), after.into()];
    sql::all(connection, &select, values).await
}

/// The first changes of an import, as they were written down.
pub(crate) async fn changes(
    connection: &impl ConnectionTrait,
    import_id: i64,
    limit: i64,
) -> Result<Vec<Changed>, StoreError> {
    let select = "SELECT id, import_id, contact_id, line, field, old, new, old_id, new_id FROM import_change \
                  WHERE import_id = $1 ORDER BY id LIMIT $2";
    let values = vec![import_id.into(), limit.into()];
    sql::all(connection, select, values).await
}

/// Makes later changes begin where the undone one did: (change, value, outlet).
pub(crate) async fn rebase(
    connection: &impl ConnectionTrait,
    changes: &[(i64, String, Option<i64>)],
) -> Result<(), StoreError> {
    let columns = [
        Column::Number("id"),
        Column::Text("old"),
        Column::Number("old_id"),
    ];
    let update = format!(
        "UPDATE import_change SET old = given.old, old_id = given.old_id FROM {} AS given WHERE import_change.id = given.id",
        set::rows(connection, 1, &columns),
    );
    sql::run(connection, &update, vec![set::bind(changes)]).await?;
    Ok(())
}

/// Gives changes to a later import that said the same: (change, import, line).
pub(crate) async fn hand_over(
    connection: &impl ConnectionTrait,
    changes: &[(i64, i64, i64)],
) -> Result<(), StoreError> {
    let columns = [
        Column::Number("id"),
        Column::Number("import_id"),
        Column::Number("line"),
    ];
    let update = format!(
        "UPDATE import_change SET import_id = given.import_id, line = given.line FROM {} AS given \
         WHERE import_change.id = given.id",
        set::rows(connection, 1, &columns),
    );
    sql::run(connection, &update, vec![set::bind(changes)]).await?;
    Ok(())
}

/// What was taken off, and what stays because a later import said it too.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Taken {
    pub labels: u64,
    pub addresses: u64,
    pub memberships: u64,
}

/// Takes the import's labels, further addresses and list memberships off these contacts. What a
/// later live import said too becomes that one's. An address that somebody said no from stays with
/// its contact: the no covers all of a person's addresses.
pub(crate) async fn take_off(
    connection: &impl ConnectionTrait,
    import_id: i64,
    contacts: &[i64],
    takes_addresses: bool,
) -> Result<Taken, StoreError> {
    let given = set::among_numbers(connection, 1);
    let values = || vec![set::bind(contacts), import_id.into()];
    let later = |condition: &str, contact: &str| {
        format!(
            "(SELECT MIN(m.import_id) FROM import_met m JOIN import i ON i.id = m.import_id \
              WHERE m.contact_id = {contact} AND m.import_id > $2 AND i.state <> 'undone' AND {condition})"
        )
    };
    let mut taken = Taken::default();
    let label = later(
        "m.said LIKE '% l' || contact_label.label_id || ' %'",
        "contact_label.contact_id",
    );
    let address = later(
        "m.said LIKE '% a' || contact_address.id || ' %'",
        "contact_address.contact_id",
    );
    let member = later(
        "(i.list_id = media_list_member.list_id OR m.said LIKE '% m' || media_list_member.list_id || ' %')",
        "media_list_member.contact_id",
    );
    let no = "NOT EXISTS (SELECT 1 FROM suppression s WHERE s.hash = contact_address.address_hash AND s.lifted_at IS NULL)";
    for (table, later, condition, count) in [
        ("contact_label", label, "true", &mut taken.labels),
        ("contact_address", address, no, &mut taken.addresses),
        ("media_list_member", member, "true", &mut taken.memberships),
    ] {
        if table == "contact_address" && !takes_addresses {
            continue;
        }
        let pass_on = format!(
            "UPDATE {table} SET import_id = {later} WHERE import_id = $2 AND contact_id {given} AND {later} IS NOT NULL"
        );
        sql::run(connection, &pass_on, values()).await?;
        let delete = format!(
            "DELETE FROM {table} WHERE import_id = $2 AND contact_id {given} AND {condition}"
        );
        *count = sql::run(connection, &delete, values()).await?;
    }
    Ok(taken)
}

/// Archives contacts, remembering what they were for an import that brings them back.
pub(crate) async fn archive(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
    at: Instant,
) -> Result<u64, StoreError> {
    let update = format!(
        "UPDATE contact SET undone_status = status, status = 'archived', updated_at = $2 \
         WHERE status <> 'archived' AND id {}",
        set::among_numbers(connection, 1),
    );
    let values = vec![set::bind(contacts), at.millis().into()];
    sql::run(connection, &update, values).await
}

/// Empties contacts that nothing hangs on: the row stays as a number, the address is free.
pub(crate) async fn empty(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
    at: Instant,
) -> Result<(), StoreError> {
    let given = set::among_numbers(connection, 1);
    for table in [
        "contact_label",
        "contact_address",
        "media_list_member",
        "import_change",
        "import_met",
    ] {
        let delete = format!("DELETE FROM {table} WHERE contact_id {given}");
        sql::run(connection, &delete, vec![set::bind(contacts)]).await?;
    }
    let update = format!(
        "UPDATE contact SET email = NULL, email_key = NULL, address_hash = NULL, domain = NULL, domain_hash = NULL, \
         name = '', given_name = '', family_name = '', outlet_id = NULL, title = '', country = '', language = '', \
         time_zone = '', phone = '', notes = '', source = '', legal_basis = '', jurisdiction = '', status = 'archived', \
         undone_status = NULL, erased_at = $2, updated_at = $2 WHERE id {given}"
    );
    let values = vec![set::bind(contacts), at.millis().into()];
    sql::run(connection, &update, values).await?;
    Ok(())
}

/// Makes contacts those of a later import that was about them too: (contact, import).
pub(crate) async fn adopt(
    connection: &impl ConnectionTrait,
    contacts: &[(i64, i64)],
) -> Result<(), StoreError> {
    let given = set::rows(
        connection,
        1,
        &[Column::Number("contact_id"), Column::Number("import_id")],
    );
    let update = format!(
        "UPDATE contact SET origin_import_id = i.id, origin_line = m.line, source = i.source, \
           legal_basis = i.legal_basis, jurisdiction = i.jurisdiction \
         FROM {given} AS given JOIN import_met m ON m.contact_id = given.contact_id AND m.import_id = given.import_id \
         JOIN import i ON i.id = given.import_id WHERE contact.id = given.contact_id"
    );
    sql::run(connection, &update, vec![set::bind(contacts)]).await?;
    // They are no longer somebody it met, but somebody it made.
    let delete = format!(
        "DELETE FROM import_met WHERE EXISTS (SELECT 1 FROM {given} AS given \
         WHERE given.contact_id = import_met.contact_id AND given.import_id = import_met.import_id)"
    );
    sql::run(connection, &delete, vec![set::bind(contacts)]).await?;
    Ok(())
}

/// Forgets what the import changed and whom it met among these contacts: it is put right.
pub(crate) async fn forget(
    connection: &impl ConnectionTrait,
    import_id: i64,
    contacts: &[i64],
) -> Result<(), StoreError> {
    let given = set::among_numbers(connection, 1);
    for statement in [
        "DELETE FROM import_change WHERE import_id = $2 AND field <> 'list' AND contact_id",
        "DELETE FROM import_met WHERE import_id = $2 AND contact_id",
    ] {
        let delete = format!("{statement} {given}");
        let values = vec![set::bind(contacts), import_id.into()];
        sql::run(connection, &delete, values).await?;
    }
    Ok(())
}

/// Those of these contacts whose address a report called dead.
pub(crate) async fn truly_dead(
    connection: &impl ConnectionTrait,
    contacts: &[i64],
) -> Result<Vec<i64>, StoreError> {
    let select = format!(
        "SELECT DISTINCT contact_id AS value FROM bounce WHERE class = 'hard' AND counts AND contact_id {}",
        set::among_numbers(connection, 1),
    );
    sql::numbers(connection, &select, vec![set::bind(contacts)]).await
}

/// Takes whoever these imports were not about off a list, and writes down who it was. Tells how many.
pub(crate) async fn replace_members(
    connection: &impl ConnectionTrait,
    list_id: i64,
    imports: &[i64],
) -> Result<u64, StoreError> {
    let (Some(last), given) = (imports.last(), set::among_numbers(connection, 2)) else {
        return Ok(0);
    };
    let not_in_file = format!(
        "list_id = $1 AND NOT EXISTS (SELECT 1 FROM contact c WHERE c.id = media_list_member.contact_id AND c.origin_import_id {given}) \
         AND NOT EXISTS (SELECT 1 FROM import_met m WHERE m.contact_id = media_list_member.contact_id AND m.import_id {given})"
    );
    let insert = format!(
        "INSERT INTO import_change (import_id, contact_id, line, field, old_id, new_id) \
         SELECT $3, contact_id, 0, 'list', list_id, import_id FROM media_list_member WHERE {not_in_file}"
    );
    let values = vec![list_id.into(), set::bind(imports), (*last).into()];
    sql::run(connection, &insert, values).await?;
    let update = "UPDATE import SET replaces = TRUE WHERE id = $1";
    sql::run(connection, update, vec![(*last).into()]).await?;
    let delete = format!("DELETE FROM media_list_member WHERE {not_in_file}");
    let values = vec![list_id.into(), set::bind(imports)];
    sql::run(connection, &delete, values).await
}

/// Puts contacts back on the list they were taken off, where the list is still there and whoever put
/// them on it has not been undone meanwhile. Tells how many.
pub(crate) async fn put_back(
    connection: &impl ConnectionTrait,
    changes: &[i64],
) -> Result<u64, StoreError> {
    let insert = format!(
        "INSERT INTO media_list_member (list_id, contact_id, import_id) \
         SELECT x.old_id, x.contact_id, x.new_id \
         FROM import_change x JOIN media_list l ON l.id = x.old_id JOIN contact c ON c.id = x.contact_id \
         WHERE x.id {} AND c.erased_at IS NULL \
           AND NOT EXISTS (SELECT 1 FROM import i WHERE i.id = x.new_id AND i.state = 'undone') ON CONFLICT (list_id, contact_id) DO NOTHING",
        set::among_numbers(connection, 1),
    );
    let back = sql::run(connection, &insert, vec![set::bind(changes)]).await?;
    let delete = format!(
        "DELETE FROM import_change WHERE id {}",
        set::among_numbers(connection, 1),
    );
    sql::run(connection, &delete, vec![set::bind(changes)]).await?;
    Ok(back)
}

/// The first live import after this one that made the same list equal its file.
pub(crate) async fn replaced_later(
    connection: &impl ConnectionTrait,
    import_id: i64,
    list_id: i64,
) -> Result<Option<i64>, StoreError> {
    let select = "SELECT id AS value FROM import WHERE id > $1 AND list_id = $2 AND replaces \
                  AND state = 'done' ORDER BY id LIMIT 1";
    let found = sql::numbers(connection, select, vec![import_id.into(), list_id.into()]).await?;
    Ok(found.first().copied())
}

/// How many opt-outs that the import brought still hold.
pub(crate) async fn opt_outs(
    connection: &impl ConnectionTrait,
    import_id: i64,
) -> Result<i64, StoreError> {
    let select =
        "SELECT COUNT(*) AS value FROM suppression WHERE source = $1 AND lifted_at IS NULL";
    let source = format!("import:{import_id}");
    sql::number(connection, select, vec![source.into()]).await
}

/// Notes that the import is undone; false where somebody else did it meanwhile.
pub(crate) async fn end(
    connection: &impl ConnectionTrait,
    import_id: i64,
    at: Instant,
) -> Result<bool, StoreError> {
    let update =
        "UPDATE import SET state = 'undone', undone_at = $2 WHERE id = $1 AND state <> 'undone'";
    let values = vec![import_id.into(), at.millis().into()];
    Ok(sql::run(connection, update, values).await? > 0)
}
