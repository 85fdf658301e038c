//! Sees a wall clock that is set while we work, by a clock that cannot be set.

use std::time::Duration;

use crate::clock::Clock;
use crate::desk::Desk;
use crate::desk::problem::Problem;
use crate::domain::instant::Instant;
use crate::store::server_clock;

/// More than this between two looks is a step, not drift: NTP slews by at most 0.5 ms a second.
const STEP: Duration = Duration::from_secs(1);

/// The two clocks at the last look. A fixed clock never steps.
#[derive(Debug)]
pub(crate) struct Steps {
    wall: Instant,
    steady: std::time::Instant,
}

/// Two machines whose clocks differ by more than this cannot share an embargo.
const APART: Duration = Duration::from_secs(2);

/// Whether the database server's clock is too far from ours. A fixed clock is not compared.
pub(crate) async fn apart(desk: &Desk) -> Result<bool, Problem> {
    if !matches!(desk.clock, Clock::System) {
        return Ok(false);
    }
    let Some(theirs) = server_clock::now(desk.store.db()).await? else {
        return Ok(false);
    };
    let ours = desk.now();
    Ok(theirs.until(ours).max(ours.until(theirs)) > APART)
}

impl Steps {
    pub(crate) fn new(clock: &Clock) -> Self {
        Self {
            wall: clock.now(),
            steady: std::time::Instant::now(),
        }
    }

    /// Whether the wall clock jumped since the last look, in either direction.
    pub(crate) fn stepped(&mut self, clock: &Clock) -> bool {
        let (wall, steady) = (clock.now(), std::time::Instant::now());
        let jumped = is_step(self.wall, wall, steady.duration_since(self.steady));
        *self = Self { wall, steady };
        matches!(clock, Clock::System) && jumped
    }
}

/// Whether a wall clock that went from one instant to the other while `steady` passed was set.
fn is_step(before: Instant, after: Instant, steady: Duration) -> bool {
    let expected = before.plus(steady);
    expected.until(after).max(after.until(expected)) > STEP
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_is_drift_and_more_is_a_step_in_either_direction() {
        let noon = Instant::from_millis(43_200_000);
        let minute = Duration::from_mins(1);
        assert!(!is_step(noon, noon.plus(minute), minute));
        assert!(!is_step(noon, noon.plus(Duration::from_secs(61)), minute));
        assert!(is_step(
            noon,
            noon.plus(Duration::from_millis(61_001)),
            minute
        ));
        assert!(is_step(
            noon,
            noon.plus(Duration::from_millis(58_999)),
            minute
        ));
        assert!(is_step(
            noon,
            noon.minus(Duration::from_hours(1)),
            Duration::ZERO
        ));
    }
}
