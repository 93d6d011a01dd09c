//! How long it takes to say what a text is about, and how often words that mean nothing together are taken for a topic.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use bench_search::Collection;
use bench_search::made::Made;
use clap::Parser;
use search::Vocabulary;

/// The words that posts are made of, the most usual first.
const WORDS: &str = include_str!("../../../../crates/search/model/vocab.txt");

#[derive(Parser)]
struct Arguments {
    /// How many posts
    #[arg(long, default_value_t = 20_000)]
    posts: usize,
    /// Made projects whose sentences the others are put together from
    #[arg(default_value = "bench/search/projects.txt")]
    file: std::path::PathBuf,
}

/// How many sentences a post of them has: some 300 words.
const SENTENCES: usize = 12;

fn main() -> Result<()> {
    let Arguments { posts, file } = Arguments::parse();
    let read = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let items = Collection::of_groups(&read)?.items;
    let mut made = Made::of(WORDS, 7)?;
    let of_words = (0..posts).map(|_| made.post()).map(|post| (post.title, post.text)).collect::<Vec<_>>();
    let of_sentences = (0..posts).map(|number| {
        let at = |turn: usize| &items[(number * 7 + turn * (number / items.len() + 1)) % items.len()];
        let text: Vec<&str> = (1..=SENTENCES).map(|turn| at(turn).summary.as_str()).collect();
        (at(0).title.clone(), text.join(" "))
    });
    for (kind, posts) in [("made words", of_words), ("sentences of projects", of_sentences.collect())] {
        let (mut with, mut topics) = (0, 0);
        let mut times: Vec<Duration> = Vec::new();
        let begun = Instant::now();
        for (title, text) in &posts {
            let begun = Instant::now();
            let found = Vocabulary::built_in().suggest(title, text).len();
            times.push(begun.elapsed());
            with += usize::from(found > 0);
            topics += found;
        }
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let mean = micros(begun.elapsed()) / posts.len() as f64;
        times.sort();
        println!(
            "{kind}: {mean:.0} µs a post, median {:.0}, 95 of 100 less than {:.0}; {:.1} of 100 have a topic, {:.2} topics a post",
            micros(times[times.len() / 2]),
            micros(times[times.len() * 95 / 100]),
            with as f64 * 100.0 / posts.len() as f64,
            topics as f64 / posts.len() as f64,
        );
    }
    Ok(())
}
