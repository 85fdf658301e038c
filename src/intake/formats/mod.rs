//! Programs whose exports are known by their headers, and what is peculiar to each.

pub(crate) mod google;
pub(crate) mod listmonk;
pub(crate) mod mailchimp;
pub(crate) mod outlook;

/// The program that wrote a header row (its cells as `cell::key` writes them), `csv` where none is
/// recognised.
pub fn recognise(keys: &[String]) -> &'static str {
    let has = |word: &str| keys.iter().any(|key| key == word);
    if google::wrote(&has) {
        "google"
    } else if outlook::wrote(&has) {
        "outlook"
    } else if mailchimp::wrote(&has) {
        "mailchimp"
    } else if listmonk::wrote(&has) {
        "listmonk"
    } else if has("recordid")
        && (has("leadstatus") || has("unsubscribedfromallemail") || has("contactowner"))
    {
        "hubspot"
    } else if has("outlet") && (has("personalgreetings") || has("twitterprofile")) {
        "prowly"
    } else {
        "csv"
    }
}
