//! An index through its own door: what it finds, and what is left of it after whatever happened.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::*;
use crate::matcher::Matcher;

/// A made text with a number of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Made {
    id: i64,
    title: String,
    text: String,
}

const WORDS: [&str; 24] = [
    "damp",
    "mould",
    "council",
    "flats",
    "homes",
    "sensors",
    "parking",
    "permits",
    "drivers",
    "rubbish",
    "collected",
    "residents",
    "tax",
    "debt",
    "money",
    "adviser",
    "trees",
    "street",
    "map",
    "library",
    "books",
    "the",
    "and",
    "of",
];

/// A text that its number decides.
fn made(id: i64) -> Made {
    let mut state = id.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut word = || {
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        // Low numbers are more usual than high ones, as words are.
        let one = (state >> 33) as usize % WORDS.len();
        let other = (state >> 48) as usize % WORDS.len();
        WORDS[one.min(other)]
    };
    let title = [word(), word()].join(" ");
    let text: Vec<&str> = (0..8 + id % 9).map(|_| word()).collect();
    Made { id, title, text: format!("{} number{id}", text.join(" ")) }
}

fn entry(made: &Made) -> Entry<'_> {
    let document = Document { id: made.id, title: &made.title, text: &made.text };
    let language = if made.id % 5 == 0 { "cy" } else { "en" };
    Entry { document, facts: Facts { place: made.id * 10, source: made.id % 3, language, topics: topics(made.id) } }
}

/// What the text with this number is about.
fn topics(id: i64) -> &'static [&'static str] {
    match id % 4 {
        0 => &["bins"],
        1 => &["parking", "bins"],
        _ => &[],
    }
}

fn put(index: &Index, all: &[Made]) {
    let entries: Vec<Entry<'_>> = all.iter().map(entry).collect();
    index.put(&entries).expect("the index is ours");
}

fn open(folder: &Path) -> Index {
    Index::open(folder, Meaning::built_in()).expect("the folder is ours")
}

/// An index of the texts with these numbers, committed in so many steps.
fn index_of(folder: &Path, ids: std::ops::Range<i64>, steps: usize) -> Index {
    let index = open(folder);
    let all: Vec<Made> = ids.map(made).collect();
    for some in all.chunks(all.len().div_ceil(steps).max(1)) {
        put(&index, some);
        index.commit(&format!("up to {}", some[some.len() - 1].id)).expect("there is room");
    }
    index
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("the system has a place for files")
}

fn asked(words: &str) -> Question {
    Question::of("", words)
}

fn found(index: &Index, words: &str) -> Vec<i64> {
    let answer = index.search(&asked(words), &Sieve::default(), 5).expect("nothing is damaged");
    answer.matches.iter().map(|found| found.id).collect()
}

/// The index finds what the matcher does, as strongly; or only as close and with as many words, where it still reckons with
/// texts that were taken out.
#[track_caller]
fn same(index: &Index, matcher: &Matcher<'_>, words: &str) {
    let is_whole = index.current().all.iter().all(|part| part.alive.is_whole());
    let found = index.search(&asked(words), &Sieve::default(), 1_000).expect("nothing is damaged").matches;
    let meant = matcher.near(&asked(words), 1_000);
    let near = |one: f32, other: f32| (one - other).abs() < 1e-4;
    assert_eq!(found.len(), meant.len(), "{words}");
    for (rank, found) in found.iter().enumerate() {
        let other = meant.iter().find(|other| other.id == found.id).expect("as many are found");
        assert!(found.words == other.words && near(found.closeness, other.closeness), "{words}: {found:?} {other:?}");
        if is_whole {
            assert!(near(found.strength, other.strength), "{words}: {found:?} {other:?}");
            assert!(near(found.strength, meant[rank].strength), "{words}: {found:?} at {rank}");
        }
    }
}

fn matcher_of(all: &[Made]) -> Matcher<'static> {
    Matcher::over(Meaning::built_in(), all.iter().map(|made| entry(made).document))
}

const QUESTIONS: [&str; 7] = [
    "damp homes",
    "mouldy council flats",
    "parkng permits",
    "who is in debt",
    "number7",
    "trees",
    "rubbish and tax of residents",
];

#[test]
fn the_index_finds_what_the_matcher_in_memory_finds() {
    let folder = folder();
    for steps in [1, 3, 11] {
        let folder = folder.path().join(steps.to_string());
        let index = index_of(&folder, 1..300, steps);
        let matcher = matcher_of(&(1..300).map(made).collect::<Vec<_>>());
        assert_eq!(index.len(), matcher.len());
        QUESTIONS.iter().for_each(|words| same(&index, &matcher, words));
        drop(index);
        // And once it was closed and opened again.
        let index = open(&folder);
        assert_eq!((index.found(), index.progress().expect("it is ours").as_str()), (Found::Whole, "up to 299"));
        QUESTIONS.iter().for_each(|words| same(&index, &matcher, words));
    }
}

#[test]
fn acronyms_are_known_from_any_part_of_the_index() {
    let folder = folder();
    let explaining = |made: Made| match made.id % 10 {
        3 => Made { text: format!("{} A permit for parking trees (PPT).", made.text), ..made },
        5 => Made { text: format!("{} The PPT.", made.text), ..made },
        7 => Made { text: format!("{} Permits. Trees. Parking.", made.text), ..made },
        _ => made,
    };
    let all: Vec<Made> = (1..300).map(made).map(explaining).collect();
    let matcher = matcher_of(&all);
    for steps in [1, 13] {
        let index = open(&folder.path().join(steps.to_string()));
        for some in all.chunks(all.len().div_ceil(steps)) {
            put(&index, some);
            index.commit("some").expect("there is room");
        }
        for words in ["PPT", "ppt and damp", "permits for parking trees"] {
            same(&index, &matcher, words);
            let answer = index.search(&asked(words), &Sieve::default(), 1_000).expect("nothing is damaged");
            assert_eq!(answer.question, matcher.understood(&asked(words)));
            assert!(answer.matches.iter().filter(|found| found.id % 10 == 5).all(|found| found.words > 0), "{words}");
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(12))]

    /// Texts are put in, again, and out, in any order, with commits between them.
    #[test]
    fn whatever_was_put_in_and_out_the_same_is_found(
        steps in proptest::collection::vec((0_u8..10, 1_i64..40, 0_i64..60), 1..80),
    ) {
        let folder = folder();
        let index = open(folder.path());
        let mut there: BTreeMap<i64, Made> = BTreeMap::new();
        for (kind, id, seed) in steps {
            match kind {
                0 => index.commit("on the way").expect("there is room"),
                1..=3 => {
                    index.remove(&[id]).expect("it is ours");
                    there.remove(&id);
                }
                _ => {
                    let made = Made { id, ..made(seed) };
                    put(&index, std::slice::from_ref(&made));
                    there.insert(id, made);
                }
            }
        }
        index.commit("the end").expect("there is room");
        proptest::prop_assert_eq!(index.len(), there.len());
        let all: Vec<Made> = there.into_values().collect();
        let everything = Sieve::default();
        let newest = index.search(&asked(""), &everything, 100).expect("nothing is damaged");
        let ids: BTreeSet<i64> = newest.matches.iter().map(|found| found.id).collect();
        proptest::prop_assert_eq!(ids, all.iter().map(|made| made.id).collect::<BTreeSet<_>>());
        let matcher = matcher_of(&all);
        ["damp homes", "who is in debt", "trees"].iter().for_each(|words| same(&index, &matcher, words));
    }
}

#[test]
fn likely_ones_are_as_good_as_all() {
    let folder = folder();
    let all: Vec<Made> = (1..2_000).map(made).collect();
    let thoroughness = Thoroughness { all_up_to: 0, likely: 200, ..Thoroughness::default() };
    let index = Index::open_with(folder.path(), Meaning::built_in(), thoroughness).expect("the folder is ours");
    put(&index, &all);
    index.commit("all").expect("there is room");
    let matcher = matcher_of(&all);
    for words in QUESTIONS {
        let answer = index.search(&asked(words), &Sieve::default(), 10).expect("nothing is damaged");
        let found: BTreeSet<i64> = answer.matches.iter().map(|found| found.id).collect();
        let meant = matcher.near(&asked(words), 10);
        let least = meant[meant.len() - 1].strength - 1e-4;
        // Nine of ten; and where only the texts with a rare word are found, all of them.
        let as_good = answer.matches.iter().filter(|found| found.strength >= least).count();
        assert!(as_good >= meant.len().min(9), "{words}: {found:?}");
    }
}

#[test]
fn the_most_common_words_are_left_out_of_a_question_that_would_take_too_long() {
    let folder = folder();
    let thoroughness = Thoroughness { places: 40, ..Thoroughness::default() };
    let index = Index::open_with(folder.path(), Meaning::built_in(), thoroughness).expect("the folder is ours");
    put(&index, &(1..300).map(made).collect::<Vec<_>>());
    index.commit("all").expect("there is room");
    let answer = index.search(&asked("damp number7"), &Sieve::default(), 300).expect("nothing is damaged");
    let with_words: Vec<i64> = answer.matches.iter().filter(|found| found.words > 0).map(|found| found.id).collect();
    assert_eq!(with_words, [7]);
}

#[test]
fn a_sieve_lets_some_through_and_they_are_counted() {
    let folder = folder();
    let index = index_of(folder.path(), 1..100, 4);
    let check = |sieve: Sieve, lets_through: &dyn Fn(&Made) -> bool| {
        let meant: BTreeSet<i64> = (1..100).map(made).filter(|made| lets_through(made)).map(|made| made.id).collect();
        let newest = index.search(&asked(""), &sieve, 100).expect("nothing is damaged");
        let order: Vec<i64> = newest.matches.iter().map(|found| found.id).collect();
        assert!(order.is_sorted_by(|one, other| one > other), "{sieve:?}");
        assert_eq!(order.into_iter().collect::<BTreeSet<_>>(), meant, "{sieve:?}");
        assert_eq!(newest.counts.texts, meant.len(), "{sieve:?}");
        let near = index.search(&asked("damp council homes"), &sieve, 100).expect("nothing is damaged");
        assert!(near.matches.iter().all(|found| meant.contains(&found.id)), "{sieve:?}");
        newest.counts
    };
    let has = |made: &Made, word: &str| made.title.contains(word) || made.text.contains(word);
    check(Sieve::default(), &|_| true);
    check(Sieve { with: vec!["the damp flats".to_owned()], ..Sieve::default() }, &|made| {
        has(made, "damp") && has(made, "flats")
    });
    check(Sieve { without: vec!["damp".to_owned(), "the".to_owned()], ..Sieve::default() }, &|made| !has(made, "damp"));
    check(Sieve { but: Some(7), from: Some(50), until: Some(500), ..Sieve::default() }, &|made| {
        (5..50).contains(&made.id) && made.id != 7
    });
    let sources = Some(BTreeSet::from([1, 2, 99]));
    let counts = check(Sieve { sources, periods: vec![100, 500], ..Sieve::default() }, &|made| made.id % 3 != 0);
    assert_eq!(counts.sources, BTreeMap::from([(1, 33), (2, 33)]));
    assert_eq!(counts.periods, [27, 33]);
    let languages = Some(BTreeSet::from(["cy".to_owned()]));
    let counts = check(Sieve { languages, ..Sieve::default() }, &|made| made.id % 5 == 0);
    assert_eq!(counts.languages, BTreeMap::from([("cy".to_owned(), 19)]));
    let topics = Some(BTreeSet::from(["parking".to_owned(), "unheard of".to_owned()]));
    let counts = check(Sieve { topics, ..Sieve::default() }, &|made| made.id % 4 == 1);
    assert_eq!(
        counts.topics,
        BTreeMap::from([("bins".to_owned(), counts.texts), ("parking".to_owned(), counts.texts)])
    );
    check(Sieve { topics: Some(BTreeSet::new()), ..Sieve::default() }, &|_| false);
}

#[test]
fn topics_are_counted_by_period_through_merges_and_removals() {
    let folder = folder();
    // Enough commits for segments to be made one.
    let index = index_of(folder.path(), 0..100, 20);
    index.remove(&[4, 5]).expect("the index is ours");
    index.commit("without two").expect("there is room");
    let census = index.census(&[100, 500, 900]);
    assert_eq!(census.periods, [40, 40, 10]);
    let count = |topic: &str| census.topics[topic].clone();
    assert_eq!((count("bins").texts, count("bins").periods), (48, vec![20, 20, 4]));
    assert_eq!((count("parking").texts, count("parking").periods), (24, vec![10, 10, 2]));
    assert_eq!(count("parking").latest, BTreeMap::from([(0, 1), (1, 1)]));
    assert_eq!(census.topics.len(), 2);
    drop(index);
    let again = open(folder.path());
    assert_eq!((again.found(), again.census(&[100, 500, 900])), (Found::Whole, census));
    assert_eq!(again.census(&[]).periods, <[usize; 0]>::default());
    let about = |topics: &[&str]| Some(topics.iter().map(|topic| (*topic).to_owned()).collect::<Vec<_>>());
    let meant = [about(&["bins"]), None, about(&["parking", "bins"]), about(&[]), None];
    assert_eq!(again.topics_of(&[8, 4, 9, 2, 500]), meant);
    assert_eq!(again.answered_progress(), "without two");
}

#[test]
fn those_that_answer_are_counted_also_where_few_are_shown() {
    let folder = folder();
    let index = index_of(folder.path(), 1..300, 3);
    let question = asked("damp council");
    let answer = index.search(&question, &Sieve::default(), 5).expect("nothing is damaged");
    let all = index.search(&question, &Sieve::default(), 1_000).expect("nothing is damaged");
    let answering = all.matches.iter().filter(|found| question.is_answered_by(found)).count();
    assert!(answering > 10, "{answering}");
    assert_eq!((answer.counts.texts, all.counts.texts, answer.matches.len()), (answering, answering, 5));
    assert_eq!(answer.counts.sources.values().sum::<usize>(), answering);
}

#[test]
fn nothing_that_is_asked_is_an_error() {
    let folder = folder();
    let index = index_of(folder.path(), 1..50, 2);
    let long = "ämter damp ".repeat(10_000);
    for words in ["", "the of and", "\u{1F9E9}", "今日は", "\0\u{301}", &long, &"x".repeat(100_000)] {
        let answer = index.search(&asked(words), &Sieve::default(), 60).expect("nothing is damaged");
        assert!(answer.matches.len() <= 60);
        let sieve = Sieve { with: vec![words.to_owned()], without: vec![words.to_owned()], ..Sieve::default() };
        index.search(&asked(words), &sieve, 60).expect("nothing is damaged");
    }
    let none = open(&folder.path().join("none"));
    assert!(none.is_empty() && found(&none, "damp").is_empty());
}

#[test]
fn many_commits_leave_few_segments() {
    let folder = folder();
    let index = open(folder.path());
    for id in 1..200 {
        put(&index, &[made(id)]);
        index.commit(&id.to_string()).expect("there is room");
        assert!(index.current().all.len() < 9);
    }
    assert_eq!(index.len(), 199);
    let names = index.folder.names().expect("the folder is ours");
    assert!(names.len() < 12, "{names:?}");
    same(&index, &matcher_of(&(1..200).map(made).collect::<Vec<_>>()), "damp homes");
}

/// What is in a folder.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).expect("the folder is ours");
    let mut all: Vec<(String, Vec<u8>)> = entries
        .map(|entry| {
            let entry = entry.expect("the folder is ours");
            (entry.file_name().into_string().expect("names are ours"), fs::read(entry.path()).expect("files are ours"))
        })
        .collect();
    all.sort();
    all
}

fn lay_out(files: &[(String, Vec<u8>)]) -> TempDir {
    let folder = folder();
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).expect("the folder is ours");
    }
    folder
}

#[test]
fn a_machine_that_stops_at_any_step_leaves_what_was_committed() {
    let before = folder();
    // The next commit makes one of eight segments, and takes out some of the first.
    drop(index_of(before.path(), 1..50, 7));
    let before = files(before.path());
    let mut stops = 0;
    for steps in 0.. {
        let folder = lay_out(&before);
        let index = open(folder.path());
        index.folder.power.last_for(steps);
        put(&index, &(40..60).map(made).collect::<Vec<_>>());
        index.remove(&[1, 2]).expect("it is ours");
        let committed = index.commit("after");
        // Whoever goes on without the machine stopping finds the same.
        let (progress, len) = (index.progress().expect("it is ours"), index.len());
        drop(index);
        let index = open(folder.path());
        assert_eq!(index.found(), Found::Whole, "after {steps} steps");
        let now = index.progress().expect("it is ours");
        assert!(index.verify().is_ok());
        match now.as_str() {
            "up to 49" => assert_eq!((index.len(), found(&index, "number1").contains(&1)), (49, true)),
            "after" => assert_eq!((index.len(), found(&index, "number55").contains(&55)), (57, true)),
            other => panic!("{other} after {steps} steps"),
        }
        assert!(now == "after" || progress == now && len == index.len() && committed.is_err(), "after {steps} steps");
        if committed.is_ok() {
            break;
        }
        stops += 1;
        // And it can be gone on with.
        put(&index, &(40..60).map(made).collect::<Vec<_>>());
        index.remove(&[1, 2]).expect("it is ours");
        index.commit("after").expect("there is room");
        assert_eq!(index.len(), 57);
        same(&index, &matcher_of(&(3..60).map(made).collect::<Vec<_>>()), "trees");
    }
    assert!(stops > 15, "{stops}");
}

#[test]
fn a_file_that_was_cut_is_noticed() {
    let whole = folder();
    let index = index_of(whole.path(), 1..40, 2);
    index.remove(&[3]).expect("it is ours");
    index.commit("all").expect("there is room");
    drop(index);
    let whole = files(whole.path());
    for (at, (name, bytes)) in whole.iter().enumerate().filter(|(_, (name, _))| name != LOCK) {
        for length in [0, 1, bytes.len() / 2, bytes.len() - 1] {
            let mut cut = whole.clone();
            cut[at].1.truncate(length);
            let folder = lay_out(&cut);
            let index = open(folder.path());
            assert_eq!((index.found(), index.len()), (Found::Damaged, 0), "{name} of {length}");
            put(&index, &[made(1)]);
            index.commit("again").expect("there is room");
            assert_eq!(found(&index, "number1"), [1]);
        }
        let mut gone = whole.clone();
        gone.remove(at);
        let meant = if name == CURRENT { Found::Nothing } else { Found::Damaged };
        assert_eq!(open(lay_out(&gone).path()).found(), meant, "without {name}");
    }
}

#[test]
fn a_byte_that_changed_is_noticed() {
    let whole = folder();
    let index = index_of(whole.path(), 1..30, 2);
    index.remove(&[3]).expect("it is ours");
    index.commit("all").expect("there is room");
    drop(index);
    let whole = files(whole.path());
    for (at, (name, bytes)) in whole.iter().enumerate().filter(|(_, (name, _))| name != LOCK) {
        for byte in (0..bytes.len()).step_by(1 + bytes.len() / 150) {
            let mut changed = whole.clone();
            changed[at].1[byte] ^= 0x55;
            let folder = lay_out(&changed);
            let index = open(folder.path());
            // Before it was all looked through, a question is answered, or says that something is damaged.
            for words in ["damp homes", "number7", "xylophon trees"] {
                let _ = index.search(&asked(words), &Sieve { with: vec!["tax".to_owned()], ..Sieve::default() }, 5);
                let _ = index.search(&asked(words), &Sieve::default(), 5);
            }
            let is_noticed = index.found() == Found::Damaged || index.verify().is_err();
            assert!(is_noticed, "byte {byte} of {name}");
        }
    }
}

#[test]
fn an_index_is_built_again_beside_the_one_that_answers() {
    let folder = folder();
    let index = index_of(folder.path(), 1..40, 2);
    index.begin_rebuild().expect("there is room");
    put(&index, &(100..120).map(made).collect::<Vec<_>>());
    index.commit("half").expect("there is room");
    assert_eq!((index.len(), index.written().expect("it is ours")), (39, 20));
    assert!(index.is_rebuilding().expect("it is ours") && !found(&index, "number7").is_empty());
    drop(index);
    // Also after a break.
    let index = open(folder.path());
    assert_eq!((index.len(), index.progress().expect("it is ours").as_str()), (39, "half"));
    put(&index, &(120..140).map(made).collect::<Vec<_>>());
    index.commit("all").expect("there is room");
    index.finish_rebuild().expect("there is room");
    assert!(!index.is_rebuilding().expect("it is ours"));
    let (found, len) = (found(&index, "number125"), index.len());
    assert_eq!((found.first(), len), (Some(&125), 40));
    drop(index);
    assert_eq!(open(folder.path()).len(), 40);
}

#[test]
fn a_building_that_was_damaged_is_asked_for_again() {
    let folder = folder();
    let index = index_of(folder.path(), 1..20, 1);
    index.begin_rebuild().expect("it is ours");
    put(&index, &[made(1)]);
    index.commit("halfway").expect("there is room");
    drop(index);
    fs::write(folder.path().join(NEXT), "{}").expect("the folder is ours");
    let index = open(folder.path());
    assert!(!index.is_rebuilding().expect("it is ours") && index.is_rebuild_wanted());
    assert_eq!((index.len(), index.found()), (19, Found::Whole));
}

#[test]
fn one_process_writes_and_another_reads() {
    let folder = folder();
    let index = index_of(folder.path(), 1..10, 1);
    let other = open(folder.path());
    assert!(index.is_writable() && !other.is_writable());
    assert!(matches!(other.commit(""), Err(IndexError::Kept { .. })));
    assert!(matches!(other.put(&[]), Err(IndexError::Kept { .. })));
    assert_eq!(other.len(), 9);
    put(&index, &[made(20)]);
    index.commit("more").expect("there is room");
    other.refresh().expect("nothing is damaged");
    assert_eq!((other.len(), found(&other, "number20").first()), (10, Some(&20)));
    drop(index);
    assert!(open(folder.path()).is_writable());
}

#[test]
fn questions_are_answered_while_texts_are_taken_in() {
    let folder = folder();
    let index = index_of(folder.path(), 1..20, 1);
    thread::scope(|scope| {
        scope.spawn(|| {
            for id in 20..80 {
                put(&index, &[made(id)]);
                index.commit(&id.to_string()).expect("there is room");
            }
        });
        for _ in 0..100 {
            let answer = index.search(&asked("damp homes"), &Sieve::default(), 5).expect("nothing is damaged");
            assert!(answer.matches.len() == 5 && answer.among >= 19);
        }
    });
    assert_eq!(index.len(), 79);
}
