//! The document's body: paragraphs, lists, tables and pictures, in the order in which they stand.

use std::collections::BTreeMap;

use crate::intake::docx::element::{Element, Node};
use crate::intake::docx::lost::lost;
use crate::intake::docx::styles::{Item, Role, Styles};
use crate::intake::docx::words::{Run, markdown};
use crate::intake::docx::{DocxProblem, refused};

/// What Word itself can make; a narrow row is filled up to the widest.
const MOST_COLUMNS: usize = 63;
/// A release has a handful; each is compared with those before it.
const MOST_PICTURES: usize = 200;

#[derive(Clone, PartialEq, Eq, Debug)]
struct Block {
    role: Role,
    item: Option<Item>,
    /// As typed, for front matter.
    plain: String,
    text: String,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Body {
    blocks: Vec<Block>,
    /// File names and their targets in the package.
    pub(crate) pictures: Vec<(String, String)>,
    alts: Vec<String>,
}

struct Walk<'a> {
    styles: &'a Styles,
    links: &'a BTreeMap<String, String>,
    body: Body,
}

pub(crate) fn read(
    root: &Element,
    styles: &Styles,
    links: &BTreeMap<String, String>,
) -> Result<Body, DocxProblem> {
    lost(root)?;
    let mut walk = Walk {
        styles,
        links,
        body: Body::default(),
    };
    if let Some(body) = root.child("body") {
        walk.blocks(body)?;
    }
    Ok(walk.body)
}

impl Walk<'_> {
    fn blocks(&mut self, parent: &Element) -> Result<(), DocxProblem> {
        for child in parent.children() {
            match child.name.as_str() {
                "p" => self.paragraph(child)?,
                "tbl" => self.table(child)?,
                "sdt" | "sdtContent" | "customXml" | "smartTag" => self.blocks(child)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn paragraph(&mut self, paragraph: &Element) -> Result<(), DocxProblem> {
        let properties = paragraph.child("pPr");
        let runs = self.runs(paragraph)?;
        let text = markdown(&runs, false);
        if !text.is_empty() {
            self.body.blocks.push(Block {
                role: self.styles.role(properties),
                item: self.styles.item(properties),
                plain: runs.iter().map(|run| run.text.as_str()).collect(),
                text,
            });
        }
        Ok(())
    }

    fn runs(&mut self, parent: &Element) -> Result<Vec<Run>, DocxProblem> {
        let mut runs = Vec::new();
        self.collect(parent, None, &mut runs)?;
        Ok(runs)
    }

    /// The runs below an element; the address of a link field counts from its separator on.
    fn collect(
        &mut self,
        parent: &Element,
        link: Option<&str>,
        runs: &mut Vec<Run>,
    ) -> Result<(), DocxProblem> {
        let mut field: Option<String> = None;
        for child in parent.children() {
            match child.name.as_str() {
                "r" => {
                    if let Some(code) = child.child("instrText") {
                        field = address(&code.text());
                    }
                    let ends = child
                        .child("fldChar")
                        .and_then(|mark| mark.get("fldCharType"));
                    if ends == Some("end") {
                        field = None;
                    }
                    let link = field.as_deref().or(link);
                    self.run(child, link, runs)?;
                }
                "hyperlink" => {
                    let target = child.get("id").and_then(|id| self.links.get(id)).cloned();
                    // Without a target it leads to another place in the document.
                    self.collect(child, target.as_deref().or(link), runs)?;
                }
                "fldSimple" => {
                    let target = address(child.get("instr").unwrap_or_default());
                    self.collect(child, target.as_deref().or(link), runs)?;
                }
                "smartTag" | "sdt" | "sdtContent" | "dir" | "bdo" => {
                    self.collect(child, link, runs)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn run(
        &mut self,
        run: &Element,
        link: Option<&str>,
        runs: &mut Vec<Run>,
    ) -> Result<(), DocxProblem> {
        let dress = run.child("rPr");
        let is_on = |name| dress.is_some_and(|dress| dress.is_on(name));
        let mut text = String::new();
        for child in run.children() {
            match child.name.as_str() {
                "t" => text.push_str(&child.text()),
                "tab" => text.push(' '),
                "noBreakHyphen" => text.push('\u{2011}'),
                "br" | "cr" if child.get("type").is_none_or(|kind| kind == "textWrapping") => {
                    text.push('\n');
                }
                "drawing" | "pict" | "AlternateContent" => {
                    let picture = self.picture(child)?;
                    runs.extend(picture.map(|text| Run {
                        text,
                        is_markdown: true,
                        ..Run::default()
                    }));
                }
                _ => {}
            }
        }
        runs.push(Run {
            text,
            bold: is_on("b"),
            italic: is_on("i"),
            link: link.map(str::to_owned),
            is_markdown: false,
        });
        Ok(())
    }

    /// The mark of a picture; none where the drawing is a mere line.
    fn picture(&mut self, drawing: &Element) -> Result<Option<String>, DocxProblem> {
        let blip = find(drawing, "blip").or_else(|| find(drawing, "imagedata"));
        let Some(blip) = blip else { return Ok(None) };
        let id = blip.get("embed").or_else(|| blip.get("id"));
        let Some(target) = id.and_then(|id| self.links.get(id)) else {
            return Err(refused(
                "docx-picture",
                "a picture of the document is only linked, not in it",
                "in Word: insert the picture itself",
            ));
        };
        let name = target.rsplit('/').next().unwrap_or_default().to_owned();
        let its = find(drawing, "docPr");
        // LibreOffice writes what Word calls the description as the title.
        let said = |name| {
            its.and_then(|its| its.get(name))
                .filter(|text| !text.is_empty())
        };
        let alt = said("descr").or_else(|| said("title"));
        let alt = alt.unwrap_or_default().replace(['[', ']', '\n'], " ");
        let mark = format!("![{}]({name})", alt.trim());
        if !self.body.pictures.iter().any(|(known, _)| *known == name) {
            if self.body.pictures.len() == MOST_PICTURES {
                return Err(refused(
                    "docx-bomb",
                    format!("the document has more than {MOST_PICTURES} pictures"),
                    "keep those that journalists need",
                ));
            }
            self.body.pictures.push((name, target.clone()));
            self.body.alts.push(alt.trim().to_owned());
        }
        Ok(Some(mark))
    }

    fn table(&mut self, table: &Element) -> Result<(), DocxProblem> {
        let mut rows: Vec<Vec<String>> = Vec::new();
        for row in table.children().filter(|one| one.name == "tr") {
            let mut cells = Vec::new();
            for cell in row.children().filter(|one| one.name == "tc") {
                if cell.child("tbl").is_some() {
                    return Err(refused(
                        "nested-table",
                        "the document has a table inside a table",
                        "make it one table",
                    ));
                }
                let mut words = Vec::new();
                for paragraph in cell.children().filter(|one| one.name == "p") {
                    let text = markdown(&self.runs(paragraph)?, true);
                    if !text.is_empty() {
                        words.push(text.replace("\\\n", " "));
                    }
                }
                let span = cell.child("tcPr").and_then(|its| its.value("gridSpan"));
                let span = span
                    .and_then(|span| span.parse::<usize>().ok())
                    .unwrap_or(1);
                cells.push(words.join(" "));
                cells.extend((1..span.min(64)).map(|_| String::new()));
                if cells.len() > MOST_COLUMNS {
                    return Err(refused(
                        "wide-table",
                        format!("the document has a table of more than {MOST_COLUMNS} columns"),
                        "no mail can show it: attach a spreadsheet",
                    ));
                }
            }
            rows.push(cells);
        }
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut lines = Vec::new();
        for (place, mut row) in rows.into_iter().enumerate() {
            row.resize(width, String::new());
            lines.push(format!("| {} |", row.join(" | ")));
            if place == 0 {
                lines.push(format!("|{}", " --- |".repeat(width)));
            }
        }
        if width > 0 {
            self.body.blocks.push(Block {
                role: Role::Body,
                item: None,
                plain: String::new(),
                text: lines.join("\n"),
            });
        }
        Ok(())
    }
}

/// The first element of a name at any depth.
fn find<'a>(element: &'a Element, name: &str) -> Option<&'a Element> {
    if element.name == name {
        return Some(element);
    }
    let mut nodes = element.nodes.iter();
    nodes.find_map(|node| match node {
        // The same again for older programs.
        Node::Element(child) if child.name != "Fallback" => find(child, name),
        _ => None,
    })
}

/// The address in ` HYPERLINK "https://…" `.
fn address(code: &str) -> Option<String> {
    let rest = code.trim().strip_prefix("HYPERLINK")?;
    let address = rest.split('"').nth(1)?;
    (!address.is_empty()).then(|| address.to_owned())
}

impl Body {
    /// Front matter and Markdown.
    pub(crate) fn release_file(&self, slug: &str) -> String {
        let opens = |block: &&Block| block.plain.trim() == "+++";
        let mut blocks = self.blocks.as_slice();
        let mut front = Vec::new();
        if blocks.first().as_ref().is_some_and(opens)
            && let Some(end) = blocks.iter().skip(1).position(|block| opens(&block))
        {
            let lines = blocks[1..=end].iter();
            // Word turns the quotes of TOML into those of print.
            front.extend(lines.map(|line| line.plain.replace(['“', '”', '„'], "\"")));
            blocks = &blocks[end + 2..];
        } else {
            front.push(format!("slug = {}", quoted(slug)));
            blocks = Self::headings(blocks, &mut front);
        }
        if !self.pictures.is_empty() && !front.iter().any(|line| line.starts_with("assets")) {
            let assets = self
                .pictures
                .iter()
                .zip(&self.alts)
                .map(|((name, _), alt)| {
                    let alt = if alt.is_empty() {
                        String::new()
                    } else {
                        format!(", alt = {}", quoted(alt))
                    };
                    format!("{{ file = {}{alt}, use = \"inline\" }}", quoted(name))
                });
            let assets: Vec<String> = assets.collect();
            front.push(format!("assets = [{}]", assets.join(", ")));
        }
        format!("+++\n{}\n+++\n{}\n", front.join("\n"), text(blocks))
    }

    /// Takes headline and subheads off the beginning.
    fn headings<'a>(mut blocks: &'a [Block], front: &mut Vec<String>) -> &'a [Block] {
        let Some(first) = blocks.first() else {
            return blocks;
        };
        // A document without a title opens with its headline all the same.
        front.push(format!("headline = {}", quoted(&first.plain)));
        blocks = &blocks[1..];
        let subheads = blocks
            .iter()
            .take_while(|block| block.role == Role::Subtitle);
        let subheads: Vec<String> = subheads.map(|block| quoted(&block.plain)).collect();
        if !subheads.is_empty() {
            front.push(format!("subheads = [{}]", subheads.join(", ")));
        }
        &blocks[subheads.len()..]
    }
}

/// Whether two paragraphs belong to one list: bullets after numbers begin another.
fn continues(before: Option<Item>, after: Option<Item>) -> bool {
    match (before, after) {
        (Some(before), Some(after)) => {
            before.level != after.level || before.is_numbered == after.is_numbered
        }
        _ => false,
    }
}

/// A TOML string on one line.
fn quoted(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn text(blocks: &[Block]) -> String {
    let mut out = String::new();
    let mut last: Option<&Block> = None;
    let mut numbers = [0_usize; 9];
    for block in blocks {
        let together = last.is_some_and(|last| {
            continues(last.item, block.item)
                || (last.role == Role::Quote && block.role == Role::Quote)
        });
        match (last, together) {
            (None, _) => {}
            (Some(_), true) if block.item.is_some() => out.push('\n'),
            (Some(_), true) => out.push_str("\n>\n"),
            (Some(_), false) => out.push_str("\n\n"),
        }
        if !together {
            numbers = [0; 9];
        }
        match (block.item, block.role) {
            (Some(item), _) => {
                numbers[item.level] += 1;
                numbers[item.level + 1..].fill(0);
                out.push_str(&"   ".repeat(item.level));
                if item.is_numbered {
                    out.push_str(&numbers[item.level].to_string());
                    out.push_str(". ");
                } else {
                    out.push_str("- ");
                }
            }
            (None, Role::Title | Role::Heading(1 | 2)) => out.push_str("## "),
            (None, Role::Subtitle) => out.push_str("### "),
            (None, Role::Heading(level)) => {
                out.push_str(&"#".repeat(level));
                out.push(' ');
            }
            (None, Role::Quote) => out.push_str("> "),
            (None, Role::Body) => {}
        }
        out.push_str(&block.text);
        last = Some(block);
    }
    out
}
