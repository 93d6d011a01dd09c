//! Figures: one caption, said once, under something to look at.

use super::links::is_blank;
use super::phrase::{folded, same_words};
use crate::attribute::Name;
use crate::tag::{BLOCK, HEADING, Tag};
use crate::tree::{Id, ROOT, Tree};

/// Brings a figure into shape. One without anything to look at is only its words: they are given back as a division.
pub(crate) fn figure(tree: &mut Tree<'_>, id: Id) -> Option<Id> {
    let caption = one_caption(tree, id);
    unwrap_picture_paragraphs(tree, id);
    let content: Vec<Id> = tree.children(id).filter(|at| Some(*at) != caption).collect();
    for child in &content {
        if tree.text_of(*child).is_some_and(is_blank) || tree.has_tag(*child, Tag::Br) {
            tree.detach(*child);
        }
    }
    let to_look_at = tree.within(id).any(|at| {
        matches!(tree.tag(at), Some(Tag::Img | Tag::Table | Tag::Pre | Tag::Blockquote | Tag::A | Tag::Code))
            && caption.is_none_or(|caption| at != caption && !is_within(tree, at, caption))
    });
    if !to_look_at {
        caption.into_iter().for_each(|caption| tree.rename(caption, Tag::Div));
        tree.unwrap(id);
        return caption;
    }
    say_once(tree, id, caption?);
    None
}

/// Joins all captions into one, at the start if it stands there, else at the end; `None` where there is none.
fn one_caption(tree: &mut Tree<'_>, id: Id) -> Option<Id> {
    let captions: Vec<Id> = tree.within(id).filter(|at| tree.has_tag(*at, Tag::Figcaption)).collect();
    let (first, others) = captions.split_first()?;
    let words = folded(tree, *first);
    // HTML wants a caption first or last.
    if tree.first(id) != Some(*first) {
        tree.detach(*first);
        tree.append(id, *first);
    }
    for other in others {
        let repeats = same_words(&folded(tree, *other), &words);
        tree.detach(*other);
        if !repeats {
            let line_end = tree.element(Tag::Br);
            tree.append(*first, line_end);
            tree.move_children(*other, *first);
        }
    }
    if words.is_empty() && tree.first(*first).is_none() {
        tree.detach(*first);
        return None;
    }
    Some(*first)
}

/// A paragraph around nothing but pictures has no work to do in a figure.
fn unwrap_picture_paragraphs(tree: &mut Tree<'_>, id: Id) {
    let paragraphs: Vec<Id> = tree.children(id).filter(|at| tree.has_tag(*at, Tag::P)).collect();
    for paragraph in paragraphs {
        let has_words = tree.within(paragraph).any(|at| tree.text_of(at).is_some_and(|text| !is_blank(text)));
        let has_blocks = tree.within(paragraph).skip(1).any(|at| tree.is(at, BLOCK));
        if !has_words && !has_blocks {
            tree.unwrap(paragraph);
        }
    }
}

/// A caption that the alternative text repeats is said only as the caption.
fn say_once(tree: &mut Tree<'_>, id: Id, caption: Id) {
    let words = folded(tree, caption);
    let pictures: Vec<Id> = tree.within(id).filter(|at| tree.has_tag(*at, Tag::Img)).collect();
    for picture in pictures {
        let repeats = tree.attribute(picture, Name::Alt).is_some_and(|alt| same_words(alt, &words));
        if repeats && !names_something(tree, picture) {
            tree.set_attribute(picture, Name::Alt, "");
        }
    }
}

/// Takes out paragraphs that say again what the caption before them says.
pub(crate) fn drop_repeated_captions(tree: &mut Tree<'_>) {
    let captions: Vec<Id> = tree.within(ROOT).filter(|at| tree.has_tag(*at, Tag::Figcaption)).collect();
    for caption in captions {
        let words = folded(tree, caption);
        while let Some(next) = tree.parent(caption).and_then(|figure| tree.next(figure))
            && tree.has_tag(next, Tag::P)
            && same_words(&folded(tree, next), &words)
        {
            tree.detach(next);
        }
    }
}

/// Whether it may be all that a link or a heading says.
fn names_something(tree: &Tree<'_>, picture: Id) -> bool {
    tree.has_ancestor(picture, |around| around == Tag::A || around.is(HEADING))
}

fn is_within(tree: &Tree<'_>, id: Id, around: Id) -> bool {
    std::iter::successors(Some(id), |at| tree.parent(*at)).any(|at| at == around)
}
