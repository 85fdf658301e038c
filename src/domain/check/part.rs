//! A release as a copy editor has it on the desk: its parts, each a list of passages with their places.

use std::ops::Range;

use jiff::civil::Date;

use crate::domain::check::finding::Spot;
use crate::domain::check::origin::Origin;
use crate::domain::check::search::fold;
use crate::domain::check::standing::Standing;
use crate::domain::check::style::Style;
use crate::domain::content::{Text, Version};
use crate::domain::embargo::Embargo;
use crate::domain::instant::Instant;
use crate::domain::prose::{self, Block, BlockKind, Inline, InlineKind, Position, Speaker};
use crate::domain::zones::Zones;

/// The part with the legend for forward-looking statements.
pub(crate) const LEGEND: &str = "forward-looking statements";

/// In characters: what fits under a label in 80 columns.
const EXCERPT: usize = 72;

/// What the rules may know besides the text.
#[derive(Clone, Debug)]
pub struct Facts<'a> {
    pub now: Instant,
    /// The newsroom's zone; dates are read in it.
    pub zone: &'a str,
    pub zones: &'a Zones,
    pub embargo: &'a Embargo,
    /// When it goes out, where that is known already.
    pub send_at: Option<Instant>,
    /// When the first advance copy goes out, where there is one.
    pub advance_at: Option<Instant>,
    pub style: &'a Style,
    /// The newsroom itself lives at a reserved domain (example.com): a trial, where such links are fine.
    pub is_trial: bool,
    pub origin: Option<&'a Origin>,
    /// Less time than this between the first advance copy and the lift is an error, or a warning.
    pub min_lead: std::time::Duration,
    pub warn_lead: std::time::Duration,
    /// Names of the organizations we know, with their aliases.
    pub organizations: &'a [String],
    /// Short names of those whose shares are traded.
    pub listed: &'a [String],
    /// How old the texts are that go from release to release.
    pub standing: &'a Standing,
}

/// What a passage is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A headline, subhead, heading or name: a line that is no sentence.
    Line,
    Paragraph,
    Item,
    Cell,
    Code,
}

/// Something clickable or shown within a passage.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    pub range: Range<usize>,
    pub url: String,
    pub is_image: bool,
}

/// One block of words.
#[derive(Clone, Debug)]
pub struct Passage {
    /// Which of the copy's parts.
    pub part: usize,
    pub kind: Kind,
    pub is_heading: bool,
    pub text: String,
    /// [`fold`] of `text`.
    pub folded: String,
    pub links: Vec<Link>,
    /// Inside a block quote; who speaks stands in `quotes`.
    pub quoted: bool,
    /// Where links stand, in order and without overlaps.
    linked: Vec<Range<usize>>,
    at: Vec<(usize, Position)>,
}

/// A named part with its source.
#[derive(Clone, Debug)]
pub struct Part {
    /// `headline`, `subhead 1`, `dateline`, `body`, `about SLUG`, `LEGEND`, `contact SLUG`, `asset NAME`.
    pub name: String,
    lines: Vec<String>,
}

/// A block quote.
#[derive(Clone, Debug)]
pub struct Quote {
    /// Index of its first passage.
    pub first: usize,
    /// Index after its last passage.
    pub last: usize,
    pub speaker: Option<Speaker>,
}

/// One language version of a release, taken apart.
#[derive(Clone, Debug)]
pub struct Copy<'a> {
    pub version: &'a Version,
    pub text: &'a Text,
    pub facts: &'a Facts<'a>,
    pub parts: Vec<Part>,
    pub passages: Vec<Passage>,
    pub quotes: Vec<Quote>,
    /// Part and place of raw HTML, which is dropped from every mail.
    pub raw_html: Vec<(usize, Position)>,
    /// Widths of the tables, with their place in the body.
    pub tables: Vec<(usize, Position, usize)>,
}

impl Part {
    /// The lines of its source.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }
}

impl<'a> Copy<'a> {
    pub fn new(version: &'a Version, text: &'a Text, facts: &'a Facts<'a>) -> Self {
        let mut copy = Self {
            version,
            text,
            facts,
            parts: Vec::new(),
            passages: Vec::new(),
            quotes: Vec::new(),
            raw_html: Vec::new(),
            tables: Vec::new(),
        };
        copy.line("headline".to_owned(), &text.headline);
        for (number, subhead) in text.subheads.iter().enumerate() {
            copy.line(format!("subhead {}", number + 1), subhead);
        }
        copy.markdown("body".to_owned(), &text.body);
        for about in version.boilerplates(&text.language) {
            copy.line(format!("about {} title", about.slug), &about.title);
            copy.markdown(format!("about {}", about.slug), &about.body);
        }
        if let Some(legend) = &text.forward_looking {
            copy.markdown(LEGEND.to_owned(), legend);
        }
        for asset in &version.assets {
            let caption = asset.caption.as_deref().unwrap_or_default();
            copy.line(format!("asset {}", asset.file_name), caption);
        }
        copy
    }

    fn part(&mut self, name: String, source: &str) -> usize {
        let lines = source.split('\n').map(str::to_owned).collect();
        self.parts.push(Part { name, lines });
        self.parts.len() - 1
    }

    fn line(&mut self, name: String, source: &str) {
        let part = self.part(name, source);
        self.passages.push(Passage {
            part,
            kind: Kind::Line,
            is_heading: false,
            text: source.to_owned(),
            folded: fold(source),
            links: Vec::new(),
            quoted: false,
            linked: Vec::new(),
            at: vec![(0, Position { line: 1, column: 1 })],
        });
    }

    fn markdown(&mut self, name: String, source: &str) {
        let part = self.part(name, source);
        let prose = prose::read(source);
        self.raw_html
            .extend(prose.raw_html.iter().map(|at| (part, *at)));
        self.blocks(part, &prose.blocks, Kind::Paragraph, false);
    }

    fn blocks(&mut self, part: usize, blocks: &[Block], kind: Kind, quoted: bool) {
        for block in blocks {
            match &block.kind {
                BlockKind::Paragraph(inlines) => {
                    self.passage(part, block.at, inlines, kind, quoted, false);
                }
                BlockKind::Heading { inlines, .. } => {
                    self.passage(part, block.at, inlines, Kind::Line, quoted, true);
                }
                BlockKind::Quote { blocks, speaker } => {
                    let first = self.passages.len();
                    self.blocks(part, blocks, kind, true);
                    let last = self.passages.len();
                    let speaker = speaker.clone();
                    self.quotes.push(Quote {
                        first,
                        last,
                        speaker,
                    });
                }
                BlockKind::List { items, .. } => {
                    for item in items {
                        self.blocks(part, item, Kind::Item, quoted);
                    }
                }
                BlockKind::Table { header, rows, .. } => {
                    self.tables.push((part, block.at, header.len()));
                    for cell in header.iter().chain(rows.iter().flatten()) {
                        self.passage(part, block.at, cell, Kind::Cell, quoted, false);
                    }
                }
                BlockKind::Code(code) => {
                    let text = InlineKind::Code(code.clone());
                    let inline = Inline {
                        at: block.at,
                        kind: text,
                    };
                    self.passage(part, block.at, &[inline], Kind::Code, quoted, false);
                }
                BlockKind::Rule => {}
            }
        }
    }

    fn passage(
        &mut self,
        part: usize,
        at: Position,
        inlines: &[Inline],
        kind: Kind,
        quoted: bool,
        is_heading: bool,
    ) {
        let mut passage = Passage {
            part,
            kind,
            is_heading,
            text: String::new(),
            folded: String::new(),
            links: Vec::new(),
            quoted,
            linked: Vec::new(),
            at: vec![(0, at)],
        };
        gather(&mut passage, inlines);
        passage.linked = united(&passage.links);
        passage.folded = fold(&passage.text);
        self.passages.push(passage);
    }

    /// The passages of the body.
    pub fn body(&self) -> impl Iterator<Item = &Passage> {
        self.passages
            .iter()
            .filter(|passage| self.parts[passage.part].name == "body")
    }

    /// All that is read as sentences or lines, without code.
    pub fn prose(&self) -> impl Iterator<Item = &Passage> {
        self.passages
            .iter()
            .filter(|passage| passage.kind != Kind::Code)
    }

    pub fn part_name(&self, passage: &Passage) -> &str {
        &self.parts[passage.part].name
    }

    /// The first half of a language tag.
    pub fn language(&self) -> &str {
        self.text.language.split('-').next().unwrap_or_default()
    }

    /// A place in a passage; `range` in bytes of its text.
    pub fn spot(&self, passage: &Passage, range: &Range<usize>) -> Spot {
        let place = passage
            .at
            .partition_point(|(offset, _)| *offset <= range.start);
        let (offset, at) = passage.at[place.saturating_sub(1)];
        let position = Position {
            line: at.line,
            column: at.column + (range.start - offset),
        };
        let long = passage
            .text
            .get(range.clone())
            .map_or(1, |text| text.chars().count());
        self.spot_at(passage.part, position, long.max(1))
    }

    /// A place in the source of a part; `long` in characters.
    pub fn spot_at(&self, part: usize, at: Position, long: usize) -> Spot {
        let part = &self.parts[part];
        let line = part
            .lines
            .get(at.line.saturating_sub(1))
            .map_or("", String::as_str);
        let end = line.floor_char_boundary(at.column.saturating_sub(1));
        let column = letters(&line[..end]);
        let (excerpt, mark) = excerpt(line, column, long);
        let line = match self.facts.origin {
            Some(origin) => origin.line(&part.name, at.line.max(1)),
            None => at.line.max(1),
        };
        Spot {
            part: part.name.clone(),
            line,
            column: column + 1,
            excerpt,
            mark,
        }
    }

    /// A line of the file that was pasted.
    pub fn spot_in_file(&self, part: &str, line: usize, text: &str) -> Spot {
        let (excerpt, mark) = excerpt(text, 0, text.chars().count());
        Spot {
            part: part.to_owned(),
            line,
            column: 1,
            excerpt,
            mark,
        }
    }

    /// All places of some phrases in the passages, at most one rule's worth.
    pub fn spots<'b>(
        &self,
        passages: impl Iterator<Item = &'b Passage>,
        mut find: impl FnMut(&Passage) -> Vec<Range<usize>>,
    ) -> Vec<Spot> {
        let mut spots = Vec::new();
        for passage in passages {
            for range in find(passage) {
                spots.push(self.spot(passage, &range));
            }
        }
        spots
    }

    /// A civil date as the newsroom's calendar shows it.
    pub fn date_of(&self, instant: Instant) -> Option<Date> {
        let zone = self.facts.zones.get(self.facts.zone)?;
        Some(zone.to_datetime(instant.timestamp()).date())
    }
}

impl Passage {
    pub fn has_link(&self, range: &Range<usize>) -> bool {
        let next = self.linked.partition_point(|link| link.end <= range.start);
        let end = range.end.max(range.start + 1);
        self.linked.get(next).is_some_and(|link| link.start < end)
    }

    /// Whether something can be clicked or typed after this offset.
    pub fn link_after(&self, offset: usize) -> bool {
        self.linked.last().is_some_and(|link| link.end > offset)
    }

    /// Where the first link begins that stands wholly behind this offset.
    pub fn next_link(&self, offset: usize) -> Option<usize> {
        let next = self.linked.partition_point(|link| link.start < offset);
        self.linked.get(next).map(|link| link.start)
    }
}

fn gather(passage: &mut Passage, inlines: &[Inline]) {
    for inline in inlines {
        let offset = passage.text.len();
        match &inline.kind {
            InlineKind::Text(text) => {
                passage.at.push((offset, inline.at));
                passage.text.push_str(text);
            }
            InlineKind::Code(text) => {
                // The backtick itself.
                let at = Position {
                    line: inline.at.line,
                    column: inline.at.column + 1,
                };
                passage.at.push((offset, at));
                passage.text.push_str(text);
            }
            InlineKind::Strong(inner) | InlineKind::Emphasis(inner) => gather(passage, inner),
            InlineKind::Link { url, inlines } => {
                passage.at.push((offset, inline.at));
                gather(passage, inlines);
                let range = offset..passage.text.len();
                passage.links.push(Link {
                    range,
                    url: url.clone(),
                    is_image: false,
                });
            }
            InlineKind::Image { url, alt } => {
                passage.at.push((offset, inline.at));
                passage.text.push_str(alt);
                let range = offset..passage.text.len();
                passage.links.push(Link {
                    range,
                    url: url.clone(),
                    is_image: true,
                });
            }
            InlineKind::SoftBreak | InlineKind::Break => passage.text.push(' '),
        }
    }
}

/// The places of links as ranges that one can search: pictures inside a link are part of it.
fn united(links: &[Link]) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = links.iter().map(|link| link.range.clone()).collect();
    all.sort_by_key(|range| (range.start, range.end));
    let mut united: Vec<Range<usize>> = Vec::new();
    for range in all {
        match united.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => united.push(range),
        }
    }
    united
}

/// Characters, counted as fast as memory is read: a line may have half a million, and as many places.
fn letters(text: &str) -> usize {
    let is_first = |byte: &&u8| (**byte & 0xC0) != 0x80;
    text.as_bytes().iter().filter(is_first).count()
}

/// The words around a place, and where in them it is.
fn excerpt(line: &str, column: usize, long: usize) -> (String, (usize, usize)) {
    let line = line.trim_end();
    let length = letters(line);
    let column = column.min(length);
    let start = if length <= EXCERPT || column < EXCERPT / 2 {
        0
    } else {
        (column - EXCERPT / 2).min(length.saturating_sub(EXCERPT))
    };
    let end = (start + EXCERPT).min(length);
    let mut text: String = line
        .chars()
        .skip(start)
        .take(end - start)
        .map(|c| if c == '\t' { ' ' } else { c })
        .collect();
    if start > 0 {
        text = format!("…{}", text.chars().skip(1).collect::<String>());
    }
    if end < length {
        text.pop();
        text.push('…');
    }
    let long = long.min(end.saturating_sub(column)).max(1);
    (text, (column - start, long))
}
