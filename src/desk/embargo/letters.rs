//! The mails about an embargo: they carry the release's people to call, and nothing of its text.

use crate::desk::Desk;
use crate::desk::letter::compose::{Occasion, Sender};
use crate::desk::letter::rendition;
use crate::desk::problem::Problem;
use crate::domain::content::{Text, Version, VersionKind};
use crate::domain::distribution::Purpose;
use crate::domain::embargo::said_in;
use crate::domain::slot;
use crate::domain::when::Moment;
use crate::mail::render::notice::{Notice, Said, notice};
use crate::store::distribution::Rendition;

/// Headline and Markdown of a notice in a language, in the house's own wording where it has one.
pub(crate) fn words(
    desk: &Desk,
    wording: Notice,
    language: &str,
    said: &Said<'_>,
) -> Result<(String, String), Problem> {
    let folder = desk.config.newsroom.templates.as_deref();
    Ok(notice(wording, language, folder, said)?)
}

/// A moment in full: in its zone, in UTC, and where the recipient's own zone is known, in that.
pub(crate) fn moment(desk: &Desk, moment: &Moment, language: &str) -> String {
    let said = said_in(moment, language, &desk.zones);
    said + &slot::moment(moment.instant, language, &moment.zone)
}

/// A mail with this headline and Markdown, from whom the release is and to whom one may turn.
pub(crate) fn rendition(
    desk: &Desk,
    version: &Version,
    sender: &Sender,
    language: &str,
    purpose: Purpose,
    (headline, body): (&str, &str),
) -> Result<Rendition, Problem> {
    let from = version.text(language).unwrap_or_else(|| version.original());
    let bare = Version {
        kind: VersionKind::Release,
        note: None,
        texts: vec![Text {
            language: language.to_owned(),
            is_original: true,
            headline: headline.to_owned(),
            body: body.to_owned(),
            issuers: from.issuers.clone(),
            press_contacts: from.press_contacts.clone(),
            ..Text::default()
        }],
        boilerplates: Vec::new(),
        assets: Vec::new(),
    };
    let occasion = Occasion {
        purpose: purpose.as_str(),
        embargo: None,
        cover_note: None,
        rehearsal: false,
        test: false,
    };
    rendition::rendition(desk, &bare, sender, language, occasion)
}
