//! Pictures where they are kept: what pages and feeds show instead of what stands at other people's servers.

use std::collections::HashMap;

use html::{Kept, SafeHtml};
use store::{Card, PictureRef, StoreError};

use crate::card::{CardView, Outside, PictureView};
use crate::newsroom::{Moment, Newsroom};

/// The pictures of a page that are here, by where they were fetched.
#[derive(Debug, Default)]
pub(crate) struct Gallery {
    here: HashMap<String, PictureRef>,
    /// What stands before the paths of ours: nothing on a page, the site's address in a feed.
    before: String,
}

impl Gallery {
    /// The pictures of a page, of those at these addresses. There are none where the site shows none.
    pub(crate) async fn of(newsroom: &Newsroom, addresses: &[&str]) -> Result<Self, StoreError> {
        if !newsroom.settings().pictures || addresses.is_empty() {
            return Ok(Self::default());
        }
        Ok(Self { here: newsroom.store().pictures(addresses).await?, before: String::new() })
    }

    /// The same for a feed, which is read elsewhere.
    pub(crate) fn for_feeds(self, newsroom: &Newsroom) -> Self {
        Self { before: newsroom.origin().to_owned(), ..self }
    }

    /// Where a picture is kept.
    pub(crate) fn kept(&self, address: &str) -> Option<Kept> {
        let PictureRef { hash, width, height } = self.here.get(address)?;
        Some(Kept { address: format!("{}{}", self.before, href(hash)), width: *width, height: *height })
    }

    /// A text with its pictures from where they are kept, and words where there are none.
    pub(crate) fn hang(&self, text: &SafeHtml) -> SafeHtml {
        let lead = |address: &str| match Outside::at(address) {
            Some(outside) => format!("Picture at {}", outside.host),
            None => "Picture".to_owned(),
        };
        text.with_pictures(|address| self.kept(address), lead)
    }

    /// The picture that a post leads with; `None` where it has none, or one with nothing to say that is not here.
    pub(crate) fn lead(&self, card: &Card) -> Option<PictureView> {
        let picture = card.picture.as_ref()?;
        let outside = Outside::at(&picture.address)?;
        let kept = self.kept(&picture.address);
        let alt = picture.alternative.clone();
        (kept.is_some() || !alt.is_empty()).then_some(PictureView { kept, alt, outside })
    }
}

/// Our address of a picture.
pub(crate) fn href(hash: &str) -> String {
    format!("/pictures/{hash}")
}

impl Newsroom {
    /// Posts as cards, with those of their pictures that are here.
    pub(crate) async fn cards(&self, cards: &[Card], moment: &Moment) -> Result<Vec<CardView>, StoreError> {
        let gallery = self.leads(cards).await?;
        Ok(cards.iter().map(|card| CardView::new(card, &gallery, moment)).collect())
    }

    /// The pictures that posts lead with.
    pub(crate) async fn leads(&self, cards: &[Card]) -> Result<Gallery, StoreError> {
        let addresses: Vec<&str> =
            cards.iter().filter_map(|card| card.picture.as_ref()).map(|picture| picture.address.as_str()).collect();
        Gallery::of(self, &addresses).await
    }
}
