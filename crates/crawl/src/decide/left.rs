//! What left for good stays away, whichever source carries it: a right to leave holds.

use store::{LeftPost, PostKeys};

use super::identity::{resembles, same_day};
use super::{Old, Sighting};

/// Whether a new post is one that left.
///
/// By its link, if it says the same or next to nothing of its own (who writes about a post that left says something
/// else); or by its words. What its own site publishes is not silenced because a copy of it left elsewhere.
pub(super) fn has_left(old: &Old<'_>, read: &Sighting, keys: &PostKeys) -> bool {
    old.left.iter().any(|left| is_same(old, left, read, keys))
}

fn is_same(old: &Old<'_>, left: &LeftPost, read: &Sighting, keys: &PostKeys) -> bool {
    const WORDS_THAT_TELL: u32 = 20;
    if read.at_home && !left.at_home {
        return false;
    }
    let left = &left.post;
    let is_here = old.source == Some(left.source);
    let equal = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
    let same_words = equal(&left.keys.text, &keys.text) || resembles(left, read);
    if equal(&left.keys.link, &keys.link) || equal(&left.keys.link, &read.original) {
        return same_words || (!is_here && read.words < WORDS_THAT_TELL);
    }
    let says_enough = read.words >= WORDS_THAT_TELL && left.words >= WORDS_THAT_TELL;
    // A source may say the same on two days, of which only one is to go.
    says_enough
        && (equal(&left.keys.text, &keys.text) || equal(&left.keys.title, &keys.title) && same_words)
        && (!is_here || same_day(left, read))
}
