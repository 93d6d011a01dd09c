//! How fast posts are taken into an index on the disk, how large it is, and how long questions take.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use bench_search::made::{Made, MadePost};
use bench_search::spent;
use clap::Parser;
use search::{Document, Entry, Facts, Index, Meaning, Question, Sieve, Thoroughness, Vocabulary};

#[derive(Parser)]
struct Arguments {
    /// How many posts are there in the end
    #[arg(long, default_value_t = 1_000_000)]
    posts: usize,
    /// How many questions of each kind are asked
    #[arg(long, default_value_t = 400)]
    questions: usize,
    /// How many of them are asked once more with every meaning compared
    #[arg(long, default_value_t = 0)]
    compared: usize,
    /// How many are likely ones
    #[arg(long, default_value_t = Thoroughness::default().likely)]
    likely: usize,
    /// The folder of the index. What is there is asked, and filled up to that number
    folder: PathBuf,
    /// The model's vocabulary
    #[arg(long, default_value = "crates/search/model/vocab.txt")]
    vocabulary: PathBuf,
}

/// How many posts are handed over at once.
const AT_ONCE: usize = 500;
/// How many are asked for.
const MOST: usize = 60;
/// How many sources there are.
const SOURCES: i64 = 2_000;

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let vocabulary = std::fs::read_to_string(&arguments.vocabulary)
        .with_context(|| format!("reading {}", arguments.vocabulary.display()))?;
    let made = Made::of(vocabulary.leak(), 1)?;
    let usual = Thoroughness { likely: arguments.likely, ..Thoroughness::default() };
    let begun = Instant::now();
    let index = Index::open_with(&arguments.folder, Meaning::built_in(), usual)?;
    println!("opened {} posts in {:.2} s", index.len(), begun.elapsed().as_secs_f64());
    fill(&index, made, arguments.posts)?;
    println!("peak {} MiB after that", peak()?);
    let begun = Instant::now();
    // The weeks that a page of topics compares.
    let last = 1_500_000_000_000 + i64::try_from(arguments.posts).expect("there are fewer posts") * 300_000;
    let counted = index.census(&(0..13).rev().map(|ago| last - (ago + 1) * 604_800_000).collect::<Vec<_>>());
    println!("{} topics counted by week in {:.1} ms", counted.topics.len(), begun.elapsed().as_secs_f64() * 1_000.0);
    let again = Made::of(std::fs::read_to_string(&arguments.vocabulary)?.leak(), 2)?;
    ask(&index, "search", again.clone(), Made::search, arguments.questions)?;
    ask(&index, "problem", again.clone(), Made::problem, arguments.questions)?;
    if arguments.compared > 0 {
        let thorough = Thoroughness { all_up_to: usize::MAX, ..usual };
        let all = Index::open_with(&arguments.folder, Meaning::built_in(), thorough)?;
        compare(&index, &all, "search", again.clone(), Made::search, arguments.compared)?;
        compare(&index, &all, "problem", again, Made::problem, arguments.compared)?;
    }
    println!("peak {} MiB in the end", peak()?);
    Ok(())
}

fn fill(index: &Index, mut made: Made, posts: usize) -> Result<()> {
    let (mut text_bytes, mut busy, mut longest) = (0_usize, Duration::ZERO, Duration::ZERO);
    let mut spendings = Duration::ZERO;
    let before = index.len();
    let mut next = if before >= posts { posts } else { 0 };
    while next < posts {
        let some: Vec<MadePost> = (next..posts.min(next + AT_ONCE)).map(|_| made.post()).collect();
        text_bytes += some.iter().map(|post| post.title.len() + post.text.len()).sum::<usize>();
        let first = next;
        next += some.len();
        if next <= before {
            continue;
        }
        let (begun, before) = (Instant::now(), spent_by_all()?);
        let topics = topics(first, &some);
        let entries: Vec<Entry<'_>> = (first..)
            .zip(some.iter().zip(&topics))
            .map(|(number, (post, topics))| entry(number, post, topics))
            .collect();
        index.put(&entries)?;
        if index.is_full()? || next == posts {
            let begun = Instant::now();
            index.commit(&next.to_string())?;
            longest = longest.max(begun.elapsed());
        }
        busy += begun.elapsed();
        spendings += spent_by_all()?.saturating_sub(before);
    }
    let taken = posts.saturating_sub(before);
    if taken > 0 {
        println!(
            "{taken} posts taken in, {:.0} a second, {:.0} for each second of a processor; the longest commit took {:.1} s",
            taken as f64 / busy.as_secs_f64(),
            taken as f64 / spendings.as_secs_f64(),
            longest.as_secs_f64()
        );
    }
    let bytes = index.bytes()?;
    println!(
        "{} posts, {:.0} MB of text, {:.0} MB of index: {:.2}",
        index.len(),
        text_bytes as f64 / 1e6,
        bytes as f64 / 1e6,
        bytes as f64 / text_bytes as f64
    );
    Ok(())
}

/// What each of these posts is about, found on as many threads as there are processors, as the site does: what its words
/// suggest, which of made words is little, and one topic in turn.
fn topics(first: usize, posts: &[MadePost]) -> Vec<Vec<&'static str>> {
    let vocabulary = Vocabulary::built_in();
    let of_one = |(number, post): (usize, &MadePost)| {
        let all = vocabulary.topics();
        let suggested = vocabulary.suggest(&post.title, &post.text);
        suggested.iter().map(|one| one.topic.slug).chain([all[number % all.len()].slug]).collect()
    };
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = posts.len().div_ceil(threads).max(1);
    thread::scope(|scope| {
        let share_of = |(at, posts)| move || (first + at * share..).zip(posts).map(of_one).collect::<Vec<_>>();
        let shares: Vec<_> = posts.chunks(share).enumerate().map(|chunk| scope.spawn(share_of(chunk))).collect();
        shares.into_iter().flat_map(|share| share.join().expect("finding topics does not panic")).collect()
    })
}

fn entry<'p>(number: usize, post: &'p MadePost, topics: &'p [&'p str]) -> Entry<'p> {
    let number = i64::try_from(number).expect("there are fewer posts");
    // One every five minutes, from a source in turn.
    let facts =
        Facts { place: 1_500_000_000_000 + number * 300_000, source: number * 7 % SOURCES, language: "en", topics };
    Entry { document: Document { id: number + 1, title: &post.title, text: &post.text }, facts }
}

fn ask(index: &Index, kind: &str, mut made: Made, make: impl Fn(&mut Made) -> String, many: usize) -> Result<()> {
    let sieve =
        Sieve { periods: (0..12).map(|year| 1_483_228_800_000 + year * 31_557_600_000).collect(), ..Sieve::default() };
    let (mut times, mut spendings) = (Vec::new(), Vec::new());
    let mut answering = 0;
    while times.len() < many {
        let asked = make(&mut made);
        let (begun, before) = (Instant::now(), spent()?);
        let question = Question::of("", &asked);
        if question.words() == 0 {
            // Of small words alone nobody is told anything, and the index is not asked.
            continue;
        }
        let answer = index.search(&question, &sieve, MOST)?;
        spendings.push(spent()? - before);
        times.push(begun.elapsed());
        answering += answer.counts.texts;
    }
    for (what, times) in [("on the clock", &mut times), ("of a processor", &mut spendings)] {
        times.sort();
        let at = |share: usize| times[(times.len() - 1) * share / 100].as_secs_f64() * 1_000.0;
        println!(
            "{kind}: {:.1} ms {what} in the middle, 95 of 100 less than {:.1}, at most {:.1}",
            at(50),
            at(95),
            at(100)
        );
    }
    println!("{kind}: {} texts answer in the mean", answering / many.max(1));
    Ok(())
}

/// How many of the best there are found where only likely ones are compared.
fn compare(
    index: &Index,
    all: &Index,
    kind: &str,
    made: Made,
    make: impl Fn(&mut Made) -> String,
    many: usize,
) -> Result<()> {
    for depth in [10, 20, 60] {
        let mut made = made.clone();
        let (mut found, mut there) = (0, 0);
        let mut times = Duration::ZERO;
        for _ in 0..many {
            let question = Question::of("", &make(&mut made));
            let likely = index.search(&question, &Sieve::default(), depth)?.matches;
            let begun = Instant::now();
            let best = all.search(&question, &Sieve::default(), depth)?.matches;
            times += begun.elapsed();
            there += best.len();
            found += best.iter().filter(|one| likely.iter().any(|other| other.id == one.id)).count();
        }
        println!(
            "{kind}: of the best {depth}, {:.2} % are found; with every meaning compared a question takes {:.0} ms",
            found as f64 / there.max(1) as f64 * 100.0,
            times.as_secs_f64() * 1_000.0 / many as f64
        );
    }
    Ok(())
}

/// For how long all threads have had a processor, those that have ended among them, in steps of a hundredth of a second.
fn spent_by_all() -> Result<Duration> {
    let told = std::fs::read_to_string("/proc/self/stat").context("reading /proc/self/stat")?;
    let rest = told.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = rest.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Ok(Duration::from_millis(ticks * 10))
}

/// The most memory that this process had.
fn peak() -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status").context("reading /proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("the system tells no peak")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<u64>().context("the peak is no number")? / 1_024)
}
