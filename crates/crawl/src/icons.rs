//! The icons of sources: looked for once a month at most, where the feed or the site names one.

use std::time::Duration;

use model::Address;
use net::{Accept, Answer, Ask, Validators};
use store::{Faceless, NewPicture, StoreError};
use tracing::debug;

use crate::errands::at_each_host;
use crate::pictures::Measure;
use crate::poll::Crawler;

/// How many sources are looked at in one go.
const AT_ONCE: u32 = 16;
/// How many addresses of one source are tried.
const MOST_TRIED: usize = 3;
/// How long an icon is left alone. Some days more keep those of one host apart.
const MONTH: Duration = Duration::from_secs(30 * 86_400);
const SOME_DAYS: Duration = Duration::from_secs(5 * 86_400);
/// The largest page that is read for the icon it names, in bytes.
const LARGEST_PAGE_BYTES: u64 = 2 << 20;

const OF_A_SOURCE: Measure = Measure { bytes: 128 << 10, shortest: 12, longest: 1_024, stretch: 2 };

impl Crawler {
    /// Looks for the icons that are due; gives for how many sources.
    pub(crate) async fn look_for_icons(&self) -> Result<usize, StoreError> {
        let Some(pictures) = self.settings.pictures else { return Ok(0) };
        let now = self.clock.now();
        let until = now + MONTH + SOME_DAYS.mul_f64(self.dice.fraction());
        let taken = self.store.take_faceless(now, until, AT_ONCE).await?;
        let tried = taken.len();
        let crawler = self.clone();
        at_each_host(
            taken,
            |source| source.site.as_ref().unwrap_or(&source.address),
            move |source: Faceless| {
                let crawler = crawler.clone();
                async move {
                    if let Some(icon) = crawler.icon_of(&source).await {
                        let now = crawler.clock.now();
                        crawler.store.keep_icon(source.id, &icon, pictures.room_bytes, now).await?;
                    }
                    Ok(())
                }
            },
        )
        .await?;
        Ok(tried)
    }

    /// The first fit icon: that of the feed, those that the site names, the one that sites keep by convention.
    async fn icon_of(&self, source: &Faceless) -> Option<NewPicture> {
        let claimed = source.claimed_icon.as_deref().and_then(|address| Address::parse(address).ok());
        if let Some(icon) = self.first_icon(claimed).await {
            return Some(icon);
        }
        let site = Address::parse(source.site.as_deref().unwrap_or(&source.address)).ok()?;
        // What is polled is no page; its host's front page is.
        let page = if source.site.is_some() { site.clone() } else { site.root() };
        let mut places = self.icons_named_by(&page).await;
        places.extend(site.join("/favicon.ico"));
        self.first_icon(places).await
    }

    async fn first_icon(&self, places: impl IntoIterator<Item = Address>) -> Option<NewPicture> {
        for place in places.into_iter().take(MOST_TRIED) {
            match self.picture(&place, OF_A_SOURCE).await {
                Ok(icon) => return Some(icon),
                Err(none) => debug!("No icon at {}: {}", place.host(), none.why),
            }
        }
        None
    }

    /// The icons that a page names, if it may be fetched.
    async fn icons_named_by(&self, page: &Address) -> Vec<Address> {
        let net = &self.looker.net;
        if self.looker.doors.may(net, page, self.clock.now()).await.is_err() {
            return vec![];
        }
        let ask = Ask { address: page, validators: &Validators::default(), accept: Accept::Page };
        let Ok(reply) = net.at_most(LARGEST_PAGE_BYTES).ask(&ask).await else { return vec![] };
        let Answer::Body(body) = reply.answer else { return vec![] };
        let named = html::find_icons(&String::from_utf8_lossy(&body.bytes), reply.final_address.url());
        named.into_iter().take(MOST_TRIED - 1).filter_map(|icon| Address::try_from(icon).ok()).collect()
    }
}
