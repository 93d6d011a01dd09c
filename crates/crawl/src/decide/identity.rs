//! Which post is which: within one document, and between the document and the store.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use model::PostId;

use store::{KnownPost, PostKeys};

use super::Sighting;
use crate::keys::{fold, nearly_same};

/// One post of a document and what is known of it.
pub(super) struct Match<'a> {
    /// Which sighting.
    pub at: usize,
    /// Its keys, without those that tell nothing in this document.
    pub keys: PostKeys,
    /// The same post in the store.
    pub known: Option<&'a KnownPost>,
}

/// Finds each post once, in the order of the document, with what is known of it.
///
/// A post is known by its id, then its link, then its words. An id or a link that several different posts of a
/// document carry tells nothing, and neither does an id that has been given to a different post.
pub(super) fn identify<'a>(here: &'a [KnownPost], read: &[Sighting]) -> Vec<Match<'a>> {
    let mut posts = distinct(read);
    let mut known: Vec<Option<&KnownPost>> = vec![None; posts.len()];
    let mut taken: HashSet<PostId> = HashSet::new();
    let ids: HashSet<String> = posts.iter().filter_map(|(_, keys)| keys.id.clone()).collect();
    let links: HashSet<String> = posts.iter().filter_map(|(_, keys)| keys.link.clone()).collect();
    let all_ids_changed =
        !ids.is_empty() && here.iter().all(|known| known.keys.id.as_ref().is_none_or(|id| !ids.contains(id)));

    let by_id = index(here, |keys| keys.id.as_ref());
    for (post, (at, keys)) in posts.iter_mut().enumerate() {
        for candidate in find(&by_id, keys.id.as_ref()) {
            if is_reused(candidate, &read[*at]) {
                keys.id = None;
            } else if taken.insert(candidate.id) {
                known[post] = Some(candidate);
                break;
            }
        }
    }
    let by_link = index(here, |keys| keys.link.as_ref());
    let by_text = index(here, |keys| keys.text.as_ref());
    let moved_on = |candidate: &KnownPost| candidate.keys.id.as_ref().is_none_or(|id| !ids.contains(id));
    for (post, (at, keys)) in posts.iter().enumerate().filter(|(post, _)| known[*post].is_none()).collect::<Vec<_>>() {
        let read = &read[*at];
        let same_link = find(&by_link, keys.link.as_ref()).find(|candidate| {
            let no_ids = keys.id.is_none() || candidate.keys.id.is_none();
            !taken.contains(&candidate.id) && moved_on(candidate) && (no_ids || resembles(candidate, read))
        });
        known[post] = same_link.filter(|candidate| taken.insert(candidate.id));
    }
    for (post, (at, keys)) in posts.iter().enumerate().filter(|(post, _)| known[*post].is_none()).collect::<Vec<_>>() {
        let same_text = find(&by_text, keys.text.as_ref()).find(|candidate| {
            let still_there = candidate.keys.link.as_ref().is_some_and(|link| links.contains(link))
                && candidate.keys.link != keys.link;
            !taken.contains(&candidate.id)
                && moved_on(candidate)
                && !still_there
                && (all_ids_changed
                    || has_no_name(keys)
                    || has_no_name(&candidate.keys)
                    || same_day(candidate, &read[*at]))
        });
        known[post] = same_text.filter(|candidate| taken.insert(candidate.id));
    }
    posts.into_iter().zip(known).map(|((at, keys), known)| Match { at, keys, known }).collect()
}

/// Each post of a document once, with the keys that tell it from the others.
fn distinct(read: &[Sighting]) -> Vec<(usize, PostKeys)> {
    let mut kept: Vec<usize> = vec![];
    let mut by_key: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for (at, post) in read.iter().enumerate() {
        let names = [("id", &post.keys.id), ("link", &post.keys.link), ("text", &post.keys.text)];
        let earlier = names.iter().find_map(|(kind, key)| {
            let same_key = by_key.get(&(*kind, key.as_deref()?))?;
            same_key.iter().copied().find(|earlier| is_repeated(kind, &read[*earlier], post))
        });
        match earlier {
            Some(earlier) if post.updated_at > read[earlier].updated_at => {
                let place = kept.iter().position(|kept| *kept == earlier).expect("only kept posts are in the index");
                kept[place] = at;
                for same_key in by_key.values_mut() {
                    same_key.iter_mut().filter(|kept| **kept == earlier).for_each(|kept| *kept = at);
                }
            }
            Some(_) => {}
            None => {
                kept.push(at);
                for (kind, key) in names {
                    if let Some(key) = key {
                        by_key.entry((kind, key)).or_default().push(at);
                    }
                }
            }
        }
    }
    let is_shared = |kind, key: &Option<String>| {
        key.as_deref().and_then(|key| by_key.get(&(kind, key))).is_some_and(|posts| posts.len() > 1)
    };
    let keys = |at: usize| {
        let keys = &read[at].keys;
        PostKeys {
            id: keys.id.clone().filter(|_| !is_shared("id", &keys.id)),
            link: keys.link.clone().filter(|_| !is_shared("link", &keys.link)),
            ..keys.clone()
        }
    };
    kept.into_iter().map(|at| (at, keys(at))).collect()
}

/// Whether two entries of one document that share a key are one post given twice.
fn is_repeated(kind: &str, one: &Sighting, other: &Sighting) -> bool {
    let same_text = one.keys.text == other.keys.text;
    let same_link = one.keys.link == other.keys.link;
    match kind {
        "id" if are_two_posts(one, other) => false,
        "id" => same_text || (same_link && one.keys.link.is_some()) || fold(&one.title) == fold(&other.title),
        "link" => same_text,
        _ => has_no_name(&one.keys) || has_no_name(&other.keys),
    }
}

/// Whether two entries with one id say different things at different times: software that gives an id twice, or a page
/// that is announced twice. Entries that tell when they were changed are versions of one post (RFC 4287 §4.1.1).
fn are_two_posts(one: &Sighting, other: &Sighting) -> bool {
    let are_versions = one.updated_at.is_some() || other.updated_at.is_some();
    let differ = one.claimed_at.is_some() && other.claimed_at.is_some() && one.claimed_at != other.claimed_at;
    !are_versions && differ && one.keys.text != other.keys.text && !nearly_same(&one.text, &other.text)
}

/// Whether an id that named one post now names quite another: nothing but the id is as it was.
fn is_reused(known: &KnownPost, read: &Sighting) -> bool {
    let same_link = match (&known.keys.link, &read.keys.link) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    };
    !same_link && !resembles(known, read)
}

/// Whether two posts say the same, or one of them the beginning of the other.
pub(super) fn resembles(known: &KnownPost, read: &Sighting) -> bool {
    known.keys.text == read.keys.text
        || fold(&known.title) == fold(&read.title)
        || nearly_same(&known.excerpt, &read.text)
}

fn has_no_name(keys: &PostKeys) -> bool {
    keys.id.is_none() && keys.link.is_none()
}

/// Whether two posts with the same words may be one by their dates; two of "Good morning" on two days are two.
pub(super) fn same_day(known: &KnownPost, read: &Sighting) -> bool {
    const APART: Duration = Duration::from_secs(36 * 3_600);
    const WORDS_THAT_TELL: u32 = 8;
    match (known.claimed_at, read.claimed_at) {
        (Some(one), Some(other)) => one.since(other).max(other.since(one)) <= APART,
        _ => read.words >= WORDS_THAT_TELL,
    }
}

type Index<'a> = HashMap<&'a str, Vec<&'a KnownPost>>;

fn index<'a>(here: &'a [KnownPost], key: impl Fn(&'a PostKeys) -> Option<&'a String>) -> Index<'a> {
    let mut index = Index::new();
    for known in here {
        if let Some(key) = key(&known.keys) {
            index.entry(key).or_default().push(known);
        }
    }
    index
}

fn find<'a, 'i>(index: &'i Index<'a>, key: Option<&String>) -> impl Iterator<Item = &'a KnownPost> + use<'a, 'i> {
    key.and_then(|key| index.get(key.as_str())).into_iter().flatten().copied()
}
