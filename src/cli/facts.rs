//! One thing shown with all that is known of it: a label and a value a line.

use crate::cli::output::Output;

/// Prints `facts` with their values in one column; a fact without a value is not printed. Further
/// lines of a value stand below its first.
pub(in crate::cli) fn show(output: &mut Output, facts: &[(&str, String)]) {
    let told = || facts.iter().filter(|(_, value)| !value.trim().is_empty());
    let width = told()
        .map(|(label, _)| label.chars().count())
        .max()
        .unwrap_or(0);
    for (label, value) in told() {
        for (number, line) in value.trim_end().lines().enumerate() {
            let label = if number == 0 { label } else { "" };
            output.line(format!("  {label:width$}  {line}"));
        }
    }
}
