//! What must hold for every text that somebody makes a release of: it is checked, written as text and
//! as HTML, and filled.

use std::sync::LazyLock;
use std::time::Duration;

use crate::domain::check::origin::Origin;
use crate::domain::check::standing::{Age, legends};
use crate::domain::check::{Copy, Facts, Standing, Style, check};
use crate::domain::content::{Text, Version};
use crate::domain::embargo::Embargo;
use crate::domain::instant::Instant;
use crate::domain::prose;
use crate::domain::slot::{self, Slots};
use crate::domain::zones::Zones;
use crate::intake::release_file::ReleaseDraft;

/// It keeps what it has read of the zones.
static ZONES: LazyLock<Zones> = LazyLock::new(Zones::bundled);

/// Takes a draft all the way to its mail.
pub fn story(draft: &ReleaseDraft, language: &str, origin: Option<&Origin>) {
    let text = Text {
        language: language.to_owned(),
        is_original: true,
        headline: draft.headline.clone(),
        subheads: draft.subheads.clone(),
        dateline: draft.dateline.clone(),
        wire_credit: draft.wire_credit.clone(),
        state_style: draft.state_style.unwrap_or_default(),
        body: draft.body.clone(),
        end_mark: draft.end_mark.clone(),
        source_url: draft.source_url.clone(),
        tickers: draft.tickers.clone(),
        forward_looking: draft.forward_looking.clone(),
        downloads: draft.downloads.clone(),
        ..Text::default()
    };
    let json = text.canonical_json();
    let again = Text::from_json(&json).expect("what was written is read");
    assert_eq!(again.canonical_json(), json);
    let version = Version {
        kind: draft.kind,
        texts: vec![text.clone()],
        ..Version::default()
    };
    let facts = Facts {
        now: Instant::from_millis(1_793_000_000_000),
        zone: "Europe/Vienna",
        zones: &ZONES,
        embargo: &Embargo::None,
        send_at: None,
        advance_at: None,
        style: &Style::default(),
        is_trial: false,
        origin,
        min_lead: Duration::from_secs(3600),
        warn_lead: Duration::from_secs(86_400),
        organizations: &["Harbour Light".to_owned()],
        listed: &["harbour-light".to_owned()],
        standing: &Standing {
            ages: legends(&text)
                .into_iter()
                .map(|(part, _)| Age {
                    language: language.to_owned(),
                    part: part.to_owned(),
                    since: Instant::from_millis(0),
                    valid: (None, None),
                })
                .collect(),
            kin: Vec::new(),
        },
    };
    for finding in check(&Copy::new(&version, &text, &facts)) {
        assert!(!finding.message.is_empty());
        for spot in finding.positions {
            assert!(spot.line > 0 && spot.column > 0 && spot.excerpt.chars().count() <= 72);
        }
    }
    mail(&text);
}

fn mail(text: &Text) {
    let mut body = prose::read(&slot::freeze(&text.body));
    if let Some(line) = text.dateline_line() {
        body.open_with(&line);
    }
    let slots = Slots {
        name: "<b>Ana\r\nBcc: x@example.com".to_owned(),
        ..Slots::default()
    };
    let plain = prose::to_text(&body, &text.language, &mut prose::Links::default());
    let _ = slot::fill_text(&plain, &slots);
    let html = slot::fill_html(&prose::to_html(&body), &slots);
    let lower = html.to_ascii_lowercase();
    for forbidden in ["<script", "<img", "<b>ana", "href=\"javascript:"] {
        assert!(!lower.contains(forbidden), "{forbidden} in {html}");
    }
    let subject = slot::fill_header(&slot::freeze(&text.headline), &slots);
    assert!(!subject.contains(char::is_control));
}
