//! Character references (`&amp;`, `&#39;`) read as the standard says.

use std::borrow::Cow;

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

/// Where a reference stands: in an attribute, `&copy=` is no reference.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Between tags.
    Text,
    /// In an attribute's value.
    Attribute,
}

/// Reads all references, and gives line ends their one form.
///
/// A NUL is left out of text (as the standard's “in body” does) and replaced in attributes.
pub(crate) fn decode(raw: &str, place: Place) -> Cow<'_, str> {
    match next_special(raw.as_bytes()) {
        Some(first) => Cow::Owned(decode_from(raw, first, place)),
        None => Cow::Borrowed(raw),
    }
}

fn next_special(raw: &[u8]) -> Option<usize> {
    memchr::memchr3(b'&', b'\r', b'\0', raw)
}

fn decode_from(raw: &str, first: usize, place: Place) -> String {
    let mut decoded = String::with_capacity(raw.len());
    decoded.push_str(&raw[..first]);
    let mut rest = &raw[first..];
    while let Some(&special) = rest.as_bytes().first() {
        let used = match special {
            b'&' => match reference(rest, place) {
                Some((one, two, used)) => {
                    decoded.push(one);
                    decoded.extend(two);
                    used
                }
                None => {
                    decoded.push('&');
                    1
                }
            },
            b'\r' => {
                decoded.push('\n');
                if rest.as_bytes().get(1) == Some(&b'\n') { 2 } else { 1 }
            }
            _ => {
                if place == Place::Attribute {
                    decoded.push('\u{fffd}');
                }
                1
            }
        };
        rest = &rest[used..];
        let plain = next_special(rest.as_bytes()).unwrap_or(rest.len());
        decoded.push_str(&rest[..plain]);
        rest = &rest[plain..];
    }
    decoded
}

/// The reference at the start of a text: its one or two characters, and its length in bytes.
pub(crate) fn reference(text: &str, place: Place) -> Option<(char, Option<char>, usize)> {
    let bytes = text.as_bytes();
    if bytes.get(1) == Some(&b'#') {
        return numeric(bytes);
    }
    let common = match bytes {
        [_, b'a', b'm', b'p', b';', ..] => Some(('&', 5)),
        [_, b'l', b't', b';', ..] => Some(('<', 4)),
        [_, b'g', b't', b';', ..] => Some(('>', 4)),
        [_, b'n', b'b', b's', b'p', b';', ..] => Some(('\u{a0}', 6)),
        [_, b'q', b'u', b'o', b't', b';', ..] => Some(('"', 6)),
        _ => None,
    };
    match common {
        Some((character, used)) => Some((character, None, used)),
        None => named(text, place),
    }
}

fn numeric(bytes: &[u8]) -> Option<(char, Option<char>, usize)> {
    let (radix, start) = if matches!(bytes.get(2), Some(b'x' | b'X')) { (16, 3) } else { (10, 2) };
    let mut end = start;
    let mut number = 0u32;
    while let Some(digit) = bytes.get(end).and_then(|byte| char::from(*byte).to_digit(radix)) {
        number = number.saturating_mul(radix).saturating_add(digit);
        end += 1;
    }
    if end == start {
        return None;
    }
    if bytes.get(end) == Some(&b';') {
        end += 1;
    }
    let character = match number {
        0 => '\u{fffd}',
        0x80..=0x9f => C1_REPLACEMENTS[(number - 0x80) as usize]
            .unwrap_or_else(|| char::from_u32(number).expect("C1 controls are characters")),
        // A carriage return written as a reference would not survive being printed and read again.
        0x0d => '\n',
        _ => char::from_u32(number).unwrap_or('\u{fffd}'),
    };
    Some((character, None, end))
}

/// The longest name in the table that the text starts with.
fn named(text: &str, place: Place) -> Option<(char, Option<char>, usize)> {
    let name = &text[1..];
    let mut found = None;
    for (at, byte) in name.bytes().enumerate() {
        if !byte.is_ascii_alphanumeric() && byte != b';' {
            break;
        }
        // The table also holds every beginning of a name, as a pair of zeros.
        match NAMED_ENTITIES.get(&name[..=at]) {
            Some(&(0, _)) => {}
            Some(&pair) => found = Some((pair, at + 1)),
            None => break,
        }
    }
    let ((one, two), length) = found?;
    if place == Place::Attribute && !name[..length].ends_with(';') {
        let follows = name.as_bytes().get(length);
        if follows.is_some_and(|byte| *byte == b'=' || byte.is_ascii_alphanumeric()) {
            return None;
        }
    }
    let one = char::from_u32(one).expect("the table holds characters");
    let two = (two != 0).then(|| char::from_u32(two).expect("the table holds characters"));
    Some((one, two, length + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, text: &str, attribute: &str) {
        assert_eq!(decode(raw, Place::Text), text, "{raw} in text");
        assert_eq!(decode(raw, Place::Attribute), attribute, "{raw} in an attribute");
    }

    #[test]
    fn references_as_the_standard_reads_them() {
        check("a &amp; b &lt;i&gt;", "a & b <i>", "a & b <i>");
        check("&#8217;&#x2019;&#X41;", "’’A", "’’A");
        check("&#146;&#0;&#xD800;&#99999999999;", "’\u{fffd}\u{fffd}\u{fffd}", "’\u{fffd}\u{fffd}\u{fffd}");
        check("&lang;a&rang;", "\u{27e8}a\u{27e9}", "\u{27e8}a\u{27e9}");
        check("&hellip;&nbsp;&quot;", "…\u{a0}\"", "…\u{a0}\"");
        check("&notit; &notin; &not", "¬it; ∉ ¬", "&notit; ∉ ¬");
        check("?a=1&copy=2&lt3", "?a=1©=2<3", "?a=1&copy=2&lt3");
        check("AT&T & R&D; &; &# &#x; &bogus;", "AT&T & R&D; &; &# &#x; &bogus;", "AT&T & R&D; &; &# &#x; &bogus;");
        check("&NotEqualTilde;", "≂̸", "≂̸");
        check("a\r\nb\rc\0d&#13;", "a\nb\ncd\n", "a\nb\nc\u{fffd}d\n");
    }
}
