//! `release test`: a mail marked `[TEST]` to ourselves, and no way round an embargo.

use crate::desk::Desk;
use crate::desk::letter::compose::{self, Letter, Parcel, Recipient};
use crate::desk::letter::route;
use crate::desk::people::older_keys;
use crate::desk::problem::{Exit, Problem};
use crate::desk::release::approve;
use crate::desk::release::prepare::{self, Going};
use crate::desk::release::write;
use crate::domain::address::{self, Address};
use crate::domain::embargo::Embargo;
use crate::domain::hex;
use crate::domain::release::Release;
use crate::mail::connection::Connection;
use crate::mail::envelope::Envelope;
use crate::mail::outcome::{Begin, Outcome};
use crate::store::connection::{ConnectionTrait, begin_write, commit};
use crate::store::release::StoredVersion;
use crate::store::{contact, embargo, suppression};

/// What became of the test mails.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Tested {
    pub release: String,
    pub version: i64,
    /// The folder, where `[smtp] transport` is `files` and nothing was really sent.
    pub folder: Option<String>,
    pub mails: Vec<Went>,
}

#[derive(Clone, Debug, serde::Serialize)]
pub struct Went {
    pub to: String,
    pub language: String,
    /// `sent`, `refused` or `unknown`.
    pub status: &'static str,
    /// The server's words.
    pub reply: String,
}

/// Sends the current version to our own addresses, at once.
///
/// Refused (4) for a contact's address or one that has opted out, under an active embargo for any
/// domain outside `[newsroom] team_domains` (EMB-05), and outside `[smtp] only_to` where it is set.
pub async fn test(
    desk: &Desk,
    slug: &str,
    to: &[String],
    language: Option<&str>,
) -> Result<Tested, Problem> {
    let connection = desk.store.db();
    let release = write::find(connection, slug).await?;
    let version = approve::current_version(connection, &release).await?;
    let state = embargo::current(connection, release.id).await?;
    let to = allowed(desk, connection, &release, &state, to).await?;
    let letter = letter(desk, connection, slug, &version, &state, language).await?;
    let mut parcels = Vec::new();
    for (number, address) in (1_i64..).zip(&to) {
        // The nonce is of no distribution, so the opt-out token in this mail stands for nobody.
        let recipient = Recipient {
            delivery_id: number,
            address: address.as_str().to_owned(),
            ..prepare::sample(desk)
        };
        parcels.push(letter.write(desk, &recipient)?);
    }
    let way_out = route::way_out(desk).await?;
    let mut open = way_out.open().await?;
    write_down(desk, &release, &version, &state, &to).await?;
    let mut mails = Vec::new();
    for parcel in &parcels {
        if !open.is_usable() {
            open = way_out.open().await?;
        }
        let (status, reply) = send(&mut open, parcel).await?;
        mails.push(Went {
            to: parcel.to.clone(),
            language: letter.rendition.language.clone(),
            status,
            reply,
        });
    }
    open.quit().await;
    Ok(Tested {
        release: release.slug,
        version: version.number,
        folder: way_out.folder().map(|folder| folder.display().to_string()),
        mails,
    })
}

/// Every address, or a refusal for all: a test mail is no way round an opt-out or an embargo.
async fn allowed(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    release: &Release,
    state: &Embargo,
    to: &[String],
) -> Result<Vec<Address>, Problem> {
    let mut read: Vec<Address> = Vec::new();
    for text in to {
        let address = address::parse(text).map_err(|problem| {
            Problem::new(
                Exit::Usage,
                "address",
                format!("{text:?} cannot be written to: {}", problem.reason),
            )
            .hint("give a plain address of your own, such as you@example.com")
        })?;
        if !read.iter().any(|known| known.key() == address.key()) {
            read.push(address);
        }
    }
    for address in &read {
        if !contact::by_keys(connection, &[&address.key()])
            .await?
            .is_empty()
        {
            return Err(refused(
                "test-to-contact",
                "this address belongs to a contact; contacts only ever get what was approved and scheduled",
                "send the test to an address of your own",
            ));
        }
        let hashes = older_keys::hashes(desk, address);
        let hashes: Vec<&str> = hashes.iter().map(String::as_str).collect();
        if !suppression::live_everywhere(connection, &hashes)
            .await?
            .is_empty()
        {
            return Err(refused(
                "test-to-opted-out",
                "this address has opted out of everything",
                "send the test to another address of your own",
            ));
        }
        if state.is_active(desk.now()) && !is_ours(address, &desk.config.newsroom.team_domains) {
            return Err(refused(
                "embargoed",
                &format!(
                    "{} is under embargo, and {} is none of [newsroom] team_domains",
                    release.slug,
                    address.domain()
                ),
                "test with an address inside the team, or add its domain to team_domains",
            ));
        }
        if !route::lets_through(&desk.config, address.as_str()) {
            return Err(refused(
                "only-to",
                "[smtp] only_to does not let mail through to this address",
                "add it to only_to, or take another address",
            ));
        }
    }
    Ok(read)
}

fn refused(code: &'static str, message: &str, hint: &str) -> Problem {
    Problem::new(Exit::Forbidden, code, message).hint(hint)
}

fn is_ours(address: &Address, domains: &[String]) -> bool {
    domains.iter().any(|domain| {
        domain
            .trim_start_matches('@')
            .eq_ignore_ascii_case(address.domain())
    })
}

/// The mail as it would be frozen now, in one language and marked as a test.
async fn letter(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    slug: &str,
    version: &StoredVersion,
    state: &Embargo,
    language: Option<&str>,
) -> Result<Letter, Problem> {
    let sender = compose::sender(desk, connection, &version.content).await?;
    let going = Going {
        test: true,
        ..Going::usual(version)
    };
    let all = prepare::renditions(desk, state, &sender, going, version)?;
    let languages: Vec<String> = all.iter().map(|one| one.language.clone()).collect();
    let mut all = all.into_iter();
    let chosen = match language {
        None => all.next(),
        Some(wanted) => all.find(|one| one.language == wanted),
    };
    let rendition = chosen.ok_or_else(|| {
        prepare::no_language(slug, languages.iter(), language.unwrap_or_default())
    })?;
    let letter = prepare::letter(desk, connection, &sender, rendition).await?;
    Ok(Letter {
        embargoed_until: prepare::notice(state, desk.now()).map(|moment| moment.instant),
        nonce: format!("test-{}", hex::encode(&rand::random::<[u8; 8]>())),
        ..letter
    })
}

/// Before the first byte leaves: a test mail is a way for an embargoed text to get out, so it is
/// on record even where the program dies in the middle of it. Keyed hashes, no addresses.
async fn write_down(
    desk: &Desk,
    release: &Release,
    version: &StoredVersion,
    state: &Embargo,
    to: &[Address],
) -> Result<(), Problem> {
    let transaction = begin_write(desk.store.db()).await?;
    let hashes: Vec<String> = to
        .iter()
        .map(|address| desk.key.address_hash(&address.key()))
        .collect();
    let detail = serde_json::json!({
        "version": version.number, "embargoed": state.is_active(desk.now()), "to": hashes,
    });
    desk.log(&transaction, "test", "release", release.id, detail)
        .await?;
    Ok(commit(transaction).await?)
}

/// Sends one mail that is no delivery. What became of it, and the server's words.
pub(crate) async fn send(
    connection: &mut Connection,
    parcel: &Parcel,
) -> Result<(&'static str, String), Problem> {
    let envelope = Envelope {
        from: parcel.envelope_from.clone(),
        to: parcel.to.clone(),
        size: parcel.bytes.len(),
        eight_bit: false,
        smtputf8: !parcel.to.is_ascii() || !parcel.envelope_from.is_ascii(),
    };
    match connection.begin(&envelope).await {
        Begin::Ready => {}
        Begin::Refused { reply, .. } => return Ok(("refused", reply.to_string())),
        Begin::Dead(trouble) => return Err(trouble.into()),
    }
    match connection.finish(&parcel.bytes, None).await {
        Outcome::Sent(reply) => Ok(("sent", reply.to_string())),
        Outcome::Refused { reply, .. } => Ok(("refused", reply.to_string())),
        Outcome::Unknown { why } => Ok(("unknown", why)),
        Outcome::Dead(trouble) => Err(trouble.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::is_ours;
    use crate::domain::address::parse;

    #[test]
    fn only_the_very_domain_is_the_team() {
        let domains = ["example.com".to_owned(), "@example.org".to_owned()];
        let ours = |text: &str| is_ours(&parse(text).unwrap(), &domains);
        assert!(ours("ana@Example.COM") && ours("bo@example.org"));
        assert!(!ours("ana@news.example.com") && !ours("ana@example.com.test"));
        assert!(!is_ours(&parse("ana@example.com").unwrap(), &[]));
    }
}
