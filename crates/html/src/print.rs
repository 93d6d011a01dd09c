//! The tree as markup: the elements and attributes of the allow list, in the one spelling that the gate knows.
//!
//! Along the way it notes what else a reader of the post needs: the visible text, the pictures, the links.

use std::collections::HashSet;
use std::ops::Range;

use memchr::{memchr, memchr2, memchr3};

use crate::attribute::{Attribute, Name};
use crate::clean::Picture;
use crate::gate::{Dress, LINK_REL, PICTURE_LOADING};
use crate::rules;
use crate::scan::{AT_ONCE, plain_words_prefix};
use crate::tag::{BLOCK, HEADING, Tag, VOID};
use crate::tidy::pixels;
use crate::tree::{Id, Kind, ROOT, Tree};

const SVG_NAMESPACE: &str = "http://www.w3.org/2000/svg";
const MATHML_NAMESPACE: &str = "http://www.w3.org/1998/Math/MathML";
const XLINK_NAMESPACE: &str = "http://www.w3.org/1999/xlink";
/// The namespaces that are declared.
pub(crate) const NAMESPACES: &[&str] = &[SVG_NAMESPACE, MATHML_NAMESPACE, XLINK_NAMESPACE];

/// What printing gives.
#[derive(Debug, Default)]
pub(crate) struct Printed {
    pub html: String,
    pub text: String,
    pub prose: String,
    pub pictures: Vec<Picture>,
    pub links: Vec<String>,
}

/// Prints a tree. In our dress, white space is folded too, outside of what is preformatted, and what was said is noted.
pub(crate) fn print(tree: &Tree<'_>, dress: Dress) -> Printed {
    let printed = Printed {
        html: String::with_capacity(tree.bytes() + tree.bytes() / 8),
        text: String::with_capacity(if dress == Dress::Ours { tree.bytes() / 2 } else { 0 }),
        ..Printed::default()
    };
    let mut printer = Printer { tree, dress, printed, preformatted: 0, asides: Vec::new(), in_asides: 0 };
    let mut at = tree.first(ROOT);
    while let Some(id) = at {
        printer.open(id);
        at = tree.first(id);
        if at.is_some() {
            continue;
        }
        let mut done = id;
        at = loop {
            printer.close(done);
            if let Some(next) = tree.next(done) {
                break Some(next);
            }
            match tree.parent(done) {
                Some(ROOT) | None => break None,
                Some(parent) => done = parent,
            }
        };
    }
    let Printer { mut printed, asides, .. } = printer;
    printed.text.truncate(printed.text.trim_end().len());
    printed.prose = without(&printed.text, &asides);
    each_once(&mut printed.links);
    [&mut printed.html, &mut printed.text].into_iter().for_each(give_back_room);
    printed
}

/// Markup that was mostly waste leaves most of the room unused that was made for it.
fn give_back_room(printed: &mut String) {
    if printed.len() < printed.capacity() / 2 {
        printed.shrink_to_fit();
    }
}

/// Whether what stands in it is no part of a text that is read from sentence to sentence.
fn is_aside(tag: Tag) -> bool {
    tag.is(HEADING) || matches!(tag, Tag::Table | Tag::Figcaption | Tag::Pre | Tag::Summary)
}

/// The beginning of a text without those stretches of it.
fn without(text: &str, asides: &[Range<usize>]) -> String {
    /// In bytes; far more than any excerpt.
    const ENOUGH: usize = 4_000;
    let mut prose = String::new();
    let mut from = 0;
    for aside in asides.iter().cloned().chain(std::iter::once(text.len()..text.len())) {
        let end = aside.start.min(text.len());
        let end = end.min(text.floor_char_boundary(from + ENOUGH));
        prose.push_str(&text[from.min(end)..end]);
        if prose.len() >= ENOUGH {
            break;
        }
        from = aside.end.min(text.len());
    }
    prose.truncate(prose.trim_end().len());
    prose
}

/// Leaves each link where it stands first.
fn each_once(links: &mut Vec<String>) {
    /// So many are compared with each other faster than they are hashed.
    const FEW: usize = 24;
    if links.len() <= FEW {
        let mut at = 1;
        while at < links.len() {
            if links[..at].contains(&links[at]) {
                links.remove(at);
            } else {
                at += 1;
            }
        }
        return;
    }
    let mut seen = HashSet::new();
    let fresh: Vec<bool> = links.iter().map(|link| seen.insert(link.as_str())).collect();
    let mut fresh = fresh.into_iter();
    links.retain(|_| fresh.next() == Some(true));
}

struct Printer<'t, 'a> {
    tree: &'t Tree<'a>,
    dress: Dress,
    printed: Printed,
    preformatted: usize,
    /// Where in the noted text something stands that does not read on.
    asides: Vec<Range<usize>>,
    in_asides: usize,
}

impl Printer<'_, '_> {
    fn open(&mut self, id: Id) {
        match self.tree.kind(id) {
            Kind::Text(text) => self.text(text),
            Kind::Element { tag, .. } => self.open_element(id, *tag),
        }
    }

    fn text(&mut self, text: &str) {
        // At the very beginning it would be a mark of the byte order, which the next parser takes away.
        let text = if self.printed.html.is_empty() { text.trim_start_matches('\u{feff}') } else { text };
        if self.dress != Dress::Ours {
            escape(text, false, &mut self.printed.html);
        } else if self.preformatted > 0 {
            escape(text, false, &mut self.printed.html);
            self.printed.text.push_str(text);
        } else {
            print_words(text, &mut self.printed.html, &mut self.printed.text);
        }
    }

    fn open_element(&mut self, id: Id, tag: Tag) {
        if tag.is(BLOCK) {
            self.end_line(tag);
        }
        if tag == Tag::Br {
            self.printed.text.push(' ');
        }
        self.preformatted += usize::from(tag == Tag::Pre);
        if is_aside(tag) {
            if self.in_asides == 0 {
                let here = self.printed.text.len();
                self.asides.push(here..here);
            }
            self.in_asides += 1;
        }
        if !tag.is_shown(self.dress) {
            return;
        }
        let html = &mut self.printed.html;
        html.push('<');
        html.push_str(tag.name());
        let attributes = self.tree.attributes(id);
        let mut has_xlink = false;
        for attribute in attributes {
            has_xlink |= print_attribute(tag, attribute, attributes, self.dress, html);
        }
        // HTML knows what these are without being told; XML, into which markup may be put later, does not.
        match tag {
            Tag::Drawing => print_pair("xmlns", SVG_NAMESPACE, html),
            Tag::Formula => print_pair("xmlns", MATHML_NAMESPACE, html),
            _ => {}
        }
        if has_xlink {
            print_pair("xmlns:xlink", XLINK_NAMESPACE, html);
        }
        match tag {
            Tag::A if self.dress == Dress::Ours => {
                print_pair("rel", LINK_REL, html);
                self.note_link(id);
            }
            Tag::Img if self.dress == Dress::Ours => {
                print_pair("loading", PICTURE_LOADING, html);
                self.note_picture(id);
            }
            _ => {}
        }
        self.printed.html.push('>');
    }

    fn close(&mut self, id: Id) {
        let Some(tag) = self.tree.tag(id) else { return };
        if tag.is(BLOCK) {
            self.end_line(tag);
        }
        self.preformatted -= usize::from(tag == Tag::Pre);
        if is_aside(tag) {
            self.in_asides -= 1;
            if let Some(aside) = self.asides.last_mut() {
                aside.end = self.printed.text.len();
            }
        }
        if tag.is_shown(self.dress) && !tag.is(VOID) {
            let html = &mut self.printed.html;
            html.push_str("</");
            html.push_str(tag.name());
            html.push('>');
        }
    }

    /// Cells of a row are parted by a space, all else that stands alone by a line end.
    fn end_line(&mut self, tag: Tag) {
        let text = &mut self.printed.text;
        while text.ends_with(' ') {
            text.pop();
        }
        if text.is_empty() || text.ends_with('\n') {
            return;
        }
        text.push(if matches!(tag, Tag::Td | Tag::Th) { ' ' } else { '\n' });
    }

    fn note_link(&mut self, id: Id) {
        if let Some(href) = self.tree.attribute(id, Name::Href) {
            self.printed.links.push(href.to_owned());
        }
    }

    fn note_picture(&mut self, id: Id) {
        let Some(address) = self.tree.attribute(id, Name::Src) else { return };
        let side = |name| pixels(self.tree.attribute(id, name)?);
        let (width, height) = (side(Name::Width), side(Name::Height));
        let alternative = self.tree.attribute(id, Name::Alt).unwrap_or_default().to_owned();
        self.printed.pictures.push(Picture { address: address.to_owned(), alternative, width, height });
    }
}

/// Prints an attribute that is shown, and says whether its name is one of XLink's.
fn print_attribute(
    tag: Tag,
    attribute: &Attribute<'_>,
    all: &[Attribute<'_>],
    dress: Dress,
    html: &mut String,
) -> bool {
    // HTML's own word for the language beats XML's.
    if attribute.name == Name::XmlLang && all.iter().any(|other| other.name == Name::Lang) {
        return false;
    }
    let Some((name, value)) = rules::shown(tag, attribute, dress) else { return false };
    print_pair(name.name(), &value, html);
    matches!(name, Name::XlinkHref | Name::XlinkShow | Name::XlinkType)
}

pub(crate) fn print_pair(name: &str, value: &str, html: &mut String) {
    html.push(' ');
    html.push_str(name);
    html.push_str("=\"");
    escape(value, true, html);
    html.push('"');
}

/// Escapes as HTML's serialisation does.
pub(crate) fn escape(text: &str, in_attribute: bool, html: &mut String) {
    let bytes = text.as_bytes();
    // Most of what was written has nothing to escape, which is seen faster than it is looked for.
    let space = if in_attribute { memchr2(b'"', 0xc2, bytes) } else { memchr(0xc2, bytes) };
    let mark = memchr3(b'&', b'<', b'>', bytes);
    let (mut from, mut at) = (0, space.unwrap_or(bytes.len()).min(mark.unwrap_or(bytes.len())));
    while let Some(&byte) = bytes.get(at) {
        let (replacement, length) = match byte {
            b'&' => ("&amp;", 1),
            b'<' => ("&lt;", 1),
            b'>' => ("&gt;", 1),
            b'"' if in_attribute => ("&quot;", 1),
            0xc2 if bytes.get(at + 1) == Some(&0xa0) => ("&nbsp;", 2),
            _ => ("", 0),
        };
        if length > 0 {
            html.push_str(&text[from..at]);
            html.push_str(replacement);
            from = at + length;
        }
        at += length.max(1);
        at += bytes[at..].iter().take_while(|byte| !ESCAPED[usize::from(**byte)]).count();
    }
    html.push_str(&text[from..]);
}

/// Bytes that are escaped somewhere; the first of a space that does not break.
const ESCAPED: [bool; 256] = {
    let mut table = [false; 256];
    let bytes = b"<>&\"\xc2";
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
};

#[inline]
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | b'\x0c')
}

/// Prints text and notes it: each run of white space is one space, and none starts a line of the noted text.
fn print_words(text: &str, html: &mut String, noted: &mut String) {
    let text = if html.ends_with(' ') { text.trim_ascii_start() } else { text };
    let bytes = text.as_bytes();
    let starts_line = noted.is_empty() || noted.ends_with([' ', '\n']);
    // The same stretch of text goes to both, except for a space at the start of a line.
    let mut note = |words: &str, is_first: bool| {
        noted.push_str(if is_first && starts_line { words.trim_ascii_start() } else { words });
    };
    let (mut from, mut at) = (0, 0);
    while at < bytes.len() {
        // Of the letters below a space, none but white space is in a text that was written to be read.
        let is_special = |byte| (byte == b'&') | (byte == b'<') | (byte == b'>') | (byte == 0xc2) | (byte < b' ');
        at += plain_words_prefix(&bytes[at..], is_special);
        let end = (at + AT_ONCE).min(bytes.len());
        while at < end {
            let (printed, said, length) = match bytes[at] {
                b' ' if !bytes.get(at + 1).is_some_and(|next| is_space(*next)) => {
                    at += 1;
                    continue;
                }
                byte if is_space(byte) => (" ", " ", bytes[at..].iter().take_while(|byte| is_space(**byte)).count()),
                b'&' => ("&amp;", "&", 1),
                b'<' => ("&lt;", "<", 1),
                b'>' => ("&gt;", ">", 1),
                0xc2 if bytes.get(at + 1) == Some(&0xa0) => ("&nbsp;", " ", 2),
                _ => {
                    at += 1;
                    continue;
                }
            };
            html.push_str(&text[from..at]);
            html.push_str(printed);
            note(&text[from..at], from == 0);
            note(said, at == 0);
            at += length;
            from = at;
        }
    }
    html.push_str(&text[from..]);
    note(&text[from..], from == 0);
}
