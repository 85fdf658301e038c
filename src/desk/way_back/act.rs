//! What follows: a dead address is not written to again, a complaint is a no, and the delivery
//! keeps the facts.

use serde_json::json;

use crate::desk::Desk;
use crate::desk::people::opt_out_link::leave_out;
use crate::desk::problem::Problem;
use crate::desk::way_back::Outcome;
use crate::desk::way_back::tie::{self, Tied};
use crate::domain::suppression::Scope;
use crate::mail::bounce::envelope::Envelope;
use crate::mail::bounce::report::{Class, Kind, Reason, Recipient, Report};
use crate::store::bounce::{self, NewBounce, Sent};
use crate::store::connection::ConnectionTrait;
use crate::store::{contact, desk_row};

/// Writes down what a mail says and does what follows from it.
pub(super) async fn act(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    inbound: i64,
    report: &Report,
    envelope: &Envelope,
    tied: Option<Tied>,
) -> Result<Outcome, Problem> {
    match report.kind {
        Kind::Bounce => bounces(desk, connection, inbound, report, tied).await,
        Kind::Complaint => complaint(desk, connection, inbound, report, tied).await,
        Kind::AutoReply => {
            let has_left = report.hint.is_some();
            if let Some(tied) = &tied {
                let hint = report.hint;
                bounce::settle_inbound(connection, inbound, "auto-reply", &tied.sent, hint).await?;
            }
            Ok(Outcome::AutoReply {
                delivery: tied.map(|tied| tied.sent.id),
                has_left,
            })
        }
        Kind::Other => letter(desk, connection, inbound, envelope, tied).await,
    }
}

async fn bounces(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    inbound: i64,
    report: &Report,
    tied: Option<Tied>,
) -> Result<Outcome, Problem> {
    let mut pairs: Vec<(&Recipient, Option<Tied>)> = Vec::new();
    if let Some(tied) = tied {
        // One mail of ours has one recipient: of several that are named, theirs counts.
        let own = report.recipients.iter().find(|one| {
            tie::hash(desk, &one.address).as_deref() == Some(tied.sent.address_hash.as_str())
        });
        pairs.extend(
            own.or(report.recipients.first())
                .map(|one| (one, Some(tied))),
        );
    } else {
        for one in &report.recipients {
            pairs.push((
                one,
                tie::by_recipient(desk, connection, &one.address).await?,
            ));
        }
    }
    let (mut hard, mut soft, mut delayed) = (0, 0, 0);
    for (one, tied) in pairs {
        let class = record(desk, connection, inbound, one, tied.as_ref()).await?;
        match class {
            None => {}
            Some(_) if one.reason == Reason::Delayed => delayed += 1,
            Some(Class::Hard) => hard += 1,
            Some(Class::Soft) => soft += 1,
        }
    }
    if hard + soft + delayed == 0 {
        return Ok(Outcome::NotOurs);
    }
    Ok(Outcome::Bounces {
        hard,
        soft,
        delayed,
    })
}

/// One recipient's bounce. Gives the class it was taken for; `None` where it is not ours.
async fn record(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    inbound: i64,
    one: &Recipient,
    tied: Option<&Tied>,
) -> Result<Option<Class>, Problem> {
    let now = desk.now();
    let Some(tied) = tied else {
        let new = NewBounce {
            inbound_id: inbound,
            delivery_id: None,
            contact_id: None,
            tied_by: None,
            class: one.class.as_str(),
            reason: one.reason.as_str(),
            status: one.status.as_deref(),
            diagnostic: None,
            counts: false,
            at: now,
        };
        bounce::add(connection, &new).await?;
        return Ok(None);
    };
    let class = if is_theirs(desk, &tied.sent, &one.address) {
        one.class
    } else {
        Class::Soft
    };
    let mut counts = one.reason != Reason::Delayed;
    if counts {
        counts = bounce::mark_delivery(connection, tied.sent.id, class.as_str(), now).await?;
    }
    let is_new = counts;
    counts = counts && !one.reason.is_our_fault();
    let new = NewBounce {
        inbound_id: inbound,
        delivery_id: Some(tied.sent.id),
        contact_id: Some(tied.sent.contact_id),
        tied_by: Some(tied.by),
        class: class.as_str(),
        reason: one.reason.as_str(),
        status: one.status.as_deref(),
        diagnostic: Some(&one.diagnostic),
        counts,
        at: now,
    };
    bounce::add(connection, &new).await?;
    bounce::settle_inbound(connection, inbound, "bounce", &tied.sent, None).await?;
    if is_new {
        if class == Class::Hard {
            let contacts = bounce::contacts_at(connection, &tied.sent.address_hash).await?;
            contact::set_status(connection, now, &contacts, "active", "bounced").await?;
            // A run at work looks again: who is dead between claim and body gets nothing either.
            desk_row::touch(connection).await?;
        }
        let detail =
            json!({"class": class.as_str(), "reason": one.reason.as_str(), "tied_by": tied.by});
        desk.log(
            connection,
            "bounce.record",
            "delivery",
            tied.sent.id,
            detail,
        )
        .await?;
    }
    Ok(Some(class))
}

/// Whether the address that a report names is the one that we wrote to, or a mailbox behind it at
/// the same place. Where it was forwarded elsewhere, that place being dead says nothing certain
/// about ours.
fn is_theirs(desk: &Desk, sent: &Sent, named: &str) -> bool {
    if tie::hash(desk, named).as_deref() == Some(sent.address_hash.as_str()) {
        return true;
    }
    let Some(ours) = &sent.address else {
        return false;
    };
    let domain = |text: &str| {
        text.rsplit_once('@')
            .map(|(_, domain)| domain.to_lowercase())
    };
    match (domain(ours), domain(named)) {
        (Some(ours), Some(named)) => {
            ours == named
                || named.ends_with(&format!(".{ours}"))
                || ours.ends_with(&format!(".{named}"))
        }
        _ => false,
    }
}

async fn complaint(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    inbound: i64,
    report: &Report,
    tied: Option<Tied>,
) -> Result<Outcome, Problem> {
    let mut tied = tied;
    if tied.is_none()
        && let Some(one) = report.recipients.first()
    {
        tied = tie::by_recipient(desk, connection, &one.address).await?;
    }
    let Some(tied) = tied else {
        return Ok(Outcome::NotOurs);
    };
    bounce::mark_complaint(connection, tied.sent.id, desk.now()).await?;
    bounce::settle_inbound(connection, inbound, "complaint", &tied.sent, None).await?;
    let source = format!("mail:{inbound}");
    let everything = [Scope::Everything];
    leave_out(
        desk,
        connection,
        tied.sent.id,
        &everything,
        "complaint",
        &source,
    )
    .await?;
    Ok(Outcome::Complaint {
        delivery: tied.sent.id,
    })
}

/// A mail that is no report: a wish to be left out, an answer, or nothing of ours.
async fn letter(
    desk: &Desk,
    connection: &impl ConnectionTrait,
    inbound: i64,
    envelope: &Envelope,
    tied: Option<Tied>,
) -> Result<Outcome, Problem> {
    let Some(tied) = tied else {
        return Ok(Outcome::Other);
    };
    let delivery = tied.sent.id;
    if envelope.asks_out {
        bounce::settle_inbound(connection, inbound, "opt-out", &tied.sent, None).await?;
        let source = format!("mail:{inbound}");
        let everything = [Scope::Everything];
        leave_out(
            desk,
            connection,
            delivery,
            &everything,
            "unsubscribed",
            &source,
        )
        .await?;
        return Ok(Outcome::OptOut { delivery });
    }
    bounce::settle_inbound(connection, inbound, "reply", &tied.sent, None).await?;
    Ok(Outcome::Reply { delivery })
}
