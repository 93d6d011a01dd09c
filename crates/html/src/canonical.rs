//! The recogniser: whether markup is clean to the letter, so that ammonia would hand it back unchanged.
//!
//! It is strict on purpose. One spelling of tags, attributes and escapes; only what the allow list names; and only
//! such nesting as every parser reads the same way. What it does not know it does not pass. A property below holds
//! it to ammonia's own answer.

use std::borrow::Cow;

use crate::address::is_safe;
use crate::attribute::Name;
use crate::gate::{Dress, LINK_REL, PICTURE_LOADING};
use crate::rules::{self, may_have};
use crate::tag::{CLOSES_P, HEADING, IMPLIED_END, SCOPE, SPECIAL, TABLE_PART, Tag, VOID};

/// Nothing deeper is passed.
const DEEPEST: usize = 160;

/// Whether ammonia, with our rules, would give back exactly this.
pub(crate) fn is_canonical(markup: &str, dress: Dress) -> bool {
    // A parser takes a byte order mark away.
    !markup.starts_with('\u{feff}')
        && Reader { rest: markup.as_bytes(), markup, dress, open: Vec::with_capacity(32), just_opened: false }
            .read()
            .is_some()
}

struct Reader<'m> {
    markup: &'m str,
    dress: Dress,
    rest: &'m [u8],
    open: Vec<Tag>,
    /// Whether the last tag was a start tag.
    just_opened: bool,
}

impl<'m> Reader<'m> {
    /// `None` at the first thing that is not as it should be.
    fn read(&mut self) -> Option<()> {
        loop {
            self.text()?;
            let is_start = self.rest.get(1) != Some(&b'/');
            match self.rest {
                [] => return self.open.is_empty().then_some(()),
                [b'<', b'/', ..] => self.end_tag()?,
                _ => self.start_tag()?,
            }
            self.just_opened = is_start;
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
            let is_moved = only_parts && !text.iter().all(u8::is_ascii_whitespace);
            let is_dropped = self.just_opened && self.current() == Tag::Pre && text[0] == b'\n';
            if is_moved || is_dropped {
                return None;
            }
        }
        self.rest = rest;
        Some(())
    }

    fn name(&mut self) -> Option<&'m str> {
        let is_of_name = |byte: &&u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || **byte == b'-';
        let length = self.rest.iter().take_while(is_of_name).count();
        let start = self.markup.len() - self.rest.len();
        self.rest = &self.rest[length..];
        Some(&self.markup[start..start + length])
    }

    fn end_tag(&mut self) -> Option<()> {
        self.rest = &self.rest[2..];
        let name = self.open.pop()?.name().as_bytes();
        self.rest = self.rest.strip_prefix(name)?;
        self.take(b'>')
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        (*first == byte).then_some(())
    }

    fn start_tag(&mut self) -> Option<()> {
        self.take(b'<')?;
        let tag = Tag::of(self.name()?);
        if !tag.is_shown(self.dress) || !self.may_stand_here(tag) {
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
            if tag.is(SPECIAL) && !matches!(tag, Tag::Address | Tag::Div | Tag::P) {
                return false;
            }
        }
        false
    }

    fn is_in_p(&self) -> bool {
        self.open.iter().rev().take_while(|tag| !tag.is(SCOPE)).any(|tag| *tag == Tag::P)
    }

    fn attributes(&mut self, tag: Tag) -> Option<()> {
        // A bit for each name.
        let mut seen = [0u64; 4];
        loop {
            if self.rest.first() == Some(&b'>') {
                self.rest = &self.rest[1..];
                // Both are the gate's own, and it puts them last.
                return (self.dress != Dress::Ours || !matches!(tag, Tag::A | Tag::Img)).then_some(());
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
            let is_ours =
                || matches!((tag, name, value), (Tag::A, "rel", LINK_REL) | (Tag::Img, "loading", PICTURE_LOADING));
            if self.dress == Dress::Ours && is_ours() {
                return self.take(b'>');
            }
            let name = Name::of(name)?;
            let (word, bit) = (name as usize / 64, 1 << (name as usize % 64));
            if !may_have(tag, name, self.dress) || seen[word] & bit != 0 || !is_value(name, value, self.dress) {
                return None;
            }
            seen[word] |= bit;
        }
    }
}

/// The length of text up to `end`, or to the end of all where that is `<`; `None` where a letter is not written as
/// it would be printed.
fn run_of_text(bytes: &[u8], end: u8) -> Option<usize> {
    let mut at = 0;
    loop {
        at += bytes[at..].iter().take_while(|byte| !TO_LOOK_AT[usize::from(**byte)]).count();
        match bytes.get(at) {
            None => return (end == b'<').then_some(at),
            Some(byte) if *byte == end => return Some(at),
            Some(b'"') => at += 1,
            Some(b'&') => {
                let known: &[&[u8]] = &[b"&amp;", b"&lt;", b"&gt;", b"&nbsp;", b"&quot;"];
                let known = if end == b'"' { known } else { &known[..4] };
                at += known.iter().find(|known| bytes[at..].starts_with(known))?.len();
            }
            Some(0xc2) if bytes.get(at + 1) != Some(&0xa0) => at += 1,
            Some(_) => return None,
        }
    }
}

/// Bytes that end a run of text, start an escape, or should not be there; the first of a space that does not break.
const TO_LOOK_AT: [bool; 256] = {
    let mut table = [false; 256];
    let bytes = b"<>&\"\0\r\xc2";
    let mut at = 0;
    while at < bytes.len() {
        table[bytes[at] as usize] = true;
        at += 1;
    }
    table
};

/// Whether a value is one that ammonia, with our rules, lets stand.
fn is_value(name: Name, value: &str, dress: Dress) -> bool {
    let is_judged = match dress {
        Dress::Ours => matches!(name, Name::Href | Name::Src | Name::Cite),
        Dress::Plain(_) => true,
    };
    if !is_judged {
        return true;
    }
    let read = if memchr::memchr(b'&', value.as_bytes()).is_some() {
        Cow::Owned(
            value
                .replace("&nbsp;", "\u{a0}")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&"),
        )
    } else {
        Cow::Borrowed(value)
    };
    match dress {
        Dress::Ours => is_safe(&read),
        Dress::Plain(addresses) => rules::plain(name, &read, addresses).is_some_and(|shown| shown == read),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::gate::rules_of;
    use crate::proof;
    use crate::tag::SHOWN;

    #[track_caller]
    fn check(markup: &str) {
        assert!(is_canonical(markup, Dress::Ours), "{markup}");
        assert_eq!(rules_of(Dress::Ours).clean(markup).to_string(), markup);
    }

    #[test]
    fn what_is_clean_to_the_letter_passes() {
        check("");
        check("a &amp; b");
        check("<p>a <b>b</b><br>&nbsp;c</p><hr>");
        check("<ul><li>a<ul><li>b</li></ul></li></ul>");
        check("<dl><dt>a</dt><dd><p>b</p></dd></dl>");
        check("<table><caption>a</caption><colgroup><col></colgroup><tbody><tr><td><p>b</p></td></tr></tbody></table>");
        check("<table>\n<colgroup> <col> </colgroup> <tbody>\n<tr>\n\t<td> b</td> </tr> </tbody>\n</table>");
        check("<pre>a<b>b</b>\nc</pre>");
        check("<pre>a\n  b</pre><blockquote cite=\"https://a.example/\"><h3 lang=\"cy\">c</h3></blockquote>");
        check("<p><a href=\"https://a.example/?b=1&amp;c=2\" rel=\"nofollow ugc noopener\">a</a></p>");
        check("<img src=\"https://a.example/%20b\" alt=\"&quot;&lt;b&gt;\" loading=\"lazy\">");
        check("<p><b><b><b><b>a</b></b></b></b></p><ruby>a<rt>b</rt></ruby>");
    }

    #[test]
    fn every_element_that_is_shown_is_known_to_ammonia() {
        for tag in crate::tag::HTML.iter().filter(|tag| tag.is(SHOWN) && !tag.is(VOID | TABLE_PART)) {
            let (name, rel) = (tag.name(), if *tag == Tag::A { format!(" rel=\"{LINK_REL}\"") } else { String::new() });
            check(&format!("<{name}{rel}></{name}>"));
        }
    }

    #[track_caller]
    fn refused(markup: &str) {
        assert!(!is_canonical(markup, Dress::Ours), "{markup}");
    }

    #[test]
    fn what_is_not_goes_to_ammonia() {
        for markup in [
            "<script>x</script>",
            "<p>",
            "</p>",
            "<p></b></p>",
            "<P></P>",
            "<p ></p>",
            "<p class=\"a\"></p>",
            "<br/>",
            "\u{feff}a",
            "a & b",
            "a > b",
            "\u{a0}",
            "a\0",
            "a\r",
            "<a href=\"https://a.example/\">a</a>",
            "<p onclick=\"x\"></p>",
            "<!-- -->",
            "<p><p></p></p>",
            "<p><ul></ul></p>",
            "<li><li></li></li>",
            "<b><a rel=\"nofollow ugc noopener\"><a></a></a></b>",
            "<table><tr></tr></table>",
            "<table>a</table>",
            "<td></td>",
            "<h3><h4></h4></h3>",
            "<table><tbody><tr>\n<td>a</td>b</tr></tbody></table>",
            "<table>&nbsp;<tbody></tbody></table>",
            "<pre>\na</pre>",
            "<pre><br>\na</pre>",
            "<img>",
            "<p lang='a'></p>",
            "<p lang=\"a\" lang=\"b\"></p>",
            "<blockquote cite=\"x\"></blockquote>",
            "<svg></svg>",
            "<a href=\"javascript:x\" rel=\"nofollow ugc noopener\">a</a>",
            "<ruby><rt><rt></rt></rt></ruby>",
        ] {
            refused(markup);
        }
    }

    /// Markup that is nearly clean: right names, mostly right nesting, mostly right spelling.
    fn nearly() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            8 => "[a-c ]{0,3}".prop_map(String::from),
            2 => prop::sample::select(vec![
                "<br>", "<hr>", "<wbr>", "<col>", "&amp;", "&nbsp;", "&quot;", "&lt;b&gt;", "\u{a0}", "\n", "\"", "&#60;", "é", "&amp", ">",
                "<img src=\"https://a.example/\" loading=\"lazy\">", "<img loading=\"lazy\" src=\"https://a.example/\">",
                "<img src=\"//a.example/\" loading=\"lazy\">", "<img src=\"https://1.2/\" alt=\"\" loading=\"lazy\">",
                "<img src=\"https://a..b/\" loading=\"lazy\">", "<img src=\"https://xn--a/\" loading=\"lazy\">",
            ]).prop_map(String::from),
        ];
        let open = prop::sample::select(vec![
            "p",
            "b",
            "i",
            "em",
            "a rel=\"nofollow ugc noopener\"",
            "a href=\"https://a.example/x\" rel=\"nofollow ugc noopener\"",
            "ul",
            "li",
            "ol start=\"2\"",
            "dl",
            "dt",
            "dd",
            "table",
            "thead",
            "tbody",
            "tfoot",
            "tr",
            "td",
            "th scope=\"col\"",
            "caption",
            "colgroup",
            "h3",
            "h4",
            "pre",
            "blockquote",
            "figure",
            "figcaption",
            "div",
            "span lang=\"cy\"",
            "ruby",
            "rt",
            "rp",
            "code",
            "details",
            "summary",
            "q",
            "sup",
            "s",
            "u",
            "small",
            "strong",
            "time",
            "abbr title=\"a\"",
            "svg",
            "a",
            "x",
        ]);
        leaf.prop_recursive(7, 40, 5, move |inner| {
            (open.clone(), prop::collection::vec(inner, 0..5)).prop_map(|(open, inside)| {
                let name = open.split(' ').next().unwrap_or_default();
                format!("<{open}>{}</{name}>", inside.concat())
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_passes_is_what_ammonia_would_give_back(markup in nearly()) {
            proof::recogniser_agrees(&markup);
        }
    }
}
