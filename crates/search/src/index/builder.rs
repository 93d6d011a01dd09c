//! Texts that were taken in and are not on the disk yet.

use std::collections::{HashMap, HashSet};

use crate::index::columns::{Facts, Growing, LONGEST};
use crate::index::disk::Folder;
use crate::index::error::IndexError;
use crate::index::postings::List;
use crate::index::segment::Draft;
use crate::meaning::{DIMENSIONS, Parts, Vector};
use crate::reading::Read;
use crate::scoring::Totals;

/// What a word and its list take besides their bytes.
const WORD_ROOM: usize = 100;

/// A segment in memory.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    lists: HashMap<String, List>,
    texts: Growing,
    vectors: Vec<Parts>,
    places: HashMap<i64, u32>,
    /// Texts that were taken out again.
    pub(crate) dead: HashSet<u32>,
    /// What the lists take, in bytes.
    room: usize,
}

impl Builder {
    /// Takes a text in, instead of the one that had its number here.
    pub(crate) fn put(&mut self, id: i64, facts: Facts<'_>, read: &Read) {
        self.remove(id);
        let place = self.texts.columns.len() as u32;
        for (word, count) in &read.counts {
            let list = match self.lists.get_mut(word) {
                Some(list) => list,
                None => {
                    self.room += WORD_ROOM + word.len();
                    self.lists.entry(word.clone()).or_default()
                }
            };
            let before = list.room();
            list.push(place, *count as u32);
            self.room += list.room() - before;
        }
        // A length is a sum of whole numbers.
        self.texts.push(id, facts, read.length.min(LONGEST) as u16);
        self.vectors.push(*read.vector.parts());
        self.places.insert(id, place);
    }

    /// Takes a text out, if it is here.
    pub(crate) fn remove(&mut self, id: i64) {
        self.dead.extend(self.places.remove(&id));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.vectors.is_empty()
    }

    /// How many texts are here.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    /// What it takes in memory, in bytes.
    pub(crate) fn room(&self) -> usize {
        self.room + self.vectors.len() * (DIMENSIONS + 70)
    }

    /// Writes all as the segment of this number.
    pub(crate) fn write(&self, folder: &Folder, number: u64) -> Result<(), IndexError> {
        let mut draft = Draft::new(folder, number)?;
        let mut words: Vec<(&String, &List)> = self.lists.iter().collect();
        words.sort_unstable_by_key(|(word, _)| *word);
        for (word, list) in words {
            draft.word(word, list)?;
        }
        let columns = &self.texts.columns;
        let mut totals = Totals::new();
        for (parts, length) in self.vectors.iter().zip(&columns.lengths) {
            totals.add(&Vector::of_parts(*parts), f32::from(*length));
        }
        draft.finish(columns, &totals, self.vectors.iter().copied().map(Ok))
    }
}
