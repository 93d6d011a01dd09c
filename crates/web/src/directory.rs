//! What there is to choose from: gathered once for each state of the river, and shared by every page that shows it.

use std::sync::Arc;

use jiff::civil::Date;
use model::{Language, Time};
use store::{Group, RiverFilter, StoreError};
use tokio::sync::Mutex;

use crate::days;
use crate::newsroom::{Moment, Newsroom};

/// Months before this many are not listed: nobody wrote feeds then.
const MOST_MONTHS: usize = 12 * 60;

/// The sources, groups, languages and months of the river.
#[derive(Debug)]
pub(crate) struct Directory {
    /// The sources that are shown, by name: slug and name.
    pub(crate) sources: Vec<(String, String)>,
    pub(crate) groups: Vec<Group>,
    /// The languages that posts are in, by name: code and name.
    pub(crate) languages: Vec<(String, String)>,
    /// Every month from the oldest post to the newest, by its first day, with its posts counted.
    pub(crate) months: Vec<(Date, u64)>,
}

impl Directory {
    /// How many posts the whole river has.
    pub(crate) fn posts(&self) -> u64 {
        self.months.iter().map(|(_, count)| count).sum()
    }

    async fn gather(newsroom: &Newsroom, moment: &Moment) -> Result<Self, StoreError> {
        let store = newsroom.store();
        let sources = store.sources().await?;
        let shown = sources.into_iter().filter(|source| source.record.state.is_shown());
        let language = |code: &str| code.parse::<Language>().map_or(code.to_owned(), |one| one.name().to_owned());
        let languages = store.languages().await?;
        let mut languages: Vec<(String, String)> =
            languages.into_iter().map(|count| (count.of.clone(), language(&count.of))).collect();
        languages.sort_by(|a, b| a.1.cmp(&b.1));
        Ok(Self {
            sources: shown.map(|source| (source.record.slug, source.record.name)).collect(),
            groups: store.groups().await?,
            languages,
            months: months(newsroom, moment).await?,
        })
    }
}

/// The last directory that was gathered, and for which state of the river.
#[derive(Debug, Default)]
pub(crate) struct LastDirectory(Mutex<Option<(i64, Arc<Directory>)>>);

impl LastDirectory {
    /// The directory of the river as it stands, gathered anew only if the river changed.
    pub(crate) async fn get(&self, newsroom: &Newsroom, moment: &Moment) -> Result<Arc<Directory>, StoreError> {
        let mut last = self.0.lock().await;
        if let Some((revision, directory)) = last.as_ref()
            && *revision == moment.revision
        {
            return Ok(directory.clone());
        }
        let directory = Arc::new(Directory::gather(newsroom, moment).await?);
        *last = Some((moment.revision, directory.clone()));
        Ok(directory)
    }
}

async fn months(newsroom: &Newsroom, moment: &Moment) -> Result<Vec<(Date, u64)>, StoreError> {
    let Some((oldest, newest)) = newsroom.store().extent().await? else { return Ok(Vec::new()) };
    let oldest = days::day_of(oldest, &moment.zone).first_of_month();
    let mut firsts = vec![days::day_of(newest, &moment.zone).first_of_month()];
    while let Some(earlier) = firsts.last().and_then(|first| first.yesterday().ok()) {
        if earlier < oldest || firsts.len() >= MOST_MONTHS {
            break;
        }
        firsts.push(earlier.first_of_month());
    }
    firsts.reverse();
    let mut bounds: Vec<Time> = firsts.iter().map(|first| days::start_of(*first, &moment.zone)).collect();
    bounds.extend(firsts.last().map(|first| days::end_of(first.last_of_month(), &moment.zone)));
    let counts = newsroom.store().count_between(&RiverFilter::default(), &bounds).await?;
    Ok(firsts.into_iter().zip(counts).collect())
}
