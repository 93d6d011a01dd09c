//! Cuts a text into tags and what is between them, and forgives what it can.

use memchr::{memchr, memchr2, memmem};

use super::sections::{SECTION, odd_section};
use super::sought::Sought;
use super::vocabulary::{is_feed_element, is_html_element};
use crate::complaint::{ComplaintKind, Complaints};

/// A piece of a document, as it stands there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Token<'a> {
    /// `<name attributes>`, or `<name attributes/>` when `empty`.
    Start { name: &'a str, attributes: &'a str, empty: bool },
    /// `</name>`.
    End { name: &'a str },
    /// Characters with entities in them.
    Text(&'a str),
    /// Characters without: a CDATA section's.
    Data(&'a str),
    /// `<?…?>`.
    Instruction(&'a str),
    /// `<!DOCTYPE …>`, without the brackets.
    Doctype(&'a str),
    /// A comment or a declaration that means nothing to us.
    Nothing,
}

/// Reads tokens one after another.
pub(crate) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// The next end of a section, of an instruction, and of a tag.
    pub(super) data: Sought,
    instruction: Sought,
    bracket: Sought,
    /// The next beginning of a section inside of another, and of an entry or a section where no text stands.
    pub(super) section: Sought,
    pub(super) hidden: Sought,
    /// From here on there is no closing quote.
    no_quote: usize,
    has_doctype: bool,
    pub complaints: Complaints,
}

impl<'a> Scanner<'a> {
    pub fn new(text: &'a str, complaints: Complaints) -> Self {
        Self {
            text,
            at: 0,
            data: Sought::default(),
            instruction: Sought::default(),
            bracket: Sought::default(),
            section: Sought::default(),
            hidden: Sought::default(),
            no_quote: usize::MAX,
            has_doctype: false,
            complaints,
        }
    }

    /// The byte that is read next.
    pub fn place(&self) -> usize {
        self.at
    }

    /// How many bytes were read, and how many are still ahead.
    pub fn progress(&self) -> (usize, usize) {
        (self.at, self.text.len() - self.at)
    }

    /// Whether this is read next.
    pub fn is_before(&self, what: &str) -> bool {
        self.text[self.at..].starts_with(what)
    }

    /// What was not read yet.
    pub fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// What stands between two places.
    pub fn between(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// The characters up to the next tag.
    pub fn ahead(&self) -> &'a str {
        let rest = &self.text[self.at..];
        &rest[..memchr(b'<', rest.as_bytes()).unwrap_or(rest.len())]
    }

    /// Goes back to a place where a token began.
    pub fn go_back(&mut self, place: usize) {
        self.at = place;
    }

    pub fn complain(&mut self, kind: ComplaintKind, word: &str) {
        self.complaints.add(kind, self.at, word);
    }

    /// The next token; `None` at the end. `inside` is the name of the innermost open element.
    pub fn next(&mut self, inside: &str) -> Option<Token<'a>> {
        let rest = &self.text[self.at..];
        let first = *rest.as_bytes().first()?;
        if first != b'<' || !opens(rest) {
            return Some(self.characters());
        }
        match rest.as_bytes()[1] {
            b'/' | b'\\' => self.end_tag(),
            b'!' => Some(self.declaration(inside)),
            b'?' => Some(self.instruction()),
            _ if is_word(rest, inside) => Some(self.word()),
            _ => self.start_tag(),
        }
    }

    fn characters(&mut self) -> Token<'a> {
        let from = self.at;
        let mut at = from;
        loop {
            match memchr(b'<', &self.text.as_bytes()[at..]) {
                None => {
                    self.at = self.text.len();
                    break;
                }
                Some(ahead) if opens(&self.text[at + ahead..]) => {
                    self.at = at + ahead;
                    break;
                }
                Some(ahead) => {
                    self.complaints.add(ComplaintKind::BareLessThan, at + ahead, "");
                    at += ahead + 1;
                }
            }
        }
        Token::Text(&self.text[from..self.at])
    }

    /// A word in angle brackets, and the characters behind it.
    fn word(&mut self) -> Token<'a> {
        let from = self.at;
        self.complain(ComplaintKind::BareLessThan, "");
        self.at += 1;
        self.characters();
        Token::Text(&self.text[from..self.at])
    }

    fn end_tag(&mut self) -> Option<Token<'a>> {
        let from = self.at + 2;
        let bytes = self.text.as_bytes();
        if bytes[self.at + 1] == b'\\' {
            self.complain(ComplaintKind::StrayEnd, "\\");
        }
        let end = memchr2(b'>', b'<', &bytes[from..]).map(|ahead| from + ahead);
        let name = self.text[from..end.unwrap_or(bytes.len())].trim().trim_start_matches('/');
        let name = &name[..name_length(name)];
        match end {
            None => {
                self.complain(ComplaintKind::CutOff, name);
                self.at = bytes.len();
            }
            Some(end) if bytes[end] == b'<' => {
                self.complain(ComplaintKind::Unended, name);
                self.at = end;
            }
            Some(end) => self.at = end + 1,
        }
        Some(Token::End { name })
    }

    fn start_tag(&mut self) -> Option<Token<'a>> {
        let bytes = self.text.as_bytes();
        let from = self.at + 1;
        let name_end = from + name_length(&self.text[from..]);
        let name = &self.text[from..name_end];
        let mut at = name_end;
        let mut after_equals = false;
        let mut has_open_quote = false;
        let end = loop {
            let Some(&byte) = bytes.get(at) else {
                self.complain(ComplaintKind::CutOff, name);
                self.at = bytes.len();
                return None;
            };
            match byte {
                b'>' => break at,
                b'<' => {
                    self.complain(ComplaintKind::Unended, name);
                    return Some(self.torn_start_tag(name, name_end, at));
                }
                b'"' | b'\'' if after_equals => match self.quoted(at) {
                    Some(end) => {
                        at = end;
                        after_equals = false;
                    }
                    None => {
                        self.complain(ComplaintKind::BadAttribute, name);
                        (after_equals, has_open_quote) = (false, true);
                    }
                },
                b'=' => after_equals = true,
                byte if byte.is_ascii_whitespace() => {}
                _ => {
                    if after_equals {
                        self.complain(ComplaintKind::BadAttribute, name);
                    }
                    after_equals = false;
                }
            }
            at += 1;
        };
        self.at = end + 1;
        let attributes = &self.text[name_end..end];
        let empty = attributes.ends_with('/') && !(has_open_quote && self.is_before_text());
        let attributes = if empty { &attributes[..attributes.len() - 1] } else { attributes };
        Some(Token::Start { name, attributes, empty })
    }

    /// Whether a text is read next. Then the tag before it was not empty, and a `/` at its end belongs to an address
    /// whose quote was not closed.
    fn is_before_text(&self) -> bool {
        let behind = &self.text[self.at..];
        behind.starts_with("<![CDATA[") || !behind.trim_start().starts_with('<')
    }

    /// A start tag that another `<` ends: its `>` was lost, before or behind what follows its name.
    fn torn_start_tag(&mut self, name: &'a str, name_end: usize, at: usize) -> Token<'a> {
        let behind = self.text[at..].strip_prefix("</").unwrap_or_default();
        let ended = &behind[..name_length(behind)];
        if !ended.is_empty() && name.starts_with(ended) && behind[ended.len()..].starts_with('>') {
            self.at = name_end - name.len() + ended.len();
            return Token::Start { name: ended, attributes: "", empty: false };
        }
        self.at = at;
        let attributes = self.text[name_end..at].trim_end();
        if !attributes.contains('=') && !is_feed_element(name) && !is_html_element(name) {
            // No tag at all: a comparison in a text.
            return Token::Text(&self.text[name_end - name.len() - 1..at]);
        }
        Token::Start { name, attributes, empty: false }
    }

    /// The closing quote of the value that opens at a place; `None` when it is not closed.
    fn quoted(&mut self, open: usize) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let quote = bytes[open];
        let from = open + 1;
        let stop = from + memchr2(quote, b'<', &bytes[from..])?;
        let followed_well = |close: usize| {
            let next = bytes.get(close + 1);
            next.is_none_or(|next| next.is_ascii_whitespace() || matches!(next, b'/' | b'>' | b'?'))
        };
        if bytes[stop] == quote {
            // It may be the opening quote of something in a text far behind the tag.
            let is_value = followed_well(stop) || memchr(b'>', &bytes[from..stop]).is_none();
            return is_value.then_some(stop);
        }
        // A `<` inside: either it was forgotten to escape, or the quote was forgotten to close.
        if stop >= self.no_quote {
            return None;
        }
        let Some(ahead) = memchr(quote, &bytes[stop..]) else {
            self.no_quote = stop;
            return None;
        };
        let close = stop + ahead;
        let is_value = followed_well(close) && bytes[close - 1] != b'=';
        if is_value {
            self.complaints.add(ComplaintKind::BareLessThan, stop, "");
        }
        is_value.then_some(close)
    }

    fn declaration(&mut self, inside: &str) -> Token<'a> {
        let rest = &self.text[self.at..];
        if rest.starts_with("<!--") {
            self.comment()
        } else if rest.starts_with(SECTION) {
            Token::Data(self.data(inside, SECTION.len()))
        } else if let Some(mark) = odd_section(rest) {
            self.complain(ComplaintKind::BadMark, &rest[..mark]);
            Token::Data(self.data(inside, mark))
        } else if rest.get(..9).is_some_and(|head| head.eq_ignore_ascii_case("<!doctype")) {
            self.doctype()
        } else {
            let end = memchr(b'>', rest.as_bytes());
            self.at += end.map_or(rest.len(), |end| end + 1);
            Token::Nothing
        }
    }

    fn comment(&mut self) -> Token<'a> {
        let from = self.at + 4;
        let rest = &self.text.as_bytes()[from..];
        // A comment in which another begins was not ended.
        let limit = memmem::find(rest, b"<!--").unwrap_or(rest.len());
        match memmem::find(&rest[..limit], b"-->").map(|ahead| from + ahead) {
            Some(end) => self.at = end + 3,
            None => {
                // Only its beginning is passed over, so that what follows is not lost.
                self.complain(ComplaintKind::Unended, "<!--");
                self.at += 4;
            }
        }
        Token::Nothing
    }

    fn instruction(&mut self) -> Token<'a> {
        let from = self.at + 2;
        let behind = &self.text.as_bytes()[from..];
        let end = self.instruction.first(from, || memmem::find(behind, b"?>"));
        let bracket = self.bracket.first(from, || memchr(b'>', behind));
        match (end, bracket) {
            // `<?xml …>`: ended like a tag, unless the `>` is inside a longer instruction.
            (Some(end), Some(bracket)) if end < bracket || !self.text[bracket..end].contains('<') => self.at = end + 2,
            (_, Some(bracket)) => {
                self.complain(ComplaintKind::Unended, "<?");
                // The `>` may be that of a tag behind it.
                let tag = memchr(b'<', &self.text.as_bytes()[from..bracket]).map(|ahead| from + ahead);
                self.at = tag.unwrap_or(bracket + 1);
                return Token::Instruction(&self.text[from..tag.unwrap_or(bracket)]);
            }
            _ => {
                self.complain(ComplaintKind::CutOff, "<?");
                self.at = self.text.len();
            }
        }
        Token::Instruction(&self.text[from..end.unwrap_or(self.text.len())])
    }

    fn doctype(&mut self) -> Token<'a> {
        let bytes = self.text.as_bytes();
        let from = self.at + 9;
        let (mut in_subset, mut in_quotes) = (false, None);
        let ends = |byte: &u8| {
            match (in_quotes, *byte) {
                (Some(quote), byte) if byte == quote => in_quotes = None,
                (Some(_), _) => {}
                (None, quote @ (b'"' | b'\'')) => in_quotes = Some(quote),
                (None, b'[') => in_subset = true,
                (None, b']') => in_subset = false,
                (None, b'>') => return !in_subset,
                _ => {}
            }
            false
        };
        // A document has one; looking for the end of many would take for ever.
        let root = if self.has_doctype { None } else { root_in(&self.text[from..]) };
        let limit = from + root.unwrap_or(self.text.len() - from);
        let found = if self.has_doctype { None } else { bytes[from..limit].iter().position(ends) };
        self.has_doctype = true;
        let end = match (found, root) {
            (Some(ahead), _) => from + ahead,
            (None, Some(_)) => {
                self.complain(ComplaintKind::Unended, "<!DOCTYPE");
                limit
            }
            (None, None) => {
                // Nothing ends it: take it for a tag, so that what follows is not lost.
                self.complain(ComplaintKind::Unended, "<!DOCTYPE");
                memchr2(b'>', b'<', &bytes[from..]).map_or(bytes.len(), |ahead| from + ahead)
            }
        };
        self.at = end + usize::from(bytes.get(end) == Some(&b'>'));
        Token::Doctype(&self.text[from..end])
    }
}

/// Whether a title has a word in angle brackets here, and no tag: an address, or a name that HTML does not know and that
/// nothing closes.
fn is_word(text: &str, inside: &str) -> bool {
    if inside != "title" {
        return false;
    }
    let is_known = |name: &str| name.contains(':') || is_html_element(name) || is_feed_element(name);
    let (name, behind) = text[1..].split_at(name_length(&text[1..]));
    if !behind.starts_with(['@', '>']) || is_known(name) {
        return false;
    }
    // Nothing but such words may stand between it and the title's end.
    let rest = &behind.as_bytes()[..behind.len().min(LONGEST_TITLE)];
    let mut tags = memchr::memchr_iter(b'<', rest).map(|at| &behind[at + 1..]);
    let next = tags.find(|tag| tag.starts_with('/') || is_known(&tag[..name_length(tag)]));
    next.is_some_and(|tag| tag.starts_with("/title"))
}

/// How far behind a word its title may end.
const LONGEST_TITLE: usize = 500;

/// Where the root of a feed begins.
fn root_in(text: &str) -> Option<usize> {
    const ROOTS: [&str; 6] = ["<rss", "<feed", "<rdf:RDF", "<opml", "<RSS", "<channel"];
    ROOTS.iter().filter_map(|root| memmem::find(text.as_bytes(), root.as_bytes())).min()
}

/// Whether a text that begins with `<` begins a tag, a declaration or an instruction.
fn opens(text: &str) -> bool {
    match text.as_bytes().get(1) {
        // A slash that was turned, or escaped as JSON and other languages do it.
        Some(b'\\') => starts_name(text[2..].strip_prefix('/').unwrap_or(&text[2..])),
        Some(b'/') => starts_name(text[2..].trim_start_matches(' ')),
        Some(b'!') => {
            let rest = &text[2..];
            rest.starts_with("--")
                || rest.starts_with('[')
                || rest.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
                || rest.starts_with(" [") && odd_section(text).is_some()
        }
        Some(b'?') => true,
        Some(_) => starts_name(&text[1..]),
        None => false,
    }
}

fn starts_name(rest: &str) -> bool {
    match rest.as_bytes().first() {
        Some(byte) if byte.is_ascii() => byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':'),
        _ => rest.starts_with(char::is_alphabetic),
    }
}

/// How many bytes the name at the beginning of a text has.
fn name_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'_' | b'-' | b'.') {
            at += 1;
        } else if let Some(letter) = text[at..].chars().next().filter(|letter| letter.is_alphanumeric()) {
            at += letter.len_utf8();
        } else {
            break;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, tokens: &[Token<'_>], complaints: &[ComplaintKind]) {
        let mut scanner = Scanner::new(text, Complaints::default());
        let mut read = Vec::new();
        while let Some(token) = scanner.next("a") {
            read.push(token);
        }
        assert_eq!(read, tokens, "{text}");
        let kinds: Vec<_> = scanner.complaints.into_vec().into_iter().map(|complaint| complaint.kind).collect();
        assert_eq!(kinds, complaints, "{text}");
    }

    fn start<'a>(name: &'a str, attributes: &'a str) -> Token<'a> {
        Token::Start { name, attributes, empty: false }
    }

    #[test]
    fn sound_documents() {
        use Token::*;
        check("<a x='1'>b</a>", &[start("a", " x='1'"), Text("b"), End { name: "a" }], &[]);
        check("<a b='>'/>", &[Token::Start { name: "a", attributes: " b='>'", empty: true }], &[]);
        check("<![CDATA[<b>]]>c", &[Data("<b>"), Text("c")], &[]);
        check("<?xml version='1.0'?><!-- > --><a>", &[Instruction("xml version='1.0'"), Nothing, start("a", "")], &[]);
        check("<!DOCTYPE a [<!ENTITY b '>'>]><a>", &[Doctype(" a [<!ENTITY b '>'>]"), start("a", "")], &[]);
        check("</a >", &[End { name: "a" }], &[]);
    }

    #[test]
    fn damaged_documents() {
        use ComplaintKind::*;
        use Token::*;
        check("1 < 2", &[Text("1 < 2")], &[BareLessThan]);
        check("<<a>", &[Text("<"), start("a", "")], &[BareLessThan]);
        check("<a <b>", &[start("a", ""), start("b", "")], &[ComplaintKind::Unended]);
        check("x <y then</a>", &[Text("x "), Text("<y then"), End { name: "a" }], &[ComplaintKind::Unended]);
        check("</ a >", &[End { name: "a" }], &[]);
        check("<aTitle of</a>", &[start("a", ""), Text("Title of"), End { name: "a" }], &[ComplaintKind::Unended]);
        check("</a<b>", &[End { name: "a" }, start("b", "")], &[Unended]);
        check("<a b=c>", &[start("a", " b=c")], &[BadAttribute]);
        check(
            "<a b='c><d e='f'>g</d>",
            &[start("a", " b='c"), start("d", " e='f'"), Text("g"), End { name: "d" }],
            &[BadAttribute],
        );
        check("<a b='http://c/><![CDATA[d]]>", &[start("a", " b='http://c/"), Data("d")], &[BadAttribute]);
        check("<a b='1<2'>", &[start("a", " b='1<2'")], &[BareLessThan]);
        check("<!-- a <b><!-- c -->", &[Nothing, Text(" a "), start("b", ""), Nothing], &[Unended]);
        check("<!-- a <b>", &[Nothing, Text(" a "), start("b", "")], &[Unended]);
        check("<![CDATA[a</a><b>", &[Data("a"), End { name: "a" }, start("b", "")], &[Unended]);
        check("<![CDATA[x</a><b><![CDATA[c]]>", &[Data("x"), End { name: "a" }, start("b", ""), Data("c")], &[Unended]);
        check("<![CDATA[a", &[Data("a")], &[CutOff]);
        check("a<b c='", &[Text("a")], &[BadAttribute, CutOff]);
        check(
            "<?xml version='1.0'><a>?></a>",
            &[Instruction("xml version='1.0'"), start("a", ""), Text("?>"), End { name: "a" }],
            &[Unended],
        );
    }
}
