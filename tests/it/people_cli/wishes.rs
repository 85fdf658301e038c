//! How a contact likes files: imported from a column, shown, set, exported, taken back.

use serde_json::Value;

use crate::people_cli::{Newsroom, refused};

const SHEET: &str = "\
Email,Name,Attachments
ada@example.com,Ada Byrne,Links only
bo@example.org,Bo Chen,keine
cy@example.net,Cy Dahl,yes
di@example.net,Di Egan,
ed@example.net,Ed Falk,by fax
";

fn wishes(newsroom: &Newsroom) -> Vec<String> {
    let all = newsroom.json(&["contact", "list"]);
    let all = all.as_array().unwrap().iter();
    all.map(|one| one["attachments"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_wish_about_files_comes_in_and_goes_out_as_it_was() {
    let here = Newsroom::new();
    here.file("sheet.csv", SHEET);
    let said = here.import("sheet.csv", &["--json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let file = &said.json()["files"][0];
    assert_eq!(file["columns"]["Attachments"], "attachments");
    let warnings: Vec<&str> = file["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["message"].as_str().unwrap())
        .collect();
    assert_eq!(
        warnings,
        ["\"by fax\" is no wish about attachments we know and is left out"]
    );
    assert_eq!(wishes(&here), ["links", "none", "ok", "ok", "ok"]);
    let card = here.run(&["contact", "show", "ada@example.com"]);
    assert!(
        card.out.contains("Files") && card.out.contains("as links"),
        "{}",
        card.out
    );
    let csv = here.run(&["contact", "export"]).out;
    assert!(
        csv.starts_with("id,") && csv.lines().next().unwrap().contains(",attachments,"),
        "{csv}"
    );
    let there = Newsroom::new();
    there.file("moved.csv", &csv);
    assert_eq!(there.import("moved.csv", &[]).code, 0);
    assert_eq!(wishes(&there), wishes(&here));
    assert_eq!(there.run(&["contact", "export"]).out, csv);
    // Twice changes nothing.
    let again = here.import("sheet.csv", &["--json"]).json();
    assert_eq!(again["files"][0]["updated"], 0);
}

#[test]
fn a_wish_about_files_is_set_by_hand_for_one_and_for_many() {
    let newsroom = Newsroom::with_press();
    let added = newsroom.json(&[
        "contact",
        "add",
        "eve@example.com",
        "--source",
        "card",
        "--attachments",
        "none",
    ]);
    assert_eq!(added["attachments"], "none");
    let edited = newsroom.json(&[
        "contact",
        "edit",
        "ada@example.com",
        "--attachments",
        "links",
    ]);
    assert_eq!(edited["attachments"], "links");
    let noted = newsroom.json(&["contact", "attachments", "ada@example.com"]);
    assert_eq!(noted["attachments"], "links");
    let from = edited["provenance"].as_array().unwrap().iter();
    let from: Vec<&Value> = from.filter(|one| one["field"] == "attachments").collect();
    assert_eq!(from.len(), 1, "{edited}");
    assert!(from[0]["by"].is_string(), "{edited}");
    let many = [
        "contact",
        "edit",
        "--attachments",
        "none",
        "--where",
        "list:tech",
        "--yes",
    ];
    assert_eq!(newsroom.run(&many).code, 0);
    assert_eq!(wishes(&newsroom), ["none", "none", "none", "none"]);
    let back = newsroom.json(&["contact", "edit", "ada@example.com", "--attachments", "ok"]);
    assert_eq!(back["attachments"], "ok");
    let said = newsroom.run(&["contact", "edit", "1", "--attachments", "fax"]);
    assert_eq!(said.code, 2);
    assert!(said.err.contains("links"), "{}", said.err);
}

#[test]
fn an_import_that_is_taken_back_takes_its_wishes_along() {
    let newsroom = Newsroom::with_press();
    newsroom.file("sheet.csv", SHEET);
    let import = newsroom.import("sheet.csv", &["--json"]).json()["import"].clone();
    assert_eq!(wishes(&newsroom)[0], "links");
    let undo = ["contact", "undo-import", &import.to_string(), "--yes"];
    assert_eq!(newsroom.run(&undo).code, 0);
    assert_eq!(wishes(&newsroom)[0], "ok");
    let unknown = newsroom.run(&["contact", "attachments", "nobody@example.com", "--json"]);
    refused(&unknown, 2, "no-contact");
}
