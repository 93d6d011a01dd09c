//! A text as it is taken in: its words counted, and what it means.

use std::collections::HashMap;

use crate::acronyms::each_explained;
use crate::meaning::Vector;
use crate::model::Meaning;
use crate::words::Seen;

/// A text to be found again.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// Its number, which matches name it by.
    pub id: i64,
    /// Its title, plain.
    pub title: &'a str,
    /// The rest of its text, plain.
    pub text: &'a str,
}

/// What is kept of a text.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Read {
    /// Each different stem and how often it is there, a word in a title counted as often as it weighs; and what it explains.
    pub(crate) counts: HashMap<String, f32>,
    /// How many words it has, counted the same.
    pub(crate) length: f32,
    /// What it means.
    pub(crate) vector: Vector,
}

impl Read {
    /// A word in the title counts `title` times.
    pub(crate) fn of(document: &Document<'_>, title: f32, meaning: &Meaning, seen: &mut Seen) -> Self {
        let mut counts: HashMap<String, f32> = HashMap::new();
        let mut length = 0.0;
        for (part, weight) in [(document.title, title), (document.text, 1.0)] {
            seen.each_telling(part, |stem| {
                match counts.get_mut(stem) {
                    Some(count) => *count += weight,
                    None => drop(counts.insert(stem.to_owned(), weight)),
                }
                length += weight;
            });
            each_explained(part, |explained| {
                counts.insert(explained, 1.0);
            });
        }
        let vector = meaning.of(&format!("{}\n{}", document.title, document.text));
        Self { counts, length, vector }
    }
}
