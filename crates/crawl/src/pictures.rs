//! The pictures that pages show: which, fetched politely, and kept as they came.
//!
//! Their bytes are not touched. What an author or photographer wrote into a picture, such as their name and their rights,
//! is not ours to take out, and nothing is told that the original, which every page links to, does not tell too.

use std::collections::HashSet;
use std::time::Duration;

use html::SafeHtml;
use model::{Address, Outcome, Show, Time};
use net::{Accept, Answer, Ask, Validators};
use store::{NewPicture, PictureKind, StoreError, Unpictured, WantedPicture};
use tracing::debug;

use crate::errands::at_each_host;
use crate::poll::Crawler;
use crate::robots::NotLetIn;
use crate::sniff::sniff;

/// How many posts are looked through in one go.
const POSTS_AT_ONCE: u32 = 50;
/// How many pictures are fetched at once.
const AT_ONCE: u32 = 4;
/// How many pictures of one post are kept.
const MOST_OF_A_POST: usize = 30;
/// The longest address of a picture.
const LONGEST_ADDRESS: usize = 2_000;
/// The largest picture that is kept, in bytes; and the longest side and the largest area, in pixels, so that none is
/// larger once it is unpacked than an old phone can bear.
const LARGEST_BYTES: u64 = 4 << 20;
const LONGEST_SIDE: u32 = 12_000;
const LARGEST_AREA: u64 = 60_000_000;
/// How long a picture is ours once taken; a crawler that was killed holds it no longer.
const LEASE: Duration = Duration::from_secs(180);
/// What may be fetched on one day, as a part of the room that there is.
const DAYS_PART: u64 = 4;
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// What is kept of pictures of one use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Measure {
    /// The most bytes.
    pub bytes: u64,
    /// Neither side is shorter; a picture of one pixel counts readers.
    pub shortest: u32,
    /// Neither side is longer.
    pub longest: u32,
    /// No side is so many times longer than the other.
    pub stretch: u32,
}

const OF_A_POST: Measure = Measure { bytes: LARGEST_BYTES, shortest: 3, longest: LONGEST_SIDE, stretch: 100 };

/// Why there is no picture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoPicture {
    /// In words.
    pub why: String,
    /// What it was.
    pub fate: Fate,
}

/// What became of an attempt to have a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It is something else, too large, or not meant for us: trying again changes nothing.
    Never,
    /// It is not there, perhaps not yet.
    Missing,
    /// Its server is in trouble or asks us to wait.
    NotNow {
        /// From when on it may be asked again, if it said so.
        not_before: Option<Time>,
    },
}

/// When to try again, after so many tries; `None` once it is given up.
pub fn next_try(fate: Fate, tries: u32, now: Time) -> Option<Time> {
    const MOST_TRIES: u32 = 5;
    match fate {
        Fate::Never => None,
        // Some are put up after the post that shows them.
        Fate::Missing => (tries < 2).then(|| now + DAY),
        Fate::NotNow { not_before } => {
            let wait = HOUR * 5_u32.pow(tries.saturating_sub(1).min(4));
            (tries < MOST_TRIES).then(|| (now + wait).max(not_before.unwrap_or(Time::MIN)))
        }
    }
}

/// The addresses of the pictures that a post's page and its card show.
pub fn shown_pictures(post: &Unpictured, usual: Show) -> Vec<String> {
    if !post.is_shown {
        return vec![];
    }
    let mut addresses: Vec<String> = post.lead.iter().map(|lead| lead.address.clone()).collect();
    if Show::decided(post.show_set, post.licence.as_ref(), usual) == Show::Full
        && let Some(cleaned) = &post.cleaned
    {
        let pictures = SafeHtml::from_store(cleaned.clone()).pictures();
        addresses.extend(pictures.into_iter().map(|picture| picture.address));
    }
    let mut seen = HashSet::new();
    addresses.retain(|address| {
        address.len() <= LONGEST_ADDRESS && Address::parse(address).is_ok() && seen.insert(address.clone())
    });
    addresses.truncate(MOST_OF_A_POST);
    addresses
}

impl Crawler {
    /// Looks which pictures new and changed posts show; gives how many posts were looked through.
    pub(crate) async fn look_for_pictures(&self) -> Result<usize, StoreError> {
        let Some(pictures) = self.settings.pictures else { return Ok(0) };
        let posts = self.store.unpictured(POSTS_AT_ONCE).await?;
        if posts.is_empty() {
            return Ok(0);
        }
        let shown: Vec<_> = posts.iter().map(|post| (post.id, shown_pictures(post, pictures.usual))).collect();
        self.store.picture_posts(&shown, self.clock.now()).await?;
        Ok(posts.len())
    }

    /// Fetches pictures that are due, until the day's share is used up; gives how many were tried.
    pub(crate) async fn fetch_pictures(&self) -> Result<usize, StoreError> {
        let Some(pictures) = self.settings.pictures else { return Ok(0) };
        let now = self.clock.now();
        if self.store.picture_bytes_on(now).await? >= pictures.room_bytes / DAYS_PART {
            return Ok(0);
        }
        let taken = self.store.take_pictures(now, now + LEASE, AT_ONCE).await?;
        let tried = taken.len();
        let crawler = self.clone();
        at_each_host(
            taken,
            |wanted| &wanted.address,
            move |wanted: WantedPicture| {
                let crawler = crawler.clone();
                async move { crawler.fetch_picture(&wanted, pictures.room_bytes).await }
            },
        )
        .await?;
        Ok(tried)
    }

    async fn fetch_picture(&self, wanted: &WantedPicture, room_bytes: u64) -> Result<(), StoreError> {
        let found = match Address::parse(&wanted.address) {
            Ok(address) => self.picture(&address, OF_A_POST).await,
            Err(why) => Err(NoPicture { why: why.to_string(), fate: Fate::Never }),
        };
        let fate = if found.is_ok() { "kept" } else { "none" };
        metrics::counter!("watersmeet_pictures_total", "fate" => fate).increment(1);
        match found {
            Ok(new) => self.store.keep_picture(wanted, &new, room_bytes, self.clock.now()).await,
            Err(none) => {
                debug!("No picture: {}", none.why);
                let again = next_try(none.fate, wanted.tries, self.clock.now());
                self.store.no_picture(wanted, &none.why, again).await
            }
        }
    }

    /// Forgets pictures that nothing shows any more, some at a time.
    pub(crate) async fn forget_pictures(&self) -> Result<usize, StoreError> {
        const AT_ONCE: u32 = 100;
        if self.settings.pictures.is_none() || !self.is_time_to_forget() {
            return Ok(0);
        }
        let forgotten = self.store.forget_unshown_pictures(AT_ONCE).await?;
        if forgotten == 0 {
            self.forgot.store(self.clock.now().millis(), std::sync::atomic::Ordering::Relaxed);
        }
        Ok(forgotten)
    }

    /// A few minutes after the last time that there was nothing left to forget.
    fn is_time_to_forget(&self) -> bool {
        const EVERY: Duration = Duration::from_secs(600);
        let last = Time::from_millis(self.forgot.load(std::sync::atomic::Ordering::Relaxed));
        let now = self.clock.now();
        now.since(last).max(last.since(now)) >= EVERY
    }

    /// Fetches a picture, if its host lets us in.
    pub(crate) async fn picture(&self, address: &Address, measure: Measure) -> Result<NewPicture, NoPicture> {
        let net = &self.looker.net;
        if let Err(why) = self.looker.doors.may(net, address, self.clock.now()).await {
            let fate = match &why {
                NotLetIn::Forbidden => Fate::Never,
                NotLetIn::Closed { until, .. } => Fate::NotNow { not_before: *until },
                NotLetIn::Unreachable(why) => fate_of(why.outcome(), None),
            };
            return Err(NoPicture { why: format!("it {why}"), fate });
        }
        let ask = Ask { address, validators: &Validators::default(), accept: Accept::Picture };
        let reply = net.at_most(measure.bytes).ask(&ask).await;
        let reply = reply.map_err(|why| NoPicture { why: why.to_string(), fate: fate_of(why.outcome(), None) })?;
        let not_before = reply.wishes.retry_after.map(|wait| wait.ends(self.clock.now()));
        match reply.answer {
            Answer::Body(body) => picture_in(body.bytes, measure),
            answer => {
                let outcome = answer.outcome().unwrap_or(Outcome::OddStatus);
                Err(NoPicture {
                    why: format!("its server answers {}", reply.status),
                    fate: fate_of(outcome, not_before),
                })
            }
        }
    }
}

/// What an answer without a picture means for another try.
fn fate_of(outcome: Outcome, not_before: Option<Time>) -> Fate {
    match outcome {
        Outcome::NotFound => Fate::Missing,
        Outcome::SlowDown
        | Outcome::ServerError
        | Outcome::TimedOut
        | Outcome::Unreachable
        | Outcome::UnknownHost
        | Outcome::BrokenTls => Fate::NotNow { not_before },
        _ => Fate::Never,
    }
}

/// The picture that some bytes are.
fn picture_in(body: Vec<u8>, measure: Measure) -> Result<NewPicture, NoPicture> {
    let never = |why: String| NoPicture { why, fate: Fate::Never };
    let Some((kind, width, height)) = sniff(&body) else {
        return Err(never("it is no PNG, JPEG, GIF or WebP".to_owned()));
    };
    let (short, long) = (width.min(height), width.max(height));
    let is_fit = short >= measure.shortest
        && long <= measure.longest
        && long <= short.saturating_mul(measure.stretch)
        && u64::from(width) * u64::from(height) <= LARGEST_AREA
        && (kind != PictureKind::Ico || measure.stretch < OF_A_POST.stretch);
    if !is_fit {
        return Err(never(format!("it is no picture to show: {width} by {height}, {kind}")));
    }
    Ok(NewPicture { hash: model::key_of_bytes(&body), kind, width, height, body })
}

#[cfg(test)]
mod tests {
    use model::PostId;
    use store::Picture;

    use super::*;

    fn now() -> Time {
        "2026-11-23T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_picture_is_tried_again_where_that_may_help() {
        let hours = |fate, tries| next_try(fate, tries, now()).map(|at| at.since(now()).as_secs() / 3_600);
        let not_now = Fate::NotNow { not_before: None };
        assert_eq!([1, 2, 3, 4, 5].map(|tries| hours(not_now, tries)), [Some(1), Some(5), Some(25), Some(125), None]);
        assert_eq!(hours(Fate::NotNow { not_before: Some(now() + HOUR * 700) }, 1), Some(700));
        assert_eq!([1, 2].map(|tries| hours(Fate::Missing, tries)), [Some(24), None]);
        assert_eq!(hours(Fate::Never, 1), None);
    }

    fn post() -> Unpictured {
        let address = "https://riverton.example/lead.png".to_owned();
        let picture =
            |name: &str| format!("<img src=\"https://riverton.example/{name}.png\" alt=\"\" loading=\"lazy\">");
        Unpictured {
            id: PostId::new(1),
            is_shown: true,
            lead: Some(Picture { address, alternative: String::new(), width: None, height: None }),
            show_set: None,
            licence: None,
            cleaned: Some(format!("<p>{}{}{}</p>", picture("one"), picture("lead"), picture("two"))),
        }
    }

    #[track_caller]
    fn check(post: &Unpictured, usual: Show, names: &[&str]) {
        let meant: Vec<String> = names.iter().map(|name| format!("https://riverton.example/{name}.png")).collect();
        assert_eq!(shown_pictures(post, usual), meant, "{post:?}");
    }

    #[test]
    fn only_pictures_that_pages_show_are_wanted() {
        check(&post(), Show::Excerpt, &["lead"]);
        check(&post(), Show::Full, &["lead", "one", "two"]);
        check(&Unpictured { show_set: Some(Show::Full), ..post() }, Show::Excerpt, &["lead", "one", "two"]);
        check(&Unpictured { show_set: Some(Show::Excerpt), ..post() }, Show::Full, &["lead"]);
        check(&Unpictured { is_shown: false, ..post() }, Show::Full, &[]);
        check(&Unpictured { lead: None, cleaned: None, ..post() }, Show::Full, &[]);
        let long =
            Picture { address: format!("https://riverton.example/{}", "x".repeat(3_000)), ..post().lead.unwrap() };
        check(&Unpictured { lead: Some(long), ..post() }, Show::Excerpt, &[]);
        let many: String =
            (0..90).map(|at| format!("<img src=\"https://riverton.example/{at}.png\" alt=\"\">")).collect();
        let many = Unpictured { cleaned: Some(many), ..post() };
        assert_eq!(shown_pictures(&many, Show::Full).len(), 30);
    }

    fn gif(width: u16, height: u16) -> Vec<u8> {
        [b"GIF89a".as_slice(), &width.to_le_bytes(), &height.to_le_bytes(), &[0; 20]].concat()
    }

    #[test]
    fn what_is_no_picture_to_show_is_not_kept() {
        let found = picture_in(gif(300, 200), OF_A_POST).unwrap();
        assert_eq!((found.kind, found.width, found.height, found.hash.len()), (PictureKind::Gif, 300, 200, 32));
        assert_eq!(found.hash, picture_in(gif(300, 200), OF_A_POST).unwrap().hash);
        for (width, height) in [(1, 1), (2, 300), (20_000, 300), (11_000, 11_000), (9_000, 3)] {
            assert!(picture_in(gif(width, height), OF_A_POST).is_err(), "{width} {height}");
        }
        assert!(picture_in(b"<svg onload=alert(1)>".to_vec(), OF_A_POST).is_err());
    }
}
