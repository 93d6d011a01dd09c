//! The same article from two sources: one post in the river, "also at" the other.

use std::time::Duration;

use model::{PostId, Time};

use store::{KnownPost, PostKeys};

use super::Sighting;
use crate::keys::nearly_same;

/// Equal words in posts further apart than this are a coincidence or a habit ("Office closed for the holidays").
pub const WINDOW: Duration = Duration::from_secs(30 * 86_400);

/// How long a copy may stand in the river before it keeps its place although an earlier original turns up.
///
/// Within this time the order of two first polls is chance; after it, readers and feeds have the post already.
const SETTLES: Duration = Duration::from_secs(86_400);

/// The post that this one is a copy of, or the posts that are copies of it.
pub(super) fn among(
    elsewhere: &[KnownPost],
    read: &Sighting,
    keys: &PostKeys,
    place: Time,
    now: Time,
) -> (Option<PostId>, Vec<PostId>) {
    let same: Vec<&KnownPost> = elsewhere.iter().filter(|known| is_same(known, read, keys, place)).collect();
    let is_later = |known: &&&KnownPost| {
        let known = Stands { same_as: known.same_as, claimed_at: known.claimed_at, first_seen: known.first_seen };
        known.gives_way(read.claimed_at, now)
    };
    let names_an_original = read.original.is_some();
    let original = same.iter().filter(|known| names_an_original || !is_later(known)).min_by_key(|known| known.place);
    match original {
        Some(known) => (Some(known.same_as.unwrap_or(known.id)), vec![]),
        None => (None, same.iter().map(|known| known.id).collect()),
    }
}

/// How a post stands when another one turns up that says the same.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stands {
    /// The post that it is a copy of.
    pub same_as: Option<PostId>,
    /// The date that it claims.
    pub claimed_at: Option<Time>,
    /// When it was first seen.
    pub first_seen: Time,
}

impl Stands {
    /// Whether it becomes a copy of one that claims a date and turns up now, instead of that one a copy of it.
    pub fn gives_way(&self, claimed_at: Option<Time>, now: Time) -> bool {
        let claims_later = match (self.claimed_at, claimed_at) {
            (Some(theirs), Some(ours)) => ours < theirs,
            _ => false,
        };
        self.same_as.is_none() && claims_later && now.since(self.first_seen) < SETTLES
    }
}

/// By canonical link if the words agree at all (a link blog points at articles that it only talks about), else by
/// nearly the same words within the window.
fn is_same(known: &KnownPost, read: &Sighting, keys: &PostKeys, place: Time) -> bool {
    const WORDS_THAT_TELL: u32 = 20;
    let equal = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
    let same_link = equal(&known.keys.link, &keys.link) || equal(&known.keys.link, &read.original);
    let same_title = equal(&known.keys.title, &keys.title);
    let same_text = equal(&known.keys.text, &keys.text);
    if same_link && (same_title || same_text) {
        return true;
    }
    let is_near = place.since(known.place).max(known.place.since(place)) <= WINDOW;
    let says_enough = read.words >= WORDS_THAT_TELL && known.words >= WORDS_THAT_TELL;
    if !(same_link || is_near && says_enough) {
        return false;
    }
    same_text || (same_link || same_title) && nearly_same(&known.excerpt, &read.text)
}
