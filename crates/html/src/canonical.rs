//! The recogniser: whether markup is clean to the letter, so that ammonia would hand it back unchanged.
//!
//! It is strict on purpose. One spelling of tags, attributes and escapes; only what the allow list names; and only
//! such nesting as every parser reads the same way. What it does not know it does not pass. A property below holds
//! it to ammonia's own answer.

use url::Url;

use crate::address::is_plain;
use crate::attribute::Name;
use crate::gate::{LINK_REL, PICTURE_LOADING};
use crate::rules::may_have;
use crate::tag::{CLOSES_P, HEADING, IMPLIED_END, SCOPE, SHOWN, SPECIAL, TABLE_PART, Tag, VOID};

/// Nothing deeper is passed.
const DEEPEST: usize = 160;

/// Whether ammonia, with our rules, would give back exactly this.
pub(crate) fn is_canonical(markup: &str) -> bool {
    Reader { rest: markup.as_bytes(), markup, open: Vec::with_capacity(32) }.read().is_some()
}

struct Reader<'m> {
    markup: &'m str,
    rest: &'m [u8],
    open: Vec<Tag>,
}

impl<'m> Reader<'m> {
    /// `None` at the first thing that is not as it should be.
    fn read(&mut self) -> Option<()> {
        loop {
            self.text()?;
            match self.rest {
                [] => return self.open.is_empty().then_some(()),
                [b'<', b'/', ..] => self.end_tag()?,
                _ => self.start_tag()?,
            }
        }
    }

    fn current(&self) -> Tag {
        self.open.last().copied().unwrap_or(Tag::Html)
    }

    fn text(&mut self) -> Option<()> {
        let length = run_of_text(self.rest, b'<')?;
        let (text, rest) = self.rest.split_at(length);
        if !text.is_empty() {
            let only_parts =
                matches!(self.current(), Tag::Table | Tag::Thead | Tag::Tbody | Tag::Tfoot | Tag::Tr | Tag::Colgroup);
            if only_parts || (self.current() == Tag::Pre && text[0] == b'\n') {
                return None;
            }
        }
        self.rest = rest;
        Some(())
    }

    fn name(&mut self) -> Option<&'m str> {
        let length = self.rest.iter().take_while(|b| b.is_ascii_lowercase() || b.is_ascii_digit()).count();
        let start = self.markup.len() - self.rest.len();
        self.rest = &self.rest[length..];
        Some(&self.markup[start..start + length])
    }

    fn end_tag(&mut self) -> Option<()> {
        self.rest = &self.rest[2..];
        let tag = Tag::of(self.name()?);
        self.take(b'>')?;
        (self.open.pop() == Some(tag)).then_some(())
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        (*first == byte).then_some(())
    }

    fn start_tag(&mut self) -> Option<()> {
        self.take(b'<')?;
        let tag = Tag::of(self.name()?);
        if !tag.is(SHOWN) || !self.may_stand_here(tag) {
            return None;
        }
        self.attributes(tag)?;
        if !tag.is(VOID) {
            self.open.push(tag);
        }
        (self.open.len() <= DEEPEST).then_some(())
    }

    /// Whether a parser, coming here, would put the element exactly here.
    fn may_stand_here(&self, tag: Tag) -> bool {
        let current = self.current();
        let placed = match tag {
            Tag::Tbody | Tag::Thead | Tag::Tfoot | Tag::Caption | Tag::Colgroup => current == Tag::Table,
            Tag::Tr => matches!(current, Tag::Tbody | Tag::Thead | Tag::Tfoot),
            Tag::Td | Tag::Th => current == Tag::Tr,
            Tag::Col => current == Tag::Colgroup,
            _ => !matches!(current, Tag::Colgroup | Tag::Table | Tag::Thead | Tag::Tbody | Tag::Tfoot | Tag::Tr),
        };
        placed
            && match tag {
                Tag::A => !self.open.contains(&Tag::A),
                Tag::Li => !self.closes(|open| open == Tag::Li),
                Tag::Dd | Tag::Dt => !self.closes(|open| matches!(open, Tag::Dd | Tag::Dt)),
                Tag::Rt | Tag::Rp => !current.is(IMPLIED_END),
                _ => !(tag.is(HEADING) && current.is(HEADING)),
            }
            && !((tag.is(CLOSES_P) || matches!(tag, Tag::Li | Tag::Dd | Tag::Dt)) && self.is_in_p())
            && (!tag.is(TABLE_PART) || !self.open.is_empty())
    }

    /// Whether the start of an item would close one that is open.
    fn closes(&self, is_item: impl Fn(Tag) -> bool) -> bool {
        for tag in self.open.iter().rev() {
            if is_item(*tag) {
                return true;
            }
            if tag.is(SPECIAL) && !matches!(tag, Tag::Div | Tag::P) {
                return false;
            }
        }
        false
    }

    fn is_in_p(&self) -> bool {
        self.open.iter().rev().take_while(|tag| !tag.is(SCOPE)).any(|tag| *tag == Tag::P)
    }

    fn attributes(&mut self, tag: Tag) -> Option<()> {
        let mut seen: Vec<Name> = Vec::new();
        loop {
            if self.rest.first() == Some(&b'>') {
                self.rest = &self.rest[1..];
                // Both are the gate's own, and it puts them last.
                return (!matches!(tag, Tag::A | Tag::Img)).then_some(());
            }
            self.take(b' ')?;
            let name = self.name()?;
            self.take(b'=')?;
            self.take(b'"')?;
            let length = run_of_text(self.rest, b'"')?;
            let start = self.markup.len() - self.rest.len();
            let value = &self.markup[start..start + length];
            self.rest = &self.rest[length..];
            self.take(b'"')?;
            if (tag, name, value) == (Tag::A, "rel", LINK_REL)
                || (tag, name, value) == (Tag::Img, "loading", PICTURE_LOADING)
            {
                return self.take(b'>');
            }
            let name = Name::of(name)?;
            if !may_have(tag, name) || seen.contains(&name) || !is_value(name, value) {
                return None;
            }
            seen.push(name);
        }
    }
}

/// The length of text up to `end`, or to the end of all where that is `<`; `None` where a letter is not written as
/// it would be printed.
fn run_of_text(bytes: &[u8], end: u8) -> Option<usize> {
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            _ if byte == end => return Some(at),
            b'<' | b'>' | b'\0' | b'\r' => return None,
            b'&' => {
                let known: &[&[u8]] = &[b"&amp;", b"&lt;", b"&gt;", b"&nbsp;", b"&quot;"];
                let known = if end == b'"' { known } else { &known[..4] };
                at += known.iter().find(|known| bytes[at..].starts_with(known))?.len();
            }
            0xc2 if bytes.get(at + 1) == Some(&0xa0) => return None,
            _ => at += 1,
        }
    }
    (end == b'<').then_some(at)
}

/// Whether an address is one that ammonia lets stand; other values are free.
fn is_value(name: Name, value: &str) -> bool {
    if !matches!(name, Name::Href | Name::Src | Name::Cite) {
        return true;
    }
    let read = if value.contains('&') {
        std::borrow::Cow::Owned(
            value
                .replace("&nbsp;", "\u{a0}")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&"),
        )
    } else {
        std::borrow::Cow::Borrowed(value)
    };
    is_plain(&read) || Url::parse(&read).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto" | "tel"))
}
