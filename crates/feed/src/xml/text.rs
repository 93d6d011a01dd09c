//! What is inside an element: its characters, or its markup written out again.

use std::borrow::Cow;

use super::cursor::{Cursor, Element, Step, is_entry};
use super::entities::escape_into;
use super::names::Ns;
use super::vocabulary::is_void;
use crate::complaint::ComplaintKind;

/// The inside of an element.
pub(crate) struct Value<'a> {
    /// Its characters, or markup, without the space around.
    pub text: Cow<'a, str>,
    /// Whether elements were in it, so that the text is markup whatever it was said to be.
    pub has_elements: bool,
}

/// Which elements end a text that was forgotten to be closed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Until {
    /// Those that stand beside a short text such as a title or an id.
    AnySibling,
    /// Those that can be no HTML.
    SureSibling,
    /// None: the inside is markup.
    Never,
}

impl<'a> Cursor<'a> {
    /// The characters inside an element, for names, dates and addresses.
    pub fn value(&mut self, level: usize) -> Cow<'a, str> {
        let name = self.name_at(level);
        let mut all = Collected::default();
        let end = self.characters(level, |piece| all.push(piece));
        let text = if end.is_torn { without_torn_end(all.trimmed(), name) } else { all.trimmed() };
        // Around an address they are marks, however they are written; around words they may be what somebody says.
        if end.is_left_over || marked(&text).starts_with("http") { self.without_marks(text) } else { text }
    }

    /// The characters inside an element with the white space around them, for what means something only as it stands.
    pub fn literal(&mut self, level: usize) -> String {
        let name = self.name_at(level);
        let mut all = String::new();
        let end = self.characters(level, |piece| all.push_str(&piece));
        if end.is_torn { without_torn_end(Cow::Owned(all), name).into_owned() } else { all }
    }

    /// Gives the characters inside an element piece by piece, and says what is wrong at its end.
    fn characters(&mut self, level: usize, mut take: impl FnMut(Cow<'a, str>)) -> Ends {
        let name = self.name_at(level);
        let mut end = Ends::default();
        while let Some(step) = self.step() {
            match step {
                Step::Text(raw) => {
                    end.meet(raw, name);
                    take(self.decode(raw));
                }
                Step::Data(text) => take(Cow::Borrowed(text)),
                Step::Open(child) if child.level == level + 1 && is_sibling(&child, Until::AnySibling) => {
                    self.put_back(child, level - 1);
                }
                Step::Open(_) => {}
                Step::Close(_) if self.is_open(level) => {}
                Step::Close(_) => break,
            }
        }
        end
    }

    /// The inside of an element whose text may be or hold markup. `inline` says that its elements are the markup.
    pub fn markup(&mut self, level: usize, inline: bool, until: Until) -> Value<'a> {
        let name = self.name_at(level);
        let was_in_markup = std::mem::replace(&mut self.in_markup, until == Until::Never);
        let mut writer = Writer { level, inline, ..Writer::default() };
        let mut end = Ends::default();
        while let Some(step) = self.step() {
            match step {
                Step::Text(raw) => {
                    end.meet(raw, name);
                    let text = if writer.inline { self.keep(raw) } else { self.decode(raw) };
                    writer.all.push(text);
                }
                Step::Data(text) => writer.data(text),
                Step::Open(child) if child.level == level + 1 && is_sibling(&child, until) => {
                    self.put_back(child, level - 1);
                }
                Step::Open(child) => writer.open(self, &child),
                Step::Close(name) if self.is_open(level) => writer.close(name),
                Step::Close(_) => break,
            }
        }
        self.in_markup = was_in_markup;
        let value = writer.finish();
        let text = if end.is_torn { without_torn_end(value.text, name) } else { value.text };
        // An escaped one is what somebody says of sections.
        Value { text: if end.is_left_over { self.without_marks(text) } else { text }, ..value }
    }

    /// A text without the marks of a section around it, where they were escaped, doubled, or left over.
    fn without_marks(&mut self, text: Cow<'a, str>) -> Cow<'a, str> {
        let inside = marked(&text);
        if inside.len() == text.len() {
            return text;
        }
        self.complain(ComplaintKind::BadMark, "");
        match text {
            Cow::Borrowed(text) => Cow::Borrowed(marked(text)),
            Cow::Owned(ref text) => Cow::Owned(marked(text).to_owned()),
        }
    }
}

/// What is wrong with the ends in an element's characters, as they were written.
#[derive(Clone, Copy, Default)]
struct Ends {
    /// Its end tag lost its `<`.
    is_torn: bool,
    /// An end of a section is left over.
    is_left_over: bool,
}

impl Ends {
    fn meet(&mut self, raw: &str, name: &str) {
        self.is_torn = has_torn_end(raw, name);
        self.is_left_over |= raw.contains("]]>");
    }
}

/// What is inside the marks of sections that stand around a text. A text that only ends in one's end begins none.
fn marked(text: &str) -> &str {
    let mut inside = text;
    // They were doubled at most.
    for _ in 0..2 {
        let begun = ["<![CDATA[", "<[CDATA["].iter().find_map(|mark| inside.strip_prefix(mark));
        // One with another end inside is an example.
        let begun = begun.filter(|rest| rest.ends_with("]]>") || !rest.contains("]]"));
        let rest = begun.unwrap_or(inside);
        let ended = rest.strip_suffix("]]>").filter(|rest| begun.is_some() || !rest.contains("<![CDATA["));
        if begun.is_none() && ended.is_none() {
            break;
        }
        inside = ended.unwrap_or(rest).trim();
    }
    inside
}

/// Whether an end tag that lost its `<` stands at the end of a text as it was written; an escaped one is a word.
fn has_torn_end(raw: &str, name: &str) -> bool {
    let before = raw.trim_end().strip_suffix('>').and_then(|raw| raw.strip_suffix(name)?.strip_suffix('/'));
    before.is_some_and(|before| !name.is_empty() && !before.ends_with(';'))
}

/// A text without an end tag behind it that lost its `<`.
fn without_torn_end<'a>(text: Cow<'a, str>, name: &str) -> Cow<'a, str> {
    let torn = text.strip_suffix('>').and_then(|text| text.strip_suffix(name)).and_then(|text| text.strip_suffix('/'));
    match torn.map(|whole| whole.trim_end().len()) {
        Some(length) => match text {
            Cow::Borrowed(text) => Cow::Borrowed(&text[..length]),
            Cow::Owned(text) => Cow::Owned(text[..length].to_owned()),
        },
        _ => text,
    }
}

/// Pieces of a text; borrowed while there is only one.
#[derive(Default)]
struct Collected<'a> {
    all: Cow<'a, str>,
    has_more_than_space: bool,
}

impl<'a> Collected<'a> {
    fn push(&mut self, piece: Cow<'a, str>) {
        if self.has_more_than_space {
            self.all.to_mut().push_str(&piece);
        } else {
            self.has_more_than_space = !piece.trim_start().is_empty();
            self.all = piece;
        }
    }

    /// What was collected, to be written on.
    fn owned(&mut self) -> &mut String {
        self.has_more_than_space = true;
        self.all.to_mut()
    }

    fn trimmed(self) -> Cow<'a, str> {
        match self.all {
            Cow::Borrowed(text) => Cow::Borrowed(text.trim()),
            Cow::Owned(text) if text.trim().len() == text.len() => Cow::Owned(text),
            Cow::Owned(text) => Cow::Owned(text.trim().to_owned()),
        }
    }
}

/// Writes markup out again as HTML.
#[derive(Default)]
struct Writer<'a> {
    /// The level of the element whose inside it is.
    level: usize,
    all: Collected<'a>,
    inline: bool,
    has_elements: bool,
    /// Elements that are open inside the text: whether their tags are written.
    written: Vec<bool>,
    /// Where the inside of a `div` around everything begins and ends.
    wrapped: Option<(usize, Option<usize>)>,
}

impl<'a> Writer<'a> {
    fn data(&mut self, text: &'a str) {
        if self.inline {
            escape_into(self.all.owned(), text);
        } else {
            self.all.push(Cow::Borrowed(text));
        }
    }

    fn open(&mut self, cursor: &mut Cursor<'a>, element: &Element<'a>) {
        let is_first = !self.all.has_more_than_space && self.written.is_empty();
        let is_div = element.is("div");
        // Some writers put a div around escaped markup; it says nothing.
        if !self.inline && is_first && is_div {
            self.written.push(false);
            return;
        }
        self.inline = true;
        self.has_elements = true;
        self.written.push(true);
        if is_first {
            self.all = Collected::default();
        }
        let out = self.all.owned();
        let attributes = start_tag(out, cursor, element, self.level);
        if is_first && is_div && attributes == 0 {
            self.wrapped = Some((self.all.owned().len(), None));
        }
    }

    fn close(&mut self, name: &str) {
        if self.written.pop() != Some(true) {
            return;
        }
        let out = self.all.owned();
        if let (Some((_, end @ None)), true) = (&mut self.wrapped, self.written.is_empty()) {
            *end = Some(out.len());
        }
        let name = written_name(name);
        if !is_void(name) {
            out.push_str("</");
            out.push_str(name);
            out.push('>');
        }
    }

    fn finish(mut self) -> Value<'a> {
        if let Some((from, Some(to))) = self.wrapped {
            let out = self.all.owned();
            if out[to..].trim_end() == "</div>" {
                let inside = out[from..to].trim().to_owned();
                return Value { text: Cow::Owned(inside), has_elements: true };
            }
        }
        Value { text: self.all.trimmed(), has_elements: self.has_elements }
    }
}

/// Writes a start tag and gives the number of its attributes.
fn start_tag<'a>(out: &mut String, cursor: &mut Cursor<'a>, element: &Element<'a>, text_level: usize) -> usize {
    out.push('<');
    let qualified = if element.prefix.is_empty() || is_markup(element.ns) { element.name } else { "" };
    if qualified.is_empty() {
        out.push_str(element.prefix);
        out.push(':');
    }
    out.push_str(element.name);
    let mut count = 0;
    for (name, raw) in element.raw_attributes().iter() {
        if name.starts_with("xmlns") || name == "xml:base" {
            continue;
        }
        count += 1;
        out.push(' ');
        out.push_str(name.strip_prefix("xml:").filter(|local| *local == "lang").unwrap_or(name));
        out.push_str("=\"");
        let base_matters = matches!(name, "href" | "src" | "cite" | "poster") && cursor.has_base_inside(text_level);
        if base_matters {
            let value = cursor.decode(raw);
            escape_quoted_into(out, &cursor.absolute(&value));
        } else {
            let value = cursor.keep(raw);
            out.push_str(&value.replace('"', "&quot;").replace('<', "&lt;"));
        }
        out.push('"');
    }
    // The addresses as they ought to be: what was declared may be of any length.
    match (element.ns, element.name) {
        (Ns::Svg, "svg") => out.push_str(" xmlns=\"http://www.w3.org/2000/svg\""),
        (Ns::MathMl, "math") => out.push_str(" xmlns=\"http://www.w3.org/1998/Math/MathML\""),
        _ => {}
    }
    out.push('>');
    count
}

fn escape_quoted_into(out: &mut String, value: &str) {
    let mut escaped = String::with_capacity(value.len());
    escape_into(&mut escaped, value);
    out.push_str(&escaped.replace('"', "&quot;"));
}

fn is_markup(ns: Ns) -> bool {
    matches!(ns, Ns::Xhtml | Ns::Svg | Ns::MathMl | Ns::Feed)
}

/// The name of an end tag, without a prefix that only says that it is markup.
fn written_name(name: &str) -> &str {
    let (prefix, local) = super::cursor::split(name);
    let is_plain = prefix.is_empty() || Ns::of_prefix(prefix).is_some_and(is_markup) || prefix.len() == 1;
    if is_plain { local } else { name }
}

/// Whether an element inside a text stands there because the text was not closed.
pub(super) fn is_sibling(element: &Element<'_>, until: Until) -> bool {
    const SURE: [&str; 13] = [
        "link",
        "guid",
        "pubDate",
        "description",
        "enclosure",
        "comments",
        "category",
        "updated",
        "published",
        "channel",
        "lastBuildDate",
        "managingEditor",
        "webMaster",
    ];
    const ANY: [&str; 7] = ["title", "author", "summary", "content", "id", "source", "language"];
    if element.ns == Ns::Feed && is_entry(element.name) {
        return true;
    }
    let names = |names: &[&str]| element.ns == Ns::Feed && names.contains(&element.name);
    match until {
        Until::Never => false,
        Until::SureSibling => names(&SURE) || is_module(element.ns),
        Until::AnySibling => names(&SURE) || names(&ANY) || is_module(element.ns),
    }
}

/// Whether a vocabulary is one of those whose elements stand beside texts and never in them.
pub(super) fn is_module(ns: Ns) -> bool {
    matches!(
        ns,
        Ns::Content | Ns::Dc | Ns::DcTerms | Ns::Slash | Ns::Wfw | Ns::Media | Ns::Itunes | Ns::FeedBurner | Ns::Thr
    )
}
