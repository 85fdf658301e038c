//! SVG pictures that strangers drew: only what is looked at and does nothing may go along.

use quick_xml::XmlVersion;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// Elements that run, play, fetch or ask.
const ACTORS: &[&str] = &[
    "script",
    "foreignobject",
    "iframe",
    "embed",
    "object",
    "audio",
    "video",
    "handler",
    "listener",
    "form",
    "input",
    "textarea",
    "meta",
    "link",
];

/// What an SVG does beyond being looked at, in words that follow "the picture has"; nothing for a
/// plain one. What cannot be read as XML is not believed to be plain.
pub fn acts(bytes: &[u8]) -> Option<&'static str> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Some("another encoding than UTF-8");
    };
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut in_style = false;
    loop {
        let found = match reader.read_event() {
            Err(_) => return Some("XML that is damaged"),
            Ok(Event::Eof) => return None,
            // Named pieces of text can hide anything, and grow without end.
            Ok(Event::DocType(kind)) if kind.contains('[') => Some("entities of its own"),
            Ok(Event::PI(pi)) if pi.target() != "xpacket" => Some("a processing instruction"),
            Ok(Event::Start(start)) => {
                in_style = start.local_name().as_ref().eq_ignore_ascii_case("style");
                element(&start)
            }
            Ok(Event::Empty(start)) => element(&start),
            Ok(Event::End(_)) => {
                in_style = false;
                None
            }
            Ok(Event::Text(words)) if in_style => fetches(&words),
            Ok(Event::CData(words)) if in_style => fetches(&words),
            Ok(Event::GeneralRef(_)) if in_style => Some("a style in disguise"),
            Ok(_) => None,
        };
        if found.is_some() {
            return found;
        }
    }
}

fn element(start: &BytesStart<'_>) -> Option<&'static str> {
    let name = start.local_name().as_ref().to_ascii_lowercase();
    if ACTORS.contains(&name.as_str()) {
        return Some("a script or something foreign in it");
    }
    for attribute in start.attributes() {
        let Ok(attribute) = attribute else {
            return Some("XML that is damaged");
        };
        if let Some(found) = attribute_acts(&attribute) {
            return Some(found);
        }
    }
    None
}

fn attribute_acts(attribute: &Attribute<'_>) -> Option<&'static str> {
    let name = attribute.key.local_name().as_ref().to_ascii_lowercase();
    // A declared namespace is an address that nobody fetches.
    if name == "xmlns" || attribute.key.as_ref().starts_with("xmlns:") {
        return None;
    }
    if name.starts_with("on") {
        return Some("an event that runs something");
    }
    let Ok(value) = attribute.normalized_value(XmlVersion::Implicit1_0) else {
        return Some("an attribute in disguise");
    };
    let value: String = value
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect::<String>()
        .to_ascii_lowercase();
    if value.contains("javascript:") || value.contains("vbscript:") {
        return Some("a script in it");
    }
    let inside = value.is_empty()
        || value.starts_with('#')
        || ["data:image/png", "data:image/jpeg", "data:image/gif"]
            .iter()
            .any(|kind| value.starts_with(kind));
    if matches!(name.as_str(), "href" | "src") && !inside {
        return Some("a link to elsewhere in it");
    }
    // An animation can give an element the link that it was not written with.
    if name == "attributename" && (value.ends_with("href") || value.starts_with("on")) {
        return Some("an animation that changes links or events");
    }
    fetches(&value)
}

/// `url(…)` in a style: fine within the picture, and an address anywhere else.
fn fetches(style: &str) -> Option<&'static str> {
    let style: String = style
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_lowercase();
    let is_away = |rest: &str| {
        let rest = rest.trim_start_matches(['"', '\'']);
        !rest.starts_with('#') && !rest.starts_with("data:image/")
    };
    let away = style.split("url(").skip(1).any(is_away);
    let acts = [
        "@import",
        "expression(",
        "javascript:",
        "-moz-binding",
        "\\",
    ];
    (away || acts.iter().any(|act| style.contains(act)))
        .then_some("a style that fetches something from elsewhere")
}

#[cfg(test)]
mod tests {
    use super::acts;

    #[test]
    fn a_plain_picture_does_nothing() {
        for plain in [
            "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><path d=\"M0 0\"/></svg>",
            "<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd\"><svg/>",
            "<svg><style>.a{fill:url(#g)}</style><use xlink:href=\"#a\"/><text>on time = now &amp; here</text></svg>",
            "<svg><image href=\"data:image/png;base64,AAAA\"/><rect style=\"fill: url('#b')\"/></svg>",
        ] {
            assert_eq!(acts(plain.as_bytes()), None, "{plain}");
        }
    }

    #[test]
    fn whatever_acts_is_told() {
        for bad in [
            "<svg><SCRIPT>x()</SCRIPT></svg>",
            "<svg onload=\"x()\"></svg>",
            "<svg\nonclick='x'></svg>",
            "<svg><a href=\"https://x.example\"/></svg>",
            "<svg><a href = \" java\nscript:x()\"/></svg>",
            "<svg><a href=\"&#106;avascript:x()\"/></svg>",
            "<svg><a href=\"#x\" xlink:href=\"&#x68;ttps://x.example\"/></svg>",
            "<svg><image xlink:href='//x.example/a.png'/></svg>",
            "<svg><image href='data:text/html,x'/></svg>",
            "<svg><foreignObject/></svg>",
            "<svg><style>a{background:url(https://x.example)}</style></svg>",
            "<svg><style><![CDATA[@import 'x']]></style></svg>",
            "<svg><rect style=\"fill:url( //x.example )\"/></svg>",
            "<svg><set attributeName=\"onclick\" to=\"x()\"/></svg>",
            "<!DOCTYPE svg [<!ENTITY x \"y\">]><svg/>",
            "<?xml-stylesheet href=\"https://x.example\"?><svg/>",
            "<svg><a href=\"&x;\"/></svg>",
            "<svg><path",
            "<svg a=1 a=2>",
        ] {
            assert!(acts(bad.as_bytes()).is_some(), "{bad}");
        }
        assert!(acts(b"<\0s\0v\0g\0\xff\xfe").is_some());
    }
}
