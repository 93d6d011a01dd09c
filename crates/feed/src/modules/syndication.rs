//! The content and syndication modules, the go-betweens', and those about comments.

use std::time::Duration;

use crate::draft::{Draft, MOST_CONTENTS};
use crate::reader::{Reader, Scope};
use crate::shape::{Link, TextKind};
use crate::xml::{Element, Ns};

/// Reads `content:encoded` and `xhtml:body`. Gives whether it is one of them.
pub(crate) fn content<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft) -> bool {
    let usual = match (element.ns, element.name.to_ascii_lowercase().as_str()) {
        (Ns::Content, "encoded") => TextKind::Html,
        (Ns::Xhtml, "body" | "div") => TextKind::Xhtml,
        _ => return false,
    };
    let text = reader.long_text(element, usual);
    if !text.value.is_empty() || draft.content.is_empty() {
        reader.add(&mut draft.content, MOST_CONTENTS, text, element);
    }
    true
}

/// Reads an element of the small modules. Gives whether it is known.
pub(crate) fn element<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft, scope: Scope) -> bool {
    match (element.ns, element.name.to_ascii_lowercase().as_str()) {
        (Ns::Sy, "updateperiod") => {
            draft.period = reader.value(element).and_then(|word| period(&word));
        }
        (Ns::Sy, "updatefrequency") => draft.frequency = reader.value(element).and_then(|times| times.parse().ok()),
        (Ns::FeedBurner | Ns::Pheedo, "origlink") => {
            if scope == Scope::Entry {
                draft.original_link = reader.address(element);
            }
        }
        (Ns::FeedBurner, "browserfriendly") => draft.info = Some(reader.long_text(element, TextKind::Plain)),
        (Ns::FeedBurner, "origenclosurelink") => {
            let address = reader.address(element);
            if let (Some(address), Some(enclosure)) = (address, draft.enclosures.first_mut()) {
                enclosure.address = address;
            }
        }
        (Ns::Wfw, "commentrss" | "comment") => {
            crate::modules::other::keep_address(reader, element, draft);
        }
        (Ns::Source, "account" | "cloud" | "blogroll" | "self") if scope == Scope::Feed => {
            let rel = element.name.to_owned();
            if let Some(href) = reader.value(element).filter(|href| href.starts_with("http")) {
                draft.links.push(Link { href, rel, ..Link::default() });
            }
        }
        _ => return false,
    }
    true
}

fn period(word: &str) -> Option<Duration> {
    let hours = match word.to_ascii_lowercase().as_str() {
        "hourly" => 1,
        "daily" => 24,
        "weekly" => 24 * 7,
        "monthly" => 24 * 30,
        "yearly" => 24 * 365,
        _ => return None,
    };
    Some(Duration::from_secs(hours * 3600))
}
