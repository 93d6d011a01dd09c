//! Headings under the post's own: the author's order kept, no level left out.

use crate::tag::{HEADING, Tag};
use crate::tree::{Id, ROOT, Tree};

/// A page has its name at level 1, and its parts at 2; a post's own headings start below.
const LEVELS: [Tag; 4] = [Tag::H3, Tag::H4, Tag::H5, Tag::H6];

/// Gives the highest level in use the first of our levels, the next one the next, and so on.
pub(crate) fn level(tree: &mut Tree<'_>) {
    let headings: Vec<Id> = tree.within(ROOT).filter(|at| tree.is(*at, HEADING)).collect();
    let mut used: Vec<u8> = headings.iter().filter_map(|id| tree.tag(*id)).map(|tag| tag as u8).collect();
    used.sort_unstable();
    used.dedup();
    for id in headings {
        let rank = tree.tag(id).and_then(|tag| used.iter().position(|level| *level == tag as u8)).unwrap_or_default();
        tree.rename(id, LEVELS[rank.min(LEVELS.len() - 1)]);
    }
}
