//! Walks through the elements of a document and keeps what is open.

use std::borrow::Cow;
use std::sync::Arc;

use memchr::memmem;
use url::Url;

use super::attributes::RawAttributes;
use super::entities::Entities;
use super::names::Ns;
use super::scanner::{Scanner, Token};
use super::strays::Ahead;
use super::text::{Until, is_sibling};
use super::vocabulary::{is_feed_element, is_left_open};
use crate::address::Growth;
use crate::complaint::{ComplaintKind, Complaints};
use crate::draft::fitted;

/// How deep elements may be nested; what is deeper loses its tags and keeps its text.
pub(crate) const DEEPEST: usize = 256;

/// How many namespaces may be declared at one place.
const MOST_DECLARED: usize = 500;

/// An element that was entered.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    /// Its vocabulary.
    pub ns: Ns,
    /// Its prefix, as it was written.
    pub prefix: &'a str,
    /// Its name without the prefix, as it was written.
    pub name: &'a str,
    /// How many elements are open, with this one.
    pub level: usize,
    attributes: RawAttributes<'a>,
    /// The byte that it begins at.
    pub place: usize,
}

/// What comes next.
pub(crate) enum Step<'a> {
    Open(Element<'a>),
    /// The innermost element was closed.
    Close(&'a str),
    /// Characters with entities.
    Text(&'a str),
    /// Characters without.
    Data(&'a str),
}

#[derive(Clone, Copy)]
pub(super) struct Open<'a> {
    pub name: &'a str,
    /// The byte that it begins at.
    pub place: usize,
}

struct Declared<'a> {
    prefix: &'a str,
    ns: Ns,
    address: &'a str,
    level: usize,
}

/// The place in a document, and all that holds there.
pub(crate) struct Cursor<'a> {
    pub(super) scanner: Scanner<'a>,
    entities: Entities,
    /// What addresses may add.
    pub growth: Growth,
    pub(super) open: Vec<Open<'a>>,
    declared: Vec<Declared<'a>>,
    languages: Vec<(usize, Option<Arc<str>>)>,
    bases: Vec<(usize, Option<Arc<Url>>)>,
    /// Elements above this level are to be closed before anything else is read.
    pub(super) close_to: Option<usize>,
    /// The level of the entry that is being read; 0 outside.
    pub(super) entry: usize,
    /// Whether a title of the entry that is being read was met.
    pub(super) has_title: bool,
    /// What was found out by looking ahead.
    pub(super) ahead: Ahead,
    /// Whether foreign markup is being read, in which an `item` is nothing special.
    pub in_markup: bool,
    /// The default namespace of the root, which is the feed's own whatever it is.
    root_address: Option<&'a str>,
    /// What a document type said.
    pub doctype: &'a str,
    /// Whether the root was found.
    pub begun: bool,
}

impl<'a> Cursor<'a> {
    pub fn new(text: &'a str, base: Option<&Url>, language: Option<&str>, complaints: Complaints) -> Self {
        Self {
            scanner: Scanner::new(text, complaints),
            entities: Entities::default(),
            growth: Growth::of(text),
            open: Vec::new(),
            declared: Vec::new(),
            languages: language.map(|tag| (0, Some(Arc::from(tag)))).into_iter().collect(),
            bases: base.map(|base| (0, Some(Arc::new(base.clone())))).into_iter().collect(),
            close_to: None,
            entry: 0,
            has_title: false,
            ahead: Ahead::of(text),
            in_markup: false,
            root_address: None,
            doctype: "",
            begun: false,
        }
    }

    pub fn complain(&mut self, kind: ComplaintKind, word: &str) {
        self.scanner.complain(kind, word);
    }

    /// All complaints.
    pub fn into_complaints(self) -> Complaints {
        self.scanner.complaints
    }

    /// The language that holds here.
    pub fn language(&self) -> Option<Arc<str>> {
        self.languages.last().and_then(|(_, tag)| tag.clone())
    }

    /// The address that relative ones start from here.
    pub fn base(&self) -> Option<Arc<Url>> {
        self.bases.last().and_then(|(_, base)| base.clone())
    }

    /// An address as it is meant here: absolute, if that can be known.
    pub fn absolute(&self, written: &str) -> String {
        self.growth.absolute(written, self.bases.last().and_then(|(_, base)| base.as_deref()))
    }

    /// Sets the address that relative ones start from, up to the end of the element of this level.
    pub fn set_base(&mut self, level: usize, written: &str) {
        let around = self.base();
        let base = crate::address::base(written, around.as_deref()).map(Arc::new);
        self.bases.push((level, base.or(around)));
    }

    /// Whether a base address was set inside the element of this level.
    pub fn has_base_inside(&self, level: usize) -> bool {
        self.bases.last().is_some_and(|(at, _)| *at > level)
    }

    /// Says that an entry is being read, so that another entry's beginning ends it. Gives what was said before.
    pub fn enter_entry(&mut self, level: usize) -> usize {
        self.has_title = false;
        std::mem::replace(&mut self.entry, level)
    }

    /// How many bytes were read, and how many are still ahead.
    pub fn progress(&self) -> (usize, usize) {
        self.scanner.progress()
    }

    /// The next child of an element; what was not read of the one before is passed over.
    pub fn child(&mut self, level: usize) -> Option<Element<'a>> {
        while self.open.len() >= level {
            match self.step()? {
                Step::Open(element) if element.level == level + 1 => return Some(element),
                // An element that says all in its attributes was not closed.
                Step::Open(element) if element.level == level + 2 && is_sibling(&element, Until::AnySibling) => {
                    self.put_back(element, level);
                }
                _ => {}
            }
        }
        None
    }

    /// The address that stands behind an empty element and was meant for its inside.
    pub fn address_behind(&mut self) -> Option<Cow<'a, str>> {
        let behind = self.scanner.ahead().trim();
        let is_address = behind.starts_with("http") && behind.contains("://") && !behind.contains(char::is_whitespace);
        is_address.then(|| self.decode(behind))
    }

    /// Passes over the rest of an element.
    pub fn skip(&mut self, level: usize) {
        while self.open.len() >= level && self.step().is_some() {}
    }

    /// The name of an open element, as it was written.
    pub fn name_at(&self, level: usize) -> &'a str {
        level.checked_sub(1).and_then(|at| self.open.get(at)).map_or("", |open| open.name)
    }

    /// Whether an element is still open.
    pub fn is_open(&self, level: usize) -> bool {
        self.open.len() >= level
    }

    /// The next element at any depth.
    pub fn descend(&mut self) -> Option<Element<'a>> {
        loop {
            if let Step::Open(element) = self.step()? {
                return Some(element);
            }
        }
    }

    /// The next step; `None` at the end of the document, when everything is closed.
    pub fn step(&mut self) -> Option<Step<'a>> {
        loop {
            if let Some(level) = self.close_to {
                if self.open.len() > level {
                    return self.close().map(Step::Close);
                }
                self.close_to = None;
            }
            let place = self.scanner.place();
            let inside = self.open.last().map_or("", |open| open.name);
            match self.scanner.next(inside) {
                None => {
                    let name = self.open.last()?.name;
                    self.scanner.complain(ComplaintKind::CutOff, name);
                    self.close_to = Some(0);
                }
                Some(Token::Text(text)) if self.open.is_empty() => self.note_junk(text, place),
                Some(Token::Text(text)) => return Some(Step::Text(text)),
                Some(Token::Data(text)) => return Some(Step::Data(text)),
                Some(Token::Start { name, attributes, empty }) => {
                    if let Some(element) = self.start(name, attributes, place) {
                        if empty && !self.is_begun_empty(name) || is_left_open(name) {
                            self.close_to = Some(self.open.len() - 1);
                        }
                        return Some(Step::Open(element));
                    }
                }
                Some(Token::End { name }) => self.end(name),
                Some(Token::Instruction(text)) => self.note_instruction(text, place),
                Some(Token::Doctype(text)) => {
                    self.doctype = text;
                    if memmem::find(text.as_bytes(), b"<!ENTITY").is_some() {
                        self.entities.declare(text);
                    }
                }
                Some(Token::Nothing) => {}
            }
        }
    }

    fn note_junk(&mut self, text: &str, place: usize) {
        let junk = text.trim();
        if !junk.is_empty() {
            let kind = if self.begun { ComplaintKind::JunkAfter } else { ComplaintKind::JunkBefore };
            self.scanner.complaints.add(kind, place, junk);
        } else if !self.begun && place == 0 && self.scanner.is_before("<?xml") {
            self.scanner.complaints.add(ComplaintKind::JunkBefore, place, "");
        }
    }

    fn note_instruction(&mut self, text: &str, place: usize) {
        let is_declaration = text.starts_with("xml") && text[3..].starts_with([' ', '\t', '\r', '\n']);
        if is_declaration && self.begun {
            self.scanner.complaints.add(ComplaintKind::SecondDocument, place, "");
        }
    }

    fn start(&mut self, name: &'a str, attributes: &'a str, place: usize) -> Option<Element<'a>> {
        if self.open.len() >= DEEPEST {
            self.scanner.complain(ComplaintKind::TooDeep, name);
            return None;
        }
        if self.open.is_empty() && self.begun {
            self.scanner.complaints.add(ComplaintKind::SecondDocument, place, name);
        }
        let level = self.open.len() + 1;
        if !attributes.is_empty() && memmem::find(attributes.as_bytes(), b"xml").is_some() {
            self.scope(attributes, level);
        }
        let (prefix, local) = split(name);
        let mut ns = self.resolve(prefix, name);
        if ns != Ns::Feed && prefix.is_empty() && self.is_meant_for_feed(ns, local, level) {
            // Whatever else the default namespace says, a feed's frame is a feed's frame.
            self.declared.push(Declared { prefix, ns: Ns::Feed, address: "", level });
            ns = Ns::Feed;
        }
        if let Some(frame) = self.left_open((ns, prefix, local), attributes) {
            self.forget(level);
            self.scanner.complaints.add(ComplaintKind::Unclosed, place, local);
            self.scanner.go_back(place);
            self.close_to = Some(frame);
            return None;
        }
        if level == self.entry + 1 && ns == Ns::Feed && local == "title" {
            self.has_title = true;
        }
        self.open.push(Open { name, place });
        Some(Element { ns, prefix, name: local, level, attributes: RawAttributes(attributes), place })
    }

    /// Whether an element without a prefix is the feed's own although the default namespace is another: a frame outside
    /// of entries, and a field of an entry that itself declares a namespace that nobody knows.
    fn is_meant_for_feed(&self, ns: Ns, local: &str, level: usize) -> bool {
        if self.in_markup {
            return false;
        }
        if self.entry == 0 {
            return is_entry(local) || is_frame(local) && !local.eq_ignore_ascii_case("items");
        }
        level == self.entry + 1 && matches!(ns, Ns::Other | Ns::Xhtml) && is_feed_element(local)
    }

    /// Puts an element back that turned out to belong elsewhere, and closes all above a level.
    pub fn put_back(&mut self, element: Element<'a>, close_to: usize) {
        self.open.truncate(element.level - 1);
        self.forget(element.level);
        self.scanner.complaints.add(ComplaintKind::Unclosed, element.place, element.name);
        self.scanner.go_back(element.place);
        self.close_to = Some(close_to);
    }

    fn scope(&mut self, attributes: &'a str, level: usize) {
        for (name, value) in RawAttributes(attributes).iter() {
            if let Some(prefix) = name.strip_prefix("xmlns") {
                let prefix = prefix.strip_prefix(':').unwrap_or(prefix);
                let address = value.trim();
                if prefix.is_empty() && level == 1 {
                    self.root_address = Some(address);
                }
                let ns = Ns::of_address(address).unwrap_or_else(|| match prefix {
                    "" if self.root_address == Some(address) => Ns::Feed,
                    "" => Ns::Other,
                    prefix => Ns::of_prefix(prefix).unwrap_or(Ns::Other),
                });
                if self.declared.len() >= MOST_DECLARED {
                    continue;
                }
                self.declared.push(Declared { prefix, ns, address, level });
            } else if name.eq_ignore_ascii_case("xml:lang") {
                let tag = value.trim();
                self.languages.push((level, (!tag.is_empty()).then(|| Arc::from(tag.replace('_', "-")))));
            } else if name.eq_ignore_ascii_case("xml:base") {
                let written = self.decode(value);
                self.set_base(level, &written);
            }
        }
    }

    fn resolve(&mut self, prefix: &'a str, name: &str) -> Ns {
        if let Some(declared) = self.declared.iter().rev().find(|declared| declared.prefix == prefix) {
            return declared.ns;
        }
        match prefix {
            "" => Ns::Feed,
            "xml" => Ns::Xml,
            prefix => {
                self.scanner.complain(ComplaintKind::UndeclaredPrefix, name);
                let local = split(name).1;
                let is_frame = is_entry(local) || ["rss", "channel", "feed"].contains(&local);
                match Ns::of_prefix(prefix) {
                    Some(ns) => ns,
                    // Who writes the feed's frame with a prefix means the feed's own vocabulary by it.
                    None if is_frame && self.declared.len() < MOST_DECLARED => {
                        self.declared.insert(0, Declared { prefix, ns: Ns::Feed, address: "", level: 0 });
                        Ns::Feed
                    }
                    None => Ns::Other,
                }
            }
        }
    }

    /// The address of the namespace that a prefix stands for here.
    pub fn namespace(&self, prefix: &str) -> Option<&'a str> {
        self.declared.iter().rev().find(|declared| declared.prefix == prefix).map(|declared| declared.address)
    }

    fn end(&mut self, name: &'a str) {
        let Some(top) = self.open.last() else {
            return self.scanner.complain(ComplaintKind::StrayEnd, name);
        };
        let depth = self.open.len();
        if top.name == name {
            self.close_to = Some(depth - 1);
            return;
        }
        let by_name = |same: fn(&str, &str) -> bool| self.open.iter().rposition(|open| same(open.name, name));
        let found = by_name(|open, end| open == end)
            .or_else(|| by_name(str::eq_ignore_ascii_case))
            .or_else(|| (split(top.name).1 == split(name).1).then_some(depth - 1));
        match found {
            Some(level) => {
                self.scanner.complain(ComplaintKind::Unclosed, top.name);
                self.close_to = Some(level);
            }
            None if is_left_open(name) => {}
            None => self.scanner.complain(ComplaintKind::StrayEnd, name),
        }
    }

    fn close(&mut self) -> Option<&'a str> {
        let open = self.open.pop()?;
        self.forget(self.open.len() + 1);
        if self.open.len() < self.entry {
            self.entry = 0;
        }
        Some(open.name)
    }

    /// Forgets what held inside an element.
    fn forget(&mut self, level: usize) {
        while self.declared.last().is_some_and(|declared| declared.level >= level) {
            self.declared.pop();
        }
        while self.languages.last().is_some_and(|(at, _)| *at >= level) {
            self.languages.pop();
        }
        while self.bases.last().is_some_and(|(at, _)| *at >= level) {
            self.bases.pop();
        }
    }

    /// The characters that a raw text stands for.
    pub fn decode(&mut self, raw: &'a str) -> Cow<'a, str> {
        let place = self.scanner.place().saturating_sub(raw.len());
        self.entities.decode(raw, place, &mut self.scanner.complaints)
    }

    /// A raw text as markup.
    pub fn keep(&mut self, raw: &'a str) -> Cow<'a, str> {
        let place = self.scanner.place().saturating_sub(raw.len());
        self.entities.keep(raw, place, &mut self.scanner.complaints)
    }

    /// The value of an attribute, whatever the case of its name.
    pub fn attribute(&mut self, element: &Element<'a>, name: &str) -> Option<Cow<'a, str>> {
        let raw = element.attributes.iter().find(|(written, _)| written.eq_ignore_ascii_case(name))?.1;
        Some(self.decode(raw))
    }

    /// The value of an attribute with surrounding space cut off; `None` when nothing is left.
    pub fn attribute_text(&mut self, element: &Element<'a>, name: &str) -> Option<String> {
        let value = self.attribute(element, name)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// All attributes but those that declare namespaces, in order; names with the usual prefixes.
    pub fn attributes(&mut self, element: &Element<'a>) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for (name, raw) in element.attributes.iter() {
            if !name.starts_with("xmlns") && !name.is_empty() {
                let value = self.decode(raw).into_owned();
                all.push((name.to_owned(), value));
            }
        }
        if element.attributes.are_too_many() {
            self.complain(ComplaintKind::TooMany, element.name);
        }
        fitted(all)
    }
}

impl<'a> Element<'a> {
    /// An element of the feed's own vocabulary that the document does not hold.
    pub(super) fn new(name: &'a str, level: usize, attributes: RawAttributes<'a>, place: usize) -> Self {
        Self { ns: Ns::Feed, prefix: "", name, level, attributes, place }
    }

    /// Its attributes as they were written.
    pub fn raw_attributes(&self) -> RawAttributes<'a> {
        self.attributes
    }

    /// Whether it has this name, whatever the case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }
}

/// Whether a name is that of an entry.
pub(crate) fn is_entry(name: &str) -> bool {
    name.eq_ignore_ascii_case("item") || name.eq_ignore_ascii_case("entry")
}

/// Whether a name is that of something that holds entries: a feed, or a part of one.
pub(super) fn is_frame(name: &str) -> bool {
    ["channel", "feed", "rss", "rdf", "items"].iter().any(|frame| name.eq_ignore_ascii_case(frame))
}

/// The prefix and the rest of a name.
pub(crate) fn split(name: &str) -> (&str, &str) {
    name.split_once(':').unwrap_or(("", name))
}
