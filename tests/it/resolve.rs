//! What is over is not over for a person: unknown mail is sent again or taken as sent, refused mail
//! is tried once more, and nothing of it happens by itself.

use std::collections::BTreeSet;

use dateline::config::keys::smtp::Transport;
use dateline::desk::distribution::control;
use dateline::desk::distribution::resolve::{Decision, outlook, resolve};
use dateline::desk::distribution::schedule::Start;
use dateline::desk::journal;
use dateline::desk::people::contacts::archive;
use dateline::desk::problem::Exit;
use dateline::desk::release::show;
use dateline::domain::distribution::Status;
use dateline::domain::release::Status as Standing;
use dateline::mail::sink::Sink;
use dateline::mail::sink::faults::{Act, Faults, Step, When};

use crate::newsdesk::{approved, catcher, contacts, one_run, recipients, scheduled};
use crate::world::{World, on_both};

/// One recipient's mail is taken, and the server dies before it says so.
async fn one_unknown(world: &mut World) -> Sink {
    let faults = Faults::default().with(Step::AfterTaking, When::Once, Act::Vanish);
    sent_with(world, faults).await
}

async fn sent_with(world: &mut World, faults: Faults) -> Sink {
    let sink = catcher(world, faults).await;
    contacts(world, 5).await;
    approved(world, "plant", "").await;
    scheduled(world, "plant", Start::Now).await;
    one_run(world).await;
    sink
}

async fn rows(world: &World, status: &str) -> i64 {
    let sql = "SELECT COUNT(*) AS value FROM delivery WHERE status = $1";
    world.number(sql, vec![status.into()]).await
}

async fn stands(world: &World) -> (Standing, Status) {
    let shown = show::show(world.desk(), "plant").await.unwrap();
    (shown.status, shown.distributions[0].status)
}

#[tokio::test]
async fn nothing_unknown_is_sent_again_by_itself() {
    on_both(|mut world| async move {
        let sink = one_unknown(&mut world).await;
        assert_eq!((rows(&world, "unknown").await, sink.mails().len()), (1, 5));
        for _ in 0..3 {
            assert_eq!(one_run(&world).await.counts.claimed, 0);
        }
        assert_eq!(sink.mails().len(), 5);
    })
    .await;
}

#[tokio::test]
async fn resent_mail_is_the_same_to_the_byte() {
    on_both(|mut world| async move {
        let sink = one_unknown(&mut world).await;
        assert_eq!(
            stands(&world).await,
            (Standing::Distributed, Status::Finished)
        );
        let desk = world.desk();
        let looked = outlook(desk, "plant", None, Decision::Resend)
            .await
            .unwrap();
        assert_eq!(looked.mails, 1);
        // A day later: the mail still says when it was first sent.
        desk.clock.sleep(std::time::Duration::from_hours(24)).await;
        let done = resolve(desk, "plant", None, Decision::Resend)
            .await
            .unwrap();
        let one = &done.distributions[0];
        assert_eq!((one.changed, one.now.waiting, one.now.unknown), (1, 1, 0));
        assert_eq!(stands(&world).await, (Standing::Scheduled, Status::Running));
        assert_eq!(one_run(&world).await.counts.sent, 1);
        assert_eq!(
            stands(&world).await,
            (Standing::Distributed, Status::Finished)
        );
        let mails = sink.mails();
        assert_eq!(mails.len(), 6);
        let again = &mails[5];
        let first = mails.iter().find(|mail| mail.to == again.to).unwrap();
        assert!(first.bytes == again.bytes, "the second mail differs");
        let history = "SELECT COUNT(*) AS value FROM attempt WHERE stage = 'unknown'";
        assert_eq!(world.number(history, vec![]).await, 1);
        // Nothing is left to decide, and deciding again does nothing.
        let again = resolve(desk, "plant", None, Decision::Resend)
            .await
            .unwrap();
        assert!(again.distributions.is_empty());
        assert_eq!(one_run(&world).await.counts.claimed, 0);
        assert!(journal::verify(desk).await.unwrap().ok);
    })
    .await;
}

#[tokio::test]
async fn accepted_mail_counts_as_sent_and_is_not_sent_again() {
    on_both(|mut world| async move {
        let sink = one_unknown(&mut world).await;
        let desk = world.desk();
        let done = resolve(desk, "plant", None, Decision::Accept)
            .await
            .unwrap();
        assert_eq!(done.status, Standing::Distributed);
        assert_eq!(done.distributions[0].changed, 1);
        let accepted = "SELECT COUNT(*) AS value FROM delivery WHERE status = 'sent' AND sent_at IS NOT NULL AND reason = 'accepted-by-a-person'";
        assert_eq!(world.number(accepted, vec![]).await, 1);
        assert_eq!(rows(&world, "sent").await, 5);
        assert_eq!(one_run(&world).await.counts.claimed, 0);
        assert_eq!(sink.mails().len(), 5);
    })
    .await;
}

#[tokio::test]
async fn refused_mail_is_tried_again_but_not_to_who_bounced_or_opted_out() {
    on_both(|mut world| async move {
        let gone = "c3@desk3.example";
        let faults = Faults::default()
            .with(
                Step::Rcpt,
                When::Address("c1@desk1.example".to_owned()),
                Act::Reply(b"550 5.1.1 no such user\r\n".to_vec()),
            )
            .with(
                Step::Rcpt,
                When::Address(gone.to_owned()),
                Act::Reply(b"550 5.1.1 no such user\r\n".to_vec()),
            );
        let sink = sent_with(&mut world, faults).await;
        assert_eq!(rows(&world, "failed").await, 2);
        let away = Sink::start(sink.address(), Faults::default()).await;
        assert!(away.is_err(), "the address is taken");
        sink.stop().await;
        // The server knows them now.
        let sink = catcher(&mut world, Faults::default()).await;
        archive(world.desk(), gone).await.unwrap();
        let done = resolve(world.desk(), "plant", None, Decision::Retry)
            .await
            .unwrap();
        assert_eq!(done.distributions[0].changed, 2);
        one_run(&world).await;
        assert_eq!(recipients(&sink), ["c1@desk1.example"]);
        assert_eq!(
            (
                rows(&world, "failed").await,
                rows(&world, "suppressed").await
            ),
            (0, 1)
        );
    })
    .await;
}

#[tokio::test]
async fn what_the_rules_forbid_is_not_sent_again() {
    on_both(|mut world| async move {
        let sink = one_unknown(&mut world).await;
        // What was sent for real is not sent again as a rehearsal.
        world.set(|config| config.smtp.transport = Transport::Files);
        let desk = world.desk();
        let problem = resolve(desk, "plant", None, Decision::Resend)
            .await
            .unwrap_err();
        assert_eq!((problem.exit, problem.code), (Exit::Forbidden, "transport"));
        assert_eq!(rows(&world, "unknown").await, 1);
        let missing = resolve(desk, "plant", Some(99), Decision::Accept)
            .await
            .unwrap_err();
        assert_eq!(
            (missing.exit, missing.code),
            (Exit::Usage, "no-distribution")
        );
        // What happened can still be said.
        let done = resolve(desk, "plant", Some(1), Decision::Accept)
            .await
            .unwrap();
        assert_eq!(done.distributions[0].changed, 1);
        assert_eq!(sink.mails().len(), 5);
    })
    .await;
}

#[tokio::test]
async fn a_canceled_distribution_is_not_revived() {
    on_both(|mut world| async move {
        let faults = Faults::default()
            .with(Step::AfterTaking, When::Once, Act::Vanish)
            .with(
                Step::Rcpt,
                When::Address("c4@desk4.example".to_owned()),
                Act::Reply(b"450 4.2.1 later\r\n".to_vec()),
            );
        let sink = sent_with(&mut world, faults).await;
        let desk = world.desk();
        control::cancel(desk, "plant", None).await.unwrap();
        let problem = resolve(desk, "plant", None, Decision::Resend)
            .await
            .unwrap_err();
        assert_eq!((problem.exit, problem.code), (Exit::Forbidden, "canceled"));
        let before: BTreeSet<String> = recipients(&sink).into_iter().collect();
        one_run(&world).await;
        assert_eq!(recipients(&sink).len(), before.len());
    })
    .await;
}

/// The words, the question and the JSON.
#[tokio::test]
async fn it_asks_for_the_slug_and_tells_what_became_of_them() {
    on_both(|mut world| async move {
        let _sink = one_unknown(&mut world).await;
        let words = ["release", "resolve", "plant", "--unknown", "resend"];
        let said = world.program(&words).output().unwrap();
        assert_eq!(said.status.code(), Some(2), "nobody can be asked");
        assert_eq!(rows(&world, "unknown").await, 1);
        let words = [&words[..], &["--yes", "--json"]].concat();
        let said = world.program(&words).output().unwrap();
        // The program has the real clock; the release was approved, and no embargo holds.
        let json: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
        assert_eq!(json["decision"], "resend");
        assert_eq!(json["distributions"][0]["changed"], 1);
        assert_eq!(json["distributions"][0]["status"], "running");
        let said = world
            .program(&["release", "retry", "plant"])
            .output()
            .unwrap();
        assert_eq!(said.status.code(), Some(2), "--failed is required");
        let words = ["release", "retry", "plant", "--failed", "--json"];
        let said = world.program(&words).output().unwrap();
        assert_eq!(said.status.code(), Some(0), "nobody to ask about");
        let json: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
        assert_eq!(json["distributions"], serde_json::json!([]));
    })
    .await;
}
