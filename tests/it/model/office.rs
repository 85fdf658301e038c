//! The office in which the model's steps are taken, and where every mail is judged.

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use dateline::desk::amend::{correct, withdraw};
use dateline::desk::distribution::freeze::schedule;
use dateline::desk::distribution::schedule::{Start, Terms, plan};
use dateline::desk::embargo::agreements::{self, Added};
use dateline::desk::embargo::{breach, changes};
use dateline::desk::people::opt_out::{self, Reach};
use dateline::desk::problem::Problem;
use dateline::desk::release::approve::approve;
use dateline::desk::run::run;
use dateline::domain::instant::Instant;
use dateline::mail::sink::{Settings, Sink};

use crate::model::{Mail, Model, PEOPLE, Step};
use crate::newsdesk::{approved, options, request};
use crate::world::World;

const HOUR: Duration = Duration::from_hours(1);

pub(super) struct Office {
    world: World,
    sink: Sink,
    model: Model,
}

impl Office {
    pub(super) async fn open(mut world: World) -> Self {
        let settings = Settings {
            clock: Some(world.desk().clock.clone()),
            ..Settings::default()
        };
        let here = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let sink = Sink::start_with(here, settings).await.unwrap();
        let port = sink.address().port();
        world.set(|config| config.smtp.port = Some(port));
        let rows = PEOPLE.map(|(email, outlet, kind)| format!("{email},{outlet},{kind}\n"));
        let path = world.file(
            "people.csv",
            format!("email,outlet,kind\n{}", rows.concat()),
        );
        let import = dateline::desk::people::import_contacts::ImportRequest {
            paths: vec![path],
            source: "test".to_owned(),
            list: Some("tech".to_owned()),
            ..Default::default()
        };
        dateline::desk::people::import_contacts::import(world.desk(), &import)
            .await
            .unwrap();
        let lift = "embargo = \"2026-11-03 09:00 UTC\"";
        approved(&world, "plant", lift).await;
        let model = Model {
            lift: Some(Instant::from_timestamp_down(
                "2026-11-03T09:00:00Z".parse().unwrap(),
            )),
            ..Model::default()
        };
        Self { world, sink, model }
    }

    pub(super) fn mails(&self) -> std::collections::BTreeMap<String, u32> {
        self.model.mails.clone()
    }

    fn now(&self) -> Instant {
        self.world.desk().now()
    }

    pub(super) async fn take(&mut self, step: &Step) {
        match step {
            Step::Agree(who) => self.agree(*who).await,
            Step::Withdraw(who) => {
                if let Some((id, _)) = self.model.agreed.remove(who) {
                    agreements::withdraw(self.world.desk(), id).await.unwrap();
                }
            }
            Step::Advance => drop(self.schedule(Start::Now, true).await),
            Step::General => {
                let start = if self.model.lift.is_some_and(|lift| self.now() < lift) {
                    Start::AtLift
                } else {
                    Start::Now
                };
                drop(self.schedule(start, false).await);
            }
            Step::Approve => drop(approve(self.world.desk(), "plant", None).await),
            Step::Move(hours) => self.shift(*hours).await,
            Step::Lift => self.lift().await,
            Step::Breach(who) => {
                let outlet = PEOPLE[*who].1;
                let url = "https://news.example/early";
                let done = breach::breach(self.world.desk(), outlet, url, None, 180)
                    .await
                    .unwrap();
                self.model.sanctions.insert(outlet, done.until);
            }
            Step::OptOut(who) => {
                let desk = self.world.desk();
                opt_out::add(desk, PEOPLE[*who].0, &Reach::Everything, "asked", "by hand")
                    .await
                    .unwrap();
                let now = self.now();
                self.model.opted_out.entry(*who).or_insert(now);
            }
            Step::Correct => self.correct().await,
            Step::Kill => self.kill().await,
            Step::Run => {
                run(self.world.desk(), &options()).await.unwrap();
                self.look().await;
                self.all_told().await;
            }
            Step::Crash(mails) => self.crash(*mails).await,
            Step::Wait(hours) => {
                let clock = &self.world.desk().clock;
                clock.set(clock.now().plus(HOUR * u32::try_from(*hours).unwrap()));
            }
        }
    }

    async fn agree(&mut self, who: usize) {
        let new = Added {
            who: PEOPLE[who].0,
            release: Some("plant"),
            how: "email",
            evidence: None,
            until: None,
            note: None,
        };
        if let Ok(given) = agreements::add(self.world.desk(), &new).await {
            self.model
                .agreed
                .insert(who, (given.id, given.lift.unwrap()));
        }
    }

    async fn schedule(&self, start: Start, advance: bool) -> Result<(), Problem> {
        let mut asked = request("plant", start);
        asked.terms = Terms {
            advance,
            ..Terms::default()
        };
        let planned = plan(self.world.desk(), &asked).await?;
        schedule(self.world.desk(), &planned).await?;
        Ok(())
    }

    async fn shift(&mut self, hours: u64) {
        let to = self
            .now()
            .plus(HOUR * u32::try_from(hours).unwrap())
            .up_to_second();
        let moved = changes::move_to(self.world.desk(), "plant", &to.to_string(), None).await;
        if let Ok(moved) = moved {
            self.model.lift = Some(to);
            self.expect("embargo-notice", moved.told.told).await;
        }
    }

    async fn lift(&mut self) {
        if let Ok(lifted) = changes::lift(self.world.desk(), "plant", "out").await {
            self.model.lifted_at = Some(self.now());
            self.expect("embargo-notice", lifted.told.told).await;
        }
    }

    async fn correct(&mut self) {
        let number = self.model.corrections + 1;
        let text = format!(
            "+++\nslug = \"plant\"\nheadline = \"A tidal plant opens\"\n+++\nIt opens, take {number}.\n"
        );
        let path = self.world.file("fixed.md", text);
        let desk = self.world.desk();
        if correct::correct(desk, "plant", &path, "the day")
            .await
            .is_err()
        {
            return;
        }
        self.model.corrections = number;
        drop(approve(desk, "plant", None).await);
        let mut asked = request("plant", Start::AtLift);
        asked.lists.clear();
        if let Ok(planned) = plan(desk, &asked).await {
            schedule(desk, &planned).await.unwrap();
        }
    }

    async fn kill(&mut self) {
        let done = withdraw::kill(self.world.desk(), "plant", "wrong", &["Bo Lund"]).await;
        if let Ok(done) = done {
            self.model.killed = Some(self.now());
            // Whoever waits for another notice hears of the kill instead.
            self.model.told.clear();
            self.expect("kill", done.told.told).await;
        }
    }

    /// Notes who has to be told: whoever holds a copy, or may, and can still be written to.
    async fn expect(&mut self, purpose: &str, told: i64) {
        let newest =
            "SELECT COALESCE(MAX(round), -1) AS value FROM distribution WHERE purpose = $1";
        let round = self.world.number(newest, vec![purpose.into()]).await;
        let mut holders = self.model.holders.clone();
        holders.extend(self.doubtful().await);
        holders.retain(|who| !self.model.opted_out.contains_key(who));
        assert_eq!(
            told,
            i64::try_from(holders.len()).unwrap(),
            "holders: {holders:?}"
        );
        if holders.is_empty() {
            return;
        }
        self.model.told.insert((purpose.to_owned(), round), holders);
    }

    /// Those of whom nobody knows whether they have it.
    async fn doubtful(&self) -> BTreeSet<usize> {
        let rows = "SELECT address AS value FROM delivery WHERE (status = 'unknown' OR stage = 'started') \
                    AND purpose IN ('general', 'advance', 'correction')";
        let rows = self.world.texts(rows, vec![]).await;
        rows.iter().map(|address| number(address)).collect()
    }

    async fn crash(&mut self, mails: u64) {
        let until = self.sink.mailbox().taken() + mails;
        let options = options();
        let died = tokio::select! {
            done = run(self.world.desk(), &options) => { done.unwrap(); false }
            () = async {
                while self.sink.mailbox().taken() < until {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            } => true,
        };
        self.model.crashes += i64::from(died);
        // Leases of the dead run out.
        let clock = &self.world.desk().clock;
        clock.set(clock.now().plus(Duration::from_mins(3)));
        // What was on its way when it died may arrive a moment later.
        tokio::time::sleep(Duration::from_millis(20)).await;
        self.look().await;
    }

    /// Judges every mail that came since the last look.
    async fn look(&mut self) {
        let mails = self.sink.mails();
        // Who may have it may be corrected, too.
        let doubtful = self.doubtful().await;
        for caught in &mails[self.model.seen..] {
            let mail = self
                .known(&caught.bytes, &caught.to[0], caught.received_at)
                .await;
            let model = &mut self.model;
            *model.mails.entry(mail.purpose.clone()).or_default() += 1;
            if let Some(killed) = model.killed {
                assert!(
                    mail.purpose == "kill" || mail.at < killed,
                    "after the kill: {mail:?}"
                );
            }
            if let Some(left) = model.opted_out.get(&mail.to) {
                assert!(mail.at < *left, "after the opt-out: {mail:?}");
            }
            match mail.purpose.as_str() {
                "embargo-notice" | "kill" => {
                    let key = (mail.purpose.clone(), mail.round);
                    let told = model.told.get(&key);
                    assert!(
                        told.is_some_and(|told| told.contains(&mail.to)),
                        "holds nothing: {mail:?}"
                    );
                }
                _ => {
                    let permitted = model.permits(mail.to, mail.at) || doubtful.contains(&mail.to);
                    assert!(permitted, "early: {mail:?}");
                    model.holders.insert(mail.to);
                }
            }
        }
        self.model.seen = mails.len();
    }

    async fn known(&self, bytes: &[u8], to: &str, at: Instant) -> Mail {
        let head = String::from_utf8_lossy(bytes);
        let id = head
            .lines()
            .find_map(|line| line.strip_prefix("Message-ID: <"))
            .unwrap();
        let delivery = id.split(['.', '@']).nth(1).unwrap().parse().unwrap();
        let facts = "SELECT purpose || ' ' || version_id || ' ' || round AS value FROM delivery WHERE id = $1";
        let facts = self
            .world
            .texts(facts, vec![delivery_value(delivery)])
            .await;
        let facts: Vec<&str> = facts[0].split(' ').collect();
        Mail {
            delivery,
            to: number(to),
            purpose: facts[0].to_owned(),
            version: facts[1].parse().unwrap(),
            round: facts[2].parse().unwrap(),
            at,
        }
    }

    /// After a run everybody who was to be told is told, but for those who left since, and those of
    /// whom nobody knows.
    async fn all_told(&mut self) {
        let late = "SELECT COUNT(*) AS value FROM distribution WHERE status = 'blocked' AND purpose IN ('embargo-notice', 'kill')";
        if self.world.number(late, vec![]).await > 0 {
            // A notice that nobody sent for hours asks a person first.
            self.model.told.clear();
            return;
        }
        for ((purpose, round), who) in std::mem::take(&mut self.model.told) {
            for one in &who {
                let row = "SELECT status AS value FROM delivery WHERE purpose = $1 AND round = $2 AND address = $3";
                let values = vec![purpose.clone().into(), round.into(), PEOPLE[*one].0.into()];
                let status = self.world.texts(row, values).await;
                let left = self.model.opted_out.contains_key(one);
                let fits = status.iter().any(|status| match status.as_str() {
                    "sent" | "unknown" => true,
                    "suppressed" => left,
                    _ => false,
                });
                assert!(fits, "{purpose} {round} for {one}: {status:?}");
            }
            self.model.told.insert((purpose, round), who);
        }
    }

    /// Nobody has one mail twice, whatever its number; the ledger and the catcher agree.
    pub(super) async fn nobody_twice(&self) {
        let (mut rows, mut kinds) = (BTreeSet::new(), BTreeSet::new());
        for caught in self.sink.mails() {
            let mail = self
                .known(&caught.bytes, &caught.to[0], caught.received_at)
                .await;
            assert!(rows.insert(mail.delivery), "twice: {mail:?}");
            let kind = (mail.to, mail.purpose.clone(), mail.version, mail.round);
            assert!(kinds.insert(kind), "twice: {mail:?}");
        }
        let sent = "SELECT id AS value FROM delivery WHERE status = 'sent'";
        for id in self.numbers(sent).await {
            assert!(rows.remove(&id), "{id} is called sent and never came");
        }
        let unknown: BTreeSet<i64> = self
            .numbers(
                "SELECT id AS value FROM delivery WHERE status = 'unknown' OR stage = 'started'",
            )
            .await
            .into_iter()
            .collect();
        assert!(
            rows.is_subset(&unknown),
            "came, and the ledger does not know it"
        );
        assert!(i64::try_from(unknown.len()).unwrap() <= self.model.crashes * 2);
    }

    async fn numbers(&self, sql: &str) -> Vec<i64> {
        let texts = sql.replace("SELECT id AS", "SELECT CAST(id AS TEXT) AS");
        let texts = self.world.texts(&texts, vec![]).await;
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }
}

fn delivery_value(id: i64) -> sea_orm::Value {
    id.into()
}

fn number(address: &str) -> usize {
    PEOPLE
        .iter()
        .position(|(email, ..)| *email == address)
        .unwrap()
}
