//! Reads a feed from its elements: finds the root, and gives every element to who knows it.

use std::borrow::Cow;

use crate::complaint::{ComplaintKind, Complaints};
use crate::draft::{Draft, Rank, fitted};
use crate::shape::{Entry, Feed, Format, Link};
use crate::xml::cursor::is_entry;
use crate::xml::vocabulary::begins_page;
use crate::xml::{Cursor, Element, Ns};
use crate::{Hints, MOST_ENTRIES, dialects, modules};

/// What an element is read for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Scope {
    Feed,
    Entry,
    Origin,
}

/// Reads one document.
pub(crate) struct Reader<'a> {
    pub cursor: Cursor<'a>,
    pub format: Option<Format>,
    entries: Vec<Entry>,
    /// The byte that the first entry begins at.
    first_entry: usize,
    /// The level of the feed or the entry that is being read.
    level: usize,
}

/// How far below a feed or an entry there is something to understand: few parts of parts have parts.
const DEEPEST: usize = 24;

/// Why a text is no feed in XML.
pub(crate) enum NoRoot {
    /// It is a page.
    Page(Complaints),
    /// It holds elements, and this is the first.
    Elements(String),
    /// There is no element in it.
    Nothing,
}

/// Reads a text as RSS, RDF, Atom or CDF.
pub(crate) fn read(
    text: &str,
    encoding: &'static str,
    hints: &Hints<'_>,
    complaints: Complaints,
) -> Result<Feed, NoRoot> {
    let language = hints.language.and_then(|tags| tags.split(',').next()).map(str::trim).filter(|tag| !tag.is_empty());
    let cursor = Cursor::new(text, hints.address, language, complaints);
    let mut reader = Reader { cursor, format: None, entries: Vec::new(), first_entry: 0, level: 0 };
    let mut draft = Draft { language: language.map(str::to_owned), ..Draft::default() };
    let (mut first, mut is_page) = (None, false);
    while let Some(element) = reader.cursor.descend() {
        if first.is_none() {
            first = Some(element.name.to_owned());
            // With Atom's namespace it is a feed under another name.
            is_page = element.is("html") && matches!(element.ns, Ns::Feed | Ns::Xhtml) && !reader.is_in_atom();
            if is_page && !has_root(text) {
                break;
            }
        }
        // Pages have names of their own for many things, but none for a feed as a whole.
        if is_page && reader.format.is_none() && !ROOTS.iter().any(|root| element.is(root)) {
            continue;
        }
        reader.root(&element, &mut draft);
    }
    let begins_page = is_page || first.as_deref().is_some_and(begins_page) || is_page_type(reader.cursor.doctype);
    let holds_nothing = reader.entries.is_empty() && begins_page && dialects::is_marked(text);
    let Some(format) = reader.format.filter(|_| !holds_nothing) else {
        let is_page = begins_page.then(|| NoRoot::Page(reader.cursor.into_complaints()));
        return Err(is_page.unwrap_or_else(|| first.map_or(NoRoot::Nothing, NoRoot::Elements)));
    };
    let mut feed = draft.into_feed(Feed::empty(format, encoding));
    feed.entries = fitted(reader.entries);
    feed.complaints = reader.cursor.into_complaints().into_vec();
    Ok(feed)
}

/// The names that a feed as a whole has.
const ROOTS: [&str; 4] = ["rss", "feed", "RDF", "channel"];

/// Whether a document type is that of a page.
fn is_page_type(doctype: &str) -> bool {
    doctype.trim_start().get(..4).is_some_and(|root| root.eq_ignore_ascii_case("html"))
}

/// Whether a page may have a feed inside it.
fn has_root(page: &str) -> bool {
    ["<rss", "<feed", "<RSS", ":RDF", "<channel", ":channel"]
        .iter()
        .any(|root| memchr::memmem::find(page.as_bytes(), root.as_bytes()).is_some())
}

impl<'a> Reader<'a> {
    fn root(&mut self, element: &Element<'a>, draft: &mut Draft) {
        self.level = element.level;
        let format = match (element.ns, element.name) {
            (_, name) if name.eq_ignore_ascii_case("rss") => dialects::rss::format(&mut self.cursor, element),
            (Ns::Rdf, _) | (_, "RDF") => dialects::rdf::format(&self.cursor, element),
            (Ns::Feed | Ns::Other, name)
                if name.eq_ignore_ascii_case("feed") || name == "html" && self.is_in_atom() =>
            {
                dialects::atom::format(&mut self.cursor, element)
            }
            (Ns::Feed, name) if name.eq_ignore_ascii_case("channel") => {
                dialects::cdf::format(&mut self.cursor, element)
            }
            (Ns::Feed, name) if is_entry(name) => {
                self.format.get_or_insert(if name.eq_ignore_ascii_case("item") { Format::Rss } else { Format::Atom10 });
                return self.entry(element);
            }
            (_, name) => {
                if self.format.is_none() && element.level == 1 {
                    self.cursor.complain(ComplaintKind::JunkBefore, name);
                }
                return;
            }
        };
        self.cursor.begun = true;
        self.format.get_or_insert(format);
        self.feed(element, draft);
    }

    /// Whether names without a prefix are Atom's here.
    fn is_in_atom(&self) -> bool {
        self.cursor.namespace("").is_some_and(|address| address.contains("w3.org/2005/Atom"))
    }

    /// Reads the children of a feed, wherever its entries stand.
    fn feed(&mut self, element: &Element<'a>, draft: &mut Draft) {
        if self.is_too_deep(element) {
            return;
        }
        let language =
            self.cursor.attribute_text(element, "xml:lang").or_else(|| self.cursor.attribute_text(element, "lang"));
        if let Some(tag) = language {
            draft.language = Some(tag.replace('_', "-"));
        }
        dialects::cdf::attributes(self, element, draft);
        while let Some(child) = self.cursor.child(element.level) {
            if child.ns == Ns::Feed && is_entry(child.name) {
                self.entry(&child);
            } else if child.ns == Ns::Feed && (child.is("channel") || child.is("rss") || child.is("feed")) {
                self.feed(&child, draft);
            } else if let Some(entry) = self.entry_around(&child, draft) {
                self.entry(&entry);
            } else {
                self.element(&child, draft, Scope::Feed);
            }
        }
    }

    /// The entry that a child of a feed belongs to, where the start tag was lost.
    fn entry_around(&mut self, child: &Element<'a>, draft: &Draft) -> Option<Element<'a>> {
        let is_second_title = child.name == "title" && draft.title.is_some();
        let may_be = child.ns == Ns::Feed && (!self.entries.is_empty() || is_second_title);
        let name = if may_be { self.cursor.orphaned_end()? } else { return None };
        Some(self.cursor.imply_entry(child, name))
    }

    /// Reads an entry.
    pub fn entry(&mut self, element: &Element<'a>) {
        if self.entries.len() >= MOST_ENTRIES {
            self.cursor.complain(ComplaintKind::TooMany, element.name);
            return self.cursor.skip(element.level);
        }
        if self.entries.is_empty() {
            self.first_entry = element.place;
        }
        let around = (self.cursor.enter_entry(element.level), std::mem::replace(&mut self.level, element.level));
        let mut draft = Draft::default();
        if let Some(about) = self.cursor.attribute_text(element, "rdf:about") {
            draft.id.put(Rank::DublinCore, about);
        }
        draft.language = self.cursor.attribute_text(element, "xml:lang");
        dialects::cdf::attributes(self, element, &mut draft);
        while let Some(child) = self.cursor.child(element.level) {
            self.element(&child, &mut draft, Scope::Entry);
        }
        self.cursor.enter_entry(around.0);
        self.level = around.1;
        self.make_room();
        self.entries.push(draft.into_entry());
    }

    /// Makes room for as many entries as the rest of the document will hold if they are as long as those before, and for
    /// no more than would be as large as the rest itself. To double it each time would leave up to half of it over, and
    /// what it was moved out of as well.
    fn make_room(&mut self) {
        let known = self.entries.len();
        if known == self.entries.capacity() {
            let (here, ahead) = self.cursor.progress();
            let read = here.saturating_sub(self.first_entry);
            let expected = ahead.saturating_mul(known + 1) / read.max(1);
            let most = ahead / size_of::<Entry>();
            self.entries.reserve_exact((expected + expected / 8).min(most).max(1 + known / 8));
        }
    }

    /// Gives an element to who knows it; keeps it under its name if nobody does.
    pub fn element(&mut self, element: &Element<'a>, draft: &mut Draft, scope: Scope) {
        if self.is_too_deep(element) {
            return;
        }
        if draft.is_full() && (element.ns == Ns::Media || element.is("link") || element.is("enclosure")) {
            self.cursor.complain(ComplaintKind::TooMany, element.name);
            return self.cursor.skip(element.level);
        }
        let is_known = match element.ns {
            Ns::Feed => dialects::element(self, element, draft, scope),
            ns => modules::element(self, ns, element, draft, scope),
        };
        if !is_known {
            modules::other::keep(self, element, draft, scope);
        }
    }

    /// Passes over an element that is deeper than anything that says something.
    fn is_too_deep(&mut self, element: &Element<'a>) -> bool {
        let is_too_deep = element.level > self.level + DEEPEST;
        if is_too_deep {
            self.cursor.complain(ComplaintKind::TooDeep, element.name);
            self.cursor.skip(element.level);
        }
        is_too_deep
    }

    /// The characters of an element; `None` when there are none.
    pub fn value(&mut self, element: &Element<'a>) -> Option<String> {
        let value = self.cursor.value(element.level);
        (!value.is_empty()).then(|| value.into_owned())
    }

    /// The characters of an element, white space and all; `None` when there are no others.
    pub fn literal(&mut self, element: &Element<'a>) -> Option<String> {
        let value = self.cursor.literal(element.level);
        (!value.trim().is_empty()).then_some(value)
    }

    /// The address that an element holds, absolute if that can be known.
    pub fn address(&mut self, element: &Element<'a>) -> Option<String> {
        // The base may be set on the element itself, so it is asked for before the element is left.
        let base = self.cursor.base();
        let value = self.cursor.value(element.level);
        // In one piece it may go on in another line. In several, what stands there is of an element behind it.
        let is_one_piece = matches!(value, Cow::Borrowed(_)) || value.contains('&');
        let value = if is_one_piece { &*value } else { value.lines().next().unwrap_or_default().trim_end() };
        (!value.is_empty()).then(|| self.cursor.growth.absolute(value, base.as_deref()))
    }

    /// The address in an attribute, absolute if that can be known.
    pub fn address_in(&mut self, element: &Element<'a>, attribute: &str) -> Option<String> {
        let written = self.cursor.attribute_text(element, attribute)?;
        Some(self.cursor.absolute(&written))
    }

    /// The date that an element holds.
    pub fn date(&mut self, element: &Element<'a>) -> Option<crate::Date> {
        self.value(element).map(|raw| crate::Date { at: crate::date::read(&raw), raw })
    }
}

/// A link of the usual kind to a page.
pub(crate) fn page_link(href: String) -> Link {
    Link { href, rel: "alternate".to_owned(), media_type: Some("text/html".to_owned()), ..Link::default() }
}
