//! Which topics a text is about, by the words that it says.

use std::collections::HashMap;

use crate::topics::read::{Said, Telling};
use crate::topics::{MOST_TOPICS, Topic};
use crate::words::{each_written, is_small, stem_of};

/// What a topic's own words in the title count for.
const TITLE: usize = 12;
/// What they count for in the text, each as often as it stands there, up to so many times.
const TEXT: usize = 3;
const MOST_TIMES: usize = 3;
/// What a different word that hints at it counts for in the title; in the text it counts for one, and so many do.
const TITLE_HINT: usize = 2;
const MOST_HINTS: usize = 4;
/// What has less than one in so many parts of the surest's strength is mentioned, and not what a text is about.
const BESIDE_BEST: usize = 4;
/// What a topic's own words in the title, in the text, and words that hint at it make a text lean towards it; and what is too
/// little.
const LEAN_TITLE: f32 = 2.0;
const LEAN_TEXT: f32 = 1.0;
const LEAN_HINT: f32 = 0.25;
const LEAST_LEANING: f32 = 0.5;
/// The most words that a reason names.
const MOST_NAMED: usize = 4;
/// So many words are remembered, some 3 MB.
const MOST_KNOWN: usize = 30_000;

/// What a text of so many words has to say of a topic that its title does not name: a long one mentions much.
fn needed(words: usize) -> usize {
    match words {
        0..=80 => TEXT + 1,
        81..=300 => 2 * TEXT,
        301..=700 => 3 * TEXT,
        _ => 4 * TEXT,
    }
}

/// A topic that a text is about, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suggestion<'v> {
    /// The topic.
    pub topic: &'v Topic,
    /// Which of its words the title has, as they are written there.
    pub in_title: Vec<String>,
    /// Which of them only the text has.
    pub in_text: Vec<String>,
}

impl Suggestion<'_> {
    /// Why the text is about it, in a sentence.
    pub fn in_words(&self) -> String {
        let quoted = |words: &[String]| -> String {
            let quoted: Vec<String> = words.iter().take(MOST_NAMED).map(|word| format!("“{word}”")).collect();
            match &quoted[..] {
                [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
                _ => quoted.concat(),
            }
        };
        match (&self.in_title[..], &self.in_text[..]) {
            ([], text) => format!("It says {}.", quoted(text)),
            (title, []) => format!("Its title says {}.", quoted(title)),
            (title, text) => format!("Its title says {}; it says {}.", quoted(title), quoted(text)),
        }
    }
}

/// How a word of a text may be meant: by its stem, in just this form, or in capitals. 0 stands for what no phrase has.
type Keys = [u32; 3];

/// The words of texts that were seen before, with their keys.
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<String, Keys>);

/// A phrase of the vocabulary.
#[derive(Debug)]
struct Phrase {
    keys: Vec<u32>,
    /// What it tells of each topic that has it.
    tells: Vec<(usize, Telling)>,
}

/// All phrases of the vocabulary.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    /// Each word in the form in which it is meant, with its key.
    keys: HashMap<String, u32>,
    /// By the key of their first word.
    by_first: Vec<Vec<Phrase>>,
}

/// A word of a text.
#[derive(Clone, Copy, Debug)]
struct Token {
    keys: Keys,
    start: usize,
    end: usize,
}

/// A phrase in a text.
#[derive(Clone, Copy, Debug)]
struct Mention<'p> {
    phrase: &'p Phrase,
    is_title: bool,
    start: usize,
    end: usize,
}

/// What a text says of one topic.
#[derive(Clone, Debug, Default)]
struct Evidence<'p> {
    own: Vec<Mention<'p>>,
    hints: Vec<Mention<'p>>,
}

impl Phrases {
    /// An error says which words stand there twice, or are none.
    pub(super) fn of(said: &[Said]) -> Result<Self, String> {
        let mut phrases = Self { by_first: vec![Vec::new()], ..Self::default() };
        let mut wrong: Vec<&str> = Vec::new();
        for Said { words, topic, telling } in said {
            let written = words.split(|letter: char| letter.is_whitespace() || letter == '-');
            let keys: Vec<u32> = written.flat_map(|word| phrases.keys_of(word)).collect();
            let Some(first) = keys.first() else {
                wrong.push(words);
                continue;
            };
            let beginning = &mut phrases.by_first[*first as usize];
            let Some(same) = beginning.iter_mut().find(|phrase| phrase.keys == keys) else {
                beginning.push(Phrase { keys, tells: vec![(*topic, *telling)] });
                continue;
            };
            // What tells one topic by itself may hint at others.
            let may_stand_beside = |(other, told): &(usize, Telling)| {
                other != topic
                    && ![*told, *telling].contains(&Telling::Nothing)
                    && [*told, *telling].contains(&Telling::Beside)
            };
            match same.tells.iter().all(may_stand_beside) {
                true => same.tells.push((*topic, *telling)),
                false => wrong.push(words),
            }
        }
        if wrong.is_empty() { Ok(phrases) } else { Err(format!("no words, or there twice: {}", wrong.join("; "))) }
    }

    /// The keys of a word of the vocabulary; several where punctuation is within it.
    fn keys_of(&mut self, word: &str) -> Vec<u32> {
        let (form, word) = match word.strip_prefix('=') {
            Some(word) => (Form::Exact, word),
            None => (Form::Stem, word),
        };
        let mut names = Vec::new();
        each_written(word, |written, _, _| {
            let form = if capitals(written).is_some() { Form::Capitals } else { form };
            names.extend(form.name(written));
        });
        let mut key_of = |name: String| {
            let next = self.keys.len() as u32 + 1;
            *self.keys.entry(name).or_insert_with(|| {
                self.by_first.push(Vec::new());
                next
            })
        };
        names.into_iter().map(&mut key_of).collect()
    }

    /// What a text is about, the surest first.
    pub(super) fn suggest<'v>(
        &self,
        topics: &'v [Topic],
        title: &str,
        text: &str,
        known: &mut Known,
    ) -> Vec<Suggestion<'v>> {
        let (in_title, in_text) = (self.tokens(title, known), self.tokens(text, known));
        let evidence = self.evidence(title, &in_title, text, &in_text);
        let needed = needed(in_title.len() + in_text.len());
        let mut sure: Vec<(usize, usize, Evidence<'_>)> = evidence
            .into_iter()
            .filter_map(|(topic, evidence)| Some((evidence.strength(needed)?, topic, evidence)))
            .collect();
        sure.sort_by_key(|(strength, topic, _)| (std::cmp::Reverse(*strength), *topic));
        let best = sure.first().map_or(0, |(strength, ..)| *strength);
        let sure = sure.into_iter().take_while(|(strength, ..)| strength * BESIDE_BEST >= best).take(MOST_TOPICS);
        sure.map(|(_, topic, evidence)| evidence.suggestion(&topics[topic], title, text)).collect()
    }

    /// How far a text leans towards each topic of which it says anything, in the order of their numbers.
    pub(super) fn leanings(&self, title: &str, text: &str, known: &mut Known) -> Vec<(u16, f32)> {
        let (in_title, in_text) = (self.tokens(title, known), self.tokens(text, known));
        let evidence = self.evidence(title, &in_title, text, &in_text);
        let leans = |(topic, evidence): (usize, Evidence<'_>)| Some((topic as u16, evidence.leaning()?));
        let mut leanings: Vec<(u16, f32)> = evidence.into_iter().filter_map(leans).collect();
        leanings.sort_unstable_by_key(|(topic, _)| *topic);
        leanings
    }

    /// What a text says of each topic.
    fn evidence<'p>(
        &'p self,
        title: &'p str,
        in_title: &'p [Token],
        text: &'p str,
        in_text: &'p [Token],
    ) -> HashMap<usize, Evidence<'p>> {
        let mut evidence: HashMap<usize, Evidence<'_>> = HashMap::new();
        let mentions = self.mentions(title, in_title, true).chain(self.mentions(text, in_text, false));
        for mention in mentions {
            for (topic, telling) in &mention.phrase.tells {
                match telling {
                    Telling::Nothing => {}
                    Telling::Alone => evidence.entry(*topic).or_default().own.push(mention),
                    Telling::Beside => evidence.entry(*topic).or_default().hints.push(mention),
                }
            }
        }
        evidence
    }

    /// The words of a text, those with hyphens in their parts.
    fn tokens(&self, text: &str, known: &mut Known) -> Vec<Token> {
        let mut tokens = Vec::new();
        each_written(text, |written, start, end| {
            let is_part = written.len() == end - start;
            if !is_part {
                return;
            }
            let keys = match known.0.get(written) {
                Some(keys) => *keys,
                None => {
                    let key = |form: Form| form.name(written).and_then(|name| self.keys.get(&name)).copied();
                    let keys = [Form::Stem, Form::Exact, Form::Capitals].map(|form| key(form).unwrap_or_default());
                    if known.0.len() >= MOST_KNOWN {
                        known.0.clear();
                    }
                    known.0.insert(written.to_owned(), keys);
                    keys
                }
            };
            tokens.push(Token { keys, start, end });
        });
        tokens
    }

    /// The phrases in a text, none within another: from each word the longest.
    fn mentions<'p>(
        &'p self,
        text: &'p str,
        tokens: &'p [Token],
        is_title: bool,
    ) -> impl Iterator<Item = Mention<'p>> + 'p {
        let mut at = 0;
        std::iter::from_fn(move || {
            while at < tokens.len() {
                let from = at;
                at += 1;
                let Some(phrase) = self.longest(text, &tokens[from..]) else { continue };
                let is_abbreviation = phrase.keys.len() == 1 && tokens[from].keys[2] == phrase.keys[0];
                if is_abbreviation && is_shouted(text, tokens, from) {
                    continue;
                }
                at = from + phrase.keys.len();
                return Some(Mention { phrase, is_title, start: tokens[from].start, end: tokens[at - 1].end });
            }
            None
        })
    }

    /// The longest phrase that these words begin with. Of those of one length, what stands just so tells more than a stem.
    fn longest(&self, text: &str, tokens: &[Token]) -> Option<&Phrase> {
        let firsts = tokens.first()?.keys.into_iter().filter(|key| *key > 0);
        let begin = firsts.flat_map(|key| &self.by_first[key as usize]);
        let stands = |phrase: &&Phrase| {
            let stretch = tokens.get(..phrase.keys.len()).unwrap_or_default();
            stretch.len() == phrase.keys.len()
                && stretch.iter().zip(&phrase.keys).all(|(token, key)| token.keys.contains(key))
                && stretch.windows(2).all(|pair| !is_pause(&text[pair[0].end..pair[1].start]))
        };
        begin.filter(stands).max_by_key(|phrase| phrase.keys.len())
    }
}

/// Whether what stands between two words parts them, as a comma or a new line does; "GOV.UK" is one.
fn is_pause(between: &str) -> bool {
    between.contains('\n')
        || between.contains(char::is_whitespace) && between.contains(['.', ',', ';', ':', '!', '?', '(', ')', '|'])
}

/// Whether a word in capitals stands among others: then somebody shouts, and it is no abbreviation.
fn is_shouted(text: &str, tokens: &[Token], at: usize) -> bool {
    const LOUD: usize = 3;
    let written = |token: &Token| &text[token.start..token.end];
    let is_loud = |token: &&Token| capitals(written(token)).is_some();
    let before = tokens[..at].iter().rev().take(LOUD).take_while(is_loud);
    let around: Vec<&Token> = before.chain(tokens[at + 1..].iter().take(LOUD).take_while(is_loud)).collect();
    let is_little = |token: &&Token| stem_of(written(token)).is_some_and(|stem| is_small(&stem));
    around.len() + 1 >= LOUD || around.iter().any(is_little)
}

/// A form in which a word may be meant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    Stem,
    Exact,
    Capitals,
}

impl Form {
    /// What a word that is written so is called in this form.
    fn name(self, written: &str) -> Option<String> {
        match self {
            Self::Stem => stem_of(written),
            Self::Exact => Some(format!("={}", written.to_lowercase())),
            Self::Capitals => capitals(written).map(str::to_owned),
        }
    }
}

/// A word in capitals, without the small s of a plural: `EHCPs`.
fn capitals(written: &str) -> Option<&str> {
    let word = written.strip_suffix("’s").or(written.strip_suffix("'s")).or(written.strip_suffix('s'));
    let word = word.unwrap_or(written);
    let is_loud = |letter: u8| letter.is_ascii_uppercase() || letter.is_ascii_digit();
    let has_letter = word.bytes().any(|letter| letter.is_ascii_uppercase());
    (word.len() >= 2 && has_letter && word.bytes().all(is_loud)).then_some(word)
}

impl Evidence<'_> {
    /// How sure it is, where it is sure enough in a text that needs so much.
    fn strength(&self, needed: usize) -> Option<usize> {
        let titles = self.own.iter().filter(|mention| mention.is_title).count().min(2);
        let mut strength = titles * TITLE;
        for (at, mention) in self.own.iter().enumerate().filter(|(_, mention)| !mention.is_title) {
            let is_same = |other: &&Mention<'_>| !other.is_title && std::ptr::eq(other.phrase, mention.phrase);
            let before = self.own[..at].iter().filter(is_same).count();
            strength += if before < MOST_TIMES { TEXT } else { 0 };
        }
        let (mut hints, mut seen) = (0, Vec::new());
        for mention in &self.hints {
            let phrase: *const Phrase = mention.phrase;
            if !seen.contains(&phrase) {
                seen.push(phrase);
                if mention.is_title { strength += TITLE_HINT } else { hints += 1 }
            }
        }
        strength += hints.min(MOST_HINTS);
        let is_sure = !self.own.is_empty() && (titles > 0 || strength >= needed);
        is_sure.then_some(strength)
    }

    /// How far it leans to the topic: the less sure, the less; nothing where it says too little.
    fn leaning(&self) -> Option<f32> {
        let titles = self.own.iter().filter(|mention| mention.is_title).count().min(2);
        let texts = (self.own.len() - titles.min(self.own.len())).min(2);
        let mut hints: Vec<*const Phrase> =
            self.hints.iter().map(|mention| std::ptr::from_ref(mention.phrase)).collect();
        hints.sort_unstable();
        hints.dedup();
        let leaning =
            LEAN_TITLE * titles as f32 + LEAN_TEXT * texts as f32 + LEAN_HINT * hints.len().min(MOST_HINTS) as f32;
        (leaning >= LEAST_LEANING).then_some(leaning)
    }

    fn suggestion<'v>(&self, topic: &'v Topic, title: &str, text: &str) -> Suggestion<'v> {
        let mut suggestion = Suggestion { topic, in_title: Vec::new(), in_text: Vec::new() };
        let mut named: Vec<*const Phrase> = Vec::new();
        for mention in &self.own {
            let phrase: *const Phrase = mention.phrase;
            if named.contains(&phrase) {
                continue;
            }
            named.push(phrase);
            let (from, words) = match mention.is_title {
                true => (title, &mut suggestion.in_title),
                false => (text, &mut suggestion.in_text),
            };
            words.push(from[mention.start..mention.end].to_owned());
        }
        suggestion
    }
}
