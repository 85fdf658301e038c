//! Whole mails, looked at; and what no template may leave out.

use crate::domain::content::{
    Asset, AssetUse, Boilerplate, Dateline, PressContact, Text, VersionKind,
};
use crate::domain::slot::Slots;

use super::*;

const NOTICE: &str = "EMBARGOED UNTIL 09:00 America/Vancouver, Tuesday 3 November 2026 = 17:00 UTC";

fn body(file: &str) -> String {
    file.rsplit("\n+++\n").next().unwrap().trim().to_owned()
}

fn press(name: &str, role: &str, organization: &str, phone: &str, email: &str) -> PressContact {
    PressContact {
        slug: name.to_lowercase(),
        name: name.to_owned(),
        role: Some(role.to_owned()),
        organization: Some(organization.to_owned()),
        phone: Some(phone.to_owned()),
        email: Some(email.to_owned()),
        ..PressContact::default()
    }
}

fn release_text(language: &str, headline: &str, subhead: &str, end: &str, file: &str) -> Text {
    Text {
        language: language.to_owned(),
        is_original: language == "en",
        headline: headline.to_owned(),
        subheads: vec![subhead.to_owned()],
        dateline: Some(Dateline {
            city: "Vancouver".to_owned(),
            region: Some("British Columbia".to_owned()),
            country: Some("CA".to_owned()),
            date: Some(jiff::civil::date(2026, 11, 3)),
            ..Dateline::default()
        }),
        body: body(file),
        press_contacts: vec![
            press(
                "Ana Reyes",
                "Head of Press",
                "Harbour Light",
                "+1 604 555 0142",
                "ana.reyes@example.com",
            ),
            press(
                "Tom Okafor",
                "Account Lead",
                "Pier & Partners",
                "+44 20 7946 0155",
                "tom@agency.example",
            ),
        ],
        end_mark: Some(end.to_owned()),
        source_url: Some("https://www.example.com/news/harbour-light".to_owned()),
        ..Text::default()
    }
}

fn about(language: &str, title: &str, body: &str) -> Boilerplate {
    Boilerplate {
        language: language.to_owned(),
        position: 1,
        slug: "harbour-light".to_owned(),
        title: title.to_owned(),
        number: 1,
        body: body.to_owned(),
        hash: String::new(),
    }
}

fn turbine() -> Asset {
    Asset {
        position: 1,
        sha256: "ab".repeat(32),
        file_name: "turbine.jpg".to_owned(),
        media_type: "image/jpeg".to_owned(),
        size: 40_000,
        alt: Some("A turbine hangs from a crane".to_owned()),
        caption: Some("The twelfth turbine is lowered into Burrard Inlet.".to_owned()),
        credit: Some("Mira Chen / Harbour Light".to_owned()),
        rights: Some("Free for editorial use".to_owned()),
        use_: AssetUse::Attach,
    }
}

fn version() -> Version {
    Version {
        texts: vec![
            release_text(
                "en",
                "Harbour Light Opens Its First Tidal Plant in Vancouver",
                "Twelve turbines will power 9,000 homes, day and night",
                "###",
                include_str!("../../../examples/harbour-light.md"),
            ),
            release_text(
                "de",
                "Harbour Light nimmt in Vancouver sein erstes Gezeitenkraftwerk in Betrieb",
                "Zwölf Turbinen versorgen 9.000 Haushalte, bei Tag und bei Nacht",
                "ENDE",
                include_str!("../../../examples/harbour-light.de.md"),
            ),
        ],
        boilerplates: vec![
            about(
                "en",
                "About Harbour Light",
                "Harbour Light builds and runs tidal power plants. Founded in 2011, it employs 310 people in Canada and Scotland. More at [www.example.com](https://www.example.com).",
            ),
            about(
                "de",
                "Über Harbour Light",
                "Harbour Light baut und betreibt Gezeitenkraftwerke. Das 2011 gegründete Unternehmen beschäftigt 310 Menschen in Kanada und Schottland.",
            ),
        ],
        assets: vec![turbine()],
        ..Version::default()
    }
}

fn input(version: &Version) -> RenderInput<'_> {
    RenderInput {
        version,
        language: "en",
        purpose: "general",
        embargo: None,
        newsroom_name: "Harbour Light Newsroom",
        postal_address: "Harbour Light Ltd.\n12 Pier Street\nVancouver BC  V6B 1A1, Canada",
        on_behalf_of: None,
        cover_note: None,
        templates_dir: None,
        brand: Brand::default(),
        links: &[],
        rehearsal: false,
        test: false,
    }
}

fn slots() -> Slots {
    Slots {
        name: "Jane <Doe>".to_owned(),
        optout: "https://news.example.com/o/abc?x=1&y=2".to_owned(),
        reason: reason("en", Some("Energy Canada"), Some("Cision, Nov 2026"), None),
        ..Slots::default()
    }
}

#[test]
fn the_example_as_text_and_html() {
    let version = version();
    let mail = render(&input(&version)).unwrap();
    assert_eq!(mail.subject, version.texts[0].headline);
    insta::assert_snapshot!("example.txt", slot::fill_text(&mail.text, &slots()));
    insta::assert_snapshot!("example.html", slot::fill_html(&mail.html, &slots()));
}

#[test]
fn a_german_correction_under_embargo_with_a_note() {
    let mut version = version();
    version.kind = VersionKind::Correction;
    version.note = Some("9.000 Haushalte, nicht 90.000".to_owned());
    version.assets[0].use_ = AssetUse::Inline;
    let embargo = EmbargoLines {
        short: "GESPERRT BIS 3.11., 18:00 Uhr".to_owned(),
        long: "GESPERRT BIS Dienstag, 3. November 2026, 18:00 Uhr (Europe/Berlin) = 17:00 UTC"
            .to_owned(),
        there: String::new(),
    };
    let mail = render(&RenderInput {
        language: "de",
        embargo: Some(&embargo),
        on_behalf_of: Some("Harbour Light GmbH & Co. KG"),
        cover_note: Some("Guten Tag {{ contact.name | default(\"liebe Redaktion\") }},\n\n[mehr](https://www.example.com/x) davon."),
        rehearsal: true,
        test: true,
        ..input(&version)
    })
    .unwrap();
    insta::assert_snapshot!("german.txt", slot::fill_text(&mail.text, &slots()));
    assert_eq!(
        mail.subject,
        "[PROBE] [TEST] GESPERRT BIS 3.11., 18:00 Uhr: BERICHTIGUNG: \
         Harbour Light nimmt in Vancouver sein erstes Gezeitenkraftwerk in Betrieb"
    );
    let html = slot::fill_html(&mail.html, &slots());
    insta::assert_snapshot!("german.html", html);
    assert!(html.contains("<html lang=\"de\" dir=\"ltr\">"));
    assert!(html.contains("Guten Tag Jane &lt;Doe&gt;,"));
    let cid = format!("src=\"cid:{}\"", version.assets[0].content_id());
    assert_eq!(html.matches(&cid).count(), 1);
}

#[test]
fn html_is_self_contained_and_styled() {
    let version = version();
    let mail = render(&input(&version)).unwrap();
    assert!(mail.html.starts_with("<!DOCTYPE html>"));
    for needed in [
        "@media (prefers-color-scheme: dark)",
        "@media (max-width: 480px)",
        "max-width: 600px",
    ] {
        assert!(mail.html.contains(needed), "{needed}");
    }
    for unwanted in ["<script", "<link", "<img", "url(", "@import", "src="] {
        assert!(!mail.html.contains(unwanted), "{unwanted}");
    }
    let filled = slot::fill_html(&mail.html, &slots());
    assert!(filled.contains("href=\"https://news.example.com/o/abc?x=1&amp;y=2\""));
}

#[test]
fn an_embargo_opens_text_and_subject_and_stands_in_the_html() {
    let version = version();
    let embargo = EmbargoLines {
        short: "EMBARGOED UNTIL 3 Nov".to_owned(),
        long: NOTICE.to_owned(),
        there: String::new(),
    };
    let mail = render(&RenderInput {
        embargo: Some(&embargo),
        ..input(&version)
    })
    .unwrap();
    assert!(mail.text.starts_with(NOTICE));
    assert!(mail.subject.starts_with("EMBARGOED UNTIL 3 Nov: Harbour"));
    assert_eq!(mail.html.matches(NOTICE).count(), 2, "preheader and bar");
    assert!(mail.html.find(NOTICE).unwrap() < mail.html.rfind("Harbour Light Opens").unwrap());
}

#[test]
fn a_subject_is_one_line() {
    let mut version = version();
    version.texts[0].headline = "News\r\nBcc: all@example.com\0 for {{ contact.name }}".to_owned();
    version.kind = VersionKind::Update;
    let mail = render(&input(&version)).unwrap();
    assert!(!mail.subject.contains(char::is_control));
    assert_eq!(
        slot::fill_header(&mail.subject, &slots()),
        "UPDATE: News Bcc: all@example.com for Jane <Doe>"
    );
    version.texts[0].headline = "Correction: nine, not ten".to_owned();
    version.kind = VersionKind::Correction;
    let mail = render(&input(&version)).unwrap();
    assert_eq!(mail.subject, "Correction: nine, not ten");
}

#[test]
fn an_unknown_language_gets_the_original_and_none_is_an_error() {
    let version = version();
    let mail = render(&RenderInput {
        language: "ja",
        ..input(&version)
    })
    .unwrap();
    assert_eq!(mail.language, "en");
    let nothing = Version::default();
    assert!(matches!(render(&input(&nothing)), Err(RenderError::NoText)));
}

fn with_template(name: &str, source: &str) -> Result<(), RenderError> {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(name), source).unwrap();
    check_templates(dir.path())
}

#[test]
fn the_built_in_templates_pass_their_own_check() {
    let empty = tempfile::tempdir().unwrap();
    check_templates(empty.path()).unwrap();
}

#[test]
fn a_house_template_is_used_and_held_to_the_same_duties() {
    let whole = "{{ embargo or '' }}\n{{ headline }}\n{{ postal_address | join('\\n') }}\n{{ reason }}\n{{ optout }}";
    with_template("release.txt", whole).unwrap();
    for (variable, kept) in [
        ("optout", whole.replace("{{ optout }}", "")),
        ("reason", whole.replace("{{ reason }}", "")),
        (
            "embargo",
            whole.replace("{{ embargo or '' }}", "First\n{{ embargo or '' }}"),
        ),
        ("postal_address", whole.replace("| join('\\n')", "| first")),
    ] {
        let error = with_template("release.txt", &kept).unwrap_err();
        assert!(
            matches!(&error, RenderError::Missing { variable: v, .. } if *v == variable),
            "{variable}: {error}"
        );
    }
    let html = "<p>{{ reason }} {{ optout }} {{ postal_address | join(' ') }}</p>";
    let error = with_template("release.html", html).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("release.html leaves out the embargo notice"),
        "{error}"
    );
}

#[test]
fn mistakes_in_a_house_template_name_file_and_line_but_no_value() {
    for (source, said) in [
        (
            "a\n{{ headlin }}",
            "template release.txt, line 2: there is no headlin; known are attached",
        ),
        (
            "a\n\n{% if headline %}",
            "template release.txt, line 3: syntax error",
        ),
        ("{{ headline | shout }}", "unknown filter"),
        ("{{ press_contacts[0].mail }}", "line 1: undefined value"),
        (
            "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
            "engine ran out of fuel",
        ),
        ("{{ press_contacts[0].name | int }}", "line 1: "),
        ("{% include 'other.txt' %}", "template not found"),
    ] {
        let error = with_template("release.txt", source)
            .unwrap_err()
            .to_string();
        assert!(error.contains(said), "{source}: {error}");
        assert!(!error.contains("Sample Person"), "{error}");
    }
}

#[test]
fn says_why_in_four_languages() {
    assert_eq!(
        reason("en", Some("Energy"), Some("Cision"), None),
        "You get this mail because you are on our media list “Energy”. We have your address from: Cision."
    );
    let all: Vec<_> = ["de-AT", "fr", "es", "ja"]
        .map(|language| reason(language, None, Some(" "), None))
        .into();
    assert_eq!(
        all[3],
        "You get this mail as a contact of our press office."
    );
    assert!(
        all[0].starts_with("Sie ") && all[1].starts_with("Vous ") && all[2].starts_with("Recibe ")
    );
}

proptest::proptest! {
    #[test]
    fn whatever_the_author_writes_the_duties_are_met(
        body in "([a-z*_`\\[\\]()<>!#|\\-: é“]|\n|\n\n|\\{\\{ contact.name \\}\\}|<b>|\u{E000}|\0|https://a.example){0,40}",
        headline in "\\PC{0,20}", name in "\\PC{0,20}", address in "\\PC{0,20}",
    ) {
        let mut version = version();
        version.texts[0].body = body;
        version.texts[0].headline = headline;
        version.texts[0].press_contacts[0].name = name;
        let embargo = EmbargoLines { short: "E & <1>".to_owned(), long: format!("{NOTICE} & <so on>"), there: String::new() };
        let mail = render(&RenderInput { embargo: Some(&embargo), postal_address: &address, ..input(&version) }).unwrap();
        let text = slot::fill_text(&mail.text, &slots());
        proptest::prop_assert!(text.starts_with(&embargo.long));
        let url = slots().optout;
        proptest::prop_assert!(text.contains(&url));
        let html = slot::fill_html(&mail.html, &slots());
        let link = format!("href=\"{}\"", url.replace('&', "&amp;"));
        proptest::prop_assert!(html.contains(&link));
        proptest::prop_assert!(!text.contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
    }
}

#[test]
fn a_template_keeps_to_what_mail_programs_show() {
    let version = version();
    let ours = include_str!("../templates/release.html");
    for (added, what) in [
        ("<script>x()</script>", "a <script>"),
        (
            "<link rel=\"stylesheet\" href=\"https://a.example/a.css\">",
            "a <link>",
        ),
        ("<form><input></form>", "a <form>"),
        (
            "<img src=\"https://a.example/pixel.gif\">",
            "from elsewhere",
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let theirs = ours.replace(
            "<div class=\"story\">",
            &format!("{added}<div class=\"story\">"),
        );
        std::fs::write(dir.path().join("release.html"), theirs).unwrap();
        let refused = render(&RenderInput {
            templates_dir: Some(dir.path()),
            ..input(&version)
        });
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains(what), "{refused}");
    }
}
