//! Two clocks that have to agree: ours, and the database server's.

use std::time::Duration;

use crate::desk::Desk;
use crate::desk::problem::Problem;
use crate::store::server_clock;

/// Two machines whose clocks differ by more than this cannot share an embargo.
const APART: Duration = Duration::from_secs(2);

/// Whether the database server's clock is too far from ours. A fixed clock is not compared.
pub(crate) async fn apart(desk: &Desk) -> Result<bool, Problem> {
    if !desk.clock.is_system() {
        return Ok(false);
    }
    let Some(theirs) = server_clock::now(desk.store.db()).await? else {
        return Ok(false);
    };
    let ours = desk.now();
    Ok(theirs.until(ours).max(ours.until(theirs)) > APART)
}
