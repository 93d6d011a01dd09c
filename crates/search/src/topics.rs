//! What texts are about: a vocabulary of topics, in the words that people write of them.

mod leanings;
mod read;
mod suggest;

use std::sync::{LazyLock, Mutex, PoisonError};

use crate::words::words;

use read::Book;
use suggest::{Known, Phrases};

pub(crate) use leanings::Leanings;
pub use suggest::Suggestion;

/// The vocabulary, and the services that it names.
const TOPICS: &str = include_str!("../vocabulary/topics.txt");
const SERVICES: &str = include_str!("../vocabulary/uk-lgsl-services.csv");

/// Raised when the same words suggest something else than before.
const METHOD: u32 = 1;
/// How many topics are suggested for a text at most.
pub const MOST_TOPICS: usize = 4;

/// Something that a post or a project is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Topic {
    /// The word that its address has: small letters and hyphens.
    pub slug: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub about: &'static str,
    /// The heading that it stands under.
    pub group: &'static str,
    /// Other words for it, as people may read them.
    pub synonyms: Vec<String>,
    /// The services that belong to it.
    pub services: Vec<Service>,
    /// The words that the addresses of related topics have, the nearest first.
    pub near: Vec<&'static str>,
}

/// A service of the Local Government Services List.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Service {
    /// Its number there.
    pub number: u32,
    /// What it is, in a few words.
    pub name: String,
}

/// All topics, and what tells them.
///
/// ```
/// use search::Vocabulary;
/// let topics = Vocabulary::built_in();
/// let found = topics.suggest("What we learnt about damp", "Tenants report black mould three times before anybody comes.");
/// assert_eq!(found[0].topic.slug, "damp-and-mould");
/// assert_eq!(found[0].in_words(), "Its title says “damp”; it says “black mould”.");
/// assert!(topics.suggest("Planning a workshop", "Bring pens.").is_empty());
/// ```
#[derive(Debug)]
pub struct Vocabulary {
    topics: Vec<Topic>,
    /// What each of them is called.
    called: Vec<Called>,
    phrases: Phrases,
    /// What readers of texts remember, one each.
    known: Mutex<Vec<Known>>,
    version: u32,
}

/// What a topic is called, in stems.
#[derive(Debug)]
struct Called {
    name: Vec<String>,
    synonyms: Vec<Vec<String>>,
    services: Vec<String>,
}

impl Called {
    fn of(topic: &Topic) -> Self {
        Self {
            name: stems(topic.name),
            synonyms: topic.synonyms.iter().map(|name| stems(name)).collect(),
            services: topic.services.iter().flat_map(|service| stems(&service.name)).collect(),
        }
    }

    /// How much a word has to do with it.
    fn weigh(&self, stem: &String) -> usize {
        let in_synonyms = || self.synonyms.iter().any(|name| name.contains(stem));
        match self.name.contains(stem) {
            true => 3,
            false if in_synonyms() => 2,
            false => usize::from(self.services.contains(stem)),
        }
    }
}

impl Vocabulary {
    /// The vocabulary that is built into the program.
    pub fn built_in() -> &'static Self {
        static BUILT_IN: LazyLock<Vocabulary> =
            LazyLock::new(|| Vocabulary::read(TOPICS, SERVICES).expect("the vocabulary is sound, which a test says"));
        &BUILT_IN
    }

    fn read(topics: &'static str, services: &'static str) -> Result<Self, String> {
        let Book { topics, said } = read::read(topics, services)?;
        let mut hasher = crc32fast::Hasher::new_with_initial(METHOD);
        hasher.update(TOPICS.as_bytes());
        let called = topics.iter().map(Called::of).collect();
        let phrases = Phrases::of(&said)?;
        Ok(Self { topics, called, phrases, known: Mutex::default(), version: hasher.finalize() })
    }

    /// All topics, group by group.
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// The topic whose address has this word.
    pub fn topic(&self, slug: &str) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.slug == slug)
    }

    /// Another number as soon as the same text may be about something else.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// What a text is about, the surest first: at most [`MOST_TOPICS`], and none where nothing is sure.
    ///
    /// A topic's own words in the title tell it. In the text they have to stand more than once, the longer it is, or beside
    /// others that hint at it.
    pub fn suggest(&self, title: &str, text: &str) -> Vec<Suggestion<'_>> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let suggested = self.phrases.suggest(&self.topics, title, text, &mut known);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).push(known);
        suggested
    }

    /// How far a text leans towards each topic of which it says anything: its number, and a weight from ½ to some 7. Far less is
    /// asked than of a [suggestion](Self::suggest): nobody is shown it.
    pub(crate) fn leanings(&self, title: &str, text: &str) -> Vec<(u16, f32)> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        let leanings = self.phrases.leanings(title, text, &mut known);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).push(known);
        leanings
    }

    /// The topic that somebody means by these words: the one that its address says, its name, or a synonym.
    pub fn meant(&self, words: &str) -> Option<&Topic> {
        let words = words.trim();
        let slug = words.to_lowercase().replace(char::is_whitespace, "-");
        let asked = stems(words);
        let those = |is_called: fn(&Called, &[String]) -> bool| {
            let mut all = self.topics.iter().zip(&self.called);
            all.find(|(_, called)| !asked.is_empty() && is_called(called, &asked)).map(|(topic, _)| topic)
        };
        self.topic(&slug)
            .or_else(|| those(|called, asked| called.name == asked))
            .or_else(|| those(|called, asked| called.synonyms.iter().any(|name| name == asked)))
    }

    /// The topics that come nearest to some words, by those of them that stand in names, synonyms and services.
    pub fn nearest(&self, words: &str, most: usize) -> Vec<&Topic> {
        let asked: Vec<String> = stems(words).into_iter().filter(|stem| !crate::words::is_small(stem)).collect();
        let weigh = |called: &Called| asked.iter().map(|stem| called.weigh(stem)).sum::<usize>();
        let mut near: Vec<(usize, &Topic)> = self.called.iter().map(weigh).zip(&self.topics).collect();
        near.retain(|(weight, _)| *weight > 0);
        near.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
        near.into_iter().map(|(_, topic)| topic).take(most).collect()
    }
}

/// The stems of a text, the parts of words with hyphens apart.
fn stems(text: &str) -> Vec<String> {
    let text = text.replace('-', " ");
    words(&text).into_iter().map(|word| word.stem).collect()
}

#[cfg(test)]
mod tests;
