//! How much is written on each topic, and what is rising: counted once for each state of the river and each day.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Span;
use jiff::civil::Date;
use model::Time;
use search::{Topic, Vocabulary};
use store::StoreError;
use tokio::sync::Mutex;
use tracing::warn;

use crate::days;
use crate::newsroom::{Moment, Newsroom};
use crate::rising::{Trend, Weeks};
use crate::shelf::ShelfError;

/// How many weeks of the past this one is compared with.
const WEEKS: i32 = 12;

/// How all topics stand.
#[derive(Debug)]
pub(crate) struct Trends {
    topics: HashMap<&'static str, Standing>,
    /// Those that rise, the steepest first.
    pub(crate) rising: Vec<&'static Topic>,
    /// When this week began.
    pub(crate) week: Time,
}

/// How a topic stands.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Standing {
    /// How many posts there are on it.
    pub(crate) posts: usize,
    pub(crate) trend: Trend,
}

/// The last trends.
#[derive(Debug, Default)]
pub(crate) struct LastTrends(Mutex<Option<Counted>>);

/// Trends, with the state of the river and the day that they are of.
#[derive(Debug)]
struct Counted {
    revision: i64,
    today: Date,
    trends: Arc<Trends>,
}

impl LastTrends {
    pub(crate) async fn get(&self, newsroom: &Newsroom, moment: &Moment) -> Result<Arc<Trends>, StoreError> {
        let Moment { revision, today, .. } = *moment;
        let mut last = self.0.lock().await;
        if let Some(counted) = last.as_ref().filter(|last| (last.revision, last.today) == (revision, today)) {
            return Ok(Arc::clone(&counted.trends));
        }
        let is_settled = newsroom.shelf().is_at(revision);
        let trends = Arc::new(Trends::count(newsroom, moment).await?);
        *last = is_settled.then(|| Counted { revision, today, trends: Arc::clone(&trends) });
        Ok(trends)
    }
}

impl Trends {
    /// A week is the last seven days, today among them.
    async fn count(newsroom: &Newsroom, moment: &Moment) -> Result<Self, StoreError> {
        let first = |weeks_ago: i32| moment.today.saturating_sub(Span::new().days(7 * weeks_ago + 6));
        let starts: Vec<Time> = (0..=WEEKS).rev().map(|ago| days::start_of(first(ago), &moment.zone)).collect();
        let week = starts.last().copied().unwrap_or(Time::MAX);
        let census = match newsroom.shelf().census(starts.iter().map(|start| start.millis()).collect()).await {
            Ok(census) => census,
            Err(ShelfError::Store(why)) => return Err(why),
            Err(why) => {
                warn!("Posts could not be counted by topic: {why}");
                return Ok(Self { topics: HashMap::new(), rising: Vec::new(), week });
            }
        };
        let mut topics = HashMap::new();
        for (slug, count) in &census.topics {
            // A word that has left the vocabulary stays in the index until that is built again.
            let Some(topic) = Vocabulary::built_in().topic(slug) else { continue };
            let by_source: Vec<usize> = count.latest.values().copied().collect();
            let weeks = Weeks { topic: &count.periods, all: &census.periods, by_source: &by_source };
            topics.insert(topic.slug, Standing { posts: count.texts, trend: Trend::of(weeks) });
        }
        let mut rising: Vec<(f64, &Topic)> = topics
            .iter()
            .filter_map(|(slug, standing)| Some((standing.trend.rises?, Vocabulary::built_in().topic(slug)?)))
            .collect();
        rising.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.name.cmp(other.1.name)));
        Ok(Self { topics, rising: rising.into_iter().map(|(_, topic)| topic).collect(), week })
    }

    /// How a topic stands.
    pub(crate) fn of(&self, topic: &Topic) -> Standing {
        self.topics.get(topic.slug).copied().unwrap_or_default()
    }

    /// How many topics are written on.
    pub(crate) fn len(&self) -> usize {
        self.topics.len()
    }
}
