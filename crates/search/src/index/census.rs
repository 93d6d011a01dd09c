//! How much is written on each topic, and when: one look through the columns.

use std::collections::BTreeMap;

use crate::index::parts::Parts;

/// How many texts there are on each topic, and in each of some periods.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Census {
    /// By topic.
    pub topics: BTreeMap<String, TopicCount>,
    /// All texts in each period, whatever they are about.
    pub periods: Vec<usize>,
}

/// How many texts there are on a topic.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TopicCount {
    /// All of them.
    pub texts: usize,
    /// In each period.
    pub periods: Vec<usize>,
    /// In the last period, by source.
    pub latest: BTreeMap<i64, usize>,
}

/// Counts the texts by topic, and by the periods that begin at these places, the first first. What stands before the first
/// is in none.
pub(crate) fn census(parts: &Parts, starts: &[i64]) -> Census {
    let mut census = Census { topics: BTreeMap::new(), periods: vec![0; starts.len()] };
    for part in &parts.all {
        let columns = &part.segment.columns;
        let empty = || TopicCount { periods: vec![0; starts.len()], ..TopicCount::default() };
        let mut counts: Vec<TopicCount> = columns.topics.iter().map(|_| empty()).collect();
        for text in (0..columns.len()).filter(|text| part.alive.has(*text as u32)) {
            let period = starts.partition_point(|start| *start <= columns.places[text]).checked_sub(1);
            if let Some(period) = period {
                census.periods[period] += 1;
            }
            for topic in columns.topics_of(text) {
                let count = &mut counts[usize::from(*topic)];
                count.texts += 1;
                if let Some(period) = period {
                    count.periods[period] += 1;
                    if period + 1 == starts.len() {
                        *count.latest.entry(columns.sources[columns.source_of[text] as usize]).or_default() += 1;
                    }
                }
            }
        }
        for (topic, count) in columns.topics.iter().zip(counts).filter(|(_, count)| count.texts > 0) {
            let all = census.topics.entry(topic.clone()).or_insert_with(empty);
            all.texts += count.texts;
            all.periods.iter_mut().zip(count.periods).for_each(|(all, many)| *all += many);
            count.latest.into_iter().for_each(|(source, many)| *all.latest.entry(source).or_default() += many);
        }
    }
    census
}
