//! Measures reading: how many megabytes a second on one core, and how much memory a feed takes while it is read.

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::Parser;
use feed::{Feed, Hints, Text};
use url::Url;

#[derive(Parser)]
#[command(about)]
enum Measure {
    /// Reads the feeds of a folder over and over: prints who, MB/s, files read, files, entries
    Read {
        /// The folder of feeds
        folder: PathBuf,
    },
    /// The same, with every text of the entries that is markup cleaned, its addresses absolute
    Clean {
        /// The folder of feeds
        folder: PathBuf,
    },
    /// Reads one file once: prints its size, the memory that this took, the file's own included, and their ratio
    Memory {
        /// The feed
        file: PathBuf,
    },
}

/// For how long a round is measured, in nanoseconds on the processor.
const LONG_ENOUGH: u64 = 2_000_000_000;

fn main() -> Result<()> {
    match Measure::parse() {
        Measure::Read { folder } => speed("watersmeet", &folder, |bytes, hints| feed::read(bytes, hints).ok()),
        Measure::Clean { folder } => speed("watersmeet-cleaned", &folder, |bytes, hints| {
            let feed = feed::read(bytes, hints).ok()?;
            clean(&feed);
            Some(feed)
        }),
        Measure::Memory { file } => memory(&file),
    }
}

fn speed(who: &str, folder: &Path, read: impl Fn(&[u8], &Hints<'_>) -> Option<Feed>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading the folder {}", folder.display()))?;
    let paths = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).filter(|path| path.is_file());
    let files: Vec<Vec<u8>> = paths.map(fs::read).collect::<Result<_, _>>().context("reading a feed")?;
    let address = Url::parse("https://riverton.example/feed").expect("a constant");
    let hints = Hints { address: Some(&address), ..Hints::default() };
    // What is refused counts neither in bytes nor in time.
    let readable: Vec<&Vec<u8>> = files.iter().filter(|bytes| read(bytes, &hints).is_some()).collect();
    let bytes: usize = readable.iter().map(|bytes| bytes.len()).sum();
    let entries: usize = readable.iter().filter_map(|bytes| read(bytes, &hints)).map(|feed| feed.entries.len()).sum();
    let (started, mut rounds) = (on_processor()?, 0);
    while on_processor()? - started < LONG_ENOUGH {
        for bytes in &readable {
            black_box(read(black_box(bytes), &hints));
        }
        rounds += 1;
    }
    let seconds = (on_processor()? - started) as f64 / 1e9;
    println!("{who} {:.1} {} {} {entries}", (bytes * rounds) as f64 / seconds / 1e6, readable.len(), files.len());
    Ok(())
}

/// Cleans every text of every entry that is markup.
fn clean(feed: &Feed) {
    for entry in &feed.entries {
        let rare = [&entry.subtitle, &entry.rights].into_iter().flatten().map(|text| &**text);
        let texts = [&entry.title, &entry.summary].into_iter().flatten().chain(rare);
        for text in texts.chain(&entry.content).filter(|text| text.is_markup()) {
            black_box(cleaned(text));
        }
    }
}

fn cleaned(text: &Text) -> html::SafeHtml {
    html::sanitised(&text.value, text.base.as_deref())
}

/// Nanoseconds that this thread was on a processor.
fn on_processor() -> Result<u64> {
    let said = fs::read_to_string("/proc/thread-self/schedstat").context("asking for the time on the processor")?;
    said.split(' ').next().and_then(|first| first.parse().ok()).context("reading the time on the processor")
}

/// What is mapped is counted, not what is resident: that would count the pages of the program that are looked at for the
/// first time, which are more than most feeds, and not count the room that was asked for in vain.
fn memory(file: &Path) -> Result<()> {
    let before = kilobytes("VmSize")?;
    let bytes = fs::read(file).with_context(|| format!("reading {}", file.display()))?;
    let feed = feed::read(&bytes, &Hints::default());
    let peak = kilobytes("VmPeak")?.saturating_sub(before) * 1024;
    let entries = feed.map_or(0, |feed| feed.entries.len());
    println!("{} {peak} {:.2} {entries}", bytes.len(), peak as f64 / bytes.len().max(1) as f64);
    Ok(())
}

/// A line of what the system tells of this process.
fn kilobytes(which: &str) -> Result<usize> {
    let status = fs::read_to_string("/proc/self/status").context("asking for the memory")?;
    let line = status.lines().find_map(|line| line.strip_prefix(which)).context("reading the memory")?;
    line.trim_matches([':', ' ', '\t', 'k', 'B']).parse().context("reading the memory")
}
