//! The whole way: a release to 300 addresses, and what comes back in the days after. Each of the
//! forty ends right, and nobody else changes.

use dateline::desk::distribution::schedule::Start;
use dateline::mail::sink::Sink;
use dateline::mail::sink::faults::Faults;

use crate::asking::{Site, one_click, post, status_of};
use crate::newsdesk::{approved, catcher, contacts, one_run, recipients, scheduled};
use crate::unsubscribe::BASE;
use crate::world::{World, on_both};

/// A mail that was sent, as its receiver has it.
struct Sent {
    to: String,
    /// The envelope sender with its token.
    from: String,
    text: String,
}

impl Sent {
    fn header(&self, name: &str) -> &str {
        let (_, rest) = self.text.split_once(&format!("{name}: ")).unwrap();
        rest.split("\r\n").next().unwrap()
    }

    fn path(&self) -> String {
        let (_, rest) = self.text.split_once(&format!("<{BASE}/")).unwrap();
        format!("/u/{}", rest.split_once('>').unwrap().0)
    }

    /// As Postfix reports it.
    fn bounced(&self, status: &str, words: &str) -> String {
        format!(
            "From: MAILER-DAEMON@mail.test (Mail Delivery System)\r\nTo: {from}\r\nSubject: Undelivered Mail Returned to Sender\r\n\
             Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\n<{to}>: {words}\r\n\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.test\r\n\r\nFinal-Recipient: rfc822; {to}\r\n\
             Action: failed\r\nStatus: {status}\r\nDiagnostic-Code: smtp; {words}\r\n\r\n\
             --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {id}\r\n\r\n--b--\r\n",
            from = self.from,
            to = self.to,
            id = self.header("Message-ID"),
        )
    }

    /// As a mailbox provider forwards it (RFC 5965).
    fn complained(&self) -> String {
        format!(
            "From: feedback@provider.test\r\nTo: {from}\r\nSubject: complaint\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=feedback-report; boundary=\"b\"\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nThis is an abuse report.\r\n\r\n\
             --b\r\nContent-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: Provider/1\r\nVersion: 1\r\n\r\n\
             --b\r\nContent-Type: message/rfc822\r\n\r\n{text}\r\n--b--\r\n",
            from = "press@example.com",
            text = self.text,
        )
    }

    /// As a mail program writes it when the address in List-Unsubscribe is chosen.
    fn asks_out(&self) -> String {
        let (_, rest) = self.text.split_once("<mailto:").unwrap();
        let (address, subject) = rest
            .split_once('>')
            .unwrap()
            .0
            .split_once("?subject=")
            .unwrap();
        let subject = subject.replace("%20", " ");
        format!(
            "From: <{}>\r\nTo: {address}\r\nSubject: {subject}\r\nMessage-ID: <out@desk.example>\r\n\r\n",
            self.to
        )
    }
}

fn all(sink: &Sink) -> Vec<Sent> {
    let mut all: Vec<_> = sink
        .mails()
        .iter()
        .map(|mail| Sent {
            to: mail.to[0].clone(),
            from: mail.from.clone(),
            text: String::from_utf8(mail.bytes.to_vec()).unwrap(),
        })
        .collect();
    all.sort_by_key(|sent| {
        sent.to[1..]
            .split('@')
            .next()
            .unwrap()
            .parse::<usize>()
            .unwrap()
    });
    all
}

/// Everybody as they stand: status, how the mail ended, whether a no is written down.
const STANDING: &str = "SELECT c.email || ' ' || c.status || ' ' || COALESCE(d.bounce_class, '-') || ' ' || \
    CASE WHEN d.complained_at IS NULL THEN '-' ELSE 'complained' END || ' ' || \
    COALESCE((SELECT MIN(s.reason || '/' || s.scope) FROM suppression s WHERE s.hash = c.address_hash AND s.lifted_at IS NULL), '-') AS value \
    FROM contact c JOIN delivery d ON d.contact_id = c.id WHERE d.distribution_id = 1 ORDER BY c.id";

async fn opt_out_on_the_page(world: &World, sent: &[Sent]) {
    let site = Site::open(world).await;
    for (number, one) in sent.iter().enumerate() {
        let answer = if number < 2 {
            let form = "application/x-www-form-urlencoded";
            post(site.address, &one.path(), form, "scope=everything").await
        } else {
            one_click(site.address, &one.path()).await
        };
        assert_eq!(status_of(&answer), 200, "{answer}");
    }
    site.close().await;
}

#[tokio::test]
async fn of_three_hundred_the_forty_end_right_and_nobody_else_changes() {
    on_both(async |mut world| {
        world.set(|config| {
            config.unsubscribe.base_url = Some(BASE.to_owned());
            config.smtp.bounce_address = Some("bounces+{token}@example.com".to_owned());
        });
        let sink = catcher(&mut world, Faults::default()).await;
        contacts(&world, 300).await;
        approved(&world, "plant", "").await;
        scheduled(&world, "plant", Start::Now).await;
        one_run(&world).await;
        let sent = all(&sink);
        let folder = world.folder().join("mails");
        std::fs::create_dir(&folder).unwrap();
        let mut mails = Vec::new();
        mails.extend(sent[..20].iter().map(|one| one.bounced("5.1.1", "550 5.1.1 User unknown")));
        mails.extend(sent[20..30].iter().map(|one| one.bounced("5.2.2", "552 5.2.2 Mailbox full")));
        mails.extend(sent[30..35].iter().map(Sent::complained));
        mails.push(sent[39].asks_out());
        // What else lies in such a mailbox: an answer, an absence, a stranger's bounce, a newsletter.
        let id = sent[50].header("Message-ID");
        mails.push(format!("From: <{}>\r\nSubject: Re: A tidal plant opens\r\nIn-Reply-To: {id}\r\n\r\nThank you!\r\n", sent[50].to));
        mails.push(format!("From: <{}>\r\nSubject: Out of office\r\nAuto-Submitted: auto-replied\r\nIn-Reply-To: {id}\r\n\r\nI am away.\r\n", sent[51].to));
        mails.push(sent[60].bounced("5.1.1", "550 5.1.1 User unknown").replace(&sent[60].from, "bounces@example.com").replace(sent[60].header("Message-ID"), "<x@elsewhere.example>").replace(&sent[60].to, "nobody@stranger.example"));
        mails.push("From: shop@stranger.example\r\nSubject: Sale\r\n\r\nBuy! To unsubscribe, click.\r\n".to_owned());
        for (number, mail) in mails.iter().enumerate() {
            std::fs::write(folder.join(format!("{number:03}.eml")), mail).unwrap();
        }
        opt_out_on_the_page(&world, &sent[35..39]).await;
        for round in 0..2 {
            // The second time all of it is known.
            let said = world.program(&["bounce", "ingest", "mails", "--json"]).output().unwrap();
            assert_eq!(said.status.code(), Some(0), "{said:?}");
            let counts: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
            let expected = if round == 0 { (20, 10, 5, 1) } else { (0, 0, 0, 0) };
            let number = |name: &str| counts[name].as_u64().unwrap();
            assert_eq!((number("hard"), number("soft"), number("complaints"), number("opt_outs")), expected, "{counts}");
            let standing = world.texts(STANDING, vec![]).await;
            for (number, (stands, one)) in standing.iter().zip(&sent).enumerate() {
                let right = match number {
                    0..20 => "bounced hard - -",
                    20..30 => "active soft - -",
                    30..35 => "active - complained complaint/everything",
                    35..40 => "active - - unsubscribed/everything",
                    _ => "active - - -",
                };
                assert_eq!(*stands, format!("{} {right}", one.to));
            }
        }
        // The next release: nobody who is dead or said no, and everybody else.
        approved(&world, "second", "").await;
        scheduled(&world, "second", Start::Now).await;
        one_run(&world).await;
        let all = recipients(&sink);
        let twice = |number: usize| all.iter().filter(|to| **to == sent[number].to).count() == 2;
        for number in 0..300 {
            assert_eq!(twice(number), (20..30).contains(&number) || number >= 40, "c{number}");
        }
    })
    .await;
}
