//! The samples in `contacts/`, each read as a user would import it.

use std::path::Path;

use crate::domain::contact::Kind;
use crate::intake::contact_file::{ContactFile, Options};
use crate::intake::draft::{ContactDraft, Reject, Row};

struct Read {
    file: ContactFile,
    drafts: Vec<ContactDraft>,
    rejects: Vec<Reject>,
}

impl Read {
    fn draft(&self, address: &str) -> &ContactDraft {
        self.drafts
            .iter()
            .find(|draft| draft.address.as_str() == address)
            .unwrap()
    }

    fn opted_out(&self) -> Vec<(&str, &'static str)> {
        self.drafts
            .iter()
            .filter_map(|draft| Some((draft.address.as_str(), draft.opt_out.as_ref()?.reason)))
            .collect()
    }

    fn rejected(&self) -> Vec<(u64, u64, &'static str)> {
        self.rejects
            .iter()
            .map(|reject| (reject.line, reject.row, reject.code))
            .collect()
    }
}

fn read(name: &str) -> Read {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("contacts")
        .join(name);
    let mut file = ContactFile::open(&path, &Options::default()).unwrap();
    let (mut drafts, mut rejects) = (Vec::new(), Vec::new());
    while let Some(row) = file.next_row() {
        match row.unwrap() {
            Row::Draft(draft) => drafts.push(*draft),
            Row::Reject(reject) => rejects.push(reject),
        }
    }
    Read {
        file,
        drafts,
        rejects,
    }
}

#[test]
fn demo() {
    let demo = read("demo.csv");
    assert_eq!(demo.drafts.len() + demo.rejects.len(), 12);
    assert_eq!(demo.rejected(), [(8, 7, "invalid-address")]);
    assert_eq!(
        demo.opted_out(),
        [("lucia.romero@example.net", "unsubscribed")]
    );
    let twice = demo
        .drafts
        .iter()
        .filter(|draft| draft.address.key() == "mara.lindt@example.com");
    assert_eq!(twice.count(), 2);
    let ines = demo.draft("ines.ferreira@example.org");
    assert_eq!(
        (ines.name.as_str(), ines.kind),
        ("Inês Ferreira", Some(Kind::Broadcaster))
    );
    assert_eq!(
        (ines.country.as_str(), ines.time_zone.as_str()),
        ("PT", "Europe/Lisbon")
    );
    assert!(demo.drafts.iter().all(|draft| draft.kind.is_some()));
    // A desk's mailbox may well be warned about; the people's rows are clean.
    let mut people = demo.drafts.iter().filter(|draft| !draft.name.is_empty());
    assert!(people.all(|draft| draft.warnings.is_empty()));
}

#[test]
fn daily_desk() {
    let desk = read("daily-desk.csv");
    assert_eq!(
        (
            desk.file.format(),
            desk.file.encoding(),
            desk.file.delimiter()
        ),
        ("csv", "utf-8", ",")
    );
    assert_eq!(
        desk.draft("newsdesk@example.org").tags,
        ["radio", "regional"]
    );
    assert_eq!(desk.draft("finn.o'hara@example.net").name, "Finn O'Hara");
    assert_eq!(desk.rejects[0].value, "not an address");
    assert_eq!(desk.file.sha256().len(), 64);
}

#[test]
fn google() {
    let google = read("google.csv");
    assert_eq!(google.file.format(), "google");
    let ruth = google.draft("ruth.adeyemi@example.com");
    assert_eq!(ruth.tags, ["Health press", "VIP"]);
    assert_eq!(
        (ruth.outlet.as_str(), ruth.title.as_str()),
        ("Sample Tribune", "Health reporter")
    );
    assert_eq!(ruth.more_addresses[0].as_str(), "ruth@example.net");
    let bjorn = google.draft("bjorn@example.org");
    assert_eq!(bjorn.name, "Björn E. Sandström");
    assert_eq!(bjorn.more_addresses[0].as_str(), "b.sandstrom@example.org");
    assert!(bjorn.tags.is_empty());
    assert_eq!(google.rejected(), [(4, 3, "no-address")]);
}

#[test]
fn outlook_in_windows_1252() {
    let outlook = read("outlook-windows-1252.csv");
    assert_eq!(
        (outlook.file.format(), outlook.file.encoding()),
        ("outlook", "windows-1252")
    );
    let kaethe = outlook.draft("kaethe.groessl@example.de");
    assert_eq!(kaethe.name, "Käthe Größl");
    assert_eq!(kaethe.title, "Redakteurin");
    assert_eq!(kaethe.notes, "„erst mailen“\ndann anrufen");
    assert_eq!(kaethe.tags, ["Presse", "Wissen"]);
    assert_eq!(kaethe.more_addresses[0].as_str(), "k.groessl@example.org");
    assert_eq!(outlook.rejected(), [(5, 2, "exchange-address")]);
    assert_eq!(outlook.draft("anna.weiss@example.de").line, 6);
    assert!(outlook.file.warnings()[0].1.contains("windows-1252"));
}

#[test]
fn excel_in_german() {
    let excel = read("excel-german-semicolon.csv");
    assert_eq!(excel.file.delimiter(), ";");
    let lena = excel.draft("lena.gruenwald@example.de");
    assert_eq!(
        (lena.name.as_str(), lena.outlet.as_str()),
        ("Lena Grünwald", "Funk; Fernsehen")
    );
    assert_eq!(lena.beats, ["Politik", "Wirtschaft"]);
    assert_eq!(
        (lena.country.as_str(), lena.language.as_str()),
        ("AT", "de")
    );
    // "vielleicht" is neither yes nor no: no.
    assert_eq!(
        excel.opted_out(),
        [
            ("mads@example.org", "unsubscribed"),
            ("ida.ott@example.de", "do-not-contact")
        ]
    );
    assert_eq!(excel.draft("ida.ott@example.de").warnings.len(), 1);
    assert_eq!(
        excel.file.warnings(),
        [(
            5,
            "rows without any content, from here on: 1; skipped".to_owned()
        )]
    );
}

#[test]
fn mailchimp_unsubscribed() {
    let left = read("unsubscribed_members_export_5e1f0a.csv");
    assert_eq!(left.file.format(), "mailchimp");
    assert_eq!(
        left.opted_out(),
        [
            ("nora.quist@example.com", "unsubscribed"),
            ("omar.said@example.org", "complained")
        ]
    );
    assert_eq!(
        left.draft("nora.quist@example.com").tags,
        ["Tech press", "VIP"]
    );
    // The word of the file's name goes with the rejects, or mending them would lose it.
    assert_eq!(left.file.header().last().unwrap(), "dateline_opt_out");
    assert_eq!(left.rejects[0].cells.last().unwrap(), "unsubscribed");
}

#[test]
fn hubspot() {
    let hubspot = read("hubspot.csv");
    assert_eq!(hubspot.file.format(), "hubspot");
    assert_eq!(
        hubspot.opted_out(),
        [
            ("hugo@example.org", "unsubscribed"),
            ("ivy.jones@example.net", "bounced")
        ]
        .map(|(address, reason)| (hubspot.draft_named(address), reason))
    );
    assert_eq!(hubspot.rejected(), [(5, 4, "no-address")]);
}

impl Read {
    /// The domain is lower case whatever the file has; the local part stays as written.
    fn draft_named(&self, key: &str) -> &str {
        self.drafts
            .iter()
            .find(|draft| draft.address.key() == key)
            .unwrap()
            .address
            .as_str()
    }
}

#[test]
fn listmonk() {
    let listmonk = read("listmonk.csv");
    assert_eq!(listmonk.file.format(), "listmonk");
    let kira = listmonk.draft("kira.lange@example.com");
    assert_eq!(
        (kira.outlet.as_str(), kira.country.as_str()),
        ("Sample Post", "DE")
    );
    assert_eq!(kira.beats, ["science", "space"]);
    assert_eq!(
        listmonk.opted_out(),
        [("leo.marsh@example.org", "do-not-contact")]
    );
    assert_eq!(
        listmonk.draft("leo.marsh@example.org").name,
        "Leo \"LM\" Marsh"
    );
    assert_eq!(listmonk.draft("mia.novak@example.net").warnings.len(), 1);
}

#[test]
fn excel_unicode_text_in_french() {
    let excel = read("excel-unicode-text.txt");
    assert_eq!(
        (excel.file.encoding(), excel.file.delimiter()),
        ("utf-16le", "tab")
    );
    let zoe = excel.draft("zoe.lefevre@example.fr");
    assert_eq!(
        (zoe.name.as_str(), zoe.title.as_str()),
        ("Zoé Lefèvre", "Cheffe de rubrique")
    );
    assert_eq!(zoe.beats, ["sciences", "santé"]);
    assert_eq!(
        excel.opted_out(),
        [("joel.mueller@example.org", "unsubscribed")]
    );
}

#[test]
fn spanish_with_preamble_and_footer() {
    let spanish = read("preamble-spanish.csv");
    let nuria = spanish.draft("nuria.pena@example.es");
    assert_eq!(
        (nuria.line, nuria.row, nuria.name.as_str()),
        (5, 1, "Núria Peña")
    );
    assert_eq!(
        spanish.draft("ivan.ortiz@example.org").warnings,
        ["6 cells where the header has 5: the extra ones are ignored"]
    );
    assert_eq!(spanish.draft("olga.ruiz@example.org").line, 8);
    // "Total: 3" below the contacts is no contact, and nothing to mend.
    assert!(spanish.rejected().is_empty());
    let lines: Vec<u64> = spanish
        .file
        .warnings()
        .iter()
        .map(|(line, _)| *line)
        .collect();
    assert_eq!(lines, [1, 2, 7, 9]);
}
