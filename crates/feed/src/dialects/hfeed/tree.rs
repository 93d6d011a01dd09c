//! The tree of a page as a browser makes it, unless making it would take the square of the page's length.

use std::cell::Cell;

use html5ever::interface::{TokenizerResult, Tracer, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use scraper::{Html, HtmlTreeSink};

/// Pages with more elements open at once, or to be opened again, are not looked into: HTML's rules look through all of them
/// for many a tag.
const DEEPEST: usize = 512;
/// Nor are pages with a tag of more attributes, or a comment of more words: each attribute is held against the others.
const MOST_PARTS: usize = 10_000;
/// After how many bytes of a page it is seen how it grows.
const PIECE: usize = 1024;

type Handle = <HtmlTreeSink as TreeSink>::Handle;

/// The tree of a page; nothing where it grows too much. What an opening tag or a stray one does to all others nobody can tell
/// without building, so what counts is what the builder itself holds, and what it has not been given yet.
pub(super) fn tree(page: &str) -> Option<Html> {
    let builder = TreeBuilder::new(HtmlTreeSink::new(Html::new_document()), TreeBuilderOpts::default());
    let tokenizer = Tokenizer::new(Counted { builder, tokens: Cell::new(0) }, TokenizerOpts::default());
    let input = BufferQueue::default();
    let mut rest = page;
    // Since the last token, which is when a tag or a comment began at the earliest.
    let (mut tokens, mut parts) = (0, 0);
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(rest.floor_char_boundary(PIECE));
        input.push_back(StrTendril::from_slice(piece));
        rest = behind;
        feed(&tokenizer, &input);
        let Counted { builder, tokens: now } = &tokenizer.sink;
        if now.get() != tokens {
            (tokens, parts) = (now.get(), 0);
        }
        parts += piece.bytes().filter(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'"' | b'\'')).count();
        let held = Held::default();
        builder.trace_handles(&held);
        let nodes = builder.sink.0.borrow().tree.values().len();
        let is_too_full = nodes > (page.len() - rest.len()) / 2 + PIECE;
        if held.count.get() > DEEPEST || parts > MOST_PARTS || is_too_full {
            return None;
        }
    }
    feed(&tokenizer, &input);
    tokenizer.end();
    Some(tokenizer.sink.builder.sink.finish())
}

fn feed(tokenizer: &Tokenizer<Counted>, input: &BufferQueue) {
    // It stops at the end of a script, which nobody runs here.
    while !matches!(tokenizer.feed(input), TokenizerResult::Done) {}
}

/// A tree builder that counts what it is given.
struct Counted {
    builder: TreeBuilder<Handle, HtmlTreeSink>,
    tokens: Cell<usize>,
}

impl TokenSink for Counted {
    type Handle = Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        // An error is told in the middle of a tag.
        if !matches!(token, Token::ParseError(_)) {
            self.tokens.set(self.tokens.get() + 1);
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Counts the elements that a builder holds: those that are open, and those that it will open again.
#[derive(Default)]
struct Held {
    count: Cell<usize>,
}

impl Tracer for Held {
    type Handle = Handle;

    fn trace_handle(&self, _: &Handle) {
        self.count.set(self.count.get() + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_pieces_it_is_the_same_page() {
        let odd =
            "<p\r\nclass='a\r\nb'>\u{20ac}\r\n&amp;&notin;&#x20ac;</p><!-- - --><script>'</scrip'</script><table>x</b>";
        for pad in 0..=odd.len() {
            let text = format!("{}{odd}{odd}", "x".repeat(PIECE - pad));
            assert_eq!(tree(&text), Some(Html::parse_document(&text)), "{pad}");
        }
    }

    #[test]
    fn a_tag_has_no_more_attributes_than_can_be_held_against_each_other() {
        let attributes = |many: usize| (0..many).map(|number| format!(" a{number}")).collect::<String>();
        assert!(tree(&format!("<p{}>One</p>", attributes(MOST_PARTS / 2))).is_some());
        // Errors on the way are no end of a tag.
        for tag in ["<p", "<p class=x class=x a=\"'", "<p <"] {
            assert!(tree(&format!("{tag}{}>One</p>", attributes(MOST_PARTS * 2))).is_none(), "{tag}");
        }
        assert!(tree(&"<p class='a b c'>One two three</p>".repeat(MOST_PARTS)).is_some(), "in all there may be more");
    }
}
