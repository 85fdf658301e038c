//! The proof: a mail to ourselves through the real server, and then the settings that let others have some.

use crate::config::going_live;
use crate::desk::Desk;
use crate::desk::doctor::{Place, trouble};
use crate::desk::letter::compose::{self, Parcel};
use crate::desk::letter::{route, test_mail};
use crate::desk::opening::open::{Setup, host_name};
use crate::desk::opening::signing::signing;
use crate::desk::problem::Problem;
use crate::desk::release::prepare;
use crate::domain::health::Finding;
use crate::domain::hex;
use crate::mail::message::{self, Facts};
use crate::mail::transport::Transport;
use crate::store::connection::{begin_write, commit};

pub(in crate::desk::doctor) const MAIL: &str = "smtp.test-mail";
const LIVE: &str = "smtp.transport";

/// Sends one mail from the newsroom to itself.
pub(in crate::desk::doctor) async fn send(setup: &Setup, desk: Option<&Desk>) -> Finding {
    let to = compose::bare_address(&setup.config.newsroom.from);
    if !route::lets_through(&setup.config, &to) {
        return Finding::warning(
            MAIL,
            format!("no test mail was sent: [smtp] only_to does not let it through to {to}"),
            "without it nobody knows whether mail gets through",
            "add your own address to only_to",
        );
    }
    let why = "what does not reach you does not reach a journalist";
    match try_to_send(setup, desk, to.clone()).await {
        Err(problem) => trouble(MAIL, &problem, why),
        Ok(("sent", reply)) => {
            let found = format!(
                "a test mail to {to} was taken ({reply}); see whether it arrives, and not as spam"
            );
            Finding::ok(MAIL, found)
        }
        Ok((status, reply)) => Finding::problem(
            MAIL,
            format!("the test mail to {to} was not taken: {status} ({reply})"),
            why,
            "do as the server says; often the account may not send as [newsroom] from or [smtp] bounce_address",
        ),
    }
}

async fn try_to_send(
    setup: &Setup,
    desk: Option<&Desk>,
    to: String,
) -> Result<(&'static str, String), Problem> {
    let parcel = parcel(setup, to)?;
    let route = route::server(&host_name(), &setup.config.smtp).await?;
    let mut open = Transport::Smtp(route).open().await?;
    let sent = test_mail::send(&mut open, &parcel).await?;
    open.quit().await;
    if let Some(desk) = desk {
        // Who sent it is on record; a mail that is out is not taken back by a log that is full.
        let written = async {
            let transaction = begin_write(desk.store.db()).await?;
            let detail = serde_json::json!({ "status": sent.0 });
            desk.log(&transaction, "doctor", "desk", 1, detail).await?;
            Ok::<_, Problem>(commit(transaction).await?)
        };
        let _ = written.await;
    }
    Ok(sent)
}

fn parcel(setup: &Setup, to: String) -> Result<Parcel, Problem> {
    let newsroom = &setup.config.newsroom;
    let host = host_name();
    let text = format!(
        "dateline doctor --smtp has sent you this from {host}, through the server that will take your releases.\n\n\
         If you read it in your inbox, all is well. Look at its headers for spf=pass, dkim=pass and dmarc=pass \
         (Authentication-Results). If it lies in spam, so will your releases.\n\n-- \n{}\n",
        newsroom.name
    );
    let nonce = hex::encode(&rand::random::<[u8; 8]>());
    let html = text.replace('&', "&amp;").replace('<', "&lt;");
    let facts = Facts {
        from: newsroom.from.clone(),
        to: to.clone(),
        subject: "[TEST] Dateline can send".to_owned(),
        message_id: format!(
            "doctor.{nonce}@{}",
            prepare::message_domain(&newsroom.from)?
        ),
        date: setup.clock.now(),
        boundary: nonce,
        html: format!("<pre style=\"white-space:pre-wrap;font:16px/1.5 sans-serif\">{html}</pre>"),
        text,
        auto_generated: true,
        ..Facts::default()
    };
    let mut bytes = message::build(&facts)?;
    if let Some(signer) = signing(&setup.config)? {
        bytes = signer.sign(&bytes);
    }
    let bounces = setup.config.smtp.bounce_address.clone();
    Ok(Parcel {
        envelope_from: bounces.map_or_else(
            || to.clone(),
            |bounces| bounces.replace("{token}", "doctor"),
        ),
        to,
        bytes,
    })
}

/// The settings say `transport = "smtp"` from now on.
pub(in crate::desk::doctor) fn go_live(place: Place<'_>) -> Finding {
    let shown = place.config.display();
    match going_live::go_live(place.config, place.environment) {
        Ok(()) => Finding::ok(
            LIVE,
            format!("{shown} now says transport = \"smtp\": what you schedule from now on is sent"),
        ),
        Err(why) => Finding::warning(
            LIVE,
            format!("{shown} still says transport = \"files\": {why}"),
            "until it says \"smtp\", whatever you schedule is a rehearsal",
            format!("in {shown}, [smtp]: transport = \"smtp\""),
        ),
    }
}
