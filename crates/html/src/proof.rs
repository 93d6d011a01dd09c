//! What is true of the parts for any markup, said once: properties in the tests ask it, and fuzz targets do.

use std::cell::RefCell;

use html5ever::buffer_queue::BufferQueue;
use html5ever::tokenizer::states::{RawKind, Rawtext, Rcdata, ScriptData};
use html5ever::tokenizer::{TagKind, Token as Theirs, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use crate::canonical::is_canonical;
use crate::gate::{Addresses, Dress, rules_of};
use crate::lexer::{Lexer, MOST_ATTRIBUTES, Token};
use crate::reference::{Place, decode};
use crate::tree::{Id, Kind, ROOT, Tree};
use crate::{careful, quick};

const DRESSES: [Dress; 3] = [Dress::Ours, Dress::Plain(Addresses::Absolute), Dress::Plain(Addresses::AsWritten)];

/// Panics where the recogniser passes what ammonia would not hand back letter for letter.
pub fn recogniser_agrees(markup: &str) {
    for dress in DRESSES {
        if is_canonical(markup, dress) {
            assert_eq!(rules_of(dress).clean(markup).to_string(), markup, "{dress:?}");
        }
    }
}

/// Panics where the quick builder builds another tree than the careful one.
pub fn builders_agree(markup: &str) {
    for dress in DRESSES {
        if let Some(quick) = quick::build(markup, dress) {
            assert_eq!(drawn(&quick), drawn(&careful::build(markup, dress)), "{markup}");
        }
    }
}

/// Panics where the lexer cuts markup otherwise than html5ever's tokenizer does.
///
/// What the standard replaces before anything is cut (a mark of the byte order, carriage returns, zeros) is replaced
/// here too, and markup with more attributes in a tag than are kept is left out. A carriage return that is written as
/// a reference is a line's end to us (see `reference`), and counts as one here.
pub fn lexer_agrees(markup: &str) {
    let markup = markup.replace(['\u{feff}', '\r', '\0'], "\n");
    let mut lexer = Lexer::new(&markup);
    while lexer.next().is_some() {
        if lexer.attributes().len() == MOST_ATTRIBUTES {
            return;
        }
    }
    assert_eq!(ours(&markup), theirs(&markup), "{markup}");
}

/// A tree on one line, texts in quotes, elements with their attributes in brackets.
fn outline(tree: &Tree<'_>, id: Id, out: &mut String) {
    match tree.kind(id) {
        Kind::Text(text) if text.is_empty() => {}
        Kind::Text(text) => out.push_str(&format!("{text:?} ")),
        Kind::Element { tag, .. } => {
            out.push_str(tag.name());
            for attribute in tree.attributes(id) {
                out.push_str(&format!(" {}={:?}", attribute.name.name(), attribute.value));
            }
            out.push('(');
            tree.children(id).for_each(|child| outline(tree, child, out));
            out.push_str(") ");
        }
    }
}

/// A tree on one line.
pub(crate) fn drawn(tree: &Tree<'_>) -> String {
    let mut out = String::new();
    outline(tree, ROOT, &mut out);
    out
}

/// What html5ever's tokenizer makes of markup, in the form of [`ours`].
fn theirs(markup: &str) -> Vec<String> {
    #[derive(Default)]
    struct Sink(RefCell<Vec<String>>);

    impl TokenSink for Sink {
        type Handle = ();
        fn process_token(&self, token: Theirs, _: u64) -> TokenSinkResult<()> {
            let mut raw: Option<RawKind> = None;
            match token {
                Theirs::CharacterTokens(text) => add_text(&mut self.0.borrow_mut(), &line_ends(&text)),
                Theirs::TagToken(tag) if tag.kind == TagKind::EndTag => {
                    self.0.borrow_mut().push(format!("/{}", tag.name));
                }
                Theirs::TagToken(tag) => {
                    raw = match &*tag.name {
                        "style" | "iframe" => Some(Rawtext),
                        "title" => Some(Rcdata),
                        "script" => Some(ScriptData),
                        _ => None,
                    };
                    let attributes = tag.attrs.iter().map(|a| (a.name.local.to_string(), line_ends(&a.value)));
                    self.0.borrow_mut().push(written(&tag.name, attributes, tag.self_closing));
                }
                _ => {}
            }
            raw.map_or(TokenSinkResult::Continue, TokenSinkResult::RawData)
        }
    }

    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(markup.into());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.0.into_inner()
}

fn line_ends(text: &str) -> String {
    text.replace('\r', "\n")
}

fn ours(markup: &str) -> Vec<String> {
    let mut lexer = Lexer::new(markup);
    let mut read = Vec::new();
    while let Some(token) = lexer.next() {
        match token {
            Token::Text(raw) => add_text(&mut read, &decode(raw, Place::Text)),
            Token::Comment => {}
            Token::End { name } => read.push(format!("/{}", name.to_ascii_lowercase())),
            Token::Start { name, self_closing } => {
                let name = name.to_ascii_lowercase();
                let mut attributes: Vec<(String, String)> = Vec::new();
                for (name, value) in lexer.attributes() {
                    let name = name.to_ascii_lowercase();
                    if attributes.iter().all(|(before, _)| *before != name) {
                        attributes.push((name, decode(value, Place::Attribute).into_owned()));
                    }
                }
                read.push(written(&name, attributes.into_iter(), self_closing));
                if matches!(&*name, "style" | "iframe" | "script" | "title") {
                    let raw = lexer.raw_text(&name);
                    let text = if name == "title" { decode(raw, Place::Text) } else { raw.into() };
                    add_text(&mut read, &text);
                }
            }
        }
    }
    read
}

fn add_text(read: &mut Vec<String>, text: &str) {
    match read.last_mut().filter(|last| last.starts_with('#')) {
        Some(last) => last.push_str(text),
        None if text.is_empty() => {}
        None => read.push(format!("#{text}")),
    }
}

fn written(name: &str, attributes: impl Iterator<Item = (String, String)>, self_closing: bool) -> String {
    let attributes: String = attributes.map(|(name, value)| format!(" {name}={value:?}")).collect();
    format!("<{name}{attributes}{}", if self_closing { "/" } else { "" })
}
