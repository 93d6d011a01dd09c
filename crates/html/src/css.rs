//! The author's hand in `style` attributes: the declarations that only say how something looks.
//!
//! A declaration stays as it was written where its property is on the list and its value is made of nothing but words,
//! numbers, colours and quoted names. There is no escape, comment, address or function (but those for colours) in what
//! stays, so that every browser reads it as it is read here. Nothing can leave its place: no position, no negative
//! length, no length of more than four digits.

use std::borrow::Cow;

use memchr::memchr;

use crate::finder::Finder;

/// Properties that may be set.
const PROPERTIES: &[&str] = &[
    "background",
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-spacing",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-style",
    "border-top-width",
    "border-width",
    "caption-side",
    "clear",
    "color",
    "cursor",
    "direction",
    "display",
    "fill",
    "fill-opacity",
    "fill-rule",
    "float",
    "font",
    "font-family",
    "font-size",
    "font-style",
    "font-variant",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style",
    "list-style-position",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-height",
    "max-width",
    "min-height",
    "min-width",
    "overflow",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "stop-color",
    "stroke",
    "stroke-dasharray",
    "stroke-linecap",
    "stroke-linejoin",
    "stroke-opacity",
    "stroke-width",
    "text-align",
    "text-anchor",
    "text-decoration",
    "text-indent",
    "text-transform",
    "unicode-bidi",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
    "word-spacing",
    "word-wrap",
    "writing-mode",
];

const UNITS: &[&str] =
    &["", "%", "px", "pt", "pc", "em", "rem", "ex", "ch", "lh", "cm", "mm", "in", "vw", "vh", "deg", "fr"];

/// Functions that may be called, on numbers only.
const COLOURS: &[&str] = &["rgb", "rgba", "hsl", "hsla"];

/// So many bytes are kept.
const LONGEST: usize = 2_000;

/// What may stay of a `style` attribute, each declaration as it was written; nothing where none may.
pub(crate) fn safe(style: &str) -> Cow<'_, str> {
    let mut kept = Cow::Borrowed("");
    let mut rest = style;
    loop {
        let end = memchr(b';', rest.as_bytes());
        let declaration = &rest[..end.unwrap_or(rest.len())];
        if let Some(colon) = memchr(b':', declaration.as_bytes()) {
            let (property, value) = (declaration[..colon].trim_ascii(), declaration[colon + 1..].trim_ascii_start());
            if kept.len() + declaration.len() + 3 > LONGEST {
                break;
            }
            if is_property(property) && is_value(value) && !spills(property, value) {
                let gap = if kept.is_empty() { "" } else { " " };
                [gap, property, ": ", value, ";"].into_iter().for_each(|part| keep(&mut kept, part, style));
            }
        }
        let Some(end) = end else { break };
        rest = &rest[end + 1..];
    }
    kept
}

/// Puts more behind what is kept, without a copy as long as both are what was written.
fn keep<'s>(kept: &mut Cow<'s, str>, more: &str, written: &'s str) {
    match kept {
        Cow::Borrowed(before) if written[before.len()..].starts_with(more) => {
            *kept = Cow::Borrowed(&written[..before.len() + more.len()]);
        }
        _ => kept.to_mut().push_str(more),
    }
}

static FINDER: Finder<256> = Finder::of(PROPERTIES);

fn is_property(name: &str) -> bool {
    FINDER.find(name).is_some()
        || (name.bytes().any(|byte| byte.is_ascii_uppercase()) && FINDER.find(&name.to_ascii_lowercase()).is_some())
}

/// Whether a declaration lets a drawing be seen, and clicked, outside of its frame: over the whole page, then.
fn spills(property: &str, value: &str) -> bool {
    property.eq_ignore_ascii_case("overflow") && value.to_ascii_lowercase().contains("visible")
}

/// Whether a value is made of words, numbers, colours and quoted names.
pub(crate) fn is_value(value: &str) -> bool {
    let mut rest = value;
    let mut parts = 0;
    while let Some(first) = rest.bytes().next() {
        let length = match first {
            b' ' | b'\t' | b'\n' | b',' | b'!' => Some(1),
            // Two of them, or one and a star, would be the start of a comment.
            b'/' => (!rest[1..].starts_with(['/', '*'])).then_some(1),
            b'#' => colour(rest),
            b'\'' | b'"' => quoted(rest, first),
            b'0'..=b'9' | b'.' | b'+' => number(rest),
            b'a'..=b'z' | b'A'..=b'Z' => word(rest),
            _ => None,
        };
        let Some(length) = length else { return false };
        parts += usize::from(length > 1 || first.is_ascii_alphanumeric());
        rest = &rest[length..];
    }
    parts > 0
}

fn run(text: &str, test: impl Fn(u8) -> bool) -> usize {
    text.bytes().take_while(|byte| test(*byte)).count()
}

fn colour(text: &str) -> Option<usize> {
    let digits = run(&text[1..], |byte| byte.is_ascii_alphanumeric());
    (matches!(digits, 3 | 4 | 6 | 8) && text.as_bytes()[1..=digits].iter().all(u8::is_ascii_hexdigit))
        .then_some(digits + 1)
}

fn quoted(text: &str, quote: u8) -> Option<usize> {
    let inside =
        run(&text[1..], |byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-' | b'_' | b'.' | b','));
    (text.as_bytes().get(inside + 1) == Some(&quote)).then_some(inside + 2)
}

fn number(text: &str) -> Option<usize> {
    let sign = usize::from(text.starts_with('+'));
    let whole = run(&text[sign..], |byte| byte.is_ascii_digit());
    let mut end = sign + whole;
    let mut digits = whole;
    if text.as_bytes().get(end) == Some(&b'.') {
        let fraction = run(&text[end + 1..], |byte| byte.is_ascii_digit());
        digits += fraction;
        end += 1 + fraction;
    }
    let unit = run(&text[end..], |byte| byte.is_ascii_alphabetic() || byte == b'%');
    let known = UNITS.iter().any(|known| known.eq_ignore_ascii_case(&text[end..end + unit]));
    (whole <= 4 && (1..=16).contains(&digits) && known).then_some(end + unit)
}

fn word(text: &str) -> Option<usize> {
    let length = run(text, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if text.as_bytes().get(length) != Some(&b'(') {
        return Some(length);
    }
    let inside = &text[length + 1..];
    let arguments = run(inside, |byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b'%' | b' ' | b'/'));
    let is_colour = COLOURS.iter().any(|known| known.eq_ignore_ascii_case(&text[..length]));
    (is_colour && inside.as_bytes().get(arguments) == Some(&b')') && !inside[..arguments].contains("//"))
        .then_some(length + arguments + 2)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(written: &str, kept: &str) {
        assert_eq!(safe(written), kept, "{written}");
        assert_eq!(safe(kept), kept, "{written}, again");
    }

    #[test]
    fn how_something_looks_stays_as_it_was_written() {
        check("color:red", "color: red;");
        check("TEXT-INDENT: 0.5in; margin:0 15px 0 0", "TEXT-INDENT: 0.5in; margin: 0 15px 0 0;");
        check(
            "border: medium none ; font: bold 12px/1.5 'A B', serif",
            "border: medium none ; font: bold 12px/1.5 'A B', serif;",
        );
        check(
            "color: rgb(0, 128, 0); background: #fff !important",
            "color: rgb(0, 128, 0); background: #fff !important;",
        );
        check("overflow: hidden", "overflow: hidden;");
        check("fill: hsla(120, 50%, 50%, .5)", "fill: hsla(120, 50%, 50%, .5);");
    }

    #[test]
    fn everything_else_goes() {
        for written in [
            "",
            "color",
            "color:",
            "position: fixed",
            "overflow: visible",
            "OVERFLOW: hidden Visible",
            "background: url(https://a.example/a.png)",
            "background: URL (x)",
            "background: \\75rl(x)",
            "width: expression(x())",
            "width: calc(1px + 2px)",
            "behavior: url(x)",
            "-moz-binding: x",
            "margin: -10px",
            "margin: 99999em",
            "color: red /* ",
            "color: red*/",
            "font-family: 'a",
            "font-family: 'a\\'",
            "color: r\u{e9}d",
            "color: #ggg",
            "color: rgb(0,0",
            "color: red}",
            "@import 'x'",
            "color: var(--a)",
            "content: 'a'",
        ] {
            check(written, "");
        }
    }

    proptest! {
        #[test]
        fn what_stays_is_safe_and_stays_again(style in "([a-z-]{1,8}|color|width|font|:|;|[ -~]){0,12}") {
            let kept = safe(&style).into_owned();
            prop_assert_eq!(&*safe(&kept), &*kept);
            prop_assert!(!kept.contains(['\\', '{', '}', '@', '<', '>', '&', '*']), "{}", kept);
            prop_assert!(!kept.to_ascii_lowercase().contains("url("), "{}", kept);
        }
    }
}
