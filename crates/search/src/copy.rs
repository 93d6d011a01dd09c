//! Whether two texts say the same: a whole one and its copy with other words here and there, or its excerpt.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::ops::Range;

use crate::sketch::{hash, mixed};
use crate::words::telling;

/// How much of the shorter text has to be in the longer one, in tenths of its runs of three words.
const TENTHS: usize = 8;
/// Fewer telling words are the same by chance or by habit ("The office is closed on Monday").
const FEWEST_TELLING: usize = 20;
/// So few runs besides those that a source says again and again tell nothing.
const FEWEST_RUNS: usize = 15;
/// A line of at most so many words before or after the text, such as "This was first published in …", counts for nothing.
const LINE: usize = 20;
/// So many names and numbers may be others within what two texts share, or one in ten of them: where there are more, a
/// form was filled in anew.
const FILLED_IN: usize = 1;

/// Whether two texts say the same, or the shorter one a part of what the longer one says.
///
/// Eight in ten of the shorter one's runs of three words are in the longer one, besides those that are in any of the texts
/// `beside` them: other ones of the same two sources, in which stands what these say every time. And names and numbers within
/// what both say are the same in both, so that adverts of one template for two posts are two.
///
/// ```
/// let text = "Forty people told us how they report a missed bin. Most of them ring us, because the form asks for things \
///             that nobody knows by heart: the round, the colour of the lid, the number on the side. We took those away.";
/// let copy = format!("First published by Riverton Council. {}", text.replace("Forty people", "Some forty people"));
/// assert!(search::is_copy(text, &copy, &[]));
/// assert!(!search::is_copy(text, &copy, &[text]));
/// ```
pub fn is_copy(one: &str, other: &str, beside: &[&str]) -> bool {
    let beside: Vec<Words> = beside.iter().map(|text| Words::of(text)).collect();
    let repeated: HashSet<u64> = beside.iter().flat_map(Words::runs).collect();
    let texts = [one, other];
    let (one, other) = (Words::of(one), Words::of(other));
    let own = |text: &Words| text.runs().filter(|run| !repeated.contains(run)).collect::<HashSet<u64>>();
    let shared: HashSet<u64> = own(&one).intersection(&own(&other)).copied().collect();
    let (Some(in_one), Some(in_other)) = (one.within(&shared), other.within(&shared)) else { return false };
    let mostly = |text: &Words, within: &Range<usize>| {
        let counted = text.without_lines(within);
        let runs: HashSet<u64> = text.runs_in(counted).filter(|run| !repeated.contains(run)).collect();
        runs.len() >= FEWEST_RUNS && shared.len() * 10 >= runs.len() * TENTHS
    };
    let is_copy = match one.hashes.len().cmp(&other.hashes.len()) {
        Ordering::Less => mostly(&one, &in_one),
        Ordering::Greater => mostly(&other, &in_other),
        Ordering::Equal => mostly(&one, &in_one) || mostly(&other, &in_other),
    };
    let tells = |text: &str| telling(text).take(FEWEST_TELLING).count() == FEWEST_TELLING;
    is_copy && !is_filled_in(&one, &in_one, &other, &in_other) && texts.into_iter().all(tells)
}

/// Whether names and numbers within what both say are others here and there.
fn is_filled_in(one: &Words, in_one: &Range<usize>, other: &Words, in_other: &Range<usize>) -> bool {
    let unlike = |text: &Words, within: &Range<usize>, other: &Words| {
        let there: HashSet<u64> = other.hashes.iter().copied().collect();
        let names: HashSet<u64> = within.clone().filter(|at| text.names[*at]).map(|at| text.hashes[at]).collect();
        (names.difference(&there).count(), names.len())
    };
    let (one_unlike, one_names) = unlike(one, in_one, other);
    let (other_unlike, other_names) = unlike(other, in_other, one);
    one_unlike.min(other_unlike) > FILLED_IN.max(one_names.min(other_names) / 10)
}

/// The words of a text as they are compared here: in small letters, without apostrophes.
struct Words {
    hashes: Vec<u64>,
    /// Which of them are numbers, or begin with a capital where no sentence begins.
    names: Vec<bool>,
}

impl Words {
    fn of(text: &str) -> Self {
        let mut words = Self { hashes: vec![], names: vec![] };
        let mut begins = true;
        let mut small = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let ends = rest.find(|letter: char| !belongs(letter)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(ends);
            small.clear();
            let letters = word.chars().filter(|letter| letter.is_alphanumeric());
            letters.clone().for_each(|letter| small.extend(letter.to_lowercase()));
            if !small.is_empty() {
                let is_name = letters.clone().any(char::is_numeric)
                    || !begins && letters.clone().next().is_some_and(char::is_uppercase);
                words.hashes.push(hash(small.as_bytes()));
                words.names.push(is_name);
                begins = false;
            }
            let gap = after.find(belongs).unwrap_or(after.len());
            begins |= after[..gap].contains(['.', '!', '?', ':', '\n', '“', '"', '•']);
            rest = &after[gap..];
        }
        words
    }

    fn runs(&self) -> impl Iterator<Item = u64> {
        self.runs_in(0..self.hashes.len())
    }

    fn runs_in(&self, within: Range<usize>) -> impl Iterator<Item = u64> {
        self.hashes[within].windows(3).map(run)
    }

    /// From the first to the last word of what is shared.
    fn within(&self, shared: &HashSet<u64>) -> Option<Range<usize>> {
        let is_shared = |three: &[u64]| shared.contains(&run(three));
        let first = self.hashes.windows(3).position(is_shared)?;
        let last = self.hashes.windows(3).rposition(is_shared)?;
        Some(first..last + 3)
    }

    /// All of it but for a line before and after what is shared.
    fn without_lines(&self, within: &Range<usize>) -> Range<usize> {
        let start = if within.start <= LINE { within.start } else { 0 };
        let end = if self.hashes.len() - within.end <= LINE { within.end } else { self.hashes.len() };
        start..end
    }
}

fn belongs(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '\'' | '’' | '‘' | 'ʼ' | '\u{AD}' | '\u{200B}')
}

fn run(three: &[u64]) -> u64 {
    mixed(three[0].rotate_left(40) ^ three[1].rotate_left(20) ^ three[2])
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = "We asked forty people in Riverton how they report a missed bin, and most of them said that they ring us \
        because the form asks for things that they do not know. So we took those questions away. The form now has four \
        questions instead of nineteen, and nobody has to know the name of their round.\n\
        In the first eight weeks 1,900 people used it, more than in the whole year before. The crews read what was sent \
        on a tablet in the cab, at 7.30 before they set out. Maggie Holt at the depot says that her phone rings half as \
        often as it did.\nWe would like to hear from councils that have tried the same.";

    #[track_caller]
    fn check(one: &str, other: &str, meant: bool) {
        assert_eq!(is_copy(one, other, &[]), meant, "{other}");
        assert_eq!(is_copy(other, one, &[]), meant, "{other}");
    }

    #[test]
    fn copies_and_what_only_resembles_them() {
        check(WHOLE, WHOLE, true);
        let edited = WHOLE
            .replace("forty people", "around 40 people")
            .replace("tablet", "small screen")
            .replace("We would", "The team would");
        check(WHOLE, &edited, true);
        let framed = format!(
            "This article was first published by Riverton Digital on 3 May 2026.\n{edited}\nRead more at Riverton Digital, or follow us."
        );
        check(WHOLE, &framed, true);
        // Its first sentences, as feeds cut them, also after a line of somebody else's.
        let excerpt = WHOLE.split_inclusive(' ').take(50).collect::<String>() + "[…]";
        check(WHOLE, &excerpt, true);
        check(WHOLE, &format!("From our neighbours at Riverton Council, with thanks: {excerpt}"), true);
        // A sentence that somebody quotes and talks about.
        let quoted = format!(
            "{} We think that this is only half of what has to be done, since it is the call centre that decides \
            who is sent out, and there nothing at all has changed in ten years, nor is anybody about to change it.",
            &excerpt
        );
        check(WHOLE, &quoted, false);
        check(WHOLE, "", false);
        check("", "", false);
    }

    #[test]
    fn a_few_words_tell_nothing() {
        check(
            "The office is closed on Monday. Please use the form.",
            "The office is closed on Monday. Please use the form.",
            false,
        );
    }

    #[test]
    fn a_form_that_is_filled_in_anew_is_another_text() {
        let advert = |post: &str, place: &str, pay: &str, day: &str| {
            format!(
                "We are looking for a {post} to join a team that makes services simpler for everybody who needs them. You will work \
             with people who know their subject, and you will show what you do each fortnight. The post is based in {place} with \
             two days a week at home, and pays {pay} a year. We welcome people who work part time or share a post, and we will \
             make adjustments for anybody who asks. Please apply by {day} with a page that says what you have done and what you \
             would like to do here. If you want to talk about it first, ring the number below and ask for the hiring manager."
            )
        };
        let one = advert("content designer", "Riverton", "£38,500", "12 May");
        check(&one, &one, true);
        check(&one, &advert("data engineer", "Larkmere", "£51,200", "30 June"), false);
        // Another's spelling of a name, and a number that was corrected, make no other text.
        check(&one, &one.replace("12 May", "14 May").replace("Riverton", "Riverton-upon-Tern"), true);
    }

    #[test]
    fn what_a_source_says_every_time_counts_for_nothing() {
        let frame = "These are our notes of the week, written by whoever has a minute on a Friday afternoon, for everybody who would \
            like to know what we are doing and why it takes as long as it does. We leave out what is about single people, and \
            what others should say first. Write to us if something is missing, or come by: we are on the second floor, behind \
            the lifts, and there is always tea. Nothing here is decided before it is, as somebody once said.";
        let week = |news: &str| format!("{frame} {news}");
        let (one, other) = (week("We moved the depot’s maps."), week("Our lawyer reads licences."));
        assert!(is_copy(&one, &other, &[]));
        assert!(!is_copy(&one, &other, &[&week("Nobody came.")]));
        let news = WHOLE.to_owned();
        assert!(is_copy(&week(&news), &format!("{news} More at our neighbours’."), &[&week("Nobody came.")]));
    }

    proptest::proptest! {
        #[test]
        fn any_two_texts_are_told_apart_or_not_in_either_order(one in "([a-c]{1,2}[ .]){0,60}|\\PC{0,99}", other in "([a-c]{1,2}[ .]){0,60}|\\PC{0,99}") {
            proptest::prop_assert_eq!(is_copy(&one, &other, &[]), is_copy(&other, &one, &[]));
            proptest::prop_assert!(!is_copy(&one, &other, &[&one, &other]));
        }
    }
}
