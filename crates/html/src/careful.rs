//! The careful builder: the tree that a browser would make of any markup, by html5ever's tree construction.
//!
//! Our lexer feeds it, and what it may be fed is bounded: past a depth, an element's tags are left out and its
//! content joins what is around it; past a number of nodes (formatting elements multiply when they are reopened),
//! all tags are left out. The text stays.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag as TagToken, TagKind, Token as TreeToken, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute as RawAttribute, ExpandedName, LocalName, QualName, local_name, ns};

use crate::attribute::{Attribute, Name};
use crate::gate::Dress;
use crate::lexer::{Lexer, Token};
use crate::quick::{DEEPEST, MOST_NODES, tag_of};
use crate::reference::{Place, decode};
use crate::tag::{RAW, RAW_REFERENCES, Tag, VOID};
use crate::tree::{Id, Kind, ROOT, Tree};

/// Longer values are left out: no address and no alternative text is that long.
const LONGEST_VALUE: usize = 16 * 1024;

/// The tree of any markup.
pub(crate) fn build(markup: &str, dress: Dress) -> Tree<'static> {
    let sink = Sink::new(markup.len(), dress);
    let context = sink.handle(ROOT, QualName::new(None, ns!(html), local_name!("div")), false);
    // Without script, <noscript> is an element like others, and holds the picture that a script would have loaded.
    let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
    let builder = TreeBuilder::new_for_fragment(sink, context, None, options);
    let mut lexer = Lexer::for_dress(markup, dress);
    loop {
        if builder.adjusted_current_node_present_but_not_in_html_namespace()
            && let Some(text) = lexer.cdata()
        {
            give_text(&builder, text);
            continue;
        }
        let Some(token) = lexer.next().filter(|_| builder.sink.tree.borrow().len() <= MOST_NODES) else { break };
        give(&builder, token, &mut lexer);
    }
    let _ = builder.process_token(TreeToken::EOFToken, 1);
    builder.end();
    builder.sink.finish()
}

type Builder = TreeBuilder<Handle, Sink>;

fn give(builder: &Builder, token: Token<'_>, lexer: &mut Lexer<'_>) {
    let full = builder.sink.is_full();
    match token {
        Token::Text(raw) => give_text(builder, &decode(raw, Place::Text)),
        Token::Comment => {
            let _ = builder.process_token(TreeToken::CommentToken(StrTendril::new()), 1);
        }
        Token::End { name } => {
            if !full {
                let _ = builder.process_token(tag_token(TagKind::EndTag, name, false, Vec::new()), 1);
            }
        }
        Token::Start { name, self_closing } => {
            let tag = tag_of(name);
            let holds_text = tag.is(RAW | RAW_REFERENCES);
            if full || (builder.sink.is_deep() && !tag.is(VOID) && !holds_text) {
                if full && holds_text {
                    lexer.raw_text(name);
                }
                return;
            }
            let attributes = lexer.attributes().iter().filter_map(|(name, value)| raw_attribute(name, value)).collect();
            let start = tag_token(TagKind::StartTag, name, self_closing, attributes);
            match builder.process_token(start, 1) {
                TokenSinkResult::RawData(_) => {
                    let raw = lexer.raw_text(name);
                    match tag {
                        Tag::Textarea => give_text(builder, &decode(raw, Place::Text)),
                        Tag::Xmp => give_text(builder, raw),
                        _ => {}
                    }
                }
                TokenSinkResult::Plaintext => give_text(builder, lexer.the_rest()),
                _ => {}
            }
        }
    }
}

/// Text without references, or after they were read: its line ends get their one form, as everywhere.
fn give_text(builder: &Builder, text: &str) {
    if !text.is_empty() {
        let text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "");
        let _ = builder.process_token(TreeToken::CharacterTokens(StrTendril::from_slice(&text)), 1);
    }
}

fn tag_token(kind: TagKind, name: &str, self_closing: bool, attrs: Vec<RawAttribute>) -> TreeToken {
    let name = LocalName::from(name.to_ascii_lowercase());
    TreeToken::TagToken(TagToken { kind, name, self_closing, attrs, had_duplicate_attributes: false })
}

fn raw_attribute(name: &str, value: &str) -> Option<RawAttribute> {
    if value.len() > LONGEST_VALUE {
        return None;
    }
    let name = QualName::new(None, ns!(), LocalName::from(name.to_ascii_lowercase()));
    Some(RawAttribute { name, value: StrTendril::from_slice(&decode(value, Place::Attribute)) })
}

/// An element as html5ever holds it.
#[derive(Clone)]
pub(crate) struct Handle {
    id: Id,
    name: Rc<QualName>,
    integration_point: bool,
}

/// Where html5ever puts what it builds.
struct Sink {
    dress: Dress,
    tree: RefCell<Tree<'static>>,
    /// How deep each node lay when it was placed.
    depths: RefCell<Vec<u32>>,
    /// How deep the node lies that was placed last.
    depth: Cell<u32>,
    /// Steps that the tree builder has taken, and bytes that reopened elements have copied.
    effort: Cell<usize>,
    most_effort: usize,
    copied: Cell<usize>,
    most_copied: usize,
}

impl Sink {
    fn new(bytes: usize, dress: Dress) -> Self {
        Self {
            dress,
            tree: RefCell::new(Tree::for_bytes(bytes)),
            depths: RefCell::new(vec![0]),
            depth: Cell::new(0),
            effort: Cell::new(0),
            most_effort: 1_000_000 + 64 * bytes,
            copied: Cell::new(0),
            most_copied: 100_000 + 4 * bytes,
        }
    }

    /// Whether markup has cost more than any that somebody wrote to be read.
    fn is_full(&self) -> bool {
        self.effort.get() > self.most_effort || self.copied.get() > self.most_copied
    }

    fn is_deep(&self) -> bool {
        self.depth.get() as usize >= DEEPEST
    }

    fn step(&self) {
        self.effort.set(self.effort.get() + 1);
    }

    fn handle(&self, id: Id, name: QualName, integration_point: bool) -> Handle {
        Handle { id, name: Rc::new(name), integration_point }
    }

    fn placed(&self, parent: Id, child: Id) {
        let mut depths = self.depths.borrow_mut();
        let depth = depths.get(parent as usize).copied().unwrap_or(0) + 1;
        if depths.len() <= child as usize {
            depths.resize(child as usize + 1, 0);
        }
        depths[child as usize] = depth;
        self.depth.set(depth);
    }
}

fn tag_for(name: &QualName, dress: Dress) -> Tag {
    if name.ns == ns!(html) {
        return Tag::of(&name.local);
    }
    let shown = match dress {
        Dress::Ours => None,
        Dress::Plain(_) if name.ns == ns!(svg) => Tag::of_svg(&name.local),
        Dress::Plain(_) => Tag::of_mathml(&name.local),
    };
    shown.unwrap_or(match &*name.local {
        "script" | "style" | "title" | "desc" | "metadata" | "annotation" | "annotation-xml" => Tag::ForeignHidden,
        // Of a drawing: what is only shown where something else asks for it.
        "defs" | "symbol" | "clipPath" | "mask" | "marker" | "pattern" => Tag::ForeignHidden,
        _ => Tag::Foreign,
    })
}

fn name_for(name: &QualName) -> Option<Name> {
    if name.ns == ns!() {
        Name::of(&name.local)
    } else if name.ns == ns!(xlink) {
        [Name::XlinkHref, Name::XlinkShow, Name::XlinkType].into_iter().find(|known| known.name()[6..] == *name.local)
    } else {
        (name.ns == ns!(xml) && &*name.local == "lang").then_some(Name::XmlLang)
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Tree<'static>;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Tree<'static> {
        let mut tree = self.tree.into_inner();
        // The standard puts an element of its own around a fragment.
        if let Some(outer) = tree.first(ROOT) {
            tree.unwrap(outer);
        }
        flatten(&mut tree);
        tree
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        self.handle(ROOT, QualName::new(None, ns!(), local_name!("")), false)
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        self.step();
        target.name.expanded()
    }

    fn create_element(&self, name: QualName, attributes: Vec<RawAttribute>, flags: ElementFlags) -> Handle {
        let mut known: Vec<Attribute<'static>> = Vec::new();
        for attribute in attributes {
            if let Some(name) = name_for(&attribute.name).filter(|name| name.matters_in(self.dress))
                && known.iter().all(|before| before.name != name)
            {
                known.push(Attribute { name, value: Cow::Owned(attribute.value.to_string()) });
            }
        }
        let bytes: usize = known.iter().map(|attribute| attribute.value.len()).sum();
        self.copied.set(self.copied.get() + bytes + 8);
        let id = self.tree.borrow_mut().element_with(tag_for(&name, self.dress), known);
        self.handle(id, name, flags.mathml_annotation_xml_integration_point)
    }

    /// Comments are not kept: they all are the fragment itself, which is never placed.
    fn create_comment(&self, _: StrTendril) -> Handle {
        self.get_document()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.create_comment(StrTendril::new())
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        let mut tree = self.tree.borrow_mut();
        match child {
            NodeOrText::AppendText(text) => {
                // A text that grows piece by piece is one text.
                tree.append_text(parent.id, Cow::Owned(text.to_string()));
            }
            NodeOrText::AppendNode(node) if node.id == ROOT => {}
            NodeOrText::AppendNode(node) => {
                tree.detach(node.id);
                tree.append(parent.id, node.id);
                self.placed(parent.id, node.id);
            }
        }
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        if self.tree.borrow().parent(element.id).is_some() {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Handle) -> Handle {
        target.clone()
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        self.step();
        one.id == other.id
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        let mut tree = self.tree.borrow_mut();
        match child {
            NodeOrText::AppendText(text) => match tree.previous(sibling.id) {
                Some(before) if matches!(tree.kind(before), Kind::Text(_)) => tree.extend_text(before, &text),
                _ => {
                    let id = tree.text(text.to_string());
                    tree.insert_before(sibling.id, id);
                }
            },
            NodeOrText::AppendNode(node) if node.id == ROOT => {}
            NodeOrText::AppendNode(node) => {
                tree.detach(node.id);
                tree.insert_before(sibling.id, node.id);
                if let Some(parent) = tree.parent(sibling.id) {
                    self.placed(parent, node.id);
                }
            }
        }
    }

    fn add_attrs_if_missing(&self, _: &Handle, _: Vec<RawAttribute>) {}

    fn remove_from_parent(&self, target: &Handle) {
        self.tree.borrow_mut().detach(target.id);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        self.tree.borrow_mut().move_children(node.id, new_parent.id);
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &Handle) -> bool {
        handle.integration_point
    }
}

/// Takes out elements that lie too deep; their content stays.
fn flatten(tree: &mut Tree<'_>) {
    let (mut at, mut depth) = (ROOT, 0);
    loop {
        if depth > DEEPEST && tree.tag(at).is_some() && tree.first(at).is_some() {
            let first = tree.first(at);
            tree.unwrap(at);
            if let Some(first) = first {
                at = first;
                continue;
            }
        }
        if let Some(child) = tree.first(at) {
            (at, depth) = (child, depth + 1);
            continue;
        }
        loop {
            if let Some(next) = tree.next(at) {
                at = next;
                break;
            }
            match tree.parent(at) {
                Some(parent) => (at, depth) = (parent, depth - 1),
                None => return,
            }
        }
    }
}
