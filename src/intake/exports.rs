//! An export of each program that we know, and lists as people keep them: who is in, and who said no.

use std::collections::BTreeSet;
use std::path::Path;

use crate::intake::contact_file::{ContactFile, Options};
use crate::intake::draft::{ContactDraft, Row};
use crate::intake::formats;

struct Case {
    file: &'static str,
    format: &'static str,
    /// Address, name, outlet.
    people: &'static [(&'static str, &'static str, &'static str)],
    /// Whoever is not named here may be written to.
    no: &'static [(&'static str, &'static str)],
    rejected: usize,
}

const ADA: (&str, &str, &str) = ("ada@daily.example", "Ada Byrne", "The Daily");
const BO: (&str, &str, &str) = ("bo@radio.example", "Bo Chen", "Radio");
const CY: (&str, &str, &str) = ("cy@radio.example", "Cy Dahl", "Radio");
const DI: (&str, &str, &str) = ("di@radio.example", "Di Eck", "Radio");
const BO_LEFT: (&str, &str) = ("bo@radio.example", "unsubscribed");
const BO_BANNED: (&str, &str) = ("bo@radio.example", "do-not-contact");
const CY_DEAD: (&str, &str) = ("cy@radio.example", "bounced");

/// The same people without an outlet, which newsletter programs do not know.
const fn alone(
    person: (&'static str, &'static str, &'static str),
) -> (&'static str, &'static str, &'static str) {
    (person.0, person.1, "")
}

const fn case(
    file: &'static str,
    format: &'static str,
    people: &'static [(&'static str, &'static str, &'static str)],
    no: &'static [(&'static str, &'static str)],
    rejected: usize,
) -> Case {
    Case {
        file,
        format,
        people,
        no,
        rejected,
    }
}

const CASES: &[Case] = &[
    case(
        "google.csv",
        "google",
        &[ADA, ("bo@radio.example", "", "")],
        &[BO_BANNED],
        0,
    ),
    case(
        "outlook-french.csv",
        "outlook",
        &[("zoe@quotidien.example", "Zoé Lefèvre", "Le Quotidien")],
        &[("zoe@quotidien.example", "do-not-contact")],
        0,
    ),
    case(
        "outlook-german.csv",
        "outlook",
        &[("jana@tageblatt.example", "Jana Weiß", "Tageblatt")],
        &[],
        0,
    ),
    case(
        "thunderbird-german.csv",
        "thunderbird",
        &[("j.weiss@daily.example", "Jürgen Weiß", "Tageblatt")],
        &[],
        0,
    ),
    case("linkedin.csv", "linkedin", &[ADA], &[], 1),
    case(
        "hubspot-all-properties.csv",
        "hubspot",
        &[
            ADA,
            BO,
            ("cy@wire.example", "Cy Dahl", ""),
            ("flo@wire.example", "Flo Gad", ""),
        ],
        &[
            BO_LEFT,
            ("cy@wire.example", "unsubscribed"),
            ("di@wire.example", "unsubscribed"),
            ("ed@wire.example", "bounced"),
            ("flo@wire.example", "bounced"),
        ],
        0,
    ),
    case(
        "salesforce-report.csv",
        "salesforce",
        &[ADA, BO],
        &[BO_LEFT],
        0,
    ),
    case(
        "salesforce-loader.csv",
        "salesforce",
        &[alone(ADA)],
        &[BO_LEFT, CY_DEAD],
        0,
    ),
    case(
        "zoho.csv",
        "zoho",
        &[ADA, BO],
        &[BO_LEFT, ("cy@radio.example", "unsubscribed")],
        0,
    ),
    case(
        "pipedrive.csv",
        "pipedrive",
        &[ADA, BO, ("di@home.example", "Di Eck", "Radio")],
        &[
            BO_LEFT,
            ("cy@radio.example", "do-not-contact"),
            ("di@home.example", "do-not-contact"),
        ],
        0,
    ),
    case(
        "dynamics.csv",
        "dynamics",
        &[ADA, BO],
        &[
            BO_BANNED,
            ("cy@radio.example", "do-not-contact"),
            ("di@radio.example", "do-not-contact"),
        ],
        0,
    ),
    case(
        "sugarcrm.csv",
        "sugarcrm",
        &[ADA, BO],
        &[BO_LEFT, CY_DEAD],
        0,
    ),
    case(
        "civicrm.csv",
        "civicrm",
        &[ADA, BO],
        &[
            BO_LEFT,
            CY_DEAD,
            ("di@radio.example", "do-not-contact"),
            ("ed@radio.example", "do-not-contact"),
        ],
        0,
    ),
    case(
        "subscribed_email_audience_export_1a2b.csv",
        "mailchimp",
        &[alone(ADA)],
        &[],
        0,
    ),
    case(
        "unsubscribed_email_audience_export_1a2b.csv",
        "mailchimp",
        &[alone(BO)],
        &[("bo@radio.example", "complained")],
        0,
    ),
    case(
        "cleaned_email_audience_export_1a2b.csv",
        "mailchimp",
        &[alone(CY)],
        &[CY_DEAD],
        0,
    ),
    case(
        "nonsubscribed_email_audience_export_1a2b.csv",
        "mailchimp",
        &[alone(DI)],
        &[],
        0,
    ),
    case("listmonk.csv", "listmonk", &[ADA], &[BO_BANNED], 0),
    case(
        "brevo.csv",
        "brevo",
        &[alone(ADA), alone(BO)],
        &[BO_BANNED],
        0,
    ),
    case("mailerlite.csv", "mailerlite", &[ADA], &[], 0),
    case(
        "constant-contact.csv",
        "constant-contact",
        &[ADA, CY],
        &[BO_LEFT, ("di@radio.example", "unsubscribed")],
        0,
    ),
    case(
        "campaign-monitor.csv",
        "campaign-monitor",
        &[ADA, BO],
        &[BO_LEFT, CY_DEAD],
        0,
    ),
    case(
        "klaviyo.csv",
        "klaviyo",
        &[ADA, BO],
        &[BO_LEFT, CY_DEAD, ("di@radio.example", "do-not-contact")],
        0,
    ),
    case(
        "activecampaign.csv",
        "activecampaign",
        &[ADA],
        &[BO_LEFT, CY_DEAD],
        0,
    ),
    case(
        "cleverreach.csv",
        "cleverreach",
        &[ADA, BO, CY],
        &[BO_BANNED],
        0,
    ),
    case(
        "kit.csv",
        "csv",
        &[alone(ADA)],
        &[
            BO_LEFT,
            CY_DEAD,
            ("di@radio.example", "complained"),
            ("ed@radio.example", "do-not-contact"),
        ],
        0,
    ),
    case(
        "mailpoet.csv",
        "csv",
        &[alone(ADA)],
        &[
            BO_LEFT,
            ("cy@radio.example", "unsubscribed"),
            ("di@radio.example", "bounced"),
        ],
        0,
    ),
    case(
        "substack.csv",
        "substack",
        &[("ada@daily.example", "", "")],
        &[("cy@radio.example", "do-not-contact")],
        0,
    ),
    case(
        "newsletter-plugin.csv",
        "newsletter-plugin",
        &[alone(ADA), alone(BO)],
        &[BO_LEFT, CY_DEAD],
        0,
    ),
    case("prowly.csv", "prowly", &[ADA, BO], &[BO_LEFT], 0),
    case("prmax.csv", "prmax", &[ADA], &[], 0),
    case("cision.csv", "cision", &[ADA, BO], &[BO_LEFT], 1),
    case("muck-rack.csv", "muck-rack", &[ADA], &[], 0),
    case("meltwater.csv", "meltwater", &[ADA], &[], 0),
    case("agility.csv", "agility", &[ADA, BO], &[BO_LEFT], 0),
    case(
        "prezly.csv",
        "prezly",
        &[ADA, BO, ("desk@radio.example", "Radio Desk", "Radio Desk")],
        &[BO_LEFT],
        0,
    ),
    case(
        "media-list-german.csv",
        "csv",
        &[
            ("jana.weiss@daily.example", "Jana Weiß", "Tageblatt"),
            ("tom.ott@daily.example", "Dr. Tom Ott", "Tageblatt"),
            ("mia@radio.example", "Mia von der Heide", "Rundfunk"),
            ("info@kreisblatt.example", "Redaktion", "Kreisblatt"),
        ],
        &[("mia@radio.example", "do-not-contact")],
        2,
    ),
    case(
        "media-list-remarks.csv",
        "csv",
        &[
            ("cy@wire.example", "Cy Dahl", "The Wire"),
            ("gus@star.example", "Gus Hay", "Star"),
        ],
        &[
            ("ada@daily.example", "do-not-contact"),
            ("cy@wire.example", "unsubscribed"),
            ("di@radio.example", "unsubscribed"),
            ("ed@post.example", "do-not-contact"),
            ("flo@echo.example", "unsubscribed"),
        ],
        0,
    ),
    case("media-list-two-people.csv", "csv", &[ADA], &[], 0),
    case(
        "media-list-newsrooms.csv",
        "csv",
        &[ADA, ("news@radio.example", "", "Radio")],
        &[],
        0,
    ),
    case(
        "monday.csv",
        "csv",
        &[ADA, BO, ("cy@echo.example", "Cy Dahl", "Echo")],
        &[BO_BANNED],
        1,
    ),
    case("notion.csv", "csv", &[ADA, BO], &[BO_BANNED], 0),
    case(
        "odd-cells.csv",
        "csv",
        &[
            ADA,
            BO,
            CY,
            ("flo@radio.example", "Flo Gad", "Radio"),
            ("ED.FOX@radio.example", "ED FOX", ""),
        ],
        &[],
        1,
    ),
];

fn read(name: &str) -> (ContactFile, Vec<ContactDraft>, usize) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/exports");
    let mut file = ContactFile::open(&folder.join(name), &Options::default()).unwrap();
    let (mut drafts, mut rejected) = (Vec::new(), 0);
    while let Some(row) = file.next_row() {
        match row.unwrap() {
            Row::Draft(draft) => drafts.push(*draft),
            Row::Reject(_) => rejected += 1,
        }
    }
    (file, drafts, rejected)
}

#[test]
fn everybody_is_in_and_every_no_is_heard() {
    let mut wrong = Vec::new();
    for case in CASES {
        let (file, drafts, rejected) = read(case.file);
        let no: BTreeSet<(&str, &str)> = drafts
            .iter()
            .filter_map(|draft| Some((draft.address.as_str(), draft.opt_out.as_ref()?.reason)))
            .collect();
        if no != BTreeSet::from_iter(case.no.iter().copied()) {
            wrong.push(format!("{}: {no:?}", case.file));
        }
        for (address, name, outlet) in case.people {
            let found = drafts
                .iter()
                .find(|draft| draft.address.as_str() == *address);
            let is_right =
                found.is_some_and(|draft| draft.name == *name && draft.outlet == *outlet);
            if !is_right {
                wrong.push(format!(
                    "{}: {address} is {:?}",
                    case.file,
                    found.map(|draft| (&draft.name, &draft.outlet))
                ));
            }
        }
        if (file.format(), rejected) != (case.format, case.rejected) {
            wrong.push(format!(
                "{}: {} with {rejected} rejected",
                case.file,
                file.format()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_known_format_has_an_export_here() {
    let tried: BTreeSet<&str> = CASES.iter().map(|case| case.format).collect();
    let missing: Vec<&str> = formats::all()
        .map(|format| format.name)
        // Tried by its own round trip.
        .filter(|name| *name != "dateline" && !tried.contains(name))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn cells_are_read_as_people_write_them() {
    let (_, drafts, _) = read("odd-cells.csv");
    let of = |address: &str| {
        drafts
            .iter()
            .find(|draft| draft.address.as_str() == address)
            .unwrap()
    };
    assert_eq!(of("ada@daily.example").phone, "0049 30 1");
    assert_eq!(of("bo@radio.example").phone, "");
    assert!(
        of("bo@radio.example")
            .warnings
            .iter()
            .any(|text| text.contains("shortened by a spreadsheet"))
    );
    let (_, drafts, _) = read("muck-rack.csv");
    assert_eq!(drafts[0].notes, "Opinions mine\nPrefers mail");
    let (_, drafts, _) = read("outlook-french.csv");
    assert_eq!(
        (drafts[0].title.as_str(), drafts[0].country.as_str()),
        ("Rédactrice", "CH")
    );
    let (_, drafts, _) = read("prmax.csv");
    assert_eq!(drafts[0].kind, Some(crate::domain::contact::Kind::Media));
}
