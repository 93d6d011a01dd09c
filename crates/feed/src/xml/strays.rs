//! What was left open, and what nothing opened: decides by what follows where an element belongs.

use memchr::{memchr, memchr2, memmem};

use super::attributes::RawAttributes;
use super::cursor::{Cursor, Element, Open, is_entry, is_frame, split};
use super::names::Ns;
use super::sought::Sought;
use super::text::is_module;
use super::vocabulary::{is_feed_element, is_wrapper};
use crate::complaint::ComplaintKind;

/// How far may still be looked ahead, and what was found last.
pub(crate) struct Ahead {
    left: usize,
    /// The byte that an element begins at, and how it ends.
    known: Option<(usize, End)>,
    /// The next end of a section, and of a comment.
    data: Sought,
    comment: Sought,
}

impl Ahead {
    /// Sixteen times the text's length in all: more than any damage needs that is not made for it.
    pub fn of(text: &str) -> Self {
        let left = text.len().saturating_mul(16).saturating_add(1 << 16);
        Self { left, known: None, data: Sought::default(), comment: Sought::default() }
    }
}

/// How an element ends that is open inside of an entry.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
enum End {
    /// Not before the entry does.
    Never,
    /// Somewhere in the entry; also where that cannot be told.
    #[default]
    Ahead,
    /// Where the entry ends: there is nothing behind it, and nothing before it either.
    Alone,
}

impl<'a> Cursor<'a> {
    /// The level down to which the beginning of an element closes what is open, because it cannot be inside of that.
    pub(super) fn left_open(&mut self, (ns, prefix, local): (Ns, &str, &str), attributes: &str) -> Option<usize> {
        let around = self.open.len();
        if ns == Ns::Feed && !self.in_markup && is_entry(local) {
            // It ends the entry before it, and what was left open between them.
            let frame = match self.entry {
                0 => self.open.iter().rposition(|open| is_frame(split(open.name).1)).map_or(0, |at| at + 1),
                entry => entry - 1,
            };
            return (frame < around && (frame > 0 || self.entry != 0)).then_some(frame);
        }
        if around > 0 && self.begun && self.begins_document(ns, local, attributes) {
            return Some(0);
        }
        let is_inside = self.entry != 0 && around > self.entry && is_field(ns, local);
        (is_inside && self.is_of_entry(ns, prefix, local)).then_some(self.entry)
    }

    /// Whether the root of a whole feed begins, behind one that was cut.
    fn begins_document(&self, ns: Ns, local: &str, attributes: &str) -> bool {
        let declares = || memmem::find(attributes.as_bytes(), b"xmlns").is_some();
        match local {
            "rss" => attributes.contains("version") || declares() || self.scanner.rest().starts_with("<channel"),
            "feed" => ns == Ns::Feed && declares(),
            "RDF" => ns == Ns::Rdf && declares(),
            _ => false,
        }
    }

    /// Whether a field that begins inside of another element of an entry is the entry's own.
    fn is_of_entry(&mut self, ns: Ns, prefix: &str, local: &str) -> bool {
        let Open { name: around, place } = self.open[self.entry];
        let is_title = local == "title";
        if is_title && self.has_title || !prefix.is_empty() && prefix == split(around).0 {
            return false;
        }
        // Pages have these too.
        if self.in_markup && matches!(local, "title" | "link" | "source" | "summary" | "content" | "id") {
            return false;
        }
        if is_wrapper(around) {
            return !self.in_markup && (is_title || ns != Ns::Feed || is_sure(local));
        }
        let end = match self.ahead.known {
            Some((known, end)) if known == place => end,
            _ => {
                let end = match self.end_of(around) {
                    End::Alone if !self.is_first(place) => End::Ahead,
                    end => end,
                };
                self.ahead.known = Some((place, end));
                end
            }
        };
        let holds_fields = || !around.contains(':') && is_feed_element(around);
        match end {
            End::Never => true,
            End::Ahead => false,
            End::Alone => !self.in_markup && !holds_fields(),
        }
    }

    /// Whether an element that begins at a place is the first thing in its entry.
    fn is_first(&self, place: usize) -> bool {
        let entry = self.open[self.entry - 1].place;
        let before = self.scanner.between(entry, place).trim_end();
        before.is_empty() || before.ends_with('>') && before.matches('<').count() == 1
    }

    /// How an element of this name ends, seen from its inside.
    fn end_of(&mut self, name: &str) -> End {
        let entry = self.open[self.entry - 1].name;
        self.look(|tag, rest| match tag {
            Tag::End if is_named(rest, name) => {
                let behind = memchr2(b'>', b'<', rest).map_or(&[][..], |end| &rest[end..]);
                let behind = behind.strip_prefix(b">").unwrap_or(behind).trim_ascii_start();
                let is_last = behind.strip_prefix(b"</").is_some_and(|behind| is_named(behind, entry));
                Some(if is_last { End::Alone } else { End::Ahead })
            }
            // Another one of the kind beside it, or another entry, or this entry's end.
            _ if is_named(rest, name) || entry_name(rest).is_some() => Some(End::Never),
            _ => None,
        })
    }

    /// The name of the entry whose end tag follows before any other entry begins: its start tag was lost.
    pub fn orphaned_end(&mut self) -> Option<&'static str> {
        self.look(|tag, rest| entry_name(rest).map(|name| (tag == Tag::End).then_some(name)))
    }

    /// Whether an entry that says that it is empty is followed by its fields and its end.
    pub(super) fn is_begun_empty(&mut self, name: &str) -> bool {
        if !is_entry(split(name).1) || self.entry != 0 {
            return false;
        }
        let next = self.scanner.rest().trim_start().strip_prefix('<').unwrap_or_default();
        let next = &next[..next.bytes().take_while(u8::is_ascii_alphanumeric).count()];
        let is_begun = is_feed_element(next) && !is_entry(next) && self.orphaned_end().is_some();
        if is_begun {
            self.complain(ComplaintKind::Unclosed, name);
        }
        is_begun
    }

    /// Enters an entry whose start tag was lost, before a child of what is around it.
    pub fn imply_entry(&mut self, child: &Element<'a>, name: &'static str) -> Element<'a> {
        self.put_back(*child, child.level - 1);
        self.close_to = None;
        self.open.push(Open { name, place: child.place });
        Element::new(name, child.level, RawAttributes(""), child.place)
    }

    /// What the first of the tags ahead says of which anything can be said. In sections and comments there are none.
    fn look<T: Default>(&mut self, mut says: impl FnMut(Tag, &[u8]) -> Option<T>) -> T {
        let rest = self.scanner.rest().as_bytes();
        let within = &rest[..rest.len().min(self.ahead.left)];
        let here = self.scanner.place();
        let mut at = 0;
        let mut said = None;
        // The end of what is passed over may be farther than may be looked.
        while let Some(ahead) = within.get(at..).and_then(|within| memchr(b'<', within)) {
            at += ahead + 1;
            let tag = &within[at..];
            let mut pass = |sought: &mut Sought, mark: usize, end: &[u8]| {
                let end = sought.first(here + at, || memmem::find(&rest[at..], end));
                at = end.map_or(at + mark, |end| end - here);
            };
            match tag.first() {
                Some(b'!') if tag.starts_with(b"![CDATA[") => pass(&mut self.ahead.data, 8, b"]]>"),
                Some(b'!') if tag.starts_with(b"!--") => pass(&mut self.ahead.comment, 3, b"-->"),
                Some(b'/') => said = says(Tag::End, &tag[1..]),
                _ => said = says(Tag::Start, tag),
            }
            if said.is_some() {
                break;
            }
        }
        self.ahead.left -= if said.is_some() { at } else { within.len() };
        said.unwrap_or_default()
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tag {
    Start,
    End,
}

/// Whether what follows a tag's beginning is this name.
fn is_named(tag: &[u8], name: &str) -> bool {
    tag.strip_prefix(name.as_bytes()).is_some_and(|behind| {
        behind.first().is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/' | b'<'))
    })
}

/// The name of an entry that follows a tag's beginning.
fn entry_name(tag: &[u8]) -> Option<&'static str> {
    ["item", "entry"].into_iter().find(|name| is_named(tag, name))
}

/// Whether an element is one of those that stand directly in an entry.
fn is_field(ns: Ns, local: &str) -> bool {
    match ns {
        Ns::Feed => is_sure(local) || matches!(local, "title" | "author" | "summary" | "content" | "id" | "source"),
        ns => is_module(ns),
    }
}

/// Whether nothing but a feed has an element of this name.
fn is_sure(local: &str) -> bool {
    matches!(
        local,
        "link" | "guid" | "pubDate" | "description" | "enclosure" | "comments" | "category" | "updated" | "published"
    )
}
