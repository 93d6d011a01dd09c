//! XML, written from the front to the back.

use std::borrow::Cow;

/// Writes elements one after another; every text and value passes [`text`].
#[derive(Debug)]
pub(super) struct Writer(String);

impl Writer {
    pub(super) fn new() -> Self {
        Self(String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"))
    }

    /// An element with a text in it.
    pub(super) fn leaf(&mut self, name: &str, attributes: &[(&str, &str)], within: &str) -> &mut Self {
        self.start(name, attributes);
        self.0.push_str(&text(within));
        self.close(name);
        self.0.push('\n');
        self
    }

    /// An element with nothing in it.
    pub(super) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) -> &mut Self {
        self.start(name, attributes);
        self.0.truncate(self.0.len() - 1);
        self.0.push_str("/>\n");
        self
    }

    /// An element with elements in it.
    pub(super) fn branch(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        within: impl FnOnce(&mut Self),
    ) -> &mut Self {
        self.start(name, attributes);
        self.0.push('\n');
        within(self);
        self.close(name);
        self.0.push('\n');
        self
    }

    pub(super) fn done(self) -> String {
        self.0
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.0.push('<');
        self.0.push_str(name);
        for (name, value) in attributes {
            self.0.push(' ');
            self.0.push_str(name);
            self.0.push_str("=\"");
            self.0.push_str(&text(value));
            self.0.push('"');
        }
        self.0.push('>');
    }

    fn close(&mut self, name: &str) {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }
}

/// A text that may stand in an element or a quoted value: marks escaped, and what XML cannot hold left out.
pub(super) fn text(written: &str) -> Cow<'_, str> {
    let plain = |c: char| !matches!(c, '&' | '<' | '>' | '"') && is_char(c);
    if written.chars().all(plain) {
        return Cow::Borrowed(written);
    }
    let mut out = String::with_capacity(written.len() + written.len() / 8);
    for c in written.chars().filter(|&c| is_char(c)) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// XML 1.0 §2.2, production 2.
fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{1_0000}'..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_hold_is_left_out() {
        assert_eq!(text("a\u{0}b\u{8}c\u{FFFE} <\"&\">"), "abc &lt;&quot;&amp;&quot;&gt;");
        assert_eq!(text("plain – ünï 🌊"), "plain – ünï 🌊");
    }

    #[test]
    fn elements_nest() {
        let mut xml = Writer::new();
        xml.branch("a", &[("b", "\"")], |xml| {
            xml.leaf("c", &[], "<d>").empty("e", &[("f", "g")]);
        });
        assert_eq!(xml.done().lines().nth(1), Some("<a b=\"&quot;\">"));
    }
}
