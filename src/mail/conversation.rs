//! The SMTP conversation on one connection.

use crate::mail::envelope::{Envelope, Offers};
use crate::mail::outcome::{Begin, Outcome};
use crate::mail::route_problem::{RouteProblem, Trouble};
use crate::mail::transport::SmtpRoute;

#[derive(Debug)]
pub(crate) struct Conversation {
    offers: Offers,
}

impl Conversation {
    pub(crate) async fn open(route: &SmtpRoute) -> Result<Self, RouteProblem> {
        Err(RouteProblem::new(
            &route.host,
            Trouble::Dropped("soon".into()),
        ))
    }
    pub(crate) async fn begin(&mut self, _envelope: &Envelope) -> Begin {
        Begin::Ready
    }
    pub(crate) async fn finish(&mut self, _message: &[u8], _next: Option<&Envelope>) -> Outcome {
        Outcome::Unknown { why: "soon".into() }
    }
    pub(crate) fn is_usable(&self) -> bool {
        false
    }
    pub(crate) fn ended_idle(&self) -> bool {
        false
    }
    pub(crate) fn offers(&self) -> &Offers {
        &self.offers
    }
    pub(crate) async fn quit(self) {}
}
