//! The quick builder: the tree of markup that is nested as HTML wants it, or nothing.
//!
//! It follows the standard's tree construction for the greater part of what is written, and gives up where that
//! would reopen formatting elements, move content out of a table, or leave HTML: the careful builder takes over
//! then. What it does build is what the careful builder would build; a property in `parse` holds the two together.

use std::borrow::Cow;

use crate::attribute::{Attribute, Name};
use crate::gate::Dress;
use crate::lexer::{Lexer, Token};
use crate::reference::{Place, decode};
use crate::tag::{
    CAREFUL, CLOSES_P, ENDS_BLOCK, FORMATTING, HEADING, IMPLIED_END, RAW, RAW_REFERENCES, SCOPE, SPECIAL, TABLE_PART,
    Tag, VOID,
};
use crate::tree::{Id, ROOT, Tree};

/// Deeper than this, the careful builder flattens.
pub(crate) const DEEPEST: usize = 120;

/// So many elements and texts are read of one fragment; what follows is left out.
pub(crate) const MOST_NODES: usize = 400_000;

/// The tree of well-nested markup; `None` for what needs the careful builder.
pub(crate) fn build(markup: &str, dress: Dress) -> Option<Tree<'_>> {
    let tree = Tree::for_bytes(markup.len());
    let mut builder = Builder { tree, dress, open: Vec::with_capacity(32), open_links: 0 };
    let mut lexer = Lexer::for_dress(markup, dress);
    let mut after_pre = false;
    while let Some(token) = lexer.next() {
        if builder.tree.len() > MOST_NODES {
            break;
        }
        let skip_line_end = std::mem::take(&mut after_pre);
        match token {
            Token::Text(raw) => builder.text(raw, skip_line_end)?,
            Token::Start { name, .. } => {
                builder.start(name, &mut lexer)?;
                after_pre = name.eq_ignore_ascii_case("pre");
            }
            Token::End { name } => builder.end(name)?,
            Token::Comment => {}
        }
    }
    Some(builder.tree)
}

/// Reads a tag's name whatever its case.
pub(crate) fn tag_of(name: &str) -> Tag {
    match Tag::of(name) {
        Tag::Other if name.bytes().any(|byte| byte.is_ascii_uppercase()) => Tag::of(&name.to_ascii_lowercase()),
        tag => tag,
    }
}

/// Reads an attribute's name whatever its case; `None` for one that nobody looks at.
fn name_of(name: &str) -> Option<Name> {
    if name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Name::of(&name.to_ascii_lowercase())
    } else {
        Name::of(name)
    }
}

/// An element that is not closed yet.
struct Open<'a> {
    id: Id,
    tag: Tag,
    /// As written; tells elements apart that have no tag of their own.
    name: &'a str,
}

struct Builder<'a> {
    tree: Tree<'a>,
    dress: Dress,
    open: Vec<Open<'a>>,
    open_links: usize,
}

impl<'a> Builder<'a> {
    #[inline]
    fn current(&self) -> (Id, Tag) {
        self.open.last().map_or((ROOT, Tag::Html), |open| (open.id, open.tag))
    }

    /// Whether somebody looks at the markup before a tree is built of it, since plain dress shows what is said in frames.
    fn is_to_be_opened(&self, tag: Tag) -> bool {
        tag == Tag::Iframe && self.dress != Dress::Ours
    }

    fn text(&mut self, raw: &'a str, skip_line_end: bool) -> Option<()> {
        let (parent, tag) = self.current();
        let mut text = decode(raw, Place::Text);
        if skip_line_end {
            text = match text {
                Cow::Borrowed(text) => Cow::Borrowed(text.strip_prefix('\n').unwrap_or(text)),
                Cow::Owned(text) => Cow::Owned(text.strip_prefix('\n').map(str::to_owned).unwrap_or(text)),
            };
        }
        if text.is_empty() {
            return Some(());
        }
        if places_only_parts(tag) && !text.bytes().all(|byte| byte.is_ascii_whitespace()) {
            return None;
        }
        self.tree.append_text(parent, text);
        Some(())
    }

    fn start(&mut self, name: &'a str, lexer: &mut Lexer<'a>) -> Option<()> {
        let tag = tag_of(name);
        if tag.is(CAREFUL) || self.is_to_be_opened(tag) || self.open.len() >= DEEPEST {
            return None;
        }
        if matches!(tag, Tag::Html | Tag::Head | Tag::Body) {
            return Some(());
        }
        if tag.is(TABLE_PART) {
            if !self.make_place_for(tag)? {
                return Some(());
            }
        } else {
            let current = self.current().1;
            if places_only_parts(current) && (current == Tag::Colgroup || !matches!(tag, Tag::Script | Tag::Style)) {
                return None;
            }
            if tag == Tag::Form && self.open.iter().any(|open| open.tag == Tag::Form) {
                return Some(());
            }
            self.close_what_it_ends(tag)?;
        }
        let tag = if tag == Tag::Image { Tag::Img } else { tag };
        self.insert(tag, name, Some(lexer));
        if tag.is(RAW | RAW_REFERENCES) {
            // Nothing in it is shown, so it is not kept. Its end tag comes next, or the end of everything.
            lexer.raw_text(name);
            lexer.next();
            self.open.pop();
        }
        Some(())
    }

    fn insert(&mut self, tag: Tag, name: &'a str, lexer: Option<&Lexer<'a>>) {
        let from = self.tree.next_attribute();
        for (name, value) in lexer.map_or(&[][..], Lexer::attributes) {
            if let Some(name) = name_of(name).filter(|name| name.matters_in(self.dress)) {
                self.tree.add_attribute(from, Attribute { name, value: decode(value, Place::Attribute) });
            }
        }
        let id = self.tree.element_from(tag, from);
        self.tree.append(self.current().0, id);
        if !tag.is(VOID) {
            self.open_links += usize::from(tag == Tag::A);
            self.open.push(Open { id, tag, name });
        }
    }

    /// Closes what the start of an element closes.
    fn close_what_it_ends(&mut self, tag: Tag) -> Option<()> {
        match tag {
            // A link in a link takes the first one apart.
            Tag::A if self.open_links > 0 => return None,
            Tag::Button if self.open.iter().any(|open| open.tag == Tag::Button) => return None,
            Tag::Li => self.close_item(|open| open == Tag::Li)?,
            Tag::Dd | Tag::Dt => self.close_item(|open| matches!(open, Tag::Dd | Tag::Dt))?,
            Tag::Rt | Tag::Rp if self.in_scope(|open| open == Tag::Ruby).is_some() => self.close_implied()?,
            _ => {}
        }
        if tag.is(CLOSES_P) || matches!(tag, Tag::Li | Tag::Dd | Tag::Dt) {
            self.close_p()?;
        }
        if tag.is(HEADING) && self.current().1.is(HEADING) {
            self.pop_to(self.open.len() - 1)?;
        }
        Some(())
    }

    fn close_p(&mut self) -> Option<()> {
        match self.open_p() {
            Some(place) => self.pop_to(place),
            None => Some(()),
        }
    }

    /// The place in the stack of an open paragraph; a button bounds it too.
    fn open_p(&self) -> Option<usize> {
        let place = self.in_scope(|open| matches!(open, Tag::P | Tag::Button))?;
        (self.open[place].tag == Tag::P).then_some(place)
    }

    fn close_item(&mut self, is_item: impl Fn(Tag) -> bool) -> Option<()> {
        for place in (0..self.open.len()).rev() {
            let tag = self.open[place].tag;
            if is_item(tag) {
                return self.pop_to(place);
            }
            if tag.is(SPECIAL) && !matches!(tag, Tag::Address | Tag::Div | Tag::P) {
                break;
            }
        }
        Some(())
    }

    fn close_implied(&mut self) -> Option<()> {
        while self.current().1.is(IMPLIED_END) {
            self.pop_to(self.open.len() - 1)?;
        }
        Some(())
    }

    /// The place in the stack of the innermost element of which the test is true, in the default scope.
    fn in_scope(&self, test: impl Fn(Tag) -> bool) -> Option<usize> {
        for (place, open) in self.open.iter().enumerate().rev() {
            if test(open.tag) {
                return Some(place);
            }
            if open.tag.is(SCOPE) {
                break;
            }
        }
        None
    }

    /// Closes everything from that place on; `None` where a formatting element among it would have to be reopened,
    /// or a form stays open in spirit.
    fn pop_to(&mut self, place: usize) -> Option<()> {
        if self.open[place..].iter().any(|open| open.tag.is(FORMATTING) || open.tag == Tag::Form) {
            return None;
        }
        self.open.truncate(place);
        Some(())
    }

    fn end(&mut self, name: &'a str) -> Option<()> {
        let tag = tag_of(name);
        if tag.is(CAREFUL) || tag == Tag::Br && self.dress != Dress::Ours || self.is_to_be_opened(tag) {
            return None;
        }
        if tag.is(TABLE_PART) || tag == Tag::Table {
            return self.end_table_part(tag);
        }
        if places_only_parts(self.current().1) {
            // What the standard ignores here it mostly ignores by way of foster parenting.
            return None;
        }
        if tag.is(FORMATTING) {
            return self.end_formatting(tag);
        }
        match tag {
            Tag::Html | Tag::Head | Tag::Body => Some(()),
            Tag::Br => {
                self.insert(Tag::Br, name, None);
                Some(())
            }
            Tag::P => {
                match self.open_p() {
                    Some(place) => self.pop_to(place)?,
                    None => {
                        let empty = self.tree.element(Tag::P);
                        self.tree.append(self.current().0, empty);
                    }
                }
                Some(())
            }
            Tag::Form => self.end_form(),
            Tag::Li => match self.in_list_scope() {
                Some(place) => self.pop_to(place),
                None => Some(()),
            },
            _ if tag.is(HEADING) => match self.in_scope(|open| open.is(HEADING)) {
                Some(place) => self.pop_to(place),
                None => Some(()),
            },
            _ if tag.is(ENDS_BLOCK) || matches!(tag, Tag::Dd | Tag::Dt) => match self.in_scope(|open| open == tag) {
                Some(place) => self.pop_to(place),
                None => Some(()),
            },
            _ => self.end_other(tag, name),
        }
    }

    /// A form's end tag takes the form out from under what is open in it; only the plain case is quick.
    fn end_form(&mut self) -> Option<()> {
        if self.open.iter().all(|open| open.tag != Tag::Form) {
            return Some(());
        }
        self.close_implied()?;
        (self.current().1 == Tag::Form).then(|| self.open.truncate(self.open.len() - 1))
    }

    fn in_list_scope(&self) -> Option<usize> {
        let place = self.in_scope(|open| open == Tag::Li || open.is_list())?;
        (self.open[place].tag == Tag::Li).then_some(place)
    }

    fn end_formatting(&mut self, tag: Tag) -> Option<()> {
        let Some(place) = self.open.iter().rposition(|open| open.tag == tag) else {
            return Some(());
        };
        // What stands in it unclosed is closed with it, unless the standard would take it apart.
        if self.open[place + 1..].iter().any(|open| open.tag.is(SPECIAL | FORMATTING | SCOPE)) {
            return None;
        }
        self.open_links -= usize::from(tag == Tag::A);
        self.open.truncate(place);
        Some(())
    }

    fn end_other(&mut self, tag: Tag, name: &str) -> Option<()> {
        for place in (0..self.open.len()).rev() {
            let open = &self.open[place];
            if open.tag == tag && (tag != Tag::Other || open.name.eq_ignore_ascii_case(name)) {
                return self.pop_to(place);
            }
            if open.tag.is(SPECIAL) {
                break;
            }
        }
        Some(())
    }

    /// Opens and closes the parts of a table until the new one can stand here; `false` where it is ignored.
    fn make_place_for(&mut self, tag: Tag) -> Option<bool> {
        let Some(around) = self.open.iter().rposition(|open| open.tag == Tag::Table || open.tag.is(TABLE_PART)) else {
            return Some(false);
        };
        if matches!(self.open[around].tag, Tag::Td | Tag::Th | Tag::Caption) {
            self.close_cell(around)?;
        }
        loop {
            let wanted = match (self.current().1, tag) {
                (Tag::Table, Tag::Caption | Tag::Colgroup | Tag::Tbody | Tag::Tfoot | Tag::Thead) => return Some(true),
                (Tag::Table, Tag::Col) => Tag::Colgroup,
                (Tag::Table, _) => Tag::Tbody,
                (Tag::Colgroup, Tag::Col) => return Some(true),
                (Tag::Tbody | Tag::Thead | Tag::Tfoot, Tag::Tr) => return Some(true),
                (Tag::Tbody | Tag::Thead | Tag::Tfoot, Tag::Td | Tag::Th) => Tag::Tr,
                (Tag::Tr, Tag::Td | Tag::Th) => return Some(true),
                (Tag::Colgroup | Tag::Tbody | Tag::Thead | Tag::Tfoot | Tag::Tr, _) => {
                    self.open.pop();
                    continue;
                }
                // Something is open in the table that should not be.
                _ => return None,
            };
            self.insert(wanted, "", None);
        }
    }

    /// Closes a cell or a caption with all that is open in it, formatting included: a cell bounds it.
    fn close_cell(&mut self, place: usize) -> Option<()> {
        self.open_links -= self.open[place..].iter().filter(|open| open.tag == Tag::A).count();
        if self.open[place..].iter().any(|open| open.tag == Tag::Form) {
            return None;
        }
        self.open.truncate(place);
        Some(())
    }

    fn end_table_part(&mut self, tag: Tag) -> Option<()> {
        let Some(around) = self.open.iter().rposition(|open| open.tag == Tag::Table || open.tag.is(TABLE_PART)) else {
            return Some(());
        };
        let table = self.open.iter().rposition(|open| open.tag == Tag::Table)?;
        let Some(place) = self.open[table..].iter().rposition(|open| open.tag == tag).map(|place| table + place) else {
            // Inside a column group, any other end tag closes the group first.
            return if self.open[around].tag == Tag::Colgroup { None } else { Some(()) };
        };
        match (self.open[around].tag, tag) {
            (Tag::Caption, Tag::Caption | Tag::Table) | (Tag::Td | Tag::Th, _) => self.close_cell(around)?,
            (Tag::Caption, _) => return Some(()),
            (Tag::Colgroup, Tag::Colgroup | Tag::Table) => {}
            (Tag::Colgroup, _) => return None,
            _ => {}
        }
        self.open.truncate(place.min(self.open.len()));
        Some(())
    }
}

/// Whether nothing but the parts of a table can stand directly in it.
fn places_only_parts(tag: Tag) -> bool {
    matches!(tag, Tag::Table | Tag::Thead | Tag::Tbody | Tag::Tfoot | Tag::Tr | Tag::Colgroup)
}
