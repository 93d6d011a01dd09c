//! How a question is answered from an index.
//!
//! Every list of the question's words is read to its end, a window of texts at a time: a match is words and meaning
//! together, and how many match is told as well, so nothing could be passed over by its words alone. Of the meaning of many
//! texts only the signs are looked at; of the likely ones the whole vectors are.

use std::borrow::Cow;
use std::ops::Range;

use crate::index::dictionary::Entry;
use crate::index::error::IndexError;
use crate::index::parts::{Part, Parts};
use crate::index::postings::{Cursor, List};
use crate::index::segment::Segment;
use crate::index::shares::{on_shares, processors};
use crate::index::sieve::{Counting, Counts, Laid, Sieve};
use crate::index::signs::Signs;
use crate::index::understanding::understood;
use crate::joining::with_others;
use crate::matcher::Match;
use crate::meaning::{DIMENSIONS, Vector};
use crate::model::Meaning;
use crate::question::Question;
use crate::scoring::{Beside, Weights, telling};
use crate::words::telling as telling_words;

/// How many texts are weighed at once: what is known of them meanwhile fits into a processor's cache.
const WINDOW: usize = 1 << 15;
/// How many vectors are read at once.
const ROWS: usize = 1_024;
/// Sums that differ by so little may be the same, added up otherwise.
const SLACK: f32 = 1e-6;
/// Vectors that stand no further apart are read together.
const GAP: usize = 12;

/// How thoroughly an index is searched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Thoroughness {
    /// Up to so many texts, the meaning of each is compared; beyond, of the likely ones.
    pub all_up_to: usize,
    /// How many are likely ones.
    pub likely: usize,
    /// How many places of words are read at most for a question. Those of its most common words are left out beyond.
    pub places: usize,
}

impl Default for Thoroughness {
    fn default() -> Self {
        Self { all_up_to: 30_000, likely: 4_096, places: 8_000_000 }
    }
}

/// What was found.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Answer {
    /// The texts that were found, best first.
    pub matches: Vec<Match>,
    /// The question as it was understood: with words of the texts for typing errors, and with what its acronyms stand for.
    pub question: Question,
    /// How many texts answer the question as [`Question::is_answered_by`] says, and of which kind. Of those that only mean
    /// the same, those are counted that were compared.
    pub counts: Counts,
    /// Among how many texts was looked.
    pub among: usize,
}

/// A word of the question.
#[derive(Debug)]
struct Asked {
    /// How much it counts, beside what a text can have of all words at the most.
    weight: f32,
    /// How many texts have it.
    texts: usize,
    /// Which texts of each segment have it.
    lists: Vec<Option<Listed>>,
}

/// The texts of a segment that have a word.
#[derive(Debug)]
enum Listed {
    /// As the segment keeps them.
    Kept(Entry),
    /// Together with those that say the same otherwise.
    Joined(List),
}

impl Listed {
    fn texts(&self) -> u32 {
        match self {
            Self::Kept(entry) => entry.texts,
            Self::Joined(list) => list.texts(),
        }
    }

    fn bytes(&self, segment: &Segment) -> Result<Cow<'_, [u8]>, IndexError> {
        Ok(match self {
            Self::Kept(entry) => Cow::Owned(segment.list(entry)?),
            Self::Joined(list) => Cow::Borrowed(list.bytes()),
        })
    }
}

/// A text that may be found.
#[derive(Clone, Copy, Debug)]
struct Likely {
    strength: f32,
    /// What it has of the question's words, from 0 to 1.
    words: f32,
    has: u16,
    /// Its closeness, if the whole vectors were compared.
    closeness: Option<f32>,
    id: i64,
    part: usize,
    text: u32,
}

/// The best so far.
#[derive(Debug)]
struct Best {
    many: usize,
    found: Vec<Likely>,
    /// What is weaker is not among them.
    least: f32,
}

/// What is known of the texts of a window.
#[derive(Debug, Default)]
struct Window {
    keep: Vec<bool>,
    scores: Vec<f32>,
    has: Vec<u16>,
    rooms: Vec<f32>,
    apart: Vec<u16>,
    closeness: Vec<f32>,
    rows: Vec<u8>,
}

/// A question that is being answered.
#[derive(Debug)]
struct Seeking<'s> {
    parts: &'s Parts,
    thoroughness: Thoroughness,
    sieve: &'s Sieve,
    needed: usize,
    asked: Vec<Asked>,
    mean_length: f32,
    vector: &'s Vector,
    beside: Beside,
    compares_all: bool,
    /// What words count for in a match's strength.
    share_of_words: f32,
    /// What meaning counts for, for each number of signs that differ.
    by_signs: Vec<f32>,
}

/// The texts nearest to a question that a sieve lets through; with a question that has no words, the newest.
pub(crate) fn answer(
    parts: &Parts,
    meaning: &Meaning,
    thoroughness: Thoroughness,
    question: &Question,
    sieve: &Sieve,
    most: usize,
) -> Result<Answer, IndexError> {
    let totals = parts.totals();
    let mut answer = Answer { among: totals.texts, ..Answer::default() };
    if question.words() == 0 {
        answer.matches = newest(parts, sieve, most, &mut answer.counts)?;
        answer.question = question.clone();
        return Ok(answer);
    }
    answer.question = understood(parts, meaning, question)?;
    let question = &answer.question;
    let asked = asked(parts, question, totals.texts, thoroughness.places)?;
    let common = totals.common(&Weights::USUAL);
    let vector = question.vector(meaning);
    let seeking = Seeking {
        parts,
        thoroughness,
        sieve,
        needed: question.needed(),
        asked,
        mean_length: totals.mean_length(),
        vector: &vector,
        beside: common.beside(&vector),
        compares_all: totals.texts <= thoroughness.all_up_to,
        share_of_words: Weights::USUAL.mixed(1.0, 0.0),
        by_signs: (0..=DIMENSIONS as u16).map(|apart| Weights::USUAL.mixed(0.0, Signs::closeness(apart))).collect(),
    };
    answer.matches = seeking.matches(most, &mut answer.counts)?;
    Ok(answer)
}

/// The words of the question that any text has.
fn asked(parts: &Parts, question: &Question, all: usize, places: usize) -> Result<Vec<Asked>, IndexError> {
    let mut asked = Vec::new();
    for (stem, times) in question.stems() {
        let lists = parts.all.iter().map(|part| listed(&part.segment, stem, question.others(stem)));
        let lists = lists.collect::<Result<Vec<_>, _>>()?;
        let texts = lists.iter().flatten().map(|list| list.texts() as usize).sum();
        asked.push(Asked { weight: telling(all, texts) * times, texts, lists });
    }
    let mut rarest: Vec<usize> = asked.iter().map(|word| word.texts).collect();
    rarest.sort_unstable();
    let mut read = 0;
    let within = rarest.iter().take_while(|texts| {
        read += **texts;
        read <= places
    });
    let most = within.last().or(rarest.first()).copied().unwrap_or_default();
    asked.retain(|word| word.texts <= most);
    let highest: f32 = asked.iter().map(|word| Weights::USUAL.highest(word.weight)).sum();
    asked.retain(|word| word.texts > 0);
    // Beside what a text could have at the most.
    asked.iter_mut().for_each(|word| word.weight /= highest);
    Ok(asked)
}

/// The texts of a segment that have a word, or one of these runs of words.
fn listed(segment: &Segment, word: &str, others: &[Vec<String>]) -> Result<Option<Listed>, IndexError> {
    if others.is_empty() {
        return Ok(segment.entry(word)?.map(Listed::Kept));
    }
    let mut list = List::default();
    let joined = with_others(texts_with(segment, word)?, others, |word| texts_with(segment, word))?;
    joined.into_iter().for_each(|(text, count)| list.push(text, count));
    Ok((list.texts() > 0).then_some(Listed::Joined(list)))
}

/// The texts of a segment that have a word, and how often.
fn texts_with(segment: &Segment, word: &str) -> Result<Vec<(u32, u32)>, IndexError> {
    let Some(entry) = segment.entry(word)? else { return Ok(vec![]) };
    let bytes = segment.list(&entry)?;
    let mut texts = Vec::with_capacity(entry.texts as usize);
    let read =
        cursor(segment, &bytes, entry.texts)?.until(segment.len() as u32, |text, count| texts.push((text, count)));
    read.map_err(|damage| segment.damaged(damage))?;
    Ok(texts)
}

/// The newest texts that a sieve lets through.
fn newest(parts: &Parts, sieve: &Sieve, most: usize, counts: &mut Counts) -> Result<Vec<Match>, IndexError> {
    let mut found: Vec<(i64, i64)> = Vec::new();
    let shorten = |found: &mut Vec<(i64, i64)>| {
        found.sort_unstable_by(|one, other| other.cmp(one));
        found.truncate(most);
    };
    let mut window = Window::default();
    for part in &parts.all {
        let columns = &part.segment.columns;
        let mut counting = Counting::new(columns, &sieve.periods);
        let gate = Gate::new(part, sieve)?;
        for range in windows(part.segment.len()) {
            gate.keep(&range, &mut window);
            for text in range.clone().filter(|text| window.keep[text - range.start]) {
                counting.count(text);
                found.push((columns.places[text], columns.ids[text]));
            }
            shorten(&mut found);
        }
        counting.add_to(counts);
    }
    Ok(found.into_iter().map(|(_, id)| Match { id, strength: 0.0, words: 0, closeness: 0.0 }).collect())
}

fn windows(texts: usize) -> impl Iterator<Item = Range<usize>> {
    (0..texts).step_by(WINDOW).map(move |from| from..texts.min(from + WINDOW))
}

impl Seeking<'_> {
    fn matches(&self, most: usize, counts: &mut Counts) -> Result<Vec<Match>, IndexError> {
        let many = self.thoroughness.likely.max(most);
        let threads = if self.compares_all { 1 } else { processors() };
        let look = |share: Vec<usize>| -> Result<(Best, Counts), IndexError> {
            let mut best = Best::of(many);
            let (mut window, mut counts) = (Window::default(), Counts::default());
            for at in share {
                let part = &self.parts.all[at];
                let mut counting = Counting::new(&part.segment.columns, &self.sieve.periods);
                self.look(at, part, &mut window, &mut best, &mut counting)?;
                counting.add_to(&mut counts);
            }
            Ok((best, counts))
        };
        let mut best = Best::of(many);
        for looked in on_shares(self.parts, threads, look) {
            let (some, counted) = looked?;
            best.found.extend(some.found);
            counts.add(counted);
        }
        best.shorten();
        self.compare(&mut best.found, counts)?;
        // Newer texts have higher numbers; between equals they come first.
        best.found.sort_unstable_by(|one, other| other.order(one));
        best.found.truncate(most);
        let found = best.found.into_iter().filter(|likely| likely.strength > 0.0);
        Ok(found.map(Match::from).collect())
    }

    /// Looks at the texts of a segment.
    fn look(
        &self,
        at: usize,
        part: &Part,
        window: &mut Window,
        best: &mut Best,
        counting: &mut Counting<'_>,
    ) -> Result<(), IndexError> {
        let segment = &*part.segment;
        let gate = Gate::new(part, self.sieve)?;
        let signs = Signs::of(&segment.common.without(self.vector));
        let mut lists = Vec::new();
        for word in &self.asked {
            if let Some(list) = &word.lists[at] {
                lists.push((word.weight, list.texts(), list.bytes(segment)?));
            }
        }
        let mut cursors = Vec::new();
        for (weight, texts, bytes) in &lists {
            cursors.push((*weight, cursor(segment, bytes, *texts)?));
        }
        for range in windows(segment.len()) {
            gate.keep(&range, window);
            self.score(segment, &range, &mut cursors, window)?;
            if self.compares_all {
                self.compare_all(segment, &range, window)?;
            } else {
                signs.apart_from(&segment.signs[range.clone()], &mut window.apart);
            }
            self.choose(at, &range, window, best, counting);
        }
        Ok(())
    }

    /// Counts the texts of a window that answer, and takes the best of them.
    fn choose(&self, at: usize, range: &Range<usize>, window: &Window, best: &mut Best, counting: &mut Counting<'_>) {
        let Window { keep, scores, has, apart, closeness, .. } = window;
        let ids = &self.parts.all[at].segment.columns.ids;
        let take = |best: &mut Best, here: usize, close: f32| {
            let (words, has, text) = (scores[here], has[here], range.start + here);
            let strength = Weights::USUAL.mixed(words, close);
            if strength >= best.least && keep[here] {
                let closeness = self.compares_all.then_some(close);
                best.put(Likely { strength, words, has, closeness, id: ids[text], part: at, text: text as u32 });
            }
        };
        if self.compares_all {
            closeness.iter().enumerate().for_each(|(here, close)| take(best, here, *close));
        } else {
            for (here, (words, apart)) in scores.iter().zip(apart).enumerate() {
                // Most are too far away for the words that they have: that is seen at a glance.
                let apart = usize::from(*apart).min(DIMENSIONS);
                if *words * self.share_of_words + self.by_signs[apart] >= best.least - SLACK {
                    take(best, here, Signs::closeness(apart as u16));
                }
            }
        }
        for (here, _) in has.iter().enumerate().filter(|(here, has)| usize::from(**has) >= self.needed && keep[*here]) {
            counting.count(range.start + here);
        }
    }

    /// How far each text of a window has the question's words, beside what it could have at the most.
    fn score(
        &self,
        segment: &Segment,
        range: &Range<usize>,
        cursors: &mut [(f32, Cursor<'_>)],
        window: &mut Window,
    ) -> Result<(), IndexError> {
        let Window { scores, has, rooms, .. } = window;
        scores.clear();
        scores.resize(range.len(), 0.0);
        has.clear();
        has.resize(range.len(), 0);
        let lengths = &segment.columns.lengths[range.clone()];
        rooms.clear();
        rooms.extend(lengths.iter().map(|length| Weights::USUAL.room(f32::from(*length), self.mean_length)));
        for (weight, cursor) in cursors {
            let put = |text: u32, count: u32| {
                let here = text as usize - range.start;
                scores[here] += Weights::USUAL.word(*weight, count as f32, rooms[here]);
                has[here] += 1;
            };
            cursor.until(range.end as u32, put).map_err(|damage| segment.damaged(damage))?;
        }
        Ok(())
    }

    /// The closeness of each text of a window that is let through.
    fn compare_all(&self, segment: &Segment, range: &Range<usize>, window: &mut Window) -> Result<(), IndexError> {
        window.closeness.clear();
        for from in range.clone().step_by(ROWS) {
            let rows = segment.vectors(from..range.end.min(from + ROWS), &mut window.rows)?;
            let keep = &window.keep[from - range.start..];
            let close = rows.iter().zip(keep).map(|(row, keep)| if *keep { self.beside.closeness(row) } else { 0.0 });
            window.closeness.extend(close);
        }
        Ok(())
    }

    /// Compares the whole vectors of those that have been looked at roughly, and counts those that mean the same.
    fn compare(&self, found: &mut [Likely], counts: &mut Counts) -> Result<(), IndexError> {
        found.sort_unstable_by_key(|likely| (likely.part, likely.text));
        let mut rows = Vec::new();
        for of_part in found.chunk_by_mut(|one, other| one.part == other.part) {
            let segment = &self.parts.all[of_part[0].part].segment;
            let mut counting = Counting::new(&segment.columns, &self.sieve.periods);
            for near in of_part.chunk_by_mut(|one, other| (other.text - one.text) as usize <= GAP) {
                if near[0].closeness.is_none() {
                    let (first, last) = (near[0].text as usize, near[near.len() - 1].text as usize);
                    let mut left = near.iter_mut().peekable();
                    for (text, row) in (first..).zip(segment.vectors(first..last + 1, &mut rows)?) {
                        if let Some(likely) = left.next_if(|likely| likely.text as usize == text) {
                            likely.closeness = Some(self.beside.closeness(row));
                        }
                    }
                }
                for likely in near {
                    let closeness = likely.closeness.unwrap_or_default();
                    likely.strength = Weights::USUAL.mixed(likely.words, closeness);
                    if usize::from(likely.has) < self.needed && Question::means_the_same(closeness) {
                        counting.count(likely.text as usize);
                    }
                }
            }
            counting.add_to(counts);
        }
        Ok(())
    }
}

impl Likely {
    fn order(&self, other: &Self) -> std::cmp::Ordering {
        self.strength.total_cmp(&other.strength).then(self.id.cmp(&other.id))
    }
}

impl From<Likely> for Match {
    fn from(likely: Likely) -> Self {
        let Likely { id, strength, has, closeness, .. } = likely;
        Self { id, strength, words: usize::from(has), closeness: closeness.unwrap_or_default() }
    }
}

impl Best {
    fn of(many: usize) -> Self {
        Self { many, found: Vec::new(), least: f32::MIN_POSITIVE }
    }

    fn put(&mut self, likely: Likely) {
        self.found.push(likely);
        if self.found.len() >= self.many * 2 {
            self.shorten();
        }
    }

    fn shorten(&mut self) {
        if self.found.len() > self.many {
            let (_, least, _) = self.found.select_nth_unstable_by(self.many - 1, |one, other| other.order(one));
            self.least = least.strength;
            self.found.truncate(self.many);
        }
    }
}

fn cursor<'b>(segment: &Segment, bytes: &'b [u8], texts: u32) -> Result<Cursor<'b>, IndexError> {
    Cursor::new(bytes, texts, segment.len() as u32).map_err(|damage| segment.damaged(damage))
}

/// What decides which texts of a segment are let through.
#[derive(Debug)]
struct Gate<'p> {
    part: &'p Part,
    laid: Laid<'p>,
    /// Whether each text has the words that are wanted and none of the others; nothing where no words are told.
    by_words: Option<Vec<bool>>,
}

impl<'p> Gate<'p> {
    fn new(part: &'p Part, sieve: &Sieve) -> Result<Self, IndexError> {
        let mut by_words: Option<Vec<bool>> = None;
        for (texts, wanted) in [(&sieve.with, true), (&sieve.without, false)] {
            for text in texts {
                let Some(has) = having_all(&part.segment, text)? else { continue };
                let keep = by_words.get_or_insert_with(|| vec![true; has.len()]);
                keep.iter_mut().zip(has).for_each(|(keep, has)| *keep &= has == wanted);
            }
        }
        Ok(Self { part, laid: sieve.over(&part.segment.columns), by_words })
    }

    /// Says of each text of a window whether it is let through.
    fn keep(&self, range: &Range<usize>, window: &mut Window) {
        let Self { part, laid, by_words } = self;
        window.keep.clear();
        if by_words.is_none() && part.alive.is_whole() && laid.is_open() {
            window.keep.resize(range.len(), true);
            return;
        }
        let keep = |text: usize| {
            by_words.as_ref().is_none_or(|by_words| by_words[text])
                && part.alive.has(text as u32)
                && laid.lets_through(text)
        };
        window.keep.extend(range.clone().map(keep));
    }
}

/// Which texts of a segment have all the telling words of these; nothing where there are none.
fn having_all(segment: &Segment, written: &str) -> Result<Option<Vec<bool>>, IndexError> {
    let mut all: Option<Vec<bool>> = None;
    for word in telling_words(written) {
        let mut these = vec![false; segment.len()];
        if let Some(entry) = segment.entry(&word.stem)? {
            let bytes = segment.list(&entry)?;
            let put = |text: u32, _| these[text as usize] = all.as_ref().is_none_or(|all| all[text as usize]);
            let read = cursor(segment, &bytes, entry.texts)?.until(segment.len() as u32, put);
            read.map_err(|damage| segment.damaged(damage))?;
        }
        all = Some(these);
    }
    Ok(all)
}
