//! The one place that decides what a poll means: old state + what was read + now → what to do.

mod copies;
mod identity;
mod left;
mod place;

use model::{PostId, SourceId, Time};
use store::{KnownPost, LeftPost, PostKeys};

pub use copies::{Stands, WINDOW};
pub use place::sensible;

/// What was read of one post, as far as it matters here.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sighting {
    /// Its keys.
    pub keys: PostKeys,
    /// The key of the link that it names as its original's ("originally published at …").
    pub original: Option<String>,
    /// Its title, claimed or made from its first words.
    pub title: String,
    /// Its visible text.
    pub text: String,
    /// How many words the text has.
    pub words: u32,
    /// The date that it claims.
    pub claimed_at: Option<Time>,
    /// When it claims to have been changed last.
    pub updated_at: Option<Time>,
    /// Whether its link leads to the site of its own source.
    pub at_home: bool,
}

/// What is known before a document is looked at.
#[derive(Clone, Copy, Debug, Default)]
pub struct Old<'a> {
    /// The source that is read.
    pub source: Option<SourceId>,
    /// Whether this source has never been read before, so that all it holds is a backlog.
    pub first_read: bool,
    /// The posts of this source that share a key with one that was read.
    pub here: &'a [KnownPost],
    /// The posts of other sources that share a link, text or title key with one that was read.
    pub elsewhere: &'a [KnownPost],
    /// The posts of any source that left for good and share a link, text or title key with one that was read.
    pub left: &'a [LeftPost],
}

/// A post to add.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Add {
    /// Which of the sightings it is.
    pub at: usize,
    /// The keys to keep: without those that tell nothing in this feed.
    pub keys: PostKeys,
    /// The claimed date, if it makes sense.
    pub claimed_at: Option<Time>,
    /// Its place in the river, for good.
    pub place: Time,
    /// The post elsewhere that it is a copy of.
    pub same_as: Option<PostId>,
    /// Posts elsewhere that turn out to be copies of this one.
    pub copies: Vec<PostId>,
}

/// What to do with the posts of a document.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Decision {
    /// New posts; those that belong higher up come later.
    pub add: Vec<Add>,
    /// Posts that say something else now: which, by what sighting, with what keys.
    pub revise: Vec<(PostId, usize, PostKeys)>,
    /// Posts that say the same under another id or link.
    pub rekey: Vec<(PostId, usize, PostKeys)>,
    /// Posts that are there as they were.
    pub seen: Vec<PostId>,
    /// Which of the sightings are kept out, because they left for good.
    pub kept_out: Vec<usize>,
}

/// Decides what a document that was read `now` means.
pub fn decide(old: &Old<'_>, read: &[Sighting], now: Time) -> Decision {
    let mut decision = Decision::default();
    let mut new: Vec<(usize, PostKeys)> = vec![];
    for identity::Match { at, keys, known } in identity::identify(old.here, read) {
        match known {
            None if left::has_left(old, &read[at], &keys) => decision.kept_out.push(at),
            None => new.push((at, keys)),
            Some(known) if says_more_or_else(known, &read[at]) => decision.revise.push((known.id, at, keys)),
            Some(known) if (&known.keys.id, &known.keys.link) != (&keys.id, &keys.link) => {
                // What the old text was marked with stays with the old text.
                decision.rekey.push((known.id, at, PostKeys { id: keys.id, link: keys.link, ..known.keys.clone() }));
            }
            Some(known) => decision.seen.push(known.id),
        }
    }
    let sightings: Vec<&Sighting> = new.iter().map(|(at, _)| &read[*at]).collect();
    let places = place::places(old.first_read, &sightings, now);
    for ((at, keys), place) in new.into_iter().zip(places) {
        let (same_as, copies) = copies::among(old.elsewhere, &read[at], &keys, place.at, now);
        decision.add.push(Add { at, keys, claimed_at: place.claimed_at, place: place.at, same_as, copies });
    }
    // Equal places are told apart by number, so what stands first in the document gets the highest.
    let newest_first = place::is_newest_first(read);
    decision.add.sort_by_key(|add| {
        let rank = i64::try_from(add.at).unwrap_or(i64::MAX);
        (add.place, if newest_first { -rank } else { rank })
    });
    decision
}

/// Whether a reader would notice a difference that is more than a cut.
///
/// Some feeds carry their newest posts whole and the older ones as an excerpt; the whole text stays then.
fn says_more_or_else(known: &KnownPost, read: &Sighting) -> bool {
    if known.keys.body == read.keys.body {
        return false;
    }
    let is_cut = u64::from(read.words) * 2 < u64::from(known.words)
        && crate::keys::fold(&known.title) == crate::keys::fold(&read.title)
        && (read.words == 0 || crate::keys::nearly_same(&known.excerpt, &read.text));
    !is_cut
}

#[cfg(test)]
mod tests;
