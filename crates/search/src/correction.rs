//! The word that somebody meant who wrote one that no text has.

use std::collections::BTreeMap;

use crate::words::stem_of;

/// The most words of a question that are taken for typing errors.
pub(crate) const MOST_CORRECTED: usize = 8;

/// Looks among the words that there are for the one that was meant.
#[derive(Clone, Debug)]
pub(crate) struct Meant {
    letters: Vec<char>,
    kinds: u64,
    allowed: usize,
    /// The words near enough: how far they are, and how many texts have them.
    near: BTreeMap<String, (usize, usize)>,
}

impl Meant {
    /// For this stem; nothing for one that is too short to be told from others, or a number, which nobody means otherwise.
    pub(crate) fn new(stem: &str) -> Option<Self> {
        if stem.contains(|letter: char| letter.is_ascii_digit()) {
            return None;
        }
        let letters: Vec<char> = stem.chars().collect();
        let allowed = match letters.len() {
            0..=3 => return None,
            4..=7 => 1,
            _ => 2,
        };
        Some(Self { kinds: kinds(stem), letters, allowed, near: BTreeMap::new() })
    }

    /// The letter that the word begins with: nobody mistypes it.
    pub(crate) fn first(&self) -> char {
        self.letters[0]
    }

    /// Whether a word has so many bytes, and such letters, that it may be the one.
    pub(crate) fn may_have(&self, bytes: &[u8]) -> bool {
        !bytes.is_ascii()
            || bytes.len().abs_diff(self.letters.len()) <= self.allowed
                && self.is_near(bytes.iter().fold(0, |kinds, letter| kinds | 1 << (letter % 64)))
    }

    /// Whether a word with these kinds of letters may be near: each letter that is changed makes at most two kinds differ.
    fn is_near(&self, kinds: u64) -> bool {
        (kinds ^ self.kinds).count_ones() as usize <= self.allowed * 2
    }

    /// Whether a word that begins so may be near enough.
    pub(crate) fn may_begin(&self, start: &str) -> bool {
        let (before, last) = rows(&start.chars().collect::<Vec<_>>(), &self.letters);
        let least = |row: &[usize]| row.iter().min().copied().unwrap_or(usize::MAX);
        // A letter that is swapped with the next one counts from the row before.
        least(&last) <= self.allowed || least(&before) < self.allowed
    }

    /// Takes over what another found who looked for the same among other words.
    pub(crate) fn add(&mut self, other: Self) {
        for (word, (distance, texts)) in other.near {
            self.near.entry(word).or_insert((distance, 0)).1 += texts;
        }
    }

    /// Looks at a word that so many texts have.
    pub(crate) fn consider(&mut self, word: &str, texts: usize) {
        if !self.is_near(kinds(word)) {
            return;
        }
        if let Some(distance) = distance(&self.letters, word, self.allowed) {
            self.near.entry(word.to_owned()).or_insert((distance, 0)).1 += texts;
        }
    }

    /// The nearest of them; of several the one that most texts have.
    pub(crate) fn best(self) -> Option<String> {
        let near = self.near.into_iter();
        near.min_by(|(one, (apart, with)), (other, (further, more))| {
            apart.cmp(further).then(more.cmp(with)).then(one.cmp(other))
        })
        .map(|(word, _)| word)
    }
}

/// Endings that a stemmer takes off, if they are spelt right.
const ENDINGS: [&str; 15] = [
    "ation", "ations", "ition", "itions", "ment", "ments", "ness", "able", "ible", "ance", "ence", "ities", "ional",
    "ising", "izing",
];
/// How much of a word there is before its ending.
const BEFORE_AN_ENDING: usize = 3;

/// The stems of a word with a mistyped ending, had that been spelt right: "reorganisaton" is far from what it comes from only
/// because nothing was taken off.
pub(crate) fn with_mended_ending(typed: &str) -> impl Iterator<Item = String> {
    let letters: Vec<char> = typed.chars().collect();
    let is_right = ENDINGS.iter().any(|ending| typed.ends_with(ending));
    ENDINGS.iter().filter(move |_| !is_right).flat_map(move |ending| {
        let many = ending.len();
        let stem = |length: usize| {
            let from = letters.len().checked_sub(length).filter(|from| *from >= BEFORE_AN_ENDING)?;
            distance(&letters[from..], ending, 1).filter(|distance| *distance == 1)?;
            stem_of(&letters[..from].iter().copied().chain(ending.chars()).collect::<String>())
        };
        [many - 1, many, many + 1].into_iter().filter_map(stem).collect::<Vec<_>>()
    })
}

/// Which kinds of letters a word has, a bit each.
fn kinds(word: &str) -> u64 {
    word.chars().fold(0, |kinds, letter| kinds | 1 << (u32::from(letter) % 64))
}

/// How many letters must be changed, added, left out or swapped with the next to make one word of the other, if no more than
/// `allowed`.
fn distance(one: &[char], other: &str, allowed: usize) -> Option<usize> {
    let other: Vec<char> = other.chars().collect();
    if one.len().abs_diff(other.len()) > allowed {
        return None;
    }
    rows(one, &other).1.last().copied().filter(|distance| *distance <= allowed)
}

/// How far `one` is from each beginning of the other, the shortest first; and before it the same without its last letter.
fn rows(one: &[char], other: &[char]) -> (Vec<usize>, Vec<usize>) {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=other.len()).collect();
    for (i, letter) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, against) in other.iter().enumerate() {
            let changed = last[j] + usize::from(letter != against);
            let mut least = changed.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == other[j - 1] && one[i - 1] == *against {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    (before, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_words_are_apart() {
        for (one, other, allowed, apart) in [
            ("damp", "damp", 1, Some(0)),
            ("damp", "dmap", 1, Some(1)),
            ("damp", "dump", 1, Some(1)),
            ("damp", "dam", 1, Some(1)),
            ("damp", "stamp", 1, None),
            ("", "ab", 2, Some(2)),
        ] {
            let letters: Vec<char> = one.chars().collect();
            assert_eq!(distance(&letters, other, allowed), apart, "{one} {other}");
        }
    }

    #[track_caller]
    fn check(written: &str, words: &[(&str, usize)], meant: Option<&str>) {
        let found = Meant::new(written).and_then(|mut looked| {
            words.iter().for_each(|(word, texts)| looked.consider(word, *texts));
            looked.best()
        });
        assert_eq!(found.as_deref(), meant, "{written}");
    }

    #[test]
    fn the_nearest_word_was_meant_and_of_several_the_most_usual() {
        check("rubish", &[("rubbish", 1), ("relish", 9)], Some("rubbish"));
        check("dump", &[("damp", 3), ("dumb", 2), ("damp", 1)], Some("damp"));
        check("xylophon", &[("telephon", 9)], None);
        check("dmp", &[("damp", 9)], None);
        check("t2024", &[("t2025", 9)], None);
    }

    #[test]
    fn endings_are_mended() {
        for (typed, stem) in [
            ("reorganisaton", "reorganisation"),
            ("condenstaion", "condensation"),
            ("managemnt", "management"),
            ("lonelyness", ""),
            ("station", ""),
            ("ation", ""),
        ] {
            let meant = stem_of(stem);
            let found: Vec<String> = with_mended_ending(typed).collect();
            assert_eq!(meant.is_some(), meant.is_some_and(|stem| found.contains(&stem)), "{typed}: {found:?}");
        }
        assert_eq!(with_mended_ending("reorganisation").next(), None, "nothing is wrong");
    }

    proptest::proptest! {
        #[test]
        fn no_word_is_near_that_begins_too_far_away(one in "[a-d]{4,9}", other in "[a-d]{3,10}") {
            let looked = Meant::new(&one).expect("it is long enough");
            if distance(&looked.letters, &other, looked.allowed).is_some() {
                proptest::prop_assert!((0..=other.len()).all(|end| looked.may_begin(&other[..end])));
            }
        }

        #[test]
        fn what_is_passed_over_is_too_far(one in "[a-d]{4,9}", other in "[a-d]{3,10}") {
            let looked = Meant::new(&one).expect("it is long enough");
            if !looked.is_near(kinds(&other)) || !looked.may_have(other.as_bytes()) {
                proptest::prop_assert_eq!(distance(&looked.letters, &other, looked.allowed), None);
            }
        }
    }
}
