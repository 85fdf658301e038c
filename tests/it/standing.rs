//! What goes from release to release grows old: legends, "About" texts and their figures are noticed.

use std::time::Duration;

use dateline::desk::issuers::boilerplates::{self, BoilerplateText};
use dateline::desk::issuers::organizations::{Organization, add};
use dateline::desk::release::check::check;
use dateline::desk::release::write;
use dateline::domain::check::{Finding, Severity};

use crate::world::{World, on_both};

const LEGEND: &str = "This release contains forward-looking statements. “Actual” results may differ\nfrom them for reasons that are named in our annual report.";

async fn told(world: &World, slug: &str, rule: &str) -> Option<Finding> {
    let checked = check(world.desk(), slug, None).await.unwrap();
    let all = checked.findings.into_iter().map(|line| line.finding);
    all.into_iter().find(|finding| finding.rule == rule)
}

async fn release(world: &World, slug: &str, facts: &str, body: &str) {
    let text = format!(
        "+++\nslug = \"{slug}\"\nheadline = \"Harbour Light opens a plant\"\ntickers = [\"NYSE: HRB\"]\n{facts}\n+++\n{body}\n"
    );
    let path = world.file(&format!("{slug}.md"), text);
    write::new(world.desk(), &path).await.unwrap();
}

async fn months(world: &World, number: u64) {
    let passing = Duration::from_hours(24 * 31 * number);
    world.desk().clock.sleep(passing).await;
}

#[tokio::test]
async fn a_legend_that_nobody_has_changed_for_a_year_is_told_with_its_day() {
    on_both(async |world: World| {
        let ahead = "Harbour Light expects revenue of 40 million dollars.";
        let line = LEGEND.replace('\n', " ");
        let legend = format!("forward_looking = \"\"\"\n{line}\n\"\"\"");
        release(&world, "first", &legend, ahead).await;
        assert_eq!(told(&world, "first", "CHK-27").await, None);
        months(&world, 11).await;
        release(&world, "second", &legend, ahead).await;
        assert_eq!(
            told(&world, "second", "CHK-27").await,
            None,
            "eleven months"
        );
        months(&world, 2).await;
        // In its own field, and as a part of the text, with other line ends.
        release(&world, "third", &legend, ahead).await;
        let body = format!("{ahead}\n\n## Forward-looking statements\n\n{LEGEND}");
        release(&world, "fourth", "", &body).await;
        for (slug, part) in [("third", "forward-looking statements"), ("fourth", "body")] {
            let found = told(&world, slug, "CHK-27").await.unwrap();
            assert_eq!(found.severity, Severity::Warning, "{slug}");
            assert!(
                found.message.ends_with("as it was on 2026-11-02"),
                "{}",
                found.message
            );
            assert!(found.hint.starts_with("have counsel"), "{}", found.hint);
            assert_eq!(found.positions[0].part, part);
        }
        let other = legend.replace("annual", "newest annual");
        release(&world, "fifth", &other, ahead).await;
        assert_eq!(
            told(&world, "fifth", "CHK-27").await,
            None,
            "a word is other"
        );
    })
    .await;
}

#[tokio::test]
async fn an_about_text_grows_old_ends_and_contradicts_its_kin() {
    on_both(async |world: World| {
        let organization = Organization {
            slug: "harbour-light".to_owned(),
            name: "Harbour Light".to_owned(),
            ..Organization::default()
        };
        add(world.desk(), &organization).await.unwrap();
        let text = |language: &str, body: &str, until: Option<&str>| BoilerplateText {
            language: language.to_owned(),
            body: body.to_owned(),
            valid_until: until.map(str::to_owned),
            ..BoilerplateText::default()
        };
        let make = async |slug: &str, text: BoilerplateText| {
            let of = Some("harbour-light");
            boilerplates::new(world.desk(), slug, of, "", &text)
                .await
                .unwrap();
        };
        let about = "boilerplates = [\"short\"]";
        make(
            "short",
            text("en", "Harbour Light has 5,900 employees.", None),
        )
        .await;
        release(&world, "first", about, "News.").await;
        assert_eq!(told(&world, "first", "CHK-31").await, None);
        make("long", text("en", "A team of 5,800 professionals.", None)).await;
        let found = told(&world, "first", "CHK-31").await.unwrap();
        assert_eq!(
            found.message,
            "short counts 5900 people, and long (en) counts 5800"
        );
        assert_eq!(found.positions[0].part, "about short");
        let agreed = text("en", "A team of 5,900 professionals.", Some("2027-06-30"));
        boilerplates::edit(world.desk(), "long", None, Some(&agreed))
            .await
            .unwrap();
        assert_eq!(told(&world, "first", "CHK-31").await, None);

        months(&world, 13).await;
        let found = told(&world, "first", "CHK-31").await.unwrap();
        assert!(
            found.message.contains("since 2026-11-02"),
            "{}",
            found.message
        );
        assert!(found.hint.contains("--reviewed"), "{}", found.hint);
        boilerplates::review(world.desk(), "short", "en")
            .await
            .unwrap();
        assert_eq!(
            told(&world, "first", "CHK-31").await,
            None,
            "read and right"
        );
        release(&world, "second", "boilerplates = [\"long\"]", "News.").await;
        let found = told(&world, "second", "CHK-31").await.unwrap();
        assert!(
            found.message.contains("held until 2027-06-30"),
            "{}",
            found.message
        );
    })
    .await;
}
