//! Each element on its own: whether it stays, and as what.

use url::Url;

use super::shape::drop_first_line_ends;
use super::{embeds, links, marks, pictures};
use crate::attribute::Name;
use crate::gate::Dress;
use crate::tag::{DRAWING, FORMULA, HIDDEN, KEPT, PHRASAL, REPLACED, SHOWN, Tag, WORDS};
use crate::tree::{Id, ROOT, Tree};

/// What becomes of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It stays.
    Stay,
    /// It goes, with all in it.
    Go,
    /// It goes, what is in it stays.
    Unwrap,
    /// Another node stands in its place.
    Become(Id),
}

/// Decides on every element, from the outside in.
pub(crate) fn each(tree: &mut Tree<'_>, base: Option<&Url>) {
    walk(tree, |tree, id, tag| decide(tree, id, tag, base));
}

/// Takes out what is not shown, and makes addresses absolute. Says whether a drawing or a formula stays.
pub(crate) fn make_safe(tree: &mut Tree<'_>, base: Option<&Url>) -> bool {
    let (mut drawn, dress) = (false, Dress::plain(base));
    walk(tree, |tree, id, tag| {
        // What stands in an object is shown where the object is not.
        if tag.is(HIDDEN | REPLACED) && !tag.is(KEPT) && !matches!(tag, Tag::Img | Tag::Object) {
            return Fate::Go;
        }
        if !tag.is_shown(dress) {
            return Fate::Unwrap;
        }
        let parent = tree.parent(id).unwrap_or(ROOT);
        if describes_drawing(tree, parent) && tag.is(PHRASAL) {
            tree.keep_attributes(id, |_| false);
            return Fate::Stay;
        }
        let in_phrase = tree.is(parent, PHRASAL) && tree.parent(parent).is_some_and(|of| describes_drawing(tree, of));
        if in_phrase || !may_stand_in(tree.tag(parent).unwrap_or(Tag::Html), tag) {
            return taken_apart(tag);
        }
        drawn |= tag.is(DRAWING | FORMULA);
        links::make_absolute(tree, id, base);
        Fate::Stay
    });
    let preformatted: Vec<Id> = tree.within(ROOT).filter(|id| tree.has_tag(*id, Tag::Pre)).collect();
    preformatted.into_iter().for_each(|pre| drop_first_line_ends(tree, pre));
    drawn
}

/// Whether an element is what a drawing, or a part of one, says of itself: text with phrases in it, but nothing in those.
fn describes_drawing(tree: &Tree<'_>, id: Id) -> bool {
    matches!(tree.tag(id), Some(Tag::Desc | Tag::DrawnTitle))
}

/// Whether an element may stand in another: drawings and formulas hold only their own parts, and begin at their root.
fn may_stand_in(around: Tag, tag: Tag) -> bool {
    match (around.is(DRAWING | FORMULA), tag.is(DRAWING | FORMULA)) {
        (false, false) => true,
        (false, true) => matches!(tag, Tag::Drawing | Tag::Formula),
        (true, false) => false,
        (true, true) => !around.is(WORDS) && around.is(DRAWING) == tag.is(DRAWING),
    }
}

/// Takes drawings and formulas apart; their text stays.
pub(crate) fn take_apart_drawings(tree: &mut Tree<'_>) {
    walk(tree, |_, _, tag| if tag.is(DRAWING | FORMULA) { taken_apart(tag) } else { Fate::Stay });
}

/// What becomes of an element that may not stand where it does: its text stays.
fn taken_apart(tag: Tag) -> Fate {
    match tag {
        // Read aloud or shown beside, but never a part of the text.
        Tag::Desc | Tag::DrawnTitle | Tag::Annotation => Fate::Go,
        _ => Fate::Unwrap,
    }
}

fn walk(tree: &mut Tree<'_>, mut decide: impl FnMut(&mut Tree<'_>, Id, Tag) -> Fate) {
    let mut at = tree.after(ROOT, ROOT);
    while let Some(id) = at {
        let fate = match tree.tag(id) {
            Some(tag) => decide(tree, id, tag),
            None => Fate::Stay,
        };
        at = match fate {
            Fate::Stay => tree.after(id, ROOT),
            Fate::Go => {
                let next = tree.past(id, ROOT);
                tree.detach(id);
                next
            }
            Fate::Unwrap => {
                let next = tree.after(id, ROOT);
                tree.unwrap(id);
                next
            }
            Fate::Become(new) => {
                tree.replace(id, new);
                tree.after(new, ROOT)
            }
        };
    }
}

fn decide(tree: &mut Tree<'_>, id: Id, tag: Tag, base: Option<&Url>) -> Fate {
    if tag.is(HIDDEN) {
        return if tag == Tag::Script { embeds::script(tree, id, base) } else { Fate::Go };
    }
    let mark = if tree.attributes(id).is_empty() { None } else { marks::of(tree, id) };
    match mark {
        Some(marks::Mark::Goes) => return Fate::Go,
        Some(marks::Mark::Button) if links::only_asks(tree, id) => return Fate::Go,
        Some(marks::Mark::Figure) if tag == Tag::Div => tree.rename(id, Tag::Figure),
        Some(marks::Mark::Caption)
            if matches!(tag, Tag::P | Tag::Div | Tag::Dd) && tree.has_ancestor(id, |around| around == Tag::Figure) =>
        {
            tree.rename(id, Tag::Figcaption);
        }
        _ => {}
    }
    match tag {
        Tag::Img => pictures::img(tree, id, base),
        Tag::A => links::a(tree, id, base),
        Tag::Iframe | Tag::Video | Tag::Audio | Tag::Object | Tag::Embed => embeds::media(tree, id, tag, base),
        Tag::Blockquote | Tag::Q | Tag::Ins | Tag::Del => links::cite(tree, id, base),
        Tag::Picture => pictures::picture(tree, id),
        Tag::Noscript => pictures::noscript(tree, id),
        Tag::Table => pictures::captioned_table(tree, id),
        Tag::Tt => rename(tree, id, Tag::Code),
        Tag::Strike => rename(tree, id, Tag::S),
        Tag::Acronym => rename(tree, id, Tag::Abbr),
        Tag::Dir | Tag::Menu => rename(tree, id, Tag::Ul),
        Tag::Listing | Tag::Xmp | Tag::Plaintext => rename(tree, id, Tag::Pre),
        Tag::Article | Tag::Aside | Tag::Section | Tag::Header | Tag::Footer | Tag::Main | Tag::Nav | Tag::Center => {
            rename(tree, id, Tag::Div)
        }
        Tag::Address | Tag::Form | Tag::Fieldset | Tag::Dialog | Tag::Search | Tag::Hgroup | Tag::Marquee => {
            rename(tree, id, Tag::Div)
        }
        Tag::Textarea | Tag::Option | Tag::Optgroup => rename(tree, id, Tag::Div),
        Tag::Frameset | Tag::Frame => Fate::Go,
        _ if tag.is(SHOWN) => Fate::Stay,
        // A language or a direction keeps an element that would be nothing else.
        _ if [Name::Lang, Name::XmlLang, Name::Dir].iter().any(|name| tree.attribute(id, *name).is_some()) => {
            rename(tree, id, Tag::Span)
        }
        _ => Fate::Unwrap,
    }
}

fn rename(tree: &mut Tree<'_>, id: Id, to: Tag) -> Fate {
    tree.rename(id, to);
    Fate::Stay
}
