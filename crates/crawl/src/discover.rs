//! Finding the feed of any address that a person may type.

use std::fmt;
use std::time::Duration;

use html::FoundFeed;
use model::{Address, Outcome, Time};
use net::{Accept, Answer, Ask, Validators};

use crate::look::{Before, Looker, Opened, Said, Seen, judge};
use crate::places;
use crate::robots::NotLetIn;

/// The feed of an address.
#[derive(Debug)]
pub struct Discovery {
    /// Where the feed is.
    pub address: Address,
    /// The page that led to it, where one did.
    pub page: Option<Address>,
    /// What was seen there; always a feed.
    pub seen: Seen,
    /// All the feeds that the page names, those of comments last.
    pub found: Vec<FoundFeed>,
    /// What was tried before, and what came of it: the address that was given is the first.
    pub tried: Vec<Tried>,
}

/// No feed was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotFound {
    /// The address that was given.
    pub page: Address,
    /// What was tried, and what came of it.
    pub tried: Vec<Tried>,
    /// Why nothing else was tried.
    pub stopped: Option<Stopped>,
}

/// One address that was tried.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tried {
    /// The address.
    pub address: Address,
    /// What came of it: "answers 404".
    pub result: String,
    /// Whether it answered with something that can be read, although no feed.
    pub answered: bool,
}

/// Why a search ends before all has been tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stopped {
    /// The host gives no answer at all.
    Silent,
    /// The host asks us to wait, or is in trouble: so long, if it says how long.
    Waits(Option<Duration>),
    /// The host does not want us (401, 403, 451).
    Refused,
    /// Its `robots.txt` asks programs to leave it alone.
    Forbidden,
}

impl NotFound {
    /// Whether the host gave no answer at all.
    pub fn is_silent(&self) -> bool {
        self.stopped == Some(Stopped::Silent)
    }
}

impl fmt::Display for NotFound {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tried.as_slice() {
            [only] => write!(out, "found no feed: {} {}", only.address, only.result)?,
            tried => {
                write!(out, "found no feed at {} or near it; tried", self.page)?;
                tried.iter().try_for_each(|one| write!(out, "\n  {} – {}", one.address, one.result))?;
            }
        }
        let ends = if self.tried.len() == 1 { "; " } else { "\n" };
        let host = self.page.host();
        match self.stopped {
            None | Some(Stopped::Silent) => Ok(()),
            Some(Stopped::Waits(Some(wait))) => {
                write!(out, "{ends}nothing else on {host} was asked; try again in {}", in_words(wait))
            }
            Some(Stopped::Waits(None)) => {
                write!(out, "{ends}nothing else on {host} was asked; try again in an hour or later")
            }
            Some(Stopped::Refused) => {
                write!(out, "{ends}{host} does not want to be read by programs, so nothing else on it was asked")
            }
            Some(Stopped::Forbidden) => {
                write!(out, "{ends}if you know the address of the feed itself, name it: “source add --feed ADDRESS”")
            }
        }
    }
}

impl std::error::Error for NotFound {}

/// A wait as people say it, rounded up.
fn in_words(wait: Duration) -> String {
    let minutes = wait.as_secs().div_ceil(60).max(1);
    let (number, unit) = match minutes {
        0..=120 => (minutes, "minute"),
        121..=2_880 => (minutes.div_ceil(60), "hour"),
        _ => (minutes.div_ceil(1_440), "day"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

impl Looker {
    /// Finds the feed of an address: the address itself, a feed that the page names, posts marked up in the page, a
    /// feed that the site's front page names, or one of the places where platforms keep theirs.
    ///
    /// Where a page names several, the main one is taken: posts, not comments. Pages and places that nobody named are
    /// asked for only where the host's `robots.txt` allows it. A host that asks us to wait, or does not want us, is
    /// asked nothing more.
    pub async fn discover(&self, page: &Address) -> Result<Discovery, NotFound> {
        let mut search = Search { looker: self, page, tried: vec![], stopped: None };
        // What looks like a feed's address is taken for one that a person named.
        let found = if looks_like_a_feed(page) { search.at(page).await } else { search.at_page(page).await };
        let found = match found {
            None if search.stopped.is_none() => search.near().await,
            found => found,
        };
        match found {
            Some(found) => Ok(Discovery { tried: search.tried, ..found }),
            None => Err(NotFound { page: page.clone(), tried: search.tried, stopped: search.stopped }),
        }
    }

    /// Reads the feed at an address that a person named as a feed's. Nothing else is looked for.
    pub async fn named(&self, feed: &Address) -> Result<Discovery, NotFound> {
        let mut search = Search { looker: self, page: feed, tried: vec![], stopped: None };
        match search.feed_at(feed).await {
            Some(seen) => {
                let address = seen_address(&seen.moved_to, feed);
                Ok(Discovery { address, page: None, seen, found: vec![], tried: vec![] })
            }
            None => Err(NotFound { page: feed.clone(), tried: search.tried, stopped: search.stopped }),
        }
    }
}

/// A search under way.
struct Search<'a> {
    looker: &'a Looker,
    page: &'a Address,
    tried: Vec<Tried>,
    /// Why nothing else is to be asked.
    stopped: Option<Stopped>,
}

impl Search<'_> {
    /// The feed that stands at a page, that it names, or that is marked up in it, if the page may be fetched.
    async fn at_page(&mut self, page: &Address) -> Option<Discovery> {
        if let Err(why) = self.may(page).await {
            return self.not_let_in(page, why);
        }
        self.at(page).await
    }

    /// What the front page of the site leads to, or what stands where platforms keep their feeds.
    async fn near(&mut self) -> Option<Discovery> {
        let (page, root) = (self.page, self.page.root());
        if *page != root
            && let Some(discovery) = self.at_page(&root).await
        {
            return Some(discovery);
        }
        let mut forbidden: Vec<Address> = vec![];
        for address in places::conventional(page) {
            if self.stopped.is_some() {
                return None;
            }
            match self.may(&address).await {
                Ok(()) => {}
                Err(NotLetIn::Forbidden) => {
                    forbidden.push(address);
                    continue;
                }
                Err(why) => return self.not_let_in(&address, why),
            }
            if let Some(seen) = self.feed_at(&address).await {
                return Some(Discovery { address, page: Some(page.clone()), seen, found: vec![], tried: vec![] });
            }
        }
        let first = forbidden.first()?.clone();
        let result = format!("{} (and {} more)", NotLetIn::Forbidden, forbidden.len() - 1);
        self.stopped = Some(Stopped::Forbidden);
        self.gave(&first, if forbidden.len() > 1 { result } else { NotLetIn::Forbidden.to_string() })
    }

    async fn may(&self, address: &Address) -> Result<(), NotLetIn> {
        let Looker { net, clock, doors, .. } = self.looker;
        doors.may(net, address, clock.now()).await
    }

    fn not_let_in<T>(&mut self, address: &Address, why: NotLetIn) -> Option<T> {
        self.stopped = match &why {
            NotLetIn::Forbidden => None,
            NotLetIn::Closed { until, .. } => Some(Stopped::Waits(until.map(|until| self.wait(until)))),
            NotLetIn::Unreachable(error) => is_silent(error.outcome()).then_some(Stopped::Silent),
        };
        self.gave(address, why.to_string())
    }

    fn wait(&self, until: Time) -> Duration {
        until.since(self.looker.clock.now())
    }

    /// The feed that stands at this address, that the page there names, or that is marked up in it.
    async fn at(&mut self, page: &Address) -> Option<Discovery> {
        const MOST_NAMED: usize = 5;
        let ask = Ask { address: page, validators: &Validators::default(), accept: Accept::Page };
        let reply = match self.looker.net.ask(&ask).await {
            Ok(reply) => reply,
            Err(error) => {
                self.stopped = is_silent(error.outcome()).then_some(Stopped::Silent);
                return self.gave(page, format!("gives no answer: {error}"));
            }
        };
        let (answer, answered, seen) = judge(reply, self.looker.clock.now());
        let Answer::Body(body) = answer else {
            let outcome = answer.outcome().unwrap_or(Outcome::OddStatus);
            self.stop_after(outcome, seen.wishes.not_before);
            return self.gave(page, format!("answers {}", seen.status.unwrap_or_default()));
        };
        let document = model::key_of_bytes(&body.bytes);
        let address = seen_address(&seen.moved_to, page);
        let feed = |feed| Seen { said: Said::Feed { feed, document }, ..seen };
        let name = page.spoken_host().to_owned();
        let found = |address, page, seen, found| Some(Discovery { address, page, seen, found, tried: vec![] });
        let named = match self.looker.open(body.clone(), answered.clone(), name.clone(), true).await {
            Opened::Feed(read) => return found(address, None, feed(read), vec![]),
            Opened::Page(named) => named,
            Opened::Other(message) => return self.answered(page, message),
        };
        // A page that names a feed offers it by name, as a person would: no rules are asked for it.
        for one in named.iter().filter(|one| !one.is_comments).take(MOST_NAMED) {
            let Ok(address) = Address::try_from(one.address.clone()) else { continue };
            if let Some(seen) = self.feed_at(&address).await {
                let address = seen_address(&seen.moved_to, &address);
                return found(address, Some(answered), seen, named);
            }
            if self.stopped.is_some() {
                return None;
            }
        }
        if let Opened::Feed(read) = self.looker.open(body, answered, name, false).await {
            return found(address.clone(), Some(address), feed(read), named);
        }
        let message = match (named.len(), named.iter().all(|one| one.is_comments)) {
            (0, _) => "is a page that names no feed",
            (_, true) => "is a page that names feeds of comments only",
            _ => "is a page, and the feeds that it names cannot be read",
        };
        self.answered(page, message.to_owned())
    }

    /// What was seen at this address, if it is a feed.
    async fn feed_at(&mut self, address: &Address) -> Option<Seen> {
        if self.tried.iter().any(|tried| tried.address == *address) {
            return None;
        }
        let before = Before {
            address: address.clone(),
            name: self.page.spoken_host().to_owned(),
            validators: Validators::default(),
            document: None,
            was_read: false,
            is_page: false,
        };
        let result = match self.looker.look_once(&before).await {
            Ok(seen @ Seen { said: Said::Feed { .. }, .. }) => return Some(seen),
            Ok(Seen { said: Said::Nothing { message, outcome }, wishes, .. }) => {
                self.stop_after(outcome, wishes.not_before);
                message
            }
            Ok(_) => "answers that nothing has changed".to_owned(),
            Err(_) => return self.answered(address, "is a page".to_owned()),
        };
        self.gave(address, result)
    }

    /// Whether an answer means that the host is to be left alone.
    fn stop_after(&mut self, outcome: Outcome, not_before: Option<Time>) {
        self.stopped = match outcome {
            Outcome::SlowDown | Outcome::ServerError => {
                Some(Stopped::Waits(not_before.map(|until| self.wait(until)).filter(|wait| !wait.is_zero())))
            }
            Outcome::Refused => Some(Stopped::Refused),
            outcome if is_silent(outcome) => Some(Stopped::Silent),
            _ => None,
        };
    }

    fn gave<T>(&mut self, address: &Address, result: String) -> Option<T> {
        tracing::debug!("Looking for a feed: {address} {result}");
        self.tried.push(Tried { address: address.clone(), result, answered: false });
        None
    }

    fn answered<T>(&mut self, address: &Address, result: String) -> Option<T> {
        self.gave::<T>(address, result);
        if let Some(tried) = self.tried.last_mut() {
            tried.answered = true;
        }
        None
    }
}

/// Where a feed is from now on: nobody has used the address before, so a permanent move counts at once.
fn seen_address(moved_to: &Option<Address>, asked: &Address) -> Address {
    moved_to.clone().unwrap_or_else(|| asked.clone())
}

/// Whether nothing on a host needs to be asked after one address on it gave this.
fn is_silent(outcome: Outcome) -> bool {
    use Outcome::{BrokenTls, Private, TimedOut, UnknownHost, Unreachable};
    matches!(outcome, UnknownHost | Unreachable | Private | TimedOut | BrokenTls)
}

/// Whether an address is a feed's by its looks: "/feed/", "/posts.rss", "?format=atom".
fn looks_like_a_feed(address: &Address) -> bool {
    const WORDS: [&str; 6] = ["feed", "feeds", "rss", "atom", "rdf", "xml"];
    let parts = [address.url().path(), address.url().query().unwrap_or_default()];
    let mut words = parts.iter().flat_map(|part| part.split(|c: char| !c.is_ascii_alphanumeric()));
    words.any(|word| {
        let word = word.to_ascii_lowercase();
        WORDS.contains(&word.trim_end_matches(|c: char| c.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_feeds_address_looks_like() {
        let is_feed = |written| looks_like_a_feed(&Address::typed(written).unwrap());
        for feed in [
            "a.example/feed/",
            "a.example/posts.rss",
            "a.example/?feed=rss2",
            "a.example/blog/index.xml",
            "a.example/feed.json",
        ] {
            assert!(is_feed(feed), "{feed}");
        }
        for page in
            ["a.example", "feeds.example/", "a.example/blog", "a.example/feedback", "a.example/2026/rssing.html"]
        {
            assert!(!is_feed(page), "{page}");
        }
    }

    #[test]
    fn waits_in_words() {
        let words = |secs| in_words(Duration::from_secs(secs));
        assert_eq!(
            [words(1), words(61), words(7_200), words(7_201)],
            ["1 minute", "2 minutes", "120 minutes", "3 hours"]
        );
        assert_eq!([words(2 * 86_400), words(60 * 86_400)], ["48 hours", "60 days"]);
    }
}
