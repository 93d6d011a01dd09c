//! Markup as tags and text, cut as HTML's tokenizer cuts it, without copying.
//!
//! Names and values are pieces of the input as they were written: letters keep their case, character references are
//! not yet read. Time is linear in the input whatever is in it; a tag keeps at most [`MOST_ATTRIBUTES`].

use memchr::{memchr, memchr2, memmem};

use crate::gate::Dress;

/// So many attributes of one tag are kept; the rest is read over.
pub(crate) const MOST_ATTRIBUTES: usize = 64;

/// A piece of markup.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// Text up to the next tag, comment or end.
    Text(&'a str),
    /// A start tag; its attributes are in [`Lexer::attributes`].
    Start { name: &'a str, self_closing: bool },
    /// An end tag.
    End { name: &'a str },
    /// A comment, a document type, or what is read as one.
    Comment,
}

/// Cuts markup into [`Token`]s.
pub(crate) struct Lexer<'a> {
    input: &'a str,
    at: usize,
    attributes: Vec<(&'a str, &'a str)>,
    /// Whether what a browser takes for a comment by mistake is read as what was meant.
    lenient: bool,
    /// Whether a comment was found that never ends, so that none after it does either.
    endless: bool,
}

impl<'a> Lexer<'a> {
    /// Starts at the beginning.
    pub(crate) fn new(input: &'a str) -> Self {
        Self { input, at: 0, attributes: Vec::with_capacity(16), lenient: false, endless: false }
    }

    /// Like [`Lexer::new`], for the dress that it is read for.
    ///
    /// On the way to plain dress, a declaration that HTML does not know, or that never ends, is text, and a comment that
    /// never ends is over at its first `>`: a browser would hide all the rest of what was written.
    pub(crate) fn for_dress(input: &'a str, dress: Dress) -> Self {
        Self { lenient: dress != Dress::Ours, ..Self::new(input) }
    }

    /// How much has been read, in bytes.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// The attributes of the start tag that was read last: names and values as written, a missing value as empty.
    pub(crate) fn attributes(&self) -> &[(&'a str, &'a str)] {
        &self.attributes
    }

    /// The next piece; `None` at the end.
    pub(crate) fn next(&mut self) -> Option<Token<'a>> {
        let bytes = self.input.as_bytes();
        let start = self.at;
        let mut search = start;
        loop {
            // One tag behind another needs no search.
            let open = match bytes.get(search) {
                Some(b'<') => search,
                _ => match memchr(b'<', &bytes[search..]) {
                    Some(offset) => search + offset,
                    None => break,
                },
            };
            match bytes.get(open + 1) {
                Some(b'/') if bytes.get(open + 2).is_none() => search = open + 1,
                Some(b'!') if self.lenient && !self.is_declaration(open) => search = open + 1,
                Some(byte) if byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?') => {
                    if open > start {
                        self.at = open;
                        return Some(Token::Text(&self.input[start..open]));
                    }
                    return self.markup(open, *byte);
                }
                _ => search = open + 1,
            }
        }
        self.at = bytes.len();
        (start < bytes.len()).then(|| Token::Text(&self.input[start..]))
    }

    /// Whether a comment or a document type starts here.
    fn is_declaration(&self, open: usize) -> bool {
        let rest = &self.input.as_bytes()[open + 2..];
        if rest.starts_with(b"--") {
            return true;
        }
        let is_type = rest.get(..7).is_some_and(|word| word.eq_ignore_ascii_case(b"doctype"));
        // So far a document type reaches at most; what is longer is none.
        is_type && memchr(b'>', &rest[..rest.len().min(1_000)]).is_some()
    }

    fn markup(&mut self, open: usize, after: u8) -> Option<Token<'a>> {
        match after {
            b'/' => match self.input.as_bytes()[open + 2] {
                byte if byte.is_ascii_alphabetic() => {
                    let name = self.tag(open + 2)?.0;
                    Some(Token::End { name })
                }
                // `</>` is nothing at all, which is what becomes of a comment too.
                _ => self.bogus_comment(open + 2),
            },
            b'!' if self.input[open..].starts_with("<!--") => self.comment(open + 4),
            b'!' | b'?' => self.bogus_comment(open + 2),
            _ => {
                let (name, self_closing) = self.tag(open + 1)?;
                Some(Token::Start { name, self_closing })
            }
        }
    }

    fn bogus_comment(&mut self, from: usize) -> Option<Token<'a>> {
        let rest = &self.input.as_bytes()[from..];
        self.at = memchr(b'>', rest).map_or(self.input.len(), |end| from + end + 1);
        Some(Token::Comment)
    }

    fn comment(&mut self, from: usize) -> Option<Token<'a>> {
        if self.endless {
            return self.bogus_comment(from);
        }
        let rest = &self.input.as_bytes()[from..];
        let length = if rest.starts_with(b">") {
            Some(1)
        } else if rest.starts_with(b"->") {
            Some(2)
        } else {
            comment_length(rest)
        };
        self.endless = self.lenient && length.is_none();
        if self.endless {
            return self.bogus_comment(from);
        }
        self.at = from + length.unwrap_or(rest.len());
        Some(Token::Comment)
    }

    /// Reads a tag from its name on; `None` (and the end of the input) where it never ends.
    fn tag(&mut self, name_start: usize) -> Option<(&'a str, bool)> {
        let bytes = self.input.as_bytes();
        self.attributes.clear();
        let mut at = name_start;
        while at < bytes.len() && !is_space(bytes[at]) && !matches!(bytes[at], b'/' | b'>') {
            at += 1;
        }
        let name = &self.input[name_start..at];
        loop {
            while at < bytes.len() && is_space(bytes[at]) {
                at += 1;
            }
            match bytes.get(at) {
                None => break,
                Some(b'>') => {
                    self.at = at + 1;
                    return Some((name, false));
                }
                Some(b'/') => {
                    if bytes.get(at + 1) == Some(&b'>') {
                        self.at = at + 2;
                        return Some((name, true));
                    }
                    at += 1;
                }
                Some(_) => at = self.attribute(at)?,
            }
        }
        self.at = bytes.len();
        None
    }

    /// Reads one attribute and says where it ends; `None` where the input ends first.
    fn attribute(&mut self, start: usize) -> Option<usize> {
        let bytes = self.input.as_bytes();
        // An equals sign at the start belongs to the name.
        let mut at = start + 1;
        while at < bytes.len() && !is_space(bytes[at]) && !matches!(bytes[at], b'/' | b'>' | b'=') {
            at += 1;
        }
        let name = &self.input[start..at];
        while at < bytes.len() && is_space(bytes[at]) {
            at += 1;
        }
        if bytes.get(at) != Some(&b'=') {
            self.keep(name, "");
            return self.bounded(at);
        }
        at += 1;
        while at < bytes.len() && is_space(bytes[at]) {
            at += 1;
        }
        let Some(&first) = bytes.get(at) else { return self.bounded(at) };
        match first {
            b'"' | b'\'' => {
                let Some(length) = memchr(first, &bytes[at + 1..]) else { return self.bounded(bytes.len()) };
                self.keep(name, &self.input[at + 1..at + 1 + length]);
                self.bounded(at + length + 2)
            }
            b'>' => {
                self.keep(name, "");
                Some(at)
            }
            _ => {
                let value = at;
                while at < bytes.len() && !is_space(bytes[at]) && bytes[at] != b'>' {
                    at += 1;
                }
                self.keep(name, &self.input[value..at]);
                self.bounded(at)
            }
        }
    }

    fn keep(&mut self, name: &'a str, value: &'a str) {
        if self.attributes.len() < MOST_ATTRIBUTES {
            self.attributes.push((name, value));
        }
    }

    fn bounded(&mut self, at: usize) -> Option<usize> {
        if at < self.input.len() {
            return Some(at);
        }
        self.at = self.input.len();
        None
    }

    /// The text of an element that holds nothing but text, up to (and not including) its end tag.
    pub(crate) fn raw_text(&mut self, name: &str) -> &'a str {
        let start = self.at;
        let bytes = self.input.as_bytes();
        let script = name.eq_ignore_ascii_case("script");
        let mut guarded = Guard::None;
        let mut search = start;
        let end = loop {
            let Some(offset) = memchr2(b'<', b'-', &bytes[search..]) else { break bytes.len() };
            let at = search + offset;
            let rest = &bytes[at..];
            search = at + 1;
            if rest[0] == b'-' {
                if guarded != Guard::None && rest.starts_with(b"-->") {
                    guarded = Guard::None;
                }
                continue;
            }
            if guarded != Guard::Double && rest.get(1) == Some(&b'/') && names(&rest[2..], name) {
                break at;
            }
            if script {
                guarded = guarded.after(rest);
                if rest.starts_with(b"<!--") {
                    // `<!-->` opens and closes at once: its dashes count for both.
                    search = at + 2;
                }
            }
        };
        self.at = end;
        &self.input[start..end]
    }

    /// All the rest as text, as `<plaintext>` asks.
    pub(crate) fn the_rest(&mut self) -> &'a str {
        let start = std::mem::replace(&mut self.at, self.input.len());
        &self.input[start..]
    }

    /// Reads a `<![CDATA[` section as text where one starts here (only foreign content has them).
    pub(crate) fn cdata(&mut self) -> Option<&'a str> {
        let rest = self.input[self.at..].strip_prefix("<![CDATA[")?;
        let start = self.input.len() - rest.len();
        let length = memmem::find(rest.as_bytes(), b"]]>");
        self.at = length.map_or(self.input.len(), |length| start + length + 3);
        Some(&rest[..length.unwrap_or(rest.len())])
    }
}

/// How deep a script's text is in comments that hide an end tag.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Guard {
    None,
    Comment,
    Double,
}

impl Guard {
    /// The standard's “script data escaped” states, after a `<`.
    fn after(self, rest: &[u8]) -> Self {
        match self {
            Self::None if rest.starts_with(b"<!--") => Self::Comment,
            Self::Comment if names(&rest[1..], "script") => Self::Double,
            Self::Double if rest.get(1) == Some(&b'/') && names(&rest[2..], "script") => Self::Comment,
            _ => self,
        }
    }
}

/// Whether a tag of that name starts here, its name ended.
fn names(rest: &[u8], name: &str) -> bool {
    rest.len() > name.len()
        && rest[..name.len()].eq_ignore_ascii_case(name.as_bytes())
        && (is_space(rest[name.len()]) || matches!(rest[name.len()], b'/' | b'>'))
}

/// The length of a comment's text with its end, from after `<!--`; `None` where it never ends.
fn comment_length(rest: &[u8]) -> Option<usize> {
    let mut search = 0;
    while let Some(offset) = memmem::find(&rest[search..], b"--") {
        let at = search + offset;
        match rest.get(at + 2) {
            Some(b'>') => return Some(at + 3),
            Some(b'!') if rest.get(at + 3) == Some(&b'>') => return Some(at + 4),
            _ => search = at + 1,
        }
    }
    None
}

#[inline]
fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | b'\x0c')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::proof;

    #[track_caller]
    fn check(markup: &str, pieces: &[&str]) {
        let mut lexer = Lexer::new(markup);
        let mut read = Vec::new();
        while let Some(token) = lexer.next() {
            read.push(match token {
                Token::Text(text) => text.to_owned(),
                Token::Comment => "!".to_owned(),
                Token::End { name } => format!("/{name}"),
                Token::Start { name, self_closing } => {
                    let mut tag = format!("<{name}");
                    for (name, value) in lexer.attributes() {
                        tag.push_str(&format!(" {name}={value}"));
                    }
                    if self_closing {
                        tag.push('/');
                    }
                    tag
                }
            });
        }
        assert_eq!(read, pieces, "{markup}");
    }

    #[test]
    fn tags_and_text() {
        check("<p>One <b>two</b></p>", &["<p", "One ", "<b", "two", "/b", "/p"]);
        check("a < b <3 </ 1>c</>d", &["a < b <3 ", "!", "c", "!", "d"]);
        check("<a href=x/y title='a b' disabled><br/>", &["<a href=x/y title=a b disabled=", "<br/"]);
        check("<a =b=c \"=d e= f/g>", &["<a =b=c \"=d e=f/g"]);
        check("<a b=>c<d/e/>", &["<a b=", "c", "<d e=/"]);
        check("<a b='\">'c>d", &["<a b=\"> c=", "d"]);
        check("text <a href=\"never ends", &["text "]);
        check("x<", &["x<"]);
        check("x</", &["x</"]);
    }

    #[test]
    fn comments_and_what_is_read_as_one() {
        check("a<!-- > -- -->b<!-->c<!--->d<!--x--!>e<!-- open", &["a", "!", "b", "!", "c", "!", "d", "!", "e", "!"]);
        check("<!doctype html>a<?xml x?>b<![CDATA[c]]>d", &["!", "a", "!", "b", "!", "d"]);
    }

    #[test]
    fn a_carriage_return_by_reference_is_the_end_of_a_line() {
        proof::lexer_agrees("<a title='b&#13;c'>d&#xD;e");
    }

    #[track_caller]
    fn lenient(markup: &str, text: &str) {
        let mut lexer = Lexer::for_dress(markup, Dress::plain(None));
        let mut read = String::new();
        while let Some(token) = lexer.next() {
            match token {
                Token::Text(text) => read.push_str(text),
                Token::Start { name, .. } | Token::End { name } => read.push_str(&format!("[{name}]")),
                Token::Comment => {}
            }
        }
        assert_eq!(read, text, "{markup}");
    }

    #[test]
    fn what_was_meant_is_not_hidden() {
        lenient("a<!-- b -->c<!doctype html>d", "acd");
        lenient("a<!' <b>c", "a<!' [b]c");
        lenient("a <!DOCTYPE", "a <!DOCTYPE");
        lenient("<![CDATA[<b>]]>", "<![CDATA[[b]]]>");
        lenient("a<!-- b >c<!-- d >e", "ace");
        lenient("a<!-- b", "a");
    }

    #[track_caller]
    fn raw(name: &str, markup: &str, text: &str, rest: &str) {
        let mut lexer = Lexer::new(markup);
        assert_eq!((lexer.raw_text(name), lexer.the_rest()), (text, rest), "{markup}");
    }

    #[test]
    fn text_up_to_its_end_tag() {
        raw("style", "a<b></styles></STYLE >c", "a<b></styles>", "</STYLE >c");
        raw("script", "<!--<script></script>--></script>x", "<!--<script></script>-->", "</script>x");
        raw("script", "<!--</script>-->", "<!--", "</script>-->");
        raw("script", "<!--><script></script>x", "<!--><script>", "</script>x");
        raw("title", "never ends</tit", "never ends</tit", "");
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn markup_is_cut_as_html5ever_cuts_it(
            pieces in prop::collection::vec(
                prop_oneof![
                    4 => "[<>/a!?='\"& \n;-]{1,4}".prop_map(String::from),
                    3 => prop::sample::select(vec![
                        "<script>", "</script>", "<!--", "-->", "--!>", "<style>", "</style", "<title>", "</TITLE>", "&amp;", "&lt", "&not",
                        "&#65", "&#x4a;", "&#13;", "<a href=", "b='c'", "<!DOCTYPE x>", "<![CDATA[", "]]>", "</", "<iframe ", "</iframe>",
                    ]).prop_map(String::from),
                ],
                0..12,
            )
        ) {
            let markup = pieces.concat();
            proof::lexer_agrees(&markup);
        }
    }
}
