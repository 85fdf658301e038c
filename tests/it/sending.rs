//! The walking skeleton: import, write, approve, schedule, run, and what each recipient gets.

use dateline::desk::distribution::schedule::Start;
use dateline::domain::instant::Instant;
use dateline::mail::sink::faults::Faults;

use crate::newsdesk::{approved, catcher, contacts, one_run, recipients, scheduled};
use crate::world::on_both;

fn at(text: &str) -> Instant {
    Instant::from_timestamp_down(text.parse().unwrap())
}

#[tokio::test]
async fn everybody_gets_one_mail_and_the_ledger_says_so() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 25).await;
        approved(&world, "plant", "").await;
        let done = scheduled(&world, "plant", Start::Now).await;
        assert_eq!((done.recipients, done.rehearsal), (25, false));
        let report = one_run(&world).await;
        assert_eq!((report.counts.sent, report.counts.claimed), (25, 25));
        let got = recipients(&sink);
        let mut once = got.clone();
        once.dedup();
        assert_eq!((got.len(), once.len()), (25, 25));
        let sent = "SELECT COUNT(*) AS value FROM delivery WHERE status = 'sent' AND code = 250 AND attempts = 1 AND stage = 'none'";
        assert_eq!(world.number(sent, vec![]).await, 25);
        assert_eq!(world.number("SELECT COUNT(*) AS value FROM distribution WHERE status = 'finished'", vec![]).await, 1);
        assert_eq!(world.number("SELECT COUNT(*) AS value FROM release WHERE status = 'distributed'", vec![]).await, 1);
        // A second run has nothing to do, and leaves no row.
        let again = one_run(&world).await;
        assert_eq!(again.counts.claimed, 0);
        assert_eq!(world.number("SELECT COUNT(*) AS value FROM run", vec![]).await, 1);
        assert_eq!(sink.mails().len(), 25);
    })
    .await;
}

#[tokio::test]
async fn an_instant_within_the_look_ahead_is_met_and_never_early() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 3).await;
        approved(
            &world,
            "plant",
            "embargo = \"2026-11-02 02:00:30 America/Vancouver\"",
        )
        .await;
        let done = scheduled(&world, "plant", Start::AtLift).await;
        assert!(done.follows_embargo);
        let lift = at("2026-11-02T09:00:30Z");
        assert_eq!(done.moment.instant, lift);
        let report = one_run(&world).await;
        assert_eq!(report.counts.sent, 3);
        assert_eq!(sink.mails().len(), 3);
        let early =
            "SELECT COUNT(*) AS value FROM delivery WHERE first_attempt_at < $1 OR sent_at < $1";
        assert_eq!(world.number(early, vec![lift.millis().into()]).await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_due_later_is_left_alone() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 3).await;
        approved(&world, "plant", "").await;
        scheduled(
            &world,
            "plant",
            Start::At("2026-11-02 09:02 UTC".to_owned()),
        )
        .await;
        let report = one_run(&world).await;
        assert_eq!(report.counts.claimed, 0);
        assert_eq!(report.next_due_at, Some(at("2026-11-02T09:02:00Z")));
        assert!(sink.mails().is_empty());
        assert_eq!(
            world
                .number("SELECT COUNT(*) AS value FROM run", vec![])
                .await,
            0
        );
    })
    .await;
}
