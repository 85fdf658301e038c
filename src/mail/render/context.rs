//! What a template may print: the parts of a release, once as text and once as safe HTML.

use std::collections::BTreeMap;

use minijinja::Value;

use crate::domain::color::Color;
use crate::domain::content::{Asset, AssetUse, PressContact, Text};
use crate::domain::prose::{self, BlockKind, Links, Prose};
use crate::domain::slot;
use crate::mail::render::Logo;
use crate::mail::render::RenderInput;
use crate::mail::render::labels;

type Context = BTreeMap<&'static str, Value>;

/// The release taken apart, before either part is written.
pub(crate) struct Parts<'a> {
    input: &'a RenderInput<'a>,
    text: &'a Text,
    cover_note: Option<Prose>,
    body: Prose,
    boilerplates: Vec<(String, Prose)>,
    forward_looking: Option<Prose>,
}

impl<'a> Parts<'a> {
    pub(crate) fn new(input: &'a RenderInput<'a>, text: &'a Text) -> Self {
        let mut body = prose::read(&slot::freeze(&text.body));
        if let Some(dateline) = text.dateline_line() {
            body.open_with(&plain(&dateline));
        }
        let boilerplates = input
            .version
            .boilerplates(&text.language)
            .into_iter()
            .map(|about| (plain(&about.title), prose::read(&plain(&about.body))))
            .collect();
        let legend = text.forward_looking.as_deref();
        let legend = legend.filter(|legend| !legend.trim().is_empty());
        let cover_note = input.cover_note.filter(|note| !note.trim().is_empty());
        Self {
            input,
            text,
            cover_note: cover_note.map(|note| prose::read(&slot::freeze(note))),
            body,
            boilerplates,
            forward_looking: legend.map(|legend| prose::read(&plain(legend))),
        }
    }

    pub(crate) fn text_context(&self) -> Context {
        let mut links = Links::default();
        let language = &self.text.language;
        let mut write = |prose: &Prose| prose::to_text(prose, language, &mut links);
        let cover_note = self.cover_note.as_ref().map(&mut write);
        let body = write(&self.body);
        let abouts: Vec<_> = self
            .boilerplates
            .iter()
            .map(|(title, about)| named([("title", title.into()), ("body", write(about).into())]))
            .collect();
        let legend = self.forward_looking.as_ref().map(&mut write);
        let mut context = self.shared();
        context.insert("forward_looking", legend.into());
        context.insert("cover_note", cover_note.into());
        context.insert("body", body.into());
        context.insert("boilerplates", abouts.into());
        context.insert("links", links.urls().to_vec().into());
        context
    }

    pub(crate) fn html_context(&self) -> Context {
        let pictures = &self.input.version.assets;
        let picture = |url: &str| {
            let asset = pictures
                .iter()
                .find(|asset| asset.use_ == AssetUse::Inline && asset.file_name == url)?;
            Some(format!("cid:{}", asset.content_id()))
        };
        let write = |prose: &Prose| Value::from_safe_string(prose::to_html_with(prose, &picture));
        let abouts: Vec<_> = self
            .boilerplates
            .iter()
            .map(|(title, about)| named([("title", title.into()), ("body", write(about))]))
            .collect();
        let mut context = self.shared();
        let legend = self.forward_looking.as_ref().map(write);
        context.insert("forward_looking", legend.into());
        context.insert("cover_note", self.cover_note.as_ref().map(write).into());
        context.insert("body", write(&self.body));
        context.insert("boilerplates", abouts.into());
        context.insert("preheader", self.preheader().into());
        context
    }

    /// What both parts print alike.
    fn shared(&self) -> Context {
        let (input, text) = (self.input, self.text);
        let language = text.language.as_str();
        let banner = labels::banner(input.version.kind, language);
        let note = input
            .version
            .note
            .as_deref()
            .map(str::trim)
            .filter(|note| !note.is_empty());
        let translated = !text.is_original && input.version.texts.len() > 1;
        let address = input
            .postal_address
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty());
        let source_url = text.source_url.as_deref().map(str::trim);
        let source_url = source_url.filter(|url| prose::is_allowed_link(url));
        let contacts = text.press_contacts.iter().map(press_contact);
        let list = |texts: &[String]| -> Value {
            texts
                .iter()
                .map(|text| slot::freeze(text))
                .collect::<Vec<_>>()
                .into()
        };
        let optional = |text: Option<&str>| -> Value { text.map(plain).into() };
        let mut shared = BTreeMap::from([
            ("language", language.into()),
            ("direction", labels::direction(language).into()),
            (
                "labels",
                Value::from_pairs(labels::labels(language).entries()),
            ),
            ("purpose", input.purpose.into()),
            ("rehearsal", input.rehearsal.into()),
            ("test", input.test.into()),
            (
                "embargo",
                input
                    .embargo
                    .map(|embargo| plain(embargo.long.trim()) + &slot::freeze(&embargo.there))
                    .into(),
            ),
            ("banner", optional(banner)),
            ("note", optional(note)),
            ("translated", translated.into()),
            ("headline", slot::freeze(&text.headline).into()),
            ("subheads", list(&text.subheads)),
            ("press_contacts", contacts.collect::<Vec<_>>().into()),
            ("end_mark", optional(text.end_mark.as_deref())),
            ("source_url", optional(source_url)),
            (
                "tickers",
                text.tickers
                    .iter()
                    .map(|one| plain(one))
                    .collect::<Vec<_>>()
                    .into(),
            ),
            ("downloads", self.downloads().into()),
            ("attached", self.assets(AssetUse::Attach)),
            ("pictures", self.assets(AssetUse::Inline)),
            ("newsroom_name", plain(input.newsroom_name).into()),
            ("on_behalf_of", optional(input.on_behalf_of)),
            (
                "postal_address",
                address.map(plain).collect::<Vec<_>>().into(),
            ),
            ("optout", slot::frame("optout").into()),
            ("reason", slot::frame("reason").into()),
            ("list", slot::frame("list").into()),
        ]);
        shared.extend(self.brand());
        shared
    }

    /// How the house looks.
    fn brand(&self) -> [(&'static str, Value); 3] {
        let brand = self.input.brand;
        let readable = |color: Color| color.readable_on_white().to_string();
        [
            ("logo", brand.logo.map(logo).into()),
            ("color", brand.color.map(|color| color.to_string()).into()),
            ("link_color", brand.color.map(readable).into()),
        ]
    }

    /// Pictures with a caption; `shown` when the body has it already. What is only linked stands
    /// among the downloads, where it has an address.
    fn assets(&self, use_: AssetUse) -> Value {
        let mut assets: Vec<&Asset> = self.input.version.assets.iter().collect();
        assets.retain(|asset| asset.use_ == use_ && self.link(asset).is_none());
        assets.sort_by_key(|asset| asset.position);
        let credit = labels::labels(&self.text.language).credit;
        let about = assets.into_iter().map(|asset| {
            let credit = asset.credit.as_ref().map(|name| format!("{credit} {name}"));
            let caption = caption([
                asset.caption.as_ref(),
                credit.as_ref(),
                asset.rights.as_ref(),
            ]);
            let shown = self.text.body.contains(&format!("]({})", asset.file_name));
            named([
                ("file_name", plain(&asset.file_name).into()),
                ("cid", asset.content_id().into()),
                (
                    "alt",
                    plain(asset.alt.as_deref().unwrap_or_default()).into(),
                ),
                ("caption", caption.into()),
                ("shown", shown.into()),
            ])
        });
        about.collect::<Vec<_>>().into()
    }

    /// The address of an asset that does not travel with this mail; a picture in the text always does.
    fn link(&self, asset: &Asset) -> Option<&str> {
        if asset.use_ == AssetUse::Inline {
            return None;
        }
        let known = self.input.links.iter();
        let mut known = known.filter(|(sha256, _)| *sha256 == asset.sha256);
        known.next().map(|(_, url)| url.as_str())
    }

    /// Files that lie elsewhere, with a caption like those that travel.
    fn downloads(&self) -> Vec<Value> {
        let credit = labels::labels(&self.text.language).credit;
        let mut assets: Vec<&Asset> = self.input.version.assets.iter().collect();
        assets.sort_by_key(|asset| asset.position);
        let ours = assets.into_iter().filter_map(|asset| {
            let url = self.link(asset)?;
            let by = asset.credit.as_ref().map(|name| format!("{credit} {name}"));
            let title = format!("{} ({})", asset.file_name, about(asset.size));
            Some(named([
                ("url", plain(url).into()),
                ("title", plain(&title).into()),
                (
                    "caption",
                    caption([asset.caption.as_ref(), by.as_ref(), asset.rights.as_ref()]).into(),
                ),
            ]))
        });
        let links = self.text.downloads.iter();
        let links = links.filter(|one| prose::is_allowed_link(&one.url));
        let links = links.map(|one| {
            let by = one.credit.as_ref().map(|name| format!("{credit} {name}"));
            named([
                ("url", plain(&one.url).into()),
                ("title", plain(&one.title).into()),
                (
                    "caption",
                    caption([one.caption.as_ref(), by.as_ref(), one.rights.as_ref()]).into(),
                ),
            ])
        });
        ours.chain(links).collect()
    }

    /// The line mail programs show beside the subject: the embargo before anything else.
    fn preheader(&self) -> String {
        if let Some(embargo) = self.input.embargo {
            return plain(&embargo.long);
        }
        if let Some(subhead) = self.text.subheads.first() {
            return slot::freeze(subhead);
        }
        let lead = self.body.blocks.iter().find_map(|block| match &block.kind {
            BlockKind::Paragraph(inlines) => Some(prose::inlines_text(inlines)),
            _ => None,
        });
        // Cutting must not halve a sentinel.
        let lead = slot::strip_private_use(&lead.unwrap_or_default());
        let cut = lead
            .char_indices()
            .nth(140)
            .map_or(lead.len(), |(index, _)| index);
        lead[..cut].to_owned()
    }
}

fn press_contact(contact: &PressContact) -> Value {
    let optional = |text: &Option<String>| -> Value {
        let text = text
            .as_deref()
            .map(str::trim)
            .filter(|text| !text.is_empty());
        text.map(plain).into()
    };
    let tel = contact.phone.as_ref().map(|phone| {
        let dialed = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+');
        dialed.collect::<String>()
    });
    named([
        ("name", plain(&contact.name).into()),
        ("role", optional(&contact.role)),
        ("organization", optional(&contact.organization)),
        ("phone", optional(&contact.phone)),
        ("tel", tel.filter(|tel| !tel.is_empty()).into()),
        ("email", optional(&contact.email)),
        ("with_previous", contact.with_previous.into()),
    ])
}

fn logo(logo: Logo<'_>) -> Value {
    named([
        ("cid", plain(logo.cid).into()),
        ("width", logo.width.into()),
        ("height", logo.height.into()),
    ])
}

/// A size as people say it.
fn about(bytes: u64) -> String {
    let tenths = (bytes + 50_000) / 100_000;
    if tenths < 10 {
        format!("{} kB", bytes.div_ceil(1000))
    } else {
        format!("{}.{} MB", tenths / 10, tenths % 10)
    }
}

/// Caption, credit and rights as sentences.
fn caption(parts: [Option<&String>; 3]) -> String {
    let parts = parts.into_iter().flatten().map(|text| plain(text.trim()));
    let parts = parts.filter(|text| !text.is_empty()).map(sentence);
    parts.collect::<Vec<_>>().join(" ")
}

/// Closed with a full stop unless it has an end of its own.
fn sentence(mut text: String) -> String {
    if !text.ends_with(['.', '!', '?', '…', '。']) {
        text.push('.');
    }
    text
}

fn named<const N: usize>(entries: [(&'static str, Value); N]) -> Value {
    Value::from_pairs(entries)
}

/// Text that may hold no merge field: one of our sentinels in it would be somebody else's.
fn plain(text: &str) -> String {
    slot::strip_private_use(text)
}
