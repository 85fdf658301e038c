//! What makes a mail the house's own: logo and color, files as links, the house's style.

use dateline::config::size::Size;
use dateline::desk::distribution::freeze::schedule;
use dateline::desk::distribution::schedule::{Start, plan};
use dateline::desk::letter::preview::{Request, preview};
use dateline::desk::people::attachment_wish;
use dateline::desk::release::approve::approve;
use dateline::desk::release::write;
use dateline::domain::color::Color;
use dateline::domain::content::{Months, StateStyle};
use dateline::mail::sink::Sink;
use dateline::mail::sink::faults::Faults;
use mail_parser::{MessageParser, MimeHeaders as _};

use crate::asking::{Site, body_of, get, status_of};
use crate::newsdesk::{approved, catcher, contacts, draft, one_run, request, scheduled};
use crate::world::{World, on_both};

/// A PNG of 240 by 80 pixels, as far as anybody reads it.
pub(crate) fn logo() -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\xf0\0\0\0\x50\x08\x06\0\0\0".to_vec();
    bytes.extend([7; 200]);
    bytes
}

const FILES: &str = "https://press.example.com/files";

fn own(world: &mut World) {
    let path = world.file("logo.png", logo());
    world.set(|config| {
        config.newsroom.logo = Some(path);
        config.newsroom.color = Color::parse("#0a5");
    });
}

fn mail_to(sink: &Sink, start: &str) -> String {
    let mails = sink.mails();
    let mail = mails.iter().find(|mail| mail.to[0].starts_with(start));
    String::from_utf8(mail.unwrap().bytes.to_vec()).unwrap()
}

#[tokio::test]
async fn the_logo_travels_as_it_was_when_it_was_scheduled() {
    on_both(async |mut world| {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 2).await;
        own(&mut world);
        approved(&world, "plant", "").await;
        let shown = Request {
            release: "plant",
            ..Request::default()
        };
        let before = preview(world.desk(), &shown).await.unwrap();
        assert!(
            before.mails[0].html.contains("@logo\""),
            "{}",
            before.mails[0].html
        );
        scheduled(&world, "plant", Start::Now).await;
        // Whatever becomes of the file and the settings later.
        world.file("logo.png", b"another");
        world.set(|config| config.newsroom.color = Color::parse("#c00"));
        one_run(&world).await;
        let raw = mail_to(&sink, "c1@");
        let message = MessageParser::default().parse(raw.as_bytes()).unwrap();
        let html = message.body_html(0).unwrap();
        assert!(
            html.contains("@logo\" width=\"168\" height=\"56\""),
            "{html}"
        );
        assert!(
            html.contains("background-color: #00aa55"),
            "the bar: {html}"
        );
        let links = Color::parse("#0a5").unwrap().readable_on_white();
        assert!(
            html.contains(&format!("color: {links}")),
            "readable links: {html}"
        );
        assert!(!message.body_text(0).unwrap().contains("logo"));
        let part = message
            .parts
            .iter()
            .find(|part| part.content_id().is_some())
            .unwrap();
        assert_eq!(part.contents(), logo());
        let id = part.content_id().unwrap();
        assert!(html.contains(&format!("src=\"cid:{id}\"")), "{id}");
        let again = Request {
            for_contact: Some("c1@desk1.example"),
            ..shown
        };
        let after = preview(world.desk(), &again).await.unwrap();
        assert_eq!(after.mails[0].raw, raw, "byte for byte");
    })
    .await;
}

#[tokio::test]
async fn a_logo_that_is_gone_stops_nobody_unseen() {
    on_both(async |mut world| {
        let _sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 1).await;
        own(&mut world);
        draft(&world, "plant", "").await;
        std::fs::remove_file(world.folder().join("logo.png")).unwrap();
        let refusal = approve(world.desk(), "plant", None).await.unwrap_err();
        assert_eq!(refusal.code, "logo");
        assert!(refusal.to_string().contains("cannot be read"), "{refusal}");
    })
    .await;
}

const LINKED: &str = "assets = [{ file = \"small.pdf\", caption = \"Facts\" }, { file = \"large.pdf\" }, { file = \"b-roll.txt\", use = \"link\" }]";

async fn prefers(world: &World, contact: usize, wish: &str) {
    let who = format!("c{contact}@desk{contact}.example");
    let noted = attachment_wish::set(world.desk(), &who, wish)
        .await
        .unwrap();
    assert!(noted.changed);
    let again = attachment_wish::set(world.desk(), &who, wish)
        .await
        .unwrap();
    assert!(!again.changed);
    assert_eq!(
        attachment_wish::show(world.desk(), &who)
            .await
            .unwrap()
            .attachments,
        wish
    );
}

fn with_files(world: &mut World) {
    world.set(|config| {
        config.newsroom.files_url = Some(FILES.to_owned());
        config.smtp.attachment_limit = Some(Size::of(1000));
    });
    world.file("small.pdf", b"%PDF-1.7 small");
    let large: Vec<u8> = b"%PDF-1.7 large"
        .iter()
        .copied()
        .chain([b' '; 2000])
        .collect();
    world.file("large.pdf", large);
    world.file("b-roll.txt", b"moving pictures");
}

/// The path behind the link to a file in a mail.
fn link(mail: &str, name: &str) -> String {
    let message = MessageParser::default().parse(mail.as_bytes()).unwrap();
    let text = message.body_text(0).unwrap();
    let at = text
        .find(&format!("/{name}"))
        .unwrap_or_else(|| panic!("{name} is not in {text}"));
    let start = text[..at].rfind(FILES).unwrap();
    text[start + "https://press.example.com".len()..=at + name.len()].to_owned()
}

#[tokio::test]
async fn each_contact_gets_files_as_they_like_them() {
    on_both(async |mut world| {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 3).await;
        with_files(&mut world);
        prefers(&world, 1, "links").await;
        prefers(&world, 2, "none").await;
        approved(&world, "plant", LINKED).await;
        scheduled(&world, "plant", Start::Now).await;
        let site = Site::open(&world).await;
        let before = preview(
            world.desk(),
            &Request {
                release: "plant",
                for_contact: Some("c1@desk1.example"),
                ..Request::default()
            },
        )
        .await
        .unwrap();
        let early = get(site.address, &link(&before.mails[0].raw, "small.pdf")).await;
        assert_eq!(status_of(&early), 404, "nothing was sent yet: {early}");
        // A change of mind after scheduling changes nothing that was approved.
        world.set(|config| config.smtp.attachment_limit = None);
        one_run(&world).await;
        let files = |mail: &str| {
            let message = MessageParser::default().parse(mail.as_bytes()).unwrap();
            let names = message
                .attachments()
                .filter_map(|part| part.attachment_name());
            names.map(str::to_owned).collect::<Vec<_>>()
        };
        let (ok, links, none) = (
            mail_to(&sink, "c0@"),
            mail_to(&sink, "c1@"),
            mail_to(&sink, "c2@"),
        );
        assert_eq!(files(&ok), ["small.pdf"]);
        assert_eq!((files(&links).len(), files(&none).len()), (0, 0));
        let text = |mail: &str| {
            let message = MessageParser::default().parse(mail.as_bytes()).unwrap();
            message.body_text(0).unwrap().into_owned()
        };
        assert!(text(&ok).contains("Attached:") && text(&ok).contains("Downloads:"));
        assert!(!text(&links).contains("Attached:") && !text(&links).contains("On request:"));
        assert!(
            text(&links).contains("small.pdf (1 kB)"),
            "{}",
            text(&links)
        );
        assert!(text(&none).contains("On request:") && !text(&none).contains("/small.pdf"));
        for mail in [&ok, &links, &none] {
            for (name, holds) in [
                ("large.pdf", "%PDF-1.7 large"),
                ("b-roll.txt", "moving pictures"),
            ] {
                let answer = get(site.address, &link(mail, name)).await;
                assert_eq!(status_of(&answer), 200, "{answer}");
                assert!(body_of(&answer).starts_with(holds));
                assert!(
                    answer.contains("content-disposition: attachment"),
                    "{answer}"
                );
            }
        }
        let path = link(&links, "small.pdf");
        assert_eq!(body_of(&get(site.address, &path).await), "%PDF-1.7 small");
        let guess = path.replacen('-', "-0", 1);
        assert_eq!(status_of(&get(site.address, &guess).await), 404);
        let forged = path.replace("/files/", "/files/0").replacen("00", "0", 1);
        assert_eq!(status_of(&get(site.address, &forged).await), 404);
        // What is withdrawn is gone.
        world
            .run("UPDATE release SET status = 'killed'", vec![])
            .await;
        assert_eq!(status_of(&get(site.address, &path).await), 404);
        site.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_link_needs_a_place_to_point_at() {
    on_both(async |mut world| {
        let _sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 1).await;
        with_files(&mut world);
        world.set(|config| config.newsroom.files_url = None);
        draft(&world, "plant", LINKED).await;
        let refusal = approve(world.desk(), "plant", None).await.unwrap_err();
        assert_eq!(refusal.code, "no-files-url");
        assert!(refusal.hint.unwrap().contains("[newsroom] files_url"));
    })
    .await;
}

#[tokio::test]
async fn what_a_file_leaves_open_is_as_the_house_writes_it() {
    on_both(async |mut world| {
        let _sink = catcher(&mut world, Faults::default()).await;
        world.set(|config| {
            config.style.state_style = StateStyle::Abbreviated;
            config.style.months = Months::Full;
            config.style.end_mark_text = Some("-30-".to_owned());
            let words = [("web site", "website"), ("synergy", "")];
            config.style.words = words.map(|(one, two)| (one.to_owned(), two.to_owned())).into();
        });
        let place = "dateline = { city = \"Salem\", region = \"Massachusetts\", country = \"US\", date = 2026-11-03 }";
        draft(&world, "plant", place).await;
        let text = |release: &'static str| {
            let desk = world.desk();
            async move {
                let shown = Request { release, ..Request::default() };
                preview(desk, &shown).await.unwrap().mails.remove(0).text
            }
        };
        let ours = text("plant").await;
        assert!(ours.contains("SALEM, Mass., November 3, 2026 -- The plant"), "{ours}");
        assert!(ours.contains("\n-30-\n"), "{ours}");
        // The file's own word counts more.
        draft(&world, "mill", &format!("{place}\nstate_style = \"postal\"\nend_mark = \"###\"")).await;
        let own = text("mill").await;
        assert!(own.contains("SALEM, MA, November 3") && own.contains("\n###\n"), "{own}");
        // A later change of style changes no version.
        world.set(|config| config.style.months = Months::Ap);
        let path = world.file("words.md", "+++\nslug = \"words\"\nheadline = \"A tidal plant opens\"\n+++\nOur Web site shows synergy.\n");
        write::new(world.desk(), &path).await.unwrap();
        let checked = dateline::desk::release::check::check(world.desk(), "words", None).await.unwrap();
        let found = checked.findings.iter().find(|line| line.finding.rule == "CHK-30").unwrap();
        assert_eq!(
            found.finding.message,
            "this house does not write “synergy”; this house writes “website”, not “web site”"
        );
        assert_eq!(found.finding.positions.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn everybodys_mail_is_looked_at_before_it_is_frozen() {
    on_both(async |mut world| {
        let _sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 3).await;
        let sql = "UPDATE contact SET given_name = 'null' WHERE email_key LIKE 'c2@%'";
        assert_eq!(world.run(sql, vec![]).await, 1);
        approved(&world, "plant", "").await;
        let mut asked = request("plant", Start::Now);
        asked.cover_note =
            Some("Dear {{ contact.given_name | default(\"editor\") }},\n\nas promised.".to_owned());
        let refusal = plan(world.desk(), &asked).await.unwrap_err();
        assert_eq!(refusal.code, "check-errors");
        assert!(refusal.to_string().contains("CHK-15"), "{refusal}");
        asked.except = vec!["c2@desk2.example".to_owned()];
        let good = plan(world.desk(), &asked).await.unwrap();
        schedule(world.desk(), &good).await.unwrap();
        // A From that our own signature does not speak for.
        world.set(|config| {
            config.dkim.domain = Some("elsewhere.site".to_owned());
            config.dkim.selector = Some("one".to_owned());
        });
        asked.cover_note = None;
        asked.except = Vec::new();
        let refusal = plan(world.desk(), &asked).await.unwrap_err();
        assert!(refusal.to_string().contains("CHK-40"), "{refusal}");
    })
    .await;
}

#[tokio::test]
async fn a_new_approval_says_first_what_it_sends_to_whom() {
    on_both(async |mut world| {
        let _sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 3).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        let repinning = || approve_repin(&world);
        assert!(repinning().await.distributions.is_empty(), "nothing waits");
        let path = world.file("plant.md", "+++\nslug = \"plant\"\nheadline = \"A tidal plant opens\"\n+++\nThe plant opens tomorrow.\n");
        write::edit(world.desk(), "plant", &path).await.unwrap();
        let repinned = repinning().await;
        let one = &repinned.distributions[0];
        assert_eq!((one.from, one.to, one.recipients), (1, 2, 3));
        assert_eq!(repinned.differences[0].parts[0].part, "body");
        approve(world.desk(), "plant", None).await.unwrap();
        assert!(repinning().await.distributions.is_empty());
    })
    .await;
}

async fn approve_repin(world: &World) -> dateline::desk::release::repin::Repinning {
    dateline::desk::release::repin::repinning(world.desk(), "plant")
        .await
        .unwrap()
}
