//! Finds posts that nearly say what another source's says: under another title, with a few words changed, a line added, or
//! only its first sentences.
//!
//! A poll has made a sketch of each post's words, which is compared here, behind the polling, with those of the newest posts.
//! Where two are alike, their texts tell.

use std::collections::VecDeque;

use model::{PostId, PostState, SourceId, Time};
use search::Sketch;
use store::{KeptSketch, Post, Sketched, StoreError};

use crate::decide::{Stands, WINDOW};
use crate::poll::Crawler;

/// How many transactions' sketches are read at once.
const AT_ONCE: u32 = 50;
/// How many other posts of each source are looked at for what it says every time.
const BESIDE: u32 = 6;

/// The newest posts by their sketches, and how far those were followed. Every process has its own, and each finds what all have
/// brought: joining again what is joined changes nothing.
#[derive(Default)]
pub(crate) struct Lately {
    posts: search::Lately<Named>,
    /// Up to which number sketches were compared; `None` before the first time.
    followed: Option<i64>,
    /// How many posts are held by which number.
    held: VecDeque<(i64, usize)>,
}

/// What a sketch is of, with what tells whether another post may be a copy of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Named {
    post: PostId,
    source: SourceId,
    place: Time,
}

impl Lately {
    /// The number up to which sketches are no more held, and so need not be kept.
    fn forgotten(&mut self) -> i64 {
        let mut forgotten = 0;
        let mut count: usize = self.held.iter().map(|(_, count)| count).sum();
        while let Some((number, first)) = self.held.front().copied()
            && count - first >= search::Lately::<Named>::MOST
        {
            self.held.pop_front();
            (forgotten, count) = (number, count - first);
        }
        forgotten
    }
}

impl Crawler {
    /// The same as [`find_copies`](Self::find_copies), with a rest unless there is much to be compared.
    pub(crate) async fn find_more_copies(&self) -> Result<usize, StoreError> {
        let followed = self.find_copies().await?;
        Ok(if followed < AT_ONCE as usize { 0 } else { followed })
    }

    /// Looks which of the posts that came or were revised nearly say what another source's says, and joins them. Gives how many
    /// transactions' posts were compared.
    pub(crate) async fn find_copies(&self) -> Result<usize, StoreError> {
        let lately = &mut *self.lately.lock().await;
        let from = match lately.followed {
            Some(followed) => followed,
            None => self.store.sketches_followed().await?,
        };
        let sketched = self.store.sketches_after(from, AT_ONCE).await?;
        let Some(last) = sketched.last() else { return Ok(0) };
        if lately.followed.is_none() {
            self.recall(lately, from).await?;
            lately.followed = Some(from);
        }
        let mut found = vec![];
        for Sketched { number, posts } in &sketched {
            for (name, sketch) in posts.iter().filter_map(named) {
                let may_be = |other: &Named| {
                    let apart = other.place.since(name.place).max(name.place.since(other.place));
                    other.source != name.source && apart <= WINDOW
                };
                found.extend(self.copy_among(name.post, &lately.posts.near(&sketch, may_be)).await?);
                lately.posts.put(name, sketch);
            }
            lately.held.push_back((*number, posts.len()));
        }
        self.store.join_copies(&found, last.number, lately.forgotten(), self.clock.now()).await?;
        lately.followed = Some(last.number);
        Ok(sketched.len())
    }

    /// Takes in what was compared before this process began.
    async fn recall(&self, lately: &mut Lately, until: i64) -> Result<(), StoreError> {
        let mut after = 0;
        while after < until {
            let sketched = self.store.sketches_after(after, AT_ONCE).await?;
            for Sketched { number, posts } in sketched.iter().filter(|sketched| sketched.number <= until) {
                posts.iter().filter_map(named).for_each(|(name, sketch)| lately.posts.put(name, sketch));
                lately.held.push_back((*number, posts.len()));
            }
            let Some(last) = sketched.last() else { return Ok(()) };
            after = last.number;
        }
        Ok(())
    }

    /// The first of these that says what a post says, as a copy and its original.
    async fn copy_among(&self, id: PostId, near: &[Named]) -> Result<Option<(PostId, PostId)>, StoreError> {
        if near.is_empty() {
            return Ok(None);
        }
        let Some(post) = self.store.post(id).await? else { return Ok(None) };
        let text = text(&post);
        for other in near {
            let Some(other) = self.store.post(other.post).await? else { continue };
            if family(&post) == family(&other) {
                return Ok(None);
            }
            let other_text = self::text(&other);
            if search::is_copy(&text, &other_text, &[]) {
                let beside = self.beside(&post, &other).await?;
                let beside: Vec<&str> = beside.iter().map(String::as_str).collect();
                if search::is_copy(&text, &other_text, &beside) {
                    return Ok(copy_and_original(Teller::of(&post), Teller::of(&other)));
                }
            }
        }
        Ok(None)
    }

    /// The texts of other posts of the two sources.
    async fn beside(&self, one: &Post, other: &Post) -> Result<Vec<String>, StoreError> {
        let mut beside = self.store.posts_beside(one.card.id, BESIDE).await?;
        beside.extend(self.store.posts_beside(other.card.id, BESIDE).await?);
        Ok(self.store.bodies(&beside).await?.iter().map(|(_, cleaned)| plain(cleaned)).collect())
    }
}

fn named(kept: &KeptSketch) -> Option<(Named, Sketch)> {
    let name = Named { post: kept.post, source: kept.source, place: kept.place };
    Some((name, Sketch::from_bytes(&kept.bytes)?))
}

/// The post that all that say the same are copies of.
fn family(post: &Post) -> PostId {
    post.same_as.unwrap_or(post.card.id)
}

fn text(post: &Post) -> String {
    plain(post.cleaned.as_deref().unwrap_or_default())
}

fn plain(cleaned: &str) -> String {
    html::clean(cleaned, &html::Context::default()).text
}

/// One of two posts that say the same.
#[derive(Clone, Copy, Debug)]
struct Teller {
    post: PostId,
    stands: Stands,
    has_left: bool,
}

impl Teller {
    fn of(post: &Post) -> Self {
        let card = &post.card;
        let stands = Stands { same_as: post.same_as, claimed_at: card.claimed_at, first_seen: card.first_seen };
        Self { post: card.id, stands, has_left: post.state == PostState::Left }
    }
}

/// Which of two posts that say the same is the copy, and which the original; `None` where both have left.
///
/// As where a poll finds it: the original is who came first, unless the other one claims to be earlier and came within a day.
/// What left for good is the original, so that it comes back through no other source.
fn copy_and_original(one: Teller, other: Teller) -> Option<(PostId, PostId)> {
    let came = |teller: &Teller| (teller.stands.first_seen, teller.post);
    let (first, second) = if came(&one) <= came(&other) { (one, other) } else { (other, one) };
    let first_is_copy = match (first.has_left, second.has_left) {
        (true, true) => return None,
        (false, false) => first.stands.gives_way(second.stands.claimed_at, second.stands.first_seen),
        (_, second_has_left) => second_has_left,
    };
    Some(if first_is_copy { (first.post, second.post) } else { (second.post, first.post) })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// A post that claims and came so many hours after the beginning.
    fn told(post: i64, claimed: Option<u64>, came: u64) -> Teller {
        let hour = |hours: u64| Time::from_millis(1_790_000_000_000) + Duration::from_secs(hours * 3_600);
        let stands = Stands { same_as: None, claimed_at: claimed.map(hour), first_seen: hour(came) };
        Teller { post: PostId::new(post), stands, has_left: false }
    }

    #[track_caller]
    fn check(one: Teller, other: Teller, meant: Option<(i64, i64)>) {
        let meant = meant.map(|(copy, original)| (PostId::new(copy), PostId::new(original)));
        assert_eq!(copy_and_original(one, other), meant, "{one:?} {other:?}");
        assert_eq!(copy_and_original(other, one), meant, "{one:?} {other:?}");
    }

    #[test]
    fn who_came_first_is_the_original_or_who_claims_to_be() {
        check(told(1, Some(1), 5), told(2, Some(2), 6), Some((2, 1)));
        check(told(1, Some(2), 5), told(2, Some(1), 6), Some((1, 2)));
        check(told(1, Some(2), 5), told(2, None, 6), Some((2, 1)));
        check(told(1, None, 5), told(2, Some(1), 5), Some((2, 1)));
        // A day later readers have had it already.
        check(told(1, Some(2), 5), told(2, Some(1), 28), Some((1, 2)));
        check(told(1, Some(2), 5), told(2, Some(1), 29), Some((2, 1)));
        // What is a copy already gives way to nobody.
        let copy = Teller {
            stands: Stands { same_as: Some(PostId::new(9)), ..told(1, Some(2), 5).stands },
            ..told(1, None, 5)
        };
        check(copy, told(2, Some(1), 6), Some((2, 1)));
    }

    #[test]
    fn what_left_is_the_original() {
        let left = |teller: Teller| Teller { has_left: true, ..teller };
        check(left(told(1, Some(2), 5)), told(2, Some(1), 6), Some((2, 1)));
        check(told(1, Some(1), 5), left(told(2, Some(2), 6)), Some((1, 2)));
        check(left(told(1, Some(1), 5)), left(told(2, Some(2), 6)), None);
    }
}
