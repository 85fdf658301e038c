//! Who is quoted: the line `— Name, Title` that closes a block quote.

use crate::domain::prose::text::inlines_text;
use crate::domain::prose::{Block, BlockKind, Inline, InlineKind, Speaker};

/// Takes the closing line off the quote when it names a speaker.
pub(crate) fn take(blocks: &mut Vec<Block>) -> Option<Speaker> {
    let Block {
        kind: BlockKind::Paragraph(inlines),
        ..
    } = blocks.last_mut()?
    else {
        return None;
    };
    let ends_line =
        |inline: &Inline| matches!(inline.kind, InlineKind::SoftBreak | InlineKind::Break);
    let line_end = inlines.iter().rposition(ends_line);
    let start = line_end.map_or(0, |index| index + 1);
    let line = inlines_text(&inlines[start..]);
    let at = inlines.get(start)?.at;
    let named = without_dash(&line)?;
    // The wires write one comma between name and title; a title may hold more of them.
    let (name, title) = match named.split_once(',') {
        Some((name, title)) => (name.trim(), Some(title.trim())),
        None => (named, None),
    };
    if name.is_empty() {
        return None;
    }
    let speaker = Speaker {
        at,
        name: name.to_owned(),
        title: title.filter(|title| !title.is_empty()).map(str::to_owned),
    };
    inlines.truncate(line_end.unwrap_or(0));
    if inlines.is_empty() {
        blocks.pop();
    }
    Some(speaker)
}

fn without_dash(line: &str) -> Option<&str> {
    let line = line.trim();
    ["—", "–", "―", "--"]
        .into_iter()
        .find_map(|dash| line.strip_prefix(dash))
        .map(str::trim)
}

#[cfg(test)]
mod tests {
    use crate::domain::prose::read;

    use super::*;

    fn speaker(markdown: &str) -> (usize, Option<(String, Option<String>)>) {
        let prose = read(markdown);
        let BlockKind::Quote { blocks, speaker } = &prose.blocks[0].kind else {
            panic!("{prose:?}")
        };
        let who = speaker.clone().map(|speaker| (speaker.name, speaker.title));
        (blocks.len(), who)
    }

    #[test]
    fn finds_the_speaker_on_the_last_line() {
        let ines = Some(("Ines Roy".to_owned(), Some("Chief, Tides".to_owned())));
        for quote in [
            "> “We did it.”\n> — Ines Roy, Chief, Tides",
            "> “We did it.”\n>\n> -- **Ines Roy**, Chief, Tides",
            "> “We did it.”  \n> –Ines Roy, Chief, Tides\n",
        ] {
            assert_eq!(speaker(quote), (1, ines.clone()), "{quote}");
        }
        assert_eq!(speaker("> We.\n> — Ines"), (1, Some(("Ines".into(), None))));
    }

    #[test]
    fn a_quote_without_one_stays_whole() {
        for quote in [
            "> “We did it.”",
            "> We — all of us",
            "> We.\n> —",
            "> We.\n> — , Chief",
        ] {
            assert_eq!(speaker(quote), (1, None), "{quote}");
        }
    }
}
