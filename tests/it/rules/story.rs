//! A release without a fault, for a test to make one in.

use std::time::Duration;

use dateline::domain::check::{Copy, Facts, Finding, Standing, Style, check};
use dateline::domain::content::{Boilerplate, Dateline, Issuer, PressContact, Text, Version};
use dateline::domain::embargo::Embargo;
use dateline::domain::instant::Instant;
use dateline::domain::when::{Moment, read_any};
use dateline::domain::zones::Zones;

/// What a release in these tests is, before a test makes a fault.
pub(crate) struct Story {
    pub(crate) version: Version,
    pub(crate) embargo: Embargo,
    pub(crate) zone: &'static str,
    pub(crate) now: &'static str,
    pub(crate) send_at: Option<&'static str>,
    pub(crate) advance_at: Option<&'static str>,
    pub(crate) listed: Vec<String>,
    pub(crate) style: Style,
}

fn at(text: &str) -> Instant {
    Instant::from_timestamp_down(text.parse().unwrap())
}

fn moment(text: &str) -> Moment {
    read_any(text, None, &Zones::bundled()).unwrap()
}

impl Story {
    pub(crate) fn new(language: &str, body: &str) -> Self {
        let (city, country) = match language {
            "de" => ("Hamburg", "DE"),
            "fr" => ("Lyon", "FR"),
            "es" => ("Valencia", "ES"),
            _ => ("London", "GB"),
        };
        let text = Text {
            language: language.to_owned(),
            is_original: true,
            headline: "Harbour Light Opens a Tidal Plant for 9,000 Homes".to_owned(),
            dateline: Some(Dateline {
                city: city.to_owned(),
                country: Some(country.to_owned()),
                date: Some("2026-11-20".parse().unwrap()),
                ..Dateline::default()
            }),
            body: body.to_owned(),
            issuers: vec![Issuer {
                slug: "harbour-light".to_owned(),
                name: "Harbour Light".to_owned(),
                ..Issuer::default()
            }],
            press_contacts: vec![PressContact {
                slug: "ana".to_owned(),
                name: "Ana Reyes".to_owned(),
                phone: Some("+44 20 7946 0100".to_owned()),
                email: Some("ana@harbourlight.site".to_owned()),
                ..PressContact::default()
            }],
            source_url: Some("https://harbourlight.site/plant".to_owned()),
            ..Text::default()
        };
        let about = Boilerplate {
            language: language.to_owned(),
            slug: "harbour-light".to_owned(),
            title: "About Harbour Light".to_owned(),
            number: 1,
            body: "Harbour Light".to_owned(),
            ..Boilerplate::default()
        };
        Self {
            version: Version {
                texts: vec![text],
                boilerplates: vec![about],
                ..Version::default()
            },
            embargo: Embargo::None,
            zone: "Europe/London",
            now: "2026-11-18T09:00:00Z",
            send_at: None,
            advance_at: None,
            listed: Vec::new(),
            style: Style::default(),
        }
    }

    pub(crate) fn text(&mut self) -> &mut Text {
        &mut self.version.texts[0]
    }

    pub(crate) fn until(mut self, text: &str) -> Self {
        self.embargo = Embargo::Until {
            seq: 1,
            moment: moment(text),
        };
        self
    }

    pub(crate) fn findings(&self) -> Vec<Finding> {
        let zones = Zones::bundled();
        let facts = Facts {
            now: at(self.now),
            zone: self.zone,
            zones: &zones,
            embargo: &self.embargo,
            send_at: self.send_at.map(at),
            advance_at: self.advance_at.map(at),
            style: &self.style,
            is_trial: false,
            origin: None,
            min_lead: Duration::from_hours(2),
            warn_lead: Duration::from_hours(24),
            organizations: &["Harbour Light".to_owned()],
            listed: &self.listed,
            standing: &Standing::default(),
        };
        check(&Copy::new(&self.version, &self.version.texts[0], &facts))
    }

    pub(crate) fn finding(&self, rule: &str) -> Option<Finding> {
        let mut all = self.findings().into_iter();
        all.find(|finding| finding.rule == rule)
    }
}
