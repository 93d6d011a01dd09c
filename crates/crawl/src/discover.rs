//! Finding the feed of any address that a person may type.

use std::fmt;

use html::FoundFeed;
use model::{Address, Outcome};
use net::{Accept, Answer, Ask, Validators};

use crate::look::{Before, Looker, Opened, Said, Seen, judge};
use crate::places;

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
}

/// No feed was found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NotFound {
    /// The address that was given.
    pub page: Address,
    /// What was tried, and what came of it.
    pub tried: Vec<Tried>,
    /// The host gave no answer at all, so nothing else on it was tried.
    pub is_silent: bool,
}

/// One address that was tried.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tried {
    /// The address.
    pub address: Address,
    /// What came of it: "answers 404".
    pub result: String,
}

impl fmt::Display for NotFound {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.tried.as_slice() {
            [only] => write!(out, "found no feed: {} {}", only.address, only.result),
            tried => {
                write!(out, "found no feed at {} or near it; tried", self.page)?;
                tried.iter().try_for_each(|one| write!(out, "\n  {} – {}", one.address, one.result))
            }
        }
    }
}

impl std::error::Error for NotFound {}

impl Looker {
    /// Finds the feed of an address: the address itself, a feed that the page names, posts marked up in the page, a
    /// feed that the site's front page names, or one of the places where platforms keep theirs.
    ///
    /// Where a page names several, the main one is taken: posts, not comments.
    pub async fn discover(&self, page: &Address) -> Result<Discovery, NotFound> {
        let mut search = Search { looker: self, page, tried: vec![], is_silent: false };
        if let Some(discovery) = search.at_page(page).await {
            return Ok(discovery);
        }
        if !search.is_silent {
            if *page != page.root()
                && let Some(discovery) = search.at_page(&page.root()).await
            {
                return Ok(discovery);
            }
            for address in places::conventional(page) {
                if let Some(seen) = search.feed_at(&address).await {
                    return Ok(Discovery { address, page: Some(page.clone()), seen, found: vec![] });
                }
            }
        }
        Err(NotFound { page: page.clone(), tried: search.tried, is_silent: search.is_silent })
    }
}

/// A search under way.
struct Search<'a> {
    looker: &'a Looker,
    page: &'a Address,
    tried: Vec<Tried>,
    /// The host does not answer at all, so nothing else on it needs to be asked.
    is_silent: bool,
}

impl Search<'_> {
    /// The feed that stands at this address, that the page there names, or that is marked up in it.
    async fn at_page(&mut self, page: &Address) -> Option<Discovery> {
        const MOST_NAMED: usize = 5;
        let ask = Ask {
            address: page,
            validators: &Validators::default(),
            accept: Accept::Page,
            readers: self.looker.readers,
        };
        let reply = match self.looker.net.ask(&ask).await {
            Ok(reply) => reply,
            Err(error) => {
                self.is_silent = is_silent(error.outcome());
                return self.gave(page, format!("gives no answer: {error}"));
            }
        };
        let (answer, answered, seen) = judge(reply, self.looker.clock.now());
        let Answer::Body(body) = answer else {
            return self.gave(page, format!("answers {}", seen.status.unwrap_or_default()));
        };
        let document = crate::keys::document_key(&body.bytes);
        let address = seen_address(&seen.moved_to, page);
        let feed = |feed| Seen { said: Said::Feed { feed, document }, ..seen };
        let name = page.spoken_host().to_owned();
        let named = match self.looker.open(body.clone(), answered.clone(), name.clone(), true).await {
            Opened::Feed(read) => {
                return Some(Discovery { address, page: None, seen: feed(read), found: vec![] });
            }
            Opened::Page(named) => named,
            Opened::Other(message) => return self.gave(page, message),
        };
        for one in named.iter().filter(|one| !one.is_comments).take(MOST_NAMED) {
            let Ok(address) = Address::try_from(one.address.clone()) else { continue };
            if let Some(seen) = self.feed_at(&address).await {
                let address = seen_address(&seen.moved_to, &address);
                return Some(Discovery { address, page: Some(answered), seen, found: named });
            }
        }
        if let Opened::Feed(read) = self.looker.open(body, answered, name, false).await {
            return Some(Discovery { page: Some(address.clone()), address, seen: feed(read), found: named });
        }
        let message = match (named.len(), named.iter().all(|one| one.is_comments)) {
            (0, _) => "is a page that names no feed",
            (_, true) => "is a page that names feeds of comments only",
            _ => "is a page, and the feeds that it names cannot be read",
        };
        self.gave(page, message.to_owned())
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
        };
        let result = match self.looker.look_once(&before).await {
            Ok(seen @ Seen { said: Said::Feed { .. }, .. }) => return Some(seen),
            Ok(Seen { said: Said::Nothing { message, .. }, .. }) => message,
            Ok(_) => "answers that nothing has changed".to_owned(),
            Err(_) => "is a page".to_owned(),
        };
        self.gave(address, result)
    }

    fn gave<T>(&mut self, address: &Address, result: String) -> Option<T> {
        tracing::debug!("Looking for a feed: {address} {result}");
        self.tried.push(Tried { address: address.clone(), result });
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
