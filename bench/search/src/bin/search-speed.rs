//! How long a question takes among many texts, and how fast texts are taken in.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use bench_search::Collection;
use clap::Parser;
use search::{Document, Matcher, Meaning, Question, Weights};

#[derive(Parser)]
struct Arguments {
    /// How many texts
    #[arg(long, default_value_t = 100_000)]
    texts: usize,
    /// Made projects whose sentences the texts are put together from
    #[arg(default_value = "bench/search/projects.txt")]
    file: std::path::PathBuf,
}

/// How many sentences a text has: some 300 words.
const SENTENCES: usize = 12;

fn main() -> Result<()> {
    let Arguments { texts, file } = Arguments::parse();
    let read = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let items = Collection::of_groups(&read)?.items;
    let mut matcher = Matcher::new(Meaning::built_in(), Weights::default());
    let begun = Instant::now();
    for number in 0..texts {
        // Steps of different lengths through the sentences, so that no two texts are the same.
        let at = |turn: usize| &items[(number * 7 + turn * (number / items.len() + 1)) % items.len()];
        let text: Vec<&str> = (1..=SENTENCES).map(|turn| at(turn).summary.as_str()).collect();
        let text = format!("{} number{number}", text.join(" "));
        matcher.put(Document { id: i64::try_from(number)?, title: &at(0).title, text: &text });
    }
    let taken = begun.elapsed();
    println!("{texts} texts taken in, {:.0} a second", texts as f64 / taken.as_secs_f64());
    let mut times: Vec<Duration> = Vec::new();
    for item in &items {
        let question = Question::of("", &item.summary);
        let begun = Instant::now();
        std::hint::black_box(matcher.near(&question, 60));
        times.push(begun.elapsed());
    }
    times.sort();
    let at = |share: usize| times[times.len() * share / 100].as_secs_f64() * 1_000.0;
    println!("a question takes {:.1} ms, 95 of 100 less than {:.1} ms", at(50), at(95));
    Ok(())
}
