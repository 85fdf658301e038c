//! `dateline config show`.

use crate::cli::context::Context;
use crate::desk::problem::{Exit, Problem};

/// Print the settings in force, defaults and all; secrets are not shown
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  dateline config show
  dateline config show --json")]
pub struct Show {}

impl Show {
    pub(in crate::cli) fn run(context: &mut Context) -> Result<Exit, Problem> {
        let config = context.config()?;
        // The limits in force, not only the written ones, are what somebody who asks wants to see.
        let mut shown = serde_json::to_value(&*config).map_err(|_| unshowable())?;
        shown["limits"] = merged(&shown["limits"], &config.rates())?;
        shown["smtp"]["port"] = config.smtp.port().into();
        shown["smtp"]["at_risk"] = config.smtp.at_risk().into();
        if context.output.is_json() {
            context.output.json(&shown);
            return Ok(Exit::Done);
        }
        strip_nulls(&mut shown);
        let text = toml::to_string(&shown).map_err(|_| unshowable())?;
        context.output.line(text.trim_end());
        Ok(Exit::Done)
    }
}

fn merged(
    written: &serde_json::Value,
    in_force: &impl serde::Serialize,
) -> Result<serde_json::Value, Problem> {
    let mut all = written.clone();
    let in_force = serde_json::to_value(in_force).map_err(|_| unshowable())?;
    if let (Some(all), Some(in_force)) = (all.as_object_mut(), in_force.as_object()) {
        all.extend(in_force.clone());
    }
    Ok(all)
}

/// TOML knows no null: a key without a value is not written.
fn strip_nulls(value: &mut serde_json::Value) {
    if let Some(table) = value.as_object_mut() {
        table.retain(|_, value| !value.is_null());
        table.values_mut().for_each(strip_nulls);
    }
}

fn unshowable() -> Problem {
    Problem::new(
        Exit::Failed,
        "config-show",
        "the settings hold a value that cannot be shown as text",
    )
}
