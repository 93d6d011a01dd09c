//! The dialects of feeds, and the elements that they share.
//!
//! Publishers mix them: Atom's elements stand in RSS, RSS's in RDF, entries in channels. So an element is read by
//! its name, whatever the root is, and a dialect's own file holds the elements that it brought.

pub(crate) mod atom;
pub(crate) mod cdf;
mod hfeed;
mod json;
pub(crate) mod people;
pub(crate) mod rdf;
pub(crate) mod rss;
pub(crate) mod texts;

pub(crate) use hfeed::{is_marked, read as read_page};
pub(crate) use json::read as read_json;

use crate::complaint::ComplaintKind;
use crate::draft::Draft;
use crate::reader::{Reader, Scope};
use crate::xml::Element;

/// Reads an element of the feed's own vocabulary. Gives whether it is known.
pub(crate) fn element<'a>(reader: &mut Reader<'a>, element: &Element<'a>, draft: &mut Draft, scope: Scope) -> bool {
    let mut lower = [0; 24];
    let Some(name) = lower_case(element.name, &mut lower) else { return false };
    atom::element(reader, name, element, draft, scope)
        || rss::element(reader, name, element, draft, scope)
        || cdf::element(reader, name, element, draft)
}

impl<'a> Reader<'a> {
    /// Adds what an element says to a list, unless that holds so many already.
    pub fn add<T>(&mut self, list: &mut Vec<T>, most: usize, part: T, element: &Element<'a>) {
        if list.len() < most {
            list.push(part);
        } else {
            self.cursor.complain(ComplaintKind::TooMany, element.name);
        }
    }
}

/// A name in lower case; `None` for one that is longer than any that we know.
pub(crate) fn lower_case<'b>(name: &str, into: &'b mut [u8; 24]) -> Option<&'b str> {
    let into = into.get_mut(..name.len())?;
    into.copy_from_slice(name.as_bytes());
    into.make_ascii_lowercase();
    std::str::from_utf8(into).ok()
}
