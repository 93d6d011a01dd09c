//! Adding a source by any address that leads to it.

use html::FoundFeed;
use model::{Address, BadAddress, SourceId, SourceState};
use store::{NewSource, SourceKind, SourceRecord, StoreError};
use tracing::info;

use crate::discover::{Discovery, NotFound, Tried};
use crate::look::{Said, Seen};
use crate::poll::Crawler;
use crate::round::LEASE;
use crate::settle;

/// A source, added or found to be there.
#[derive(Clone, PartialEq, Debug)]
pub struct Added {
    /// The source.
    pub source: SourceRecord,
    /// Whether it is new.
    pub how: How,
    /// All feeds that the page names, as addresses and titles, where it names several; the one that was taken is the
    /// source's.
    pub found: Vec<(String, Option<String>)>,
    /// What was tried before the feed was found, and what came of it: the address that was typed is the first. Empty
    /// where that led to the feed at once.
    pub tried: Vec<Tried>,
    /// The page that led to the feed, where one did.
    pub page: Option<Address>,
    /// How many posts came with it.
    pub posts: usize,
}

/// How a source came to be there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// It is new.
    New,
    /// It was removed once, and is back.
    BroughtBack,
    /// It was there already.
    AlreadyThere,
}

/// Why a source could not be added.
#[derive(Debug, thiserror::Error)]
pub enum CouldNotAdd {
    /// What was typed is no address.
    #[error(transparent)]
    Address(#[from] BadAddress),
    /// No feed was found.
    #[error(transparent)]
    NotFound(#[from] NotFound),
    /// Its owner left: adding it again does not bring it back.
    #[error(
        "“{name}” has left, at its owner's wish; only its owner can bring it back, or “watersmeet request undo” where an \
         editor granted it without a proof"
    )]
    Left {
        /// Its name.
        name: String,
    },
    /// Somebody took it away again at the same moment.
    #[error("the source was taken away while it was added; try again")]
    Lost,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Crawler {
    /// Adds the source that an address leads to: a feed, a page, or a site.
    ///
    /// What was read while its feed was looked for is stored at once, so that it need not be asked again.
    pub async fn add_source(&self, typed: &str) -> Result<Added, CouldNotAdd> {
        let address = Address::typed(typed)?;
        if let Some(there) = self.there_already(&address).await? {
            return Ok(there);
        }
        let discovery = match self.looker.discover(&address).await {
            Err(not_found) if !typed.contains("://") && not_found.is_silent() => {
                // Nobody typed "https"; some sites still speak nothing but http.
                let plain = Address::parse(&format!("http{}", address.as_str().trim_start_matches("https")))?;
                let silent = |other: NotFound| if other.is_silent() { not_found } else { other };
                self.looker.discover(&plain).await.map_err(silent)?
            }
            found => found?,
        };
        self.add_found(discovery).await
    }

    /// Adds the feed at an address that a person names as a feed's own; nothing else is looked for.
    pub async fn add_feed(&self, typed: &str) -> Result<Added, CouldNotAdd> {
        let address = Address::typed(typed)?;
        match self.there_already(&address).await? {
            Some(there) => Ok(there),
            None => self.add_found(self.looker.named(&address).await?).await,
        }
    }

    async fn add_found(&self, discovery: Discovery) -> Result<Added, CouldNotAdd> {
        let Discovery { address, page, seen, found, tried } = discovery;
        if let Some(there) = self.there_already(&address).await? {
            return Ok(Added { found: listed(&found), tried, page, ..there });
        }
        let now = self.clock.now();
        let Said::Feed { feed, .. } = &seen.said else { unreachable!("only a feed is found") };
        let new = NewSource {
            claims: settle::source_claims(None, &address, page.as_ref(), feed.claims.clone()),
            kind: if page.as_ref() == Some(&address) { SourceKind::Site } else { SourceKind::Feed },
            address,
            listed_name: None,
            listed_attributes: vec![],
            groups: vec![],
            // Not before what was just read is stored; soon, should that fail.
            next_poll: now + LEASE,
        };
        let added = self.store.add_sources(std::slice::from_ref(&new), now).await?;
        let (id, how) = match added.into_iter().next() {
            Some(store::Added::New(id)) => (id, How::New),
            Some(store::Added::Back(id)) => (id, How::BroughtBack),
            Some(store::Added::Known(id)) => (id, How::AlreadyThere),
            Some(store::Added::Left { name, .. }) => return Err(CouldNotAdd::Left { name }),
            None => return Err(CouldNotAdd::Lost),
        };
        let posts = self.take_in(id, seen).await?;
        let source = self.store.source(id).await?.ok_or(CouldNotAdd::Lost)?;
        info!(source.id = %id, posts, "Added {} with {posts} posts", source.name);
        Ok(Added { source, how, found: listed(&found), tried, page, posts })
    }

    /// The source that is polled at this address already. One that was removed may come back by being added again.
    async fn there_already(&self, address: &Address) -> Result<Option<Added>, StoreError> {
        let source = self.store.source_at(address).await?.filter(|source| source.state != SourceState::Removed);
        let source = source.filter(|source| source.state != SourceState::Left);
        let there =
            |source| Added { source, how: How::AlreadyThere, found: vec![], tried: vec![], page: None, posts: 0 };
        Ok(source.map(there))
    }

    /// Stores what was seen at a source that has just been added; gives the number of new posts.
    async fn take_in(&self, id: SourceId, seen: Seen) -> Result<usize, StoreError> {
        let now = self.clock.now();
        let Some(source) = self.store.source(id).await? else { return Ok(0) };
        let known = settle::knowledge(&self.store, &source, &seen, now).await?;
        let intents = settle::settle(&source, seen, &known, now, |next| self.choose(now, next));
        Ok(self.store.carry_out(std::slice::from_ref(&intents), now).await?.added)
    }
}

fn listed(found: &[FoundFeed]) -> Vec<(String, Option<String>)> {
    found.iter().map(|feed| (feed.address.to_string(), feed.title.clone())).collect()
}
