//! Answers of journalists come home: threaded to contact and release, shown, and forgotten in time.

use dateline::clock::Clock;
use dateline::desk::distribution::schedule::Start;
use dateline::desk::release::report::report;
use dateline::desk::way_back::replies::Answer;
use dateline::desk::way_back::{Outcome, Source, replies, take};
use dateline::domain::instant::Instant;
use dateline::mail::sink::Sink;
use dateline::mail::sink::faults::Faults;

use crate::newsdesk::{approved, catcher, contacts, one_run, scheduled};
use crate::world::{World, on_both};

async fn sent(world: &mut World) -> Sink {
    let sink = catcher(world, Faults::default()).await;
    contacts(world, 2).await;
    approved(world, "plant", "").await;
    scheduled(world, "plant", Start::Now).await;
    one_run(world).await;
    sink
}

/// The Message-ID of the mail to `c<number>`.
pub(crate) fn message_id(sink: &Sink, number: usize) -> String {
    let start = format!("c{number}@");
    let mails = sink.mails();
    let mail = mails
        .iter()
        .find(|mail| mail.to[0].starts_with(&start))
        .unwrap();
    let text = String::from_utf8(mail.bytes.to_vec()).unwrap();
    let (_, rest) = text.split_once("Message-ID: ").unwrap();
    rest.lines().next().unwrap().to_owned()
}

fn answer(id: &str, text: &str) -> Vec<u8> {
    format!(
        "From: Contact 1 <c1@desk1.example>\r\nTo: press@example.com\r\nSubject: Re: A tidal plant opens\r\n\
         Message-ID: <{}@desk1.example>\r\nIn-Reply-To: {id}\r\nReferences: {id}\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n{text}\r\n\r\nOn Mon, 2 Nov 2026, Press wrote:\r\n> The plant opens today.\r\n\
         --b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nin the attachment\r\n--b--\r\n",
        text.len()
    )
    .into_bytes()
}

async fn told(world: &World) -> Vec<Answer> {
    report(world.desk(), "plant").await.unwrap().answers
}

#[tokio::test]
async fn an_answer_is_kept_once_with_its_contact_and_release() {
    on_both(async |mut world| {
        let sink = sent(&mut world).await;
        let mail = answer(&message_id(&sink, 1), "Can I talk to the engineer?");
        let outcome = take(world.desk(), &mail, Source::Pipe).await.unwrap();
        let Outcome::Reply { delivery } = outcome else {
            panic!("{outcome:?}")
        };
        let again = take(world.desk(), &mail, Source::File).await.unwrap();
        assert_eq!(again, Outcome::Duplicate);
        let told = told(&world).await;
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].delivery, delivery);
        assert_eq!(told[0].text.as_deref(), Some("Can I talk to the engineer?"));
        assert_eq!(told[0].subject.as_deref(), Some("Re: A tidal plant opens"));
        assert_eq!(told[0].offer, None);
        let db = world.desk().store.db();
        let of_contact = replies::of_contact(db, told[0].contact).await.unwrap();
        assert_eq!(of_contact, told);
        let opted_out = "SELECT COUNT(*) AS value FROM suppression";
        assert_eq!(world.number(opted_out, vec![]).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_yes_to_an_embargo_is_offered_and_nothing_is_agreed_by_itself() {
    on_both(async |mut world| {
        let sink = sent(&mut world).await;
        world
            .run("UPDATE delivery SET purpose = 'embargo-ask'", vec![])
            .await;
        for (number, text) in [(0, "Yes, but only after noon"), (1, "Yes, agreed. Mara")] {
            let mail = answer(&message_id(&sink, number), text);
            take(world.desk(), &mail, Source::Imap).await.unwrap();
        }
        let offers: Vec<_> = told(&world)
            .await
            .into_iter()
            .map(|one| one.offer)
            .collect();
        let offer = "dateline agreement add c1@desk1.example --scope release:plant --how email";
        assert_eq!(offers, [None, Some(offer.to_owned())]);
        let agreed = "SELECT COUNT(*) AS value FROM agreement";
        assert_eq!(world.number(agreed, vec![]).await, 0);
    })
    .await;
}

#[tokio::test]
async fn run_forgets_what_was_said_when_privacy_says_so() {
    on_both(async |mut world| {
        let sink = sent(&mut world).await;
        let mail = answer(&message_id(&sink, 1), "Between you and me");
        take(world.desk(), &mail, Source::Imap).await.unwrap();
        let days = i64::from(world.desk().config.privacy.keep_message_text_days);
        for (after, is_kept) in [(days, true), (days + 1, false)] {
            let at = "2026-11-02T09:00:00Z".parse::<jiff::Timestamp>().unwrap();
            let at = at.as_millisecond() + after * 86_400_000;
            world.desk.clock = Clock::fixed(Instant::from_millis(at));
            one_run(&world).await;
            let told = told(&world).await;
            assert_eq!(
                (told.len(), told[0].text.is_some()),
                (1, is_kept),
                "{after} days"
            );
            assert_eq!(told[0].subject.is_some(), is_kept);
        }
    })
    .await;
}
