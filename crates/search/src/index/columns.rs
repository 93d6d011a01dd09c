//! What filters and counts ask of the texts of a segment, a column each.

use std::collections::HashMap;

/// What is known of a text besides its words.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Facts<'a> {
    /// Where it stands among all, such as its time in milliseconds: the larger, the newer.
    pub place: i64,
    /// The number of what it came from.
    pub source: i64,
    /// Its language, such as `en`; empty if that is not known.
    pub language: &'a str,
    /// What it is about, each topic by its word; of more than 16 the first.
    pub topics: &'a [&'a str],
}

/// So many topics of a text are kept.
const MOST_TOPICS: usize = 16;

/// The longest that a text's length is told, in words.
pub(crate) const LONGEST: f32 = 65_535.0;

/// The facts of the texts, in their order.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Columns {
    pub(crate) ids: Vec<i64>,
    pub(crate) places: Vec<i64>,
    /// The sources that there are; and for each text which of them it came from.
    pub(crate) sources: Vec<i64>,
    pub(crate) source_of: Vec<u32>,
    /// The same for languages.
    pub(crate) languages: Vec<String>,
    pub(crate) language_of: Vec<u16>,
    /// The topics that there are; for each text where its own end among all of them; and which these are.
    pub(crate) topics: Vec<String>,
    pub(crate) topic_ends: Vec<u32>,
    pub(crate) topic_of: Vec<u16>,
    pub(crate) lengths: Vec<u16>,
}

impl Columns {
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Which topics a text is about.
    pub(crate) fn topics_of(&self, text: usize) -> &[u16] {
        let from = text.checked_sub(1).map_or(0, |before| self.topic_ends[before]);
        &self.topic_of[from as usize..self.topic_ends[text] as usize]
    }

    /// Whether each column tells of every text, and each number leads to something.
    pub(crate) fn is_sound(&self, texts: usize) -> bool {
        let lengths = [
            self.places.len(),
            self.source_of.len(),
            self.language_of.len(),
            self.topic_ends.len(),
            self.lengths.len(),
            self.ids.len(),
        ];
        lengths.iter().all(|length| *length == texts)
            && self.source_of.iter().all(|source| (*source as usize) < self.sources.len())
            && self.language_of.iter().all(|language| usize::from(*language) < self.languages.len())
            && self.topic_ends.is_sorted()
            && self.topic_ends.last().map_or(0, |end| *end as usize) == self.topic_of.len()
            && self.topic_of.iter().all(|topic| usize::from(*topic) < self.topics.len())
    }
}

/// Names that are told by their number: so many there are not that two bytes would not do for all; whatever comes after
/// counts as the first.
#[derive(Clone, Debug, Default)]
struct Numbers(HashMap<String, u16>);

impl Numbers {
    /// The number of a name, which is appended to the names if it is new.
    fn of(&mut self, name: &str, names: &mut Vec<String>) -> u16 {
        if let Some(known) = self.0.get(name) {
            return *known;
        }
        if names.len() > usize::from(u16::MAX) {
            return 0;
        }
        let number = names.len() as u16;
        names.push(name.to_owned());
        self.0.insert(name.to_owned(), number);
        number
    }
}

/// Columns that grow.
#[derive(Clone, Debug, Default)]
pub(crate) struct Growing {
    pub(crate) columns: Columns,
    sources: HashMap<i64, u32>,
    languages: Numbers,
    topics: Numbers,
}

impl Growing {
    /// Appends a text.
    pub(crate) fn push(&mut self, id: i64, facts: Facts<'_>, length: u16) {
        let Self { columns, sources, languages, topics } = self;
        let source = *sources.entry(facts.source).or_insert_with(|| {
            columns.sources.push(facts.source);
            columns.sources.len() as u32 - 1
        });
        columns.ids.push(id);
        columns.places.push(facts.place);
        columns.source_of.push(source);
        columns.language_of.push(languages.of(facts.language, &mut columns.languages));
        for topic in facts.topics.iter().take(MOST_TOPICS) {
            columns.topic_of.push(topics.of(topic, &mut columns.topics));
        }
        columns.topic_ends.push(columns.topic_of.len() as u32);
        columns.lengths.push(length);
    }

    /// Appends a text of other columns.
    pub(crate) fn push_from(&mut self, other: &Columns, at: usize) {
        let topics: Vec<&str> =
            other.topics_of(at).iter().map(|topic| other.topics[usize::from(*topic)].as_str()).collect();
        let facts = Facts {
            place: other.places[at],
            source: other.sources[other.source_of[at] as usize],
            language: &other.languages[usize::from(other.language_of[at])],
            topics: &topics,
        };
        self.push(other.ids[at], facts, other.lengths[at]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two texts, the first about two topics.
    fn columns() -> Columns {
        let mut growing = Growing::default();
        growing.push(1, Facts { language: "en", topics: &["bins", "parking"], ..Facts::default() }, 9);
        growing.push(2, Facts { language: "en", ..Facts::default() }, 9);
        growing.columns
    }

    #[track_caller]
    fn is_unsound(damage: impl Fn(&mut Columns)) {
        let mut columns = columns();
        assert!(columns.is_sound(2));
        damage(&mut columns);
        assert!(!columns.is_sound(2), "{columns:?}");
    }

    #[test]
    fn numbers_that_lead_nowhere_are_noticed() {
        is_unsound(|columns| columns.topic_ends = vec![2]);
        is_unsound(|columns| columns.topic_ends = vec![3, 2]);
        is_unsound(|columns| columns.topic_ends = vec![2, 3]);
        is_unsound(|columns| columns.topic_ends = vec![1, 1]);
        is_unsound(|columns| columns.topic_of[1] = 2);
        is_unsound(|columns| columns.language_of[1] = 1);
        is_unsound(|columns| columns.source_of[0] = 1);
    }

    #[test]
    fn of_very_many_topics_the_first_are_kept() {
        let names: Vec<String> = (0..40).map(|number| number.to_string()).collect();
        let topics: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut growing = Growing::default();
        growing.push(1, Facts { topics: &topics, ..Facts::default() }, 9);
        assert_eq!(growing.columns.topics_of(0).len(), MOST_TOPICS);
        assert!(growing.columns.is_sound(1));
    }
}
