//! The page of `release preview`: at both widths, light and dark, with images off, by keyboard alone.

use std::collections::BTreeSet;
use std::path::PathBuf;

use axum::http::Method;
use dateline::desk::amend::correct::correct;
use dateline::desk::distribution::schedule::Start;
use dateline::desk::letter::preview::{Request, preview};
use dateline::desk::release::diff;
use dateline::mail::sink::faults::Faults;
use dateline::web::preview::{Page, serve};
use fantoccini::Client;
use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use serde_json::{Value, json};
use url::{ParseError, Url};

use crate::Driver;
use crate::focused;
use crate::newsdesk::{approved, catcher, contacts, one_run, scheduled};
use crate::press;
use crate::world::World;

const TABS: [&str; 6] = ["html", "text", "headers", "raw", "files", "changes"];
const FACTS: &str = "language = \"en\"\ntickers = [\"NYSE: HRB\"]\nend_mark = \"###\"\n\
    dateline = { city = \"Vancouver\", region = \"British Columbia\", date = 2026-03-02 }\n\
    assets = [{ file = \"turbine.jpg\", use = \"inline\", alt = \"A turbine\", caption = \"One of twelve\", credit = \"Harbour Light\" }, { file = \"facts.csv\" }]";
const TEXT: &str = "The plant opened on Monday, {{ contact.given_name | default(\"dear editor\") }}.\n\n\
    > “The tide keeps its appointments,” said Reyna Castell.\n> — Reyna Castell, Chief Executive\n\n\
    ![](turbine.jpg)\n\n## Figures\n\n\
    | In thousands of megawatt hours | 2026 | 2025 | Change |\n|---|---|---|---|\n\
    | Produced for the grid | 1,212.4 | 1,086.3 | 11.6% |\n| Used by the plant itself | 9.5 | 18.0 | (47.2%) |\n\n\
    Read [the report](https://www.example.com/a-very-long-address-that-does-not-fit-into-a-line-of-a-telephone/report.html).\n";

/// What the browser has written down since it was last asked.
#[derive(Debug)]
struct Log(&'static str);

impl WebDriverCompatibleCommand for Log {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/se/log", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "type": self.0 }).to_string()))
    }
}

/// A release that went out, and its correction, which is looked at.
async fn page() -> (World, Page) {
    let mut world = World::on_sqlite().await;
    let _sink = catcher(&mut world, Faults::default()).await;
    contacts(&world, 1).await;
    world.file("turbine.jpg", include_bytes!("../../examples/turbine.jpg"));
    world.file("facts.csv", b"year,output\n2026,1212.4\n");
    approved(&world, "plant", "").await;
    scheduled(&world, "plant", Start::Now).await;
    one_run(&world).await;
    let text = format!(
        "+++\nslug = \"plant\"\nheadline = \"Harbour Light’s tidal plant opens at nine, not at ten\"\n{FACTS}\n+++\n{TEXT}"
    );
    let path = world.file("plant.md", text);
    correct(
        world.desk(),
        "plant",
        &path,
        "It opens at nine, not at ten.",
    )
    .await
    .unwrap();
    let request = Request {
        release: "plant",
        ..Request::default()
    };
    let previewed = preview(world.desk(), &request).await.unwrap();
    let difference = diff::since_sent(world.desk(), "plant").await.unwrap();
    let page = serve(previewed, difference).await.unwrap();
    (world, page)
}

async fn numbers(browser: &Client, script: &str) -> Vec<f64> {
    let found = browser.execute(script, vec![]).await.unwrap();
    let all = found.as_array().unwrap().iter();
    all.map(|one| one.as_f64().unwrap()).collect()
}

/// Keeps a picture of the page for people to look at.
async fn keep(browser: &Client, name: &str) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("preview");
    std::fs::create_dir_all(&folder).unwrap();
    let png = browser.screenshot().await.unwrap();
    assert!(png.starts_with(b"\x89PNG"));
    std::fs::write(folder.join(format!("{name}.png")), png).unwrap();
}

#[tokio::test]
async fn a_preview_fits_its_screen_and_asks_nobody_for_anything() {
    let driver = Driver::start();
    let (_world, page) = page().await;
    let home = page.url();
    for (screen, is_dark) in [(320_u32, false), (320, true), (600, false), (600, true)] {
        let scheme = format!(
            "--blink-settings=preferredColorScheme={}",
            i32::from(!is_dark)
        );
        let browser = driver.open(screen, &[&scheme], &json!({})).await;
        let shade = if is_dark { "dark" } else { "light" };
        for tab in TABS {
            let url = format!("{home}?tab={tab}&width=320&dark={}", i32::from(is_dark));
            browser.goto(&url).await.unwrap();
            let found = numbers(
                &browser,
                "return [innerWidth, document.documentElement.scrollWidth]",
            )
            .await;
            assert_eq!(found, [f64::from(screen); 2], "{tab} on {screen}");
            keep(&browser, &format!("{tab}-{screen}-{shade}")).await;
        }
        for (width, images) in [(600, 1), (600, 0), (320, 1), (320, 0)] {
            let dark = i32::from(is_dark);
            let url = format!("{home}?width={width}&dark={dark}&images={images}");
            browser.goto(&url).await.unwrap();
            mail_fits(&browser, width, is_dark, images == 1).await;
            let name = format!("mail-{width}-images-{images}-{screen}-{shade}");
            keep(&browser, &name).await;
        }
        quiet(&browser, &home).await;
        browser.close().await.unwrap();
    }
}

/// The mail in its frame: as wide as it says, nothing wider in it, its own colours, and its picture
/// only where pictures are on.
async fn mail_fits(browser: &Client, width: i32, is_dark: bool, has_images: bool) {
    browser.enter_frame(0).await.unwrap();
    let found = numbers(
        browser,
        "
        const colour = getComputedStyle(document.querySelector('.card')).backgroundColor;
        const ink = getComputedStyle(document.querySelector('td.num')).textAlign;
        return [innerWidth, document.documentElement.scrollWidth,
          Number(colour.match(/\\d+/)[0]), Number(ink === 'right'),
          ...[...document.images].map(one => Number(one.complete && one.naturalWidth > 1))];
        ",
    )
    .await;
    let width = f64::from(width);
    // A bar at the side may take some of the frame's width.
    assert!(found[0] == width && found[1] <= width, "{found:?}");
    assert_eq!(found[2] < 128.0, is_dark, "{found:?}");
    assert_eq!(
        found[3..],
        [1.0, f64::from(u8::from(has_images))],
        "{found:?}"
    );
    browser.enter_parent_frame().await.unwrap();
}

/// No word in the console, and no request but to the page itself.
async fn quiet(browser: &Client, home: &str) {
    let said = browser.issue_cmd(Log("browser")).await.unwrap();
    assert_eq!(said, json!([]), "the console is clean");
    let log = browser.issue_cmd(Log("performance")).await.unwrap();
    let mut count = 0;
    for entry in log.as_array().unwrap() {
        let entry: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
        let message = &entry["message"];
        if message["method"] == "Network.requestWillBeSent" {
            let url = message["params"]["request"]["url"].as_str().unwrap();
            assert!(url.starts_with(home) || url.starts_with("data:"), "{url}");
            count += 1;
        }
    }
    assert!(count > 10, "the log of requests was kept");
}

#[tokio::test]
async fn every_part_of_a_preview_is_reached_by_keyboard() {
    let driver = Driver::start();
    let (_world, page) = page().await;
    let browser = driver.open(320, &[], &json!({})).await;
    for tab in TABS {
        let url = format!("{}?tab={tab}", page.url());
        browser.goto(&url).await.unwrap();
        let links = "return [...document.querySelectorAll('a[href], pre[tabindex]')].map(one => one.textContent)";
        let links = browser.execute(links, vec![]).await.unwrap();
        let links = links.as_array().unwrap().iter();
        let mut left: BTreeSet<String> = links
            .map(|text| text.as_str().unwrap().to_owned())
            .collect();
        assert!(
            left.contains("Headers") && left.contains("Save .eml"),
            "{left:?}"
        );
        for _ in 0..40 {
            if left.is_empty() {
                break;
            }
            press(&browser, Key::Tab).await;
            let at = "const at = document.activeElement; const style = getComputedStyle(at); \
                      return [at.textContent, style.outlineStyle]";
            let at = browser.execute(at, vec![]).await.unwrap();
            left.remove(at[0].as_str().unwrap());
            assert_ne!(at[1], "none", "whoever uses a keyboard sees where they are");
        }
        assert!(left.is_empty(), "{tab}: not reached: {left:?}");
    }
    // And Enter opens it.
    browser.goto(&page.url()).await.unwrap();
    for _ in 0..40 {
        press(&browser, Key::Tab).await;
        if focused(&browser).await.text().await.unwrap() == "Text" {
            break;
        }
    }
    press(&browser, Key::Enter).await;
    let text = browser
        .wait()
        .for_element(fantoccini::Locator::Css("pre.text"))
        .await
        .unwrap();
    let text = text.text().await.unwrap();
    assert!(text.contains("CORRECTION: It opens at nine"), "{text}");
    browser.close().await.unwrap();
}
