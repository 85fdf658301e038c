//! No means no across databases and keys: opt-outs go out as hashes, come back after a restore, and
//! hold when the key changes.

use dateline::desk::Desk;
use dateline::desk::distribution::schedule::{Start, plan};
use dateline::desk::opening::key;
use dateline::desk::people::key_rotation::rotate;
use dateline::desk::people::opt_out::{self, Reach};
use dateline::desk::people::opt_out_export::export;
use dateline::desk::people::opt_out_import::{TakeIn, TakenInReport, take_in};
use dateline::desk::people::{contacts, lists, rights};
use dateline::desk::problem::{Exit, Problem};
use dateline::domain::suppression::SuppressionKey;
use dateline::mail::sink::faults::Faults;

use crate::newsdesk::{approved, catcher, one_run, recipients, request, scheduled};
use crate::world::{World, on_both};

const PEOPLE: &str = "Email,Name\nada@example.com,Ada\nbo@example.org,Bo\ncy@example.net,Cy\n";

/// The desk's key file on disk, as an installed desk has it.
fn with_key_file(world: &mut World) {
    let path = world.private_file("dateline.key", "07".repeat(32));
    world.set(|config| config.desk.key_file = path);
}

async fn no(desk: &Desk, text: &str) {
    opt_out::add(desk, text, &Reach::Everything, "asked", "person")
        .await
        .unwrap();
}

async fn status(desk: &Desk, who: &str) -> String {
    contacts::show(desk, who).await.unwrap().contact.status
}

async fn bring(world: &World, file: &str, key: Option<&str>) -> Result<TakenInReport, Problem> {
    let file = world.folder().join(file);
    let key = key.map(|name| world.folder().join(name));
    let asked = TakeIn {
        file: &file,
        key: key.as_deref(),
        reach: Reach::Everything,
        reason: "unsubscribed".to_owned(),
        source: "old tool".to_owned(),
        dry_run: false,
    };
    take_in(world.desk(), &asked).await
}

#[tokio::test]
async fn what_was_said_after_a_backup_comes_back_with_the_file() {
    on_both(async |mut world: World| {
        with_key_file(&mut world);
        world.import(PEOPLE).await;
        lists::create(world.desk(), "tech", "", None, None)
            .await
            .unwrap();
        no(world.desk(), "ada@example.com").await;
        no(world.desk(), "@example.org").await;
        no(world.desk(), "stranger@example.net").await;
        let by_list = Reach::List("tech".to_owned());
        opt_out::add(world.desk(), "cy@example.net", &by_list, "=cmd()", "person")
            .await
            .unwrap();
        let path = world.folder().join("optouts.csv");
        let out = export(world.desk(), &path).await.unwrap();
        assert_eq!(out.entries, 4);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!text.contains("example"), "no address is in it: {text}");
        assert!(text.contains(",'=cmd(),"), "{text}");

        // As an older backup has it: nobody has said anything yet.
        world.run("DELETE FROM suppression", vec![]).await;
        assert_eq!(status(world.desk(), "ada@example.com").await, "active");
        let report = bring(&world, "optouts.csv", None).await.unwrap();
        assert_eq!(
            (report.format, report.added, report.already),
            ("dateline", 4, 0)
        );
        assert_eq!(status(world.desk(), "ada@example.com").await, "opted-out");
        assert_eq!(status(world.desk(), "bo@example.org").await, "opted-out");
        let kept = "SELECT reason AS value FROM suppression WHERE scope = 'list'";
        assert_eq!(world.texts(kept, vec![]).await, ["=cmd()"]);
        let again = bring(&world, "optouts.csv", None).await.unwrap();
        assert_eq!((again.added, again.already), (0, 4));

        // Lifted since by a person: the old file does not say it again.
        let lift = opt_out::remove(world.desk(), "ada@example.com", &Reach::Everything, "wrote");
        lift.await.unwrap();
        let after = bring(&world, "optouts.csv", None).await.unwrap();
        assert_eq!((after.added, after.already, after.lifted), (0, 3, 1));
        assert_eq!(status(world.desk(), "ada@example.com").await, "active");

        // Its list is gone: said, and nothing else is held up.
        lists::drop(world.desk(), "tech").await.unwrap();
        world.run("DELETE FROM suppression", vec![]).await;
        let partly = bring(&world, "optouts.csv", None).await.unwrap();
        assert_eq!((partly.added, partly.rejected.len()), (3, 1));
        assert!(partly.rejected[0].reason.contains("\"tech\""));
    })
    .await;
}

#[tokio::test]
async fn a_file_of_another_key_needs_that_key_and_keeps_it() {
    on_both(async |mut world: World| {
        with_key_file(&mut world);
        world.import(PEOPLE).await;
        world.private_file("old.key", "09".repeat(32));
        let old = SuppressionKey::new(&[9; 32]).unwrap();
        let row = |address: &str| {
            format!(
                "{},address,{},everything,,asked,person,2026-01-01T00:00:00Z\n",
                old.address_hash(address),
                old.fingerprint()
            )
        };
        let head = "optout_hash,target,key,scope,of,reason,source,since\n";
        world.file(
            "old.csv",
            format!(
                "{head}{}{}",
                row("ada@example.com"),
                row("late@example.com")
            ),
        );
        let refused = bring(&world, "old.csv", None).await.unwrap_err();
        assert_eq!((refused.exit, refused.code), (Exit::Config, "foreign-key"));
        let report = bring(&world, "old.csv", Some("old.key")).await.unwrap();
        assert_eq!(report.added, 2);
        assert_eq!(status(world.desk(), "ada@example.com").await, "opted-out");
        let keys = key::read_all(&world.desk().config.desk.key_file)
            .unwrap()
            .unwrap();
        assert_eq!(keys.len(), 2);
        // Somebody nobody knew: found by the older key when they come, and by no means mailed.
        world.desk.older_keys = vec![old];
        world.import("Email\nlate@example.com\n").await;
        assert_eq!(status(world.desk(), "late@example.com").await, "opted-out");
        let older = "SELECT COUNT(*) AS value FROM suppression WHERE key_id <> $1";
        let ours = world.desk().key.fingerprint();
        assert_eq!(world.number(older, vec![ours.into()]).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_list_of_another_tool_is_taken_in_and_says_what_it_left_out() {
    on_both(async |mut world: World| {
        with_key_file(&mut world);
        world.import(PEOPLE).await;
        let list = "Name;E-Mail\nAda;ADA@example.com\n;@example.org\nNobody;not an address\n;ada@example.com\n";
        world.file("unsubscribed.csv", list);
        let report = bring(&world, "unsubscribed.csv", None).await.unwrap();
        assert_eq!((report.format, report.added, report.already), ("addresses", 2, 1));
        assert_eq!((report.rejected.len(), report.rejected[0].line), (1, 4));
        assert_eq!(status(world.desk(), "ada@example.com").await, "opted-out");
        assert_eq!(status(world.desk(), "bo@example.org").await, "opted-out");
        assert_eq!(status(world.desk(), "cy@example.net").await, "active");
        world.file("picture.csv", b"\x89PNG\0\0");
        let refused = bring(&world, "picture.csv", None).await.unwrap_err();
        assert_eq!(refused.code, "file");
    })
    .await;
}

#[tokio::test]
async fn another_key_changes_nothing_about_who_said_no_and_who_has_what() {
    on_both(async |mut world: World| {
        with_key_file(&mut world);
        let sink = catcher(&mut world, Faults::default()).await;
        crate::newsdesk::contacts(&world, 3).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        one_run(&world).await;
        assert_eq!(recipients(&sink).len(), 3);
        no(world.desk(), "c0@desk0.example").await;
        no(world.desk(), "@desk1.example").await;
        no(world.desk(), "late@example.com").await;
        world.import("Email\nforgotten@example.net\n").await;
        rights::erase(world.desk(), "forgotten@example.net")
            .await
            .unwrap();

        let before = world.desk().key.clone();
        let rotated = rotate(world.desk()).await.unwrap();
        assert_eq!((rotated.addresses, rotated.mails), (3, 3));
        assert_eq!((rotated.moved, rotated.kept), (2, 2));
        let stale = opt_out::add(
            world.desk(),
            "x@example.com",
            &Reach::Everything,
            "",
            "person",
        );
        assert_eq!(stale.await.unwrap_err().code, "foreign-key");
        let keys = key::read_all(&world.desk().config.desk.key_file)
            .unwrap()
            .unwrap();
        world.desk.key = keys
            .into_iter()
            .find(|key| key.fingerprint() == rotated.to)
            .unwrap();
        // An older key that is lost is noticed before anybody comes back.
        let lost = opt_out::key_must_fit(world.desk()).await.unwrap_err();
        assert_eq!((lost.exit, lost.code), (Exit::Config, "older-key-missing"));
        world.desk.older_keys = vec![before];

        assert_eq!(status(world.desk(), "c0@desk0.example").await, "opted-out");
        assert_eq!(status(world.desk(), "c1@desk1.example").await, "opted-out");
        assert_eq!(status(world.desk(), "c2@desk2.example").await, "active");
        let again = plan(world.desk(), &request("plant", Start::Now))
            .await
            .unwrap_err();
        assert_eq!(
            again.message,
            "nobody would get it: 1 already-has-it, 2 opted-out"
        );
        // Of whom only the hash is left: met again under the older key, by every door.
        world.import("Email\nforgotten@example.net\n").await;
        assert_eq!(
            status(world.desk(), "forgotten@example.net").await,
            "opted-out"
        );
        let edit = contacts::ContactEdit::default();
        let added = contacts::add(world.desk(), "late@example.com", "test", &edit);
        assert_eq!(added.await.unwrap().contact.status, "opted-out");
        opt_out::remove(world.desk(), "@desk1.example", &Reach::Everything, "asked")
            .await
            .unwrap();
        assert_eq!(status(world.desk(), "c1@desk1.example").await, "active");
    })
    .await;
}
