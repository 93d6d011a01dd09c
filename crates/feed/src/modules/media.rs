//! Media RSS.

use crate::dialects::atom::put_text;
use crate::dialects::rss;
use crate::draft::{Draft, Rank};
use crate::reader::{Reader, Scope};
use crate::shape::{Attributes, TextKind};
use crate::xml::Element;

const SCHEME: &str = "http://search.yahoo.com/mrss/category_schema";

/// Reads an element. Gives whether it is known.
pub(crate) fn element<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft, scope: Scope) -> bool {
    read(reader, element, draft, scope, false)
}

fn read<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft, scope: Scope, is_part: bool) -> bool {
    let rank = if is_part { Rank::Part } else { Rank::Module };
    match element.name.to_ascii_lowercase().as_str() {
        "group" => children(reader, element, draft, scope, is_part),
        "content" => {
            let attributes = addresses(reader, element, &["url"]);
            if !attributes.is_empty() {
                draft.media().contents.push(attributes);
            }
            children(reader, element, draft, scope, true);
        }
        "title" => {
            let title = reader.short_text(element);
            put_text(&mut draft.title, rank, title);
        }
        "description" => {
            let text = reader.long_text(element, TextKind::Html);
            put_text(&mut draft.module_summary, rank, text);
        }
        "category" => rss::category(reader, element, draft, Some(SCHEME)),
        "keywords" => {
            for term in reader.value(element).unwrap_or_default().split(',') {
                draft.add_tag(rss::tag(term.trim()));
            }
        }
        "thumbnail" => {
            let mut attributes = addresses(reader, element, &["url"]);
            let inside = reader.address(element);
            if let Some(address) = inside.filter(|_| !attributes.iter().any(|(name, _)| name == "url")) {
                attributes.push(("url".to_owned(), address));
            }
            draft.media().thumbnails.push(attributes);
        }
        "credit" => {
            let attributes = with_content(reader, element);
            draft.media().credits.push(attributes);
        }
        "license" => {
            let attributes = with_content(reader, element);
            keep_first(&mut draft.media().licence, attributes);
        }
        "rating" => {
            let attributes = with_content(reader, element);
            keep_first(&mut draft.media().rating, attributes);
        }
        "player" => {
            let attributes = addresses(reader, element, &["url"]);
            keep_first(&mut draft.media().player, attributes);
        }
        "restriction" => {
            let attributes = reader.cursor.attributes(element);
            let words = reader.value(element).unwrap_or_default();
            let media = draft.media();
            keep_first(&mut media.restriction, attributes);
            media.countries = words.split_whitespace().map(str::to_lowercase).collect();
        }
        _ => return false,
    }
    true
}

fn children<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft, scope: Scope, is_part: bool) {
    while let Some(child) = reader.cursor.child(element.level) {
        let is_known = child.ns == element.ns && !draft.is_full() && read(reader, &child, draft, scope, is_part);
        if !is_known {
            reader.element(&child, draft, scope);
        }
    }
}

/// The attributes of an element, those that are addresses absolute.
fn addresses<'a>(reader: &mut Reader<'a>, element: &Element<'a>, which: &[&str]) -> Attributes {
    let mut attributes = reader.cursor.attributes(element);
    for (_, value) in attributes.iter_mut().filter(|(name, _)| which.contains(&name.as_str())) {
        *value = reader.cursor.absolute(value);
    }
    attributes
}

/// The attributes of an element, and its text as `content`.
fn with_content<'a>(reader: &mut Reader<'a>, element: &Element<'a>) -> Attributes {
    let mut attributes = reader.cursor.attributes(element);
    if let Some(text) = reader.value(element) {
        attributes.push(("content".to_owned(), text));
    }
    attributes
}

fn keep_first(held: &mut Attributes, attributes: Attributes) {
    if held.is_empty() {
        *held = attributes;
    }
}
