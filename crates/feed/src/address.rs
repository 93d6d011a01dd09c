//! Addresses as they are meant: absolute, if that can be known.

use std::borrow::Cow;
use std::cell::Cell;

use url::Url;

/// Longer base addresses are none: a small document could become very large by them.
const LONGEST_BASE: usize = 2_000;

/// By how much a document may still grow when its addresses are made absolute.
pub(crate) struct Growth(Cell<usize>);

impl Growth {
    /// By twice its length and a mebibyte: more than any that is not made for it.
    pub fn of(document: &str) -> Self {
        Self(Cell::new(document.len() * 2 + (1 << 20)))
    }

    /// Takes room for something that is made longer; `false` when there is none left.
    pub fn take(&self, bytes: usize) -> bool {
        let left = self.0.get().checked_sub(bytes);
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }

    /// An address against its base; as it was written when there is no base, or it makes no address, or the document
    /// has grown enough.
    pub fn absolute(&self, written: &str, base: Option<&Url>) -> String {
        let written = &*in_one_line(written);
        if has_scheme(written) || written.is_empty() || self.0.get() == 0 {
            return written.to_owned();
        }
        let joined = base.and_then(|base| base.join(written).ok());
        let joined = joined.filter(|joined| self.take(joined.as_str().len().saturating_sub(written.len())));
        joined.map_or_else(|| written.to_owned(), String::from)
    }
}

/// A base address: a relative one starts from the base around it. Only web addresses are taken.
pub(crate) fn base(written: &str, around: Option<&Url>) -> Option<Url> {
    let written = written.trim();
    let found = match around {
        Some(around) => around.join(written).ok(),
        None => Url::parse(written).ok(),
    };
    found.filter(|url| matches!(url.scheme(), "http" | "https" | "ftp") && url.as_str().len() <= LONGEST_BASE)
}

/// An address without the line ends and tabs in it, which mean nothing (URL Standard, "basic URL parser"). It ends where
/// another begins, or something that is none: what stands there in a text is of an element behind it.
pub(crate) fn in_one_line(written: &str) -> Cow<'_, str> {
    let written = written.trim();
    let is_break = |letter: char| matches!(letter, '\n' | '\r' | '\t');
    if !written.contains(is_break) {
        return written.into();
    }
    let mut parts = written.split(is_break).map(str::trim).filter(|part| !part.is_empty());
    let mut address = parts.next().unwrap_or_default().to_owned();
    let is_none = |letter: char| letter.is_whitespace() || matches!(letter, '<' | '>' | '"');
    for part in parts.take_while(|part| !has_scheme(part) && !part.contains(is_none)) {
        address.push_str(part);
    }
    address.into()
}

/// Whether an address says how to get there: `http:`, `mailto:`, `tag:`, `urn:`.
fn has_scheme(written: &str) -> bool {
    let Some((scheme, _)) = written.split_once(':') else { return false };
    scheme.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_go_on_in_another_line() {
        let check = |written: &str, meant: &str| assert_eq!(in_one_line(written), meant, "{written:?}");
        check("http://a.example/x", "http://a.example/x");
        check("http://a.example/x\ny/z", "http://a.example/xy/z");
        check("\n  http://a.e\r\n\txample/1 ", "http://a.example/1");
        check("/x\n  y\n\n?z", "/xy?z");
        check("http://a.example/x\nhttp://b.example/y\nz", "http://a.example/x");
        check("http://a.example/x\nWords of a title", "http://a.example/x");
        check("http://a.example/x\ntitle>One", "http://a.example/x");
        check("http://a.example/x y", "http://a.example/x y");
        check("\n", "");
    }
}
