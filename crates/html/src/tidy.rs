//! The rules: what of an author's markup stays, what it becomes, and what goes.
//!
//! In this order: each element on its own ([`elements`]), then what stands together ([`shape`]), then the
//! leftovers of syndication at both ends ([`leftovers`]), last the headings ([`headings`]). Nothing here is about
//! safety: whatever these rules do, the gate looks at what was printed.

mod elements;
mod embeds;
mod figures;
mod headings;
mod leftovers;
mod links;
mod marks;
mod phrase;
mod pictures;
mod shape;

pub(crate) use elements::{make_safe, take_apart_drawings};
pub(crate) use pictures::pixels;

use crate::clean::Context;
use crate::tree::Tree;

/// Applies all rules, and gives the address where the post says that it was published first.
pub(crate) fn tidy(tree: &mut Tree<'_>, context: &Context<'_>) -> Option<String> {
    elements::each(tree, context.base);
    shape::arrange(tree);
    figures::drop_repeated_captions(tree);
    let canonical_hint = leftovers::lift(tree, context);
    headings::level(tree);
    canonical_hint
}
