//! Texts that may hold markup, and how it is told what they are.

use std::borrow::Cow;

use encoding_rs::Encoding;

use crate::complaint::ComplaintKind;
use crate::reader::Reader;
use crate::shape::{Text, TextKind};
use crate::xml::text::Until;
use crate::xml::vocabulary::{self, is_html_element};
use crate::xml::{Element, entities};

/// How a text says that it is written.
struct Written {
    kind: TextKind,
    media_type: Option<Box<str>>,
    inline: bool,
    base64: bool,
}

impl<'a> Reader<'a> {
    /// A short text, such as a title: it ends where something else begins, even if it was not closed.
    pub fn short_text(&mut self, element: &Element<'a>) -> Text {
        self.text(element, TextKind::Plain, Until::AnySibling)
    }

    /// A text that is of this kind if it does not say otherwise.
    pub fn long_text(&mut self, element: &Element<'a>, usual: TextKind) -> Text {
        self.text(element, usual, Until::SureSibling)
    }

    fn text(&mut self, element: &Element<'a>, usual: TextKind, until: Until) -> Text {
        let written = self.written(element, usual);
        let (language, base) = (self.cursor.language(), self.cursor.base());
        let until = if written.inline { Until::Never } else { until };
        let value = self.cursor.markup(element.level, written.inline, until);
        let mut kind = if value.has_elements { TextKind::Xhtml } else { written.kind };
        let mut text = repair_twice_encoded(value.text);
        if written.base64 {
            match decode_base64(&text) {
                Some(decoded) => text = Cow::Owned(decoded),
                None => self.cursor.complain(ComplaintKind::BadValue, element.name),
            }
        } else if kind == TextKind::Plain && !self.is_atom() && looks_like_markup(&text) {
            kind = TextKind::Html;
        }
        let mut value = text.into_owned();
        // What was escaped is longer than what it stands for.
        value.shrink_to_fit();
        Text { kind, value, language, base, media_type: written.media_type, address: None }
    }

    fn is_atom(&self) -> bool {
        self.format.is_some_and(|format| format.is_atom())
    }

    fn written(&mut self, element: &Element<'a>, usual: TextKind) -> Written {
        let plainly = |kind| Written { kind, media_type: None, inline: kind == TextKind::Xhtml, base64: false };
        let claimed = self.cursor.attribute_text(element, "type").map(|claimed| claimed.to_ascii_lowercase());
        let mode = self.cursor.attribute_text(element, "mode").map(|mode| mode.to_ascii_lowercase());
        let mut written = match claimed.as_deref() {
            None => plainly(usual),
            Some("text" | "plain" | "text/plain") => plainly(TextKind::Plain),
            Some("html" | "text/html") => plainly(TextKind::Html),
            Some("xhtml" | "application/xhtml+xml") => plainly(TextKind::Xhtml),
            Some(other) => {
                let is_xml = other.ends_with("+xml") || other.ends_with("/xml");
                let kind = if is_xml { TextKind::Xhtml } else { TextKind::Plain };
                let base64 = !is_xml && !other.starts_with("text/") && other.contains('/');
                Written { kind, media_type: Some(other.into()), inline: is_xml, base64 }
            }
        };
        match mode.as_deref() {
            Some("base64") => (written.base64, written.inline) = (true, false),
            Some("escaped") => written.inline = false,
            Some("xml") if written.kind != TextKind::Plain => written.inline = true,
            _ => {}
        }
        written
    }
}

/// Whether a text that should be plain is markup: a tag that is closed or stands alone, or an entity, and no tag
/// that HTML does not know.
pub(crate) fn looks_like_markup(text: &str) -> bool {
    if memchr::memchr2(b'<', b'&', text.as_bytes()).is_none() {
        return false;
    }
    let mut is_markup = false;
    let last_end = text.rfind('>').unwrap_or_default();
    for (at, _) in text.match_indices('<') {
        let rest = text[at + 1..].trim_start_matches('/');
        let length = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        if length == 0 {
            continue;
        }
        let name = &rest[..length];
        if !is_html_element(name) || last_end < at {
            return false;
        }
        is_markup |= text[at..].starts_with("</") || vocabulary::is_void(name);
    }
    for (at, _) in text.match_indices('&') {
        let rest = &text[at + 1..];
        let Some((name, _)) = rest.get(..rest.len().min(33)).unwrap_or(rest).split_once(';') else { continue };
        let number = name.strip_prefix('#').map(|digits| digits.trim_start_matches(['x', 'X']));
        match number {
            Some(digits) => is_markup |= !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
            None if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {}
            None if entities::by_name(name).is_some() => is_markup = true,
            None => return false,
        }
    }
    is_markup
}

/// Undoes UTF-8 that was taken for Windows-1252 and encoded again.
pub(crate) fn repair_twice_encoded(text: Cow<'_, str>) -> Cow<'_, str> {
    // What is not ASCII would have to begin with UTF-8's first bytes, which true texts seldom do.
    let first = text[Encoding::ascii_valid_up_to(text.as_bytes())..].chars().next();
    if !first.is_some_and(|letter| matches!(letter, '\u{c2}'..='\u{f4}')) {
        return text;
    }
    let mut bytes = Vec::with_capacity(text.len());
    for letter in text.chars() {
        match byte_of(letter) {
            Some(byte) => bytes.push(byte),
            None => return text,
        }
    }
    String::from_utf8(bytes).map_or(text, Cow::Owned)
}

/// The byte of a character in Windows-1252, or in Latin 1 where that has one and the other has none.
fn byte_of(letter: char) -> Option<u8> {
    const EXTRA: [char; 27] = [
        '€', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', 'Ž', '‘', '’', '“', '”', '•', '–', '—', '˜', '™',
        'š', '›', 'œ', 'ž', 'Ÿ',
    ];
    const BYTES: [u8; 27] = [
        0x80, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8c, 0x8e, 0x91, 0x92, 0x93, 0x94, 0x95,
        0x96, 0x97, 0x98, 0x99, 0x9a, 0x9b, 0x9c, 0x9e, 0x9f,
    ];
    u8::try_from(u32::from(letter))
        .ok()
        .or_else(|| EXTRA.iter().position(|extra| *extra == letter).map(|place| BYTES[place]))
}

/// The text that base64 stands for; white space in it means nothing.
pub(crate) fn decode_base64(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace() && *byte != b'=') {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).expect("eight bits are a byte"));
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_told_from_text_about_it() {
        let check = |text: &str, is_markup| assert_eq!(looks_like_markup(text), is_markup, "{text}");
        check("<p>Hello</p>", true);
        check("AT&amp;T", true);
        check("one<br>two", true);
        check("it&#8217;s", true);
        check("1 < 2 & 3 > 2", false);
        check("History of the <blink> tag", false);
        check("Use <template> </template>", false);
        check("A & B; C", false);
        check("&nosuch; thing", false);
        check("plain", false);
    }

    #[test]
    fn twice_encoded_text_is_set_right() {
        let check = |text: &str, meant: &str| assert_eq!(repair_twice_encoded(Cow::Borrowed(text)), meant, "{text}");
        check("donâ€™t", "don’t");
        check("cafÃ©", "café");
        check("café", "café");
        check("naïve “quotes”", "naïve “quotes”");
        check("日本", "日本");
    }

    #[test]
    fn base64_is_decoded() {
        assert_eq!(decode_base64("RXhhbXBs\nZSA8Yj5BdG9tPC9iPg==").as_deref(), Some("Example <b>Atom</b>"));
        assert_eq!(decode_base64("<p>"), None);
    }
}
