//! Lists of feeds: OPML 1 and 2, read in any state and written well, and plain lists of addresses.

use std::collections::HashSet;

use crate::complaint::{Complaint, ComplaintKind, Complaints};
use crate::encoding;
use crate::xml::entities::escape_into;
use crate::xml::{Cursor, Element};

/// How many outlines of one list are read.
pub const MOST_OUTLINES: usize = 100_000;

/// How deep outlines may be nested; what is deeper is lifted to this depth.
pub const DEEPEST: usize = 32;

/// A list of feeds.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct List {
    /// What it calls itself.
    pub title: Option<String>,
    /// Its outlines: feeds, and groups of them.
    pub outlines: Vec<Outline>,
    /// What was wrong with it and how it was read nevertheless.
    pub complaints: Vec<Complaint>,
}

/// A line of a list: a feed, a group, or both.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Outline {
    /// What it says.
    pub text: String,
    /// The title, where it differs from the text.
    pub title: Option<String>,
    /// The address of the feed (`xmlUrl`).
    pub feed: Option<String>,
    /// The address of the site (`htmlUrl`, `url`).
    pub site: Option<String>,
    /// `rss`, `link`, `include`, …
    pub kind: Option<String>,
    /// Words of a classification, as they were written.
    pub category: Option<String>,
    /// What it is.
    pub description: Option<String>,
    /// The feed's language.
    pub language: Option<String>,
    /// The attributes that have no field here, in their order.
    pub other: Vec<(String, String)>,
    /// The outlines inside it.
    pub children: Vec<Outline>,
}

/// Why some bytes are no list of feeds.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAList {
    /// There is nothing.
    #[error("there is nothing in it")]
    Empty,
    /// It is a feed, not a list.
    #[error("it is a feed, not a list of feeds: add it as a source instead")]
    Feed,
    /// It is XML of another kind.
    #[error("it is XML, but no list of feeds (OPML): it begins with <{root}>")]
    OtherXml {
        /// The name of the first element.
        root: String,
    },
    /// It is no XML.
    #[error("it is no list of feeds: neither OPML nor one address a line")]
    NotXml,
}

impl List {
    /// Every outline that names a feed, in order, with the texts of the groups around it.
    pub fn feeds(&self) -> Vec<(Vec<&str>, &Outline)> {
        let mut feeds = Vec::new();
        let mut groups = Vec::new();
        collect(&self.outlines, &mut groups, &mut feeds);
        feeds
    }
}

fn collect<'a>(outlines: &'a [Outline], groups: &mut Vec<&'a str>, feeds: &mut Vec<(Vec<&'a str>, &'a Outline)>) {
    for outline in outlines {
        if outline.feed.is_some() {
            feeds.push((groups.clone(), outline));
        }
        if !outline.children.is_empty() {
            groups.push(&outline.text);
            collect(&outline.children, groups, feeds);
            groups.pop();
        }
    }
}

/// Reads a list: OPML in any state, or one address a line.
pub fn read(bytes: &[u8]) -> Result<List, NotAList> {
    let decoded = encoding::decode(bytes, None);
    let text = decoded.text.as_ref();
    if text.trim().is_empty() {
        return Err(NotAList::Empty);
    }
    if !text.trim_start().starts_with('<') && !text.contains("<opml") && !text.contains("<outline") {
        if !is_text(text) {
            return Err(NotAList::NotXml);
        }
        let list = plain(text);
        // A text that mentions an address is no list of them.
        let is_list = !list.outlines.is_empty() && list.outlines.len() >= list.complaints.len();
        return if is_list { Ok(list) } else { Err(NotAList::NotXml) };
    }
    let mut reader = ListReader {
        cursor: Cursor::new(text, None, None, decoded.complaints),
        list: List::default(),
        count: 0,
        has_root: false,
    };
    let mut first = None;
    while let Some(element) = reader.cursor.descend() {
        first.get_or_insert_with(|| element.name.to_owned());
        reader.element(&element);
    }
    reader.list.complaints = reader.cursor.into_complaints().into_vec();
    if reader.has_root {
        return Ok(reader.list);
    }
    match first {
        Some(root) if ["rss", "feed", "rdf"].iter().any(|name| root.eq_ignore_ascii_case(name)) => Err(NotAList::Feed),
        Some(root) => Err(NotAList::OtherXml { root }),
        None => Err(NotAList::NotXml),
    }
}

/// Reads a plain list: one address a line; what follows `#`, and lines that hold no address, are passed over.
pub fn read_plain(bytes: &[u8]) -> List {
    plain(&encoding::decode(bytes, None).text)
}

fn plain(text: &str) -> List {
    let mut list = List::default();
    let mut complaints = Complaints::default();
    let mut place = 0;
    for line in text.lines() {
        // A # inside an address is part of it.
        let line_text = if line.trim_start().starts_with('#') { "" } else { line };
        let words = line_text.split(" #").next().unwrap_or_default().trim();
        let address = words.split_whitespace().next().unwrap_or_default();
        if list.outlines.len() >= MOST_OUTLINES {
            complaints.add(ComplaintKind::TooMany, place, "");
            break;
        }
        if looks_like_an_address(address) {
            let text = words[address.len()..].trim();
            let text = if text.is_empty() { address } else { text };
            let feed = Some(address.to_owned());
            list.outlines.push(Outline { text: text.to_owned(), feed, ..Outline::default() });
        } else if !address.is_empty() {
            complaints.add(ComplaintKind::NoAddress, place, words);
        }
        place += line.len() + 1;
    }
    list.complaints = complaints.into_vec();
    list
}

/// Whether a text is one that a person or a program wrote: noise has characters in it that no list has.
fn is_text(text: &str) -> bool {
    !text
        .chars()
        .any(|letter| letter.is_control() && !matches!(letter, '\t' | '\n' | '\r' | '\u{c}' | '\u{1a}' | '\u{feff}'))
}

/// Whether a word is an address as people write it: with a scheme, or a host that ends in letters or is a number.
fn looks_like_an_address(word: &str) -> bool {
    let is_scheme = |scheme: &str| !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || c == '+');
    let rest = match word.split_once("://") {
        // Whoever takes the list in says what is wrong with the rest.
        Some((scheme, _)) => return is_scheme(scheme),
        None => word.strip_prefix("//").unwrap_or(word),
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host =
        host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host, |(h, _)| h);
    let host = host.strip_suffix('.').unwrap_or(host);
    let labels: Vec<&str> = host.split('.').collect();
    let is_label =
        |label: &&str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    let is_end = |last: &str| {
        last.chars().count() >= 2 && last.chars().next().is_some_and(char::is_alphabetic)
            || last.bytes().all(|byte| byte.is_ascii_digit()) && labels.len() == 4
    };
    labels.iter().all(is_label)
        && (labels.len() >= 2 && labels.last().is_some_and(|last| is_end(last)) || host == "localhost")
}

struct ListReader<'a> {
    cursor: Cursor<'a>,
    list: List,
    count: usize,
    has_root: bool,
}

impl<'a> ListReader<'a> {
    fn element(&mut self, element: &Element<'a>) {
        match element.name.to_ascii_lowercase().as_str() {
            "opml" => (self.has_root, self.cursor.begun) = (true, true),
            "title" if self.list.title.is_none() => {
                let title = self.cursor.value(element.level).into_owned();
                self.list.title = Some(title).filter(|title| !title.is_empty());
            }
            "outline" => {
                self.has_root = true;
                let outline = self.outline(element, 1);
                self.list.outlines.extend(outline);
            }
            _ => {}
        }
    }

    /// An outline with those inside it; those that are too deep come behind it.
    fn outline(&mut self, element: &Element<'a>, depth: usize) -> Vec<Outline> {
        self.count += 1;
        if self.count > MOST_OUTLINES {
            // Said once, not for each of a million.
            if self.count == MOST_OUTLINES + 1 {
                self.cursor.complain(ComplaintKind::TooMany, "outline");
            }
            return Vec::new();
        }
        let mut outline = Outline::default();
        for (name, value) in self.cursor.attributes(element) {
            let value = value.trim().to_owned();
            outline.set(&name, value);
        }
        if outline.text.is_empty() {
            let other = outline.title.take().or_else(|| outline.site.clone()).or_else(|| outline.feed.clone());
            outline.text = other.unwrap_or_default();
        }
        let mut behind = Vec::new();
        while let Some(child) = self.cursor.child(element.level) {
            if !child.is("outline") {
                continue;
            }
            let found = self.outline(&child, depth + 1);
            if depth < DEEPEST {
                outline.children.extend(found);
            } else {
                self.cursor.complain(ComplaintKind::TooDeep, "outline");
                behind.extend(found);
            }
        }
        behind.insert(0, outline);
        behind
    }
}

impl Outline {
    fn set(&mut self, name: &str, value: String) {
        let some = (!value.is_empty()).then(|| value.clone());
        match name.to_ascii_lowercase().as_str() {
            "text" => self.text = value,
            "title" => self.title = some,
            "xmlurl" => self.feed = some,
            "htmlurl" => self.site = some.or(self.site.take()),
            "url" if self.site.is_none() => self.site = some,
            "type" => self.kind = some,
            "category" => self.category = some,
            "description" => self.description = some,
            "language" => self.language = some,
            _ => self.other.push((name.to_owned(), value)),
        }
    }

    fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        let is_link = self.feed.is_none() && self.kind.as_deref() == Some("link");
        let has_url = self.other.iter().any(|(name, _)| name.eq_ignore_ascii_case("url"));
        let site = if is_link && !has_url { "url" } else { "htmlUrl" };
        let known = [
            ("text", Some(self.text.as_str())),
            ("title", self.title.as_deref()),
            ("type", self.kind.as_deref()),
            ("xmlUrl", self.feed.as_deref()),
            (site, self.site.as_deref()),
            ("category", self.category.as_deref()),
            ("description", self.description.as_deref()),
            ("language", self.language.as_deref()),
        ];
        let known = known.into_iter().filter_map(|(name, value)| value.map(|value| (name, value)));
        known.chain(self.other.iter().map(|(name, value)| (name.as_str(), value.as_str())))
    }
}

/// Writes a list as OPML 2.0.
pub fn write(list: &List) -> String {
    let mut writer = Writer::new(list.title.as_deref());
    list.outlines.iter().for_each(|outline| writer.outline(outline));
    writer.end();
    writer.take()
}

/// Writes a list as OPML 2.0 piece by piece, for one that is larger than memory should be.
#[derive(Debug)]
pub struct Writer {
    out: String,
    depth: usize,
}

impl Writer {
    /// Begins a list.
    pub fn new(title: Option<&str>) -> Self {
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  <head>\n");
        if let Some(title) = title {
            out.push_str("    <title>");
            escape_into(&mut out, title);
            out.push_str("</title>\n");
        }
        out.push_str("  </head>\n  <body>\n");
        Self { out, depth: 2 }
    }

    /// Writes an outline with all inside it.
    pub fn outline(&mut self, outline: &Outline) {
        if outline.children.is_empty() {
            self.tag(outline, "/>\n");
            return;
        }
        self.begin(outline);
        outline.children.iter().for_each(|child| self.outline(child));
        self.close();
    }

    /// Begins an outline; what is written until [`Writer::close`] stands inside it, besides its own children.
    pub fn begin(&mut self, outline: &Outline) {
        self.tag(outline, ">\n");
        self.depth += 1;
    }

    /// Ends the outline that was begun last.
    pub fn close(&mut self) {
        self.depth -= 1;
        self.indent();
        self.out.push_str("</outline>\n");
    }

    /// What has been written since this was last called.
    pub fn take(&mut self) -> String {
        std::mem::take(&mut self.out)
    }

    /// Ends the list.
    pub fn end(&mut self) {
        self.out.push_str("  </body>\n</opml>\n");
    }

    fn tag(&mut self, outline: &Outline, end: &str) {
        self.indent();
        self.out.push_str("<outline");
        // XML knows no attribute twice, however a damaged list gave it.
        let mut written = HashSet::new();
        for (name, value) in outline.attributes().filter(|(name, _)| is_name(name) && written.insert(*name)) {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            escape_attribute_into(&mut self.out, value);
            self.out.push('"');
        }
        self.out.push_str(end);
    }

    fn indent(&mut self) {
        (0..self.depth).for_each(|_| self.out.push_str("  "));
    }
}

/// Whether an attribute may be written again: its prefix would have to be declared.
fn is_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '-' | '.'))
}

fn escape_attribute_into(out: &mut String, value: &str) {
    for letter in value.chars() {
        match letter {
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            '\r' => out.push_str("&#13;"),
            letter => escape_into(out, letter.encode_utf8(&mut [0; 4])),
        }
    }
}
