//! The elements that Atom brought, 0.3 and 1.0 (RFC 4287).

use crate::draft::{Draft, MOST_CONTENTS, MOST_PARTS, Rank};
use crate::reader::{Reader, Scope, page_link};
use crate::shape::{Enclosure, Format, Generator, Link, Text, TextKind};
use crate::xml::{Cursor, Element};

/// Which Atom a root element begins.
pub(crate) fn format<'a>(cursor: &mut Cursor<'a>, root: &Element<'a>) -> Format {
    let address = cursor.namespace(root.prefix).unwrap_or_default().to_ascii_lowercase();
    let version = cursor.attribute_text(root, "version");
    if address.contains("w3.org/2005/atom") {
        return Format::Atom10;
    }
    match version.as_deref() {
        Some("0.1" | "0.2" | "0.3") => Format::Atom03,
        Some("1.0") => Format::Atom10,
        _ => Format::Atom,
    }
}

/// Reads an element; `name` is in lower case. Gives whether it is one of Atom's or shared by all.
pub(crate) fn element<'a>(
    reader: &mut Reader<'a>,
    name: &str,
    element: &Element<'a>,
    draft: &mut Draft,
    scope: Scope,
) -> bool {
    match name {
        "title" => {
            let title = reader.short_text(element);
            put_text(&mut draft.title, Rank::Own, title);
        }
        "link" => link(reader, element, draft, scope),
        "id" => id(reader, element, draft),
        "subtitle" | "tagline" => {
            let text = reader.long_text(element, TextKind::Plain);
            put_text(&mut draft.subtitle, Rank::Own, text);
        }
        "summary" => {
            let text = reader.long_text(element, TextKind::Plain);
            put_summary(draft, scope, Rank::Own, text);
        }
        "content" => content(reader, element, draft),
        "info" => draft.info = Some(reader.long_text(element, TextKind::Plain)),
        "rights" | "copyright" => {
            let text = reader.long_text(element, TextKind::Plain);
            put_text(&mut draft.rights, Rank::Own, text);
        }
        "author" => {
            for person in reader.people(element) {
                draft.add_author(Rank::Own, person);
            }
        }
        "contributor" => {
            let person = reader.person(element);
            reader.add(&mut draft.contributors, MOST_PARTS, person, element);
        }
        "updated" | "modified" => {
            let date = reader.date(element);
            draft.updated.put_date(Rank::Own, date);
        }
        "published" | "issued" => {
            let date = reader.date(element);
            draft.published.put_date(Rank::Own, date);
        }
        "created" => {
            let date = reader.date(element);
            draft.created.put_date(Rank::Own, date);
        }
        "generator" => draft.generator = Some(generator(reader, element)),
        "icon" => draft.icon = reader.address(element),
        "logo" => draft.logo = reader.address(element),
        _ => return false,
    }
    true
}

/// Puts a text where it belongs, unless it says nothing.
pub(crate) fn put_text(slot: &mut crate::draft::Slot<Text>, rank: Rank, text: Text) {
    if !text.value.is_empty() || !slot.is_some() {
        let rank = if text.value.is_empty() { Rank::Part } else { rank };
        slot.put(rank, text);
    }
}

/// Puts a text that describes an entry: the second one of an entry is its content.
pub(crate) fn put_summary(draft: &mut Draft, scope: Scope, rank: Rank, text: Text) {
    let is_second = scope == Scope::Entry && draft.content.is_empty() && rank == Rank::Own;
    if is_second && draft.summary.rank() == Some(rank) && !text.value.is_empty() {
        draft.content.push(text);
    } else {
        put_text(&mut draft.summary, rank, text);
    }
}

fn content<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft) {
    let address = reader.address_in(element, "src");
    let mut text = reader.long_text(element, TextKind::Plain);
    text.address = address.map(String::into_boxed_str);
    reader.add(&mut draft.content, MOST_CONTENTS, text, element);
}

/// A lasting name. RSS says of its `guid` whether it is a link; an `id` that is an address serves as one.
pub(crate) fn id<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft) {
    let claimed = reader.cursor.attribute_text(element, "isPermaLink");
    let is_permalink = claimed.is_none_or(|word| word.eq_ignore_ascii_case("true"));
    let id = if is_permalink { reader.address(element) } else { reader.value(element) };
    if let Some(id) = id {
        draft.id.put_last(Rank::Own, id);
        draft.is_permalink = is_permalink;
    }
}

fn link<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft, scope: Scope) {
    let rel = reader.cursor.attribute_text(element, "rel").unwrap_or_else(|| "alternate".to_owned());
    let mut href = ["href", "url", "uri"].into_iter().find_map(|name| reader.address_in(element, name));
    if rel == "self" && href.is_none() && reader.cursor.attribute(element, "href").is_some() {
        // The empty address is the one that it starts from.
        href = reader.cursor.base().map(|base| base.to_string());
    }
    let Some(href) = href else {
        let inside = reader.address(element).filter(|_| draft.links.len() < MOST_PARTS);
        if let Some(href) = inside.or_else(|| reader.cursor.address_behind().map(String::from)) {
            let href = without_corrupted_ampersands(&href);
            let has_page = draft.links.iter().any(|link| link.rel == "alternate");
            let link = page_link(href);
            // What RSS says as text counts for more than links in other modules' ways, which may stand before it.
            if has_page && !draft.links.contains(&link) && scope == Scope::Feed {
                draft.links.insert(0, link);
            } else if !draft.links.contains(&link) {
                draft.links.push(link);
            }
        }
        return;
    };
    let rel = rel.strip_prefix("http://www.iana.org/assignments/relation/").map_or(rel.clone(), str::to_owned);
    let usual = if rel == "self" { "application/atom+xml" } else { "text/html" };
    let media_type = reader.cursor.attribute_text(element, "type");
    let length = reader.cursor.attribute_text(element, "length");
    let title = reader.cursor.attribute_text(element, "title");
    if rel == "enclosure" {
        let enclosure = Enclosure {
            address: href.clone(),
            media_type: media_type.clone(),
            length: length.clone(),
            title: title.clone(),
        };
        draft.enclosures.push(enclosure);
    }
    if rel == "license" || rel == "licence" {
        draft.licence.put(Rank::Own, href.clone());
    }
    let hreflang = reader.cursor.attribute_text(element, "hreflang");
    draft.links.push(Link {
        href,
        rel,
        media_type: media_type.or_else(|| Some(usual.to_owned())),
        hreflang,
        title,
        length,
    });
}

/// Some writers make `&b;=2` of `&b=2`.
fn without_corrupted_ampersands(address: &str) -> String {
    if !address.contains('&') {
        return address.to_owned();
    }
    let mut pieces = address.replace("&amp;", "&");
    let mut from = 0;
    while let Some(ahead) = pieces[from..].find('&') {
        from += ahead + 1;
        let name = pieces[from..].bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        if name > 0 && pieces[from + name..].starts_with(';') {
            pieces.remove(from + name);
        }
    }
    pieces
}

fn generator<'a>(reader: &mut Reader<'a>, element: &Element<'a>) -> Generator {
    let address = ["uri", "url", "href"].into_iter().find_map(|name| reader.address_in(element, name));
    let version = reader.cursor.attribute_text(element, "version");
    Generator { name: reader.value(element), version, address }
}
