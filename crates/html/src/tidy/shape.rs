//! What stands together: paragraphs where there were line breaks, lists of items, tables of rows, and nothing empty.

use super::figures;
use super::links::{self, is_blank};
use crate::attribute::{Attribute, Name};
use crate::gate::Dress;
use crate::rules;
use crate::tag::{BLOCK, HEADING, TABLE_PART, Tag, VOID};
use crate::tree::{Id, ROOT, Tree};

/// Brings everything into shape, from the inside out.
pub(crate) fn arrange(tree: &mut Tree<'_>) {
    let inside_out: Vec<Id> = tree.within(ROOT).collect();
    let holds_blocks = vec![false; tree.len()];
    let mut shaper = Shaper { tree, holds_blocks };
    for id in inside_out.into_iter().rev() {
        if let Some(tag) = shaper.tree.tag(id) {
            shaper.shape(id, tag);
        }
    }
}

/// What a container holds, in order.
enum Part {
    /// Something on lines of its own.
    Block(Id),
    /// Text and what flows with it.
    Inline(Vec<Id>),
}

struct Shaper<'t, 'a> {
    tree: &'t mut Tree<'a>,
    /// For each node, whether it is an inline element that holds blocks.
    holds_blocks: Vec<bool>,
}

impl Shaper<'_, '_> {
    fn shape(&mut self, id: Id, tag: Tag) {
        if tag.is(VOID) {
            return;
        }
        match tag {
            Tag::P => self.paragraph(id),
            Tag::Html | Tag::Blockquote | Tag::Details => self.paragraphs_in(id),
            Tag::Div => self.division(id),
            Tag::Li if !self.around(id, Tag::is_list) => self.division(id),
            Tag::Dt | Tag::Dd if !self.around(id, |tag| tag == Tag::Dl) => self.division(id),
            Tag::Figcaption if !self.around(id, |tag| tag == Tag::Figure) => self.division(id),
            Tag::Summary if !self.around(id, |tag| tag == Tag::Details) => self.division(id),
            Tag::Li | Tag::Dd | Tag::Dt | Tag::Td | Tag::Th | Tag::Figcaption => self.tight(id, tag),
            Tag::Ul | Tag::Ol => self.list(id),
            Tag::Dl => self.descriptions(id),
            Tag::Table => self.table(id),
            Tag::Tr | Tag::Tbody | Tag::Thead | Tag::Tfoot | Tag::Colgroup => self.drop_loose_space(id),
            Tag::Figure => {
                if let Some(words) = figures::figure(self.tree, id) {
                    self.division(words);
                }
                // Several captions may have become one.
                let caption = self.tree.children(id).find(|at| self.tree.has_tag(*at, Tag::Figcaption));
                caption.into_iter().for_each(|caption| self.tight(caption, Tag::Figcaption));
            }
            Tag::Pre => self.flat(id, false),
            Tag::Caption | Tag::Summary => self.flat(id, true),
            _ if tag.is(HEADING) => self.heading(id),
            Tag::Ruby => self.flat(id, false),
            Tag::Rt | Tag::Rp if !self.is_ruby_text(id) => self.tree.unwrap(id),
            _ => self.inline(id, tag),
        }
    }

    fn around(&self, id: Id, test: impl Fn(Tag) -> bool) -> bool {
        self.tree.parent(id).and_then(|around| self.tree.tag(around)).is_some_and(test)
    }

    /// Whether it stands in a ruby, and not in another of its texts.
    fn is_ruby_text(&self, id: Id) -> bool {
        self.tree.has_ancestor(id, |tag| tag == Tag::Ruby)
            && !self.tree.has_ancestor(id, |tag| matches!(tag, Tag::Rt | Tag::Rp))
    }

    fn is_block(&self, id: Id) -> bool {
        self.tree.is(id, BLOCK) || self.holds_blocks.get(id as usize).is_some_and(|holds| *holds)
    }

    fn is_blank(&self, id: Id) -> bool {
        match self.tree.text_of(id) {
            Some(text) => is_blank(text),
            None => self.tree.has_tag(id, Tag::Br) || self.tree.has_tag(id, Tag::Wbr),
        }
    }

    fn says_nothing(&self, id: Id) -> bool {
        self.tree.children(id).all(|child| self.is_blank(child))
    }

    fn has_language(&self, id: Id) -> bool {
        let tag = self.tree.tag(id).unwrap_or(Tag::Span);
        let shown = |a: &Attribute<'_>| matches!(rules::shown(tag, a, Dress::Ours), Some((Name::Lang | Name::Dir, _)));
        self.tree.attributes(id).iter().any(shown)
    }

    /// An element within a text: gone where it says nothing, its shell gone where that means nothing.
    fn inline(&mut self, id: Id, tag: Tag) {
        let empty_shell = tag == Tag::Span && !self.has_language(id);
        if empty_shell || self.says_nothing(id) {
            self.tree.unwrap(id);
        } else if self.tree.children(id).any(|child| self.is_block(child)) {
            self.wrap_inline_parts(id);
            self.holds_blocks[id as usize] = true;
        }
        if tag == Tag::A && self.tree.parent(id).is_some() {
            links::name(self.tree, id);
        }
    }

    /// A container's children as blocks and runs of text. Line breaks at the ends of a run go; two or more part it.
    fn parts(&mut self, id: Id) -> Vec<Part> {
        let children: Vec<Id> = self.tree.children(id).collect();
        let mut parts = Vec::new();
        let mut run: Vec<Id> = Vec::new();
        let mut breaks: Vec<Id> = Vec::new();
        for child in children {
            if self.is_block(child) {
                breaks.drain(..).for_each(|node| self.tree.detach(node));
                self.end_run(&mut run, &mut parts);
                parts.push(Part::Block(child));
            } else if self.tree.has_tag(child, Tag::Br) || (!breaks.is_empty() && self.is_blank(child)) {
                breaks.push(child);
            } else if run.is_empty() && self.is_blank(child) {
                self.tree.detach(child);
            } else {
                let count = breaks.iter().filter(|node| self.tree.has_tag(**node, Tag::Br)).count();
                if count >= 2 || run.is_empty() {
                    breaks.drain(..).for_each(|node| self.tree.detach(node));
                    self.end_run(&mut run, &mut parts);
                }
                run.append(&mut breaks);
                run.push(child);
            }
        }
        breaks.drain(..).for_each(|node| self.tree.detach(node));
        self.end_run(&mut run, &mut parts);
        parts
    }

    fn end_run(&mut self, run: &mut Vec<Id>, parts: &mut Vec<Part>) {
        if let Some(first) = run.first() {
            self.tree.trim_text(*first, true, false);
        }
        while let Some(last) = run.last().copied() {
            if self.is_blank(last) || !self.tree.trim_text(last, false, true) {
                self.tree.detach(last);
                run.pop();
            } else {
                break;
            }
        }
        if !run.is_empty() {
            parts.push(Part::Inline(std::mem::take(run)));
        }
    }

    /// Puts a run of text into a paragraph where it stands.
    fn wrap(&mut self, run: &[Id], attributes: Vec<Attribute<'static>>) -> Id {
        let paragraph = self.tree.element_with(Tag::P, attributes);
        self.tree.insert_before(run[0], paragraph);
        for node in run {
            self.tree.detach(*node);
            self.tree.append(paragraph, *node);
        }
        paragraph
    }

    fn wrap_inline_parts(&mut self, id: Id) -> usize {
        let parts = self.parts(id);
        for part in &parts {
            if let Part::Inline(run) = part {
                self.wrap(run, Vec::new());
            }
        }
        parts.len()
    }

    fn paragraphs_in(&mut self, id: Id) {
        let parts = self.wrap_inline_parts(id);
        if parts == 0 && id != ROOT {
            self.tree.detach(id);
        }
    }

    /// Whether it holds only text that flows, without a line break.
    fn is_simple(&self, id: Id) -> bool {
        self.tree.children(id).all(|child| !self.tree.has_tag(child, Tag::Br) && !self.is_block(child))
    }

    /// Takes white space off both ends; `false` where nothing else was there.
    fn trim(&mut self, id: Id) -> bool {
        while let Some(first) = self.tree.first(id) {
            if self.is_blank(first) || !self.tree.trim_text(first, true, false) {
                self.tree.detach(first);
            } else {
                break;
            }
        }
        while let Some(last) = self.tree.last(id) {
            if self.is_blank(last) || !self.tree.trim_text(last, false, true) {
                self.tree.detach(last);
            } else {
                break;
            }
        }
        self.tree.first(id).is_some()
    }

    fn paragraph(&mut self, id: Id) {
        if self.is_simple(id) {
            if !self.trim(id) {
                self.tree.detach(id);
            }
            return;
        }
        let mut parts = self.parts(id);
        match parts.as_slice() {
            [] => self.tree.detach(id),
            [Part::Inline(_)] => {}
            _ => {
                let kept: Vec<_> = self.language_of(id);
                for part in parts.drain(..) {
                    if let Part::Inline(run) = part {
                        self.wrap(&run, kept.clone());
                    }
                }
                self.tree.unwrap(id);
            }
        }
    }

    fn language_of(&self, id: Id) -> Vec<Attribute<'static>> {
        let own = self.tree.attributes(id).iter();
        own.filter(|a| matches!(a.name, Name::Lang | Name::XmlLang | Name::Dir))
            .map(|a| Attribute { name: a.name, value: a.value.clone().into_owned().into() })
            .collect()
    }

    /// A division is a paragraph, or nothing but its content; one with a language of its own stays around more.
    fn division(&mut self, id: Id) {
        let parts = self.parts(id);
        match parts.as_slice() {
            [] => self.tree.detach(id),
            [Part::Inline(_)] => self.tree.rename(id, Tag::P),
            _ => {
                for part in parts {
                    if let Part::Inline(run) = part {
                        self.wrap(&run, Vec::new());
                    }
                }
                if self.has_language(id) { self.tree.rename(id, Tag::Div) } else { self.tree.unwrap(id) }
            }
        }
    }

    /// An item or a cell: paragraphs only where there is more than one.
    fn tight(&mut self, id: Id, tag: Tag) {
        let parts = self.parts(id);
        match parts.as_slice() {
            [] if matches!(tag, Tag::Td | Tag::Th) => {}
            [] => self.tree.detach(id),
            [Part::Block(only)] if self.tree.has_tag(*only, Tag::P) && !self.has_language(*only) => {
                self.tree.unwrap(*only);
            }
            _ => {
                let runs = parts.iter().filter(|part| matches!(part, Part::Inline(_))).count();
                let is_paragraph = |part: &Part| matches!(part, Part::Block(id) if self.tree.has_tag(*id, Tag::P));
                if runs > 1 || parts.iter().any(is_paragraph) {
                    for part in &parts {
                        if let Part::Inline(run) = part {
                            self.wrap(run, Vec::new());
                        }
                    }
                }
            }
        }
    }

    fn list(&mut self, id: Id) {
        self.hold_only(id, &[Tag::Li], Tag::Li);
    }

    fn descriptions(&mut self, id: Id) {
        self.hold_only(id, &[Tag::Dt, Tag::Dd], Tag::Dd);
    }

    /// Puts what is not of those kinds into the item before it, or into one of its own.
    fn hold_only(&mut self, id: Id, kinds: &[Tag], item: Tag) {
        let children: Vec<Id> = self.tree.children(id).collect();
        let mut before: Option<Id> = None;
        let mut changed: Vec<Id> = Vec::new();
        for child in children {
            if self.tree.tag(child).is_some_and(|tag| kinds.contains(&tag)) {
                before = Some(child);
            } else if self.is_blank(child) {
                self.tree.detach(child);
            } else {
                let into = before.unwrap_or_else(|| {
                    let own = self.tree.element(item);
                    self.tree.insert_before(child, own);
                    own
                });
                self.tree.detach(child);
                self.tree.append(into, child);
                before = Some(into);
                if changed.last() != Some(&into) {
                    changed.push(into);
                }
            }
        }
        changed.into_iter().for_each(|into| self.tight(into, item));
        if self.tree.first(id).is_none() {
            self.tree.detach(id);
        }
    }

    fn drop_loose_space(&mut self, id: Id) {
        let loose: Vec<Id> = self.tree.children(id).filter(|child| self.tree.text_of(*child).is_some()).collect();
        loose.into_iter().for_each(|node| self.tree.detach(node));
        if self.tree.first(id).is_none() {
            self.tree.detach(id);
        }
    }

    /// A table that is empty, or one cell, or that says it is there for looks, is its content.
    fn table(&mut self, id: Id) {
        self.drop_loose_space(id);
        let parts = self.parts_of_table(id);
        let is_cell = |tree: &Tree<'_>, at: Id| matches!(tree.tag(at), Some(Tag::Td | Tag::Th));
        let cells: Vec<Id> = parts.iter().copied().filter(|at| is_cell(self.tree, *at)).collect();
        let for_looks = matches!(self.tree.attribute(id, Name::Role), Some("presentation" | "none"));
        let is_empty = cells.iter().all(|cell| self.tree.first(*cell).is_none());
        if for_looks || is_empty || cells.len() == 1 {
            for part in parts.into_iter().rev() {
                if self.tree.is(part, VOID) {
                    self.tree.detach(part);
                } else if is_cell(self.tree, part) || self.tree.has_tag(part, Tag::Caption) {
                    self.division(part);
                } else {
                    self.tree.unwrap(part);
                }
            }
            self.tree.unwrap(id);
        }
    }

    /// The rows, cells and so on of a table, without those of tables in it.
    fn parts_of_table(&self, id: Id) -> Vec<Id> {
        let mut parts = Vec::new();
        let mut next = self.tree.after(id, id);
        while let Some(at) = next {
            if self.tree.is(at, TABLE_PART) {
                parts.push(at);
            }
            next = if self.tree.has_tag(at, Tag::Table) { self.tree.past(at, id) } else { self.tree.after(at, id) };
        }
        parts
    }

    fn heading(&mut self, id: Id) {
        self.flat(id, true);
        let speaks = self.tree.within(id).skip(1).any(|at| match self.tree.text_of(at) {
            Some(text) => !is_blank(text),
            None => {
                self.tree.has_tag(at, Tag::Img) && self.tree.attribute(at, Name::Alt).is_some_and(|alt| !alt.is_empty())
            }
        });
        // A heading of nothing but a picture without words leads nobody anywhere.
        if !speaks && self.tree.parent(id).is_some() {
            self.tree.rename(id, Tag::Div);
            self.division(id);
        }
    }

    /// An element that holds text only: blocks in it become lines of it.
    fn flat(&mut self, id: Id, trim: bool) {
        let blocks: Vec<Id> = self.tree.within(id).skip(1).filter(|at| self.tree.is(*at, BLOCK | TABLE_PART)).collect();
        let had_blocks = !blocks.is_empty();
        for block in blocks.into_iter().rev() {
            if self.tree.is(block, BLOCK) && self.tree.previous(block).is_some() {
                let line_end = self.tree.element(Tag::Br);
                self.tree.insert_before(block, line_end);
            }
            if self.tree.is(block, VOID) { self.tree.detach(block) } else { self.tree.unwrap(block) }
        }
        if had_blocks {
            let shells: Vec<Id> = self.tree.within(id).skip(1).collect();
            for shell in shells.into_iter().rev() {
                // A line end that was just made has no place in the list yet, and needs none.
                self.holds_blocks.get_mut(shell as usize).into_iter().for_each(|holds| *holds = false);
                if self.tree.tag(shell).is_some_and(|tag| !tag.is(VOID)) && self.says_nothing(shell) {
                    self.tree.unwrap(shell);
                }
            }
        }
        if trim {
            self.trim(id);
        } else {
            drop_first_line_ends(self.tree, id);
        }
        if self.says_nothing(id) {
            self.tree.detach(id);
        }
    }
}

/// The line end after `<pre>` is not part of its text, and another one printed there would not be read back.
pub(crate) fn drop_first_line_ends(tree: &mut Tree<'_>, pre: Id) {
    while let Some(first) = tree.first(pre) {
        let Some(text) = tree.text_of(first) else { return };
        let left = text.trim_start_matches('\n');
        if !left.is_empty() {
            if left.len() < text.len() {
                let left = left.to_owned();
                tree.set_text(first, left);
            }
            return;
        }
        tree.detach(first);
    }
}
