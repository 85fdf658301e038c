//! A claim is a run's only as long as its fence says so: what was settled meanwhile, a late word of that
//! run changes nothing of.

use dateline::desk::distribution::schedule::Start;
use dateline::store::claim::{self, Claimed, Share};
use dateline::store::connection::{begin_write, commit};
use dateline::store::delivery::{self, Lease, Recorded, Verdict};
use dateline::store::run;

use crate::newsdesk::{approved, contacts, scheduled};
use crate::world::{World, on_both};

async fn claimed(world: &World, run_id: i64, begin: bool) -> Vec<Claimed> {
    let ids = "SELECT CAST(id AS TEXT) AS value FROM distribution";
    let id = world.texts(ids, vec![]).await[0].parse().unwrap();
    let transaction = begin_write(world.desk().store.db()).await.unwrap();
    let share = Share::default();
    let rows = claim::due(&transaction, id, 10, &share, begin, lease(world, run_id)).await;
    commit(transaction).await.unwrap();
    rows.unwrap()
}

fn lease(world: &World, run_id: i64) -> Lease {
    let now = world.desk().now();
    Lease {
        run_id,
        now,
        until: now.plus(std::time::Duration::from_mins(2)),
    }
}

async fn entered(world: &World) -> i64 {
    let (desk, db) = (world.desk(), world.desk().store.db());
    run::begin(db, "elsewhere", 1, desk.now()).await.unwrap()
}

/// Everything a run can say of a row; none of it may count.
async fn nothing_counts(world: &World, run_id: i64, row: &Claimed) {
    let db = world.desk().store.db();
    let now = world.desk().now();
    let before = stands(world).await;
    let sent = Verdict {
        status: "sent",
        code: Some(250),
        step: "dot",
        ..Verdict::default()
    };
    let late = [Recorded {
        id: row.id,
        fence: row.fence,
        verdict: &sent,
    }];
    let counted = delivery::record(db, run_id, now, &late).await.unwrap();
    assert!(counted.is_empty(), "{counted:?}");
    let begun = delivery::start(db, row.id, row.fence, lease(world, run_id)).await;
    assert!(!begun.unwrap());
    delivery::release(db, row.id, row.fence, run_id, now)
        .await
        .unwrap();
    let out = delivery::suppress_claimed(db, row.id, row.fence, now, "opted-out").await;
    assert!(!out.unwrap());
    assert_eq!(stands(world).await, before);
}

async fn stands(world: &World) -> Vec<String> {
    let row = "SELECT status || ' ' || stage || ' ' || CAST(COALESCE(run_id, 0) AS TEXT) || ' ' || CAST(fence AS TEXT) || ' ' \
               || CAST(attempts AS TEXT) || ' ' || COALESCE(reason, '') AS value FROM delivery";
    world.texts(row, vec![]).await
}

async fn one_row(world: &World) {
    contacts(world, 1).await;
    approved(world, "plant", "").await;
    scheduled(world, "plant", Start::Now).await;
}

#[tokio::test]
async fn what_another_run_has_by_now_is_not_a_dead_ones_to_record() {
    on_both(async |world: World| {
        one_row(&world).await;
        let (first, second) = (entered(&world).await, entered(&world).await);
        let old = claimed(&world, first, false).await.remove(0);
        let now = world.desk().now();
        let settled = delivery::settle(world.desk().store.db(), first, now, None).await;
        assert_eq!(settled.unwrap().requeued, 1);
        nothing_counts(&world, first, &old).await;
        let new = claimed(&world, second, false).await.remove(0);
        assert!(new.fence > old.fence);
        nothing_counts(&world, first, &old).await;
        // Nor the second one's name on the first one's fence.
        nothing_counts(&world, second, &old).await;
        let db = world.desk().store.db();
        let begun = delivery::start(db, new.id, new.fence, lease(&world, second)).await;
        assert!(begun.unwrap(), "whose it is may begin");
    })
    .await;
}

#[tokio::test]
async fn what_was_called_unknown_stays_unknown() {
    on_both(async |world: World| {
        one_row(&world).await;
        let first = entered(&world).await;
        let old = claimed(&world, first, true).await.remove(0);
        let now = world.desk().now();
        let settled = delivery::settle(world.desk().store.db(), first, now, None).await;
        assert_eq!(settled.unwrap().unknown, 1);
        nothing_counts(&world, first, &old).await;
    })
    .await;
}

/// On PostgreSQL a run's life is a lock that its session holds: a stranger settles nothing of it.
#[tokio::test]
async fn a_living_run_is_not_settled() {
    on_both(async |world: World| {
        if world.desk().store.is_sqlite() {
            // Whoever holds the lock file there is the only one.
            return;
        }
        one_row(&world).await;
        let first = entered(&world).await;
        let alive = begin_write(world.desk().store.db()).await.unwrap();
        run::hold_alive(&alive, first).await.unwrap();
        claimed(&world, first, true).await;
        let other = world.second_desk().await;
        assert!(!run::is_dead(other.store.db(), first).await.unwrap());
        crate::newsdesk::one_run(&world).await;
        assert!(stands(&world).await[0].starts_with("sending started"));
        drop(alive);
        // The session may take a moment to end.
        for _ in 0..500 {
            if run::is_dead(other.store.db(), first).await.unwrap() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        crate::newsdesk::one_run(&world).await;
        assert!(
            stands(&world).await[0].starts_with("unknown"),
            "{:?}",
            stands(&world).await
        );
    })
    .await;
}
