//! What passed between us and a contact is shown, and the words of it are forgotten in time.

use dateline::desk::distribution::schedule::Start;
use dateline::desk::way_back::{Outcome, Source, history, take};
use dateline::mail::sink::faults::Faults;

use crate::newsdesk::{approved, catcher, contacts, one_run, scheduled};
use crate::world::{World, on_both};

const REPORT: &str = "From: MAILER-DAEMON@mx.example\r\nTo: press@example.com\r\nSubject: Undelivered Mail\r\n\
MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
--b\r\nContent-Type: text/plain\r\n\r\nNo such user.\r\n\
--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n\
Final-Recipient: rfc822; c0@desk0.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\
Diagnostic-Code: smtp; 550 5.1.1 <c0@desk0.example> no such user\r\n\r\n--b--\r\n";

#[tokio::test]
async fn a_history_has_mail_and_bounce_and_its_words_are_forgotten() {
    on_both(async |mut world: World| {
        let _sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 2).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        one_run(&world).await;
        let outcome = take(world.desk(), REPORT.as_bytes(), Source::File)
            .await
            .unwrap();
        assert!(
            matches!(outcome, Outcome::Bounces { hard: 1, .. }),
            "{outcome:?}"
        );
        let events = history::of(world.desk(), "c0@desk0.example").await.unwrap();
        let told: Vec<_> = events
            .iter()
            .map(|event| (event.what, event.release.as_str()))
            .collect();
        assert_eq!(
            told,
            [("added", ""), ("mail", "plant"), ("bounce", "plant")]
        );
        assert_eq!(
            history::of(world.desk(), "c1@desk1.example")
                .await
                .unwrap()
                .len(),
            2
        );

        let words = "SELECT COUNT(*) AS value FROM bounce WHERE diagnostic IS NOT NULL";
        one_run(&world).await;
        assert_eq!(world.number(words, vec![]).await, 1);
        world
            .desk()
            .clock
            .sleep(std::time::Duration::from_hours(24 * 91))
            .await;
        one_run(&world).await;
        assert_eq!(world.number(words, vec![]).await, 0);
        let still = "SELECT COUNT(*) AS value FROM bounce WHERE class = 'hard'";
        assert_eq!(
            world.number(still, vec![]).await,
            1,
            "that it came back is not forgotten"
        );
    })
    .await;
}
