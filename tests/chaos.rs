//! Kills and crowds: the real program is killed at random instants, or runs many times at once, and
//! the ledger is held against what the server took.
//!
//! `scripts/chaos` runs it: `chaos kills N sqlite|postgres` or `chaos crowd PROCESSES MAILS`.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a campaign that cannot go on should stop there; it tells what it did"
)]

#[path = "it/newsdesk.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod newsdesk;
#[path = "it/world.rs"]
#[expect(dead_code, reason = "shared with the other tests")]
mod world;

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dateline::clock::Clock;
use dateline::desk::distribution::schedule::Start;
use dateline::mail::sink::faults::{Act, Faults, Step, When};
use dateline::mail::sink::mailbox::{Caught, Keep};
use dateline::mail::sink::{Settings, Sink};

use crate::newsdesk::{approved, contacts, scheduled};
use crate::world::World;

/// Recipients of each release; when all have their mail, the next release comes.
const RECIPIENTS: usize = 2000;
/// How often the server dies before and after it has taken a mail.
const DIES_BEFORE: u64 = 397;
const DIES_AFTER: u64 = 401;

/// How often the server took each Message-ID.
type Taken = Arc<Mutex<HashMap<String, usize>>>;

/// A world with a server that keeps count, and how the program is set up in it.
struct Scene {
    world: World,
    sink: Sink,
    taken: Taken,
    at_risk: u16,
    releases: usize,
}

fn message_id(mail: &Caught) -> String {
    let text = String::from_utf8_lossy(&mail.bytes);
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("Message-ID: <"));
    line.unwrap().trim_end_matches('>').to_owned()
}

impl Scene {
    async fn set(database: &str, faults: Faults, recipients: usize) -> Self {
        let mut world = if database == "postgres" {
            let server = std::env::var("DATELINE_TEST_POSTGRES")
                .expect("DATELINE_TEST_POSTGRES names no server");
            World::on_postgres(&server).await
        } else {
            World::on_sqlite().await
        };
        let taken = Taken::default();
        let count = Arc::clone(&taken);
        let settings = Settings {
            faults,
            keep: Keep {
                mails: 10,
                transactions: 10,
                ..Keep::default()
            },
            on_mail: Some(Arc::new(move |mail| {
                *count.lock().unwrap().entry(message_id(mail)).or_default() += 1;
            })),
            ..Settings::default()
        };
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let sink = Sink::start_with(here, settings).await.unwrap();
        let port = sink.address().port();
        world.set(|config| config.smtp.port = Some(port));
        contacts(&world, recipients).await;
        // The program has the real clock, so the schedule is made with it too.
        world.desk.clock = Clock::System;
        let mut scene = Self {
            world,
            sink,
            taken,
            at_risk: 0,
            releases: 0,
        };
        scene.choose(1, 1);
        scene
    }

    fn choose(&mut self, connections: u16, at_risk: u16) {
        self.at_risk = at_risk.max(connections);
        self.world
            .set(|config| config.smtp.connections = connections);
    }

    async fn next_release(&mut self) {
        self.releases += 1;
        let slug = format!("plant-{}", self.releases);
        approved(&self.world, &slug, "").await;
        scheduled(&self.world, &slug, Start::Now).await;
    }

    fn program(&self) -> Command {
        let mut command = self.world.program(&["run"]);
        let path = self.world.folder().join("config.toml");
        let settings = std::fs::read_to_string(&path).unwrap();
        let preset = "preset = \"relay\"\n";
        let settings = settings.replace(preset, &format!("{preset}at_risk = {}\n", self.at_risk));
        std::fs::write(path, settings).unwrap();
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    async fn number(&self, of: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) AS value FROM delivery WHERE {of}");
        self.world.number(&sql, vec![]).await
    }

    async fn open(&self) -> i64 {
        self.number("status IN ('queued', 'deferred', 'sending')")
            .await
    }

    /// Runs until nothing is left to do.
    async fn finish(&self) {
        for _ in 0..200 {
            if self.open().await == 0 {
                return;
            }
            ended(&mut self.program().spawn().unwrap()).await;
        }
        panic!("{} mails are still open after 200 runs", self.open().await);
    }

    /// Nobody lost, nobody twice, and no row that says other than the server. Returns the unknown.
    async fn accounts(&self) -> i64 {
        let id = "SELECT x.nonce || '.' || d.id || '@' || x.message_domain AS value FROM delivery d JOIN distribution x ON x.id = d.distribution_id";
        let ids = async |status: &str| {
            let sql = format!("{id} WHERE d.status = '{status}'");
            self.world.texts(&sql, vec![]).await
        };
        let (sent, unknown) = (ids("sent").await, ids("unknown").await);
        let all = usize::try_from(self.number("1 = 1").await).unwrap();
        assert_eq!(sent.len() + unknown.len(), all, "somebody was lost");
        let mut taken = self.taken.lock().unwrap().clone();
        let twice = taken.values().filter(|count| **count > 1).count();
        assert_eq!(twice, 0, "somebody got two mails");
        for one in &sent {
            assert!(taken.remove(one).is_some(), "sent, but not taken: {one}");
        }
        for one in &unknown {
            taken.remove(one);
        }
        assert!(taken.is_empty(), "taken, but the ledger does not say so");
        i64::try_from(unknown.len()).unwrap()
    }
}

/// Waits for the program's end without holding up the catcher, which lives in this process.
async fn ended(child: &mut Child) {
    let limit = Instant::now() + Duration::from_mins(20);
    while child.try_wait().unwrap().is_none() {
        assert!(Instant::now() < limit, "the run did not end");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn kills(wanted: u64, database: &str) {
    let began = Instant::now();
    let faults = Faults::default()
        .with(
            Step::BeforeTaking,
            When::Always,
            Act::Delay(Duration::from_millis(2)),
        )
        .with(Step::BeforeTaking, When::Every(DIES_BEFORE), Act::Vanish)
        .with(Step::AfterTaking, When::Every(DIES_AFTER), Act::Vanish);
    let mut scene = Scene::set(database, faults, RECIPIENTS).await;
    let (mut done, mut in_doubt, mut inside, mut last) = (0, 0, 0, 0);
    while done < wanted {
        if scene.open().await == 0 {
            scene.next_release().await;
        }
        let connections = rand::random_range(1..=8);
        // Half of them with rows handed out in bulk.
        let at_risk = if rand::random() { connections } else { 64 };
        scene.choose(connections, at_risk);
        let before = scene.taken.lock().unwrap().len();
        let mut child = scene.program().spawn().unwrap();
        // A third of the kills hit wherever the start may be, the others a run that sends.
        if rand::random_range(0..3) > 0 {
            let limit = Instant::now() + Duration::from_secs(30);
            while scene.taken.lock().unwrap().len() == before
                && child.try_wait().unwrap().is_none()
                && Instant::now() < limit
            {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        tokio::time::sleep(Duration::from_micros(rand::random_range(0..80_000))).await;
        if child.try_wait().unwrap().is_some() {
            continue;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        done += 1;
        // A kill may come before the program has entered its run: then the rows in doubt are still
        // those of the run before, and counted already.
        let newest = scene
            .world
            .number("SELECT COALESCE(MAX(id), 0) AS value FROM run", vec![])
            .await;
        if newest == last {
            continue;
        }
        last = newest;
        let begun = scene
            .number(&format!("stage = 'started' AND run_id = {newest}"))
            .await;
        assert!(
            begun <= i64::from(at_risk),
            "{begun} rows were begun and not recorded, at_risk is {at_risk}"
        );
        in_doubt += begun;
        inside += u64::from(begun > 0);
    }
    scene.finish().await;
    let unknown = scene.accounts().await;
    let taken = u64::try_from(scene.taken.lock().unwrap().len()).unwrap();
    let died = taken / DIES_BEFORE + taken / DIES_AFTER + 2 * wanted;
    assert!(
        unknown <= in_doubt + i64::try_from(died).unwrap(),
        "{unknown} unknown, of which the kills explain {in_doubt}"
    );
    println!(
        "{database}: {done} kills, {inside} of them with bodies under way; {taken} mails taken, 0 lost, 0 twice, {unknown} unknown ({in_doubt} by kills, at most at_risk each); {:.0} s",
        began.elapsed().as_secs_f64()
    );
    scene.sink.stop().await;
}

/// Several processes on one PostgreSQL, as on several machines.
async fn crowd(processes: usize, mails: usize) {
    let mut scene = Scene::set("postgres", Faults::default(), mails).await;
    scene.choose(4, 64);
    scene.next_release().await;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let began = Instant::now();
    let mut children: Vec<Child> = (0..processes)
        .map(|_| scene.program().spawn().unwrap())
        .collect();
    for child in &mut children {
        ended(child).await;
    }
    let seconds = began.elapsed().as_secs_f64();
    scene.finish().await;
    assert_eq!(
        scene.accounts().await,
        0,
        "nothing died, so nothing is unknown"
    );
    assert_eq!(scene.taken.lock().unwrap().len(), mails);
    let workers = "SELECT COUNT(DISTINCT run_id) AS value FROM delivery";
    let worked = scene.world.number(workers, vec![]).await;
    assert!(
        worked > 1,
        "only {worked} of {processes} processes sent anything"
    );
    println!(
        "crowd: {processes} processes, {worked} of them sent; {mails} mails, 0 lost, 0 twice; {:.0} s, {:.0}/s",
        seconds,
        f64::from(u32::try_from(mails).unwrap()) / seconds
    );
    scene.sink.stop().await;
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["kills", count, database] => kills(count.parse().unwrap(), database).await,
        ["crowd", processes, mails] => {
            crowd(processes.parse().unwrap(), mails.parse().unwrap()).await;
        }
        _ => panic!("chaos kills N sqlite|postgres, or chaos crowd PROCESSES MAILS"),
    }
}
