//! Trying a house's own templates on an invented release that has every part.

use std::path::Path;

use crate::domain::color::Color;
use crate::domain::content::{
    Asset, AssetUse, Boilerplate, Dateline, PressContact, Text, Version, VersionKind,
};
use crate::mail::render::{Brand, EmbargoLines, Logo, RenderError, RenderInput, notice, render};

/// Renders a sample with the templates of a folder, once with everything and once with as little
/// as a release may have: the first mistake, or nothing.
pub fn check_templates(dir: &Path) -> Result<(), RenderError> {
    let embargo = EmbargoLines {
        short: "EMBARGOED".to_owned(),
        long: "EMBARGOED: not for publication <before> the lift".to_owned(),
        there: String::new(),
    };
    let full = full();
    let last = full.assets.last().map(|asset| asset.sha256.clone());
    let links = [(
        last.unwrap_or_default(),
        "https://press.example.com/files/sample".to_owned(),
    )];
    let everything = RenderInput {
        version: &full,
        language: "en",
        purpose: "advance",
        embargo: Some(&embargo),
        newsroom_name: "Sample Newsroom",
        postal_address: "1 Sample Street\nSampletown",
        on_behalf_of: Some("Sample & Co"),
        cover_note: Some("Dear {{ contact.name | default(\"editor\") }}"),
        templates_dir: Some(dir),
        brand: Brand {
            logo: Some(Logo {
                cid: "logo",
                width: 120,
                height: 40,
            }),
            color: Color::parse("#0a5"),
        },
        links: &links,
        rehearsal: true,
        test: true,
    };
    render(&everything)?;
    let bare = Version {
        texts: vec![Text {
            language: "en".to_owned(),
            is_original: true,
            headline: "Headline".to_owned(),
            body: "Body.".to_owned(),
            ..Text::default()
        }],
        ..Version::default()
    };
    render(&RenderInput {
        version: &bare,
        purpose: "general",
        embargo: None,
        on_behalf_of: None,
        cover_note: None,
        brand: Brand::default(),
        links: &[],
        rehearsal: false,
        test: false,
        ..everything
    })?;
    notice::check(dir)
}

fn full() -> Version {
    let some = |text: &str| Some(text.to_owned());
    let asset = |position, use_| Asset {
        position,
        file_name: format!("picture-{position}.jpg"),
        media_type: "image/jpeg".to_owned(),
        alt: some("A picture"),
        caption: some("Caption"),
        credit: some("Sample"),
        rights: some("Free"),
        use_,
        ..Asset::default()
    };
    Version {
        kind: VersionKind::Correction,
        note: some("Nine, not ten"),
        texts: vec![
            Text {
                language: "en".to_owned(),
                is_original: false,
                headline: "Headline".to_owned(),
                subheads: vec!["Subhead".to_owned()],
                dateline: Some(Dateline {
                    city: "Sampletown".to_owned(),
                    ..Dateline::default()
                }),
                body: "A [link](https://example.com/).\n\n> “Quote”\n> — Sample Person, Chief"
                    .to_owned(),
                press_contacts: vec![PressContact {
                    name: "Sample Person".to_owned(),
                    role: some("Press"),
                    organization: some("Sample"),
                    phone: some("+1 604 555 0100"),
                    email: some("press@example.com"),
                    ..PressContact::default()
                }],
                end_mark: some("###"),
                source_url: some("https://example.com/"),
                ..Text::default()
            },
            Text {
                language: "de".to_owned(),
                is_original: true,
                ..Text::default()
            },
        ],
        boilerplates: vec![Boilerplate {
            language: "en".to_owned(),
            title: "About Sample".to_owned(),
            body: "About.".to_owned(),
            ..Boilerplate::default()
        }],
        assets: vec![asset(1, AssetUse::Attach), asset(2, AssetUse::Inline)],
    }
}
