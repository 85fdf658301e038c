//! `embargo breach`: an outlet that published early gets nothing in advance for a time.

use std::time::Duration;

use crate::desk::Desk;
use crate::desk::embargo::agreements::find_outlet;
use crate::desk::problem::{Exit, Problem};
use crate::domain::instant::Instant;
use crate::domain::when;
use crate::store::connection::{begin_write, commit};
use crate::store::{desk_row, outlet};

/// How long, unless somebody says otherwise: half a year, which is what outlets expect.
pub const USUAL_DAYS: u32 = 180;

/// What was written down.
#[derive(Clone, Debug, serde::Serialize)]
pub struct Breach {
    pub outlet: String,
    pub seen_at: Instant,
    /// Nothing goes to anybody there in advance before it.
    pub until: Instant,
}

/// Puts an outlet, with all its people, under sanction. The address of the story is evidence and
/// goes into the reason; the log gets the outlet's number alone.
pub async fn breach(
    desk: &Desk,
    name: &str,
    url: &str,
    seen_at: Option<&str>,
    days: u32,
) -> Result<Breach, Problem> {
    if !url.starts_with("http://") && !url.starts_with("https://") {
        return Err(Problem::new(
            Exit::Usage,
            "no-url",
            "a breach needs the address of the story",
        )
        .hint("write it whole: --url https://news.example/story"));
    }
    let zone = desk.config.newsroom.time_zone.as_deref();
    let seen_at = match seen_at {
        Some(text) => when::read_any(text, zone, &desk.zones)?.instant,
        None => desk.now(),
    };
    let transaction = begin_write(desk.store.db()).await?;
    let id = find_outlet(&transaction, name).await?;
    let until = desk.now().plus(Duration::from_hours(24) * days);
    let reason = format!("published under embargo: {url}, seen {seen_at}");
    outlet::sanction(&transaction, id, until, &reason).await?;
    desk_row::touch(&transaction).await?;
    let detail = serde_json::json!({ "seen_at": seen_at, "until": until });
    desk.log(&transaction, "breach", "outlet", id, detail)
        .await?;
    commit(transaction).await?;
    Ok(Breach {
        outlet: name.to_owned(),
        seen_at,
        until,
    })
}
