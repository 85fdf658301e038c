//! Our pages as people use them, in a real Chromium: the opt-out page with and without JavaScript, by
//! keyboard alone, on a screen of 320 pixels; and the preview of a release.
//!
//! Not part of a plain `cargo test`, because it needs Debian's chromium and chromium-driver:
//! `scripts/check` runs it by its name. Where they are missing it fails; it is never skipped.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop there"
)]

#[path = "it/asking.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod asking;
#[path = "it/newsdesk.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod newsdesk;
#[path = "browser/preview.rs"]
mod preview;
#[path = "it/world.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod world;

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use dateline::desk::distribution::schedule::Start;
use dateline::mail::sink::faults::Faults;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::asking::Site;
use crate::newsdesk::{approved, catcher, contacts, one_run, scheduled};
use crate::world::World;

const BASE: &str = "https://press.example.com/u";

/// A driver with a port of its own; gone when dropped.
struct Driver(Child, u16);

impl Driver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        drop(listener);
        let child = Command::new("chromedriver")
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        assert!(child.is_ok(), "this test needs Debian's chromium-driver");
        Self(child.unwrap(), port)
    }

    /// A browser with a screen of 320 pixels.
    async fn browser(&self, has_script: bool) -> Client {
        let script = if has_script { 1 } else { 2 };
        let prefs = json!({ "profile.managed_default_content_settings.javascript": script });
        self.open(320, &[], &prefs).await
    }

    /// A browser with a screen of this width; it keeps a log of what it says and asks for.
    async fn open(&self, width: u32, more: &[&str], prefs: &Value) -> Client {
        let args = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
        ];
        let args = [&args[..], more].concat();
        let options = json!({
            "args": args,
            "mobileEmulation": { "deviceMetrics": { "width": width, "height": 640, "pixelRatio": 1.0 } },
            "prefs": prefs,
        });
        let logs = json!({ "browser": "ALL", "performance": "ALL" });
        let wanted = serde_json::Map::from_iter([
            ("goog:chromeOptions".to_owned(), options),
            ("goog:loggingPrefs".to_owned(), logs),
        ]);
        let at = format!("http://127.0.0.1:{}", self.1);
        for _ in 0..100 {
            let mut builder = ClientBuilder::new(HttpConnector::new());
            if let Ok(client) = builder.capabilities(wanted.clone()).connect(&at).await {
                return client;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("chromedriver does not answer");
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// One mail sent, its page at a port of its own, and the path of its link.
async fn page() -> (World, Site, String) {
    let mut world = World::on_sqlite().await;
    world.set(|config| config.unsubscribe.base_url = Some(BASE.to_owned()));
    let sink = catcher(&mut world, Faults::default()).await;
    contacts(&world, 1).await;
    approved(&world, "plant", "").await;
    scheduled(&world, "plant", Start::Now).await;
    one_run(&world).await;
    let mail = String::from_utf8(sink.mails()[0].bytes.to_vec()).unwrap();
    let (_, rest) = mail.split_once(&format!("<{BASE}/")).unwrap();
    let site = Site::open(&world).await;
    let url = format!(
        "http://{}/u/{}",
        site.address,
        rest.split_once('>').unwrap().0
    );
    (world, site, url)
}

const NO: &str = "SELECT COALESCE(MIN(scope), 'none') AS value FROM suppression";

#[tokio::test]
async fn a_person_with_a_keyboard_says_no_with_and_without_javascript() {
    let driver = Driver::start();
    for has_script in [true, false] {
        let (world, site, url) = page().await;
        let browser = driver.browser(has_script).await;
        browser.goto(&url).await.unwrap();
        assert_eq!(world.texts(NO, vec![]).await, ["none"]);
        if has_script {
            fits(&browser).await;
        }
        // The first Tab leads to the choice, an arrow changes it, the next Tab leads to the button.
        press(&browser, Key::Tab).await;
        let chosen = focused(&browser).await.attr("value").await.unwrap();
        assert_eq!(chosen.as_deref(), Some("everything"));
        press(&browser, Key::Up).await;
        let chosen = focused(&browser).await.attr("value").await.unwrap();
        assert_eq!(chosen.as_deref(), Some("list"));
        press(&browser, Key::Tab).await;
        assert_eq!(focused(&browser).await.tag_name().await.unwrap(), "button");
        press(&browser, Key::Enter).await;
        let heading = browser
            .wait()
            .for_element(Locator::XPath("//h1[contains(., 'You are unsubscribed')]"))
            .await;
        assert!(heading.is_ok(), "{}", browser.source().await.unwrap());
        assert_eq!(world.texts(NO, vec![]).await, ["list"]);
        browser.close().await.unwrap();
        site.close().await;
    }
}

/// Nothing is wider than the screen, the button can be hit, every choice has a label, and the style
/// is ours: the policy let it in.
async fn fits(browser: &Client) {
    let script = "
        const button = document.querySelector('button').getBoundingClientRect();
        const labels = [...document.querySelectorAll('input')].map(one => one.labels.length);
        return [innerWidth, document.documentElement.scrollWidth, button.height, Math.min(...labels),
          getComputedStyle(document.querySelector('button')).fontWeight, document.documentElement.lang];
    ";
    let found = browser.execute(script, vec![]).await.unwrap();
    let number = |place: usize| found[place].as_f64().unwrap();
    assert!(number(0) < 321.0 && number(1) < 321.0, "{found}");
    assert!(number(2) > 43.0 && number(3) > 0.0, "{found}");
    assert_eq!(
        (&found[4], &found[5]),
        (&Value::from("600"), &Value::from("en"))
    );
}

async fn press(browser: &Client, key: Key) {
    let at = focused(browser).await;
    at.send_keys(&key.to_string()).await.unwrap();
}

async fn focused(browser: &Client) -> fantoccini::elements::Element {
    browser.active_element().await.unwrap()
}
