//! JSON that is broken: what can be read of it.

use serde_json::Value;

/// Reads a text after setting right what is wrong in it; of one that is cut, everything up to the last whole item.
pub(super) fn read(text: &str) -> Option<Value> {
    let text = set_right(text);
    let mut values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
    values.next()?.ok().or_else(|| until_last_item(&text))
}

/// A text with raw line ends in strings escaped, escapes that mean nothing undone, and commas before an end left out.
fn set_right(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut in_string = false;
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let mut length = letter.len_utf8();
        match letter {
            '"' => {
                in_string = !in_string;
                out.push('"');
            }
            '\\' if in_string => length = escape(&mut out, rest),
            '\n' if in_string => out.push_str("\\n"),
            '\r' if in_string => out.push_str("\\r"),
            '\t' if in_string => out.push_str("\\t"),
            ',' if !in_string && rest[1..].trim_start().starts_with(['}', ']', ',']) => {}
            letter => out.push(letter),
        }
        rest = &rest[length..];
    }
    out
}

/// Writes the escape at the beginning of a text, and gives its length there.
fn escape(out: &mut String, text: &str) -> usize {
    match text.as_bytes().get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
            out.push_str(&text[..2]);
            2
        }
        Some(b'u') => match (unit(text), text.get(6..).and_then(unit)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => {
                out.push_str(&text[..12]);
                12
            }
            // Half of a pair stands for nothing.
            (Some(0xd800..=0xdfff), _) => {
                out.push(char::REPLACEMENT_CHARACTER);
                6
            }
            (Some(_), _) => {
                out.push_str(&text[..6]);
                6
            }
            (None, _) => 1,
        },
        _ => 1,
    }
}

/// The number of a `\uXXXX` at the beginning of a text.
fn unit(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| u16::from_str_radix(digits, 16).ok())?
}

fn until_last_item(text: &str) -> Option<Value> {
    let mut ends = Vec::new();
    let mut depth = 0usize;
    let (mut in_string, mut is_escaped) = (false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if in_string => is_escaped = true,
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                if depth <= 2 {
                    ends.push((at + 1, depth));
                }
            }
            _ => {}
        }
    }
    // The last few places where something was whole, each with what was still open there.
    ends.into_iter().rev().take(8).find_map(|(end, depth)| {
        let closed = format!("{}{}", &text[..end], ["", "}", "]}"].get(depth)?);
        serde_json::from_str(&closed).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, read_as: &str) {
        assert_eq!(read(text).map(|value| value.to_string()).as_deref(), Some(read_as), "{text}");
    }

    #[test]
    fn broken_json() {
        check("{\"a\":\"one\ntwo\tthree\"}", r#"{"a":"one\ntwo\tthree"}"#);
        check(r#"{"a":[1,2,],}"#, r#"{"a":[1,2]}"#);
        check(r#"{"a":"it\'s \x"}"#, r#"{"a":"it's x"}"#);
        check(
            r#"{"a":"\ud83d\ude00 \ud83d! \u00e9"}"#,
            r#"{"a":"😀 \u{fffd}! é"}"#.replace("\\u{fffd}", "\u{fffd}").as_str(),
        );
        check(r#"{"a":"x","items":[{"b":1},{"b":2},{"b"#, r#"{"a":"x","items":[{"b":1},{"b":2}]}"#);
        assert_eq!(read("{"), None);
        assert_eq!(read("\\u"), None);
    }
}
