//! XML as a small tree: local names, attributes, text; no entities of its own, no depth without end.

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use crate::intake::docx::package::damaged;
use crate::intake::docx::{DocxProblem, refused};

const DEEPEST: usize = 200;
/// Elements, texts and attributes of one part. The longest report has a tenth of it; as a tree they
/// take twenty times the room that they take as text.
const MOST_NODES: usize = 400_000;
/// Of one element; Word writes a dozen. Each is compared with all before it.
const MOST_ATTRIBUTES: usize = 200;

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Node {
    Element(Element),
    Text(String),
}

#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Element {
    /// Without its prefix.
    pub(crate) name: String,
    /// Without their prefixes.
    attributes: Vec<(String, String)>,
    pub(crate) nodes: Vec<Node>,
}

impl Element {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }

    pub(crate) fn children(&self) -> impl Iterator<Item = &Self> {
        self.nodes.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children().find(|child| child.name == name)
    }

    /// `w:val` of a child, such as the style's name of `w:pStyle`.
    pub(crate) fn value(&self, child: &str) -> Option<&str> {
        self.child(child)?.get("val")
    }

    /// Whether a switch such as `w:b` is on: it is without a value, too.
    pub(crate) fn is_on(&self, child: &str) -> bool {
        self.child(child)
            .is_some_and(|child| !matches!(child.get("val"), Some("0" | "false" | "off" | "none")))
    }

    pub(crate) fn text(&self) -> String {
        let texts = self.nodes.iter().map(|node| match node {
            Node::Text(text) => text.clone(),
            Node::Element(element) => element.text(),
        });
        texts.collect()
    }
}

/// Parses one part. A document type is refused: Word writes none, and entities can be bombs.
pub(crate) fn parse(xml: &str) -> Result<Element, DocxProblem> {
    let mut reader = Reader::from_str(xml.trim_start_matches('\u{feff}'));
    let mut open = vec![Element::default()];
    let mut count = 0;
    loop {
        count += 1;
        if count > MOST_NODES || open.len() > DEEPEST {
            return Err(bomb());
        }
        match reader.read_event().map_err(|_| damaged())? {
            Event::Start(start) => open.push(element(&start, &mut count)?),
            Event::Empty(start) => {
                let empty = element(&start, &mut count)?;
                add(&mut open, Node::Element(empty));
            }
            Event::End(_) => {
                let closed = open.pop().ok_or_else(damaged)?;
                if open.is_empty() {
                    return Err(damaged());
                }
                add(&mut open, Node::Element(closed));
            }
            Event::Text(text) => add(&mut open, Node::Text(text.xml10_content().into_owned())),
            Event::CData(text) => add(&mut open, Node::Text(text.xml10_content().into_owned())),
            Event::GeneralRef(entity) => {
                let text = match entity.resolve_char_ref().map_err(|_| damaged())? {
                    Some(c) => c.to_string(),
                    None => resolve_predefined_entity(&entity)
                        .ok_or_else(damaged)?
                        .to_owned(),
                };
                add(&mut open, Node::Text(text));
            }
            Event::DocType(_) => return Err(damaged()),
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
    let whole = open.pop().filter(|_| open.is_empty()).ok_or_else(damaged)?;
    let root = whole.nodes.into_iter().find_map(|node| match node {
        Node::Element(element) => Some(element),
        Node::Text(_) => None,
    });
    root.ok_or_else(damaged)
}

fn bomb() -> DocxProblem {
    refused(
        "docx-bomb",
        "the document is nested too deeply or has too many parts",
        "save it again in Word",
    )
}

fn add(open: &mut [Element], node: Node) {
    if let Some(parent) = open.last_mut() {
        parent.nodes.push(node);
    }
}

fn element(start: &BytesStart<'_>, count: &mut usize) -> Result<Element, DocxProblem> {
    let mut element = Element {
        name: local(start.name().as_ref()),
        ..Element::default()
    };
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|_| damaged())?;
        if element.attributes.len() == MOST_ATTRIBUTES {
            return Err(bomb());
        }
        *count += 1;
        let value = attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|_| damaged())?;
        let name = local(attribute.key.as_ref());
        element.attributes.push((name, value.into_owned()));
    }
    Ok(element)
}

fn local(name: &str) -> String {
    name.rsplit(':').next().unwrap_or_default().to_owned()
}
