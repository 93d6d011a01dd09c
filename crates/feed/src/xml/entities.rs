//! Decodes what stands for a character: `&amp;`, `&#8217;`, `&eacute;`, and what a document declares itself.

use std::borrow::Cow;

use html5ever::data::NAMED_ENTITIES;
use memchr::memchr;

use crate::complaint::ComplaintKind::{BareAmpersand, EntityBomb, UndeclaredEntity};
use crate::complaint::Complaints;

/// Entities that a document declares, and how much they may still grow.
pub(crate) struct Entities {
    declared: Vec<(String, String)>,
    budget: usize,
}

/// How many bytes the entities of one document may grow to, all in all.
pub(crate) const MOST_ENTITY_BYTES: usize = 1 << 20;
const MOST_DECLARED: usize = 512;
const DEEPEST: usize = 4;

impl Default for Entities {
    fn default() -> Self {
        Self { declared: Vec::new(), budget: MOST_ENTITY_BYTES }
    }
}

impl Entities {
    /// Takes in the internal entities of a document type; external ones are never looked up.
    pub fn declare(&mut self, doctype: &str) {
        let mut rest = doctype;
        while let Some(found) = rest.find("<!ENTITY") {
            rest = &rest[found + 8..];
            let Some((name, after)) = rest.trim_start().split_once(|letter: char| letter.is_ascii_whitespace()) else {
                return;
            };
            let after = after.trim_start();
            let Some(quote) = after.chars().next().filter(|letter| matches!(letter, '"' | '\'')) else { continue };
            let Some((value, after)) = after[1..].split_once(quote) else { return };
            if name != "%"
                && self.declared.len() < MOST_DECLARED
                && !self.declared.iter().any(|(known, _)| known == name)
            {
                self.declared.push((name.to_owned(), value.to_owned()));
            }
            rest = after;
        }
    }

    /// The characters that a text stands for.
    pub fn decode<'a>(&mut self, raw: &'a str, place: usize, complaints: &mut Complaints) -> Cow<'a, str> {
        let Some(first) = memchr(b'&', raw.as_bytes()) else { return Cow::Borrowed(raw) };
        let mut out = String::with_capacity(raw.len());
        out.push_str(&raw[..first]);
        self.decode_into(&mut out, &raw[first..], place + first, 0, complaints);
        Cow::Owned(out)
    }

    fn decode_into(&mut self, out: &mut String, raw: &str, place: usize, depth: usize, complaints: &mut Complaints) {
        let bytes = raw.as_bytes();
        let mut at = 0;
        while let Some(ahead) = memchr(b'&', &bytes[at..]) {
            out.push_str(&raw[at..at + ahead]);
            at += ahead;
            let rest = &raw[at..];
            if let Some((letter, length)) = predefined(rest) {
                out.push(letter);
                at += length;
            } else if let Some((letter, length)) = numbered(rest) {
                out.extend(letter);
                at += length;
            } else if let Some(name) = named(rest) {
                at += name.len() + 2;
                self.expand(out, name, place + at, depth, complaints);
            } else {
                complaints.add(BareAmpersand, place + at, "");
                out.push('&');
                at += 1;
            }
        }
        out.push_str(&raw[at..]);
    }

    fn expand(&mut self, out: &mut String, name: &str, place: usize, depth: usize, complaints: &mut Complaints) {
        let declared = self.declared.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        match declared {
            Some(value) if depth < DEEPEST && value.len() <= self.budget => {
                self.budget -= value.len();
                self.decode_into(out, &value, place, depth + 1, complaints);
            }
            Some(_) => complaints.add(EntityBomb, place, name),
            None => {
                complaints.add(UndeclaredEntity, place, name);
                match (by_old_name(name), by_name(name)) {
                    (Some(letter), _) => out.push(letter),
                    (None, Some(letters)) => out.extend(letters),
                    (None, None) => {
                        out.push('&');
                        out.push_str(name);
                        out.push(';');
                    }
                }
            }
        }
    }

    /// A text inside markup: it stays as it is, but for what only this document knows.
    pub fn keep<'a>(&mut self, raw: &'a str, place: usize, complaints: &mut Complaints) -> Cow<'a, str> {
        let Some(first) = memchr(b'&', raw.as_bytes()) else { return Cow::Borrowed(raw) };
        let mut out = String::with_capacity(raw.len());
        let (bytes, mut at, mut from) = (raw.as_bytes(), first, 0);
        while let Some(ahead) = memchr(b'&', &bytes[at..]) {
            at += ahead;
            let rest = &raw[at..];
            if let Some((_, length)) = predefined(rest) {
                at += length;
            } else if let Some((_, length)) = numbered(rest) {
                at += length;
            } else if let Some(name) = named(rest) {
                out.push_str(&raw[from..at]);
                let mut letters = String::new();
                at += name.len() + 2;
                self.expand(&mut letters, name, place + at, 0, complaints);
                escape_into(&mut out, &letters);
                from = at;
            } else {
                complaints.add(BareAmpersand, place + at, "");
                out.push_str(&raw[from..at]);
                out.push_str("&amp;");
                at += 1;
                from = at;
            }
        }
        if from == 0 {
            return Cow::Borrowed(raw);
        }
        out.push_str(&raw[from..]);
        Cow::Owned(out)
    }
}

/// The character that the document types of XML name otherwise than HTML 5.
///
/// Nobody but a document type can declare a name in XML, and those that feeds are written against (XHTML 1.0's, where they
/// name these two) were never changed. Markup that is read as HTML follows HTML 5, which names U+27E8 and U+27E9 instead.
fn by_old_name(name: &str) -> Option<char> {
    match name {
        "lang" => Some('\u{2329}'),
        "rang" => Some('\u{232a}'),
        _ => None,
    }
}

/// The characters that HTML has a name for.
pub(crate) fn by_name(name: &str) -> Option<impl Iterator<Item = char>> {
    let &(first, second) = NAMED_ENTITIES.get(format!("{name};").as_str())?;
    let letters = [first, second].map(|code| char::from_u32(code).filter(|&letter| letter != '\0'));
    letters[0].is_some().then(|| letters.into_iter().flatten())
}

/// Appends a text as markup that shows it.
pub(crate) fn escape_into(out: &mut String, text: &str) {
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(ahead) = memchr::memchr3(b'&', b'<', b'>', &bytes[from..]) {
        out.push_str(&text[from..from + ahead]);
        out.push_str(match bytes[from + ahead] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            _ => "&gt;",
        });
        from += ahead + 1;
    }
    out.push_str(&text[from..]);
}

/// One of the five that XML knows by itself, and its length.
fn predefined(text: &str) -> Option<(char, usize)> {
    let bytes = text.as_bytes();
    match bytes.get(1)? {
        b'l' if bytes.starts_with(b"&lt;") => Some(('<', 4)),
        b'g' if bytes.starts_with(b"&gt;") => Some(('>', 4)),
        b'a' if bytes.starts_with(b"&amp;") => Some(('&', 5)),
        b'q' if bytes.starts_with(b"&quot;") => Some(('"', 6)),
        b'a' if bytes.starts_with(b"&apos;") => Some(('\'', 6)),
        _ => None,
    }
}

/// A character by its number, and the reference's length. Numbers that name no character give none.
fn numbered(text: &str) -> Option<(Option<char>, usize)> {
    let digits = text.strip_prefix("&#")?;
    let (digits, radix, lead) = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => (digits, 16, 3),
        None => (digits, 10, 2),
    };
    let count = digits.bytes().take_while(|byte| char::from(*byte).is_digit(radix)).count();
    if count == 0 {
        return None;
    }
    let code = u32::from_str_radix(&digits[..count], radix).ok();
    let ends = usize::from(digits.as_bytes().get(count) == Some(&b';'));
    Some((code.and_then(character), lead + count + ends))
}

/// The character of a number; 128 to 159 are taken for Windows-1252, which is what they always are.
pub(crate) fn character(code: u32) -> Option<char> {
    if (0x80..0xa0).contains(&code) {
        let byte = [u8::try_from(code).expect("it is below 0xa0")];
        return encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte).0.chars().next();
    }
    char::from_u32(code).filter(|&letter| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r'))
}

/// The name of an entity at the beginning of a text.
fn named(text: &str) -> Option<&str> {
    let name = &text[1..];
    let length = name
        .bytes()
        .take(40)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        .count();
    (length > 0 && name.as_bytes().get(length) == Some(&b';')).then(|| &name[..length])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, decoded: &str, kept: &str, complaints: usize) {
        let mut entities = Entities::default();
        entities.declare(r#" a [<!ENTITY own "&#x3c;town&amp;"> <!ENTITY % x "y"><!ENTITY two '&own;&own;'>"#);
        let mut heard = Complaints::default();
        assert_eq!(entities.decode(raw, 0, &mut heard), decoded, "{raw}");
        assert_eq!(heard.into_vec().len(), complaints, "{raw}");
        assert_eq!(entities.keep(raw, 0, &mut Complaints::default()), kept, "{raw}");
    }

    #[test]
    fn references() {
        check("a", "a", "a", 0);
        check("&lt;b&gt; &amp;amp;", "<b> &amp;", "&lt;b&gt; &amp;amp;", 0);
        check("it&#8217;s &#x2019; &#146;", "it’s ’ ’", "it&#8217;s &#x2019; &#146;", 0);
        check("caf&eacute;", "café", "café", 1);
        check("&lang;a&rang; &amp;lang;", "\u{2329}a\u{232a} &lang;", "\u{2329}a\u{232a} &amp;lang;", 2);
        check("a & b &", "a & b &", "a &amp; b &amp;", 2);
        check("?a=1&b=2", "?a=1&b=2", "?a=1&amp;b=2", 1);
        check("&nosuch;", "&nosuch;", "&amp;nosuch;", 1);
        check("&own;", "<town&", "&lt;town&amp;", 0);
        check("&two;", "<town&<town&", "&lt;town&amp;&lt;town&amp;", 0);
        check("&#0;&#x1;&#xFFFFFF;&#99999999999;", "", "&#0;&#x1;&#xFFFFFF;&#99999999999;", 0);
    }

    #[test]
    fn bombs_stay_small() {
        let mut entities = Entities::default();
        let mut doctype = String::from("[<!ENTITY a0 'ha'>");
        for step in 1..20 {
            doctype += &format!("<!ENTITY a{step} '{}'>", format!("&a{};", step - 1).repeat(100));
        }
        entities.declare(&doctype);
        let mut heard = Complaints::default();
        for bomb in ["&a19;", "&a4;", "&a3;"] {
            assert!(entities.decode(&bomb.repeat(100), 0, &mut heard).len() <= 2 * MOST_ENTITY_BYTES);
        }
        assert!(heard.into_vec().iter().any(|complaint| complaint.kind == EntityBomb));
    }
}
