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
}

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
    pub(crate) lengths: Vec<u16>,
}

impl Columns {
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether each column tells of every text, and each number leads to something.
    pub(crate) fn is_sound(&self, texts: usize) -> bool {
        let lengths =
            [self.places.len(), self.source_of.len(), self.language_of.len(), self.lengths.len(), self.ids.len()];
        lengths.iter().all(|length| *length == texts)
            && self.source_of.iter().all(|source| (*source as usize) < self.sources.len())
            && self.language_of.iter().all(|language| usize::from(*language) < self.languages.len())
    }
}

/// Columns that grow.
#[derive(Clone, Debug, Default)]
pub(crate) struct Growing {
    pub(crate) columns: Columns,
    sources: HashMap<i64, u32>,
    languages: HashMap<String, u16>,
}

impl Growing {
    /// Appends a text.
    pub(crate) fn push(&mut self, id: i64, facts: Facts<'_>, length: u16) {
        let Self { columns, sources, languages } = self;
        let source = *sources.entry(facts.source).or_insert_with(|| {
            columns.sources.push(facts.source);
            columns.sources.len() as u32 - 1
        });
        let language = match languages.get(facts.language) {
            Some(known) => *known,
            // So many languages there are not; whatever comes after counts as the first.
            None if columns.languages.len() > usize::from(u16::MAX) => 0,
            None => {
                let number = columns.languages.len() as u16;
                columns.languages.push(facts.language.to_owned());
                languages.insert(facts.language.to_owned(), number);
                number
            }
        };
        columns.ids.push(id);
        columns.places.push(facts.place);
        columns.source_of.push(source);
        columns.language_of.push(language);
        columns.lengths.push(length);
    }

    /// Appends a text of other columns.
    pub(crate) fn push_from(&mut self, other: &Columns, at: usize) {
        let facts = Facts {
            place: other.places[at],
            source: other.sources[other.source_of[at] as usize],
            language: &other.languages[usize::from(other.language_of[at])],
        };
        self.push(other.ids[at], facts, other.lengths[at]);
    }
}
