//! One open way out: begins a transaction, then finishes it, and says what became of it.

use crate::mail::conversation::Conversation;
use crate::mail::envelope::Envelope;
use crate::mail::folder::Folder;
use crate::mail::outcome::{Begin, Outcome};

/// An open connection, owned by one worker.
///
/// For each message: [`begin`](Self::begin); on [`Begin::Ready`] the ledger commits that the body
/// is started; then [`finish`](Self::finish). When [`is_usable`](Self::is_usable) is false, drop
/// it and open another.
#[derive(Debug)]
pub struct Connection(Way);

#[derive(Debug)]
enum Way {
    Smtp(Box<Conversation>),
    Files(Folder),
}

impl Connection {
    pub(crate) fn smtp(conversation: Conversation) -> Self {
        Self(Way::Smtp(Box::new(conversation)))
    }

    pub(crate) fn folder(folder: Folder) -> Self {
        Self(Way::Files(folder))
    }

    /// Announces the envelope: MAIL, RCPT and DATA, in one write where the server offers
    /// PIPELINING, and without a write when they travelled with the previous body.
    ///
    /// An envelope other than the one given as `next` to the last `finish` makes the connection
    /// stale: what was announced cannot be taken back.
    pub async fn begin(&mut self, envelope: &Envelope) -> Begin {
        match &mut self.0 {
            Way::Smtp(conversation) => conversation.begin(envelope).await,
            Way::Files(_) => Begin::Ready,
        }
    }

    /// Writes the body and the final dot, and with them the next envelope where PIPELINING is
    /// offered and the connection may take another message. Only after [`Begin::Ready`].
    ///
    /// `message` is stuffed here (RFC 5321, section 4.5.2); a line end that is not CRLF becomes
    /// one, so that no body can end early on a server that is lax about it.
    pub async fn finish(&mut self, message: &[u8], next: Option<&Envelope>) -> Outcome {
        match &mut self.0 {
            Way::Smtp(conversation) => conversation.finish(message, next).await,
            Way::Files(folder) => folder.keep(message).await,
        }
    }

    /// Gives up between `Ready` and `finish`: closes without the dot, so nothing is delivered.
    pub fn drop_before_body(self) {
        drop(self);
    }

    /// Whether another `begin` makes sense.
    pub fn is_usable(&self) -> bool {
        match &self.0 {
            Way::Smtp(conversation) => conversation.is_usable(),
            Way::Files(_) => true,
        }
    }

    /// Whether the connection ended only because it had idled more than 5 s (the `Dead` it gave
    /// was [`is_stale`](crate::mail::route_problem::RouteProblem::is_stale)): connect again, do
    /// not pause the route.
    pub fn idle_421(&self) -> bool {
        match &self.0 {
            Way::Smtp(conversation) => conversation.ended_idle(),
            Way::Files(_) => false,
        }
    }

    /// Says goodbye where that is possible, and waits at most 1 s for it.
    pub async fn quit(self) {
        if let Way::Smtp(conversation) = self.0 {
            conversation.quit().await;
        }
    }

    /// As if the last reply had come so much earlier.
    #[cfg(test)]
    fn age(&mut self, by: std::time::Duration) {
        if let Way::Smtp(conversation) = &mut self.0 {
            conversation.age(by);
        }
    }

    pub fn offers_smtputf8(&self) -> bool {
        match &self.0 {
            Way::Smtp(conversation) => conversation.offers().smtputf8,
            Way::Files(_) => true,
        }
    }

    /// The largest message the server takes, in bytes, where it said so.
    pub fn max_size(&self) -> Option<u64> {
        match &self.0 {
            Way::Smtp(conversation) => conversation.offers().limit(),
            Way::Files(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
