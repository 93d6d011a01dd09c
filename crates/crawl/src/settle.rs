//! From what was seen at a source to what the store is to do.

use model::{Address, Dice, Outcome, Time};
use store::{
    Intents, KnownPost, LeftPost, NewPost, PollState, PostKeys, Rekeyed, Revised, SourceClaims, SourceRecord, Store,
    StoreError,
};

use crate::another::{self, Evidence, Owner};
use crate::decide::{self, Decision, Old, Sighting};
use crate::look::{Said, Seen};
use crate::pace::{self, FeedWishes, Look, Move, Next, Rhythm, Wishes};
use crate::read::{Claims, ReadFeed, ReadPost};
use crate::{hub, name, round};

/// What the store knows about the posts of a feed, here and elsewhere.
#[derive(Default)]
pub(crate) struct Knowledge {
    here: Vec<KnownPost>,
    elsewhere: Vec<KnownPost>,
    left: Vec<LeftPost>,
    /// Whose posts were read, in words, where they are not the source's.
    another: Option<String>,
}

impl Knowledge {
    /// Whether the posts are the source's own, as far as can be told.
    pub fn are_its_own(&self) -> bool {
        self.another.is_none()
    }
}

/// Asks the store what it knows about the posts that were seen.
pub(crate) async fn knowledge(
    store: &Store,
    source: &SourceRecord,
    seen: &Seen,
    now: Time,
) -> Result<Knowledge, StoreError> {
    let Said::Feed { feed, .. } = &seen.said else { return Ok(Knowledge::default()) };
    // The window lies around each post's own place, which may be long ago; one without a date may go anywhere at first.
    let first_read = source.poll.last_ok.is_none();
    let oldest = feed.sightings.iter().map(|sighting| match decide::sensible(sighting.claimed_at, now) {
        None if first_read => Time::MIN,
        claimed => claimed.unwrap_or(now),
    });
    let since = oldest.min().unwrap_or(now) - decide::WINDOW;
    let keys: Vec<PostKeys> = feed.sightings.iter().flat_map(keys_to_find).collect();
    let here = store.known_posts(source.id, &keys).await?;
    let elsewhere = store.posts_elsewhere(source.id, &keys, since).await?;
    let left = store.left_posts(&keys).await?;
    let another = if first_read || is_accepted(source) || has_known(&here, &feed.sightings) {
        None
    } else {
        another(store, source, feed, &elsewhere).await?
    };
    Ok(Knowledge { here, elsewhere, left, another })
}

/// Whether any of the posts is known of this source by more than its number: ids such as “1” are everybody's.
fn has_known(here: &[KnownPost], read: &[Sighting]) -> bool {
    let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
    here.iter().any(|known| {
        let known = &known.keys;
        read.iter().map(|sighting| &sighting.keys).any(|keys| {
            same(&known.link, &keys.link) || same(&known.text, &keys.text) || same(&known.title, &keys.title)
        })
    })
}

/// Whether an editor has said that what has been held back is the source's own.
fn is_accepted(source: &SourceRecord) -> bool {
    source.accepted.zip(source.poll.failing_since).is_some_and(|(accepted, failing)| accepted >= failing)
}

/// Whose posts were read, in words, if they are another's.
async fn another(
    store: &Store,
    source: &SourceRecord,
    feed: &ReadFeed,
    elsewhere: &[KnownPost],
) -> Result<Option<String>, StoreError> {
    const LINKS: u32 = 20;
    let links = store.links_of(source.id, LINKS).await?;
    let read_links: Vec<&Address> = feed.posts.iter().filter_map(|post| post.link.as_ref()).collect();
    let evidence =
        Evidence { address: &source.address, links: &links, elsewhere, read: &feed.sightings, read_links: &read_links };
    Ok(match another::owner(&evidence) {
        Owner::Itself => None,
        Owner::Site(site) => Some(format!("posts of {site}")),
        Owner::Source(id) => {
            let other = store.source(id).await?;
            Some(other.map_or("another source’s posts".to_owned(), |other| format!("the posts of {}", other.name)))
        }
    })
}

/// A sighting's own keys, and those of the original that it names.
fn keys_to_find(sighting: &Sighting) -> impl Iterator<Item = PostKeys> {
    let original = sighting.original.clone().map(|link| PostKeys { link: Some(link), ..PostKeys::default() });
    std::iter::once(sighting.keys.clone()).chain(original)
}

/// All that one look means.
///
/// `choose` names the instant of the next look among those that the decision leaves open.
pub(crate) fn settle(
    source: &SourceRecord,
    seen: Seen,
    known: &Knowledge,
    now: Time,
    choose: impl FnOnce(&Next) -> Time,
) -> Intents {
    let seen = match &known.another {
        Some(whose) => held_back(source, seen, whose),
        None => seen,
    };
    let mut intents = Intents::quiet(source.id, source.poll.clone());
    let (mut outcome, mut message) = (Outcome::Unchanged, None);
    let mut asked = source.poll.asked.as_deref().and_then(|asked| serde_json::from_str::<FeedWishes>(asked).ok());
    let mut document = source.poll.body_hash.clone();
    let mut dates = vec![];
    match seen.said {
        Said::Unchanged => {}
        Said::Nothing { outcome: failure, message: words } => {
            (outcome, message) = (failure, Some(words));
            intents.retire = failure == Outcome::Gone;
        }
        Said::Feed { feed, document: key } => {
            intents.hub = hub::named(&seen.links, &feed, &source.address);
            asked = Some(feed.wishes.clone()).filter(|wishes| *wishes != FeedWishes::default());
            message.clone_from(&feed.complaint);
            document = Some(key);
            dates = feed.sightings.iter().map(|sighting| decide::sensible(sighting.claimed_at, now)).collect();
            let is_new = add_posts(&mut intents, source, *feed, known, seen.led_to.as_ref(), now);
            outcome = if is_new { Outcome::New } else { Outcome::Unchanged };
        }
    }
    let noted = source.poll.moved_to.as_ref().zip(source.poll.moved_since);
    let (moved_to, moved_since, move_to) = match pace::judge_move(noted, seen.moved_to.as_ref(), now) {
        // A look that failed says nothing about a move.
        _ if !outcome.is_good() => (source.poll.moved_to.clone(), source.poll.moved_since, None),
        Move::Stays => (None, None, seen.led_to),
        Move::Noted(to, since) => (Some(to), Some(since), None),
        Move::Settled(to) => (None, None, Some(to)),
    };
    intents.move_to = move_to;
    let failures = if outcome.is_good() { 0 } else { source.poll.failures.saturating_add(1) };
    let asked_in_store = asked.as_ref().map(|asked| serde_json::to_string(asked).expect("numbers are always JSON"));
    let wishes = Wishes { feed: asked.unwrap_or_default(), ..seen.wishes };
    let rhythm = rhythm(source, &dates, &intents, now);
    let look = Look {
        outcome,
        failures,
        is_first: source.poll.last_ok.is_none(),
        has_validators: !seen.validators.is_empty(),
        wishes: &wishes,
        pace: source.pace,
        is_told: source.told_until.is_some_and(|until| until > now),
        rhythm: &rhythm,
        spread: spread(&source.address),
    };
    let next = pace::next_poll(now, &look);
    let next_reason = next.why.in_words(&rhythm, now);
    intents.poll = PollState {
        etag: seen.validators.etag,
        last_modified: seen.validators.last_modified,
        validators_for: seen.validators.of.map(String::from),
        body_hash: document,
        asked: asked_in_store,
        next_poll: choose(&next),
        last_polled: Some(now),
        last_answer: Some(outcome),
        last_status: seen.status,
        last_message: message,
        last_ok: if outcome.is_good() { Some(now) } else { source.poll.last_ok },
        last_new: if outcome == Outcome::New { Some(now) } else { source.poll.last_new },
        failing_since: (!outcome.is_good()).then(|| source.poll.failing_since.unwrap_or(now)),
        failures,
        moved_to,
        moved_since,
        wish_until: wish_until(&next, &wishes),
        wish_reason: wish_until(&next, &wishes).map(|_| next_reason.clone()),
        next_reason: Some(next_reason),
        document_bytes: seen.bytes.or(source.poll.document_bytes),
        rhythm: Some(rhythm.to_bytes()),
    };
    intents
}

/// When it publishes, after what this look brought: a first document tells by all its dates, a later one by new posts.
pub(crate) fn rhythm(source: &SourceRecord, dates: &[Option<Time>], intents: &Intents, now: Time) -> Rhythm {
    let kept = source.poll.rhythm.as_deref().and_then(Rhythm::from_bytes);
    let mut rhythm = kept.unwrap_or_else(|| Rhythm::unknown(now));
    if !rhythm.is_known() {
        rhythm = rhythm.learn(dates.iter().copied(), None, now);
    }
    rhythm.learn(intents.add.iter().map(|post| post.claimed_at), source.poll.last_ok, now)
}

/// What was seen, without what is not the source's: the next look is as if this one had not been.
fn held_back(source: &SourceRecord, seen: Seen, whose: &str) -> Seen {
    let message = format!("answers with {whose}, and with none of its own");
    Seen {
        said: Said::Nothing { outcome: Outcome::AnotherSite, message },
        validators: round::before(source).validators,
        led_to: None,
        ..seen
    }
}

/// A look that told nothing of the source, because we could reach nobody: it counts for nothing.
pub(crate) fn settle_ours(source: &SourceRecord, now: Time, dice: &Dice) -> Intents {
    let poll = PollState {
        next_poll: now + pace::HOUR.mul_f64(1.0 + dice.fraction()),
        next_reason: Some("we could reach nobody at the last look".to_owned()),
        ..source.poll.clone()
    };
    Intents::quiet(source.id, poll)
}

/// A look that is put off, because the host asked us to wait with all that is on it.
pub(crate) fn settle_wait(source: &SourceRecord, until: Time, dice: &Dice) -> Intents {
    const REASON: &str = "several feeds of its host were told to wait";
    let poll = PollState {
        next_poll: until + pace::HOUR.mul_f64(dice.fraction()),
        wish_until: Some(until),
        wish_reason: Some(REASON.to_owned()),
        next_reason: Some(REASON.to_owned()),
        ..source.poll.clone()
    };
    Intents::quiet(source.id, poll)
}

/// Until when it asked us to wait, where a wish decided.
fn wish_until(next: &Next, wishes: &Wishes) -> Option<Time> {
    match next.why {
        pace::Why::RetryAfter => wishes.not_before,
        pace::Why::Fresh | pace::Why::Skipped => Some(next.at),
        _ => None,
    }
}

/// A number that stays with a source.
pub(crate) fn spread(address: &Address) -> u64 {
    u64::from_str_radix(&model::key_of_bytes(address.as_str().as_bytes())[..16], 16)
        .expect("a key is made of hex digits")
}

/// Whether anything is new or revised.
pub(crate) fn add_posts(
    intents: &mut Intents,
    source: &SourceRecord,
    feed: ReadFeed,
    known: &Knowledge,
    led_to: Option<&Address>,
    now: Time,
) -> bool {
    let old = Old {
        source: Some(source.id),
        first_read: source.poll.last_ok.is_none(),
        here: &known.here,
        elsewhere: &known.elsewhere,
        left: &known.left,
    };
    let Decision { add, revise, rekey, seen, kept_out } = decide::decide(&old, &feed.sightings, now);
    // A source that was given by its page and led to its feed keeps that page as its site.
    let known_site = source.claims.site.as_deref().and_then(|site| Address::parse(site).ok());
    let page = led_to.map(|_| &source.address).or(known_site.as_ref());
    intents.claims = Some(source_claims(source.listed_name.as_deref(), &source.address, page, feed.claims));
    let mut read: Vec<Option<(Sighting, ReadPost)>> = feed.sightings.into_iter().zip(feed.posts).map(Some).collect();
    let mut take = |at: usize| read[at].take().expect("each sighting is decided upon once");
    for add in add {
        let (sighting, post) = take(add.at);
        intents.copies.extend(add.copies.into_iter().map(|copy| (copy, intents.add.len())));
        let claimed = Sighting { claimed_at: add.claimed_at, ..sighting };
        intents.add.push(NewPost { same_as: add.same_as, ..new_post(claimed, post, add.keys, add.place) });
    }
    for (id, at, keys) in revise {
        let (sighting, post) = take(at);
        let sighting = Sighting { claimed_at: decide::sensible(sighting.claimed_at, now), ..sighting };
        intents.revise.push(Revised { id, post: new_post(sighting, post, keys, now) });
    }
    for (id, at, keys) in rekey {
        let (_, post) = take(at);
        let link = post.link.map(String::from);
        intents.rekey.push(Rekeyed { id, keys, claimed_id: post.claimed_id, link });
    }
    if !kept_out.is_empty() {
        tracing::debug!(source.id = %source.id, "{} posts are kept out, because they left for good", kept_out.len());
    }
    intents.seen = seen;
    !intents.add.is_empty() || !intents.revise.is_empty()
}

fn new_post(sighting: Sighting, post: ReadPost, keys: PostKeys, place: Time) -> NewPost {
    NewPost {
        keys,
        claimed_id: post.claimed_id,
        link: post.link.map(String::from),
        title: sighting.title,
        authors: post.authors,
        author_line: None,
        language: post.language,
        claimed_date: post.claimed_date,
        claimed_at: sighting.claimed_at,
        updated_at: sighting.updated_at,
        place,
        excerpt: post.excerpt,
        picture: post.picture,
        words: sighting.words,
        licence: post.licence,
        body: post.body,
        same_as: None,
    }
}

/// What a source says of itself, with the name that a person would say: by its list, else by its title.
///
/// `page` is the page that led to its feed, which is its site where the feed names none.
pub(crate) fn source_claims(
    listed_name: Option<&str>,
    address: &Address,
    page: Option<&Address>,
    claims: Claims,
) -> SourceClaims {
    let site = claims.site.or_else(|| page.cloned());
    let at = site.as_ref().unwrap_or(address);
    let listed = listed_name.and_then(|listed| name::said(listed, at));
    SourceClaims {
        said_name: listed.unwrap_or_else(|| name::said_name(claims.title.as_deref(), at)),
        title: claims.title,
        site: site.map(String::from),
        about: claims.about,
        language: claims.language,
        licence: claims.licence,
        icon: claims.icon.map(String::from),
    }
}

/// From when a source may be asked out of turn.
pub(crate) fn earliest(source: &SourceRecord) -> Time {
    let poll = &source.poll;
    let has_validators = poll.etag.is_some() || poll.last_modified.is_some();
    let asked_to_wait = poll.last_answer.filter(|answer| !answer.is_good()).and(poll.wish_until);
    pace::earliest(poll.last_polled.zip(poll.last_answer), has_validators, source.pace, asked_to_wait)
}
