//! `[limits]`, `[run]`, `[embargo]`, `[privacy]`: numbers that could not work.

use std::time::Duration;

use crate::config::Config;
use crate::config::locate::Located;
use crate::config::problem::ConfigProblem;
use crate::config::validate::refuse;

pub(in crate::config::validate) fn limits(
    config: &Config,
    at: &Located<'_>,
) -> Result<(), ConfigProblem> {
    let limits = &config.limits;
    if limits.retry.is_empty() || limits.retry.iter().any(Duration::is_zero) {
        return refuse(
            at,
            &["limits", "retry"],
            "must list at least one wait, none of them zero",
            "remove the line to get the default",
        );
    }
    if limits
        .retry
        .first()
        .is_some_and(|first| limits.give_up_after < *first)
    {
        return refuse(
            at,
            &["limits", "give_up_after"],
            "must be at least the first wait of `retry`",
            "24h suits greylisting and a night's outage",
        );
    }
    Ok(())
}

pub(in crate::config::validate) fn run(
    config: &Config,
    at: &Located<'_>,
) -> Result<(), ConfigProblem> {
    let run = &config.run;
    if !(run.stop_failure_rate > 0.0 && run.stop_failure_rate <= 1.0) {
        return refuse(
            at,
            &["run", "stop_failure_rate"],
            "must be above 0 and at most 1",
            "0.10 blocks at every tenth mail refused",
        );
    }
    if !(1..=2).contains(&run.approvals) {
        return refuse(
            at,
            &["run", "approvals"],
            "must be 1 or 2",
            "1 lets the author approve; 2 wants two different names",
        );
    }
    if run.max_duration < Duration::from_mins(1) {
        return refuse(
            at,
            &["run", "max_duration"],
            "must be at least 1m",
            "50m leaves room before the next full hour",
        );
    }
    if config.embargo.warn_lead < config.embargo.min_lead {
        return refuse(
            at,
            &["embargo", "warn_lead"],
            "must not be shorter than min_lead",
            "what is refused cannot be warned of",
        );
    }
    if config.privacy.track_opens {
        return refuse(
            at,
            &["privacy", "track_opens"],
            "must be false: Dateline has no tracking pixel",
            "remove the line",
        );
    }
    Ok(())
}
