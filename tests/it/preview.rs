//! What is previewed is what is sent, and a test mail is no way round anything.

use dateline::desk::distribution::schedule::Start;
use dateline::desk::letter::preview::{Request, preview};
use dateline::desk::letter::test_mail::test;
use dateline::desk::people::opt_out::{self, Reach};
use dateline::desk::problem::{Exit, Problem};
use dateline::mail::read_back::read_back;
use dateline::mail::sink::faults::Faults;

use crate::newsdesk::{approved, catcher, contacts, draft, one_run, scheduled};
use crate::world::on_both;

fn of(contact: &str) -> Request<'_> {
    Request {
        release: "plant",
        for_contact: Some(contact),
        ..Request::default()
    }
}

fn refused(problem: &Problem, exit: Exit, code: &str) {
    assert_eq!((problem.exit, problem.code), (exit, code), "{problem}");
    assert!(problem.hint.is_some(), "{problem} says what to do");
}

#[tokio::test]
async fn a_recipients_preview_is_the_mail_to_the_byte() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 3).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        let before = preview(world.desk(), &of("c1@desk1.example"))
            .await
            .unwrap();
        assert!(before.exact);
        assert_eq!(before.status.as_deref(), Some("queued"));
        one_run(&world).await;
        let after = preview(world.desk(), &of("c1@desk1.example"))
            .await
            .unwrap();
        assert_eq!(after.status.as_deref(), Some("sent"));
        let mail = sink
            .mails()
            .into_iter()
            .find(|mail| mail.to == ["c1@desk1.example"])
            .unwrap();
        assert_eq!(
            after.mails[0].raw,
            String::from_utf8(mail.bytes.to_vec()).unwrap()
        );
        assert_eq!(before.mails[0].raw, after.mails[0].raw, "sent at its time");
        assert_eq!(after.mails[0].subject, "A tidal plant opens");
        assert!(after.mails[0].text.contains("The plant opens today."));
        assert!(after.mails[0].html.contains("The plant opens today."));
        // Settings that change later do not change what was frozen.
        world.set(|config| config.newsroom.name = "Another Newsroom".to_owned());
        let later = preview(world.desk(), &of("c1@desk1.example"))
            .await
            .unwrap();
        assert_eq!(later.mails[0].raw, after.mails[0].raw);
    })
    .await;
}

#[tokio::test]
async fn before_scheduling_a_preview_shows_the_version_as_it_would_be() {
    on_both(|mut world| async move {
        let _sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 2).await;
        let text = "+++\nslug = \"plant\"\nheadline = \"A plant opens\"\n+++\nDear {{ contact.name | default(\"editor\") }}, it opens.\n";
        let path = world.file("plant.md", text);
        let german = text
            .replace("A plant opens", "Ein Werk geht ans Netz")
            .replace("slug", "language = \"de\"\nslug");
        world.file("plant.de.md", german);
        dateline::desk::release::write::new(world.desk(), &path)
            .await
            .unwrap();
        let for_one = preview(world.desk(), &of("c1@desk1.example")).await.unwrap();
        assert!(!for_one.exact && for_one.mails.len() == 1);
        assert!(for_one.mails[0].text.contains("Dear Contact 1, it opens"));
        let sample = Request {
            release: "plant",
            ..Request::default()
        };
        let all = preview(world.desk(), &sample).await.unwrap();
        let languages: Vec<&str> = all.mails.iter().map(|mail| mail.language.as_str()).collect();
        assert_eq!(languages, ["en", "de"]);
        assert_eq!(all.mails[1].subject, "Ein Werk geht ans Netz");
        let french = Request {
            language: Some("fr"),
            ..sample.clone()
        };
        let refusal = preview(world.desk(), &french).await.unwrap_err();
        refused(&refusal, Exit::Usage, "no-language");
        let stranger = preview(world.desk(), &of("x@nowhere.example")).await;
        refused(&stranger.unwrap_err(), Exit::Usage, "no-contact");
        let unscheduled = Request {
            distribution: Some(1),
            ..sample
        };
        let refusal = preview(world.desk(), &unscheduled).await.unwrap_err();
        refused(&refusal, Exit::Usage, "no-distribution");
    })
    .await;
}

#[tokio::test]
async fn a_test_reaches_nobody_but_ourselves() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 1).await;
        let embargo = "embargo = \"2026-11-03 09:00 America/Vancouver\"";
        draft(&world, "plant", embargo).await;
        let to = |address: &str| vec!["ana@example.com".to_owned(), address.to_owned()];
        let desk = world.desk();
        for (address, exit, code) in [
            ("c0@desk0.example", Exit::Forbidden, "test-to-contact"),
            ("C0@DESK0.example", Exit::Forbidden, "test-to-contact"),
            ("ana@elsewhere.example", Exit::Forbidden, "embargoed"),
            ("ana@sub.example.com", Exit::Forbidden, "embargoed"),
            ("nobody", Exit::Usage, "address"),
        ] {
            let refusal = test(desk, "plant", &to(address), None).await.unwrap_err();
            refused(&refusal, exit, code);
        }
        assert!(sink.mails().is_empty(), "one refusal is a refusal of all");
        let logged = "SELECT COUNT(*) AS value FROM log_entry WHERE act = 'test'";
        assert_eq!(world.number(logged, vec![]).await, 0);
        let done = test(desk, "plant", &to("ANA@example.com"), None)
            .await
            .unwrap();
        assert_eq!(done.mails.len(), 1, "one mailbox, one mail");
        assert_eq!(done.mails[0].status, "sent");
        let mails = sink.mails();
        assert_eq!(
            (mails.len(), mails[0].to.as_slice()),
            (1, ["ana@example.com".to_owned()].as_slice())
        );
        let raw = String::from_utf8(mails[0].bytes.to_vec()).unwrap();
        assert!(raw.contains("Subject: [TEST] EMBARGOED until"), "{raw}");
        assert!(
            raw.contains("X-Dateline-Embargo: 2026-11-03T16:00:00Z"),
            "{raw}"
        );
        assert_eq!(world.number(logged, vec![]).await, 1);
        let details = world
            .texts("SELECT detail AS value FROM log_entry", vec![])
            .await;
        assert!(details.iter().all(|detail| !detail.contains('@')));
        let rows = "SELECT COUNT(*) AS value FROM delivery";
        assert_eq!(world.number(rows, vec![]).await, 0, "it counts for nothing");
    })
    .await;
}

#[tokio::test]
async fn a_test_is_the_mail_that_will_be_sent_but_for_its_mark() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        for (language, kind) in [("en", "update"), ("de", "advisory")] {
            let slug = format!("plant-{language}");
            let facts = format!("language = \"{language}\"\nkind = \"{kind}\"");
            draft(&world, &slug, &facts).await;
            let asked = Request {
                release: &slug,
                ..Request::default()
            };
            let shown = preview(world.desk(), &asked).await.unwrap();
            let to = vec!["ana@example.com".to_owned()];
            test(world.desk(), &slug, &to, Some(language))
                .await
                .unwrap();
            let none = test(world.desk(), &slug, &to, Some("pt"))
                .await
                .unwrap_err();
            refused(&none, Exit::Usage, "no-language");
            let mails = sink.mails();
            let sent = read_back(&mails.last().unwrap().bytes);
            assert_eq!(sent.subject, format!("[TEST] {}", shown.mails[0].subject));
            let story = |text: &str| text[text.find("plant opens").unwrap()..].to_owned();
            let until = |text: String| {
                let end = text.find("mailto:").unwrap_or(text.len());
                text[..end].to_owned()
            };
            assert_eq!(
                until(story(&sent.text)),
                until(story(&shown.mails[0].text)),
                "{slug}"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_test_respects_the_belt_and_a_no() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        draft(&world, "plant", "").await;
        world.set(|config| config.smtp.only_to = vec!["@example.com".to_owned()]);
        let to = |address: &str| vec![address.to_owned()];
        let desk = world.desk();
        let refusal = test(desk, "plant", &to("ana@example.org"), None).await;
        refused(&refusal.unwrap_err(), Exit::Forbidden, "only-to");
        opt_out::add(desk, "bo@example.com", &Reach::Everything, "", "person")
            .await
            .unwrap();
        let refusal = test(desk, "plant", &to("bo@example.com"), None).await;
        refused(&refusal.unwrap_err(), Exit::Forbidden, "test-to-opted-out");
        assert!(sink.mails().is_empty());
        test(desk, "plant", &to("ana@example.com"), None)
            .await
            .unwrap();
        assert_eq!(sink.mails().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn trouble_with_the_server_is_told_and_not_hidden() {
    on_both(|mut world| async move {
        // Nothing listens there: the catcher is gone when its variable is.
        drop(catcher(&mut world, Faults::default()).await);
        draft(&world, "plant", "").await;
        let to = ["ana@example.com".to_owned()];
        let trouble = test(world.desk(), "plant", &to, None).await.unwrap_err();
        refused(&trouble, Exit::Temporary, "route");
    })
    .await;
}
