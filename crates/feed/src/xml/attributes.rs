//! The attributes of a tag, read when somebody asks for them.

use memchr::memchr;

/// The attributes of one tag, as they stand there.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct RawAttributes<'a>(pub &'a str);

/// How many attributes of one tag are read: each takes many times the room of its letters.
const MOST: usize = 1_000;

impl<'a> RawAttributes<'a> {
    /// Names with their raw values, in order, as many as are read. Unquoted and missing values are taken as HTML takes
    /// them.
    pub fn iter(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.all().take(MOST)
    }

    /// Whether there are more than are read.
    pub fn are_too_many(self) -> bool {
        // Each is a letter and a space at least.
        self.0.len() / 2 > MOST && self.all().nth(MOST).is_some()
    }

    fn all(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches(|letter: char| {
                letter.is_whitespace() || matches!(letter, '/' | '"' | '\'' | '=' | '\u{200b}' | '\u{feff}')
            });
            if rest.is_empty() {
                return None;
            }
            let ends = |letter: char| letter.is_ascii_whitespace() || matches!(letter, '=' | '"' | '\'');
            let name;
            (name, rest) = rest.split_at(rest.find(ends).unwrap_or(rest.len()));
            let after = rest.trim_start();
            let Some(value) = after.strip_prefix('=') else { return Some((name, "")) };
            let value = value.trim_start();
            let quote = value.as_bytes().first().copied().filter(|byte| matches!(byte, b'"' | b'\''));
            let close = quote.and_then(|quote| memchr(quote, &value.as_bytes()[1..]));
            if let Some(close) = close {
                rest = &value[close + 2..];
                return Some((name, &value[1..=close]));
            }
            // The quote is not closed, or there is none: the value ends at the next space.
            let value = if quote.is_some() { &value[1..] } else { value };
            let (value, left) =
                value.split_at(value.find(|letter: char| letter.is_ascii_whitespace()).unwrap_or(value.len()));
            rest = left;
            Some((name, value))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, read: &[(&str, &str)]) {
        assert_eq!(RawAttributes(raw).iter().collect::<Vec<_>>(), read, "{raw}");
    }

    #[test]
    fn attributes_as_people_write_them() {
        check(" a='1' b = \"2\"", &[("a", "1"), ("b", "2")]);
        check(" a=1 b", &[("a", "1"), ("b", "")]);
        check(" a='1'b='2'", &[("a", "1"), ("b", "2")]);
        check(" a='1", &[("a", "1")]);
        check(" a=\"1 b=2", &[("a", "1"), ("b", "2")]);
        check(" a=''", &[("a", "")]);
        check(" href=http://a.example/b?c=d", &[("href", "http://a.example/b?c=d")]);
        check("\"\" = ' '", &[]);
    }
}
