//! A newsroom at work: contacts, an approved release, a catcher; what the sending tests begin with.

use std::net::{Ipv4Addr, SocketAddr};

use dateline::desk::distribution::freeze::{Scheduled, schedule};
use dateline::desk::distribution::schedule::{Request, Start, Terms, plan};
use dateline::desk::people::import_contacts::{ImportRequest, import};
use dateline::desk::release::approve::{Approved, approve};
use dateline::desk::release::write;
use dateline::desk::run::{Options, Report, run};
use dateline::mail::sink::Sink;
use dateline::mail::sink::faults::Faults;

use crate::world::World;

/// Starts a catcher and makes it the world's mail server.
pub(crate) async fn catcher(world: &mut World, faults: Faults) -> Sink {
    let sink = Sink::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), faults)
        .await
        .unwrap();
    let port = sink.address().port();
    world.set(|config| config.smtp.port = Some(port));
    sink
}

/// Imports `count` contacts `c0@…` to the list `tech`, over ten outlets' domains.
pub(crate) async fn contacts(world: &World, count: usize) {
    let rows = (0..count).map(|number| {
        let desk = number % 10;
        format!("c{number}@desk{desk}.example,Contact {number},Outlet {desk}\n")
    });
    let csv: String = std::iter::once("email,name,outlet\n".to_owned())
        .chain(rows)
        .collect();
    let path = world.file("contacts.csv", csv);
    let request = ImportRequest {
        paths: vec![path],
        source: "test".to_owned(),
        list: Some("tech".to_owned()),
        ..ImportRequest::default()
    };
    let report = import(world.desk(), &request).await.unwrap();
    assert_eq!(report.files[0].rejected.len(), 0);
}

/// Writes a release, with front matter lines of the test's own.
pub(crate) async fn draft(world: &World, slug: &str, extra: &str) {
    let text = format!(
        "+++\nslug = \"{slug}\"\nheadline = \"A tidal plant opens\"\n{extra}\n+++\nThe plant opens today.\n"
    );
    let path = world.file(&format!("{slug}.md"), text);
    write::new(world.desk(), &path).await.unwrap();
}

pub(crate) async fn approved(world: &World, slug: &str, extra: &str) -> Approved {
    draft(world, slug, extra).await;
    approve(world.desk(), slug, None).await.unwrap()
}

pub(crate) fn request(slug: &str, start: Start) -> Request {
    Request {
        release: slug.to_owned(),
        lists: vec!["tech".to_owned()],
        to: Vec::new(),
        except: Vec::new(),
        start,
        language: None,
        cover_note: None,
        from: None,
        terms: Terms::default(),
    }
}

pub(crate) async fn scheduled(world: &World, slug: &str, start: Start) -> Scheduled {
    let plan = plan(world.desk(), &request(slug, start)).await.unwrap();
    schedule(world.desk(), &plan).await.unwrap()
}

/// One call of `run`, as cron makes it.
pub(crate) async fn one_run(world: &World) -> Report {
    run(world.desk(), &options()).await.unwrap()
}

pub(crate) fn options() -> Options {
    let (_, stop) = tokio::sync::watch::channel(false);
    Options {
        watch: false,
        stop,
        news: None,
        progress: None,
    }
}

/// Every address that the catcher took mail for, sorted; twice if it got two.
pub(crate) fn recipients(sink: &Sink) -> Vec<String> {
    let mut all: Vec<String> = sink
        .mails()
        .iter()
        .flat_map(|mail| mail.to.clone())
        .collect();
    all.sort();
    all
}
