//! What there is to choose from: gathered once, kept up with the changes, and shared by every page that shows it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use jiff::civil::Date;
use model::{Language, PostId, Time};
use store::{Change, ChangeKind, GroupRef, RiverFilter, SourceCounts, SourceName, Store, StoreError};
use tokio::sync::Mutex;

use crate::days;
use crate::newsroom::{Moment, Newsroom};

/// Months before this many are not listed: nobody wrote feeds then.
const MOST_MONTHS: usize = 12 * 60;
/// The most sources that a list to choose from holds; where there are more, one is typed.
pub(crate) const MOST_SOURCES: usize = 80;
/// Where there are more, so many active ones are offered to whoever types.
const ACTIVE_SOURCES: u32 = 40;
/// The most groups that a list to choose from holds.
const MOST_GROUPS: u32 = 200;
/// After so many changes at once everything is gathered anew, which then is less work than to follow them.
const MOST_CHANGES: u32 = 2_000;
/// Above so many sources they are counted again once a minute only, since that takes a while.
const MANY_SOURCES: u64 = 10_000;
const A_MINUTE: Duration = Duration::from_secs(60);

/// The sources, groups, languages and months of the river.
#[derive(Debug, Clone)]
pub(crate) struct Directory {
    /// How many sources are shown.
    pub(crate) counts: SourceCounts,
    /// The sources that are shown, by name, if they are few; else the most active of them.
    pub(crate) sources: Vec<SourceName>,
    /// The first groups, in the order of their lists.
    pub(crate) groups: Vec<GroupRef>,
    /// The languages that posts are in, by name: code and name. One that has lost its last post may still be here.
    pub(crate) languages: Vec<(String, String)>,
    /// Every month from the oldest post to the newest, by its first day, with its posts counted.
    pub(crate) months: Vec<(Date, u64)>,
    /// When the sources were counted.
    counted: Time,
}

impl Directory {
    /// How many posts the whole river has.
    pub(crate) fn posts(&self) -> u64 {
        self.months.iter().map(|(_, count)| count).sum()
    }

    /// Whether all sources are in the list.
    pub(crate) fn has_all_sources(&self) -> bool {
        self.counts.shown as usize <= MOST_SOURCES
    }

    async fn gather(store: &Store, moment: &Moment) -> Result<Self, StoreError> {
        let codes = store.languages().await?.into_iter().map(|count| count.of);
        let mut directory = Self {
            counts: SourceCounts::default(),
            sources: Vec::new(),
            groups: Vec::new(),
            languages: Vec::new(),
            months: months(store, moment).await?,
            counted: moment.now,
        };
        directory.add_languages(codes);
        directory.gather_sources(store, moment).await?;
        Ok(directory)
    }

    /// The same after some changes.
    async fn follow(&mut self, store: &Store, moment: &Moment, changes: &[Change]) -> Result<(), StoreError> {
        let turned = changes.iter().filter(|change| {
            matches!(
                change.kind,
                ChangeKind::PostNew | ChangeKind::PostShown | ChangeKind::PostHidden | ChangeKind::PostRevised
            )
        });
        let posts: BTreeSet<PostId> = turned.filter_map(|change| change.post).collect();
        if !posts.is_empty() {
            let places = store.places(&posts.into_iter().collect::<Vec<_>>()).await?;
            let day = |place: Time| days::day_of(place, &moment.zone).first_of_month();
            let turned: BTreeSet<Date> = places.iter().map(|placed| day(placed.place)).collect();
            self.add_languages(places.into_iter().filter_map(|placed| placed.language));
            self.count_again(store, &turned, moment).await?;
        }
        let is_about_sources = |change: &Change| {
            matches!(
                change.kind,
                ChangeKind::SourceAdded | ChangeKind::SourceChanged | ChangeKind::Groups | ChangeKind::Request
            )
        };
        let is_old = moment.now >= self.counted + A_MINUTE;
        let is_changed = self.counts.shown <= MANY_SOURCES && changes.iter().any(is_about_sources);
        if is_old || is_changed {
            self.gather_sources(store, moment).await?;
        }
        Ok(())
    }

    async fn gather_sources(&mut self, store: &Store, moment: &Moment) -> Result<(), StoreError> {
        self.counts = store.count_sources().await?;
        self.counted = moment.now;
        self.sources = match self.has_all_sources() {
            true => store.source_names(MOST_SOURCES as u32).await?,
            false => store.active_sources(ACTIVE_SOURCES).await?,
        };
        self.groups = store.group_names(MOST_GROUPS).await?;
        Ok(())
    }

    fn add_languages(&mut self, codes: impl Iterator<Item = String>) {
        for code in codes {
            if self.languages.iter().all(|(known, _)| *known != code) {
                let name = code.parse::<Language>().map_or(code.clone(), |one| one.name().to_owned());
                self.languages.push((code, name));
            }
        }
        self.languages.sort_by(|a, b| a.1.cmp(&b.1));
    }

    /// Counts some months again; the river may have grown at either end.
    async fn count_again(&mut self, store: &Store, turned: &BTreeSet<Date>, moment: &Moment) -> Result<(), StoreError> {
        let known = self.months.first().zip(self.months.last()).map(|(first, last)| (first.0, last.0));
        let is_inside = |month: &Date| known.is_some_and(|(first, last)| (first..=last).contains(&*month));
        if !turned.iter().all(is_inside) {
            self.months = months(store, moment).await?;
            return Ok(());
        }
        for month in turned {
            let is_last = known.is_some_and(|(_, last)| last == *month);
            let end = if is_last { Time::MAX } else { days::end_of(month.last_of_month(), &moment.zone) };
            let bounds = [days::start_of(*month, &moment.zone), end];
            let counts = store.count_between(&RiverFilter::default(), &bounds).await?;
            let place = self.months.iter_mut().find(|(first, _)| first == month);
            if let (Some(place), [count]) = (place, counts.as_slice()) {
                place.1 = *count;
            }
        }
        let is_empty = |month: Option<&(Date, u64)>| month.is_some_and(|(_, count)| *count == 0);
        while is_empty(self.months.last()) {
            self.months.pop();
        }
        while is_empty(self.months.first()) {
            self.months.remove(0);
        }
        Ok(())
    }
}

/// The last directory, and for which state of the river.
#[derive(Debug, Default)]
pub(crate) struct LastDirectory(Mutex<Option<(i64, Arc<Directory>)>>);

impl LastDirectory {
    /// The directory of the river as it stands.
    pub(crate) async fn get(&self, newsroom: &Newsroom, moment: &Moment) -> Result<Arc<Directory>, StoreError> {
        let store = newsroom.store();
        let mut last = self.0.lock().await;
        let known = match last.as_ref() {
            // A page that was begun before another may come here after it: newer figures do no harm.
            Some((revision, directory)) if *revision >= moment.revision => return Ok(directory.clone()),
            Some((revision, directory)) => {
                let changes = store.changes_after(*revision, MOST_CHANGES + 1).await?;
                (changes.len() <= MOST_CHANGES as usize).then(|| (directory.clone(), changes))
            }
            None => None,
        };
        let (revision, directory) = match known {
            Some((directory, changes)) => {
                let mut directory = (*directory).clone();
                directory.follow(store, moment, &changes).await?;
                (changes.last().map_or(moment.revision, |change| change.number), directory)
            }
            None => (moment.revision, Directory::gather(store, moment).await?),
        };
        let directory = Arc::new(directory);
        *last = Some((revision, directory.clone()));
        Ok(directory)
    }
}

async fn months(store: &Store, moment: &Moment) -> Result<Vec<(Date, u64)>, StoreError> {
    let Some((oldest, newest)) = store.extent().await? else { return Ok(Vec::new()) };
    let oldest = days::day_of(oldest, &moment.zone).first_of_month();
    // A clock that was wrong leaves posts in a far future: they count to this month, or all the past would be out of reach.
    let newest = newest.min(moment.now);
    let mut firsts = vec![days::day_of(newest, &moment.zone).first_of_month()];
    while let Some(earlier) = firsts.last().and_then(|first| first.yesterday().ok()) {
        if earlier < oldest || firsts.len() >= MOST_MONTHS {
            break;
        }
        firsts.push(earlier.first_of_month());
    }
    firsts.reverse();
    let mut bounds: Vec<Time> = firsts.iter().map(|first| days::start_of(*first, &moment.zone)).collect();
    bounds.push(Time::MAX);
    let counts = store.count_between(&RiverFilter::default(), &bounds).await?;
    Ok(firsts.into_iter().zip(counts).collect())
}
