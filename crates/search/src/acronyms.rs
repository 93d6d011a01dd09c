//! Acronyms that the texts explain themselves: "LGR (local government reorganisation)", "local government reorganisation
//! (LGR)"; and those that a topic goes by.
//!
//! What a text explains is kept among its words, with a mark in front that no word has: so it comes and goes with the text,
//! and how many texts explain the same is known as it is of any word.

use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use memchr::memchr_iter;

use crate::model::Meaning;
use crate::topics::Vocabulary;
use crate::words::{folded, stem_of, telling};

/// What stands before an explanation among the words: sorted, all are side by side.
pub(crate) const MARK: char = '=';
/// Between the acronym and what it stands for.
const BETWEEN: char = '=';
/// How many letters an acronym has.
const SHORTEST: usize = 2;
const LONGEST: usize = 8;
/// How much text before a bracket, and within one, is read for what an acronym stands for, in bytes.
const READ: usize = 160;
/// The most explanations of one text.
const MOST_OF_A_TEXT: usize = 20;
/// The most acronyms of which is known at once what they stand for.
const MOST_KNOWN: usize = 50_000;
/// How many things one acronym may stand for in an answer.
const MOST_MEANT: usize = 2;
/// What so many use for each that explains it, everybody knows, and a joke is no explanation.
const USERS_OF_ONE: usize = 50;
/// As how many texts the vocabulary of topics counts.
const OF_A_TOPIC: usize = 2;
/// What so many texts explain is believed however many use it.
const MANY: usize = 20;

/// The words that an acronym may leave out.
const LEFT_OUT: [&str; 12] = ["a", "an", "and", "at", "by", "for", "in", "of", "on", "the", "to", "with"];

/// Hands over what a text explains, as it is kept among its words.
pub(crate) fn each_explained(text: &str, mut take: impl FnMut(String)) {
    let mut many = 0;
    for at in memchr_iter(b'(', text.as_bytes()) {
        let Some((inside, _)) = text[at + 1..].split_once(')') else { return };
        let before = text[..at].trim_end();
        let explained = match acronym(inside.trim()) {
            Some(short) => long_before(short, before).map(|long| (short, long)),
            None => last_acronym(before).and_then(|short| long_inside(short, inside).map(|long| (short, long))),
        };
        if let Some((short, long)) = explained
            && let Some(stem) = stem_of(short)
        {
            take(format!("{MARK}{stem}{BETWEEN}{}", long.join(" ")));
            many += 1;
            if many == MOST_OF_A_TEXT {
                return;
            }
        }
    }
}

/// The acronym, if that is all it is: "LGR", "DfE", "LGRs".
fn acronym(written: &str) -> Option<&str> {
    let short = written.strip_suffix('s').filter(|rest| rest.chars().all(char::is_uppercase)).unwrap_or(written);
    let letters = short.chars().count();
    let capitals = short.chars().filter(|letter| letter.is_uppercase()).count();
    let is_one = (SHORTEST..=LONGEST).contains(&letters)
        && capitals >= 2
        && short.starts_with(char::is_uppercase)
        && short.chars().all(char::is_alphabetic);
    is_one.then_some(short)
}

/// The acronym that a text ends with.
fn last_acronym(text: &str) -> Option<&str> {
    let from = text
        .rfind(|letter: char| !letter.is_alphanumeric())
        .map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    acronym(&text[from..])
}

/// The words of a stretch, folded, with the parts of those with hyphens apart.
fn apart(stretch: &str) -> Vec<String> {
    let belongs = |letter: char| letter.is_alphanumeric() || matches!(letter, '\'' | '’');
    let words = stretch.split(|letter: char| !belongs(letter)).filter(|word| !word.is_empty());
    words.map(|word| folded(word).replace('’', "'")).collect()
}

/// The words before a bracket that an acronym within it stands for: within one sentence, and no more than it needs.
fn long_before(short: &str, before: &str) -> Option<Vec<String>> {
    let from = before.len().saturating_sub(READ);
    let near = &before[before.ceil_char_boundary(from)..];
    let near = near.rsplit(['.', '!', '?', ';', ':', '(', ')', '\n', '“', '"']).next().unwrap_or_default();
    let words = apart(near);
    let letters = folded(short);
    let fewest = letters.chars().count();
    (fewest..=words.len().min(fewest * 2 + 2))
        .map(|many| &words[words.len() - many..])
        .find(|words| !is_left_out(&words[0]) && stand_for(words, &letters))
        .map(<[String]>::to_vec)
}

/// The words within a bracket, if the acronym before it stands for them.
fn long_inside(short: &str, inside: &str) -> Option<Vec<String>> {
    if inside.len() > READ {
        return None;
    }
    let words = apart(inside);
    stand_for(&words, &folded(short)).then_some(words)
}

/// Whether an acronym has the first letters of these words, of all of them or of all but the small ones.
fn stand_for(words: &[String], letters: &str) -> bool {
    let firsts =
        |words: &mut dyn Iterator<Item = &String>| -> String { words.filter_map(|word| word.chars().next()).collect() };
    let has_enough = words.iter().filter(|word| !is_left_out(word)).count() >= SHORTEST;
    let all = firsts(&mut words.iter());
    has_enough && (all == letters || firsts(&mut words.iter().filter(|word| !is_left_out(word))) == letters)
}

fn is_left_out(word: &str) -> bool {
    LEFT_OUT.contains(&word)
}

/// What the texts explain.
#[derive(Debug, Default)]
pub(crate) struct Explained {
    /// For the stem of each acronym what it stands for, and how many texts say so.
    longs: HashMap<String, Vec<(String, usize)>>,
    /// For the stems of what some stand for, with spaces between, the stems of these acronyms.
    shorts: HashMap<String, Vec<String>>,
}

impl Explained {
    /// Takes over an explanation as it is kept among the words. What is none is passed over.
    pub(crate) fn take(&mut self, word: &str, texts: usize) {
        let Some((short, long)) = word.strip_prefix(MARK).and_then(|word| word.split_once(BETWEEN)) else { return };
        if self.longs.len() >= MOST_KNOWN && !self.longs.contains_key(short) {
            return;
        }
        self.longs.entry(short.to_owned()).or_default().push((long.to_owned(), texts));
        let stems: Vec<String> = telling(long).map(|word| word.stem).collect();
        let shorts = self.shorts.entry(stems.join(" ")).or_default();
        if shorts.iter().all(|known| known != short) {
            shorts.push(short.to_owned());
        }
    }

    /// What the vocabulary of topics explains: synonyms of one topic of which one has the first letters of the other.
    pub(crate) fn of_topics() -> &'static Self {
        static OF_TOPICS: LazyLock<Explained> = LazyLock::new(|| {
            let mut explained = Explained::default();
            for topic in Vocabulary::built_in().topics() {
                for short in topic.synonyms.iter().filter_map(|words| acronym(words)) {
                    let Some(stem) = stem_of(short) else { continue };
                    let longs = topic.synonyms.iter().map(|words| apart(words));
                    for long in longs.filter(|words| stand_for(words, &folded(short))) {
                        explained.take(&format!("{MARK}{stem}{BETWEEN}{}", long.join(" ")), OF_A_TOPIC);
                    }
                }
            }
            explained
        });
        &OF_TOPICS
    }

    fn of(&self, short: &str) -> &[(String, usize)] {
        self.longs.get(short).map_or(&[], Vec::as_slice)
    }
}

/// What an acronym stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Long {
    /// As it is usually written, in small letters.
    pub(crate) written: String,
    /// Its telling words as they are compared.
    pub(crate) stems: Vec<String>,
    texts: usize,
}

/// What the acronym with this stem stands for in most texts that explain it; spellings of the same count together.
/// `users` says how many texts have a word.
pub(crate) fn meant<E>(
    short: &str,
    explained: &[&Explained],
    users: &impl Fn(&str) -> Result<usize, E>,
) -> Result<Vec<Long>, E> {
    let mut by_stems: BTreeMap<Vec<String>, Vec<(String, usize)>> = BTreeMap::new();
    for (long, texts) in explained.iter().flat_map(|explained| explained.of(short)) {
        let stems: Vec<String> = telling(long).map(|word| word.stem).collect();
        if stems.len() >= SHORTEST {
            by_stems.entry(stems).or_default().push((long.clone(), *texts));
        }
    }
    let users = if by_stems.is_empty() { 0 } else { users(short)? };
    let mut longs: Vec<Long> = Vec::new();
    for (stems, written) in by_stems {
        let mut by_written: BTreeMap<&str, usize> = BTreeMap::new();
        written.iter().for_each(|(written, texts)| *by_written.entry(written.as_str()).or_default() += texts);
        let texts: usize = by_written.values().sum();
        if texts < MANY && users > texts * USERS_OF_ONE {
            continue;
        }
        let usual = by_written.iter().max_by_key(|(_, texts)| **texts).map(|(written, _)| (*written).to_owned());
        longs.push(Long { written: usual.unwrap_or_default(), stems, texts });
    }
    longs.sort_by_key(|long| std::cmp::Reverse(long.texts));
    let most = longs.first().map_or(0, |long| long.texts);
    longs.retain(|long| long.texts * 2 >= most);
    longs.truncate(MOST_MEANT);
    Ok(longs)
}

/// Whether what somebody typed may be an acronym: in capitals anything may, in small letters what is no word of English.
pub(crate) fn may_be_short(typed: &str, meaning: &Meaning) -> bool {
    let letters = typed.chars().count();
    let is_shouted = typed.chars().filter(|letter| letter.is_uppercase()).count() >= 2;
    (SHORTEST..=LONGEST + 1).contains(&letters) && (is_shouted || !meaning.knows(&folded(typed)))
}

/// The acronyms that texts explain with words that stand side by side in a question, each with the stems it stands for. An
/// acronym that is also a word of English is passed over: most texts with it mean the word.
pub(crate) fn shortened<E>(
    stems: &[String],
    explained: &[&Explained],
    users: &impl Fn(&str) -> Result<usize, E>,
    meaning: &Meaning,
) -> Result<Vec<(String, Vec<String>)>, E> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for from in 0..stems.len() {
        for to in from + SHORTEST..=stems.len().min(from + LONGEST) {
            let run = &stems[from..to];
            let key = run.join(" ");
            for short in explained.iter().filter_map(|explained| explained.shorts.get(&key)).flatten() {
                let is_new = found.iter().all(|(known, _)| known != short);
                if is_new
                    && !meaning.knows(short)
                    && meant(short, explained, users)?.iter().any(|long| long.stems == run)
                {
                    found.push((short.clone(), run.to_vec()));
                }
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, meant: &[&str]) {
        let mut found = Vec::new();
        each_explained(text, |explained| found.push(explained));
        assert_eq!(found, meant, "{text}");
    }

    #[test]
    fn what_texts_explain() {
        check("Get ready for LGR (local government reorganisation).", &["=lgr=local government reorganisation"]);
        check("Local Government Reorganisation (LGR) is near.", &["=lgr=local government reorganisation"]);
        check("Our equality impact assessments (EIAs)", &["=eia=equality impact assessments"]);
        check("the Department for Education (DfE)", &["=dfe=department for education"]);
        check("A freedom of information (FOI) request", &["=foi=freedom of information"]);
        check("FOIA (Freedom of Information Act)", &["=foia=freedom of information act"]);
        check("an anti-social behaviour order (ASBO)", &["=asbo=anti social behaviour order"]);
        check("First (as we said) an asset management plan ( AMP ) and (AMP)", &["=amp=asset management plan"]);
        check("Tŷ Ŵyl Newydd (TWN)", &["=twn=ty wyl newydd"]);
    }

    #[test]
    fn what_explains_nothing() {
        for text in [
            "Something else entirely (LGR)",
            "LGR (see the other page)",
            "We met. Local government. Reorganisation (LGR)",
            "in the end (ITE)",
            "Plan A (PA)",
            "three old men (tom)",
            "an open bracket (LGR",
            "(LGR)",
            "",
            "((((((((",
            "North East (2026)",
            "of the (OT)",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn a_text_full_of_explanations_is_read_in_part() {
        let mut many = 0;
        each_explained(&"asset management plan (AMP) ".repeat(100), |_| many += 1);
        assert_eq!(many, MOST_OF_A_TEXT);
    }

    fn explained(words: &[(&str, usize)]) -> Explained {
        let mut explained = Explained::default();
        words.iter().for_each(|(word, texts)| explained.take(word, *texts));
        explained
    }

    #[test]
    fn one_text_does_not_explain_what_everybody_says() {
        let joke = |texts, users| {
            let explained = explained(&[("=nhs=nobody has sense", texts)]);
            meant("nhs", &[&explained], &|_: &str| Ok::<usize, ()>(users)).unwrap().len()
        };
        assert_eq!((joke(1, 50), joke(1, 51), joke(2, 100), joke(3, 400), joke(20, 90_000)), (1, 0, 1, 0, 1));
    }

    #[test]
    fn what_most_texts_mean_is_meant() {
        let explained = explained(&[
            ("=asc=adult social care", 5),
            ("=asc=adult social-care", 1),
            ("=asc=annual service charge", 3),
            ("=asc=a silly claim", 1),
            ("damp", 9),
            ("=damp", 9),
        ]);
        let used = |users| move |_: &str| Ok::<usize, ()>(users);
        let longs = meant("asc", &[&explained, &Explained::default()], &used(9)).unwrap();
        assert_eq!(
            longs.iter().map(|long| long.written.as_str()).collect::<Vec<_>>(),
            ["adult social care", "annual service charge"]
        );
        assert_eq!(meant("dfe", &[&explained], &used(9)), Ok(vec![]));
    }

    #[test]
    fn topics_explain_their_acronyms() {
        let longs = meant("lgr", &[Explained::of_topics()], &|_: &str| Ok::<usize, ()>(9)).unwrap();
        let written: Vec<&str> = longs.iter().map(|long| long.written.as_str()).collect();
        assert_eq!(written, ["local government reorganisation"]);
    }

    #[test]
    fn small_letters_are_an_acronym_where_they_are_no_word() {
        let may = |typed: &str| may_be_short(typed, Meaning::built_in());
        assert!(may("LGR") && may("lgr") && may("SEND") && may("DfE"));
        assert!(!may("send") && !may("Send") && !may("a") && !may("reorganisation"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,60}|[A-Ca-c( ).é-]{0,60}") {
            each_explained(&text, |explained| assert!(explained.starts_with(MARK)));
        }
    }
}
