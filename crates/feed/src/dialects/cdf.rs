//! Microsoft's Channel Definition Format, whose items say most in attributes.

use super::atom::put_text;
use crate::draft::{Draft, Rank};
use crate::reader::{Reader, page_link};
use crate::shape::{Date, Format, TextKind};
use crate::xml::{Cursor, Element};

/// Which format a channel without a root around it is.
pub(crate) fn format<'a>(cursor: &mut Cursor<'a>, root: &Element<'a>) -> Format {
    let is_cdf = cursor.attribute(root, "href").is_some() || cursor.attribute(root, "lastmod").is_some();
    if is_cdf || root.name == "CHANNEL" { Format::Cdf } else { Format::Rss }
}

/// Reads the attributes of a channel or an item.
pub(crate) fn attributes<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft) {
    if let Some(base) = reader.cursor.attribute_text(element, "base") {
        reader.cursor.set_base(element.level, &base);
    }
    if let Some(raw) = reader.cursor.attribute_text(element, "lastmod") {
        draft.updated.put_date(Rank::Own, Some(Date::read(&raw)));
    }
    if let Some(href) = reader.address_in(element, "href") {
        draft.links.push(page_link(href));
    }
}

/// Reads an element; `name` is in lower case. Gives whether it is one of CDF's.
pub(crate) fn element<'a>(reader: &mut Reader<'a>, name: &str, element: &Element<'a>, draft: &mut Draft) -> bool {
    match name {
        "abstract" => {
            let text = reader.long_text(element, TextKind::Plain);
            put_text(&mut draft.summary, Rank::Own, text);
        }
        "a" => {
            if let Some(href) = reader.address_in(element, "href") {
                draft.links.push(page_link(href));
            }
        }
        _ => return false,
    }
    true
}
