//! No means no, also for mail that waits: what has not begun is taken out of the queue.

use dateline::desk::Desk;
use dateline::desk::people::opt_out::{self, Reach};
use dateline::store::desk_row;

use crate::world::{World, on_both};

const ACTIVE: &str = "Email,Name\nada@example.com,Ada\nbo@example.org,Bo\n";

async fn no(desk: &Desk, text: &str) -> opt_out::OptOutReport {
    opt_out::add(desk, text, &Reach::Everything, "", "person")
        .await
        .unwrap()
}

/// One distribution with a delivery per status to one contact's address; answers with its id.
async fn deliveries(world: &World, email: &str) {
    let statements = [
        "INSERT INTO release (id, slug, public_id, status, created_at) VALUES (1, 'r', 'r', 'scheduled', 0)",
        "INSERT INTO release_version (id, release_id, number, kind, content_format, content_hash, by, at) VALUES (1, 1, 1, 'release', 1, '', '', 0)",
    ];
    for statement in statements {
        world.run(statement, vec![]).await;
    }
    let rows = [
        ("queued", "none", Some(1)),
        ("deferred", "none", Some(1)),
        ("sending", "claimed", None),
        ("sending", "started", None),
        ("sent", "none", None),
        ("unknown", "none", None),
    ];
    for (id, (status, stage, due)) in (1_i64..).zip(rows) {
        let distribution = "INSERT INTO distribution (id, release_id, version_id, purpose, rehearsal, status, follows_embargo, civil, zone, send_at, tzdata, from_header, reply_to, nonce, message_domain, by, created_at) \
             VALUES ($1, 1, 1, 'general', TRUE, 'running', FALSE, '', '', 0, '', '', '', '', '', '', 0)";
        world.run(distribution, vec![id.into()]).await;
        let lease = (stage != "none").then_some(5_i64);
        let delivery = "INSERT INTO delivery (distribution_id, version_id, purpose, round, rehearsal, contact_id, address, address_hash, domain, domain_hash, language, position, live, status, stage, due_at, lease_until) \
             SELECT $1, 1, 'general', 0, TRUE, id, email, address_hash, domain, domain_hash, 'en', 0, FALSE, $2, $3, $4, $5 FROM contact WHERE email_key = $6";
        let due: Option<i64> = due;
        let values = vec![
            id.into(),
            status.into(),
            stage.into(),
            due.into(),
            lease.into(),
            email.into(),
        ];
        assert_eq!(world.run(delivery, values).await, 1);
    }
}

const LEDGER: &str = "SELECT status || '/' || COALESCE(reason, '') || '/' || stage AS value FROM delivery ORDER BY id";

#[tokio::test]
async fn an_opt_out_takes_out_of_the_queue_what_has_not_begun() {
    for target in ["ada@example.com", "a.byrne@example.net", "@example.com"] {
        on_both(async |world| {
            world
                .import("Email,Name,E-mail 2\nada@example.com,Ada,a.byrne@example.net\n")
                .await;
            deliveries(&world, "ada@example.com").await;
            let db = world.desk().store.db();
            let before = desk_row::read(db).await.unwrap().unwrap().change_seq;
            let report = no(world.desk(), target).await;
            assert_eq!(report.withdrawn, 3, "{target}");
            let gone = "suppressed/opted-out/none";
            assert_eq!(
                world.texts(LEDGER, vec![]).await,
                [
                    gone,
                    gone,
                    gone,
                    "sending//started",
                    "sent//none",
                    "unknown//none"
                ]
            );
            let after = desk_row::read(db).await.unwrap().unwrap().change_seq;
            assert!(after > before, "a running run has to notice");
        })
        .await;
    }
}

#[tokio::test]
async fn a_no_in_a_file_takes_out_of_the_queue_too() {
    on_both(async |world| {
        world.import(ACTIVE).await;
        deliveries(&world, "ada@example.com").await;
        world
            .import("Email,Unsubscribed\nbo@example.org,yes\n")
            .await;
        assert!(
            !world
                .texts(LEDGER, vec![])
                .await
                .contains(&"suppressed/opted-out/none".to_owned())
        );
        world
            .import("Email,Unsubscribed\nada@example.com,yes\n")
            .await;
        let suppressed =
            "SELECT COUNT(*) AS value FROM delivery WHERE reason = 'opted-out' AND due_at IS NULL";
        assert_eq!(world.number(suppressed, vec![]).await, 3);
    })
    .await;
}
