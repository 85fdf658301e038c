//! Writing a release: its parts, its versions side by side, "About" texts that go stale, Word files.

use std::fs;

use dateline::desk::distribution::freeze::schedule;
use dateline::desk::distribution::schedule::{Start, plan};
use dateline::desk::release::{approve, show, write};
use dateline::mail::sink::faults::Faults;

use crate::newsdesk::{approved, catcher, contacts, draft, one_run, request};
use crate::office::{EMBARGO, Newsroom, pair};
use crate::world::{World, on_both};

#[test]
fn an_old_about_text_is_found_and_taken_out() {
    let newsroom = Newsroom::new();
    let about = ["boilerplate", "new", "hl", "--text", "We have 40 people."];
    newsroom.good(&about);
    newsroom.release("boilerplates = [\"hl\"]");
    newsroom.run(&["release", "new", "plant.md"]);
    newsroom.good(&["release", "approve", "plant"]);
    let none = newsroom.good(&["boilerplate", "list", "--stale", "--json"]);
    assert_eq!(none.json(), serde_json::json!([]));
    let said = newsroom.run(&["boilerplate", "edit", "hl", "--text", "We have 50 people."]);
    assert!(
        said.err.contains("dateline release refresh plant"),
        "{}",
        said.err
    );
    let stale = newsroom
        .good(&["boilerplate", "list", "--stale", "--json"])
        .json();
    assert_eq!(stale[0]["release"], "plant");
    assert_eq!(
        (&stale[0]["carries"], &stale[0]["newest"]),
        (&1.into(), &2.into())
    );
    let said = newsroom.good(&["release", "refresh", "plant"]);
    assert!(said.out.contains("[-40-]{+50+}"), "{}", said.out);
    let shown = newsroom.run(&["release", "show", "plant", "--json"]).json();
    assert_eq!(shown["approved_by"], 0, "another text needs its names anew");
    assert_eq!(shown["approvals"][0]["revoked_why"], "edited");
    assert_eq!(shown["behind"], serde_json::json!([]));
    let said = newsroom.good(&["boilerplate", "edit", "hl", "--reviewed"]);
    assert!(said.out.contains("is reviewed"), "{}", said.out);
    let again = newsroom.good(&["release", "refresh", "plant"]);
    assert!(again.out.contains("says so already"), "{}", again.out);
}

#[test]
fn a_new_title_of_an_about_text_changes_nothing_that_is_written() {
    let newsroom = Newsroom::new();
    let about = ["boilerplate", "new", "hl", "--text", "We have 40 people."];
    newsroom.good(&[&about[..], &["--title", "About Harbour"]].concat());
    newsroom.release("boilerplates = [\"hl\"]");
    newsroom.run(&["release", "new", "plant.md"]);
    newsroom.good(&[
        "boilerplate",
        "edit",
        "hl",
        "--title",
        "About Harbour Light",
    ]);
    newsroom.good(&["release", "approve", "plant"]);
    let text = newsroom.good(&["release", "preview", "plant"]).out;
    assert!(text.contains("About Harbour\n"), "{text}");
    newsroom.good(&["release", "refresh", "plant"]);
    let text = newsroom.good(&["release", "preview", "plant"]).out;
    assert!(text.contains("About Harbour Light"), "{text}");
}

#[test]
fn an_about_text_has_its_heading_in_each_language() {
    let newsroom = Newsroom::new();
    newsroom.good(&["organization", "add", "hl", "--name", "Harbour Light"]);
    let about = ["boilerplate", "new", "hl", "--organization", "hl"];
    newsroom.good(&[&about[..], &["--text", "It builds."]].concat());
    for language in ["de", "fr", "es"] {
        let edit = ["boilerplate", "edit", "hl", "--text", "…", "--language"];
        newsroom.good(&[&edit[..], &[language]].concat());
        newsroom.release(&format!(
            "language = \"{language}\"\nboilerplates = [\"hl\"]"
        ));
        let path = newsroom.path().join("plant.md");
        fs::rename(&path, newsroom.path().join(format!("plant.{language}.md"))).unwrap();
    }
    newsroom.release("boilerplates = [\"hl\"]");
    newsroom.run(&["release", "new", "plant.md"]);
    newsroom.good(&["release", "approve", "plant"]);
    let mail = newsroom.good(&["release", "preview", "plant"]).out;
    for heading in ["About", "Über", "À propos de", "Acerca de"] {
        let heading = format!("\n{heading} Harbour Light\n");
        assert_eq!(mail.matches(&heading).count(), 1, "{heading} in {mail}");
    }
}

#[test]
fn what_is_wrong_in_one_language_is_said_with_it() {
    let newsroom = Newsroom::new();
    newsroom.release("language = \"de\"");
    let path = newsroom.path().join("plant.md");
    fs::rename(&path, newsroom.path().join("plant.de.md")).unwrap();
    newsroom.release("");
    newsroom.run(&["release", "new", "plant.md"]);
    let json = newsroom
        .run(&["release", "check", "plant", "--json"])
        .json();
    let all = json["findings"].as_array().unwrap();
    let contacts = all.iter().find(|one| one["rule"] == "CHK-04").unwrap();
    let message = contacts["message"].as_str().unwrap();
    assert!(
        message.starts_with("nobody is named") && message.contains("; in de: nobody"),
        "{message}"
    );
}

#[test]
fn versions_are_compared_by_part() {
    let newsroom = Newsroom::new();
    newsroom.release("");
    newsroom.run(&["release", "new", "plant.md"]);
    let one = newsroom.refused(&["release", "diff", "plant"]);
    assert_eq!(one, pair(2, "one-version"));
    newsroom.release("tickers = [\"NYSE: HRB\"]");
    newsroom.run(&["release", "edit", "plant", "plant.md"]);
    let diff = newsroom
        .good(&["release", "diff", "plant", "--json"])
        .json();
    assert_eq!(diff["parts"].as_array().unwrap().len(), 1);
    assert_eq!(diff["parts"][0]["part"], "tickers");
    let said = newsroom.good(&["release", "diff", "plant", "1", "2"]);
    assert!(said.out.contains("{+NYSE: HRB+}"), "{}", said.out);
    assert_eq!(
        newsroom.refused(&["release", "diff", "plant", "1", "9"]),
        pair(2, "no-version")
    );
}

#[test]
fn a_word_document_becomes_a_release() {
    let newsroom = Newsroom::new();
    let docx = include_bytes!("../../src/intake/docx/samples/word.docx");
    fs::write(newsroom.path().join("Tidal Plant.docx"), docx).unwrap();
    let said = newsroom.run(&["release", "new", "Tidal Plant.docx"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let shown = newsroom
        .good(&["release", "show", "tidal-plant", "--json"])
        .json();
    assert_eq!(
        shown["headline"],
        "Harbour Light Opens Its First Tidal Plant"
    );
    assert_eq!(shown["parts"]["assets"][0]["media_type"], "image/png");
    assert_eq!(shown["parts"]["assets"][0]["use"], "inline");
}

#[test]
fn every_part_of_a_release_is_shown_and_printed() {
    let newsroom = Newsroom::new();
    for (slug, name) in [("ana", "Ana Reyes"), ("bo", "Bo Lund"), ("cy", "Cy Moss")] {
        newsroom.good(&[
            "presscontact",
            "add",
            slug,
            "--name",
            name,
            "--email",
            "press@example.com",
        ]);
    }
    newsroom.release(
        "dateline = { city = \"Vancouver\", region = \"British Columbia\", country = \"CA\", also = [{ city = \"Boston\" }] }\n\
         press_contacts = [[\"ana\", \"bo\"], \"cy\"]\n\
         forward_looking = \"Some of this may not come true.\"\n\
         tickers = [\"NYSE: HRB\"]\n\
         downloads = [{ url = \"https://example.com/b-roll.mp4\", title = \"B-roll, 1.2 GB\" }]",
    );
    newsroom.run(&["release", "new", "plant.md"]);
    let mail = newsroom.good(&["release", "preview", "plant"]).out;
    for part in [
        "VANCOUVER, British Columbia, and BOSTON -- The plant",
        "Ana Reyes\npress@example.com\nBo Lund\npress@example.com\nor\nCy Moss",
        "Forward-looking statements\n\nSome of this",
        "Ticker: NYSE: HRB",
        "- B-roll, 1.2 GB: https://example.com/b-roll.mp4",
    ] {
        assert!(mail.contains(part), "{part}\n{mail}");
    }
    let shown = newsroom.good(&["release", "show", "plant"]).out;
    for part in [
        "VANCOUVER, British Columbia, and BOSTON",
        "Ana Reyes, Bo Lund, Cy Moss",
        "NYSE: HRB",
        "B-roll",
    ] {
        assert!(shown.contains(part), "{part}\n{shown}");
    }
}

#[tokio::test]
async fn two_names_are_two_people_and_an_edit_takes_them_back() {
    on_both(|mut world| async move {
        draft(&world, "plant", "material = true").await;
        let first = approve::approve(world.desk(), "plant", None).await.unwrap();
        assert_eq!((first.approvals, first.needed), (1, 2));
        let same = format!(" {} ", world.desk().actor.to_uppercase());
        world.act_as(&same);
        let again = approve::approve(world.desk(), "plant", None).await.unwrap();
        assert_eq!(again.approvals, 1, "one person is one name");
        world.act_as("Somebody Else");
        let second = approve::approve(world.desk(), "plant", Some("figures checked".to_owned()));
        assert_eq!(second.await.unwrap().approvals, 2);
        let text = "+++\nslug = \"plant\"\nheadline = \"Another\"\nmaterial = true\n+++\nText.\n";
        let path = world.file("plant.md", text);
        write::edit(world.desk(), "plant", &path).await.unwrap();
        let shown = show::show(world.desk(), "plant").await.unwrap();
        assert_eq!((shown.approved_by, shown.needed), (0, 2));
        assert!(shown.approvals.iter().all(|name| name.revoked_at.is_some()));
    })
    .await;
}

/// Another name, other bytes behind the same name, or another word beside them: each is another mail.
#[tokio::test]
async fn a_file_that_is_renamed_or_swapped_takes_the_approval_back() {
    on_both(|world| async move {
        let text = |asset: &str| {
            format!(
                "+++\nslug = \"plant\"\nheadline = \"A tidal plant opens\"\nassets = [{{ {asset} }}]\n+++\nText.\n"
            )
        };
        let approved = async |asset: &str| {
            let path = world.file("plant.md", text(asset));
            write::edit(world.desk(), "plant", &path).await.unwrap();
            approve::approve(world.desk(), "plant", None).await.unwrap()
        };
        let names = async || show::show(world.desk(), "plant").await.unwrap().approved_by;
        world.file("figures.txt", "212 gigawatt hours");
        let path = world.file("plant.md", text("file = \"figures.txt\""));
        write::new(world.desk(), &path).await.unwrap();
        let first = approve::approve(world.desk(), "plant", None).await.unwrap();
        assert_eq!((first.version, names().await), (1, 1));

        // The file on disk alone changes nothing: its bytes are kept with the version.
        world.file("figures.txt", "999 gigawatt hours");
        assert_eq!(names().await, 1);
        let swapped = write::edit(world.desk(), "plant", &path).await.unwrap();
        assert_eq!((swapped.version, names().await), (2, 0), "other bytes");
        let second = approve::approve(world.desk(), "plant", None).await.unwrap();
        assert_ne!(second.files[0].sha256, first.files[0].sha256);

        std::fs::rename(
            world.folder().join("figures.txt"),
            world.folder().join("results.txt"),
        )
        .unwrap();
        let path = world.file("plant.md", text("file = \"results.txt\""));
        let renamed = write::edit(world.desk(), "plant", &path).await.unwrap();
        assert_eq!((renamed.version, names().await), (3, 0), "another name");
        let third = approve::approve(world.desk(), "plant", None).await.unwrap();
        assert_eq!(third.files[0].sha256, second.files[0].sha256);
        assert_eq!(third.files[0].name, "results.txt");

        for (version, asset) in [
            (4, "file = \"results.txt\", credit = \"Ana Reyes\""),
            (5, "file = \"results.txt\", credit = \"Bo Lund\""),
        ] {
            let done = approved(asset).await;
            assert_eq!((done.version, done.approvals), (version, 1));
        }
        let path = world.file("plant.md", text("file = \"results.txt\""));
        write::edit(world.desk(), "plant", &path).await.unwrap();
        assert_eq!(names().await, 0, "what stands beside it is approved too");
    })
    .await;
}

/// What was written of each asset: its name, use, alternative text and caption.
async fn assets_of(world: &World) -> Vec<String> {
    let sql = "SELECT file_name || ' ' || usage || ' ' || alt || ' ' || caption AS value FROM version_asset \
               WHERE version_id = (SELECT MAX(id) FROM release_version) ORDER BY position";
    world.texts(sql, vec![]).await
}

/// Nobody wants the same file twice, and nobody wants words of theirs to vanish without a word.
#[tokio::test]
async fn the_same_bytes_go_once_and_what_cannot_be_kept_is_told() {
    on_both(|world| async move {
        for name in ["harbour.txt", "hafen.txt"] {
            world.file(name, "the same plan");
        }
        let write = async |assets: &str, body: &str, german: &str| {
            let german = format!(
                "+++\nslug = \"plant\"\nlanguage = \"de\"\nheadline = \"Ein Kraftwerk\"\n{german}\n+++\nText.\n"
            );
            world.file("plant.de.md", german);
            let text = format!(
                "+++\nslug = \"plant\"\nheadline = \"A tidal plant opens\"\nassets = [{assets}]\n+++\n{body}\n"
            );
            let path = world.file("plant.md", text);
            let written = match write::new(world.desk(), &path).await {
                Err(problem) if problem.code == "exists" => {
                    write::edit(world.desk(), "plant", &path).await.unwrap()
                }
                other => other.unwrap(),
            };
            let remarks = written.remarks.into_iter();
            remarks
                .filter(|remark| remark.contains(".txt"))
                .collect::<Vec<_>>()
        };
        let one = "{ file = \"harbour.txt\", caption = \"The plan\" }";
        let two = "{ file = \"hafen.txt\", alt = \"A plan\", caption = \"Der Plan\" }";

        let told = write(&format!("{one}, {two}"), "Text.", "").await;
        assert_eq!(
            told,
            ["plant.md: hafen.txt has the same bytes as harbour.txt, and goes once, as harbour.txt; of hafen.txt here is not kept: caption"]
        );
        assert_eq!(assets_of(&world).await, ["harbour.txt attach A plan The plan"]);

        // Two language versions that name the same file: nothing is lost, nothing is said.
        let again = "assets = [{ file = \"harbour.txt\" }]";
        assert_eq!(write(one, "Text.", again).await, [""; 0]);
        let theirs = "assets = [{ file = \"harbour.txt\", caption = \"Der Plan\" }]";
        assert_eq!(
            write(one, "Text.", theirs).await,
            ["plant.de.md: harbour.txt was named before, and goes once; of harbour.txt here is not kept: caption"]
        );
        assert_eq!(assets_of(&world).await, ["harbour.txt attach  The plan"]);

        // Each text finds its picture by its own name, and one of them is a file besides.
        let inline = "{ file = \"harbour.txt\", use = \"inline\" }";
        let german = "assets = [{ file = \"hafen.txt\", use = \"inline\" }]";
        assert_eq!(write(inline, "![](harbour.txt)", german).await, [""; 0]);
        assert_eq!(
            assets_of(&world).await,
            ["harbour.txt inline  ", "hafen.txt inline  "]
        );
        let both = format!("{inline}, {{ file = \"harbour.txt\" }}");
        let told = write(&both, "![](harbour.txt)", "").await;
        assert!(
            told.len() == 1 && told[0].contains("also go"),
            "{told:?}"
        );
        assert_eq!(
            assets_of(&world).await,
            ["harbour.txt inline  ", "harbour.txt attach  "]
        );
    })
    .await;
}

#[tokio::test]
async fn a_named_sender_signs_and_a_wish_for_no_attachments_is_kept() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        world
            .set(|config| config.newsroom.senders = vec!["Ana Reyes <ana@example.com>".to_owned()]);
        contacts(&world, 2).await;
        let wish = "UPDATE contact SET attachments = 'none' WHERE email = 'c0@desk0.example'";
        world.run(wish, vec![]).await;
        world.file("facts.txt", "Facts.");
        approved(&world, "plant", "assets = [{ file = \"facts.txt\" }]").await;
        let mut asked = request("plant", Start::Now);
        asked.from = Some("nobody@example.com".to_owned());
        let refusal = plan(world.desk(), &asked).await.unwrap_err();
        assert_eq!(refusal.code, "no-sender");
        asked.from = Some("ANA@example.com".to_owned());
        let plan = plan(world.desk(), &asked).await.unwrap();
        schedule(world.desk(), &plan).await.unwrap();
        one_run(&world).await;
        let mails = sink.mails();
        assert_eq!(mails.len(), 2);
        for mail in mails {
            let raw = String::from_utf8(mail.bytes.to_vec()).unwrap();
            assert!(
                raw.contains("From: \"Ana Reyes\" <ana@example.com>"),
                "{raw}"
            );
            let wants_none = mail.to == ["c0@desk0.example"];
            assert_eq!(raw.contains("facts.txt\""), !wants_none, "{raw}");
            assert_eq!(raw.contains("On request:"), wants_none, "{raw}");
        }
    })
    .await;
}

#[test]
fn an_edited_schedule_is_shown_before_it_goes_on() {
    let newsroom = Newsroom::new();
    newsroom.approved(EMBARGO);
    let schedule = ["release", "schedule", "plant", "--list", "tech", "--yes"];
    assert_eq!(newsroom.run(&schedule).code, 0);
    newsroom.release(&format!("{EMBARGO}\nsubheads = [\"Nine thousand homes\"]"));
    assert_eq!(
        newsroom.run(&["release", "edit", "plant", "plant.md"]).code,
        0
    );
    let approve = ["release", "approve", "plant"];
    assert_eq!(newsroom.refused(&approve), pair(2, "needs-confirmation"));
    let said = newsroom.run(&approve);
    assert!(
        said.out.contains("version 2 in place of version 1"),
        "{}",
        said.out
    );
    assert!(said.out.contains("{+Nine thousand homes+}"), "{}", said.out);
    let shown = newsroom.run(&["release", "show", "plant", "--json"]).json();
    assert_eq!(shown["approved_by"], 0, "a refusal approves nothing");
    let done = newsroom.run(&[&approve[..], &["--yes"]].concat());
    assert!(
        done.out.contains("goes on with this version"),
        "{}",
        done.out
    );
}
