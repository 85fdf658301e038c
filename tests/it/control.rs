//! A person's hand counts: stop, pause, resume, cancel and unschedule, in every state.

use std::time::Duration;

use dateline::desk::distribution::control;
use dateline::desk::distribution::schedule::Start;
use dateline::desk::opening::adopt;
use dateline::desk::problem::{Exit, Problem};
use dateline::desk::release::approve::approve;
use dateline::desk::release::report;
use dateline::desk::release::show;
use dateline::desk::release::write;
use dateline::desk::run::run;
use dateline::desk::{journal, status};
use dateline::domain::delivery::Status as Delivering;
use dateline::domain::distribution::Status;
use dateline::domain::release::Status as Standing;
use dateline::mail::sink::faults::{Act, Faults, Step, When};

use crate::newsdesk::{
    approved, catcher, contacts, draft, one_run, options, recipients, scheduled,
};
use crate::world::{World, on_both};

const LATER: &str = "2026-11-02 12:00 UTC";
const HOUR: Duration = Duration::from_hours(1);

/// What `release show` says of the only distribution.
async fn stands(world: &World) -> (Standing, Status, Option<String>) {
    let shown = show::show(world.desk(), "plant").await.unwrap();
    let one = &shown.distributions[0];
    (shown.status, one.status, one.reason.clone())
}

fn refused(problem: &Problem, exit: Exit, code: &str) {
    assert_eq!((problem.exit, problem.code), (exit, code), "{problem}");
    assert!(problem.hint.is_some(), "{problem} says what to do");
}

async fn planned(world: &World) {
    contacts(world, 5).await;
    approved(world, "plant", "").await;
    scheduled(world, "plant", Start::At(LATER.to_owned())).await;
}

#[tokio::test]
async fn a_stopped_desk_sends_nothing_and_a_started_one_everything() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 5).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        let desk = world.desk();
        let stopped = control::stop(desk, "wrong figures").await.unwrap();
        assert!(stopped.stopped && stopped.changed);
        let again = control::stop(desk, "me too").await.unwrap();
        assert!(!again.changed);
        assert_eq!(again.reason.as_deref(), Some("wrong figures"));
        assert_eq!(one_run(&world).await.counts.claimed, 0);
        assert!(sink.mails().is_empty());
        let state = status::status(desk).await.unwrap();
        assert_eq!(state.next, "dateline start");
        assert!(control::start(desk).await.unwrap().changed);
        assert!(!control::start(desk).await.unwrap().changed);
        assert_eq!(one_run(&world).await.counts.sent, 5);
        assert_eq!(recipients(&sink).len(), 5);
        assert!(journal::verify(desk).await.unwrap().ok);
    })
    .await;
}

#[tokio::test]
async fn paused_mail_waits_until_it_is_resumed() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        planned(&world).await;
        let desk = world.desk();
        let paused = control::pause(desk, "plant", None).await.unwrap();
        assert_eq!(paused.distributions[0].waiting, 5);
        assert_eq!(
            stands(&world).await,
            (Standing::Scheduled, Status::Paused, None)
        );
        refused(
            &control::pause(desk, "plant", None).await.unwrap_err(),
            Exit::Forbidden,
            "wrong-state",
        );
        desk.clock.sleep(3 * HOUR).await;
        assert_eq!(one_run(&world).await.counts.claimed, 0);
        control::resume(desk, "plant", None, false).await.unwrap();
        refused(
            &control::resume(desk, "plant", None, false)
                .await
                .unwrap_err(),
            Exit::Forbidden,
            "wrong-state",
        );
        assert_eq!(one_run(&world).await.counts.sent, 5);
        assert_eq!(recipients(&sink).len(), 5);
        assert_eq!(
            stands(&world).await,
            (Standing::Distributed, Status::Finished, None)
        );
        refused(
            &control::cancel(desk, "plant", None).await.unwrap_err(),
            Exit::Forbidden,
            "wrong-state",
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_late_goes_only_with_late() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        planned(&world).await;
        let desk = world.desk();
        desk.clock.sleep(6 * HOUR).await;
        assert_eq!(one_run(&world).await.counts.claimed, 0);
        let missed = Some("missed".to_owned());
        assert_eq!(
            stands(&world).await,
            (Standing::Scheduled, Status::Blocked, missed)
        );
        let state = status::status(desk).await.unwrap();
        assert_eq!(state.next, "dateline release resume plant --late");
        assert_eq!(state.blocked.len(), 1);
        let complaint = status::check(&state, desk.now(), HOUR).unwrap_err();
        refused(&complaint, Exit::Found, "needs-attention");
        assert!(complaint.message.contains("missed"), "{complaint}");
        refused(
            &control::resume(desk, "plant", None, false)
                .await
                .unwrap_err(),
            Exit::Forbidden,
            "missed",
        );
        control::resume(desk, "plant", None, true).await.unwrap();
        assert_eq!(one_run(&world).await.counts.sent, 5);
        assert_eq!(recipients(&sink).len(), 5);
    })
    .await;
}

#[tokio::test]
async fn an_edit_blocks_until_the_new_version_is_approved() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        planned(&world).await;
        let desk = world.desk();
        let text =
            "+++\nslug = \"plant\"\nheadline = \"A tidal plant opens at last\"\n+++\nIt opens.\n";
        let path = world.file("plant.md", text);
        write::edit(desk, "plant", &path).await.unwrap();
        let waits = Some("unapproved".to_owned());
        assert_eq!(stands(&world).await.2, waits);
        refused(
            &control::resume(desk, "plant", None, true)
                .await
                .unwrap_err(),
            Exit::Forbidden,
            "not-approved",
        );
        approve(desk, "plant", None).await.unwrap();
        desk.clock.sleep(3 * HOUR).await;
        assert_eq!(one_run(&world).await.counts.sent, 5);
        let mails = sink.mails();
        let all_new = mails
            .iter()
            .all(|mail| String::from_utf8_lossy(&mail.bytes).contains("opens at last"));
        assert!(all_new && mails.len() == 5);
    })
    .await;
}

#[tokio::test]
async fn one_more_name_changes_nothing_that_is_scheduled() {
    on_both(|mut world| async move {
        let _sink = catcher(&mut world, Faults::default()).await;
        planned(&world).await;
        let mut second = world.desk().clone();
        second.actor = "bo".to_owned();
        approve(&second, "plant", None).await.unwrap();
        assert_eq!(
            stands(&world).await,
            (Standing::Scheduled, Status::Scheduled, None)
        );
        let shown = show::show(world.desk(), "plant").await.unwrap();
        assert_eq!((shown.approved_by, shown.needed), (2, 1));
    })
    .await;
}

#[tokio::test]
async fn what_is_unscheduled_is_as_if_it_had_not_been() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        planned(&world).await;
        let desk = world.desk();
        let id = show::show(desk, "plant").await.unwrap().distributions[0].id;
        refused(
            &control::unschedule(desk, "plant", Some(id + 7))
                .await
                .unwrap_err(),
            Exit::Usage,
            "no-distribution",
        );
        let done = control::unschedule(desk, "plant", Some(id)).await.unwrap();
        assert_eq!(done.status, Standing::Approved);
        assert_eq!(done.distributions[0].canceled, 5);
        desk.clock.sleep(3 * HOUR).await;
        assert_eq!(one_run(&world).await.counts.claimed, 0);
        let again = scheduled(&world, "plant", Start::Now).await;
        assert_eq!(again.recipients, 5);
        assert_eq!(one_run(&world).await.counts.sent, 5);
        assert_eq!(recipients(&sink).len(), 5);
    })
    .await;
}

#[tokio::test]
async fn what_has_begun_can_be_canceled_but_not_unscheduled() {
    on_both(|mut world| async move {
        let greylisting = b"450 4.7.1 later\r\n".to_vec();
        let faults = Faults::default().with(
            Step::Rcpt,
            When::Domain("desk3.example".to_owned()),
            Act::Reply(greylisting),
        );
        let sink = catcher(&mut world, faults).await;
        contacts(&world, 10).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        assert_eq!(one_run(&world).await.counts.sent, 9);
        let desk = world.desk();
        refused(
            &control::unschedule(desk, "plant", None).await.unwrap_err(),
            Exit::Forbidden,
            "already-begun",
        );
        let paused = control::pause(desk, "plant", None).await.unwrap();
        assert_eq!(
            (
                paused.distributions[0].sent,
                paused.distributions[0].waiting
            ),
            (9, 1)
        );
        let resumed = control::resume(desk, "plant", None, false).await.unwrap();
        assert_eq!(resumed.distributions[0].status, Status::Running);
        let canceled = control::cancel(desk, "plant", None).await.unwrap();
        assert_eq!(canceled.status, Standing::Distributed);
        assert_eq!(canceled.distributions[0].canceled, 1);
        desk.clock.sleep(HOUR).await;
        assert_eq!(one_run(&world).await.counts.claimed, 0);
        assert_eq!(recipients(&sink).len(), 9);

        let report = report::report(desk, "plant").await.unwrap();
        let one = &report.distributions[0];
        assert_eq!(
            (one.count(Delivering::Sent), one.count(Delivering::Canceled)),
            (9, 1)
        );
        assert!(one.first_sent_at.is_some() && one.first_sent_at <= one.last_sent_at);
        assert_eq!(report.not_sent.len(), 1);
        assert_eq!(report.not_sent[0].reason, "canceled");
        let greylisted = one
            .replies
            .iter()
            .find(|reply| reply.code == Some(450))
            .unwrap();
        assert_eq!(
            (greylisted.count, greylisted.example.as_str()),
            (1, "later")
        );
        let ledger = report::recipients(desk, "plant", None, None).await.unwrap();
        assert_eq!(ledger.len(), 10);
        assert!(ledger.iter().all(|line| line.list == "tech"));
        // Those who have it do not get it again; the one who was canceled does.
        let again = scheduled(&world, "plant", Start::Now).await;
        assert_eq!(again.recipients, 1);
    })
    .await;
}

#[tokio::test]
async fn a_rehearsal_leaves_the_release_as_it_was() {
    on_both(|mut world| async move {
        let folder = world.folder().join("outbox");
        world.set(|config| {
            config.smtp.transport = dateline::config::keys::smtp::Transport::Files;
            config.smtp.folder = folder;
        });
        planned(&world).await;
        let desk = world.desk();
        assert_eq!(stands(&world).await.0, Standing::Approved);
        let done = control::cancel(desk, "plant", None).await.unwrap();
        assert!(done.distributions[0].rehearsal);
        assert_eq!(done.status, Standing::Approved);
    })
    .await;
}

#[tokio::test]
async fn a_rehearsal_does_not_become_the_real_thing() {
    on_both(|mut world| async move {
        world.set(|config| {
            config.smtp.transport = dateline::config::keys::smtp::Transport::Files;
        });
        planned(&world).await;
        control::pause(world.desk(), "plant", None).await.unwrap();
        world.set(|config| {
            config.smtp.transport = dateline::config::keys::smtp::Transport::Smtp;
        });
        let refusal = control::resume(world.desk(), "plant", None, true).await;
        refused(&refusal.unwrap_err(), Exit::Forbidden, "transport");
    })
    .await;
}

#[tokio::test]
async fn a_copied_database_sends_nothing_until_it_is_adopted() {
    on_both(|mut world| async move {
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 5).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        let desk = world.desk();
        assert!(adopt::is_home(desk).await.unwrap());
        assert!(!adopt::adopt(desk).await.unwrap().changed);
        world
            .run("UPDATE desk SET place_fingerprint = 'elsewhere'", vec![])
            .await;
        assert!(!adopt::is_home(desk).await.unwrap());
        let stays = run(desk, &options()).await.unwrap_err();
        refused(&stays, Exit::Forbidden, "copied-database");
        let state = status::status(desk).await.unwrap();
        assert_eq!(state.next, "dateline db adopt");
        control::pause(desk, "plant", None).await.unwrap();
        let refusal = control::resume(desk, "plant", None, false).await;
        refused(&refusal.unwrap_err(), Exit::Forbidden, "copied-database");
        assert!(adopt::adopt(desk).await.unwrap().changed);
        control::resume(desk, "plant", None, false).await.unwrap();
        assert_eq!(one_run(&world).await.counts.sent, 5);
        assert_eq!(recipients(&sink).len(), 5);
    })
    .await;
}

#[tokio::test]
async fn the_next_step_is_always_a_command() {
    on_both(|mut world| async move {
        let _sink = catcher(&mut world, Faults::default()).await;
        let next = async |world: &World| status::status(world.desk()).await.unwrap().next;
        assert!(next(&world).await.starts_with("dateline contact import"));
        contacts(&world, 2).await;
        assert_eq!(next(&world).await, "dateline release new FILE.md");
        draft(&world, "plant", "").await;
        assert_eq!(next(&world).await, "dateline release approve plant");
        approve(world.desk(), "plant", None).await.unwrap();
        assert_eq!(
            next(&world).await,
            "dateline release schedule plant --list LIST --at TIME"
        );
        scheduled(&world, "plant", Start::Now).await;
        assert_eq!(next(&world).await, "dateline run");
        one_run(&world).await;
        assert_eq!(next(&world).await, "dateline release new FILE.md");
        let state = status::status(world.desk()).await.unwrap();
        assert_eq!(
            status::complaints(&state, world.desk().now(), HOUR),
            Vec::<String>::new()
        );
        world.desk().clock.sleep(2 * HOUR).await;
        assert_eq!(
            status::complaints(&state, world.desk().now(), HOUR).len(),
            1
        );
    })
    .await;
}
