//! How many copies and excerpts of a made set are found, and how much is taken for one that only resembles it.

use std::path::PathBuf;

use anyhow::{Context, Result};
use bench_search::copies::{Kind, Pair, Pairs};
use bench_search::made::Made;
use bench_search::spent;
use clap::Parser;
use search::{Lately, Sketch};

#[derive(Parser)]
struct Arguments {
    /// The model's vocabulary
    #[arg(long, default_value = "crates/search/model/vocab.txt")]
    vocabulary: PathBuf,
    /// Pairs of each kind
    #[arg(long, default_value_t = 1_000)]
    pairs: usize,
    /// From what chance begins
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() -> Result<()> {
    let Arguments { vocabulary, pairs, seed } = Arguments::parse();
    let words = std::fs::read_to_string(&vocabulary).with_context(|| format!("reading {}", vocabulary.display()))?;
    let mut maker = Pairs::of(Made::of(words.leak(), seed)?);
    let all: Vec<Pair> =
        Kind::ALL.into_iter().flat_map(|kind| vec![kind; pairs]).map(|kind| maker.pair(kind)).collect();
    let folded: Vec<[String; 2]> = all.iter().map(|pair| [&pair.one, &pair.other].map(|text| fold(text))).collect();

    let begun = spent()?;
    let sketches: Vec<[Option<Sketch>; 2]> =
        folded.iter().map(|texts| [&texts[0], &texts[1]].map(|text| Sketch::of(text))).collect();
    let sketching = spent()? - begun;
    // Each text finds those like it among all that came before it, as behind polling.
    let begun = spent()?;
    let mut lately: Lately<usize> = Lately::default();
    let mut looked_at = 0;
    let mut found: Vec<(usize, usize)> = vec![];
    for (at, sketch) in sketches.into_iter().flatten().enumerate() {
        let Some(sketch) = sketch else { continue };
        let near = lately.near(&sketch, |_| true);
        looked_at += near.len();
        found.extend(near.into_iter().map(|other| (at, other)));
        lately.put(at, sketch);
    }
    let finding = spent()? - begun;
    let text = |at: usize| [&all[at / 2].one, &all[at / 2].other][at % 2];
    let begun = spent()?;
    let is_pair = |(at, other): &&(usize, usize)| at / 2 == other / 2;
    let said_same = |(at, other): &&(usize, usize)| {
        let beside = all[at / 2].beside.iter().chain(&all[other / 2].beside).map(String::as_str);
        search::is_copy(text(*at), text(*other), &beside.collect::<Vec<_>>())
    };
    let same: Vec<&(usize, usize)> = found.iter().filter(said_same).collect();
    let telling = spent()? - begun;

    println!("{:14} {:>6} {:>8} {:>6}", "kind", "pairs", "alike", "same");
    for kind in Kind::ALL {
        let of_kind = |pair: &&(usize, usize)| all[pair.0 / 2].kind == kind && is_pair(pair);
        let alike = found.iter().filter(of_kind).count();
        let same = same.iter().filter(|pair| of_kind(pair)).count();
        println!("{:14} {pairs:>6} {alike:>8} {same:>6}", format!("{kind:?}"));
    }
    let copies = all.iter().filter(|pair| pair.kind.is_copy()).count();
    let right = same.iter().filter(|pair| is_pair(pair) && all[pair.0 / 2].kind.is_copy()).count();
    let others = all.len() - copies;
    let wrong = same.iter().filter(|pair| is_pair(pair) && !all[pair.0 / 2].kind.is_copy()).count();
    let strangers = same.iter().filter(|pair| !is_pair(pair)).count();
    println!("found {right} of {copies} copies ({:.2} %)", 100.0 * right as f64 / copies as f64);
    println!(
        "took {wrong} of {others} others for one ({:.2} %), and {strangers} of two pairs",
        100.0 * wrong as f64 / others as f64
    );
    let bytes: usize = folded.iter().flatten().map(String::len).sum();
    println!(
        "{} texts, {} bytes in the mean: {:.1} µs to sketch each, {:.1} µs to find {:.2} alike, {:.0} µs to compare two",
        all.len() * 2,
        bytes / (all.len() * 2),
        sketching.as_secs_f64() * 1e6 / (all.len() * 2) as f64,
        finding.as_secs_f64() * 1e6 / (all.len() * 2) as f64,
        looked_at as f64 / (all.len() * 2) as f64,
        telling.as_secs_f64() * 1e6 / found.len().max(1) as f64,
    );
    Ok(())
}

/// A text in small letters with one space between its words, as a poll hands it over.
fn fold(text: &str) -> String {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}
