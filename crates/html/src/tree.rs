//! Markup as a tree: nodes in one arena, joined by numbers, so that rules move and drop them without copying.

use std::borrow::Cow;

use crate::attribute::{Attribute, Name};
use crate::tag::{Tag, Traits};

/// A node's number. Numbers stay what they are; a node that was taken out is only no longer reached.
pub(crate) type Id = u32;

/// The node that holds the whole fragment.
pub(crate) const ROOT: Id = 0;
const NONE: Id = u32::MAX;

/// A fragment of markup.
#[derive(Debug, Default)]
pub(crate) struct Tree<'a> {
    bytes: usize,
    nodes: Vec<Node<'a>>,
    attributes: Vec<Attribute<'a>>,
}

#[derive(Debug)]
struct Node<'a> {
    parent: Id,
    first: Id,
    last: Id,
    next: Id,
    previous: Id,
    kind: Kind<'a>,
}

/// What a node is. Comments are not kept.
#[derive(Debug)]
pub(crate) enum Kind<'a> {
    /// Text, character references read.
    Text(Cow<'a, str>),
    /// An element; its attributes are a range in the tree's own list.
    Element { tag: Tag, from: u32, to: u32 },
}

impl<'a> Tree<'a> {
    /// An empty fragment, with room for what so many bytes of markup usually hold.
    pub(crate) fn for_bytes(bytes: usize) -> Self {
        let mut tree =
            Self { bytes, nodes: Vec::with_capacity(bytes / 48 + 8), attributes: Vec::with_capacity(bytes / 96) };
        tree.add(Kind::Element { tag: Tag::Html, from: 0, to: 0 });
        tree
    }

    fn add(&mut self, kind: Kind<'a>) -> Id {
        let id = Id::try_from(self.nodes.len()).expect("the builders stop long before four thousand million nodes");
        self.nodes.push(Node { parent: NONE, first: NONE, last: NONE, next: NONE, previous: NONE, kind });
        id
    }

    /// How long the markup was that it was made for.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many nodes were ever made.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// A new element without a place.
    pub(crate) fn element(&mut self, tag: Tag) -> Id {
        self.add(Kind::Element { tag, from: 0, to: 0 })
    }

    /// A new element with attributes, without a place.
    pub(crate) fn element_with(&mut self, tag: Tag, attributes: impl IntoIterator<Item = Attribute<'a>>) -> Id {
        let from = self.attributes.len() as u32;
        self.attributes.extend(attributes);
        let to = self.attributes.len() as u32;
        self.add(Kind::Element { tag, from, to })
    }

    /// Where the next attribute will stand: the place to begin an element's own at.
    pub(crate) fn next_attribute(&self) -> usize {
        self.attributes.len()
    }

    /// Adds an attribute to those of the element that is about to be made, unless it has one of that name.
    pub(crate) fn add_attribute(&mut self, from: usize, attribute: Attribute<'a>) {
        if self.attributes[from..].iter().all(|before| before.name != attribute.name) {
            self.attributes.push(attribute);
        }
    }

    /// A new element without a place, with the attributes that were added since.
    pub(crate) fn element_from(&mut self, tag: Tag, from: usize) -> Id {
        let to = self.attributes.len() as u32;
        self.add(Kind::Element { tag, from: from as u32, to })
    }

    /// A new text without a place.
    pub(crate) fn text(&mut self, text: impl Into<Cow<'a, str>>) -> Id {
        self.add(Kind::Text(text.into()))
    }

    /// Puts text at the end of an element, joined to a text that already stands there.
    pub(crate) fn append_text(&mut self, parent: Id, text: Cow<'a, str>) {
        let last = self.nodes[parent as usize].last;
        if last != NONE
            && let Kind::Text(before) = &mut self.nodes[last as usize].kind
        {
            before.to_mut().push_str(&text);
            return;
        }
        let id = self.text(text);
        self.append(parent, id);
    }

    /// What the node is.
    #[inline]
    pub(crate) fn kind(&self, id: Id) -> &Kind<'a> {
        &self.nodes[id as usize].kind
    }

    /// The element's tag; `None` for text.
    #[inline]
    pub(crate) fn tag(&self, id: Id) -> Option<Tag> {
        match self.nodes[id as usize].kind {
            Kind::Element { tag, .. } => Some(tag),
            Kind::Text(_) => None,
        }
    }

    /// Whether it is an element of that name.
    #[inline]
    pub(crate) fn has_tag(&self, id: Id, tag: Tag) -> bool {
        self.tag(id) == Some(tag)
    }

    /// Whether it is an element of which any of the traits is true.
    #[inline]
    pub(crate) fn is(&self, id: Id, traits: Traits) -> bool {
        self.tag(id).is_some_and(|tag| tag.is(traits))
    }

    /// Gives an element another name.
    pub(crate) fn rename(&mut self, id: Id, to: Tag) {
        if let Kind::Element { tag, .. } = &mut self.nodes[id as usize].kind {
            *tag = to;
        }
    }

    /// The text of a text node.
    #[inline]
    pub(crate) fn text_of(&self, id: Id) -> Option<&str> {
        match &self.nodes[id as usize].kind {
            Kind::Text(text) => Some(text),
            Kind::Element { .. } => None,
        }
    }

    /// Takes white space off a text's start or end, and says whether anything is left.
    pub(crate) fn trim_text(&mut self, id: Id, start: bool, end: bool) -> bool {
        fn trimmed(mut text: &str, start: bool, end: bool) -> &str {
            if start {
                text = text.trim_ascii_start();
            }
            if end {
                text = text.trim_ascii_end();
            }
            text
        }
        let Kind::Text(text) = &mut self.nodes[id as usize].kind else { return true };
        match text {
            Cow::Borrowed(text) => *text = trimmed(text, start, end),
            Cow::Owned(text) => {
                let left = trimmed(text, start, end);
                if left.len() < text.len() {
                    *text = left.to_owned();
                }
            }
        }
        !text.is_empty()
    }

    /// Puts more text at the end of a text node.
    pub(crate) fn extend_text(&mut self, id: Id, more: &str) {
        if let Kind::Text(text) = &mut self.nodes[id as usize].kind {
            text.to_mut().push_str(more);
        }
    }

    /// Replaces the text of a text node.
    pub(crate) fn set_text(&mut self, id: Id, to: impl Into<Cow<'a, str>>) {
        if let Kind::Text(text) = &mut self.nodes[id as usize].kind {
            *text = to.into();
        }
    }

    /// All attributes of an element.
    #[inline]
    pub(crate) fn attributes(&self, id: Id) -> &[Attribute<'a>] {
        match self.nodes[id as usize].kind {
            Kind::Element { from, to, .. } => &self.attributes[from as usize..to as usize],
            Kind::Text(_) => &[],
        }
    }

    /// The value of one attribute.
    #[inline]
    pub(crate) fn attribute(&self, id: Id, name: Name) -> Option<&str> {
        self.attributes(id).iter().find(|attribute| attribute.name == name).map(|attribute| &*attribute.value)
    }

    /// Sets the value of one attribute.
    pub(crate) fn set_attribute(&mut self, id: Id, name: Name, value: impl Into<Cow<'a, str>>) {
        let Kind::Element { from, to, .. } = self.nodes[id as usize].kind else { return };
        let own = from as usize..to as usize;
        if let Some(attribute) = self.attributes[own.clone()].iter_mut().find(|attribute| attribute.name == name) {
            attribute.value = value.into();
            return;
        }
        let mut moved = self.attributes[own].to_vec();
        moved.push(Attribute { name, value: value.into() });
        let start = self.attributes.len() as u32;
        self.attributes.extend(moved);
        let end = self.attributes.len() as u32;
        if let Kind::Element { from, to, .. } = &mut self.nodes[id as usize].kind {
            (*from, *to) = (start, end);
        }
    }

    /// Takes all attributes but those that the test keeps.
    pub(crate) fn keep_attributes(&mut self, id: Id, keep: impl Fn(Name) -> bool) {
        let Kind::Element { from, to, .. } = self.nodes[id as usize].kind else { return };
        let mut end = from;
        for place in from..to {
            if keep(self.attributes[place as usize].name) {
                self.attributes.swap(end as usize, place as usize);
                end += 1;
            }
        }
        if let Kind::Element { to, .. } = &mut self.nodes[id as usize].kind {
            *to = end;
        }
    }

    #[inline]
    fn some(id: Id) -> Option<Id> {
        (id != NONE).then_some(id)
    }

    /// The node around it.
    #[inline]
    pub(crate) fn parent(&self, id: Id) -> Option<Id> {
        Self::some(self.nodes[id as usize].parent)
    }

    /// Its first child.
    #[inline]
    pub(crate) fn first(&self, id: Id) -> Option<Id> {
        Self::some(self.nodes[id as usize].first)
    }

    /// Its last child.
    #[inline]
    pub(crate) fn last(&self, id: Id) -> Option<Id> {
        Self::some(self.nodes[id as usize].last)
    }

    /// Its next sibling.
    #[inline]
    pub(crate) fn next(&self, id: Id) -> Option<Id> {
        Self::some(self.nodes[id as usize].next)
    }

    /// Its previous sibling.
    #[inline]
    pub(crate) fn previous(&self, id: Id) -> Option<Id> {
        Self::some(self.nodes[id as usize].previous)
    }

    /// Its children, first to last.
    pub(crate) fn children(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        std::iter::successors(self.first(id), |child| self.next(*child))
    }

    /// The node and all in it, in the order of the text.
    pub(crate) fn within(&self, id: Id) -> impl Iterator<Item = Id> + '_ {
        std::iter::successors(Some(id), move |at| self.after(*at, id))
    }

    /// The next node in the order of the text, inside `top`.
    #[inline]
    pub(crate) fn after(&self, id: Id, top: Id) -> Option<Id> {
        self.first(id).or_else(|| self.past(id, top))
    }

    /// The next node in the order of the text that is not in this one, inside `top`.
    #[inline]
    pub(crate) fn past(&self, mut id: Id, top: Id) -> Option<Id> {
        while id != top {
            if let Some(next) = self.next(id) {
                return Some(next);
            }
            id = self.parent(id)?;
        }
        None
    }

    /// Whether it is below an element of which the test is true.
    pub(crate) fn has_ancestor(&self, id: Id, test: impl Fn(Tag) -> bool) -> bool {
        std::iter::successors(self.parent(id), |at| self.parent(*at)).any(|at| self.tag(at).is_some_and(&test))
    }

    /// Takes a node out of its place, with all in it.
    pub(crate) fn detach(&mut self, id: Id) {
        let Node { parent, next, previous, .. } = self.nodes[id as usize];
        if parent == NONE {
            return;
        }
        match Self::some(previous) {
            Some(previous) => self.nodes[previous as usize].next = next,
            None => self.nodes[parent as usize].first = next,
        }
        match Self::some(next) {
            Some(next) => self.nodes[next as usize].previous = previous,
            None => self.nodes[parent as usize].last = previous,
        }
        let node = &mut self.nodes[id as usize];
        (node.parent, node.next, node.previous) = (NONE, NONE, NONE);
    }

    /// Puts a node without a place at the end of an element.
    #[inline]
    pub(crate) fn append(&mut self, parent: Id, id: Id) {
        let last = self.nodes[parent as usize].last;
        let node = &mut self.nodes[id as usize];
        (node.parent, node.previous, node.next) = (parent, last, NONE);
        if last == NONE {
            self.nodes[parent as usize].first = id;
        } else {
            self.nodes[last as usize].next = id;
        }
        self.nodes[parent as usize].last = id;
    }

    /// Puts a node without a place before another.
    pub(crate) fn insert_before(&mut self, sibling: Id, id: Id) {
        let Node { parent, previous, .. } = self.nodes[sibling as usize];
        let node = &mut self.nodes[id as usize];
        (node.parent, node.previous, node.next) = (parent, previous, sibling);
        self.nodes[sibling as usize].previous = id;
        if previous == NONE {
            self.nodes[parent as usize].first = id;
        } else {
            self.nodes[previous as usize].next = id;
        }
    }

    /// Moves all children of one element to the end of another.
    pub(crate) fn move_children(&mut self, from: Id, to: Id) {
        while let Some(child) = self.first(from) {
            self.detach(child);
            self.append(to, child);
        }
    }

    /// Puts a node without a place where another stands, which goes.
    pub(crate) fn replace(&mut self, old: Id, new: Id) {
        self.insert_before(old, new);
        self.detach(old);
    }

    /// Puts an element's children in its place.
    pub(crate) fn unwrap(&mut self, id: Id) {
        while let Some(child) = self.first(id) {
            self.detach(child);
            self.insert_before(id, child);
        }
        self.detach(id);
    }
}
