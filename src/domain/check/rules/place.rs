//! CHK-12: the form of the dateline.

use crate::domain::check::dates::written;
use crate::domain::check::finding::Noted;
use crate::domain::check::part::Copy;
use crate::domain::check::rules::times::dateline_spot;
use crate::domain::content::Dateline;

/// CHK-12: AP's form, `CITY, State or Country, Month Day, Year` (AP Stylebook, "datelines").
pub(crate) fn form(copy: &Copy<'_>) -> Option<Noted> {
    let mut faults: Vec<String> = Vec::new();
    if let Some(dateline) = &copy.text.dateline {
        let given =
            |text: &Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        if !dateline.city.trim().is_empty()
            && !dateline.stands_alone()
            && !given(&dateline.region)
            && !given(&dateline.country)
        {
            faults.push(format!(
                "{} needs its state or country",
                dateline.city.trim()
            ));
        }
    }
    let mut spots = Vec::new();
    if let Some(origin) = copy.facts.origin {
        faults.extend(as_written(copy, origin));
    }
    // A body that opens with a dateline of its own would print two.
    if let (Some(dateline), Some(first)) = (&copy.text.dateline, copy.body().next()) {
        let city = dateline.city.trim();
        if !city.is_empty() && first.text.trim_start().starts_with(&city.to_uppercase()) {
            faults.push("the body opens with a second dateline".to_owned());
            spots.push(copy.spot(first, &(0..city.len().min(first.text.len()))));
        }
    }
    if faults.is_empty() {
        return None;
    }
    if spots.is_empty() {
        spots.push(dateline_spot(copy));
    }
    Noted::at(faults.join("; "), spots)
}

/// What is wrong with a dateline as somebody else printed it.
fn as_written(copy: &Copy<'_>, origin: &crate::domain::check::origin::Origin) -> Vec<String> {
    let mut faults = Vec::new();
    let Some(first) = origin.dateline.first() else {
        return faults;
    };
    let city = first
        .text
        .split([',', '-', '–', '—', '('])
        .next()
        .unwrap_or_default()
        .trim();
    if city.chars().any(char::is_lowercase) {
        faults.push("the city is not in capitals".to_owned());
    }
    let dates = written(&first.text, None);
    if copy.language() == "en" {
        if dates.iter().any(|date| date.is_odd) {
            faults.push("the date is not written as Month Day, Year".to_owned());
        }
        if dates.iter().any(|date| date.weekday.is_some()) {
            faults.push("a dateline has no weekday".to_owned());
        }
    }
    let has_area = |dateline: &Dateline| {
        dateline.stands_alone() && dateline.region.is_some() && dateline.date.is_some()
    };
    if copy.language() == "en" && copy.text.dateline.as_ref().is_some_and(has_area) {
        faults.push(format!("{city} stands alone, without state or country"));
    }
    if origin.dateline.len() > 1 {
        faults.push("the wire credit stands on another line".to_owned());
    }
    faults
}
