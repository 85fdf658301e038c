//! Programs whose exports are known by their headers, and what is peculiar to each.

pub(crate) mod dateline;
pub(crate) mod google;
pub(crate) mod listmonk;
pub(crate) mod mailchimp;
pub(crate) mod outlook;

/// The program that wrote a header row (its cells as `cell::key` writes them), `csv` where none is
/// recognised.
pub fn recognise(keys: &[String]) -> &'static str {
    let has = |word: &str| keys.iter().any(|key| key == word);
    let any = |words: &[&str]| words.iter().any(|word| has(word));
    // The more peculiar a header, the earlier it is asked for.
    if dateline::wrote(&has) {
        "dateline"
    } else if google::wrote(&has) {
        "google"
    } else if outlook::wrote(&has) {
        "outlook"
    } else if mailchimp::wrote(&has) {
        "mailchimp"
    } else if listmonk::wrote(&has) {
        "listmonk"
    } else if (has("recordid") || has("contactid"))
        && any(&[
            "leadstatus",
            "unsubscribedfromallemail",
            "contactowner",
            "marketingcontactstatus",
        ])
    {
        "hubspot"
    } else if any(&["emailblacklisted", "emailblocklisted"])
        && any(&["contactid", "smsblacklisted", "smsblocklisted"])
    {
        "brevo"
    } else if has("subscriber") && any(&["opens", "clicks", "sent", "optinip", "subscribeip"]) {
        "mailerlite"
    } else if has("emailstatus")
        && any(&[
            "emailpermissionstatus",
            "emailoptindate",
            "optindate",
            "emailupdatesource",
        ])
    {
        "constant-contact"
    } else if any(&["klaviyoid", "emailmarketingconsent", "emailsuppressions"]) && has("email") {
        "klaviyo"
    } else if has("registered") && has("activated") && has("deactivated") {
        "cleverreach"
    } else if has("accountname")
        && any(&[
            "mailingcountry",
            "mailingcity",
            "accountowner",
            "leadsource",
            "hasoptedoutofemail",
        ])
    {
        "salesforce"
    } else if has("outlet") && any(&["personalgreetings", "twitterprofile"]) {
        "prowly"
    } else if has("outletname")
        && any(&["contactjobtitle", "contacttitle"])
        && any(&["contacttopics", "contactsubjects", "outlettype"])
    {
        "cision"
    } else if has("outlets") && any(&["muckrackurl", "bio", "beats", "twitterhandle"]) {
        "muck-rack"
    } else if has("authoremail") || (has("authorname") && has("hitsentence")) {
        "meltwater"
    } else if any(&["prmaxid", "prmaxcontactid", "outletcirculation"])
        && any(&["outletname", "outlet"])
    {
        "prmax"
    } else {
        "csv"
    }
}
