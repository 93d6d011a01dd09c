//! Whether what an address gives is still the same source's: a lapsed domain, a server that mixes its sites up.
//!
//! Such posts would stand under a name that did not write them, so they are held back until an editor has looked. The
//! judgement is careful: a source that keeps a single post, link or text of its own is never held back, and neither is
//! one whose links have always gone all over the web.

use std::collections::HashMap;

use model::{Address, SourceId};
use store::KnownPost;

use crate::decide::Sighting;

/// How few posts tell nothing.
const FEWEST: usize = 3;

/// Which part of the posts must agree, in percent.
const NEARLY_ALL: usize = 80;

/// Whose posts a document holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Owner {
    /// The source's own, as far as can be told.
    Itself,
    /// Those of another source that is read here too.
    Source(SourceId),
    /// Those of this other site.
    Site(String),
}

/// What tells whose they are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Evidence<'a> {
    /// Where the source is polled.
    pub address: &'a Address,
    /// The links of the posts that it had so far, the newest first.
    pub links: &'a [String],
    /// Posts of other sources that share a key with what was read.
    pub elsewhere: &'a [KnownPost],
    /// What was read: none of it is known of this source.
    pub read: &'a [Sighting],
    /// Where that leads.
    pub read_links: &'a [&'a Address],
}

/// Judges whose posts were read, none of which is known of this source.
pub(crate) fn owner(evidence: &Evidence<'_>) -> Owner {
    if evidence.read.len() < FEWEST || evidence.links.len() < FEWEST {
        return Owner::Itself;
    }
    if let Some(source) = other_source(evidence) {
        return Owner::Source(source);
    }
    let homes = evidence.links.iter().filter_map(|link| Address::parse(link).ok()).map(|link| site(link.host()));
    let Some(home) = most(homes, evidence.links.len()) else { return Owner::Itself };
    let now = evidence.read_links.iter().map(|link| site(link.host()));
    match most(now, evidence.read.len()) {
        Some(now) if now != home && now != site(evidence.address.host()) => Owner::Site(now),
        _ => Owner::Itself,
    }
}

/// The one other source that has nearly all of these posts.
fn other_source(evidence: &Evidence<'_>) -> Option<SourceId> {
    let mut posts: HashMap<SourceId, usize> = HashMap::new();
    for sighting in evidence.read {
        let is_same = |known: &&KnownPost| {
            let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
            same(&known.keys.link, &sighting.keys.link) || same(&known.keys.text, &sighting.keys.text)
        };
        if let Some(known) = evidence.elsewhere.iter().find(is_same) {
            *posts.entry(known.source).or_default() += 1;
        }
    }
    let (source, count) = posts.into_iter().max_by_key(|(source, count)| (*count, *source))?;
    (count * 100 >= evidence.read.len() * NEARLY_ALL).then_some(source)
}

/// What nearly all of these are, of so many.
fn most(sites: impl Iterator<Item = String>, of: usize) -> Option<String> {
    let mut counts: HashMap<String, usize> = HashMap::new();
    sites.for_each(|site| *counts.entry(site).or_default() += 1);
    let (site, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (count * 100 >= of * NEARLY_ALL).then_some(site)
}

/// The part of a host's name that one owner registers, as nearly as can be told without a list of all registries: the
/// last two labels, or three under a country's own second level (`gov.uk`, `co.nz`).
///
/// On a platform (`ann.platform.example`) this takes neighbours for one site. Then nothing is held back, which is how it
/// was before; the list that would know better is long, and a new one is due every week.
fn site(host: &str) -> String {
    let labels: Vec<&str> = host.split('.').collect();
    let is_number = host.starts_with('[') || labels.iter().all(|label| label.bytes().all(|byte| byte.is_ascii_digit()));
    let kept = match labels.as_slice() {
        [.., second, country] if country.len() == 2 && second.len() <= 3 => 3,
        _ => 2,
    };
    if is_number || labels.len() <= kept { host.to_owned() } else { labels[labels.len() - kept..].join(".") }
}

#[cfg(test)]
mod tests {
    use model::{PostId, PostState, Time};
    use store::PostKeys;

    use super::*;

    fn sighting(link: &str) -> Sighting {
        Sighting { keys: PostKeys { link: Some(link.to_owned()), ..PostKeys::default() }, ..Sighting::default() }
    }

    fn known(source: i64, link: &str) -> KnownPost {
        KnownPost {
            id: PostId::new(1),
            source: SourceId::new(source),
            keys: PostKeys { link: Some(link.to_owned()), ..PostKeys::default() },
            link: None,
            title: String::new(),
            excerpt: String::new(),
            words: 1,
            claimed_at: None,
            first_seen: Time::from_millis(0),
            place: Time::from_millis(0),
            same_as: None,
            state: PostState::Shown,
            revision: 1,
        }
    }

    /// The owner of posts with the links `read`, at a source at `address` that had `links`, beside source 7, which has
    /// `elsewhere`. Links are written without their scheme.
    #[track_caller]
    fn check(address: &str, links: &[&str], elsewhere: &[&str], read: &[&str], meant: Owner) {
        let link = |written: &&str| Address::typed(written).unwrap();
        let had: Vec<String> = links.iter().map(|written| link(written).into()).collect();
        let elsewhere: Vec<KnownPost> = elsewhere.iter().map(|link| known(7, link)).collect();
        let sightings: Vec<Sighting> = read.iter().map(|link| sighting(link)).collect();
        let read_links: Vec<Address> = read.iter().map(link).collect();
        let evidence = Evidence {
            address: &link(&address),
            links: &had,
            elsewhere: &elsewhere,
            read: &sightings,
            read_links: &read_links.iter().collect::<Vec<_>>(),
        };
        assert_eq!(owner(&evidence), meant, "{read:?} at {address}");
    }

    #[test]
    fn whose_posts_an_address_gives() {
        let had = ["riverton.example/1", "riverton.example/2", "www.riverton.example/3"];
        let casino = ["casino.example/a", "casino.example/b", "casino.example/c"];
        let feed = "riverton.example/feed";
        check(feed, &had, &[], &casino, Owner::Site("casino.example".to_owned()));
        check("feeds.burner.example/riverton", &had, &[], &casino, Owner::Site("casino.example".to_owned()));
        check(feed, &had, &casino, &casino, Owner::Source(SourceId::new(7)));
        // Neighbours on one host, mixed up by their server.
        let ours = ["blogs.example/ann/1", "blogs.example/ann/2", "blogs.example/ann/3"];
        let theirs = ["blogs.example/bo/1", "blogs.example/bo/2", "blogs.example/bo/3"];
        check("blogs.example/ann/feed", &ours, &theirs, &theirs, Owner::Source(SourceId::new(7)));
        check("blogs.example/ann/feed", &ours, &theirs[..1], &theirs, Owner::Itself);
        // Its own site under another name, or posts that have all been replaced.
        let moved = ["blog.riverton.example/a", "blog.riverton.example/b", "riverton.example/c"];
        check(feed, &had, &[], &moved, Owner::Itself);
        // It has moved to the site where it is polled now.
        check("casino.example/feed", &had, &[], &casino, Owner::Itself);
        // A list of links to all the web never had a home, and has none now.
        let links = ["one.example/1", "two.example/2", "three.example/3", "four.example/4"];
        check(feed, &links, &[], &casino, Owner::Itself);
        check(feed, &had, &[], &links, Owner::Itself);
        // Too few to tell.
        check(feed, &had, &[], &casino[..2], Owner::Itself);
        check(feed, &had[..2], &[], &casino, Owner::Itself);
        check(feed, &[], &[], &casino, Owner::Itself);
    }

    #[test]
    fn the_part_of_a_name_that_one_owner_registers() {
        for (host, meant) in [
            ("riverton.example", "riverton.example"),
            ("www.blog.riverton.example", "riverton.example"),
            ("blog.riverton.gov.uk", "riverton.gov.uk"),
            ("gov.uk", "gov.uk"),
            ("a.b.co.nz", "b.co.nz"),
            ("blog.otterbank.de", "otterbank.de"),
            ("localhost", "localhost"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]", "[::1]"),
        ] {
            assert_eq!(site(host), meant);
        }
    }
}
