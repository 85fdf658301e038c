//! A person's rights: a copy of all that we hold about them, and being forgotten (GDPR Art. 15, 17, 20).

use serde::Serialize;
use serde_json::json;

use crate::desk::Desk;
use crate::desk::people::contacts::{ContactCard, card_of, find, find_in};
use crate::desk::people::opt_out;
use crate::desk::problem::{Exit, Problem};
use crate::domain::suppression::Scope;
use crate::store::connection::{begin_write, commit};
use crate::store::rights::{self, AgreementRow, ChangeRow, MailRow, MergedRow, NoRow};
use crate::store::suppression::{self, NewSuppression, Origin};
use crate::store::{bounce, contact, desk_row, reply};

/// All that is held about a person. Times within the rows are milliseconds since 1970, UTC.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Dossier {
    #[serde(flatten)]
    pub card: ContactCard,
    pub mails: Vec<MailRow>,
    pub replies: Vec<Wrote>,
    pub bounces: Vec<CameBack>,
    pub agreements: Vec<AgreementRow>,
    pub opt_outs: Vec<NoRow>,
    pub import_changes: Vec<ChangeRow>,
    /// Contacts that were merged into this one.
    pub merged: Vec<MergedRow>,
}

/// What they answered.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Wrote {
    pub release: String,
    pub at: i64,
    pub subject: Option<String>,
    pub text: Option<String>,
}

/// What their server sent back.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CameBack {
    pub at: i64,
    pub class: String,
    pub reason: String,
    pub diagnostic: Option<String>,
}

/// The dossier of a contact, by id or address; of those merged with them too.
///
/// Errors: exit 2 `no-contact`.
pub async fn dossier(desk: &Desk, text: &str) -> Result<Dossier, Problem> {
    let id = find(desk, text).await?;
    let connection = desk.store.db();
    let kin = rights::kin(connection, id).await?;
    let hashes = rights::hashes(connection, &kin).await?;
    let hashes: Vec<_> = hashes.iter().map(String::as_str).collect();
    let mut replies = Vec::new();
    for one in &kin {
        let rows = reply::of_contact(connection, *one).await?;
        replies.extend(rows.into_iter().map(|row| Wrote {
            release: row.release,
            at: row.at,
            subject: row.subject,
            text: row.text,
        }));
    }
    let bounces = bounce::list(connection, &kin, 0, i64::from(i32::MAX)).await?;
    Ok(Dossier {
        card: card_of(connection, id).await?,
        mails: rights::mails(connection, &kin).await?,
        replies,
        bounces: bounces
            .into_iter()
            .map(|row| CameBack {
                at: row.at,
                class: row.class,
                reason: row.reason,
                diagnostic: row.diagnostic,
            })
            .collect(),
        agreements: rights::agreements(connection, &kin).await?,
        opt_outs: rights::refusals(connection, &hashes).await?,
        import_changes: rights::changes(connection, &kin).await?,
        merged: rights::merged(connection, &kin).await?,
    })
}

/// What was forgotten, in numbers.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Erased {
    /// The contact and those merged with them.
    pub contacts: Vec<i64>,
    /// Mails whose address and texts were emptied.
    pub mails: u64,
    /// Mails that waited and will not be sent.
    pub withdrawn: u64,
    /// False: the SQLite file still holds old pages, because somebody else works with it.
    pub rewritten: bool,
}

/// Forgets a person for good, in one transaction. What stays: that a number was written to, and a
/// keyed hash that stops every mail to them, so that no later import brings them back.
///
/// Errors: exit 2 `no-contact`; exit 4 `on-its-way` while a mail to them is being sent; 78 for a
/// foreign key.
pub async fn erase(desk: &Desk, text: &str) -> Result<Erased, Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    contact::lock(&transaction).await?;
    opt_out::key_must_fit_in(desk, &transaction).await?;
    let id = find_in(&transaction, text).await?;
    let contacts = rights::kin(&transaction, id).await?;
    let hashes = rights::hashes(&transaction, &contacts).await?;
    let key_id = desk.key.fingerprint();
    let origin = Origin {
        key_id: &key_id,
        target: "address",
        scope: Scope::Everything,
        source: "erasure",
        at: desk.now(),
        by: &desk.actor,
    };
    let entries: Vec<_> = hashes
        .iter()
        .map(|hash| NewSuppression {
            hash: hash.clone(),
            reason: "erased".to_owned(),
        })
        .collect();
    let hashes: Vec<_> = hashes.iter().map(String::as_str).collect();
    suppression::suppress(&transaction, &origin, &entries).await?;
    let withdrawn = suppression::withdraw_deliveries(&transaction, &origin, &hashes).await?;
    // A body that is on its way needs its address until the server has answered.
    if rights::on_the_way(&transaction, &contacts).await? > 0 {
        let message = "a mail to them is being sent at this moment, so nothing was erased";
        return Err(
            Problem::new(Exit::Forbidden, "on-its-way", message).hint("do it again in a minute")
        );
    }
    let mails = rights::erase(&transaction, &contacts, &hashes, desk.now()).await?;
    desk_row::touch(&transaction).await?;
    let detail = json!({"contacts": contacts, "mails": mails, "withdrawn": withdrawn});
    desk.log(&transaction, "contact.erase", "contact", id, detail)
        .await?;
    commit(transaction).await?;
    let rewritten = !desk.store.is_sqlite() || rights::rewrite(desk.store.db()).await;
    Ok(Erased {
        contacts,
        mails,
        withdrawn,
        rewritten,
    })
}

/// A contact as a vCard 4.0 (RFC 6350), to take along.
pub fn vcard(card: &ContactCard) -> String {
    let contact = &card.contact;
    let full = if contact.name.is_empty() {
        &contact.email
    } else {
        &contact.name
    };
    let mut text = String::from("BEGIN:VCARD\r\nVERSION:4.0\r\n");
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            text.push_str(name);
            text.push(':');
            text.push_str(value);
            text.push_str("\r\n");
        }
    };
    line("FN", &escaped(full));
    let (family, given) = (escaped(&contact.family_name), escaped(&contact.given_name));
    if !family.is_empty() || !given.is_empty() {
        line("N", &format!("{family};{given};;;"));
    }
    line("EMAIL", &escaped(&contact.email));
    for further in &card.further_addresses {
        line("EMAIL", &escaped(further));
    }
    line("ORG", &escaped(&contact.outlet));
    line("TITLE", &escaped(&contact.title));
    line("TEL", &escaped(&contact.phone));
    line("LANG", &contact.language);
    line("TZ", &contact.time_zone);
    line("NOTE", &escaped(&card.notes));
    text.push_str("END:VCARD\r\n");
    text
}

/// RFC 6350, 3.4: a backslash before what separates.
fn escaped(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace(',', "\\,")
        .replace(';', "\\;")
        .replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_separates_is_escaped() {
        assert_eq!(escaped("a,b;c\\d\ne"), "a\\,b\\;c\\\\d\\ne");
    }
}
