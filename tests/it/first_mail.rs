//! Who is written to for the first time is told, once, where our privacy notice is.

use dateline::desk::distribution::freeze::schedule;
use dateline::desk::distribution::schedule::{Start, plan};
use dateline::mail::sink::faults::Faults;

use crate::newsdesk::{approved, catcher, contacts, one_run, request};
use crate::world::{World, on_both};

const NOTICE: &str = "https://www.example.com/press/privacy";

#[tokio::test]
async fn the_first_mail_names_the_notice_and_the_second_does_not() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        world.set(|config| config.privacy.notice_url = Some(NOTICE.to_owned()));
        contacts(&world, 1).await;
        for (slug, at) in [("one", "12:00"), ("two", "13:00")] {
            approved(&world, slug, "").await;
            let asked = request(slug, Start::At(format!("2026-11-02 {at} UTC")));
            let planned = plan(world.desk(), &asked).await.unwrap();
            schedule(world.desk(), &planned).await.unwrap();
        }
        // What was approved is what is sent: the settings of today no longer matter.
        world.set(|config| config.privacy.notice_url = None);
        world
            .desk()
            .clock
            .sleep(std::time::Duration::from_hours(5))
            .await;
        one_run(&world).await;
        let texts: Vec<String> = sink
            .mails()
            .iter()
            .map(|mail| String::from_utf8_lossy(&mail.bytes).replace("=\r\n", ""))
            .collect();
        let told = |text: &&String| text.contains(NOTICE) && text.contains("object at any time");
        assert_eq!(texts.len(), 2);
        assert_eq!(texts.iter().filter(told).count(), 1, "{texts:?}");
    })
    .await;
}
