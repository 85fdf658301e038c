//! When mail is tried again, when it is let go at all, and how much of a limit is used.

use std::time::Duration;

use dateline::desk::distribution::control;
use dateline::desk::distribution::schedule::Start;
use dateline::mail::sink::faults::{Act, Faults, Step, When};

use crate::newsdesk::{approved, catcher, contacts, one_run, recipients, scheduled};
use crate::world::{World, on_both};

const PEOPLE: usize = 20;

async fn numbers(world: &World, sql: &str) -> Vec<i64> {
    let texts = world.texts(sql, vec![]).await;
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// 5, 15, 30 minutes, 1, 2, 4, 4 … hours, each a fifth more or less, and nothing after a day.
#[tokio::test]
async fn each_try_waits_as_planned_and_a_day_is_the_end() {
    on_both(|mut world| async move {
        let full = Act::Reply(b"450 4.2.2 over quota\r\n".to_vec());
        let _sink = catcher(&mut world, Faults::default().with(Step::BeforeTaking, When::Always, full)).await;
        contacts(&world, PEOPLE).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        let began = world.desk().now();
        let due = "SELECT CAST(due_at AS TEXT) AS value FROM delivery WHERE due_at IS NOT NULL ORDER BY id";
        let mut tries = 0;
        for minutes in [5_i64, 15, 30, 60, 120, 240, 240, 240, 240] {
            one_run(&world).await;
            let now = world.desk().now().millis();
            let rows = numbers(&world, due).await;
            if rows.is_empty() {
                break;
            }
            tries += 1;
            let plan = minutes * 60_000;
            let waits: Vec<i64> = rows.iter().map(|at| at - now).collect();
            for wait in &waits {
                assert!((plan * 8 / 10..=plan * 12 / 10).contains(wait), "{wait} for {minutes} min");
                assert!(now + wait <= began.millis() + 86_400_000, "after a day");
            }
            let spread = waits.iter().max().unwrap() - waits.iter().min().unwrap();
            assert!(rows.len() < 5 || spread > plan / 20, "they would all come back at once");
            let all = numbers(&world, due).await;
            world.desk().clock.set(dateline::domain::instant::Instant::from_millis(*all.iter().max().unwrap()));
        }
        assert!(tries >= 7, "{tries}");
        for _ in 0..3 {
            world.desk().clock.set(world.desk().now().plus(Duration::from_hours(5)));
            one_run(&world).await;
        }
        let given_up = "SELECT COUNT(*) AS value FROM delivery WHERE status = 'failed' AND reason = 'gave-up'";
        assert_eq!(world.number(given_up, vec![]).await, i64::try_from(PEOPLE).unwrap());
    })
    .await;
}

/// `--now` leaves the time in which it can be taken back.
#[tokio::test]
async fn now_is_after_the_cooling_off() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        world.set(|config| config.run.cooling_off = Duration::from_mins(2));
        contacts(&world, 2).await;
        approved(&world, "plant", "").await;
        let asked = world.desk().now();
        for takes_back in [true, false] {
            scheduled(&world, "plant", Start::Now).await;
            assert_eq!(one_run(&world).await.counts.claimed, 0);
            world.desk().clock.set(asked.plus(Duration::from_secs(45)));
            one_run(&world).await;
            assert!(recipients(&sink).is_empty(), "it can still be taken back");
            if takes_back {
                control::unschedule(world.desk(), "plant", None)
                    .await
                    .unwrap();
            }
        }
        // The second time was asked for 45 seconds after the first.
        world.desk().clock.set(asked.plus(Duration::from_secs(100)));
        one_run(&world).await;
        let sent = numbers(
            &world,
            "SELECT CAST(sent_at AS TEXT) AS value FROM delivery WHERE status = 'sent'",
        )
        .await;
        assert_eq!(sent.len(), 2);
        for at in sent {
            assert!(at >= asked.plus(Duration::from_secs(165)).millis());
        }
    })
    .await;
}

/// Never more than a limit in any window is `limits`' matter; here, that no room is left unused.
#[tokio::test]
async fn what_a_limit_allows_is_used() {
    type Limit = fn(&mut dateline::config::Config);
    let cases: [(Limit, i64, i64); 2] = [
        (|config| config.limits.per_second = Some(40), 40, 1_000),
        (|config| config.limits.per_minute = Some(100), 100, 60_000),
    ];
    for (limit, per_window, window) in cases {
        on_both(|mut world| async move {
            let _sink = catcher(&mut world, Faults::default()).await;
            world.set(limit);
            world.set(|config| config.smtp.connections = 4);
            contacts(&world, 400).await;
            approved(&world, "plant", "").await;
            scheduled(&world, "plant", Start::Now).await;
            assert_eq!(one_run(&world).await.counts.sent, 400);
            let sql = "SELECT CAST(sent_at AS TEXT) AS value FROM delivery ORDER BY sent_at";
            let times = numbers(&world, sql).await;
            let took = times[399] - times[0];
            // All that is possible, and a twentieth.
            let best = (400 / per_window - 1) * window;
            assert!(took >= best, "{took} ms, more than the limit");
            assert!(took * 95 <= best * 100, "{took} ms for what takes {best}");
        })
        .await;
    }
}
