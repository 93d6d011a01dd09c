//! Tells the hub that our own feeds name when there is something new in them.

use std::collections::BTreeSet;
use std::time::Duration;

use model::{Address, SourceId, Time};
use net::Form;
use store::{Change, ChangeKind, StoreError};
use tracing::{debug, warn};

use crate::poll::Crawler;

/// How many changes are looked through in one go.
const CHANGES_AT_ONCE: u32 = 500;
/// Of how many sources the own feeds are told about in one go. Beyond that, the whole river's have to do.
const MOST_SOURCES: usize = 40;
/// What changes within so many seconds is told together.
const GATHERED: Duration = Duration::from_secs(5);
/// How many feeds are told about in one go, one after the other.
const PINGS_AT_ONCE: u32 = 8;
/// How long a feed is ours once taken.
const LEASE: Duration = Duration::from_secs(300);
const MINUTE: Duration = Duration::from_secs(60);

/// When a hub that could not be told is told again, after so many tries; `None` once it is given up. What changes later
/// is told anew.
pub fn tell_again(tries: u32, now: Time, not_before: Option<Time>) -> Option<Time> {
    const MOST_TRIES: u32 = 8;
    let wait = MINUTE * 3_u32.pow(tries.saturating_sub(1).min(6));
    (tries < MOST_TRIES).then(|| (now + wait).max(not_before.unwrap_or(Time::MIN)))
}

/// What changes mean for feeds: whether the river's are others now, and of which sources.
pub fn news(changes: &[Change]) -> (bool, BTreeSet<SourceId>) {
    use ChangeKind::{PostHidden, PostNew, PostRevised, PostShown};
    let in_feeds = |change: &&Change| matches!(change.kind, PostNew | PostRevised | PostShown | PostHidden);
    let sources: BTreeSet<SourceId> = changes.iter().filter(in_feeds).filter_map(|change| change.source).collect();
    (!sources.is_empty(), sources.into_iter().take(MOST_SOURCES).collect())
}

/// The addresses of the river's feeds that changed: the whole river's, each group's and each source's, in every format.
pub fn topics(site: &Address, sources: &[String], groups: &[String]) -> Vec<String> {
    let mut paths: Vec<String> = vec![];
    for format in ["atom", "rss", "json"] {
        paths.push(format!("/river.{format}"));
        paths.extend(groups.iter().map(|slug| format!("/river.{format}?group={slug}")));
        paths.extend(sources.iter().map(|slug| format!("/source/{slug}.{format}")));
    }
    paths.iter().filter_map(|path| site.join(path).ok()).map(String::from).collect()
}

impl Crawler {
    /// Notes which of our feeds have changed; gives how many changes were looked through.
    pub(crate) async fn follow_changes(&self) -> Result<usize, StoreError> {
        let (Some(site), Some(_)) = (&self.settings.site, &self.settings.hub) else { return Ok(0) };
        let from = self.store.told_up_to().await?;
        let changes = self.store.changes_after(from, CHANGES_AT_ONCE).await?;
        let Some(last) = changes.last() else { return Ok(0) };
        let (is_news, ids) = news(&changes);
        let topics = if is_news { self.topics_of(site, &ids).await? } else { vec![] };
        self.store.note_pings(from, last.number, &topics, self.clock.now() + GATHERED).await?;
        Ok(changes.len())
    }

    async fn topics_of(&self, site: &Address, ids: &BTreeSet<SourceId>) -> Result<Vec<String>, StoreError> {
        let (mut sources, mut groups) = (vec![], BTreeSet::new());
        for id in ids {
            let Some(record) = self.store.source(*id).await? else { continue };
            let Some(source) = self.store.source_by_slug(&record.slug).await? else { continue };
            groups.extend(source.groups.into_iter().map(|group| group.slug));
            sources.push(record.slug);
        }
        let groups: Vec<String> = groups.into_iter().take(MOST_SOURCES).collect();
        Ok(topics(site, &sources, &groups))
    }

    /// Tells the hub about feeds that changed; gives how many it was told about.
    pub(crate) async fn tell_hub(&self) -> Result<usize, StoreError> {
        let Some(hub) = &self.settings.hub else { return Ok(0) };
        let now = self.clock.now();
        let taken = self.store.take_pings(now, now + LEASE, PINGS_AT_ONCE).await?;
        for ping in &taken {
            let fields =
                [("hub.mode", "publish"), ("hub.url", ping.topic.as_str()), ("hub.topic", ping.topic.as_str())];
            let (why, not_before) = match self.looker.net.post(&Form { address: hub, fields: &fields }).await {
                Ok(posted) if posted.is_taken() => {
                    debug!("The hub {} knows that {} has changed", hub.host(), ping.topic);
                    self.store.pinged(ping, self.clock.now() + GATHERED).await?;
                    continue;
                }
                Ok(posted) => {
                    let wait = posted.wishes.retry_after.map(|wait| wait.ends(self.clock.now()));
                    (format!("it answers {}", posted.status), wait)
                }
                Err(error) => (error.to_string(), None),
            };
            if ping.tries == 1 {
                warn!("The hub {} could not be told that our feeds have changed: {why}", hub.host());
            }
            self.store.not_pinged(ping, tell_again(ping.tries, self.clock.now(), not_before)).await?;
        }
        Ok(taken.len())
    }
}

#[cfg(test)]
mod tests {
    use model::PostId;

    use super::*;

    fn now() -> Time {
        "2026-11-23T09:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_hub_in_trouble_is_told_less_and_less_often() {
        let minutes = |tries| tell_again(tries, now(), None).map(|at| at.since(now()).as_secs() / 60);
        assert_eq!([1, 2, 3, 7, 8].map(minutes), [Some(1), Some(3), Some(9), Some(729), None]);
        assert_eq!(tell_again(1, now(), Some(now() + 90 * MINUTE)), Some(now() + 90 * MINUTE));
    }

    #[test]
    fn only_what_stands_in_feeds_is_news() {
        let change = |kind, source| Change {
            number: 1,
            at: now(),
            kind,
            source: Some(SourceId::new(source)),
            post: Some(PostId::new(1)),
            project: None,
        };
        for quiet in [ChangeKind::SourceChanged, ChangeKind::Groups, ChangeKind::Request, ChangeKind::Pictures] {
            assert_eq!(news(&[change(quiet, 1)]), (false, BTreeSet::new()), "{quiet}");
        }
        let many: Vec<Change> = (0..500).map(|source| change(ChangeKind::PostNew, source)).collect();
        let (is_news, sources) = news(&many);
        assert_eq!((is_news, sources.len()), (true, 40));
    }

    #[test]
    fn feeds_have_their_whole_addresses() {
        let site = Address::parse("https://river.example/").unwrap();
        let topics = topics(&site, &["riverton".into()], &["councils".into()]);
        assert_eq!(topics.len(), 9);
        assert!(topics.contains(&"https://river.example/river.atom?group=councils".into()), "{topics:?}");
        assert!(topics.contains(&"https://river.example/source/riverton.json".into()), "{topics:?}");
    }
}
