//! A post's place in the river: what it claims or when it was first seen, whichever is earlier, set once.

use std::time::Duration;

use model::Time;

use super::Sighting;

const DAY: Duration = Duration::from_secs(86_400);

/// How far back posts without dates may go, all together.
const FURTHEST_BACK: Duration = Duration::from_secs(730 * 86_400);

/// The first web page: 1991-08-06. Nothing on the web is older, whatever it claims.
const FIRST_PAGE: Time = Time::from_millis(681_436_800_000);

/// New posts without dates in one later read, above which they are a backlog too.
const MOST_AT_ONCE: usize = 20;

/// How many posts must share one instant before it is taken for the feed's and not theirs.
const FEWEST_STAMPED: usize = 5;

/// Where a post goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// Its place.
    pub at: Time,
    /// The date that it claims, if that makes sense.
    pub claimed_at: Option<Time>,
}

/// The places of the new posts of one document, in its order.
///
/// Posts with a date go where they say, so the backlog of a new source goes down the river by itself. Posts without
/// one go to now, except in a backlog: there each goes just above the next older one that has a date; where no older
/// one has, they go down a day at a time from the one before, or less where they are so many that they would end more than
/// two years back, so that no day is flooded and their order is kept.
pub(super) fn places(first_read: bool, posts: &[&Sighting], now: Time) -> Vec<Place> {
    let mut claims: Vec<Option<Time>> = posts.iter().map(|post| sensible(post.claimed_at, now)).collect();
    if (first_read || posts.len() > MOST_AT_ONCE) && is_stamped(&claims, now) {
        claims.fill(None);
    }
    let undated = claims.iter().filter(|claim| claim.is_none()).count();
    let is_backlog = first_read || undated > MOST_AT_ONCE;
    let mut places: Vec<Place> =
        claims.iter().map(|claim| Place { at: claim.unwrap_or(now), claimed_at: *claim }).collect();
    if is_backlog && undated > 0 {
        let newest_first = is_newest_first_by(&claims);
        if !newest_first {
            places.reverse();
        }
        lower_undated(&mut places, now);
        if !newest_first {
            places.reverse();
        }
    }
    places
}

/// Gives places to the undated ones, the newest post being the first.
fn lower_undated(places: &mut [Place], now: Time) {
    let undated = places.iter().filter(|place| place.claimed_at.is_none()).count();
    let step = DAY.min(FURTHEST_BACK / u32::try_from(undated).unwrap_or(u32::MAX).max(1));
    let mut above: Option<Time> = None;
    for at in 0..places.len() {
        if places[at].claimed_at.is_none() {
            let rest = &places[at..];
            let older = rest.iter().zip(0_u64..).find_map(|(place, steps)| Some((place.claimed_at?, steps)));
            places[at].at = match (older, above) {
                (Some((older, steps)), _) => older + Duration::from_millis(steps),
                (None, Some(above)) => above - step,
                (None, None) => now,
            }
            .min(now);
        }
        above = Some(places[at].at);
    }
}

/// A claimed date that can be true: since there is a web, and no later than now. A day ahead is a matter of zones and
/// means now; anything beyond is an event's date or a mistake.
pub fn sensible(claimed: Option<Time>, now: Time) -> Option<Time> {
    claimed.filter(|claimed| (FIRST_PAGE..=now + DAY).contains(claimed)).map(|claimed| claimed.min(now))
}

/// Whether the one date that all posts share is that of a rebuild a moment ago.
fn is_stamped(claims: &[Option<Time>], now: Time) -> bool {
    claims.len() >= FEWEST_STAMPED
        && claims[0].is_some_and(|first| now.since(first) < DAY * 2)
        && claims.iter().all(|claim| *claim == claims[0])
}

/// Whether a document lists its newest post first, as nearly all do.
pub(super) fn is_newest_first(posts: &[Sighting]) -> bool {
    is_newest_first_by(&posts.iter().map(|post| post.claimed_at).collect::<Vec<_>>())
}

fn is_newest_first_by(claims: &[Option<Time>]) -> bool {
    let dated: Vec<Time> = claims.iter().flatten().copied().collect();
    let falls = dated.windows(2).filter(|pair| pair[0] > pair[1]).count();
    let rises = dated.windows(2).filter(|pair| pair[0] < pair[1]).count();
    falls >= rises
}
