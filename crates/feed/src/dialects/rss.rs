//! The elements that RSS brought, 0.9x to 2.0.

use super::atom::{self, put_summary};
use super::lower_case;
use super::people::in_words;
use crate::draft::{Draft, MOST_CONTENTS, Rank};
use crate::reader::{Reader, Scope};
use crate::shape::{Enclosure, Format, Image, Link, Tag, TextInput, TextKind, Weekday};
use crate::xml::cursor::{Step, is_entry};
use crate::xml::{Cursor, Element, Ns};

/// Which RSS a root element begins.
pub(crate) fn format<'a>(cursor: &mut Cursor<'a>, root: &Element<'a>) -> Format {
    match cursor.attribute_text(root, "version").as_deref() {
        Some("0.9" | "0.90") => Format::Rss090,
        Some("0.91") if cursor.doctype.contains("etscape") => Format::Rss091Netscape,
        Some("0.91") => Format::Rss091UserLand,
        Some("0.92") => Format::Rss092,
        Some("0.93") => Format::Rss093,
        Some("0.94") => Format::Rss094,
        Some("1.0") => Format::Rss10,
        Some(version) if version.starts_with('2') => Format::Rss20,
        _ => Format::Rss,
    }
}

/// Reads an element; `name` is in lower case. Gives whether it is one of RSS's.
pub(crate) fn element<'a>(
    reader: &mut Reader<'a>,
    name: &str,
    element: &Element<'a>,
    draft: &mut Draft,
    scope: Scope,
) -> bool {
    match name {
        "description" => {
            let text = reader.long_text(element, TextKind::Html);
            put_summary(draft, scope, Rank::Own, text);
        }
        "guid" => atom::id(reader, element, draft),
        "pubdate" => {
            let date = reader.date(element);
            draft.published.put_date(Rank::Own, date);
        }
        "lastbuilddate" => {
            let date = reader.date(element);
            draft.updated.put_date(Rank::Own, date);
        }
        "expirationdate" => draft.expires = reader.date(element),
        "managingeditor" => {
            for person in reader.people(element) {
                draft.add_author(Rank::Own, person);
            }
        }
        "webmaster" => {
            if let Some(words) = reader.value(element) {
                draft.publisher.put(Rank::Own, in_words(&words));
            }
        }
        "category" | "keywords" => category(reader, element, draft, None),
        "tags" => {
            for term in reader.value(element).unwrap_or_default().split(',') {
                draft.add_tag(tag(term.trim()));
            }
        }
        "enclosure" => enclosure(reader, element, draft),
        "comments" => draft.comments = reader.address(element),
        "source" if scope != Scope::Origin => source(reader, element, draft),
        "fullitem" => {
            let text = reader.long_text(element, TextKind::Html);
            reader.add(&mut draft.content, MOST_CONTENTS, text, element);
        }
        "body" => {
            let text = reader.long_text(element, TextKind::Xhtml);
            reader.add(&mut draft.content, MOST_CONTENTS, text, element);
        }
        "language" => language(reader, element, draft),
        "image" => image(reader, element, draft, scope),
        "textinput" => text_input(reader, element, draft),
        "cloud" => draft.cloud = reader.cursor.attributes(element),
        "docs" => draft.docs = reader.address(element),
        "ttl" => draft.ttl_minutes = reader.value(element).and_then(|minutes| minutes.parse().ok()),
        "skiphours" => skip_hours(reader, element, draft),
        "skipdays" => skip_days(reader, element, draft),
        "redirect" => {
            while let Some(child) = reader.cursor.child(element.level) {
                reader.element(&child, draft, scope);
            }
        }
        "newlocation" => draft.new_address = reader.address(element),
        "where" => crate::modules::geo::place(reader, element, draft),
        _ => return false,
    }
    true
}

/// A language, which also holds for what follows inside the same element.
pub(crate) fn language<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft) {
    if let Some(tag) = reader.value(element) {
        draft.language = Some(tag);
    }
}

/// A tag: in attributes as Atom has it, in text as RSS has it.
pub(crate) fn category<'a>(
    reader: &mut Reader<'a>,
    element: &Element<'a>,
    draft: &mut Draft,
    usual_scheme: Option<&str>,
) {
    let scheme =
        reader.cursor.attribute_text(element, "scheme").or_else(|| reader.cursor.attribute_text(element, "domain"));
    let label = reader.cursor.attribute_text(element, "label");
    let term = reader.cursor.attribute_text(element, "term").or_else(|| reader.cursor.attribute_text(element, "text"));
    let term = reader.value(element).filter(|_| term.is_none()).or(term);
    if term.is_some() || label.is_some() || scheme.is_some() {
        draft.add_tag(Tag { term, scheme: scheme.or_else(|| usual_scheme.map(str::to_owned)), label });
    }
}

/// A tag that is only a word.
pub(crate) fn tag(term: &str) -> Tag {
    Tag { term: Some(term.to_owned()).filter(|term| !term.is_empty()), ..Tag::default() }
}

fn enclosure<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft) {
    let address = ["url", "href", "uri"].into_iter().find_map(|name| reader.address_in(element, name));
    let media_type = reader.cursor.attribute_text(element, "type");
    let length = reader.cursor.attribute_text(element, "length");
    let address = address.or_else(|| reader.address(element));
    if let Some(address) = address {
        let rel = "enclosure".to_owned();
        let (media_type_again, length_again) = (media_type.clone(), length.clone());
        draft.links.push(Link {
            href: address.clone(),
            rel,
            media_type: media_type_again,
            length: length_again,
            ..Link::default()
        });
        draft.enclosures.push(Enclosure { address, media_type, length, title: None });
    }
}

/// The feed that an entry came from: RSS has its name as text, Atom has its elements.
fn source<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft) {
    let mut origin = Draft { address: reader.address_in(element, "url"), ..Draft::default() };
    let mut words = String::new();
    while let Some(step) = reader.cursor.step() {
        match step {
            Step::Text(raw) => words.push_str(&reader.cursor.decode(raw)),
            Step::Data(text) => words.push_str(text),
            Step::Open(child) => reader.element(&child, &mut origin, Scope::Origin),
            Step::Close(_) if reader.cursor.is_open(element.level) => {}
            Step::Close(_) => break,
        }
    }
    if !words.trim().is_empty() && !origin.title.is_some() {
        origin.title.put(Rank::Own, crate::Text::plain(words.trim()));
    }
    draft.source = Some(Box::new(origin.into_origin()));
}

fn image<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft, scope: Scope) {
    let mut image = Image::default();
    let written = ["href", "url", "src", "rdf:resource"];
    image.address = written.into_iter().find_map(|name| reader.address_in(element, name));
    let mut words = String::new();
    while let Some(step) = reader.cursor.step() {
        let child = match step {
            Step::Open(child) => child,
            Step::Text(raw) => {
                words.push_str(&reader.cursor.decode(raw));
                continue;
            }
            Step::Data(text) => {
                words.push_str(text);
                continue;
            }
            Step::Close(_) if reader.cursor.is_open(element.level) => continue,
            Step::Close(_) => break,
        };
        let mut lower = [0; 24];
        match lower_case(child.name, &mut lower).filter(|_| child.ns == Ns::Feed) {
            Some("url" | "href") => image.address = reader.address(&child),
            Some("title") => image.title = reader.value(&child),
            Some("link") => image.link = reader.address(&child),
            Some("description") => image.description = reader.value(&child),
            Some("width") => image.width = reader.value(&child).and_then(|pixels| pixels.parse().ok()),
            Some("height") => image.height = reader.value(&child).and_then(|pixels| pixels.parse().ok()),
            // An image that was left open.
            _ if scope == Scope::Feed && child.ns == Ns::Feed && is_entry(child.name) => reader.entry(&child),
            _ => {}
        }
    }
    let words = words.trim();
    if image.address.is_none() && words.starts_with("http") {
        image.address = Some(words.to_owned());
    }
    if image != Image::default() {
        draft.image.put(Rank::Own, image);
    }
}

fn text_input<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft) {
    let mut input = TextInput::default();
    while let Some(child) = reader.cursor.child(element.level) {
        let mut lower = [0; 24];
        match lower_case(child.name, &mut lower) {
            Some("title") => input.title = reader.value(&child),
            Some("description") => input.description = reader.value(&child),
            Some("name") => input.name = reader.value(&child),
            Some("link") => input.link = reader.address(&child),
            _ if child.ns == Ns::Feed && is_entry(child.name) => reader.entry(&child),
            _ => {}
        }
    }
    draft.text_input = Some(input);
}

fn skip_hours<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft) {
    while let Some(child) = reader.cursor.child(element.level) {
        let hour = reader.value(&child).and_then(|hour| hour.parse::<u8>().ok());
        if let Some(hour) = hour.filter(|hour| *hour <= 24).map(|hour| hour % 24)
            && !draft.skip_hours.contains(&hour)
        {
            draft.skip_hours.push(hour);
        }
    }
}

fn skip_days<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft) {
    while let Some(child) = reader.cursor.child(element.level) {
        let day = reader.value(&child).and_then(|day| weekday(&day));
        if let Some(day) = day.filter(|day| !draft.skip_days.contains(day)) {
            draft.skip_days.push(day);
        }
    }
}

fn weekday(word: &str) -> Option<Weekday> {
    let days = [
        ("mon", Weekday::Monday),
        ("tue", Weekday::Tuesday),
        ("wed", Weekday::Wednesday),
        ("thu", Weekday::Thursday),
        ("fri", Weekday::Friday),
        ("sat", Weekday::Saturday),
        ("sun", Weekday::Sunday),
    ];
    let start = word.get(..3)?;
    days.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(start)).map(|(_, day)| day)
}
