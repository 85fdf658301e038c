//! What a press officer does, step by step: here, and only here, transactions begin and end.

pub mod amend;
pub mod data;
pub mod distribution;
pub mod doctor;
pub mod embargo;
pub(crate) mod field;
pub mod issuers;
pub mod journal;
pub mod letter;
pub mod opening;
pub mod people;
pub mod problem;
pub mod release;
pub mod run;
pub mod status;
pub mod told;
pub mod way_back;

use std::sync::Arc;

use crate::clock::Clock;
use crate::config::Config;
use crate::desk::opening::signing::Signing;
use crate::desk::problem::Problem;
use crate::domain::instant::Instant;
use crate::domain::suppression::SuppressionKey;
use crate::domain::zones::Zones;
use crate::store::connection::{ConnectionTrait, Store};
use crate::store::log;

/// An opened desk: everything an act needs. Acts are functions that take it.
#[derive(Clone, Debug)]
pub struct Desk {
    pub store: Store,
    pub clock: Clock,
    pub zones: Arc<Zones>,
    pub config: Arc<Config>,
    /// The key in force: what is hashed now is hashed with it.
    pub key: SuppressionKey,
    /// Keys of before: opt-outs of people whom we do not know any more are still found with them.
    pub older_keys: Vec<SuppressionKey>,
    /// Who acts: `--as`, or the operating system's user. A claim, logged as such.
    pub actor: String,
    pub host: String,
    /// Who signs the mail, where our provider does not.
    pub signing: Signing,
}

impl Desk {
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Writes an act down, in the act's own transaction. Ids and codes only.
    pub async fn log(
        &self,
        connection: &impl ConnectionTrait,
        act: &str,
        subject: &str,
        subject_id: i64,
        detail: serde_json::Value,
    ) -> Result<(), Problem> {
        let entry = self.entry(act, subject, subject_id, detail);
        log::append(connection, entry).await?;
        Ok(())
    }

    /// Writes down an act on many contacts: a person's work on each of them.
    pub async fn log_many(
        &self,
        connection: &impl ConnectionTrait,
        act: &str,
        contacts: &[i64],
        detail: serde_json::Value,
    ) -> Result<(), Problem> {
        let entry = self.entry(act, "contact", 0, detail);
        let id = log::append(connection, entry).await?;
        Ok(log::name_contacts(connection, id, contacts).await?)
    }

    fn entry<'a>(
        &'a self,
        act: &'a str,
        subject: &'a str,
        subject_id: i64,
        detail: serde_json::Value,
    ) -> log::Entry<'a> {
        log::Entry {
            at: self.now(),
            actor: &self.actor,
            host: &self.host,
            act,
            subject,
            subject_id,
            detail,
        }
    }
}
