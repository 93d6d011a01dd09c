//! Damages the feeds of a folder in every way we know, and tells how many of their entries are still read.

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::Context;
use bench_reading::damage::{Damaged, damage, kinds};
use clap::Parser;
use feed::{Entry, Feed, Hints};

#[derive(Parser)]
#[command(about)]
struct Options {
    /// The folder of sound feeds.
    folder: PathBuf,
    /// Where the damage begins to be chosen.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How often each feed is damaged in each way.
    #[arg(long, default_value_t = 1)]
    times: u64,
    /// Only the kinds of damage whose name holds this.
    #[arg(long, default_value = "")]
    only: String,
    /// A folder for the damaged feeds that lost entries.
    #[arg(long)]
    keep: Option<PathBuf>,
}

/// What became of the feeds.
#[derive(Default)]
struct Tally {
    files: usize,
    hurt: usize,
    entries: usize,
    kept: usize,
    counted: usize,
}

impl Tally {
    fn add(&mut self, other: &Tally) {
        self.files += other.files;
        self.hurt += other.hurt;
        self.entries += other.entries;
        self.kept += other.kept;
        self.counted += other.counted;
    }

    fn line(&self) -> String {
        let share = |part: usize| 100.0 * part as f64 / self.entries.max(1) as f64;
        format!(
            "{:6} files, {:4} of them lost entries; {:7} entries, {:7} read ({:.3} %), {:7} recognised ({:.3} %)",
            self.files,
            self.hurt,
            self.entries,
            self.counted,
            share(self.counted),
            self.kept,
            share(self.kept)
        )
    }
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let mut files: Vec<PathBuf> = std::fs::read_dir(&options.folder)
        .with_context(|| format!("reading the folder {}", options.folder.display()))?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    let (mut total, mut rows): (Tally, Vec<(&str, Tally)>) = Default::default();
    for path in &files {
        let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
        // Damage is done to characters, so the few feeds that are not in UTF-8 stay out.
        let (Ok(text), Ok(sound)) = (std::str::from_utf8(&bytes), feed::read(&bytes, &Hints::default())) else {
            println!("{} stays out", path.display());
            continue;
        };
        let is_json = text.trim_start_matches('\u{feff}').trim_start().starts_with('{');
        for (kind, time) in kinds(is_json).iter().flat_map(|kind| (0..options.times).map(move |time| (kind, time))) {
            if !kind.0.contains(&options.only) {
                continue;
            }
            let Some(damaged) = damage(kind, text, options.seed + time * 1000) else { continue };
            let tally = judge(text, &sound, &damaged);
            if tally.hurt > 0 {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                println!("{name}: {}: {} of {} read, {} recognised", kind.0, tally.counted, tally.entries, tally.kept);
                if let Some(folder) = &options.keep {
                    let name = format!("{}--{time}--{name}", kind.0.replace(' ', "-"));
                    std::fs::write(folder.join(name), &damaged.bytes).context("keeping a damaged feed")?;
                }
            }
            match rows.iter_mut().find(|(name, _)| *name == kind.0) {
                Some((_, row)) => row.add(&tally),
                None => rows.push((kind.0, Tally { ..tally })),
            }
        }
    }
    println!();
    for (name, row) in &rows {
        println!("{name:48} {}", row.line());
        total.add(row);
    }
    println!("\n{:48} {}", "all", total.line());
    Ok(())
}

fn judge(text: &str, sound: &Feed, damaged: &Damaged) -> Tally {
    let read = feed::read(&damaged.bytes, &Hints::default());
    let entries = read.as_ref().map_or(&[][..], |feed| feed.entries.as_slice());
    // Of a feed that was cut, those that ended before the cut can be expected.
    let expected = match damaged.cut_at {
        Some(at) => {
            let end = if text.contains("<entry") { "</entry>" } else { "</item>" };
            text[..at].matches(end).count().min(sound.entries.len())
        }
        None => sound.entries.len(),
    };
    let found: HashSet<&str> = entries.iter().flat_map(names).collect();
    let kept = sound.entries[..expected].iter().filter(|entry| {
        let mut names = names(entry).peekable();
        names.peek().is_none() || names.any(|name| found.contains(name))
    });
    let counted = entries.len().min(expected);
    let kept = kept.count();
    Tally { files: 1, hurt: usize::from(counted < expected), entries: expected, kept, counted }
}

/// What an entry is known by.
fn names(entry: &Entry) -> impl Iterator<Item = &str> {
    let title = entry.title.as_ref().map(|title| title.value.as_str());
    [entry.id.as_deref(), entry.link(), title].into_iter().flatten().filter(|name| !name.is_empty())
}
