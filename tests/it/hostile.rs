//! Releases that somebody made to do harm: each is refused with its reason, and nothing is kept.

use std::fs;
use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::office::{Newsroom, pair};

/// A Word document whose text is this, packed tight.
fn docx(document: &[u8]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let tight = SimpleFileOptions::default();
    zip.start_file("word/document.xml", tight).unwrap();
    zip.write_all(document).unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn a_document_that_grows_without_end_is_given_up_on() {
    let newsroom = Newsroom::new();
    let zeros = docx(&vec![b' '; 40_000_000]);
    assert!(zeros.len() < 100_000, "it is small as it lies there");
    let open = "<w:p>".repeat(100_000);
    let entities = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]><w:document>&b;</w:document>";
    for (name, bytes) in [
        ("zeros.docx", zeros),
        ("deep.docx", docx(format!("<w:document>{open}").as_bytes())),
        ("entities.docx", docx(entities.as_bytes())),
    ] {
        fs::write(newsroom.path().join(name), bytes).unwrap();
        let (code, word) = newsroom.refused(&["release", "new", name]);
        assert_eq!(code, 2, "{name}");
        assert!(
            word == "docx-bomb" || word == "damaged-docx",
            "{name}: {word}"
        );
    }
    assert_eq!(newsroom.good(&["release", "list", "--json"]).out, "[]\n");
}

#[test]
fn assets_that_are_not_what_they_seem_are_refused() {
    let newsroom = Newsroom::new();
    let at = |name: &str| newsroom.path().join(name);
    let huge = fs::File::create(at("huge.png")).unwrap();
    huge.set_len(50_000_000).unwrap();
    // A picture of a few bytes that would be ten gigabytes on a screen.
    let mut vast = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    vast.extend([0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60, 8, 2, 0, 0, 0]);
    fs::write(at("vast.png"), vast).unwrap();
    let changes = "<w:document><w:body><w:p><w:ins><w:r><w:t>x</w:t></w:r></w:ins></w:p></w:body></w:document>";
    fs::write(at("facts.docx"), docx(changes.as_bytes())).unwrap();
    fs::write(
        at("chart.svg"),
        "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>steal()</script></svg>",
    )
    .unwrap();
    fs::write(
        at("event.svg"),
        "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"steal()\"/>",
    )
    .unwrap();
    fs::write(at("photo.jpg"), "<html><script>steal()</script></html>").unwrap();
    fs::write(at("report.pdf"), b"\x89PNG\r\n\x1a\n0000").unwrap();
    fs::write(at("photo\u{202e}gpj.txt"), "words").unwrap();
    std::os::unix::fs::symlink("/etc/hostname", at("note.txt")).unwrap();
    for (file, why) in [
        ("huge.png", "50000000 bytes"),
        ("vast.png", "60000 by 60000 pixels"),
        (
            "facts.docx",
            "plant.md: the asset \"facts.docx\" has tracked changes",
        ),
        ("chart.svg", "an SVG with a script"),
        ("event.svg", "an SVG with an event"),
        ("photo.jpg", "says it is one thing by its name"),
        ("report.pdf", "says it is one thing by its name"),
        ("photo\\u202Egpj.txt", "hidden characters in its name"),
        ("note.txt", "outside the release's folder"),
    ] {
        newsroom.release(&format!("assets = [{{ file = \"{file}\" }}]"));
        let said = newsroom.run(&["release", "new", "plant.md"]);
        assert_eq!(said.code, 2, "{file}");
        assert!(said.err.contains(why), "{why:?} is not in: {}", said.err);
    }
    assert_eq!(newsroom.good(&["release", "list", "--json"]).out, "[]\n");
}

#[test]
fn a_table_that_no_mail_can_show_is_refused_with_its_line() {
    let newsroom = Newsroom::new();
    let row = |cell: &str| format!("|{}\n", format!("{cell}|").repeat(10_000));
    let table = format!("The figures:\n\n{}{}{}", row("a"), row("-"), row("1"));
    let text = format!("+++\nslug = \"plant\"\nheadline = \"A tidal plant opens\"\n+++\n{table}");
    fs::write(newsroom.path().join("plant.md"), text).unwrap();
    assert_eq!(
        newsroom.refused(&["release", "new", "plant.md"]),
        pair(2, "wide-table")
    );
}

#[test]
fn links_that_look_like_others_refuse_the_approval() {
    let newsroom = Newsroom::new();
    for (number, link, why) in [
        (
            1,
            "[the report](https://harbour.site/\u{202e}fdp.exe)",
            "hidden characters",
        ),
        (
            2,
            "[the \u{202e}troper](https://harbour.site/a)",
            "hidden characters",
        ),
        (
            3,
            "[the report](https://h\u{430}rbour.site/a)",
            "letters that look like others",
        ),
        (
            4,
            "[the report](https://\u{440}\u{430}\u{443}.site/a)",
            "letters that look like others",
        ),
        (
            5,
            "[the report](https://harbour.site@elsewhere.site/a)",
            "before an @",
        ),
        (
            6,
            "[https://harbour.site](https://elsewhere.site/a)",
            "another host",
        ),
        (7, "[the report](javascript:steal())", "no public address"),
    ] {
        let slug = format!("plant-{number}");
        let text = format!(
            "+++\nslug = \"{slug}\"\nheadline = \"A tidal plant opens\"\n+++\nRead {link} of the plant.\n"
        );
        fs::write(newsroom.path().join("plant.md"), text).unwrap();
        newsroom.run(&["release", "new", "plant.md"]);
        let checked = newsroom.run(&["release", "check", &slug, "--json"]).json();
        let found = checked["findings"].as_array().unwrap();
        let link_rule = found.iter().find(|one| one["rule"] == "CHK-07").unwrap();
        let message = link_rule["message"].as_str().unwrap();
        assert!(message.contains(why), "{link}: {message}");
        assert_eq!(
            newsroom.refused(&["release", "approve", &slug]),
            pair(4, "check-errors")
        );
    }
}

#[test]
fn a_text_without_an_end_is_given_up_on() {
    let newsroom = Newsroom::new();
    std::os::unix::fs::symlink("/dev/zero", newsroom.path().join("about.txt")).unwrap();
    for (words, word) in [
        (
            &["boilerplate", "new", "about", "--file", "about.txt"][..],
            "not-text",
        ),
        (&["release", "new", "about.txt"], "too-large"),
        (
            &["release", "new", "plant", "--from", "about.txt"],
            "too-large",
        ),
    ] {
        assert_eq!(newsroom.refused(words), pair(2, word), "{words:?}");
    }
}

#[test]
fn a_text_that_is_no_release_by_its_length_is_refused() {
    let newsroom = Newsroom::new();
    fs::write(newsroom.path().join("huge.md"), "word ".repeat(200_000)).unwrap();
    for words in [
        &["release", "new", "huge.md"][..],
        &["release", "new", "plant", "--from", "huge.md"],
    ] {
        assert_eq!(newsroom.refused(words), pair(2, "too-large"), "{words:?}");
    }
}
