//! A run that is there at the instant sends at it, whatever happens in the seconds before.

use std::time::Duration;

use dateline::desk::distribution::schedule::Start;
use dateline::mail::sink::faults::Faults;
use dateline::store::connection::{begin_write, commit};
use dateline::store::desk_row;

use crate::newsdesk::{approved, catcher, contacts, one_run, recipients, scheduled};
use crate::world::{World, on_both};

#[tokio::test]
async fn what_was_made_ready_and_changed_since_goes_with_the_same_run() {
    on_both(async |mut world: World| {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 3).await;
        approved(&world, "plant", "").await;
        let done = scheduled(
            &world,
            "plant",
            Start::At("2026-11-02 09:30:00 UTC".to_owned()),
        )
        .await;
        let at = done.moment.instant;
        let clock = &world.desk().clock;
        clock.set(at.minus(Duration::from_secs(6)));
        // Somebody opts out, lifts, stops and starts: the run has to examine anew what it had ready.
        let other = world.second_desk().await;
        let meanwhile = async {
            while clock.now() < at.minus(Duration::from_secs(2)) {
                tokio::task::yield_now().await;
            }
            let transaction = begin_write(other.store.db()).await.unwrap();
            desk_row::touch(&transaction).await.unwrap();
            commit(transaction).await.unwrap();
        };
        let (report, ()) = tokio::join!(one_run(&world), meanwhile);
        assert_eq!(
            report.counts.sent, 3,
            "left to the next run, a minute later"
        );
        assert_eq!(recipients(&sink).len(), 3);
    })
    .await;
}
