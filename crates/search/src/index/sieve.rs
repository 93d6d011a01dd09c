//! Which texts are let through, and how many there are of each kind.

use std::collections::{BTreeMap, BTreeSet};

use crate::index::columns::Columns;

/// Which texts are let through.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sieve {
    /// Those that have all words of each of these; small words are not asked for.
    pub with: Vec<String>,
    /// Those that don't have all words of any of these.
    pub without: Vec<String>,
    /// Those from one of these sources.
    pub sources: Option<BTreeSet<i64>>,
    /// Those in one of these languages.
    pub languages: Option<BTreeSet<String>>,
    /// Those about one of these topics.
    pub topics: Option<BTreeSet<String>>,
    /// Those that stand at this place or later.
    pub from: Option<i64>,
    /// Those that stand before this place.
    pub until: Option<i64>,
    /// All but this one.
    pub but: Option<i64>,
    /// The places at which periods begin that are counted, the first first. What stands before the first is not counted.
    pub periods: Vec<i64>,
}

/// How many texts answer a question, and of which kind they are.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// All of them.
    pub texts: usize,
    /// By source.
    pub sources: BTreeMap<i64, usize>,
    /// By language; what it is not known of counts nowhere.
    pub languages: BTreeMap<String, usize>,
    /// By topic; what is about several counts for each.
    pub topics: BTreeMap<String, usize>,
    /// In each period.
    pub periods: Vec<usize>,
}

impl Counts {
    /// Counts in what was counted elsewhere.
    pub(crate) fn add(&mut self, other: Self) {
        self.texts += other.texts;
        other.sources.into_iter().for_each(|(source, many)| *self.sources.entry(source).or_default() += many);
        other.languages.into_iter().for_each(|(language, many)| *self.languages.entry(language).or_default() += many);
        other.topics.into_iter().for_each(|(topic, many)| *self.topics.entry(topic).or_default() += many);
        self.periods.resize(self.periods.len().max(other.periods.len()), 0);
        self.periods.iter_mut().zip(other.periods).for_each(|(all, many)| *all += many);
    }
}

/// A sieve as it is laid over one segment.
#[derive(Debug)]
pub(crate) struct Laid<'c> {
    columns: &'c Columns,
    sources: Option<Vec<bool>>,
    languages: Option<Vec<bool>>,
    topics: Option<Vec<bool>>,
    from: i64,
    until: i64,
    but: Option<i64>,
}

impl Sieve {
    pub(crate) fn over<'c>(&self, columns: &'c Columns) -> Laid<'c> {
        let sources = self.sources.as_ref();
        let among = |wanted: &Option<BTreeSet<String>>, there: &[String]| -> Option<Vec<bool>> {
            wanted.as_ref().map(|wanted| there.iter().map(|one| wanted.contains(one)).collect())
        };
        Laid {
            columns,
            sources: sources.map(|wanted| columns.sources.iter().map(|source| wanted.contains(source)).collect()),
            languages: among(&self.languages, &columns.languages),
            topics: among(&self.topics, &columns.topics),
            from: self.from.unwrap_or(i64::MIN),
            until: self.until.unwrap_or(i64::MAX),
            but: self.but,
        }
    }
}

impl Laid<'_> {
    /// Whether every text goes through.
    pub(crate) fn is_open(&self) -> bool {
        self.sources.is_none()
            && self.languages.is_none()
            && self.topics.is_none()
            && (self.from, self.until, self.but) == (i64::MIN, i64::MAX, None)
    }

    pub(crate) fn lets_through(&self, text: usize) -> bool {
        let Self { columns, sources, languages, topics, from, until, but } = self;
        let place = columns.places[text];
        sources.as_ref().is_none_or(|wanted| wanted[columns.source_of[text] as usize])
            && languages.as_ref().is_none_or(|wanted| wanted[usize::from(columns.language_of[text])])
            && topics
                .as_ref()
                .is_none_or(|wanted| columns.topics_of(text).iter().any(|topic| wanted[usize::from(*topic)]))
            && (*from..=*until).contains(&place)
            && (place < *until || *until == i64::MAX)
            && *but != Some(columns.ids[text])
    }
}

/// Counts the texts of one segment.
#[derive(Debug)]
pub(crate) struct Counting<'c> {
    columns: &'c Columns,
    starts: &'c [i64],
    texts: usize,
    sources: Vec<usize>,
    languages: Vec<usize>,
    topics: Vec<usize>,
    periods: Vec<usize>,
}

impl<'c> Counting<'c> {
    pub(crate) fn new(columns: &'c Columns, starts: &'c [i64]) -> Self {
        Self {
            columns,
            starts,
            texts: 0,
            sources: vec![0; columns.sources.len()],
            languages: vec![0; columns.languages.len()],
            topics: vec![0; columns.topics.len()],
            periods: vec![0; starts.len()],
        }
    }

    pub(crate) fn count(&mut self, text: usize) {
        self.texts += 1;
        self.sources[self.columns.source_of[text] as usize] += 1;
        self.languages[usize::from(self.columns.language_of[text])] += 1;
        for topic in self.columns.topics_of(text) {
            self.topics[usize::from(*topic)] += 1;
        }
        if !self.starts.is_empty() {
            let place = self.columns.places[text];
            if let Some(period) = self.starts.partition_point(|start| *start <= place).checked_sub(1) {
                self.periods[period] += 1;
            }
        }
    }

    pub(crate) fn add_to(self, counts: &mut Counts) {
        counts.texts += self.texts;
        for (source, many) in self.columns.sources.iter().zip(self.sources).filter(|(_, many)| *many > 0) {
            *counts.sources.entry(*source).or_default() += many;
        }
        for (language, many) in self.columns.languages.iter().zip(self.languages).filter(|(_, many)| *many > 0) {
            if !language.is_empty() {
                *counts.languages.entry(language.clone()).or_default() += many;
            }
        }
        for (topic, many) in self.columns.topics.iter().zip(self.topics).filter(|(_, many)| *many > 0) {
            *counts.topics.entry(topic.clone()).or_default() += many;
        }
        counts.periods.resize(self.starts.len(), 0);
        counts.periods.iter_mut().zip(self.periods).for_each(|(all, many)| *all += many);
    }
}
